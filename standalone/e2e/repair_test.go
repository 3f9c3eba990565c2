package e2e_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/simulator"
)

// park plays a call up to its first log, which Help Scout refuses.
func (o *office) park(id int64, status int) *phoneCall {
	o.t.Helper()
	require.NoError(o.t, o.helpScout.Fault(simulator.Fault{Name: "refuse", Method: http.MethodPost, PathPattern: "/v2/conversations", Status: status}))
	call := inboundCall(o.t, id)
	o.hook(call.created())
	o.hook(call.answered())
	o.awaitStatus(id, "needs_attention")
	return call
}

func TestARefusedLogIsListedAndWrittenOnceByARetry(t *testing.T) {
	t.Parallel()
	const id = 4186780377
	o := newOffice(t)
	o.apply("")
	o.start()
	o.awaitReady()
	call := o.park(id, http.StatusBadRequest)
	code, list := o.callscout("call", "list", "--status", "needs_attention")
	require.Zero(t, code, list)
	require.Contains(t, list, "HelpScoutRefused: Help Scout refused the log as invalid.")

	code, out := o.callscout("call", "retry", "4186780377")
	require.NotZero(t, code)
	require.Contains(t, out, "still failing")

	o.helpScout.ClearFaults()
	code, out = o.callscout("call", "retry", "--problem", "HelpScoutRefused")
	require.Zero(t, code, out)
	require.Contains(t, out, "4186780377: the call goes on")
	o.hook(call.hungup())
	o.hook(call.ended())
	o.awaitLog(id)

	code, out = o.callscout("call", "show", "4186780377")
	require.Zero(t, code, out)
	require.Contains(t, out, "synced")
	require.Regexp(t, `Customer \[\d+\]\(\S+/customer/\d+/0/\): made, since nobody had the number`, out)
	code, out = o.callscout("call", "list", "--number", "(202) 555-0143", "--country", "US")
	require.Zero(t, code, out)
	require.Contains(t, out, "4186780377")
}

func TestASkippedCallStaysSkipped(t *testing.T) {
	t.Parallel()
	const id = 4186780378
	o := newOffice(t)
	o.apply("")
	o.start()
	o.awaitReady()
	call := o.park(id, http.StatusForbidden)
	code, out := o.callscout("call", "skip", "4186780378", "--reason", "a test call")
	require.Zero(t, code, out)
	require.Contains(t, out, "skipped: a test call")
	o.helpScout.ClearFaults()
	o.hook(call.hungup())
	o.hook(call.ended())
	o.awaitStatus(id, "skipped")
	require.Empty(t, o.log(id))
}

func TestEventsWaitInTheInboxWhileTemporalIsAway(t *testing.T) {
	t.Parallel()
	const id = 4186780379
	o := newOffice(t)
	o.apply("")
	away := o.env
	o.env = append(append([]string(nil), away...), "TEMPORAL_ADDRESS="+freeAddress(t))
	call := inboundCall(t, id)
	for _, body := range [][]byte{call.created(), call.answered()} {
		// A restart between the two: what waits survives it.
		o.start()
		o.hook(body)
		o.kill()
	}
	o.env = away
	code, out := o.callscout("inbox")
	require.Zero(t, code, out)
	require.Contains(t, out, "call.created")
	require.Contains(t, out, "call.answered")
	o.start()
	o.awaitReady()
	o.eventually(120*time.Second, func() bool { return len(o.log(id)) == 1 }, "the first log is written once Temporal is back")
	o.hook(call.hungup())
	o.hook(call.ended())
	o.awaitLog(id)
	_, out = o.callscout("inbox")
	require.Contains(t, out, "The inbox is empty.")
}

func TestAnOrderlyStopAndAStartGoOnWhereTheCallWas(t *testing.T) {
	t.Parallel()
	const id = 4186780380
	o := newOffice(t)
	o.apply("")
	o.start()
	o.awaitReady()
	call := inboundCall(t, id)
	o.hook(call.created())
	o.hook(call.answered())
	o.eventually(60*time.Second, func() bool { return len(o.log(id)) == 1 }, "the first log is written")
	o.stop()
	o.start()
	o.hook(call.hungup())
	o.hook(call.ended())
	o.awaitLog(id)
}
