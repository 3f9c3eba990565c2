package workflows

import (
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// hands are all that a call's loop touches of the world around it: the clock, what
// came in, what is done elsewhere, what others see of the run. The loop itself is the
// same whether a call is logged or only rehearsed; see rehearse.go.
//
// A context belongs to the hands that gave it.
type hands interface {
	now(ctx workflow.Context) time.Time
	// version is what the run can do; see greet.go.
	version(ctx workflow.Context) workflow.Version

	// unread is how many signals of a name nobody took yet; take takes the next one.
	unread(signal string) int
	take(signal string, into any) bool

	// execute has an activity done, with the options in the context; executeNear
	// within the workflow's own task, with those for a local one. Both wait for the
	// result, which out may leave aside.
	execute(ctx workflow.Context, activity string, in, out any) error
	executeNear(ctx workflow.Context, activity string, in, out any) error

	// beside does something beside the loop.
	beside(ctx workflow.Context, do func(workflow.Context))
	// cancellable gives a context that can be ended, apart one that goes on where the
	// run is cancelled.
	cancellable(ctx workflow.Context) (workflow.Context, workflow.CancelFunc)
	apart(ctx workflow.Context) (workflow.Context, workflow.CancelFunc)

	// pause waits that long. await waits for news, or until a time; the zero time
	// means for as long as it takes. Where the run is cancelled, both come back early.
	pause(ctx workflow.Context, long time.Duration, why string)
	await(ctx workflow.Context, until time.Time, why string, news func() bool)
	// unanswered says that somebody waits for an answer of this run.
	unanswered(ctx workflow.Context) bool
	// grownLong says that the run is to go on as a new one.
	grownLong(ctx workflow.Context) bool

	// tell shows people where the run stands, as far as that is news.
	tell(ctx workflow.Context, was, is shown)
	warn(ctx workflow.Context, message string, about ...any)
}

// inTemporal are the hands of a real run.
type inTemporal map[string]workflow.ReceiveChannel

func handsInTemporal(ctx workflow.Context, signals ...string) inTemporal {
	h := inTemporal{}
	for _, name := range signals {
		h[name] = workflow.GetSignalChannel(ctx, name)
	}
	return h
}

func (inTemporal) now(ctx workflow.Context) time.Time { return workflow.Now(ctx) }

func (inTemporal) version(ctx workflow.Context) workflow.Version {
	return workflow.GetVersion(ctx, greets, workflow.DefaultVersion, newest)
}

func (h inTemporal) unread(signal string) int { return h[signal].Len() }

func (h inTemporal) take(signal string, into any) bool { return h[signal].ReceiveAsync(into) }

func (inTemporal) execute(ctx workflow.Context, activity string, in, out any) error {
	return workflow.ExecuteActivity(ctx, activity, in).Get(ctx, out)
}

func (inTemporal) executeNear(ctx workflow.Context, activity string, in, out any) error {
	return workflow.ExecuteLocalActivity(ctx, activity, in).Get(ctx, out)
}

func (inTemporal) beside(ctx workflow.Context, do func(workflow.Context)) { workflow.Go(ctx, do) }

func (inTemporal) cancellable(ctx workflow.Context) (workflow.Context, workflow.CancelFunc) {
	return workflow.WithCancel(ctx)
}

func (inTemporal) apart(ctx workflow.Context) (workflow.Context, workflow.CancelFunc) {
	return workflow.NewDisconnectedContext(ctx)
}

func (inTemporal) pause(ctx workflow.Context, long time.Duration, why string) {
	// Its error means that the run was cancelled, which whatever comes next sees by itself.
	_ = workflow.NewTimerWithOptions(ctx, long, workflow.TimerOptions{Summary: why}).Get(ctx, nil)
}

func (inTemporal) await(ctx workflow.Context, until time.Time, why string, news func() bool) {
	awaitNews(ctx, until, why, news)
}

func (inTemporal) unanswered(ctx workflow.Context) bool { return !workflow.AllHandlersFinished(ctx) }

func (inTemporal) grownLong(ctx workflow.Context) bool {
	return workflow.GetInfo(ctx).GetContinueAsNewSuggested()
}

func (inTemporal) tell(ctx workflow.Context, was, is shown) { was.tell(ctx, is) }

func (inTemporal) warn(ctx workflow.Context, message string, about ...any) {
	workflow.GetLogger(ctx).Warn(message, about...)
}

// near are the options of what is done within the workflow's own task.
func near(ctx workflow.Context, why string) workflow.Context {
	return workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{
		StartToCloseTimeout: rememberTimeout, RetryPolicy: &temporal.RetryPolicy{MaximumAttempts: 1}, Summary: why,
	})
}
