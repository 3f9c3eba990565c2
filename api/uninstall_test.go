package api_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/helpscout"
	"callscout/simulator"
	"callscout/store"
	"callscout/store/storetest"
)

// installed is an installation that is connected on both sides, with webhooks.
func installed(t *testing.T, i *install) {
	t.Helper()
	browser := i.browser(t)
	lead(t, browser, i.url+"/install/aircall?installation=acme", never)
	lead(t, browser, i.url+"/install/helpscout?installation=acme", never)
	for _, address := range []string{i.url + "/webhooks/helpscout/acme", "https://other.example.com/hook"} {
		i.desk.AddWebhook(simulator.HelpScoutWebhook{URL: address, Events: []string{"convo.tags"}, Secret: webhookSecret})
	}
	require.True(t, i.installation("acme").HelpScout.OAuth())
}

func (i *install) requireGone() {
	i.t.Helper()
	require.Eventually(i.t, func() bool {
		_, err := i.store.Installation(i.t.Context(), "acme")
		return errors.Is(err, store.ErrNotFound)
	}, 20*time.Second, 20*time.Millisecond)
	for _, vendor := range []string{store.VendorAircall, store.VendorHelpScout} {
		_, err := i.store.Tokens(i.t.Context(), "acme", vendor)
		require.ErrorIs(i.t, err, store.ErrNotFound)
	}
	require.Eventually(i.t, func() bool { return strings.Contains(i.log.String(), `"msg":"uninstalled"`) }, 10*time.Second, 10*time.Millisecond)
	require.NotContains(i.t, i.log.String(), "hush")
}

func (i *install) helpScoutHooks() []string {
	var out []string
	for _, hook := range i.desk.Webhooks() {
		out = append(out, hook.URL)
	}
	return out
}

func TestAButtonUninstallsAndPutsEverythingInOrderFirst(t *testing.T) {
	t.Parallel()
	i := newInstall(t)
	installed(t, i)
	require.NoError(t, i.store.Settle(t.Context(), "acme/call/5/first-log", 99))
	token := i.installation("acme").Aircall.WebhookToken
	event := func() reply {
		return i.post(t, strings.ReplaceAll(webhook("call.created", 5, mappedLine), webhookToken, token))
	}
	i.runs.set(2, nil)
	require.NoError(t, i.api.Uninstall(t.Context(), "acme", "Ada"))
	require.NoError(t, i.api.Uninstall(t.Context(), "acme", "Ada"))
	require.ErrorIs(t, i.api.Uninstall(t.Context(), "nobody", "Ada"), store.ErrNotFound)

	before := i.temporal.count()
	answer := event()
	require.Equal(t, http.StatusOK, answer.status)
	require.Contains(t, answer.body, "uninstalled")
	require.Equal(t, 1, i.counted(t, "uninstalled"))

	i.clock.advance(time.Minute)
	i.run(t)
	require.Eventually(t, func() bool { return len(i.air.Webhooks()) == 0 }, 10*time.Second, 10*time.Millisecond)
	require.Eventually(t, func() bool {
		cancelled, _ := i.runs.asked()
		return len(cancelled) >= 2
	}, 20*time.Second, 20*time.Millisecond, "it goes on asking while calls run")
	require.True(t, i.installation("acme").HelpScout.OAuth(), "calls that run need the credentials")
	_, err := i.store.Tokens(t.Context(), "acme", store.VendorHelpScout)
	require.NoError(t, err)

	i.runs.set(0, nil)
	i.requireGone()
	require.Equal(t, []string{"https://other.example.com/hook"}, i.helpScoutHooks(), "another's webhook is left alone")
	require.Equal(t, http.StatusOK, event().status, "what comes late is answered")
	require.Equal(t, before, i.temporal.count())
	_, written, err := i.store.LedgerEntry(t.Context(), "acme/call/5/first-log")
	require.NoError(t, err)
	require.True(t, written)
}

func TestAircallsDashboardUninstalls(t *testing.T) {
	t.Parallel()
	i := newInstall(t)
	installed(t, i)
	i.clock.advance(time.Minute)
	require.NoError(t, i.air.Uninstall(t.Context(), airApp.ClientID))
	require.Equal(t, 1, i.counted(t, "uninstalling"))
	_, err := i.store.Installations(t.Context())
	require.NoError(t, err)
	i.run(t)
	i.requireGone()
	require.Equal(t, []string{"https://other.example.com/hook"}, i.helpScoutHooks())

	// The company comes back, and is itself.
	lead(t, stranger(t), i.url+"/install/aircall", never)
	require.True(t, i.installation("acme").Aircall.OAuth())
	require.Empty(t, i.installation("acme").Numbers, "its settings were purged")
}

func TestAnAPIKeysWebhookUninstallsNothing(t *testing.T) {
	t.Parallel()
	i := newInstall(t)
	answer := i.post(t, `{"resource":"integration","event":"integration.deleted","token":"`+webhookToken+`","data":{"integration_id":1,"company_id":2}}`)
	require.Equal(t, http.StatusOK, answer.status)
	require.False(t, i.installation("acme").Uninstalled)
}

func TestAnUninstallationThatWasCutOffGoesOnAtTheNextStart(t *testing.T) {
	t.Parallel()
	for name, cut := range map[string]func(*install){
		"before anything": func(*install) {},
		"after the webhooks": func(i *install) {
			for _, hook := range i.desk.Webhooks() {
				if strings.HasPrefix(hook.URL, i.url) {
					client, err := helpScoutOf(i)
					require.NoError(i.t, err)
					require.NoError(i.t, client.Unsubscribe(i.t.Context(), hook.ID))
				}
			}
		},
		"after the tokens were withdrawn": func(i *install) {
			i.desk.RevokeConsents(deskApp.ClientID)
			i.air.RevokeTokens(airApp.ClientID)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			database := storetest.SQLiteConfig(t)
			i := installOn(t, database)
			installed(t, i)
			require.NoError(t, i.api.Uninstall(t.Context(), "acme", "Ada"))
			cut(i)
			// The edge was never run: what it had begun stands in the database alone.
			require.True(t, i.installation("acme").Uninstalled)
			i.clock.advance(time.Minute)
			i.run(t)
			i.requireGone()
		})
	}
}

func helpScoutOf(i *install) (*helpscout.Client, error) {
	tokens, err := i.store.Tokens(i.t.Context(), "acme", store.VendorHelpScout)
	if err != nil {
		return nil, err
	}
	return helpscout.New(i.deskURL, fixed(tokens.Access))
}

func TestSecretsArePurgedInTheEndWhateverFails(t *testing.T) {
	t.Parallel()
	i := newInstall(t)
	installed(t, i)
	require.NoError(t, i.desk.Fault(simulator.Fault{Name: "down", PathPattern: "/v2/webhooks", Status: http.StatusServiceUnavailable}))
	i.runs.set(1, nil)
	require.NoError(t, i.api.Uninstall(t.Context(), "acme", "Ada"))
	i.clock.advance(9 * time.Minute)
	i.run(t)
	require.Eventually(t, func() bool { cancelled, _ := i.runs.asked(); return len(cancelled) >= 2 }, 20*time.Second, 20*time.Millisecond)
	require.True(t, i.installation("acme").Uninstalled)
	i.clock.advance(2 * time.Minute)
	i.requireGone()
	require.Contains(t, i.log.String(), "not all was put in order")
}

func TestThePurgeWaitsLongerWhereTemporalIsAway(t *testing.T) {
	t.Parallel()
	i := newInstall(t)
	installed(t, i)
	i.runs.set(0, errAway)
	require.NoError(t, i.api.Uninstall(t.Context(), "acme", "Ada"))
	i.clock.advance(time.Hour)
	i.run(t)
	require.Eventually(t, func() bool { cancelled, _ := i.runs.asked(); return len(cancelled) >= 2 }, 20*time.Second, 20*time.Millisecond)
	require.True(t, i.installation("acme").Uninstalled)
	i.runs.set(0, nil)
	i.requireGone()
}

func TestWhatWaitsInTheInboxOfACompanyThatHasGoneIsDropped(t *testing.T) {
	t.Parallel()
	i := newInstall(t)
	i.temporal.goAway(errAway)
	require.Equal(t, http.StatusOK, i.post(t, webhook("call.created", 5, mappedLine)).status)
	waiting, _ := i.counts(t)
	require.Equal(t, 1, waiting)
	i.runs.set(1, nil)
	require.NoError(t, i.api.Uninstall(t.Context(), "acme", "Ada"))
	i.temporal.goAway(nil)
	i.run(t)
	require.Eventually(t, func() bool { waiting, _ := i.counts(t); return waiting == 0 }, 20*time.Second, 20*time.Millisecond)
	require.Zero(t, i.temporal.count())
}

// fixed is one access token.
type fixed string

func (f fixed) Token(context.Context) (string, error) { return string(f), nil }
func (f fixed) Invalidate(string)                     {}
