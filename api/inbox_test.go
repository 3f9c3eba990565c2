package api_test

import (
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/serviceerror"

	"callscout/starter"
	"callscout/store"
	"callscout/store/storetest"
)

const (
	soon  = 20 * time.Second
	often = 20 * time.Millisecond
)

func TestWithTemporalAwayEventsWaitAndAreDeliveredInOrderAfterARestart(t *testing.T) {
	t.Parallel()
	database := storetest.SQLiteConfig(t)
	before := edgeOn(t, database)
	before.temporal.goAway(errAway)
	stop := before.run(t)
	story := []string{"call.created", "call.ringing_on_agent", "call.answered", "call.hungup", "call.ended"}
	for _, name := range story {
		answer := before.post(t, webhook(name, 7, mappedLine))
		require.Equal(t, 200, answer.status)
		require.Contains(t, answer.body, "queued")
	}
	waiting, held := before.counts(t)
	require.Equal(t, len(story), waiting)
	require.Zero(t, held)
	require.Equal(t, len(story), before.counted(t, "queued"))
	requireMetric(t, before, "callscout_inbox_waiting_events", float64(len(story)))
	require.Contains(t, before.home(t).body, strconv.Itoa(len(story))+" events, the oldest since")
	require.NotContains(t, before.log.String(), "202-555")
	stop()

	after := edgeOn(t, database)
	after.run(t)
	require.Eventually(t, func() bool { return after.temporal.count() == len(story) }, soon, often)
	require.Equal(t, story, after.temporal.events(7))
	require.Equal(t, int64(85), after.temporal.all()[0].Inbox, "with all that its call needs")
	require.Eventually(t, func() bool { waiting, _ := after.counts(t); return waiting == 0 }, soon, often)
	requireMetric(t, after, "callscout_inbox_delivered_total", float64(len(story)))
	require.Zero(t, before.temporal.count())
}

func TestAnEventQueuesBehindEarlierOnesOfItsCallAndOtherCallsGoOn(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	const sick = 7
	well := int64(8)
	e.temporal.refuse("call/acme/7", errAway)
	require.Contains(t, e.post(t, webhook("call.created", sick, mappedLine)).body, "queued")
	// For a moment, Temporal is taken to be away for all calls.
	for range time.Tick(5 * often) {
		well++
		require.Less(t, well, int64(200), "Temporal is tried again soon")
		if strings.Contains(e.post(t, webhook("call.created", well, mappedLine)).body, "delivered") {
			break
		}
	}

	// Now its call would be taken, but not before the first event.
	e.temporal.refuse("call/acme/7", nil)
	require.Contains(t, e.post(t, webhook("call.ended", sick, mappedLine)).body, "queued")
	require.Empty(t, e.temporal.events(sick))
	require.Contains(t, e.post(t, webhook("call.ended", well, mappedLine)).body, "delivered")

	e.run(t)
	require.Eventually(t, func() bool { return len(e.temporal.events(sick)) == 2 }, soon, often)
	require.Equal(t, []string{"call.created", "call.ended"}, e.temporal.events(sick))
}

func TestACallThatCannotBeDeliveredDoesNotHoldUpTheOthers(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	e.temporal.goAway(errAway)
	for _, call := range []int64{7, 8, 7, 9} {
		require.Contains(t, e.post(t, webhook("call.created", call, mappedLine)).body, "queued")
	}
	e.temporal.refuse("call/acme/7", errors.New("busy run"))
	e.temporal.goAway(nil)
	e.run(t)
	require.Eventually(t, func() bool { return e.temporal.count() == 2 }, soon, often)
	require.Empty(t, e.temporal.events(7))
	require.Eventually(t, func() bool {
		waiting, err := e.store.Waiting(t.Context(), 0)
		require.NoError(t, err)
		return len(waiting) == 2 && waiting[0].Attempts > 0 && waiting[0].Reason == "busy run" && waiting[1].Attempts == 0
	}, soon, often, "the reason is kept, and the second is not tried before the first")
	e.temporal.refuse("call/acme/7", nil)
	require.Eventually(t, func() bool { return len(e.temporal.events(7)) == 2 }, soon, often)
}

func TestAWaitingEventThatTemporalRefusesForEverIsSetAside(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	e.temporal.goAway(errAway)
	require.Equal(t, 200, e.post(t, webhook("call.created", 7, mappedLine)).status)
	require.Equal(t, 200, e.post(t, webhook("call.created", 8, mappedLine)).status)
	_, err := e.store.Enqueue(t.Context(), store.InboxEvent{Installation: "acme", Stream: "call/acme/9", Event: "call.created", Body: []byte("?")})
	require.NoError(t, err)
	e.temporal.refuse("call/acme/7", serviceerror.NewInvalidArgument("no"))
	e.temporal.goAway(nil)
	e.run(t)
	require.Eventually(t, func() bool { waiting, held := e.counts(t); return waiting == 0 && held == 2 }, soon, often)
	require.Len(t, e.temporal.events(8), 1)
}

func TestANamespaceThatIsNotSetUpYetLosesNothing(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	e.temporal.goAway(starter.ErrNotSetUp)
	require.Contains(t, e.post(t, webhook("call.created", 7, mappedLine)).body, "queued")
	e.run(t)
	e.temporal.goAway(nil)
	require.Eventually(t, func() bool { return e.temporal.count() == 1 }, soon, often)
}

func TestWithTheStoreAwayTemporalAloneTakesEvents(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	require.Equal(t, 200, e.post(t, webhook("call.created", 7, mappedLine)).status)
	e.sick.fall(errors.New("disk is gone"), nil)
	answer := e.post(t, webhook("call.answered", 7, mappedLine))
	require.Equal(t, 200, answer.status)
	require.Equal(t, []string{"call.created", "call.answered"}, e.temporal.events(7))
	require.Equal(t, 200, e.post(t, webhook("user.created", 7, mappedLine)).status)
	require.Equal(t, 503, e.post(t, webhook("call.created", 7, mappedLine, set("token", "unknown"))).status,
		"whose it is cannot be told, so it is not refused for ever")
}

func TestWithBothAwayAWebhookIsAskedForAgain(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	require.Equal(t, 200, e.post(t, webhook("call.created", 7, mappedLine)).status)
	e.sick.fall(errors.New("disk is gone"), nil)
	e.temporal.goAway(errAway)
	answer := e.post(t, webhook("call.answered", 7, mappedLine))
	require.Equal(t, 503, answer.status)
	require.NotContains(t, answer.body, "disk", "strangers learn nothing of the inside")
	require.Equal(t, 1, e.counted(t, "not_taken"))
	require.Equal(t, 503, e.post(t, webhook("", 7, mappedLine)).status, "nor can it be held")
}

func TestAClosedStoreIsAway(t *testing.T) {
	t.Parallel()
	database := storetest.SQLiteConfig(t)
	e := edgeOn(t, database)
	require.NoError(t, e.store.Close())
	require.Equal(t, 503, e.post(t, webhook("call.created", 7, mappedLine)).status)
}

func TestAFullDiskDoesNotRefuseWhatTemporalTakes(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	e.temporal.goAway(errAway)
	require.Contains(t, e.post(t, webhook("call.created", 7, mappedLine)).body, "queued")
	e.temporal.goAway(nil)
	e.sick.fall(nil, errors.New("no space left"))
	for _, call := range []int64{7, 8} {
		answer := e.post(t, webhook("call.answered", call, mappedLine))
		require.Equal(t, 200, answer.status, answer.body)
		require.Equal(t, []string{"call.answered"}, e.temporal.events(call))
	}
	e.temporal.goAway(errAway)
	require.Equal(t, 503, e.post(t, webhook("call.ended", 8, mappedLine)).status)
}

func TestTwoEdgesOnOneDatabaseDeliverEachEventOnce(t *testing.T) {
	t.Parallel()
	storetest.EachConfig(t, func(t *testing.T, database store.Config) {
		first, second := edgeOn(t, database), edgeOn(t, database)
		first.temporal.goAway(errAway)
		const calls = 30
		for call := range int64(calls) {
			require.Equal(t, 200, first.post(t, webhook("call.created", call+1, mappedLine)).status)
		}
		first.temporal.goAway(nil)
		if database.URL != "" { // on SQLite, one process serves
			second.run(t)
		}
		first.run(t)
		require.Eventually(t, func() bool { waiting, _ := first.counts(t); return waiting == 0 }, soon, often)
		require.Equal(t, calls, first.temporal.count()+second.temporal.count())
	})
}
