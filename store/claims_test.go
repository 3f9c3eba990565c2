package store_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/store"
	"callscout/store/storetest"
)

func TestATagIsFreeWhenItsLastClaimantReleasesIt(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open func(testing.TB) *store.Store) {
		ctx, opened := t.Context(), open(t)
		const tag = "call in progress"
		claimants := func() []string {
			calls, err := opened.Claimants(ctx, "acme", 501, tag)
			require.NoError(t, err)
			return calls
		}
		require.NoError(t, opened.Claim(ctx, "acme", 501, tag, "2"))
		require.NoError(t, opened.Claim(ctx, "acme", 501, tag, "1"))
		require.NoError(t, opened.Claim(ctx, "acme", 501, tag, "1"))
		require.NoError(t, opened.Claim(ctx, "acme", 502, tag, "3"))
		require.NoError(t, opened.Claim(ctx, "acme", 501, "inbound", "3"))
		require.NoError(t, opened.Claim(ctx, "globex", 501, tag, "3"))
		require.Equal(t, []string{"1", "2"}, claimants())

		require.NoError(t, opened.Release(ctx, "acme", 501, tag, "1"))
		require.NoError(t, opened.Release(ctx, "acme", 501, tag, "1"))
		require.Equal(t, []string{"2"}, claimants())
		require.NoError(t, opened.Release(ctx, "acme", 501, tag, "2"))
		require.Empty(t, claimants())

		claims, err := opened.ClaimsOf(ctx, "acme", "3")
		require.NoError(t, err)
		require.Equal(t, []store.Claim{
			{Installation: "acme", Conversation: 501, Tag: "inbound", Call: "3"},
			{Installation: "acme", Conversation: 502, Tag: tag, Call: "3"},
		}, claims)
	})
}

func TestClaimsFollowAMergedConversation(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open func(testing.TB) *store.Store) {
		ctx, opened := t.Context(), open(t)
		const tag = "call in progress"
		for conversation, calls := range map[int64][]string{501: {"1", "2"}, 502: {"2", "3"}, 503: {"4"}} {
			for _, call := range calls {
				require.NoError(t, opened.Claim(ctx, "acme", conversation, tag, call))
			}
		}
		require.NoError(t, opened.Claim(ctx, "globex", 501, tag, "9"))

		require.NoError(t, opened.MoveClaims(ctx, "acme", 501, 502))
		require.NoError(t, opened.MoveClaims(ctx, "acme", 503, 503))
		for conversation, want := range map[int64][]string{501: nil, 502: {"1", "2", "3"}, 503: {"4"}} {
			calls, err := opened.Claimants(ctx, "acme", conversation, tag)
			require.NoError(t, err)
			require.Equal(t, want, calls, conversation)
		}
		calls, err := opened.Claimants(ctx, "globex", 501, tag)
		require.NoError(t, err)
		require.Equal(t, []string{"9"}, calls)
	})
}
