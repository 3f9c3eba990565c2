package store_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/secret"
	"callscout/settings"
	"callscout/store"
	"callscout/store/storetest"
)

func TestAnInstallationComesBackAsItWasPut(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open func(testing.TB) *store.Store) {
		ctx, opened := t.Context(), open(t)
		acme := installation("acme", "token-acme")
		require.NoError(t, opened.PutInstallation(ctx, acme))
		got, err := opened.Installation(ctx, "acme")
		require.NoError(t, err)
		require.Equal(t, acme, got)

		acme.Numbers = append(acme.Numbers, settings.Number{AircallNumber: 7, Inbox: 8})
		require.NoError(t, opened.PutInstallation(ctx, acme))
		require.NoError(t, opened.PutInstallation(ctx, installation("Zorro", "token-zorro")))
		all, err := opened.Installations(ctx)
		require.NoError(t, err)
		require.Equal(t, []settings.Installation{installation("Zorro", "token-zorro"), acme}, all)
	})
}

func TestAnInstallationNeedsAnID(t *testing.T) {
	t.Parallel()
	require.Error(t, storetest.SQLite(t).PutInstallation(t.Context(), installation("", "token")))
}

func TestAnInstallationIsFoundByItsPresentWebhookToken(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open func(testing.TB) *store.Store) {
		ctx, opened := t.Context(), open(t)
		require.NoError(t, opened.PutInstallation(ctx, installation("acme", "old-token")))
		require.NoError(t, opened.PutInstallation(ctx, installation("globex", "other-token")))
		require.NoError(t, opened.PutInstallation(ctx, installation("acme", "new-token")))

		found, err := opened.InstallationByWebhookToken(ctx, "new-token")
		require.NoError(t, err)
		require.Equal(t, "acme", found.ID)
		for _, unknown := range []string{"old-token", "New-Token", ""} {
			_, err = opened.InstallationByWebhookToken(ctx, unknown)
			require.ErrorIs(t, err, store.ErrNotFound)
			require.NotContains(t, err.Error(), "old-token")
		}
	})
}

func TestAWebhookTokenBelongsToOneInstallation(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open func(testing.TB) *store.Store) {
		ctx, opened := t.Context(), open(t)
		require.NoError(t, opened.PutInstallation(ctx, installation("acme", "same-token")))
		err := opened.PutInstallation(ctx, installation("globex", "same-token"))
		require.ErrorIs(t, err, store.ErrTokenTaken)
		require.NotContains(t, err.Error(), "same-token")
		_, err = opened.Installation(ctx, "globex")
		require.ErrorIs(t, err, store.ErrNotFound)

		require.NoError(t, opened.DeleteInstallation(ctx, "acme"))
		require.NoError(t, opened.PutInstallation(ctx, installation("globex", "same-token")))
	})
}

func TestSeveralInstallationsMayHaveNoWebhookYet(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open func(testing.TB) *store.Store) {
		opened := open(t)
		require.NoError(t, opened.PutInstallation(t.Context(), installation("acme", "")))
		require.NoError(t, opened.PutInstallation(t.Context(), installation("globex", "")))
	})
}

func TestADeletedInstallationLeavesOnlyLedgerAndInbox(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open func(testing.TB) *store.Store) {
		ctx, opened := t.Context(), open(t)
		require.NoError(t, opened.PutInstallation(ctx, installation("acme", "token")))
		require.NoError(t, opened.Remember(ctx, "acme", "user-by-email", "ada@example.com", "12"))
		require.NoError(t, opened.Remember(ctx, "globex", "user-by-email", "ada@example.com", "13"))
		require.NoError(t, opened.Claim(ctx, "acme", 1, "call in progress", "5"))
		require.NoError(t, opened.Settle(ctx, "acme/call/5/first-log", 99))
		_, err := opened.Enqueue(ctx, store.InboxEvent{Installation: "acme", Stream: "call/acme/5", Event: "call.ended", Body: []byte("{}")})
		require.NoError(t, err)

		require.NoError(t, opened.DeleteInstallation(ctx, "acme"))
		require.ErrorIs(t, opened.DeleteInstallation(ctx, "acme"), store.ErrNotFound)

		_, _, remembered, err := opened.Recall(ctx, "acme", "user-by-email", "ada@example.com")
		require.NoError(t, err)
		require.False(t, remembered)
		_, _, remembered, err = opened.Recall(ctx, "globex", "user-by-email", "ada@example.com")
		require.NoError(t, err)
		require.True(t, remembered)
		claims, err := opened.ClaimsOf(ctx, "acme", "5")
		require.NoError(t, err)
		require.Empty(t, claims)
		_, written, err := opened.LedgerEntry(ctx, "acme/call/5/first-log")
		require.NoError(t, err)
		require.True(t, written)
		waiting, _, _, err := opened.InboxCounts(ctx)
		require.NoError(t, err)
		require.EqualValues(t, 1, waiting)
	})
}

func TestASealedInstallationCannotBeMovedToAnotherID(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open func(testing.TB) *store.Store) {
		ctx, opened := t.Context(), open(t)
		require.NoError(t, opened.PutInstallation(ctx, installation("acme", "token")))
		_, err := store.Writer(opened).ExecContext(ctx, `UPDATE installations SET id = 'globex'`)
		require.NoError(t, err)
		_, err = opened.Installation(ctx, "globex")
		require.ErrorIs(t, err, secret.ErrTampered)
	})
}
