package starter_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/serviceerror"

	"callscout/calllog"
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

func TestARunningCallIsToldWhichTagsItOverwrote(t *testing.T) {
	t.Parallel()
	f := &fakeTemporal{}
	lost := calllog.Lost{Conversation: 55, Restore: []string{"vip"}}
	require.NoError(t, starterOn(f).PutTagsRight(t.Context(), "acme", calllog.TagWrite{Call: 7}, lost))
	require.Equal(t, []startCall{{id: "call/acme/7", signal: workflows.TagsSignal, arg: lost}}, f.signals)
	f.signalErr = serviceerror.NewNotFound("workflow not found for ID: call/acme/7")
	require.ErrorIs(t, starterOn(f).PutTagsRight(t.Context(), "acme", calllog.TagWrite{Call: 7}, lost), starter.ErrNotRunning)
	require.Empty(t, f.started)
}
