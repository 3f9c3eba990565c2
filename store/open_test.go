package store_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/secret"
	"callscout/settings"
	"callscout/store"
	"callscout/store/storetest"
)

func TestAReopenedStoreHasTheSameHashKey(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open func(testing.TB) *store.Store) {
		first, err := open(t).HashKey(t.Context())
		require.NoError(t, err)
		require.Len(t, first, 32)
		second, err := open(t).HashKey(t.Context())
		require.NoError(t, err)
		require.Equal(t, first, second)
	})
}

func TestThreeProcessesCanOpenANewDatabaseAtOnce(t *testing.T) {
	t.Parallel()
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		cfg, key := keyed(t, cfg)
		var children []child
		for range 3 {
			children = append(children, startChild(t, "open", cfg, key))
		}
		for _, one := range children {
			require.Equal(t, "opened", one.line(t))
			require.NoError(t, one.Wait())
		}
	})
}

func TestOpenRefusesAWrongKey(t *testing.T) {
	t.Parallel()
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		storetest.Open(t, cfg)
		cfg.Keys = storetest.Keys(t)
		_, err := store.Open(t.Context(), cfg)
		require.ErrorIs(t, err, store.ErrWrongKey)
		require.ErrorContains(t, err, "CALLSCOUT_ENCRYPTION_KEY")
	})
}

func TestAnOldKeyCanGoAfterResealing(t *testing.T) {
	t.Parallel()
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		ctx := t.Context()
		cfg, oldKey := keyed(t, cfg)
		before := storetest.Open(t, cfg)
		require.NoError(t, before.PutInstallation(ctx, installation("acme", "token-1")))
		event, err := before.Enqueue(ctx, store.InboxEvent{Installation: "acme", Stream: "call/acme/1", Event: "call.created", Body: []byte("body")})
		require.NoError(t, err)
		require.NoError(t, before.KeepMedia(ctx, "acme", "m-1", 2, store.MediaFile{Name: "photo.jpg"}))
		hashKey, err := before.HashKey(ctx)
		require.NoError(t, err)

		newKey := secret.NewKey()
		cfg.Keys = ring(t, newKey, oldKey)
		rotating := storetest.Open(t, cfg)
		require.NoError(t, rotating.PutInstallation(ctx, installation("globex", "token-2")))

		cfg.Keys = ring(t, newKey)
		_, err = store.Open(ctx, cfg)
		require.ErrorIs(t, err, store.ErrWrongKey, "the old key is needed until everything is resealed")

		resealed, err := rotating.Reseal(ctx)
		require.NoError(t, err)
		require.Equal(t, 4, resealed, "hash key, installation, event, file; globex has the new key already")
		resealed, err = rotating.Reseal(ctx)
		require.NoError(t, err)
		require.Zero(t, resealed)

		after := storetest.Open(t, cfg)
		kept, err := after.HashKey(ctx)
		require.NoError(t, err)
		require.Equal(t, hashKey, kept)
		found, err := after.InstallationByWebhookToken(ctx, "token-1")
		require.NoError(t, err)
		require.Equal(t, "acme", found.ID)
		waiting, err := after.InboxEventByID(ctx, event)
		require.NoError(t, err)
		require.Equal(t, "body", string(waiting.Body))
		file, isThere, err := after.Media(ctx, "acme", "m-1", 2)
		require.NoError(t, err)
		require.True(t, isThere)
		require.Equal(t, "photo.jpg", file.Name)
	})
}

func TestOpenRefusesANewerSchema(t *testing.T) {
	t.Parallel()
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		newer := storetest.Open(t, cfg)
		_, err := store.Writer(newer).ExecContext(t.Context(), `INSERT INTO callscout_schema (version_id, is_applied) VALUES ($1, $2)`, 999, true)
		require.NoError(t, err)
		_, err = store.Open(t.Context(), cfg)
		require.ErrorIs(t, err, store.ErrNewerSchema)
		require.ErrorContains(t, err, "version 999")
	})
}

func TestOpenSaysWhatIsWrongWithTheConfiguration(t *testing.T) {
	t.Parallel()
	const password = "hunter2%zz"
	notAFolder := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(notAFolder, nil, 0o600))
	for name, test := range map[string]struct {
		cfg  store.Config
		want string
	}{
		"no key":           {store.Config{DataDir: t.TempDir()}, "CALLSCOUT_ENCRYPTION_KEY"},
		"no place":         {store.Config{Keys: storetest.Keys(t)}, "CALLSCOUT_DATA"},
		"unknown scheme":   {store.Config{URL: "mysql://root:" + password + "@db/x", Keys: storetest.Keys(t)}, `begins with "mysql://"`},
		"broken address":   {store.Config{URL: "postgres://app:" + password + "@db/x", Keys: storetest.Keys(t)}, "does not parse"},
		"no server":        {store.Config{URL: "postgres://app:hunter2@127.0.0.1:1/x?connect_timeout=5", Keys: storetest.Keys(t)}, "CALLSCOUT_DATABASE_URL"},
		"folder is a file": {store.Config{DataDir: notAFolder, Keys: storetest.Keys(t)}, notAFolder},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := store.Open(t.Context(), test.cfg)
			require.ErrorContains(t, err, test.want)
			require.NotContains(t, err.Error(), "hunter2")
		})
	}
}

func TestOpenNamesTheFolderThatItCannotWrite(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("only root can become a user without rights")
	}
	// Not t.TempDir, whose parents only root may enter.
	folder, err := os.MkdirTemp("", "callscout-unwritable-") //nolint:usetesting // see above
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(folder)) })
	require.NoError(t, os.Chmod(folder, 0o755)) //nolint:gosec // nobody must be able to look into it

	cfg, key := keyed(t, store.Config{DataDir: folder})
	refused := startChild(t, "open as nobody", cfg, key)
	said := refused.line(t)
	require.Error(t, refused.Wait())
	require.Contains(t, said, folder+" cannot be written by uid 65534, gid 65534")
	require.Contains(t, said, "chown -R 65534:65534")
}

func TestPingTellsWhetherTheDatabaseAnswers(t *testing.T) {
	t.Parallel()
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		opened, err := store.Open(t.Context(), cfg)
		require.NoError(t, err)
		require.NoError(t, opened.Ping(t.Context()))
		require.NoError(t, opened.Close())
		require.Error(t, opened.Ping(t.Context()))
	})
}

func installation(id, webhookToken string) settings.Installation {
	return settings.Installation{
		ID:        id,
		Aircall:   settings.AircallAccount{APIID: "api-" + id, APIToken: "api-token-" + id, WebhookToken: webhookToken},
		HelpScout: settings.HelpScoutAccount{AppID: "app-" + id, AppSecret: "app-secret-" + id, WebhookSecret: "sign-secret-" + id, SidebarSecret: "sidebar-secret-" + id},
		Settings:  settings.Overrides{"language": "de", "calls": map[string]any{"reopen_closed": true}},
		Numbers:   []settings.Number{{AircallNumber: 9007199254740993, Inbox: 85}},
	}
}
