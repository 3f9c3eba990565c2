package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// requireNothingOf fails where a text tells anything of an installation beside its id,
// which stands in the address that was asked for.
func (n *neighbours) requireNothingOf(id, text string, where ...any) {
	n.t.Helper()
	require.NotContains(n.t, text, "hush", where...)
	for _, secret := range []string{"boss@", "who-", "detail-", "event-", "reason-", "heard-", "tag-"} {
		require.NotContains(n.t, text, secret+id, where...)
	}
}

func TestASessionOfOneInstallationReachesNoOther(t *testing.T) {
	t.Parallel()
	n := newNeighbours(t)
	whole, somebody, nobody := n.person(t, adminToken, "boss"), n.of(theirs), n.nobody()
	seen := map[string]string{}
	before := n.whole()
	for _, route := range routes {
		if route.access != one {
			continue
		}
		name := route.method + " " + route.path
		address := n.addressOf(route.path, mine, mine)
		for _, headers := range [][]string{nil, {"HX-Request", "true"}} {
			answer := somebody.ask(route.method, address, formOf(route.form, mine), headers...)
			require.Contains(t, []int{http.StatusNotFound, http.StatusForbidden}, answer.status, name)
			n.requireNothingOf(mine, answer.body, name)
			// One that is not there looks the same, so that nobody can ask which there are.
			missing := somebody.ask(route.method, strings.ReplaceAll(address, "/i/"+mine, "/i/none"), formOf(route.form, mine), headers...)
			require.Equal(t, missing.status, answer.status, name)
			require.Equal(t, strings.ReplaceAll(missing.body, "none", mine), answer.body, name)

			answer = nobody.ask(route.method, address, formOf(route.form, mine), headers...)
			if headers == nil {
				require.Equal(t, http.StatusSeeOther, answer.status, name)
				require.True(t, strings.HasPrefix(answer.header.Get("Location"), "/signin?next="), name)
			} else {
				require.Equal(t, http.StatusUnauthorized, answer.status, name)
			}
			n.requireNothingOf(mine, answer.body, name)
		}
		require.Equal(t, before, n.whole(), name)
		seen[route.method] = address
	}
	require.Len(t, seen, 2, "both readings and changes were tried")

	// What the tests look for is there to be found, and whoever may see it does.
	page := whole.get("/i/" + mine)
	require.Contains(t, page.body, "event-"+mine)
	require.Contains(t, n.of(mine).get("/i/"+mine+"/audit").body, "detail-"+mine)
}

func TestASessionOfOneInstallationUsesItsOwnPages(t *testing.T) {
	t.Parallel()
	n := newNeighbours(t)
	somebody := n.of(mine)
	for _, route := range routes {
		if route.access != one {
			continue
		}
		form := route.form
		if strings.HasSuffix(route.path, "/uninstall") {
			form = "" // the other routes are still to be tried
		}
		answer := somebody.ask(route.method, n.addressOf(route.path, mine, mine), formOf(form, mine))
		require.NotContains(t, []int{http.StatusNotFound, http.StatusForbidden, http.StatusUnauthorized}, answer.status, "%s %s", route.method, route.path)
		require.Less(t, answer.status, 500, "%s %s", route.method, route.path)
		require.False(t, strings.HasPrefix(answer.header.Get("Location"), "/signin"), "%s %s", route.method, route.path)
		n.requireNothingOf(theirs, answer.body, route.path)
	}
	before := n.installation("acme")
	require.Equal(t, http.StatusSeeOther, somebody.ask(http.MethodPost, "/i/acme/uninstall", "confirm=acme").status)
	require.False(t, before.Uninstalled)
	require.True(t, n.installation("acme").Uninstalled)
	require.False(t, n.installation(theirs).Uninstalled)
}

// An address of one's own that names something of the other: an entry of the audit, a
// call, a number.
func TestAnAddressOfOnesOwnReachesNothingOfTheOther(t *testing.T) {
	t.Parallel()
	n := newNeighbours(t)
	somebody := n.of(theirs)
	tried := 0
	for _, route := range routes {
		if route.access != one || strings.Count(route.path, ":") < 2 {
			continue
		}
		tried++
		address := n.addressOf(route.path, theirs, mine)
		before := n.whole()
		answer := somebody.ask(route.method, address, formOf(route.form, theirs))
		n.requireNothingOf(mine, answer.body, route.path)
		require.Contains(t, []int{http.StatusNotFound, http.StatusForbidden}, answer.status, "%s %s", route.method, address)
		require.Equal(t, before, n.whole(), "%s %s", route.method, address)
	}
	require.Positive(t, tried)
	// A banner tells of an entry of the audit that the address names.
	require.NotContains(t, somebody.get("/i/"+theirs+"?done="+entryID(n.entries[mine])).body, "Changed settings.")
	require.Contains(t, somebody.get("/i/"+theirs+"?done="+entryID(n.entries[theirs])).body, "Changed settings.")
}

func TestWhatConcernsAllInstallationsIsNotForASessionOfOne(t *testing.T) {
	t.Parallel()
	n := newNeighbours(t)
	somebody, nobody := n.of(theirs), n.nobody()
	before := n.whole()
	for _, route := range routes {
		name := route.method + " " + route.path
		address, form := n.addressOf(route.path, mine, mine), formOf(route.form, mine)
		method := route.method
		switch route.access {
		case open, probe:
			answer := nobody.ask(method, address, form)
			n.requireNothingOf(mine, answer.body, name)
			if route.path == "/signout" {
				continue
			}
			n.requireNothingOf(mine, somebody.ask(method, address, form).body, name)
			if route.path == "/signin" {
				before = n.whole() // a sign-in that failed stands in the audit
			}
		case start:
			page := somebody.ask(method, address, form)
			require.Equal(t, http.StatusOK, page.status)
			n.requireNothingOf(mine, page.body, name)
			require.NotContains(t, page.body, mine)
			require.Contains(t, page.body, theirs)
			require.Equal(t, http.StatusSeeOther, nobody.ask(method, address, form).status, name)
		case all:
			answer := somebody.ask(method, address, form)
			require.Contains(t, []int{http.StatusNotFound, http.StatusForbidden}, answer.status, name)
			n.requireNothingOf(mine, answer.body, name)
			require.Equal(t, http.StatusSeeOther, nobody.ask(method, address, form).status, name)
		case decoder:
			require.Equal(t, http.StatusUnauthorized, somebody.ask(http.MethodPost, address, sealedPayloads(t, n.keys)).status)
			require.Equal(t, http.StatusUnauthorized, nobody.ask(http.MethodPost, address, sealedPayloads(t, n.keys)).status)
		case hook, framed:
			for _, who := range []*person{somebody, nobody, n.person(t, adminToken, "boss")} {
				answer := who.ask(method, address, form)
				require.Contains(t, []int{http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound}, answer.status, name)
				n.requireNothingOf(mine, answer.body, name)
			}
			before = n.whole() // the sign-in was written to the audit
		}
		require.Equal(t, before, n.whole(), name)
	}
}

// Help Scout's signature is that of one installation: what one has signed opens no
// other.
func TestAnAppOfOneInstallationOpensNoOther(t *testing.T) {
	t.Parallel()
	n := newNeighbours(t)
	d := &sidebarDesk{}
	signed := d.address("hush-sidebar-"+theirs, 612)
	nobody := n.nobody()
	before := n.whole()
	for _, path := range []string{"/helpscout/app/" + mine, "/helpscout/app/none"} {
		require.Equal(t, http.StatusUnauthorized, nobody.get(path+"?"+signed).status)
	}
	require.Equal(t, before, n.whole(), "no account was asked")
	require.Equal(t, http.StatusOK, nobody.get("/helpscout/app/"+theirs+"?"+signed).status)
}

// A consent belongs to who may see all: with a session of one installation, a parameter
// has no say in which one it is for.
func TestASessionOfOneInstallationConnectsNoOther(t *testing.T) {
	t.Parallel()
	n := newNeighbours(t)
	before := n.installation(mine)
	for _, vendor := range []string{"aircall", "helpscout"} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			somebody := n.of(theirs)
			answer := somebody.ask(method, "/install/"+vendor+"?installation="+mine, "installation="+mine)
			require.Equal(t, http.StatusSeeOther, answer.status)
			if vendor == "helpscout" {
				require.True(t, strings.HasPrefix(answer.header.Get("Location"), "/signin?next="))
				continue
			}
			lead(t, somebody.client, answer.header.Get("Location"), never)
		}
	}
	require.Equal(t, before, n.installation(mine))
	require.True(t, n.installation("globex-s-hne").Aircall.OAuth(), "it is that of the company that consented")
}
