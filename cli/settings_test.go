package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/secret"
	"callscout/store"
)

const settingsFile = `version: 1
installations:
  - id: acme
    aircall: { api_id: "air-id", api_token: "${AIRCALL_API_TOKEN}", webhook_token: "hush-webhook" }
    helpscout: { app_id: "help-id", app_secret: "${HELPSCOUT_APP_SECRET}" }
    settings: { language: de, calls: { post_call_delay: 30s } }
    numbers:
      - { aircall_number: 4711, inbox: 85 }
      - { aircall_number: 4712, inbox: 86, settings: { active: false } }
`

func settingsMachine(t testing.TB) machine {
	t.Helper()
	return newMachine(t, "AIRCALL_API_TOKEN", "hush-air", "HELPSCOUT_APP_SECRET", "hush-help")
}

func TestWhatIsAppliedIsExportedAndAppliedAgain(t *testing.T) {
	t.Parallel()
	m := settingsMachine(t)
	file := write(t, "callscout.yaml", settingsFile)

	dry := m.run(t, "apply", "-f", file, "--dry-run")
	require.Zero(t, dry.code, dry.err)
	require.Contains(t, dry.out, "acme: numbers[4711].inbox: (none) -> 85")
	require.Contains(t, dry.out, "Nothing was changed: this was a dry run.")
	require.NotContains(t, m.run(t, "export").out, "acme")

	applied := m.run(t, "apply", "-f", file)
	require.Zero(t, applied.code, applied.err)
	require.Contains(t, applied.out, "Calls that begin from now on are logged with these settings.")
	require.Equal(t, "Nothing to change.\n", m.run(t, "apply", "-f", file).out)

	exported := m.run(t, "export")
	require.Zero(t, exported.code)
	for _, text := range []string{"id: acme", "post_call_delay: 30s", "aircall_number: 4711", "active: false", "air-id"} {
		require.Contains(t, exported.out, text)
	}
	for _, shown := range []string{dry.out, applied.out, exported.out} {
		require.NotContains(t, shown, "hush")
	}
	again := m.run(t, "apply", "-f", write(t, "exported.yaml", exported.out))
	require.Zero(t, again.code, again.err)
	require.Equal(t, "Nothing to change.\n", again.out)
	require.Equal(t, exported.out, m.run(t, "export").out)

	changed := m.run(t, "apply", "-f", write(t, "changed.yaml", strings.Replace(exported.out, "30s", "1m", 1)))
	require.Contains(t, changed.out, "acme: settings.calls.post_call_delay: 30s -> 1m")
	require.Contains(t, changed.out, "1 changed.")
}

func TestAnEmptyExportIsAppliedToo(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	got := m.run(t, "apply", "-f", write(t, "empty.yaml", m.run(t, "export").out))
	require.Zero(t, got.code, got.err)
	require.Equal(t, "Nothing to change.\n", got.out)
}

func TestAWrongFileIsRefusedWithItsPlacesAndChangesNothing(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ text, want string }{
		"an unknown key":   {strings.Replace(settingsFile, "language: de", "langage: de", 1), "callscout.yaml:6:17: "},
		"a wrong value":    {strings.Replace(settingsFile, "30s", "3h", 1), "callscout.yaml:6:57: "},
		"no YAML":          {"installations: [", "callscout.yaml"},
		"an unset secret":  {strings.Replace(settingsFile, "AIRCALL_API_TOKEN", "AIRCALL_TOKEN", 1), "AIRCALL_TOKEN"},
		"a missing secret": {strings.Replace(settingsFile, `, webhook_token: "hush-webhook"`, "", 1), "installation acme needs aircall.webhook_token"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := settingsMachine(t)
			got := m.run(t, "apply", "-f", write(t, "callscout.yaml", test.text))
			require.Equal(t, 2, got.code)
			require.Contains(t, got.err, test.want)
			require.Contains(t, got.err, "Nothing was changed.")
			require.NotContains(t, got.err, "hush")
			require.Empty(t, got.out)
			require.NotContains(t, m.run(t, "export").out, "acme")
		})
	}
}

func TestAnInstallationThatTheFileLeavesOutStaysUnlessPruned(t *testing.T) {
	t.Parallel()
	m := settingsMachine(t)
	require.Zero(t, m.run(t, "apply", "-f", write(t, "a.yaml", settingsFile)).code)
	other := strings.NewReplacer("acme", "globex", "hush-webhook", "hush-other").Replace(settingsFile)
	file := write(t, "b.yaml", other)

	kept := m.run(t, "apply", "-f", file)
	require.Zero(t, kept.code, kept.err)
	require.Contains(t, kept.out, "acme: not in the file, kept (--prune removes it)")
	require.Contains(t, m.run(t, "export").out, "id: acme")

	sameToken := m.run(t, "apply", "-f", write(t, "c.yaml", strings.ReplaceAll(settingsFile, "acme", "initech")))
	require.Equal(t, 2, sameToken.code)
	require.Contains(t, sameToken.err, "installation acme has this aircall.webhook_token")

	pruned := m.run(t, "apply", "-f", file, "--prune")
	require.Zero(t, pruned.code, pruned.err)
	require.Contains(t, pruned.out, "acme: id: acme -> (none)")
	require.NotContains(t, m.run(t, "export").out, "id: acme")
}

func TestTheStoreIsSealedAgainWithTheNewestKey(t *testing.T) {
	t.Parallel()
	older, newer := secret.NewKey(), secret.NewKey()
	m := settingsMachine(t).with("CALLSCOUT_ENCRYPTION_KEY", older)
	require.Zero(t, m.run(t, "apply", "-f", write(t, "a.yaml", settingsFile)).code)
	m.put(t, store.InboxEvent{Installation: "acme", Stream: "held", Event: "call.ended", Body: []byte("{}"), Reason: "it names no event"})

	unchanged := m.run(t, "reseal")
	require.Zero(t, unchanged.code)
	require.Equal(t, "Everything that is stored was sealed with the newest key already.\n", unchanged.out)

	both := m.with("CALLSCOUT_ENCRYPTION_KEY", newer+","+older)
	resealed := both.run(t, "reseal")
	require.Zero(t, resealed.code, resealed.err)
	require.Contains(t, resealed.out, "Values sealed again with the newest key: 3.", "hash key, installation, event")
	require.Contains(t, resealed.out, "leave the older keys in place, and run callscout reseal again while Temporal answers")

	alone := m.with("CALLSCOUT_ENCRYPTION_KEY", newer)
	require.Contains(t, alone.run(t, "export").out, "id: acme")
	require.Contains(t, alone.run(t, "inbox").out, "it names no event")
	require.Equal(t, 1, m.run(t, "export").code, "the old key opens nothing now")
}

// put holds an event in the store of this machine.
func (m machine) put(t testing.TB, event store.InboxEvent) {
	t.Helper()
	text := m.env["CALLSCOUT_ENCRYPTION_KEY"]
	if text == "" {
		generated, err := os.ReadFile(filepath.Join(m.env["CALLSCOUT_DATA"], "encryption.key"))
		require.NoError(t, err)
		text = strings.TrimSpace(string(generated))
	}
	keys, err := secret.ParseRing(text)
	require.NoError(t, err)
	db, err := store.Open(t.Context(), store.Config{DataDir: m.env["CALLSCOUT_DATA"], Keys: keys})
	require.NoError(t, err)
	_, err = db.Hold(t.Context(), event)
	require.NoError(t, err)
	require.NoError(t, db.Close())
}
