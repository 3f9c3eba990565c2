package calllog_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"callscout/calllog"
)

func TestAThreadCarriesItsReferenceWhateverBecameOfItsMarkup(t *testing.T) {
	t.Parallel()
	reference := calllog.Reference(12, calllog.PartSecondLog)
	require.Equal(t, "Aircall call 12 / end", reference)
	for name, body := range map[string]string{
		"plain":             "text Aircall call 12 / end",
		"paragraphs":        "<p>text</p><p>Aircall&nbsp;call 12 / end</p>",
		"folded":            "Aircall call\n  12 /\tend",
		"bold":              "Aircall call <b>12</b> / end.",
		"followed by break": "Aircall call 12 / end<br>signature",
		"entities":          "Aircall call 12 &#47; end",
		"second try":        "Aircall call 12 / ended, Aircall call 12 / end",
	} {
		require.True(t, calllog.Carries(body, reference), name)
	}
	for name, body := range map[string]string{
		"empty":              "",
		"a longer id":        "Aircall call 123 / end",
		"a shorter id":       "Aircall call 1 / end",
		"another part":       "Aircall call 12 / start",
		"only mentioned":     "answers the request in Aircall call 12",
		"a longer word":      "Aircall call 12 / ending",
		"in an attribute":    `<a title="Aircall call 12 / end">x</a>`,
		"in a comment":       "<!-- Aircall call 12 / end -->",
		"lines run together": "Aircall call 12<br>x / end",
	} {
		require.False(t, calllog.Carries(body, reference), name)
	}
	require.False(t, calllog.Carries("Aircall call 12 / comment 55", calllog.Reference(12, calllog.CommentPart(5))))
}

func TestAReferenceIsCarriedByItsOwnThreadAlone(t *testing.T) {
	t.Parallel()
	part := rapid.OneOf(
		rapid.SampledFrom([]calllog.Part{calllog.PartFirstLog, calllog.PartSecondLog, calllog.PartVoicemail, calllog.PartRecording}),
		rapid.Map(rapid.Int64Range(1, 1200), calllog.CommentPart),
	)
	rapid.Check(t, func(t *rapid.T) {
		call, other := rapid.Int64Range(1, 1200).Draw(t, "call"), rapid.Int64Range(1, 1200).Draw(t, "other call")
		mine, theirs := part.Draw(t, "part"), part.Draw(t, "other part")
		body := "<p>said</p><div>" + calllog.Reference(other, theirs) + "</div>"
		require.Equal(t, call == other && mine == theirs, calllog.Carries(body, calllog.Reference(call, mine)))
	})
}

func TestVisibleTextIsWhatAReaderSees(t *testing.T) {
	t.Parallel()
	require.Equal(t, "a b c & d", calllog.VisibleText("<div>a<br/>b</div><p> c &amp; <i>d</i></p><!-- e -->"))
}
