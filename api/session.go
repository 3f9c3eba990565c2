package api

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
)

const (
	sessionCookie = "callscout_session"
	sessionFor    = 12 * time.Hour
	// mostFailures within failureWindow is how often anybody may guess.
	mostFailures  = 10
	failureWindow = time.Minute
)

// signIn takes the admin token and gives a session cookie. The cookie holds no
// secret: a moment of expiry, signed.
func (a *API) signIn(c echo.Context) error {
	if a.wrong.tooMany() {
		return echo.NewHTTPError(http.StatusTooManyRequests, "Too many wrong tokens; wait a minute.")
	}
	if origin := c.Request().Header.Get("Origin"); origin != "" && !sameHost(origin, c.Request().Host) {
		return echo.NewHTTPError(http.StatusForbidden, "Sign in from Callscout's own page.")
	}
	if !same(strings.TrimSpace(c.FormValue("token")), a.cfg.AdminToken) {
		a.wrong.failed()
		return a.page(c, http.StatusUnauthorized, "signin", signInData{Wrong: true, Next: localPath(c.FormValue("next"))})
	}
	c.SetCookie(a.cookie(a.session(time.Now().Add(sessionFor)), sessionFor))
	return c.Redirect(http.StatusSeeOther, localPath(c.FormValue("next")))
}

func (a *API) signInPage(c echo.Context) error {
	return a.page(c, http.StatusOK, "signin", signInData{Next: localPath(c.QueryParam("next"))})
}

func (a *API) signOut(c echo.Context) error {
	c.SetCookie(a.cookie("", -time.Second))
	return c.Redirect(http.StatusSeeOther, "/signin")
}

// cookie is strict: other sites cannot make a signed-in browser do anything.
// Temporal's Web UI on another port of the same host is the same site.
func (a *API) cookie(value string, life time.Duration) *http.Cookie {
	return &http.Cookie{
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
	if token, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); bearer && same(token, a.cfg.AdminToken) {
		return "admin token"
	}
	cookie, err := r.Cookie(sessionCookie)
	if err != nil {
		return ""
	}
	expiry, signature, _ := strings.Cut(cookie.Value, ".")
	seconds, err := strconv.ParseInt(expiry, 10, 64)
	if err != nil || !same(signature, a.sign(expiry)) || time.Now().After(time.Unix(seconds, 0)) {
		return ""
	}
	return "session"
}

// localPath keeps a redirect on this site.
func localPath(path string) string {
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.Contains(path, `\`) {
		return "/"
	}
	return path
}

func sameHost(origin, host string) bool {
	_, rest, found := strings.Cut(origin, "://")
	return found && rest == host
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
