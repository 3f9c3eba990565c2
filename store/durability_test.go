package store_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/store"
	"callscout/store/storetest"
)

func TestTheDatabaseTellsHowItWrites(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open func(testing.TB) *store.Store) {
		opened := open(t)
		mode, safe, err := opened.Durability(t.Context())
		require.NoError(t, err)
		if opened.Dialect() == store.SQLite {
			require.Equal(t, "journal_mode wal, synchronous 2", mode)
			require.True(t, safe)
			return
		}
		// A server for tests may well write without waiting for its disk.
		require.Contains(t, mode, "fsync ")
		require.Equal(t, mode == "fsync on, synchronous_commit on, full_page_writes on", safe)
	})
}
