package starter

import (
	"context"

	"callscout/workflows"
)

// RefusedError is what a run says that does not carry a decision out.
type RefusedError struct {
	// Kind is the kind of problem, or workflows.NotParked.
	Kind    string
	Message string
}

func (e *RefusedError) Error() string { return e.Message }

// NotParked says that the run does not stand still, so that there is nothing to decide.
func (e *RefusedError) NotParked() bool { return e.Kind == workflows.NotParked }

// CallRunID is the id of a call's workflow in Temporal.
func CallRunID(installation string, call int64) string { return workflows.CallID(installation, call) }

// LeaveRetry has a parked call try again as soon as a worker is there; nobody waits
// for the result. Its error is ErrNotRunning or Temporal's own.
func (s *Starter) LeaveRetry(ctx context.Context, installation string, call int64, by string) error {
	return s.signal(ctx, workflows.CallID(installation, call), workflows.Retry, workflows.Decision{By: by})
}

// LeaveSkip is LeaveRetry for a skip.
func (s *Starter) LeaveSkip(ctx context.Context, installation string, call int64, by, reason string) error {
	return s.signal(ctx, workflows.CallID(installation, call), workflows.Skip, workflows.Decision{By: by, Reason: reason})
}
