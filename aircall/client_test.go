package aircall_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/aircall"
)

const (
	testID    = "fixture-id"
	testToken = "fixture-secret"
)

// recorder is a server that keeps the requests it was sent.
type recorder struct {
	*httptest.Server
	mu       sync.Mutex
	requests []*http.Request
}

func record(t *testing.T, answer http.HandlerFunc) *recorder {
	t.Helper()
	r := &recorder{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		r.mu.Lock()
		r.requests = append(r.requests, req)
		r.mu.Unlock()
		answer(w, req)
	}))
	t.Cleanup(r.Close)
	return r
}

// seen lists the requests as "METHOD path?query".
func (r *recorder) seen() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var lines []string
	for _, req := range r.requests {
		lines = append(lines, req.Method+" "+req.URL.RequestURI())
	}
	return lines
}

func (r *recorder) client(t *testing.T, opts ...aircall.Option) *aircall.Client {
	t.Helper()
	client, err := aircall.New(r.URL, aircall.Basic(testID, testToken), opts...)
	require.NoError(t, err)
	return client
}

func answering(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func TestNewRefusesAWrongURLWithoutRepeatingIt(t *testing.T) {
	t.Parallel()
	for _, wrong := range []string{
		"", "api.aircall.io", "//api.aircall.io", "ftp://api.aircall.io", "https://", "https://:443", "https:api.aircall.io",
		"https://api.aircall.io/v1", "https://api.aircall.io/?k=hush", "https://api.aircall.io/#hush",
		"https://id:hush@api.aircall.io", "https://id:hush@ api", "https://api.aircall.io:hush",
	} {
		_, err := aircall.New(wrong, aircall.Bearer("t"))
		require.ErrorContains(t, err, "scheme and host only", wrong)
		require.NotContains(t, err.Error(), "hush")
	}
	for _, right := range []string{"https://api.aircall.io", "https://api.aircall.io/", "http://127.0.0.1:1", "http://[::1]:1"} {
		_, err := aircall.New(right, aircall.Bearer("t"))
		require.NoError(t, err, right)
	}
}

func TestNewRefusesWrongCredentialsAndOptions(t *testing.T) {
	t.Parallel()
	for name, auth := range map[string]aircall.Auth{
		"none":         {},
		"no id":        aircall.Basic("", "hush"),
		"no token":     aircall.Basic("id", ""),
		"colon":        aircall.Basic("i:d", "hush"),
		"line break":   aircall.Basic("id", "hush\n"),
		"no bearer":    aircall.Bearer(""),
		"bearer space": aircall.Bearer("hush hush"),
	} {
		_, err := aircall.New("https://api.aircall.io", auth)
		require.ErrorContains(t, err, "needed", name)
		require.NotContains(t, err.Error(), "hush", name)
	}
	for name, opt := range map[string]aircall.Option{
		"no client":          aircall.WithHTTPClient(nil),
		"no agent":           aircall.WithUserAgent(""),
		"agent of two lines": aircall.WithUserAgent("a\r\nb"),
	} {
		_, err := aircall.New("https://api.aircall.io", aircall.Bearer("t"), opt)
		require.Error(t, err, name)
	}
}

func TestPrintingAClientShowsNoSecret(t *testing.T) {
	t.Parallel()
	client, err := aircall.New("https://api.aircall.io", aircall.Basic(testID, testToken))
	require.NoError(t, err)
	basic := aircall.Basic(testID, testToken)
	out := fmt.Sprintf("%v %+v %#v %v %#v", client, client, client, basic, basic)
	require.NotContains(t, out, testToken)
	require.NotContains(t, out, "Zml4dHVyZS1pZDpmaXh0dXJlLXNlY3JldA==")
}

func TestPingSendsTheCredentialAndExpectsPong(t *testing.T) {
	t.Parallel()
	server := record(t, answering(http.StatusOK, `{"ping":"pong"}`))
	require.NoError(t, server.client(t, aircall.WithUserAgent("callscout/1.0 test")).Ping(t.Context()))
	require.Equal(t, []string{"GET /v1/ping"}, server.seen())
	header := server.requests[0].Header
	require.Equal(t, "Basic Zml4dHVyZS1pZDpmaXh0dXJlLXNlY3JldA==", header.Get("Authorization"))
	require.Equal(t, "callscout/1.0 test", header.Get("User-Agent"))
	require.Equal(t, "application/json", header.Get("Accept"))

	client, err := aircall.New(server.URL, aircall.Bearer(testToken))
	require.NoError(t, err)
	require.NoError(t, client.Ping(t.Context()))
	require.Equal(t, "Bearer "+testToken, server.requests[1].Header.Get("Authorization"))
	require.Equal(t, "callscout", server.requests[1].Header.Get("User-Agent"))
}

func TestGetCallAsksForEverythingAndReadsRESTNames(t *testing.T) {
	t.Parallel()
	server := record(t, answering(http.StatusOK, string(fixture(t, "rest-call.json"))))
	call, err := server.client(t).GetCall(t.Context(), 5186780379)
	require.NoError(t, err)
	require.Equal(t, []string{
		"GET /v1/calls/5186780379?fetch_aiva_conv=true&fetch_call_timeline=true&fetch_contact=true&fetch_short_urls=true",
	}, server.seen())
	require.Equal(t, aircall.Call{
		ID:                5186780379,
		UUID:              "CA00000000000000000000000000000002",
		Direction:         aircall.Inbound,
		Status:            aircall.StatusDone,
		StartedAt:         unix(1767607174),
		AnsweredAt:        unix(1767607189),
		EndedAt:           unix(1767607382),
		Duration:          208 * time.Second,
		RawDigits:         "+44 20 7946 0456",
		User:              &aircall.User{ID: 41, Name: "Ada Example", Email: "ada@example.com"},
		AssignedTo:        &aircall.User{ID: 42, Name: "Bob Example", Email: "bob@example.com"},
		Participants:      []aircall.Participant{{Type: aircall.ParticipantContact, ID: 77, Name: "Grace Example", PhoneNumber: "+44 20 7946 0456"}},
		IVROptions:        []aircall.IVROption{{ID: "opt-1", Title: "Sales", Key: "1", Branch: "sales"}},
		Comments:          []aircall.Comment{},
		Tags:              []aircall.Tag{{ID: 52, Name: "Billing"}},
		RecordingShortURL: "https://short-urls.aircall.io/v1/00000000-0000-4000-8000-000000000002",
		Asset:             "https://assets.aircall.io/calls/5186780379/recording",
		CountryCode:       "GB",
		Cost:              "3.0",
	}, call)
}

func TestGetCallRefusesAnIDThatCannotExist(t *testing.T) {
	t.Parallel()
	server := record(t, answering(http.StatusOK, `{}`))
	for _, id := range []int64{0, -7} {
		_, err := server.client(t).GetCall(t.Context(), id)
		var field *aircall.FieldError
		require.ErrorAs(t, err, &field)
	}
	require.Empty(t, server.seen())
}

func TestAnAnswerThatIsNotAircallsIsToldApart(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		body string
		call func(context.Context, *aircall.Client) error
		want string
	}{
		"no pong":          {`{"ping":"ping"}`, func(ctx context.Context, c *aircall.Client) error { return c.Ping(ctx) }, `ping: expected "pong"`},
		"a page":           {`<html>`, func(ctx context.Context, c *aircall.Client) error { return c.Ping(ctx) }, "not a JSON object: it breaks off at byte 1"},
		"null":             {`null`, func(ctx context.Context, c *aircall.Client) error { return c.Ping(ctx) }, "not a JSON object"},
		"nothing":          {``, func(ctx context.Context, c *aircall.Client) error { return c.Ping(ctx) }, "not a JSON object"},
		"no call":          {`{"ping":"pong"}`, func(ctx context.Context, c *aircall.Client) error { _, err := c.GetCall(ctx, 1); return err }, "call: expected an object"},
		"a call of no id":  {`{"call":{}}`, func(ctx context.Context, c *aircall.Client) error { _, err := c.GetCall(ctx, 1); return err }, "call.id: expected"},
		"no list":          {`{"meta":{}}`, func(ctx context.Context, c *aircall.Client) error { _, err := c.Numbers(ctx); return err }, "numbers: expected an array"},
		"null list":        {`{"numbers":null}`, func(ctx context.Context, c *aircall.Client) error { _, err := c.Numbers(ctx); return err }, "numbers: expected an array"},
		"number of no id":  {`{"numbers":[{"id":1},{"name":"x"}]}`, func(ctx context.Context, c *aircall.Client) error { _, err := c.Numbers(ctx); return err }, "numbers[1].id: expected"},
		"webhook of no id": {`{"webhooks":["x"]}`, func(ctx context.Context, c *aircall.Client) error { _, err := c.Webhooks(ctx); return err }, "webhooks[0].webhook_id: expected"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := tc.call(t.Context(), record(t, answering(http.StatusOK, tc.body)).client(t))
			var answer *aircall.AnswerError
			require.ErrorAs(t, err, &answer)
			require.ErrorContains(t, err, tc.want)
		})
	}
}

func TestAClientIsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	server := record(t, answering(http.StatusOK, `{"ping":"pong"}`))
	client := server.client(t)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if err := client.Ping(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	require.Len(t, server.seen(), 8)
}
