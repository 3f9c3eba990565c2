package store_test

import (
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"callscout/store"
	"callscout/store/storetest"
)

const firstLog = "acme/call/780836754/first-log"

func TestAWriteIsIntendedThenDone(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open func(testing.TB) *store.Store) {
		ctx, opened := t.Context(), open(t)
		before := time.Now().UTC().Truncate(time.Microsecond)
		first, err := opened.Intend(ctx, firstLog)
		require.NoError(t, err)
		require.True(t, first.Fresh)
		require.Equal(t, store.Intended, first.State)
		require.WithinRange(t, first.IntendedAt, before, time.Now())
		require.True(t, first.DoneAt.IsZero())

		again, err := opened.Intend(ctx, firstLog)
		require.NoError(t, err)
		first.Fresh = false
		require.Equal(t, first, again)

		require.NoError(t, opened.Settle(ctx, firstLog, 4711))
		done, err := opened.Intend(ctx, firstLog)
		require.NoError(t, err)
		require.False(t, done.Fresh)
		require.Equal(t, store.Done, done.State)
		require.EqualValues(t, 4711, done.RemoteID)
		require.Equal(t, first.IntendedAt, done.IntendedAt)
		require.WithinRange(t, done.DoneAt, before, time.Now())
	})
}

func TestADoneWriteStaysAsItIs(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open func(testing.TB) *store.Store) {
		ctx, opened := t.Context(), open(t)
		require.NoError(t, opened.Settle(ctx, firstLog, 4711), "an intent before it is not needed")
		done, found, err := opened.LedgerEntry(ctx, firstLog)
		require.NoError(t, err)
		require.True(t, found)

		require.NoError(t, opened.Settle(ctx, firstLog, 4711))
		require.ErrorIs(t, opened.Settle(ctx, firstLog, 4712), store.ErrConflict)
		require.NoError(t, opened.Withdraw(ctx, firstLog))
		after, found, err := opened.LedgerEntry(ctx, firstLog)
		require.NoError(t, err)
		require.True(t, found)
		require.Equal(t, done, after)
	})
}

func TestAWithdrawnIntentIsFreshAgain(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open func(testing.TB) *store.Store) {
		ctx, opened := t.Context(), open(t)
		_, err := opened.Intend(ctx, firstLog)
		require.NoError(t, err)
		require.NoError(t, opened.Withdraw(ctx, firstLog))
		require.NoError(t, opened.Withdraw(ctx, firstLog))
		_, found, err := opened.LedgerEntry(ctx, firstLog)
		require.NoError(t, err)
		require.False(t, found)
		entry, err := opened.Intend(ctx, firstLog)
		require.NoError(t, err)
		require.True(t, entry.Fresh)
	})
}

func TestOfFiftyIntentsAtOnceOneIsFresh(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open func(testing.TB) *store.Store) {
		handles := []*store.Store{open(t), open(t)}
		var fresh atomic.Int64
		var work errgroup.Group
		for i := range 50 {
			work.Go(func() error {
				entry, err := handles[i%len(handles)].Intend(t.Context(), firstLog)
				if entry.Fresh {
					fresh.Add(1)
				}
				return err
			})
		}
		require.NoError(t, work.Wait())
		require.EqualValues(t, 1, fresh.Load())
	})
}

func TestOfFiftySettlementsWithOtherIDsOneWins(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open func(testing.TB) *store.Store) {
		opened := open(t)
		var won, conflicts atomic.Int64
		var work errgroup.Group
		for i := range 50 {
			work.Go(func() error {
				err := opened.Settle(t.Context(), firstLog, int64(i+1))
				if errors.Is(err, store.ErrConflict) {
					conflicts.Add(1)
					return nil
				}
				won.Store(int64(i + 1))
				return err
			})
		}
		require.NoError(t, work.Wait())
		require.EqualValues(t, 49, conflicts.Load())
		entry, _, err := opened.LedgerEntry(t.Context(), firstLog)
		require.NoError(t, err)
		require.Equal(t, won.Load(), entry.RemoteID)
	})
}

func TestTheLedgerIsReadByPrefix(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open func(testing.TB) *store.Store) {
		ctx, opened := t.Context(), open(t)
		for i, name := range []string{"a_b/call/1/second-log", "a_b/call/1/first-log", "a_b/call/1/Zweites", "a_b/call/1/é", "a_b/call/10/first-log", "aXb/call/1/first-log", "a%/call/1/first-log"} {
			require.NoError(t, opened.Settle(ctx, name, int64(i+1)))
		}
		for prefix, want := range map[string][]string{
			"a_b/call/1/": {"a_b/call/1/Zweites", "a_b/call/1/first-log", "a_b/call/1/second-log", "a_b/call/1/é"},
			"a%":          {"a%/call/1/first-log"},
			"b":           nil,
		} {
			entries, err := opened.LedgerByPrefix(ctx, prefix)
			require.NoError(t, err)
			var keys []string
			for _, entry := range entries {
				keys = append(keys, entry.Key)
			}
			require.Equal(t, want, keys, prefix)
		}
		all, err := opened.LedgerByPrefix(ctx, "")
		require.NoError(t, err)
		require.Len(t, all, 7)
	})
}

func TestErrorsOfTheLedgerDoNotNameTheKey(t *testing.T) {
	t.Parallel()
	opened := storetest.SQLite(t)
	const name = "acme/customer/+12025550117"
	require.NoError(t, opened.Settle(t.Context(), name, 1))
	require.NotContains(t, opened.Settle(t.Context(), name, 2).Error(), "2025550117")
}

func TestManyEntriesAreReadAtOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open func(testing.TB) *store.Store) {
		ctx, opened := t.Context(), open(t)
		require.NoError(t, opened.Settle(ctx, firstLog, 4711))
		_, err := opened.Intend(ctx, "acme/call/1199/second-log")
		require.NoError(t, err)
		keys := []string{firstLog}
		for n := range 1200 {
			keys = append(keys, fmt.Sprintf("acme/call/%d/second-log", n))
		}
		found, err := opened.LedgerEntries(ctx, keys)
		require.NoError(t, err)
		require.Len(t, found, 2, "what is not there is left out")
		require.EqualValues(t, 4711, found[firstLog].RemoteID)
		require.Equal(t, store.Intended, found["acme/call/1199/second-log"].State)
		none, err := opened.LedgerEntries(ctx, nil)
		require.NoError(t, err)
		require.Empty(t, none)
	})
}
