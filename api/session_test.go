package api_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/api"
	"callscout/store"
)

func (e *edge) signIn(t testing.TB, token, next string, headers ...string) reply {
	t.Helper()
	form := url.Values{"token": {token}, "next": {next}}
	request := e.request(t, http.MethodPost, "/signin", strings.NewReader(form.Encode()))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	return e.do(t, request)
}

func (e *edge) session(t testing.TB) *http.Cookie {
	t.Helper()
	answer := e.signIn(t, adminToken, "/")
	require.Equal(t, http.StatusSeeOther, answer.status)
	cookie, err := http.ParseSetCookie(answer.header.Get("Set-Cookie"))
	require.NoError(t, err)
	return cookie
}

// homeWith gives the status of the start page with that cookie.
func (e *edge) homeWith(t testing.TB, name, value string) int {
	t.Helper()
	request := e.request(t, http.MethodGet, "/", nil)
	request.AddCookie(&http.Cookie{Name: name, Value: value}) //nolint:gosec // what a browser sends has no attributes
	return e.do(t, request).status
}

func TestTheAdminTokenSignsIn(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	for _, token := range []string{adminToken, " " + adminToken + "\n"} {
		answer := e.signIn(t, token, "/?page=2")
		require.Equal(t, http.StatusSeeOther, answer.status)
		require.Equal(t, "/?page=2", answer.header.Get("Location"))
	}
	for _, token := range []string{"", "wrong", adminToken[:5], adminToken + "x", strings.ToUpper(adminToken)} {
		answer := e.signIn(t, token, "/")
		require.Equal(t, http.StatusUnauthorized, answer.status)
		require.Empty(t, answer.header.Get("Set-Cookie"))
		require.Contains(t, answer.body, "That is not the admin token.")
	}
	require.NotContains(t, e.log.String(), "hush")
}

func TestTheSessionCookieIsForThisSiteOnly(t *testing.T) {
	t.Parallel()
	for public, secure := range map[string]bool{"http://callscout.example.com": false, "https://callscout.example.com": true} {
		e := newEdge(t, func(c *api.Config) { c.PublicURL = public })
		cookie := e.session(t)
		require.True(t, cookie.HttpOnly)
		require.Equal(t, http.SameSiteLaxMode, cookie.SameSite, "a consent at a vendor leads back here")
		require.Equal(t, "/", cookie.Path)
		require.Empty(t, cookie.Domain)
		require.Equal(t, secure, cookie.Secure, public)
		require.Equal(t, secure, strings.HasPrefix(cookie.Name, "__Host-"), public)
		require.Equal(t, 12*60*60, cookie.MaxAge)
		require.NotContains(t, cookie.Value, adminToken)
	}
}

func TestASessionIsGoodAsItWasGivenAndNotOtherwise(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	cookie := e.session(t)
	require.Equal(t, http.StatusOK, e.homeWith(t, cookie.Name, cookie.Value))
	require.Equal(t, http.StatusSeeOther, e.homeWith(t, "another", cookie.Value))
	said, signature, _ := strings.Cut(cookie.Value, ".")
	longer := base64.RawURLEncoding.EncodeToString([]byte(`{"name":"x","id":"y","until":99999999999}`))
	for _, value := range []string{
		"", ".", said, said + ".", "." + signature, "9" + cookie.Value, longer + "." + signature,
		said + "." + strings.ToLower(signature), cookie.Value + "A", " " + cookie.Value, "1." + signature,
	} {
		require.Equal(t, http.StatusSeeOther, e.homeWith(t, cookie.Name, value), "%q", value)
	}

	other := newEdge(t)
	require.Equal(t, http.StatusSeeOther, other.homeWith(t, cookie.Name, cookie.Value), "it was sealed with another key")
	newToken := newEdge(t, func(c *api.Config) { c.Keys = e.keys; c.AdminToken = "hush-new-token" })
	require.Equal(t, http.StatusSeeOther, newToken.homeWith(t, cookie.Name, cookie.Value), "a new admin token ends all sessions")
	sameToken := newEdge(t, func(c *api.Config) { c.Keys = e.keys })
	require.Equal(t, http.StatusOK, sameToken.homeWith(t, cookie.Name, cookie.Value), "a restart does not")
}

// signedSession is a session's cookie as the edge would have made it; seen may be left
// out, as it was once.
func (e *edge) signedSession(until, seen time.Time) string {
	said := `{"name":"x","id":"y","until":` + strconv.FormatInt(until.Unix(), 10)
	if !seen.IsZero() {
		said += `,"seen":` + strconv.FormatInt(seen.Unix(), 10)
	}
	text := base64.RawURLEncoding.EncodeToString([]byte(said + "}"))
	mac := hmac.New(sha256.New, e.keys.Derive("session:"+adminToken))
	mac.Write([]byte(text))
	return text + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

func TestASessionEnds(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	name := e.session(t).Name
	require.Equal(t, http.StatusOK, e.homeWith(t, name, e.signedSession(time.Now().Add(time.Minute), time.Time{})))
	require.Equal(t, http.StatusSeeOther, e.homeWith(t, name, e.signedSession(time.Now().Add(-time.Second), time.Time{})))
}

func TestSigningOutTakesTheCookieAway(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	client := e.browser(t)
	cookie := e.session(t)
	answer := send(t, client, e.request(t, http.MethodPost, "/signout", nil))
	require.Contains(t, answer.body, "Sign in to Callscout")
	require.Equal(t, http.StatusOK, e.homeWith(t, cookie.Name, cookie.Value), "another session goes on")
	require.Contains(t, send(t, client, e.request(t, http.MethodGet, "/", nil)).body, "Sign in to Callscout")
}

func TestASignInLeadsToThisSiteOnly(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	for next, want := range map[string]string{
		"": "/", "/": "/", "/calls?x=1#y": "/calls?x=1#y", "https://evil.example": "/", "//evil.example": "/",
		`/\evil.example`: "/", "/\t/evil.example": "/", "/\n/evil.example": "/", "javascript:alert(1)": "/", "calls": "/",
	} {
		answer := e.signIn(t, adminToken, next)
		require.Equal(t, http.StatusSeeOther, answer.status)
		require.Equal(t, want, answer.header.Get("Location"), "%q", next)
	}
	require.Contains(t, e.get(t, "/signin?next=%2F%22%3E%3Cscript%3E").body, `value="/&#34;&gt;&lt;script&gt;"`)
	require.Equal(t, "/signin?next=%2F", e.get(t, "/").header.Get("Location"))
}

func TestOtherSitesCannotSignAnybodyInOrOut(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	for origin, status := range map[string]int{
		"": http.StatusSeeOther, e.url: http.StatusSeeOther, "http://callscout.example.com": http.StatusSeeOther,
		"https://evil.example": http.StatusForbidden, "null": http.StatusForbidden, "http://callscout.example.com.evil.example": http.StatusForbidden,
	} {
		var headers []string
		if origin != "" {
			headers = []string{"Origin", origin}
		}
		require.Equal(t, status, e.signIn(t, adminToken, "/", headers...).status, origin)
		request := e.request(t, http.MethodPost, "/signout", nil)
		request.Header.Set("Origin", origin)
		require.Equal(t, status, e.do(t, request).status, origin)
	}
}

func TestNobodyGuessesTheAdminToken(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	cookie := e.session(t)
	for i := range 10 {
		require.Equal(t, http.StatusUnauthorized, e.signIn(t, fmt.Sprint("guess", i), "/").status)
	}
	answer := e.signIn(t, adminToken, "/")
	require.Equal(t, http.StatusTooManyRequests, answer.status)
	require.Regexp(t, `Wait (60|[1-5]?[0-9]) seconds?`, answer.body)
	require.Regexp(t, `^(60|[1-5]?[0-9])$`, answer.header.Get("Retry-After"))
	request := e.request(t, http.MethodGet, "/", nil)
	request.Header.Set("Authorization", "Bearer "+adminToken)
	require.Equal(t, http.StatusSeeOther, e.do(t, request).status, "nor as a bearer")
	require.Equal(t, http.StatusOK, e.homeWith(t, cookie.Name, cookie.Value), "who is signed in goes on working")
}

func TestAnOverlongSignInIsRefused(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	form := "x=" + strings.Repeat("x", 65<<10) + "&token=" + adminToken
	request := e.request(t, http.MethodPost, "/signin", strings.NewReader(form))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	require.Equal(t, http.StatusUnauthorized, e.do(t, request).status)
}

func TestPagesLoadNothingFromElsewhereAndAreNotKept(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	for _, page := range []reply{e.get(t, "/signin"), e.home(t), e.signIn(t, "wrong", "/")} {
		policy := page.header.Get("Content-Security-Policy")
		for _, rule := range []string{"default-src 'none'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"} {
			require.Contains(t, policy, rule)
		}
		require.Contains(t, policy, "script-src 'self';")
		require.NotContains(t, policy, "unsafe")
		require.Equal(t, "nosniff", page.header.Get("X-Content-Type-Options"))
		require.Equal(t, "no-store", page.header.Get("Cache-Control"))
		require.Equal(t, "same-origin", page.header.Get("Referrer-Policy"))
		require.NotRegexp(t, `( src=|<link[^>]* href=)"[^/d]`, page.body, "only what is served from here, and the empty icon")
		require.NotContains(t, page.body, "style=")
		require.NotRegexp(t, `<script[^>]*>[^<]`, page.body)
		require.Equal(t, "same-origin", page.header.Get("Cross-Origin-Opener-Policy"))
		requireWellFormed(t, page.body)
	}
}

func TestTheStartPageTellsWhetherAllIsWell(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	page := e.home(t)
	require.Equal(t, http.StatusOK, page.status)
	for _, text := range []string{"Everything works", "acme", "(2 numbers)", uiURL, "no events", "None."} {
		require.Contains(t, page.body, text)
	}
	require.NotContains(t, page.body, "hush")

	_, err := e.store.Hold(t.Context(), store.InboxEvent{
		Installation: `<i>"&`, Stream: "held", Event: "<script>alert(1)</script>", Body: []byte(callerNumber), Reason: `<img src=x>`,
	})
	require.NoError(t, err)
	e.temporal.goAway(errAway)
	page = e.home(t)
	require.Contains(t, page.body, "Something is missing")
	require.Contains(t, page.body, "Temporal does not answer; events wait in the inbox")
	require.Contains(t, page.body, "&lt;script&gt;alert(1)&lt;/script&gt;")
	require.NotContains(t, page.body, "<img")
	require.NotContains(t, page.body, "202-555")
	requireWellFormed(t, page.body)

	somebody := e.browser(t)
	e.sick.fall(errors.New("disk is gone"), nil)
	page = send(t, somebody, e.request(t, http.MethodGet, "/", nil))
	require.Equal(t, http.StatusServiceUnavailable, page.status)
	require.Contains(t, page.body, "the database does not answer")
	require.NotContains(t, page.body, "disk")
	require.NotContains(t, page.body, "None yet", "what is not known is not told")
	requireWellFormed(t, page.body)
}

func TestAnEmptyCallscoutSaysHowToBegin(t *testing.T) {
	t.Parallel()
	e := newEdge(t, func(c *api.Config) { c.UIURL = "" })
	require.NoError(t, e.store.DeleteInstallation(t.Context(), "acme"))
	page := e.home(t)
	require.Contains(t, page.body, "callscout apply -f FILE")
	require.NotContains(t, page.body, "Web UI")
}
