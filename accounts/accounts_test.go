package accounts_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"callscout/accounts"
	"callscout/helpscout"
	"callscout/settings"
	"callscout/simulator"
	"callscout/store"
	"callscout/store/storetest"
)

const account = "4711"

var app = helpscout.App{ClientID: "oauth-app", ClientSecret: "hush-oauth-secret"}

// clock stands still until it is moved.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// company is an account at a simulated Help Scout that was consented to.
type company struct {
	*clock
	t    *testing.T
	sim  *simulator.HelpScout
	url  string
	db   *store.Store
	fail *failing
	all  *accounts.Clients
}

// failing is a store that cannot save tokens for a while.
type failing struct {
	accounts.Store
	mu    sync.Mutex
	times int
}

func (f *failing) SaveTokens(ctx context.Context, installation, vendor string, tokens store.Tokens) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.times > 0 {
		f.times--
		return errors.New("the disk is full")
	}
	return f.Store.SaveTokens(ctx, installation, vendor, tokens)
}

func (f *failing) fails(times int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.times = times
}

func newCompany(t *testing.T, db *store.Store, change ...func(*simulator.HelpScoutOptions)) *company {
	t.Helper()
	c := &company{t: t, clock: &clock{now: time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)}, db: db}
	options := simulator.HelpScoutOptions{Clock: c.Now, LimitPerMinute: -1, AutoAllow: true}
	for _, one := range change {
		one(&options)
	}
	c.sim = simulator.NewHelpScout(options)
	c.sim.AddUser(simulator.User{ID: 11, FirstName: "Ada", Email: "ada@example.com", Role: "owner"})
	c.sim.AddApp(simulator.App{ID: app.ClientID, Secret: app.ClientSecret, UserID: 11, RedirectURL: "https://callscout.example.com/back", CodesOnly: true})
	server := httptest.NewServer(c.sim)
	t.Cleanup(server.Close)
	c.url = server.URL
	c.put(settings.HelpScoutAccount{Connection: settings.ByOAuth})
	c.consent()
	c.fail = &failing{Store: db}
	c.all = c.clients(c.fail)
	return c
}

func (c *company) put(helpScout settings.HelpScoutAccount) {
	c.t.Helper()
	require.NoError(c.t, c.db.PutInstallation(c.t.Context(), settings.Installation{
		ID: "acme", Aircall: settings.AircallAccount{Connection: settings.ByOAuth, WebhookToken: "hook"}, HelpScout: helpScout,
	}))
}

func (c *company) clients(db accounts.Store) *accounts.Clients {
	return &accounts.Clients{Store: db, AircallURL: "http://127.0.0.1:1", HelpScoutURL: c.url, HelpScoutApp: app, Now: c.Now}
}

// consent is what a person does in a browser.
func (c *company) consent() {
	c.t.Helper()
	address, err := helpscout.AuthorizeURL(c.url, app, "state")
	require.NoError(c.t, err)
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Get(address)
	require.NoError(c.t, err)
	require.NoError(c.t, response.Body.Close())
	back, err := url.Parse(response.Header.Get("Location"))
	require.NoError(c.t, err)
	given, err := helpscout.Exchange(c.t.Context(), c.url, app, back.Query().Get("code"), helpscout.WithClock(c.Now))
	require.NoError(c.t, err)
	require.NoError(c.t, c.db.SaveTokens(c.t.Context(), "acme", store.VendorHelpScout, store.Tokens{
		Account: account, Access: given.Access, Refresh: given.Refresh, Expiry: given.Expiry, ObtainedAt: c.Now(),
	}))
	c.sim.ResetRequests()
}

func (c *company) ask() error { return ask(c.t.Context(), c.all) }

// ask makes one request as the installation.
func ask(ctx context.Context, all *accounts.Clients) error {
	client, err := all.HelpScout(ctx, "acme")
	if err != nil {
		return err
	}
	_, err = client.Me(ctx)
	return err
}

// asked is how often a token was asked for.
func (c *company) asked() int {
	count := 0
	for _, request := range c.sim.Requests() {
		if request.Path == "/v2/oauth2/token" {
			count++
		}
	}
	return count
}

func (c *company) tokens() store.Tokens {
	c.t.Helper()
	tokens, err := c.db.Tokens(c.t.Context(), "acme", store.VendorHelpScout)
	require.NoError(c.t, err)
	return tokens
}

func (c *company) requireNotConnected() {
	c.t.Helper()
	err := c.ask()
	var missing *accounts.NotConnected
	require.ErrorAs(c.t, err, &missing)
	require.Equal(c.t, store.VendorHelpScout, missing.Vendor)
	require.ErrorContains(c.t, err, "connect it again in Callscout")
	require.NotContains(c.t, err.Error(), "hush")
	require.NotContains(c.t, err.Error(), c.tokens().Refresh)
}

func TestSeveralProcessesRefreshOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open func(testing.TB) *store.Store) {
		c := newCompany(t, open(t), func(o *simulator.HelpScoutOptions) { o.ReuseRevokes, o.RefreshEndsAccess = true, true })
		processes := []*accounts.Clients{c.clients(open(t)), c.clients(open(t)), c.clients(open(t))}
		for round := 1; round <= 3; round++ {
			c.advance(49 * time.Hour)
			var work errgroup.Group
			for i := range 24 {
				work.Go(func() error { return ask(context.Background(), processes[i%3]) })
			}
			require.NoError(t, work.Wait())
			require.Equal(t, round, c.asked())
		}
	})
}

func TestATokenIsRenewedLongBeforeItEnds(t *testing.T) {
	t.Parallel()
	c := newCompany(t, storetest.SQLite(t))
	first := c.tokens()
	c.advance(23 * time.Hour)
	require.NoError(t, c.ask())
	require.Equal(t, first, c.tokens())
	c.advance(2 * time.Hour)
	require.NoError(t, c.ask())
	second := c.tokens()
	require.NotEqual(t, first.Access, second.Access)
	require.Equal(t, first.Refresh, second.Previous)
	require.Equal(t, c.Now().Add(48*time.Hour), second.Expiry)
	require.Equal(t, 1, c.asked())
}

func TestALostAnswerHoldsNobodyUpWhileTheOldTokenWorks(t *testing.T) {
	t.Parallel()
	c := newCompany(t, storetest.SQLite(t))
	c.advance(25 * time.Hour)
	require.NoError(t, c.sim.LoseNextRefresh())
	for range 3 {
		require.NoError(t, c.ask())
	}
	require.Equal(t, 1, c.asked(), "not again at once")
	c.advance(2 * time.Minute)
	require.NoError(t, c.ask())
	require.Equal(t, c.Now(), c.tokens().RefusedAt, "people can see that somebody must connect again")
	c.advance(22 * time.Hour)
	require.NoError(t, c.ask())
	c.advance(2 * time.Hour)
	c.requireNotConnected()

	c.consent()
	require.NoError(t, c.ask())
	require.Zero(t, c.tokens().RefusedAt)
}

func TestALostAnswerIsRepeatedWhereHelpScoutAllowsThat(t *testing.T) {
	t.Parallel()
	c := newCompany(t, storetest.SQLite(t), func(o *simulator.HelpScoutOptions) { o.RefreshGrace = 5 * time.Minute })
	c.advance(49 * time.Hour)
	require.NoError(t, c.sim.LoseNextRefresh())
	var lost *helpscout.TransportError
	require.ErrorAs(t, c.ask(), &lost, "which is tried again, and parks nothing for good")
	require.NoError(t, c.ask())
}

func TestCallsGoOnWithAnApplicationOfTheSameAccount(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		own, shared bool
		company     int64
		works       bool
	}{
		"of the installation's own": {own: true, works: true},
		"of this Callscout":         {shared: true, works: true},
		"of another account":        {own: true, shared: true, company: 999},
		"none":                      {},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			company := newCompany(t, storetest.SQLite(t), func(o *simulator.HelpScoutOptions) { o.CompanyID = c.company })
			if c.own {
				company.sim.AddApp(simulator.App{ID: "own", Secret: "hush-own", UserID: 11})
				company.put(settings.HelpScoutAccount{Connection: settings.ByOAuth, AppID: "own", AppSecret: "hush-own"})
			}
			if c.shared {
				company.sim.AddApp(simulator.App{ID: app.ClientID, Secret: app.ClientSecret, UserID: 11, RedirectURL: "https://callscout.example.com/back"})
			}
			company.advance(49 * time.Hour)
			require.NoError(t, company.sim.LoseNextRefresh())
			require.Error(t, company.ask(), "the answer is lost")
			if !c.works {
				company.requireNotConnected()
				return
			}
			for range 5 {
				require.NoError(t, company.ask())
			}
			require.Equal(t, 3, company.asked(), "lost, refused, and one token instead")
			company.advance(50 * time.Hour)
			require.NoError(t, company.ask())
			require.NotZero(t, company.tokens().RefusedAt)
			company.consent()
			company.advance(2 * time.Minute)
			require.NoError(t, company.ask())
			require.Zero(t, company.asked(), "the new consent is used")
		})
	}
}

func TestTokensAreSavedBeforeTheyAreUsed(t *testing.T) {
	t.Parallel()
	c := newCompany(t, storetest.SQLite(t))
	c.advance(49 * time.Hour)
	c.fail.fails(15)
	var down *accounts.StoreError
	require.ErrorAs(t, c.ask(), &down)
	require.Equal(t, 1, c.asked())
	require.NoError(t, c.ask(), "what was given is saved now")
	require.Equal(t, 1, c.asked(), "and not asked for again")
	require.NoError(t, ask(t.Context(), c.clients(c.db)), "another process has it")
	require.Equal(t, 1, c.asked())
}

func TestAShortFailureToSaveIsNotNoticed(t *testing.T) {
	t.Parallel()
	c := newCompany(t, storetest.SQLite(t))
	c.advance(49 * time.Hour)
	c.fail.fails(2)
	require.NoError(t, c.ask())
	require.Equal(t, 1, c.asked())
}

func TestARestoredBackupFindsItsWayByTheTokenBefore(t *testing.T) {
	t.Parallel()
	c := newCompany(t, storetest.SQLite(t))
	tokens := c.tokens()
	tokens.Previous, tokens.Refresh, tokens.Expiry = tokens.Refresh, "hush-never-given", c.Now()
	require.NoError(t, c.db.SaveTokens(t.Context(), "acme", store.VendorHelpScout, tokens))
	require.NoError(t, c.ask())
	require.Equal(t, 2, c.asked())
}

func TestARevokedConsentAsksForAPerson(t *testing.T) {
	t.Parallel()
	c := newCompany(t, storetest.SQLite(t))
	require.NoError(t, c.ask())
	c.sim.RevokeConsents(app.ClientID)
	c.requireNotConnected()
	c.requireNotConnected()
	require.Equal(t, c.Now(), c.tokens().RefusedAt)
	c.consent()
	require.NoError(t, c.ask())
}

func TestARefusedTokenIsNotShownAtEveryRequest(t *testing.T) {
	t.Parallel()
	c := newCompany(t, storetest.SQLite(t))
	c.sim.RevokeConsents(app.ClientID)
	for range 20 {
		c.requireNotConnected()
	}
	require.Equal(t, 2, c.asked(), "with the refresh token, and as the application itself")
	c.advance(time.Minute)
	c.requireNotConnected()
	require.Equal(t, 4, c.asked(), "Help Scout may have been wrong")
	c.consent()
	require.NoError(t, c.ask(), "at once")
}

// The two halves of a short life: it is renewed in the first place where that costs
// nobody anything, and not at every request.
func TestATokenOfAShortLifeIsUsedForMostOfIt(t *testing.T) {
	t.Parallel()
	c := newCompany(t, storetest.SQLite(t), func(o *simulator.HelpScoutOptions) { o.TokenLife = 20 * time.Second })
	for range 5 {
		require.NoError(t, c.ask())
		c.advance(time.Second)
	}
	require.Zero(t, c.asked())
	c.advance(6 * time.Second)
	require.NoError(t, c.ask())
	require.Equal(t, 1, c.asked())
}

func TestATokenThatHelpScoutDropsEarlyIsRenewed(t *testing.T) {
	t.Parallel()
	c := newCompany(t, storetest.SQLite(t))
	require.NoError(t, c.ask())
	c.sim.ExpireTokens()
	require.NoError(t, c.ask())
	require.Equal(t, 1, c.asked())
}

func TestWithoutTheApplicationNobodyIsAskedInVain(t *testing.T) {
	t.Parallel()
	c := newCompany(t, storetest.SQLite(t))
	c.all.HelpScoutApp = helpscout.App{}
	require.NoError(t, c.ask())
	c.advance(49 * time.Hour)
	err := c.ask()
	require.ErrorContains(t, err, "HELPSCOUT_CLIENT_ID")
	require.Zero(t, c.asked())
}

func TestAircallIsReachedWithTheTokenOfItsConsent(t *testing.T) {
	t.Parallel()
	air := simulator.NewAircall(simulator.AircallOptions{BearerTokens: []string{"hush-first", "hush-second"}})
	t.Cleanup(air.Close)
	server := httptest.NewServer(air)
	t.Cleanup(server.Close)
	db := storetest.SQLite(t)
	c := newCompany(t, db)
	c.all.AircallURL = server.URL
	_, err := c.all.Aircall(t.Context(), "acme")
	var missing *accounts.NotConnected
	require.ErrorAs(t, err, &missing)
	require.Equal(t, store.VendorAircall, missing.Vendor)
	for _, token := range []string{"hush-first", "hush-second"} {
		require.NoError(t, db.SaveTokens(t.Context(), "acme", store.VendorAircall, store.Tokens{Account: "7", Access: token}))
		client, err := c.all.Aircall(t.Context(), "acme")
		require.NoError(t, err)
		require.NoError(t, client.Ping(t.Context()))
		again, err := c.all.Aircall(t.Context(), "acme")
		require.NoError(t, err)
		require.Same(t, client, again)
	}
	_, err = c.all.Aircall(t.Context(), "nobody")
	require.ErrorIs(t, err, store.ErrNotFound)
}
