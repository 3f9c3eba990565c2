package starter

import (
	"context"
	"fmt"
	"strings"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/temporal"

	"callscout/engine/attribute"
	"callscout/workflows"
)

// Parked are the runs of one installation and kind that stand still for one problem.
type Parked struct {
	Installation string
	// Messages says that they are runs of messages; the others are calls.
	Messages bool
	Problem  string
	Runs     int
	// Oldest is when the oldest of these runs began. A call's run begins with the
	// call; one of messages may have begun months before it stood still.
	Oldest time.Time
}

// Parked tells what stands still, of all installations, as far as Temporal's list
// shows: it lags a moment behind. Its error is Temporal's.
func (s *Starter) Parked(ctx context.Context) ([]Parked, error) {
	query := fmt.Sprintf("%s = %s AND ExecutionStatus = 'Running' AND %s IN (%s, %s)",
		attribute.SyncStatus.GetName(), quote(string(workflows.StatusNeedsAttention)),
		attribute.Kind.GetName(), quote(workflows.KindCall), quote(workflows.KindMessages))
	var found []Parked
	place := map[Parked]int{}
	var page []byte
	for {
		answer, err := s.Client.ListWorkflow(ctx, &workflowservice.ListWorkflowExecutionsRequest{
			Query: query, PageSize: 1000, NextPageToken: page,
		})
		if err != nil {
			return nil, fmt.Errorf("temporal: %w", err)
		}
		for _, run := range answer.GetExecutions() {
			key := Parked{
				Installation: keyword(run, attribute.Installation), Messages: keyword(run, attribute.Kind) == workflows.KindMessages, Problem: keyword(run, attribute.SyncProblem),
			}
			at, known := place[key]
			if !known {
				at = len(found)
				place[key] = at
				found = append(found, key)
			}
			began := run.GetStartTime().AsTime()
			if group := &found[at]; group.Runs == 0 || began.Before(group.Oldest) {
				group.Oldest = began
			}
			found[at].Runs++
		}
		if page = answer.GetNextPageToken(); len(page) == 0 {
			return found, nil
		}
	}
}

func keyword(run *workflow.WorkflowExecutionInfo, key temporal.SearchAttributeKeyKeyword) string {
	return strings.Trim(string(run.GetSearchAttributes().GetIndexedFields()[key.GetName()].GetData()), `"`)
}

// CallsSince counts the calls of an installation that began since a time, as far as
// Temporal's list shows. Its error is Temporal's.
func (s *Starter) CallsSince(ctx context.Context, installation string, since time.Time) (int64, error) {
	answer, err := s.Client.CountWorkflow(ctx, &workflowservice.CountWorkflowExecutionsRequest{
		Query: s.query(workflows.KindCall, Filter{Installation: installation, From: since}),
	})
	if err != nil {
		return 0, fmt.Errorf("temporal: %w", err)
	}
	return answer.GetCount(), nil
}

// pollerSeen is how long ago a worker that runs may have asked for work: it asks at
// least once a minute.
const pollerSeen = 2 * time.Minute

// Workers counts the workers that ask Temporal for work. One that ended counts for two
// more minutes, so that a restart is not taken for a loss. Its error is Temporal's.
func (s *Starter) Workers(ctx context.Context) (int, error) {
	queue, err := s.Client.DescribeTaskQueue(ctx, workflows.TaskQueue, enums.TASK_QUEUE_TYPE_WORKFLOW)
	if err != nil {
		return 0, fmt.Errorf("temporal: %w", err)
	}
	asking := map[string]bool{}
	for _, poller := range queue.GetPollers() {
		if time.Since(poller.GetLastAccessTime().AsTime()) < pollerSeen {
			asking[poller.GetIdentity()] = true
		}
	}
	return len(asking), nil
}
