package starter

import (
	"context"
	"errors"
	"fmt"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"

	"callscout/engine/attribute"
	"callscout/workflows"
)

// CancelRuns asks every run of an installation, of whatever kind, to come to an end,
// and tells how many there still are, as far as Temporal's list shows: it lags a
// moment behind. A call that is cancelled takes its in-progress tag off first. Its
// error is Temporal's; to ask again does no harm.
func (s *Starter) CancelRuns(ctx context.Context, installation string) (running int, err error) {
	query := fmt.Sprintf("%s = %s AND ExecutionStatus = 'Running'", attribute.Installation.GetName(), quote(installation))
	var page []byte
	for {
		answer, err := s.Client.ListWorkflow(ctx, &workflowservice.ListWorkflowExecutionsRequest{
			Query: query, PageSize: 1000, NextPageToken: page,
		})
		if err != nil {
			return running, fmt.Errorf("temporal: %w", err)
		}
		for _, run := range answer.GetExecutions() {
			// Without a run id, the newest one is meant: a run may be followed by another.
			if err := s.cancel(ctx, run.GetExecution().GetWorkflowId()); err != nil {
				return running, err
			}
			running++
		}
		if page = answer.GetNextPageToken(); len(page) == 0 {
			return running, nil
		}
	}
}

func (s *Starter) cancel(ctx context.Context, id string) error {
	err := s.Client.CancelWorkflow(ctx, id, "")
	var missing *serviceerror.NotFound
	var asked *serviceerror.CancellationAlreadyRequested
	if err == nil || errors.As(err, &missing) || errors.As(err, &asked) {
		return nil
	}
	return fmt.Errorf("temporal: %w", err)
}

// mostWoken is how many runs of a kind are woken at once; the others try again by
// themselves.
const mostWoken = 10_000

// Wake has the calls and messages of an installation that are parked with a problem try
// again at once, and tells how many runs those are, as far as Temporal's list shows. Its
// error is Temporal's; to wake twice does no harm.
func (s *Starter) Wake(ctx context.Context, installation, problem string) (int, error) {
	var parked []string
	for _, kind := range []string{workflows.KindCall, workflows.KindMessages} {
		wanted := Filter{Installation: installation, Status: workflows.StatusNeedsAttention, Problem: problem, Limit: mostWoken}
		err := s.find(ctx, kind, wanted, func(id string, found Found) bool {
			if found.Closed.IsZero() {
				parked = append(parked, id)
			}
			return true
		})
		if err != nil {
			return 0, err
		}
	}
	woken := 0
	for _, id := range parked {
		err := s.signal(ctx, id, workflows.Retry, workflows.Decision{By: "Callscout, once the account was connected"})
		switch {
		case errors.Is(err, ErrNotRunning):
		case err != nil:
			return woken, fmt.Errorf("temporal: %w", err)
		default:
			woken++
		}
	}
	return woken, nil
}
