package settings_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/settings"
)

func consented() settings.Installation {
	return settings.Installation{
		ID:        "acme",
		Aircall:   settings.AircallAccount{Connection: settings.ByOAuth, WebhookToken: "hook-river-8"},
		HelpScout: settings.HelpScoutAccount{Connection: settings.ByOAuth, AppID: "9b2e41", AppSecret: "sec-mountain-9"},
	}
}

func TestWhoConsentsLacksNoCredential(t *testing.T) {
	t.Parallel()
	require.Empty(t, consented().MissingSecrets())
	require.Empty(t, settings.Installation{
		Aircall: settings.AircallAccount{Connection: settings.ByOAuth}, HelpScout: settings.HelpScoutAccount{Connection: settings.ByOAuth},
	}.MissingSecrets())
	half := settings.Installation{Aircall: settings.AircallAccount{Connection: settings.ByOAuth}}
	require.Equal(t, []string{"helpscout.app_id", "helpscout.app_secret"}, half.MissingSecrets())
}

func TestAnExportNamesTheConnectionAndIsTakenBackWithoutAChange(t *testing.T) {
	t.Parallel()
	before := consented()
	text, err := settings.Export(settings.File{Version: 1, Installations: []settings.Installation{before}})
	require.NoError(t, err)
	require.Contains(t, string(text), "aircall:\n      connection: oauth\n    helpscout:\n      connection: oauth\n      app_id: 9b2e41\n")
	require.NotContains(t, string(text), "hook-river-8")
	require.NotContains(t, string(text), "sec-mountain-9")

	file, err := settings.Parse("export.yaml", text, func(string) (string, bool) { return "", false })
	require.NoError(t, err)
	after := file.Installations[0].WithSecretsOf(before)
	require.Equal(t, before, after)
	require.Empty(t, settings.Diff(&before, &after))
}

func TestAFileCanGoBackToCredentials(t *testing.T) {
	t.Parallel()
	before := consented()
	wanted := settings.Installation{ID: "acme", Aircall: settings.AircallAccount{APIID: "1f0c7a", APIToken: "tok-ocean-7"}}
	after := wanted.WithSecretsOf(before)
	require.Equal(t, settings.ByCredentials, after.Aircall.Connection)
	require.Equal(t, settings.ByOAuth, after.HelpScout.Connection, "nothing was said of it")
	var lines []string
	for _, change := range settings.Diff(&before, &after) {
		lines = append(lines, change.String())
	}
	require.Equal(t, []string{
		"aircall.connection: oauth -> credentials", "aircall.api_id: (none) -> 1f0c7a", "aircall.api_token: (set)",
	}, lines)
}
