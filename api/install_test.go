package api_test

import (
	"context"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/accounts"
	"callscout/aircall"
	"callscout/api"
	"callscout/calllog"
	"callscout/helpscout"
	"callscout/settings"
	"callscout/simulator"
	"callscout/store"
	"callscout/store/storetest"
)

var (
	airApp  = aircall.App{ClientID: "partner", ClientSecret: "hush-partner"}
	deskApp = helpscout.App{ClientID: "oauth-app", ClientSecret: "hush-oauth"}
)

// runs are an installation's runs, as Temporal would tell of them.
type runs struct {
	mu        sync.Mutex
	left      int
	err       error
	cancelled []string
	woken     []string
	// during is called while runs are cancelled.
	during func()
}

func (r *runs) CancelRuns(_ context.Context, installation string) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.cancelled = append(r.cancelled, installation)
	if r.during != nil {
		r.during()
	}
	return r.left, r.err
}

func (r *runs) Wake(_ context.Context, installation, problem string) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.woken = append(r.woken, installation+" "+problem)
	return 1, nil
}

func (r *runs) set(left int, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.left, r.err = left, err
}

func (r *runs) asked() (cancelled, woken []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string(nil), r.cancelled...), append([]string(nil), r.woken...)
}

// install is an edge between two simulated vendors, and a person with a browser.
type install struct {
	*edge
	t       *testing.T
	air     *simulator.Aircall
	desk    *simulator.HelpScout
	airURL  string
	deskURL string
	runs    *runs
	clock   *handClock

	mu sync.Mutex
	// meanwhile is done when a vendor is asked for a path, before it answers.
	meanwhile map[string]func()
}

// saving has something done while a vendor is asked.
func (i *install) saving(path string, do func()) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.meanwhile = map[string]func(){path: do}
}

func (i *install) before(vendor http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i.mu.Lock()
		do := i.meanwhile[r.URL.Path]
		i.mu.Unlock()
		if do != nil {
			do()
		}
		vendor.ServeHTTP(w, r)
	})
}

type handClock struct {
	mu    sync.Mutex
	ahead time.Duration
}

func (c *handClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.ahead)
}

func (c *handClock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += d
}

func newInstall(t *testing.T) *install {
	t.Helper()
	return installOn(t, storetest.SQLiteConfig(t))
}

func installOn(t *testing.T, database store.Config, change ...func(*api.Config)) *install {
	t.Helper()
	i := &install{t: t, runs: &runs{}, clock: &handClock{}}
	i.air = simulator.NewAircall(simulator.AircallOptions{
		AutoAllow: true, CompanyName: "Globex & Söhne", LimitPerMinute: -1, APIID: "api-id", APIToken: "hush-aircall",
		Backoff: func(int) time.Duration { return 10 * time.Millisecond },
	})
	t.Cleanup(i.air.Close)
	i.desk = simulator.NewHelpScout(simulator.HelpScoutOptions{AutoAllow: true, LimitPerMinute: -1})
	i.desk.AddUser(simulator.User{ID: 11, FirstName: "Ada", Email: "ada@example.com", Role: "owner"})
	t.Cleanup(i.desk.Close)
	air, desk := httptest.NewServer(i.before(i.air)), httptest.NewServer(i.before(i.desk))
	t.Cleanup(air.Close)
	t.Cleanup(desk.Close)
	i.airURL, i.deskURL = air.URL, desk.URL
	// The edge must know its address before it listens.
	listener := httptest.NewUnstartedServer(nil)
	public := "http://" + listener.Listener.Addr().String()
	i.edge = edgeOn(t, database, func(c *api.Config) {
		db := c.Store.(*sickStore).Store.(*store.Store)
		c.PublicURL = public
		c.Install = &api.Install{
			Store: db, Runs: i.runs, AircallApp: airApp, HelpScoutApp: deskApp, Now: i.clock.Now,
			Accounts:   &accounts.Clients{Store: db, AircallURL: i.airURL, HelpScoutURL: i.deskURL, HelpScoutApp: deskApp},
			AircallURL: i.airURL, HelpScoutURL: i.deskURL, AircallDashboardURL: i.airURL, HelpScoutAuthURL: i.deskURL,
			Connected: func(id string) string { return "/signin?connected=" + id },
		}
		for _, one := range change {
			one(c)
		}
	})
	listener.Config.Handler = i.api.Handler()
	listener.Start()
	t.Cleanup(listener.Close)
	i.url = public
	i.air.AddApp(simulator.OAuthApp{ID: airApp.ClientID, Secret: airApp.ClientSecret, RedirectURL: public + "/install/aircall/callback", InstallURL: public + "/install/aircall"})
	i.desk.AddApp(simulator.App{ID: deskApp.ClientID, Secret: deskApp.ClientSecret, UserID: 11, RedirectURL: public + "/install/helpscout/callback", CodesOnly: true})
	return i
}

// stranger is a browser of somebody who is not signed in.
func stranger(t *testing.T) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	return &http.Client{Jar: jar, Timeout: 30 * time.Second}
}

// lead follows redirects one by one and stops before one that stop knows. It returns
// that, or the last address.
func lead(t *testing.T, browser *http.Client, address string, stop func(*url.URL) bool) (*url.URL, reply) {
	t.Helper()
	one := *browser
	one.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	at, err := url.Parse(address)
	require.NoError(t, err)
	for range 10 {
		if stop(at) {
			return at, reply{}
		}
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, at.String(), nil)
		require.NoError(t, err)
		answer := send(t, &one, request)
		if answer.status < 300 || answer.status > 399 {
			return at, answer
		}
		at, err = at.Parse(answer.header.Get("Location"))
		require.NoError(t, err)
	}
	require.Fail(t, "led around in circles")
	return nil, reply{}
}

func never(*url.URL) bool { return false }

// requireConnected holds that a consent ended at the page of an installation, which
// tells of it.
func requireConnected(t *testing.T, id string, end *url.URL, more ...any) {
	t.Helper()
	require.Equal(t, "/signin", end.Path, more...)
	require.Equal(t, id, end.Query().Get("connected"), more...)
	require.NotEmpty(t, end.Query().Get("done"), more...)
}

// connections are what the audit of an installation tells of its accounts.
func (i *install) connections(id string) (told []string) {
	i.t.Helper()
	entries, err := i.store.AuditTrail(i.t.Context(), id, 0, 20)
	require.NoError(i.t, err)
	for _, entry := range slices.Backward(entries) {
		told = append(told, entry.Action+" by "+entry.Who)
	}
	return told
}

func isCallback(u *url.URL) bool { return strings.HasSuffix(u.Path, "/callback") }

func (i *install) installation(id string) settings.Installation {
	i.t.Helper()
	found, err := i.store.Installation(i.t.Context(), id)
	require.NoError(i.t, err)
	return found
}

// requireNoSecret looks into the log and the given texts.
func (i *install) requireNoSecret(texts ...string) {
	i.t.Helper()
	for _, text := range append(texts, i.log.String()) {
		require.NotContains(i.t, text, "hush")
		for _, vendor := range []string{store.VendorAircall, store.VendorHelpScout} {
			tokens, err := i.store.Tokens(i.t.Context(), "globex-s-hne", vendor)
			if err == nil {
				require.NotContains(i.t, text, tokens.Access)
				require.True(i.t, tokens.Refresh == "" || !strings.Contains(text, tokens.Refresh))
			}
		}
	}
}

func TestACompanyInstallsFromAircallsDashboard(t *testing.T) {
	t.Parallel()
	i := newInstall(t)
	end, page := lead(t, stranger(t), i.airURL+"/integrations/partner/install", never)
	require.Equal(t, http.StatusOK, page.status, page.body)
	require.Equal(t, i.airURL+"/oauth/success", end.String())

	made := i.installation("globex-s-hne")
	require.Equal(t, settings.ByOAuth, made.Aircall.Connection)
	hooks := i.air.Webhooks()
	require.Len(t, hooks, 1)
	require.Equal(t, hooks[0].Token, made.Aircall.WebhookToken)
	require.Equal(t, i.url+"/webhooks/aircall", hooks[0].URL)
	require.ElementsMatch(t, calllog.WebhookEvents(), hooks[0].Events)
	tokens, err := i.store.Tokens(t.Context(), made.ID, store.VendorAircall)
	require.NoError(t, err)
	require.Equal(t, "70001", tokens.Account)
	i.requireNoSecret(page.body)

	// Once more: the same installation, the same webhook, and calls try again.
	lead(t, stranger(t), i.airURL+"/integrations/partner/install", never)
	all, err := i.store.Installations(t.Context())
	require.NoError(t, err)
	require.Len(t, all, 2, "acme and this one")
	require.Equal(t, hooks[0].Token, i.installation("globex-s-hne").Aircall.WebhookToken)
	require.Len(t, i.air.Webhooks(), 1)
	require.Eventually(t, func() bool { _, woken := i.runs.asked(); return len(woken) >= 2 }, 20*time.Second, 10*time.Millisecond)
	_, woken := i.runs.asked()
	require.Equal(t, "globex-s-hne AircallUnauthorized", woken[0])
	require.Equal(t, []string{"created by Aircall", "aircall_connected by Aircall", "aircall_connected by Aircall"}, i.connections(made.ID))

	// Aircall's window waits for its own page, whoever is signed in here.
	end, _ = lead(t, i.browser(t), i.airURL+"/integrations/partner/install", never)
	require.Equal(t, i.airURL+"/oauth/success", end.String())
	require.Equal(t, "aircall_connected by admin", i.connections(made.ID)[3])
}

func TestWhoIsSignedInIsAskedWhichInstallationItIsFor(t *testing.T) {
	t.Parallel()
	i := newInstall(t)
	for _, id := range []string{"fresh", "other"} {
		require.NoError(t, i.store.PutInstallation(t.Context(), settings.Installation{ID: id}))
	}
	browser := i.browser(t)
	_, page := lead(t, browser, i.airURL+"/integrations/partner/install", never)
	require.Contains(t, page.body, `id="which-fresh"`)
	require.Contains(t, page.body, `id="which-other"`)
	require.NotContains(t, page.body, `id="which-acme"`, "it has its account")
	require.Empty(t, page.header.Get("Cross-Origin-Opener-Policy"), "Aircall's window must not be cut off from Aircall")
	requireWellFormed(t, page.body)
	back, _ := lead(t, stranger(t), i.airURL+"/integrations/partner/install", isCallback)
	require.True(t, isCallback(back), "without a session, nobody is told what there is")

	require.Equal(t, i.airURL+"/oauth/success", i.choose(browser, "fresh"))
	require.True(t, i.installation("fresh").Aircall.OAuth())
	require.False(t, i.installation("other").Aircall.OAuth())
}

// choose posts what the page asks for and gives where it ends.
func (i *install) choose(browser *http.Client, id string) string {
	i.t.Helper()
	request := i.request(i.t, http.MethodPost, "/install/aircall", strings.NewReader(url.Values{"installation": {id}, "dashboard": {"yes"}}.Encode()))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	one := *browser
	one.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	answer := send(i.t, &one, request)
	require.Equal(i.t, http.StatusSeeOther, answer.status, answer.body)
	end, _ := lead(i.t, browser, answer.header.Get("Location"), never)
	return end.String()
}

func TestWhatGoesWrongIsToldInThePersonsLanguage(t *testing.T) {
	t.Parallel()
	i := newInstall(t)
	request := i.request(t, http.MethodGet, "/install/aircall/callback?code=x&state=y", nil)
	for lang, want := range map[string]string{"de": "Das wurde anderswo begonnen", "fr": "Cela a été commencé ailleurs", "es": "Esto se empezó en otro lugar", "en": "This was begun elsewhere"} {
		request.Header.Set("Accept-Language", lang)
		page := i.do(t, request)
		require.Equal(t, http.StatusBadRequest, page.status)
		require.Contains(t, page.body, want)
		require.NotContains(t, page.body, "state=y")
		require.Equal(t, "no-referrer", page.header.Get("Referrer-Policy"))
		require.Empty(t, page.header.Get("Cross-Origin-Opener-Policy"))
		requireWellFormed(t, page.body)
	}
}

func TestAConsentKeepsWhatWasSavedMeanwhile(t *testing.T) {
	t.Parallel()
	for _, vendor := range []string{"aircall", "helpscout"} {
		i := newInstall(t)
		change := func(edit func(*settings.Installation)) {
			require.NoError(t, i.store.ChangeInstallation(t.Context(), "acme", func(in *settings.Installation) (*store.AuditEntry, error) {
				edit(in)
				return nil, nil
			}))
		}
		change(func(in *settings.Installation) { in.Aircall.MessagesToken = "hush-messages" })
		// Somebody saves settings while the vendor is asked.
		i.saving(map[string]string{"aircall": "/v1/webhooks", "helpscout": "/v2/users/me"}[vendor], func() { change(func(in *settings.Installation) { in.Settings = settings.Overrides{"language": "fr"} }) })
		end, page := lead(t, i.browser(t), i.url+"/install/"+vendor+"?installation=acme", never)
		requireConnected(t, "acme", end, page.body)
		acme := i.installation("acme")
		require.Equal(t, "fr", acme.Settings.Values()["language"], vendor)
		require.Equal(t, "hush-messages", acme.Aircall.MessagesToken, "what no consent gives is kept")
		require.Equal(t, []string{vendor + "_connected by admin"}, i.connections("acme"))
	}
}

func TestWhoIsSignedInConnectsBothAccountsOfAnInstallation(t *testing.T) {
	t.Parallel()
	i := newInstall(t)
	i.air.AddWebhook(simulator.Webhook{URL: i.url + "/webhooks/aircall", Token: webhookToken})
	browser := i.browser(t)
	end, page := lead(t, browser, i.url+"/install/aircall?installation=acme", never)
	requireConnected(t, "acme", end, page.body)
	acme := i.installation("acme")
	require.Equal(t, settings.ByOAuth, acme.Aircall.Connection)
	require.Empty(t, acme.Aircall.APIToken, "the API key is not needed any more")
	require.Len(t, acme.Numbers, 2)
	hooks := i.air.Webhooks()
	require.Len(t, hooks, 1, "the one of the API key is gone")
	require.Equal(t, acme.Aircall.WebhookToken, hooks[0].Token)

	end, page = lead(t, browser, i.url+"/install/helpscout?installation=acme", never)
	requireConnected(t, "acme", end, page.body)
	acme = i.installation("acme")
	require.Equal(t, settings.ByOAuth, acme.HelpScout.Connection)
	require.Equal(t, "app-id", acme.HelpScout.AppID, "what can be fallen back to stays")
	tokens, err := i.store.Tokens(t.Context(), "acme", store.VendorHelpScout)
	require.NoError(t, err)
	require.Equal(t, "4711", tokens.Account)
	require.WithinDuration(t, time.Now().Add(48*time.Hour), tokens.Expiry, time.Minute)
	require.NotEmpty(t, tokens.Refresh)
	i.requireNoSecret(page.body)
	require.NotContains(t, i.log.String(), tokens.Refresh)
}

func TestAParameterChoosesNoInstallationWithoutASession(t *testing.T) {
	t.Parallel()
	i := newInstall(t)
	end, _ := lead(t, stranger(t), i.url+"/install/aircall?installation=acme", never)
	require.Equal(t, i.airURL+"/oauth/success", end.String())
	require.False(t, i.installation("acme").Aircall.OAuth())
	require.True(t, i.installation("globex-s-hne").Aircall.OAuth())

	end, page := lead(t, stranger(t), i.url+"/install/helpscout?installation=acme", never)
	require.Equal(t, "/signin", end.Path)
	require.Equal(t, http.StatusOK, page.status)
	require.Empty(t, i.desk.Requests())
}

func TestNobodyTakesOverTheInstallationOfAnother(t *testing.T) {
	t.Parallel()
	i := newInstall(t)
	ctx := t.Context()
	require.NoError(t, i.store.PutInstallation(ctx, settings.Installation{ID: "globex-s-hne"}))
	lead(t, stranger(t), i.url+"/install/aircall", never)
	require.False(t, i.installation("globex-s-hne").Aircall.OAuth(), "another company has that name")
	require.True(t, i.installation("globex-s-hne-70001").Aircall.OAuth())

	browser := i.browser(t)
	_, page := lead(t, browser, i.url+"/install/aircall?installation=acme", never)
	require.Equal(t, http.StatusBadRequest, page.status)
	require.Contains(t, page.body, "belongs to another installation")
	require.False(t, i.installation("acme").Aircall.OAuth())

	require.NoError(t, i.store.SaveTokens(ctx, "acme", store.VendorHelpScout, store.Tokens{Account: "1", Access: "a"}))
	_, page = lead(t, browser, i.url+"/install/helpscout?installation=acme", never)
	require.Equal(t, http.StatusBadRequest, page.status)
	require.Contains(t, page.body, "another Help Scout account")
	require.False(t, i.installation("acme").HelpScout.OAuth())
}

func TestAStateWorksOnceInItsBrowserForAWhile(t *testing.T) {
	t.Parallel()
	for _, vendor := range []string{"aircall", "helpscout"} {
		t.Run(vendor, func(t *testing.T) {
			t.Parallel()
			i := newInstall(t)
			begin := i.url + "/install/" + vendor + "?installation=acme"
			refused := func(browser *http.Client, address *url.URL, want string) {
				t.Helper()
				request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address.String(), nil)
				require.NoError(t, err)
				before := i.installation("acme")
				answer := send(t, browser, request)
				require.Equal(t, http.StatusBadRequest, answer.status, answer.body)
				require.Contains(t, answer.body, want)
				requireWellFormed(t, answer.body)
				i.requireNoSecret(answer.body)
				if code := address.Query().Get("code"); code != "" {
					require.NotContains(t, i.log.String(), code)
				}
				require.Equal(t, before, i.installation("acme"))
			}
			changed := func(u *url.URL, change func(url.Values)) *url.URL {
				query := u.Query()
				change(query)
				other := *u
				other.RawQuery = query.Encode()
				return &other
			}
			browser := i.browser(t)
			back, _ := lead(t, browser, begin, isCallback)
			refused(stranger(t), back, "begun elsewhere")
			refused(browser, changed(back, func(q url.Values) { q.Del("state") }), "begun elsewhere")
			refused(browser, changed(back, func(q url.Values) { q.Set("state", "e30."+strings.Repeat("A", 43)) }), "begun elsewhere")
			refused(browser, changed(back, func(q url.Values) { q.Set("state", "x"+q.Get("state")) }), "begun elsewhere")
			other := *back
			other.Path = map[string]string{"aircall": "/install/helpscout/callback", "helpscout": "/install/aircall/callback"}[vendor]
			refused(browser, &other, "begun elsewhere")
			elsewhere := newInstall(t)
			foreign, _ := lead(t, elsewhere.browser(t), elsewhere.url+"/install/"+vendor+"?installation=acme", isCallback)
			refused(browser, changed(back, func(q url.Values) { q.Set("state", foreign.Query().Get("state")) }), "begun elsewhere")

			_, page := lead(t, browser, back.String(), never)
			require.NotEqual(t, http.StatusBadRequest, page.status)
			refused(browser, back, "took too long, or was done before")

			late, _ := lead(t, browser, begin, isCallback)
			i.clock.advance(10*time.Minute + time.Second)
			refused(browser, late, "took too long, or was done before")

			again, _ := lead(t, browser, begin, isCallback)
			refused(browser, changed(again, func(q url.Values) { q.Del("code"); q.Set("error", "access_denied") }), "Access was not given")
			incomplete, _ := lead(t, browser, begin, isCallback)
			refused(browser, changed(incomplete, func(q url.Values) { q.Del("code") }), "not complete")
		})
	}
}

func TestACodeThatDoesNotWorkIsExplainedWithoutASecret(t *testing.T) {
	t.Parallel()
	for _, vendor := range []string{"aircall", "helpscout"} {
		i := newInstall(t)
		browser := i.browser(t)
		back, _ := lead(t, browser, i.url+"/install/"+vendor+"?installation=acme", isCallback)
		query := back.Query()
		query.Set("code", "hush0123456789abcdef0123456789")
		back.RawQuery = query.Encode()
		_, page := lead(t, browser, back.String(), never)
		require.Equal(t, http.StatusBadGateway, page.status)
		require.Contains(t, page.body, "The vendor refused the connection")
		require.Contains(t, page.body, "Begin again")
		require.Contains(t, i.log.String(), "an account was not connected")
		i.requireNoSecret(page.body)
		require.False(t, i.installation("acme").Aircall.OAuth() || i.installation("acme").HelpScout.OAuth())
	}
}

func TestNoRedirectLeadsElsewhere(t *testing.T) {
	t.Parallel()
	i := newInstall(t)
	browser := i.browser(t)
	for _, evil := range []string{"https://evil.example", "//evil.example", "/\\evil.example"} {
		more := "&next=" + url.QueryEscape(evil) + "&redirect_uri=" + url.QueryEscape(evil) + "&return=" + url.QueryEscape(evil)
		for _, vendor := range []string{"aircall", "helpscout"} {
			end, _ := lead(t, browser, i.url+"/install/"+vendor+"?installation=acme"+more, func(u *url.URL) bool { return u.Host == "evil.example" })
			require.Equal(t, i.url, end.Scheme+"://"+end.Host)
			requireConnected(t, "acme", end)
		}
	}
	// Another site's page cannot begin it for somebody who is signed in.
	request := i.request(t, http.MethodPost, "/install/aircall", strings.NewReader("installation=acme"))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Origin", "https://evil.example")
	answer := send(t, browser, request)
	require.Equal(t, http.StatusForbidden, answer.status)
	require.Contains(t, answer.body, "Use Callscout's own page for this.")
}

func TestWithoutAnApplicationThePagesSaySo(t *testing.T) {
	t.Parallel()
	i := newInstall(t)
	without := newEdge(t, func(c *api.Config) {
		c.Install = &api.Install{Store: i.store, Runs: i.runs, Accounts: &accounts.Clients{Store: i.store}}
	})
	for path, want := range map[string]string{"/install/aircall": "AIRCALL_CLIENT_ID", "/install/helpscout": "HELPSCOUT_CLIENT_ID"} {
		answer := without.get(t, path)
		require.Equal(t, http.StatusNotFound, answer.status)
		require.Contains(t, answer.body, want)
	}
	browser := i.browser(t)
	_, page := lead(t, browser, i.url+"/install/helpscout", never)
	require.Contains(t, page.body, "Connect Aircall first")
	_, page = lead(t, browser, i.url+"/install/aircall?installation=nobody", never)
	require.Contains(t, page.body, "no such installation")
}
