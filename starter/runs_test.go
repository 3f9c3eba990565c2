package starter_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/api/serviceerror"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"

	"callscout/starter"
	"callscout/workflows"
)

// cancelling keeps which runs were to come to their end.
type cancelling struct {
	*fakeTemporal
	cancelled []string
	errs      map[string]error
}

func (c *cancelling) CancelWorkflow(_ context.Context, id, _ string) error {
	c.cancelled = append(c.cancelled, id)
	return c.errs[id]
}

func listed(next string, ids ...string) *workflowservice.ListWorkflowExecutionsResponse {
	answer := &workflowservice.ListWorkflowExecutionsResponse{NextPageToken: []byte(next)}
	for _, id := range ids {
		answer.Executions = append(answer.Executions, &workflowpb.WorkflowExecutionInfo{Execution: &commonpb.WorkflowExecution{WorkflowId: id}})
	}
	return answer
}

func TestEveryRunOfAnInstallationIsCancelled(t *testing.T) {
	t.Parallel()
	f := &cancelling{
		fakeTemporal: &fakeTemporal{pages: []*workflowservice.ListWorkflowExecutionsResponse{listed("more", "call/acme/1", "messages/acme/5/x"), listed("", "call/acme/2")}},
		errs: map[string]error{
			"call/acme/1":       serviceerror.NewNotFound("workflow execution already completed"),
			"messages/acme/5/x": serviceerror.NewCancellationAlreadyRequested("asked before"),
		},
	}
	running, err := (&starter.Starter{Client: f}).CancelRuns(t.Context(), "a'cme")
	require.NoError(t, err)
	require.Equal(t, 3, running)
	require.Equal(t, []string{"call/acme/1", "messages/acme/5/x", "call/acme/2"}, f.cancelled)
	require.Equal(t, `CallscoutInstallation = 'a\'cme' AND ExecutionStatus = 'Running'`, f.lists[0].Query)

	f.pages = []*workflowservice.ListWorkflowExecutionsResponse{listed("", "call/acme/3")}
	f.errs["call/acme/3"] = errors.New("no route")
	_, err = (&starter.Starter{Client: f}).CancelRuns(t.Context(), "acme")
	require.ErrorIs(t, err, f.errs["call/acme/3"])
}

func TestParkedCallsAreWoken(t *testing.T) {
	t.Parallel()
	f := &fakeTemporal{pages: []*workflowservice.ListWorkflowExecutionsResponse{listed("", "call/acme/1", "call/acme/2")}}
	woken, err := starterOn(f).Wake(t.Context(), "acme", "HelpScoutUnauthorized")
	require.NoError(t, err)
	require.Equal(t, 2, woken)
	require.Len(t, f.signals, 2)
	require.Equal(t, "call/acme/2", f.signals[1].id)
	require.Equal(t, workflows.Retry, f.signals[1].signal)
	require.Contains(t, f.lists[0].Query, "SyncStatus = 'needs_attention' AND SyncProblem = 'HelpScoutUnauthorized'")
	f.pages, f.signalErr = []*workflowservice.ListWorkflowExecutionsResponse{listed("", "call/acme/3")}, serviceerror.NewNotFound("gone")
	woken, err = starterOn(f).Wake(t.Context(), "acme", "HelpScoutUnauthorized")
	require.NoError(t, err)
	require.Zero(t, woken)
}
