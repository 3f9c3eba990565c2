package workflows

import (
	"slices"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"callscout/activities/contract"
	"callscout/calllog"
)

// perseverance is how long one step is tried before the call is parked: about
// two and a half minutes, so that a short outage passes unnoticed and a long one
// becomes visible. A rate limit's own delay comes on top.
var perseverance = &temporal.RetryPolicy{
	InitialInterval:    time.Second,
	BackoffCoefficient: 2,
	MaximumInterval:    30 * time.Second,
	MaximumAttempts:    9,
}

// activityTimeout is above the vendors' client time-outs and a wait for a lock;
// the heartbeat tells much sooner that a worker died.
const (
	activityTimeout  = 90 * time.Second
	heartbeatTimeout = 8 * time.Second
	// rememberTimeout is well within a workflow task's ten seconds.
	rememberTimeout = 2 * time.Second
)

func options(why string) workflow.ActivityOptions {
	return workflow.ActivityOptions{
		StartToCloseTimeout: activityTimeout,
		HeartbeatTimeout:    heartbeatTimeout,
		RetryPolicy:         perseverance,
		Summary:             why,
	}
}

// selfHeal is when a parked call is tried again without anybody asking: soon at
// first, then every six hours.
func selfHeal(attempts int) time.Duration {
	steps := []time.Duration{5 * time.Minute, 15 * time.Minute, time.Hour, 3 * time.Hour}
	if attempts <= len(steps) {
		return steps[attempts-1]
	}
	return 6 * time.Hour
}

// do has one step done and notes what came of it.
func (c *call) do(ctx workflow.Context, step calllog.Step) {
	c.doing = step.Why
	if c.version >= showsCards {
		// A step that has begun is finished, also where the run is cancelled: what
		// it has put, such as the in-progress tag, has to be known to be taken off.
		ctx, _ = c.hands.apart(ctx)
	}
	ctx = workflow.WithActivityOptions(ctx, options(step.Why))
	err := c.perform(ctx, step)
	c.doing = ""
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		c.failed(ctx, step, err)
		return
	}
	c.Parked = nil
}

func (c *call) perform(ctx workflow.Context, step calllog.Step) error {
	switch step.Do {
	case calllog.Remember:
		return c.remember(ctx)
	case calllog.FindCustomer:
		return c.findCustomer(ctx, step)
	case calllog.ChooseConversation:
		return c.chooseConversation(ctx)
	case calllog.OpenConversation:
		return c.openConversation(ctx, step)
	case calllog.UpdateConversation:
		if step.Change.PutsRight() {
			return c.putRight(ctx, step)
		}
		return c.updateConversation(ctx, step)
	case calllog.WriteThread:
		return c.writeThread(ctx, step)
	case calllog.FetchCall:
		return c.fetch(ctx)
	case calllog.NoteHandover:
		return c.noteHandover(ctx, step)
	case calllog.FetchInsight:
		return c.fetchInsight(ctx, step)
	case calllog.WriteTranscript:
		return c.writeTranscript(ctx, step)
	default:
		return temporal.NewNonRetryableApplicationError("no way to do "+string(step.Do), string(calllog.Internal), nil)
	}
}

func (c *call) told() contract.Call {
	return contract.Call{Installation: c.Installation, Inbox: c.Inbox, Settings: c.Settings, Facts: c.facts, Backfilled: c.Backfilled}
}

// remember asks the ledger. That is one read of our own database and changes
// nothing, so it is done within the workflow's task where that works: whoever
// rings is found one round trip sooner.
func (c *call) remember(ctx workflow.Context) error {
	in := contract.RecallInput{Installation: c.Installation, CallID: c.CallID}
	if c.version >= showsCards {
		err := c.hands.executeNear(near(ctx, "See what is already written of this call"), string(calllog.Remember), in, &c.Written)
		if err == nil || ctx.Err() != nil {
			return err
		}
	}
	return c.hands.execute(ctx, string(calllog.Remember), in, &c.Written)
}

func (c *call) findCustomer(ctx workflow.Context, step calllog.Step) error {
	var found contract.FindCustomerResult
	err := c.hands.execute(ctx, string(calllog.FindCustomer),
		contract.FindCustomerInput{Call: c.told(), Create: step.Create}, &found)
	if err != nil {
		return err
	}
	c.Written.Customer, c.Written.CustomerSought = found.Customer, true
	c.Greeting.Found, c.Greeting.Listed, c.Greeting.ListedAt = &found, nil, time.Time{}
	return nil
}

func (c *call) chooseConversation(ctx workflow.Context) error {
	c.ChosenAt = c.hands.now(ctx)
	in := contract.ChooseConversationInput{Call: c.told(), Customer: c.Written.Customer, Left: c.Written.Conversation.Left}
	if c.ChosenAt.Sub(c.Greeting.ListedAt) < listFresh {
		in.Listed, in.ListedAt = c.Greeting.Listed, c.Greeting.ListedAt
	}
	c.Greeting.Listed, c.Greeting.ListedAt = nil, time.Time{}
	var chosen contract.Conversation
	err := c.hands.execute(ctx, string(calllog.ChooseConversation), in, &chosen)
	if err != nil {
		return err
	}
	c.Written.Conversation.ID, c.Written.Conversation.Number = chosen.ID, chosen.Number
	c.Written.Conversation.Chosen = true
	c.Written.Conversation.LegOf, c.Written.Conversation.Customer = chosen.LegOf, chosen.Customer
	return nil
}

func (c *call) openConversation(ctx workflow.Context, step calllog.Step) error {
	in := contract.OpenConversationInput{ThreadInput: c.thread(step), Change: step.Change, ChosenAt: c.ChosenAt}
	var opened contract.Conversation
	err := c.hands.execute(ctx, string(calllog.OpenConversation), in, &opened)
	if err != nil {
		return err
	}
	conversation := &c.Written.Conversation
	conversation.Uncertain = ""
	conversation.ID, conversation.Number, conversation.Status = opened.ID, opened.Number, opened.Status
	if opened.Existing {
		return nil
	}
	conversation.Opened, conversation.Begun, conversation.Prepared = true, true, true
	conversation.Finished = step.Part == calllog.PartSecondLog
	c.Written.Add(opened.Told...)
	c.Written.AddTags(opened.Tags...)
	c.Written.InProgress = opened.Held
	return nil
}

func (c *call) updateConversation(ctx workflow.Context, step calllog.Step) error {
	var updated contract.Conversation
	err := c.hands.execute(ctx, string(calllog.UpdateConversation), contract.UpdateConversationInput{
		Call: c.told(), Conversation: c.Written.Conversation.ID, Change: step.Change,
		Fresh: c.version >= followsAgents && !c.Written.Conversation.Begun,
	}, &updated)
	if err != nil {
		if c.version >= followsAgents {
			// The tags may stand there already: what failed can have come after them.
			c.Written.TryTags(step.Change.AddTags...)
			c.Written.InProgress = c.Written.InProgress || step.Change.Hold && step.Change.InProgress != ""
		}
		return err
	}
	if updated.Gone {
		if updated.Number != 0 {
			c.Written.Conversation.Number = updated.Number
		}
		c.Written.Leave(updated.Because)
		return nil
	}
	conversation := &c.Written.Conversation
	switch {
	case !conversation.Begun:
	case updated.ID != conversation.ID:
		conversation.Begins = &calllog.Earlier{ID: conversation.ID, Number: conversation.Number, Because: calllog.Merged}
	case updated.Inbox != 0 && updated.Inbox != c.Inbox:
		conversation.Begins = &calllog.Earlier{ID: updated.ID, Number: updated.Number, Because: calllog.Moved}
	}
	conversation.ID, conversation.Number, conversation.Status = updated.ID, updated.Number, updated.Status
	conversation.Prepared = conversation.Prepared || step.Part == calllog.PartFirstLog
	conversation.Finished = conversation.Finished || step.Part == calllog.PartSecondLog
	c.Written.AddTags(updated.Tags...)
	c.Written.RemoveTags(step.Change.RemoveTags...)
	c.Written.InProgress = updated.Held
	return nil
}

func (c *call) noteHandover(ctx workflow.Context, step calllog.Step) error {
	err := c.hands.execute(ctx, string(calllog.NoteHandover), c.told(), nil)
	if err == nil {
		c.Written.Add(step.Part)
	}
	return err
}

func (c *call) writeThread(ctx workflow.Context, step calllog.Step) error {
	var written contract.ThreadResult
	err := c.hands.execute(ctx, string(calllog.WriteThread), c.thread(step), &written)
	if err != nil {
		return err
	}
	if written.Yields > 0 {
		c.AI.YieldsUntil = c.hands.now(ctx).Add(written.Yields)
		return nil
	}
	c.Written.Add(written.Told...)
	c.toldAI(step)
	c.Written.Conversation.Begun = true
	// What was read before this write says nothing about a later one.
	c.Written.Conversation.Status = ""
	return nil
}

func (c *call) thread(step calllog.Step) contract.ThreadInput {
	conversation := c.Written.Conversation
	closes := step.Part == calllog.PartSecondLog && (conversation.Opened || conversation.ID == 0) &&
		slices.Contains(c.Settings.Calls.ClosedAfter, c.facts.Type())
	in := contract.ThreadInput{
		Call: c.told(), Customer: c.Written.Customer, Conversation: conversation.ID, Part: step.Part, Phone: step.Phone,
		// In another conversation than the first log, a log says it all again.
		Alone:  !c.Written.Has(calllog.PartFirstLog) || conversation.ID == 0 || !conversation.Begun && c.version >= followsAgents,
		Status: conversation.Status, Close: closes, Left: conversation.Left, Begins: conversation.Begins, LegOf: conversation.LegOf,
		Tells: step.Tells,
	}
	if conversation.ID != 0 && conversation.Customer != 0 {
		in.Customer = conversation.Customer
	}
	return in
}

// fetch asks Aircall for a call whose webhooks stopped. Whatever comes of it the
// log goes on: with what REST shows, or with what is known.
func (c *call) fetch(ctx workflow.Context) error {
	over := c.facts.Over()
	c.AI.CallSought = c.AI.CallSought || c.facts.Direction == ""
	c.AI.SessionsSought = c.AI.SessionsSought || over && len(c.facts.Sessions) > 0
	var fetched contract.FetchCallResult
	err := c.hands.execute(ctx, string(calllog.FetchCall), c.told(), &fetched)
	if temporal.IsCanceledError(err) {
		return err
	}
	now := c.hands.now(ctx)
	switch {
	case err != nil && !over:
		// Nobody knows whether it still runs: ask again after the next silence.
		c.HeardAt = now
		return nil
	case err != nil, fetched.Gone && over:
		c.LastWordSought = true
		return nil //nolint:nilerr // the log goes on with what is known
	case fetched.Gone:
		c.hear(ctx, calllog.Vanished(c.facts, now))
	default:
		c.hear(ctx, fetched.Event)
	}
	c.LastWordSought = c.LastWordSought || over
	c.HeardAt = now
	return nil
}

// mostLostCustomers keeps a call from making one customer after the other where
// Help Scout denies each of them.
const mostLostCustomers = 3

// failed notes a step that did not work: a conversation that takes nothing more
// is left at once, everything else parks the call.
func (c *call) failed(ctx workflow.Context, step calllog.Step, err error) {
	problem, message, details := readFailure(err)
	if details.Uncertain && step.Do == calllog.OpenConversation {
		c.Written.Conversation.Uncertain = step.Part
		if c.version >= followsAgents {
			// They may stand there already, and be taken off before that is known.
			c.Written.TryTags(step.Change.AddTags...)
		}
	}
	switch {
	case problem == calllog.ConversationFull && step.Do == calllog.WriteThread:
		c.release(ctx)
		c.Written.Leave(calllog.Full)
		c.Parked = nil
		return
	case problem == calllog.ConversationGone && (c.Written.Conversation.Prepared || c.Written.Conversation.Finished):
		// Merged or deleted since it was read: reading it again tells which.
		c.Written.Conversation.Prepared, c.Written.Conversation.Finished = false, false
		c.Parked = nil
		return
	case problem == calllog.CustomerGone && c.LostCustomers < mostLostCustomers:
		c.LostCustomers++
		c.Written.LoseCustomer()
		c.Parked = nil
		return
	}
	c.park(ctx, step, problem, message, details)
}

func (c *call) park(ctx workflow.Context, step calllog.Step, problem calllog.Problem, message string, details contract.FailureDetails) {
	c.Parked, c.retryWanted = c.Parked.again(c.hands.now(ctx), step.Why, problem, message, details), false
	// The conversation's status was read too long ago to be repeated in a note.
	c.Written.Conversation.Status = ""
}

// skip notes that somebody decided not to log the call, and takes its in-progress
// tag off as far as that works: a skip must also work where nothing else does.
func (c *call) skip(ctx workflow.Context) {
	decision := *c.skipWanted
	ctx = workflow.WithActivityOptions(ctx, options("Record the skip: "+decision.Reason))
	err := c.hands.execute(ctx, contract.RecordSkip,
		contract.RecordSkipInput{Installation: c.Installation, CallID: c.CallID}, nil)
	if err == nil {
		c.Written.Add(calllog.PartSkipped)
		c.SkipReason = decision.Reason
		c.Parked, c.retryWanted = nil, false
		c.release(ctx)
	}
	c.skipWanted = nil
}

// leaveTidy is for a run that is being cancelled: nobody is in a call any more
// as far as this conversation is concerned.
func (c *call) leaveTidy(ctx workflow.Context) {
	clean, cancel := c.hands.apart(ctx)
	defer cancel()
	c.release(clean)
}

func (c *call) release(ctx workflow.Context) {
	if !c.Written.InProgress {
		return
	}
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: activityTimeout, HeartbeatTimeout: heartbeatTimeout,
		RetryPolicy: &temporal.RetryPolicy{MaximumAttempts: 3},
		Summary:     "Take the in-progress tag off",
	})
	var updated contract.Conversation
	err := c.hands.execute(ctx, string(calllog.UpdateConversation), contract.UpdateConversationInput{
		Call: c.told(), Conversation: c.Written.Conversation.ID,
		Change: calllog.Change{InProgress: calllog.InProgressTag(c.Settings), Release: true},
	}, &updated)
	if err == nil {
		c.Written.InProgress = false
	}
}
