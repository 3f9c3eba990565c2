// Package storetest opens stores for tests, on SQLite and on PostgreSQL. It is
// for tests only: no program may import it.
package storetest

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/secret"
	"callscout/store"
)

// Each runs a test on SQLite and on PostgreSQL, in parallel, each with an empty
// database. Every call of open gives one more Store on that database; it is closed
// with the test.
func Each(t *testing.T, test func(t *testing.T, open func(t testing.TB) *store.Store)) {
	EachConfig(t, func(t *testing.T, cfg store.Config) {
		test(t, func(t testing.TB) *store.Store { return Open(t, cfg) })
	})
}

// EachConfig is Each for tests that open the store themselves.
func EachConfig(t *testing.T, test func(t *testing.T, cfg store.Config)) {
	t.Run(store.SQLite, func(t *testing.T) {
		t.Parallel()
		test(t, SQLiteConfig(t))
	})
	t.Run(store.PostgreSQL, func(t *testing.T) {
		t.Parallel()
		test(t, PostgresConfig(t))
	})
}

// SQLite opens an empty store on SQLite.
func SQLite(t testing.TB) *store.Store {
	return Open(t, SQLiteConfig(t))
}

// SQLiteConfig describes an SQLite database that is not there yet.
func SQLiteConfig(t testing.TB) store.Config {
	return store.Config{DataDir: t.TempDir(), Keys: Keys(t)}
}

// PostgresConfig describes an empty PostgreSQL database.
func PostgresConfig(t testing.TB) store.Config {
	return store.Config{URL: PostgresURL(t), Keys: Keys(t)}
}

// Open opens a store that is closed with the test.
func Open(t testing.TB, cfg store.Config) *store.Store {
	t.Helper()
	opened, err := store.Open(context.Background(), cfg)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, opened.Close()) })
	return opened
}

// Keys makes a ring of one new key.
func Keys(t testing.TB) *secret.Ring {
	t.Helper()
	ring, err := secret.ParseRing(secret.NewKey())
	require.NoError(t, err)
	return ring
}
