package worker_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/aircall"
	"callscout/settings"
	"callscout/simulator"
	"callscout/workflows"
)

// handsOn plays an answered call that is handed on to a number 60 s after its ring.
func (o *office) handsOn(to string) workflows.CallResult {
	o.t.Helper()
	handed := map[string]any{"external_transferred_to": to, "transferred_by": o.agent}
	o.hear(0, aircall.EventCallCreated, nil)
	o.hear(10*time.Second, aircall.EventCallAnswered, o.answered(nil))
	o.hear(60*time.Second, aircall.EventCallExternalTransferred, o.answered(handed))
	o.hear(70*time.Second, aircall.EventCallHungup, o.ended(nil))
	o.hear(100*time.Second, aircall.EventCallEnded, o.ended(nil))
	return o.run()
}

// leg plays the call that Aircall makes of it.
func (o *office) leg(later time.Duration, more map[string]any) workflows.CallResult {
	o.t.Helper()
	o.nextCall(later)
	o.hear(0, aircall.EventCallCreated, more)
	o.hear(10*time.Second, aircall.EventCallAnswered, o.answered(more))
	o.hear(70*time.Second, aircall.EventCallEnded, o.ended(more))
	return o.run()
}

func overLine(id int64, name string) map[string]any {
	return map[string]any{"number": map[string]any{
		"id": id, "name": name, "digits": "+1 202-555-0177", "country": "US", "time_zone": "America/New_York"}}
}

// Aircall makes a new call of one that is handed on to a number: the two are one
// matter.
func TestTransfersToANumber(t *testing.T) {
	t.Parallel()
	toOutside := map[string]any{"direction": "outbound", "raw_digits": thirdParty}
	for name, test := range map[string]struct {
		to       string
		leg      map[string]any
		later    time.Duration
		target   settings.LogTarget
		inbox    int64
		together bool
		refers   bool
	}{
		"a transfer to another number goes on in the same conversation":                        {to: "+1 202-555-0177", leg: overLine(otherLine, "Sales"), later: time.Minute, together: true, refers: true},
		"a transfer to another number does so where each call is to get its own":               {to: "+1 202-555-0177", leg: overLine(otherLine, "Sales"), later: time.Minute, target: settings.NewConversation, together: true, refers: true},
		"a transfer to an outside number goes on in the same conversation":                     {to: thirdParty, leg: toOutside, later: time.Minute, together: true, refers: true},
		"a transfer to an outside number does so where each call is to get its own":            {to: thirdParty, leg: toOutside, later: time.Minute, target: settings.NewConversation, together: true, refers: true},
		"a number that is mapped to another inbox has its own conversation with the reference": {to: "+1 202-555-0177", leg: overLine(otherLine, "Sales"), later: time.Minute, inbox: billing, refers: true},
		"a call minutes later is another matter":                                               {to: "+1 202-555-0177", leg: overLine(otherLine, "Sales"), later: 10 * time.Minute, target: settings.NewConversation},
		"a call on the same line is another matter":                                            {to: "+1 202-555-0177", later: time.Minute, target: settings.NewConversation},
		"a call with somebody else is another matter":                                          {to: thirdParty, leg: map[string]any{"direction": "outbound", "raw_digits": "+44 20 7946 0111"}, later: time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			o.helpScout.AddMailbox(simulator.Mailbox{ID: billing, Name: "Billing"})
			if test.target != "" {
				o.settings.Calls.LogTo = test.target
			}
			customer := o.knownCustomer()
			first := o.handsOn(test.to)
			require.Equal(t, workflows.StatusSynced, first.Status)
			chain := map[string]string{"+1 202-555-0177": "by Mia Berg to +1 202-555-0177", thirdParty: "by Mia Berg to +44 20 7946 0999"}
			require.Contains(t, o.says(first.Conversation), "Transfer: "+chain[test.to])

			if test.inbox != 0 {
				o.inbox = test.inbox
			}
			second := o.leg(test.later, test.leg)
			require.Equal(t, workflows.StatusSynced, second.Status)
			if test.together {
				require.Equal(t, first.Conversation, second.Conversation)
				require.Equal(t, customer, o.theConversation().CustomerID)
				require.Equal(t, 2, strings.Count(o.says(second.Conversation), "/ start"))
				require.Equal(t, 2, strings.Count(o.says(second.Conversation), "/ end"))
			} else {
				require.NotEqual(t, first.Conversation, second.Conversation)
			}
			reference := "Second leg: continues Aircall call 4186780376, which was transferred"
			if test.refers {
				require.Equal(t, 1, strings.Count(o.says(second.Conversation), reference))
			} else {
				require.NotContains(t, o.says(second.Conversation), reference)
			}
		})
	}
	t.Run("the second leg begins while the first is not written to its end", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		o.meanwhile(61*time.Second, func() {
			legs := overLine(otherLine, "Sales")
			o.hear(0, aircall.EventCallCreated, legs)
			o.hear(10*time.Second, aircall.EventCallAnswered, o.answered(legs))
			o.hear(70*time.Second, aircall.EventCallEnded, o.ended(legs))
			require.Equal(t, workflows.StatusSynced, o.run().Status)
			require.Contains(t, o.theConversation().Tags, "call in progress", "the first leg holds it")
		})
		require.Equal(t, workflows.StatusSynced, o.handsOn("+1 202-555-0177").Status)
		require.ElementsMatch(t, []string{"inbound", "phone-number-support us", "phone-number-sales"}, o.theConversation().Tags)
	})
	t.Run("a second leg that nobody takes", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		first := o.handsOn("+1 202-555-0177")
		o.nextCall(time.Minute)
		require.Equal(t, first.Conversation, o.missedCall(overLine(otherLine, "Sales")).Conversation)
		require.Contains(t, o.says(first.Conversation), "Reason: no agent was available Second leg: continues Aircall call 4186780376")
	})
	t.Run("the conversation of the first leg is gone", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		first := o.handsOn("+1 202-555-0177")
		require.NoError(t, o.helpScout.DeleteConversation(first.Conversation))
		leg := o.leg(time.Minute, overLine(otherLine, "Sales"))
		require.NotEqual(t, first.Conversation, leg.Conversation)
		require.Contains(t, o.says(leg.Conversation), "Second leg: continues Aircall call 4186780376")
	})
}
