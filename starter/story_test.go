package starter_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/api/serviceerror"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"google.golang.org/protobuf/types/known/timestamppb"

	"callscout/calllog"
	"callscout/starter"
	"callscout/workflows"
)

// archive is a Temporal that keeps the runs of one call.
type archive struct {
	fakeTemporal
	newest  string
	runs    map[string][]*historypb.HistoryEvent
	asked   []string
	gone    string
	descErr error
}

func (a *archive) DescribeWorkflowExecution(_ context.Context, id, run string) (*workflowservice.DescribeWorkflowExecutionResponse, error) {
	if a.descErr != nil {
		return nil, a.descErr
	}
	return &workflowservice.DescribeWorkflowExecutionResponse{WorkflowExecutionInfo: runInfo(a.newest, 99)}, nil
}

func (a *archive) GetWorkflowHistory(_ context.Context, _, run string, _ bool, _ enums.HistoryEventFilterType) client.HistoryEventIterator {
	a.asked = append(a.asked, run)
	return &events{left: a.runs[run], gone: run == a.gone}
}

type events struct {
	left []*historypb.HistoryEvent
	gone bool
}

func (e *events) HasNext() bool { return e.gone || len(e.left) > 0 }

func (e *events) Next() (*historypb.HistoryEvent, error) {
	if e.gone {
		e.gone = false
		return nil, serviceerror.NewNotFound("gone")
	}
	next := e.left[0]
	e.left = e.left[1:]
	return next, nil
}

func runInfo(run string, minute int) *workflowpb.WorkflowExecutionInfo {
	return &workflowpb.WorkflowExecutionInfo{
		Execution: &commonpb.WorkflowExecution{WorkflowId: "call/acme/7", RunId: run},
		StartTime: timestamppb.New(time.Unix(int64(minute)*60, 0)),
	}
}

// heard is the signal of an event that came.
func heard(t *testing.T, id string) *historypb.HistoryEvent {
	t.Helper()
	input, err := converter.GetDefaultDataConverter().ToPayloads(calllog.Event{ID: id, Name: "call.created"})
	require.NoError(t, err)
	return &historypb.HistoryEvent{
		EventTime: timestamppb.New(time.Unix(1, 0)), EventType: enums.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED,
		Attributes: &historypb.HistoryEvent_WorkflowExecutionSignaledEventAttributes{
			WorkflowExecutionSignaledEventAttributes: &historypb.WorkflowExecutionSignaledEventAttributes{SignalName: workflows.EventSignal, Input: input},
		},
	}
}

func archived(a *archive) *starter.Starter {
	data := converter.GetDefaultDataConverter()
	return &starter.Starter{Client: a, Data: data, Failures: temporal.GetDefaultFailureConverter()}
}

func TestAStoryIsToldFromAllRunsThatAreKept(t *testing.T) {
	t.Parallel()
	a := &archive{newest: "c", runs: map[string][]*historypb.HistoryEvent{
		"a": {heard(t, "1")}, "b": {heard(t, "2")}, "c": {heard(t, "3")},
	}}
	// The list shows the newest first, and not the very newest yet.
	a.pages = []*workflowservice.ListWorkflowExecutionsResponse{{Executions: []*workflowpb.WorkflowExecutionInfo{runInfo("b", 2), runInfo("a", 1)}}}
	told, err := archived(a).Story(t.Context(), "acme", 7)
	require.NoError(t, err)
	require.Equal(t, "WorkflowId = 'call/acme/7'", a.lists[0].GetQuery())
	var ids []string
	for _, received := range told.Received {
		ids = append(ids, received.Event.ID)
	}
	require.Equal(t, []string{"1", "2", "3"}, ids)
	require.False(t, told.Cut)
}

func TestAStoryOfManyRunsAndEventsIsCutAtItsBegin(t *testing.T) {
	t.Parallel()
	a := &archive{newest: "run 20", runs: map[string][]*historypb.HistoryEvent{}}
	page := &workflowservice.ListWorkflowExecutionsResponse{}
	for i := 20; i > 9; i-- {
		page.Executions = append(page.Executions, runInfo(fmt.Sprint("run ", i), i))
		a.runs[fmt.Sprint("run ", i)] = []*historypb.HistoryEvent{heard(t, fmt.Sprint(i))}
	}
	a.pages = []*workflowservice.ListWorkflowExecutionsResponse{page}
	told, err := archived(a).Story(t.Context(), "acme", 7)
	require.NoError(t, err)
	require.True(t, told.Cut)
	require.Len(t, told.Received, 10)
	require.Equal(t, "11", told.Received[0].Event.ID)

	long := make([]*historypb.HistoryEvent, 5001)
	for i := range long {
		long[i] = heard(t, "same")
	}
	a = &archive{newest: "a", runs: map[string][]*historypb.HistoryEvent{"a": long}}
	told, err = archived(a).Story(t.Context(), "acme", 7)
	require.NoError(t, err)
	require.True(t, told.Cut)
	require.Len(t, told.Items, 5000)
}

func TestAStoryWhoseTimeIsOverIsToldAsFarAsItIsKept(t *testing.T) {
	t.Parallel()
	a := &archive{newest: "b", gone: "a", runs: map[string][]*historypb.HistoryEvent{"b": {heard(t, "2")}}}
	a.pages = []*workflowservice.ListWorkflowExecutionsResponse{{Executions: []*workflowpb.WorkflowExecutionInfo{runInfo("a", 1)}}}
	told, err := archived(a).Story(t.Context(), "acme", 7)
	require.NoError(t, err)
	require.True(t, told.Cut)
	require.Len(t, told.Received, 1)

	a.descErr = serviceerror.NewNotFound("workflow not found")
	_, err = archived(a).Story(t.Context(), "acme", 7)
	require.ErrorIs(t, err, starter.ErrNoSuchCall)
	a.descErr = serviceerror.NewUnavailable("away")
	_, err = archived(a).Story(t.Context(), "acme", 7)
	require.ErrorContains(t, err, "temporal: away")
}
