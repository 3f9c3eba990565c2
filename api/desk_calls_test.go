package api_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/api"
	"callscout/calllog"
	"callscout/starter"
	"callscout/workflows"
)

// listedCall is a synced call of Jane Doe's on the mapped line.
func listedCall(call int64, change ...func(*starter.Listed)) starter.Listed {
	began := time.Now().Add(-time.Hour)
	l := starter.Listed{
		Found: starter.Found{
			Installation: "acme", Call: call, Status: workflows.StatusSynced, Direction: "inbound", Outcome: "answered",
			Conversation: "3001", Started: began, Closed: began.Add(20 * time.Minute),
		},
		Line: mappedLine, Agent: 612, Who: (&fakeLists{}).NumberHash(callerNumber, ""),
		Row: workflows.Row{Name: "Jane Doe", LastDigits: "0143", Line: "Support", Inbox: 85, Agent: "Mia Berg", StartedAt: began, Conversation: 412},
	}
	for _, one := range change {
		one(&l)
	}
	return l
}

// standingStill has a call stand still for a problem.
func standingStill(problem calllog.Problem, ago time.Duration) func(*starter.Listed) {
	return func(l *starter.Listed) {
		l.Status, l.Problem, l.Closed = workflows.StatusNeedsAttention, string(problem), time.Time{}
		l.Row.Parked = &workflows.Parked{Problem: problem, Since: time.Now().Add(-ago), NextTry: time.Now().Add(12*time.Minute + 30*time.Second), Attempts: 2}
	}
}

func callsEdge(t testing.TB, calls ...starter.Listed) (*edge, *fakeLists) {
	t.Helper()
	finder := &fakeLists{}
	finder.put(calls...)
	e, _ := deskEdge(t, func(c *api.Config) { c.CallFinder = finder })
	return e, finder
}

func TestTheListBeginsWithWhatNeedsAttention(t *testing.T) {
	t.Parallel()
	e, _ := callsEdge(t,
		listedCall(1), listedCall(2, standingStill(calllog.ConversationFull, 10*time.Minute)),
		listedCall(3, standingStill(calllog.ConversationFull, 3*time.Hour)), listedCall(4, standingStill(calllog.HelpScoutRefused, time.Minute)),
	)
	page := e.person(t, adminToken, "Maria").get("/i/acme/calls")
	require.Equal(t, http.StatusOK, page.status)
	requireWellFormed(t, page.body)
	require.Contains(t, page.body, "<h1>3 calls need attention</h1>")
	require.Contains(t, page.body, "3 hours ago</time>.", "since when the first one stands still")
	require.Contains(t, page.body, "<strong>Conversation is full</strong> <span>2 calls</span>")
	require.Contains(t, page.body, `href="/i/acme/calls?problem=ConversationFull"`)
	require.Less(t, strings.Index(page.body, `id="call-3"`), strings.Index(page.body, `id="call-2"`), "the longest waiting first")
	require.Less(t, strings.Index(page.body, `id="call-2"`), strings.Index(page.body, `id="call-4"`))
	require.NotContains(t, page.body, `id="call-1"`)
	for _, shown := range []string{
		`aria-label="Call 3, Needs attention"`, "next try", "in 12 minutes", "Jane Doe", "…0143", "Mia Berg", "Support", "#412",
		`href="https://secure.helpscout.example/conversation/3001"`, `<small class="soft">Help</small>`,
	} {
		require.Contains(t, page.body, shown)
	}
	require.NotContains(t, page.body, "202-555", "no number in clear")
	require.Contains(t, page.body, `<span class="badge-count">`)
}

func TestNothingWrongIsSaidWithFigures(t *testing.T) {
	t.Parallel()
	e, _ := callsEdge(t, listedCall(1), listedCall(2))
	page := e.person(t, adminToken, "Maria").get("/i/acme/calls")
	require.Contains(t, page.body, "<h1>No call needs attention</h1>")
	require.Contains(t, page.body, "2 calls were synced in the last 24 hours.")
	require.Contains(t, page.body, "Nothing stands still.")
	require.NotContains(t, page.body, "badge-count")
}

func TestEachTabHasItsCountAndItsCalls(t *testing.T) {
	t.Parallel()
	e, _ := callsEdge(t,
		listedCall(1), listedCall(2, standingStill(calllog.ConversationFull, time.Minute)),
		listedCall(3, func(l *starter.Listed) { l.Status, l.Closed, l.Outcome = workflows.StatusWaiting, time.Time{}, "" }),
		listedCall(4, func(l *starter.Listed) { l.Status = workflows.StatusSkipped }),
		listedCall(5, func(l *starter.Listed) { l.Installation = "other" }),
		listedCall(6, func(l *starter.Listed) { l.Status, l.State = workflows.StatusInProgress, "terminated" }),
	)
	p := e.person(t, adminToken, "Maria")
	for tab, want := range map[string][]int64{
		"": {2}, "waiting": {3}, "in_progress": nil, "synced": {1}, "skipped": {4}, "all": {1, 2, 3, 4, 6}, "no tab": {2},
	} {
		page := p.get("/i/acme/calls?status=" + url.QueryEscape(tab))
		requireWellFormed(t, page.body)
		for call := range int64(7) {
			has := strings.Contains(page.body, fmt.Sprintf(`id="call-%d"`, call))
			require.Equal(t, has, contains(want, call), "%s: call %d", tab, call)
		}
	}
	page := p.get("/i/acme/calls?status=all").body
	require.Contains(t, page, `id="tab-all" aria-current="page">All <span class="count">5</span>`)
	require.Contains(t, page, `id="tab-synced">Synced <span class="count">1</span>`)
	require.Contains(t, page, "ended by an operator")
	require.Contains(t, page, "not over yet")
}

func contains(all []int64, one int64) bool {
	for _, each := range all {
		if each == one {
			return true
		}
	}
	return false
}

func TestTheAddressIsTheStateOfTheList(t *testing.T) {
	t.Parallel()
	e, _ := callsEdge(t,
		listedCall(1), listedCall(2, func(l *starter.Listed) { l.Agent, l.Outcome = 613, "missed" }),
		listedCall(3, func(l *starter.Listed) { l.Line, l.Who, l.Conversation = pausedLine, "anotherhash", "3002" }),
		listedCall(4, func(l *starter.Listed) { l.Started = l.Started.Add(-90 * 24 * time.Hour) }),
		listedCall(5, standingStill(calllog.ConversationFull, time.Minute), func(l *starter.Listed) { l.Agent = 613 }),
	)
	p := e.person(t, adminToken, "Maria")
	for query, want := range map[string][]int64{
		"status=all&agent=613": {2, 5}, "status=all&outcome=missed": {2}, "status=all&line=4712": {3}, "status=all&inbox=86": {3},
		"status=all&inbox=99": nil, "status=all&who=anotherhash": {3}, "status=all&conversation=3002": {3}, "status=all&call=4": {4},
		"status=all&when=7d": {1, 2, 3, 5}, "status=all&to=2020-01-01": nil, "agent=613": {5}, "agent=612": nil, "problem=ConversationFull": {5},
		"status=all&who=anotherhash," + listedCall(1).Who: {1, 2, 3, 4, 5},
		"status=all&who=%27%20OR&problem=%27":             {1, 2, 3, 4, 5}, "view=retrying": nil,
	} {
		page := p.get("/i/acme/calls?" + query)
		require.Equal(t, http.StatusOK, page.status)
		requireWellFormed(t, page.body)
		for call := int64(1); call < 6; call++ {
			require.Equal(t, contains(want, call), strings.Contains(page.body, fmt.Sprintf(`id="call-%d"`, call)), "%s: call %d", query, call)
		}
	}
	page := p.get("/i/acme/calls?status=all&agent=613&outcome=voicemail").body
	require.Contains(t, page, "Agent: Bo Chen")
	require.Contains(t, page, `<option value="613" selected>Bo Chen</option>`)
	require.Contains(t, page, `<a href="/i/acme/calls?agent=613&amp;status=all">Without the filter «Outcome»</a>: 2 calls`)
	require.Contains(t, page, `<a href="/i/acme/calls?outcome=voicemail&amp;status=all">Without the filter «Agent»</a>: 0 calls`)
}

func TestALongListGoesOnPageByPage(t *testing.T) {
	t.Parallel()
	var calls []starter.Listed
	for n := range int64(120) {
		calls = append(calls, listedCall(1000+n), listedCall(2000+n, standingStill(calllog.ConversationFull, time.Duration(n/3)*time.Minute)))
	}
	e, _ := callsEdge(t, calls...)
	p := e.person(t, adminToken, "Maria")
	for _, begin := range []string{"/i/acme/calls", "/i/acme/calls?status=synced"} {
		seen, pages := map[string]bool{}, 0
		for next := begin; next != ""; pages++ {
			page := p.get(next).body
			for _, row := range strings.Split(page, `<tr id="call-`)[1:] {
				id, _, _ := strings.Cut(row, `"`)
				require.False(t, seen[id], "%s twice", id)
				seen[id] = true
			}
			next = ""
			if _, link, more := strings.Cut(page, `id="more" href="`); more {
				link, _, _ = strings.Cut(link, `"`)
				next = strings.ReplaceAll(link, "&amp;", "&")
			}
		}
		require.Len(t, seen, 120, begin)
		require.Equal(t, 3, pages)
	}
}

func TestNewCallsAreAnnouncedAndNothingMoves(t *testing.T) {
	t.Parallel()
	e, finder := callsEdge(t, listedCall(1))
	p := e.person(t, adminToken, "Maria")
	page := p.get("/i/acme/calls?status=all").body
	require.Contains(t, page, `hx-get="/i/acme/calls/live?status=all&amp;shown=`)
	shown := fmt.Sprint(time.Now().Add(-time.Second).Unix())
	require.NotContains(t, p.get("/i/acme/calls/live?status=all&shown="+shown).body, "new call")
	finder.put(
		listedCall(2, func(l *starter.Listed) { l.Started = time.Now() }),
		listedCall(3, standingStill(calllog.ConversationFull, 0)),
	)
	live := p.get("/i/acme/calls/live?status=all&shown=" + shown)
	requireWellFormed(t, live.body)
	require.Contains(t, live.body, `<a href="/i/acme/calls?status=all" id="fresh">1 new call. Show</a>`)
	require.Contains(t, live.body, "shown="+shown, "it goes on from when the list was shown")
	require.Eventually(t, func() bool {
		return strings.Contains(p.get("/i/acme/calls/live?shown="+shown).body, "1 new call. Show")
	}, 10*time.Second, 50*time.Millisecond, "what has begun to stand still")
}

func TestUpdatesAndKeysCanBeTurnedOff(t *testing.T) {
	t.Parallel()
	e, _ := callsEdge(t, listedCall(1))
	p := e.person(t, adminToken, "Maria")
	require.Contains(t, p.get("/i/acme/calls").body, `data-keys="on"`)
	answer := p.post("/i/acme/calls/preferences", url.Values{"live": {"0"}, "next": {"/i/acme/calls?status=all"}})
	require.Equal(t, "/i/acme/calls?status=all", answer.header.Get("Location"))
	page := p.get("/i/acme/calls").body
	require.NotContains(t, page, "data-keys")
	require.NotContains(t, page, "/calls/live")
	require.Equal(t, "/", p.post("/i/acme/calls/preferences", url.Values{"live": {"60"}, "keys": {"on"}, "next": {"//evil.example"}}).header.Get("Location"))
	page = p.get("/i/acme/calls").body
	require.Contains(t, page, `data-keys="on"`)
	require.Contains(t, page, "every 60s")
}

func TestACallThatIsTriedAgainIsFoundBeforeItStandsStill(t *testing.T) {
	t.Parallel()
	e, finder := callsEdge(t)
	finder.retrying = []starter.Listed{listedCall(7, standingStill(calllog.HelpScoutDown, time.Second), func(l *starter.Listed) { l.Status = workflows.StatusInProgress })}
	page := e.person(t, adminToken, "Maria").get("/i/acme/calls?view=retrying").body
	require.Contains(t, page, `id="call-7"`)
	require.Contains(t, page, "Help Scout does not answer")
}

func TestWithoutTemporalTheListSaysSo(t *testing.T) {
	t.Parallel()
	e, finder := callsEdge(t)
	finder.away = errAway
	p := e.person(t, adminToken, "Maria")
	page := p.get("/i/acme/calls")
	require.Equal(t, http.StatusServiceUnavailable, page.status)
	requireWellFormed(t, page.body)
	require.Contains(t, page.body, "Calls wait; none is lost.")
	require.NotContains(t, page.body, errAway.Error())
	require.Equal(t, http.StatusOK, p.get("/i/acme").status, "other pages do without the badge")
}

func TestTheListIsInEveryLanguage(t *testing.T) {
	t.Parallel()
	e, _ := callsEdge(t, listedCall(1), listedCall(2, standingStill(calllog.Problem("OfANewerVersion"), time.Minute)))
	p := e.person(t, adminToken, "Maria")
	for lang, want := range map[string]string{
		"en": "A fault of Callscout’s own", "de": "Ein eigener Fehler von Callscout", "fr": "Une erreur interne de Callscout", "es": "Un fallo propio de Callscout",
	} {
		p.post("/language", url.Values{"language": {lang}, "next": {"/"}})
		for _, query := range []string{"", "?status=all", "?status=all&when=today&outcome=missed&agent=1&who=anotherhash", "?view=retrying", "?status=skipped"} {
			page := p.get("/i/acme/calls" + query)
			requireWellFormed(t, page.body)
			require.NotRegexp(t, `(calls|in|status)\.[a-z_.]+<`, page.body, "a text is missing")
			require.NotContains(t, page.body, " style=")
		}
		require.Contains(t, p.get("/i/acme/calls").body, want)
	}
}

// A badge must not make every page ask Temporal.
func TestThePagesShareWhatTheyAskTemporal(t *testing.T) {
	t.Parallel()
	e, finder := callsEdge(t, listedCall(1, standingStill(calllog.ConversationFull, time.Minute)))
	p := e.person(t, adminToken, "Maria")
	for range 20 {
		require.Contains(t, p.get("/i/acme/calls").body, "badge-count")
	}
	require.LessOrEqual(t, finder.counts, 12)
}
