package worker_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/aircall"
	"callscout/settings"
	"callscout/simulator"
	"callscout/workflows"
)

func tagged(names ...string) map[string]any {
	tags := []any{}
	for i, name := range names {
		tags = append(tags, map[string]any{"id": i + 1, "name": name, "tagged_by": map[string]any{"id": 9, "name": "Mia Berg"}})
	}
	return map[string]any{"tags": tags}
}

// openConversation is one of the known customer, with the given tags.
func (o *office) openConversation(tags ...string) int64 {
	return o.helpScout.AddConversation(simulator.Conversation{
		MailboxID: inbox, CustomerID: o.knownCustomer(), Subject: "Order 7", Status: "active", Type: "email", Tags: tags,
		Threads: []simulator.Thread{{Type: "customer", Body: "Where is it?"}},
	}).ID
}

func (o *office) tagsOf(conversation int64) []string {
	found, _ := o.helpScout.Conversation(conversation)
	return found.Tags
}

func TestATagThatAnAgentTakesOffGoesOnlyIfNobodyElseNeedsIt(t *testing.T) {
	t.Parallel()
	t.Run("it goes", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		conversation := o.openConversation("vip")
		o.answeredCall(tagged("Refund", "Urgent"))
		o.hear(4*time.Minute, aircall.EventCallUntagged, o.ended(tagged("Urgent")))
		require.Equal(t, workflows.StatusSynced, o.run().Status)
		require.ElementsMatch(t, []string{"vip", "inbound", "phone-number-support us", "urgent"}, o.tagsOf(conversation))
	})
	t.Run("it goes from a new conversation", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		o.rings()
		o.hear(0, aircall.EventCallCreated, nil)
		o.hear(50*time.Second, aircall.EventCallEnded, o.missed(tagged("Refund")))
		o.hear(4*time.Minute, aircall.EventCallUntagged, o.missed(tagged()))
		o.run()
		require.NotContains(t, o.theConversation().Tags, "refund")
	})
	t.Run("it comes again", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		conversation := o.openConversation()
		o.answeredCall(tagged("Refund"))
		o.hear(4*time.Minute, aircall.EventCallUntagged, o.ended(tagged()))
		o.hear(6*time.Minute, aircall.EventCallTagged, o.ended(tagged("Refund")))
		o.run()
		require.Contains(t, o.tagsOf(conversation), "refund")
	})
	t.Run("it had been there before", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		conversation := o.openConversation("refund")
		o.answeredCall(tagged("Refund"))
		o.hear(4*time.Minute, aircall.EventCallUntagged, o.ended(tagged()))
		o.run()
		require.Contains(t, o.tagsOf(conversation), "refund")
	})
	t.Run("an operational tag of the same name stays", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		conversation := o.openConversation()
		o.answeredCall(tagged("Inbound"))
		o.hear(4*time.Minute, aircall.EventCallUntagged, o.ended(tagged()))
		o.run()
		require.Contains(t, o.tagsOf(conversation), "inbound")
	})
	t.Run("another call has it too", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		conversation := o.openConversation()
		first := o.callID
		for _, id := range []int64{first, first + 1} {
			o.callID = id
			o.newCall()
			o.answeredCall(tagged("Refund"))
			o.run()
		}
		for _, id := range []int64{first, first + 1} {
			require.Contains(t, o.tagsOf(conversation), "refund")
			o.callID = id
			o.newCall()
			o.answeredCall(tagged("Refund"))
			o.hear(4*time.Minute, aircall.EventCallUntagged, o.ended(tagged()))
			o.run()
		}
		require.NotContains(t, o.tagsOf(conversation), "refund", "nobody needs it any more")
	})
}

func TestACallbackStandsWhereItWasAskedFor(t *testing.T) {
	t.Parallel()
	for _, target := range []settings.LogTarget{settings.NewConversation, settings.ExistingConversation} {
		t.Run(string(target), func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			o.settings.Calls.LogTo = target
			o.missedCall(map[string]any{"tags": []any{map[string]any{"id": 1, "name": "Callback Request", "tagged_by": map[string]any{}}}})
			request := o.callID
			asked := o.theConversation().ID
			// Something newer, which the ordinary rule would choose.
			o.helpScout.AddConversation(simulator.Conversation{
				MailboxID: inbox, CustomerID: o.theConversation().CustomerID, Subject: "Newer", Status: "active", Type: "email",
				CreatedAt: time.Now().Add(time.Hour), Threads: []simulator.Thread{{Type: "customer", Body: "Hello"}},
			})
			o.callID++
			o.newCall()
			back := map[string]any{"direction": "outbound", "automatic_callback_call_id": request}
			o.hear(0, aircall.EventCallCreated, back)
			o.hear(10*time.Second, aircall.EventCallAnswered, o.answered(back))
			o.hear(70*time.Second, aircall.EventCallEnded, o.ended(back))
			result := o.run()
			require.Equal(t, asked, result.Conversation)
			require.Contains(t, o.tagsOf(asked), "callback")
		})
	}
}

// Between the ring, when the list was read, and the answer somebody may have dealt
// with the conversation.
func TestAConversationThatMayNotBeChosenAnyMoreIsLeftAlone(t *testing.T) {
	t.Parallel()
	for name, happens := range map[string]func(o *office, conversation int64) error{
		"closed":  func(o *office, id int64) error { return o.helpScout.SetStatus(id, "closed") },
		"spam":    func(o *office, id int64) error { return o.helpScout.SetStatus(id, "spam") },
		"moved":   func(o *office, id int64) error { return o.helpScout.MoveConversation(id, 99) },
		"deleted": func(o *office, id int64) error { return o.helpScout.DeleteConversation(id) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			o.helpScout.AddMailbox(simulator.Mailbox{ID: 99, Name: "Billing"})
			conversation := o.openConversation("vip")
			o.rings()
			o.answeredCall(nil)
			o.env.RegisterDelayedCallback(func() { require.NoError(t, happens(o, conversation)) }, 5*time.Second)
			result := o.run()
			require.Equal(t, workflows.StatusSynced, result.Status)
			require.NotEqual(t, conversation, result.Conversation)
			require.Equal(t, []string{"phone: start", "note: end"}, slices.DeleteFunc(o.log(), func(line string) bool { return line == "customer" }))
			if found, there := o.helpScout.Conversation(conversation); there {
				require.Equal(t, []string{"vip"}, found.Tags)
				require.Len(t, found.Threads, 1+lineItems(found))
			}
		})
	}
}

func lineItems(c simulator.Conversation) (n int) {
	for _, thread := range c.Threads {
		if thread.Type == "lineitem" {
			n++
		}
	}
	return n
}

// Once the first log stands there, the call goes where its conversation goes.
func TestAConversationThatIsMovedInMidCallIsFollowed(t *testing.T) {
	t.Parallel()
	for name, happens := range map[string]func(o *office, conversation int64) error{
		"closed": func(o *office, id int64) error { return o.helpScout.SetStatus(id, "closed") },
		"moved":  func(o *office, id int64) error { return o.helpScout.MoveConversation(id, 99) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			o.helpScout.AddMailbox(simulator.Mailbox{ID: 99, Name: "Billing"})
			conversation := o.openConversation()
			o.answeredCall(nil)
			o.env.RegisterDelayedCallback(func() { require.NoError(t, happens(o, conversation)) }, 40*time.Second)
			require.Equal(t, conversation, o.run().Conversation)
			require.Equal(t, []string{"customer", "phone: start", "note: end"}, o.log())
			require.NotContains(t, o.theConversation().Tags, "call in progress")
		})
	}
}
