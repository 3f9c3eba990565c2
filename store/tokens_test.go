package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"callscout/secret"
	"callscout/store"
	"callscout/store/storetest"
)

func someTokens() store.Tokens {
	at := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	return store.Tokens{
		Account: "4711", Access: "hush-access", Refresh: "hush-refresh", Previous: "hush-previous",
		Expiry: at.Add(48 * time.Hour), ObtainedAt: at, RefusedAt: at.Add(time.Hour),
	}
}

func TestTokensComeBackAsTheyWereSaved(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open func(testing.TB) *store.Store) {
		ctx, opened := t.Context(), open(t)
		_, err := opened.Tokens(ctx, "acme", store.VendorHelpScout)
		require.ErrorIs(t, err, store.ErrNotFound)
		saved := someTokens()
		require.NoError(t, opened.SaveTokens(ctx, "acme", store.VendorHelpScout, saved))
		got, err := opened.Tokens(ctx, "acme", store.VendorHelpScout)
		require.NoError(t, err)
		require.Equal(t, saved, got)
		require.NotContains(t, fmt.Sprintf("%v %+v %#v %s", got, got, got, &got), "hush")
		_, err = opened.Tokens(ctx, "acme", store.VendorAircall)
		require.ErrorIs(t, err, store.ErrNotFound)

		saved.Access, saved.RefusedAt = "hush-newer", time.Time{}
		require.NoError(t, opened.SaveTokens(ctx, "acme", store.VendorHelpScout, saved))
		got, err = opened.Tokens(ctx, "acme", store.VendorHelpScout)
		require.NoError(t, err)
		require.Equal(t, saved, got)

		var sealed []byte
		require.NoError(t, store.Writer(opened).QueryRowContext(ctx, `SELECT sealed FROM connections`).Scan(&sealed))
		require.NotContains(t, string(sealed), "hush")
	})
}

func TestSealedTokensBelongToOneInstallationAndVendor(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open func(testing.TB) *store.Store) {
		ctx, opened := t.Context(), open(t)
		require.NoError(t, opened.SaveTokens(ctx, "acme", store.VendorHelpScout, someTokens()))
		for _, change := range []string{`UPDATE connections SET vendor = 'aircall'`, `UPDATE connections SET installation = 'globex'`} {
			_, err := store.Writer(opened).ExecContext(ctx, change)
			require.NoError(t, err)
		}
		_, err := opened.Tokens(ctx, "globex", store.VendorAircall)
		require.ErrorIs(t, err, secret.ErrTampered)
	})
}

func TestAnInstallationIsFoundByItsAccount(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open func(testing.TB) *store.Store) {
		ctx, opened := t.Context(), open(t)
		require.NoError(t, opened.SaveTokens(ctx, "acme", store.VendorAircall, store.Tokens{Account: "70001", Access: "a"}))
		id, err := opened.InstallationOfAccount(ctx, store.VendorAircall, "70001")
		require.NoError(t, err)
		require.Equal(t, "acme", id)
		account, err := opened.AccountOf(ctx, "acme", store.VendorAircall)
		require.NoError(t, err)
		require.Equal(t, "70001", account)
		account, err = opened.AccountOf(ctx, "acme", store.VendorHelpScout)
		require.NoError(t, err)
		require.Empty(t, account)
		for vendor, account := range map[string]string{store.VendorHelpScout: "70001", store.VendorAircall: ""} {
			_, err = opened.InstallationOfAccount(ctx, vendor, account)
			require.ErrorIs(t, err, store.ErrNotFound)
		}
	})
}

func TestTokensAreResealed(t *testing.T) {
	t.Parallel()
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		older, newer := secret.NewKey(), secret.NewKey()
		cfg.Keys = ring(t, older)
		before, err := store.Open(t.Context(), cfg)
		require.NoError(t, err)
		require.NoError(t, before.SaveTokens(t.Context(), "acme", store.VendorHelpScout, someTokens()))
		require.NoError(t, before.Close())
		cfg.Keys = ring(t, newer, older)
		rotating := storetest.Open(t, cfg)
		resealed, err := rotating.Reseal(t.Context())
		require.NoError(t, err)
		require.Equal(t, 2, resealed, "hash key and tokens")
		cfg.Keys = ring(t, newer)
		got, err := storetest.Open(t, cfg).Tokens(t.Context(), "acme", store.VendorHelpScout)
		require.NoError(t, err)
		require.Equal(t, someTokens(), got)
	})
}

// Three stores on one database stand for three processes, also on SQLite, where no
// other lock reaches so far.
func TestOneRefreshesAtATimeOverSeveralStores(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open func(testing.TB) *store.Store) {
		handles := []*store.Store{open(t), open(t), open(t)}
		holders := make(chan struct{}, 1)
		var work errgroup.Group
		for i := range 12 {
			work.Go(func() error {
				ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
				defer cancel()
				unlock, err := handles[i%3].LockTokens(ctx, "acme", store.VendorHelpScout)
				if err != nil {
					return err
				}
				defer unlock()
				select {
				case holders <- struct{}{}:
				default:
					return fmt.Errorf("two hold the lock")
				}
				_, err = handles[i%3].AccountOf(ctx, "acme", store.VendorHelpScout)
				<-holders
				return err
			})
		}
		require.NoError(t, work.Wait())
	})
}

func TestWhatWorksOnceIsRememberedUntilItExpires(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open func(testing.TB) *store.Store) {
		ctx, one, other := t.Context(), open(t), open(t)
		soon := time.Now().Add(time.Minute)
		first, err := one.UseOnce(ctx, "state-1", soon)
		require.NoError(t, err)
		require.True(t, first)
		for _, handle := range []*store.Store{one, other} {
			first, err := handle.UseOnce(ctx, "state-1", soon)
			require.NoError(t, err)
			require.False(t, first)
		}
		first, err = one.UseOnce(ctx, "state-2", time.Now().Add(-time.Minute))
		require.NoError(t, err)
		require.True(t, first)
		_, err = one.UseOnce(ctx, "state-3", soon)
		require.NoError(t, err)
		var left int
		require.NoError(t, store.Writer(one).QueryRowContext(ctx, `SELECT COUNT(*) FROM spent`).Scan(&left))
		require.Equal(t, 2, left)
	})
}
