package starter

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"go.temporal.io/api/serviceerror"
	workflowpb "go.temporal.io/api/workflow/v1"
	"golang.org/x/sync/errgroup"

	"callscout/calllog"
	"callscout/workflows"
)

// askedAtOnce is how many runs are asked at once.
const askedAtOnce = 8

// Retrying lists running calls of which a step has failed and is tried again, before
// the call stands still. No list of Temporal knows that, so the runs that write
// something just now are asked, most of them at most. Its error is Temporal's.
func (s *Starter) Retrying(ctx context.Context, installation string, most int) ([]Listed, error) {
	running, _, err := s.List(ctx, Query{Installation: installation, Status: workflows.StatusInProgress, Open: true, Limit: most})
	if err != nil {
		return nil, err
	}
	asking, ctx := errgroup.WithContext(ctx)
	asking.SetLimit(askedAtOnce)
	for i := range running {
		asking.Go(func() error { return s.askTries(ctx, &running[i]) })
	}
	if err := asking.Wait(); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(running, func(l Listed) bool { return l.Row.Parked == nil }), nil
}

// askTries has a row say which step is tried again, as it says why a call stands
// still.
func (s *Starter) askTries(ctx context.Context, listed *Listed) error {
	described, err := s.Client.DescribeWorkflowExecution(ctx, workflows.CallID(listed.Installation, listed.Call), "")
	var missing *serviceerror.NotFound
	if errors.As(err, &missing) {
		return nil // it ended since it was listed
	}
	if err != nil {
		return fmt.Errorf("temporal: %w", err)
	}
	listed.Row.Parked = nil
	for _, pending := range described.GetPendingActivities() {
		if pending.GetAttempt() > 1 {
			listed.Row.Parked = triedAgain(pending, listed.Started)
		}
	}
	return nil
}

func triedAgain(pending *workflowpb.PendingActivityInfo, began time.Time) *workflows.Parked {
	tried := &workflows.Parked{Problem: calllog.Internal, Attempts: int(pending.GetAttempt()) - 1, Since: began}
	if kind := pending.GetLastFailure().GetApplicationFailureInfo().GetType(); kind != "" {
		tried.Problem = calllog.Problem(kind)
	}
	if at := pending.GetLastAttemptCompleteTime(); at != nil {
		tried.Since = at.AsTime()
	}
	if at := pending.GetNextAttemptScheduleTime(); at != nil {
		tried.NextTry = at.AsTime()
	}
	return tried
}
