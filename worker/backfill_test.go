package worker_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"callscout/activities"
	"callscout/activities/contract"
	"callscout/aircall"
	"callscout/calllog"
	"callscout/settings"
	"callscout/simulator"
	"callscout/store/storetest"
	"callscout/workflows"
)

// runs stands in for the workflows of calls: what is delivered is logged at once, or
// becomes what the test says.
type runs struct {
	o  *office
	mu sync.Mutex
	// delivered are the calls in that order, again those that were to try again.
	delivered, again []int64
	settings         map[int64]settings.Settings
	state            map[int64]calllog.RunState
	// becomes says what a delivered call becomes; nil is logged.
	becomes func(call int64) calllog.RunState
	// onDelivery runs before each delivery.
	onDelivery func(n int)
	fails      error
}

// Deliver implements activities.Calls.
func (r *runs) Deliver(ctx context.Context, d contract.Delivery) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.onDelivery != nil {
		r.onDelivery(len(r.delivered))
	}
	if r.fails != nil {
		return r.fails
	}
	call := d.Event.Call.ID
	r.delivered = append(r.delivered, call)
	r.settings[call] = d.Settings
	return r.ends(ctx, call)
}

func (r *runs) ends(ctx context.Context, call int64) error {
	if r.becomes != nil {
		if state := r.becomes(call); state != "logged" {
			r.state[call] = state
			return nil
		}
	}
	delete(r.state, call)
	return r.o.store.Settle(ctx, calllog.Key(r.o.installation, call, calllog.PartSecondLog), call)
}

// State implements activities.Calls.
func (r *runs) State(_ context.Context, _ string, call int64) (calllog.RunState, calllog.Problem, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	state := r.state[call]
	if state == calllog.RunParked {
		return state, calllog.HelpScoutRefused, nil
	}
	return state, "", nil
}

// TryAgain implements activities.Calls.
func (r *runs) TryAgain(ctx context.Context, _ string, call int64, _ string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.again = append(r.again, call)
	return r.ends(ctx, call)
}

// sweeping is an office whose calls were delivered to nobody.
func sweeping(t *testing.T) (*office, *runs) {
	t.Helper()
	o := furnished(t, "acme", simulator.HelpScoutOptions{LimitPerMinute: -1})
	o.aircall = simulator.NewAircall(simulator.AircallOptions{APIID: "id", APIToken: "token", LimitPerMinute: -1})
	hs, air := httptest.NewServer(o.helpScout), httptest.NewServer(o.aircall)
	t.Cleanup(hs.Close)
	t.Cleanup(air.Close)
	o.open(t.Context(), storetest.SQLite(t), hs.URL, air.URL)
	o.aircall.AddNumber(simulator.Number{ID: line, Name: "Support US", Digits: "+1 202-555-0100", Country: "US", TimeZone: "America/New_York"})
	o.aircall.AddNumber(simulator.Number{ID: otherLine, Name: "Sales", Digits: "+43 720 880079", Country: "AT", TimeZone: "Europe/Vienna"})
	r := &runs{o: o, state: map[int64]calllog.RunState{}, settings: map[int64]settings.Settings{}}
	o.acts.Calls = r
	o.newCall()
	return o, r
}

// happened puts a call into Aircall that began that long ago.
func (o *office) happened(id int64, ago time.Duration, change ...func(*simulator.Call)) {
	begin := o.ring.Add(-ago)
	call := simulator.Call{
		ID: id, Direction: "inbound", Status: "done", NumberID: line, RawDigits: fmt.Sprintf("+1 202-555-%04d", id%10000),
		StartedAt: begin, AnsweredAt: begin.Add(10 * time.Second), EndedAt: begin.Add(70 * time.Second),
	}
	for _, do := range change {
		do(&call)
	}
	o.aircall.PutCall(call)
}

func (o *office) lastDays(days int) workflows.BackfillWish {
	return workflows.BackfillWish{From: o.ring.Add(-time.Duration(days) * 24 * time.Hour), To: o.ring}
}

// sweep runs a backfill to its end; meanwhile are callbacks at times of the workflow.
func (o *office) sweep(wish workflows.BackfillWish, meanwhile ...func(env *testsuite.TestWorkflowEnvironment)) workflows.BackfillView {
	o.t.Helper()
	o.newCall()
	o.sweeps++
	// No two begin in the same moment.
	o.env.SetStartTime(o.ring.Add(time.Duration(o.sweeps) * time.Millisecond))
	for _, do := range meanwhile {
		do(o.env.TestWorkflowEnvironment)
	}
	in := workflows.BackfillInput{Installation: o.installation, BackfillWish: wish, By: "Mia"}
	for o.chain = 1; ; o.chain++ {
		o.env.ExecuteWorkflow(workflows.BackfillWorkflow, in)
		require.True(o.t, o.env.IsWorkflowCompleted())
		var next *workflow.ContinueAsNewError
		err := o.env.GetWorkflowError()
		if !errors.As(err, &next) {
			require.NoError(o.t, err)
			break
		}
		in = workflows.BackfillInput{}
		require.NoError(o.t, converter.GetDefaultDataConverter().FromPayloads(next.Input, &in))
		o.newCall()
	}
	var view workflows.BackfillView
	require.NoError(o.t, o.env.GetWorkflowResult(&view))
	return view
}

func TestABackfillLogsWhatIsMissingAndNothingElse(t *testing.T) {
	t.Parallel()
	o, r := sweeping(t)
	o.happened(1, 40*time.Hour)
	o.happened(2, 30*time.Hour)
	require.NoError(t, o.store.Settle(t.Context(), calllog.Key("acme", 2, calllog.PartSecondLog), 9))
	o.happened(3, 30*time.Hour)
	require.NoError(t, o.store.Settle(t.Context(), calllog.Key("acme", 3, calllog.PartSkipped), 0))
	o.happened(4, 20*time.Hour, func(c *simulator.Call) { c.NumberID = otherLine })
	o.happened(5, 20*time.Hour, func(c *simulator.Call) { c.Direction, c.AnsweredAt = "outbound", time.Time{} })
	o.happened(6, 2*time.Hour, func(c *simulator.Call) { c.Status, c.EndedAt = "answered", time.Time{} })
	o.happened(7, 5*time.Minute)
	o.happened(8, 3*time.Hour)
	r.state[8] = calllog.RunGoesOn
	o.happened(9, 4*time.Hour)
	r.state[9] = calllog.RunParked
	o.happened(10, 49*time.Hour) // before it
	require.NoError(t, o.store.PutInstallation(t.Context(), func() settings.Installation {
		installation, err := o.store.Installation(t.Context(), "acme")
		require.NoError(t, err)
		installation.Settings = settings.Overrides{"calls": map[string]any{"types": []any{"inbound_answered", "missed"}}}
		return installation
	}()))

	want := calllog.Counts{Listed: 9, Logged: 1, Missing: 1, NotMapped: 1, NotWanted: 2, Running: 3, Cannot: 1}
	dry := o.lastDays(2)
	dry.DryRun = true
	counted := o.sweep(dry)
	require.Equal(t, want, counted.Total)
	require.Equal(t, workflows.BackfillDone, counted.Stage)
	require.Empty(t, r.delivered, "nothing is delivered")

	view := o.sweep(o.lastDays(2))
	require.Equal(t, counted.Table, view.Table, "what was counted is what is done")
	require.Equal(t, []int64{1}, r.delivered)
	require.Equal(t, []int64{1}, view.Delivered)
	require.Equal(t, 1, view.Done)
	require.Equal(t, workflows.StatusSynced, view.Status)
	require.InDelta(t, 1, view.Share, 0)

	again := o.sweep(o.lastDays(2))
	require.Equal(t, calllog.Counts{Listed: 9, Logged: 2, NotMapped: 1, NotWanted: 2, Running: 3, Cannot: 1}, again.Total)
	require.Len(t, r.delivered, 1, "nothing twice")
}

func TestDaysAreThoseOfTheZone(t *testing.T) {
	t.Parallel()
	o, _ := sweeping(t)
	zone, err := time.LoadLocation("America/New_York")
	require.NoError(t, err)
	midnight := time.Date(o.ring.Year(), o.ring.Month(), o.ring.Day(), 0, 0, 0, 0, zone).AddDate(0, 0, -2)
	o.happened(1, o.ring.Sub(midnight)+time.Second)
	o.happened(2, o.ring.Sub(midnight))
	o.happened(3, o.ring.Sub(midnight), func(c *simulator.Call) { c.NumberID = otherLine })
	wish := o.lastDays(5)
	wish.Zone, wish.DryRun = zone.String(), true
	view := o.sweep(wish)
	day := func(d int) string { return midnight.AddDate(0, 0, d).Format(time.DateOnly) }
	require.Equal(t, calllog.Table{
		{Day: day(-1), Number: line, Counts: calllog.Counts{Listed: 1, Missing: 1}},
		{Day: day(0), Number: otherLine, Counts: calllog.Counts{Listed: 1, NotMapped: 1}},
		{Day: day(0), Number: line, Counts: calllog.Counts{Listed: 1, Missing: 1}},
	}, view.Table)
}

func TestOnlyTheNumbersThatAreAskedForAreLookedAt(t *testing.T) {
	t.Parallel()
	o, r := sweeping(t)
	installation, err := o.store.Installation(t.Context(), "acme")
	require.NoError(t, err)
	installation.Numbers = append(installation.Numbers, settings.Number{AircallNumber: otherLine, Inbox: inbox})
	require.NoError(t, o.store.PutInstallation(t.Context(), installation))
	o.happened(1, 20*time.Hour)
	o.happened(2, 20*time.Hour, func(c *simulator.Call) { c.NumberID = otherLine })
	wish := o.lastDays(1)
	wish.Numbers = []int64{otherLine}
	require.Equal(t, calllog.Counts{Listed: 1, Missing: 1}, o.sweep(wish).Total)
	require.Equal(t, []int64{2}, r.delivered)
}

func TestEveryPageIsCompared(t *testing.T) {
	t.Parallel()
	for _, calls := range []int{0, 1, 49, 50, 51, 100, 101} {
		for _, newestFirst := range []bool{false, true} {
			t.Run(fmt.Sprintf("%d, newest first: %v", calls, newestFirst), func(t *testing.T) {
				t.Parallel()
				o, r := sweeping(t)
				var want []int64
				for n := range calls {
					// Several begin in one second, some at the borders of a day.
					o.happened(int64(n+1), 48*time.Hour-time.Duration(n/3)*24*time.Minute)
					want = append(want, int64(n+1))
				}
				wish := o.lastDays(2)
				wish.NewestFirst = newestFirst
				view := o.sweep(wish)
				require.Equal(t, calls, view.Total.Missing)
				require.Equal(t, calls, view.Done)
				got := slices.Clone(r.delivered)
				if newestFirst {
					slices.Reverse(want)
				}
				require.Equal(t, want, got)
			})
		}
	}
}

// Aircall shows 10,000 of a list and refuses the pages beyond.
func TestADayWithMoreCallsThanAircallListsIsHalved(t *testing.T) {
	t.Parallel()
	o, r := sweeping(t)
	const calls = aircall.MostListed + 100
	for n := range calls {
		// All but a few on a number that is not logged, most of them in one hour.
		o.happened(int64(n+1), 20*time.Hour-time.Duration(n)*200*time.Millisecond, func(c *simulator.Call) {
			if n%1000 != 7 {
				c.NumberID = otherLine
			}
		})
	}
	view := o.sweep(o.lastDays(1))
	require.Equal(t, calllog.Counts{Listed: calls, Missing: 11, NotMapped: calls - 11}, view.Total)
	require.Len(t, r.delivered, 11)
	for _, request := range o.aircall.Requests() {
		require.Equal(t, http.StatusOK, request.Status, request.Query)
	}
}

func TestWhatAircallHasForgottenIsNotAskedFor(t *testing.T) {
	t.Parallel()
	o, r := sweeping(t)
	o.happened(1, 200*24*time.Hour)
	o.happened(2, 170*24*time.Hour)
	view := o.sweep(o.lastDays(365))
	require.Equal(t, []int64{2}, r.delivered)
	require.Equal(t, 1, view.Total.Listed)
	earliest := calllog.EarliestListed(o.ring).Add(-2 * time.Second).Unix()
	for _, request := range o.aircall.Requests() {
		var from int64
		_, err := fmt.Sscanf(request.Query[slices.Index([]byte(request.Query), 'f'):], "fetch_aiva_conv=true&fetch_call_timeline=true&fetch_contact=true&fetch_short_urls=true&from=%d", &from)
		require.NoError(t, err)
		require.GreaterOrEqual(t, from, earliest)
	}
}

func TestATroubleInTheMiddleIsWaitedFor(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]simulator.Fault{
		"a rate limit":       {Status: http.StatusTooManyRequests, Header: map[string]string{"Retry-After": "60"}, Times: 2},
		"a server error":     {Status: http.StatusBadGateway, Times: 3},
		"a lost answer":      {Drop: simulator.DropAfter, Times: 1},
		"a longer breakdown": {Status: http.StatusServiceUnavailable, Times: 12},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o, r := sweeping(t)
			for n := range 120 {
				o.happened(int64(n+1), 20*time.Hour-time.Duration(n)*time.Minute)
			}
			fault.PathPattern, fault.Skip = "/v1/calls", 1
			require.NoError(t, o.aircall.Fault(fault))
			view := o.sweep(o.lastDays(1))
			require.Equal(t, workflows.BackfillDone, view.Stage)
			require.Equal(t, 120, view.Done)
			require.Len(t, r.delivered, 120, "each once")
		})
	}
}

func TestARateLimitShowsUntilWhenABackfillWaits(t *testing.T) {
	t.Parallel()
	o, _ := sweeping(t)
	o.happened(1, 20*time.Hour)
	require.NoError(t, o.aircall.Fault(simulator.Fault{PathPattern: "/v1/calls", Status: http.StatusTooManyRequests, Times: 1}))
	var seen workflows.BackfillView
	o.sweep(o.lastDays(1), func(env *testsuite.TestWorkflowEnvironment) {
		env.RegisterDelayedCallback(func() { seen = o.backfillView() }, 2*time.Second)
	})
	require.Equal(t, workflows.BackfillWaits, seen.Stage)
	require.Equal(t, contract.VendorAircall, seen.Of)
	require.Equal(t, workflows.StatusWaiting, seen.Status)
	require.WithinDuration(t, o.ring.Add(time.Minute), seen.WaitsUntil, 5*time.Second)
}

func (o *office) backfillView() workflows.BackfillView {
	o.t.Helper()
	answer, err := o.env.QueryWorkflow(workflows.StatusQuery)
	require.NoError(o.t, err)
	var view workflows.BackfillView
	require.NoError(o.t, answer.Get(&view))
	return view
}

// decide sends an update at a time of the workflow, and notes the answer.
func (o *office) decide(after time.Duration, decision string, answer *updateAnswer) func(env *testsuite.TestWorkflowEnvironment) {
	return func(env *testsuite.TestWorkflowEnvironment) {
		env.RegisterDelayedCallback(func() {
			env.UpdateWorkflow(decision, fmt.Sprint(decision, after), answer, workflows.Decision{By: "Mia"})
		}, after)
	}
}

type updateAnswer struct {
	text string
	err  error
}

func (u *updateAnswer) Accept()          {}
func (u *updateAnswer) Reject(err error) { u.err = err }
func (u *updateAnswer) Complete(value any, err error) {
	u.text, _ = value.(string)
	if err != nil {
		u.err = err
	}
}

func TestABackfillIsPausedResumedAndStopped(t *testing.T) {
	t.Parallel()
	o, r := sweeping(t)
	for n := range 60 {
		o.happened(int64(n+1), 20*time.Hour-time.Duration(n)*time.Minute)
	}
	// Each takes until the next look, so that it lasts a few seconds.
	r.becomes = func(int64) calllog.RunState { return calllog.RunGoesOn }
	finish := func(env *testsuite.TestWorkflowEnvironment) {
		for n := range 40 {
			env.RegisterDelayedCallback(func() {
				r.mu.Lock()
				defer r.mu.Unlock()
				if n == 5 {
					r.becomes = nil
				}
				for call, state := range r.state {
					if state == calllog.RunGoesOn {
						require.NoError(t, r.o.store.Settle(t.Context(), calllog.Key("acme", call, calllog.PartSecondLog), call))
						delete(r.state, call)
					}
				}
			}, time.Duration(n)*time.Second+500*time.Millisecond)
		}
	}
	var tooEarly, paused, twice, resumed updateAnswer
	var during, later workflows.BackfillView
	view := o.sweep(o.lastDays(1), finish, o.decide(100*time.Millisecond, workflows.Resume, &tooEarly),
		o.decide(200*time.Millisecond, workflows.Pause, &paused), o.decide(5*time.Second, workflows.Pause, &twice),
		func(env *testsuite.TestWorkflowEnvironment) {
			env.RegisterDelayedCallback(func() { during = o.backfillView() }, 10*time.Second)
			env.RegisterDelayedCallback(func() { later = o.backfillView() }, time.Hour)
		}, o.decide(time.Hour+time.Second, workflows.Resume, &resumed))
	require.ErrorContains(t, tooEarly.err, "there is nothing to resume")
	require.NoError(t, paused.err)
	require.Contains(t, paused.text, "paused")
	require.ErrorContains(t, twice.err, "paused already")
	require.Equal(t, workflows.BackfillPaused, during.Stage)
	require.Equal(t, during.Count, later.Count, "nothing is delivered meanwhile")
	require.Less(t, during.Count, 60)
	require.Equal(t, during.Count, during.Done, "what was delivered is followed to its end")
	require.Equal(t, "resumed", resumed.text)
	require.Equal(t, 60, view.Done)
	require.Len(t, r.delivered, 60)
	require.Equal(t, workflows.Resume, view.Decided)
	require.Equal(t, "Mia", view.Who)
}

func TestAStoppedBackfillEndsAndTheNextOneGoesOn(t *testing.T) {
	t.Parallel()
	o, r := sweeping(t)
	for n := range 60 {
		o.happened(int64(n+1), 20*time.Hour-time.Duration(n)*time.Minute)
	}
	r.becomes = func(int64) calllog.RunState { return calllog.RunGoesOn }
	var stopped updateAnswer
	view := o.sweep(o.lastDays(1), o.decide(2*time.Second, workflows.Stop, &stopped))
	require.Contains(t, stopped.text, "stopped")
	require.Equal(t, workflows.BackfillStopped, view.Stage)
	require.Equal(t, workflows.StatusSkipped, view.Status)
	first := len(r.delivered)
	require.Less(t, first, 60)

	for call := range r.state {
		require.NoError(t, o.store.Settle(t.Context(), calllog.Key("acme", call, calllog.PartSecondLog), call))
	}
	clear(r.state)
	r.becomes = nil
	view = o.sweep(o.lastDays(1))
	require.Equal(t, first, view.Total.Logged)
	require.Equal(t, 60-first, view.Done)
	require.Len(t, r.delivered, 60)
}

func TestACallThatIsLoggedLiveMeanwhileIsNotDelivered(t *testing.T) {
	t.Parallel()
	o, r := sweeping(t)
	for n := range 30 {
		o.happened(int64(n+1), 20*time.Hour-time.Duration(n)*time.Minute)
	}
	r.becomes = func(int64) calllog.RunState { return calllog.RunGoesOn }
	view := o.sweep(o.lastDays(1), func(env *testsuite.TestWorkflowEnvironment) {
		env.RegisterDelayedCallback(func() {
			r.mu.Lock()
			defer r.mu.Unlock()
			// The webhooks of some that still wait came after all, and the others are done.
			for _, call := range []int64{28, 29} {
				require.NoError(t, o.store.Settle(t.Context(), calllog.Key("acme", call, calllog.PartSecondLog), call))
			}
			r.state[30] = calllog.RunGoesOn
			for _, call := range r.delivered {
				require.NoError(t, o.store.Settle(t.Context(), calllog.Key("acme", call, calllog.PartSecondLog), call))
			}
			r.becomes = nil
		}, 1500*time.Millisecond)
	})
	require.Equal(t, calllog.Counts{Listed: 30, Logged: 2, Missing: 27, Running: 1}, view.Total)
	require.Len(t, r.delivered, 27)
	require.NotContains(t, r.delivered, int64(30))
}

func TestCallsThatNeedAttentionTryAgainWhereThatIsWanted(t *testing.T) {
	t.Parallel()
	o, r := sweeping(t)
	o.happened(1, 20*time.Hour)
	o.happened(2, 19*time.Hour)
	o.happened(3, 18*time.Hour)
	r.state[1], r.state[2] = calllog.RunParked, calllog.RunParked
	view := o.sweep(o.lastDays(1))
	require.Equal(t, calllog.Counts{Listed: 3, Missing: 1, Cannot: 2}, view.Total)
	require.Empty(t, r.again)

	r.becomes = func(call int64) calllog.RunState {
		if call == 2 {
			return calllog.RunParked
		}
		return "logged"
	}
	wish := o.lastDays(1)
	wish.Failed = true
	view = o.sweep(wish)
	require.Equal(t, []int64{1, 2}, r.again)
	require.Equal(t, []int64{3}, r.delivered)
	require.Equal(t, calllog.Counts{Listed: 3, Logged: 1, Missing: 2}, view.Total)
	require.Equal(t, 1, view.Done)
	require.Equal(t, []int64{2}, view.Attention)
	require.Equal(t, workflows.StatusNeedsAttention, view.Status)
}

func TestManyCallsInARowThatNeedAttentionStopABackfill(t *testing.T) {
	t.Parallel()
	o, r := sweeping(t)
	for n := range 60 {
		o.happened(int64(n+1), 20*time.Hour-time.Duration(n)*time.Minute)
	}
	r.becomes = func(int64) calllog.RunState { return calllog.RunParked }
	var seen workflows.BackfillView
	var resumed updateAnswer
	view := o.sweep(o.lastDays(1), func(env *testsuite.TestWorkflowEnvironment) {
		env.RegisterDelayedCallback(func() {
			seen = o.backfillView()
			r.becomes = nil
		}, time.Minute)
	}, o.decide(2*time.Minute, workflows.Resume, &resumed))
	require.Equal(t, workflows.BackfillParked, seen.Stage)
	require.Equal(t, calllog.HelpScoutRefused, seen.Parked.Problem)
	require.LessOrEqual(t, seen.Count, 20, "no more than were under way")
	require.Equal(t, "resumed", resumed.text)
	require.Equal(t, workflows.BackfillDone, view.Stage)
	require.Len(t, view.Attention, seen.Count)
	require.Equal(t, 60-seen.Count, view.Done)
}

func TestABackfillLeavesRequestsToLiveCalls(t *testing.T) {
	t.Parallel()
	o, r := sweeping(t)
	for n := range 45 {
		o.happened(int64(n+1), 20*time.Hour-time.Duration(n)*time.Minute)
	}
	remaining := 400
	at := o.ring
	o.acts.Room = func(string) activities.Room {
		r.mu.Lock()
		defer r.mu.Unlock()
		if now := o.env.Now(); now.Sub(at) >= time.Minute {
			at, remaining = now, 400
		}
		room := activities.Room{Limit: 400, Units: remaining - 200}
		if room.Units < calllog.BackfillUnits {
			room.Units, room.HelpScout = 0, time.Minute-o.env.Now().Sub(at)
		}
		return room
	}
	lowest := remaining
	r.onDelivery = func(int) {
		remaining -= calllog.BackfillUnits
		lowest = min(lowest, remaining)
	}
	var seen workflows.BackfillView
	begun := o.ring
	view := o.sweep(o.lastDays(1), func(env *testsuite.TestWorkflowEnvironment) {
		env.RegisterDelayedCallback(func() { seen = o.backfillView() }, 30*time.Second)
	})
	require.Equal(t, 45, view.Done)
	require.GreaterOrEqual(t, lowest, 200-calllog.BackfillUnits, "half of them are left")
	require.Equal(t, workflows.BackfillWaits, seen.Stage)
	require.Equal(t, contract.VendorHelpScout, seen.Of)
	require.Equal(t, 400, view.Limit)
	require.Greater(t, o.env.Now().Sub(begun), time.Minute)
}

// What was delivered before a worker died is neither delivered nor counted twice.
func TestAnActivityThatIsCutOffDeliversNothingTwice(t *testing.T) {
	t.Parallel()
	o, r := sweeping(t)
	for n := range 15 {
		o.happened(int64(n+1), 20*time.Hour-time.Duration(n)*time.Minute)
	}
	r.becomes = func(call int64) calllog.RunState {
		if call%2 == 0 {
			return "logged"
		}
		return calllog.RunGoesOn
	}
	r.onDelivery = func(n int) {
		r.fails = nil
		if n == 8 && r.becomes != nil {
			r.fails = fmt.Errorf("no route to Temporal")
			r.becomes = nil
		}
	}
	view := o.sweep(o.lastDays(1), func(env *testsuite.TestWorkflowEnvironment) {
		env.RegisterDelayedCallback(func() {
			for call := range r.state {
				require.NoError(t, o.store.Settle(t.Context(), calllog.Key("acme", call, calllog.PartSecondLog), call))
			}
			clear(r.state)
		}, 10*time.Second)
	})
	require.Equal(t, calllog.Counts{Listed: 15, Missing: 15}, view.Total)
	slices.Sort(r.delivered)
	require.Len(t, slices.Compact(slices.Clone(r.delivered)), 15)
	require.Len(t, r.delivered, 15)
}

func TestABackfillOfAnInstallationThatIsGoneEnds(t *testing.T) {
	t.Parallel()
	o, _ := sweeping(t)
	require.NoError(t, o.store.DeleteInstallation(t.Context(), "acme"))
	view := o.sweep(o.lastDays(1))
	require.Equal(t, workflows.BackfillStopped, view.Stage)
}

func TestALongBackfillContinuesAsNew(t *testing.T) {
	t.Parallel()
	o, r := sweeping(t)
	for n := range 40 {
		o.happened(int64(n+1), 40*24*time.Hour-time.Duration(n)*24*time.Hour)
	}
	view := o.sweep(o.lastDays(40))
	require.Greater(t, o.chain, 3, "a run is not about more than ten days")
	require.Equal(t, 40, view.Done)
	require.Len(t, r.delivered, 40)
	require.Equal(t, 40, view.Total.Missing)
}
