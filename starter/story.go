package starter

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"

	"callscout/story"
	"callscout/workflows"
)

const (
	// mostRuns is how many runs of one call are told, the newest ones: each late event
	// after the end makes one.
	mostRuns = 10
	// mostEvents is how much of a call's histories is read. A call has about fifty
	// events; one that stood still for weeks has some hundred.
	mostEvents = 5000
)

// Story tells what happened to one call's log, from all its runs that Temporal still
// keeps. Its error is ErrNoSuchCall or Temporal's own.
func (s *Starter) Story(ctx context.Context, installation string, call int64) (story.Story, error) {
	id := workflows.CallID(installation, call)
	described, err := s.Client.DescribeWorkflowExecution(ctx, id, "")
	if err != nil {
		var missing *serviceerror.NotFound
		if errors.As(err, &missing) {
			return story.Story{}, ErrNoSuchCall
		}
		return story.Story{}, fmt.Errorf("temporal: %w", err)
	}
	newest := described.GetWorkflowExecutionInfo()
	infos, cut, err := s.runsOf(ctx, id, newest)
	if err != nil {
		return story.Story{}, err
	}
	var runs []story.Run
	left := mostEvents
	for _, info := range slices.Backward(infos) {
		run, whole, err := s.history(ctx, id, info.GetExecution().GetRunId(), left)
		if err != nil {
			return story.Story{}, err
		}
		left -= len(run.Events)
		if info == newest {
			run.Pending = described.GetPendingActivities()
		}
		runs = append(runs, run)
		if cut = cut || !whole; left <= 0 {
			break
		}
	}
	slices.Reverse(runs)
	told := story.Tell(runs, story.Opener{Data: s.Data, Failures: s.Failures})
	told.Cut = cut
	return told, nil
}

// runsOf lists the runs of a workflow, the oldest first. The newest one comes from
// elsewhere: Temporal's list lags a moment behind.
func (s *Starter) runsOf(ctx context.Context, id string, newest *workflowpb.WorkflowExecutionInfo) (runs []*workflowpb.WorkflowExecutionInfo, cut bool, err error) {
	answer, err := s.Client.ListWorkflow(ctx, &workflowservice.ListWorkflowExecutionsRequest{
		Query: "WorkflowId = " + quote(id), PageSize: mostRuns + 1,
	})
	if err != nil {
		return nil, false, fmt.Errorf("temporal: %w", err)
	}
	for _, run := range answer.GetExecutions() {
		if run.GetExecution().GetRunId() != newest.GetExecution().GetRunId() {
			runs = append(runs, run)
		}
	}
	slices.SortFunc(runs, func(a, b *workflowpb.WorkflowExecutionInfo) int {
		return begun(a).Compare(begun(b))
	})
	runs = append(runs, newest)
	if len(runs) > mostRuns {
		return runs[len(runs)-mostRuns:], true, nil
	}
	return runs, false, nil
}

func begun(run *workflowpb.WorkflowExecutionInfo) time.Time { return run.GetStartTime().AsTime() }

// history reads at most so many events of one run. whole says that it has no more.
func (s *Starter) history(ctx context.Context, id, run string, most int) (read story.Run, whole bool, err error) {
	events := s.Client.GetWorkflowHistory(ctx, id, run, false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for events.HasNext() {
		if len(read.Events) >= most {
			return read, false, nil
		}
		event, err := events.Next()
		if err != nil {
			var missing *serviceerror.NotFound
			if errors.As(err, &missing) {
				// Its time is over: what is left is told.
				return read, false, nil
			}
			return read, false, fmt.Errorf("temporal: %w", err)
		}
		read.Events = append(read.Events, event)
	}
	return read, true, nil
}
