package embedded_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"

	"callscout/standalone/embedded"
	"callscout/standalone/embedded/embeddedtest"
)

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
}

func read(t *testing.T, dir, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, name))
	require.NoError(t, err)
	return string(text)
}

func TestADatabaseThatIsNotOursIsRefusedAndLeftAlone(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		stamp string
		says  []string
	}{
		"no stamp":        {"", []string{"was not made by Callscout", "temporal.version is not beside it", "choose another data folder"}},
		"older server":    {"1.0.0\n", []string{"Temporal 1.0.0", embedded.ServerVersion, "run the release of Callscout that made it"}},
		"newer server":    {"99.0.0\n", []string{"Temporal 99.0.0", embedded.ServerVersion, "or choose another data folder"}},
		"damaged by hand": {"\n", []string{"its files do not migrate"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			opts := embeddedtest.Options(t)
			database := read(t, otherDatabase(t), "temporal.db")
			write(t, opts.DataDir, "temporal.db", database)
			if test.stamp != "" {
				write(t, opts.DataDir, "temporal.version", test.stamp)
			}
			// The second refusal is the same: the first let go of the folder.
			for range 2 {
				_, err := embedded.Start(deadline(t), opts)
				require.ErrorContains(t, err, filepath.Join(opts.DataDir, "temporal.db"))
				for _, says := range test.says {
					require.ErrorContains(t, err, says)
				}
			}
			require.Equal(t, database, read(t, opts.DataDir, "temporal.db"))
			require.NoFileExists(t, filepath.Join(opts.DataDir, "temporal.db-wal"))
			require.NoFileExists(t, filepath.Join(opts.DataDir, "temporal.db-shm"))
			if test.stamp != "" {
				require.Equal(t, test.stamp, read(t, opts.DataDir, "temporal.version"))
			}
		})
	}
}

// otherDatabase is the folder of one that would open without a word. Its log
// holds a namespace.
func otherDatabase(t *testing.T) (dir string) {
	t.Helper()
	opts := embeddedtest.Options(t)
	opts.Namespace = "other"
	_, err := embedded.OpenDatabase(opts)
	require.NoError(t, err)
	return opts.DataDir
}

func TestAnInterruptedCreationIsBegunAgain(t *testing.T) {
	t.Parallel()
	other := otherDatabase(t)
	file, log := read(t, other, "temporal.db"), read(t, other, "temporal.db-wal")
	require.NotEmpty(t, log)
	for name, left := range map[string]map[string]string{
		"before the schema was whole": {"temporal.db.new": "half a schema", "temporal.db.new-wal": log, "temporal.db.new-shm": "x"},
		"before the file was renamed": {"temporal.db.new": file, "temporal.db.new-wal": log, "temporal.version": "1.0.0\n"},
		"by hand, leaving the log":    {"temporal.db-wal": log, "temporal.version": "1.0.0\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			opts := embeddedtest.Options(t)
			for file, text := range left {
				write(t, opts.DataDir, file, text)
			}
			server, err := embedded.Start(deadline(t), opts)
			require.NoError(t, err)
			t.Cleanup(server.Stop)
			require.NoFileExists(t, filepath.Join(opts.DataDir, "temporal.db.new"))
			require.NoFileExists(t, filepath.Join(opts.DataDir, "temporal.db.new-wal"))
			require.Equal(t, embedded.ServerVersion+"\n", read(t, opts.DataDir, "temporal.version"))
			c := dial(t, server.HostPort())
			_, err = c.WorkflowService().DescribeNamespace(deadline(t), &workflowservice.DescribeNamespaceRequest{Namespace: "other"})
			var notFound *serviceerror.NamespaceNotFound
			require.ErrorAs(t, err, &notFound, "nothing of what was left behind is in the new database")
			work(t, c)
			require.Equal(t, "hello", resultOf(t, c, start(t, c, repeat, "hello")))
		})
	}
}

func TestOnlyTheOwnerReadsTheData(t *testing.T) {
	t.Parallel()
	opts := embeddedtest.Options(t)
	opts.DataDir = filepath.Join(opts.DataDir, "made", "on the way")
	server, err := embedded.Start(deadline(t), opts)
	require.NoError(t, err)
	t.Cleanup(server.Stop)

	folder, err := os.Stat(opts.DataDir)
	require.NoError(t, err)
	require.Equal(t, os.ModeDir|0o700, folder.Mode())
	var names []string
	entries, err := os.ReadDir(opts.DataDir)
	require.NoError(t, err)
	for _, entry := range entries {
		info, err := entry.Info()
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode(), entry.Name())
		names = append(names, entry.Name())
	}
	require.Subset(t, names, []string{"temporal.db", "temporal.db-wal", "temporal.db-shm", "temporal.version", "temporal.lock"})
}

func TestAnyPathHoldsADatabase(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"a space", "a#hash at 100%", "a%20percent", "a?mode=memory"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := t.TempDir()
			opts := embeddedtest.Options(t)
			opts.DataDir = filepath.Join(root, name)
			server, err := embedded.Start(deadline(t), opts)
			require.NoError(t, err)
			t.Cleanup(server.Stop)
			run := start(t, dial(t, server.HostPort()), repeat, "kept")
			server.Stop()

			beside, err := os.ReadDir(root)
			require.NoError(t, err)
			require.Len(t, beside, 1, "nothing under a name that was cut off")
			c := dial(t, again(t, opts).HostPort())
			work(t, c)
			require.Equal(t, "kept", resultOf(t, c, run))
		})
	}
}
