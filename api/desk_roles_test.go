package api_test

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"
)

var allRoles = []string{"view", "support", "admin"}

// sealed is a session as the desk signs it.
func (e *edge) sealed(t testing.TB, session map[string]any) string {
	t.Helper()
	document, err := json.Marshal(session)
	require.NoError(t, err)
	text := base64.RawURLEncoding.EncodeToString(document)
	mac := hmac.New(sha256.New, e.keys.Derive("session:"+adminToken))
	mac.Write([]byte(text))
	return text + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// holder is somebody who is signed in with a role, for one installation or, with "",
// for all. Without a role it is a session from before there were roles.
func (e *edge) holder(t testing.TB, role, installation string) *person {
	t.Helper()
	session := map[string]any{"name": "holder", "id": rand.Text(), "until": time.Now().Add(time.Hour).Unix()}
	if role != "" {
		session["role"] = role
	}
	if installation != "" {
		session["installation"] = installation
	}
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	address, err := url.Parse(e.url)
	require.NoError(t, err)
	jar.SetCookies(address, []*http.Cookie{{Name: "callscout_session", Value: e.sealed(t, session)}}) //nolint:gosec // what a browser sends has no attributes
	return &person{t, e, &http.Client{Jar: jar, Timeout: 30 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

func atLeast(role, needed string) bool {
	return slices.Index(allRoles, role) >= slices.Index(allRoles, needed)
}

func TestEveryPageNeedsARole(t *testing.T) {
	t.Parallel()
	n := newNeighbours(t)
	for _, installation := range []string{"", mine} {
		for _, role := range []string{"view", "support", "admin", "owner", "View", " admin"} {
			somebody := n.holder(t, role, installation)
			for _, route := range routes {
				if !slices.Contains([]access{start, all, one}, route.access) {
					continue
				}
				name := role + " " + route.method + " " + route.path
				require.Contains(t, allRoles, route.role, name)
				if route.access == all && installation != "" {
					continue // that is for isolation_test.go
				}
				before := n.whole()
				address, form := n.addressOf(route.path, mine, mine), formOf(gently(route.form), mine)
				answer := somebody.ask(route.method, address, form)
				if slices.Contains(allRoles, role) && atLeast(role, route.role) {
					require.NotContains(t, []int{http.StatusForbidden, http.StatusUnauthorized, http.StatusNotFound}, answer.status, name)
					continue
				}
				require.Equal(t, http.StatusForbidden, answer.status, name)
				require.Equal(t, before, n.whole(), name)
				n.requireNothingOf(mine, answer.body, name)
				if route.role == "admin" && slices.Contains(allRoles, role) {
					require.Contains(t, answer.body, "This needs the role Admin.", name)
					require.Contains(t, answer.body, "Somebody with the role Admin can do it for you", name)
				}
				require.Equal(t, http.StatusForbidden, somebody.ask(route.method, address, form, "HX-Request", "true").status, name)
				require.Equal(t, before, n.whole(), name)
			}
		}
	}
}

// What a form is sent with stands in the page for those who may send it, and for
// nobody else.
func TestAButtonIsThereForWhoMayPressIt(t *testing.T) {
	t.Parallel()
	n := newNeighbours(t)
	needed := map[string]string{}
	for _, route := range routes {
		if !safe(route.method) && route.role != "" {
			needed[n.addressOf(route.path, mine, mine)] = route.role
		}
	}
	needed["/install/aircall"], needed["/install/helpscout"] = "admin", "admin"
	for _, role := range allRoles {
		somebody, offered := n.holder(t, role, ""), map[string]bool{}
		for _, route := range routes {
			if route.method != http.MethodGet || !slices.Contains([]access{start, all, one}, route.access) || !atLeast(role, route.role) {
				continue
			}
			page := somebody.get(n.addressOf(route.path, mine, mine) + "?done=" + entryID(n.entries[mine]))
			require.Equal(t, http.StatusOK, page.status)
			requireWellFormed(t, page.body)
			for _, form := range formsIn(t, page.body) {
				if least := needed[form.action]; least != "" && form.buttons > 0 {
					require.True(t, atLeast(role, least), "%s sees the button of %s on %s", role, form.action, route.path)
					offered[form.action] = true
				}
			}
		}
		if role == "admin" {
			for _, action := range []string{
				"/installations", "/install/aircall", "/install/helpscout", "/i/acme/pause", "/i/acme/uninstall", "/i/acme/numbers", "/i/acme/settings",
				"/i/acme/connect/aircall", "/i/acme/connect/helpscout", "/i/acme/audit/" + entryID(n.entries[mine]) + "/undo",
			} {
				require.True(t, offered[action], action)
			}
		}
		page := somebody.get("/i/acme")
		require.Equal(t, role == "admin", strings.Contains(page.body, `href="/i/acme/uninstall"`), "a link that leads nowhere is no link")
		require.Equal(t, role != "admin", strings.Contains(page.body, `id="role"`))
		settings := somebody.get("/i/acme/settings").body
		require.Equal(t, role != "admin", strings.Contains(settings, `id="locked"`))
		require.Equal(t, role != "admin", strings.Contains(settings, "<fieldset disabled>"))
	}
}

func TestASessionFromBeforeThereWereRolesGoesOn(t *testing.T) {
	t.Parallel()
	e, _ := deskEdge(t)
	whole, scoped := e.holder(t, "", ""), e.holder(t, "", "acme")
	for _, somebody := range []*person{whole, scoped} {
		require.Equal(t, http.StatusSeeOther, somebody.post("/i/acme/pause", nil).status)
		require.Equal(t, http.StatusSeeOther, somebody.post("/i/acme/resume", nil).status)
	}
	require.Equal(t, http.StatusSeeOther, whole.post("/installations", url.Values{"id": {"globex"}}).status)
	require.Equal(t, http.StatusNotFound, scoped.post("/installations", url.Values{"id": {"umbrella"}}).status)
	require.Equal(t, http.StatusNotFound, scoped.get("/i/globex").status)
}

func TestRunsAreDecodedForThoseWhoCareForCalls(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	for role, status := range map[string]int{"view": http.StatusUnauthorized, "support": http.StatusOK, "admin": http.StatusOK, "": http.StatusOK, "owner": http.StatusUnauthorized} {
		request := e.request(t, http.MethodPost, "/codec/decode", strings.NewReader(sealedPayloads(t, e.keys)))
		request.Header.Set("Content-Type", "application/json")
		require.Equal(t, status, send(t, e.holder(t, role, "").client, request).status, role)
	}
}

func TestAccountsAreConnectedByAdminsOnly(t *testing.T) {
	t.Parallel()
	n := newNeighbours(t)
	before := n.installation(mine)
	for _, role := range []string{"view", "support"} {
		somebody := n.holder(t, role, "")
		for _, vendor := range []string{"aircall", "helpscout"} {
			answer := somebody.post("/install/"+vendor, url.Values{"installation": {mine}})
			require.Equal(t, http.StatusForbidden, answer.status)
			require.Contains(t, answer.body, "one needs the role Admin")
			require.Empty(t, answer.header.Get("Location"))
		}
	}
	require.Equal(t, before, n.installation(mine))
	require.Equal(t, http.StatusSeeOther, n.holder(t, "admin", "").post("/install/aircall", url.Values{"installation": {mine}}).status)
}

// form is a form of a page, and how many buttons send it.
type form struct {
	action  string
	buttons int
}

func formsIn(t testing.TB, page string) []form {
	t.Helper()
	var forms []form
	tokens := html.NewTokenizer(strings.NewReader(page))
	inside := false
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			require.ErrorIs(t, tokens.Err(), io.EOF)
			return forms
		case html.StartTagToken:
			switch token := tokens.Token(); token.Data {
			case "form":
				inside = true
				forms = append(forms, form{})
				for _, attribute := range token.Attr {
					if attribute.Key == "action" {
						forms[len(forms)-1].action = attribute.Val
					}
				}
			case "button":
				if inside {
					forms[len(forms)-1].buttons++
				}
			}
		case html.EndTagToken:
			if tokens.Token().Data == "form" {
				inside = false
			}
		default:
		}
	}
}
