package simulator_test

import (
	"context"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/aircall"
	"callscout/helpscout"
	"callscout/simulator"
)

const (
	airBack  = "https://callscout.example.com/install/aircall/callback"
	deskBack = "https://callscout.example.com/install/helpscout/callback"
)

var (
	airApp  = aircall.App{ClientID: "partner", ClientSecret: "partner-secret"}
	deskApp = helpscout.App{ClientID: "oauth-app", ClientSecret: "oauth-secret"}
)

func withPartner(o *office) {
	o.AddApp(simulator.OAuthApp{ID: "partner", Secret: "partner-secret", Name: "Callscout", InstallURL: "https://callscout.example.com/install/aircall", RedirectURL: airBack})
}

// consent follows the link to the consent and gives the query that comes back.
func (c *client) consent(address string) url.Values {
	c.t.Helper()
	asked, err := url.Parse(address)
	require.NoError(c.t, err)
	result := c.get(asked.RequestURI())
	require.Equal(c.t, http.StatusFound, result.status, result.raw)
	back, err := url.Parse(result.header.Get("Location"))
	require.NoError(c.t, err)
	return back.Query()
}

func TestAircallsConsentGivesACodeThatWorksOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	withPartner(o)
	address, err := aircall.AuthorizeURL(o.url, airApp, airBack, "st")
	require.NoError(t, err)
	asked, err := url.Parse(address)
	require.NoError(t, err)
	requireAll(t, o.page(200, asked.RequestURI()), `id="allow"`, "answer=allow", "Callscout", "Simulated company")
	require.Equal(t, url.Values{"state": {"st"}, "error": {"access_denied"}}, o.consent(address+"&answer=deny"))

	o.Allow(true)
	back := o.consent(address)
	require.Equal(t, "st", back.Get("state"))
	_, err = aircall.Exchange(t.Context(), o.url, airApp, back.Get("code"), "https://evil.example.com")
	require.ErrorContains(t, err, "invalid_grant")
	token, err := aircall.Exchange(t.Context(), o.url, airApp, back.Get("code"), airBack)
	require.NoError(t, err)
	client, err := aircall.New(o.url, aircall.Bearer(token))
	require.NoError(t, err)
	me, err := client.Integration(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, 70_001, me.CompanyID)
	require.Equal(t, []int64{5001, 5002}, me.NumberIDs)

	_, err = aircall.Exchange(t.Context(), o.url, airApp, back.Get("code"), airBack)
	require.ErrorContains(t, err, "invalid_grant")
	require.Error(t, client.Ping(t.Context()), "a code used twice withdraws its token")
	require.Equal(t, http.StatusBadRequest, o.get("/oauth/authorize?client_id=partner&response_type=code&scope=public_api&redirect_uri=https://evil.example.com").status)
	require.Equal(t, "https://callscout.example.com/install/aircall", o.get("/integrations/partner/install").header.Get("Location"))
	requireAll(t, o.page(200, "/oauth/success"), "installed")
}

func TestAnUninstalledApplicationIsToldAndLockedOut(t *testing.T) {
	t.Parallel()
	o := newOffice(t, func(options *simulator.AircallOptions) { options.AutoAllow = true })
	withPartner(o)
	address, err := aircall.AuthorizeURL(o.url, airApp, airBack, "st")
	require.NoError(t, err)
	token, err := aircall.Exchange(t.Context(), o.url, airApp, o.consent(address).Get("code"), airBack)
	require.NoError(t, err)
	client, err := aircall.New(o.url, aircall.Bearer(token))
	require.NoError(t, err)

	hooks, err := client.Webhooks(t.Context())
	require.NoError(t, err)
	require.Empty(t, hooks, "those of API keys are not shown")
	made, err := client.CreateWebhook(t.Context(), aircall.NewWebhook{URL: o.Webhooks()[0].URL, Name: "Callscout", Events: []string{"call.created"}})
	require.NoError(t, err)
	more, err := client.AddWebhookEvents(t.Context(), made.ID, []string{"call.ended"})
	require.NoError(t, err)
	require.Equal(t, []string{"call.created", "call.ended"}, more.Events)
	byKey, err := aircall.New(o.url, aircall.Basic("id", "token"))
	require.NoError(t, err)
	require.ErrorContains(t, byKey.DeleteWebhook(t.Context(), made.ID), "404", "not there for an API key")
	hooks, err = client.Webhooks(t.Context())
	require.NoError(t, err)
	require.Len(t, hooks, 1)

	require.NoError(t, o.Uninstall(t.Context(), "partner"))
	told := o.hub.all()
	require.Len(t, told, 1, "only the application's own webhook hears of it")
	require.Equal(t, "integration.deleted", told[0].Name)
	require.Equal(t, "integration", told[0].Resource)
	require.Equal(t, made.Token, told[0].Token)
	require.EqualValues(t, 70_001, told[0].data["company_id"])
	require.Error(t, client.Ping(t.Context()))
	require.Error(t, o.Uninstall(t.Context(), "partner"))
}

func consented(t *testing.T, d *desk) helpscout.Tokens {
	t.Helper()
	d.AddApp(simulator.App{ID: "oauth-app", Secret: "oauth-secret", UserID: 11, ConsentedBy: 12, RedirectURL: deskBack, CodesOnly: true})
	address, err := helpscout.AuthorizeURL(d.url, deskApp, "st")
	require.NoError(t, err)
	back := d.consent(address + "&answer=allow")
	require.Equal(t, "st", back.Get("state"))
	tokens, err := helpscout.Exchange(t.Context(), d.url, deskApp, back.Get("code"), helpscout.WithClock(d.clock.Now))
	require.NoError(t, err)
	require.Equal(t, noon.Add(48*time.Hour), tokens.Expiry)
	_, err = helpscout.ClientCredentials(d.url, "oauth-app", "oauth-secret")
	require.NoError(t, err)
	return tokens
}

func (d *desk) refresh(token string) (helpscout.Tokens, error) {
	return helpscout.Refresh(context.Background(), d.url, deskApp, token, helpscout.WithClock(d.clock.Now))
}

// opens tells whether the API takes an access token.
func (d *desk) opens(access string) bool {
	other := *d.client
	other.authorization = "Bearer " + access
	return other.get("/v2/users/me").status == http.StatusOK
}

func TestHelpScoutsRefreshTokensWorkOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	first := consented(t, d)
	require.True(t, d.opens(first.Access))
	d.clock.Advance(47 * time.Hour)
	second, err := d.refresh(first.Refresh)
	require.NoError(t, err)
	require.NotEqual(t, first.Refresh, second.Refresh)
	require.True(t, d.opens(first.Access) && d.opens(second.Access), "the older one lives on")
	_, err = d.refresh(first.Refresh)
	require.True(t, helpscout.TokenRefused(err))
	require.ErrorContains(t, err, "Invalid refresh_token")
	d.clock.Advance(2 * time.Hour)
	require.False(t, d.opens(first.Access))
	require.True(t, d.opens(second.Access))
	d.RevokeConsents("oauth-app")
	require.False(t, d.opens(second.Access))
	_, err = d.refresh(second.Refresh)
	require.True(t, helpscout.TokenRefused(err))
}

func TestAnAnswerWithTokensCanBeLost(t *testing.T) {
	t.Parallel()
	d := newDesk(t, func(o *simulator.HelpScoutOptions) { o.RefreshGrace = time.Minute })
	first := consented(t, d)
	require.NoError(t, d.LoseNextRefresh())
	_, err := d.refresh(first.Refresh)
	var lost *helpscout.TransportError
	require.ErrorAs(t, err, &lost)
	_, err = d.refresh(first.Refresh)
	require.NoError(t, err, "within the grace")
	d.clock.Advance(time.Minute)
	_, err = d.refresh(first.Refresh)
	require.True(t, helpscout.TokenRefused(err))
}

func TestAnAccountCanBeStricterWithTokens(t *testing.T) {
	t.Parallel()
	d := newDesk(t, func(o *simulator.HelpScoutOptions) { o.ReuseRevokes, o.RefreshEndsAccess = true, true })
	first := consented(t, d)
	second, err := d.refresh(first.Refresh)
	require.NoError(t, err)
	require.False(t, d.opens(first.Access))
	_, err = d.refresh(first.Refresh)
	require.Error(t, err)
	require.False(t, d.opens(second.Access), "reuse withdraws all")
}

func TestAHelpScoutWebhookIsReplacedByTheClient(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	auth, err := helpscout.ClientCredentials(d.url, "app", "secret")
	require.NoError(t, err)
	client, err := helpscout.New(d.url, auth)
	require.NoError(t, err)
	wanted := helpscout.NewSubscription{URL: "https://callscout.example.com/webhooks/helpscout/acme", Events: []string{"convo.tags"}, Secret: "s", Label: "Callscout"}
	id, err := client.Subscribe(t.Context(), wanted)
	require.NoError(t, err)
	wanted.Events = []string{"convo.status"}
	require.NoError(t, client.Resubscribe(t.Context(), id, wanted))
	all, err := client.Subscriptions(t.Context())
	require.NoError(t, err)
	require.Equal(t, []helpscout.Subscription{{ID: id, URL: wanted.URL, Events: wanted.Events, State: "enabled", Label: "Callscout"}}, all)
	require.True(t, all[0].Enabled())
	require.NoError(t, client.Unsubscribe(t.Context(), id))
	require.NoError(t, client.Unsubscribe(t.Context(), id))
	for _, wrong := range []helpscout.NewSubscription{{}, {URL: wanted.URL, Events: wanted.Events}, {URL: wanted.URL, Secret: "s"}} {
		_, err = client.Subscribe(t.Context(), wrong)
		var refused *helpscout.RequestError
		require.ErrorAs(t, err, &refused)
	}
}
