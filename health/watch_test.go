package health_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/health"
	"callscout/settings"
	"callscout/store"
)

var errAway = errors.New("away")

// world is a store, a Temporal and a clock that a test sets.
type world struct {
	mu       sync.Mutex
	now      time.Time
	away     map[string]bool
	asked    map[string]int
	findings store.Findings
	memories map[string]string
	times    map[string]time.Time
	parked   []health.Parked
	workers  int
	err      error
	// hang blocks the question for workers until it is closed.
	hang chan struct{}
}

func newWorld() *world {
	return &world{
		now: noon, away: map[string]bool{}, asked: map[string]int{}, memories: map[string]string{}, times: map[string]time.Time{}, workers: 1,
		findings: store.Findings{CheckedAt: noon.Add(-time.Minute)},
	}
}

func (w *world) watch() *health.Watch {
	return &health.Watch{Store: w, Temporal: w, PublicURL: "https://callscout.example.com", Version: "v1", Now: w.time}
}

func (w *world) time() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

// ask counts a question, and fails it where nobody answers.
func (w *world) ask(what string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.asked[what]++
	if w.away[what] {
		return errAway
	}
	return nil
}

func (w *world) count(what string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.asked[what]
}

func (w *world) fail(away bool, what ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, one := range what {
		w.away[one] = away
	}
}

func (w *world) Findings(context.Context, string) (store.Findings, error) {
	return w.findings, w.ask("findings")
}

func (w *world) Reconciled(context.Context, string) (store.Reconciled, error) {
	return store.Reconciled{LookedAt: noon.Add(-time.Minute)}, w.ask("reconciled")
}

func (w *world) Recall(_ context.Context, installation, kind, key string) (string, time.Time, bool, error) {
	err := w.ask("recall")
	w.mu.Lock()
	defer w.mu.Unlock()
	name := installation + "/" + kind + "/" + key
	value, known := w.memories[name]
	return value, w.times[name], known, err
}

func (w *world) Remember(_ context.Context, installation, kind, key, value string) error {
	if err := w.ask("remember"); err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	name := installation + "/" + kind + "/" + key
	w.memories[name], w.times[name] = value, w.now
	return nil
}

func (w *world) Lock(context.Context, string) (func(), error) { return func() {}, w.ask("lock") }

func (w *world) InboxCountsOf(context.Context, string) (int64, int64, time.Time, error) {
	return 0, 0, time.Time{}, w.ask("inbox")
}

func (w *world) Ping(context.Context) error { return w.ask("ping") }
func (w *world) Dialect() string            { return "sqlite" }

func (w *world) Reachable(context.Context) error {
	return errors.Join(w.ask("temporal"), w.err)
}

func (w *world) Workers(ctx context.Context) (int, error) {
	err := w.ask("workers")
	if w.hang != nil {
		select {
		case <-w.hang:
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
	return w.workers, err
}

func (w *world) Parked(context.Context) ([]health.Parked, error) { return w.parked, w.ask("parked") }

func (w *world) CallsSince(_ context.Context, installation string, since time.Time) (int64, error) {
	if installation != "acme" || !since.Equal(w.time().Add(-24*time.Hour)) {
		return 0, errors.New("another question")
	}
	return 214, w.ask("calls")
}

func acme() settings.Installation { return well().Installation }

func look(t *testing.T, w *health.Watch, name string) health.Check {
	t.Helper()
	return one(t, w.Look(t.Context(), acme()).Checks, name)
}

func TestManyPagesAskOnce(t *testing.T) {
	t.Parallel()
	w := newWorld()
	watch := w.watch()
	for range 20 {
		report := watch.Look(t.Context(), acme())
		require.EqualValues(t, 214, report.Calls.Value)
		require.True(t, report.Calls.Sure())
	}
	for _, what := range []string{"findings", "inbox", "temporal", "workers", "parked", "ping", "calls"} {
		require.Equal(t, 1, w.count(what), what)
	}
	w.pass(11 * time.Second)
	watch.Look(t.Context(), acme())
	require.Equal(t, 2, w.count("parked"))
	require.Equal(t, 2, w.count("findings"))
	require.Equal(t, 1, w.count("calls"), "calls are counted by the minute")
	watch.Forget("acme")
	watch.Look(t.Context(), acme())
	require.Equal(t, 3, w.count("findings"))
	require.Equal(t, 3, w.count("workers"))
}

func TestWhoDoesNotAnswerIsNotKnownSinceThen(t *testing.T) {
	t.Parallel()
	w := newWorld()
	watch := w.watch()
	require.True(t, look(t, watch, health.CheckWorkers).Well())
	lostAt := noon.Add(11 * time.Second)
	w.pass(11 * time.Second)
	w.fail(true, "temporal", "workers", "parked", "findings", "reconciled", "recall", "inbox", "ping", "calls")
	for range 3 {
		for _, name := range []string{health.CheckTemporal, health.CheckWorkers, health.CheckAttention, health.CheckDatabase, health.CheckHeld, health.CheckUnlogged, health.CheckBudget} {
			check := look(t, watch, name)
			require.Equal(t, health.Unknown, check.State, name)
			require.Equal(t, lostAt, check.Since, name)
		}
		w.pass(11 * time.Second)
	}
	require.False(t, watch.Look(t.Context(), acme()).Facts.Inbox.Sure())
	w.pass(time.Minute)
	away := look(t, watch, health.CheckTemporal)
	require.Equal(t, health.Fail, away.State, "it is away for more than a minute")
	require.Equal(t, health.TemporalAway, away.Problem)
	require.Equal(t, lostAt, away.Since)
	require.Equal(t, health.DatabaseAway, look(t, watch, health.CheckDatabase).Problem)
	w.fail(false, "temporal", "workers", "parked", "findings", "reconciled", "recall", "inbox", "ping", "calls")
	w.pass(11 * time.Second)
	for _, name := range []string{health.CheckTemporal, health.CheckWorkers, health.CheckAttention, health.CheckDatabase, health.CheckHeld} {
		require.True(t, look(t, watch, name).Well(), name)
	}
}

// What does not say since when it is wrong, is wrong since it was seen.
func TestWhatIsWrongIsDated(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.workers = 0
	watch := w.watch()
	require.Equal(t, noon, look(t, watch, health.CheckWorkers).Since)
	w.pass(time.Hour)
	require.Equal(t, noon, look(t, watch, health.CheckWorkers).Since)
	w.workers = 1
	w.pass(time.Minute)
	require.True(t, look(t, watch, health.CheckWorkers).Well())
	w.workers = 0
	w.pass(time.Minute)
	require.Equal(t, noon.Add(time.Hour+2*time.Minute), look(t, watch, health.CheckWorkers).Since, "a new loss is a new one")
}

func TestATemporalThatIsNotSetUpAnswers(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.err = errors.Join(health.ErrNotSetUp, errAway)
	check := look(t, w.watch(), health.CheckTemporal)
	require.Equal(t, health.TemporalNotSet, check.Problem)
	without := w.watch()
	without.Temporal = nil
	require.Equal(t, health.Unknown, look(t, without, health.CheckTemporal).State, "nobody can be asked")
}

func TestAPageHasTheOlderAnswerWhereTheNewOneIsLate(t *testing.T) {
	t.Parallel()
	w := newWorld()
	watch := w.watch()
	look(t, watch, health.CheckWorkers)
	w.hang = make(chan struct{})
	w.workers = 2
	w.pass(11 * time.Second)
	begun := time.Now()
	require.EqualValues(t, 1, look(t, watch, health.CheckWorkers).Count)
	require.Less(t, time.Since(begun), 2*time.Second)
	close(w.hang)
	require.Eventually(t, func() bool { return look(t, watch, health.CheckWorkers).Count == 2 }, 10*time.Second, 10*time.Millisecond)
}

func TestTheDiskOfTheDataFolderIsSeen(t *testing.T) {
	t.Parallel()
	w := newWorld()
	watch := w.watch()
	watch.DataDir = health.OnSQLite(w.Dialect(), t.TempDir())
	check := look(t, watch, health.CheckDisk)
	require.Positive(t, check.Of)
	require.LessOrEqual(t, check.Count, check.Of)
	require.Empty(t, health.OnSQLite(store.PostgreSQL, "/data"))
}

func TestWhatCameIsHeardOfInEveryProcess(t *testing.T) {
	t.Parallel()
	w := newWorld()
	one, other := &health.Ears{Memory: w, Now: w.time}, &health.Ears{Memory: w, Now: w.time}
	watch := w.watch()
	require.True(t, look(t, watch, health.CheckAircallEvents).At.IsZero())
	require.NoError(t, one.Heard(t.Context(), "acme", health.Aircall))
	require.NoError(t, one.Heard(t.Context(), "acme", health.Aircall))
	require.Equal(t, 2, w.count("remember"), "the moment and the hour, once")
	w.pass(30 * time.Second)
	require.NoError(t, one.Heard(t.Context(), "acme", health.Aircall))
	require.Equal(t, 3, w.count("remember"), "the moment")
	require.Equal(t, w.time(), look(t, watch, health.CheckAircallEvents).At)
	w.pass(time.Hour)
	require.NoError(t, other.Heard(t.Context(), "acme", health.Aircall))
	require.NoError(t, other.Heard(t.Context(), "globex", health.Aircall))
	facts := watch.Look(t.Context(), acme()).Facts
	require.Equal(t, health.Hours{health.HourOf(noon), health.HourOf(noon) + 1}, facts.Aircall.Value.Hours, "each adds to what others heard")
	require.Equal(t, w.time(), facts.Aircall.Value.Last)
	require.True(t, facts.HelpScout.Value.Last.IsZero())

	w.pass(time.Hour)
	w.fail(true, "lock")
	require.ErrorIs(t, one.Heard(t.Context(), "acme", health.Aircall), errAway)
	w.fail(false, "lock")
	require.NoError(t, one.Heard(t.Context(), "acme", health.Aircall), "the next one notes it")
	w.pass(time.Minute)
	require.Len(t, watch.Look(t.Context(), acme()).Facts.Aircall.Value.Hours, 3)
}

func TestABudgetIsReadAsItWasKept(t *testing.T) {
	t.Parallel()
	w := newWorld()
	kept := health.Budget{}.With(0, 400, noon.Add(-time.Minute))
	require.NoError(t, health.KeepBudget(t.Context(), w, "acme", kept))
	require.Equal(t, kept, w.watch().Look(t.Context(), acme()).Facts.Budget.Value)
	w.memories["acme/request-budget/helpscout"] = "of another version"
	require.Zero(t, w.watch().Look(t.Context(), acme()).Facts.Budget.Value)
}
