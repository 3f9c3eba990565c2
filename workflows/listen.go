package workflows

import (
	"errors"
	"slices"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"callscout/calllog"
)

// NotParked is the type of the error for a retry or a skip of a call that does
// not stand still.
const NotParked = "NotParked"

func (c *call) listen(ctx workflow.Context) error {
	return errors.Join(
		workflow.SetQueryHandlerWithOptions(ctx, StatusQuery,
			func() (View, error) { return c.view(), nil },
			workflow.QueryHandlerOptions{Description: "What is known, what is written, what is missing"}),
		workflow.SetUpdateHandlerWithOptions(ctx, Retry, c.handleRetry, workflow.UpdateHandlerOptions{
			Validator:   func(Decision) error { return c.mustBeParked() },
			Description: "Try the step that failed again; answers with the result",
		}),
		workflow.SetUpdateHandlerWithOptions(ctx, Skip, c.handleSkip, workflow.UpdateHandlerOptions{
			Validator:   c.validateSkip,
			Description: "Do not log this call; give a reason",
		}),
	)
}

// drain reads every signal that is there. An event that was seen before changes
// nothing, not even how long the call waits for late ones.
func (c *call) drain(ctx workflow.Context) {
	for {
		var event calllog.Event
		if !c.hands.take(EventSignal, &event) {
			break
		}
		c.hear(ctx, event)
	}
	for {
		var decision Decision
		if !c.hands.take(Retry, &decision) {
			break
		}
		c.retryWanted = c.retryWanted || c.Parked != nil
	}
	for {
		var decision Decision
		if !c.hands.take(Skip, &decision) {
			break
		}
		if c.validateSkip(decision) == nil {
			c.skipWanted = &decision
		}
	}
	for {
		var lost calllog.Lost
		if !c.hands.take(TagsSignal, &lost) {
			break
		}
		c.lose(lost)
	}
}

func (c *call) hear(ctx workflow.Context, event calllog.Event) {
	if event.Call.ID != c.CallID {
		c.hands.warn(ctx, "event of another call ignored", "event", event.Name)
		return
	}
	if slices.ContainsFunc(c.State.Events, func(e calllog.Event) bool { return e.ID == event.ID }) {
		return
	}
	c.State.Events = append(c.State.Events, event)
	c.facts = calllog.Gather(c.State.Events)
	c.HeardAt = c.hands.now(ctx)
	c.noteAI(event)
	if c.facts.Over() && c.OverSince.IsZero() {
		c.OverSince = c.hands.now(ctx)
	}
	// News may have changed what is to be done: a parked call tries again.
	c.retryWanted = c.retryWanted || c.Parked != nil
}

func (c *call) mustBeParked() error {
	if c.Parked == nil {
		return temporal.NewNonRetryableApplicationError("this call does not need attention: there is nothing to retry or skip", NotParked, nil)
	}
	return nil
}

func (c *call) validateSkip(decision Decision) error {
	if decision.Reason == "" {
		return temporal.NewNonRetryableApplicationError("a skip needs a reason", NotParked, nil)
	}
	return c.mustBeParked()
}

// handleRetry waits until the wish was carried out, then looks again: the call
// may have been skipped meanwhile, or parked by something else.
func (c *call) handleRetry(ctx workflow.Context, _ Decision) (string, error) {
	c.retryWanted = true
	if err := workflow.Await(ctx, func() bool { return !c.retryWanted }); err != nil {
		return "", err
	}
	if c.Parked != nil {
		return "", temporal.NewNonRetryableApplicationError(
			"still failing: "+c.Parked.Doing+": "+c.Parked.Problem.Explain()+" "+c.Parked.Message,
			string(c.Parked.Problem), nil)
	}
	return "the call goes on: " + string(c.status(calllog.Next(c.situation(), c.hands.now(ctx)))), nil
}

func (c *call) handleSkip(ctx workflow.Context, decision Decision) (string, error) {
	c.skipWanted = &decision
	if err := workflow.Await(ctx, func() bool { return c.skipWanted == nil }); err != nil {
		return "", err
	}
	if !c.Written.Skipped() {
		return "", temporal.NewNonRetryableApplicationError("the skip could not be recorded: Callscout's database did not answer; try again", string(calllog.StoreDown), nil)
	}
	return "skipped: " + decision.Reason, nil
}
