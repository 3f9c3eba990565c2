package workflows

import (
	"errors"
	"slices"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"callscout/activities/contract"
	"callscout/calllog"
)

// BackfillState is what a backfill knows. All of it is carried over continue-as-new.
type BackfillState struct {
	sweepState
	BegunAt time.Time `json:"begun_at"`
	EndedAt time.Time `json:"ended_at,omitzero"`
	Paused  bool      `json:"paused,omitempty"`
	Stopped bool      `json:"stopped,omitempty"`
	Decided string    `json:"decided,omitempty"`
	Who     string    `json:"who,omitempty"`
}

// backfill is one run.
type backfill struct {
	BackfillInput
	BackfillState
	// urged is a person's wish to go on at once; decisions counts what people decided.
	urged     bool
	decisions int
	// due is when the next step is, and why not before.
	due   time.Time
	why   string
	shown shown
	told  string
}

// mostSlices keeps the history of one run short: a slice is a day, with a few hundred
// events where many calls are missing.
const mostSlices = 10

// Backfill logs the calls of a time that Aircall has and that are not logged here, as if
// their webhooks had come. It can be paused, resumed and stopped, and never fails: what
// it cannot do shows as SyncProblem of its run.
func Backfill(ctx workflow.Context, in BackfillInput) (BackfillView, error) {
	b, err := newBackfill(ctx, in)
	if err != nil {
		return BackfillView{}, err
	}
	return b.run(ctx)
}

func newBackfill(ctx workflow.Context, in BackfillInput) (*backfill, error) {
	if in.Installation == "" || !in.From.Before(in.To) {
		return nil, temporal.NewNonRetryableApplicationError(
			"a backfill needs an installation, and a time that begins before it ends", string(calllog.Misconfigured), nil)
	}
	b := &backfill{BackfillInput: in, BackfillState: BackfillState{BegunAt: workflow.Now(ctx)}}
	b.Rest = slice{From: later(in.From, calllog.EarliestListed(b.BegunAt)).Truncate(time.Second), To: in.To.Truncate(time.Second)}
	if in.Carried != nil {
		b.BackfillState = *in.Carried
		b.Carried = nil
		b.due, b.why = b.next(workflow.Now(ctx))
	} else {
		// Whoever started the run has set it.
		b.shown.status = StatusInProgress
	}
	return b, b.listen(ctx)
}

func (b *backfill) listen(ctx workflow.Context) error {
	update := func(name, description string, may func() string, do func()) error {
		return workflow.SetUpdateHandlerWithOptions(ctx, name, func(_ workflow.Context, decision Decision) (string, error) {
			do()
			b.Decided, b.Who = name, decision.By
			b.decisions++
			return decided[name], nil
		}, workflow.UpdateHandlerOptions{Description: description, Validator: func(Decision) error {
			if why := may(); why != "" {
				return temporal.NewNonRetryableApplicationError(why, NotPossible, nil)
			}
			return nil
		}})
	}
	return errors.Join(
		workflow.SetQueryHandlerWithOptions(ctx, StatusQuery, func() (BackfillView, error) { return b.view(), nil },
			workflow.QueryHandlerOptions{Description: "What was compared, what is logged, what is left"}),
		update(Pause, "Deliver no further calls until it is resumed", b.mayPause, func() { b.Paused = true }),
		update(Resume, "Go on after a pause, or try again now what failed", b.mayResume, func() { b.Paused, b.urged = false, true }),
		update(Stop, "End it; calls that were delivered are logged all the same", b.mayStop, func() { b.Stopped = true }),
	)
}

var decided = map[string]string{
	Pause:  "paused: calls that were delivered are logged, and no others are delivered",
	Resume: "resumed",
	Stop:   "stopped: calls that were delivered are logged, and no others are delivered",
}

func (b *backfill) mayPause() string {
	switch {
	case b.ended():
		return "this backfill has ended"
	case b.Paused:
		return "this backfill is paused already"
	}
	return ""
}

func (b *backfill) mayResume() string {
	switch {
	case b.ended():
		return "this backfill has ended; ask for it anew to log what is still missing"
	case !b.Paused && b.Parked == nil:
		return "this backfill goes on: there is nothing to resume"
	}
	return ""
}

func (b *backfill) mayStop() string {
	if b.ended() {
		return "this backfill has ended"
	}
	return ""
}

func (b *backfill) ended() bool { return b.Stopped || b.over() }

// run is the whole life of a backfill. It ends, or goes on in a new run, only where
// nobody waits for an answer.
func (b *backfill) run(ctx workflow.Context) (BackfillView, error) {
	for {
		b.show(ctx)
		now := workflow.Now(ctx)
		switch {
		case ctx.Err() != nil:
			return b.view(), ctx.Err()
		case b.ended() && workflow.AllHandlersFinished(ctx):
			b.EndedAt = now
			b.show(ctx)
			return b.view(), nil
		case b.mayContinueAsNew(ctx):
			return BackfillView{}, b.continueAsNew(ctx)
		case b.ended() || b.Paused && len(b.Following) == 0:
			b.await(ctx, time.Time{}, "")
		case b.Paused:
			b.await(ctx, now.Add(lookAgain), "Wait for calls that are being logged")
			b.follow(ctx, b.asks(ctx))
		case !b.urged && b.due.After(now):
			b.await(ctx, b.due, b.why)
		default:
			b.urged = false
			b.step(ctx, b.asks(ctx))
			b.due, b.why = b.next(workflow.Now(ctx))
		}
	}
}

// asks is what each step is asked with.
func (b *backfill) asks(ctx workflow.Context) contract.ListCallsInput {
	return contract.ListCallsInput{
		Installation: b.Installation, By: b.by(ctx), Numbers: b.Numbers, NewestFirst: b.NewestFirst, Zone: b.Zone,
		Failed: b.Failed, DryRun: b.DryRun,
	}
}

// by names this backfill and no other one, also none of the same wish.
func (b *backfill) by(ctx workflow.Context) string {
	return workflow.GetInfo(ctx).WorkflowExecution.ID + " " + b.BegunAt.UTC().Format(time.RFC3339Nano)
}

func (b *backfill) await(ctx workflow.Context, until time.Time, why string) {
	decisions := b.decisions
	news := func() bool {
		return b.decisions != decisions || until.IsZero() && b.ended() && workflow.AllHandlersFinished(ctx)
	}
	awaitNews(ctx, until, why, news)
}

func (b *backfill) mayContinueAsNew(ctx workflow.Context) bool {
	return (b.compared >= mostSlices || workflow.GetInfo(ctx).GetContinueAsNewSuggested()) && workflow.AllHandlersFinished(ctx)
}

func (b *backfill) continueAsNew(ctx workflow.Context) error {
	next := b.BackfillInput
	next.Carried = &b.BackfillState
	return workflow.NewContinueAsNewError(ctx, BackfillWorkflow, next)
}

func (b *backfill) stage() (BackfillStage, Status) {
	switch {
	case b.Stopped, b.Gone:
		return BackfillStopped, StatusSkipped
	case b.over():
		if len(b.Attention) > 0 {
			return BackfillDone, StatusNeedsAttention
		}
		return BackfillDone, StatusSynced
	case b.Paused:
		return BackfillPaused, StatusWaiting
	case b.Parked != nil:
		return BackfillParked, StatusNeedsAttention
	case !b.WaitsUntil.IsZero():
		return BackfillWaits, StatusWaiting
	case b.listed():
		return BackfillFinishes, StatusInProgress
	default:
		return BackfillLists, StatusInProgress
	}
}

func (b *backfill) view() BackfillView {
	stage, status := b.stage()
	return BackfillView{
		BackfillWish: b.BackfillWish, By: b.BackfillInput.By, BegunAt: b.BegunAt, EndedAt: b.EndedAt, Stage: stage, Status: status,
		Listed: b.reached(b.NewestFirst), Share: b.share(), Table: b.Table, Total: b.Table.Total(),
		Delivered: slices.Clone(b.Delivered), Count: b.Count, Done: b.Done, Following: len(b.Following),
		Attention: b.Attention, NotLogged: b.NotLogged, WaitsUntil: b.WaitsUntil, Of: b.Of, Parked: b.Parked,
		Decided: b.Decided, Who: b.Who, Limit: b.Limit,
	}
}

// share is how much of the time is compared.
func (b *backfill) share() float64 {
	whole := b.To.Sub(b.From)
	switch {
	case b.over() || b.listed():
		return 1
	case b.NewestFirst:
		return float64(b.To.Sub(b.reached(true))) / float64(whole)
	default:
		return float64(b.reached(false).Sub(b.From)) / float64(whole)
	}
}
