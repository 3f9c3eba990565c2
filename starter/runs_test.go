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
	"google.golang.org/protobuf/types/known/timestamppb"

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

func TestParkedCallsAndMessagesAreWoken(t *testing.T) {
	t.Parallel()
	over := listed("", "call/acme/1", "call/acme/9", "call/acme/2")
	over.Executions[1].CloseTime = timestamppb.Now()
	f := &fakeTemporal{pages: []*workflowservice.ListWorkflowExecutionsResponse{over, listed("", "messages/acme/5/x")}}
	woken, err := starterOn(f).Wake(t.Context(), "acme", "HelpScoutUnauthorized")
	require.NoError(t, err)
	require.Equal(t, 3, woken)
	var ids []string
	for _, signal := range f.signals {
		require.Equal(t, workflows.Retry, signal.signal)
		ids = append(ids, signal.id)
	}
	require.Equal(t, []string{"call/acme/1", "call/acme/2", "messages/acme/5/x"}, ids)
	for i, kind := range []string{"call", "messages"} {
		require.Contains(t, f.lists[i].Query, "CallscoutKind = '"+kind+"'")
		require.Contains(t, f.lists[i].Query, "SyncStatus = 'needs_attention' AND SyncProblem = 'HelpScoutUnauthorized'")
	}
	f.pages = []*workflowservice.ListWorkflowExecutionsResponse{listed("", "call/acme/3"), listed("")}
	f.signalErr = serviceerror.NewNotFound("gone")
	woken, err = starterOn(f).Wake(t.Context(), "acme", "HelpScoutUnauthorized")
	require.NoError(t, err)
	require.Zero(t, woken)
}
