package api_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/api"
	"callscout/calllog"
	"callscout/starter"
)

func TestASearchFindsOutWhatWasTyped(t *testing.T) {
	t.Parallel()
	german := (&fakeLists{}).NumberHash("+493023125777", "")
	e, _ := callsEdge(t,
		listedCall(4186780376),
		listedCall(2, standingStill(calllog.ConversationFull, time.Minute), func(l *starter.Listed) {
			l.Row.Name, l.Who, l.Conversation = "Kurt Köhler", german, "3002"
		}),
	)
	_, err := e.store.Intend(t.Context(), "acme/call/77/first-log")
	require.NoError(t, err)
	p := e.person(t, adminToken, "Maria")
	american := "/i/acme/calls?status=all&who=" + url.QueryEscape((&fakeLists{}).NumberHash(callerNumber, ""))
	germanList := "/i/acme/calls?status=all&who=" + url.QueryEscape(german)
	for typed, want := range map[string]string{
		"4186780376": "/i/acme/calls/4186780376", " 2 ": "/i/acme/calls/2", "77": "/i/acme/calls/77",
		"+1 202-555-0143": american, "0012025550143": american, "(+1) 202.555.0143": american,
		"030 23125 777": germanList, "+49 (0)30 23125-777": germanList, "3023125777": germanList,
		"3001": "/i/acme/calls?conversation=3001&status=all", "#412": "/i/acme/calls?conversation=3001&status=all", "412": "/i/acme/calls?conversation=3001&status=all",
		"mia berg": "/i/acme/calls?agent=612&status=all", "Support": "/i/acme/calls?line=4711&status=all",
		"jane@example.com": american, "Jane Doe": american, "köhler": germanList,
	} {
		answer := p.post("/i/acme/calls/search", url.Values{"q": {typed}})
		require.Equal(t, http.StatusSeeOther, answer.status, typed)
		require.Equal(t, want, answer.header.Get("Location"), typed)
		require.NotContains(t, answer.header.Get("Location"), "555", "nothing personal in an address")
	}
	never := p.post("/i/acme/calls/search", url.Values{"q": {"+1 202-555-0199"}})
	require.Equal(t, http.StatusSeeOther, never.status)
	require.Contains(t, p.get(never.header.Get("Location")).body, "No call is found with these filters.")
}

func TestASearchInVainSaysSo(t *testing.T) {
	t.Parallel()
	e, _ := callsEdge(t, listedCall(1, standingStill(calllog.ConversationFull, time.Minute)))
	p := e.person(t, adminToken, "Maria")
	for typed, want := range map[string]string{
		"": "Type what to search for.", "Nobody <b>": "Nothing was found for what you typed.", "x@y": "Nothing was found", "99": "Nothing was found",
	} {
		page := p.post("/i/acme/calls/search", url.Values{"q": {typed}})
		require.Equal(t, http.StatusUnprocessableEntity, page.status)
		requireWellFormed(t, page.body)
		require.Contains(t, page.body, want)
		require.Contains(t, page.body, "<title>Error: Calls")
		require.Contains(t, page.body, `id="call-1"`, "the list is there all the same")
	}
	require.Contains(t, p.post("/i/acme/calls/search", url.Values{"q": {"Nobody <b>"}}).body, `value="Nobody &lt;b&gt;"`)
}

func TestASearchSaysWhereAnAccountDidNotAnswer(t *testing.T) {
	t.Parallel()
	finder := &fakeLists{}
	finder.put(listedCall(1))
	e, o := deskEdge(t, func(c *api.Config) { c.CallFinder = finder })
	p := e.person(t, adminToken, "Maria")
	require.Equal(t, http.StatusSeeOther, p.post("/i/acme/calls/search", url.Values{"q": {"Jane Doe"}}).status)
	o.mu.Lock()
	o.away = errRefused
	o.mu.Unlock()
	page := p.post("/i/acme/calls/search", url.Values{"q": {"Jane Doe"}})
	require.Equal(t, http.StatusUnprocessableEntity, page.status)
	require.Contains(t, page.body, "an account did not answer")
	require.Equal(t, http.StatusSeeOther, p.post("/i/acme/calls/search", url.Values{"q": {callerNumber}}).status, "a number is found without the accounts")
}
