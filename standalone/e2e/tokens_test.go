package e2e_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/enums/v1"

	"callscout/simulator"
	"callscout/store/storetest"
	"callscout/workflows"
)

// consentedOffice is one company on PostgreSQL, with three processes that work for it,
// whose two accounts were connected by a person in a browser. Its tokens live for
// seconds.
type consentedOffice struct {
	*office
	till   *till
	fronts map[string]string
	person *http.Client

	mu      sync.Mutex
	placed  []int64
	stopped chan struct{}
	calling sync.WaitGroup
}

var processes = []string{"serve", "first worker", "second worker"}

func newConsentedOffice(t *testing.T, helpScout simulator.HelpScoutOptions, app simulator.App) *consentedOffice {
	t.Helper()
	helpScout.LimitPerMinute, helpScout.AutoAllow = -1, true
	o := newOfficeOf(t, helpScout, simulator.AircallOptions{
		AutoAllow: true, CompanyName: "acme", DisableAfter: 1_000_000, Backoff: func(int) time.Duration { return time.Second },
	}, unchanged)
	c := &consentedOffice{office: o, till: newTill(o.helpScout), fronts: map[string]string{}, stopped: make(chan struct{})}
	o.useHistoryKey()
	for _, process := range processes {
		c.fronts[process] = c.till.front(t, process)
	}
	public := "http://" + o.address()
	o.env = append(o.env, "CALLSCOUT_DATABASE_URL="+storetest.PostgresURL(t), "CALLSCOUT_PUBLIC_URL="+public,
		"HELPSCOUT_API_URL="+c.fronts["serve"], "HELPSCOUT_AUTH_URL="+o.hsURL, "AIRCALL_DASHBOARD_URL="+o.airURL,
		"HELPSCOUT_CLIENT_ID=oauth-app", "HELPSCOUT_CLIENT_SECRET=oauth-secret", "AIRCALL_CLIENT_ID=partner", "AIRCALL_CLIENT_SECRET=partner-secret")
	app.ID, app.Secret, app.UserID, app.RedirectURL = "oauth-app", "oauth-secret", ownerUser, public+"/install/helpscout/callback"
	o.helpScout.AddApp(app)
	o.aircall.AddApp(simulator.OAuthApp{ID: "partner", Secret: "partner-secret", RedirectURL: public + "/install/aircall/callback", InstallURL: public + "/install/aircall"})
	o.aircall.AddNumber(simulator.Number{ID: inboundLine, Name: "Support US", Digits: "+1 202-555-0100", Country: "US", TimeZone: "America/New_York"})
	o.aircall.AddUser(simulator.AircallUser{ID: 9, Name: "Mia Berg", Email: "mia.berg@acme.example"})
	file := filepath.Join(t.TempDir(), "settings.yaml")
	require.NoError(t, os.WriteFile(file, fmt.Appendf(nil, `version: 1
installations:
  - id: acme
    aircall:   { connection: oauth }
    helpscout: { connection: oauth }
    settings:  { settle: 3s, calls: { post_call_delay: 1s, end_timeout: 5s } }
    numbers:
      - { aircall_number: %d, inbox: %d }
`, inboundLine, supportInbox), 0o600))
	code, out := o.callscout("apply", "-f", file)
	require.Zero(t, code, out)
	o.start()
	o.awaitReady()
	c.signIn()
	c.connect("aircall")
	c.connect("helpscout")
	for _, process := range processes[1:] {
		c.startWorkerAs(process)
	}
	temporal := o.temporal()
	o.eventually(60*time.Second, func() bool {
		queue, err := temporal.DescribeTaskQueue(t.Context(), workflows.TaskQueue, enums.TASK_QUEUE_TYPE_ACTIVITY)
		return err == nil && len(queue.GetPollers()) == len(processes)
	}, "three processes wait for work")
	t.Cleanup(o.aircall.Close)
	return c
}

func (c *consentedOffice) startWorkerAs(process string) *exec.Cmd {
	c.t.Helper()
	return c.startWorker("HELPSCOUT_API_URL=" + c.fronts[process])
}

func (c *consentedOffice) signIn() {
	c.t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(c.t, err)
	c.person = &http.Client{Jar: jar, Timeout: time.Minute}
	answer, err := c.person.PostForm("http://"+c.address()+"/signin", url.Values{"token": {"let-me-in"}, "name": {"Maria"}})
	require.NoError(c.t, err)
	require.NoError(c.t, answer.Body.Close())
	require.Equal(c.t, http.StatusOK, answer.StatusCode)
}

// connect is a person who connects an account with a click on the desk.
func (c *consentedOffice) connect(vendor string) {
	c.t.Helper()
	answer, err := c.person.PostForm("http://"+c.address()+"/install/"+vendor, url.Values{"installation": {"acme"}})
	require.NoError(c.t, err)
	page, err := io.ReadAll(answer.Body)
	require.NoError(c.t, err)
	require.NoError(c.t, answer.Body.Close())
	require.Equal(c.t, http.StatusOK, answer.StatusCode, string(page))
	require.Equal(c.t, "/i/acme/connect", answer.Request.URL.Path, string(page))
}

// ring has one call come in after the other, each of somebody else, until quiet.
func (c *consentedOffice) ring(every time.Duration) {
	c.calling.Go(func() {
		tick := time.NewTicker(every)
		defer tick.Stop()
		for {
			select {
			case <-c.stopped:
				return
			case <-tick.C:
				c.call()
			}
		}
	})
}

func (c *consentedOffice) call() {
	c.mu.Lock()
	defer c.mu.Unlock()
	id, err := c.aircall.PlaceAsync(simulator.Script{
		Kind: simulator.InboundAnswered, Outside: fmt.Sprintf("+1 %d-555-01%02d", 202+101*(len(c.placed)/100), len(c.placed)%100), Ring: 5 * time.Second, Talk: 30 * time.Second, Speed: 4,
	})
	if err == nil {
		c.placed = append(c.placed, id)
	}
}

func (c *consentedOffice) quiet() {
	close(c.stopped)
	c.calling.Wait()
}

func (c *consentedOffice) calls() []int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.placed)
}

// requireEachLoggedOnce waits for the end of every call that was placed.
func (c *consentedOffice) requireEachLoggedOnce() {
	c.t.Helper()
	c.eventually(3*time.Minute, func() bool {
		code, list := c.callscout("call", "list", "--status", "synced", "--limit", "1000")
		return code == 0 && !slices.ContainsFunc(c.calls(), func(id int64) bool { return !strings.Contains(list, fmt.Sprint(id)) })
	}, "every call is logged")
	for _, id := range c.calls() {
		log := c.log(id)
		require.Contains(c.t, [][]string{{"phone start", "note end"}, {"phone end"}}, log, "call %d", id)
	}
	require.Len(c.t, c.helpScout.Conversations(), len(c.calls()), "a conversation for each")
	require.NotContains(c.t, c.tags(), "call in progress")
}

func (c *consentedOffice) awaitRefreshes(more int) {
	c.t.Helper()
	wanted := c.till.taken() + more
	c.eventually(2*time.Minute, func() bool { return c.till.taken() >= wanted }, "tokens are renewed")
}

var parkedCall = regexp.MustCompile(`(\d{10}).*HelpScoutUnauthorized`)

// parked lists the calls that need attention, and why.
func (c *consentedOffice) parked() string {
	c.t.Helper()
	code, list := c.callscout("call", "list", "--status", "needs_attention", "--limit", "1000")
	require.Zero(c.t, code, list)
	return list
}

// Three processes share one consent, whose refresh tokens work once and whose access
// tokens end in the middle of every call. Answers to a refresh are lost after Help Scout
// has carried it out, by the network and by the death of the process that asked. At last
// a person withdraws the consent, and gives it anew.
func threeProcessesShareOneConsent(t *testing.T) {
	t.Parallel()
	c := newConsentedOffice(t, simulator.HelpScoutOptions{TokenLife: 4 * time.Second, RefreshGrace: time.Minute, RefreshEndsAccess: true}, simulator.App{CodesOnly: true})
	c.ring(1500 * time.Millisecond)

	c.awaitRefreshes(6)
	c.till.requireUsedOnce(t)
	require.Empty(t, slices.DeleteFunc(c.till.all(), func(use shown) bool { return use.status == http.StatusOK }), "no use was refused")

	c.till.next("any", lost)
	c.awaitRefreshes(3)
	c.till.next("any", lost)
	c.awaitRefreshes(3)

	// A worker dies in the middle of a refresh, and then the process that holds the API
	// and Temporal as well.
	c.till.next(processes[1], held)
	c.awaitHeld(c.till, processes[1])
	require.NoError(t, c.workers[0].Process.Kill())
	c.awaitRefreshes(2)
	c.startWorkerAs(processes[1])
	c.till.next(processes[0], held)
	c.awaitHeld(c.till, processes[0])
	c.kill()
	c.start()
	c.awaitReady()
	c.awaitRefreshes(2)
	require.ElementsMatch(t, processes, c.till.by(), "all processes took part")
	c.till.requireUsedOnce(t)
	require.NotContains(t, c.parked(), "Unauthorized", "nobody was locked out")

	// Somebody withdraws the consent at Help Scout.
	c.helpScout.RevokeConsents("oauth-app")
	before := len(c.calls())
	c.eventually(time.Minute, func() bool { return strings.Count(c.parked(), "HelpScoutUnauthorized") >= 4 }, "calls wait for a person")
	waiting := parkedCall.FindStringSubmatch(c.parked())
	require.NotNil(t, waiting)
	_, out := c.callscout("call", "show", waiting[1])
	require.Contains(t, out, "Help Scout did not accept the connection.")
	require.Contains(t, out, "Connect Help Scout again in Callscout")
	require.NotContains(t, out, "oauth-secret")
	tries := len(c.till.all())
	c.eventually(30*time.Second, func() bool { return len(c.calls()) >= before+5 }, "calls come in all the same")
	require.Less(t, len(c.till.all())-tries, 10, "a token that was refused is not shown at every request")

	// The sign-in is as good as before: the process was started again with the same key.
	c.connect("helpscout")
	c.awaitRefreshes(2)
	c.quiet()
	c.eventually(time.Minute, func() bool { return !strings.Contains(c.parked(), "Unauthorized") }, "what was parked goes on by itself")
	c.requireEachLoggedOnce()
	c.requireNoSecretIn(c.output.String())
}

// The strictest Help Scout: a refresh token works once, without any grace, and to show
// it again takes the whole consent away. Then nothing but the application's own
// credentials can help a company whose answer was lost, and they do.
func aLostAnswerAtTheStrictest(t *testing.T) {
	t.Parallel()
	c := newConsentedOffice(t, simulator.HelpScoutOptions{TokenLife: 4 * time.Second, ReuseRevokes: true, RefreshEndsAccess: true}, simulator.App{})
	c.ring(1500 * time.Millisecond)
	c.awaitRefreshes(6)
	c.till.requireUsedOnce(t)
	require.Len(t, c.till.all(), c.till.taken(), "no use was refused")
	c.till.next(processes[2], held)
	c.awaitHeld(c.till, processes[2])
	require.NoError(t, c.workers[1].Process.Kill())
	before := len(c.calls())
	c.eventually(time.Minute, func() bool { return len(c.calls()) >= before+12 }, "calls come in all the same")
	c.quiet()
	c.requireEachLoggedOnce()
	c.till.requireUsedOnce(t)
	require.NotContains(t, c.parked(), "Unauthorized")
	c.requireNoSecretIn(c.output.String())
}

func (c *consentedOffice) requireNoSecretIn(text string) {
	c.t.Helper()
	require.NotContains(c.t, text, "oauth-secret")
	require.NotContains(c.t, text, "partner-secret")
	for _, use := range c.till.all() {
		require.NotContains(c.t, text, use.token)
	}
}
