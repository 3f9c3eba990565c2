package starter_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"

	"callscout/calllog"
	"callscout/engine/attribute"
	"callscout/settings"
	"callscout/starter"
	"callscout/workflows"
)

// fakeTemporal keeps what it was asked and answers what the test set.
type fakeTemporal struct {
	client.Client
	mu sync.Mutex

	started                           []startCall
	updates                           []client.UpdateWorkflowOptions
	lists                             []*workflowservice.ListWorkflowExecutionsRequest
	counts                            []*workflowservice.CountWorkflowExecutionsRequest
	startErr, healthErr, countErr     error
	updateErr, updateResult, queryErr error
	pages                             []*workflowservice.ListWorkflowExecutionsResponse
	view                              *commonpb.Payloads
	signals                           []startCall
	signalErr                         error
}

type startCall struct {
	id, signal string
	arg        any
	options    client.StartWorkflowOptions
	workflow   any
	input      any
}

func (f *fakeTemporal) SignalWithStartWorkflow(_ context.Context, id, signal string, arg any, options client.StartWorkflowOptions, workflow any, inputs ...any) (client.WorkflowRun, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.started = append(f.started, startCall{id, signal, arg, options, workflow, inputs[0]})
	return nil, f.startErr
}

func (f *fakeTemporal) SignalWorkflow(_ context.Context, id, _, signal string, arg any) error {
	f.signals = append(f.signals, startCall{id: id, signal: signal, arg: arg})
	return f.signalErr
}

func (f *fakeTemporal) CheckHealth(context.Context, *client.CheckHealthRequest) (*client.CheckHealthResponse, error) {
	return &client.CheckHealthResponse{}, f.healthErr
}

func (f *fakeTemporal) CountWorkflow(_ context.Context, r *workflowservice.CountWorkflowExecutionsRequest) (*workflowservice.CountWorkflowExecutionsResponse, error) {
	f.counts = append(f.counts, r)
	return &workflowservice.CountWorkflowExecutionsResponse{}, f.countErr
}

func (f *fakeTemporal) ListWorkflow(_ context.Context, r *workflowservice.ListWorkflowExecutionsRequest) (*workflowservice.ListWorkflowExecutionsResponse, error) {
	f.lists = append(f.lists, r)
	if len(f.pages) == 0 {
		return &workflowservice.ListWorkflowExecutionsResponse{}, nil
	}
	page := f.pages[0]
	f.pages = f.pages[1:]
	return page, nil
}

func (f *fakeTemporal) UpdateWorkflow(_ context.Context, options client.UpdateWorkflowOptions) (client.WorkflowUpdateHandle, error) {
	f.updates = append(f.updates, options)
	if f.updateErr != nil {
		return nil, f.updateErr
	}
	return updateHandle{err: f.updateResult}, nil
}

func (f *fakeTemporal) QueryWorkflowWithOptions(_ context.Context, r *client.QueryWorkflowWithOptionsRequest) (*client.QueryWorkflowWithOptionsResponse, error) {
	if f.queryErr != nil {
		return nil, f.queryErr
	}
	if r.QueryType != workflows.StatusQuery {
		return nil, errors.New("no such query")
	}
	return &client.QueryWorkflowWithOptionsResponse{QueryResult: client.NewValue(f.view)}, nil
}

type updateHandle struct {
	client.WorkflowUpdateHandle
	err error
}

func (h updateHandle) Get(_ context.Context, value any) error {
	if answer, isText := value.(*string); isText && h.err == nil {
		*answer = "the call goes on: synced"
	}
	return h.err
}

func starterOn(f *fakeTemporal) *starter.Starter {
	return &starter.Starter{
		Client: f, HashKey: []byte("hash key"), HelpScoutURL: "https://secure.example.com", AircallURL: "https://dashboard.example.com",
	}
}

func delivery() starter.Delivery {
	at := time.Date(2026, 1, 5, 10, 0, 0, 0, time.UTC)
	return starter.Delivery{
		Installation: "acme", Inbox: 85, Settings: settings.Defaults(),
		Event: calllog.Event{ID: "e1", Name: "call.created", At: at, Call: calllog.Snapshot{
			ID: 7, Direction: calllog.Inbound, StartedAt: at, OutsideNumber: "+1 202-555-0143",
			Line: &calllog.Line{ID: 4711, Name: "Support", Country: "DE"},
		}},
	}
}

func TestAnEventStartsTheRunOfItsCallOrReachesIt(t *testing.T) {
	t.Parallel()
	f := &fakeTemporal{}
	s := starterOn(f)
	d := delivery()
	require.NoError(t, s.Deliver(t.Context(), d))
	got := f.started[0]
	require.Equal(t, "call/acme/7", got.id)
	require.Equal(t, got.id, got.options.ID)
	require.Equal(t, d.Stream(), got.id)
	require.Equal(t, workflows.EventSignal, got.signal)
	require.Equal(t, d.Event, got.arg)
	require.Equal(t, workflows.CallWorkflow, got.workflow)
	require.Equal(t, workflows.TaskQueue, got.options.TaskQueue)
	require.Equal(t, enums.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE, got.options.WorkflowIDReusePolicy, "late news of a call that was logged")
	require.Equal(t, enums.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING, got.options.WorkflowIDConflictPolicy)
	require.Zero(t, got.options.WorkflowExecutionTimeout)
	require.Zero(t, got.options.WorkflowRunTimeout)
	require.Equal(t, "Inbound call on Support", got.options.StaticSummary)
	require.Equal(t, workflows.CallInput{
		Installation: "acme", CallID: 7, Inbox: 85, Settings: d.Settings,
		HelpScoutURL: "https://secure.example.com", AircallURL: "https://dashboard.example.com",
	}, got.input)
}

func TestARunIsFoundByItsAttributesAndTheyHoldNothingPersonal(t *testing.T) {
	t.Parallel()
	f := &fakeTemporal{}
	s := starterOn(f)
	require.NoError(t, s.Deliver(t.Context(), delivery()))
	attributes := f.started[0].options.TypedSearchAttributes
	want := map[temporal.SearchAttributeKeyKeyword]string{
		attribute.Installation: "acme", attribute.Kind: "call", attribute.AircallCallID: "7", attribute.AircallNumberID: "4711",
		attribute.CallDirection: "inbound", attribute.SyncStatus: "in_progress",
		attribute.CustomerNumberHash: s.NumberHash("+12025550143", ""),
	}
	require.Equal(t, len(want), attributes.Size())
	known := attribute.All()
	for key, value := range want {
		got, found := attributes.GetKeyword(key)
		require.True(t, found, key.GetName())
		require.Equal(t, value, got, key.GetName())
		require.NotContains(t, got, "555")
		require.Contains(t, known, key.GetName())
	}

	bare := delivery()
	bare.Event.Call.Direction, bare.Event.Call.Line = "", nil
	require.NoError(t, s.Deliver(t.Context(), bare))
	_, found := f.started[1].options.TypedSearchAttributes.GetKeyword(attribute.AircallNumberID)
	require.False(t, found, "what is not known is left out")
}

func TestANamespaceThatIsNotSetUpIsNoFaultOfTheEvent(t *testing.T) {
	t.Parallel()
	unknown := serviceerror.NewInvalidArgument("Namespace default has no mapping defined for search attribute CallscoutKind")
	for name, test := range map[string]struct {
		start, count error
		notSetUp     bool
	}{
		"an attribute is named":               {unknown, nil, true},
		"in other words":                      {serviceerror.NewInvalidArgument("bad"), serviceerror.NewInvalidArgument("unknown column"), true},
		"the event is wrong":                  {serviceerror.NewInvalidArgument("blob size exceeds limit"), nil, false},
		"the event is wrong, nothing is said": {serviceerror.NewInvalidArgument("bad"), serviceerror.NewUnavailable("gone"), false},
		"Temporal is away":                    {serviceerror.NewUnavailable("gone"), unknown, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := &fakeTemporal{startErr: test.start, countErr: test.count}
			err := starterOn(f).Deliver(t.Context(), delivery())
			require.Equal(t, test.notSetUp, errors.Is(err, starter.ErrNotSetUp), err)
			var invalid *serviceerror.InvalidArgument
			if test.notSetUp {
				require.NotErrorAs(t, err, &invalid, "it must not count as refused for ever")
			} else {
				require.ErrorIs(t, err, test.start)
			}
		})
	}
}

func TestTemporalIsReachableOnceItTakesEvents(t *testing.T) {
	t.Parallel()
	f := &fakeTemporal{}
	require.NoError(t, starterOn(f).Reachable(t.Context()))
	for name := range attribute.All() {
		require.Contains(t, f.counts[0].GetQuery(), " AND "+name+" IS NOT NULL")
	}
	down := serviceerror.NewUnavailable("gone")
	require.ErrorIs(t, starterOn(&fakeTemporal{healthErr: down}).Reachable(t.Context()), down)
	require.ErrorIs(t, starterOn(&fakeTemporal{countErr: down}).Reachable(t.Context()), down)
	missing := starterOn(&fakeTemporal{countErr: serviceerror.NewInvalidArgument("column CallscoutKind")}).Reachable(t.Context())
	require.ErrorIs(t, missing, starter.ErrNotSetUp)
	require.ErrorContains(t, missing, "CallscoutKind")
}

func TestADecisionReachesItsCallWithWhoMadeIt(t *testing.T) {
	t.Parallel()
	f := &fakeTemporal{}
	s := starterOn(f)
	answer, err := s.Retry(t.Context(), "acme", 7, "Kim")
	require.NoError(t, err)
	require.Equal(t, "the call goes on: synced", answer)
	_, err = s.Skip(t.Context(), "acme", 8, "Kim", "a test call")
	require.NoError(t, err)
	for i, want := range []struct {
		id, name string
		decision workflows.Decision
	}{
		{"call/acme/7", workflows.Retry, workflows.Decision{By: "Kim"}},
		{"call/acme/8", workflows.Skip, workflows.Decision{By: "Kim", Reason: "a test call"}},
	} {
		require.Equal(t, want.id, f.updates[i].WorkflowID)
		require.Empty(t, f.updates[i].RunID, "the newest run")
		require.Equal(t, want.name, f.updates[i].UpdateName)
		require.Equal(t, []any{want.decision}, f.updates[i].Args)
		require.Equal(t, client.WorkflowUpdateStageCompleted, f.updates[i].WaitForStage)
	}
}

func TestWhyADecisionWasNotTakenIsSaidInPlainWords(t *testing.T) {
	t.Parallel()
	notParked := temporal.NewNonRetryableApplicationError("this call does not need attention: there is nothing to retry or skip", workflows.NotParked, nil)
	for name, test := range map[string]struct {
		update, result error
		want           string
		is             error
	}{
		"no such call":       {serviceerror.NewNotFound("workflow not found for ID: call/acme/7"), nil, "no run of this call is known", starter.ErrNoSuchCall},
		"the run has ended":  {serviceerror.NewNotFound("workflow execution already completed"), nil, "the call's run has ended", starter.ErrFinished},
		"it ended meanwhile": {nil, serviceerror.NewNotFound("workflow execution already completed"), "the call's run has ended", starter.ErrFinished},
		"nothing is parked":  {nil, notParked, "this call does not need attention: there is nothing to retry or skip", nil},
		"refused at once":    {notParked, nil, "this call does not need attention: there is nothing to retry or skip", nil},
		"Temporal is away":   {serviceerror.NewUnavailable("gone"), nil, "temporal: gone", nil},
		"no worker answers":  {context.DeadlineExceeded, nil, "no answer in time; is a worker running?", starter.ErrNoAnswer},
		"as the SDK says it": {
			client.NewWorkflowUpdateServiceTimeoutOrCanceledError(context.DeadlineExceeded), nil, "no answer in time; is a worker running?", starter.ErrNoAnswer,
		},
		"nor does it in a poll": {nil, serviceerror.NewDeadlineExceeded("late"), "no answer in time; is a worker running?", starter.ErrNoAnswer},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := starterOn(&fakeTemporal{updateErr: test.update, updateResult: test.result}).Retry(t.Context(), "acme", 7, "Kim")
			require.ErrorContains(t, err, test.want)
			if test.is != nil {
				require.ErrorIs(t, err, test.is)
			}
		})
	}
}

func TestShowReadsWhatTheRunTells(t *testing.T) {
	t.Parallel()
	want := workflows.View{Installation: "acme", Status: workflows.StatusSynced, Events: 3, Details: "logged"}
	payloads, err := converter.GetDefaultDataConverter().ToPayloads(want)
	require.NoError(t, err)
	got, err := starterOn(&fakeTemporal{view: payloads}).Show(t.Context(), "acme", 7)
	require.NoError(t, err)
	require.Equal(t, want, got)

	_, err = starterOn(&fakeTemporal{queryErr: serviceerror.NewNotFound("x")}).Show(t.Context(), "acme", 7)
	require.ErrorIs(t, err, starter.ErrNoSuchCall)
	_, err = starterOn(&fakeTemporal{queryErr: serviceerror.NewUnavailable("gone")}).Show(t.Context(), "acme", 7)
	require.ErrorContains(t, err, "temporal: gone")
	sealed := &commonpb.Payloads{Payloads: []*commonpb.Payload{{Metadata: map[string][]byte{"encoding": []byte("binary/encrypted")}}}}
	_, err = starterOn(&fakeTemporal{view: sealed}).Show(t.Context(), "acme", 7)
	require.ErrorContains(t, err, "does not open with this encryption key")
}
