package health_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/calllog"
	"callscout/health"
	"callscout/settings"
	"callscout/store"
)

// noon is when these tests look: a Monday in office hours.
var noon = monday.Add(12*time.Hour + 30*time.Minute)

func ago(d time.Duration) time.Time { return noon.Add(-d) }

func known[T any](value T) health.Known[T] {
	return health.Known[T]{Value: value, At: ago(time.Second)}
}

func lost[T any](value T, since time.Duration) health.Known[T] {
	return health.Known[T]{Value: value, At: ago(since + time.Second), Lost: ago(since)}
}

// well are the facts of an installation in which nothing is wrong.
func well() health.Facts {
	return health.Facts{
		Now: noon,
		Installation: settings.Installation{
			ID: "acme", Aircall: settings.AircallAccount{APIID: "a", APIToken: "b", WebhookToken: "c"},
			HelpScout: settings.HelpScoutAccount{AppID: "d", AppSecret: "e", WebhookSecret: "f"},
			Numbers:   []settings.Number{{AircallNumber: 4711, Inbox: 85}},
		},
		Findings:   known(store.Findings{CheckedAt: ago(5 * time.Minute), Clock: &store.Clock{Host: "api.aircall.io", Off: -2 * time.Second, At: ago(5 * time.Minute)}}),
		Aircall:    known(health.Heard{Last: ago(2 * time.Minute), Hours: office(4)}),
		HelpScout:  known(health.Heard{Last: ago(time.Hour), Hours: office(4)}),
		Budget:     known(health.Budget{Remaining: 320, Limit: 400, At: ago(time.Minute)}),
		Inbox:      known(health.Inbox{}),
		Reconciled: known(store.Reconciled{LookedAt: ago(9 * time.Minute)}),
		Program: health.Program{
			Temporal: known(health.TemporalState{}), Workers: known(2), Parked: known([]health.Parked(nil)), Database: known("postgres"),
			Disk: known(health.Disk{Free: 40 << 30, Total: 100 << 30}), PublicURL: "https://callscout.example.com", Version: "v1.2.3",
		},
	}
}

// one finds the only check of a name.
func one(t *testing.T, checks []health.Check, name string) health.Check {
	t.Helper()
	var found []health.Check
	for _, check := range checks {
		if check.Name == name {
			found = append(found, check)
		}
	}
	require.Len(t, found, 1, name)
	return found[0]
}

func TestWellIsWellThroughout(t *testing.T) {
	t.Parallel()
	checks := health.Checks(well())
	names := map[string]bool{}
	for _, check := range checks {
		require.True(t, check.Well(), "%s is %s", check.Name, check.State)
		require.Empty(t, check.Problem, check.Name)
		require.True(t, check.Since.IsZero(), check.Name)
		require.False(t, check.CheckedAt.IsZero(), "%s says when it was looked at", check.Name)
		require.False(t, names[check.Name], "%s is there once", check.Name)
		names[check.Name] = true
	}
	for _, check := range calllog.Checks() {
		require.True(t, names[string(check)], "%s is one of the guard's", check)
	}
	require.Len(t, names, 23)
	require.Equal(t, "acme", checks[0].Installation)
	require.Empty(t, one(t, checks, health.CheckVersion).Installation, "the program is no installation's")
}

func TestEachProblemIsSeen(t *testing.T) {
	t.Parallel()
	parked := func(groups ...health.Parked) func(*health.Facts) {
		return func(f *health.Facts) { f.Program.Parked = known(groups) }
	}
	found := func(problems ...store.Finding) func(*health.Facts) {
		return func(f *health.Facts) { f.Findings.Value.Problems = problems }
	}
	gone := store.Finding{Check: "number", Problem: "NumberGone", Subject: 4711, Since: ago(time.Hour)}
	for name, test := range map[string]struct {
		change func(*health.Facts)
		check  string
		want   health.Check
	}{
		"a finding of the guard": {found(gone), "number", health.Check{State: health.Fail, Problem: "NumberGone", Subject: 4711, Since: ago(time.Hour)}},
		"a finding of a guard that is silent": {func(f *health.Facts) {
			found(gone)(f)
			f.Findings.Value.CheckedAt = ago(2 * time.Hour)
		}, "number", health.Check{State: health.Fail, Problem: "NumberGone", Subject: 4711, Since: ago(time.Hour)}},
		"settings of somebody who has not connected yet": {func(f *health.Facts) {
			f.Installation = settings.Installation{ID: "acme"}
			found(store.Finding{Check: "settings", Problem: "Misconfigured", Since: ago(time.Hour)})(f)
		}, "settings", health.Check{State: health.Warn, Problem: "Misconfigured", Since: ago(time.Hour)}},
		"the guard is silent": {func(f *health.Facts) { f.Findings.Value.CheckedAt = ago(time.Hour) }, health.CheckGuard,
			health.Check{State: health.Fail, Problem: health.GuardSilent, Since: ago(30 * time.Minute), At: ago(time.Hour)}},
		"a call stands still": {parked(health.Parked{Installation: "acme", Runs: 3, Oldest: ago(10 * time.Minute)}), health.CheckAttention,
			health.Check{State: health.Warn, Problem: health.CallsParked, Count: 3, At: ago(10 * time.Minute), Since: ago(10 * time.Minute)}},
		"a call stands still for long": {parked(health.Parked{Installation: "acme", Runs: 3, Oldest: ago(10 * time.Minute)},
			health.Parked{Installation: "acme", Runs: 1, Oldest: ago(40 * time.Minute)}, health.Parked{Installation: "globex", Runs: 9, Oldest: ago(time.Hour)}),
			health.CheckAttention, health.Check{State: health.Fail, Problem: health.CallsParked, Count: 4, At: ago(40 * time.Minute), Since: ago(40 * time.Minute)}},
		"messages stand still": {parked(health.Parked{Installation: "acme", Messages: true, Runs: 1, Oldest: ago(900 * time.Hour)}), health.CheckAttention,
			health.Check{State: health.Fail, Problem: health.CallsParked, Count: 1}},
		"others' calls stand still": {parked(health.Parked{Installation: "globex", Runs: 9, Oldest: ago(time.Hour)}), health.CheckAttention, health.Check{State: health.OK}},
		"Aircall is silent": {func(f *health.Facts) { f.Aircall.Value.Last = ago(3*time.Hour + time.Minute) }, health.CheckAircallEvents,
			health.Check{State: health.Fail, Problem: health.AircallSilent, Count: 2, At: ago(3*time.Hour + time.Minute), Since: ago(3*time.Hour + time.Minute)}},
		"Help Scout is silent": {func(f *health.Facts) { f.HelpScout.Value.Last = ago(25 * time.Hour) }, health.CheckHelpScoutEvents,
			health.Check{State: health.Fail, Problem: health.HelpScoutSilent, Count: 3, At: ago(25 * time.Hour), Since: ago(25 * time.Hour)}},
		"Aircall is silent while it is paused": {func(f *health.Facts) { f.Aircall.Value.Last, f.Paused = ago(3*time.Hour+time.Minute), true }, health.CheckAircallEvents,
			health.Check{State: health.OK, Count: 2, At: ago(3*time.Hour + time.Minute)}},
		"nothing ever came": {func(f *health.Facts) { f.Aircall.Value = health.Heard{} }, health.CheckAircallEvents, health.Check{State: health.Unknown}},
		"what is usual is not known": {func(f *health.Facts) { f.Aircall.Value = health.Heard{Last: ago(30 * time.Hour), Hours: office(1)} }, health.CheckAircallEvents,
			health.Check{State: health.Unknown, At: ago(30 * time.Hour), Since: ago(30 * time.Hour)}},
		"the budget was used up once": {func(f *health.Facts) {
			f.Budget.Value = f.Budget.Value.With(0, 400, ago(time.Minute)).With(390, 400, ago(time.Second))
		}, health.CheckBudget, health.Check{State: health.Warn, Problem: health.BudgetExhausted, Count: 390, Of: 400, At: ago(time.Second), Since: ago(time.Minute)}},
		"the budget is used up every minute": {func(f *health.Facts) {
			for minutes := range 7 {
				at := ago(time.Duration(7-minutes) * time.Minute)
				f.Budget.Value = f.Budget.Value.With(400, 400, at.Add(-time.Second)).With(0, 400, at)
			}
		}, health.CheckBudget, health.Check{State: health.Fail, Problem: health.BudgetExhausted, Of: 400, At: ago(time.Minute), Since: ago(7 * time.Minute)}},
		"the budget was used up long ago": {func(f *health.Facts) { f.Budget.Value = f.Budget.Value.With(0, 400, ago(time.Hour)) }, health.CheckBudget,
			health.Check{State: health.OK, Of: 400, At: ago(time.Hour)}},
		"Help Scout never said anything": {func(f *health.Facts) { f.Budget.Value = health.Budget{} }, health.CheckBudget, health.Check{State: health.Unknown}},
		"events wait": {func(f *health.Facts) { f.Inbox.Value = health.Inbox{Waiting: 4, Oldest: ago(3 * time.Minute)} }, health.CheckWaiting,
			health.Check{State: health.Fail, Problem: health.EventsWaiting, Count: 4, At: ago(3 * time.Minute), Since: ago(3 * time.Minute)}},
		"events wait for a Temporal that is away": {func(f *health.Facts) {
			f.Inbox.Value = health.Inbox{Waiting: 4, Oldest: ago(3 * time.Minute)}
			f.Program.Temporal = lost(health.TemporalState{}, 3*time.Minute)
		}, health.CheckWaiting, health.Check{State: health.Warn, Problem: health.EventsWaiting, Count: 4, At: ago(3 * time.Minute), Since: ago(3 * time.Minute)}},
		"events were not understood": {func(f *health.Facts) { f.Inbox.Value.Held = 2 }, health.CheckHeld, health.Check{State: health.Warn, Problem: health.EventsHeld, Count: 2}},
		"no call is lost":            {func(*health.Facts) {}, health.CheckUnlogged, health.Check{State: health.OK, At: ago(9 * time.Minute)}},
		"calls are lost": {func(f *health.Facts) { f.Reconciled.Value.Unlogged = 3 }, health.CheckUnlogged,
			health.Check{State: health.Warn, Problem: health.CallsUnlogged, Count: 3, At: ago(9 * time.Minute)}},
		"lost calls need attention": {func(f *health.Facts) {
			f.Reconciled.Value.Unlogged = 3
			f.Program.Parked = known([]health.Parked{{Installation: "acme", Problem: "InboxGone", Runs: 3, Oldest: ago(time.Hour)}})
		}, health.CheckUnlogged, health.Check{State: health.OK, Count: 3, At: ago(9 * time.Minute)}},
		"nobody looks for lost calls": {func(f *health.Facts) { f.Reconciled.Value.LookedAt = ago(2 * time.Hour) }, health.CheckUnlogged,
			health.Check{State: health.Unknown, At: ago(2 * time.Hour), Since: ago(2 * time.Hour)}},
		"lost calls were not looked for yet": {func(f *health.Facts) { f.Reconciled.Value = store.Reconciled{} }, health.CheckUnlogged, health.Check{State: health.Unknown}},
		"lost calls are not looked for while it is paused": {func(f *health.Facts) {
			f.Paused, f.Reconciled.Value.Unlogged = true, 3
		}, health.CheckUnlogged, health.Check{State: health.OK, At: ago(9 * time.Minute)}},
		"the clock is wrong": {func(f *health.Facts) { f.Findings.Value.Clock.Off = -40 * time.Second }, health.CheckClock,
			health.Check{State: health.Fail, Problem: health.ClockOff, Count: 40, Detail: "api.aircall.io"}},
		"it is paused":     {func(f *health.Facts) { f.Paused = true }, health.CheckLogging, health.Check{State: health.Warn, Problem: health.Paused, Count: 1}},
		"no number":        {func(f *health.Facts) { f.Installation.Numbers = nil }, health.CheckLogging, health.Check{State: health.Warn, Problem: health.NotMapped}},
		"Temporal is away": {func(f *health.Facts) { f.Program.Temporal = lost(health.TemporalState{}, 2*time.Minute) }, health.CheckTemporal, health.Check{State: health.Fail, Problem: health.TemporalAway, Since: ago(2 * time.Minute)}},
		"Temporal went away just now": {func(f *health.Facts) { f.Program.Temporal = lost(health.TemporalState{}, 30*time.Second) }, health.CheckTemporal,
			health.Check{State: health.Unknown, Since: ago(30 * time.Second)}},
		"Temporal is not set up": {func(f *health.Facts) { f.Program.Temporal.Value.NotSetUp = true }, health.CheckTemporal, health.Check{State: health.Fail, Problem: health.TemporalNotSet}},
		"no worker":              {func(f *health.Facts) { f.Program.Workers = known(0) }, health.CheckWorkers, health.Check{State: health.Fail, Problem: health.NoWorker}},
		"the database is away": {func(f *health.Facts) { f.Program.Database = lost("postgres", 2*time.Minute) }, health.CheckDatabase,
			health.Check{State: health.Fail, Problem: health.DatabaseAway, Detail: "postgres", Since: ago(2 * time.Minute)}},
		"little disk": {func(f *health.Facts) { f.Program.Disk.Value.Free = 1 << 30 }, health.CheckDisk, health.Check{State: health.Warn, Problem: health.DiskFull, Count: 1 << 30, Of: 100 << 30}},
		"no disk":     {func(f *health.Facts) { f.Program.Disk.Value.Free = 1 << 20 }, health.CheckDisk, health.Check{State: health.Fail, Problem: health.DiskFull, Count: 1 << 20, Of: 100 << 30}},
		"no HTTPS": {func(f *health.Facts) { f.Program.PublicURL = "http://callscout.example.com" }, health.CheckAddress,
			health.Check{State: health.Warn, Problem: health.NotHTTPS, Detail: "http://callscout.example.com"}},
		"this machine only": {func(f *health.Facts) { f.Program.PublicURL = "http://127.0.0.1:8080" }, health.CheckAddress, health.Check{State: health.OK, Detail: "http://127.0.0.1:8080"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := well()
			test.change(&f)
			got := one(t, health.Checks(f), test.check)
			test.want.Name, test.want.Installation, test.want.CheckedAt = got.Name, got.Installation, got.CheckedAt
			require.Equal(t, test.want, got)
		})
	}
}

// One cause is one problem: it is not told three times.
func TestOneCauseIsOneProblem(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*health.Facts){
		"Temporal is away": func(f *health.Facts) {
			f.Program.Temporal = lost(health.TemporalState{}, time.Hour)
			f.Program.Workers, f.Program.Parked = lost(1, time.Hour), lost([]health.Parked(nil), time.Hour)
			f.Findings.Value.CheckedAt, f.Findings.Value.Clock.At = ago(time.Hour), ago(time.Hour)
			f.Inbox.Value = health.Inbox{Waiting: 3, Oldest: ago(time.Hour)}
		},
		"no worker": func(f *health.Facts) {
			f.Program.Workers = known(0)
			f.Findings.Value.CheckedAt, f.Findings.Value.Clock.At = ago(time.Hour), ago(time.Hour)
		},
		"a new namespace": func(f *health.Facts) {
			f.Program.Temporal.Value.NotSetUp, f.Program.Workers = true, known(0)
			f.Findings.Value = store.Findings{}
		},
		"Aircall refuses us": func(f *health.Facts) {
			f.Findings.Value.Problems = []store.Finding{{Check: "aircall", Problem: "AircallUnauthorized", Since: ago(time.Hour)}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := well()
			change(&f)
			require.Len(t, health.Report{Checks: health.Checks(f)}.Problems(), 1)
		})
	}
}

// What was not looked at is never green.
func TestWhatWasNotSeenIsNotKnown(t *testing.T) {
	t.Parallel()
	f := well()
	f.Findings, f.Aircall = lost(f.Findings.Value, time.Minute), lost(f.Aircall.Value, time.Minute)
	f.Reconciled = lost(f.Reconciled.Value, time.Minute)
	f.HelpScout, f.Budget, f.Inbox = lost(f.HelpScout.Value, time.Minute), lost(f.Budget.Value, time.Minute), lost(f.Inbox.Value, time.Minute)
	p := &f.Program
	p.Temporal, p.Workers, p.Parked = lost(p.Temporal.Value, time.Minute), lost(p.Workers.Value, time.Minute), lost(p.Parked.Value, time.Minute)
	p.Database, p.Disk = lost(p.Database.Value, time.Minute), lost(p.Disk.Value, time.Minute)
	for _, check := range health.Checks(f) {
		if check.Name == health.CheckLogging || check.Name == health.CheckAddress || check.Name == health.CheckVersion {
			require.True(t, check.Well(), check.Name)
			continue
		}
		require.Equal(t, health.Unknown, check.State, check.Name)
		require.False(t, check.Since.IsZero(), "%s says since when", check.Name)
	}
	for _, check := range health.Checks(health.Facts{Now: noon, Installation: well().Installation}) {
		if check.Name != health.CheckLogging && check.Name != health.CheckAddress && check.Name != health.CheckVersion {
			require.Equal(t, health.Unknown, check.State, "%s was never looked at", check.Name)
		}
	}

	f = well()
	f.Findings.Value.Problems = []store.Finding{
		{Check: "aircall", Problem: "AircallUnauthorized", Since: ago(time.Hour)}, {Check: "helpscout", Problem: "HelpScoutUnauthorized", Since: ago(2 * time.Hour)},
	}
	checks := health.Checks(f)
	for _, name := range []string{"webhook", "webhook_events", "number"} {
		require.Equal(t, health.Unknown, one(t, checks, name).State, name)
		require.Equal(t, ago(time.Hour), one(t, checks, name).Since, name)
	}
	require.Equal(t, health.Unknown, one(t, checks, "inbox").State)
	require.Equal(t, ago(2*time.Hour), one(t, checks, "inbox").Since)
}

func TestHelpScoutsWebhooksAreOptional(t *testing.T) {
	t.Parallel()
	f := well()
	f.Installation.HelpScout.WebhookSecret, f.HelpScout.Value = "", health.Heard{}
	for _, check := range health.Checks(f) {
		require.NotEqual(t, health.CheckHelpScoutEvents, check.Name)
	}
	f.Findings.Value.Problems = []store.Finding{{Check: "helpscout", Problem: "HelpScoutEnding", Since: ago(time.Hour)}}
	require.Equal(t, health.Fail, one(t, health.Checks(f), "helpscout").State)
	require.Equal(t, health.OK, one(t, health.Checks(f), "inbox").State, "a connection that ends is looked through until then")
	f.Program.Disk = health.Known[health.Disk]{}
	for _, check := range health.Checks(f) {
		require.NotEqual(t, health.CheckDisk, check.Name, "the disk of a database elsewhere is not seen")
	}
}
