package embedded_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/server/common/log"
	"go.temporal.io/server/common/metrics"
	temporalsql "go.temporal.io/server/common/persistence/sql"
	"go.temporal.io/server/common/persistence/sql/sqlplugin"
	"go.temporal.io/server/common/resolver"

	"callscout/standalone/embedded"
	"callscout/standalone/embedded/embeddedtest"
)

// TestAcknowledgedMeansOnTheDisk asks the connection of Temporal's own plugin
// what is in force, not what was asked for. The plugin gives no results, so the
// answers go through a table.
func TestAcknowledgedMeansOnTheDisk(t *testing.T) {
	t.Parallel()
	opts := embeddedtest.Options(t)
	config, err := embedded.OpenDatabase(opts)
	require.NoError(t, err)
	plugin, err := temporalsql.NewSQLAdminDB(sqlplugin.DbKindUnknown, config,
		resolver.NewNoopResolver(), log.NewNoopLogger(), metrics.NoopMetricsHandler)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, plugin.Close()) })
	names := map[string]string{"journal_mode": "wal", "synchronous": "2", "busy_timeout": "5000"}
	require.NoError(t, plugin.Exec("CREATE TABLE in_force (name TEXT, value TEXT)"))
	for name := range names {
		require.NoError(t, plugin.Exec(fmt.Sprintf("INSERT INTO in_force SELECT '%s', * FROM pragma_%s", name, name)))
	}

	db, err := sql.Open("sqlite", filepath.Join(opts.DataDir, "temporal.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	for name, want := range names {
		var got string
		require.NoError(t, db.QueryRowContext(t.Context(), "SELECT value FROM in_force WHERE name = ?", name).Scan(&got))
		require.Equal(t, want, got, name)
	}
	require.Equal(t, 1, config.MaxConns, "with more, SQLite answers that it is locked")
}

func TestTheServerRunsOnThisDatabase(t *testing.T) {
	t.Parallel()
	opts := embeddedtest.Options(t)
	server, err := embedded.Start(deadline(t), opts)
	require.NoError(t, err)
	t.Cleanup(server.Stop)
	asked, err := embedded.OpenDatabase(opts)
	require.NoError(t, err)
	persistence := server.ServerConfig().Persistence
	for _, name := range []string{persistence.DefaultStore, persistence.VisibilityStore} {
		require.Equal(t, asked, persistence.DataStores[name].SQL)
	}
	server.Stop()
	// Bytes 18 and 19 of a SQLite file: 2 is for a write-ahead log, 1 is not.
	require.Equal(t, "\x02\x02", read(t, opts.DataDir, "temporal.db")[18:20])
}
