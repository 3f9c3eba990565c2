package store_test

import (
	"bytes"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/secret"
	"callscout/settings"
	"callscout/store"
	"callscout/store/storetest"
)

func TestTheAuditGivesBackWhatWasDoneNewestFirst(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open func(testing.TB) *store.Store) {
		ctx, opened := t.Context(), open(t)
		at := time.Date(2026, 3, 1, 9, 0, 0, 5000, time.UTC)
		entry := store.AuditEntry{
			Installation: "acme", Action: "settings_changed", At: at, Who: "Maria", Detail: "why",
			Changes: []settings.Change{{Path: "settings.active", Old: "true (default)", New: "false"}},
			Before:  &settings.Choices{}, After: &settings.Choices{Settings: settings.Overrides{"active": false}},
		}
		first, err := opened.Audit(ctx, entry)
		require.NoError(t, err)
		second, err := opened.Audit(ctx, store.AuditEntry{Installation: "acme", Action: "paused", Who: "Tom"})
		require.NoError(t, err)
		_, err = opened.Audit(ctx, store.AuditEntry{Installation: "globex", Action: "paused", Who: "Tom"})
		require.NoError(t, err)

		trail, err := opened.AuditTrail(ctx, "acme", 0, 10)
		require.NoError(t, err)
		require.Len(t, trail, 2)
		require.Equal(t, second, trail[0].ID)
		require.WithinDuration(t, time.Now(), trail[0].At, time.Minute)
		entry.ID = first
		require.Equal(t, entry, trail[1])

		older, err := opened.AuditTrail(ctx, "acme", second, 10)
		require.NoError(t, err)
		require.Len(t, older, 1)
		newest, err := opened.AuditTrail(ctx, "acme", 0, 1)
		require.NoError(t, err)
		require.Len(t, newest, 1)

		one, err := opened.AuditEntry(ctx, "acme", first)
		require.NoError(t, err)
		require.Equal(t, entry, one)
		_, err = opened.AuditEntry(ctx, "globex", first)
		require.ErrorIs(t, err, store.ErrNotFound, "one installation does not read another's")
	})
}

func TestTheAuditIsSealedAndResealed(t *testing.T) {
	t.Parallel()
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		ctx := t.Context()
		cfg, oldKey := keyed(t, cfg)
		before := storetest.Open(t, cfg)
		id, err := before.Audit(ctx, store.AuditEntry{Installation: "acme", Action: "signed_in", Who: "Maria"})
		require.NoError(t, err)
		var sealed []byte
		require.NoError(t, store.Writer(before).QueryRowContext(ctx, `SELECT sealed FROM audit`).Scan(&sealed))
		require.False(t, bytes.Contains(sealed, []byte("Maria")))

		newKey := secret.NewKey()
		cfg.Keys = ring(t, newKey, oldKey)
		resealed, err := storetest.Open(t, cfg).Reseal(ctx)
		require.NoError(t, err)
		require.Equal(t, 2, resealed, "hash key and entry")
		cfg.Keys = ring(t, newKey)
		after := storetest.Open(t, cfg)
		entry, err := after.AuditEntry(ctx, "acme", id)
		require.NoError(t, err)
		require.Equal(t, "Maria", entry.Who)

		_, err = store.Writer(after).ExecContext(ctx, `UPDATE audit SET action = 'paused'`)
		require.NoError(t, err)
		_, err = after.AuditEntry(ctx, "acme", id)
		require.ErrorIs(t, err, secret.ErrTampered)
	})
}

func TestAnInstallationIsChangedWithItsAuditOrNotAtAll(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open func(testing.TB) *store.Store) {
		ctx, opened := t.Context(), open(t)
		require.NoError(t, opened.PutInstallation(ctx, installation("acme", "token")))
		require.NoError(t, opened.PutInstallation(ctx, installation("globex", "taken")))
		require.NoError(t, opened.ChangeInstallation(ctx, "acme", func(i *settings.Installation) (*store.AuditEntry, error) {
			i.Settings = settings.Overrides{"active": false}
			i.Aircall.WebhookToken = "new-token"
			return &store.AuditEntry{Action: "paused", Who: "Tom"}, nil
		}))
		changed, err := opened.InstallationByWebhookToken(ctx, "new-token")
		require.NoError(t, err)
		require.Equal(t, settings.Overrides{"active": false}, changed.Settings)
		trail, err := opened.AuditTrail(ctx, "acme", 0, 0)
		require.NoError(t, err)
		require.Len(t, trail, 1)

		refused := errors.New("not like this")
		for want, change := range map[error]func(*settings.Installation) (*store.AuditEntry, error){
			refused: func(i *settings.Installation) (*store.AuditEntry, error) {
				i.Settings = nil
				return &store.AuditEntry{Action: "paused"}, refused
			},
			store.ErrTokenTaken: func(i *settings.Installation) (*store.AuditEntry, error) {
				i.Settings, i.Aircall.WebhookToken = nil, "taken"
				return &store.AuditEntry{Action: "paused"}, nil
			},
		} {
			require.ErrorIs(t, opened.ChangeInstallation(ctx, "acme", change), want)
			kept, err := opened.Installation(ctx, "acme")
			require.NoError(t, err)
			require.Equal(t, changed, kept)
			trail, err := opened.AuditTrail(ctx, "acme", 0, 0)
			require.NoError(t, err)
			require.Len(t, trail, 1)
		}
		err = opened.ChangeInstallation(ctx, "nobody", func(*settings.Installation) (*store.AuditEntry, error) { return nil, nil })
		require.ErrorIs(t, err, store.ErrNotFound)
	})
}

func TestChangesAtOnceLoseNone(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open func(testing.TB) *store.Store) {
		ctx, one, other := t.Context(), open(t), open(t)
		require.NoError(t, one.PutInstallation(ctx, settings.Installation{ID: "acme"}))
		var changing sync.WaitGroup
		for n := range 10 {
			changing.Go(func() {
				db := one
				if n%2 == 0 {
					db = other
				}
				if err := db.ChangeInstallation(ctx, "acme", func(i *settings.Installation) (*store.AuditEntry, error) {
					i.Numbers = append(i.Numbers, settings.Number{AircallNumber: int64(n + 1), Inbox: 1})
					return nil, nil
				}); err != nil {
					t.Error(err)
				}
			})
		}
		changing.Wait()
		all, err := one.Installation(ctx, "acme")
		require.NoError(t, err)
		require.Len(t, all.Numbers, 10)
	})
}

func TestAnInstallationIsCreatedOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open func(testing.TB) *store.Store) {
		ctx, opened := t.Context(), open(t)
		created, err := opened.CreateInstallation(ctx, installation("acme", "token"))
		require.NoError(t, err)
		require.True(t, created)
		created, err = opened.CreateInstallation(ctx, settings.Installation{ID: "acme"})
		require.NoError(t, err)
		require.False(t, created)
		kept, err := opened.Installation(ctx, "acme")
		require.NoError(t, err)
		require.Equal(t, installation("acme", "token"), kept)
		_, err = opened.CreateInstallation(ctx, installation("globex", "token"))
		require.ErrorIs(t, err, store.ErrTokenTaken)
	})
}

func TestASessionEndsOnEveryProcess(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open func(testing.TB) *store.Store) {
		ctx, one, other := t.Context(), open(t), open(t)
		require.NoError(t, one.EndSession(ctx, "long over", time.Now().Add(-time.Minute)))
		for range 2 {
			require.NoError(t, one.EndSession(ctx, "session", time.Now().Add(time.Hour)))
		}
		for id, want := range map[string]bool{"session": true, "another": false, "long over": false} {
			ended, err := other.SessionEnded(ctx, id)
			require.NoError(t, err)
			require.Equal(t, want, ended, id)
		}
	})
}
