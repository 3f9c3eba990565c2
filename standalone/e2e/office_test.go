// Package e2e_test runs the all-in-one binary as its users do: as a process of
// its own, with the embedded Temporal, against simulated vendors, killed and
// started again.
package e2e_test

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"callscout/calllog"
	"callscout/cli"
	"callscout/engine"
	"callscout/simulator"
	"callscout/standalone/allinone"
)

// runAs makes this test binary the standalone command: the process that is
// killed is the real thing, without a second build.
const runAs = "CALLSCOUT_TEST_RUN_STANDALONE"

func TestMain(m *testing.M) {
	if os.Getenv(runAs) != "" {
		os.Exit(cli.Main(os.Args[1:], allinone.Extension()))
	}
	keepInMemory()
	// They mostly wait: for a timer, a heartbeat that does not come, an index.
	flag.Parse()
	if err := flag.Set("test.parallel", strconv.Itoa(4*runtime.GOMAXPROCS(0))); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// keepInMemory has the folders of the tests on a disk in memory, where there is one with
// room. Temporal commits each step to its disk: beside one another, the tests would wait
// for this machine's, and a process that is killed loses nothing of either.
func keepInMemory() {
	const disk, room = "/dev/shm", 4 << 30
	var seen unix.Statfs_t
	if os.Getenv("TMPDIR") != "" || unix.Statfs(disk, &seen) != nil || uint64(seen.Bsize)*seen.Bavail < room { //nolint:gosec // a block has a size
		return
	}
	if err := os.Setenv("TMPDIR", disk); err != nil {
		panic(err)
	}
}

const (
	inboundLine  = 1389850
	supportInbox = 85
	agentUser    = 612
	ownerUser    = 600
	// hookToken stands in the bodies that tests write, for the office's own.
	hookToken = "0123456789abcdef0123456789abcdef"
)

// office is one company: simulated vendors in this process, the standalone in
// another one.
type office struct {
	t         testing.TB
	data      string
	helpScout *simulator.HelpScout
	aircall   *simulator.Aircall
	hsURL     string
	airURL    string
	env       []string
	// hookToken is no other office's: where a process was killed, another one's may
	// listen on its port a moment later, and must not take its webhooks.
	hookToken string

	mu sync.Mutex
	// listen is where the standalone takes webhooks.
	listen  string
	process *exec.Cmd
	exited  chan struct{}
	output  *output
	workers []*exec.Cmd
	// postCallDelay is the setting; short unless given.
	postCallDelay string
	// transcribes has transcripts logged.
	transcribes bool
	// settle is the setting; short unless given.
	settle string
	// helpScoutSecret signs Help Scout's webhooks, where there are any.
	helpScoutSecret string
}

// output is what the process said, for when a test fails.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements io.Writer.
func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

func newOffice(t testing.TB) *office {
	t.Helper()
	return newOfficeWith(t, simulator.HelpScoutOptions{LimitPerMinute: -1}, unchanged)
}

// newOfficeWith has a Help Scout of its own kind, and something in front of
// Aircall.
func newOfficeWith(t testing.TB, helpScout simulator.HelpScoutOptions, before func(http.Handler) http.Handler) *office {
	t.Helper()
	return newOfficeOf(t, helpScout, simulator.AircallOptions{}, before)
}

func newOfficeOf(t testing.TB, helpScout simulator.HelpScoutOptions, air simulator.AircallOptions, before func(http.Handler) http.Handler) *office {
	t.Helper()
	o := &office{t: t, data: t.TempDir(), listen: freeAddress(t), output: &output{}, hookToken: strings.ToLower(rand.Text())}
	o.helpScout = simulator.NewHelpScout(helpScout)
	o.helpScout.AddUser(simulator.User{ID: ownerUser, FirstName: "Ada", LastName: "Admin", Email: "ada@acme.example", Role: "owner"})
	o.helpScout.AddUser(simulator.User{ID: agentUser, FirstName: "Mia", LastName: "Berg", Email: "mia.berg@acme.example", Role: "user"})
	o.helpScout.AddMailbox(simulator.Mailbox{ID: supportInbox, Name: "Support"})
	o.helpScout.AddApp(simulator.App{ID: "app", Secret: "app-secret", UserID: ownerUser})
	air.APIID, air.APIToken, air.LimitPerMinute = "api-id", "api-token", -1
	o.aircall = simulator.NewAircall(air)
	hs, dashboard := httptest.NewServer(o.helpScout), httptest.NewServer(before(o.aircall))
	t.Cleanup(hs.Close)
	t.Cleanup(dashboard.Close)
	o.hsURL, o.airURL = hs.URL, dashboard.URL
	o.helpScout.SetBaseURL(hs.URL)
	o.env = append(cleanEnvironment(),
		"CALLSCOUT_DATA="+o.data, "CALLSCOUT_ADMIN_TOKEN=let-me-in", "CALLSCOUT_LOG_LEVEL=warn",
		"AIRCALL_API_URL="+o.airURL, "HELPSCOUT_API_URL="+o.hsURL, "HELPSCOUT_WEB_URL="+o.hsURL, runAs+"=1")
	t.Cleanup(func() {
		o.kill()
		for _, worker := range o.workers {
			_ = worker.Process.Kill()
			_ = worker.Wait()
		}
		if t.Failed() {
			t.Logf("the standalone said:\n%s", o.output)
		}
	})
	return o
}

func unchanged(h http.Handler) http.Handler { return h }

// cleanEnvironment keeps the machine's own settings of Temporal and Callscout
// away from the tests.
func cleanEnvironment() []string {
	var env []string
	for _, pair := range os.Environ() {
		if !strings.HasPrefix(pair, "TEMPORAL_") && !strings.HasPrefix(pair, "CALLSCOUT_") {
			env = append(env, pair)
		}
	}
	return env
}

func freeAddress(t testing.TB) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { require.NoError(t, listener.Close()) }()
	return listener.Addr().String()
}

// settings are those of the installation, with the given keys instead of the
// quick ones that the tests use.
func (o *office) apply(more string) {
	o.t.Helper()
	file := filepath.Join(o.t.TempDir(), "settings.yaml")
	secret := ""
	if o.helpScoutSecret != "" {
		secret = ", webhook_secret: " + o.helpScoutSecret
	}
	text := fmt.Sprintf(`version: 1
installations:
  - id: acme
    aircall:   { api_id: api-id, api_token: api-token, webhook_token: "%s" }
    helpscout: { app_id: app, app_secret: app-secret%s }
    settings:
      settle: %s
      calls: { post_call_delay: %s, end_timeout: 5s }
      ai: { settle: 2s, wait: 3s, transcript: %v }
    numbers:
      - { aircall_number: %d, inbox: %d }
%s`, o.hookToken, secret, cmp.Or(o.settle, "3s"), cmp.Or(o.postCallDelay, "1s"), o.transcribes, inboundLine, supportInbox, more)
	require.NoError(o.t, os.WriteFile(file, []byte(text), 0o600))
	code, out := o.callscout("apply", "-f", file)
	require.Zero(o.t, code, out)
}

// callscout runs a command beside the running standalone, as a person would.
func (o *office) callscout(args ...string) (code int, output string) {
	o.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	env := cli.Environment{}
	for _, pair := range o.environment() {
		if name, value, _ := strings.Cut(pair, "="); name != runAs {
			env[name] = value
		}
	}
	var out bytes.Buffer
	code = cli.Run(ctx, args, env, &out, &out, allinone.Extension())
	return code, out.String()
}

func (o *office) start() {
	o.t.Helper()
	require.NoError(o.t, o.launch())
}

// environment is that of a process that is started now.
func (o *office) environment() []string {
	return append(slices.Clone(o.env), "CALLSCOUT_LISTEN="+o.address())
}

func (o *office) address() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.listen
}

func (o *office) launch() error {
	env := o.environment()
	o.mu.Lock()
	defer o.mu.Unlock()
	self, err := os.Executable()
	if err != nil {
		return err
	}
	process := exec.Command(self, "serve")
	process.Env = env
	said := &output{}
	process.Stdout, process.Stderr = io.MultiWriter(o.output, said), io.MultiWriter(o.output, said)
	if err := process.Start(); err != nil {
		return err
	}
	exited := make(chan struct{})
	o.process, o.exited = process, exited
	go func() {
		_ = process.Wait() // a killed process ends with an error, as it should
		close(exited)
		if strings.Contains(said.String(), "address already in use") {
			o.moveAway(process)
		}
	}()
	return nil
}

// startWorker starts one more worker, beside the one in the standalone, with more in
// its environment.
func (o *office) startWorker(env ...string) *exec.Cmd {
	o.t.Helper()
	address, running, err := engine.ReadAddress(o.data)
	require.NoError(o.t, err)
	require.True(o.t, running)
	self, err := os.Executable()
	require.NoError(o.t, err)
	worker := exec.Command(self, "worker")
	worker.Env = append(slices.Clone(o.env), "TEMPORAL_ADDRESS="+address.HostPort, "CALLSCOUT_LISTEN="+freeAddress(o.t))
	worker.Env = append(worker.Env, env...)
	worker.Stdout, worker.Stderr = o.output, o.output
	require.NoError(o.t, worker.Start())
	o.workers = append(o.workers, worker)
	return worker
}

// moveAway starts a process again, elsewhere: between the moment in which a port
// was found free and the one in which it is listened on, any connection of this
// machine may have got it.
func (o *office) moveAway(process *exec.Cmd) {
	o.mu.Lock()
	if o.process != process {
		o.mu.Unlock()
		return
	}
	o.process, o.listen = nil, freeAddress(o.t)
	o.mu.Unlock()
	assert.NoError(o.t, o.launch())
}

func (o *office) awaitReady() {
	o.t.Helper()
	o.eventually(60*time.Second, func() bool {
		response, err := http.Get("http://" + o.address() + "/readyz")
		if err != nil {
			return false
		}
		defer func() { _ = response.Body.Close() }()
		return response.StatusCode == http.StatusOK
	}, "the standalone is ready")
}

// kill ends the process as a power cut would.
func (o *office) kill() { o.signal(syscall.SIGKILL) }

// stop ends it as an operator would.
func (o *office) stop() { o.signal(syscall.SIGTERM) }

func (o *office) signal(sig syscall.Signal) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.process == nil {
		return
	}
	_ = o.process.Process.Signal(sig) // it may have ended by itself
	<-o.exited
	o.process = nil
}

func (o *office) eventually(within time.Duration, holds func() bool, what string) {
	o.t.Helper()
	require.Eventually(o.t, holds, within, 50*time.Millisecond, what)
}

// post sends one webhook and gives the status, 0 where nobody answered.
func (o *office) post(body []byte) int { return o.postTo("/webhooks/aircall", body) }

// own is a body with the office's own token.
func (o *office) own(body []byte) []byte {
	return bytes.ReplaceAll(body, []byte(hookToken), []byte(o.hookToken))
}

// postTo sends a webhook with the office's own token.
func (o *office) postTo(path string, body []byte) int {
	response, err := http.Post("http://"+o.address()+path, "application/json", bytes.NewReader(o.own(body)))
	if err != nil {
		return 0
	}
	defer func() { _ = response.Body.Close() }()
	_, _ = io.Copy(io.Discard, response.Body)
	return response.StatusCode
}

// hook sends a webhook until it is taken, as Aircall does.
func (o *office) hook(body []byte) {
	o.t.Helper()
	o.eventually(90*time.Second, func() bool { return o.post(body) == http.StatusOK }, "a webhook is taken")
}

// log is what stands in Help Scout for a call: each thread's kind and reference.
func (o *office) log(call int64) []string {
	var out []string
	mark := fmt.Sprintf("Aircall call %d / ", call)
	for _, conversation := range o.helpScout.Conversations() {
		for _, thread := range conversation.Threads {
			text := calllog.VisibleText(thread.Body)
			if i := strings.LastIndex(text, mark); i >= 0 {
				out = append(out, thread.Type+" "+text[i+len(mark):])
			}
		}
	}
	return out
}

func (o *office) tags() []string {
	var tags []string
	for _, conversation := range o.helpScout.Conversations() {
		tags = append(tags, conversation.Tags...)
	}
	return tags
}

// phoneCall makes the bodies of one call's webhooks in the shape of the wire.
type phoneCall struct {
	t     testing.TB
	id    int64
	begin time.Time
	data  map[string]any
}

func inboundCall(t testing.TB, id int64) *phoneCall {
	t.Helper()
	begin := time.Now().Add(-30 * time.Second).Truncate(time.Second)
	return &phoneCall{t: t, id: id, begin: begin, data: map[string]any{
		"id": id, "direct_link": fmt.Sprintf("https://api.aircall.io/v1/calls/%d", id), "direction": "inbound", "status": "initial",
		"missed_call_reason": nil, "started_at": begin.Unix(), "answered_at": nil, "ended_at": nil, "duration": 0,
		"voicemail": nil, "recording": nil, "asset": nil, "raw_digits": "+1 202-555-0143", "archived": false,
		"number": map[string]any{"id": inboundLine, "name": "Support US", "digits": "+1 202-555-0100", "country": "US", "time_zone": "America/New_York"},
		"teams":  []any{}, "comments": []any{}, "tags": []any{},
	}}
}

func (c *phoneCall) event(after time.Duration, name string, change map[string]any) []byte {
	c.t.Helper()
	for key, value := range change {
		c.data[key] = value
	}
	body, err := json.Marshal(map[string]any{
		"resource": "call", "event": name, "timestamp": c.begin.Add(after).Unix(), "token": hookToken, "data": c.data,
	})
	require.NoError(c.t, err)
	return body
}

var mia = map[string]any{"id": 9, "name": "Mia Berg", "email": "mia.berg@acme.example"}

func (c *phoneCall) created() []byte { return c.event(0, "call.created", nil) }

func (c *phoneCall) answered() []byte {
	return c.event(5*time.Second, "call.answered", map[string]any{
		"status": "answered", "answered_at": c.begin.Add(5 * time.Second).Unix(), "user": mia,
	})
}

func (c *phoneCall) hungup() []byte {
	return c.event(25*time.Second, "call.hungup", map[string]any{
		"status": "done", "ended_at": c.begin.Add(25 * time.Second).Unix(), "duration": 25,
	})
}

func (c *phoneCall) ended() []byte { return c.event(55*time.Second, "call.ended", nil) }

func (c *phoneCall) missed() []byte {
	return c.event(20*time.Second, "call.hungup", map[string]any{
		"status": "done", "ended_at": c.begin.Add(20 * time.Second).Unix(), "duration": 20, "missed_call_reason": "no_available_agent",
	})
}

func (c *phoneCall) voicemailLeft() []byte {
	return c.event(22*time.Second, "call.voicemail_left", map[string]any{
		"voicemail": fmt.Sprintf("https://recordings.example/%d.mp3?X-Amz-Signature=abc", c.id),
		"asset":     fmt.Sprintf("https://assets.aircall.io/calls/%d/voicemail", c.id),
	})
}

// awaitLog waits for both logs of an answered call in a new conversation.
func (o *office) awaitLog(id int64) {
	o.t.Helper()
	o.awaitSynced(id)
	require.Equal(o.t, []string{"phone start", "note end"}, o.log(id))
	require.NotContains(o.t, o.tags(), "call in progress")
}
