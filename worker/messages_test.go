package worker_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/workflow"

	"callscout/aircall"
	"callscout/calllog"
	"callscout/media"
	"callscout/simulator"
	"callscout/store"
	"callscout/workflows"
)

const messagesRun = "messages/acme/1389850/hash"

// folder is where the files of messages are, by link; a link that is missing answers
// as a server that is away.
type folder struct {
	mu    sync.Mutex
	files map[string]any
	asked map[string]int
}

func (f *folder) Fetch(_ context.Context, link string) (media.File, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked[link]++
	switch file := f.files[link].(type) {
	case []byte:
		return media.File{Data: file, Type: "image/jpeg", Name: "photo.jpg"}, nil
	case media.Reason:
		return media.File{}, &media.Refused{Reason: file}
	default:
		return media.File{}, &media.Unavailable{Err: errors.New("no answer")}
	}
}

func (f *folder) put(link string, file any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.files[link] = file
}

// newChat is an office whose run is that of messages.
func newChat(t *testing.T, change ...func(*simulator.HelpScoutOptions)) (*office, *folder) {
	t.Helper()
	o := newOffice(t, change...)
	files := &folder{files: map[string]any{}, asked: map[string]int{}}
	o.acts.Files = files
	o.settings.Contacts.CreateAircallContact = false
	return o, files
}

// messageSays is a message's webhook as Aircall sends it.
func (o *office) messageSays(after time.Duration, event, id string, change map[string]any) workflows.MessageSignal {
	o.t.Helper()
	at := o.ring.Add(after)
	data := map[string]any{
		"id": id, "external_number": outside, "raw_digits": "12025550143", "channel": nil, "media_details": []any{},
		"created_at": at.UnixMilli(), "sent_at": at.UnixMilli(), "updated_at": at.UnixMilli(),
		"number": map[string]any{"id": line, "name": "Support US", "digits": "+1 202-555-0100", "e164_digits": "+12025550100", "country": "US", "time_zone": "America/New_York"},
	}
	switch event {
	case aircall.EventMessageReceived:
		data["direction"], data["status"], data["body"] = "inbound", "received", "text of "+id
	case aircall.EventMessageSent:
		data["direction"], data["status"], data["body"], data["user"] = "outbound", "sent", "text of "+id, o.agent
	}
	body, err := json.Marshal(map[string]any{
		"resource": "message", "event": event, "timestamp": at.Unix(), "token": "hook", "data": merged(data, change),
	})
	require.NoError(o.t, err)
	parsed, err := aircall.ParseEvent(body)
	require.NoError(o.t, err)
	reduced, err := calllog.FromMessage(parsed)
	require.NoError(o.t, err)
	return workflows.MessageSignal{Event: reduced, Inbox: o.inbox, Settings: o.settings}
}

// arrives brings an event some time after it was made.
func (o *office) arrives(after time.Duration, signal workflows.MessageSignal) {
	o.env.RegisterDelayedCallback(func() { o.env.SignalWorkflow(workflows.EventSignal, signal) }, after)
}

func (o *office) receives(after time.Duration, id string, change map[string]any) {
	o.t.Helper()
	o.arrives(after, o.messageSays(after, aircall.EventMessageReceived, id, change))
}

func (o *office) sends(after time.Duration, id string, change map[string]any) {
	o.t.Helper()
	o.arrives(after, o.messageSays(after, aircall.EventMessageSent, id, change))
}

func (o *office) messagesInput() workflows.MessagesInput {
	return workflows.MessagesInput{Installation: o.installation, NumberID: line, Inbox: o.inbox, Settings: o.settings, HelpScoutURL: "https://secure.example.com"}
}

// chats runs the messages to the end of their run.
func (o *office) chats() workflows.MessagesResult {
	o.t.Helper()
	o.env.SetStartWorkflowOptions(client.StartWorkflowOptions{ID: messagesRun, TaskQueue: workflows.TaskQueue})
	o.env.ExecuteWorkflow(workflows.MessagesWorkflow, o.messagesInput())
	require.True(o.t, o.env.IsWorkflowCompleted())
	require.NoError(o.t, o.env.GetWorkflowError())
	var result workflows.MessagesResult
	require.NoError(o.t, o.env.GetWorkflowResult(&result))
	return result
}

func (o *office) chatView() workflows.MessagesView {
	o.t.Helper()
	answer, err := o.env.QueryWorkflow(workflows.StatusQuery)
	require.NoError(o.t, err)
	var view workflows.MessagesView
	require.NoError(o.t, answer.Get(&view))
	return view
}

// messageLog is what stands in Help Scout: the type of each thread, and the messages
// that it names.
func (o *office) messageLog() []string {
	var out []string
	for _, conversation := range o.helpScout.Conversations() {
		out = append(out, threadsOf(conversation)...)
	}
	return out
}

func threadsOf(conversation simulator.Conversation) []string {
	var out []string
	for _, thread := range conversation.Threads {
		if thread.Type == "lineitem" {
			continue
		}
		text := calllog.VisibleText(thread.Body)
		i := strings.Index(text, "Aircall message ")
		if i < 0 {
			out = append(out, thread.Type)
			continue
		}
		out = append(out, thread.Type+": "+strings.ReplaceAll(text[i:], "Aircall message ", ""))
	}
	return out
}

// mailsNobody holds what must hold after every story: nothing was ever sent to the
// customer.
func (o *office) mailsNobody() {
	o.t.Helper()
	for _, conversation := range o.helpScout.Conversations() {
		for _, thread := range conversation.Threads {
			require.NotEqual(o.t, "message", thread.Type, "a reply mails the customer")
			if thread.Type == "customer" && strings.Contains(thread.Body, "Aircall message") {
				require.True(o.t, thread.Imported)
			}
		}
	}
}

func TestMessagesOfAnUnknownNumberMakeACustomerAndAConversation(t *testing.T) {
	t.Parallel()
	o, _ := newChat(t)
	o.receives(0, "m-1", map[string]any{"body": "Is <b>anybody</b> there?\nHello 👋"})
	o.sends(time.Minute, "m-2", nil)
	result := o.chats()
	require.Equal(t, workflows.StatusSynced, result.Status)
	require.Equal(t, []string{"customer: m-1", "note: m-2"}, o.messageLog())
	conversation := o.theConversation()
	require.Equal(t, "active", conversation.Status)
	require.EqualValues(t, inbox, conversation.MailboxID)
	require.Contains(t, conversation.Subject, "SMS conversation with")
	require.Zero(t, conversation.Assignee)
	require.ElementsMatch(t, []string{"inbound", "outbound", "phone-number-support us"}, conversation.Tags)
	customers := o.helpScout.Customers()
	require.Len(t, customers, 1)
	require.Equal(t, customers[0].ID, conversation.CustomerID)
	require.Contains(t, customers[0].Background, "Aircall message")
	first, second := conversation.Threads[0], conversation.Threads[1]
	require.Equal(t, simulator.Person{Type: "customer", ID: customers[0].ID}, first.Author)
	require.Contains(t, first.Body, "Is &lt;b&gt;anybody&lt;/b&gt; there?<br>Hello 👋")
	require.WithinDuration(t, o.ring, first.CreatedAt, time.Second, "in its own time")
	require.Equal(t, simulator.Person{Type: "user", ID: agentUser}, second.Author)
	require.Contains(t, second.Body, "sent by Mia Berg")
	require.WithinDuration(t, o.ring.Add(time.Minute), second.CreatedAt, time.Second)
	o.mailsNobody()
}

func TestMessagesGoWhereTheRulesSay(t *testing.T) {
	t.Parallel()
	type place struct {
		status    string
		inbox     int64
		closedAgo time.Duration
	}
	for name, test := range map[string]struct {
		places []place
		reopen bool
		// into is the place that is chosen, or -1 for a new one.
		into   int
		status string
	}{
		"an open one":                      {[]place{{status: "active"}}, false, 0, "active"},
		"one that waited for the customer": {[]place{{status: "pending"}}, false, 0, "active"},
		"a closed one is reopened":         {[]place{{status: "closed", closedAgo: time.Hour}}, true, 0, "active"},
		"a closed one stays closed":        {[]place{{status: "closed", closedAgo: time.Hour}}, false, -1, "active"},
		"closed too long ago":              {[]place{{status: "closed", closedAgo: 72 * time.Hour}}, true, -1, "active"},
		"never spam":                       {[]place{{status: "spam"}}, true, -1, "active"},
		"another inbox":                    {[]place{{status: "active", inbox: otherInbox}}, true, -1, "active"},
		"open before closed":               {[]place{{status: "closed", closedAgo: time.Minute}, {status: "active"}}, true, 1, "active"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o, _ := newChat(t)
			o.helpScout.AddMailbox(simulator.Mailbox{ID: otherInbox, Name: "Other"})
			customer := o.knownCustomer()
			o.settings.Messages.ReopenClosed = test.reopen
			// Neither of the rules of calls counts.
			o.settings.Calls.ReopenClosed = !test.reopen
			o.settings.Calls.LogTo = "new_conversation"
			var ids []int64
			for i, p := range test.places {
				c := simulator.Conversation{
					MailboxID: inbox, CustomerID: customer, Subject: fmt.Sprintf("Order %d", i), Status: p.status, Type: "email",
					CreatedAt: o.ring.Add(-100 * time.Hour), Threads: []simulator.Thread{{Type: "customer", Body: "Where is it?"}},
				}
				if p.inbox != 0 {
					c.MailboxID = p.inbox
				}
				if p.closedAgo != 0 {
					c.ClosedAt = o.ring.Add(-p.closedAgo)
				}
				ids = append(ids, o.helpScout.AddConversation(c).ID)
			}
			o.receives(0, "m-1", nil)
			result := o.chats()
			if test.into < 0 {
				require.NotContains(t, ids, result.Conversation)
				require.Len(t, o.helpScout.Conversations(), len(ids)+1)
			} else {
				require.Equal(t, ids[test.into], result.Conversation)
				require.Len(t, o.helpScout.Conversations(), len(ids))
			}
			found, _ := o.helpScout.Conversation(result.Conversation)
			require.Equal(t, test.status, found.Status)
			require.Contains(t, threadsOf(found), "customer: m-1")
			o.mailsNobody()
		})
	}
}

func TestWhatIsSentLeavesTheStatusAndSetsTheOwnerIfWanted(t *testing.T) {
	t.Parallel()
	for _, wanted := range []bool{false, true} {
		t.Run(fmt.Sprint(wanted), func(t *testing.T) {
			t.Parallel()
			o, _ := newChat(t)
			existing := o.helpScout.AddConversation(simulator.Conversation{
				MailboxID: inbox, CustomerID: o.knownCustomer(), Subject: "Order 7", Status: "pending", Type: "email", Assignee: owner, Tags: []string{"vip"},
				Threads: []simulator.Thread{{Type: "customer", Body: "Where is it?"}},
			})
			o.settings.Messages.SetOwner = wanted
			o.settings.Calls.AssignConversation = !wanted
			o.sends(0, "m-1", nil)
			require.Equal(t, existing.ID, o.chats().Conversation)
			conversation := o.theConversation()
			require.Equal(t, "pending", conversation.Status)
			want := int64(owner)
			if wanted {
				want = agentUser
			}
			require.Equal(t, want, conversation.Assignee)
			require.ElementsMatch(t, []string{"vip", "outbound", "phone-number-support us"}, conversation.Tags)
			o.mailsNobody()
		})
	}
}

func TestAnAgentWhomHelpScoutDoesNotKnowIsWrittenAsTheAdministrator(t *testing.T) {
	t.Parallel()
	o, _ := newChat(t)
	o.settings.Messages.SetOwner = true
	o.sends(0, "m-1", map[string]any{"user": map[string]any{"id": 77, "name": "Somebody Else"}})
	o.sends(time.Minute, "m-2", map[string]any{"user": nil})
	o.chats()
	conversation := o.theConversation()
	require.Zero(t, conversation.Assignee, "nobody is left without an owner by a wrong one")
	for _, thread := range conversation.Threads {
		require.Equal(t, simulator.Person{Type: "user", ID: owner}, thread.Author)
	}
	require.Contains(t, conversation.Threads[0].Body, "Somebody Else")
}

func TestABurstBecomesOneThreadInItsOrder(t *testing.T) {
	t.Parallel()
	o, _ := newChat(t)
	// The second comes first, and one comes twice.
	o.arrives(0, o.messageSays(2*time.Second, aircall.EventMessageReceived, "m-2", nil))
	o.arrives(time.Second, o.messageSays(0, aircall.EventMessageReceived, "m-1", nil))
	o.arrives(2*time.Second, o.messageSays(0, aircall.EventMessageReceived, "m-1", nil))
	o.arrives(3*time.Second, o.messageSays(3*time.Second, aircall.EventMessageReceived, "m-3", nil))
	// The agent answers, and the customer again.
	o.arrives(4*time.Second, o.messageSays(4*time.Second, aircall.EventMessageSent, "m-4", nil))
	o.arrives(5*time.Second, o.messageSays(5*time.Second, aircall.EventMessageReceived, "m-5", nil))
	o.arrives(6*time.Second, o.messageSays(5*time.Second, aircall.EventMessageReceived, "m-5", nil))
	// Long after that, a message of before arrives.
	o.arrives(10*time.Minute, o.messageSays(time.Second, aircall.EventMessageReceived, "m-0", nil))
	o.chats()
	require.Equal(t, []string{"customer: m-1 · m-2 · m-3", "note: m-4", "customer: m-5", "customer: m-0"}, o.messageLog())
	body := o.theConversation().Threads[0].Body
	require.Less(t, strings.Index(body, "text of m-1"), strings.Index(body, "text of m-2"))
	require.Less(t, strings.Index(body, "text of m-2"), strings.Index(body, "text of m-3"))
	late := o.theConversation().Threads[3]
	require.WithinDuration(t, o.ring.Add(time.Second), late.CreatedAt, time.Second, "it has its own time")
}

func TestAFloodIsNotHeldBackForEver(t *testing.T) {
	t.Parallel()
	o, _ := newChat(t)
	for i := range 60 {
		o.receives(time.Duration(i)*2*time.Second, fmt.Sprintf("m-%02d", i), nil)
	}
	var told []int
	o.env.RegisterDelayedCallback(func() { told = append(told, len(o.messageLog())) }, 45*time.Second)
	o.chats()
	require.NotZero(t, told[0], "the first are told while the flood goes on")
	log := strings.Join(o.messageLog(), " ")
	for i := range 60 {
		require.Equal(t, 1, strings.Count(log, fmt.Sprintf("m-%02d", i)), i)
	}
	require.Less(t, len(o.messageLog()), 20)
}

func TestWithoutABurstEachMessageIsAThread(t *testing.T) {
	t.Parallel()
	o, _ := newChat(t)
	o.settings.Messages.Burst = 0
	for i := range 3 {
		o.receives(0, fmt.Sprintf("m-%d", i), nil)
	}
	o.chats()
	require.ElementsMatch(t, []string{"customer: m-0", "customer: m-1", "customer: m-2"}, o.messageLog())
}

func TestWhatDidNotArriveIsNotedOnce(t *testing.T) {
	t.Parallel()
	status := func(o *office, after time.Duration, id, word string) {
		// Aircall says neither text nor direction with it.
		o.arrives(after, o.messageSays(after, aircall.EventMessageStatusUpdated, id, map[string]any{"status": word}))
	}
	t.Run("after the thread", func(t *testing.T) {
		t.Parallel()
		o, _ := newChat(t)
		o.sends(0, "m-1", nil)
		status(o, time.Minute, "m-1", "failed")
		status(o, 2*time.Minute, "m-1", "failed")
		status(o, 3*time.Minute, "m-1", "delivered")
		o.chats()
		require.Equal(t, []string{"note: m-1", "note: m-1 / failed"}, o.messageLog())
		require.EqualValues(t, agentUser, o.theConversation().Threads[1].Author.ID)
		require.Equal(t, "active", o.theConversation().Status)
	})
	t.Run("before the thread", func(t *testing.T) {
		t.Parallel()
		o, _ := newChat(t)
		status(o, 0, "m-1", "undelivered")
		o.arrives(time.Second, o.messageSays(0, aircall.EventMessageSent, "m-1", nil))
		status(o, time.Hour, "m-1", "failed")
		o.chats()
		require.Equal(t, []string{"note: m-1"}, o.messageLog())
		require.Contains(t, o.theConversation().Threads[0].Body, "not delivered")
	})
	t.Run("of a message that nobody knows", func(t *testing.T) {
		t.Parallel()
		o, _ := newChat(t)
		status(o, 0, "m-1", "failed")
		o.chats()
		require.Empty(t, o.messageLog())
	})
	t.Run("of a message of an earlier run", func(t *testing.T) {
		t.Parallel()
		o, _ := newChat(t)
		o.sends(0, "m-1", nil)
		o.chats()
		o.newCall()
		status(o, 0, "m-1", "failed")
		o.arrives(time.Minute, o.messageSays(0, aircall.EventMessageSent, "m-1", nil))
		o.chats()
		require.Equal(t, []string{"note: m-1", "note: m-1 / failed"}, o.messageLog())
	})
	t.Run("read and delivered make no thread", func(t *testing.T) {
		t.Parallel()
		o, _ := newChat(t)
		o.sends(0, "m-1", nil)
		status(o, time.Second, "m-1", "delivered")
		status(o, time.Minute, "m-1", "read")
		o.chats()
		require.Equal(t, []string{"note: m-1"}, o.messageLog())
		require.Contains(t, o.theConversation().Threads[0].Body, "Status: delivered")
	})
}

func TestARunAfterTheEndTellsNothingTwice(t *testing.T) {
	t.Parallel()
	o, files := newChat(t)
	files.put("https://media.example/1", []byte("photo"))
	photo := map[string]any{"media_details": []any{map[string]any{"file_name": "a.jpg", "file_type": "image/jpeg", "presigned_url": "https://media.example/1"}}}
	o.receives(0, "m-1", photo)
	o.receives(time.Second, "m-2", nil)
	o.chats()
	before := o.messageLog()
	require.Equal(t, []string{"customer: m-1 · m-2"}, before)
	o.newCall()
	o.receives(0, "m-1", photo)
	o.receives(time.Second, "m-2", nil)
	o.helpScout.ResetRequests()
	require.Equal(t, workflows.StatusSynced, o.chats().Status)
	require.Equal(t, before, o.messageLog())
	require.Zero(t, o.helpScout.Units(), "the ledger knows it all")
	require.Equal(t, 1, files.asked["https://media.example/1"])
}

func TestChannelsThatAreSwitchedOffAreLeftOut(t *testing.T) {
	t.Parallel()
	o, _ := newChat(t)
	o.settings.Messages.SMS = false
	o.receives(0, "m-1", nil)
	o.receives(time.Minute, "m-2", map[string]any{"channel": "whatsapp"})
	// From then on it is the other way round.
	o.settings.Messages.SMS, o.settings.Messages.WhatsApp = true, false
	o.receives(time.Hour, "m-3", nil)
	o.receives(2*time.Hour, "m-4", map[string]any{"channel": "whatsapp"})
	o.settings.Messages.SMS = false
	o.chats()
	log := o.messageLog()
	require.NotContains(t, strings.Join(log, " "), "m-4")
	require.Contains(t, log, "customer: m-2")
	require.Contains(t, log, "customer: m-3")
}

func TestAWhatsAppMessageSaysWhatItIs(t *testing.T) {
	t.Parallel()
	o, _ := newChat(t)
	o.receives(0, "m-1", map[string]any{"channel": "whatsapp", "whatsapp_message_type": "free_customer_serivce", "body": "Hello?"})
	o.sends(time.Hour, "m-2", map[string]any{
		"channel": "whatsapp", "whatsapp_message_type": "regular", "whatsapp_message_category": "utility", "body": "Your order is on its way",
		"template_content": map[string]any{"name": "order_update", "components": []any{map[string]any{
			"type": "body", "parameters": []any{map[string]any{"type": "text", "text": "Jane"}, map[string]any{"type": "text", "text": "#4711"}},
		}}},
	})
	o.chats()
	conversation := o.theConversation()
	require.Equal(t, []string{"customer: m-1", "note: m-2"}, o.messageLog())
	require.Contains(t, conversation.Subject, "WhatsApp")
	first, second := calllog.VisibleText(conversation.Threads[0].Body), calllog.VisibleText(conversation.Threads[1].Body)
	require.Contains(t, first, "WhatsApp message from")
	require.Contains(t, first, "A free answer is possible until")
	require.Contains(t, first, "Type: customer service")
	for _, want := range []string{"Category: utility", "Template: order_update", "Parameters: Jane; #4711", "Your order is on its way", "A free answer is possible until"} {
		require.Contains(t, second, want)
	}
}

func TestWhoWritesWithoutANumberOfTheirOwn(t *testing.T) {
	t.Parallel()
	for sender, want := range map[string]string{"TWILIO": "TWILIO", "22000": "22000"} {
		t.Run(sender, func(t *testing.T) {
			t.Parallel()
			o, _ := newChat(t)
			o.receives(0, "m-1", map[string]any{"external_number": sender, "raw_digits": sender})
			o.receives(time.Hour, "m-2", map[string]any{"external_number": sender, "raw_digits": sender})
			o.chats()
			require.Equal(t, []string{"customer: m-1", "customer: m-2"}, o.messageLog())
			customers := o.helpScout.Customers()
			require.Len(t, customers, 1)
			require.Contains(t, customers[0].FirstName+" "+customers[0].LastName, want)
			o.theConversation()
		})
	}
	t.Run("withheld", func(t *testing.T) {
		t.Parallel()
		o, _ := newChat(t)
		for i := range 2 {
			o.receives(time.Duration(i)*time.Hour, fmt.Sprintf("m-%d", i), map[string]any{"external_number": "anonymous", "raw_digits": "anonymous"})
		}
		o.chats()
		require.Len(t, o.helpScout.Customers(), 1)
		require.Len(t, o.helpScout.Conversations(), 2, "different people share that customer")
	})
}

func TestAGroupIsOneConversation(t *testing.T) {
	t.Parallel()
	o, _ := newChat(t)
	o.knownCustomer()
	group := func(from string, more map[string]any) map[string]any {
		return merged(map[string]any{
			"group_conversation_id": "g-1", "external_number": from, "raw_digits": from,
			"participants": []any{"12025550143", "12025550177", "12025550100"},
		}, more)
	}
	o.arrives(0, o.messageSays(0, aircall.EventGroupMessageReceived, "m-1", group("+12025550143", map[string]any{"direction": "inbound", "body": "Hi all"})))
	o.arrives(time.Minute, o.messageSays(time.Minute, aircall.EventGroupMessageReceived, "m-2", group("+12025550177", map[string]any{"direction": "inbound", "body": "Me too"})))
	o.arrives(2*time.Minute, o.messageSays(2*time.Minute, aircall.EventGroupMessageSent, "m-3", group("", map[string]any{"direction": "outbound", "body": "Welcome", "user": o.agent})))
	o.chats()
	conversation := o.theConversation()
	require.Equal(t, []string{"customer: m-1", "customer: m-2", "note: m-3"}, o.messageLog())
	require.Len(t, o.helpScout.Customers(), 2, "each who wrote is a customer")
	require.NotEqual(t, conversation.Threads[0].Author, conversation.Threads[1].Author)
	for _, thread := range conversation.Threads {
		require.Contains(t, calllog.VisibleText(thread.Body), "Group: +1 202-555-0143, +1 202-555-0177 Line:", "without the line itself")
	}
}

// together runs workflows beside each other in one environment, and delivers once all
// of them have begun: the environment cannot signal one that has not.
func (o *office) together(runs map[string]func(workflow.Context) workflow.ChildWorkflowFuture, deliver func()) {
	o.t.Helper()
	o.env.ExecuteWorkflow(func(ctx workflow.Context) error {
		var started []workflow.ChildWorkflowFuture
		for _, id := range []string{messagesRun, "messages/acme/1389850/other", workflows.CallID("acme", callID)} {
			if begin := runs[id]; begin != nil {
				started = append(started, begin(workflow.WithChildOptions(ctx, workflow.ChildWorkflowOptions{WorkflowID: id})))
			}
		}
		for _, one := range started {
			if err := one.GetChildWorkflowExecution().Get(ctx, nil); err != nil {
				return err
			}
		}
		deliver()
		for _, one := range started {
			if err := one.Get(ctx, nil); err != nil {
				return err
			}
		}
		return nil
	})
	require.True(o.t, o.env.IsWorkflowCompleted())
	require.NoError(o.t, o.env.GetWorkflowError())
}

func TestACallAndMessagesAtOnceAreOneCustomerInOneConversation(t *testing.T) {
	t.Parallel()
	o, _ := newChat(t)
	// The store goes by the real time, and a conversation that was opened since is told
	// by it.
	o.ring = o.ring.Add(-time.Hour)
	o.newCall()
	signal := func(after time.Duration, id string, arg any) {
		o.env.RegisterDelayedCallback(func() { require.NoError(t, o.env.SignalWorkflowByID(id, workflows.EventSignal, arg)) }, after)
	}
	call := workflows.CallID("acme", callID)
	o.together(map[string]func(workflow.Context) workflow.ChildWorkflowFuture{
		messagesRun: func(ctx workflow.Context) workflow.ChildWorkflowFuture {
			return workflow.ExecuteChildWorkflow(ctx, workflows.MessagesWorkflow, o.messagesInput())
		},
		call: func(ctx workflow.Context) workflow.ChildWorkflowFuture {
			return workflow.ExecuteChildWorkflow(ctx, workflows.CallWorkflow, workflows.CallInput{Installation: "acme", CallID: callID, Inbox: inbox, Settings: o.settings})
		},
	}, func() {
		signal(time.Millisecond, messagesRun, o.messageSays(0, aircall.EventMessageReceived, "m-1", nil))
		signal(40*time.Second, messagesRun, o.messageSays(40*time.Second, aircall.EventMessageSent, "m-2", nil))
		for after, event := range map[time.Duration]calllog.Event{
			time.Millisecond: o.event(0, aircall.EventCallCreated, nil), 5 * time.Second: o.event(5*time.Second, aircall.EventCallAnswered, o.answered(nil)),
			70 * time.Second: o.event(70*time.Second, aircall.EventCallEnded, o.ended(nil)),
		} {
			signal(after, call, event)
		}
	})
	require.Len(t, o.helpScout.Customers(), 1)
	threads := o.theConversation().Threads
	require.Len(t, threads, 4)
	text := ""
	for _, thread := range threads {
		text += calllog.VisibleText(thread.Body)
	}
	for _, want := range []string{"Aircall message m-1", "Aircall message m-2", fmt.Sprintf("Aircall call %d / start", callID), fmt.Sprintf("Aircall call %d / end", callID)} {
		require.Equal(t, 1, strings.Count(text, want), want)
	}
	require.NotContains(t, o.theConversation().Tags, "call in progress")
}

func TestAircallsAddressBookLearnsWhoWrote(t *testing.T) {
	t.Parallel()
	o, _ := newChat(t)
	o.settings.Contacts.CreateAircallContact = true
	o.knownCustomer()
	o.receives(0, "m-1", nil)
	o.receives(time.Hour, "m-2", nil)
	o.env.RegisterDelayedCallback(func() { require.Contains(t, o.chatView().Details, "Contact in Aircall: made") }, 2*time.Hour)
	o.chats()
	contacts := o.aircall.Contacts()
	require.Len(t, contacts, 1)
	require.Equal(t, "Jane", contacts[0].FirstName)
}

// What somebody changes while a message writes the tags is put right, as for calls.
func TestTagsThatAMessageOverwroteArePutRight(t *testing.T) {
	t.Parallel()
	o, _ := newChat(t)
	existing := o.helpScout.AddConversation(simulator.Conversation{
		MailboxID: inbox, CustomerID: o.knownCustomer(), Subject: "Order 7", Status: "active", Type: "email", Tags: []string{"old"},
		Threads: []simulator.Thread{{Type: "note", Body: "x"}},
	})
	o.receives(0, "m-1", nil)
	o.env.RegisterDelayedCallback(func() {
		text, _, _, err := o.store.Recall(t.Context(), "acme", store.TagWritesByConversation, fmt.Sprint(existing.ID))
		require.NoError(t, err)
		by, restore, drop := calllog.Overwritten(calllog.ReadTagWrites(text, o.env.Now()), []string{"old", "vip"})
		require.Equal(t, messagesRun, by.Run)
		require.Equal(t, []string{"vip"}, restore)
		o.env.SignalWorkflow(workflows.TagsSignal, calllog.Lost{Conversation: existing.ID, Restore: restore, Drop: drop})
	}, 20*time.Second)
	require.Equal(t, workflows.StatusSynced, o.chats().Status)
	require.ElementsMatch(t, []string{"old", "vip", "inbound", "phone-number-support us"}, o.theConversation().Tags)
}

func TestNewSettingsHoldFromTheNextMessageOn(t *testing.T) {
	t.Parallel()
	o, _ := newChat(t)
	o.helpScout.AddMailbox(simulator.Mailbox{ID: otherInbox, Name: "Other"})
	o.receives(0, "m-1", nil)
	o.settings.Language, o.inbox = "de", otherInbox
	o.receives(time.Hour, "m-2", nil)
	o.inbox, o.settings.Language = inbox, "en"
	o.chats()
	all := o.helpScout.Conversations()
	require.Len(t, all, 2)
	require.Equal(t, []int64{inbox, otherInbox}, []int64{all[0].MailboxID, all[1].MailboxID})
	require.Contains(t, all[0].Threads[0].Body, "SMS from")
	require.Contains(t, all[1].Threads[0].Body, "SMS von")
}

func TestWhatAMessageCosts(t *testing.T) {
	t.Parallel()
	o, _ := newChat(t)
	o.knownCustomer()
	require.NoError(t, o.acts.Directory.Warm(t.Context(), "acme"))
	o.helpScout.ResetRequests()
	o.receives(0, "m-1", nil)
	var first int
	o.env.RegisterDelayedCallback(func() { first = o.helpScout.Units() }, time.Minute)
	o.receives(time.Hour, "m-2", nil)
	o.sends(2*time.Hour, "m-3", nil)
	o.chats()
	rest := o.helpScout.Units() - first
	t.Logf("Help Scout units for a first message: %d of at most 5; for one that is received and one that is sent after it: %d of at most 8", first, rest)
	require.LessOrEqual(t, first, 5)
	require.LessOrEqual(t, rest, 8)
}
