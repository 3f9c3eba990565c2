package cli_test

import (
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/explain"
	"callscout/simulator"
)

// witness keeps what the vendors were asked to change.
type witness struct {
	mu      sync.Mutex
	changes []string
}

func watched(c *clinic) *witness {
	w := &witness{}
	tell := func(r simulator.Request) {
		w.mu.Lock()
		defer w.mu.Unlock()
		if r.Method != http.MethodGet && r.Path != "/v2/oauth2/token" {
			w.changes = append(w.changes, r.Method+" "+r.Path)
		}
	}
	c.helpScout.Watch(tell)
	c.aircall.Watch(tell)
	return w
}

func (w *witness) saw(t *testing.T) []string {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.changes
}

func caller(c *clinic) {
	c.helpScout.AddCustomer(simulator.Customer{ID: 34, FirstName: "Grace", LastName: "Hopper", Phones: []simulator.Entry{{Type: "work", Value: "+1 202-555-0143"}}})
	c.helpScout.AddConversation(simulator.Conversation{ID: 120, Number: 12, MailboxID: 85, CustomerID: 34, Status: "active", Subject: "Order"})
}

func pastCall(c *clinic) {
	began := time.Now().UTC().Add(-2 * time.Hour).Truncate(time.Second)
	c.aircall.PutCall(simulator.Call{
		ID: 780836754, Direction: "inbound", Status: "done", StartedAt: began, AnsweredAt: began.Add(10 * time.Second),
		EndedAt: began.Add(4 * time.Minute), RawDigits: "+1 202-555-0143", NumberID: 4711,
	})
}

var madeUpCall = []string{"call", "explain", "--number", "+1 202-555-0143", "--line", "4711", "--at", "2026-11-20T08:30:00Z"}

func TestExplainReadsWellForAMadeUpCall(t *testing.T) {
	t.Parallel()
	c := newClinic(t)
	caller(c)
	w := watched(c)
	got := c.run(t, madeUpCall...)
	require.Zero(t, got.code, got.err)
	if os.Getenv("UPDATE_GOLDEN") != "" {
		require.NoError(t, os.WriteFile("testdata/explained.txt", []byte(got.out), 0o600))
	}
	golden, err := os.ReadFile("testdata/explained.txt")
	require.NoError(t, err)
	require.Equal(t, string(golden), got.out)
	require.Empty(t, w.saw(t))
	require.Empty(t, got.err)
	ledger, err := c.store(t).LedgerByPrefix(t.Context(), "acme/")
	require.NoError(t, err)
	require.Empty(t, ledger)
}

func TestExplainAsJSON(t *testing.T) {
	t.Parallel()
	c := newClinic(t)
	w := watched(c)
	got := c.run(t, append(madeUpCall, "--json")...)
	require.Zero(t, got.code, got.err)
	var answer explain.Answer
	require.NoError(t, json.Unmarshal([]byte(got.out), &answer))
	require.True(t, answer.Customer.Made)
	require.True(t, answer.Conversation.Made)
	require.Zero(t, answer.Customer.ID)
	require.Positive(t, answer.Cost.HelpScoutUnits)
	require.Equal(t, "+12025550143", answer.Number.E164)
	require.Equal(t, explain.FromDefault, answer.Assignment.From)
	require.Empty(t, w.saw(t))
}

func TestExplainAPastCallHidesItsNumber(t *testing.T) {
	t.Parallel()
	c := newClinic(t)
	caller(c)
	pastCall(c)
	w := watched(c)
	for _, more := range [][]string{nil, {"--remaining"}, {"--json"}} {
		got := c.run(t, append([]string{"call", "explain", "780836754"}, more...)...)
		require.Zero(t, got.code, got.err)
		for _, private := range []string{"555-0143", "5550143", "hush"} {
			require.NotContains(t, got.out+got.err, private)
		}
		if len(more) == 0 {
			require.Contains(t, got.out, "It would be logged in conversation #12 of customer 34, as 2 threads, for ")
		}
		if len(more) == 1 && more[0] == "--remaining" {
			require.Contains(t, got.out, "as 1 thread, for ")
		}
	}
	require.Empty(t, w.saw(t))
}

func TestExplainSavedWebhooks(t *testing.T) {
	t.Parallel()
	c := newClinic(t)
	caller(c)
	w := watched(c)
	ended := strings.Replace(body("call.ended", 7, "hush-webhook"), `"direction":"inbound"`,
		`"direction":"inbound","status":"done","started_at":1767607200,"ended_at":1767607230,"missed_call_reason":"no_available_agent"`, 1)
	got := c.run(t, "call", "explain", "--event", write(t, "a.json", body("call.created", 7, "hush-webhook")), "--event", write(t, "b.json", ended))
	require.Zero(t, got.code, got.err)
	require.Contains(t, got.out, "It would be logged in conversation #12 of customer 34, as 1 thread, for ")
	require.NotContains(t, got.out+got.err, "hush")

	for text, why := range map[string]string{
		"{": "not JSON",
		strings.Replace(body("call.created", 7, "x"), `"number":{"id":4711,"name":"Support"}`, `"number":null`, 1): "no body names the line",
		body("", 7, "hush-webhook"):                                       "names no event",
		body("call.created", 7, "x") + body("call.ended", 8, "x"):         "one call at a time",
		`{"resource":"user","event":"user.created","token":"hush-token"}`: "not an event of a call",
	} {
		bad := c.run(t, "call", "explain", "--event", write(t, "bad.json", text))
		require.Equal(t, 2, bad.code, text)
		require.Contains(t, bad.err, why)
		require.NotContains(t, bad.err, "hush")
	}
	require.Empty(t, w.saw(t))
}

func TestExplainSaysWhyACallIsNotLogged(t *testing.T) {
	t.Parallel()
	c := newClinic(t)
	w := watched(c)
	paused := c.run(t, "call", "explain", "--number", "+1 202-555-0143", "--line", "4712")
	require.Zero(t, paused.code, paused.err)
	require.Contains(t, paused.out, "It would not be logged: logging is switched off (active: false, from the number's settings).")
	stranger := c.run(t, "call", "explain", "--number", "+1 202-555-0143", "--line", "99")
	require.Contains(t, stranger.out, "It would not be logged: line 99 is not mapped to an inbox.")
	require.Contains(t, stranger.err, "Aircall shows us no line 99")

	file := strings.Replace(settingsFile, "post_call_delay: 30s", "types: [missed]", 1)
	require.Zero(t, c.run(t, "apply", "-f", write(t, "b.yaml", file)).code)
	left := c.run(t, madeUpCall...)
	require.Contains(t, left.out, "It would not be logged: calls of the type inbound_answered are left out (calls.types: missed, from the installation's settings).")
	require.Empty(t, w.saw(t))
}

func TestExplainSaysWhatCouldNotBeLookedUp(t *testing.T) {
	t.Parallel()
	c := newClinic(t)
	away := c.with("HELPSCOUT_API_URL", "http://127.0.0.1:1")
	got := away.run(t, madeUpCall...)
	require.Zero(t, got.code, got.err)
	require.Contains(t, got.out, "Not known: customers in Help Scout could not be looked up")
	require.Contains(t, got.out, "It would be logged in a new conversation of a new customer")
}

func TestExplainRefusesWhatItCannotAnswer(t *testing.T) {
	t.Parallel()
	c := newClinic(t)
	unknown := c.run(t, "call", "explain", "5")
	require.Equal(t, 1, unknown.code)
	require.Contains(t, unknown.err, "there is no call 5 of acme at Aircall")
	for _, args := range [][]string{
		{}, {"5", "--number", "1"}, {"--number", "1"}, {"--line", "4711"}, {"--remaining", "--number", "1", "--line", "1"},
		{"--number", "1", "--line", "1", "--direction", "up"}, {"--number", "1", "--line", "1", "--outcome", "bad"},
		{"--number", "1", "--line", "1", "--at", "soon"}, {"--event", "nowhere.json"},
	} {
		require.Equal(t, 2, c.run(t, append([]string{"call", "explain"}, args...)...).code, args)
	}
	second := strings.Replace(settingsFile, "hush-webhook", "hush-other", 1)
	second = strings.NewReplacer("id: acme", "id: other").Replace(second)
	require.Zero(t, c.run(t, "apply", "-f", write(t, "c.yaml", second)).code)
	several := c.run(t, madeUpCall...)
	require.Equal(t, 2, several.code)
	require.Contains(t, several.err, "choose one with --installation")
}

func TestExplainAMadeUpCallOfEachKind(t *testing.T) {
	t.Parallel()
	c := newClinic(t)
	caller(c)
	w := watched(c)
	for flags, says := range map[string]string{
		"--number anonymous --line 4711":                                          "It is withheld.",
		"--number +12025550143 --line 4711 --outcome missed":                      "as 1 thread, for ",
		"--number +12025550143 --line 4711 --outcome voicemail":                   "voicemail",
		"--number +12025550143 --line 4711 --direction outbound":                  "outbound",
		"--number +12025550143 --line 4711 --direction outbound --outcome missed": "as 1 thread, for ",
		"--number gibberish!! --line 4711":                                        "is no number that can be dialled",
	} {
		got := c.run(t, append([]string{"call", "explain"}, strings.Fields(flags)...)...)
		require.Zero(t, got.code, "%s: %s", flags, got.err)
		require.Contains(t, got.out, says, flags)
		require.True(t, strings.HasPrefix(got.out, "Nothing was written.\n"), flags)
	}
	require.Empty(t, w.saw(t))
}

func TestExplainSaysWhichCustomerWonAndWhy(t *testing.T) {
	t.Parallel()
	c := newClinic(t)
	caller(c)
	c.helpScout.AddCustomer(simulator.Customer{ID: 35, FirstName: "Ada", Phones: []simulator.Entry{{Type: "work", Value: "(202) 555-0143"}}})
	c.helpScout.AddConversation(simulator.Conversation{ID: 121, Number: 13, MailboxID: 85, CustomerID: 34, Status: "spam", Subject: "Prize"})
	got := c.run(t, madeUpCall...)
	require.Zero(t, got.code, got.err)
	require.Contains(t, got.out, "left:  customer 3")
	require.Contains(t, got.out, "Decided by matching.rule: most_recently_updated, from the default.")
}
