package starter_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/taskqueue/v1"
	"go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"google.golang.org/protobuf/types/known/timestamppb"

	"callscout/starter"
	"callscout/workflows"
)

func parkedRun(installation, kind, problem string, began time.Time) *workflow.WorkflowExecutionInfo {
	word := func(text string) *commonpb.Payload { return &commonpb.Payload{Data: []byte(`"` + text + `"`)} }
	return &workflow.WorkflowExecutionInfo{
		StartTime: timestamppb.New(began),
		SearchAttributes: &commonpb.SearchAttributes{IndexedFields: map[string]*commonpb.Payload{
			"CallscoutInstallation": word(installation), "CallscoutKind": word(kind), "SyncProblem": word(problem),
		}},
	}
}

func TestParkedRunsAreCountedByProblemOverAllPages(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)
	f := &fakeTemporal{pages: []*workflowservice.ListWorkflowExecutionsResponse{
		{NextPageToken: []byte("more"), Executions: []*workflow.WorkflowExecutionInfo{
			parkedRun("acme", "call", "ConversationFull", at.Add(time.Hour)), parkedRun("acme", "call", "ConversationFull", at),
			parkedRun("globex", "call", "ConversationFull", at.Add(2*time.Hour)),
		}},
		{Executions: []*workflow.WorkflowExecutionInfo{
			parkedRun("acme", "call", "ConversationFull", at.Add(3*time.Hour)), parkedRun("acme", "messages", "HelpScoutDown", at.Add(-time.Hour)),
		}},
	}}
	found, err := starterOn(f).Parked(t.Context())
	require.NoError(t, err)
	require.Equal(t, []starter.Parked{
		{Installation: "acme", Problem: "ConversationFull", Runs: 3, Oldest: at},
		{Installation: "globex", Problem: "ConversationFull", Runs: 1, Oldest: at.Add(2 * time.Hour)},
		{Installation: "acme", Messages: true, Problem: "HelpScoutDown", Runs: 1, Oldest: at.Add(-time.Hour)},
	}, found)
	require.Len(t, f.lists, 2)
	require.Equal(t, "SyncStatus = 'needs_attention' AND ExecutionStatus = 'Running' AND CallscoutKind IN ('call', 'messages')", f.lists[1].GetQuery(),
		"a guard's run ends and is no call")
	require.Equal(t, []byte("more"), f.lists[1].GetNextPageToken())
}

func TestCallsOfADayAreCounted(t *testing.T) {
	t.Parallel()
	f := &fakeTemporal{}
	_, err := starterOn(f).CallsSince(t.Context(), "acme", time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC))
	require.NoError(t, err)
	require.Equal(t, "CallscoutKind = 'call' AND ExecutionStatus != 'ContinuedAsNew' AND CallscoutInstallation = 'acme' AND StartTime >= '2026-05-04T09:00:00Z'",
		f.counts[0].GetQuery())
	f.countErr = errors.New("away")
	_, err = starterOn(f).CallsSince(t.Context(), "acme", time.Now())
	require.ErrorContains(t, err, "temporal: away")
}

// polled is a Temporal whose queue was asked by these.
type polled struct {
	*fakeTemporal
	pollers []*taskqueue.PollerInfo
	err     error
}

func (p polled) DescribeTaskQueue(_ context.Context, queue string, _ enums.TaskQueueType) (*workflowservice.DescribeTaskQueueResponse, error) {
	if queue != workflows.TaskQueue {
		return nil, errors.New("another queue")
	}
	return &workflowservice.DescribeTaskQueueResponse{Pollers: p.pollers}, p.err
}

func TestWorkersAreThoseThatAskedOfLate(t *testing.T) {
	t.Parallel()
	asked := func(identity string, ago time.Duration) *taskqueue.PollerInfo {
		return &taskqueue.PollerInfo{Identity: identity, LastAccessTime: timestamppb.New(time.Now().Add(-ago))}
	}
	p := polled{fakeTemporal: &fakeTemporal{}, pollers: []*taskqueue.PollerInfo{
		asked("one", time.Second), asked("one", 50*time.Second), asked("two", time.Minute), asked("gone", 3*time.Minute),
	}}
	workers, err := (&starter.Starter{Client: p}).Workers(t.Context())
	require.NoError(t, err)
	require.Equal(t, 2, workers)
	p.err = errors.New("away")
	_, err = (&starter.Starter{Client: p}).Workers(t.Context())
	require.ErrorContains(t, err, "away")
}
