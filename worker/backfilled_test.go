package worker_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/aircall"
	"callscout/calllog"
	"callscout/settings"
	"callscout/simulator"
	"callscout/workflows"
)

// listed is the call as Aircall's list shows it: it began that long ago.
func (o *office) listed(ago time.Duration, change func(*simulator.Call)) calllog.Event {
	o.t.Helper()
	begin := o.ring.Add(-ago)
	call := simulator.Call{
		ID: o.callID, Direction: "inbound", Status: "done", NumberID: line, RawDigits: "+1 202-555-0143",
		StartedAt: begin, AnsweredAt: begin.Add(10 * time.Second), EndedAt: begin.Add(70 * time.Second), UserID: 9,
	}
	if change != nil {
		change(&call)
	}
	o.aircall.AddNumber(simulator.Number{ID: line, Name: "Support US", Digits: "+1 202-555-0100", Country: "US", TimeZone: "America/New_York"})
	o.aircall.AddUser(simulator.AircallUser{ID: 9, Name: "Mia Berg", Email: "mia.berg@acme.example"})
	o.aircall.PutCall(call)
	api, err := o.acts.Accounts.Aircall(o.t.Context(), o.installation)
	require.NoError(o.t, err)
	shown, err := api.GetCall(o.t.Context(), o.callID)
	require.NoError(o.t, err)
	event, err := calllog.FromREST(shown, o.ring)
	require.NoError(o.t, err)
	return event
}

// backfill logs the call as a backfill does, and tells how long the run took.
func (o *office) backfill(event calllog.Event) time.Duration {
	o.t.Helper()
	o.newCall()
	begun := o.env.Now()
	o.env.RegisterDelayedCallback(func() { o.env.SignalWorkflow(workflows.EventSignal, event) }, 0)
	o.env.ExecuteWorkflow(workflows.CallWorkflow, workflows.CallInput{
		Installation: o.installation, CallID: o.callID, Inbox: o.inbox, Settings: o.settings, Backfilled: true,
	})
	require.True(o.t, o.env.IsWorkflowCompleted())
	require.NoError(o.t, o.env.GetWorkflowError())
	return o.env.Now().Sub(begun)
}

func TestABackfilledCallIsLoggedInItsOwnTimeAndQuietly(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.settings.Calls.AssignConversation = true
	posted := o.ring.Add(-47 * time.Hour)
	event := o.listed(48*time.Hour, func(c *simulator.Call) {
		c.Comments = []simulator.CallComment{{ID: 5, Content: "wants a refund", PostedBy: 9, PostedAt: posted}}
	})
	took := o.backfill(event)
	require.Less(t, took, time.Second, "nothing is waited for that its own time would have brought")
	require.Equal(t, []string{"phone: end"}, o.log(), "one thread says it all")
	conversation := o.theConversation()
	require.True(t, conversation.CreatedAt.Equal(o.ring.Add(-48*time.Hour)), conversation.CreatedAt)
	thread := conversation.Threads[0]
	require.True(t, thread.Imported)
	require.True(t, thread.CreatedAt.Equal(o.ring.Add(-48*time.Hour+70*time.Second)), thread.CreatedAt)
	require.Equal(t, "active", conversation.Status)
	require.EqualValues(t, agentUser, conversation.Assignee)
	require.ElementsMatch(t, []string{"inbound", "phone-number-support us"}, conversation.Tags)
	require.Contains(t, thread.Body, "wants a refund")
	require.Empty(t, o.aircall.Cards())
	require.Empty(t, o.aircall.Contacts())
	for _, request := range o.aircall.Requests() {
		require.Equal(t, http.MethodGet, request.Method, "Aircall's address book is left alone")
	}

	o.helpScout.ResetRequests()
	o.backfill(event)
	require.Zero(t, o.helpScout.Units(), "the ledger knows it all")
}

func TestABackfilledCallKeepsTheStatusOfAConversation(t *testing.T) {
	t.Parallel()
	const ago = 72 * time.Hour
	for name, test := range map[string]struct {
		closed time.Duration
		reopen bool
		// want is the conversation's status; other says that another one is opened.
		want  string
		other bool
	}{
		"open":                     {want: "active"},
		"closed, and no reopening": {closed: ago + time.Hour, want: "closed", other: true},
		"closed within the window before the call":    {closed: ago + time.Hour, reopen: true, want: "active"},
		"closed before the window":                    {closed: ago + 49*time.Hour, reopen: true, want: "closed", other: true},
		"closed after the call, which it stays":       {closed: time.Hour, reopen: true, want: "closed"},
		"closed after the call and long ago by today": {closed: 60 * time.Hour, reopen: true, want: "closed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			o.settings.Calls.ReopenClosed = test.reopen
			existing := simulator.Conversation{
				MailboxID: inbox, CustomerID: o.knownCustomer(), Subject: "Order 7", Status: "active", Type: "email",
				CreatedAt: o.ring.Add(-200 * time.Hour), Threads: []simulator.Thread{{Type: "customer", Body: "Where is it?"}},
			}
			if test.closed > 0 {
				existing.Status, existing.ClosedAt = "closed", o.ring.Add(-test.closed)
			}
			existing = o.helpScout.AddConversation(existing)
			o.backfill(o.listed(ago, nil))
			after, _ := o.helpScout.Conversation(existing.ID)
			require.Equal(t, test.want, after.Status)
			require.Equal(t, test.other, len(o.helpScout.Conversations()) == 2)
			require.Contains(t, o.log(), "phone: end")
			if !test.other {
				last := after.Threads[len(after.Threads)-1]
				require.True(t, last.Imported)
				require.True(t, last.CreatedAt.Equal(o.ring.Add(-ago+70*time.Second)))
				require.Zero(t, after.Assignee, "nobody is told of an old call by being assigned")
			}
		})
	}
}

func TestABackfilledCallIsClosedAfterwardsWhereTheCompanyWantsThat(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.settings.Calls.ClosedAfter = []settings.CallType{settings.InboundAnswered}
	o.backfill(o.listed(48*time.Hour, nil))
	require.Equal(t, "closed", o.theConversation().Status)
}

func TestWhatComesLateOfABackfilledCallHasItsOwnTime(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	event := o.listed(48*time.Hour, nil)
	o.backfill(event)
	posted := o.ring.Add(-47 * time.Hour)
	o.backfill(o.listed(48*time.Hour, func(c *simulator.Call) {
		c.Comments = []simulator.CallComment{{ID: 5, Content: "wants a refund", PostedBy: 9, PostedAt: posted}}
	}))
	require.Equal(t, []string{"phone: end", "note: comment 5"}, o.log())
	note := o.theConversation().Threads[1]
	require.True(t, note.Imported)
	require.True(t, note.CreatedAt.Equal(posted), note.CreatedAt)
}

// A live call and its entry in the list meet in one run, whichever comes first.
func TestALiveCallThatIsDeliveredByAListAsWellIsLoggedOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	event := o.listed(0, nil)
	o.answeredCall(nil)
	o.env.RegisterDelayedCallback(func() { o.env.SignalWorkflow(workflows.EventSignal, event) }, 80*time.Second)
	require.Equal(t, workflows.StatusSynced, o.run().Status)
	require.Equal(t, []string{"phone: start", "note: end"}, o.log())
	require.False(t, o.theConversation().Threads[1].Imported)

	o.callID++
	event = o.listed(time.Hour, nil)
	o.newCall()
	for _, late := range []string{aircall.EventCallCreated, aircall.EventCallEnded} {
		o.hear(time.Millisecond, late, o.ended(nil))
	}
	o.env.RegisterDelayedCallback(func() { o.env.SignalWorkflow(workflows.EventSignal, event) }, 0)
	o.env.ExecuteWorkflow(workflows.CallWorkflow, workflows.CallInput{
		Installation: o.installation, CallID: o.callID, Inbox: o.inbox, Settings: o.settings, Backfilled: true,
	})
	require.NoError(t, o.env.GetWorkflowError())
	count := 0
	for _, entry := range o.log() {
		if entry == "phone: end" {
			count++
		}
	}
	require.Equal(t, 1, count, o.log())
}
