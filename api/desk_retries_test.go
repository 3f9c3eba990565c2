package api_test

import (
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/api"
	"callscout/calllog"
	"callscout/starter"
)

func retriesEdge(t testing.TB, calls ...starter.Listed) (*edge, *fakeLists, *fakeRetries) {
	t.Helper()
	finder, runs := &fakeLists{}, &fakeRetries{}
	finder.put(calls...)
	e, _ := deskEdge(t, func(c *api.Config) { c.CallFinder, c.RetryRuns = finder, runs })
	return e, finder, runs
}

func stuck() []starter.Listed {
	return []starter.Listed{
		listedCall(1),
		listedCall(2, standingStill(calllog.ConversationFull, 3*time.Hour)), listedCall(3, standingStill(calllog.ConversationFull, time.Hour)),
		listedCall(4, standingStill(calllog.HelpScoutForbidden, time.Minute)),
	}
}

func TestManyCallsAreRetriedAsTheyWereShown(t *testing.T) {
	t.Parallel()
	e, finder, runs := retriesEdge(t, stuck()...)
	p := e.person(t, adminToken, "Maria")
	tells(t, p.get("/i/acme/calls"), "Retry 2 calls", "Retry 1 call", "Retry all 3 calls", "/i/acme/calls/retry?problem=ConversationFull")
	plan := p.get("/i/acme/calls/retry?problem=ConversationFull")
	requireWellFormed(t, plan.body)
	tells(t, plan, "2 calls can be retried", calllog.ConversationFull.Remedy(), `name="calls" value="2,3"`, "14 of Help Scout’s requests", "about 1 minute.", `id="go"`)
	tells(t, p.get("/i/acme/calls/retry"), "3 calls can be retried", calllog.HelpScoutForbidden.Remedy(), `name="calls" value="2,3,4"`)

	// One more begins to stand still before somebody presses the button: it is not meant.
	finder.put(listedCall(5, standingStill(calllog.ConversationFull, time.Second)))
	answer := p.post("/i/acme/calls/retry?problem=ConversationFull", url.Values{"calls": {"2,3"}, "reason": {"the inbox was emptied"}})
	require.Equal(t, http.StatusSeeOther, answer.status, answer.body)
	require.Len(t, runs.calls, 1)
	job := slices.Collect(maps.Keys(runs.calls))[0]
	require.Equal(t, []int64{2, 3}, runs.calls[job])
	require.Equal(t, "Maria", runs.by)
	require.InDelta(t, calllog.RetriesPerMinute(0), runs.perMinute, 0.01)
	entry := e.trail(t, "acme")[0]
	require.Equal(t, "calls_retried", entry.Action)
	require.Equal(t, "2: ConversationFull: the inbox was emptied", entry.Detail)

	address := "/i/acme/calls/retries/" + job
	require.Contains(t, answer.header.Get("Location"), address+"?done=")
	begun := p.get(answer.header.Get("Location"))
	requireWellFormed(t, begun.body)
	tells(t, begun, "Retried many calls.", "0 of 2 calls go on", "2 were not tried yet.", `hx-trigger="every 2s"`, `id="stop"`)

	finder.change(2, func(l *starter.Listed) { *l = listedCall(2) })
	finder.change(3, func(l *starter.Listed) {
		again := *l.Row.Parked
		again.Attempts++
		l.Row.Parked = &again
	})
	// What stands still is read anew every few seconds.
	require.Eventually(t, func() bool { return strings.Contains(p.get(address+"/now").body, "1 stands still again.") }, 20*time.Second, 100*time.Millisecond)
	now := p.get(address + "/now")
	tells(t, now, "1 of 2 calls go on", "1 stands still again.", `<a href="/i/acme/calls/3">3</a> Jane Doe`)
	tellsNot(t, now, "<html", "not tried yet")
	stopped := p.done(address+"/stop", nil)
	tells(t, stopped, "Stopped retrying calls.")
	tellsNot(t, stopped, `id="stop"`, "hx-trigger")
	require.Equal(t, []string{job}, runs.stopped)
}

func TestNothingIsRetriedThatNeedsNoAttentionAnyMore(t *testing.T) {
	t.Parallel()
	e, _, runs := retriesEdge(t, stuck()...)
	p := e.person(t, adminToken, "Maria")
	answer := p.post("/i/acme/calls/retry", url.Values{"calls": {"1,99,none"}})
	require.Equal(t, http.StatusUnprocessableEntity, answer.status)
	tells(t, answer, "None of the calls that were shown needs attention any more.", "3 calls can be retried")
	require.Empty(t, runs.calls)
	require.Empty(t, e.trail(t, "acme"))
	tells(t, p.get("/i/acme/calls/retry?problem=InboxGone"), "No such call needs attention")
	require.Equal(t, http.StatusNotFound, p.get("/i/acme/calls/retries/"+jobOf(mine)).status)
	require.Equal(t, http.StatusNotFound, p.get("/i/acme/calls/retries/everything").status)
	require.Equal(t, http.StatusNotFound, p.post("/i/acme/calls/retries/"+jobOf(mine)+"/stop", nil).status)

	runs.away = errors.New("connection refused")
	require.GreaterOrEqual(t, p.post("/i/acme/calls/retry", url.Values{"calls": {"2"}}).status, 500)
	require.Empty(t, e.trail(t, "acme"), "what was not begun was not done")
	looker := e.holder(t, "view", "")
	tellsNot(t, looker.get("/i/acme/calls"), "/calls/retry")
	require.Equal(t, http.StatusForbidden, looker.get("/i/acme/calls/retry").status)
}
