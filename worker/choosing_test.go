package worker_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/calllog"
	"callscout/settings"
	"callscout/simulator"
	"callscout/workflows"
)

const billing = 86

// conversationOf adds a conversation of a customer, in the inbox of the line unless
// another one is given.
func (o *office) conversationOf(customer int64, c simulator.Conversation) int64 {
	o.t.Helper()
	c.CustomerID, c.Type = customer, "email"
	if c.MailboxID == 0 {
		c.MailboxID = inbox
	}
	c.Threads = append(c.Threads, simulator.Thread{Type: "customer", Body: "Where is it?"})
	return o.helpScout.AddConversation(c).ID
}

// says is what a reader sees of the logs in a conversation.
func (o *office) says(conversation int64) string {
	var texts []string
	for _, thread := range o.threads(conversation) {
		if thread.Type == "phone" || thread.Type == "note" {
			texts = append(texts, calllog.VisibleText(thread.Body))
		}
	}
	return strings.Join(texts, "\n")
}

// nextCall readies the office for another call, which begins so much later.
func (o *office) nextCall(later time.Duration) {
	o.callID++
	o.ring = o.ring.Add(later)
	o.newCall()
}

// meanwhile plays another call from its ring to its settled log at one moment of
// the call that is being readied.
func (o *office) meanwhile(at time.Duration, play func()) {
	first, ring := o.callID, o.ring
	o.env.RegisterDelayedCallback(func() {
		env, now := o.env, o.acts.Now
		o.nextCall(at)
		play()
		o.env, o.acts.Now, o.callID, o.ring = env, now, first, ring
	}, at)
}

func TestChoosingTheConversation(t *testing.T) {
	t.Parallel()
	ago := func(d time.Duration) time.Time { return time.Now().Add(-d) }
	const none = -1
	closedFor := func(d time.Duration) simulator.Conversation {
		return simulator.Conversation{Status: "closed", CreatedAt: ago(d + time.Hour), ClosedAt: ago(d)}
	}
	reopens := func(s *settings.Settings) { s.Calls.ReopenClosed = true }
	for name, test := range map[string]struct {
		has      []simulator.Conversation
		settings func(*settings.Settings)
		want     int
		// status is that of the chosen one in the end.
		status string
	}{
		"an active one is chosen": {
			has: []simulator.Conversation{{Status: "active"}}, status: "active",
		},
		"a pending one is chosen and stays pending": {
			has: []simulator.Conversation{{Status: "pending"}}, status: "pending",
		},
		"nothing there: a new one, which is active": {want: none, status: "active"},
		"the most recent wins, though it is older": {
			has:  []simulator.Conversation{{CreatedAt: ago(time.Hour)}, {CreatedAt: ago(50 * time.Hour), ModifiedAt: ago(time.Minute)}, {CreatedAt: ago(2 * time.Hour)}},
			want: 1, status: "active",
		},
		"of two that are equally recent the higher number wins": {
			has: []simulator.Conversation{
				{Number: 70, CreatedAt: ago(time.Hour).Truncate(time.Second)}, {Number: 90, CreatedAt: ago(time.Hour).Truncate(time.Second)},
				{Number: 80, CreatedAt: ago(time.Hour).Truncate(time.Second)},
			},
			want: 1, status: "active",
		},
		"an open one beats a newer closed one": {
			has:      []simulator.Conversation{closedFor(time.Minute), {Status: "pending", CreatedAt: ago(90 * 24 * time.Hour)}},
			settings: reopens, want: 1, status: "pending",
		},
		"a closed one is not looked for unless that is set": {
			has: []simulator.Conversation{closedFor(time.Minute)}, want: none, status: "active",
		},
		"one closed 47 hours ago is found and reopened": {
			has: []simulator.Conversation{closedFor(47 * time.Hour)}, settings: reopens, status: "active",
		},
		"one closed 49 hours ago is not": {
			has: []simulator.Conversation{closedFor(49 * time.Hour)}, settings: reopens, want: none, status: "active",
		},
		"the window is a setting": {
			has: []simulator.Conversation{closedFor(49 * time.Hour)},
			settings: func(s *settings.Settings) {
				s.Calls.ReopenClosed, s.Calls.ClosedWindow = true, settings.Duration(72*time.Hour)
			},
			status: "active",
		},
		"a smaller window": {
			has: []simulator.Conversation{closedFor(2 * time.Hour)},
			settings: func(s *settings.Settings) {
				s.Calls.ReopenClosed, s.Calls.ClosedWindow = true, settings.Duration(time.Hour)
			},
			want: none, status: "active",
		},
		"spam is never chosen": {
			has: []simulator.Conversation{{Status: "spam"}}, settings: reopens, want: none, status: "active",
		},
		"a deleted one is never chosen": {
			has: []simulator.Conversation{{Deleted: true}}, settings: reopens, want: none, status: "active",
		},
		"another inbox is none of the line's": {
			has: []simulator.Conversation{{MailboxID: billing}}, settings: reopens, want: none, status: "active",
		},
		"always a new one": {
			has:      []simulator.Conversation{{Status: "active"}},
			settings: func(s *settings.Settings) { s.Calls.LogTo = settings.NewConversation },
			want:     none, status: "active",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, shown := range []bool{false, true} {
				o := newOffice(t)
				o.helpScout.AddMailbox(simulator.Mailbox{ID: billing, Name: "Billing"})
				if test.settings != nil {
					test.settings(&o.settings)
				}
				customer := o.knownCustomer()
				var ids []int64
				for _, c := range test.has {
					ids = append(ids, o.conversationOf(customer, c))
				}
				if shown {
					// The list that the card showed is chosen from.
					o.rings()
				}
				o.answeredCall(nil)
				result := o.run()
				require.Equal(t, workflows.StatusSynced, result.Status)
				if test.want == none {
					require.NotContains(t, ids, result.Conversation)
					require.Len(t, o.helpScout.Conversations(), len(ids)+1)
				} else {
					require.Equal(t, ids[test.want], result.Conversation)
					require.Len(t, o.helpScout.Conversations(), len(ids))
				}
				chosen, _ := o.helpScout.Conversation(result.Conversation)
				require.Equal(t, test.status, chosen.Status)
				require.Contains(t, o.says(chosen.ID), "Call ended after 1 min of talk")
			}
		})
	}
}

func TestTheSubjectOfANewConversation(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		play func(*office)
		want string
	}{
		"inbound":   {func(o *office) { o.answeredCall(jane(nil)) }, "Inbound call from +1 202-555-0143"},
		"missed":    {func(o *office) { o.missedCall(jane(nil)) }, "Missed call from Jane Doe"},
		"voicemail": {func(o *office) { o.missedCall(map[string]any{"voicemail": "https://example.com/v.mp3"}) }, "Voicemail from +1 202-555-0143"},
		"callback":  {func(o *office) { o.missedCall(tagged("Callback Request")) }, "Callback requested by +1 202-555-0143"},
		"withheld":  {func(o *office) { o.missedCall(map[string]any{"raw_digits": "anonymous"}) }, "Missed call from a withheld number"},
		"outbound":  {func(o *office) { o.missedCall(map[string]any{"direction": "outbound"}) }, "Outbound call to +1 202-555-0143"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			test.play(o)
			if !o.env.IsWorkflowCompleted() {
				o.run()
			}
			require.Equal(t, test.want, o.theConversation().Subject)
		})
	}
}

// What happens to the conversation while the call runs, and what the log says of it.
func TestTheConversationChangesInMidCall(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		happens func(o *office, id int64)
		says    string
	}{
		"it is full": {func(o *office, id int64) {
			for have := len(o.threads(id)); have < 100; have++ {
				require.NoError(o.t, o.helpScout.AddThread(id, simulator.Thread{Type: "note", Body: "x"}))
			}
		}, "Continues: conversation 7, which takes no more threads"},
		"it is locked": {func(o *office, id int64) { require.NoError(o.t, o.helpScout.LockConversation(id, true)) },
			"Continues: conversation 7, which takes no more threads"},
		"it is deleted": {func(o *office, id int64) { require.NoError(o.t, o.helpScout.DeleteConversation(id)) },
			"Continues: conversation 7, which was deleted"},
		"it is marked as spam": {func(o *office, id int64) { require.NoError(o.t, o.helpScout.SetStatus(id, "spam")) },
			"Continues: conversation 7, which was marked as spam"},
	} {
		t.Run(name+": the call goes on in a new one, which has it all", func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			o.settings.Calls.AssignConversation = true
			first := o.conversationOf(o.knownCustomer(), simulator.Conversation{Number: 7, Assignee: owner})
			o.answeredCall(merged(tagged("Refund"), map[string]any{"teams": []any{map[string]any{"id": 1, "name": "Care"}}}))
			o.env.RegisterDelayedCallback(func() { test.happens(o, first) }, 40*time.Second)
			result := o.run()
			require.Equal(t, workflows.StatusSynced, result.Status)
			require.NotEqual(t, first, result.Conversation)

			second, _ := o.helpScout.Conversation(result.Conversation)
			text := o.says(second.ID)
			require.Contains(t, text, test.says)
			require.Contains(t, second.Threads[0].Body, fmt.Sprintf(`href="%s/conversation/%d"`, o.acts.HelpScoutURL, first))
			for _, row := range []string{
				"Inbound call, answered by Mia Berg", "Caller: +1 202-555-0143", "Line: Support US (+1 202-555-0100)", "Team: Care",
				"Talk time: 1 min", "Waiting time: 10 s", "Tags: Refund",
			} {
				require.Contains(t, text, row)
			}
			require.EqualValues(t, agentUser, second.Assignee)
			require.EqualValues(t, agentUser, second.Threads[0].Author.ID)
			require.Equal(t, "active", second.Status)
			require.ElementsMatch(t, []string{"inbound", "phone-number-support us", "team-care", "refund"}, second.Tags)
			require.Equal(t, 1, strings.Count(o.says(first)+text, "/ start"))
			require.Equal(t, 1, strings.Count(o.says(first)+text, "/ end"))
			if left, _ := o.helpScout.Conversation(first); !left.Locked && !left.Deleted {
				require.NotContains(t, left.Tags, "call in progress")
			}
		})
		t.Run(name+": another open one is chosen", func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			customer := o.knownCustomer()
			other := o.conversationOf(customer, simulator.Conversation{CreatedAt: time.Now().Add(-time.Hour)})
			first := o.conversationOf(customer, simulator.Conversation{Number: 7})
			o.answeredCall(nil)
			o.env.RegisterDelayedCallback(func() { test.happens(o, first) }, 40*time.Second)
			require.Equal(t, other, o.run().Conversation)
			require.Contains(t, o.says(other), test.says)
			require.Contains(t, o.says(other), "Inbound call, answered by Mia Berg")
			require.ElementsMatch(t, []string{"inbound", "phone-number-support us"}, o.tagsOf(other))
			require.Len(t, o.helpScout.Conversations(), 2)
		})
	}
	for name, test := range map[string]struct {
		happens func(o *office, id int64) int64
		says    string
	}{
		"it is merged: its target has the rest": {func(o *office, id int64) int64 {
			target := o.conversationOf(o.helpScout.Customers()[0].ID, simulator.Conversation{Number: 8, Status: "pending"})
			require.NoError(o.t, o.helpScout.MergeConversation(id, target))
			return target
		}, "Continues: conversation 7, which was merged into this one"},
		"it is moved: it is followed": {func(o *office, id int64) int64 {
			require.NoError(o.t, o.helpScout.MoveConversation(id, billing))
			return id
		}, "Continues: conversation 7, which was moved to another inbox"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			o.helpScout.AddMailbox(simulator.Mailbox{ID: billing, Name: "Billing"})
			first := o.conversationOf(o.knownCustomer(), simulator.Conversation{Number: 7})
			o.answeredCall(nil)
			var goesOn int64
			o.env.RegisterDelayedCallback(func() { goesOn = test.happens(o, first) }, 40*time.Second)
			require.Equal(t, workflows.StatusSynced, o.run().Status)
			text := o.says(goesOn)
			require.Contains(t, text, test.says)
			require.Contains(t, text, "Call ended after 1 min of talk", "the first log stands there, so it is not said again")
			require.Equal(t, 1, strings.Count(text, "/ start"))
			require.Equal(t, 1, strings.Count(text, "/ end"))
			require.ElementsMatch(t, []string{"inbound", "phone-number-support us"}, o.tagsOf(goesOn))
		})
	}
}

// The number of a conversation that the call opened is not known before it is read.
func TestANewConversationThatIsMarkedAsSpamIsNamedByItsNumber(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.answeredCall(nil)
	o.env.RegisterDelayedCallback(func() { require.NoError(t, o.helpScout.SetStatus(o.theConversation().ID, "spam")) }, 40*time.Second)
	result := o.run()
	spam := o.helpScout.Conversations()[0]
	require.NotEqual(t, spam.ID, result.Conversation)
	require.Contains(t, o.says(result.Conversation), fmt.Sprintf("Continues: conversation %d, which was marked as spam", spam.Number))
	require.ElementsMatch(t, []string{"inbound", "phone-number-support us"}, spam.Tags)
}

// The list is older than the lock.
func TestALockedConversationIsLeftBeforeTheFirstThread(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	locked := o.openConversation("vip")
	require.NoError(t, o.helpScout.LockConversation(locked, true))
	o.answeredCall(nil)
	o.env.RegisterDelayedCallback(func() { require.Equal(t, 1, strings.Count(strings.Join(o.log(), "\n"), "phone: start")) }, 30*time.Second)
	result := o.run()
	require.NotEqual(t, locked, result.Conversation)
	require.Equal(t, workflows.StatusSynced, result.Status)
	require.Equal(t, []string{"vip"}, o.tagsOf(locked))
	require.NotContains(t, o.says(result.Conversation), "Continues")

	// Once it takes threads again, no call seems to run there.
	require.NoError(t, o.helpScout.LockConversation(locked, false))
	require.NoError(t, o.helpScout.DeleteConversation(result.Conversation))
	o.nextCall(20 * time.Minute)
	o.answeredCall(nil)
	require.Equal(t, locked, o.run().Conversation)
	require.ElementsMatch(t, []string{"vip", "inbound", "phone-number-support us"}, o.tagsOf(locked))
}

func TestTwoCallsOfOneCustomerAtATime(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		target settings.LogTarget
		at     time.Duration
		want   int
	}{
		"one conversation, where the second rings before the first is answered": {settings.ExistingConversation, 5 * time.Second, 1},
		"one conversation, where the second rings in mid-call":                  {settings.ExistingConversation, 30 * time.Second, 1},
		"two, where each call is to get its own":                                {settings.NewConversation, 30 * time.Second, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			o.settings.Calls.LogTo = test.target
			o.rings()
			o.answeredCall(nil)
			o.meanwhile(test.at, func() {
				o.rings()
				o.answeredCall(nil)
				require.Equal(t, workflows.StatusSynced, o.run().Status)
			})
			require.Equal(t, workflows.StatusSynced, o.run().Status)
			require.Len(t, o.helpScout.Customers(), 1)
			require.Len(t, o.helpScout.Conversations(), test.want)
			log := strings.Join(o.log(), "\n")
			require.Equal(t, 2, strings.Count(log, "start"), log)
			require.Equal(t, 2, strings.Count(log, "end"), log)
			for _, conversation := range o.helpScout.Conversations() {
				require.ElementsMatch(t, []string{"inbound", "phone-number-support us"}, conversation.Tags)
			}
		})
	}
}
