package api

import (
	"bytes"
	"context"
	"crypto/rand"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"callscout/aircall"
	"callscout/helpscout"
	"callscout/phone"
	"callscout/settings"
	"callscout/starter"
	"callscout/store"
)

// mostSidebarForm is how large what the app posts may be.
const mostSidebarForm = 64 << 10

// SidebarAccounts gives what the app in the sidebar needs of an installation's accounts.
type SidebarAccounts interface {
	SidebarHelpScout(ctx context.Context, installation string) (SidebarHelpScout, error)
	SidebarAircall(ctx context.Context, installation string) (SidebarAircall, error)
}

// SidebarHelpScout is what the app needs of Help Scout. *helpscout.Client has it.
type SidebarHelpScout interface {
	GetCustomer(ctx context.Context, id int64) (helpscout.Customer, error)
	GetUser(ctx context.Context, id int64) (helpscout.User, error)
}

// SidebarAircall is what the app needs of Aircall. *aircall.Client has it.
type SidebarAircall interface {
	Numbers(ctx context.Context) ([]aircall.Number, error)
	Users(ctx context.Context) ([]aircall.User, error)
	StartCall(ctx context.Context, user, line int64, number string) error
}

// Calls is where the last calls are found. *starter.Starter has it.
type Calls interface {
	Find(ctx context.Context, filter starter.Filter) ([]starter.Found, error)
	Running(ctx context.Context, installation string, call int64) (bool, error)
}

var (
	//go:embed sidebar.html
	sidebarText string
	//go:embed sidebar.css
	sidebarStyle []byte

	sidebarTemplate = template.Must(template.New("sidebar").Parse(sidebarText))
)

const (
	// sidebarWithin is how long the app may take: a person waits for it.
	sidebarWithin = 8 * time.Second
	// ticketFor is how long a page may be used to call from.
	ticketFor = 30 * time.Minute
	// sidebarPolicy lets nobody but Help Scout show the page within its own.
	sidebarPolicy = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; " +
		"frame-ancestors https://*.helpscout.net https://*.helpscout.com"
)

func (a *API) sidebarRoutes(e *echo.Echo) {
	if a.cfg.SidebarAccounts == nil || a.cfg.Calls == nil {
		return
	}
	e.GET("/helpscout/app.css", a.sidebarCSS)
	for _, path := range []string{"/helpscout/app", "/helpscout/app/:installation"} {
		e.GET(path, a.sidebarErrors(a.sidebarPage))
		e.POST(path, a.sidebarLegacy)
	}
	e.GET("/helpscout/app/:installation/call", a.sidebarErrors(a.sidebarTicketPage))
	e.POST("/helpscout/app/:installation/call", a.sidebarErrors(a.sidebarCall))
}

func (a *API) sidebarCSS(c echo.Context) error {
	c.Response().Header().Set("Cache-Control", "max-age=300")
	return c.Blob(http.StatusOK, "text/css; charset=utf-8", sidebarStyle)
}

// sidebarPage answers Help Scout's iframe, whose address is signed.
func (a *API) sidebarPage(c echo.Context) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), sidebarWithin)
	defer cancel()
	if !c.QueryParams().Has(helpscout.AppSignature) {
		return errNotSigned
	}
	var seen helpscout.AppContext
	installation, err := a.signedInstallation(ctx, c.Param("installation"), func(secret string) (ok bool) {
		seen, ok = helpscout.SignedApp(c.Request().URL.RawQuery, secret)
		return ok
	})
	if err != nil {
		return err
	}
	return a.sidebar(c, http.StatusOK, a.sidebarView(ctx, installation, seen))
}

// sidebarLegacy answers a legacy dynamic app, which shows HTML of ours in its own page.
func (a *API) sidebarLegacy(c echo.Context) error {
	body, err := io.ReadAll(http.MaxBytesReader(c.Response(), c.Request().Body, mostSidebarForm))
	if err != nil {
		return echo.NewHTTPError(http.StatusBadRequest, "The body could not be read to its end, or is too large.")
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), sidebarWithin)
	defer cancel()
	installation, err := a.signedInstallation(ctx, c.Param("installation"), func(secret string) bool {
		return helpscout.SignedWebhook(c.Request().Header, body, secret)
	})
	if err != nil {
		return plainRefusal(err)
	}
	seen, err := helpscout.ParseLegacyApp(body)
	if err != nil {
		return echo.NewHTTPError(http.StatusBadRequest, "The body is not what Help Scout sends to an app.")
	}
	view := a.sidebarView(ctx, installation, seen)
	view.Legacy, view.Action = true, a.cfg.PublicURL+view.Action
	var out bytes.Buffer
	if err := sidebarTemplate.ExecuteTemplate(&out, "sidebar-content", view); err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "no-store")
	return c.JSON(http.StatusOK, map[string]string{"html": out.String()})
}

// signedInstallation is the one whose secret signed the request: the one that the
// address names, or the only one of all that fits.
func (a *API) signedInstallation(ctx context.Context, id string, signed func(secret string) bool) (settings.Installation, error) {
	var all []settings.Installation
	var err error
	if id == "" {
		all, err = a.cfg.Store.Installations(ctx)
	} else {
		var one settings.Installation
		if one, err = a.cfg.Store.Installation(ctx, id); err == nil {
			all = []settings.Installation{one}
		}
	}
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		a.log.Error("app in the sidebar not shown: the store does not answer", "error", err)
		return settings.Installation{}, errStoreAway
	}
	for _, installation := range all {
		if secret := installation.HelpScout.SidebarSecret; secret != "" && signed(secret) {
			return installation, nil
		}
	}
	return settings.Installation{}, errNotForYou
}

// ticket is the right to call one number, as one agent, for a while. It is sealed:
// whoever has the page cannot make another one of it.
type ticket struct {
	Installation string               `json:"installation"`
	Seen         helpscout.AppContext `json:"seen"`
	// AircallUser is who calls, Number whom, as E.164.
	AircallUser int64     `json:"aircall_user"`
	Number      string    `json:"number"`
	Until       time.Time `json:"until"`
	Nonce       string    `json:"nonce"`
}

func (a *API) issue(t ticket) string {
	t.Until, t.Nonce = time.Now().Add(ticketFor), rand.Text()
	text, err := json.Marshal(t)
	if err != nil {
		return "" // cannot happen: plain values
	}
	return base64.RawURLEncoding.EncodeToString(a.cfg.Keys.Seal(text, ticketBinding(t.Installation)))
}

func ticketBinding(installation string) []byte { return []byte("sidebar ticket\x00" + installation) }

// ticketOf opens what a page gave back. expired says that it was one of ours.
func (a *API) ticketOf(installation, text string) (t ticket, expired, ok bool) {
	sealed, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return ticket{}, false, false
	}
	plain, err := a.cfg.Keys.Open(sealed, ticketBinding(installation))
	if err != nil || json.Unmarshal(plain, &t) != nil || t.Installation != installation {
		return ticket{}, false, false
	}
	return t, time.Now().After(t.Until), true
}

// sidebarTicketPage is where a legacy app's link leads: a page of our own, since a
// link must not call anybody by itself.
func (a *API) sidebarTicketPage(c echo.Context) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), sidebarWithin)
	defer cancel()
	installation, t, expired, err := a.presented(ctx, c.Param("installation"), c.QueryParam("ticket"))
	if err != nil {
		return err
	}
	if expired {
		return a.sidebar(c, http.StatusOK, a.expiredView(installation))
	}
	return a.sidebar(c, http.StatusOK, a.sidebarView(ctx, installation, t.Seen))
}

func (a *API) presented(ctx context.Context, id, text string) (settings.Installation, ticket, bool, error) {
	t, expired, ok := a.ticketOf(id, text)
	if !ok {
		return settings.Installation{}, t, false, errNotForYou
	}
	installation, err := a.cfg.Store.Installation(ctx, id)
	switch {
	case errors.Is(err, store.ErrNotFound), err == nil && installation.HelpScout.SidebarSecret == "":
		return installation, t, false, errNotForYou
	case err != nil:
		a.log.Error("app in the sidebar not shown: the store does not answer", "error", err)
		return installation, t, false, errStoreAway
	}
	return installation, t, expired, nil
}

// sidebarCall starts a call in the agent's Aircall app. A ticket calls once: who loads
// the answer anew does not call again.
func (a *API) sidebarCall(c echo.Context) error {
	c.Request().Body = http.MaxBytesReader(c.Response(), c.Request().Body, mostSidebarForm)
	ctx, cancel := context.WithTimeout(c.Request().Context(), sidebarWithin)
	defer cancel()
	installation, t, expired, err := a.presented(ctx, c.Param("installation"), c.FormValue("ticket"))
	if err != nil {
		return err
	}
	if expired || !a.tickets.take(t.Nonce, t.Until) {
		return a.sidebar(c, http.StatusOK, a.expiredView(installation))
	}
	line, _ := strconv.ParseInt(c.FormValue("line"), 10, 64)
	if _, _, mapped, _ := installation.ForNumber(line); !mapped {
		return errNoLine
	}
	failed := a.startCall(ctx, installation.ID, t, line)
	view := a.sidebarView(ctx, installation, t.Seen)
	switch {
	case failed == nil:
		view.Notice = fmt.Sprintf(view.Words.Calling, international(t.Number))
	default:
		if !aircall.IsUserUnavailable(failed) {
			a.log.Warn("call not started from the sidebar", "installation", installation.ID, "number", phone.Mask(t.Number), "error", failed)
		}
		view.Problem = whyNotCalled(failed, view.Words)
	}
	return a.sidebar(c, http.StatusOK, view)
}

func (a *API) startCall(ctx context.Context, installation string, t ticket, line int64) error {
	api, err := a.cfg.SidebarAccounts.SidebarAircall(ctx, installation)
	if err != nil {
		return err
	}
	return api.StartCall(ctx, t.AircallUser, line, t.Number)
}

func international(e164 string) string {
	number, err := phone.Parse(e164, "")
	if err != nil {
		return e164
	}
	return number.International()
}

func (a *API) sidebar(c echo.Context, status int, view sidebarView) error {
	var out bytes.Buffer
	if err := sidebarTemplate.ExecuteTemplate(&out, "sidebar", view); err != nil {
		return err
	}
	header := c.Response().Header()
	header.Set("Content-Security-Policy", sidebarPolicy)
	// The page's own address is signed, and must not get to where its links lead.
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cache-Control", "no-store")
	return c.HTMLBlob(status, out.Bytes())
}

// used are the tickets that have called, until they expire.
type used struct {
	mu    sync.Mutex
	until map[string]time.Time
}

// take tells whether a ticket is used for the first time.
func (u *used) take(nonce string, until time.Time) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	now := time.Now()
	for known, end := range u.until {
		if now.After(end) {
			delete(u.until, known)
		}
	}
	if _, known := u.until[nonce]; known {
		return false
	}
	if u.until == nil {
		u.until = map[string]time.Time{}
	}
	u.until[nonce] = until
	return true
}
