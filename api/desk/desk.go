// Package desk is the web pages on which people connect the two accounts, map
// numbers to inboxes, choose settings, and see what was done by whom.
//
// It imports store, settings and secret, and must not import the clients or
// starter: what it needs of others comes in through small interfaces. Pages are
// templates that work without a script; htmx, which is served from here, only
// spares reloads.
package desk

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/labstack/echo/v4"

	"callscout/secret"
	"callscout/settings"
	"callscout/store"
)

// Store is what the desk needs of the store. *store.Store has it.
type Store interface {
	Installation(ctx context.Context, id string) (settings.Installation, error)
	Installations(ctx context.Context) ([]settings.Installation, error)
	CreateInstallation(ctx context.Context, installation settings.Installation) (bool, error)
	ChangeInstallation(ctx context.Context, id string, change func(*settings.Installation) (*store.AuditEntry, error)) error
	Audit(ctx context.Context, entry store.AuditEntry) (int64, error)
	AuditTrail(ctx context.Context, installation string, before int64, limit int) ([]store.AuditEntry, error)
	AuditEntry(ctx context.Context, installation string, id int64) (store.AuditEntry, error)
	UseDeskToken(ctx context.Context, token string) (store.DeskToken, error)
	DeskTokenStands(ctx context.Context, id string) (bool, error)
	EndSession(ctx context.Context, id string, until time.Time) error
	SessionEnded(ctx context.Context, id string) (bool, error)
	UseOnce(ctx context.Context, id string, expires time.Time) (first bool, err error)
	InboxCounts(ctx context.Context) (waiting, held int64, oldest time.Time, err error)
	Held(ctx context.Context, installation string, limit int) ([]store.InboxEvent, error)
	Recall(ctx context.Context, installation, kind, key string) (value string, at time.Time, ok bool, err error)
	Remember(ctx context.Context, installation, kind, key, value string) error
	LedgerByPrefix(ctx context.Context, prefix string) ([]store.Entry, error)
}

// Line is a phone line of an Aircall account.
type Line struct {
	ID int64
	// Name is what the company calls the line, Digits its number as it is shown.
	Name, Digits string
}

// Agent is a user of an Aircall account.
type Agent struct {
	ID   int64
	Name string
}

// Inbox is an inbox of a Help Scout account.
type Inbox struct {
	ID          int64
	Name, Email string
}

// Directory looks into the two accounts of an installation. Its errors are shown
// to whoever administers it, so they must hold no secret.
type Directory interface {
	// Lines lists the phone lines that Aircall lets the installation see.
	Lines(ctx context.Context, installation string) ([]Line, error)
	// Inboxes lists the inboxes that the token's user can reach.
	Inboxes(ctx context.Context, installation string) ([]Inbox, error)
	// Agents lists the users of the Aircall account.
	Agents(ctx context.Context, installation string) ([]Agent, error)
	// Numbers are the telephone numbers of the customers of an e-mail address or name.
	Numbers(ctx context.Context, installation, text string) ([]string, error)
	// Conversation is the id of the conversation that people see under a number, 0 if
	// there is none.
	Conversation(ctx context.Context, installation string, number int64) (int64, error)
	// Owner names the Help Scout user behind the token.
	Owner(ctx context.Context, installation string) (string, error)
}

// Uninstaller takes an installation away: it stops taking events, closes running
// calls, deletes the webhook and forgets the credentials. What was logged stays.
type Uninstaller interface {
	// Uninstall is told who asked for it.
	Uninstall(ctx context.Context, installation, by string) error
}

// Check is one thing that Callscout needs.
type Check struct {
	// Name is "store" or "temporal".
	Name string
	// Problem is "" if all is well, or a word for what is missing: "store",
	// "temporal", "temporal_setup".
	Problem string
}

// Config is what the desk is made of. Store, Keys, AdminToken, PublicURL, Ready,
// Health and Log are required.
type Config struct {
	Store Store
	// Keys sign sessions.
	Keys       *secret.Ring
	AdminToken string
	// PublicURL is where browsers reach the desk.
	PublicURL string
	// LinkShown says that a link that signs in was shown in the terminal just now; the
	// page says so until somebody signs in.
	LinkShown bool
	// OpenID is where people sign in with an account of their company; nil without one.
	OpenID OpenID
	// Granted says what those people may do.
	Granted Granted
	// NoTokens leaves OpenID as the only way in for people. Tools that send the admin
	// token with each request are let in all the same.
	NoTokens bool
	// UIURL is the address of Temporal's Web UI, if there is one.
	UIURL string
	// Ready tells what works.
	Ready func(context.Context) []Check
	// Health looks at what works.
	Health Health
	// CheckNow has an installation's accounts checked at once; nil where nobody can.
	CheckNow func(ctx context.Context, installation string) error
	// Directory is nil where nobody can look into the accounts.
	Directory Directory
	// Calls finds calls; without it there are no pages of them.
	Calls CallLists
	// Backfills has lost calls logged; without it there are no pages of that.
	Backfills Backfills
	// Retries has many calls tried again; without it there are no pages of that.
	Retries Retries
	// Uninstaller is nil where this process cannot uninstall.
	Uninstaller Uninstaller
	// Call tells of single calls; without it, there is no page of one.
	Call OneCall
	// RefuseLink says why a knowledge base's address is not taken, such as one inside
	// the network; nil takes all.
	RefuseLink func(ctx context.Context, address string) error
	// InstallAircall and InstallHelpScout are the paths that begin a connection by
	// OAuth, such as /install/aircall; empty where no application is set up.
	InstallAircall, InstallHelpScout string
	// HelpScoutURL is where links to conversations lead; AircallURL is Aircall's
	// Dashboard. Forms may end up at both, by a redirect.
	HelpScoutURL, AircallURL string
	Log                      *slog.Logger
}

// Desk answers the pages. Register its routes and put Protect before them.
type Desk struct {
	cfg   Config
	log   *slog.Logger
	wrong guesses
	// first says that a link still waits in the terminal.
	first    atomic.Bool
	accounts *accounts
	heard    heardAt
}

// New makes the desk. Its error names what is missing.
func New(cfg Config) (*Desk, error) {
	switch {
	case cfg.Store == nil, cfg.Keys == nil, cfg.Ready == nil, cfg.Health == nil, cfg.Log == nil:
		return nil, errors.New("desk: Store, Keys, Ready, Health and Log are required")
	case strings.TrimSpace(cfg.AdminToken) == "":
		return nil, errors.New("desk: an admin token is required: set CALLSCOUT_ADMIN_TOKEN")
	case cfg.NoTokens && cfg.OpenID == nil:
		return nil, errors.New("desk: without tokens nobody could sign in: set OpenID")
	}
	// What is typed into a form is trimmed as well.
	cfg.AdminToken = strings.TrimSpace(cfg.AdminToken)
	d := &Desk{cfg: cfg, log: cfg.Log, accounts: &accounts{directory: cfg.Directory}}
	d.first.Store(cfg.LinkShown)
	return d, nil
}

// Register adds the desk's routes, each with the role that it needs.
func (d *Desk) Register(e *echo.Echo) {
	e.GET("/assets/:name", d.asset)
	// Not by echo's groups: those answer every unknown address themselves.
	open := func(method, path string, handler echo.HandlerFunc) {
		e.Add(method, path, d.answerErrors(handler))
	}
	inside := func(method, path string, needed Role, handler echo.HandlerFunc) {
		open(method, path, d.signedInOnly(withRole(needed, handler)))
	}
	one := func(method, path string, needed Role, handler echo.HandlerFunc) {
		inside(method, "/i/:id"+path, needed, d.ownInstallationOnly(handler))
	}
	const get, post = http.MethodGet, http.MethodPost
	open(get, "/signin", d.signInPage)
	open(post, "/signin", d.signIn)
	open(get, openIDPath, d.beginOpenID)
	open(get, openIDPath+"/callback", d.finishOpenID)
	open(post, "/signout", d.signOut)
	open(post, "/language", d.chooseLanguage)
	inside(get, "/", view, d.start)
	inside(post, "/installations", admin, d.create)
	inside(get, "/audit", view, d.globalAudit)
	one(get, "", view, d.overview)
	one(get, "/connect", view, d.connect)
	one(get, "/connect/news", view, d.connectNews)
	one(post, "/connect/aircall", admin, d.connectAircall)
	one(post, "/connect/helpscout", admin, d.connectHelpScout)
	one(get, "/numbers", view, d.numbers)
	one(post, "/numbers", admin, d.checkNumbers)
	one(post, "/numbers/save", admin, d.saveNumbers)
	for _, layer := range []string{"", "/numbers/:number"} {
		one(get, layer+"/settings", view, d.settings)
		one(post, layer+"/settings", admin, d.checkSettings)
		one(post, layer+"/settings/save", admin, d.saveSettings)
	}
	if d.cfg.Calls != nil {
		one(get, "/calls", view, d.calls)
		one(get, "/calls/live", view, d.callsLive)
		one(post, "/calls/search", view, d.searchCalls)
		one(post, "/calls/preferences", view, d.callsPreferences)
	}
	if d.cfg.Calls != nil && d.cfg.Retries != nil {
		one(get, "/calls/retry", support, d.planRetries)
		one(post, "/calls/retry", support, d.beginRetries)
		one(get, "/calls/retries/:job", view, d.retries)
		one(get, "/calls/retries/:job/now", view, d.retriesNow)
		one(post, "/calls/retries/:job/stop", support, d.stopRetries)
	}
	one(get, "/test", view, d.testCall)
	one(get, "/test/progress", view, d.testProgress)
	if d.cfg.Call != nil {
		one(get, "/calls/:call", view, d.call)
		one(get, "/calls/:call/now", view, d.callNow)
		one(post, "/calls/:call/retry", support, d.retryCall)
		one(post, "/calls/:call/skip", support, d.skipCall)
	}
	if d.cfg.Backfills != nil {
		one(get, "/backfill", view, d.backfills)
		one(post, "/backfill", support, d.countBackfill)
		one(get, "/backfill/:backfill", view, d.backfill)
		one(get, "/backfill/:backfill/now", view, d.backfillNow)
		one(post, "/backfill/:backfill/start", support, d.startBackfill)
		one(post, "/backfill/:backfill/decide", support, d.decideBackfill)
	}
	one(post, "/pause", admin, d.pause)
	one(post, "/resume", admin, d.resume)
	one(get, "/health", view, d.health)
	one(get, "/health/progress", view, d.healthProgress)
	one(post, "/health/check", support, d.checkNow)
	one(get, "/audit", view, d.audit)
	one(post, "/audit/:entry/undo", admin, d.undo)
	one(get, "/uninstall", admin, d.uninstallPage)
	one(post, "/uninstall", admin, d.uninstall)
}

// Protect refuses what a page of another site makes a browser send. Vendors'
// webhooks and tools send no origin and pass; the codec has a rule of its own,
// since Temporal's Web UI is another site.
func (d *Desk) Protect(next http.Handler) (http.Handler, error) {
	protection := http.NewCrossOriginProtection()
	// Behind a proxy, browsers know this edge by its public address only.
	if origin := originOf(d.cfg.PublicURL); origin != "" {
		if err := protection.AddTrustedOrigin(origin); err != nil {
			return nil, err
		}
	}
	protection.AddInsecureBypassPattern("/codec/")
	protection.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		d.log.Warn("a request of another site was refused", "path", r.URL.Path, "origin", r.Header.Get("Origin"))
		http.Error(w, "Use Callscout's own page for this.", http.StatusForbidden)
	}))
	return protection.Handler(next), nil
}
