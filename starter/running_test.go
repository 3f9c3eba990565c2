package starter_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/serviceerror"

	"callscout/starter"
	"callscout/workflows"
)

func TestAnEventForRunningCallsStartsNone(t *testing.T) {
	t.Parallel()
	f := &fakeTemporal{}
	d := delivery()
	d.OnlyRunning = true
	require.NoError(t, starterOn(f).Deliver(t.Context(), d))
	require.Equal(t, []startCall{{id: "call/acme/7", signal: workflows.EventSignal, arg: d.Event}}, f.signals)
	f.signalErr = serviceerror.NewNotFound("workflow execution already completed")
	require.ErrorIs(t, starterOn(f).Deliver(t.Context(), d), starter.ErrNotRunning)
	f.signalErr = serviceerror.NewUnavailable("no route")
	require.ErrorIs(t, starterOn(f).Deliver(t.Context(), d), f.signalErr)
	require.Empty(t, f.started)
}
