package settings_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/settings"
)

func linesOf(changes []settings.Change) []string {
	lines := []string{}
	for _, c := range changes {
		lines = append(lines, c.String())
	}
	return lines
}

func TestADiffReadsLikeTheFile(t *testing.T) {
	t.Parallel()
	before, after := stored(), stored()
	before.HelpScout.AppSecret, after.HelpScout.WebhookSecret = "", "sign-lake-4"
	before.Settings = settings.Overrides{
		"language": "de",
		"calls":    keys{"post_call_delay": "45s", "closed_window": "48h", "reopen_closed": true},
	}
	before.Numbers = []settings.Number{
		{AircallNumber: 9, Inbox: 90, Settings: settings.Overrides{"active": false}},
		{AircallNumber: 7, Inbox: 70},
	}
	after.Aircall.APIID, after.Aircall.APIToken = "2a2a2a", "tok-new-1"
	after.Settings = settings.Overrides{
		"calls": keys{
			"post_call_delay": "10s", "closed_window": "2880m", "reopen_closed": true,
			"types": []any{"missed", "voicemail"}, "closed_after": []any{"missed"},
		},
		"messages": keys{"reopen_closed": false},
		"tags":     keys{"names": keys{"team": "Gruppe {name}"}},
	}
	after.Numbers = []settings.Number{
		{AircallNumber: 7, Inbox: 71, Settings: settings.Overrides{"calls": keys{"post_call_delay": "20s"}}},
		{AircallNumber: 8, Inbox: 80, Settings: settings.Overrides{"language": "fr"}},
	}
	require.Equal(t, []string{
		"aircall.api_id: 1f0c7a -> 2a2a2a",
		"aircall.api_token: (changed)",
		"helpscout.app_secret: (set)",
		"helpscout.webhook_secret: (changed)",
		"settings.language: de -> en (default)",
		"settings.calls.post_call_delay: 45s -> 10s",
		"settings.calls.types: [inbound_answered, missed, voicemail, outbound_answered, outbound_unanswered] (default) -> [missed, voicemail]",
		"settings.calls.closed_after: (default) -> [missed]",
		"settings.messages.reopen_closed: true (default) -> false",
		"settings.tags.names.team: team-{name} (default) -> Gruppe {name}",
		"numbers[7].inbox: 70 -> 71",
		"numbers[7].settings.calls.post_call_delay: 45s (inherited) -> 20s",
		"numbers[8].inbox: (none) -> 80",
		"numbers[8].settings.language: (none) -> fr",
		"numbers[9].inbox: 90 -> (none)",
		"numbers[9].settings.active: false -> (none)",
	}, linesOf(settings.Diff(&before, &after)))
}

func TestANewAndARemovedInstallationAreListedWhole(t *testing.T) {
	t.Parallel()
	i := stored()
	i.Aircall.WebhookToken = ""
	i.Settings = settings.Overrides{"language": "de"}
	i.Numbers = []settings.Number{{AircallNumber: 7, Inbox: 70}}
	require.Equal(t, []string{
		"id: (none) -> acme",
		"aircall.api_id: (none) -> 1f0c7a",
		"aircall.api_token: (set)",
		"helpscout.app_id: (none) -> 9b2e41",
		"helpscout.app_secret: (set)",
		"helpscout.webhook_secret: (set)",
		"helpscout.sidebar_secret: (set)",
		"settings.language: (none) -> de",
		"numbers[7].inbox: (none) -> 70",
	}, linesOf(settings.Diff(nil, &i)))
	require.Equal(t, []string{
		"id: acme -> (none)",
		"aircall.api_id: 1f0c7a -> (none)",
		"aircall.api_token: (set) -> (none)",
		"helpscout.app_id: 9b2e41 -> (none)",
		"helpscout.app_secret: (set) -> (none)",
		"helpscout.webhook_secret: (set) -> (none)",
		"helpscout.sidebar_secret: (set) -> (none)",
		"settings.language: de -> (none)",
		"numbers[7].inbox: 70 -> (none)",
	}, linesOf(settings.Diff(&i, nil)))
	require.Empty(t, settings.Diff(nil, nil))
}

func TestNoChangeIsNoDifference(t *testing.T) {
	t.Parallel()
	before, after := stored(), stored()
	require.Empty(t, settings.Diff(&before, &after))
	after.Aircall, after.HelpScout = settings.AircallAccount{}, settings.HelpScoutAccount{}
	require.Empty(t, settings.Diff(&before, &after), "what is left out keeps its stored value")
	before.Settings = settings.Overrides{"ai": keys{"settle": "90s"}}
	after.Settings = settings.Overrides{"ai": keys{"settle": settings.Defaults().AI.Settle}}
	require.Empty(t, settings.Diff(&before, &after), "another spelling of the same duration")
}

func TestADiffShowsNoSecret(t *testing.T) {
	t.Parallel()
	before, after := stored(), stored()
	after.Aircall.APIToken, after.Aircall.WebhookToken = "n-1", "n-2"
	after.HelpScout.AppSecret, after.HelpScout.WebhookSecret = "n-3", "n-4"
	text := strings.Join(linesOf(append(append(settings.Diff(&before, &after),
		settings.Diff(nil, &before)...), settings.Diff(&before, nil)...)), "\n")
	for _, secret := range []string{"tok-ocean-7", "hook-river-8", "sec-mountain-9", "sign-lake-3", "side-hill-5", "n-1", "n-2", "n-3", "n-4"} {
		require.NotContains(t, text, secret)
	}
}
