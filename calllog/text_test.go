package calllog_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"callscout/aircall"
	"callscout/calllog"
	"callscout/settings"
)

func TestWhatComesFromOutsideIsEscaped(t *testing.T) {
	t.Parallel()
	data := with(inbound(), answeredAfter(9*time.Second, with(mia, keys{"name": "<b>Mia</b>"})), endedAfter(time.Minute), keys{
		"contact":  with(ada, keys{"first_name": "<script>alert(1)</script>", "last_name": ""}),
		"tags":     []any{keys{"id": 1, "name": "Q&A"}},
		"comments": []any{keys{"id": 5, "content": "one <img src=x onerror=alert(1)>\r\ntwo & \"three\"", "posted_at": unix(time.Minute)}},
	})
	f := facts(t, aircall.EventCallEnded, time.Minute, data)
	got, err := calllog.Text{Facts: f, Settings: settings.Defaults(), Alone: true}.HTML(calllog.PartSecondLog)
	require.NoError(t, err)
	require.Contains(t, got, "&lt;b&gt;Mia&lt;/b&gt;")
	require.Contains(t, got, "&lt;script&gt;alert(1)&lt;/script&gt;, ")
	require.Contains(t, got, "Q&amp;A")
	require.Contains(t, got, "one &lt;img src=x onerror=alert(1)&gt;<br>two &amp; &#34;three&#34;<br>")
}

func TestALinkThatIsNoWebAddressIsNeverWritten(t *testing.T) {
	t.Parallel()
	f := facts(t, aircall.EventCallEnded, time.Minute, with(inbound(), endedAfter(time.Minute)))
	f.Recording = calllog.Media{Link: "javascript:alert(1)"} // as an event of an older version may hold
	got, err := calllog.Text{Facts: f, Settings: settings.Defaults(), DashboardURL: "https://dashboard.aircall.io"}.HTML(calllog.PartRecording)
	require.NoError(t, err)
	require.NotContains(t, got, "javascript")
}

func TestAPartOfWhichNothingIsKnownHasNoText(t *testing.T) {
	t.Parallel()
	f := facts(t, aircall.EventCallEnded, time.Minute, with(inbound(), endedAfter(time.Minute)))
	for _, part := range []calllog.Part{calllog.CommentPart(5), calllog.PartRecording, calllog.PartVoicemail, calllog.PartSkipped} {
		_, err := calllog.Text{Facts: f, Settings: settings.Defaults()}.HTML(part)
		require.ErrorContains(t, err, string(part))
	}
}

func TestWithoutRecordingLinksThereAreNone(t *testing.T) {
	t.Parallel()
	f := facts(t, aircall.EventCallEnded, time.Minute, with(inbound(), endedAfter(time.Minute), keys{"voicemail": "https://v.example/1.mp3"}))
	s := settings.Defaults()
	require.Equal(t, []calllog.Part{calllog.PartVoicemail}, calllog.Tellable(f, s))
	s.Calls.RecordingLinks = false
	require.Empty(t, calllog.Tellable(f, s))
	got, err := calllog.Text{Facts: f, Settings: s, Alone: true}.HTML(calllog.PartSecondLog)
	require.NoError(t, err)
	require.NotContains(t, got, "v.example")
}

func TestALineInAnUnknownZoneShowsUTC(t *testing.T) {
	t.Parallel()
	f := facts(t, aircall.EventCallAnswered, 0, with(inbound(), answeredAfter(0, mia), keys{"number": with(line, keys{"time_zone": "Mars/Olympus"})}))
	got, err := calllog.Text{Facts: f, Settings: settings.Defaults()}.HTML(calllog.PartFirstLog)
	require.NoError(t, err)
	require.Contains(t, got, "2026-05-04 08:15:00 UTC")
}

// harmless are the elements that the template itself writes.
var harmless = map[string]bool{"strong": true, "br": true, "a": true}

func FuzzAThreadIsNeverMoreThanItsTemplate(f *testing.F) {
	for _, seed := range []string{
		"Ada", "<script>alert(1)</script>", "a & b < c > d", "\"'><img src=x>", "javascript:alert(1)",
		"https://ok.example/\"onclick=\"x", "line\r\nline\nline", "\x00\x7f\u2028\ufeff", "\xff\xfe", "👩‍👩‍👧", "</strong><!--",
		"Aircall call 912345678 / end", "{{.Heading}}", "%s %d %!", strings.Repeat("ü", 300),
	} {
		f.Add(seed, seed, seed)
	}
	f.Fuzz(func(t *testing.T, name, comment, link string) {
		body, err := json.Marshal(with(inbound(), answeredAfter(9*time.Second, with(mia, keys{"name": name})), endedAfter(time.Minute), keys{
			"contact": with(ada, keys{"first_name": name, "last_name": comment}), "raw_digits": name,
			"tags":      []any{keys{"id": 1, "name": comment}},
			"teams":     []any{keys{"id": 1, "name": name}},
			"comments":  []any{keys{"id": 5, "content": comment, "posted_at": unix(0), "posted_by": keys{"id": 3, "name": name}}},
			"recording": link, "asset": link,
		}))
		require.NoError(t, err)
		call, err := aircall.ParseCall(body)
		require.NoError(t, err)
		event, err := calllog.FromREST(call, ring.Add(time.Hour))
		require.NoError(t, err)
		known := calllog.Gather([]calllog.Event{event})
		s := settings.Defaults()

		subject := calllog.Subject(known, s)
		require.True(t, utf8.ValidString(subject))
		require.NotContains(t, subject, "\n")
		for _, alone := range []bool{true, false} {
			for _, part := range append(calllog.Tellable(known, s), calllog.PartFirstLog, calllog.PartSecondLog) {
				got, err := calllog.Text{Facts: known, Settings: s, DashboardURL: "https://dashboard.aircall.io", Alone: alone}.HTML(part)
				require.NoError(t, err)
				require.True(t, utf8.ValidString(got))
				require.True(t, calllog.Carries(got, calllog.Reference(callID, part)))
				onlyTemplate(t, got)
			}
		}
	})
}

// onlyTemplate reads a thread as a browser does.
func onlyTemplate(t *testing.T, thread string) {
	t.Helper()
	for z := html.NewTokenizer(strings.NewReader(thread)); ; {
		switch z.Next() {
		case html.ErrorToken:
			return
		case html.CommentToken, html.DoctypeToken:
			require.Fail(t, "markup from outside", thread)
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			token := z.Token()
			require.True(t, harmless[token.Data], "<%s> from outside in %s", token.Data, thread)
			for _, attribute := range token.Attr {
				require.Equal(t, "href", attribute.Key)
				require.Regexp(t, `^(https?://|tel:\+[0-9]+$)`, attribute.Val)
			}
		}
	}
}
