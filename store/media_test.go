package store_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/settings"
	"callscout/store"
	"callscout/store/storetest"
)

func TestAFileIsKeptUntilItIsDropped(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open func(testing.TB) *store.Store) {
		ctx, s := t.Context(), open(t)
		photo := store.MediaFile{Name: "photo.jpg", Type: "image/jpeg", Data: []byte{0xff, 0xd8, 0}}
		require.NoError(t, s.KeepMedia(ctx, "acme", "m-1", 0, store.MediaFile{Name: "old"}))
		require.NoError(t, s.KeepMedia(ctx, "acme", "m-1", 0, photo))
		require.NoError(t, s.KeepMedia(ctx, "acme", "m-1", 1, store.MediaFile{Name: "other"}))
		kept, found, err := open(t).Media(ctx, "acme", "m-1", 0)
		require.NoError(t, err)
		require.True(t, found)
		require.Equal(t, photo, kept)
		for _, missing := range []struct{ installation, message string }{{"acme", "m-2"}, {"other", "m-1"}} {
			_, found, err = s.Media(ctx, missing.installation, missing.message, 0)
			require.NoError(t, err)
			require.False(t, found)
		}

		dropped, err := s.DropMediaKeptBefore(ctx, time.Now().Add(-time.Minute))
		require.NoError(t, err)
		require.Zero(t, dropped)
		require.NoError(t, s.DropMedia(ctx, "acme", "m-1", 0))
		require.NoError(t, s.DropMedia(ctx, "acme", "m-1", 0), "twice does no harm")
		_, found, err = s.Media(ctx, "acme", "m-1", 0)
		require.NoError(t, err)
		require.False(t, found)
		dropped, err = s.DropMediaKeptBefore(ctx, time.Now().Add(time.Minute))
		require.NoError(t, err)
		require.Equal(t, 1, dropped)
	})
}

func TestAFileIsSealed(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open func(testing.TB) *store.Store) {
		ctx, s := t.Context(), open(t)
		require.NoError(t, s.KeepMedia(ctx, "acme", "m-1", 0, store.MediaFile{Name: "secret-name.jpg", Data: []byte("secret bytes")}))
		var sealed []byte
		require.NoError(t, store.Writer(s).QueryRowContext(ctx, `SELECT sealed FROM media`).Scan(&sealed))
		require.NotContains(t, string(sealed), "secret")
		_, err := store.Writer(s).ExecContext(ctx, `UPDATE media SET message = 'm-2'`)
		require.NoError(t, err)
		_, _, err = s.Media(ctx, "acme", "m-2", 0)
		require.Error(t, err, "it is bound to its message")
	})
}

func TestACallbackOfAMessageIsKnownByEachOfItsTokens(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open func(testing.TB) *store.Store) {
		ctx, s := t.Context(), open(t)
		acme := settings.Installation{ID: "acme", Aircall: settings.AircallAccount{WebhookToken: "hook", MessagesToken: "one,two,,two"}}
		require.NoError(t, s.PutInstallation(ctx, acme))
		for _, token := range []string{"one", "two"} {
			found, err := s.InstallationByMessagesToken(ctx, token)
			require.NoError(t, err)
			require.Equal(t, acme, found)
		}
		for _, token := range []string{"hook", "one,two", "", "three"} {
			_, err := s.InstallationByMessagesToken(ctx, token)
			require.ErrorIs(t, err, store.ErrNotFound, token)
		}
		other := settings.Installation{ID: "other", Aircall: settings.AircallAccount{MessagesToken: "three,two"}}
		require.ErrorIs(t, s.PutInstallation(ctx, other), store.ErrTokenTaken)
		_, err := s.Installation(ctx, "other")
		require.ErrorIs(t, err, store.ErrNotFound, "nothing of it was written")

		acme.Aircall.MessagesToken = "one"
		require.NoError(t, s.PutInstallation(ctx, acme))
		require.NoError(t, s.PutInstallation(ctx, other), "the token is free again")
		require.NoError(t, s.DeleteInstallation(ctx, "other"))
		_, err = s.InstallationByMessagesToken(ctx, "two")
		require.ErrorIs(t, err, store.ErrNotFound)
	})
}
