package worker_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/aircall"
	"callscout/settings"
	"callscout/workflows"
)

// plays are calls of every kind, each with all tags that its kind can have.
var plays = map[string]func(o *office){
	"inbound answered": func(o *office) { o.answeredCall(map[string]any{"teams": []any{team("Care")[0], team("Billing")[0]}}) },
	"missed": func(o *office) {
		o.hear(0, aircall.EventCallCreated, nil)
		o.hear(50*time.Second, aircall.EventCallEnded, o.missed(map[string]any{"teams": team("Care")}))
	},
	"voicemail": func(o *office) {
		o.hear(0, aircall.EventCallCreated, nil)
		o.hear(50*time.Second, aircall.EventCallEnded, o.missed(map[string]any{"voicemail": "https://example.com/v.mp3"}))
	},
	"callback asked for": func(o *office) {
		o.hear(0, aircall.EventCallCreated, nil)
		o.hear(50*time.Second, aircall.EventCallEnded, o.missed(tagged("callback REQUEST")))
	},
	"outbound unanswered": func(o *office) {
		out := map[string]any{"direction": "outbound"}
		o.hear(0, aircall.EventCallCreated, out)
		o.hear(50*time.Second, aircall.EventCallEnded, o.missed(out))
	},
	"outbound answered": func(o *office) {
		out := map[string]any{"direction": "outbound"}
		o.hear(0, aircall.EventCallCreated, out)
		o.hear(10*time.Second, aircall.EventCallAnswered, o.answered(out))
		o.hear(70*time.Second, aircall.EventCallEnded, o.ended(out))
	},
	"callback": func(o *office) {
		back := map[string]any{"direction": "outbound", "automatic_callback_call_id": 77}
		o.hear(0, aircall.EventCallCreated, back)
		o.hear(10*time.Second, aircall.EventCallAnswered, o.answered(back))
		o.hear(70*time.Second, aircall.EventCallEnded, o.ended(back))
	},
}

func TestTags(t *testing.T) {
	t.Parallel()
	renamed := map[settings.TagName]string{
		settings.TagMissed: "Verpasst", settings.TagCallback: "Rückruf", settings.TagVoicemail: "Mailbox", settings.TagInProgress: "Läuft",
		settings.TagInbound: "rein", settings.TagOutbound: "raus", settings.TagNumber: "Leitung {name}", settings.TagTeam: "{name}-Team",
	}
	for kind, want := range map[string]struct{ byDefault, renamed []string }{
		"inbound answered":    {[]string{"inbound", "phone-number-support us", "team-care", "team-billing"}, []string{"rein", "leitung support us", "care-team", "billing-team"}},
		"missed":              {[]string{"inbound", "phone-number-support us", "missed call"}, []string{"rein", "leitung support us", "verpasst"}},
		"voicemail":           {[]string{"inbound", "phone-number-support us", "missed call", "voicemail"}, []string{"rein", "leitung support us", "verpasst", "mailbox"}},
		"callback asked for":  {[]string{"inbound", "phone-number-support us", "missed call", "callback"}, []string{"rein", "leitung support us", "verpasst", "rückruf"}},
		"outbound unanswered": {[]string{"outbound", "phone-number-support us"}, []string{"raus", "leitung support us"}},
		"outbound answered":   {[]string{"outbound", "phone-number-support us"}, []string{"raus", "leitung support us"}},
		"callback":            {[]string{"outbound", "phone-number-support us", "callback"}, []string{"raus", "leitung support us", "rückruf"}},
	} {
		for name, names := range map[string]map[settings.TagName]string{"by default": nil, "renamed": renamed} {
			for _, existing := range []bool{false, true} {
				t.Run(kind+" "+name+map[bool]string{false: " in a new conversation", true: " in an existing one"}[existing], func(t *testing.T) {
					t.Parallel()
					o := newOffice(t)
					o.settings.Tags.Names = names
					tags, running := want.byDefault, "call in progress"
					if names != nil {
						tags, running = want.renamed, "läuft"
					}
					if existing {
						o.openConversation("vip")
						tags = append([]string{"vip"}, tags...)
					}
					plays[kind](o)
					if strings.Contains(kind, " answered") || kind == "callback" {
						o.env.RegisterDelayedCallback(func() { require.Contains(t, o.theConversation().Tags, running) }, 30*time.Second)
					}
					require.Equal(t, workflows.StatusSynced, o.run().Status)
					require.ElementsMatch(t, tags, o.theConversation().Tags)
				})
			}
		}
	}
	t.Run("without operational tags those of agents stay", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		o.settings.Tags.Operational = false
		o.answeredCall(tagged("Refund"))
		o.env.RegisterDelayedCallback(func() { require.Empty(t, o.theConversation().Tags) }, 30*time.Second)
		o.run()
		require.Equal(t, []string{"refund"}, o.theConversation().Tags)
	})
	t.Run("an agent's tag appears after the end, and a later one some seconds later", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		conversation := o.openConversation()
		o.hear(30*time.Second, aircall.EventCallTagged, o.answered(tagged("Refund")))
		o.answeredCall(tagged("Refund"))
		o.env.RegisterDelayedCallback(func() { require.NotContains(t, o.tagsOf(conversation), "refund") }, 60*time.Second)
		o.env.RegisterDelayedCallback(func() {
			require.Contains(t, o.tagsOf(conversation), "refund")
			require.NotContains(t, o.tagsOf(conversation), "urgent")
		}, 3*time.Minute)
		o.hear(4*time.Minute, aircall.EventCallTagged, o.ended(tagged("Refund", "Urgent")))
		o.env.RegisterDelayedCallback(func() { require.Contains(t, o.tagsOf(conversation), "urgent") }, 4*time.Minute+time.Second)
		require.Equal(t, workflows.StatusSynced, o.run().Status)
		require.Equal(t, []string{"customer", "phone: start", "note: end"}, o.log(), "a tag alone writes no thread")
	})
	t.Run("a tag that a person took off is not put back", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		conversation := o.openConversation("vip")
		o.answeredCall(nil)
		// Before the second log, and again before a tag that comes late.
		o.env.RegisterDelayedCallback(func() { require.NoError(t, o.helpScout.SetTags(conversation, "inbound", "call in progress")) }, 40*time.Second)
		o.env.RegisterDelayedCallback(func() { require.NoError(t, o.helpScout.SetTags(conversation)) }, 3*time.Minute)
		o.hear(4*time.Minute, aircall.EventCallTagged, o.ended(tagged("Refund")))
		o.run()
		require.Equal(t, []string{"refund"}, o.tagsOf(conversation))
	})
	t.Run("a tag that a person puts meanwhile stays", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		conversation := o.openConversation()
		o.answeredCall(tagged("Refund"))
		o.env.RegisterDelayedCallback(func() {
			require.NoError(t, o.helpScout.SetTags(conversation, append(o.tagsOf(conversation), "angry")...))
		}, 40*time.Second)
		o.run()
		require.ElementsMatch(t, []string{"inbound", "phone-number-support us", "angry", "refund"}, o.tagsOf(conversation))
	})
	t.Run("the tag of running calls leaves with the last of them", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		conversation := o.openConversation()
		o.answeredCall(nil)
		o.meanwhile(30*time.Second, func() {
			o.answeredCall(nil)
			o.run()
			require.Contains(t, o.tagsOf(conversation), "call in progress", "the first still runs")
		})
		require.Equal(t, conversation, o.run().Conversation)
		require.ElementsMatch(t, []string{"inbound", "phone-number-support us"}, o.tagsOf(conversation))
	})
	for name, test := range map[string]struct{ aircall, want string }{
		"an emoji":   {"🔥 hot lead", "🔥 hot lead"},
		"capitals":   {"  ÄRGER mit Rechnung ", "ärger mit rechnung"},
		"commas":     {"refund, urgent", "refund urgent"},
		"a long one": {strings.Repeat("ü", 130), strings.Repeat("ü", 100)},
	} {
		t.Run("an agent's tag is written as Help Scout keeps it: "+name, func(t *testing.T) {
			t.Parallel()
			for _, existing := range []bool{false, true} {
				o := newOffice(t)
				want := []string{"inbound", "phone-number-support us", test.want}
				if existing {
					o.openConversation()
				}
				o.answeredCall(tagged(test.aircall))
				// Heard again, it is the same tag.
				o.hear(4*time.Minute, aircall.EventCallTagged, o.ended(tagged(test.aircall)))
				o.run()
				require.ElementsMatch(t, want, o.theConversation().Tags)
			}
		})
	}
	t.Run("a line's name with a comma is one tag", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		named := map[string]any{"number": map[string]any{"id": line, "name": " Support, EU ", "country": "US"}}
		o.missedCall(named)
		require.ElementsMatch(t, []string{"inbound", "missed call", "phone-number-support eu"}, o.theConversation().Tags)
	})
	t.Run("the team is the one that answered", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		o.hear(0, aircall.EventCallCreated, map[string]any{"teams": team("Care")})
		o.hear(50*time.Second, aircall.EventCallEnded, o.missed(map[string]any{"teams": team("Care")}))
		o.run()
		require.NotContains(t, o.theConversation().Tags, "team-care", "no team had a missed call")
	})
}
