package desk

import (
	"cmp"
	"encoding/base64"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"callscout/store"
)

const (
	// mostForm is generous for any form of these pages.
	mostForm = 256 << 10
	// mostSignIn is generous for a token and a path.
	mostSignIn = 64 << 10
	// mostName is how many letters of a name the audit keeps.
	mostName = 80
)

type signInView struct {
	frame
	// Problem is why the last try did not sign in: "token", "link", or of a provider
	// "refused", "stale", "away", "norole". Wait is how many seconds nobody may try.
	Problem string
	Wait    int
	// Next is the page that was wanted, Name what was typed, now or the last time.
	Next, Name string
	// First says that a link that signs in waits in the terminal.
	First bool
	// HTTPS says that the public address is https, and Insecure that this page came
	// without: the cookie would never stick.
	HTTPS, Insecure bool
	PublicURL       string
	// OpenID says that there is a provider to sign in at, OnlyOpenID that there is no
	// other way.
	OpenID, OnlyOpenID bool
}

func (d *Desk) signInPage(c echo.Context) error {
	return d.showSignIn(c, http.StatusOK, signInView{Next: localPath(c.QueryParam("next")), Name: rememberedName(c.Request())})
}

func (d *Desk) showSignIn(c echo.Context, status int, view signInView) error {
	view.frame = d.frame(c, "signin.title")
	view.OpenID, view.OnlyOpenID = d.cfg.OpenID != nil, d.cfg.NoTokens
	view.HTTPS, view.Insecure, view.PublicURL = d.https(), d.overHTTP(c.Request()), d.cfg.PublicURL
	view.First = d.first.Load() && !d.cfg.NoTokens
	view.frame.Failed = view.Wait > 0 || view.Problem != "" || view.Insecure
	return d.page(c, status, "signin", view)
}

// overHTTP tells whether a browser asked without encryption although the public address
// has it, as far as a proxy or the browser says so. The page's script looks as well.
// On the same machine the cookie sticks all the same.
func (d *Desk) overHTTP(r *http.Request) bool {
	if !d.https() || r.TLS != nil || loopback(r.Host) {
		return false
	}
	scheme, _, _ := strings.Cut(r.Header.Get("X-Forwarded-Proto"), ",")
	return strings.TrimSpace(scheme) == "http" || strings.HasPrefix(r.Header.Get("Origin"), "http://")
}

// signIn takes the admin token, that of a person, or the code of a link, and gives a
// session.
func (d *Desk) signIn(c echo.Context) error {
	c.Request().Body = http.MaxBytesReader(c.Response(), c.Request().Body, mostSignIn)
	view := signInView{Next: localPath(c.FormValue("next")), Name: CleanName(c.FormValue("name"))}
	if d.cfg.NoTokens {
		return d.showSignIn(c, http.StatusForbidden, view)
	}
	if d.overHTTP(c.Request()) {
		return d.showSignIn(c, http.StatusBadRequest, view)
	}
	if wait := d.wrong.wait(); wait > 0 {
		view.Wait = int(math.Ceil(wait.Seconds()))
		c.Response().Header().Set("Retry-After", strconv.Itoa(view.Wait))
		return d.showSignIn(c, http.StatusTooManyRequests, view)
	}
	token := strings.TrimSpace(c.FormValue("token"))
	grant, right, err := d.opens(c.Request().Context(), token)
	if err != nil {
		return err
	}
	if !right {
		d.wrong.failed()
		d.note(c, store.AuditEntry{Action: "signin_failed", Who: cmp.Or(view.Name, nobodysName)})
		view.Problem = "token"
		if isLink(token) {
			view.Problem = "link"
		}
		return d.showSignIn(c, http.StatusUnauthorized, view)
	}
	if grant.Name == "" {
		d.rememberName(c, view.Name)
	}
	session := newSession(cmp.Or(grant.Name, view.Name, nobodysName), grant)
	d.note(c, store.AuditEntry{Installation: grant.Installation, Action: "signed_in", Who: session.Name, Detail: string(grant.Role)})
	d.begin(c, session)
	return c.Redirect(http.StatusSeeOther, view.Next)
}

func (d *Desk) signOut(c echo.Context) error {
	if session, ok := d.sessionOf(c.Request()); ok {
		if err := d.cfg.Store.EndSession(c.Request().Context(), session.ID, time.Unix(session.Until, 0)); err != nil {
			return err
		}
	}
	c.SetCookie(d.cookie("", -time.Second))
	return c.Redirect(http.StatusSeeOther, "/signin")
}

// nobodysName stands in the audit for whoever gave none.
const nobodysName = "admin"

// CleanName is a name as the audit keeps it: without control characters or white space
// around it, and not too long; "" if nothing is left.
func CleanName(typed string) string {
	name := strings.Join(strings.FieldsFunc(typed, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r)
	}), " ")
	if letters := []rune(name); len(letters) > mostName {
		name = strings.TrimSpace(string(letters[:mostName]))
	}
	return name
}

const nameCookie = "callscout_name"

// rememberName spares a person to write the name again in this browser.
func (d *Desk) rememberName(c echo.Context, name string) {
	if name == "" {
		return
	}
	c.SetCookie(&http.Cookie{ //nolint:gosec // Secure where the public address is https
		Name: nameCookie, Value: base64.RawURLEncoding.EncodeToString([]byte(name)), Path: "/signin", MaxAge: 365 * 24 * 60 * 60,
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: d.https(),
	})
}

func rememberedName(r *http.Request) string {
	cookie, err := r.Cookie(nameCookie)
	if err != nil {
		return ""
	}
	name, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	if err != nil || !utf8.Valid(name) {
		return ""
	}
	return CleanName(string(name))
}

// note writes to the audit what must not fail because of the audit.
func (d *Desk) note(c echo.Context, entry store.AuditEntry) {
	d.log.Info("audit", "action", entry.Action, "installation", entry.Installation)
	if _, err := d.cfg.Store.Audit(c.Request().Context(), entry); err != nil {
		d.log.Error("not written to the audit: the store does not answer", "action", entry.Action, "error", err)
	}
}

// Decoded records that somebody had runs decoded in Temporal's Web UI.
func (d *Desk) Decoded(r *http.Request, payloads int) {
	who, _ := d.Who(r)
	d.log.Info("runs decoded", "payloads", payloads, "by", who.kind())
	_, err := d.cfg.Store.Audit(r.Context(), store.AuditEntry{Action: "runs_decoded", Who: who.Name, Detail: strconv.Itoa(payloads)})
	if err != nil {
		d.log.Error("not written to the audit: the store does not answer", "action", "runs_decoded", "error", err)
	}
}

// kind names a session in the log, which holds no names of people.
func (s Session) kind() string {
	switch {
	case s.ID != "":
		return "session"
	case s.Token != "":
		return "token"
	default:
		return "admin token"
	}
}

// MayDecode tells whether a request may have runs decoded: they say whose they are
// only once they are read, so a session of one installation may not. They show more of
// a customer than the pages do, so it is for those who do something about a call.
func (d *Desk) MayDecode(r *http.Request) bool {
	session, ok := d.Who(r)
	return ok && session.Installation == "" && session.Can(support)
}

// MayConnect tells whether a request may connect accounts by OAuth, and lacking is the
// role that somebody who is signed in would need for it. A consent may begin a new
// installation, so a session of one installation may not.
func (d *Desk) MayConnect(r *http.Request) (may bool, lacking Role) {
	session, ok := d.Who(r)
	if ok && !session.Can(admin) {
		return false, admin
	}
	return ok && session.Installation == "", ""
}
