package settings_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/settings"
)

func stored() settings.Installation {
	return settings.Installation{
		ID: "acme",
		Aircall: settings.AircallAccount{
			APIID: "1f0c7a", APIToken: "tok-ocean-7", WebhookToken: "hook-river-8",
		},
		HelpScout: settings.HelpScoutAccount{AppID: "9b2e41", AppSecret: "sec-mountain-9", WebhookSecret: "sign-lake-3", SidebarSecret: "side-hill-5"},
	}
}

func TestPrintingShowsNoCredential(t *testing.T) {
	t.Parallel()
	i := stored()
	file := settings.File{Version: 1, Installations: []settings.Installation{i}}
	var out bytes.Buffer
	for _, value := range []any{
		i, &i, file, &file, i.Aircall, &i.Aircall, i.HelpScout, &i.HelpScout,
		[]settings.Installation{i}, map[string]settings.Installation{"acme": i},
	} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
			fmt.Fprintf(&out, verb+"\n", value)
		}
	}
	for _, logger := range []*slog.Logger{
		slog.New(slog.NewJSONHandler(&out, nil)), slog.New(slog.NewTextHandler(&out, nil)),
	} {
		logger.Info("seen", "installation", i, "pointer", &i, "file", file,
			"aircall", i.Aircall, "helpscout", &i.HelpScout)
	}
	for _, c := range []string{"1f0c7a", "tok-ocean-7", "hook-river-8", "9b2e41", "sec-mountain-9", "sign-lake-3", "side-hill-5"} {
		require.NotContains(t, out.String(), c)
		require.NotContains(t, out.String(), fmt.Sprintf("%x", c))
	}
	require.Contains(t, out.String(), "acme")
	require.Equal(t, "{api_id set, api_token missing, webhook_token set, messages_token missing}",
		settings.AircallAccount{APIID: "a", WebhookToken: "b"}.String())
}

func TestMissingCredentialsAreNamed(t *testing.T) {
	t.Parallel()
	require.Empty(t, stored().MissingSecrets())
	require.Equal(t, []string{
		"aircall.api_id", "aircall.api_token", "aircall.webhook_token", "helpscout.app_id", "helpscout.app_secret",
	}, settings.Installation{ID: "acme"}.MissingSecrets())
	i := stored()
	i.Aircall.WebhookToken, i.HelpScout.AppSecret, i.HelpScout.WebhookSecret = "", "", ""
	i.HelpScout.SidebarSecret = ""
	require.Equal(t, []string{"aircall.webhook_token", "helpscout.app_secret"}, i.MissingSecrets())
}

func TestLeftOutCredentialsKeepTheirStoredValue(t *testing.T) {
	t.Parallel()
	given := settings.Installation{ID: "acme", Settings: settings.Overrides{"language": "de"}}
	given.Aircall.APIToken = "tok-new-1"
	filled := given.WithSecretsOf(stored())
	want := stored()
	want.Aircall.APIToken = "tok-new-1"
	want.Settings = given.Settings
	require.Equal(t, want, filled)
	require.Empty(t, given.Aircall.APIID)
}

func TestAStoredSecretIsNotTakenForAnotherID(t *testing.T) {
	t.Parallel()
	var given settings.Installation
	given.Aircall.APIID, given.HelpScout.AppID = "another", "9b2e41"
	filled := given.WithSecretsOf(stored())
	require.Equal(t, []string{"aircall.api_token"}, filled.MissingSecrets())
	require.Equal(t, "hook-river-8", filled.Aircall.WebhookToken)
	require.Equal(t, "sec-mountain-9", filled.HelpScout.AppSecret)

	given.Aircall.APIID, given.HelpScout.AppID = "1f0c7a", "another"
	filled = given.WithSecretsOf(stored())
	require.Equal(t, []string{"helpscout.app_secret"}, filled.MissingSecrets())
	require.Equal(t, "sign-lake-3", filled.HelpScout.WebhookSecret, "the webhooks of the account go on")
}
