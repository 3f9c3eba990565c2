package store_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/settings"
	"callscout/store"
	"callscout/store/storetest"
)

func TestAnInstallationThatLeavesKeepsItsCredentialsUntilThePurge(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open func(testing.TB) *store.Store) {
		ctx, opened := t.Context(), open(t)
		acme := installation("acme", "token-acme")
		require.NoError(t, opened.PutInstallation(ctx, acme))
		require.NoError(t, opened.PutInstallation(ctx, installation("globex", "token-globex")))
		require.NoError(t, opened.SaveTokens(ctx, "acme", store.VendorAircall, store.Tokens{Account: "70001", Access: "hush"}))
		require.NoError(t, opened.Remember(ctx, "acme", "user-by-email", "ada@example.com", "12"))
		require.NoError(t, opened.Claim(ctx, "acme", 1, "call in progress", "5"))
		require.NoError(t, opened.Settle(ctx, "acme/call/5/first-log", 99))
		_, err := opened.Enqueue(ctx, store.InboxEvent{Installation: "acme", Stream: "call/acme/5", Event: "call.ended", Body: []byte("{}")})
		require.NoError(t, err)

		require.ErrorIs(t, opened.BeginUninstall(ctx, "nobody"), store.ErrNotFound)
		require.NoError(t, opened.Purge(ctx, "acme"), "before it leaves, nothing is purged")
		require.NoError(t, opened.BeginUninstall(ctx, "acme"))
		leaving, err := opened.Leaving(ctx)
		require.NoError(t, err)
		require.Len(t, leaving, 1)
		require.Equal(t, "acme", leaving[0].Installation)
		require.WithinDuration(t, time.Now(), leaving[0].Since, time.Minute)
		require.NoError(t, opened.BeginUninstall(ctx, "acme"))
		again, err := opened.Leaving(ctx)
		require.NoError(t, err)
		require.Equal(t, leaving, again, "the first moment counts")

		acme.Uninstalled = true
		got, err := opened.Installation(ctx, "acme")
		require.NoError(t, err)
		require.Equal(t, acme, got, "what runs needs them")
		all, err := opened.Installations(ctx)
		require.NoError(t, err)
		require.Len(t, all, 1)
		require.ErrorIs(t, opened.PutInstallation(ctx, acme), store.ErrUninstalling)

		require.NoError(t, opened.Purge(ctx, "acme"))
		require.NoError(t, opened.Purge(ctx, "acme"))
		leaving, err = opened.Leaving(ctx)
		require.NoError(t, err)
		require.Empty(t, leaving)
		_, err = opened.Installation(ctx, "acme")
		require.ErrorIs(t, err, store.ErrNotFound)
		_, err = opened.Tokens(ctx, "acme", store.VendorAircall)
		require.ErrorIs(t, err, store.ErrNotFound)
		late, err := opened.InstallationByWebhookToken(ctx, "token-acme")
		require.NoError(t, err)
		require.Equal(t, settings.Installation{ID: "acme", Uninstalled: true}, late)
		_, _, remembered, err := opened.Recall(ctx, "acme", "user-by-email", "ada@example.com")
		require.NoError(t, err)
		require.False(t, remembered)
		waiting, _, _, err := opened.InboxCounts(ctx)
		require.NoError(t, err)
		require.Zero(t, waiting)
		_, written, err := opened.LedgerEntry(ctx, "acme/call/5/first-log")
		require.NoError(t, err)
		require.True(t, written, "the ledger stays")

		back, err := opened.InstallationOfAccount(ctx, store.VendorAircall, "70001")
		require.NoError(t, err)
		require.Equal(t, "acme", back, "a company that comes back is known")
		require.NoError(t, opened.PutInstallation(ctx, installation("acme", "token-2")))
		got, err = opened.Installation(ctx, "acme")
		require.NoError(t, err)
		require.Equal(t, installation("acme", "token-2"), got)
	})
}

func TestAnIDIsNotGivenToASecondCompany(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open func(testing.TB) *store.Store) {
		ctx, opened := t.Context(), open(t)
		require.NoError(t, opened.PutInstallation(ctx, installation("put", "token")))
		require.NoError(t, opened.SaveTokens(ctx, "saved", store.VendorAircall, store.Tokens{Account: "1", Access: "a"}))
		require.NoError(t, opened.Settle(ctx, "logged/call/5/first-log", 99))
		for id, want := range map[string]bool{"put": true, "saved": true, "logged": true, "log": false, "logged0": false, "new": false} {
			taken, err := opened.IDTaken(ctx, id)
			require.NoError(t, err)
			require.Equal(t, want, taken, id)
		}
		require.NoError(t, opened.DeleteInstallation(ctx, "put"))
		taken, err := opened.IDTaken(ctx, "put")
		require.NoError(t, err)
		require.False(t, taken, "nothing of it is left")
	})
}
