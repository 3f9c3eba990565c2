package api_test

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/api"
	"callscout/health"
	"callscout/starter"
	"callscout/store"
)

// wellInstalled is an edge whose installation lacks nothing.
func wellInstalled(t testing.TB) (*edge, *person) {
	t.Helper()
	e, _ := deskEdge(t)
	e.temporal.calls = 214
	require.NoError(t, e.store.KeepReconciled(t.Context(), "acme", store.Reconciled{LookedAt: time.Now()}))
	e.found(t, store.Findings{CheckedAt: time.Now(), Clock: &store.Clock{Host: "api.aircall.example", At: time.Now()}})
	require.Equal(t, http.StatusOK, e.post(t, webhook("call.created", 7, mappedLine)).status)
	require.NoError(t, (&health.Ears{Memory: e.store}).Heard(t.Context(), "acme", health.HelpScout))
	require.NoError(t, health.KeepBudget(t.Context(), e.store, "acme", health.Budget{Remaining: 320, Limit: 400, At: time.Now()}))
	return e, e.person(t, adminToken, "Maria")
}

// found has the guard have found something.
func (e *edge) found(t testing.TB, findings store.Findings) {
	t.Helper()
	require.NoError(t, e.store.KeepFindings(t.Context(), "acme", findings))
	api.ForgetHealth(e.api, "acme")
}

var (
	checkRow  = regexp.MustCompile(`<tr data-check="([a-z_]+)" data-state="([a-z]+)">`)
	pageState = regexp.MustCompile(`<h1 data-announce data-state="([a-z]+)">([^<]+)</h1>`)
)

// states are those of the checks on the page, by name.
func states(page string) map[string]string {
	found := map[string]string{}
	for _, row := range checkRow.FindAllStringSubmatch(page, -1) {
		if found[row[1]] == "" || row[2] == "fail" {
			found[row[1]] = row[2]
		}
	}
	return found
}

func TestHealthSaysThatAllIsWellWithFigures(t *testing.T) {
	t.Parallel()
	e, p := wellInstalled(t)
	page := p.get("/i/acme/health")
	require.Equal(t, http.StatusOK, page.status)
	heading := pageState.FindStringSubmatch(page.body)
	require.NotNil(t, heading, page.body)
	require.Equal(t, []string{"ok", "All is well, 214 calls in 24 hours."}, heading[1:])
	for name, state := range states(page.body) {
		if name == health.CheckAddress {
			require.Equal(t, "warn", state, "this edge is reached over http")
			continue
		}
		require.Equal(t, "ok", state, name)
	}
	require.Len(t, states(page.body), 22)
	for _, text := range []string{"Help Scout accepts the connection. The user is Maria Lopez.", "320 of 400 were left", "1 asks for work.", "sqlite answers."} {
		require.Contains(t, page.body, text)
	}
	require.NotContains(t, page.body, `id="alarm"`)
	require.NotContains(t, page.body, `class="count"`)
	require.NotContains(t, p.get("/i/acme").body, `id="alarm"`)

	fragment := p.get("/i/acme/health/progress").body
	require.True(t, strings.HasPrefix(fragment, `<div id="health"`), "the live part alone")
	require.Contains(t, fragment, `hx-trigger="every 15s"`)
	require.Contains(t, page.body, fragment[:strings.Index(fragment, "<p ")], "the page holds the same part")
	_ = e
}

func TestAProblemIsSeenOnEveryPageUntilItIsMended(t *testing.T) {
	t.Parallel()
	e, p := wellInstalled(t)
	since := time.Now().Add(-3 * time.Hour).UTC().Truncate(time.Second)
	gone := store.Finding{Check: "number", Problem: "NumberGone", Subject: mappedLine, Since: since}
	e.found(t, store.Findings{CheckedAt: time.Now(), Problems: []store.Finding{gone}})
	p.get("/i/acme/numbers") // from then on, the name is known
	api.ForgetHealth(e.api, "acme")
	for _, path := range insidePages {
		page := p.get(path).body
		require.Equal(t, path != "/i/acme/health", strings.Contains(page, `id="alarm"`), path)
		require.Contains(t, page, `<span class="count">1<span class="quiet"> Problems</span></span>`, path)
		if path != "/i/acme/health" {
			require.Contains(t, page, "<strong>Aircall no longer shows the mapped number Support.</strong> <a href=\"/i/acme/health\">What to do</a>", path)
		}
	}
	page := p.get("/i/acme/health").body
	require.Equal(t, []string{"fail", "1 problem"}, pageState.FindStringSubmatch(page)[1:])
	require.Contains(t, page, `<section class="trouble" id="problem-number-4711"><h2>Aircall no longer shows the mapped number Support.</h2>`)
	require.Contains(t, page, `Since <time datetime="`+since.Format(time.RFC3339)+`"`)
	require.Contains(t, page, "Its calls do not come. Other numbers are logged.")
	require.Contains(t, page, `<strong>Take it out, or map the number that replaced it.</strong> <a href="/i/acme/numbers"`)

	e.found(t, store.Findings{CheckedAt: time.Now(), Problems: []store.Finding{gone, {Check: "webhook", Problem: "WebhookOff", Since: since}}})
	require.Contains(t, p.get("/i/acme").body, "2 problems, the first: <strong>Aircall’s webhook is off")
	other := newEdgeBeside(t, e).person(t, adminToken, "Jo")
	require.Contains(t, other.get("/i/acme").body, "2 problems, the first:", "every process says it")

	e.found(t, store.Findings{CheckedAt: time.Now()})
	require.NotContains(t, p.get("/i/acme").body, `id="alarm"`)
}

func TestCallsThatNeedAttentionAreAProblemAfterAWhile(t *testing.T) {
	t.Parallel()
	e, p := wellInstalled(t)
	e.temporal.stands(1, starter.Parked{Installation: "acme", Problem: "ConversationFull", Runs: 3, Oldest: time.Now().Add(-10 * time.Minute)})
	api.ForgetHealth(e.api, "acme")
	page := p.get("/i/acme/health").body
	require.Equal(t, "warn", states(page)[health.CheckAttention], "they are tried again by themselves first")
	require.NotContains(t, p.get("/i/acme").body, `id="alarm"`)
	e.temporal.stands(1, starter.Parked{Installation: "acme", Problem: "ConversationFull", Runs: 3, Oldest: time.Now().Add(-40 * time.Minute)})
	api.ForgetHealth(e.api, "acme")
	require.Contains(t, p.get("/i/acme").body, "<strong>3 calls need attention.</strong>")
	e.temporal.stands(0)
	api.ForgetHealth(e.api, "acme")
	require.Contains(t, p.get("/i/acme").body, "<strong>No worker of Callscout is running.</strong>")
}

func TestWhatCannotBeSeenIsNeverGreen(t *testing.T) {
	t.Parallel()
	e, p := wellInstalled(t)
	p.get("/i/acme/health")
	e.temporal.goAway(errAway)
	e.found(t, store.Findings{CheckedAt: time.Now().Add(-2 * time.Hour)})
	page := p.get("/i/acme/health").body
	require.Equal(t, "unknown", pageState.FindStringSubmatch(page)[1])
	require.Regexp(t, `No problem is known\. \d+ checks could not be made\.`, page)
	for _, name := range []string{"settings", "aircall", "helpscout", "webhook", "webhook_events", "number", "inbox", "guard", "attention", "temporal", "workers"} {
		require.Equal(t, "unknown", states(page)[name], name)
	}
	require.Regexp(t, `Not known since <time datetime="[^"]+" title="[^"]+">\d{4}-\d\d-\d\d `, page)
}

func TestTheAccountsAreCheckedAtOnce(t *testing.T) {
	t.Parallel()
	e, p := wellInstalled(t)
	e.found(t, store.Findings{CheckedAt: time.Now().Add(-5 * time.Minute)})
	require.Contains(t, p.get("/i/acme/health").body, `action="/i/acme/health/check"`)
	asked := p.post("/i/acme/health/check", url.Values{})
	require.Equal(t, http.StatusSeeOther, asked.status)
	require.Equal(t, []string{"acme"}, e.temporal.checked)
	where := asked.header.Get("Location")
	page := p.get(where).body
	require.Contains(t, page, "The accounts are being checked.")
	require.Contains(t, page, "Had the accounts checked.", "the banner says what was done")
	require.NotContains(t, page, `id="check-now"`)
	live := regexp.MustCompile(`hx-get="(/i/acme/health/progress\?after=\d+)" hx-trigger="every 2s"`).FindStringSubmatch(page)
	require.NotNil(t, live)
	require.Equal(t, "checked", e.trail(t, "acme")[0].Action)
	require.Equal(t, "Maria", e.trail(t, "acme")[0].Who)

	e.found(t, store.Findings{CheckedAt: time.Now().Add(time.Second)})
	fragment := p.get(live[1]).body
	require.NotContains(t, fragment, "being checked")
	require.Contains(t, fragment, `hx-get="/i/acme/health/progress" hx-trigger="every 15s"`)

	e.temporal.goAway(errAway)
	failed := p.post("/i/acme/health/check", url.Values{})
	require.Equal(t, http.StatusServiceUnavailable, failed.status)
	require.Contains(t, failed.body, "The check could not be started")
	require.Equal(t, 1, strings.Count(failed.body, `id="check-now"`))
}

func TestAGapOfTheWebhookIsToBeBackfilled(t *testing.T) {
	t.Parallel()
	e, p := wellInstalled(t)
	now := time.Now().UTC().Truncate(time.Second)
	e.found(t, store.Findings{
		CheckedAt: now, Clock: &store.Clock{Host: "api.aircall.example", At: now},
		Gaps:    []store.Gap{{From: now.AddDate(-1, 0, 0), To: now.AddDate(-1, 0, 1)}, {To: now.Add(-48 * time.Hour)}, {From: now.Add(-2 * time.Hour), To: now.Add(-time.Hour)}},
		Repairs: []store.Repair{{At: now, Check: "webhook", Message: "in English"}, {At: now, Check: "of another version", Message: "in English"}},
	})
	require.Equal(t, http.StatusSeeOther, p.post("/language", url.Values{"language": {"de"}, "next": {"/"}}).status)
	page := p.get("/i/acme/health").body
	require.Equal(t, 2, strings.Count(page, "nachzutragen"), "Aircall does not tell of calls of a year ago")
	require.Contains(t, page, `<time datetime="`+now.Add(-2*time.Hour).Format(time.RFC3339)+`">`)
	require.Contains(t, page, "Der Webhook war aus und wurde wieder eingeschaltet.")
	require.NotContains(t, page, "in English")
	require.Equal(t, "ok", pageState.FindStringSubmatch(page)[1])
}

// What is wrong is told whole in each language, on a page that is well-formed.
func TestHealthSpeaksEveryLanguage(t *testing.T) {
	t.Parallel()
	e, p := wellInstalled(t)
	var problems []store.Finding
	for check, problem := range map[string]string{"aircall": "AircallUnauthorized", "helpscout": "HelpScoutUnauthorized", "number": "NumberGone", "inbox": "InboxGone"} {
		problems = append(problems, store.Finding{Check: check, Problem: problem, Subject: 86, Since: time.Now()})
	}
	e.found(t, store.Findings{CheckedAt: time.Now(), Problems: problems, Gaps: []store.Gap{{To: time.Now()}}})
	var headings []string
	for _, lang := range []string{"en", "de", "fr", "es"} {
		require.Equal(t, http.StatusSeeOther, p.post("/language", url.Values{"language": {lang}, "next": {"/"}}).status)
		page := p.get("/i/acme/health").body
		requireWellFormed(t, page)
		require.NotRegexp(t, `health\.[a-z_.]+`, strings.ReplaceAll(page, "/health", ""))
		require.Equal(t, 4, strings.Count(page, `<section class="trouble" `))
		headings = append(headings, pageState.FindStringSubmatch(page)[2])
	}
	require.Len(t, slices.Compact(headings), 4)
}

func TestAPageDoesNotWaitForATemporalThatHangs(t *testing.T) {
	t.Parallel()
	e, _ := deskEdge(t, func(c *api.Config) { c.Temporal = hanging{} })
	p := e.person(t, adminToken, "Maria")
	p.get("/i/acme")
	api.ForgetHealth(e.api, "acme")
	p.get("/i/acme/health")
	begun := time.Now()
	require.Equal(t, http.StatusOK, p.get("/i/acme").status)
	require.Less(t, time.Since(begun), 2*time.Second)
}

// hanging is a Temporal that answers nothing, until it is not waited for any more.
type hanging struct{}

func (hanging) Reachable(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
func (hanging) Workers(ctx context.Context) (int, error) {
	<-ctx.Done()
	return 0, ctx.Err()
}

func (hanging) Parked(context.Context) ([]starter.Parked, error) { return nil, errAway }
func (hanging) CallsSince(ctx context.Context, _ string, _ time.Time) (int64, error) {
	<-ctx.Done()
	return 0, ctx.Err()
}
