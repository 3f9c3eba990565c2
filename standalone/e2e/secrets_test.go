package e2e_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"golang.org/x/net/html"

	"callscout/engine"
	"callscout/secret"
	"callscout/simulator"
	"callscout/store"
)

// The persons whose numbers, names and addresses must not be read where they do not
// belong.
const (
	callerDigits = "2025550143"
	callerShown  = "202-555-0143"
)

// secretive is a company whose every secret is a value that stands nowhere else, with
// vendors who give away what they are told.
type secretive struct {
	*office
	secrets, people *scanner
	values          map[string]string
	helpEcho        *echo
	airEcho         *echo
	keys            *secret.Ring
	// said is all that commands and pages said.
	said []page
}

// page is one answer to a person.
type page struct {
	what string
	text string
}

func (s *secretive) value(name string) string {
	if s.values[name] == "" {
		s.values[name] = "hush" + rand.Text()[:20]
		s.secrets.seek(name, s.values[name])
	}
	return s.values[name]
}

func newSecretive(t *testing.T) *secretive {
	t.Helper()
	s := &secretive{secrets: newScanner(), people: newScanner(), values: map[string]string{}}
	heard := func(name, value string) { s.secrets.seek(name, value) }
	s.airEcho = &echo{heard: heard}
	s.office = newOfficeOf(t, simulator.HelpScoutOptions{LimitPerMinute: -1, AutoAllow: true, TokenLife: time.Hour}, simulator.AircallOptions{
		AutoAllow: true, CompanyName: "consented", DisableAfter: 1_000_000, Backoff: func(int) time.Duration { return time.Second },
		Credentials: []simulator.Credential{{ID: "key-of-acme", Token: s.value("aircall.api_token")}},
	}, func(vendor http.Handler) http.Handler {
		s.airEcho.vendor = vendor
		return s.airEcho
	})
	s.helpEcho = &echo{vendor: s.helpScout, heard: heard}
	front := httptest.NewServer(s.helpEcho)
	t.Cleanup(front.Close)
	key := secret.NewKey()
	s.values["encryption key"] = key
	s.secrets.seek("encryption key", key)
	var err error
	s.keys, err = secret.ParseRing(key)
	require.NoError(t, err)
	public := "http://" + s.address()
	s.env = slices.DeleteFunc(s.env, func(pair string) bool { return strings.HasPrefix(pair, "CALLSCOUT_LOG_LEVEL=") })
	s.env = append(s.env, "CALLSCOUT_LOG_LEVEL=debug", "CALLSCOUT_PUBLIC_URL="+public, "CALLSCOUT_ENCRYPTION_KEY="+key,
		"CALLSCOUT_ADMIN_TOKEN="+s.value("admin token"),
		"HELPSCOUT_API_URL="+front.URL, "HELPSCOUT_AUTH_URL="+s.hsURL, "AIRCALL_DASHBOARD_URL="+s.airURL,
		"HELPSCOUT_CLIENT_ID=oauth-app", "HELPSCOUT_CLIENT_SECRET="+s.value("HELPSCOUT_CLIENT_SECRET"),
		"AIRCALL_CLIENT_ID=partner", "AIRCALL_CLIENT_SECRET="+s.value("AIRCALL_CLIENT_SECRET"))
	s.helpScout.AddApp(simulator.App{ID: "app-of-acme", Secret: s.value("helpscout.app_secret"), UserID: ownerUser})
	s.helpScout.AddApp(simulator.App{ID: "oauth-app", Secret: s.value("HELPSCOUT_CLIENT_SECRET"), UserID: ownerUser, RedirectURL: public + "/install/helpscout/callback", CodesOnly: true})
	s.aircall.AddApp(simulator.OAuthApp{ID: "partner", Secret: s.value("AIRCALL_CLIENT_SECRET"), RedirectURL: public + "/install/aircall/callback", InstallURL: public + "/install/aircall"})
	s.aircall.AddNumber(simulator.Number{ID: inboundLine, Name: "Support US", Digits: "+1 202-555-0100", Country: "US", TimeZone: "America/New_York"})
	s.aircall.AddNumber(simulator.Number{ID: inboundLine + 1, Name: "Sales US", Digits: "+1 202-555-0101", Country: "US", TimeZone: "America/New_York"})
	s.aircall.AddUser(simulator.AircallUser{ID: 9, Name: "Mia Berg", Email: "mia.berg@acme.example"})
	s.aircall.AddWebhook(simulator.Webhook{URL: public + "/webhooks/aircall", Token: s.value("aircall.webhook_token")})
	for name, text := range map[string]string{
		"number": callerDigits, "number as it is shown": callerShown, "number in brackets": "(202) 555-0143",
		"name": "Quentin Testcaller", "address": "quentin@testcaller.example",
	} {
		s.people.seek(name, text)
	}
	t.Cleanup(s.aircall.Close)
	return s
}

// applySecrets is a settings file with every secret that there is.
func (s *secretive) applySecrets() {
	s.t.Helper()
	file := filepath.Join(s.t.TempDir(), "settings.yaml")
	quick := "{ settle: 3s, calls: { post_call_delay: 1s, end_timeout: 5s }, ai: { settle: 2s, wait: 3s } }"
	require.NoError(s.t, os.WriteFile(file, fmt.Appendf(nil, `version: 1
installations:
  - id: acme
    aircall:   { api_id: key-of-acme, api_token: %q, webhook_token: %q, messages_token: %q }
    helpscout: { app_id: app-of-acme, app_secret: %q, webhook_secret: %q, sidebar_secret: %q }
    settings:  %s
    numbers: [ { aircall_number: %d, inbox: %d } ]
  - id: consented
    aircall:   { connection: oauth }
    helpscout: { connection: oauth }
    settings:  %s
    numbers: [ { aircall_number: %d, inbox: %d } ]
`, s.value("aircall.api_token"), s.value("aircall.webhook_token"), s.value("aircall.messages_token"), s.value("helpscout.app_secret"),
		s.value("helpscout.webhook_secret"), s.value("helpscout.sidebar_secret"), quick, inboundLine, supportInbox, quick, inboundLine+1, supportInbox), 0o600))
	s.command(0, "apply", "-f", file)
}

// command runs a command as a person would, and keeps what it said. A code below zero
// is any.
func (s *secretive) command(code int, args ...string) string {
	s.t.Helper()
	got, out := s.callscout(args...)
	if code >= 0 {
		require.Equal(s.t, code, got, out)
	}
	s.said = append(s.said, page{"the command " + strings.Join(args[:min(2, len(args))], " "), out})
	return out
}

// browser is a person; each answer is kept, with its headers but for the cookies that
// are the person's own.
func (s *secretive) browser(token string) func(method, path string, form url.Values, headers ...string) (int, string) {
	s.t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(s.t, err)
	browser := &http.Client{Jar: jar, Timeout: time.Minute, CheckRedirect: func(next *http.Request, _ []*http.Request) error {
		for _, name := range []string{"code"} {
			if value := next.URL.Query().Get(name); value != "" {
				s.secrets.seek("the "+name+" of a consent", value)
			}
		}
		return nil
	}}
	ask := func(method, path string, form url.Values, headers ...string) (int, string) {
		s.t.Helper()
		request, err := http.NewRequestWithContext(s.t.Context(), method, "http://"+s.address()+path, strings.NewReader(form.Encode()))
		require.NoError(s.t, err)
		if form != nil {
			request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		for i := 0; i+1 < len(headers); i += 2 {
			request.Header.Set(headers[i], headers[i+1])
		}
		answer, err := browser.Do(request)
		require.NoError(s.t, err)
		body, err := io.ReadAll(answer.Body)
		require.NoError(s.t, err)
		require.NoError(s.t, answer.Body.Close())
		for _, cookie := range jar.Cookies(request.URL) {
			if strings.Contains(cookie.Name, "session") {
				s.secrets.seek("a session", cookie.Value)
			}
		}
		answer.Header.Del("Set-Cookie")
		s.said = append(s.said, page{method + " " + path, fmt.Sprint(answer.Header) + string(body)})
		return answer.StatusCode, string(body)
	}
	if token != "" {
		status, _ := ask(http.MethodPost, "/signin", url.Values{"token": {token}, "name": {"Maria"}})
		require.Equal(s.t, http.StatusOK, status)
	}
	return ask
}

// callsIn plays a call and a message with all that they can carry, on a line.
func (s *secretive) callsIn(line int64) int64 {
	s.t.Helper()
	id, err := s.aircall.Place(s.t.Context(), simulator.Script{
		Kind: simulator.InboundAnswered, NumberID: line, Outside: "+1 " + callerShown, Speed: 20, Recording: true,
		Tags: []string{"Order"}, Comments: []string{"Quentin Testcaller wants it at quentin@testcaller.example"}, TagAfter: time.Second, CommentAfter: 2 * time.Second,
	})
	require.NoError(s.t, err)
	_, err = s.aircall.Text(s.t.Context(), simulator.TextMessage{NumberID: line, Outside: "+1 " + callerShown, Body: "It is Quentin Testcaller, quentin@testcaller.example, (202) 555-0143."})
	require.NoError(s.t, err)
	return id
}

// crawl reads every page that can be reached by links, as somebody who is signed in.
func (s *secretive) crawl(ask func(method, path string, form url.Values, headers ...string) (int, string)) []string {
	s.t.Helper()
	seen := []string{"/"}
	for at := 0; at < len(seen) && at < 150; at++ {
		_, body := ask(http.MethodGet, seen[at], nil)
		tokens := html.NewTokenizer(strings.NewReader(body))
		for kind := tokens.Next(); kind != html.ErrorToken; kind = tokens.Next() {
			token := tokens.Token()
			for _, attribute := range token.Attr {
				path, _, _ := strings.Cut(attribute.Val, "#")
				if attribute.Key == "href" && token.Data == "a" && strings.HasPrefix(path, "/") && !slices.Contains(seen, path) {
					seen = append(seen, path)
				}
			}
		}
	}
	return seen
}

func TestNoSecretStandsWhereItDoesNotBelong(t *testing.T) {
	t.Parallel()
	s := newSecretive(t)
	s.applySecrets()
	s.start()
	s.awaitReady()
	boss := s.browser(s.value("admin token"))
	for _, vendor := range []string{"aircall", "helpscout"} {
		status, text := boss(http.MethodPost, "/install/"+vendor, url.Values{"installation": {"consented"}})
		require.Equal(t, http.StatusOK, status, text)
	}
	said := s.command(0, "token", "--name", "Mia Berg", "--role", "admin", "--installation", "acme")
	s.said = s.said[:len(s.said)-1] // this command is there to show one
	token := regexp.MustCompile(`callscout_\S+`).FindString(said)
	require.NotEmpty(t, token, said)
	s.secrets.seek("the token of a person", token)
	own := s.browser(token)

	well := []int64{s.callsIn(inboundLine), s.callsIn(inboundLine + 1)}
	for _, id := range well {
		s.eventually(90*time.Second, func() bool { return len(s.log(id)) >= 2 }, "the calls are logged")
	}
	s.misbehave(boss)
	parked := s.echoed(boss)

	for _, ask := range []func(string, string, url.Values, ...string) (int, string){boss, own} {
		pages := s.crawl(ask)
		require.Greater(t, len(pages), 8, pages)
		s.errorPages(ask)
	}
	s.errorPages(s.browser(""))
	for _, id := range append(well, parked...) {
		s.command(-1, "call", "show", fmt.Sprint(id), "--installation", s.whose(id))
	}
	for _, args := range [][]string{
		{"export"}, {"doctor"}, {"inbox"}, {"call", "list"}, {"call", "list", "--json"}, {"messages", "list"}, {"version"}, {"health"},
		{"call", "retry", "1", "--installation", "acme"}, {"apply", "-f", "/nowhere"}, {"reseal"}, {"call", "list", "--status", "wrong"},
	} {
		s.command(-1, args...)
	}
	s.wrongDatabase()

	s.lookEverywhere()
	require.Empty(t, s.secrets.take())
	require.Empty(t, s.people.take())
	s.plant()
}

// whose is the installation of a call, by its line.
func (s *secretive) whose(id int64) string {
	s.t.Helper()
	call, known := s.aircall.Call(id)
	require.True(s.t, known)
	if call.NumberID == inboundLine {
		return "acme"
	}
	return "consented"
}

// misbehave does what people, vendors and attackers do wrong.
func (s *secretive) misbehave(ask func(string, string, url.Values, ...string) (int, string)) {
	s.t.Helper()
	stranger := s.browser("")
	for _, wrong := range []string{s.value("admin token") + "x", s.value("admin token")[:12], s.value("aircall.webhook_token"), "acme." + s.value("helpscout.app_secret")} {
		stranger(http.MethodPost, "/signin", url.Values{"token": {wrong}, "name": {"Eve"}})
		stranger(http.MethodGet, "/i/acme", nil, "Authorization", "Bearer "+wrong)
	}
	hook := s.value("aircall.webhook_token")
	for _, body := range []string{
		`{"token":"` + hook + `","event":"call.created","resource":"call","data":{"id":"no number","raw_digits":"+1 ` + callerShown + `"}}`,
		`{"token":"` + hook + `","event":"call.created","resource":"call","timestamp":"` + hook + `","data":{"id":[],"number":"` + hook + `"}}`,
		`{"token":"` + hook + `","event":"` + hook + `","resource":"call"}`,
		`{"token":"` + hook + `","event":"message.received","resource":"message","data":{"body":"` + hook + `"}}`,
		`{"token":"` + hook + `x","event":"call.created"}`,
		`{"token":"` + hook + `",`,
		`token=` + hook,
	} {
		s.post([]byte(body))
		s.postTo("/webhooks/aircall/messages", []byte(body))
		s.postTo("/webhooks/helpscout/acme", []byte(body))
		s.postTo("/webhooks/aircall?token="+hook, []byte(body))
	}
	// What somebody types into a form is not shown again.
	for _, field := range [][]string{{"aircall", "api_token", "webhook_token"}, {"helpscout", "app_secret", "webhook_secret"}} {
		form := url.Values{}
		for _, name := range field[1:] {
			form.Set(name, s.value("typed "+name)+" with a space")
		}
		status, _ := ask(http.MethodPost, "/i/acme/connect/"+field[0], form)
		require.Equal(s.t, http.StatusUnprocessableEntity, status)
	}
	for _, vendor := range []string{"aircall", "helpscout"} {
		ask(http.MethodGet, "/install/"+vendor+"/callback?code="+s.value("a code that is none")+"&state=wrong", nil)
	}
}

// echoed has both vendors repeat what they are told, in all their failures, while calls
// come in, somebody looks, connects and retries, and a doctor is asked.
func (s *secretive) echoed(ask func(string, string, url.Values, ...string) (int, string)) []int64 {
	s.t.Helper()
	var parked []int64
	for _, statuses := range [][]int{{400, 422}, {401, 403}, {500, 503, 404, 412}, {429, 302}} {
		s.helpEcho.turn(true, statuses...)
		s.airEcho.turn(true, statuses...)
		before := s.helpEcho.count() + s.airEcho.count()
		parked = append(parked, s.callsIn(inboundLine), s.callsIn(inboundLine+1))
		s.command(-1, "doctor")
		for _, vendor := range []string{"aircall", "helpscout"} {
			ask(http.MethodPost, "/install/"+vendor, url.Values{"installation": {"consented"}})
		}
		for _, path := range []string{"/i/acme/connect?again=1", "/i/consented/connect?again=1", "/i/acme/numbers", "/i/consented/numbers"} {
			ask(http.MethodGet, path, nil)
		}
		s.eventually(60*time.Second, func() bool { return s.helpEcho.count()+s.airEcho.count() > before+10 }, "both vendors were asked")
		for _, id := range parked[len(parked)-2:] {
			s.command(-1, "call", "retry", fmt.Sprint(id), "--installation", s.whose(id))
		}
		s.guard()
	}
	s.eventually(60*time.Second, func() bool {
		return strings.Contains(s.command(0, "call", "list", "--status", "needs_attention"), "HelpScout")
	}, "calls need attention")
	s.crawl(ask)
	s.command(-1, "call", "list", "--status", "needs_attention")
	s.command(-1, "messages", "list", "--status", "needs_attention")
	s.helpEcho.turn(false)
	s.airEcho.turn(false)
	return parked
}

// guard has the guard of each installation look now.
func (s *secretive) guard() {
	s.t.Helper()
	c := s.dial()
	for _, id := range []string{"acme", "consented"} {
		require.NoError(s.t, c.ScheduleClient().GetHandle(s.t.Context(), "guard/"+id).Trigger(s.t.Context(), client.ScheduleTriggerOptions{}))
	}
}

func (s *secretive) dial() client.Client {
	s.t.Helper()
	c, err := engine.Dial(s.t.Context(), engine.Config{DataDir: s.data, Keys: s.keys, Lookup: func(string) (string, bool) { return "", false }})
	require.NoError(s.t, err)
	s.t.Cleanup(c.Close)
	return c
}

// errorPages are asked for in every way that is wrong.
func (s *secretive) errorPages(ask func(string, string, url.Values, ...string) (int, string)) {
	s.t.Helper()
	for _, path := range []string{
		"/nowhere", "/i/nobody", "/i/acme/nowhere", "/i/acme/numbers/7/settings", "/helpscout/app/acme?customer-id=1", "/helpscout/app/acme/call?ticket=x",
		"/assets/nothing", "/install/helpscout/callback", "/install/aircall/callback?error=access_denied", "/codec/decode", "/webhooks/aircall", "/healthz", "/readyz",
	} {
		ask(http.MethodGet, path, nil)
		ask(http.MethodPost, path, url.Values{"x": {"y"}})
	}
	ask(http.MethodPost, "/i/acme/pause", nil, "Origin", "https://evil.example")
	ask(http.MethodPost, "/i/acme/settings", url.Values{"x": {strings.Repeat("x", 300<<10)}})
}

// wrongDatabase asks for a database that is not there with a password in its address.
func (s *secretive) wrongDatabase() {
	s.t.Helper()
	for _, address := range []string{"postgres://callscout:%s@127.0.0.1:1/callscout", "postgres://callscout:%s@127.0.0.1:port/callscout", "mysql://callscout:%s@127.0.0.1/x"} {
		s.command(-1, "inbox", "--database-url", fmt.Sprintf(address, s.value("the database's password")))
	}
}

// lookEverywhere scans all that is kept, shown or told. Numbers, names and addresses of
// people are sealed in a run, and may be read by whoever may open it; the pages and
// commands that are about calls may show them.
func (s *secretive) lookEverywhere() {
	s.t.Helper()
	log := []byte(s.output.String())
	require.Contains(s.t, string(log), `"level":"DEBUG"`)
	s.secrets.look("the log", log)
	s.people.look("the log", log)
	for _, said := range s.said {
		s.secrets.look(said.what, []byte(said.text))
	}
	for _, what := range []string{"the command export", "the command doctor", "the command inbox", "GET /nowhere", "GET /healthz", "GET /readyz", "GET /signin"} {
		for _, said := range s.said {
			if strings.HasPrefix(said.what, what) {
				s.people.look(said.what, []byte(said.text))
			}
		}
	}
	response, err := http.Get("http://" + s.address() + "/metrics")
	require.NoError(s.t, err)
	metrics, err := io.ReadAll(response.Body)
	require.NoError(s.t, err)
	require.NoError(s.t, response.Body.Close())
	require.Contains(s.t, string(metrics), "callscout_webhooks_total")
	s.secrets.look("/metrics", metrics)
	s.people.look("/metrics", metrics)
	runs := s.runs(s.keys)
	kinds := map[string]bool{}
	for _, run := range runs {
		kind, _, _ := strings.Cut(run.id, "/")
		kinds[kind] = true
		s.secrets.look(run.id+" as it is stored", run.stored)
		s.secrets.look(run.id+" as it is decoded", run.decoded)
		s.people.look(run.id+" as it is stored", run.stored)
	}
	require.Equal(s.t, map[string]bool{"call": true, "messages": true, "guard": true, "reconcile": true}, kinds)
	files := s.secrets.lookAtFiles(s.t, s.data)
	s.people.lookAtFiles(s.t, s.data)
	require.GreaterOrEqual(s.t, files, 4, "two databases with their logs")
}

// plant puts what was looked for into each place, and has it found there: a scan that
// cannot fail is worth nothing.
func (s *secretive) plant() {
	s.t.Helper()
	value := s.value("aircall.api_token")
	c := s.dial()
	_, err := c.ExecuteWorkflow(s.t.Context(), client.StartWorkflowOptions{ID: "call/acme/1", TaskQueue: "nobody"}, "Planted", value)
	require.NoError(s.t, err)
	_, err = s.output.Write([]byte(value))
	require.NoError(s.t, err)
	s.said = append(s.said, page{"GET /planted", "<p>" + url.QueryEscape(value) + "</p>"})
	db, err := store.Open(s.t.Context(), store.Config{DataDir: s.data, Keys: s.keys})
	require.NoError(s.t, err)
	require.NoError(s.t, db.Remember(s.t.Context(), "acme", "planted", "x", value+" of 202-555-0143"))
	require.NoError(s.t, db.Close())
	s.eventually(30*time.Second, func() bool {
		return slices.ContainsFunc(s.runs(s.keys), func(run storedRun) bool { return run.id == "call/acme/1" })
	}, "the planted run is listed")
	s.lookEverywhere()
	found := strings.Join(s.secrets.take(), "\n")
	for _, where := range []string{"in the log", "in GET /planted", "in call/acme/1 as it is decoded", "in the file callscout.db"} {
		require.Contains(s.t, found, "aircall.api_token "+where)
	}
	require.NotContains(s.t, found, "call/acme/1 as it is stored", "a run is sealed")
	require.NotContains(s.t, found, "temporal.db")
	require.Contains(s.t, strings.Join(s.people.take(), "\n"), "number as it is shown in the file callscout.db")

	ctx, cancel := context.WithTimeout(s.t.Context(), time.Minute)
	defer cancel()
	plain, err := client.DialContext(ctx, client.Options{HostPort: s.hostPort()})
	require.NoError(s.t, err)
	defer plain.Close()
	_, err = plain.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: "call/acme/2", TaskQueue: "nobody", Memo: map[string]any{"x": value}}, "Planted", callerDigits)
	require.NoError(s.t, err)
	s.eventually(30*time.Second, func() bool {
		return slices.ContainsFunc(s.runs(s.keys), func(run storedRun) bool { return run.id == "call/acme/2" })
	}, "the planted run is listed")
	s.lookEverywhere()
	found = strings.Join(s.secrets.take(), "\n")
	require.Contains(s.t, found, "aircall.api_token in call/acme/2 as it is stored")
	require.Contains(s.t, found, "aircall.api_token in the file temporal.db")
	require.Contains(s.t, strings.Join(s.people.take(), "\n"), "number in call/acme/2 as it is stored")
}

func (s *secretive) hostPort() string {
	s.t.Helper()
	address, running, err := engine.ReadAddress(s.data)
	require.NoError(s.t, err)
	require.True(s.t, running)
	return address.HostPort
}
