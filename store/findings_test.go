package store_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/settings"
	"callscout/store"
	"callscout/store/storetest"
)

func TestFindingsAreKeptPerInstallationAndGoWithIt(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open func(testing.TB) *store.Store) {
		ctx, opened := t.Context(), open(t)
		none, err := opened.Findings(ctx, "acme")
		require.NoError(t, err)
		require.Zero(t, none)

		at := time.Now().UTC().Truncate(time.Second)
		kept := store.Findings{
			CheckedAt: at, WebhookActiveAt: at, WebhookWasOff: true,
			Problems: []store.Finding{{Check: "number", Problem: "NumberGone", Subject: 7, Message: "gone", Since: at}},
			Gaps:     []store.Gap{{To: at}},
			Repairs:  []store.Repair{{At: at, Check: "webhook", Message: "switched on"}},
		}
		require.NoError(t, opened.PutInstallation(ctx, settings.Installation{ID: "acme"}))
		require.NoError(t, opened.KeepFindings(ctx, "acme", kept))
		got, err := opened.Findings(ctx, "acme")
		require.NoError(t, err)
		require.Equal(t, kept, got)
		other, err := opened.Findings(ctx, "globex")
		require.NoError(t, err)
		require.Zero(t, other)

		for range 60 {
			kept.Gaps = append(kept.Gaps, store.Gap{From: at, To: at})
		}
		require.NoError(t, opened.KeepFindings(ctx, "acme", kept))
		got, err = opened.Findings(ctx, "acme")
		require.NoError(t, err)
		require.Len(t, got.Gaps, 50)
		require.Equal(t, at, got.Gaps[0].From, "the oldest are dropped")

		require.NoError(t, opened.DeleteInstallation(ctx, "acme"))
		got, err = opened.Findings(ctx, "acme")
		require.NoError(t, err)
		require.Zero(t, got)
	})
}
