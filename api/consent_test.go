package api_test

import (
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/api"
	"callscout/calllog"
	"callscout/store"
	"callscout/store/storetest"
)

// back begins a consent and stops where the vendor leads back to.
func (n *neighbours) back(p *person, vendor, installation string) *url.URL {
	n.t.Helper()
	to, _ := lead(n.t, p.client, n.url+"/install/"+vendor+"?installation="+installation, isCallback)
	require.NotEmpty(n.t, to.Query().Get("state"))
	return to
}

func (n *neighbours) accessOf(installation string) string {
	n.t.Helper()
	tokens, err := n.store.Tokens(n.t.Context(), installation, store.VendorHelpScout)
	require.NoError(n.t, err)
	return tokens.Access
}

func TestTwoTabsConnectTwoInstallationsEachItsOwn(t *testing.T) {
	t.Parallel()
	n := newNeighbours(t)
	for _, id := range []string{mine, theirs} { // whom they belong to is not known yet
		require.NoError(t, n.store.SaveTokens(t.Context(), id, store.VendorHelpScout, store.Tokens{Access: "hush-before-" + id}))
	}
	boss := n.person(t, adminToken, "boss")
	first, second := n.back(boss, "helpscout", mine), n.back(boss, "helpscout", theirs)
	// A parameter beside the state has no say.
	query := second.Query()
	query.Set("installation", mine)
	second.RawQuery = query.Encode()

	answer := boss.get(second.RequestURI())
	require.Equal(t, http.StatusSeeOther, answer.status, answer.body)
	require.Contains(t, answer.header.Get("Location"), "connected="+theirs)
	require.Equal(t, "hush-before-"+mine, n.accessOf(mine))
	got := n.accessOf(theirs)
	require.NotEqual(t, "hush-before-"+theirs, got)

	answer = boss.get(first.RequestURI())
	require.Contains(t, answer.header.Get("Location"), "connected="+mine, answer.body)
	require.NotEqual(t, "hush-before-"+mine, n.accessOf(mine))
	require.Equal(t, got, n.accessOf(theirs))

	n.awaitWoken(mine, calllog.HelpScoutUnauthorized)
	n.awaitWoken(theirs, calllog.HelpScoutUnauthorized)

	// Neither works again, with another's code as little as with its own.
	third := n.back(boss, "helpscout", mine)
	before := n.whole()
	for _, used := range []*url.URL{first, second} {
		for _, code := range []string{used.Query().Get("code"), third.Query().Get("code")} {
			query := used.Query()
			query.Set("code", code)
			answer := boss.get(used.Path + "?" + query.Encode())
			require.Equal(t, http.StatusBadRequest, answer.status)
			require.Contains(t, answer.body, "took too long, or was done before")
		}
	}
	require.Equal(t, before, n.whole())
}

func TestAStateOfOneBrowserOrVendorWorksInNoOther(t *testing.T) {
	t.Parallel()
	n := newNeighbours(t)
	boss, other := n.person(t, adminToken, "boss"), n.person(t, adminToken, "other")
	problems := map[string]calllog.Problem{"aircall": calllog.AircallUnauthorized, "helpscout": calllog.HelpScoutUnauthorized}
	for _, vendor := range []string{"aircall", "helpscout"} {
		// The other has begun a consent of the same kind, and so has a cookie of its own.
		own := n.back(other, vendor, theirs)
		foreign := n.back(boss, vendor, mine)
		twin := map[string]string{"aircall": "helpscout", "helpscout": "aircall"}[vendor]
		before := n.whole()
		for _, try := range []struct {
			who      *person
			vendor   string
			state    string
			code     string
			contains string
		}{
			{other, vendor, foreign.Query().Get("state"), foreign.Query().Get("code"), "begun elsewhere"},
			{other, vendor, foreign.Query().Get("state"), own.Query().Get("code"), "begun elsewhere"},
			{boss, vendor, own.Query().Get("state"), foreign.Query().Get("code"), "begun elsewhere"},
			{n.nobody(), vendor, foreign.Query().Get("state"), foreign.Query().Get("code"), "begun elsewhere"},
			{boss, twin, foreign.Query().Get("state"), foreign.Query().Get("code"), "begun elsewhere"},
			{boss, vendor, "", foreign.Query().Get("code"), "begun elsewhere"},
		} {
			answer := try.who.get("/install/" + try.vendor + "/callback?" + url.Values{"state": {try.state}, "code": {try.code}}.Encode())
			require.Equal(t, http.StatusBadRequest, answer.status)
			require.Contains(t, answer.body, try.contains)
			require.Equal(t, before, n.whole())
		}
		require.Equal(t, http.StatusSeeOther, n.ownSession(boss, foreign).status, "where it was begun, it works")
		n.awaitWoken(mine, problems[vendor])
	}
}

// ownSession follows a callback where it was begun. Aircall's account belongs to no
// installation yet.
func (n *neighbours) ownSession(p *person, back *url.URL) reply {
	n.t.Helper()
	if back.Path == "/install/helpscout/callback" {
		require.NoError(n.t, n.store.SaveTokens(n.t.Context(), mine, store.VendorHelpScout, store.Tokens{Access: "hush"}))
	}
	return p.get(back.RequestURI())
}

func TestAConsentOfWhoHasSignedOutChangesNothing(t *testing.T) {
	t.Parallel()
	n := newNeighbours(t)
	for _, vendor := range []string{"aircall", "helpscout"} {
		boss := n.person(t, adminToken, "boss")
		back := n.back(boss, vendor, mine)
		require.Equal(t, http.StatusSeeOther, boss.post("/signout", nil).status)
		before := n.installation(mine)
		answer := boss.get(back.RequestURI())
		require.Equal(t, http.StatusBadRequest, answer.status)
		require.Contains(t, answer.body, "not signed in any more")
		require.Equal(t, before, n.installation(mine))
	}
}

// The same state at once, from several tabs and at two processes on one database: one
// of them connects.
func TestAStateWorksOnceAtAllProcessesTogether(t *testing.T) {
	t.Parallel()
	storetest.EachConfig(t, func(t *testing.T, database store.Config) {
		first := installOn(t, database)
		second := installOn(t, database, func(c *api.Config) {
			c.Install.AircallURL, c.Install.HelpScoutURL = first.airURL, first.deskURL
			c.Install.AircallDashboardURL, c.Install.HelpScoutAuthURL = first.airURL, first.deskURL
		})
		boss := first.person(t, adminToken, "boss")
		to, _ := lead(t, boss.client, first.url+"/install/helpscout?installation=acme", isCallback)
		cookies := boss.client.Jar.Cookies(to)
		require.NotEmpty(t, cookies)
		var connected, refused atomic.Int32
		var all sync.WaitGroup
		for i := range 12 {
			request := []*install{first, second}[i%2].request(t, http.MethodGet, to.RequestURI(), nil)
			for _, cookie := range cookies {
				request.AddCookie(cookie)
			}
			all.Go(func() {
				switch answer := first.do(t, request); answer.status {
				case http.StatusSeeOther:
					connected.Add(1)
				case http.StatusBadRequest:
					refused.Add(1)
				}
			})
		}
		all.Wait()
		require.EqualValues(t, 1, connected.Load())
		require.EqualValues(t, 11, refused.Load())
	})
}
