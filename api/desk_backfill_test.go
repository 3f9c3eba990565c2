package api_test

import (
	"errors"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/api"
	"callscout/calllog"
	"callscout/starter"
	"callscout/store"
	"callscout/workflows"
)

func backfillEdge(t testing.TB) (*edge, *fakeBackfills, *person) {
	t.Helper()
	runs := &fakeBackfills{runs: map[string]starter.BackfillView{}}
	e, _ := deskEdge(t, func(c *api.Config) { c.BackfillRuns = runs })
	return e, runs, e.person(t, adminToken, "Maria")
}

// typed is the form for the last two hours.
func typed(change func(url.Values)) url.Values {
	now := time.Now().UTC()
	form := url.Values{
		"from": {now.Add(-2 * time.Hour).Format("2006-01-02T15:04")}, "to": {now.Format("2006-01-02T15:04")}, "which": {"missing"}, "order": {"oldest"},
	}
	if change != nil {
		change(form)
	}
	return form
}

func TestLostCallsAreCountedFirstAndLoggedOnAWord(t *testing.T) {
	t.Parallel()
	e, runs, p := backfillEdge(t)
	page := p.get("/i/acme/backfill")
	require.Equal(t, http.StatusOK, page.status)
	requireWellFormed(t, page.body)
	tells(t, page, "Find and log calls that are missing", "Count what is missing", "None yet.", `aria-current="page">Backfill`)

	answer := p.post("/i/acme/backfill", typed(nil))
	require.Equal(t, http.StatusSeeOther, answer.status, answer.body)
	require.Len(t, runs.runs, 1)
	var view starter.BackfillView
	for _, view = range runs.runs {
		require.True(t, view.DryRun, "nothing is logged that nobody has seen")
		require.Equal(t, "Maria", view.By)
		require.Empty(t, view.Numbers)
	}
	require.Equal(t, "backfill_counted", e.trail(t, "acme")[0].Action)
	address := "/i/acme/backfill/" + view.Name()
	require.Contains(t, answer.header.Get("Location"), address+"?done=")
	running := p.get(answer.header.Get("Location"))
	tells(t, running, "Counted missing calls.", "0 % compared. 0 calls are missing.", `hx-trigger="every 2s"`, `id="pause"`, `id="stop"`)
	tellsNot(t, running, `id="start"`, `id="resume"`)

	view.Stage, view.Share, view.Limit = workflows.BackfillDone, 1, 400
	view.Total = calllog.Counts{Listed: 120, Logged: 80, Missing: 40}
	view.Table = calllog.Table{{Day: "2026-11-26", Number: mappedLine, Counts: view.Total}}
	runs.put("acme", view)
	done := p.get(address)
	requireWellFormed(t, done.body)
	tells(t, done, "40 calls are missing.", "Log 40 calls", "about 280 of Help Scout’s requests", "Of 400 a minute, half are left to running calls: it takes at least 2 minutes.", "Support", "2026-11-26")
	tellsNot(t, done, "hx-trigger", `id="pause"`, `id="stop"`)

	begun := p.post(address+"/start", nil)
	require.Equal(t, http.StatusSeeOther, begun.status)
	wish := view.BackfillWish
	wish.DryRun = false
	require.Contains(t, begun.header.Get("Location"), "/i/acme/backfill/"+wish.Name()+"?done=")
	require.Contains(t, runs.runs, "acme "+wish.Name())
	require.Equal(t, "backfill_begun", e.trail(t, "acme")[0].Action)
	again := p.post(address+"/start", nil)
	require.Equal(t, "/i/acme/backfill/"+wish.Name(), again.header.Get("Location"), "it runs already, and is begun once")
	require.Len(t, e.trail(t, "acme"), 2)

	logging := runs.runs["acme "+wish.Name()]
	logging.Share, logging.Total, logging.Count, logging.Done, logging.Delivered = 0.5, view.Total, 3, 2, []int64{7, 8, 9}
	logging.Attention = []int64{9}
	runs.put("acme", logging)
	now := p.get("/i/acme/backfill/" + wish.Name() + "/now")
	tells(t, now, "50 % compared. 40 calls are missing. 2 calls were logged.", "1 of them needs attention.", `<a href="/i/acme/calls/9">9</a>`)
	tellsNot(t, now, "<html")
	tells(t, p.get("/i/acme/backfill"), "In progress", "/i/acme/backfill/"+wish.Name())
}

func TestAWishThatCannotBeMetIsShownAsItWasTyped(t *testing.T) {
	t.Parallel()
	e, runs, p := backfillEdge(t)
	for name, test := range map[string]struct {
		change func(url.Values)
		want   string
	}{
		"no time":    {func(f url.Values) { f.Set("from", "yesterday") }, "Write a date and a time"},
		"no time at": {func(f url.Values) { f.Del("to") }, "Write a date and a time"},
		"backwards":  {func(f url.Values) { f["from"], f["to"] = f["to"], f["from"] }, "Choose a time after the beginning."},
		"future":     {func(f url.Values) { f.Set("to", "2100-01-01T00:00") }, "This lies in the future. Choose "},
		"long ago":   {func(f url.Values) { f.Set("from", "2020-01-01T00:00") }, "Aircall lists the calls of six months. Choose "},
	} {
		form := typed(test.change)
		answer := p.post("/i/acme/backfill", form)
		require.Equal(t, http.StatusUnprocessableEntity, answer.status, name)
		tells(t, answer, test.want, "<title>Error: ", `role="alert"`, `aria-invalid="true"`)
		if from := form.Get("from"); from != "" {
			tells(t, answer, `name="from" value="`+from+`"`)
		}
	}
	require.Empty(t, runs.runs)
	require.Empty(t, e.trail(t, "acme"))
}

func TestAWishKeepsItsChoices(t *testing.T) {
	t.Parallel()
	_, runs, p := backfillEdge(t)
	require.Equal(t, http.StatusSeeOther, p.post("/i/acme/backfill", typed(func(f url.Values) {
		f["number"] = []string{"4711", "1"}
		f.Set("which", "failed")
		f.Set("order", "newest")
	})).status)
	for _, view := range runs.runs {
		require.Equal(t, []int64{mappedLine}, view.Numbers, "a number that is not mapped is none of them")
		require.True(t, view.Failed)
		require.True(t, view.NewestFirst)
	}
	page := p.get("/i/acme/backfill?from=2026-11-20T08:00:40Z&to=2026-11-21T09:30:10Z")
	tells(t, page, `value="2026-11-20T08:00"`, `value="2026-11-21T09:31"`)
}

func TestTheFormBeginsWithTheNewestGap(t *testing.T) {
	t.Parallel()
	e, _, p := backfillEdge(t)
	now := time.Now().UTC().Truncate(time.Hour)
	tells(t, p.get("/i/acme/backfill"), now.Add(-48*time.Hour).Format(`value="2006-01-02T15`))
	e.found(t, store.Findings{CheckedAt: now, Gaps: []store.Gap{{From: now.Add(-30 * time.Hour), To: now.Add(-20 * time.Hour)}}})
	tells(t, p.get("/i/acme/backfill"), now.Add(-30*time.Hour).Format(`value="2006-01-02T15:04"`), now.Add(-20*time.Hour).Format(`value="2006-01-02T15:04"`))
	tells(t, p.get("/i/acme/health"), "/i/acme/backfill?from="+now.Add(-30*time.Hour).Format("2006-01-02T15"))
}

func TestABackfillIsPausedResumedAndStoppedByPeople(t *testing.T) {
	t.Parallel()
	e, runs, p := backfillEdge(t)
	view := counted("acme")
	view.Stage, view.Share, view.DryRun = workflows.BackfillLists, 0.25, false
	runs.put("acme", view)
	address := "/i/acme/backfill/" + view.Name()
	decide := func(decision string) reply {
		answer := p.post(address+"/decide", url.Values{"decision": {decision}})
		require.Equal(t, http.StatusSeeOther, answer.status, answer.body)
		return p.get(answer.header.Get("Location"))
	}
	tells(t, decide("pause"), "Paused a backfill.", "It was done.", "It is paused by Maria.", `id="resume"`)
	tells(t, decide("pause"), "There was nothing to do")
	tells(t, decide("resume"), "Resumed a backfill.", `id="pause"`)
	stopped := decide("stop")
	tells(t, stopped, "It was stopped before its end.")
	tellsNot(t, stopped, `id="resume"`, `id="stop"`, "hx-trigger")
	tells(t, decide("resume"), "Nothing was done: it has ended.")
	require.Equal(t, []string{"pause acme by Maria", "resume acme by Maria", "stop acme by Maria"}, runs.decided)
	require.Equal(t, "backfill_resumed", e.trail(t, "acme")[0].Action)
	require.Equal(t, http.StatusNotFound, p.post(address+"/decide", url.Values{"decision": {"explode"}}).status)
	for _, role := range []string{"view"} {
		looker := e.holder(t, role, "")
		page := looker.get(address)
		require.Equal(t, http.StatusOK, page.status)
		tellsNot(t, page, "<button id=\"pause\"", "<button class=\"main\" id=\"start\"")
		tellsNot(t, looker.get("/i/acme/backfill"), `id="count"`)
	}
}

func TestABackfillThatStandsStillSaysWhyAndWhatToDo(t *testing.T) {
	t.Parallel()
	_, runs, p := backfillEdge(t)
	view := counted("acme")
	view.Stage = workflows.BackfillParked
	view.Parked = &workflows.Parked{Problem: calllog.AircallUnauthorized, NextTry: time.Date(2026, 11, 27, 10, 0, 0, 0, time.UTC)}
	runs.put("acme", view)
	tells(t, p.get("/i/acme/backfill/"+view.Name()), "Needs attention", calllog.AircallUnauthorized.Explain(), calllog.AircallUnauthorized.Remedy(), "2026-11-27 10:00:00 UTC", `id="resume"`)
	view.Stage, view.Parked = workflows.BackfillWaits, nil
	view.Of, view.WaitsUntil = "Help Scout", time.Date(2026, 11, 27, 10, 0, 0, 0, time.UTC)
	runs.put("acme", view)
	tells(t, p.get("/i/acme/backfill/"+view.Name()), "It leaves the requests of Help Scout to running calls, until 2026-11-27 10:00:00 UTC at the latest.")
	view.Stage, view.Total = workflows.BackfillDone, calllog.Counts{Listed: 9, Logged: 9}
	runs.put("acme", view)
	nothing := p.get("/i/acme/backfill/" + view.Name())
	tells(t, nothing, "Nothing is missing.", "2026-11-20 08:00:00 UTC")
	tellsNot(t, nothing, `id="start"`)
}

func TestWithoutTemporalThePagesOfBackfillsSaySo(t *testing.T) {
	t.Parallel()
	e, runs, p := backfillEdge(t)
	view := counted("acme")
	runs.put("acme", view)
	address := "/i/acme/backfill/" + view.Name()
	runs.goAway(errors.New("connection refused"))
	list := p.get("/i/acme/backfill")
	require.Equal(t, http.StatusOK, list.status)
	tells(t, list, "Temporal does not answer, so earlier ones are not known now.", "Count what is missing")
	away := p.get(address)
	require.Equal(t, http.StatusServiceUnavailable, away.status)
	tells(t, away, "Temporal does not answer now", `hx-trigger="every 2s"`)
	require.GreaterOrEqual(t, p.post("/i/acme/backfill", typed(nil)).status, 500)
	require.Empty(t, e.trail(t, "acme"), "what was not begun was not done")
	runs.goAway(starter.ErrNoAnswer)
	tells(t, p.get(address), "No worker answers now")
	answer := p.post(address+"/decide", url.Values{"decision": {"stop"}})
	require.Contains(t, answer.header.Get("Location"), "went=late")
	runs.goAway(nil)
	require.Equal(t, http.StatusNotFound, p.get("/i/acme/backfill/20260101T000000Z-20260102T000000Z").status)
	require.Equal(t, http.StatusNotFound, p.get("/i/acme/backfill/everything").status)
}
