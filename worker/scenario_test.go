package worker_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/require"

	"callscout/activities"
	"callscout/aircall"
	"callscout/calllog"
	"callscout/settings"
	"callscout/simulator"
	"callscout/store"
	"callscout/store/storetest"
	"callscout/worker"
	"callscout/workflows"
)

const (
	callID    = 4186780376
	line      = 1389850
	inbox     = 85
	agentUser = 612
	owner     = 600
)

// office is one company: both vendors simulated, the store, and the workflow of
// one call with its real activities, in skipped time.
type office struct {
	t         tester
	env       *stage
	helpScout *simulator.HelpScout
	aircall   *simulator.Aircall
	store     *store.Store
	acts      *activities.Activities
	settings  settings.Settings
	ring      time.Time
	agent     map[string]any
	callID    int64
	// inbox is the one that the number of the call is mapped to.
	inbox int64
	// unforeseen says that faults are drawn, so that what is written is not known.
	unforeseen bool
	// installation is the company's id in the store.
	installation string
	// sweeps counts the backfills, chain the runs of the last one.
	sweeps, chain int
}

// tester is what an office needs of a test, or of one draw of a property.
type tester interface {
	require.TestingT
	Helper()
	Logf(format string, args ...any)
	Context() context.Context
	Cleanup(func())
	Name() string
}

func newOffice(t *testing.T, change ...func(*simulator.HelpScoutOptions)) *office {
	t.Helper()
	options := simulator.HelpScoutOptions{LimitPerMinute: -1}
	for _, apply := range change {
		apply(&options)
	}
	o := furnished(t, "acme", options)
	hs, air := httptest.NewServer(o.helpScout), httptest.NewServer(o.aircall)
	t.Cleanup(hs.Close)
	t.Cleanup(air.Close)
	o.open(t.Context(), storetest.SQLite(t), hs.URL, air.URL)
	o.newCall()
	return o
}

// furnished makes both vendors' accounts of a company, which go by the clock of
// the options, or by the real one.
func furnished(t tester, installation string, options simulator.HelpScoutOptions) *office {
	o := &office{t: t, installation: installation, callID: callID, inbox: inbox, settings: settings.Defaults(), ring: time.Now().UTC().Truncate(time.Second)}
	o.helpScout = simulator.NewHelpScout(options)
	o.helpScout.AddUser(simulator.User{ID: owner, FirstName: "Ada", LastName: "Admin", Email: "ada@acme.example", Role: "owner"})
	o.helpScout.AddUser(simulator.User{ID: agentUser, FirstName: "Mia", LastName: "Berg", Email: "Mia.Berg@acme.example", Role: "user"})
	o.helpScout.AddMailbox(simulator.Mailbox{ID: inbox, Name: "Support"})
	o.helpScout.AddApp(simulator.App{ID: "app", Secret: "secret", UserID: owner})
	o.aircall = simulator.NewAircall(simulator.AircallOptions{Clock: options.Clock, APIID: "id", APIToken: "token"})
	o.agent = map[string]any{"id": 9, "name": "Mia Berg", "email": "mia.berg@acme.example"}
	return o
}

// open connects the company: helpScout and air are the addresses of its accounts.
func (o *office) open(ctx context.Context, db *store.Store, helpScout, air string) {
	o.t.Helper()
	o.helpScout.SetBaseURL(helpScout)
	o.store = db
	require.NoError(o.t, db.PutInstallation(ctx, settings.Installation{
		ID:        o.installation,
		Aircall:   settings.AircallAccount{APIID: "id", APIToken: "token", WebhookToken: "hook of " + o.installation},
		HelpScout: settings.HelpScoutAccount{AppID: "app", AppSecret: "secret"},
		Numbers:   []settings.Number{{AircallNumber: line, Inbox: inbox}},
	}))
	accounts := &activities.Clients{Installations: db, AircallURL: air, HelpScoutURL: helpScout}
	o.acts = &activities.Activities{
		Store: db, Accounts: accounts, Directory: &activities.Directory{Store: db, Accounts: accounts, Now: time.Now},
		HelpScoutURL: helpScout, AircallURL: "https://dashboard.aircall.io",
	}
}

// newCall readies the office for one more run.
func (o *office) newCall() {
	o.env = newStage(o)
	o.env.SetTestTimeout(time.Minute)
	o.acts.Now = o.env.Now
	worker.Register(o.env, o.acts)
}

type quiet struct{}

func (quiet) Debug(string, ...any) {}
func (quiet) Info(string, ...any)  {}
func (quiet) Warn(string, ...any)  {}
func (quiet) Error(string, ...any) {}

func (o *office) hear(after time.Duration, name string, change map[string]any) {
	o.t.Helper()
	o.env.hears(after, o.event(after, name, change))
}

// event is what a webhook says of the call.
func (o *office) event(after time.Duration, name string, change map[string]any) calllog.Event {
	o.t.Helper()
	data := map[string]any{
		"id": o.callID, "direction": "inbound", "status": "initial", "started_at": o.ring.Unix(), "answered_at": nil, "ended_at": nil,
		"raw_digits": "+1 202-555-0143", "tags": []any{}, "comments": []any{}, "teams": []any{},
		"number": map[string]any{"id": line, "name": "Support US", "digits": "+1 202-555-0100", "country": "US", "time_zone": "America/New_York"},
	}
	for key, value := range change {
		data[key] = value
	}
	body, err := json.Marshal(map[string]any{
		"resource": "call", "event": name, "timestamp": o.ring.Add(after).Unix(), "token": "hook", "data": data,
	})
	require.NoError(o.t, err)
	parsed, err := aircall.ParseEvent(body)
	require.NoError(o.t, err)
	event, err := calllog.FromWebhook(parsed)
	require.NoError(o.t, err)
	return event
}

func (o *office) unix(after time.Duration) int64 { return o.ring.Add(after).Unix() }

func (o *office) answered(more map[string]any) map[string]any {
	return merged(map[string]any{"status": "answered", "answered_at": o.unix(10 * time.Second), "user": o.agent}, more)
}

func (o *office) ended(more map[string]any) map[string]any {
	return merged(o.answered(map[string]any{"status": "done", "ended_at": o.unix(70 * time.Second)}), more)
}

func (o *office) missed(more map[string]any) map[string]any {
	return merged(map[string]any{"status": "done", "ended_at": o.unix(20 * time.Second), "missed_call_reason": "no_available_agent"}, more)
}

func merged(base, more map[string]any) map[string]any {
	for key, value := range more {
		base[key] = value
	}
	return base
}

func (o *office) answeredCall(more map[string]any) {
	o.hear(0, aircall.EventCallCreated, nil)
	o.hear(10*time.Second, aircall.EventCallAnswered, o.answered(nil))
	o.hear(70*time.Second, aircall.EventCallHungup, o.ended(nil))
	o.hear(100*time.Second, aircall.EventCallEnded, o.ended(more))
}

func (o *office) run() workflows.CallResult {
	o.t.Helper()
	o.env.ExecuteWorkflow(workflows.CallWorkflow, workflows.CallInput{
		Installation: o.installation, CallID: o.callID, Inbox: o.inbox, Settings: o.settings,
	})
	require.True(o.t, o.env.IsWorkflowCompleted())
	require.NoError(o.t, o.env.GetWorkflowError())
	var result workflows.CallResult
	require.NoError(o.t, o.env.GetWorkflowResult(&result))
	return result
}

// log is what stands in Help Scout, without line items: a type and the last
// line of each thread.
func (o *office) log() []string {
	var out []string
	for _, conversation := range o.helpScout.Conversations() {
		for _, thread := range conversation.Threads {
			if thread.Type == "lineitem" {
				continue
			}
			text := calllog.VisibleText(thread.Body)
			i := strings.LastIndex(text, "Aircall call ")
			if i < 0 {
				out = append(out, thread.Type)
				continue
			}
			out = append(out, thread.Type+": "+strings.TrimPrefix(text[i:], fmt.Sprintf("Aircall call %d / ", o.callID)))
		}
	}
	return out
}

func (o *office) theConversation() simulator.Conversation {
	o.t.Helper()
	all := o.helpScout.Conversations()
	require.Len(o.t, all, 1)
	return all[0]
}

func (o *office) knownCustomer() int64 {
	return o.helpScout.AddCustomer(simulator.Customer{
		FirstName: "Jane", LastName: "Doe", Phones: []simulator.Entry{{Type: "work", Value: "(202) 555-0143"}},
	}).ID
}

func TestAnAnsweredCallOfAKnownCustomerInANewConversation(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	customer := o.knownCustomer()
	o.answeredCall(map[string]any{
		"tags":     []any{map[string]any{"id": 1, "name": "Refund", "tagged_by": o.agent}},
		"comments": []any{map[string]any{"id": 5, "content": "wants a refund", "posted_at": o.unix(80 * time.Second), "posted_by": o.agent}},
	})
	require.Equal(t, workflows.StatusSynced, o.run().Status)
	require.Equal(t, []string{"phone: start", "note: end"}, o.log())
	conversation := o.theConversation()
	require.Equal(t, customer, conversation.CustomerID)
	require.EqualValues(t, inbox, conversation.MailboxID)
	require.Equal(t, "active", conversation.Status)
	require.ElementsMatch(t, []string{"inbound", "phone-number-support us", "refund"}, conversation.Tags)
	require.EqualValues(t, agentUser, conversation.Threads[0].Author.ID)
	require.EqualValues(t, agentUser, conversation.Threads[1].Author.ID, "the second log is in the agent's name")
	require.Contains(t, conversation.Threads[1].Body, "wants a refund")
	require.Zero(t, conversation.Assignee)
}

func TestAMissedCallOfAnUnknownNumberMakesACustomer(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.hear(0, aircall.EventCallCreated, nil)
	o.hear(20*time.Second, aircall.EventCallHungup, o.missed(nil))
	o.hear(50*time.Second, aircall.EventCallEnded, o.missed(map[string]any{"voicemail": "https://example.com/v.mp3"}))
	o.run()
	require.Equal(t, []string{"phone: end"}, o.log())
	require.ElementsMatch(t, []string{"inbound", "phone-number-support us", "missed call", "voicemail"}, o.theConversation().Tags)
	customers := o.helpScout.Customers()
	require.Len(t, customers, 1)
	require.Equal(t, "Unknown Contact (Aircall)", customers[0].FirstName)
	require.Equal(t, "+1 202-555-0143", customers[0].LastName)
	require.Equal(t, "+1 202-555-0143", customers[0].Phones[0].Value)
	require.Contains(t, customers[0].Background, "Created automatically")
}

func TestACallGoesIntoTheOpenConversationOfItsInbox(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	customer := o.knownCustomer()
	existing := o.helpScout.AddConversation(simulator.Conversation{
		MailboxID: inbox, CustomerID: customer, Subject: "Order 7", Status: "pending", Type: "email", Tags: []string{"vip"},
		Threads: []simulator.Thread{{Type: "customer", Body: "Where is it?"}},
	})
	o.settings.Calls.AssignConversation = true
	o.answeredCall(nil)
	o.run()
	conversation := o.theConversation()
	require.Equal(t, existing.ID, conversation.ID)
	require.Equal(t, []string{"customer", "phone: start", "note: end"}, o.log())
	require.ElementsMatch(t, []string{"vip", "inbound", "phone-number-support us"}, conversation.Tags)
	require.EqualValues(t, agentUser, conversation.Assignee)
}

// units counts what one call cost, as Help Scout counts it. The users are known
// before, as in a running worker.
func (o *office) units(t *testing.T) int {
	t.Helper()
	require.NoError(t, o.acts.Directory.Warm(t.Context(), "acme"))
	o.helpScout.ResetRequests()
	o.run()
	for _, request := range o.helpScout.Requests() {
		t.Logf("%d units: %s %s -> %d", request.Units, request.Method, request.Path, request.Status)
	}
	return o.helpScout.Units()
}

func TestWhatAnAnsweredCallCosts(t *testing.T) {
	t.Parallel()
	t.Run("into a new conversation", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		o.knownCustomer()
		o.answeredCall(nil)
		units := o.units(t)
		t.Logf("Help Scout units for an answered call into a new conversation: %d of at most 10", units)
		require.LessOrEqual(t, units, 10)
	})
	t.Run("into an existing one", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		customer := o.knownCustomer()
		o.helpScout.AddConversation(simulator.Conversation{
			MailboxID: inbox, CustomerID: customer, Subject: "Order 7", Status: "active", Type: "email",
			Threads: []simulator.Thread{{Type: "customer", Body: "Where is it?"}},
		})
		o.answeredCall(nil)
		units := o.units(t)
		t.Logf("Help Scout units for an answered call into an existing conversation: %d of at most 12", units)
		require.LessOrEqual(t, units, 12)
	})
}

// writes are all requests that change something in the course of a call.
var writes = []struct{ method, path string }{
	{"POST", "/v2/customers"}, {"POST", "/v2/conversations"}, {"PUT", "/v2/conversations/*/tags"},
	{"POST", "/v2/conversations/*/notes"}, {"POST", "/v2/conversations/*/phones"},
}

func TestAnAnswerLostInAnyWriteWritesNothingTwice(t *testing.T) {
	t.Parallel()
	for _, drop := range []string{simulator.DropBefore, simulator.DropAfter} {
		for _, existing := range []bool{false, true} {
			for _, write := range writes {
				t.Run(fmt.Sprintf("%s the commit of %s %s existing=%v", drop, write.method, write.path, existing), func(t *testing.T) {
					t.Parallel()
					o := newOffice(t)
					want := []string{"phone: start", "note: end"}
					if existing {
						o.helpScout.AddConversation(simulator.Conversation{
							MailboxID: inbox, CustomerID: o.knownCustomer(), Subject: "Order 7", Status: "active", Type: "email",
							Threads: []simulator.Thread{{Type: "customer", Body: "Where is it?"}},
						})
						want = append([]string{"customer"}, want...)
					}
					require.NoError(o.t, o.helpScout.Fault(simulator.Fault{Method: write.method, PathPattern: write.path, Drop: drop, Times: 1}))
					o.answeredCall(nil)
					require.Equal(t, workflows.StatusSynced, o.run().Status)
					require.Equal(t, want, o.log())
					require.NotContains(t, o.theConversation().Tags, "call in progress")
					require.Len(t, o.helpScout.Customers(), 1)
				})
			}
		}
	}
}

func TestARunAfterTheEndWritesNothingTwice(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.answeredCall(nil)
	o.run()
	before := o.log()
	o.helpScout.ResetRequests()
	o.newCall()
	o.answeredCall(nil)
	require.Equal(t, workflows.StatusSynced, o.run().Status)
	require.Equal(t, before, o.log())
	require.Zero(t, o.helpScout.Units(), "the ledger knows it all")
}

func TestANoteLeavesTheStatusAsItIs(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	existing := o.helpScout.AddConversation(simulator.Conversation{
		MailboxID: inbox, CustomerID: o.knownCustomer(), Subject: "Order 7", Status: "active", Type: "email",
		Threads: []simulator.Thread{{Type: "customer", Body: "Where is it?"}},
	})
	o.answeredCall(nil)
	o.env.RegisterDelayedCallback(func() { require.NoError(t, o.helpScout.SetStatus(existing.ID, "closed")) }, 80*time.Second)
	o.run()
	require.Equal(t, "closed", o.theConversation().Status)
}

func TestAMergeInMidCallIsFollowed(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	customer := o.knownCustomer()
	var ids []int64
	for range 2 {
		ids = append(ids, o.helpScout.AddConversation(simulator.Conversation{
			MailboxID: inbox, CustomerID: customer, Subject: "Order 7", Status: "active", Type: "email",
			Threads: []simulator.Thread{{Type: "customer", Body: "Where is it?"}},
		}).ID)
	}
	o.answeredCall(nil)
	o.env.RegisterDelayedCallback(func() {
		for i, id := range ids {
			if slices.ContainsFunc(o.threads(id), func(th simulator.Thread) bool { return th.Type == "phone" }) {
				require.NoError(t, o.helpScout.MergeConversation(id, ids[1-i]))
			}
		}
	}, 80*time.Second)
	require.Equal(t, workflows.StatusSynced, o.run().Status)
	require.Equal(t, 1, strings.Count(strings.Join(o.log(), "\n"), "note: end"))
}

func (o *office) threads(conversation int64) []simulator.Thread {
	found, _ := o.helpScout.Conversation(conversation)
	return found.Threads
}

func TestAFullConversationGoesOnInANewOne(t *testing.T) {
	t.Parallel()
	for threads, inFull := range map[int]int{99: 1, 100: 0} {
		t.Run(fmt.Sprintf("%d threads", threads), func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			full := simulator.Conversation{MailboxID: inbox, CustomerID: o.knownCustomer(), Subject: "Long", Status: "active", Type: "email"}
			for range threads {
				full.Threads = append(full.Threads, simulator.Thread{Type: "note", Body: "x"})
			}
			full = o.helpScout.AddConversation(full)
			o.answeredCall(nil)
			result := o.run()
			require.Equal(t, workflows.StatusSynced, result.Status)
			require.NotEqual(t, full.ID, result.Conversation)
			require.Len(t, o.helpScout.Conversations(), 2)
			for _, conversation := range o.helpScout.Conversations() {
				require.NotContains(t, conversation.Tags, "call in progress")
				require.Contains(t, conversation.Tags, "inbound")
			}
			phones := 0
			for _, thread := range o.threads(full.ID) {
				if thread.Type == "phone" {
					phones++
				}
			}
			require.Equal(t, inFull, phones)
		})
	}
}

func TestACustomerWhoIsGoneIsLookedUpAnew(t *testing.T) {
	t.Parallel()
	for name, lost := range map[string]func(o *office, customer int64){
		"merged into one who has the number": func(o *office, customer int64) {
			require.NoError(o.t, o.helpScout.DeleteCustomer(customer))
			o.knownCustomer()
		},
		"deleted": func(o *office, customer int64) { require.NoError(o.t, o.helpScout.DeleteCustomer(customer)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			// An earlier call has made the customer, who is remembered.
			o.answeredCall(nil)
			require.Equal(t, workflows.StatusSynced, o.run().Status)
			made := o.helpScout.Customers()
			require.Len(t, made, 1)
			lost(o, made[0].ID)

			o.callID++
			o.newCall()
			o.answeredCall(nil)
			require.Equal(t, workflows.StatusSynced, o.run().Status)
			log := strings.Join(o.log(), "\n")
			require.Equal(t, 1, strings.Count(log, "phone: start"), log)
			require.Equal(t, 1, strings.Count(log, "note: end"), log)
			now := o.helpScout.Customers()
			require.Len(t, now, 1, "one customer, and not the one who is gone")
			require.NotEqual(t, made[0].ID, now[0].ID)
		})
	}
}

func TestARateLimitIsWaitedFor(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	require.NoError(o.t, o.helpScout.Fault(simulator.Fault{Method: "POST", Status: 429, Header: map[string]string{"X-RateLimit-Retry-After": "20"}, Times: 3}))
	o.answeredCall(nil)
	require.Equal(t, workflows.StatusSynced, o.run().Status)
	require.Equal(t, []string{"phone: start", "note: end"}, o.log())
}
