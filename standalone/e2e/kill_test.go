package e2e_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/simulator"
)

// Killing is done at every request of a call: before it is carried out (between
// two steps) and after (inside a write, with the answer lost).
func TestKilledAtAnyStepEachThreadStandsOnce(t *testing.T) {
	t.Parallel()
	requests := countRequests(t)
	require.Greater(t, requests, 5, "a call takes that many requests at least")
	for _, drop := range []string{simulator.DropBefore, simulator.DropAfter} {
		for n := range requests {
			t.Run(fmt.Sprintf("%s request %d is carried out", drop, n+1), func(t *testing.T) {
				t.Parallel()
				killAtRequest(t, n, drop)
			})
		}
	}
}

const killedCall = 4186780376

// countRequests plays a call undisturbed, to learn where it can be killed.
func countRequests(t *testing.T) int {
	t.Helper()
	o := newOffice(t)
	o.apply("")
	o.start()
	o.awaitWarm()
	o.helpScout.ResetRequests()
	o.playCall(killedCall)
	o.awaitLog(killedCall)
	return len(o.helpScout.Requests())
}

// awaitWarm waits until the users are read, which each start does once by itself:
// the requests after it are the call's own.
func (o *office) awaitWarm() {
	o.t.Helper()
	o.awaitReady()
	o.eventually(60*time.Second, func() bool {
		return slices.ContainsFunc(o.helpScout.Requests(), func(r simulator.Request) bool { return r.Path == "/v2/users" })
	}, "the users are read")
}

// playCall sends a call's webhooks, and the last two only once the first log is
// begun, so that each log is a thread of its own.
func (o *office) playCall(id int64) {
	o.t.Helper()
	call := inboundCall(o.t, id)
	o.hook(call.created())
	o.hook(call.answered())
	o.eventually(90*time.Second, func() bool { return len(o.log(id)) > 0 }, "the first log is written")
	o.hook(call.hungup())
	o.hook(call.ended())
}

func (o *office) awaitLog(id int64) {
	o.t.Helper()
	o.eventually(120*time.Second, func() bool { return len(o.log(id)) == 2 && len(o.tags()) == 2 }, "both logs and the final tags are written")
	require.Equal(o.t, []string{"phone start", "note end"}, o.log(id))
	require.NotContains(o.t, o.tags(), "call in progress")
}

func killAtRequest(t *testing.T, n int, drop string) {
	o := newOffice(t)
	o.apply("")
	o.start()
	o.awaitWarm()
	before := len(o.helpScout.Requests())
	o.helpScout.Fault(simulator.Fault{Name: "power cut", Skip: n, Times: 1, Drop: drop})
	restarted := make(chan error, 1)
	go func() { restarted <- o.cutPower(before) }()
	o.playCall(killedCall)
	require.NoError(t, <-restarted)
	o.awaitLog(killedCall)
	require.Len(t, o.helpScout.Customers(), 1, "one customer, however often it was tried")
	require.Len(t, o.helpScout.Conversations(), 1)
}

// cutPower kills the process at the request that has the fault, and starts it
// again.
func (o *office) cutPower(since int) error {
	deadline := time.After(2 * time.Minute)
	every := time.NewTicker(5 * time.Millisecond)
	defer every.Stop()
	for {
		for _, request := range o.helpScout.Requests()[since:] {
			if request.Fault == "power cut" {
				o.kill()
				return o.launch()
			}
		}
		select {
		case <-deadline:
			return errors.New("the request that the power cut waits for never came")
		case <-every.C:
		}
	}
}
