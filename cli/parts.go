package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"go.temporal.io/sdk/client"
	"golang.org/x/sync/errgroup"

	"callscout/accounts"
	"callscout/activities"
	"callscout/aircall"
	"callscout/api"
	"callscout/api/desk"
	"callscout/engine"
	"callscout/helpscout"
	"callscout/media"
	"callscout/secret"
	"callscout/starter"
	"callscout/store"
	"callscout/worker"
)

type serveCmd struct{}

// Run runs API and worker in one process.
func (serveCmd) Run(ctx context.Context, p *Process) error {
	return p.Serve(ctx, Parts{API: true, Worker: true})
}

type apiCmd struct{}

// Run runs the API alone.
func (apiCmd) Run(ctx context.Context, p *Process) error { return p.Serve(ctx, Parts{API: true}) }

type workerCmd struct{}

// Run runs a worker alone.
func (workerCmd) Run(ctx context.Context, p *Process) error {
	return p.Serve(ctx, Parts{Worker: true})
}

// Parts are what one process runs.
type Parts struct {
	API, Worker bool
	// Ready is told once everything runs; its error ends the process. May be nil.
	Ready func(Running) error
}

// Running is where a running process is reached.
type Running struct {
	URL, UIURL, AdminToken string
	Store                  *store.Store
	Starter                *starter.Starter
}

// stopWithin is how long open requests may take once the process is to end.
const stopWithin = 5 * time.Second

// Serve runs parts until ctx is done, and then lets what runs finish.
func (p *Process) Serve(ctx context.Context, parts Parts) error {
	if err := p.Config.Check(); err != nil {
		return err
	}
	log := p.Logger()
	keys, err := p.Config.Keys()
	if err != nil {
		return err
	}
	listener, err := p.listen(parts, log)
	if err != nil {
		return err
	}
	if listener != nil {
		defer func() { _ = listener.Close() }() // closed already where the server ran
	}
	db, err := store.Open(ctx, p.Config.storeConfig(keys))
	if err != nil {
		return err
	}
	defer func() { logClose(log, "store", db.Close()) }()

	embedded, err := p.embed(ctx)
	if err != nil {
		return err
	}
	defer embedded.Stop()

	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	temporal, err := p.temporal(keys, registry, log)
	if err != nil {
		return err
	}
	defer temporal.Close()
	hashKey, err := db.HashKey(ctx)
	if err != nil {
		return err
	}
	running := Running{URL: p.Config.PublicURL, UIURL: cmp.Or(p.Config.TemporalUI, embedded.UIURL), Store: db, Starter: p.starter(temporal, keys, hashKey)}

	if parts.Worker {
		release, err := db.ClaimWorker(ctx)
		if err != nil {
			return err
		}
		defer release()
	}
	group, ctx := errgroup.WithContext(ctx)
	handler := api.Probes(api.Config{Store: db, Deliverer: running.Starter, Registry: registry, Log: log})
	if parts.API {
		edge, err := p.edge(keys, registry, log, &running)
		if err != nil {
			return err
		}
		handler = edge.Handler()
		group.Go(func() error {
			edge.Run(ctx)
			return nil
		})
	}
	if listener != nil {
		answer(ctx, group, listener, handler, log)
	}
	if parts.Worker {
		group.Go(func() error { return p.work(ctx, temporal, running.Starter, db, registry, log) })
	}
	if parts.Ready != nil {
		group.Go(func() error { return parts.Ready(running) })
	}
	log.Info("started", "api", parts.API, "worker", parts.Worker, "url", running.URL, "temporal_ui", running.UIURL)
	err = group.Wait()
	if errors.Is(err, context.Canceled) {
		err = nil
	}
	log.Info("stopped")
	return err
}

func logClose(log *slog.Logger, what string, err error) {
	if err != nil {
		log.Warn("not closed cleanly", "part", what, "error", err)
	}
}

// embed starts the embedded Temporal where there is one and no other was named.
func (p *Process) embed(ctx context.Context) (Embedded, error) {
	if p.Extension.Embedded == nil || engine.Configured(p.Environ.Lookup) {
		return Embedded{Stop: func() {}}, nil
	}
	return p.Extension.Embedded(ctx, p)
}

// temporal makes the client. It does not connect yet, so that the edge takes
// webhooks while Temporal is away.
func (p *Process) temporal(keys *secret.Ring, registry *prometheus.Registry, log *slog.Logger) (client.Client, error) {
	handler, err := engine.PrometheusMetrics(registry)
	if err != nil {
		return nil, err
	}
	return engine.Lazy(engine.Config{DataDir: p.Config.Data, Keys: keys, Logger: log, MetricsHandler: handler, Lookup: p.Environ.Lookup})
}

// listen takes the address. A worker alone only answers probes there and shows
// its metrics, which is no reason not to run beside an API of the same address.
func (p *Process) listen(parts Parts, log *slog.Logger) (net.Listener, error) {
	listener, err := net.Listen("tcp", p.Config.Listen)
	switch {
	case err != nil && parts.API:
		return nil, fmt.Errorf("cannot listen on %s: %w; choose another address with CALLSCOUT_LISTEN", p.Config.Listen, err)
	case err != nil:
		log.Warn("this worker answers no probes and shows no metrics: give it an address of its own with CALLSCOUT_LISTEN", "error", err)
		return nil, nil
	}
	p.Config.gotPort(listener)
	return listener, nil
}

func (p *Process) edge(keys *secret.Ring, registry *prometheus.Registry, log *slog.Logger, running *Running) (*api.API, error) {
	admin, fresh, err := p.Config.Admin()
	if err != nil {
		return nil, err
	}
	if fresh {
		// Once, on the terminal and never in the log, which is kept elsewhere.
		_, _ = fmt.Fprintf(p.Out, "Admin token, shown this once (kept in %s/admin.token): %s\n", p.Config.Data, admin)
	}
	running.AdminToken = admin
	linkShown := fresh && p.Config.TokenSignIn != "off"
	if linkShown {
		_, _ = fmt.Fprintf(p.Out, "To sign in, open this within 30 minutes (it works once): %s\nThis makes a new one: callscout token --link\n",
			desk.Link(keys, admin, p.Config.PublicURL))
	}
	provider, err := p.Config.OIDC.provider()
	if err != nil {
		return nil, err
	}
	granted, err := p.Config.OIDC.granted()
	if err != nil {
		return nil, err
	}
	return api.New(api.Config{
		Store: running.Store, Deliverer: running.Starter, Keys: keys, AdminToken: admin, UIURL: running.UIURL,
		PublicURL: p.Config.PublicURL, Install: p.install(running), Registry: registry, Log: log,
		Temporal: running.Starter, CheckNow: running.Starter.CheckNow, DataDir: p.Config.Data,
		Calls: running.Starter, CallFinder: running.Starter, BackfillRuns: running.Starter, RetryRuns: running.Starter, Directory: &directory{accounts: p.accounts(running.Store)},
		HelpScoutURL: p.Config.HelpScoutWeb, AircallURL: p.Config.AircallDashboard, RefuseLink: refuseLink,
		InstallAircall: pathIf(p.Config.AircallClientID, "/install/aircall"), InstallHelpScout: pathIf(p.Config.HelpScoutClientID, "/install/helpscout"),
		CallRuns: running.Starter, CallAccounts: &directory{accounts: p.accounts(running.Store)}, Namespace: engine.Namespace(p.Config.Data, p.Environ.Lookup),
		OpenID: provider, Granted: granted, NoTokens: p.Config.TokenSignIn == "off", LinkShown: linkShown,
		SidebarAccounts: sidebarAccounts{p.accounts(running.Store)},
	})
}

// install is what the edge needs to connect accounts in the browser, and to let go of
// them.
func (p *Process) install(running *Running) *api.Install {
	c := p.Config
	return &api.Install{
		Store: running.Store, Runs: running.Starter,
		Accounts:   p.accounts(running.Store),
		AircallApp: aircall.App{ClientID: c.AircallClientID, ClientSecret: c.AircallClientSecret}, HelpScoutApp: c.helpScoutApp(),
		AircallURL: c.AircallAPI, HelpScoutURL: c.HelpScoutAPI,
		AircallDashboardURL: c.AircallDashboard, HelpScoutAuthURL: c.HelpScoutAuth,
		Connected: func(installation string) string { return "/i/" + installation + "/connect" },
	}
}

// pathIf is the path that begins a consent, where there is an application for it.
func pathIf(application, path string) string {
	if application == "" {
		return ""
	}
	return path
}

// accounts are the clients of all installations.
func (p *Process) accounts(db *store.Store) *accounts.Clients {
	c := p.Config
	return &accounts.Clients{Store: db, AircallURL: c.AircallAPI, HelpScoutURL: c.HelpScoutAPI, HelpScoutApp: c.helpScoutApp()}
}

func (c *Config) helpScoutApp() helpscout.App {
	return helpscout.App{ClientID: c.HelpScoutClientID, ClientSecret: c.HelpScoutClientSecret}
}

func answer(ctx context.Context, group *errgroup.Group, listener net.Listener, handler http.Handler, log *slog.Logger) {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: time.Minute, WriteTimeout: time.Minute}
	group.Go(func() error {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	group.Go(func() error {
		<-ctx.Done()
		stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
		defer cancel()
		if err := server.Shutdown(stopping); err != nil {
			log.Warn("requests that did not end in time were cut off", "error", err)
			return server.Close()
		}
		return nil
	})
}

// work runs a worker, and waits for Temporal where that is not there yet.
func (p *Process) work(ctx context.Context, temporal client.Client, runs *starter.Starter, db *store.Store, registry *prometheus.Registry, log *slog.Logger) error {
	acts := p.activities(ctx, db, registry, log)
	acts.Calls = callRuns{runs}
	if err := p.awaitTemporal(ctx, temporal, log); err != nil {
		return err
	}
	fatal := make(chan error, 1)
	w := worker.New(temporal, acts, worker.Options{OnFatalError: func(err error) {
		select {
		case fatal <- err:
		default:
		}
	}})
	if err := w.Start(); err != nil {
		return fmt.Errorf("worker: %w", err)
	}
	defer w.Stop()
	go keepDirectory(ctx, db, acts.Directory, log)
	go keepGuards(ctx, db, runs, log)
	select {
	case <-ctx.Done():
		return nil
	case err := <-fatal:
		return fmt.Errorf("worker: %w", err)
	}
}

func (p *Process) awaitTemporal(ctx context.Context, temporal client.Client, log *slog.Logger) error {
	for told := false; ; told = true {
		_, err := engine.EnsureSearchAttributes(ctx, temporal, engine.Namespace(p.Config.Data, p.Environ.Lookup))
		if err == nil {
			return nil
		}
		if !told {
			log.Warn("the worker waits for Temporal", "error", err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
	}
}

func (p *Process) activities(ctx context.Context, db *store.Store, registry *prometheus.Registry, log *slog.Logger) *activities.Activities {
	said, budgets := newBudgets(), &activities.Budgets{}
	registry.MustRegister(said)
	go said.keep(ctx, db, log)
	clock := &clock{}
	clients := &activities.Clients{
		HTTP: clock.client(), Installations: db, AircallURL: p.Config.AircallAPI, HelpScoutURL: p.Config.HelpScoutAPI, HelpScoutApp: p.Config.helpScoutApp(),
		Budget: func(installation string, b helpscout.Budget) {
			said.observe(installation, b)
			budgets.Observe(installation, b)
		},
		Asked: budgets.Asked,
	}
	return &activities.Activities{
		Store: db, Accounts: clients, Directory: &activities.Directory{Store: db, Accounts: clients, Now: time.Now},
		HelpScoutURL: p.Config.HelpScoutWeb, AircallURL: p.Config.AircallDashboard, Files: media.New(p.files()),
		Yields: budgets.Yields, Room: budgets.Room, Clock: clock.worst,
	}
}

// files says from where the files of messages may be fetched: from anywhere outside,
// and from the simulated Aircall where there is one, which is told by its address
// without encryption.
func (p *Process) files() media.Options {
	address, err := url.Parse(p.Config.AircallAPI)
	if err != nil || address.Scheme != "http" {
		return media.Options{}
	}
	return media.Options{AllowHTTP: true, AllowHosts: []string{address.Host}}
}

// keepDirectory reads the users of a new installation before its first call, so
// that no call has to.
func keepDirectory(ctx context.Context, db *store.Store, directory *activities.Directory, log *slog.Logger) {
	every := time.NewTicker(2 * time.Second)
	defer every.Stop()
	tried := map[string]time.Time{}
	for {
		installations, err := db.Installations(ctx)
		if err != nil {
			log.Debug("installations not read", "error", err)
		}
		for _, installation := range installations {
			connected := installation.HelpScout.OAuth() || installation.HelpScout.AppID != ""
			if !connected || time.Since(tried[installation.ID]) < time.Minute {
				continue
			}
			tried[installation.ID] = time.Now()
			if err := directory.Warm(ctx, installation.ID); err != nil {
				log.Warn("Help Scout's users were not read; the first call tries again", "installation", installation.ID, "error", err)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-every.C:
		}
	}
}
