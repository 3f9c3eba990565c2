// Package api is the HTTP edge: Aircall's and Help Scout's webhooks, health, metrics, the desk and
// the codec endpoint for Temporal's Web UI.
//
// It imports desk, starter, store, settings, calllog and engine, and must not import
// activities: it accepts work and does none.
package api

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
	"github.com/prometheus/client_golang/prometheus"

	"callscout/api/desk"
	"callscout/calllog"
	"callscout/engine"
	"callscout/health"
	"callscout/secret"
	"callscout/settings"
	"callscout/starter"
	"callscout/store"
)

// Deliverer hands events to Temporal. *starter.Starter is one.
type Deliverer interface {
	Deliver(ctx context.Context, d starter.Delivery) error
	PutTagsRight(ctx context.Context, installation string, by calllog.TagWrite, lost calllog.Lost) error
	MessageRun(installation string, event calllog.MessageEvent) string
	Reachable(ctx context.Context) error
}

// Directory looks into the two accounts of an installation, for the desk.
type Directory = desk.Directory

// Uninstaller takes an installation away, for the desk.
type Uninstaller = desk.Uninstaller

// InstallationToken is what signs in to one installation only, at the desk.
func InstallationToken(keys *secret.Ring, adminToken, installation string) string {
	return desk.InstallationToken(keys, adminToken, installation)
}

// Store is what the edge needs of the store. *store.Store has it.
type Store interface {
	desk.Store
	InstallationByWebhookToken(ctx context.Context, token string) (settings.Installation, error)
	InstallationByMessagesToken(ctx context.Context, token string) (settings.Installation, error)
	Enqueue(ctx context.Context, event store.InboxEvent) (int64, error)
	Hold(ctx context.Context, event store.InboxEvent) (int64, error)
	Waiting(ctx context.Context, limit int) ([]store.InboxEvent, error)
	HasWaiting(ctx context.Context, stream string) (bool, error)
	Delivered(ctx context.Context, id int64) error
	DeliveryFailed(ctx context.Context, id int64, reason string) error
	SetAside(ctx context.Context, id int64, reason string) error
	Remember(ctx context.Context, installation, kind, key, value string) error
	Recall(ctx context.Context, installation, kind, key string) (value string, at time.Time, ok bool, err error)
	ForgetCustomer(ctx context.Context, installation string, id int64, learntBefore time.Time) (int, error)
	ForgetConversation(ctx context.Context, installation string, id int64) (int, error)
	Lock(ctx context.Context, name string) (unlock func(), err error)
	Findings(ctx context.Context, installation string) (store.Findings, error)
	Reconciled(ctx context.Context, installation string) (store.Reconciled, error)
	InboxCountsOf(ctx context.Context, installation string) (waiting, held int64, oldest time.Time, err error)
	Ping(ctx context.Context) error
	Dialect() string
}

// Config is what the edge is made of. Store, Deliverer, Keys, AdminToken, Registry and
// Log are required.
type Config struct {
	Store     Store
	Deliverer Deliverer
	// Keys sign sessions and open payloads for Temporal's Web UI.
	Keys *secret.Ring
	// AdminToken signs a person in.
	AdminToken string
	// LinkShown says that a link that signs in was shown in the terminal just now.
	LinkShown bool
	// UIURL is the address of Temporal's Web UI, which may have runs decoded.
	UIURL string
	// PublicURL is where browsers and webhooks reach this edge.
	PublicURL string
	// Install is what installing by OAuth and uninstalling need; without it there is
	// neither.
	Install *Install
	// SidebarAccounts and Calls are for the app in Help Scout's sidebar, which there is
	// only with both.
	SidebarAccounts SidebarAccounts
	Calls           Calls
	// CallRuns and CallAccounts are for the desk's page of a call, which there is only
	// with the first; Namespace is where the runs are in Temporal.
	CallRuns     CallRuns
	CallAccounts CallAccounts
	Namespace    string
	// CallFinder is for the desk's lists of calls, which there are only with it.
	CallFinder CallFinder
	// RetryRuns is for retrying many calls at once, for which there are pages only with it.
	RetryRuns RetryRuns
	// BackfillRuns is for the desk's pages for lost calls, which there are only with it.
	BackfillRuns BackfillRuns
	// Directory, Uninstaller and the paths that begin a connection by OAuth are the
	// desk's; without one of them it says so.
	Directory                        Directory
	Uninstaller                      Uninstaller
	InstallAircall, InstallHelpScout string
	// OpenID, Granted and NoTokens are the desk's, for people with accounts of their
	// company's provider.
	OpenID   desk.OpenID
	Granted  desk.Granted
	NoTokens bool
	// RefuseLink says why a knowledge base's address is not taken; nil takes all.
	RefuseLink func(ctx context.Context, address string) error
	// HelpScoutURL and AircallURL are the vendors' web addresses, scheme and host.
	HelpScoutURL, AircallURL string
	// Temporal is asked about the whole; without it, that is not known.
	Temporal Temporal
	// CheckNow has an installation's accounts checked at once; nil where nobody can.
	CheckNow func(ctx context.Context, installation string) error
	// DataDir is the folder of the database, where that is a file.
	DataDir  string
	Registry *prometheus.Registry
	Log      *slog.Logger
}

// API is the edge. Serve its Handler, and Run it for the inbox.
type API struct {
	cfg     Config
	log     *slog.Logger
	metrics *metrics
	// lastKnown keeps installations by token for when the store does not answer:
	// Temporal alone can take an event as well.
	lastKnown sync.Map
	// away is until when Temporal is taken to be away, so that not every webhook
	// waits for it.
	away pause
	// tickets have called from the sidebar; rosters are the accounts it calls from.
	tickets used
	rosters rosters
	// watch looks at what works, and ears note what came.
	watch   *health.Watch
	ears    *health.Ears
	desk    *desk.Desk
	handler http.Handler
}

// New makes the edge. Its error names what is missing.
func New(cfg Config) (*API, error) {
	switch {
	case cfg.Store == nil, cfg.Deliverer == nil, cfg.Keys == nil, cfg.Registry == nil, cfg.Log == nil:
		return nil, errors.New("api: Store, Deliverer, Keys, Registry and Log are required")
	}
	watch := NewWatch(cfg.Store, cfg.Temporal, cfg.DataDir, cfg.PublicURL)
	a := &API{cfg: cfg, log: cfg.Log, metrics: newMetrics(cfg.Registry, cfg.Store, watch), watch: watch, ears: &health.Ears{Memory: cfg.Store}}
	if cfg.Uninstaller == nil && cfg.Install != nil {
		cfg.Uninstaller = a
	}
	var one desk.OneCall
	if cfg.CallRuns != nil {
		one = oneCall{runs: cfg.CallRuns, accounts: cfg.CallAccounts, ui: cfg.UIURL, namespace: cfg.Namespace}
	}
	var lists desk.CallLists
	if cfg.CallFinder != nil {
		lists = &callLists{runs: cfg.CallFinder, store: cfg.Store}
	}
	var lost desk.Backfills
	if cfg.BackfillRuns != nil {
		lost = backfills{cfg.BackfillRuns}
	}
	var many desk.Retries
	if cfg.RetryRuns != nil {
		many = retries{cfg.RetryRuns, cfg.Store}
	}
	var err error
	if a.desk, err = desk.New(desk.Config{
		Store: cfg.Store, Keys: cfg.Keys, AdminToken: cfg.AdminToken, PublicURL: cfg.PublicURL, UIURL: cfg.UIURL,
		Ready: a.deskChecks, Health: watch, CheckNow: cfg.CheckNow, Directory: cfg.Directory, Calls: lists, Call: one, Backfills: lost, Retries: many, Uninstaller: cfg.Uninstaller,
		InstallAircall: cfg.InstallAircall, InstallHelpScout: cfg.InstallHelpScout, RefuseLink: cfg.RefuseLink,
		HelpScoutURL: cfg.HelpScoutURL, AircallURL: cfg.AircallURL, Log: cfg.Log,
		LinkShown: cfg.LinkShown, OpenID: cfg.OpenID, Granted: cfg.Granted, NoTokens: cfg.NoTokens,
	}); err != nil {
		return nil, fmt.Errorf("api: %w", err)
	}
	if cfg.Install != nil {
		install := *cfg.Install
		if install.MayConnect == nil {
			install.MayConnect = a.desk.MayConnect
		}
		a.cfg.Install = &install
		if err := cfg.Install.check(cfg.PublicURL); err != nil {
			return nil, err
		}
	}
	if a.handler, err = a.desk.Protect(a.routes()); err != nil {
		return nil, fmt.Errorf("api: %w", err)
	}
	return a, nil
}

// Handler answers requests.
func (a *API) Handler() http.Handler { return a.handler }

func (a *API) routes() http.Handler {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.HTTPErrorHandler = a.answerError
	e.Use(middleware.RecoverWithConfig(middleware.RecoverConfig{LogErrorFunc: func(_ echo.Context, err error, _ []byte) error {
		a.log.Error("a handler panicked", "error", err)
		return err
	}}))
	e.Use(func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			c.Response().Header().Set("X-Content-Type-Options", "nosniff")
			return next(c)
		}
	})
	e.POST("/webhooks/aircall", a.receive)
	e.POST("/webhooks/aircall/messages", a.receiveCallback)
	e.POST("/webhooks/helpscout/:installation", a.receiveHelpScout)
	a.installRoutes(e)
	a.sidebarRoutes(e)
	a.probes(e)
	a.desk.Register(e)
	codec := engine.CodecHandler(a.cfg.Keys, engine.CodecOptions{
		Origins: []string{a.cfg.UIURL}, Authorize: a.desk.MayDecode, Audit: a.desk.Decoded,
	})
	e.Any("/codec/*", echo.WrapHandler(http.StripPrefix("/codec", codec)))
	return e
}

// answer is what a caller reads: what is wrong and, where it helps, what to do.
type answer struct {
	Status  string `json:"status"`
	Message string `json:"message,omitempty"`
}

// answerError is the one place where errors become answers. What nobody
// foresaw is logged and not told.
func (a *API) answerError(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	var known *echo.HTTPError
	if !errors.As(err, &known) {
		a.log.Error("request failed", "path", c.Path(), "error", err)
		known = echo.NewHTTPError(http.StatusInternalServerError, "Callscout met a fault of its own; its log says more.")
	}
	message, isText := known.Message.(string)
	if !isText {
		message = http.StatusText(known.Code)
	}
	if err := c.JSON(known.Code, answer{Status: "error", Message: message}); err != nil {
		a.log.Debug("answer not sent", "error", err)
	}
}

// pause is a moment until which something is not tried again.
type pause struct {
	mu    sync.Mutex
	until time.Time
}

func (p *pause) holds() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return time.Now().Before(p.until)
}

func (p *pause) begin(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.until = time.Now().Add(d)
}
