package workflows_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/activities/contract"
	"callscout/aircall"
	"callscout/calllog"
	"callscout/workflows"
)

func (d *desk) answeredCall() {
	d.hear(0, aircall.EventCallCreated, nil)
	d.hear(10*time.Second, aircall.EventCallAnswered, answered())
	d.hear(100*time.Second, aircall.EventCallEnded, ended(nil))
}

func TestTheAgentIsGreetedOnceBesideTheLog(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.answeredCall()
	require.Equal(t, workflows.StatusSynced, d.run().Status)
	require.Equal(t, []string{contract.ShowCard, contract.SyncContact}, d.beside)
	require.EqualValues(t, 501, d.cards[0].Found.Customer)
	require.Equal(t, "Jane", d.cards[0].Found.Profile.FirstName)
	greeting := d.view().Greeting
	require.Equal(t, "shown", greeting.Card.Did)
	require.EqualValues(t, 77, greeting.ContactID)
	require.Equal(t, "made", greeting.Contact.Did)
	details := d.view().Details
	require.Contains(t, details, "Customer [501](https://secure.helpscout.net/customer/501/0/): found by the number")
	require.Contains(t, details, "Insight card: shown")
	require.Contains(t, details, "Contact in Aircall: made")
	require.NotContains(t, details, "Jane", "no names in the details")
}

func TestNobodyIsGreetedOnceTheCallIsOver(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.hear(0, aircall.EventCallEnded, missedCall(nil))
	require.Equal(t, workflows.StatusSynced, d.run().Status)
	require.Equal(t, []string{contract.SyncContact}, d.beside, "Aircall's address book is for the next call")
}

func TestWhatFailsBesideTheLogParksNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.fail[contract.ShowCard] = []error{refused(calllog.AircallRefused)}
	d.fail[contract.SyncContact] = []error{refused(calllog.AircallUnauthorized)}
	d.answeredCall()
	require.Equal(t, workflows.StatusSynced, d.run().Status)
	view := d.view()
	require.Nil(t, view.Parked)
	require.Equal(t, workflows.Deed{Did: "not shown", Problem: calllog.AircallRefused, Message: "text may not be empty"}, view.Greeting.Card)
	require.Contains(t, view.Details, "Contact in Aircall: not made: Aircall did not accept the connection.")
}

func TestACustomerWhoIsGoneIsSoughtAnewBeforeAnythingIsWritten(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	customers := []int64{501, 502}
	d.find = func() contract.FindCustomerResult {
		next := customers[0]
		customers = customers[1:]
		return contract.FindCustomerResult{Customer: next, How: calllog.Remembered}
	}
	d.show = func(in contract.CardInput) contract.CardResult {
		return contract.CardResult{Gone: in.Found.Customer == 501}
	}
	d.answeredCall()
	require.Equal(t, workflows.StatusSynced, d.run().Status)
	require.Equal(t, []string{contract.ShowCard, contract.ShowCard, contract.SyncContact}, d.beside)
	require.EqualValues(t, 502, d.threads[0].Customer)
	require.Equal(t, "shown", d.view().Greeting.Card.Did)
}

// The list that the card showed is used for a minute; the choice is never made
// from an older one.
func TestTheConversationsAreReadOnceForTheCardAndTheChoice(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answeredAfter time.Duration
		again         bool
	}{"answered soon": {10 * time.Second, false}, "answered late": {90 * time.Second, true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			listed := []calllog.Candidate{{ID: 900, Inbox: 85, Status: "active"}}
			d.show = func(contract.CardInput) contract.CardResult {
				return contract.CardResult{Listed: listed, ListedAt: d.env.Now()}
			}
			d.hear(0, aircall.EventCallCreated, nil)
			d.hear(test.answeredAfter, aircall.EventCallAnswered, map[string]any{"status": "answered", "answered_at": at(test.answeredAfter), "user": agent})
			d.hear(5*time.Minute, aircall.EventCallEnded, ended(map[string]any{"ended_at": at(4 * time.Minute)}))
			require.Equal(t, workflows.StatusSynced, d.run().Status)
			require.Len(t, d.choices, 1)
			require.Equal(t, test.again, d.choices[0].ListedAt.IsZero())
			if !test.again {
				require.Equal(t, listed, d.choices[0].Listed)
			}
		})
	}
}

func TestALedgerThatDoesNotAnswerAtOnceIsAskedInAnActivity(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.fail[string(calllog.Remember)] = []error{refused(calllog.StoreDown)}
	d.answeredCall()
	require.Equal(t, workflows.StatusSynced, d.run().Status)
	require.Equal(t, []string{"Recall", "Recall", "FindCustomer"}, d.did[:3])
}
