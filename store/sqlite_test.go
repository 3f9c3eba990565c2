package store_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"callscout/store"
	"callscout/store/storetest"
)

func TestSQLiteCommitsSurviveAPowerCut(t *testing.T) {
	t.Parallel()
	db := store.Writer(storetest.SQLite(t))
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "busy_timeout": "5000", "foreign_keys": "1"} {
		var got string
		require.NoError(t, db.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got))
		require.Equal(t, want, got, pragma)
	}
}

func TestSQLiteFilesAreReadByTheirOwnerOnly(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "new", "data")
	opened := storetest.Open(t, store.Config{DataDir: folder, Keys: storetest.Keys(t)})
	release, err := opened.ClaimWorker(t.Context())
	require.NoError(t, err)
	defer release()

	info, err := os.Stat(folder)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o700), info.Mode().Perm())
	files, err := os.ReadDir(folder)
	require.NoError(t, err)
	var names []string
	for _, file := range files {
		names = append(names, file.Name())
		info, err := file.Info()
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm(), file.Name())
	}
	require.Subset(t, names, []string{"callscout.db", "callscout.db-wal", "worker.lock"})
}

func TestAnSQLitePathMayHoldAnyCharacter(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "calls & 100%41?mode=memory#1.db")
	storetest.Open(t, store.Config{URL: path, Keys: storetest.Keys(t)})
	require.FileExists(t, path)
}

func TestNothingPersonalOrSecretStandsInClearOnDisk(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	cfg := storetest.SQLiteConfig(t)
	opened := storetest.Open(t, cfg)
	require.NoError(t, opened.PutInstallation(ctx, installation("acme", "webhook-token-acme")))
	_, err := opened.Enqueue(ctx, store.InboxEvent{Installation: "acme", Stream: "call/acme/1", Event: "call.created", Body: []byte("+12025550117 said hello")})
	require.NoError(t, err)
	require.NoError(t, opened.Remember(ctx, "acme", "customer-by-number", "+12025550117", "4711"))
	unlock, err := opened.Lock(ctx, "customer/+12025550117")
	require.NoError(t, err)
	defer unlock()

	files, err := os.ReadDir(cfg.DataDir)
	require.NoError(t, err)
	var onDisk []byte
	for _, file := range files {
		content, err := os.ReadFile(filepath.Join(cfg.DataDir, file.Name()))
		require.NoError(t, err)
		onDisk = append(onDisk, content...)
	}
	require.True(t, bytes.Contains(onDisk, []byte("call/acme/1")), "the test must look where the data is")
	for _, hidden := range []string{"webhook-token-acme", "api-token-acme", "app-secret-acme", "sign-secret-acme", "2025550117", "said hello"} {
		require.False(t, bytes.Contains(onDisk, []byte(hidden)), hidden)
	}
}

func TestTwoStoresOnOneSQLiteFileNeverFindItLocked(t *testing.T) {
	t.Parallel()
	cfg := storetest.SQLiteConfig(t)
	var work errgroup.Group
	for handle := range 2 {
		opened := storetest.Open(t, cfg)
		for writer := range 4 {
			work.Go(func() error {
				for i := range 25 {
					stream := fmt.Sprintf("call/acme/%d-%d", handle, writer)
					id, err := opened.Enqueue(t.Context(), store.InboxEvent{Installation: "acme", Stream: stream, Event: "call.created", Body: []byte("{}")})
					if err != nil {
						return err
					}
					if err := opened.Delivered(t.Context(), id); err != nil {
						return err
					}
					key := fmt.Sprintf("acme/call/%d/first-log", i)
					if _, err := opened.Intend(t.Context(), key); err != nil {
						return err
					}
					if err := opened.MoveClaims(t.Context(), "acme", int64(i), int64(i+1)); err != nil {
						return err
					}
				}
				return nil
			})
		}
	}
	require.NoError(t, work.Wait())
}

func TestOnlyOneWorkerUsesAnSQLiteFile(t *testing.T) {
	t.Parallel()
	cfg, key := keyed(t, storetest.SQLiteConfig(t))
	opened := storetest.Open(t, cfg)
	worker := startChild(t, "work", cfg, key)
	require.Equal(t, "claimed", worker.line(t))

	_, err := opened.ClaimWorker(t.Context())
	require.ErrorIs(t, err, store.ErrWorkerTaken)
	require.ErrorContains(t, err, filepath.Join(cfg.DataDir, "worker.lock"))

	worker.kill(t)
	release, err := opened.ClaimWorker(t.Context())
	require.NoError(t, err)
	release()
	release, err = opened.ClaimWorker(t.Context())
	require.NoError(t, err)
	release()
}

func TestPostgresTakesSeveralWorkers(t *testing.T) {
	t.Parallel()
	opened := storetest.Open(t, storetest.PostgresConfig(t))
	for range 2 {
		release, err := opened.ClaimWorker(t.Context())
		require.NoError(t, err)
		defer release()
	}
}
