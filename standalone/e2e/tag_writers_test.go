package e2e_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"callscout/simulator"
)

const helpScoutSecret = "secret-of-the-webhook"

// colleagues put tags on a conversation and take others off, one at a time, as
// Help Scout's own pages do it. None goes back on what another did a moment ago:
// of changes within one write of ours nobody can tell which came last.
type colleagues struct {
	o            *office
	conversation int64

	mu             sync.Mutex
	changes        int
	before, wanted []string
}

// change takes a tag off that was there before all calls, or puts a new one.
func (c *colleagues) change() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.changes++
	if c.changes%3 == 0 && len(c.before) > 0 {
		tag := c.before[0]
		c.before = c.before[1:]
		c.wanted = slices.DeleteFunc(c.wanted, func(t string) bool { return t == tag })
		assert.NoError(c.o.t, c.o.helpScout.ChangeTags(c.conversation, "", tag))
		return
	}
	tag := fmt.Sprintf("new-%d", c.changes)
	c.wanted = append(c.wanted, tag)
	assert.NoError(c.o.t, c.o.helpScout.ChangeTags(c.conversation, tag, ""))
}

// between stands before Help Scout and has somebody act right before a tag write
// arrives there: after it was read what is overwritten.
func between(t testing.TB, helpScout string, act func(n int)) string {
	t.Helper()
	target, err := url.Parse(helpScout)
	require.NoError(t, err)
	proxy := httputil.NewSingleHostReverseProxy(target)
	var mu sync.Mutex
	writes := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPut && strings.HasSuffix(r.URL.Path, "/tags") {
			mu.Lock()
			writes++
			n := writes
			mu.Unlock()
			act(n)
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// contested is an office with one open conversation of one customer, whose tags
// people change within every second write of ours.
func contested(t *testing.T) (*office, *colleagues) {
	t.Helper()
	o := newOffice(t)
	o.settle, o.helpScoutSecret = "10s", helpScoutSecret
	t.Cleanup(o.helpScout.Close)
	customer := o.helpScout.AddCustomer(simulator.Customer{
		FirstName: "Jane", LastName: "Doe", Phones: []simulator.Entry{{Type: "work", Value: "+12025550143"}},
	})
	var before []string
	for i := range 50 {
		before = append(before, fmt.Sprintf("old-%d", i))
	}
	c := &colleagues{o: o, conversation: o.helpScout.AddConversation(simulator.Conversation{
		MailboxID: supportInbox, CustomerID: customer.ID, Subject: "Order 7", Status: "active", Type: "email", Tags: before,
		Threads: []simulator.Thread{{Type: "customer", Body: "Where is it?"}},
	}).ID, before: slices.Clone(before), wanted: slices.Clone(before)}
	front := between(t, o.hsURL, func(n int) {
		if n%2 == 1 {
			c.change()
		}
	})
	o.env = append(o.env, "HELPSCOUT_API_URL="+front)
	o.apply("")
	o.start()
	o.awaitReady()
	return o, c
}

func (o *office) hearTags() {
	o.helpScout.AddWebhook(simulator.HelpScoutWebhook{
		URL: "http://" + o.address() + "/webhooks/helpscout/acme", Events: []string{"convo.tags"}, Secret: helpScoutSecret,
	})
}

// place has calls of the one customer at the same time, each with a tag of its own,
// and takes every fifth one's off again. It gives the calls and the tags that stay.
func (o *office) place(calls int) (placed []int64, tags []string) {
	o.t.Helper()
	var talks []*phoneCall
	for i := range calls {
		talk := inboundCall(o.t, int64(4186780001+i))
		talks, placed = append(talks, talk), append(placed, talk.id)
		o.hook(talk.created())
		o.hook(talk.answered())
	}
	o.awaitLogs(placed, 1)
	topic := func(i int) map[string]any {
		return map[string]any{"tags": []any{map[string]any{"id": i + 1, "name": fmt.Sprintf("Topic-%d", i), "tagged_by": mia}}}
	}
	for i, talk := range talks {
		o.hook(talk.hungup())
		o.hook(talk.event(40*time.Second, "call.tagged", topic(i)))
		o.hook(talk.ended())
	}
	o.awaitLogs(placed, 2)
	for i, talk := range talks {
		if i%5 == 0 {
			o.hook(talk.event(70*time.Second, "call.untagged", map[string]any{"tags": []any{}}))
			continue
		}
		tags = append(tags, fmt.Sprintf("topic-%d", i))
	}
	return placed, tags
}

func (o *office) awaitLogs(calls []int64, logs int) {
	o.t.Helper()
	o.eventually(3*time.Minute, func() bool {
		return !slices.ContainsFunc(calls, func(id int64) bool { return len(o.log(id)) != logs })
	}, fmt.Sprintf("every call has %d logs", logs))
}

func TestThirtyCallsAndTheirColleaguesTagOneConversationAtTheSameTime(t *testing.T) { //nolint:paralleltest // a crowd of its own: beside the others it would wait for the machine
	const calls, changes = 30, 60
	o, c := contested(t)
	o.hearTags()
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		every := time.NewTicker(150 * time.Millisecond)
		defer every.Stop()
		for range changes {
			select {
			case <-every.C:
				c.change()
			case <-stop:
				return
			}
		}
	}()
	placed, topics := o.place(calls)
	for _, id := range placed {
		o.awaitSynced(id)
	}
	close(stop)
	<-stopped
	require.NoError(t, o.helpScout.AwaitDeliveries(t.Context()))

	for _, id := range placed {
		require.Equal(t, []string{"phone start", "note end"}, o.log(id), "each once")
	}
	all := o.helpScout.Conversations()
	require.Len(t, all, 1)
	threads := slices.DeleteFunc(all[0].Threads, func(thread simulator.Thread) bool { return thread.Type == "lineitem" })
	require.Len(t, threads, 1+2*calls)
	// With the operational tags, without the in-progress tag.
	wanted := slices.Concat(c.wanted, topics, []string{"inbound", "phone-number-support us"})
	require.EventuallyWithT(t, func(now *assert.CollectT) {
		found, _ := o.helpScout.Conversation(c.conversation)
		assert.ElementsMatch(now, wanted, found.Tags)
	}, 30*time.Second, 100*time.Millisecond, "every tag is as its owner wants it")
}

// What the test above forces is what gets lost where Help Scout tells nothing.
func TestWithoutHelpScoutsWebhookTagsThatChangeWithinAWriteAreLost(t *testing.T) {
	t.Parallel()
	o, c := contested(t)
	placed, _ := o.place(3)
	for _, id := range placed {
		o.awaitSynced(id)
	}
	found, _ := o.helpScout.Conversation(c.conversation)
	require.NotSubset(t, found.Tags, c.wanted)
}
