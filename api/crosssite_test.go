package api_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// fromElsewhere are the headers of a request that a page of another site makes a
// browser send: new browsers, those that send an origin only, pages without an origin,
// and a neighbour under the same domain.
var fromElsewhere = [][]string{
	{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"},
	{"Sec-Fetch-Site", "same-site", "Origin", "http://other.example.com"},
	{"Sec-Fetch-Site", "cross-site", "Origin", "null"},
	{"Origin", "https://evil.example"},
	{"Origin", "null"},
	{"Origin", "http://callscout.example.com.evil.example"},
	{"Sec-Fetch-Site", "cross-site"},
	{"Sec-Fetch-Site", "same-site"},
	{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example", "Content-Type", "text/plain"},
	{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example", "HX-Request", "true"},
}

func TestNoRequestOfAnotherSiteIsTaken(t *testing.T) {
	t.Parallel()
	n := newNeighbours(t)
	boss := n.person(t, adminToken, "boss")
	before := n.whole()
	tried := 0
	for _, route := range routes {
		if safe(route.method) || route.access == decoder {
			continue
		}
		name := route.method + " " + route.path
		address, form := n.addressOf(route.path, mine, mine), formOf(route.form, mine)
		for _, headers := range fromElsewhere {
			require.Equal(t, http.StatusForbidden, boss.ask(route.method, address, form, headers...).status, "%s with %v", name, headers)
		}
		// Nor by a form that names another method than its own.
		for _, method := range []string{"X-HTTP-Method-Override", "X-Method-Override"} {
			boss.ask(http.MethodGet, address+"?_method=POST&"+form, "", append(fromElsewhere[0][:2:2], method, "POST")...)
		}
		require.Equal(t, before, n.whole(), name)
		tried++
	}
	require.Greater(t, tried, 20)

	// The codec is for one other page: Temporal's Web UI.
	for _, origin := range []string{"https://evil.example", "null", "http://127.0.0.1:8234"} {
		require.Equal(t, http.StatusForbidden, boss.ask(http.MethodPost, "/codec/decode", "", "Origin", origin).status)
	}

	// Refused is what came from elsewhere, and nothing else.
	for _, headers := range [][]string{nil, {"Sec-Fetch-Site", "same-origin", "Origin", n.url}, {"Origin", n.url}, {"Sec-Fetch-Site", "none"}} {
		for _, route := range routes {
			if safe(route.method) || route.access != one {
				continue
			}
			answer := boss.ask(route.method, n.addressOf(route.path, theirs, theirs), formOf(gently(route.form), theirs), headers...)
			require.NotEqual(t, http.StatusForbidden, answer.status, "%s with %v", route.path, headers)
		}
	}
	require.NotEqual(t, before, n.whole())
}

// A link is followed with the session, whoever's page it stands on: so reading changes
// nothing.
func TestNoReadingChangesAnything(t *testing.T) {
	t.Parallel()
	n := newNeighbours(t)
	boss := n.person(t, adminToken, "boss")
	before := n.whole()
	for _, route := range routes {
		if !safe(route.method) {
			continue
		}
		address := n.addressOf(route.path, mine, mine)
		for _, query := range []string{"", "?installation=" + mine + "&again=1&done=1&after=1&before=1&confirm=" + mine + "&language=de&active=false"} {
			for _, headers := range [][]string{nil, {"Sec-Fetch-Site", "cross-site"}, {"HX-Request", "true"}} {
				boss.ask(route.method, address+query, "", headers...)
				require.Equal(t, before, n.whole(), "%s %s%s", route.method, address, query)
			}
		}
	}
}

// A vendor who knows the application may consent without asking anybody. So a link on
// another site must not begin one for an installation of whoever is signed in.
func TestALinkOnAnotherSiteConnectsNothing(t *testing.T) {
	t.Parallel()
	n := newNeighbours(t)
	boss := n.person(t, adminToken, "boss")
	for _, vendor := range []string{"aircall", "helpscout"} {
		address := "/install/" + vendor + "?installation=" + mine
		for _, from := range []string{"cross-site", "same-site"} {
			answer := boss.ask(http.MethodGet, address, "", "Sec-Fetch-Site", from)
			require.Equal(t, http.StatusBadRequest, answer.status)
			require.Contains(t, answer.body, "another site")
			require.Empty(t, answer.header.Get("Location"))
		}
		for _, from := range []string{"same-origin", "none"} {
			require.Equal(t, http.StatusSeeOther, boss.ask(http.MethodGet, address, "", "Sec-Fetch-Site", from).status)
		}
	}
	// Aircall's dashboard leads here, and chooses none.
	require.Equal(t, http.StatusSeeOther, boss.ask(http.MethodGet, "/install/aircall", "", "Sec-Fetch-Site", "cross-site").status)
}
