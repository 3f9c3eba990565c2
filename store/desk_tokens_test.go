package store_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/secret"
	"callscout/settings"
	"callscout/store"
	"callscout/store/storetest"
)

func TestATokenOfAPersonIsFoundUntilItIsRevoked(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open func(testing.TB) *store.Store) {
		ctx, one, other := t.Context(), open(t), open(t)
		maria := store.DeskToken{ID: "m1", Name: "Maria Lopez", Role: "support"}
		tom := store.DeskToken{ID: "t1", Name: "Tom", Role: "view", Installation: "acme"}
		require.NoError(t, one.AddDeskToken(ctx, "hush-maria", maria))
		require.NoError(t, one.AddDeskToken(ctx, "hush-tom", tom))
		require.Error(t, one.AddDeskToken(ctx, "hush-maria", store.DeskToken{ID: "m2", Name: "Eve", Role: "admin"}), "a token is one person's")
		require.Error(t, one.AddDeskToken(ctx, "hush-other", store.DeskToken{ID: "m1", Name: "Eve", Role: "admin"}), "an id is one token's")

		all, err := other.DeskTokens(ctx)
		require.NoError(t, err)
		require.Len(t, all, 2)
		require.Equal(t, []string{"Maria Lopez", "Tom"}, []string{all[0].Name, all[1].Name})
		require.Zero(t, all[0].UsedAt)
		require.WithinDuration(t, time.Now(), all[0].MadeAt, time.Minute)

		found, err := other.UseDeskToken(ctx, "hush-tom")
		require.NoError(t, err)
		require.Equal(t, all[1], found)
		all, err = one.DeskTokens(ctx)
		require.NoError(t, err)
		require.Zero(t, all[0].UsedAt)
		require.WithinDuration(t, time.Now(), all[1].UsedAt, time.Minute)
		for _, wrong := range []string{"", "hush", "hush-tom ", "HUSH-TOM", "t1"} {
			_, err = one.UseDeskToken(ctx, wrong)
			require.ErrorIs(t, err, store.ErrNotFound, "%q", wrong)
		}

		stands, err := other.DeskTokenStands(ctx, "t1")
		require.NoError(t, err)
		require.True(t, stands)
		revoked, err := other.RevokeDeskToken(ctx, "t1")
		require.NoError(t, err)
		require.Equal(t, "Tom", revoked.Name)
		stands, err = one.DeskTokenStands(ctx, "t1")
		require.NoError(t, err)
		require.False(t, stands)
		_, err = one.UseDeskToken(ctx, "hush-tom")
		require.ErrorIs(t, err, store.ErrNotFound)
		_, err = one.RevokeDeskToken(ctx, "t1")
		require.ErrorIs(t, err, store.ErrNotFound)
		_, err = one.UseDeskToken(ctx, "hush-maria")
		require.NoError(t, err)
	})
}

func TestTokensOfPeopleAreSealedBoundAndResealed(t *testing.T) {
	t.Parallel()
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		ctx := t.Context()
		cfg, oldKey := keyed(t, cfg)
		before := storetest.Open(t, cfg)
		require.NoError(t, before.AddDeskToken(ctx, "hush-maria", store.DeskToken{ID: "m1", Name: "Maria", Role: "view", Installation: "acme"}))
		var hash, sealed []byte
		require.NoError(t, store.Writer(before).QueryRowContext(ctx, `SELECT hash, sealed FROM desk_tokens`).Scan(&hash, &sealed))
		require.NotContains(t, string(hash)+string(sealed), "hush")
		require.NotContains(t, string(sealed), "Maria")

		newKey := secret.NewKey()
		cfg.Keys = ring(t, newKey, oldKey)
		resealed, err := storetest.Open(t, cfg).Reseal(ctx)
		require.NoError(t, err)
		require.Equal(t, 2, resealed, "hash key and token")
		cfg.Keys = ring(t, newKey)
		after := storetest.Open(t, cfg)
		found, err := after.UseDeskToken(ctx, "hush-maria")
		require.NoError(t, err)
		require.Equal(t, "Maria", found.Name)

		_, err = store.Writer(after).ExecContext(ctx, `UPDATE desk_tokens SET installation = ''`)
		require.NoError(t, err)
		_, err = after.UseDeskToken(ctx, "hush-maria")
		require.ErrorIs(t, err, secret.ErrTampered, "nobody widens a token in the database")
	})
}

// A company that gets the id of one that left must not get its people.
func TestATokenGoesWithItsInstallation(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open func(testing.TB) *store.Store) {
		ctx, opened := t.Context(), open(t)
		for id, leave := range map[string]func(string) error{
			"deleted": func(id string) error { return opened.DeleteInstallation(ctx, id) },
			"purged": func(id string) error {
				require.NoError(t, opened.BeginUninstall(ctx, id))
				return opened.Purge(ctx, id)
			},
		} {
			require.NoError(t, opened.PutInstallation(ctx, settings.Installation{ID: id}))
			require.NoError(t, opened.AddDeskToken(ctx, "hush-"+id, store.DeskToken{ID: "id-" + id, Name: "Tom", Role: "admin", Installation: id}))
			require.NoError(t, opened.AddDeskToken(ctx, "hush-all-"+id, store.DeskToken{ID: "all-" + id, Name: "Maria", Role: "admin"}))
			require.NoError(t, leave(id))
			_, err := opened.UseDeskToken(ctx, "hush-"+id)
			require.ErrorIs(t, err, store.ErrNotFound, id)
			_, err = opened.UseDeskToken(ctx, "hush-all-"+id)
			require.NoError(t, err)
		}
	})
}
