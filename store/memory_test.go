package store_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/store"
	"callscout/store/storetest"
)

func TestWhatWasLearntIsRememberedUntilForgotten(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open func(testing.TB) *store.Store) {
		ctx, opened := t.Context(), open(t)
		const kind, number = "customer-by-number", "+493023125001"
		recall := func(installation, kind, key string) (string, bool) {
			value, at, ok, err := opened.Recall(ctx, installation, kind, key)
			require.NoError(t, err)
			require.Equal(t, ok, !at.IsZero())
			return value, ok
		}
		_, ok := recall("acme", kind, number)
		require.False(t, ok)

		before := time.Now().Truncate(time.Microsecond)
		require.NoError(t, opened.Remember(ctx, "acme", kind, number, "1"))
		require.NoError(t, opened.Remember(ctx, "acme", kind, number, "2"))
		_, at, _, err := opened.Recall(ctx, "acme", kind, number)
		require.NoError(t, err)
		require.WithinRange(t, at, before, time.Now())
		value, ok := recall("acme", kind, number)
		require.True(t, ok)
		require.Equal(t, "2", value)
		for _, other := range [][3]string{{"globex", kind, number}, {"acme", "user-by-email", number}, {"acme", kind, number + "2"}} {
			_, ok := recall(other[0], other[1], other[2])
			require.False(t, ok, other)
		}

		require.NoError(t, opened.Forget(ctx, "acme", kind, number))
		require.NoError(t, opened.Forget(ctx, "acme", kind, number))
		_, ok = recall("acme", kind, number)
		require.False(t, ok)
	})
}
