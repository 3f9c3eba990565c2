package desk

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"callscout/store"
)

const (
	openIDPath   = "/signin/openid"
	openIDCookie = "callscout_openid"
	// openIDFor is how long somebody may take to sign in at the provider.
	openIDFor = 10 * time.Minute
)

// OpenID is where people sign in with an account of their company.
type OpenID interface {
	// Begin gives the provider's address, and what is kept from everybody in this
	// browser until it comes back to redirect.
	Begin(ctx context.Context, redirect string) (address, kept string, err error)
	// Finish tells who has signed in. Its error is ErrProviderAway, or says why the
	// answer was not accepted; it holds no secret.
	Finish(ctx context.Context, redirect string, query url.Values, kept string) (Person, error)
}

// ErrProviderAway says that the provider does not answer.
var ErrProviderAway = errors.New("the OpenID Connect provider does not answer")

// Person is somebody whom a provider has told of.
type Person struct {
	// Subject is what the provider knows the person by, and nobody else.
	Subject, Name string
	// Email is empty where it was not verified.
	Email  string
	Groups []string
}

// signingIn is what the browser keeps, sealed, while somebody is at the provider.
type signingIn struct {
	// ID is what it is known by, so that it works once.
	ID    string `json:"id"`
	Kept  string `json:"kept"`
	Next  string `json:"next"`
	Until int64  `json:"until"`
}

func (d *Desk) openIDRedirect() string { return d.cfg.PublicURL + openIDPath + "/callback" }

// beginOpenID sends somebody to the provider. By a link and not by a form: a form may
// lead to those addresses only that the page names, and a provider may lead on.
func (d *Desk) beginOpenID(c echo.Context) error {
	if d.cfg.OpenID == nil {
		return echo.ErrNotFound
	}
	next := localPath(c.QueryParam("next"))
	if d.overHTTP(c.Request()) {
		return d.showSignIn(c, http.StatusBadRequest, signInView{Next: next}) // what the browser is to keep would not stick
	}
	address, kept, err := d.cfg.OpenID.Begin(c.Request().Context(), d.openIDRedirect())
	if err != nil {
		d.log.Warn("nobody can sign in at the OpenID Connect provider", "error", err)
		return d.showSignIn(c, http.StatusBadGateway, signInView{Next: next, Problem: "away"})
	}
	document, err := json.Marshal(signingIn{rand.Text(), kept, next, time.Now().Add(openIDFor).Unix()})
	if err != nil {
		return err
	}
	sealed := d.cfg.Keys.Seal(document, []byte(openIDCookie))
	c.SetCookie(d.openIDCookie(base64.RawURLEncoding.EncodeToString(sealed), openIDFor))
	return c.Redirect(http.StatusSeeOther, address)
}

// openIDCookie is sent along when the provider leads back here, as the session's is.
func (d *Desk) openIDCookie(value string, life time.Duration) *http.Cookie {
	cookie := d.cookie(value, life) //nolint:gosec // it has what the session's has
	cookie.Name, cookie.Path = openIDCookie, openIDPath
	return cookie
}

func (d *Desk) finishOpenID(c echo.Context) error {
	if d.cfg.OpenID == nil {
		return echo.ErrNotFound
	}
	began, err := d.beganOpenID(c)
	if err != nil {
		return err
	}
	c.SetCookie(d.openIDCookie("", -time.Second))
	failed := func(status int, problem, who string) error {
		d.note(c, store.AuditEntry{Action: "signin_failed", Who: who, Detail: "OpenID Connect: " + problem})
		return d.showSignIn(c, status, signInView{Next: localPath(began.Next), Problem: problem})
	}
	if began.ID == "" {
		return failed(http.StatusUnauthorized, "stale", "")
	}
	person, err := d.cfg.OpenID.Finish(c.Request().Context(), d.openIDRedirect(), c.QueryParams(), began.Kept)
	switch {
	case errors.Is(err, ErrProviderAway):
		d.log.Warn("nobody can sign in at the OpenID Connect provider", "error", err)
		return failed(http.StatusBadGateway, "away", "")
	case err != nil:
		d.log.Warn("a sign-in at the OpenID Connect provider was not accepted", "error", err)
		return failed(http.StatusUnauthorized, "refused", "")
	}
	name := nameOf(person)
	role := d.cfg.Granted.to(person)
	if role == "" {
		return failed(http.StatusForbidden, "norole", name)
	}
	d.note(c, store.AuditEntry{Action: "signed_in", Who: name, Detail: "OpenID Connect, " + string(role)})
	session := newSession(name, Grant{Role: role})
	session.Granted = d.lists()
	d.begin(c, session)
	return c.Redirect(http.StatusSeeOther, localPath(began.Next))
}

// nameOf names somebody in the audit. A name alone would not do: at some providers,
// people choose it themselves.
func nameOf(p Person) string {
	known := cmp.Or(CleanName(p.Email), CleanName(p.Subject))
	name := CleanName(p.Name)
	if name == "" || strings.EqualFold(name, known) {
		return known
	}
	return CleanName(known + ", " + name)
}

// beganOpenID reads what this browser keeps of a sign-in, and uses it up; empty if it
// keeps nothing that works any more. Its error is the store's.
func (d *Desk) beganOpenID(c echo.Context) (signingIn, error) {
	cookie, err := c.Cookie(openIDCookie)
	if err != nil {
		return signingIn{}, nil //nolint:nilerr // it may be gone
	}
	sealed, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	if err != nil {
		return signingIn{}, nil //nolint:nilerr // somebody made it up
	}
	document, err := d.cfg.Keys.Open(sealed, []byte(openIDCookie))
	var began signingIn
	if err != nil || json.Unmarshal(document, &began) != nil || !time.Now().Before(time.Unix(began.Until, 0)) {
		return signingIn{}, nil //nolint:nilerr // somebody made it up, or it took too long
	}
	first, err := d.cfg.Store.UseOnce(c.Request().Context(), "openid:"+began.ID, time.Unix(began.Until, 0))
	if err != nil || !first {
		return signingIn{}, err
	}
	return began, nil
}
