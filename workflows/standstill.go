package workflows

import (
	"errors"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"callscout/activities/contract"
	"callscout/calllog"
)

// readFailure reads what a failed activity says of itself.
func readFailure(err error) (problem calllog.Problem, message string, details contract.FailureDetails) {
	var failure *temporal.ApplicationError
	problem, message = calllog.Internal, err.Error()
	if errors.As(err, &failure) {
		problem, message = calllog.Problem(failure.Type()), failure.Message()
		if failure.HasDetails() {
			_ = failure.Details(&details) // an older worker may have sent none
		}
	}
	return problem, message, details
}

// again is how a run stands still for a problem, for the first time or once more.
func (p *Parked) again(now time.Time, doing string, problem calllog.Problem, message string, details contract.FailureDetails) *Parked {
	parked := &Parked{Problem: problem, Doing: doing, Message: details.Message, Status: details.Status, Since: now, Attempts: 1}
	if parked.Message == "" {
		parked.Message = message
	}
	if p != nil {
		parked.Since, parked.Attempts = p.Since, p.Attempts+1
	}
	parked.NextTry = now.Add(selfHeal(parked.Attempts))
	return parked
}

// triedAt is when the last attempt failed.
func (p *Parked) triedAt() time.Time { return p.NextTry.Add(-selfHeal(p.Attempts)) }

// awaitNews waits for news, or until a time; the zero time means for as long as it
// takes.
func awaitNews(ctx workflow.Context, until time.Time, why string, news func() bool) {
	// Both errors mean that the run was cancelled, which the loop sees by itself.
	if until.IsZero() {
		_ = workflow.Await(ctx, news)
		return
	}
	// The SDK leaves the timer running where news ends the wait.
	ctx, cancel := workflow.WithCancel(ctx)
	defer cancel()
	_, _ = workflow.AwaitWithOptions(ctx, workflow.AwaitOptions{
		Timeout:      max(0, until.Sub(workflow.Now(ctx))),
		TimerOptions: workflow.TimerOptions{Summary: why},
	}, news)
}
