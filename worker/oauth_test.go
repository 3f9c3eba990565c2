package worker_test

import (
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"callscout/activities"
	"callscout/calllog"
	"callscout/helpscout"
	"callscout/settings"
	"callscout/simulator"
	"callscout/store"
	"callscout/workflows"
)

var oauthApp = helpscout.App{ClientID: "oauth-app", ClientSecret: "oauth-secret"}

// movedClock is the real one, set ahead.
type movedClock struct {
	mu    sync.Mutex
	ahead time.Duration
}

func (c *movedClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.ahead)
}

func (c *movedClock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += d
}

// consentedOffice is a company whose Help Scout was connected in the browser.
func consentedOffice(t *testing.T, account settings.HelpScoutAccount) (*office, *movedClock) {
	t.Helper()
	clock := &movedClock{}
	o := newOffice(t, func(options *simulator.HelpScoutOptions) { options.Clock, options.AutoAllow = clock.Now, true })
	o.helpScout.AddApp(simulator.App{ID: oauthApp.ClientID, Secret: oauthApp.ClientSecret, UserID: owner, RedirectURL: "https://callscout.example.com/back", CodesOnly: true})
	clients, right := o.acts.Accounts.(*activities.Clients)
	require.True(t, right)
	clients.HelpScoutApp, clients.Now = oauthApp, clock.Now
	account.Connection = settings.ByOAuth
	installation, err := o.store.Installation(t.Context(), o.installation)
	require.NoError(t, err)
	installation.HelpScout = account
	require.NoError(t, o.store.PutInstallation(t.Context(), installation))
	o.consent(clients)
	return o, clock
}

// consent is what a person does in a browser.
func (o *office) consent(clients *activities.Clients) {
	o.t.Helper()
	address, err := helpscout.AuthorizeURL(clients.HelpScoutURL, oauthApp, "state")
	require.NoError(o.t, err)
	browser := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := browser.Get(address)
	require.NoError(o.t, err)
	require.NoError(o.t, response.Body.Close())
	back, err := url.Parse(response.Header.Get("Location"))
	require.NoError(o.t, err)
	given, err := helpscout.Exchange(o.t.Context(), clients.HelpScoutURL, oauthApp, back.Query().Get("code"), helpscout.WithClock(clients.Now))
	require.NoError(o.t, err)
	require.NoError(o.t, o.store.SaveTokens(o.t.Context(), o.installation, store.VendorHelpScout, store.Tokens{
		Account: "4711", Access: given.Access, Refresh: given.Refresh, Expiry: given.Expiry, ObtainedAt: clients.Now(),
	}))
}

func (o *office) at(after time.Duration, do func()) { o.env.RegisterDelayedCallback(do, after) }

func TestATokenThatEndsInMidCallIsRenewed(t *testing.T) {
	t.Parallel()
	o, clock := consentedOffice(t, settings.HelpScoutAccount{})
	o.at(30*time.Second, func() { clock.advance(49 * time.Hour) })
	o.answeredCall(nil)
	require.Equal(t, workflows.StatusSynced, o.run().Status)
	require.Equal(t, []string{"phone: start", "note: end"}, o.log())
	tokens, err := o.store.Tokens(t.Context(), o.installation, store.VendorHelpScout)
	require.NoError(t, err)
	require.NotEmpty(t, tokens.Previous, "it was renewed")
}

func TestARevokedConsentParksTheCallUntilSomebodyConnectsAgain(t *testing.T) {
	t.Parallel()
	o, _ := consentedOffice(t, settings.HelpScoutAccount{})
	clients, _ := o.acts.Accounts.(*activities.Clients)
	o.at(30*time.Second, func() { o.helpScout.RevokeConsents(oauthApp.ClientID) })
	o.answeredCall(nil)
	o.at(4*time.Minute, func() {
		view := o.view()
		require.Equal(t, workflows.StatusNeedsAttention, view.Status)
		require.Contains(t, view.Details, "Help Scout did not accept the connection.")
		require.Contains(t, view.Details, "Connect Help Scout again in Callscout")
		require.NotContains(t, view.Details, "oauth-secret")
		require.Equal(t, calllog.HelpScoutUnauthorized, view.Parked.Problem)
		o.consent(clients)
		// What the edge does once the account is connected.
		o.env.SignalWorkflow(workflows.Retry, workflows.Decision{By: "Callscout"})
	})
	require.Equal(t, workflows.StatusSynced, o.run().Status)
	require.Equal(t, []string{"phone: start", "note: end"}, o.log(), "nothing is lost, and nothing twice")
}

func TestALostRefreshAnswerParksNoCallOfACompanyWithAnApplicationOfItsOwn(t *testing.T) {
	t.Parallel()
	o, clock := consentedOffice(t, settings.HelpScoutAccount{AppID: "app", AppSecret: "secret"})
	o.at(30*time.Second, func() {
		clock.advance(49 * time.Hour)
		require.NoError(t, o.helpScout.LoseNextRefresh())
	})
	o.answeredCall(nil)
	parked := false
	o.at(3*time.Minute, func() { parked = o.view().Parked != nil })
	require.Equal(t, workflows.StatusSynced, o.run().Status)
	require.False(t, parked)
	require.Equal(t, []string{"phone: start", "note: end"}, o.log())
}

// Until the last token ends nothing fails, so that only the guard can tell.
func TestTheGuardTellsOfAConsentThatIsNotRenewed(t *testing.T) {
	t.Parallel()
	o, clock := consentedOffice(t, settings.HelpScoutAccount{})
	clients, _ := o.acts.Accounts.(*activities.Clients)
	o.aircall.AddNumber(simulator.Number{ID: line, Name: "Support"})
	o.aircall.AddWebhook(simulator.Webhook{URL: "https://callscout.example.com", Token: "hook of acme", Events: calllog.WebhookEvents()})
	result, _ := o.guard()
	require.Equal(t, workflows.StatusSynced, result.Status)

	clock.advance(25 * time.Hour)
	require.NoError(t, o.helpScout.LoseNextRefresh())
	result, _ = o.guard()
	require.Equal(t, workflows.StatusSynced, result.Status, "the next try may help")
	clock.advance(10 * time.Minute)
	result, kept := o.guard()
	require.Equal(t, []calllog.Finding{{Check: calllog.CheckHelpScout, Problem: calllog.HelpScoutEnding}}, result.Findings)
	require.Contains(t, kept.Problems[0].Message, "Connect Help Scout again in Callscout.")

	o.consent(clients)
	result, kept = o.guard()
	require.Equal(t, workflows.StatusSynced, result.Status)
	require.Empty(t, kept.Problems)
}

func TestACallThatIsCancelledTakesItsTagOffWithTheTokensOfTheConsent(t *testing.T) {
	t.Parallel()
	o, _ := consentedOffice(t, settings.HelpScoutAccount{})
	o.knownCustomer()
	o.hear(0, "call.created", nil)
	o.hear(10*time.Second, "call.answered", o.answered(nil))
	o.at(30*time.Second, func() {
		require.Contains(t, o.theConversation().Tags, "call in progress")
		require.NoError(t, o.store.BeginUninstall(t.Context(), o.installation))
		o.env.CancelWorkflow()
	})
	o.env.ExecuteWorkflow(workflows.CallWorkflow, workflows.CallInput{
		Installation: o.installation, CallID: o.callID, Inbox: o.inbox, Settings: o.settings,
	})
	require.True(t, o.env.IsWorkflowCompleted())
	var cancelled *temporal.CanceledError
	require.ErrorAs(t, o.env.GetWorkflowError(), &cancelled)
	require.NotContains(t, o.theConversation().Tags, "call in progress")
}
