package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/simulator"
)

const killedCall = 4186780376

// story is one kind of call, told from outside.
type story struct {
	name string
	// prepare fills Help Scout before the call.
	prepare func(o *office)
	// hooks are the webhooks in their order; each waits for what must stand in
	// Help Scout before it is sent.
	hooks func(c *phoneCall) []hook
	log   []string
	tags  []string
	// customers and conversations are how many there are in the end.
	customers, conversations int
}

type hook struct {
	body []byte
	// after is how many threads of the call are there when it is sent.
	after int
}

var stories = []story{
	{
		name: "an unknown caller is answered",
		hooks: func(c *phoneCall) []hook {
			return []hook{{c.created(), 0}, {c.answered(), 0}, {c.hungup(), 1}, {c.ended(), 1}}
		},
		log: []string{"phone start", "note end"}, tags: []string{"inbound", "phone-number-support us"}, customers: 1, conversations: 1,
	},
	{
		name:    "a known caller is answered, with an open conversation",
		prepare: knownCustomerWithConversation,
		hooks: func(c *phoneCall) []hook {
			hooks := []hook{{c.created(), 0}, {c.answered(), 0}, {c.hungup(), 1}}
			c.data["tags"] = []any{map[string]any{"id": 3, "name": "Delivery", "tagged_by": mia}}
			c.data["comments"] = []any{map[string]any{"id": 5, "content": "wants it sent again", "posted_at": c.begin.Add(50 * time.Second).Unix(), "posted_by": mia}}
			return append(hooks, hook{c.ended(), 1})
		},
		log: []string{"phone start", "note end"}, tags: []string{"delivery", "inbound", "phone-number-support us"}, customers: 1, conversations: 1,
	},
	{
		name: "an unknown caller leaves a voicemail",
		hooks: func(c *phoneCall) []hook {
			return []hook{{c.created(), 0}, {c.missed(), 0}, {c.voicemailLeft(), 0}, {c.ended(), 0}}
		},
		log: []string{"phone end"}, tags: []string{"inbound", "missed call", "phone-number-support us", "voicemail"}, customers: 1, conversations: 1,
	},
}

func knownCustomerWithConversation(o *office) {
	customer := o.helpScout.AddCustomer(simulator.Customer{FirstName: "Jane", LastName: "Doe", Phones: []simulator.Entry{{Type: "work", Value: "(202) 555-0143"}}})
	o.helpScout.AddConversation(simulator.Conversation{
		MailboxID: supportInbox, CustomerID: customer.ID, Subject: "Order 7", Status: "active", Type: "email",
		Threads: []simulator.Thread{{Type: "customer", Body: "Where is it?"}},
	})
}

// Killing is done at every request of a call to Help Scout: before it is carried
// out (between two steps) and after (inside a write, with the answer lost). And
// it is done right after each webhook was acknowledged, while nothing is asked.
func TestKilledAtAnyStepEachThreadStandsOnce(t *testing.T) {
	t.Parallel()
	for _, s := range stories {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			requests, hooks := countSteps(t, s)
			t.Logf("%d requests, %d webhooks", requests, hooks)
			require.Greater(t, requests, 3, "a call takes that many requests at least")
			for _, drop := range []string{simulator.DropBefore, simulator.DropAfter} {
				for n := range requests {
					t.Run(fmt.Sprintf("%s request %d is carried out", drop, n+1), func(t *testing.T) {
						t.Parallel()
						killAtRequest(t, s, n, drop)
					})
				}
			}
			for n := range hooks {
				t.Run(fmt.Sprintf("after webhook %d is acknowledged", n+1), func(t *testing.T) {
					t.Parallel()
					killAfterHook(t, s, n)
				})
			}
		})
	}
}

// countSteps plays a call undisturbed, to learn where it can be killed.
func countSteps(t *testing.T, s story) (requests, hooks int) {
	t.Helper()
	o := newOffice(t)
	o.open(s)
	o.helpScout.ResetRequests()
	hooks = o.play(s, func(int) {})
	o.awaitStory(s)
	return len(o.helpScout.Requests()), hooks
}

// open readies the office for a story.
func (o *office) open(s story) {
	o.t.Helper()
	if s.prepare != nil {
		s.prepare(o)
	}
	o.aircall.PutCall(simulator.Call{ID: killedCall, Direction: "inbound", Status: "initial", RawDigits: "+1 202-555-0143", NumberID: inboundLine})
	o.apply("")
	o.start()
	o.awaitWarm()
}

// play sends a call's webhooks, each once what it waits for is there, so that
// each log is a thread of its own.
func (o *office) play(s story, sent func(n int)) (hooks int) {
	o.t.Helper()
	all := s.hooks(inboundCall(o.t, killedCall))
	for n, h := range all {
		o.eventually(90*time.Second, func() bool { return len(o.log(killedCall)) >= h.after }, "the first log is written")
		o.hook(h.body)
		sent(n)
	}
	return len(all)
}

// awaitStory waits until nothing is left to do, and looks at all that was done.
func (o *office) awaitStory(s story) {
	o.t.Helper()
	o.awaitSynced(killedCall)
	// A webhook that is taken after the second log was written, because the process was
	// down before, has not reached its call yet, and the list still says «synced».
	var tags []string
	o.eventually(60*time.Second, func() bool {
		tags = o.tags()
		slices.Sort(tags)
		return slices.Equal(s.tags, tags)
	}, "the tags of the ended call stand")
	o.awaitSynced(killedCall)
	require.Equal(o.t, s.log, o.log(killedCall))
	require.Len(o.t, o.helpScout.Customers(), s.customers, "one customer, however often it was tried")
	require.Len(o.t, o.helpScout.Conversations(), s.conversations)
}

// awaitSynced waits until nothing is left to do for a call.
func (o *office) awaitSynced(id int64) {
	o.t.Helper()
	o.awaitStatus(id, "synced")
}

func (o *office) awaitStatus(id int64, status string) {
	o.t.Helper()
	// Until then the address in the data folder is that of the process that was
	// killed, and its port may be another's by now.
	o.awaitReady()
	o.eventually(120*time.Second, func() bool { return o.isListed(id, status) }, "the call is listed as "+status)
}

func (o *office) isListed(id int64, status string) bool {
	code, list := o.callscout("call", "list", "--status", status)
	return code == 0 && strings.Contains(list, fmt.Sprint(id))
}

// awaitWarm waits until the users are read, which each start does once by itself, and
// until the guard has looked, which it does soon after the first start and then not for
// minutes: the requests after it are the call's own.
func (o *office) awaitWarm() {
	o.t.Helper()
	o.awaitReady()
	asked := func(path string) bool {
		return slices.ContainsFunc(o.helpScout.Requests(), func(r simulator.Request) bool { return r.Path == path && r.Status != 0 })
	}
	o.eventually(60*time.Second, func() bool { return asked("/v2/users") && asked("/v2/mailboxes") }, "the users are read, and the guard has looked")
}

func killAtRequest(t *testing.T, s story, n int, drop string) {
	o := newOffice(t)
	o.open(s)
	before := len(o.helpScout.Requests())
	require.NoError(o.t, o.helpScout.Fault(simulator.Fault{Name: "power cut", Skip: n, Times: 1, Drop: drop}))
	waiting, enough := context.WithCancel(t.Context())
	defer enough()
	restarted := make(chan error, 1)
	go func() { restarted <- o.cutPower(waiting, before) }()
	o.play(s, func(int) {})
	o.eventually(3*time.Minute, func() bool { return len(restarted) > 0 || o.isListed(killedCall, "synced") }, "the power is cut, or the call needs no such request")
	enough()
	if err := <-restarted; errors.Is(err, context.Canceled) {
		// On a busy machine the call that was counted may have asked once more.
		require.LessOrEqual(t, len(o.helpScout.Requests())-before, n, "the request came, and no power was cut")
	} else {
		require.NoError(t, err)
	}
	o.awaitStory(s)
}

func killAfterHook(t *testing.T, s story, n int) {
	o := newOffice(t)
	o.open(s)
	o.play(s, func(sent int) {
		if sent == n {
			o.kill()
			o.start()
		}
	})
	o.awaitStory(s)
}

// cutPower kills the process at the request that has the fault, and starts it
// again.
func (o *office) cutPower(ctx context.Context, since int) error {
	deadline := time.After(3 * time.Minute)
	every := time.NewTicker(5 * time.Millisecond)
	defer every.Stop()
	for {
		for _, request := range o.helpScout.Requests()[since:] {
			if request.Fault == "power cut" {
				o.kill()
				return o.launch()
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-deadline:
			return errors.New("the request that the power cut waits for never came")
		case <-every.C:
		}
	}
}
