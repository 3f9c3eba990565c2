// Package workflows is the deterministic orchestration: one workflow per call.
// It asks calllog what to do next, has activities do it, and waits for news or
// for the time that calllog names.
//
// It imports calllog, settings, the activities' contract and the names of the
// search attributes. It must not import api, store or a vendor's client.
package workflows

import (
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"callscout/calllog"
)

// State is what a call's workflow knows. All of it is carried over
// continue-as-new: what is not in here is lost at that border.
type State struct {
	Events         []calllog.Event `json:"events"`
	Written        calllog.Written `json:"written"`
	HeardAt        time.Time       `json:"heard_at"`
	OverSince      time.Time       `json:"over_since,omitzero"`
	ChosenAt       time.Time       `json:"chosen_at,omitzero"`
	LastWordSought bool            `json:"last_word_sought,omitempty"`
	LostCustomers  int             `json:"lost_customers,omitempty"`
	Parked         *Parked         `json:"parked,omitempty"`
	SkipReason     string          `json:"skip_reason,omitempty"`
	Greeting       Greeting        `json:"greeting,omitzero"`
	// Lost is what is to be put right in each conversation, the oldest first.
	Lost []calllog.Lost `json:"lost,omitempty"`
	// AI is what was noted of Aircall's AI.
	AI calllog.AINotes `json:"ai,omitzero"`
}

// call is one run.
type call struct {
	CallInput
	State
	facts calllog.Facts

	// hands are how it reaches what is around it.
	hands hands

	// retryWanted and skipWanted are wishes of people; sync clears them.
	retryWanted bool
	skipWanted  *Decision

	// version is what this run can do beside the log; see greet.go.
	version workflow.Version
	greeting

	doing string
	until time.Time
	step  calllog.Step
	shown shown
}

// Call logs one Aircall call in Help Scout, from ring to settled log.
func Call(ctx workflow.Context, in CallInput) (CallResult, error) {
	c, err := newCall(ctx, in, handsInTemporal(ctx, EventSignal, Retry, Skip, TagsSignal))
	if err != nil {
		return CallResult{}, err
	}
	if err := c.listen(ctx); err != nil {
		return CallResult{}, err
	}
	return c.run(ctx)
}

func newCall(ctx workflow.Context, in CallInput, with hands) (*call, error) {
	if in.Installation == "" || in.CallID <= 0 || in.Inbox <= 0 {
		return nil, temporal.NewNonRetryableApplicationError(
			"a call needs an installation, an Aircall call id and an inbox", string(calllog.Misconfigured), nil)
	}
	c := &call{CallInput: in, State: State{HeardAt: with.now(ctx)}, hands: with}
	if in.Carried != nil {
		c.State = *in.Carried
		c.Carried = nil
		// A run of an older version did not say so.
		conversation := &c.Written.Conversation
		conversation.Begun = conversation.Begun || conversation.ID != 0 && len(c.Written.Parts) > 0
	}
	c.facts = calllog.Gather(c.State.Events)
	c.version = with.version(ctx)
	if c.version >= showsCards && in.Carried == nil {
		// Whoever started the run has set it.
		c.shown.status = StatusInProgress
	}
	return c, nil
}

// run is the whole life of a call. There is no blocking call between drain and
// a return, so that no signal is lost; a signal that arrives while the last
// task is in flight makes the server run that task again.
func (c *call) run(ctx workflow.Context) (CallResult, error) {
	for {
		c.drain(ctx)
		c.loseCustomer()
		c.greet(ctx)
		if c.skipWanted != nil {
			c.skip(ctx)
			continue
		}
		step := calllog.Next(c.situation(), c.hands.now(ctx))
		parked := c.Parked != nil && !c.retryWanted && c.hands.now(ctx).Before(c.Parked.NextTry)
		c.show(ctx, step)

		switch {
		case ctx.Err() != nil:
			c.leaveTidy(ctx)
			return c.result(), ctx.Err()
		case step.Do == calllog.Finish && c.mayEnd(ctx):
			return c.result(), nil
		case step.Do == calllog.Wait || step.Do == calllog.Finish:
			// Nothing is left to repair: what was parked solved itself.
			c.Parked, c.retryWanted = nil, false
			if c.mayContinueAsNew(ctx) {
				return CallResult{}, c.continueAsNew(ctx)
			}
			c.await(ctx, step.Until, step.Why)
		case parked:
			if c.mayContinueAsNew(ctx) {
				return CallResult{}, c.continueAsNew(ctx)
			}
			c.await(ctx, c.Parked.NextTry, "Try again by itself")
		default:
			c.do(ctx, step)
		}
	}
}

func (c *call) situation() calllog.Case {
	return calllog.Case{
		Facts: c.facts, Written: c.Written, Settings: c.Settings,
		HeardAt: c.HeardAt, OverSince: c.OverSince, LastWordSought: c.LastWordSought,
		FollowsAgents: c.version >= followsAgents, Lost: c.firstLost(),
		HearsAI: c.version >= hearsAI, AI: c.AI, Backfilled: c.Backfilled,
	}
}

// await wakes for unread signals, for a person's wish, for the end of an update
// handler that holds up the end, for cancellation, or when the time has come.
func (c *call) await(ctx workflow.Context, until time.Time, why string) {
	finishing := until.IsZero()
	news := func() bool {
		return c.hands.unread(EventSignal) > 0 || c.hands.unread(Retry) > 0 || c.hands.unread(Skip) > 0 || c.hands.unread(TagsSignal) > 0 ||
			c.retryWanted || c.skipWanted != nil || c.customerGone != 0 ||
			(finishing && c.mayEnd(ctx))
	}
	c.hands.await(ctx, until, why, news)
}

// mayEnd says that nobody waits for an answer, and that nothing goes on beside
// the log.
func (c *call) mayEnd(ctx workflow.Context) bool {
	return !c.hands.unanswered(ctx) && !c.greetingNow
}

// mayContinueAsNew holds at the points where run waits anyway: everything is
// drained and nobody waits for an answer.
func (c *call) mayContinueAsNew(ctx workflow.Context) bool {
	return c.hands.grownLong(ctx) && c.mayEnd(ctx)
}

func (c *call) continueAsNew(ctx workflow.Context) error {
	next := c.CallInput
	next.Carried = &c.State
	return workflow.NewContinueAsNewError(ctx, CallWorkflow, next)
}

func (c *call) result() CallResult {
	return CallResult{
		Status: c.status(calllog.Step{Do: calllog.Finish}), Conversation: c.Written.Conversation.ID,
		Written: c.Written.Parts, Reason: c.reason(),
	}
}
