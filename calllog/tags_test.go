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

func tagged(names ...string) keys {
	tags := []any{}
	for i, name := range names {
		tags = append(tags, keys{"id": i + 1, "name": name})
	}
	return keys{"tags": tags}
}

func TestAConversationGetsTheTagsOfItsCall(t *testing.T) {
	t.Parallel()
	over := endedAfter(time.Minute)
	running := answeredAfter(9*time.Second, mia)
	teams := keys{"teams": []any{keys{"id": 1, "name": "Care"}, keys{"id": 2, "name": " CARE "}, keys{"id": 3, "name": "Sales, North"}}}
	named := func(s *settings.Settings) {
		s.Tags.Names = map[settings.TagName]string{settings.TagMissed: "Verpasst", settings.TagNumber: "Leitung {name}"}
	}
	bare := func(s *settings.Settings) { s.Tags.Operational = false }
	for name, test := range map[string]struct {
		data   keys
		choose func(*settings.Settings)
		want   []string
	}{
		"ringing":                  {inbound(), nil, []string{"inbound", "phone-number-support berlin"}},
		"running":                  {with(inbound(), running, teams, tagged("VIP")), nil, []string{"inbound", "phone-number-support berlin", "team-care", "team-sales north"}},
		"over, with agents' tags":  {with(inbound(), running, over, tagged("VIP", "vip", "Refund, urgent", "Callback Request")), nil, []string{"inbound", "phone-number-support berlin", "callback", "vip", "refund urgent"}},
		"missed, no team":          {with(inbound(), over, teams), nil, []string{"inbound", "phone-number-support berlin", "missed call"}},
		"voicemail":                {with(inbound(), over, keys{"voicemail": "https://v.example/1"}), nil, []string{"inbound", "phone-number-support berlin", "missed call", "voicemail"}},
		"unanswered is not missed": {with(outbound(), over), nil, []string{"outbound", "phone-number-support berlin"}},
		"an automatic callback":    {with(outbound(), running, keys{"automatic_callback_call_id": 9}), nil, []string{"outbound", "phone-number-support berlin", "callback"}},
		"a nameless line":          {with(inbound(), keys{"number": keys{"id": 31}}), nil, []string{"inbound"}},
		"names of the company":     {with(inbound(), over), named, []string{"inbound", "leitung support berlin", "verpasst"}},
		"without operational":      {with(inbound(), over, tagged("VIP")), bare, []string{"vip"}},
		"the same by an agent's":   {with(inbound(), over, tagged("Missed Call")), nil, []string{"inbound", "phone-number-support berlin", "missed call"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := settings.Defaults()
			if test.choose != nil {
				test.choose(&s)
			}
			got := calllog.Tags(facts(t, aircall.EventCallArchived, time.Minute, test.data), s)
			require.Equal(t, test.want, got)
			require.NotContains(t, got, calllog.InProgressTag(settings.Defaults()))
		})
	}
}

func TestTheInProgressTagIsTheCompanys(t *testing.T) {
	t.Parallel()
	s := settings.Defaults()
	require.Equal(t, "call in progress", calllog.InProgressTag(s))
	s.Tags.Names = map[settings.TagName]string{settings.TagInProgress: " Telefonat, läuft "}
	require.Equal(t, "telefonat läuft", calllog.InProgressTag(s))
	s.Tags.Operational = false
	require.Empty(t, calllog.InProgressTag(s))
}

func TestALongTagIsCutBetweenCharacters(t *testing.T) {
	t.Parallel()
	s := settings.Defaults()
	s.Tags.Operational = false
	f := facts(t, aircall.EventCallTagged, time.Minute, with(inbound(), endedAfter(time.Minute), tagged(strings.Repeat("Ü", 150))))
	tags := calllog.Tags(f, s)
	require.Len(t, tags, 1)
	require.Equal(t, 100, utf8.RuneCountInString(tags[0]))
	require.Equal(t, strings.Repeat("ü", 100), tags[0])
}

func TestATagThatAPersonTookOffIsNotPutBack(t *testing.T) {
	t.Parallel()
	c := ended(t, func(c *calllog.Case) {
		c.Written.Tags = []string{"inbound", "phone-number-support berlin"}
		c.Facts.Tags = []string{"VIP"}
	})
	require.Equal(t, []string{"vip"}, calllog.Next(c, ring.Add(time.Hour)).Change.AddTags)
}
