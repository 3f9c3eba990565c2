package health

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"callscout/settings"
	"callscout/store"
)

const (
	// programFor and installationFor are how long what was seen is shown again: every
	// page asks.
	programFor, installationFor = 10 * time.Second, 5 * time.Second
	// askWithin is how long one question may take, parkedWithin the one that may have
	// many pages.
	askWithin, parkedWithin = 3 * time.Second, 15 * time.Second
	// patience is how long a page waits for a fresh answer where it has an older one.
	patience = 300 * time.Millisecond
	// callsFor is how long a count of calls is shown again.
	callsFor = time.Minute
)

// ErrNotSetUp says that Temporal answers and takes nothing yet.
var ErrNotSetUp = errors.New("the namespace is not set up")

// Store is what is read of the store. *store.Store has it.
type Store interface {
	Findings(ctx context.Context, installation string) (store.Findings, error)
	Reconciled(ctx context.Context, installation string) (store.Reconciled, error)
	Recall(ctx context.Context, installation, kind, key string) (value string, at time.Time, ok bool, err error)
	InboxCountsOf(ctx context.Context, installation string) (waiting, held int64, oldest time.Time, err error)
	Ping(ctx context.Context) error
	Dialect() string
}

// Temporal is what is asked of Temporal.
type Temporal interface {
	// Reachable fails with ErrNotSetUp where it answers and takes nothing yet.
	Reachable(ctx context.Context) error
	Workers(ctx context.Context) (int, error)
	Parked(ctx context.Context) ([]Parked, error)
	CallsSince(ctx context.Context, installation string, since time.Time) (int64, error)
}

// Watch asks, and remembers what it was told: a question that is not answered then
// says since when. It is safe for several goroutines; its fields are not changed after
// the first use.
type Watch struct {
	Store Store
	// Temporal is nil where nobody can ask it: what it knows is not known then.
	Temporal Temporal
	// DataDir is the folder whose disk is looked at; none if empty.
	DataDir            string
	PublicURL, Version string
	// Now is the clock; time.Now unless set.
	Now func() time.Time

	mu      sync.Mutex
	program Program
	seenAt  time.Time
	asking  chan struct{}
	reports map[string]Report
	// wrong is since when something is seen to be wrong that does not say so itself.
	wrong map[wrongKey]time.Time
}

type wrongKey struct {
	installation, name, problem string
	subject                     int64
}

func (w *Watch) now() time.Time {
	if w.Now != nil {
		return w.Now()
	}
	return time.Now()
}

// Look tells how an installation is. It asks everybody at once, and again only after
// a few seconds; it does not fail, since what is not answered is told.
func (w *Watch) Look(ctx context.Context, installation settings.Installation) Report {
	program := w.Program(ctx)
	now := w.now()
	w.mu.Lock()
	before, known := w.reports[installation.ID]
	w.mu.Unlock()
	if known && now.Sub(before.At) < installationFor && before.Facts.Program.Temporal == program.Temporal {
		return before
	}
	// A person who leaves the page must not make the store look silent.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), askWithin)
	defer cancel()
	facts := w.ask(ctx, installation, before.Facts, now)
	facts.Program = program
	report := Report{At: now, Checks: Checks(facts), Calls: w.calls(ctx, installation.ID, before.Calls, now), Paused: facts.Paused, Facts: facts}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.date(installation.ID, report.Checks, now)
	if w.reports == nil {
		w.reports = map[string]Report{}
	}
	w.reports[installation.ID] = report
	return report
}

// Forget has the next look ask again.
func (w *Watch) Forget(installation string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if report, known := w.reports[installation]; known {
		report.At = time.Time{}
		w.reports[installation] = report
	}
	w.seenAt = time.Time{}
}

// date says since when something is wrong that does not say so itself: since it was
// first seen.
func (w *Watch) date(installation string, checks []Check, now time.Time) {
	if w.wrong == nil {
		w.wrong = map[wrongKey]time.Time{}
	}
	seen := map[wrongKey]bool{}
	for i := range checks {
		check := &checks[i]
		if check.Problem == "" {
			continue
		}
		key := wrongKey{installation, check.Name, check.Problem, check.Subject}
		seen[key] = true
		if _, known := w.wrong[key]; !known {
			w.wrong[key] = now
		}
		if check.Since.IsZero() {
			check.Since = w.wrong[key]
		}
	}
	maps.DeleteFunc(w.wrong, func(key wrongKey, _ time.Time) bool { return key.installation == installation && !seen[key] })
}

// told is what is known after a question: what was known before stays where nobody
// answered.
func told[T any](before Known[T], value T, err error, now time.Time) Known[T] {
	if err == nil {
		return Known[T]{Value: value, At: now}
	}
	if before.Lost.IsZero() {
		before.Lost = now
	}
	return before
}

func (w *Watch) ask(ctx context.Context, installation settings.Installation, before Facts, now time.Time) Facts {
	id := installation.ID
	facts := Facts{Now: now, Installation: installation, Paused: installation.Settings.Values()["active"] == "false"}
	findings, err := w.Store.Findings(ctx, id)
	facts.Findings = told(before.Findings, findings, err, now)
	aircall, err := w.heard(ctx, id, Aircall)
	facts.Aircall = told(before.Aircall, aircall, err, now)
	helpScout, err := w.heard(ctx, id, HelpScout)
	facts.HelpScout = told(before.HelpScout, helpScout, err, now)
	budget, err := w.budget(ctx, id)
	facts.Budget = told(before.Budget, budget, err, now)
	var inbox Inbox
	inbox.Waiting, inbox.Held, inbox.Oldest, err = w.Store.InboxCountsOf(ctx, id)
	facts.Inbox = told(before.Inbox, inbox, err, now)
	reconciled, err := w.Store.Reconciled(ctx, id)
	facts.Reconciled = told(before.Reconciled, reconciled, err, now)
	return facts
}

func (w *Watch) heard(ctx context.Context, installation, vendor string) (Heard, error) {
	_, last, known, err := w.Store.Recall(ctx, installation, heardKind, vendor)
	if err != nil || !known {
		return Heard{}, err
	}
	hours, _, _, err := w.Store.Recall(ctx, installation, hoursKind, vendor)
	return Heard{Last: last, Hours: ParseHours(hours)}, err
}

func (w *Watch) budget(ctx context.Context, installation string) (Budget, error) {
	text, _, known, err := w.Store.Recall(ctx, installation, budgetKind, HelpScout)
	if err != nil || !known {
		return Budget{}, err
	}
	var budget Budget
	if json.Unmarshal([]byte(text), &budget) != nil {
		return Budget{}, nil //nolint:nilerr // another version wrote it, and will write it anew
	}
	return budget, nil
}

func (w *Watch) calls(ctx context.Context, installation string, before Known[int64], now time.Time) Known[int64] {
	if w.Temporal == nil || before.Sure() && now.Sub(before.At) < callsFor {
		return before
	}
	count, err := w.Temporal.CallsSince(ctx, installation, now.Add(-24*time.Hour))
	return told(before, count, err, now)
}

// Program tells what all installations share. A page that has an older answer does not
// wait long for a new one.
func (w *Watch) Program(ctx context.Context) Program {
	w.mu.Lock()
	if w.now().Sub(w.seenAt) < programFor {
		defer w.mu.Unlock()
		return w.program
	}
	wait := askWithin
	if !w.seenAt.IsZero() {
		wait = patience
	}
	if w.asking == nil {
		w.asking = make(chan struct{})
		go w.askProgram(context.WithoutCancel(ctx), w.program, w.asking)
	}
	asking := w.asking
	w.mu.Unlock()
	timeout := time.NewTimer(wait)
	defer timeout.Stop()
	select {
	case <-asking:
	case <-timeout.C:
	case <-ctx.Done():
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.program
}

func (w *Watch) askProgram(ctx context.Context, before Program, done chan struct{}) {
	defer close(done)
	after := before
	after.PublicURL, after.Version = w.PublicURL, w.Version
	within := func(limit time.Duration, ask func(context.Context)) func() {
		return func() {
			ctx, cancel := context.WithTimeout(ctx, limit)
			defer cancel()
			ask(ctx)
		}
	}
	var asked sync.WaitGroup
	if w.Temporal != nil {
		asked.Go(within(askWithin, func(ctx context.Context) {
			err := w.Temporal.Reachable(ctx)
			state := TemporalState{NotSetUp: errors.Is(err, ErrNotSetUp)}
			if state.NotSetUp {
				err = nil
			}
			after.Temporal = told(before.Temporal, state, err, w.now())
		}))
		asked.Go(within(askWithin, func(ctx context.Context) {
			workers, err := w.Temporal.Workers(ctx)
			after.Workers = told(before.Workers, workers, err, w.now())
		}))
		asked.Go(within(parkedWithin, func(ctx context.Context) {
			parked, err := w.Temporal.Parked(ctx)
			after.Parked = told(before.Parked, parked, err, w.now())
		}))
	}
	asked.Go(within(askWithin, func(ctx context.Context) {
		err := w.Store.Ping(ctx)
		after.Database = told(before.Database, w.Store.Dialect(), err, w.now())
	}))
	asked.Wait()
	if w.DataDir != "" {
		disk, err := diskOf(w.DataDir)
		after.Disk = told(before.Disk, disk, err, w.now())
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.program, w.seenAt, w.asking = after, w.now(), nil
}

func diskOf(folder string) (Disk, error) {
	var seen unix.Statfs_t
	if err := unix.Statfs(folder, &seen); err != nil {
		return Disk{}, err
	}
	// Their types differ between systems.
	block := int64(seen.Bsize)                                                            //nolint:unconvert // see above
	return Disk{Free: int64(seen.Bavail) * block, Total: int64(seen.Blocks) * block}, nil //nolint:gosec // no disk has that many blocks
}

// OnSQLite is the data folder where the database lies in it, and "" otherwise.
func OnSQLite(dialect, folder string) string {
	if strings.EqualFold(dialect, store.SQLite) {
		return folder
	}
	return ""
}
