package simulator_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // Help Scout signs its webhooks with HMAC-SHA1
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/simulator"
)

const hookSecret = "hush-hook"

// letterbox takes Help Scout's webhooks and answers them with status.
type letterbox struct {
	mu     sync.Mutex
	status int
	got    []letter
}

type letter struct {
	event, signature, raw string
	body                  map[string]any
}

func (l *letterbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	raw, _ := io.ReadAll(r.Body)
	taken := letter{event: r.Header.Get("X-HelpScout-Event"), signature: r.Header.Get("X-HelpScout-Signature"), raw: string(raw)}
	_ = json.Unmarshal(raw, &taken.body)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.got = append(l.got, taken)
	w.WriteHeader(l.status)
}

// told makes the desk send the events to a letterbox.
func told(t *testing.T, d *desk, events ...string) (*letterbox, simulator.HelpScoutWebhook) {
	t.Helper()
	box := &letterbox{status: http.StatusOK}
	server := httptest.NewServer(box)
	t.Cleanup(server.Close)
	t.Cleanup(d.Close)
	return box, d.AddWebhook(simulator.HelpScoutWebhook{URL: server.URL, Events: events, Secret: hookSecret})
}

// letters waits for what is on its way, and gives it in the order of the events'
// names: no order is promised.
func (d *desk) letters(t *testing.T, box *letterbox) []letter {
	t.Helper()
	within, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	require.NoError(t, d.AwaitDeliveries(within))
	box.mu.Lock()
	defer box.mu.Unlock()
	got := box.got
	box.got = nil
	slices.SortStableFunc(got, func(a, b letter) int { return strings.Compare(a.event, b.event) })
	return got
}

var simulatedEvents = []string{
	"convo.merged", "convo.moved", "convo.deleted", "convo.status", "convo.tags",
	"customer.created", "customer.updated", "customer.deleted",
}

func TestEveryChangeIsToldWhoeverMadeIt(t *testing.T) {
	t.Parallel()
	const created = `{"subject":"x","type":"phone","mailboxId":85,"status":"active","customer":{%s},"tags":["new"],` +
		`"threads":[{"type":"phone","customer":{"id":700},"text":"x"}]}`
	for name, test := range map[string]struct {
		// change is given an open conversation and another one.
		change func(d *desk, id, other int64) error
		// events are those to come, and about whom where it is not the first
		// conversation.
		events []string
		about  int64
		only   bool
	}{
		"closed by an agent": {change: func(d *desk, id, _ int64) error { return d.SetStatus(id, "closed") }, events: []string{"convo.status"}},
		"closed by a program": {change: func(d *desk, id, _ int64) error {
			d.want(204, "PATCH", fmt.Sprint("/v2/conversations/", id), `{"op":"replace","path":"/status","value":"closed"}`)
			return nil
		}, events: []string{"convo.status"}},
		"the same status again": {change: func(d *desk, id, _ int64) error { return d.SetStatus(id, "active") }},
		"moved by an agent":     {change: func(d *desk, id, _ int64) error { return d.MoveConversation(id, 86) }, events: []string{"convo.moved"}},
		"moved by a program": {change: func(d *desk, id, _ int64) error {
			d.want(204, "PATCH", fmt.Sprint("/v2/conversations/", id), `{"op":"move","path":"/mailboxId","value":86}`)
			return nil
		}, events: []string{"convo.moved"}},
		"tagged by an agent": {change: func(d *desk, id, _ int64) error { return d.SetTags(id, "vip") }, events: []string{"convo.tags"}},
		"tagged by a program": {change: func(d *desk, id, _ int64) error {
			d.want(204, "PUT", fmt.Sprint("/v2/conversations/", id, "/tags"), `{"tags":["vip"]}`)
			return nil
		}, events: []string{"convo.tags"}},
		"the same tags again": {change: func(d *desk, id, _ int64) error {
			d.want(204, "PUT", fmt.Sprint("/v2/conversations/", id, "/tags"), `{"tags":["b","a"]}`)
			return nil
		}},
		"deleted by an agent": {change: func(d *desk, id, _ int64) error { return d.DeleteConversation(id) }, events: []string{"convo.deleted"}, only: true},
		"deleted by a program": {change: func(d *desk, id, _ int64) error {
			d.want(204, "DELETE", fmt.Sprint("/v2/conversations/", id), "")
			return nil
		}, events: []string{"convo.deleted"}, only: true},
		"merged into another": {change: func(d *desk, id, other int64) error { return d.MergeConversation(other, id) }, events: []string{"convo.merged"}},
		"subject and thread": {change: func(d *desk, id, _ int64) error {
			d.created(fmt.Sprint("/v2/conversations/", id, "/phones"), `{"text":"x","customer":{"id":700}}`)
			return d.AddThread(id, simulator.Thread{Body: "x"})
		}},
		"opened by a program": {change: func(d *desk, _, _ int64) error {
			d.created("/v2/conversations", fmt.Sprintf(created, `"id":700`))
			return nil
		}},
		"opened for somebody new": {change: func(d *desk, _, _ int64) error {
			d.created("/v2/conversations", fmt.Sprintf(created, `"email":"new@example.com"`))
			return nil
		}, events: []string{"customer.created"}, about: -1},
		"a customer made": {change: func(d *desk, _, _ int64) error {
			d.created("/v2/customers", `{"firstName":"Nia"}`)
			return nil
		}, events: []string{"customer.created"}, about: -1},
		"a customer renamed by a program": {change: func(d *desk, _, _ int64) error {
			d.want(204, "PATCH", "/v2/customers/700", `[{"op":"replace","path":"/firstName","value":"Cleopatra"}]`)
			return nil
		}, events: []string{"customer.updated"}, about: 700},
		"a number added by a program": {change: func(d *desk, _, _ int64) error {
			d.created("/v2/customers/700/phones", `{"type":"work","value":"+442079460003"}`)
			return nil
		}, events: []string{"customer.updated"}, about: 700},
		"a customer renamed by an agent": {change: func(d *desk, _, _ int64) error { return d.RenameCustomer(700, "Cleopatra", "") }, events: []string{"customer.updated"}, about: 700},
		"numbers changed by an agent":    {change: func(d *desk, _, _ int64) error { return d.SetPhones(700, "+442079460003") }, events: []string{"customer.updated"}, about: 700},
		"a customer deleted":             {change: func(d *desk, _, _ int64) error { return d.DeleteCustomer(700) }, events: []string{"customer.deleted"}, about: 700, only: true},
		"what is refused changes nothing": {change: func(d *desk, id, _ int64) error {
			d.want(400, "PATCH", fmt.Sprint("/v2/conversations/", id), `{"op":"x","path":"y"}`)
			return nil
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			id, other := d.opened("active", "a", "b"), d.opened("active")
			box, _ := told(t, d, simulatedEvents...)
			require.NoError(t, test.change(d, id, other))
			got := d.letters(t, box)
			events := []string{}
			for _, one := range got {
				events = append(events, one.event)
			}
			require.Equal(t, append([]string{}, test.events...), events)
			for _, one := range got {
				mac := hmac.New(sha1.New, []byte(hookSecret))
				_, _ = io.WriteString(mac, one.raw)
				require.Equal(t, base64.StdEncoding.EncodeToString(mac.Sum(nil)), one.signature)
				switch {
				case test.about == 0:
					require.EqualValues(t, id, one.body["id"])
				case test.about > 0:
					require.EqualValues(t, test.about, one.body["id"])
				}
				require.Equal(t, test.only, len(one.body) == 1, "of what was deleted only the id comes")
			}
		})
	}
}

func TestABodyIsTheObjectAsItIsNow(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.SetBaseURL("https://api.example.com")
	id := d.opened("active", "a")
	box, _ := told(t, d, "convo.moved", "customer.updated")
	require.NoError(t, d.MoveConversation(id, 86))
	require.NoError(t, d.SetPhones(700, "+442079460003"))
	got := d.letters(t, box)
	read := d.get(fmt.Sprint("/v2/conversations/", id)).body
	require.EqualValues(t, 86, got[0].body["mailboxId"])
	require.Equal(t, read, got[0].body)
	require.Equal(t, d.get("/v2/customers/700").body, got[1].body)
}

func TestAMergeTellsOfTheOneThatStaysOrOfTheOther(t *testing.T) {
	t.Parallel()
	for _, gone := range []bool{false, true} {
		t.Run(fmt.Sprint("of the one that is gone: ", gone), func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, func(o *simulator.HelpScoutOptions) { o.MergeTellsOfGone = gone })
			from, into := d.opened("active"), d.opened("active")
			box, _ := told(t, d, "convo.merged")
			require.NoError(t, d.MergeConversation(from, into))
			got := d.letters(t, box)
			require.Len(t, got, 1)
			want := into
			if gone {
				want = from
			}
			require.EqualValues(t, want, got[0].body["id"])
		})
	}
}

func TestAWebhookHearsOnlyOfWhatItAskedFor(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.opened("active")
	box, hook := told(t, d, "convo.tags", "customer.updated")
	limited, other := &letterbox{status: 200}, httptest.NewServer(nil)
	other.Config.Handler = limited
	t.Cleanup(other.Close)
	d.AddWebhook(simulator.HelpScoutWebhook{
		URL: other.URL, Secret: hookSecret, Events: []string{"convo.tags", "customer.updated"}, Mailboxes: []int64{86},
	})
	require.NoError(t, d.SetStatus(id, "closed"))
	require.NoError(t, d.SetTags(id, "vip"))
	require.NoError(t, d.SetPhones(700))
	require.Len(t, d.letters(t, box), 2)
	got := d.letters(t, limited)
	require.Len(t, got, 1, "inboxes limit the events of conversations alone")
	require.Equal(t, "customer.updated", got[0].event)

	d.want(204, "DELETE", fmt.Sprint("/v2/webhooks/", hook.ID), "")
	require.NoError(t, d.SetTags(id))
	require.Empty(t, d.letters(t, box))
}

func quickly(o *simulator.HelpScoutOptions) {
	o.WebhookBackoff = func(int) time.Duration { return time.Microsecond }
}

func TestAFailedWebhookOfHelpScoutIsRepeatedTenTimesAndTenOfThemSwitchItOff(t *testing.T) {
	t.Parallel()
	d := newDesk(t, quickly)
	id := d.opened("active")
	box, _ := told(t, d, "convo.tags")
	box.status = http.StatusServiceUnavailable
	for i := range 10 {
		require.False(t, d.Webhooks()[0].Disabled)
		require.NoError(t, d.SetTags(id, fmt.Sprint("tag ", i)))
		got := d.letters(t, box)
		require.Len(t, got, 11)
		require.Equal(t, got[0], got[10], "unchanged")
	}
	require.True(t, d.Webhooks()[0].Disabled)
	require.Equal(t, "disabled", d.get("/v2/webhooks").list("webhooks")[0]["state"])
	require.NoError(t, d.SetTags(id))
	require.Empty(t, d.letters(t, box))
	deliveries := d.Deliveries()
	require.Len(t, deliveries, 110)
	require.True(t, deliveries[10].Discarded)
	require.Equal(t, 11, deliveries[10].Attempt)
	require.Equal(t, http.StatusServiceUnavailable, deliveries[10].Status)
	require.EqualValues(t, 11, deliveries[10].N)
}

func TestAnAnswerOfGoneSwitchesAWebhookOffAtOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t, quickly)
	box, _ := told(t, d, "customer.updated")
	box.status = http.StatusGone
	require.NoError(t, d.SetPhones(700))
	require.Len(t, d.letters(t, box), 1)
	require.True(t, d.Webhooks()[0].Disabled)
}

func TestAReceiverThatComesBackGetsTheEvent(t *testing.T) {
	t.Parallel()
	again := make(chan struct{})
	d := newDesk(t, func(o *simulator.HelpScoutOptions) {
		o.WebhookTimeout = 20 * time.Millisecond
		o.WebhookBackoff = func(int) time.Duration { <-again; return 0 }
	})
	release := make(chan struct{})
	var slow sync.Once
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { slow.Do(func() { <-release }) }))
	t.Cleanup(server.Close)
	t.Cleanup(d.Close)
	d.AddWebhook(simulator.HelpScoutWebhook{URL: server.URL, Events: []string{"customer.deleted"}, Secret: hookSecret})
	require.NoError(t, d.DeleteCustomer(700))
	require.Eventually(t, func() bool { return len(d.Deliveries()) == 1 }, 10*time.Second, time.Millisecond)
	within, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	require.ErrorIs(t, d.AwaitDeliveries(within), context.DeadlineExceeded, "it is still on its way")
	close(release)
	close(again)
	require.NoError(t, d.AwaitDeliveries(t.Context()))
	deliveries := d.Deliveries()
	require.Equal(t, "no answer", deliveries[0].Error)
	// On a busy machine a repetition may be late as well.
	require.Greater(t, len(deliveries), 1)
	require.Equal(t, http.StatusOK, deliveries[len(deliveries)-1].Status)
}

func TestClosingEndsWhatIsOnItsWay(t *testing.T) {
	t.Parallel()
	d := newDesk(t, func(o *simulator.HelpScoutOptions) {
		o.WebhookBackoff = func(int) time.Duration { return time.Hour }
	})
	box, _ := told(t, d, "customer.updated")
	box.status = http.StatusInternalServerError
	require.NoError(t, d.SetPhones(700))
	d.Close()
	require.NoError(t, d.AwaitDeliveries(t.Context()))
	tried := len(d.Deliveries())
	require.NoError(t, d.SetPhones(700))
	require.NoError(t, d.AwaitDeliveries(t.Context()))
	require.Len(t, d.Deliveries(), tried)
}

func TestHelpScoutsWebhooksOverTheAPI(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	t.Cleanup(d.Close)
	d.ResetRequests()
	id := d.created("/v2/webhooks", `{"url":"https://example.com/hook","events":["convo.moved","user.status.changed"],`+
		`"secret":"`+strings.Repeat("x", 40)+`","label":"Callscout","payloadVersion":"V2","notification":false,"mailboxIds":[85]}`)
	require.Empty(t, d.Requests()[0].Body, "it holds a secret")
	require.True(t, d.Requests()[0].Committed)
	made := d.get("/v2/webhooks/" + id).body
	require.Equal(t, "https://example.com/hook", made["url"])
	require.Equal(t, "enabled", made["state"])
	require.Equal(t, []any{"convo.moved", "user.status.changed"}, made["events"])
	require.NotContains(t, d.get("/v2/webhooks").raw, "xxxx")
	require.Len(t, d.get("/v2/webhooks").list("webhooks"), 1)
	for name, test := range map[string]struct{ body, path, code string }{
		"no address":          {`{"events":["convo.tags"],"secret":"x"}`, "url", "URL"},
		"an address of ours":  {`{"url":"/hook","events":["convo.tags"],"secret":"x"}`, "url", "URL"},
		"no events":           {`{"url":"https://example.com","secret":"x"}`, "events", "NotNull"},
		"an empty list":       {`{"url":"https://example.com","events":[],"secret":"x"}`, "events", "NotEmpty"},
		"an unknown event":    {`{"url":"https://example.com","events":["convo.phoned"],"secret":"x"}`, "events", "EnumValue"},
		"no secret":           {`{"url":"https://example.com","events":["convo.tags"]}`, "secret", "NotNull"},
		"a secret too long":   {`{"url":"https://example.com","events":["convo.tags"],"secret":"` + strings.Repeat("x", 41) + `"}`, "secret", "Size"},
		"an unknown field":    {`{"url":"https://example.com","events":["convo.tags"],"secret":"x","token":"x"}`, "token", "unknown"},
		"version 3":           {`{"url":"https://example.com","events":["convo.tags"],"secret":"x","payloadVersion":"V3"}`, "payloadVersion", "EnumValue"},
		"notifications alone": {`{"url":"https://example.com","events":["convo.tags"],"secret":"x","notification":true}`, "notification", "not-simulated"},
		"inboxes as text":     {`{"url":"https://example.com","events":["convo.tags"],"secret":"x","mailboxIds":["x"]}`, "mailboxIds", "invalid-json"},
	} {
		require.Equal(t, test.code, d.want(400, "POST", "/v2/webhooks", test.body).codes()[test.path], name)
	}
	d.want(400, "POST", "/v2/webhooks", `x`)
	d.want(204, "DELETE", "/v2/webhooks/"+id, "")
	d.want(404, "DELETE", "/v2/webhooks/"+id, "")
	d.want(404, "GET", "/v2/webhooks/"+id, "")
	d.want(405, "PATCH", "/v2/webhooks/"+id, `{}`)
	require.Empty(t, d.Webhooks())
}

func TestWebhooksOfHelpScoutAreSetUpAndReadOverTheControlPaths(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	box, _ := told(t, d)
	server := httptest.NewServer(box)
	t.Cleanup(server.Close)
	require.Less(t, d.send("POST", "/_simulator/webhooks", `{"url":"`+server.URL+`","events":["customer.deleted"],"secret":"s"}`).status, 300)
	require.JSONEq(t, `[]`, d.get("/_simulator/deliveries").raw)
	d.want(204, "POST", "/_simulator/customers/700/delete", "")
	require.Len(t, d.letters(t, box), 1)
	require.Contains(t, d.get("/_simulator/deliveries").raw, `"event": "customer.deleted"`)
}
