package api_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/api"
	"callscout/settings"
	"callscout/store"
)

var insidePages = []string{
	"/i/acme", "/i/acme/connect", "/i/acme/numbers", "/i/acme/settings", "/i/acme/numbers/4711/settings",
	"/i/acme/test", "/i/acme/test?after=99999999999", "/i/acme/health", "/i/acme/audit", "/i/acme/uninstall",
}

func TestEveryPageIsWellFormedInEveryLanguageAndKeepsToItself(t *testing.T) {
	t.Parallel()
	e, _ := deskEdge(t)
	p := e.person(t, adminToken, "Maria")
	heading := map[string]string{}
	for _, lang := range []string{"en", "de", "fr", "es"} {
		require.Equal(t, http.StatusSeeOther, p.post("/language", url.Values{"language": {lang}, "next": {"/"}}).status)
		for _, path := range append([]string{"/", "/audit", "/signin", "/i/nobody"}, insidePages...) {
			page := p.get(path)
			if path == "/i/nobody" {
				require.Equal(t, http.StatusNotFound, page.status)
			} else {
				require.Equal(t, http.StatusOK, page.status, path)
			}
			requireWellFormed(t, page.body)
			require.Contains(t, page.body, `<html lang="`+lang+`">`)
			policy := page.header.Get("Content-Security-Policy")
			require.Contains(t, policy, "default-src 'none'; script-src 'self'; style-src 'self';")
			require.Contains(t, policy, "form-action 'self' https://dashboard.aircall.example https://secure.helpscout.example")
			require.NotContains(t, policy, "unsafe")
			require.Equal(t, "no-store", page.header.Get("Cache-Control"))
			require.NotContains(t, page.body, " style=")
			require.NotContains(t, page.body, "hush", "no secret on %s", path)
			require.NotRegexp(t, `(action|setting|section|choice|state|problem|missing|check|health)\.[a-z_.]+<`, page.body, "a text is missing on %s", path)
			heading[lang] = page.body
		}
	}
	require.NotEqual(t, heading["en"], heading["de"])
}

func TestTheLanguageIsTheBrowsersUntilSomebodyChooses(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	request := e.request(t, http.MethodGet, "/signin", nil)
	for accepted, want := range map[string]string{"de-AT,de;q=0.9,en;q=0.5": "de", "pt,es;q=0.5": "es", "ja": "en", "": "en", ";;": "en"} {
		request.Header.Set("Accept-Language", accepted)
		require.Contains(t, e.do(t, request).body, `<html lang="`+want+`">`, accepted)
	}
	request.AddCookie(&http.Cookie{Name: "callscout_language", Value: "fr"}) //nolint:gosec // what a browser sends has no attributes
	require.Contains(t, e.do(t, request).body, `<html lang="fr">`)
	require.Equal(t, "/", e.person(t, adminToken, "").post("/language", url.Values{"language": {"xx"}, "next": {"//evil.example"}}).header.Get("Location"))
}

func TestWhoIsNotSignedInSeesNothingAndChangesNothing(t *testing.T) {
	t.Parallel()
	e, o := deskEdge(t)
	for _, path := range append([]string{"/audit", "/i/nobody"}, insidePages...) {
		answer := e.get(t, path)
		require.Equal(t, http.StatusSeeOther, answer.status, path)
		require.Equal(t, "/signin?next="+url.QueryEscape(path), answer.header.Get("Location"))
		require.NotContains(t, answer.body, "acme")
	}
	before := e.installation(t, "acme")
	for _, path := range []string{
		"/installations", "/i/acme/pause", "/i/acme/resume", "/i/acme/uninstall", "/i/acme/numbers/save", "/i/acme/settings/save",
		"/i/acme/connect/aircall", "/i/acme/connect/helpscout", "/i/acme/audit/1/undo",
	} {
		answer := e.do(t, e.request(t, http.MethodPost, path, strings.NewReader("confirm=acme")))
		require.Equal(t, http.StatusSeeOther, answer.status, path)
		require.Equal(t, "/signin?next=%2F", answer.header.Get("Location"))
	}
	require.Equal(t, before, e.installation(t, "acme"))
	require.Empty(t, o.removed)
}

func TestAFragmentSendsTheWholePageToSignIn(t *testing.T) {
	t.Parallel()
	e, _ := deskEdge(t)
	request := e.request(t, http.MethodGet, "/i/acme/test/progress", nil)
	request.Header.Set("HX-Request", "true")
	for current, want := range map[string]string{
		e.url + "/i/acme/test": "/signin?next=%2Fi%2Facme%2Ftest", "https://evil.example//x": "/signin?next=%2F", "": "/signin?next=%2F",
	} {
		request.Header.Set("HX-Current-URL", current)
		answer := e.do(t, request)
		require.Equal(t, http.StatusUnauthorized, answer.status)
		require.Equal(t, want, answer.header.Get("HX-Redirect"), current)
		require.Empty(t, answer.body)
		require.Contains(t, answer.header.Values("Vary"), "HX-Request")
	}
}

func TestAPageOfAnotherSiteChangesNothing(t *testing.T) {
	t.Parallel()
	e, o := deskEdge(t)
	p := e.person(t, adminToken, "Maria")
	before := e.installation(t, "acme")
	for _, headers := range [][]string{
		{"Origin", "https://evil.example"}, {"Origin", "null"}, {"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"},
	} {
		for _, path := range []string{"/i/acme/pause", "/i/acme/uninstall", "/i/acme/connect/aircall", "/installations", "/language", "/signin"} {
			answer := p.post(path, url.Values{"confirm": {"acme"}, "id": {"evil"}, "api_id": {"x"}, "api_token": {"y"}}, headers...)
			require.Equal(t, http.StatusForbidden, answer.status, path)
		}
	}
	require.Equal(t, before, e.installation(t, "acme"))
	require.Empty(t, o.removed)
	require.Contains(t, e.log.String(), "a request of another site was refused")
	require.Equal(t, http.StatusSeeOther, p.post("/i/acme/pause", nil, "Origin", "http://callscout.example.com", "Sec-Fetch-Site", "same-origin").status)
}

func TestNoGetChangesAnything(t *testing.T) {
	t.Parallel()
	e, o := deskEdge(t)
	p := e.person(t, adminToken, "Maria")
	before, entries := e.installation(t, "acme"), len(e.trail(t, "acme"))
	for _, path := range append([]string{
		"/i/acme/pause", "/i/acme/resume", "/i/acme/numbers/save?inbox-4711=86", "/i/acme/settings/save?active=false", "/i/acme/uninstall?confirm=acme",
		"/i/acme/connect/aircall?api_id=x", "/i/acme/audit/1/undo", "/signout", "/installations?id=x", "/i/acme/settings?done=1", "/i/acme?done=nonsense",
	}, insidePages...) {
		p.get(path)
	}
	require.Equal(t, before, e.installation(t, "acme"))
	require.Len(t, e.trail(t, "acme"), entries)
	require.Empty(t, o.removed)
	require.Equal(t, http.StatusOK, p.get("/").status, "nobody was signed out")
}

func globex() settings.Installation {
	return settings.Installation{
		ID:      "globex",
		Aircall: settings.AircallAccount{APIID: "globex-api", APIToken: "hush-globex", WebhookToken: "hush-globex-webhook"},
		Numbers: []settings.Number{{AircallNumber: 99, Inbox: 7}},
	}
}

func TestASessionOfOneInstallationSeesAndChangesNoOther(t *testing.T) {
	t.Parallel()
	e, o := deskEdge(t)
	require.NoError(t, e.store.PutInstallation(t.Context(), globex()))
	_, err := e.store.Hold(t.Context(), store.InboxEvent{Installation: "globex", Stream: "held", Event: "globex.event", Body: []byte("{}"), Reason: "globex reason"})
	require.NoError(t, err)
	all := e.person(t, adminToken, "Olga")
	require.Equal(t, http.StatusSeeOther, all.post("/i/globex/pause", nil).status)
	undoable := e.trail(t, "globex")[0]

	p := e.person(t, api.InstallationToken(e.keys, adminToken, "acme"), "Maria")
	start := p.get("/")
	require.Contains(t, start.body, `href="/i/acme"`)
	require.NotContains(t, start.body, "globex")
	require.NotContains(t, start.body, uiURL, "Temporal's Web UI shows all installations")
	before := e.installation(t, "globex")
	for _, path := range insidePages {
		require.Equal(t, http.StatusOK, p.get(path).status, path)
		other := p.get(strings.Replace(path, "acme", "globex", 1))
		require.Equal(t, http.StatusNotFound, other.status, path)
		require.NotContains(t, other.body, "hush")
		require.NotContains(t, other.body, "globex-api")
	}
	require.Equal(t, http.StatusNotFound, p.get("/audit").status)
	require.Equal(t, http.StatusNotFound, p.post("/installations", url.Values{"id": {"more"}}).status)
	for path, form := range map[string]url.Values{
		"/i/globex/pause": nil, "/i/globex/resume": nil, "/i/globex/uninstall": {"confirm": {"globex"}},
		"/i/globex/connect/aircall": {"api_id": {"x"}, "api_token": {"y"}}, "/i/globex/numbers/save": {"inbox-99": {"0"}},
		"/i/globex/settings/save":                           {"active": {"false"}},
		"/i/globex/audit/" + entryID(undoable.ID) + "/undo": nil, "/i/acme/audit/" + entryID(undoable.ID) + "/undo": nil,
	} {
		require.Equal(t, http.StatusNotFound, p.post(path, form).status, path)
	}
	require.Equal(t, before, e.installation(t, "globex"))
	require.Empty(t, o.removed)
	require.NotContains(t, p.get("/i/acme?done="+entryID(undoable.ID)).body, `id="done"`, "the banner of another installation")

	cookies := p.client.Jar.Cookies(p.e.request(t, http.MethodGet, "/", nil).URL)
	require.Equal(t, http.StatusUnauthorized, e.decode(t, sealedPayloads(t, e.keys), "Cookie", cookies[0].Name+"="+cookies[0].Value).status,
		"a run says whose it is only once it is read")

	for _, wrong := range []string{
		api.InstallationToken(e.keys, "another admin token", "acme"), strings.Replace(api.InstallationToken(e.keys, adminToken, "acme"), "acme", "globex", 1), "acme.", "acme",
	} {
		require.Equal(t, http.StatusUnauthorized, e.signIn(t, wrong, "/").status)
	}
}

func TestAnEndedSessionStaysEnded(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	cookie := e.session(t)
	require.Equal(t, http.StatusOK, e.homeWith(t, cookie.Name, cookie.Value))
	request := e.request(t, http.MethodPost, "/signout", nil)
	request.AddCookie(&http.Cookie{Name: cookie.Name, Value: cookie.Value}) //nolint:gosec // what a browser sends has no attributes
	require.Equal(t, http.StatusSeeOther, e.do(t, request).status)
	require.Equal(t, http.StatusSeeOther, e.homeWith(t, cookie.Name, cookie.Value), "a copy of the cookie is worth nothing")
}

func TestSignInsAndDecodedRunsAreInTheAudit(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	e.signIn(t, "wrong", "/")
	p := e.person(t, adminToken, " Maria\u202e  Lopez\n")
	cookies := p.client.Jar.Cookies(p.e.request(t, http.MethodGet, "/", nil).URL)
	require.Equal(t, http.StatusOK, e.decode(t, sealedPayloads(t, e.keys), "Cookie", cookies[0].Name+"="+cookies[0].Value, "Origin", uiURL).status)
	var told []string
	for _, entry := range e.trail(t, "") {
		told = append(told, entry.Who+": "+entry.Action+" "+entry.Detail)
	}
	require.Equal(t, []string{"Maria Lopez: runs_decoded 1", "Maria Lopez: signed_in admin", "admin: signin_failed "}, told)
	page := p.get("/audit")
	require.Contains(t, page.body, "Read runs in Temporal’s Web UI.")
	require.NotContains(t, e.log.String(), "Maria", "names stand in the audit, not in the log")
}

func TestWithTheStoreAwayPagesSayWhatToDo(t *testing.T) {
	t.Parallel()
	e, _ := deskEdge(t)
	p := e.person(t, adminToken, "Maria")
	e.sick.fall(errAway, nil)
	for _, path := range insidePages {
		page := p.get(path)
		require.Equal(t, http.StatusServiceUnavailable, page.status, path)
		require.Contains(t, page.body, "Try again")
		require.NotContains(t, page.body, errAway.Error())
		requireWellFormed(t, page.body)
	}
}
