package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"callscout/api"
	"callscout/secret"
	"callscout/settings"
	"callscout/store"
	"callscout/store/storetest"
)

const (
	webhookToken  = "hush-webhook-token"
	webhookSecret = "hush-webhook-secret"
	adminToken    = "hush-admin-token"
	mappedLine    = 4711
	pausedLine    = 4712
	callerNumber  = "+1 202-555-0143"
	callerName    = "Ada Testwell"
	uiURL         = "http://127.0.0.1:8233"
)

// notes is a log that a test reads while others write it.
type notes struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (n *notes) Write(p []byte) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.text.Write(p)
}

func (n *notes) String() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.text.String()
}

// edge is an API that listens, and everything around it.
type edge struct {
	url      string
	api      *api.API
	store    *store.Store
	sick     *sickStore
	temporal *fakeTemporal
	keys     *secret.Ring
	registry *prometheus.Registry
	log      *notes
}

func newEdge(t testing.TB, change ...func(*api.Config)) *edge {
	t.Helper()
	return edgeOn(t, storetest.SQLiteConfig(t), change...)
}

// edgeOn makes an edge on a database with one installation.
func edgeOn(t testing.TB, database store.Config, change ...func(*api.Config)) *edge {
	t.Helper()
	db := storetest.Open(t, database)
	require.NoError(t, db.PutInstallation(t.Context(), acme()))
	e := &edge{
		store: db, sick: &sickStore{Store: db}, temporal: &fakeTemporal{workers: 1}, keys: database.Keys,
		registry: prometheus.NewPedanticRegistry(), log: &notes{},
	}
	cfg := api.Config{
		Store: e.sick, Deliverer: e.temporal, Temporal: e.temporal, CheckNow: e.temporal.CheckNow, Keys: e.keys, AdminToken: adminToken, UIURL: uiURL,
		PublicURL: "http://callscout.example.com", Registry: e.registry,
		Log: slog.New(slog.NewJSONHandler(e.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	for _, one := range change {
		one(&cfg)
	}
	var err error
	e.api, err = api.New(cfg)
	require.NoError(t, err)
	server := httptest.NewServer(e.api.Handler())
	t.Cleanup(server.Close)
	e.url = server.URL
	return e
}

func acme() settings.Installation {
	return settings.Installation{
		ID:        "acme",
		Aircall:   settings.AircallAccount{APIID: "api-id", APIToken: "hush-aircall", WebhookToken: webhookToken},
		HelpScout: settings.HelpScoutAccount{AppID: "app-id", AppSecret: "hush-helpscout", WebhookSecret: webhookSecret},
		Numbers: []settings.Number{
			{AircallNumber: mappedLine, Inbox: 85},
			{AircallNumber: pausedLine, Inbox: 86, Settings: settings.Overrides{"active": false}},
		},
	}
}

// run brings waiting events to Temporal until the test ends or stop is called.
func (e *edge) run(t testing.TB) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		e.api.Run(ctx)
	}()
	stop = sync.OnceFunc(func() { cancel(); <-done })
	t.Cleanup(stop)
	return stop
}

// webhook is a body as Aircall sends it.
func webhook(event string, call, line int64, change ...func(body, data map[string]any)) string {
	data := map[string]any{
		"id": call, "direction": "inbound", "status": "initial", "started_at": 1767607200, "raw_digits": callerNumber,
		"number":  map[string]any{"id": line, "name": "Support", "digits": "+49 30 23125 001", "country": "DE"},
		"contact": map[string]any{"id": 9, "first_name": callerName},
	}
	body := map[string]any{"resource": "call", "event": event, "timestamp": 1767607201, "token": webhookToken, "data": data}
	for _, one := range change {
		one(body, data)
	}
	text, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	return string(text)
}

type reply struct {
	status int
	header http.Header
	body   string
}

func (e *edge) do(t testing.TB, request *http.Request) reply {
	t.Helper()
	client := &http.Client{
		Timeout:       30 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return send(t, client, request)
}

func send(t testing.TB, client *http.Client, request *http.Request) reply {
	t.Helper()
	response, err := client.Do(request) //nolint:gosec // it asks the edge under test
	require.NoError(t, err)
	defer func() { require.NoError(t, response.Body.Close()) }()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return reply{response.StatusCode, response.Header, string(body)}
}

func (e *edge) request(t testing.TB, method, path string, body io.Reader) *http.Request {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, e.url+path, body)
	require.NoError(t, err)
	return request
}

func (e *edge) get(t testing.TB, path string) reply {
	t.Helper()
	return e.do(t, e.request(t, http.MethodGet, path, nil))
}

func (e *edge) post(t testing.TB, body string) reply {
	t.Helper()
	request := e.request(t, http.MethodPost, "/webhooks/aircall", strings.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	return e.do(t, request)
}

// browser is somebody who has signed in.
func (e *edge) browser(t testing.TB) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	client := &http.Client{Jar: jar, Timeout: 30 * time.Second}
	request := e.request(t, http.MethodPost, "/signin", strings.NewReader("token="+adminToken))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	require.Equal(t, http.StatusOK, send(t, client, request).status)
	return client
}

func (e *edge) home(t testing.TB) reply {
	t.Helper()
	return send(t, e.browser(t), e.request(t, http.MethodGet, "/", nil))
}

func (e *edge) counts(t testing.TB) (waiting, held int) {
	t.Helper()
	w, h, _, err := e.store.InboxCounts(t.Context())
	require.NoError(t, err)
	return int(w), int(h)
}

// counted is how many webhooks of Aircall had a result.
func (e *edge) counted(t testing.TB, result string) int {
	t.Helper()
	return e.countedBy(t, "callscout_webhooks_total", result)
}

func (e *edge) countedBy(t testing.TB, counter, result string) int {
	t.Helper()
	// With the store away, the rest is gathered all the same.
	families, _ := e.registry.Gather()
	for _, family := range families {
		if family.GetName() != counter {
			continue
		}
		for _, metric := range family.GetMetric() {
			if metric.GetLabel()[0].GetValue() == result {
				return int(metric.GetCounter().GetValue())
			}
		}
	}
	require.Fail(t, "no such result", result)
	return 0
}

func (e *edge) metrics(t testing.TB) string {
	t.Helper()
	answer := e.get(t, "/metrics")
	require.Equal(t, http.StatusOK, answer.status)
	return answer.body
}

func requireMetric(t testing.TB, e *edge, name string, want float64) {
	t.Helper()
	require.Contains(t, e.metrics(t), fmt.Sprintf("\n%s %v\n", name, want))
	problems, err := testutil.GatherAndLint(e.registry, name)
	require.NoError(t, err)
	require.Empty(t, problems)
}

// requireWellFormed fails where an element is not closed in its order.
func requireWellFormed(t testing.TB, page string) {
	t.Helper()
	empty := map[string]bool{"meta": true, "input": true, "br": true, "link": true}
	var open []string
	tokens := html.NewTokenizer(strings.NewReader(page))
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			require.ErrorIs(t, tokens.Err(), io.EOF)
			require.Empty(t, open)
			return
		case html.StartTagToken:
			if name := tokens.Token().Data; !empty[name] {
				open = append(open, name)
			}
		case html.EndTagToken:
			name := tokens.Token().Data
			require.NotEmpty(t, open, "</%s> closes nothing", name)
			require.Equal(t, open[len(open)-1], name)
			open = open[:len(open)-1]
		default:
		}
	}
}

// newEdgeBeside is another process on the store of an edge.
func newEdgeBeside(t testing.TB, e *edge) *edge {
	t.Helper()
	other := &edge{store: e.store, sick: e.sick, temporal: e.temporal, keys: e.keys, registry: prometheus.NewPedanticRegistry(), log: &notes{}}
	var err error
	other.api, err = api.New(api.Config{
		Store: e.sick, Deliverer: e.temporal, Temporal: e.temporal, Keys: e.keys, AdminToken: adminToken, UIURL: uiURL,
		PublicURL: "http://callscout.example.com", Registry: other.registry, Log: slog.New(slog.NewJSONHandler(other.log, nil)),
	})
	require.NoError(t, err)
	server := httptest.NewServer(other.api.Handler())
	t.Cleanup(server.Close)
	other.url = server.URL
	return other
}
