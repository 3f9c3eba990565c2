package cli_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/secret"
	"callscout/settings"
	"callscout/store"
)

// stored opens the database of a machine as a running process has it.
func (m machine) stored(t testing.TB) *store.Store {
	t.Helper()
	keys, err := secret.ParseRing(m.env["CALLSCOUT_ENCRYPTION_KEY"])
	require.NoError(t, err)
	db, err := store.Open(t.Context(), store.Config{DataDir: m.env["CALLSCOUT_DATA"], Keys: keys})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

func TestTokensOfAConsentAreNeverExportedAndSurviveAnApply(t *testing.T) {
	t.Parallel()
	m := settingsMachine(t).with("CALLSCOUT_ENCRYPTION_KEY", secret.NewKey())
	db := m.stored(t)
	require.NoError(t, db.PutInstallation(t.Context(), settings.Installation{
		ID:        "acme",
		Aircall:   settings.AircallAccount{Connection: settings.ByOAuth, WebhookToken: "hush-hook"},
		HelpScout: settings.HelpScoutAccount{Connection: settings.ByOAuth},
	}))
	// Connected at one side only, as right after an installation from the dashboard.
	require.NoError(t, db.PutInstallation(t.Context(), settings.Installation{
		ID: "half", Aircall: settings.AircallAccount{Connection: settings.ByOAuth, WebhookToken: "hush-half"},
	}))
	tokens := store.Tokens{Account: "4711", Access: "hush-access", Refresh: "hush-refresh"}
	require.NoError(t, db.SaveTokens(t.Context(), "acme", store.VendorHelpScout, tokens))

	exported := m.run(t, "export")
	require.Zero(t, exported.code, exported.err)
	require.Contains(t, exported.out, "connection: oauth")
	require.NotContains(t, exported.out, "hush")
	again := m.run(t, "apply", "-f", write(t, "exported.yaml", exported.out))
	require.Zero(t, again.code, again.err)
	require.Equal(t, "Nothing to change.\n", again.out)
	kept, err := db.Tokens(t.Context(), "acme", store.VendorHelpScout)
	require.NoError(t, err)
	require.Equal(t, tokens, kept)
	acme, err := db.Installation(t.Context(), "acme")
	require.NoError(t, err)
	require.Equal(t, "hush-hook", acme.Aircall.WebhookToken)
}

func TestAnInstallationThatLeavesIsNotChangedByAFile(t *testing.T) {
	t.Parallel()
	m := settingsMachine(t).with("CALLSCOUT_ENCRYPTION_KEY", secret.NewKey())
	file := write(t, "a.yaml", settingsFile)
	require.Zero(t, m.run(t, "apply", "-f", file).code)
	require.NoError(t, m.stored(t).BeginUninstall(t.Context(), "acme"))
	refused := m.run(t, "apply", "-f", file)
	require.NotZero(t, refused.code)
	require.Contains(t, refused.err, "is being uninstalled; try again once that is done")
}

func TestAnApplicationNeedsIDAndSecret(t *testing.T) {
	t.Parallel()
	m := settingsMachine(t).with("AIRCALL_CLIENT_ID", "partner").with("HELPSCOUT_CLIENT_SECRET", "hush").with("HELPSCOUT_AUTH_URL", "https://x.example/path")
	refused := m.run(t, "api", "--listen", "127.0.0.1:0")
	require.NotZero(t, refused.code)
	for _, want := range []string{"AIRCALL_CLIENT_ID and AIRCALL_CLIENT_SECRET belong together", "HELPSCOUT_CLIENT_ID and HELPSCOUT_CLIENT_SECRET belong together", "HELPSCOUT_AUTH_URL"} {
		require.Contains(t, refused.err, want)
	}
	require.NotContains(t, refused.err, "hush")
}
