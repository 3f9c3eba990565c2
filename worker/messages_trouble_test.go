package worker_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"

	"callscout/calllog"
	"callscout/simulator"
	"callscout/workflows"
)

// messageWrites are all requests that change something in the course of messages.
var messageWrites = []struct{ method, path string }{
	{"POST", "/v2/customers"}, {"POST", "/v2/conversations"}, {"PUT", "/v2/conversations/*/tags"}, {"PATCH", "/v2/conversations/*"},
	{"POST", "/v2/conversations/*/notes"}, {"POST", "/v2/conversations/*/customer"},
}

func TestAnAnswerLostInAnyWriteOfMessagesWritesNothingTwice(t *testing.T) {
	t.Parallel()
	for _, drop := range []string{simulator.DropBefore, simulator.DropAfter} {
		for _, existing := range []bool{false, true} {
			for _, write := range messageWrites {
				t.Run(fmt.Sprintf("%s the commit of %s %s existing=%v", drop, write.method, write.path, existing), func(t *testing.T) {
					t.Parallel()
					o, files := newChat(t)
					o.settings.Messages.ReopenClosed, o.settings.Messages.SetOwner = true, true
					files.put("https://media.example/1", []byte("photo"))
					want := []string{"customer: m-1 · m-2", "note: m-3", "note: m-3 / failed", "customer: m-4"}
					if existing {
						o.helpScout.AddConversation(simulator.Conversation{
							MailboxID: inbox, CustomerID: o.knownCustomer(), Subject: "Order 7", Status: "closed", ClosedAt: o.ring.Add(-time.Minute), Type: "email",
							Threads: []simulator.Thread{{Type: "customer", Body: "Where is it?"}},
						})
						want = append([]string{"customer"}, want...)
					}
					require.NoError(o.t, o.helpScout.Fault(simulator.Fault{Method: write.method, PathPattern: write.path, Drop: drop, Times: 1}))
					o.receives(0, "m-1", photo("https://media.example/1"))
					o.receives(time.Second, "m-2", nil)
					o.sends(10*time.Minute, "m-3", nil)
					o.status(20*time.Minute, "m-3", "failed")
					o.receives(30*time.Minute, "m-4", nil)
					require.Equal(t, workflows.StatusSynced, o.chats().Status)
					require.Equal(t, want, o.messageLog())
					require.Len(t, o.helpScout.Customers(), 1)
					require.Equal(t, agentUser, int(o.theConversation().Assignee))
					require.Equal(t, 1, attached(o.theConversation()))
					o.mailsNobody()
				})
			}
		}
	}
}

// An attempt that was cut off is found by each of its messages, also where more have
// come since.
func TestALostAnswerIsFoundAlthoughTheBurstHasGrown(t *testing.T) {
	t.Parallel()
	for name, path := range map[string]string{"a new conversation": "/v2/conversations", "one that is there": "/v2/conversations/*/customer"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o, _ := newChat(t)
			if name != "a new conversation" {
				o.helpScout.AddConversation(simulator.Conversation{
					MailboxID: inbox, CustomerID: o.knownCustomer(), Subject: "Order 7", Status: "active", Type: "email",
					Threads: []simulator.Thread{{Type: "note", Body: "Where is it?"}},
				})
			}
			o.loseAnswer(path)
			o.receives(time.Second, "m-1", nil)
			o.receives(2*time.Second, "m-2", nil)
			// Sent before and between them, they come while the run stands still.
			o.arrives(4*time.Minute, o.messageSays(0, "message.received", "m-0", nil))
			o.arrives(4*time.Minute, o.messageSays(1500*time.Millisecond, "message.received", "m-1b", nil))
			require.Equal(t, workflows.StatusSynced, o.chats().Status)
			text := strings.Join(o.messageLog(), "\n")
			require.Contains(t, text, "customer: m-1 · m-2")
			for _, id := range []string{"m-0", "m-1", "m-1b", "m-2"} {
				n := 0
				for _, thread := range o.theConversation().Threads {
					if (calllog.MessagePart{Kind: calllog.MessageText}).CarriedBy(thread.Body, id) {
						n++
					}
				}
				require.Equal(t, 1, n, id)
			}
		})
	}
}

func (o *office) status(after time.Duration, id, word string) {
	o.t.Helper()
	o.arrives(after, o.messageSays(after, "message.status_updated", id, map[string]any{"status": word}))
}

func TestARefusalParksTheRunAndARetryGoesOn(t *testing.T) {
	t.Parallel()
	o, _ := newChat(t)
	require.NoError(t, o.helpScout.Fault(simulator.Fault{Method: http.MethodPost, PathPattern: "/v2/conversations", Status: http.StatusForbidden}))
	o.receives(0, "m-1", nil)
	o.sends(time.Second, "m-2", nil)
	var answer string
	o.env.RegisterDelayedCallback(func() {
		view := o.chatView()
		require.Equal(t, workflows.StatusNeedsAttention, view.Status)
		require.Equal(t, calllog.HelpScoutForbidden, view.Parked.Problem)
		require.Equal(t, 2, view.Open)
		require.Contains(t, view.Details, "callscout messages retry")
		for _, private := range []string{"555", "Mia", "text of"} {
			require.NotContains(t, view.Details, private)
		}
		o.helpScout.ClearFaults()
		o.env.UpdateWorkflow(workflows.Retry, "1", updated(t, &answer), workflows.Decision{By: "test"})
	}, time.Minute)
	require.Equal(t, workflows.StatusSynced, o.chats().Status)
	require.Equal(t, []string{"customer: m-1", "note: m-2"}, o.messageLog())
	require.Contains(t, answer, "goes on")
}

// updated keeps what an update answers.
func updated(t *testing.T, answer *string) *testsuite.TestUpdateCallback {
	t.Helper()
	return &testsuite.TestUpdateCallback{
		OnAccept: func() {},
		OnReject: func(err error) { require.NoError(t, err) },
		OnComplete: func(result any, err error) {
			require.NoError(t, err)
			*answer, _ = result.(string)
		},
	}
}

func TestASkipGivesUpOnlyWhatStandsStill(t *testing.T) {
	t.Parallel()
	o, _ := newChat(t)
	require.NoError(t, o.helpScout.Fault(simulator.Fault{Method: http.MethodPost, PathPattern: "/v2/conversations", Status: http.StatusForbidden}))
	o.receives(0, "m-1", nil)
	o.receives(10*time.Second, "m-2", nil)
	var answer string
	o.env.RegisterDelayedCallback(func() {
		o.helpScout.ClearFaults()
		o.env.UpdateWorkflow(workflows.Skip, "1", updated(t, &answer), workflows.Decision{By: "test", Reason: "spam"})
	}, time.Minute)
	o.status(time.Hour, "m-1", "failed")
	o.chats()
	require.Equal(t, []string{"customer: m-2"}, o.messageLog())
	require.Equal(t, "skipped: spam", answer)
	o.newCall()
	o.receives(0, "m-1", nil)
	o.chats()
	require.Equal(t, []string{"customer: m-2"}, o.messageLog(), "a skip holds for later runs")
}

func TestLimitsAndOutagesOfMessagesPass(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]simulator.Fault{
		"429":      {Status: 429, Header: map[string]string{"X-RateLimit-Retry-After": "20"}, Times: 3},
		"503":      {Status: 503, Times: 5},
		"an hour":  {Status: 500, Times: 60},
		"no token": {Status: 401, PathPattern: "/v2/conversations*", Times: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o, _ := newChat(t)
			require.NoError(o.t, o.helpScout.Fault(fault))
			for i := range 10 {
				o.receives(time.Duration(i)*7*time.Second, fmt.Sprintf("m-%d", i), nil)
			}
			require.Equal(t, workflows.StatusSynced, o.chats().Status)
			text := strings.ReplaceAll(strings.Join(o.messageLog(), " "), " · ", " ")
			require.Equal(t, "m-0 m-1 m-2 m-3 m-4 m-5 m-6 m-7 m-8 m-9", strings.ReplaceAll(text, "customer: ", ""), "in their order")
			require.Len(t, o.helpScout.Customers(), 1)
			o.theConversation()
		})
	}
}

func TestAConversationThatTakesNothingMoreIsLeft(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(o *office, id int64){
		"full": func(o *office, id int64) {
			for range 98 {
				require.NoError(o.t, o.helpScout.AddThread(id, simulator.Thread{Type: "note", Body: "x"}))
			}
		},
		"deleted":           func(o *office, id int64) { require.NoError(o.t, o.helpScout.DeleteConversation(id)) },
		"spam":              func(o *office, id int64) { require.NoError(o.t, o.helpScout.SetStatus(id, "spam")) },
		"closed":            func(o *office, id int64) { require.NoError(o.t, o.helpScout.SetStatus(id, "closed")) },
		"moved to an inbox": func(o *office, id int64) { require.NoError(o.t, o.helpScout.MoveConversation(id, otherInbox)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o, _ := newChat(t)
			o.helpScout.AddMailbox(simulator.Mailbox{ID: otherInbox, Name: "Other"})
			o.receives(0, "m-1", nil)
			o.sends(time.Minute, "m-2", nil)
			var first int64
			o.env.RegisterDelayedCallback(func() {
				first = o.theConversation().ID
				end(o, first)
			}, time.Hour)
			o.receives(2*time.Hour, "m-3", nil)
			o.sends(3*time.Hour, "m-4", nil)
			result := o.chats()
			require.Equal(t, workflows.StatusSynced, result.Status)
			require.NotEqual(t, first, result.Conversation)
			second, found := o.helpScout.Conversation(result.Conversation)
			require.True(t, found)
			require.Equal(t, []string{"customer: m-3", "note: m-4"}, threadsOf(second))
			says := strings.Contains(second.Threads[0].Body, "Continues")
			require.Equal(t, name == "full" || name == "deleted" || name == "spam", says, second.Threads[0].Body)
			require.NotContains(t, second.Threads[1].Body, "Continues")
		})
	}
}

func TestAMergeOfTheConversationIsFollowed(t *testing.T) {
	t.Parallel()
	o, _ := newChat(t)
	o.sends(0, "m-1", nil)
	var target int64
	o.env.RegisterDelayedCallback(func() {
		old := o.theConversation()
		target = o.helpScout.AddConversation(simulator.Conversation{
			MailboxID: inbox, CustomerID: old.CustomerID, Subject: "Order 7", Status: "active", Type: "email",
			Threads: []simulator.Thread{{Type: "note", Body: "x"}},
		}).ID
		require.NoError(t, o.helpScout.MergeConversation(old.ID, target))
	}, time.Hour)
	o.status(2*time.Hour, "m-1", "failed")
	o.receives(3*time.Hour, "m-2", nil)
	require.Equal(t, target, o.chats().Conversation)
	found, _ := o.helpScout.Conversation(target)
	text := strings.Join(threadsOf(found), " ")
	require.Contains(t, text, "note: m-1 / failed")
	require.Contains(t, text, "customer: m-2")
}

func TestACustomerOfMessagesWhoIsGoneIsLookedUpAnew(t *testing.T) {
	t.Parallel()
	o, _ := newChat(t)
	o.receives(0, "m-1", nil)
	o.chats()
	require.NoError(t, o.helpScout.DeleteConversation(o.theConversation().ID))
	require.NoError(t, o.helpScout.DeleteCustomer(o.helpScout.Customers()[0].ID))
	o.newCall()
	o.receives(0, "m-2", nil)
	require.Equal(t, workflows.StatusSynced, o.chats().Status)
	require.Len(t, o.helpScout.Customers(), 1)
	require.Contains(t, strings.Join(o.messageLog(), " "), "customer: m-2")
}
