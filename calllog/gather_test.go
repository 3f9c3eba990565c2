package calllog_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"callscout/aircall"
	"callscout/calllog"
	"callscout/settings"
)

func TestFactsDoNotDependOnOrderOrRepeats(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		events := drawCall(t).events
		repeated := slices.Clone(events)
		for _, i := range rapid.SliceOfN(rapid.IntRange(0, len(events)-1), 0, 8).Draw(t, "repeats") {
			repeated = append(repeated, events[i])
		}
		shuffled := rapid.Permutation(repeated).Draw(t, "order")
		require.Equal(t, calllog.Gather(events), calllog.Gather(shuffled))
	})
}

// Contradicting events of the same second are the hard case: a sort without a
// last criterion would let the order of arrival decide.
func TestFactsOfOneSecondDoNotDependOnOrder(t *testing.T) {
	t.Parallel()
	names := rapid.SampledFrom([]string{
		aircall.EventCallCreated, aircall.EventCallAnswered, aircall.EventCallTransferred,
		aircall.EventCallUnsuccessfulTransfer, aircall.EventCallTagged, aircall.EventCallUntagged,
		aircall.EventCallEnded, aircall.EventCallArchived, aircall.EventCallCommented,
	})
	rapid.Check(t, func(t *rapid.T) {
		var events []calllog.Event
		for range rapid.IntRange(2, 12).Draw(t, "events") {
			data := with(inbound(), answeredAfter(0, rapid.SampledFrom([]keys{mia, jonas}).Draw(t, "user")))
			if tag := rapid.SampledFrom([]string{"", "a", "b", "Callback Request"}).Draw(t, "tag"); tag != "" {
				data["tags"] = []any{keys{"id": 1, "name": tag}}
			}
			if to := rapid.SampledFrom([]keys{nil, mia, jonas}).Draw(t, "to"); to != nil {
				data["transferred_to"] = to
			}
			after := time.Duration(rapid.IntRange(0, 1).Draw(t, "second")) * time.Second
			events = append(events, webhook(t, names.Draw(t, "name"), after, data))
		}
		before, err := json.Marshal(events)
		require.NoError(t, err)
		shuffled := rapid.Permutation(events).Draw(t, "order")
		require.Equal(t, calllog.Gather(events), calllog.Gather(shuffled))
		after, err := json.Marshal(events)
		require.NoError(t, err)
		require.JSONEq(t, string(before), string(after), "the events themselves are left alone")
	})
}

func TestAnEventHasTheSameIDInEachDelivery(t *testing.T) {
	t.Parallel()
	once := webhook(t, aircall.EventCallCreated, 0, inbound())
	require.Equal(t, once, webhook(t, aircall.EventCallCreated, 0, inbound()))
	for what, other := range map[string]calllog.Event{
		"name":    webhook(t, aircall.EventCallHungup, 0, inbound()),
		"time":    webhook(t, aircall.EventCallCreated, time.Second, inbound()),
		"content": webhook(t, aircall.EventCallCreated, 0, outbound()),
	} {
		require.NotEqual(t, once.ID, other.ID, "another %s is another event", what)
	}
}

func TestWhatALaterEventLeavesOutStaysKnown(t *testing.T) {
	t.Parallel()
	full := with(inbound(), answeredAfter(9*time.Second, mia), keys{
		"contact": ada, "teams": []any{keys{"id": 1, "name": "Care"}}, "tags": []any{keys{"id": 1, "name": "VIP"}},
		"comments": []any{keys{"id": 5, "content": "x", "posted_at": unix(0)}},
	})
	bare := keys{"id": callID, "status": "done", "ended_at": unix(40 * time.Second)}
	f := calllog.Gather([]calllog.Event{
		webhook(t, aircall.EventCallEnded, 60*time.Second, bare),
		webhook(t, aircall.EventCallAnswered, 9*time.Second, full),
	})
	require.Equal(t, "+44 20 7946 0123", f.OutsideNumber)
	require.Equal(t, "Ada Quill", f.Party())
	require.Equal(t, []string{"Care"}, f.Teams)
	require.Equal(t, []string{"VIP"}, f.Tags)
	require.Len(t, f.Comments, 1)
	require.Equal(t, int64(71), f.Agent.ID)
	require.Equal(t, 31*time.Second, f.Talk())
	require.Equal(t, 9*time.Second, f.Waiting())
	require.True(t, f.Final)
}

func TestAnEmptyListOfTagsTakesThemBack(t *testing.T) {
	t.Parallel()
	tagged := with(inbound(), keys{"tags": []any{keys{"id": 1, "name": "VIP"}, keys{"id": 2, "name": " callback request "}}})
	events := []calllog.Event{webhook(t, aircall.EventCallTagged, time.Second, tagged)}
	f := calllog.Gather(events)
	require.Equal(t, []string{"VIP"}, f.Tags)
	require.True(t, f.CallbackAsked)
	events = append(events, webhook(t, aircall.EventCallUntagged, 2*time.Second, with(inbound(), keys{"tags": []any{}})))
	f = calllog.Gather(events)
	require.Empty(t, f.Tags)
	require.False(t, f.CallbackAsked)
}

func TestARingingPhoneMakesNoAgent(t *testing.T) {
	t.Parallel()
	f := calllog.Gather([]calllog.Event{
		webhook(t, aircall.EventCallRingingOnAgent, 2*time.Second, with(inbound(), keys{"user": jonas})),
		webhook(t, aircall.EventCallRingingOnAgent, time.Second, with(inbound(), keys{"user": mia})),
		webhook(t, aircall.EventCallHungup, 20*time.Second, with(inbound(), endedAfter(20*time.Second))),
	})
	require.Nil(t, f.Agent)
	require.Equal(t, []string{"Mia Winter", "Jonas Berg"}, []string{f.Rang[0].Name, f.Rang[1].Name})
	require.True(t, f.Missed())
}

func TestTheLastToTalkIsTheAgent(t *testing.T) {
	t.Parallel()
	talking := with(inbound(), answeredAfter(5*time.Second, mia))
	handed := with(talking, keys{"user": jonas, "transferred_by": mia, "transferred_to": jonas})
	f := calllog.Gather([]calllog.Event{
		webhook(t, aircall.EventCallAnswered, 5*time.Second, talking),
		webhook(t, aircall.EventCallUnsuccessfulTransfer, 30*time.Second, with(handed, keys{"user": mia})),
		webhook(t, aircall.EventCallTransferred, 40*time.Second, handed),
	})
	require.Equal(t, "Jonas Berg", f.Agent.Name)
	require.Len(t, f.Transfers, 2)
	require.True(t, f.Transfers[0].Failed)
	require.False(t, f.Transfers[1].Failed, "the second try went well")
}

func TestACallIsOfOneKind(t *testing.T) {
	t.Parallel()
	over := endedAfter(30 * time.Second)
	talked := with(answeredAfter(9*time.Second, mia), over)
	for name, test := range map[string]struct {
		data    keys
		outcome calllog.Outcome
		kind    settings.CallType
		missed  bool
	}{
		"still ringing":                {inbound(), "", "", false},
		"dialling":                     {outbound(), "", "", false},
		"running":                      {with(inbound(), answeredAfter(time.Second, mia)), calllog.OutcomeAnswered, settings.InboundAnswered, false},
		"inbound, answered":            {with(inbound(), talked), calllog.OutcomeAnswered, settings.InboundAnswered, false},
		"outbound, answered":           {with(outbound(), talked), calllog.OutcomeAnswered, settings.OutboundAnswered, false},
		"outbound, unanswered":         {with(outbound(), over), calllog.OutcomeUnanswered, settings.OutboundUnanswered, false},
		"outbound with a reason":       {with(outbound(), over, keys{"missed_call_reason": "short_abandoned"}), calllog.OutcomeUnanswered, settings.OutboundUnanswered, false},
		"missed without a reason":      {with(inbound(), over), calllog.OutcomeMissed, settings.Missed, true},
		"missed with a voicemail":      {with(inbound(), over, keys{"voicemail": "https://v.example/1.mp3"}), calllog.OutcomeVoicemail, settings.Voicemail, true},
		"missed, a callback asked for": {with(inbound(), over, keys{"tags": []any{keys{"id": 1, "name": "Callback Request"}}}), calllog.OutcomeCallback, settings.Missed, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := facts(t, aircall.EventCallArchived, time.Minute, test.data)
			require.Equal(t, test.outcome, f.Outcome())
			require.Equal(t, test.kind, f.Type())
			require.Equal(t, test.missed, f.Missed())
		})
	}
}

func TestAHangUpWithoutATimeEndsTheCall(t *testing.T) {
	t.Parallel()
	f := facts(t, aircall.EventCallHungup, 20*time.Second, inbound())
	require.Equal(t, ring.Add(20*time.Second), f.EndedAt)
	require.False(t, f.Final, "that was not Aircall's last word")

	f = calllog.Gather([]calllog.Event{fetched(t, ring.Add(time.Hour), with(inbound(), endedAfter(time.Minute)))})
	require.True(t, f.Final)
	require.Equal(t, ring.Add(time.Minute), f.EndedAt)
}

func TestAVanishedCallEndedWhenItWasLastHeardOf(t *testing.T) {
	t.Parallel()
	events := []calllog.Event{webhook(t, aircall.EventCallAnswered, 5*time.Second, with(inbound(), answeredAfter(5*time.Second, mia)))}
	events = append(events, calllog.Vanished(calllog.Gather(events), ring.Add(time.Hour)))
	f := calllog.Gather(events)
	require.True(t, f.Over())
	require.True(t, f.Final)
	require.Equal(t, ring.Add(5*time.Second), f.EndedAt)
}

func TestBlanksAndUnsafeLinksAreNoFacts(t *testing.T) {
	t.Parallel()
	f := facts(t, aircall.EventCallEnded, time.Minute, with(inbound(), endedAfter(time.Minute), keys{
		"teams":     []any{keys{"id": 1, "name": " "}, keys{"id": 2, "name": " Care "}},
		"tags":      []any{keys{"id": 1, "name": ""}, keys{"id": 2, "name": " VIP "}},
		"recording": "javascript:alert(1)", "voicemail": "/relative.mp3",
		"ivr_options_selected": []any{keys{"id": "1", "title": "", "key": "2"}, keys{"id": "2"}},
		"contact":              with(ada, keys{"emails": []any{keys{"value": " "}, keys{"value": "ada@quill.example"}}}),
	}))
	require.Equal(t, []string{"Care"}, f.Teams)
	require.Equal(t, []string{"VIP"}, f.Tags)
	require.Equal(t, []string{"2"}, f.IVR)
	require.Equal(t, []string{"ada@quill.example"}, f.Contact.Emails)
	require.True(t, f.Recording.None())
	require.True(t, f.Voicemail.None())
}

func TestTheLastingLinkIsLogged(t *testing.T) {
	t.Parallel()
	const page = "https://assets.aircall.io/calls/912345678/recording"
	f := facts(t, aircall.EventCallEnded, 0, with(inbound(), keys{"recording": "https://s3.example/a.mp3?X-Amz-Expires=600", "asset": page}))
	require.Equal(t, page, f.Recording.URL())
	require.True(t, f.Voicemail.None(), "one key serves both kinds: this page is a recording's")
	f = facts(t, aircall.EventCallEnded, 0, with(inbound(), keys{
		"voicemail": "https://s3.example/a.mp3", "voicemail_short_url": "https://short-urls.aircall.io/v1/x",
	}))
	require.Equal(t, "https://short-urls.aircall.io/v1/x", f.Voicemail.URL())
}

func TestAnEventWithoutATimeIsRefused(t *testing.T) {
	t.Parallel()
	_, err := calllog.FromWebhook(aircall.Event{Name: aircall.EventCallEnded, Data: []byte(`{"id":1}`)})
	require.ErrorContains(t, err, "timestamp")
	_, err = calllog.FromWebhook(aircall.Event{Name: aircall.EventMessageSent, Timestamp: ring})
	require.ErrorIs(t, err, aircall.ErrNotCall)
}
