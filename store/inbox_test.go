package store_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/store"
	"callscout/store/storetest"
)

func enqueue(t *testing.T, opened *store.Store, stream, body string) int64 {
	t.Helper()
	id, err := opened.Enqueue(t.Context(), store.InboxEvent{Installation: "acme", Stream: stream, Event: "call.created", Body: []byte(body)})
	require.NoError(t, err)
	return id
}

func bodies(events []store.InboxEvent) []string {
	var all []string
	for _, event := range events {
		all = append(all, string(event.Body))
	}
	return all
}

func waiting(t *testing.T, opened *store.Store) []store.InboxEvent {
	t.Helper()
	events, err := opened.Waiting(t.Context(), 0)
	require.NoError(t, err)
	return events
}

func TestAnEventComesBackAsItWasEnqueued(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open func(testing.TB) *store.Store) {
		opened := open(t)
		event := store.InboxEvent{
			Installation: "acme", Stream: "call/acme/1", Event: "call.answered", Body: []byte(`{"event":"call.answered"}`),
			ReceivedAt: time.Date(2026, 3, 1, 9, 30, 0, 123456000, time.UTC),
		}
		var err error
		event.ID, err = opened.Enqueue(t.Context(), event)
		require.NoError(t, err)
		require.Equal(t, []store.InboxEvent{event}, waiting(t, opened))
		byID, err := opened.InboxEventByID(t.Context(), event.ID)
		require.NoError(t, err)
		require.Equal(t, event, byID)
	})
}

func TestEventsAreDeliveredInTheOrderOfArrival(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open func(testing.TB) *store.Store) {
		ctx, opened := t.Context(), open(t)
		first := enqueue(t, opened, "call/acme/1", "1 created")
		second := enqueue(t, opened, "call/acme/2", "2 created")
		enqueue(t, opened, "call/acme/1", "1 ended")
		require.Equal(t, []string{"1 created", "2 created", "1 ended"}, bodies(waiting(t, opened)))
		two, err := opened.Waiting(ctx, 2)
		require.NoError(t, err)
		require.Equal(t, []string{"1 created", "2 created"}, bodies(two))

		require.NoError(t, opened.DeliveryFailed(ctx, first, "Temporal is away"))
		require.NoError(t, opened.Delivered(ctx, second))
		require.NoError(t, opened.Delivered(ctx, second), "another process may have delivered it")
		left := waiting(t, opened)
		require.Equal(t, []string{"1 created", "1 ended"}, bodies(left))
		require.Equal(t, 1, left[0].Attempts)
		require.Equal(t, "Temporal is away", left[0].Reason)

		for stream, want := range map[string]bool{"call/acme/1": true, "call/acme/2": false, "call/acme": false} {
			has, err := opened.HasWaiting(ctx, stream)
			require.NoError(t, err)
			require.Equal(t, want, has, stream)
		}
	})
}

func TestAnIDIsNeverGivenTwice(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open func(testing.TB) *store.Store) {
		opened := open(t)
		first := enqueue(t, opened, "call/acme/1", "first")
		require.NoError(t, opened.Delivered(t.Context(), first))
		require.Greater(t, enqueue(t, opened, "call/acme/1", "second"), first)
	})
}

func TestAHeldEventWaitsForAPerson(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open func(testing.TB) *store.Store) {
		ctx, opened := t.Context(), open(t)
		hold := func(installation, body string) int64 {
			id, err := opened.Hold(ctx, store.InboxEvent{Installation: installation, Event: "call.created", Body: []byte(body), Reason: "data.id is missing"})
			require.NoError(t, err)
			return id
		}
		oldest, other, newest := hold("acme", "oldest"), hold("globex", "other"), hold("acme", "newest")
		enqueue(t, opened, "call/acme/9", "came later")
		require.Equal(t, []string{"came later"}, bodies(waiting(t, opened)))
		require.NoError(t, opened.Delivered(ctx, oldest), "a delivery does not touch what is held")

		listed, err := opened.Held(ctx, "acme", 0)
		require.NoError(t, err)
		require.Len(t, listed, 2)
		require.Equal(t, []int64{newest, oldest}, []int64{listed[0].ID, listed[1].ID})
		require.Equal(t, "data.id is missing", listed[0].Reason)
		require.True(t, listed[0].Held)
		require.Nil(t, listed[0].Body)
		everywhere, err := opened.Held(ctx, "", 2)
		require.NoError(t, err)
		require.Equal(t, []int64{newest, other}, []int64{everywhere[0].ID, everywhere[1].ID})

		require.NoError(t, opened.ReleaseHeld(ctx, oldest))
		require.ErrorIs(t, opened.ReleaseHeld(ctx, oldest), store.ErrNotFound)
		require.ErrorIs(t, opened.DiscardHeld(ctx, oldest), store.ErrNotFound)
		require.Equal(t, []string{"oldest", "came later"}, bodies(waiting(t, opened)), "released into its old place")

		require.NoError(t, opened.DiscardHeld(ctx, newest))
		_, err = opened.InboxEventByID(ctx, newest)
		require.ErrorIs(t, err, store.ErrNotFound)
	})
}

func TestTheInboxIsCounted(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open func(testing.TB) *store.Store) {
		ctx, opened := t.Context(), open(t)
		count := func() (int64, int64, time.Time) {
			waiting, held, oldest, err := opened.InboxCounts(ctx)
			require.NoError(t, err)
			return waiting, held, oldest
		}
		nWaiting, nHeld, oldest := count()
		require.Zero(t, nWaiting)
		require.Zero(t, nHeld)
		require.True(t, oldest.IsZero())

		came := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
		_, err := opened.Hold(ctx, store.InboxEvent{ReceivedAt: came.Add(-time.Hour)})
		require.NoError(t, err)
		for i := range 2 {
			_, err := opened.Enqueue(ctx, store.InboxEvent{ReceivedAt: came.Add(time.Duration(i) * time.Minute)})
			require.NoError(t, err)
		}
		nWaiting, nHeld, oldest = count()
		require.EqualValues(t, 2, nWaiting)
		require.EqualValues(t, 1, nHeld)
		require.Equal(t, came, oldest)
	})
}

func TestAnEventThatCannotBeDeliveredDoesNotHoldUpTheOthers(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open func(testing.TB) *store.Store) {
		ctx, opened := t.Context(), open(t)
		refused := enqueue(t, opened, "call/acme/1", "refused")
		tampered := enqueue(t, opened, "call/acme/2", "tampered")
		enqueue(t, opened, "call/acme/3", "fine")

		require.NoError(t, opened.SetAside(ctx, refused, "Temporal refuses it: too large"))
		_, err := store.Writer(opened).ExecContext(ctx, `UPDATE inbox SET stream = 'call/acme/1' WHERE id = $1`, tampered)
		require.NoError(t, err)

		require.Equal(t, []string{"fine"}, bodies(waiting(t, opened)))
		held, err := opened.Held(ctx, "acme", 0)
		require.NoError(t, err)
		require.Equal(t, []int64{tampered, refused}, []int64{held[0].ID, held[1].ID})
		require.Contains(t, held[0].Reason, "was changed in the database")
		require.Equal(t, "Temporal refuses it: too large", held[1].Reason)
	})
}

func TestAnyBytesFromOutsideCanBeKept(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open func(testing.TB) *store.Store) {
		opened := open(t)
		body := []byte{0, 255, 254, '{'}
		id, err := opened.Hold(t.Context(), store.InboxEvent{
			Installation: "acme", Event: "call\x00.\xff" + strings.Repeat("é", 1000), Body: body, Reason: "byte \xff\x00",
		})
		require.NoError(t, err)
		event, err := opened.InboxEventByID(t.Context(), id)
		require.NoError(t, err)
		require.Equal(t, body, event.Body)
		require.True(t, strings.HasPrefix(event.Event, "call\uFFFD.\uFFFDé"))
		require.Less(t, len(event.Event), 1010)
	})
}
