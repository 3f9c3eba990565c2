package worker_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/aircall"
	"callscout/settings"
	"callscout/simulator"
	"callscout/workflows"
)

// kinds are calls of every type that settings speak of.
var kinds = map[string]settings.CallType{
	"inbound answered": settings.InboundAnswered, "missed": settings.Missed, "voicemail": settings.Voicemail,
	"callback asked for": settings.Missed, "outbound answered": settings.OutboundAnswered, "outbound unanswered": settings.OutboundUnanswered,
}

func TestTypesOfCalls(t *testing.T) {
	t.Parallel()
	for kind, itself := range kinds {
		for _, only := range []bool{true, false} {
			t.Run(kind+map[bool]string{true: " is logged where only its type is", false: " is left out where only the others are"}[only], func(t *testing.T) {
				t.Parallel()
				o := newOffice(t)
				if only {
					o.settings.Calls.Types = []settings.CallType{itself}
				} else {
					o.settings.Calls.Types = slices.DeleteFunc(o.settings.Calls.Types, func(c settings.CallType) bool { return c == itself })
				}
				plays[kind](o)
				result := o.run()
				if only {
					require.Equal(t, workflows.StatusSynced, result.Status)
					require.Contains(t, strings.Join(o.log(), "\n"), ": end")
					return
				}
				require.Equal(t, workflows.StatusSkipped, result.Status)
				require.Empty(t, o.helpScout.Conversations())
			})
		}
		for _, closes := range []bool{true, false} {
			t.Run(kind+map[bool]string{true: " closes its new conversation", false: " leaves it open where others close"}[closes], func(t *testing.T) {
				t.Parallel()
				o := newOffice(t)
				want := "active"
				if closes {
					want, o.settings.Calls.ClosedAfter = "closed", []settings.CallType{itself}
				} else {
					for _, other := range kinds {
						if other != itself {
							o.settings.Calls.ClosedAfter = append(o.settings.Calls.ClosedAfter, other)
						}
					}
				}
				plays[kind](o)
				if strings.HasSuffix(kind, " answered") {
					o.env.RegisterDelayedCallback(func() { require.Equal(t, "active", o.theConversation().Status, "while it runs") }, 30*time.Second)
				}
				require.Equal(t, workflows.StatusSynced, o.run().Status)
				require.Equal(t, want, o.theConversation().Status)
			})
		}
		t.Run(kind+" closes no conversation that was there", func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			o.settings.Calls.ClosedAfter = []settings.CallType{itself}
			conversation := o.openConversation()
			plays[kind](o)
			require.Equal(t, conversation, o.run().Conversation)
			require.Equal(t, "active", o.theConversation().Status)
		})
	}
}

// Some minutes after the end Aircall moves times by a second, and the duration with
// them.
func TestWhatAircallCorrectsAfterTheEndWritesNothing(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	conversation := o.openConversation()
	o.answeredCall(nil)
	o.hear(5*time.Minute, aircall.EventCallArchived, o.ended(map[string]any{
		"started_at": o.unix(time.Second), "answered_at": o.unix(11 * time.Second), "ended_at": o.unix(72 * time.Second), "duration": 71}))
	o.env.RegisterDelayedCallback(o.helpScout.ResetRequests, 5*time.Minute)
	require.Equal(t, workflows.StatusSynced, o.run().Status)
	require.Equal(t, []string{"customer", "phone: start", "note: end"}, o.log())
	require.Empty(t, o.helpScout.Requests())
	require.Contains(t, o.says(conversation), "Call ended after 1 min of talk")
}

func TestNotesLeaveEveryStatusAsItIs(t *testing.T) {
	t.Parallel()
	for _, status := range []string{"active", "pending", "closed"} {
		t.Run(status, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			conversation := o.openConversation()
			o.answeredCall(nil)
			o.env.RegisterDelayedCallback(func() { require.NoError(t, o.helpScout.SetStatus(conversation, status)) }, 40*time.Second)
			o.hear(4*time.Minute, aircall.EventCallCommented, o.ended(map[string]any{"comments": []any{
				map[string]any{"id": 5, "content": "Will call again", "posted_at": o.unix(4 * time.Minute), "posted_by": o.agent}}}))
			o.run()
			require.Equal(t, []string{"customer", "phone: start", "note: end", "note: comment 5"}, o.log())
			require.Equal(t, status, o.theConversation().Status)
		})
	}
}

// What a log costs beside the lookup of the customer, as Help Scout counts it.
func TestWhatOneLogCosts(t *testing.T) {
	t.Parallel()
	count := func(t *testing.T, requests []simulator.Request) (units int) {
		t.Helper()
		for _, request := range requests {
			t.Logf("%d units: %s %s -> %d", request.Units, request.Method, request.Path, request.Status)
			units += request.Units
		}
		return units
	}
	t.Run("a missed call into a new conversation", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		o.knownCustomer()
		require.NoError(t, o.acts.Directory.Warm(t.Context(), "acme"))
		o.helpScout.ResetRequests()
		o.missedCall(nil)
		lookup := o.lookups()
		units := count(t, o.helpScout.Requests()) - lookup
		t.Logf("Help Scout units for a missed call into a new conversation, after the lookup: %d of at most 4", units)
		require.LessOrEqual(t, units, 4)
	})
	for _, existing := range []bool{false, true} {
		t.Run("the second log with its tags"+map[bool]string{false: " in a new conversation", true: " in an existing one"}[existing], func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			if existing {
				o.openConversation()
			}
			require.NoError(t, o.acts.Directory.Warm(t.Context(), "acme"))
			o.answeredCall(tagged("Refund"))
			o.env.RegisterDelayedCallback(o.helpScout.ResetRequests, 60*time.Second)
			o.run()
			units := count(t, o.helpScout.Requests())
			t.Logf("Help Scout units for the second log with its tags: %d of at most 5", units)
			require.LessOrEqual(t, units, 5)
		})
	}
}
