package calllog_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"callscout/aircall"
	"callscout/calllog"
	"callscout/settings"
)

func TestASubjectSaysWhatHappenedAndWithWhom(t *testing.T) {
	t.Parallel()
	over := endedAfter(30 * time.Second)
	anonymous := keys{"raw_digits": "anonymous"}
	for name, test := range map[string]struct {
		data            keys
		english, german string
	}{
		"a number":      {with(inbound(), answeredAfter(time.Second, mia)), "Inbound call from +44 20 7946 0123", "Eingehender Anruf von +44 20 7946 0123"},
		"a contact":     {with(inbound(), keys{"contact": ada}), "Inbound call from Ada Quill", "Eingehender Anruf von Ada Quill"},
		"a company":     {with(inbound(), keys{"contact": keys{"id": 1, "company_name": "Quill & Sons"}}), "Inbound call from Quill & Sons", "Eingehender Anruf von Quill & Sons"},
		"outbound":      {with(outbound(), over), "Outbound call to +44 20 7946 0123", "Ausgehender Anruf an +44 20 7946 0123"},
		"missed":        {with(inbound(), over), "Missed call from +44 20 7946 0123", "Verpasster Anruf von +44 20 7946 0123"},
		"anonymous":     {with(inbound(), over, anonymous), "Missed call from a withheld number", "Verpasster Anruf von unterdrückter Nummer"},
		"voicemail":     {with(inbound(), over, keys{"contact": ada, "voicemail": "https://v.example/1"}), "Voicemail from Ada Quill", "Voicemail von Ada Quill"},
		"callback":      {with(inbound(), over, keys{"contact": ada, "tags": []any{keys{"name": "Callback Request"}}}), "Callback requested by Ada Quill", "Rückruf gewünscht von Ada Quill"},
		"several lines": {with(inbound(), keys{"contact": keys{"id": 1, "first_name": "Ada\n", "last_name": "\tQuill"}}), "Inbound call from Ada Quill", "Eingehender Anruf von Ada Quill"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, s := facts(t, aircall.EventCallArchived, time.Minute, test.data), settings.Defaults()
			require.Equal(t, test.english, calllog.Subject(f, s))
			s.Language = settings.German
			require.Equal(t, test.german, calllog.Subject(f, s))
		})
	}
}

func TestALongSubjectIsCutBetweenCharacters(t *testing.T) {
	t.Parallel()
	for _, name := range []string{strings.Repeat("ü", 400), strings.Repeat("語", 400), strings.Repeat("🙂", 400)} {
		f := facts(t, aircall.EventCallCreated, 0, with(inbound(), keys{"contact": keys{"id": 1, "last_name": name}}))
		subject := calllog.Subject(f, settings.Defaults())
		require.Equal(t, 150, utf8.RuneCountInString(subject))
		require.True(t, utf8.ValidString(subject))
		require.True(t, strings.HasSuffix(subject, "…"))
	}
	fits := strings.Repeat("ü", 150-len("Inbound call from "))
	f := facts(t, aircall.EventCallCreated, 0, with(inbound(), keys{"contact": keys{"id": 1, "last_name": fits}}))
	require.Equal(t, "Inbound call from "+fits, calllog.Subject(f, settings.Defaults()))
}
