package api_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A number that is taken out or switched off in the middle of a call: the call
// keeps the settings that it began with, and its in-progress tag has to come off.
func TestACallThatRunsIsToldToItsEnd(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		line int64
		why  string
	}{
		"its number is not mapped any more": {99, "number_not_mapped"},
		"its number was switched off":       {pausedLine, "paused"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEdge(t)
			e.temporal.running = []string{"call/acme/7"}
			require.Equal(t, 200, e.post(t, webhook("call.created", 7, test.line)).status)
			require.Equal(t, 200, e.post(t, webhook("call.ended", 8, test.line)).status)
			require.Equal(t, 2, e.counted(t, test.why), "a call that does not run is not begun")
			require.Equal(t, 200, e.post(t, webhook("call.ended", 7, test.line)).status)
			require.Equal(t, 1, e.counted(t, "delivered"))
			require.Equal(t, []string{"call.ended"}, e.temporal.events(7))
			require.Empty(t, e.temporal.events(8))
		})
	}
}

func TestWhatWaitedForACallThatDoesNotRunIsDropped(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	e.temporal.running = []string{"call/acme/7"}
	e.temporal.goAway(errors.New("no route"))
	for _, call := range []int64{7, 8} {
		require.Equal(t, 200, e.post(t, webhook("call.ended", call, 99)).status)
	}
	require.Equal(t, 2, e.counted(t, "queued"))
	e.temporal.goAway(nil)
	e.run(t)
	require.Eventually(t, func() bool { waiting, _ := e.counts(t); return waiting == 0 }, 20*time.Second, 20*time.Millisecond)
	require.Equal(t, []string{"call.ended"}, e.temporal.events(7))
	require.Empty(t, e.temporal.events(8))
}
