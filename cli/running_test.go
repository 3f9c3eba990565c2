package cli_test

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/cli"
	"callscout/store"
)

const (
	soon  = 20 * time.Second
	often = 20 * time.Millisecond
)

// process is a command that runs until it is stopped.
type process struct {
	out, err *notes
	code     chan int
	cancel   context.CancelFunc
}

func (m machine) start(t testing.TB, args ...string) *process {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	p := &process{&notes{}, &notes{}, make(chan int, 1), cancel}
	env := maps.Clone(m.env)
	go func() { p.code <- cli.Run(ctx, args, env, p.out, p.err, cli.Extension{}) }()
	t.Cleanup(cancel)
	return p
}

// stop asks the process to end, as a signal does, and gives its exit code.
func (p *process) stop(t testing.TB) int {
	t.Helper()
	p.cancel()
	select {
	case code := <-p.code:
		return code
	case <-time.After(soon):
		require.Fail(t, "the process does not end")
		return -1
	}
}

var startedAt = regexp.MustCompile(`"msg":"started".*"url":"http://([^"]+)"`)

// address waits until the process says where it listens.
func (p *process) address(t testing.TB) string {
	t.Helper()
	require.Eventually(t, func() bool { return startedAt.MatchString(p.err.String()) }, soon, often)
	return startedAt.FindStringSubmatch(p.err.String())[1]
}

func body(event string, call int, token string) string {
	return fmt.Sprintf(`{"resource":"call","event":%q,"timestamp":1767607200,"token":%q,"data":{"id":%d,"direction":"inbound",
		"raw_digits":"+1 202-555-0143","number":{"id":4711,"name":"Support"}}}`, event, token, call)
}

func TestTheAPITakesWebhooksWhileTemporalIsAway(t *testing.T) {
	t.Parallel()
	m := settingsMachine(t)
	require.Zero(t, m.run(t, "apply", "-f", write(t, "a.yaml", settingsFile)).code)
	api := m.start(t, "api", "--listen", "127.0.0.1:0")
	address := api.address(t)
	require.Contains(t, api.out.String(), "Admin token, shown this once (kept in "+m.env["CALLSCOUT_DATA"]+"/admin.token): ")
	here := m.with("CALLSCOUT_LISTEN", address)

	files := []string{
		write(t, "one.json", body("call.created", 7, "hush-webhook")),
		write(t, "two.jsonl", body("call.ended", 7, "hush-webhook")+"\n"+body("", 7, "hush-webhook")),
	}
	taken := here.run(t, append([]string{"replay"}, files...)...)
	require.Zero(t, taken.code, taken.err)
	require.Equal(t, []string{
		files[0] + `[1]: 200 OK {"status":"queued"}`, files[1] + `[1]: 200 OK {"status":"queued"}`, files[1] + `[2]: 200 OK {"status":"held"}`,
	}, lines(taken.out))

	refused := here.run(t, "replay", write(t, "wrong.json", body("call.created", 8, "hush-nobody")))
	require.Equal(t, 1, refused.code)
	require.Contains(t, refused.out, "401 Unauthorized")
	require.Contains(t, refused.err, "1 of 1 bodies were not taken")

	inbox := m.run(t, "inbox")
	require.Zero(t, inbox.code, inbox.err)
	require.Len(t, lines(inbox.out), 4)
	for _, text := range []string{"waits", "call.created", "call.ended", "not understood", "it names no event", "acme"} {
		require.Contains(t, inbox.out, text)
	}
	short := m.run(t, "inbox", "--limit", "1")
	require.Len(t, lines(short.out), 3)
	require.Contains(t, short.err, "--limit 0 shows all")
	require.Equal(t, "The inbox is empty.\n", m.run(t, "inbox", "--installation", "other").out)

	health := here.run(t, "healthcheck")
	require.Equal(t, 1, health.code)
	require.Contains(t, health.out, "Temporal does not answer; events wait in the inbox")
	require.Contains(t, health.err, "not ready")

	require.Zero(t, api.stop(t))
	for _, private := range []string{"hush", "202-555"} {
		require.NotContains(t, api.err.String()+api.out.String(), private)
	}
	gone := here.run(t, "healthcheck")
	require.Equal(t, 1, gone.code)
	require.Contains(t, gone.err, "nothing answers on "+address)

	again := m.start(t, "api", "--listen", "127.0.0.1:0")
	again.address(t)
	require.Empty(t, again.out.String(), "the token is shown once")
	require.Zero(t, again.stop(t))
}

func TestAWorkerWaitsForTemporalAndEndsWhenAsked(t *testing.T) {
	t.Parallel()
	worker := newMachine(t).start(t, "worker")
	require.Eventually(t, func() bool { return strings.Contains(worker.err.String(), "the worker waits for Temporal") }, soon, often)
	require.Zero(t, worker.stop(t))
}

func TestASecondWorkerOnOneSQLiteFileDoesNotStart(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	first := m.start(t, "worker")
	require.Eventually(t, func() bool { return strings.Contains(first.err.String(), `"msg":"started"`) }, soon, often)
	second := m.run(t, "worker")
	require.Equal(t, 1, second.code)
	require.Contains(t, second.err, "another worker uses this database")
	require.Zero(t, first.stop(t))
}

func TestAnAddressThatIsTakenIsNamed(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	address := strings.TrimPrefix(server.URL, "http://")
	got := newMachine(t).run(t, "api", "--listen", address)
	require.Equal(t, 1, got.code)
	require.Contains(t, got.err, "cannot listen on "+address)
	require.Contains(t, got.err, "choose another address with CALLSCOUT_LISTEN")
}

// recorder keeps the bodies that were posted, in order.
type recorder struct {
	mu     sync.Mutex
	bodies []string
}

func (r *recorder) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	text, _ := io.ReadAll(request.Body)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.bodies = append(r.bodies, string(text))
	if strings.Contains(string(text), "refuse") {
		http.Error(w, "no", http.StatusBadRequest)
	}
}

// take gives what was posted since it was asked last.
func (r *recorder) take() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	bodies := r.bodies
	r.bodies = nil
	return bodies
}

func TestReplayPostsEveryBodyInItsOrder(t *testing.T) {
	t.Parallel()
	posted := &recorder{}
	server := httptest.NewServer(posted)
	t.Cleanup(server.Close)
	m := newMachine(t)
	got := m.run(t, "replay", "--url", server.URL, write(t, "a.json", `[{"n":1},{"n":2}]`),
		write(t, "b.jsonl", "{\"n\":3}\n\n{\"refuse\":4}\n"), write(t, "c.json", "{\n \"n\": 5\n}"))
	require.Equal(t, 1, got.code)
	require.Contains(t, got.err, "1 of 5 bodies were not taken")
	require.Len(t, lines(got.out), 5)
	require.Equal(t, []string{`{"n":1}`, `{"n":2}`, `{"n":3}`, `{"refuse":4}`, "{\n \"n\": 5\n}"}, posted.take())

	for name, text := range map[string]string{"no JSON": "{", "nothing": " \n", "an empty list": "[]"} {
		got := m.run(t, "replay", "--url", server.URL, write(t, "good.json", "{}"), write(t, "bad.json", text))
		require.Equal(t, 2, got.code, name)
		require.Contains(t, got.err, "bad.json")
		require.Contains(t, got.err, "nothing was posted")
	}
	require.Empty(t, posted.take())
}

func TestReplayWithNobodyThereSaysSo(t *testing.T) {
	t.Parallel()
	got := newMachine(t).run(t, "replay", "--url", "http://127.0.0.1:1/webhooks/aircall", write(t, "a.json", "{}"))
	require.Equal(t, 1, got.code)
	require.Contains(t, got.out, "connection refused")
}

func TestHealthcheckAsksThisMachineDirectly(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/readyz" {
			http.NotFound(w, r)
			return
		}
		_, _ = io.WriteString(w, `{"ready":true}`)
	}))
	t.Cleanup(server.Close)
	_, port, _ := strings.Cut(strings.TrimPrefix(server.URL, "http://"), ":")
	for _, listen := range []string{"127.0.0.1:" + port, "0.0.0.0:" + port, ":" + port} {
		got := newMachine(t, "CALLSCOUT_LISTEN", listen, "CALLSCOUT_PUBLIC_URL", "https://callscout.example.com").run(t, "healthcheck")
		require.Zero(t, got.code, "%s: %s", listen, got.err)
		require.JSONEq(t, `{"ready":true}`, got.out)
	}
}

func TestAnEmptyInboxSaysSo(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	require.Equal(t, "The inbox is empty.\n", m.run(t, "inbox").out)
	m.put(t, store.InboxEvent{Installation: "acme", Stream: "held", Event: "call.ended", Body: []byte("hush"), Reason: "it names no event"})
	got := m.run(t, "inbox")
	require.Len(t, lines(got.out), 2)
	require.NotContains(t, got.out, "hush")
}

func lines(text string) []string { return strings.Split(strings.TrimSpace(text), "\n") }
