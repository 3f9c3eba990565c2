package simulator_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/simulator"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// handClock stands still until it is moved.
type handClock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *handClock { return &handClock{now: noon} }

func (c *handClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *handClock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// client talks to one simulator. It follows no redirects.
type client struct {
	t             *testing.T
	url           string
	authorization string
	http          *http.Client
}

type reply struct {
	status int
	header http.Header
	raw    string
	body   map[string]any
}

func newClient(t *testing.T, handler http.Handler) *client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return &client{t: t, url: server.URL, http: &http.Client{
		Timeout: 10 * time.Second, Transport: transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

func (c *client) try(method, path, contentType, body string) (reply, error) {
	request, err := http.NewRequest(method, c.url+path, strings.NewReader(body))
	if err != nil {
		return reply{}, err
	}
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	if c.authorization != "" {
		request.Header.Set("Authorization", c.authorization)
	}
	response, err := c.http.Do(request)
	if err != nil {
		return reply{}, err
	}
	raw, err := io.ReadAll(response.Body)
	if err == nil {
		err = response.Body.Close()
	}
	result := reply{status: response.StatusCode, header: response.Header, raw: string(raw)}
	if strings.Contains(response.Header.Get("Content-Type"), "json") {
		_ = json.Unmarshal(raw, &result.body)
	}
	return result, err
}

func (c *client) send(method, path, body string) reply {
	c.t.Helper()
	result, err := c.try(method, path, "application/json", body)
	require.NoError(c.t, err)
	return result
}

func (c *client) get(path string) reply {
	c.t.Helper()
	return c.send(http.MethodGet, path, "")
}

// want sends and demands a status.
func (c *client) want(status int, method, path, body string) reply {
	c.t.Helper()
	result := c.send(method, path, body)
	require.Equal(c.t, status, result.status, "%s %s: %s", method, path, result.raw)
	return result
}

// created posts and returns the new id.
func (c *client) created(path, body string) string {
	c.t.Helper()
	result := c.want(http.StatusCreated, http.MethodPost, path, body)
	id := result.header.Get("Resource-ID")
	require.NotEmpty(c.t, id)
	require.Empty(c.t, result.raw)
	require.True(c.t, strings.HasSuffix(result.header.Get("Location"), "/"+id))
	return id
}

// list returns the items of a HAL list.
func (r reply) list(key string) []map[string]any {
	embedded, _ := r.body["_embedded"].(map[string]any)
	return items(embedded[key])
}

func items(list any) []map[string]any {
	items, _ := list.([]any)
	all := make([]map[string]any, 0, len(items))
	for _, item := range items {
		all = append(all, item.(map[string]any))
	}
	return all
}

// codes are the anchors of a HAL validation error, with their paths.
func (r reply) codes() map[string]string {
	codes := map[string]string{}
	for _, entry := range r.list("errors") {
		href := entry["_links"].(map[string]any)["about"].(map[string]any)["href"].(string)
		_, anchor, _ := strings.Cut(href, "#")
		codes[entry["path"].(string)] = anchor
	}
	return codes
}

// desk is a Help Scout with an inbox, two users and a customer.
type desk struct {
	*client
	*simulator.HelpScout
	clock *handClock
}

func newDesk(t *testing.T, change ...func(*simulator.HelpScoutOptions)) *desk {
	t.Helper()
	clock := newClock()
	options := simulator.HelpScoutOptions{
		Clock: clock.Now, Apps: []simulator.App{{ID: "app", Secret: "secret", UserID: 11}},
	}
	for _, apply := range change {
		apply(&options)
	}
	h := simulator.NewHelpScout(options)
	h.AddMailbox(simulator.Mailbox{ID: 85, Name: "Support", Email: "support@example.com", DefaultAssignee: 12})
	h.AddMailbox(simulator.Mailbox{ID: 86, Name: "Sales"})
	h.AddUser(simulator.User{ID: 11, FirstName: "Ada", LastName: "Bot", Email: "ada@example.com", Role: "admin"})
	h.AddUser(simulator.User{ID: 12, FirstName: "Ben", LastName: "Lee", Email: "ben@example.com"})
	h.AddCustomer(simulator.Customer{
		ID: 700, FirstName: "Cleo", LastName: "Marsh",
		Phones: []simulator.Entry{{Value: "+1 202-555-0143"}}, Emails: []simulator.Entry{{Value: "cleo@example.com"}},
	})
	d := &desk{client: newClient(t, h), HelpScout: h, clock: clock}
	d.signIn()
	return d
}

func (d *desk) signIn() {
	d.t.Helper()
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {"app"}, "client_secret": {"secret"}}
	result, err := d.try(http.MethodPost, "/v2/oauth2/token", "application/x-www-form-urlencoded", form.Encode())
	require.NoError(d.t, err)
	require.Equal(d.t, http.StatusOK, result.status, result.raw)
	d.authorization = "Bearer " + result.body["access_token"].(string)
}

// opened adds a conversation of Cleo's in the support inbox.
func (d *desk) opened(status string, tags ...string) int64 {
	return d.AddConversation(simulator.Conversation{
		MailboxID: 85, CustomerID: 700, Subject: "Where is my order", Status: status, Tags: tags,
		Threads: []simulator.Thread{{Body: "Hello"}},
	}).ID
}
