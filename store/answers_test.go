package store_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/store"
	"callscout/store/storetest"
)

func TestLiveAnswersAreKeptPerInstallation(t *testing.T) {
	t.Parallel()
	ctx, opened := t.Context(), storetest.SQLite(t)
	_, _, known, err := opened.LiveAnswer(ctx, "acme", store.NoteReopens)
	require.NoError(t, err)
	require.False(t, known)
	require.NoError(t, opened.KeepLiveAnswer(ctx, "acme", store.NoteReopens, store.LiveYes))
	require.NoError(t, opened.KeepLiveAnswer(ctx, "acme", store.NoteReopens, store.LiveNo))
	answer, at, known, err := opened.LiveAnswer(ctx, "acme", store.NoteReopens)
	require.NoError(t, err)
	require.True(t, known)
	require.Equal(t, store.LiveNo, answer)
	require.False(t, at.IsZero())
	_, _, known, err = opened.LiveAnswer(ctx, "globex", store.NoteReopens)
	require.NoError(t, err)
	require.False(t, known)
}
