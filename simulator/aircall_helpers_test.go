package simulator_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/aircall"
	"callscout/simulator"
)

// hub takes webhooks and answers them with status.
type hub struct {
	mu     sync.Mutex
	status int
	got    []delivered
}

type delivered struct {
	aircall.Event
	header http.Header
	data   map[string]any
	body   string
}

func (h *hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	h.mu.Lock()
	defer h.mu.Unlock()
	event, _ := aircall.ParseEvent(body)
	taken := delivered{Event: event, header: r.Header, body: string(body)}
	_ = json.Unmarshal(event.Data, &taken.data)
	h.got = append(h.got, taken)
	w.WriteHeader(h.status)
}

func (h *hub) answer(status int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.status = status
}

func (h *hub) all() []delivered {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.got)
}

func (h *hub) names() (names []string) {
	for _, event := range h.all() {
		names = append(names, event.Name)
	}
	return names
}

// first is the first event of a name.
func (h *hub) first(t *testing.T, name string) delivered {
	t.Helper()
	all := h.all()
	at := slices.IndexFunc(all, func(d delivered) bool { return d.Name == name })
	require.GreaterOrEqual(t, at, 0, "no %s", name)
	return all[at]
}

const hubToken = "0123456789abcdef0123456789abcdef"

// office is an Aircall with two lines, two agents, and a hub that hears
// everything.
type office struct {
	*client
	*simulator.Aircall
	hub *hub
}

func newOffice(t *testing.T, change ...func(*simulator.AircallOptions)) *office {
	t.Helper()
	options := simulator.AircallOptions{APIID: "id", APIToken: "token", Backoff: func(int) time.Duration { return time.Millisecond }}
	for _, apply := range change {
		apply(&options)
	}
	a := simulator.NewAircall(options)
	t.Cleanup(a.Close)
	a.AddNumber(simulator.Number{ID: 5001, Name: "Support", Digits: "+1 202-555-0100"})
	a.AddNumber(simulator.Number{ID: 5002, Name: "Sales", Digits: "+49 30 23125 000", Country: "DE"})
	a.AddUser(simulator.AircallUser{ID: 31, Name: "Mia Berg", Email: "mia@example.com"})
	a.AddUser(simulator.AircallUser{ID: 32, Name: "Ben Lee", Email: "ben@example.com"})
	receiver := &hub{status: http.StatusOK}
	url, stop, err := simulator.Listen(receiver, "")
	require.NoError(t, err)
	t.Cleanup(stop)
	a.AddWebhook(simulator.Webhook{URL: url, Token: hubToken})
	o := &office{client: newClient(t, a), Aircall: a, hub: receiver}
	o.authorization = "Basic " + base64.StdEncoding.EncodeToString([]byte("id:token"))
	return o
}

// place runs a call so fast that its pauses hardly count.
func (o *office) place(script simulator.Script) simulator.Call {
	o.t.Helper()
	if script.Speed == 0 {
		script.Speed = 2000
	}
	id, err := o.Place(context.Background(), script)
	require.NoError(o.t, err)
	call, ok := o.Call(id)
	require.True(o.t, ok)
	return call
}
