package api

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/labstack/echo/v4"
)

const (
	sessionCookie = "callscout_session"
	sessionFor    = 12 * time.Hour
	// mostFailures within failureWindow is how often anybody may guess.
	mostFailures  = 10
	failureWindow = time.Minute
	// mostSignIn is generous for a token and a path.
	mostSignIn = 64 << 10
)

// signIn takes the admin token and gives a session cookie. The cookie holds no
// secret: a moment of expiry, signed.
func (a *API) signIn(c echo.Context) error {
	if !a.ownPage(c.Request()) {
		return echo.NewHTTPError(http.StatusForbidden, "Sign in from Callscout's own page.")
	}
	c.Request().Body = http.MaxBytesReader(c.Response(), c.Request().Body, mostSignIn)
	data := signInData{Next: localPath(c.FormValue("next"))}
	if a.wrong.tooMany() {
		data.TooMany = true
		return a.page(c, http.StatusTooManyRequests, "signin", data)
	}
	if !same(strings.TrimSpace(c.FormValue("token")), a.cfg.AdminToken) {
		a.wrong.failed()
		data.Wrong = true
		return a.page(c, http.StatusUnauthorized, "signin", data)
	}
	c.SetCookie(a.cookie(a.session(time.Now().Add(sessionFor)), sessionFor))
	return c.Redirect(http.StatusSeeOther, data.Next)
}

func (a *API) signInPage(c echo.Context) error {
	return a.page(c, http.StatusOK, "signin", signInData{Next: localPath(c.QueryParam("next"))})
}

func (a *API) signOut(c echo.Context) error {
	if !a.ownPage(c.Request()) {
		return echo.NewHTTPError(http.StatusForbidden, "Sign out from Callscout's own page.")
	}
	c.SetCookie(a.cookie("", -time.Second))
	return c.Redirect(http.StatusSeeOther, "/signin")
}

// cookie is strict: other sites cannot make a signed-in browser do anything.
// Temporal's Web UI on another port of the same host is the same site.
func (a *API) cookie(value string, life time.Duration) *http.Cookie {
	return &http.Cookie{ //nolint:gosec // Secure where the public address is https
		Name: sessionCookie, Value: value, Path: "/", MaxAge: int(life.Seconds()), HttpOnly: true,
		SameSite: http.SameSiteStrictMode, Secure: strings.HasPrefix(a.cfg.PublicURL, "https://"),
	}
}

func (a *API) session(until time.Time) string {
	expiry := strconv.FormatInt(until.Unix(), 10)
	return expiry + "." + a.sign(expiry)
}

func (a *API) sign(text string) string {
	mac := hmac.New(sha256.New, a.cfg.Keys.Derive("session:"+a.cfg.AdminToken))
	_, _ = fmt.Fprint(mac, text) // a hash never fails to take bytes
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// signedIn takes the session cookie, or the admin token as a bearer, for tools.
func (a *API) signedIn(r *http.Request) bool { return a.who(r) != "" }

func (a *API) who(r *http.Request) string {
	if a.hasSession(r) {
		return "session"
	}
	token, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !bearer || a.wrong.tooMany() {
		return ""
	}
	if !same(token, a.cfg.AdminToken) {
		a.wrong.failed()
		return ""
	}
	return "admin token"
}

func (a *API) hasSession(r *http.Request) bool {
	cookie, err := r.Cookie(sessionCookie)
	if err != nil {
		return false
	}
	expiry, signature, _ := strings.Cut(cookie.Value, ".")
	seconds, err := strconv.ParseInt(expiry, 10, 64)
	return err == nil && same(signature, a.sign(expiry)) && time.Now().Before(time.Unix(seconds, 0))
}

// localPath keeps a redirect on this site. Browsers read a backslash as a slash
// and leave out control characters, such as the tab in "/\t/evil.example".
func localPath(path string) string {
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") ||
		strings.Contains(path, `\`) || strings.ContainsFunc(path, unicode.IsControl) {
		return "/"
	}
	return path
}

// ownPage refuses what another site's page sends. Tools send no origin; behind a
// proxy, the browser knows this edge by its public address only.
func (a *API) ownPage(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	return origin == "" || sameHost(origin, r.Host) || origin == originOf(a.cfg.PublicURL)
}

func sameHost(origin, host string) bool {
	_, rest, found := strings.Cut(origin, "://")
	return found && rest == host
}

// originOf is an address as a browser names where a page comes from.
func originOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// guesses counts wrong tokens, of everybody together: an attacker has many
// addresses, and the right token is not guessed by a person either.
type guesses struct {
	mu    sync.Mutex
	times []time.Time
}

func (g *guesses) failed() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.times = append(g.times, time.Now())
}

func (g *guesses) tooMany() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	since := time.Now().Add(-failureWindow)
	for len(g.times) > 0 && g.times[0].Before(since) {
		g.times = g.times[1:]
	}
	return len(g.times) >= mostFailures
}
