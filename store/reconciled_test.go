package store_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/settings"
	"callscout/store"
	"callscout/store/storetest"
)

func TestWhatALookFoundIsKeptPerInstallationAndGoesWithIt(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open func(testing.TB) *store.Store) {
		ctx, opened := t.Context(), open(t)
		none, err := opened.Reconciled(ctx, "acme")
		require.NoError(t, err)
		require.Zero(t, none)

		at := time.Now().UTC().Truncate(time.Second)
		kept := store.Reconciled{
			LookedAt: at, From: at.Add(-time.Hour), To: at, CoveredFrom: at.Add(-time.Hour), Found: map[int64]int{7: 3},
			Unlogged: 2, Since: map[int64]time.Time{7: at.Add(-time.Hour)},
		}
		require.NoError(t, opened.PutInstallation(ctx, settings.Installation{ID: "acme"}))
		require.NoError(t, opened.KeepReconciled(ctx, "acme", kept))
		got, err := opened.Reconciled(ctx, "acme")
		require.NoError(t, err)
		require.Equal(t, kept, got)
		other, err := opened.Reconciled(ctx, "globex")
		require.NoError(t, err)
		require.Zero(t, other)

		require.NoError(t, opened.DeleteInstallation(ctx, "acme"))
		got, err = opened.Reconciled(ctx, "acme")
		require.NoError(t, err)
		require.Zero(t, got)
	})
}
