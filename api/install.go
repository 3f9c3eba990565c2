package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/labstack/echo/v4"

	"callscout/aircall"
	"callscout/api/desk"
	"callscout/helpscout"
	"callscout/settings"
	"callscout/store"
)

const (
	installAircall   = "/install/aircall"
	installHelpScout = "/install/helpscout"
	callback         = "/callback"
)

// InstallStore is what installing and uninstalling need of the store. *store.Store
// has it.
type InstallStore interface {
	Installation(ctx context.Context, id string) (settings.Installation, error)
	Installations(ctx context.Context) ([]settings.Installation, error)
	PutInstallation(ctx context.Context, installation settings.Installation) error
	ChangeInstallation(ctx context.Context, id string, change func(*settings.Installation) (*store.AuditEntry, error)) error
	Audit(ctx context.Context, entry store.AuditEntry) (int64, error)
	IDTaken(ctx context.Context, id string) (bool, error)
	SaveTokens(ctx context.Context, installation, vendor string, tokens store.Tokens) error
	LockTokens(ctx context.Context, installation, vendor string) (unlock func(), err error)
	InstallationOfAccount(ctx context.Context, vendor, account string) (string, error)
	AccountOf(ctx context.Context, installation, vendor string) (string, error)
	UseOnce(ctx context.Context, id string, expires time.Time) (first bool, err error)
	BeginUninstall(ctx context.Context, id string) error
	Leaving(ctx context.Context) ([]store.Leaving, error)
	Purge(ctx context.Context, id string) error
	Lock(ctx context.Context, name string) (unlock func(), err error)
}

// Accounts gives an installation's clients. *accounts.Clients is one.
type Accounts interface {
	Aircall(ctx context.Context, installation string) (*aircall.Client, error)
	HelpScout(ctx context.Context, installation string) (*helpscout.Client, error)
}

// Runs are the workflows of an installation. *starter.Starter has them.
type Runs interface {
	// CancelRuns asks all runs of an installation to come to an end, and tells how
	// many there still are.
	CancelRuns(ctx context.Context, installation string) (running int, err error)
	// Wake has the calls that are parked with a problem try again, and tells how many
	// those are.
	Wake(ctx context.Context, installation, problem string) (int, error)
}

// Install is what installing by OAuth and uninstalling need.
type Install struct {
	Store    InstallStore
	Accounts Accounts
	Runs     Runs
	// AircallApp and HelpScoutApp are the applications that people consent to;
	// without one, that vendor's accounts cannot be connected in the browser.
	AircallApp   aircall.App
	HelpScoutApp helpscout.App
	// AircallURL and HelpScoutURL are the APIs, AircallDashboardURL and
	// HelpScoutAuthURL where people consent; scheme and host only.
	AircallURL, HelpScoutURL, AircallDashboardURL, HelpScoutAuthURL string
	// HTTP is used for both vendors; the clients' own default unless set.
	HTTP *http.Client
	// MayConnect tells whether somebody is signed in who may connect accounts, and
	// lacking, which role somebody who is signed in would need for it; it goes by the
	// sessions of this edge, unless set.
	MayConnect func(*http.Request) (may bool, lacking desk.Role)
	// Connected is the page of an installation that somebody who is signed in sees
	// after connecting an account; the start page unless set.
	Connected func(installation string) string
	// Now is the clock; time.Now unless set.
	Now func() time.Time
}

func (i *Install) check(publicURL string) error {
	if i.Store == nil || i.Accounts == nil || i.Runs == nil {
		return errors.New("api: Install needs Store, Accounts and Runs")
	}
	if i.AircallApp.Complete() {
		if _, err := aircall.AuthorizeURL(i.AircallDashboardURL, i.AircallApp, publicURL, ""); err != nil {
			return fmt.Errorf("api: %w", err)
		}
	}
	if i.HelpScoutApp.Complete() {
		if _, err := helpscout.AuthorizeURL(i.HelpScoutAuthURL, i.HelpScoutApp, ""); err != nil {
			return fmt.Errorf("api: %w", err)
		}
	}
	return nil
}

// connected is where somebody is told of a connection, with its entry of the audit.
func (i *Install) connected(installation string, entry int64) string {
	if i.Connected == nil {
		return "/"
	}
	return desk.WithDone(i.Connected(installation), entry)
}

func (a *API) installRoutes(e *echo.Echo) {
	if a.cfg.Install == nil {
		return
	}
	for path, begin := range map[string]echo.HandlerFunc{installAircall: a.beginAircall, installHelpScout: a.beginHelpScout} {
		e.GET(path, begin)
		e.POST(path, begin)
	}
	e.GET(installAircall+callback, a.finishAircall)
	e.GET(installHelpScout+callback, a.finishHelpScout)
}

// beginAircall sends an administrator of Aircall to consent. Aircall's dashboard
// leads here as well, without a session of ours: then the installation is that of
// the company that consents, and no parameter has a say in it. Who is signed in is
// asked first whether it is one of those that wait for their account.
func (a *API) beginAircall(c echo.Context) error {
	in := a.cfg.Install
	if !in.AircallApp.Complete() {
		return a.installPage(c, http.StatusNotFound, told("no_application", "Aircall", "AIRCALL_CLIENT_ID, AIRCALL_CLIENT_SECRET"))
	}
	installation, signedIn, err := a.chosenInstallation(c)
	if err != nil {
		return a.installFailed(c, err)
	}
	if signedIn && installation == "" && c.Request().Method == http.MethodGet {
		unconnected, err := a.unconnected(c.Request().Context())
		if err != nil {
			return a.installFailed(c, err)
		}
		if len(unconnected) > 0 {
			return a.desk.WhichInstallation(c, installAircall, unconnected)
		}
	}
	state, err := a.beginConsent(c, consentState{
		Vendor: store.VendorAircall, Installation: installation, SignedIn: signedIn,
		Dashboard: installation == "" || c.FormValue("dashboard") != "",
	})
	if err != nil {
		return a.installFailed(c, err)
	}
	to, err := aircall.AuthorizeURL(in.AircallDashboardURL, in.AircallApp, a.redirectURI(installAircall), state)
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, to)
}

// unconnected are the installations that lack an Aircall account.
func (a *API) unconnected(ctx context.Context) ([]string, error) {
	all, err := a.cfg.Install.Store.Installations(ctx)
	var ids []string
	for _, installation := range all {
		if !installation.Aircall.OAuth() && installation.Aircall.APIID == "" {
			ids = append(ids, installation.ID)
		}
	}
	return ids, err
}

// beginHelpScout sends a user of Help Scout to consent, for an installation that
// somebody who is signed in has chosen.
func (a *API) beginHelpScout(c echo.Context) error {
	in := a.cfg.Install
	if !in.HelpScoutApp.Complete() {
		return a.installPage(c, http.StatusNotFound, told("no_application", "Help Scout", "HELPSCOUT_CLIENT_ID, HELPSCOUT_CLIENT_SECRET"))
	}
	installation, signedIn, err := a.chosenInstallation(c)
	switch {
	case err != nil:
		return a.installFailed(c, err)
	case !signedIn:
		return c.Redirect(http.StatusSeeOther, "/signin?next="+url.QueryEscape(installHelpScout+"?"+url.Values{"installation": {c.QueryParam("installation")}}.Encode()))
	case installation == "":
		return a.installPage(c, http.StatusBadRequest, told("which"))
	}
	state, err := a.beginConsent(c, consentState{Vendor: store.VendorHelpScout, Installation: installation, SignedIn: true})
	if err != nil {
		return a.installFailed(c, err)
	}
	to, err := helpscout.AuthorizeURL(in.HelpScoutAuthURL, in.HelpScoutApp, state)
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, to)
}

// chosenInstallation is the one that somebody who is signed in has chosen, if any.
// Without a session the parameter counts for nothing.
func (a *API) chosenInstallation(c echo.Context) (id string, signedIn bool, err error) {
	id = c.FormValue("installation")
	may, lacking := a.cfg.Install.MayConnect(c.Request())
	switch {
	case !may && lacking != "" && id != "":
		return "", false, errLacksRole{lacking}
	case !may:
		return "", false, nil
	}
	if id == "" {
		return "", true, nil
	}
	if foreign(c.Request(), a.cfg.PublicURL) {
		return "", false, told("foreign")
	}
	found, err := a.cfg.Install.Store.Installation(c.Request().Context(), id)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return "", true, told("unknown")
	case err != nil:
		return "", true, err
	case found.Uninstalled:
		return "", true, beingUninstalled
	}
	return id, true, nil
}

// foreign tells of a form or a link of another site's page. A link brings the session
// along, whose cookie is a lax one, and a vendor who knows the application may consent
// without asking: so a link, too, chooses only for whoever came from here.
func foreign(r *http.Request, publicURL string) bool {
	if r.Method == http.MethodGet {
		from := r.Header.Get("Sec-Fetch-Site")
		return from != "" && from != "same-origin" && from != "none"
	}
	protection := http.NewCrossOriginProtection()
	// Behind a proxy, the browser knows this edge by its public address only.
	if public, err := url.Parse(publicURL); err != nil || protection.AddTrustedOrigin(public.Scheme+"://"+public.Host) != nil {
		return true
	}
	return protection.Check(r) != nil
}

func (a *API) redirectURI(path string) string { return a.cfg.PublicURL + path + callback }

// consentOf reads what a vendor sent back with a browser. What is wrong with it is a
// notice for whoever sits there.
func (a *API) consentOf(c echo.Context, vendor, name string) (code string, consent consentState, err error) {
	consent, err = a.endConsent(c, vendor)
	if err != nil {
		return "", consent, err
	}
	if may, _ := a.cfg.Install.MayConnect(c.Request()); consent.SignedIn && !may {
		return "", consent, told("signed_out")
	}
	if c.QueryParam("error") != "" {
		return "", consent, told("denied", name)
	}
	code = c.QueryParam("code")
	if code == "" || len(code) > mostCode {
		return "", consent, told("incomplete", name)
	}
	return code, consent, nil
}

// mostCode is far above the length of any code.
const mostCode = 4096
