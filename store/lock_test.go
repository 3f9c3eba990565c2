package store_test

import (
	"context"
	"fmt"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"callscout/store"
	"callscout/store/storetest"
)

const (
	lockOfChild = "customer/+442079460017"
	// briefly is long enough to see that a lock is not given.
	briefly = 300 * time.Millisecond
)

func lock(t *testing.T, opened *store.Store, name string) (unlock func()) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	unlock, err := opened.Lock(ctx, name)
	require.NoError(t, err)
	return unlock
}

func requireTaken(t *testing.T, opened *store.Store, name string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), briefly)
	defer cancel()
	_, err := opened.Lock(ctx, name)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.NotContains(t, err.Error(), name)
}

func TestALockExcludesOthersUntilItIsFreed(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open func(testing.TB) *store.Store) {
		opened := open(t)
		unlock := lock(t, opened, "conversation/501")
		requireTaken(t, opened, "conversation/501")
		lock(t, opened, "conversation/502")()
		unlock()
		again := lock(t, opened, "conversation/501")
		unlock()
		requireTaken(t, opened, "conversation/501")
		again()
		lock(t, opened, "conversation/501")()
	})
}

func TestOneHolderAtATimeUnderLoad(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open func(testing.TB) *store.Store) {
		handles := []*store.Store{open(t)}
		if handles[0].Dialect() == store.PostgreSQL {
			handles = append(handles, open(t))
		}
		holders, rounds := make(chan struct{}, 1), 0
		var work errgroup.Group
		for i := range 10 {
			work.Go(func() error {
				for range 10 {
					unlock, err := handles[i%len(handles)].Lock(t.Context(), "conversation/501")
					if err != nil {
						return err
					}
					select {
					case holders <- struct{}{}:
					default:
						return fmt.Errorf("two hold the lock")
					}
					rounds++
					<-holders
					unlock()
				}
				return nil
			})
		}
		require.NoError(t, work.Wait())
		require.Equal(t, 100, rounds)
	})
}

func TestALockIsNotTakenWithACancelledContext(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open func(testing.TB) *store.Store) {
		opened := open(t)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		for range 20 {
			_, err := opened.Lock(ctx, "conversation/501")
			require.ErrorIs(t, err, context.Canceled)
		}
		lock(t, opened, "conversation/501")()
	})
}

func TestHoldersOfManyLocksStarveNobody(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open func(testing.TB) *store.Store) {
		ctx, opened := t.Context(), open(t)
		const holders = 60
		ready, goOn := make(chan struct{}, holders), make(chan struct{})
		var work errgroup.Group
		for i := range holders {
			work.Go(func() error {
				customer, err := opened.Lock(ctx, fmt.Sprintf("customer/%d", i))
				if err != nil {
					return err
				}
				defer customer()
				ready <- struct{}{}
				<-goOn
				conversation, err := opened.Lock(ctx, "conversation/501")
				if err != nil {
					return err
				}
				defer conversation()
				_, err = opened.Intend(ctx, fmt.Sprintf("acme/call/%d/first-log", i))
				return err
			})
		}
		for range holders {
			<-ready
		}
		require.NoError(t, opened.Ping(ctx), "with every holder holding")
		close(goOn)
		require.NoError(t, work.Wait())
	})
}

func TestPostgresLocksExcludeOtherProcesses(t *testing.T) {
	t.Parallel()
	cfg := storetest.PostgresConfig(t)
	here, there := storetest.Open(t, cfg), storetest.Open(t, cfg)
	unlock := lock(t, here, "conversation/501")
	requireTaken(t, there, "conversation/501")
	lock(t, there, "conversation/502")()
	unlock()
	lock(t, there, "conversation/501")()
}

func TestGivingUpOnALockKeepsTheOthers(t *testing.T) {
	t.Parallel()
	cfg := storetest.PostgresConfig(t)
	here, there := storetest.Open(t, cfg), storetest.Open(t, cfg)
	defer lock(t, here, "conversation/501")()
	defer lock(t, there, "conversation/502")()
	for i := range 100 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i)*20*time.Microsecond)
		_, err := there.Lock(ctx, "conversation/501")
		require.ErrorIs(t, err, context.DeadlineExceeded)
		cancel()
	}
	requireTaken(t, here, "conversation/502")
}

func TestAKilledProcessFreesItsLocks(t *testing.T) {
	t.Parallel()
	cfg, key := keyed(t, storetest.PostgresConfig(t))
	opened := storetest.Open(t, cfg)
	holder := startChild(t, "lock", cfg, key)
	require.Equal(t, "locked", holder.line(t))
	requireTaken(t, opened, lockOfChild)
	holder.kill(t)
	lock(t, opened, lockOfChild)()
}

func TestAClosedStoreFreesItsLocks(t *testing.T) {
	t.Parallel()
	cfg := storetest.PostgresConfig(t)
	opened := storetest.Open(t, cfg)
	closed, err := store.Open(t.Context(), cfg)
	require.NoError(t, err)
	unlock := lock(t, closed, "conversation/501")
	require.NoError(t, closed.Close())
	lock(t, opened, "conversation/501")()
	unlock()
	_, err = closed.Lock(t.Context(), "conversation/501")
	require.ErrorContains(t, err, "closed")
}

func TestLocksAreTakenAgainAfterALostConnection(t *testing.T) {
	t.Parallel()
	cfg := storetest.PostgresConfig(t)
	loser, other := storetest.Open(t, cfg), storetest.Open(t, cfg)
	lost := lock(t, loser, "conversation/501")
	endSessionsWithLocks(t, cfg, other)

	// Whoever is first has it now: here the other one.
	taken := lock(t, other, "conversation/501")
	lock(t, loser, "conversation/502")()
	lost()
	requireTaken(t, loser, "conversation/501")
	taken()
	lock(t, loser, "conversation/501")()

	// And here the loser, whose next lock brings back the ones before it.
	kept := lock(t, loser, "conversation/503")
	endSessionsWithLocks(t, cfg, other)
	lock(t, loser, "conversation/504")()
	requireTaken(t, other, "conversation/503")
	kept()
	lock(t, other, "conversation/503")()
}

// endSessionsWithLocks ends the connections that hold advisory locks of this test.
func endSessionsWithLocks(t *testing.T, cfg store.Config, through *store.Store) {
	t.Helper()
	address, err := url.Parse(cfg.URL)
	require.NoError(t, err)
	name := address.Query().Get("application_name") + " locks"
	count := func(what string) int {
		var n int
		require.NoError(t, store.Writer(through).QueryRowContext(t.Context(), `
			SELECT COUNT(*) FROM (SELECT `+what+` FROM pg_stat_activity WHERE application_name = $1
				AND pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory')) AS ended`, name).Scan(&n))
		return n
	}
	require.Equal(t, 1, count("pg_terminate_backend(pid)"))
	require.Eventually(t, func() bool { return count("pid") == 0 }, 10*time.Second, 10*time.Millisecond)
}
