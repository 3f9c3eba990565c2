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
// Help Scout's own pages do it.
type colleagues struct {
	o            *office
	conversation int64

	mu          sync.Mutex
	changes     int
	put, wanted []string
}

// change puts a new tag, or takes one off that was put some changes before.
func (c *colleagues) change() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.changes++
	if c.changes%3 == 0 && len(c.put) > 5 {
		tag := c.put[len(c.put)-5]
		c.wanted = slices.DeleteFunc(c.wanted, func(t string) bool { return t == tag })
		assert.NoError(c.o.t, c.o.helpScout.ChangeTags(c.conversation, "", tag))
		return
	}
	tag := fmt.Sprintf("colleague-%d", len(c.put))
	c.put, c.wanted = append(c.put, tag), append(c.wanted, tag)
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
	c := &colleagues{o: o, conversation: o.helpScout.AddConversation(simulator.Conversation{
		MailboxID: supportInbox, CustomerID: customer.ID, Subject: "Order 7", Status: "active", Type: "email", Tags: []string{"old"},
		Threads: []simulator.Thread{{Type: "customer", Body: "Where is it?"}},
	}).ID, wanted: []string{"old"}}
	front := between(t, o.hsURL, func(n int) {
		if n%2 == 1 {
			c.change()
		}
	})
	o.env = append(o.env, "HELPSCOUT_API_URL="+front)
	o.apply("")
	o.start()
	o.awaitReady()
	o.aircall.AddNumber(simulator.Number{ID: inboundLine, Name: "Support US", Digits: "+1 202-555-0100", Country: "US", TimeZone: "America/New_York"})
	o.aircall.AddUser(simulator.AircallUser{ID: 9, Name: "Mia Berg", Email: "mia.berg@acme.example"})
	o.aircall.AddWebhook(simulator.Webhook{URL: "http://" + o.address() + "/webhooks/aircall", Token: hookToken})
	t.Cleanup(o.aircall.Close)
	return o, c
}

func (o *office) hearTags() {
	o.helpScout.AddWebhook(simulator.HelpScoutWebhook{
		URL: "http://" + o.address() + "/webhooks/helpscout/acme", Events: []string{"convo.tags"}, Secret: helpScoutSecret,
	})
}

// place has calls of the one customer at the same time, each with a tag of its own,
// and takes every fifth one's off again. It gives the calls and their tags.
func (o *office) place(calls int) (placed []int64, tags, off []string) {
	o.t.Helper()
	for i := range calls {
		tag := fmt.Sprintf("topic-%d", i)
		id, err := o.aircall.PlaceAsync(simulator.Script{Kind: simulator.InboundAnswered, Speed: 10, Tags: []string{tag}})
		require.NoError(o.t, err)
		placed, tags = append(placed, id), append(tags, tag)
	}
	for _, id := range placed {
		o.eventually(3*time.Minute, func() bool { return len(o.log(id)) == 2 }, "the call is logged")
	}
	for i := 0; i < calls; i += 5 {
		require.NoError(o.t, o.aircall.Untag(placed[i], 0, tags[i]))
		off = append(off, tags[i])
	}
	return placed, slices.DeleteFunc(tags, func(tag string) bool { return slices.Contains(off, tag) }), off
}

func TestThirtyCallsAndTheirColleaguesTagOneConversationAtTheSameTime(t *testing.T) {
	t.Parallel()
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
	placed, topics, _ := o.place(calls)
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
	o.eventually(30*time.Second, func() bool {
		found, _ := o.helpScout.Conversation(c.conversation)
		return slices.Equal(slices.Sorted(slices.Values(wanted)), slices.Sorted(slices.Values(found.Tags)))
	}, "every tag is as its owner wants it")
}

// What the test above forces is what gets lost where Help Scout tells nothing.
func TestWithoutHelpScoutsWebhookTagsThatChangeWithinAWriteAreLost(t *testing.T) {
	t.Parallel()
	o, c := contested(t)
	placed, _, _ := o.place(3)
	for _, id := range placed {
		o.awaitSynced(id)
	}
	found, _ := o.helpScout.Conversation(c.conversation)
	require.NotSubset(t, found.Tags, c.wanted)
}
