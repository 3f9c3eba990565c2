package desk

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"

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
	// Wrong says that the last try did not sign in; Wait is how many seconds nobody
	// may try.
	Wrong bool
	Wait  int
	// Next is the page that was wanted, Name what was typed.
	Next, Name string
	// Insecure says that the public address is https and this page is not: the
	// cookie would never stick.
	Insecure  bool
	PublicURL string
	// OpenID says that there is a provider to sign in at, OnlyOpenID that there is no
	// other way.
	OpenID, OnlyOpenID bool
	// Problem is why signing in at the provider did not work: "refused", "stale",
	// "away", "norole".
	Problem string
}

func (d *Desk) signInPage(c echo.Context) error {
	return d.showSignIn(c, http.StatusOK, signInView{Next: localPath(c.QueryParam("next"))})
}

func (d *Desk) showSignIn(c echo.Context, status int, view signInView) error {
	view.frame = d.frame(c, "signin.title")
	view.frame.Failed = view.Wrong || view.Wait > 0 || view.Problem != ""
	view.OpenID, view.OnlyOpenID = d.cfg.OpenID != nil, d.cfg.NoTokens
	view.Insecure = d.https() && c.Request().TLS == nil && c.Request().Header.Get("X-Forwarded-Proto") == "http"
	view.PublicURL = d.cfg.PublicURL
	return d.page(c, status, "signin", view)
}

// signIn takes the admin token, that of an installation or a role, or the code of a
// link, and gives a session.
func (d *Desk) signIn(c echo.Context) error {
	c.Request().Body = http.MaxBytesReader(c.Response(), c.Request().Body, mostSignIn)
	view := signInView{Next: localPath(c.FormValue("next")), Name: nameOf(c.FormValue("name"))}
	if d.cfg.NoTokens {
		return d.showSignIn(c, http.StatusForbidden, view)
	}
	if wait := d.wrong.wait(); wait > 0 {
		view.Wait = int(math.Ceil(wait.Seconds()))
		c.Response().Header().Set("Retry-After", strconv.Itoa(view.Wait))
		return d.showSignIn(c, http.StatusTooManyRequests, view)
	}
	grant, right, err := d.opens(c.Request().Context(), c.FormValue("token"))
	if err != nil {
		return err
	}
	if !right {
		d.wrong.failed()
		d.note(c, store.AuditEntry{Action: "signin_failed", Who: view.Name})
		view.Wrong = true
		return d.showSignIn(c, http.StatusUnauthorized, view)
	}
	session := newSession(view.Name, grant)
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

// nameOf is a name as the audit keeps it.
func nameOf(typed string) string {
	name := strings.Join(strings.FieldsFunc(typed, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r)
	}), " ")
	if letters := []rune(name); len(letters) > mostName {
		name = string(letters[:mostName])
	}
	if name == "" {
		return "admin"
	}
	return name
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
	if s.ID == "" {
		return "admin token"
	}
	return "session"
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
