package storetest

import (
	"context"
	"crypto/rand"
	"errors"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// privateServer is started by the first test of a process that needs it, and ends
// with the process.
var privateServer = sync.OnceValues(startServer)

// PostgresURL makes an empty schema that is dropped after the test, and returns
// its address. The server is that of CALLSCOUT_TEST_POSTGRES (a postgres:// URL of
// somebody who may create schemas), or a private one of PostgreSQL's programs as
// far as they are installed. Without either the test is skipped, or fails where CI
// is true.
func PostgresURL(t testing.TB) string {
	t.Helper()
	server := os.Getenv("CALLSCOUT_TEST_POSTGRES")
	if server == "" {
		server = privateURL(t)
	}
	schema := "test_" + strings.ToLower(rand.Text())
	execute(t, server, "CREATE SCHEMA "+schema)
	t.Cleanup(func() { execute(t, server, "DROP SCHEMA "+schema+" CASCADE") })

	address, err := url.Parse(server)
	require.NoError(t, err, "CALLSCOUT_TEST_POSTGRES must be a postgres:// URL")
	options := address.Query()
	options.Set("search_path", schema)
	options.Set("application_name", schema)
	address.RawQuery = options.Encode()
	return address.String()
}

func privateURL(t testing.TB) string {
	t.Helper()
	server, err := privateServer()
	if errors.Is(err, errNotInstalled) && os.Getenv("CI") != "true" {
		t.Skipf("PostgreSQL is not installed: %v", err)
	}
	require.NoError(t, err)
	return server.url
}

func execute(t testing.TB, address, statement string) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, address)
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close(ctx)) }()
	_, err = conn.Exec(ctx, statement)
	require.NoError(t, err)
}
