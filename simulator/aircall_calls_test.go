package simulator_test

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/aircall"
	"callscout/simulator"
)

func TestEachKindOfCallSendsItsEvents(t *testing.T) {
	t.Parallel()
	for kind, c := range map[string]struct {
		events    string
		direction string
		lasts     time.Duration
		reason    string
	}{
		simulator.InboundAnswered: {
			"created ringing_on_agent answered hold unhold hungup tagged ended comm_assets_generated commented", "inbound", 103 * time.Second, "",
		},
		simulator.InboundMissed:    {"created ringing_on_agent hungup ended", "inbound", 17 * time.Second, "agents_did_not_answer"},
		simulator.InboundVoicemail: {"created ringing_on_agent hungup ended voicemail_left comm_assets_generated", "inbound", 17 * time.Second, "agents_did_not_answer"},
		simulator.InboundAbandoned: {"created ringing_on_agent hungup ended", "inbound", 6 * time.Second, "short_abandoned"},
		simulator.OutboundAnswered: {
			"created answered hungup ended comm_assets_generated commented", "outbound", 47 * time.Second, "",
		},
		simulator.OutboundUnanswered: {"created hungup ended", "outbound", 23 * time.Second, ""},
		simulator.FailedTransfer: {
			"created ringing_on_agent answered hold unhold unsuccessful_transfer hungup tagged ended", "inbound", 205 * time.Second, "",
		},
		simulator.CallbackRequest: {"created hungup tagged ended", "inbound", 25 * time.Second, ""},
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			call := o.place(simulator.Sample(kind))
			var names []string
			for _, event := range o.hub.all() {
				names = append(names, strings.TrimPrefix(event.Name, "call."))
				parsed, err := event.Call()
				require.NoError(t, err, event.Name)
				require.True(t, aircall.Known(event.Name), event.Name)
				require.Equal(t, call.ID, parsed.ID, event.Name)
				require.Equal(t, c.direction, string(parsed.Direction), event.Name)
				require.Equal(t, "+1 202-555-0143", parsed.RawDigits, event.Name)
				require.Equal(t, int64(5001), parsed.Number.ID, event.Name)
				require.Equal(t, "call", event.Resource)
				require.Equal(t, hubToken, event.Token)
			}
			require.Equal(t, strings.Fields(c.events), names)
			hungUp, err := o.hub.first(t, "call.hungup").Call()
			require.NoError(t, err)
			require.Equal(t, c.lasts, hungUp.Duration)
			require.Equal(t, c.lasts, hungUp.EndedAt.Sub(hungUp.StartedAt))
			require.Equal(t, c.reason, string(hungUp.MissedCallReason))
			require.Equal(t, "done", string(hungUp.Status))
			require.Equal(t, kind != simulator.FailedTransfer && !strings.HasSuffix(kind, "_answered"), hungUp.AnsweredAt.IsZero())
		})
	}
	require.Len(t, simulator.Kinds(), 12)
}

func TestKeysOfABodyAreThoseOfTheCaptures(t *testing.T) {
	t.Parallel()
	always := strings.Fields("id direct_link direction status missed_call_reason started_at answered_at ended_at duration cost " +
		"hangup_cause voicemail recording asset raw_digits number archived teams comments tags")
	o := newOffice(t)
	o.AddContact(simulator.Contact{ID: 9, FirstName: "Cleo", PhoneNumbers: []simulator.Detail{{Value: "+12025550143"}}})
	o.place(simulator.Script{Kind: simulator.InboundMissed, ContactID: -1})
	require.ElementsMatch(t, always, slices.Collect(maps.Keys(o.hub.first(t, "call.created").data)), "no user, no contact")
	require.ElementsMatch(t, append(slices.Clone(always), "user"), slices.Collect(maps.Keys(o.hub.first(t, "call.ringing_on_agent").data)))
	require.NotContains(t, o.hub.first(t, "call.hungup").data, "user", "nobody took the call")

	other := newOffice(t)
	other.AddContact(simulator.Contact{ID: 9, FirstName: "Cleo", PhoneNumbers: []simulator.Detail{{Value: "+12025550143"}}})
	other.place(simulator.Sample(simulator.FailedTransfer))
	ended := other.hub.first(t, "call.ended").data
	require.ElementsMatch(t, append(slices.Clone(always), "user", "contact", "transferred_by", "transferred_to"), slices.Collect(maps.Keys(ended)))
	require.NotContains(t, other.hub.first(t, "call.answered").data, "transferred_to")
}

func TestNewerBodiesHaveTheNewerKeys(t *testing.T) {
	t.Parallel()
	o := newOffice(t, func(options *simulator.AircallOptions) { options.NewerBodies = true })
	call := o.place(simulator.Script{Kind: simulator.OutboundAnswered})
	event, err := o.hub.first(t, "call.created").Call()
	require.NoError(t, err)
	require.Equal(t, call.UUID, event.UUID)
	require.Regexp(t, "^CA[0-9a-f]{32}$", event.UUID)
	require.Len(t, event.Participants, 2)
	require.Equal(t, int64(31), event.User.ID, "an outbound call has its agent from the start")
}

func TestTimesOfACallFitTogether(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.place(simulator.Script{Kind: simulator.InboundAnswered, Recording: true, Tags: []string{"Order"}, Comments: []string{"Called.\nTwice."}})
	created, answered, ended := o.hub.first(t, "call.created"), o.hub.first(t, "call.answered"), o.hub.first(t, "call.ended")
	last, err := ended.Call()
	require.NoError(t, err)
	require.Equal(t, last.StartedAt, created.Timestamp)
	require.Equal(t, last.AnsweredAt, answered.Timestamp)
	require.Equal(t, last.EndedAt, o.hub.first(t, "call.hungup").Timestamp)
	require.Equal(t, 8*time.Second, last.AnsweredAt.Sub(last.StartedAt))
	require.WithinDuration(t, time.Now(), last.EndedAt, 5*time.Second, "a fast call is dated back so that it ends now")
	require.Equal(t, []string{"Order"}, []string{last.Tags[0].Name})
	require.Empty(t, last.Recording, "the recording is ready later")

	assets, err := o.hub.first(t, "call.comm_assets_generated").Call()
	require.NoError(t, err)
	require.Contains(t, assets.Recording, "X-Amz-Expires=600")
	require.Contains(t, assets.Asset, "/recording")
	commented, err := o.hub.first(t, "call.commented").Call()
	require.NoError(t, err)
	require.Equal(t, "Called.\nTwice.", commented.Comments[0].Content)
}

func TestAnOutboundCallIsAnnouncedTwoSecondsAfterItsStart(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	call := o.place(simulator.Script{Kind: simulator.OutboundUnanswered})
	require.Equal(t, call.StartedAt.Unix()+2, o.hub.first(t, "call.created").Timestamp.Unix())
}

func TestVoicemailLinksDifferFromEventToEvent(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.place(simulator.Script{Kind: simulator.InboundVoicemail})
	ended, left := o.hub.first(t, "call.ended").data, o.hub.first(t, "call.voicemail_left").data
	require.NotEmpty(t, ended["voicemail"])
	require.NotEqual(t, ended["voicemail"], left["voicemail"], "each reading is signed anew")
	require.Equal(t, ended["asset"], left["asset"])
	require.Nil(t, o.hub.first(t, "call.hungup").data["voicemail"])
}

func TestASystemTagNamesNobody(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.place(simulator.Script{Kind: simulator.CallbackRequest})
	tag := items(o.hub.first(t, "call.tagged").data["tags"])[0]
	require.Equal(t, "Callback Request", tag["name"])
	require.Equal(t, map[string]any{}, tag["tagged_by"])
}

func TestThePaceIsThatOfTheWireDividedBySpeed(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	before := time.Now().Truncate(time.Millisecond)
	o.place(simulator.Script{Kind: simulator.InboundVoicemail, Speed: 100})
	at := map[string]time.Time{}
	for _, delivery := range o.Deliveries() {
		at[delivery.Event] = delivery.At
	}
	// 17 s of ringing, then 30 and 36 s after the hang-up. A busy machine may be
	// late with any of them, and none is early.
	for event, after := range map[string]time.Duration{
		"call.hungup": 170 * time.Millisecond, "call.ended": 470 * time.Millisecond, "call.comm_assets_generated": 530 * time.Millisecond,
	} {
		require.GreaterOrEqual(t, at[event].Sub(before), after, event)
	}
}

func TestEventsAreLostDoubledAndReordered(t *testing.T) {
	t.Parallel()
	in := strings.Fields("call.created call.ringing_on_agent call.answered call.hungup call.ended")
	script := simulator.Script{Kind: simulator.InboundAnswered}

	lossy := newOffice(t)
	lost := script
	lost.Lose = []string{"call.ended", "call.ringing_on_agent"}
	call := lossy.place(lost)
	require.Equal(t, []string{"call.created", "call.answered", "call.hungup"}, lossy.hub.names())
	require.Equal(t, "done", call.Status, "the call goes on all the same")

	double := newOffice(t)
	doubled := script
	doubled.Duplicate = []string{"call.answered"}
	double.place(doubled)
	require.Equal(t, slices.Insert(slices.Clone(in), 3, "call.answered"), double.hub.names())
	all := double.hub.all()
	require.Equal(t, all[2].body, all[3].body)

	inOrder := 0
	for seed := range uint64(5) {
		mixed := newOffice(t)
		shuffled := script
		shuffled.Reorder, shuffled.Seed = []string{"*"}, seed
		mixed.place(shuffled)
		require.ElementsMatch(t, in, mixed.hub.names())
		if slices.Equal(in, mixed.hub.names()) {
			inOrder++
		}
		again := newOffice(t)
		again.place(shuffled)
		require.Equal(t, mixed.hub.names(), again.hub.names(), "a seed decides the order")
	}
	require.Less(t, inOrder, 5)
}

func TestScriptsThatCannotBePlayed(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	used := o.place(simulator.Script{Kind: simulator.InboundMissed, CallID: 77})
	for name, script := range map[string]simulator.Script{
		"no kind":             {},
		"an unknown kind":     {Kind: "conference"},
		"an unknown line":     {Kind: simulator.InboundMissed, NumberID: 1},
		"an unknown agent":    {Kind: simulator.InboundMissed, UserID: 1},
		"no such colleague":   {Kind: simulator.FailedTransfer, TransferTo: 1},
		"a negative speed":    {Kind: simulator.InboundMissed, Speed: -1},
		"a used id":           {Kind: simulator.InboundMissed, CallID: used.ID},
		"a number of letters": {Kind: simulator.InboundMissed, Outside: "nobody"},
		"dialling a secret":   {Kind: simulator.OutboundAnswered, Outside: simulator.Anonymous},
	} {
		_, err := o.Place(context.Background(), script)
		require.Error(t, err, name)
	}
	require.Len(t, o.Calls(), 1)
}

func TestAnAgentAddsToACallLater(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	call := o.place(simulator.Script{Kind: simulator.InboundAnswered})
	o.want(http.StatusNoContent, "POST", "/_simulator/calls/"+id(call.ID)+"/comments", `{"content":"Sent the form"}`)
	o.want(http.StatusNoContent, "POST", "/_simulator/calls/"+id(call.ID)+"/tags", `{"user_id":32,"name":"VIP"}`)
	o.want(http.StatusNoContent, "POST", "/_simulator/calls/"+id(call.ID)+"/archive", "")
	require.Eventually(t, func() bool { return len(o.hub.all()) == 8 }, 5*time.Second, 5*time.Millisecond)
	commented, err := o.hub.first(t, "call.commented").Call()
	require.NoError(t, err)
	require.Equal(t, "Mia Berg", commented.Comments[0].PostedBy.Name)
	tagged, err := o.hub.first(t, "call.tagged").Call()
	require.NoError(t, err)
	require.Equal(t, "Ben Lee", tagged.Tags[0].TaggedBy.Name)
	archived, err := o.hub.first(t, "call.archived").Call()
	require.NoError(t, err)
	require.True(t, archived.Archived)
	for _, bad := range []error{o.Comment(1, 0, "x"), o.Comment(call.ID, 0, " "), o.Comment(call.ID, 99, "x"), o.Archive(1)} {
		require.Error(t, bad)
	}
}

func TestCallsArePlacedByRequest(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	placed := o.want(http.StatusCreated, "POST", "/_simulator/calls?wait=true", `{"kind":"inbound_missed","speed":2000,"ring":"20s"}`)
	call, ok := o.Call(int64(placed.body["call_id"].(float64)))
	require.True(t, ok)
	require.Equal(t, 20*time.Second, call.EndedAt.Sub(call.StartedAt))
	for _, body := range []string{`{}`, `{"kind":"inbound_missed","ring":20}`, `{"kind":"inbound_missed","mood":"bad"}`, `x`} {
		o.want(http.StatusBadRequest, "POST", "/_simulator/calls", body)
	}
	require.NoError(t, o.Emit(context.Background(), "summary.created", []byte(`{"call_id":1}`)))
	require.Equal(t, "conversation_intelligence", o.hub.first(t, "summary.created").Resource)
}
