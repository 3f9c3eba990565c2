package workflows

import (
	"context"
	"errors"
	"iter"
	"slices"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"callscout/calllog"
)

// Rehearsal is a call's loop outside Temporal, on a clock of its own that jumps from
// one moment at which something happens to the next: what would be done if the given
// events came at the given times. What an activity changes, and whether it does, is
// up to Do. A Rehearsal is run once, by one goroutine.
type Rehearsal struct {
	Call CallInput
	// Begins is when the run begins, Comes what it hears, in any order.
	Begins time.Time
	Comes  []Coming
	// Do does one attempt at an activity, and puts the result where out points to, if
	// it is not nil.
	Do func(ctx context.Context, activity Activity, out any) error

	clock   time.Time
	unheard []calllog.Event
	jobs    []*job
	players []*player
	// onStage is the player whose turn it is.
	onStage *player
}

// Coming is an event and when it is heard.
type Coming struct {
	At    time.Time
	Event calllog.Event
}

// Activity is one attempt at something that a run has done elsewhere.
type Activity struct {
	Name string
	In   any
	// Why says it in plain words.
	Why     string
	Attempt int32
	At      time.Time
}

// Rehearsed is how a rehearsal ended.
type Rehearsed struct {
	View View
	// Stands says that the call would stand still for a person to repair.
	Stands bool
	Ended  time.Time
}

// Now is the time on the rehearsal's clock.
func (r *Rehearsal) Now() time.Time { return r.clock }

// longest is how long after the last event a call may go on. Nothing that Callscout
// waits for takes that long; only a call that Aircall does not tell of is asked for
// again and again.
const longest = 7 * 24 * time.Hour

// Run plays the call to its end, or until it stands still for good. It fails if ctx
// is over, or if the call can neither go on nor end.
func (r *Rehearsal) Run(ctx context.Context) (Rehearsed, error) {
	r.clock = r.Begins
	r.Comes = slices.Clone(r.Comes)
	slices.SortStableFunc(r.Comes, func(a, b Coming) int { return a.At.Compare(b.At) })
	c, err := newCall(stage{}, r.Call, r)
	if err != nil {
		return Rehearsed{}, err
	}
	defer r.leave()
	latest := r.Begins
	if n := len(r.Comes); n > 0 && r.Comes[n-1].At.After(latest) {
		latest = r.Comes[n-1].At
	}
	latest = latest.Add(longest)
	r.hear()
	r.beside(stage{}, func(ctx workflow.Context) { _, err = c.run(ctx) })
	for main := r.players[0]; !main.over; {
		if err := ctx.Err(); err != nil {
			return Rehearsed{}, err
		}
		if r.act() || r.work(ctx) {
			continue
		}
		if c.Parked != nil && len(r.Comes) == 0 && len(r.jobs) == 0 {
			return Rehearsed{View: c.view(), Stands: true, Ended: r.clock}, nil
		}
		if !r.wait() {
			return Rehearsed{}, errors.New("the rehearsed call waits for something that cannot come")
		}
		if r.clock.After(latest) {
			return Rehearsed{}, errors.New("the rehearsed call comes to no end: Aircall does not tell enough of it")
		}
	}
	return Rehearsed{View: c.view(), Ended: r.clock}, err
}

// player is one of the things that go on at a time: the loop, and what it does beside.
type player struct {
	play  func() (struct{}, bool)
	leave func()
	// pause lets the others play until ready, or until a time unless that is zero. It
	// is false where the rehearsal is over.
	pause func(struct{}) bool
	ready func() bool
	until time.Time
	over  bool
}

// left is how a player leaves whom the end of the rehearsal finds waiting.
type left struct{}

// act lets everybody play who can, and says whether anybody could.
func (r *Rehearsal) act() (acted bool) {
	for i := 0; i < len(r.players); i++ { //nolint:intrange // who plays may bring others on
		p := r.players[i]
		if p.over || p.ready != nil && !p.ready() && (p.until.IsZero() || r.clock.Before(p.until)) {
			continue
		}
		acted, r.onStage = true, p
		_, going := p.play()
		p.over = !going
	}
	return acted
}

// rest lets the others play until ready, or until a time unless that is zero.
func (r *Rehearsal) rest(until time.Time, ready func() bool) {
	p := r.onStage
	p.until, p.ready = until, ready
	if !p.pause(struct{}{}) {
		panic(left{})
	}
}

// leave ends whoever waits.
func (r *Rehearsal) leave() {
	for _, p := range r.players {
		p.leave()
	}
}

// job is an activity on its way.
type job struct {
	activity Activity
	out      any
	retry    temporal.RetryPolicy
	due      time.Time
	done     bool
	err      error
}

// work does the first activity that is due, and says whether there was one.
func (r *Rehearsal) work(ctx context.Context) bool {
	at := slices.IndexFunc(r.jobs, func(j *job) bool { return !j.due.After(r.clock) })
	if at < 0 {
		return false
	}
	j := r.jobs[at]
	j.activity.Attempt++
	j.activity.At = r.clock
	j.err = r.Do(ctx, j.activity, j.out)
	if pause, again := j.again(); again {
		j.due = r.clock.Add(pause)
		return true
	}
	j.done = true
	r.jobs = slices.Delete(r.jobs, at, at+1)
	return true
}

// again says whether a failed activity is tried again, as Temporal would, and when.
func (j *job) again() (pause time.Duration, again bool) {
	var failure *temporal.ApplicationError
	known := errors.As(j.err, &failure)
	switch {
	case j.err == nil, known && failure.NonRetryable(), j.activity.Attempt >= j.retry.MaximumAttempts:
		return 0, false
	case known && failure.NextRetryDelay() > 0:
		return failure.NextRetryDelay(), true
	}
	pause = j.retry.InitialInterval
	for range j.activity.Attempt - 1 {
		pause = time.Duration(float64(pause) * j.retry.BackoffCoefficient)
	}
	if most := j.retry.MaximumInterval; most > 0 {
		pause = min(pause, most)
	}
	return pause, true
}

// wait lets time pass until something can happen, and says whether anything can.
func (r *Rehearsal) wait() bool {
	var moments []time.Time
	if len(r.Comes) > 0 {
		moments = append(moments, r.Comes[0].At)
	}
	for _, j := range r.jobs {
		moments = append(moments, j.due)
	}
	for _, p := range r.players {
		if !p.over && !p.until.IsZero() {
			moments = append(moments, p.until)
		}
	}
	if len(moments) == 0 {
		return false
	}
	if next := slices.MinFunc(moments, time.Time.Compare); next.After(r.clock) {
		r.clock = next
	}
	r.hear()
	return true
}

// hear takes in what has come by now.
func (r *Rehearsal) hear() {
	for len(r.Comes) > 0 && !r.Comes[0].At.After(r.clock) {
		r.unheard = append(r.unheard, r.Comes[0].Event)
		r.Comes = r.Comes[1:]
	}
}

// From here on a Rehearsal is the hands of its call.

func (r *Rehearsal) now(workflow.Context) time.Time { return r.clock }

func (r *Rehearsal) version(workflow.Context) workflow.Version { return newest }

func (r *Rehearsal) unread(signal string) int {
	if signal != EventSignal {
		return 0
	}
	return len(r.unheard)
}

func (r *Rehearsal) take(signal string, into any) bool {
	event, is := into.(*calllog.Event)
	if !is || r.unread(signal) == 0 {
		return false
	}
	*event, r.unheard = r.unheard[0], r.unheard[1:]
	return true
}

func (r *Rehearsal) execute(ctx workflow.Context, activity string, in, out any) error {
	how := workflow.GetActivityOptions(ctx)
	return r.job(ctx, &job{activity: Activity{Name: activity, In: in, Why: how.Summary}, out: out, retry: *how.RetryPolicy})
}

func (r *Rehearsal) executeNear(ctx workflow.Context, activity string, in, out any) error {
	how := workflow.GetLocalActivityOptions(ctx)
	return r.job(ctx, &job{activity: Activity{Name: activity, In: in, Why: how.Summary}, out: out, retry: *how.RetryPolicy})
}

func (r *Rehearsal) job(ctx workflow.Context, j *job) error {
	j.due = r.clock
	r.jobs = append(r.jobs, j)
	r.rest(time.Time{}, func() bool { return j.done || ctx.Err() != nil })
	if !j.done {
		r.jobs = slices.DeleteFunc(r.jobs, func(other *job) bool { return other == j })
		return ctx.Err()
	}
	return j.err
}

func (r *Rehearsal) beside(ctx workflow.Context, do func(workflow.Context)) {
	p := &player{}
	p.play, p.leave = iter.Pull(func(pause func(struct{}) bool) {
		defer func() {
			if gone := recover(); gone != nil && gone != (left{}) {
				panic(gone)
			}
		}()
		p.pause = pause
		do(ctx)
	})
	r.players = append(r.players, p)
}

func (r *Rehearsal) cancellable(ctx workflow.Context) (workflow.Context, workflow.CancelFunc) {
	inner := &ending{Context: ctx}
	return inner, func() { inner.over = true }
}

func (r *Rehearsal) apart(ctx workflow.Context) (workflow.Context, workflow.CancelFunc) {
	return ctx, func() {}
}

func (r *Rehearsal) pause(_ workflow.Context, long time.Duration, _ string) {
	r.rest(r.clock.Add(long), func() bool { return false })
}

func (r *Rehearsal) await(_ workflow.Context, until time.Time, _ string, news func() bool) {
	r.rest(until, news)
}

func (r *Rehearsal) unanswered(workflow.Context) bool { return false }

func (r *Rehearsal) grownLong(workflow.Context) bool { return false }

func (r *Rehearsal) tell(workflow.Context, shown, shown) {}

func (r *Rehearsal) warn(workflow.Context, string, ...any) {}

// stage is the context of a rehearsal: nothing cancels it.
type stage struct{}

func (stage) Deadline() (time.Time, bool) { return time.Time{}, false }
func (stage) Done() workflow.Channel      { return nil }
func (stage) Err() error                  { return nil }
func (stage) Value(any) any               { return nil }

// ending is a context that can be ended.
type ending struct {
	workflow.Context
	over bool
}

func (e *ending) Err() error {
	if e.over {
		return temporal.NewCanceledError()
	}
	return e.Context.Err()
}
