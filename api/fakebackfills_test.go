package api_test

import (
	"context"
	"sync"
	"time"

	"callscout/calllog"
	"callscout/starter"
	"callscout/workflows"
)

// fakeBackfills knows backfills by installation and name, and does nothing by itself.
type fakeBackfills struct {
	mu   sync.Mutex
	runs map[string]starter.BackfillView
	// decided are the decisions, with whose they are.
	decided []string
	away    error
}

var countedDay = time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)

// counted is a backfill of an installation that only counted: 3 calls are missing.
func counted(installation string) starter.BackfillView {
	day := countedDay
	if installation == theirs {
		day = day.Add(-24 * time.Hour)
	}
	found := calllog.Counts{Listed: 12, Logged: 9, Missing: 3}
	return starter.BackfillView{
		BackfillWish: starter.BackfillWish{From: day, To: day.Add(12 * time.Hour), DryRun: true, Zone: "UTC"}, By: "Maria", BegunAt: day,
		Stage: workflows.BackfillDone, Status: workflows.StatusSynced, Share: 1, Total: found, Limit: 400,
		Table: calllog.Table{{Day: day.Format(time.DateOnly), Number: mappedLine, Counts: found}},
	}
}

// countedOf is its name.
func countedOf(installation string) string { return counted(installation).Name() }

func newFakeBackfills() *fakeBackfills {
	f := &fakeBackfills{runs: map[string]starter.BackfillView{}}
	for _, installation := range []string{mine, theirs} {
		f.put(installation, counted(installation))
	}
	return f
}

func (f *fakeBackfills) put(installation string, view starter.BackfillView) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.runs[installation+" "+view.Name()] = view
}

// count tells how many were begun, and how often somebody decided about one.
func (f *fakeBackfills) count() (begun, decided int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.runs), len(f.decided)
}

func (f *fakeBackfills) goAway(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.away = err
}

// StartBackfill implements api.BackfillRuns.
func (f *fakeBackfills) StartBackfill(_ context.Context, installation string, wish starter.BackfillWish, by string) (string, error) {
	if err := starter.CheckWish(wish, time.Now()); err != nil {
		return "", err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	key := installation + " " + wish.Name()
	switch known, is := f.runs[key]; {
	case f.away != nil:
		return "", f.away
	case is && !known.Ended():
		return wish.Name(), starter.ErrBackfillRuns
	}
	f.runs[key] = starter.BackfillView{BackfillWish: wish, By: by, BegunAt: time.Now(), Stage: workflows.BackfillLists, Status: workflows.StatusInProgress}
	return wish.Name(), nil
}

// Backfills implements api.BackfillRuns.
func (f *fakeBackfills) Backfills(_ context.Context, installation string, _ int) ([]starter.FoundBackfill, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var found []starter.FoundBackfill
	for key, view := range f.runs {
		if key == installation+" "+view.Name() {
			found = append(found, starter.FoundBackfill{
				Installation: installation, Name: view.Name(), DryRun: view.DryRun, From: view.From, To: view.To, Status: view.Status, Started: view.BegunAt,
			})
		}
	}
	return found, f.away
}

// ShowBackfill implements api.BackfillRuns.
func (f *fakeBackfills) ShowBackfill(_ context.Context, installation, name string) (starter.BackfillView, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	view, known := f.runs[installation+" "+name]
	switch {
	case f.away != nil:
		return starter.BackfillView{}, f.away
	case !known:
		return starter.BackfillView{}, starter.ErrNoSuchBackfill
	}
	return view, nil
}

// DecideBackfill implements api.BackfillRuns.
func (f *fakeBackfills) DecideBackfill(_ context.Context, installation, name, decision, by string) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	view, known := f.runs[installation+" "+name]
	switch {
	case f.away != nil:
		return "", f.away
	case !known:
		return "", starter.ErrNoSuchBackfill
	case view.Ended():
		return "", starter.ErrBackfillEnded
	case decision == "pause" && view.Stage == workflows.BackfillPaused:
		return "", &starter.RefusedError{Kind: workflows.NotPossible, Message: "this backfill is paused already"}
	}
	view.Stage = map[string]workflows.BackfillStage{
		"pause": workflows.BackfillPaused, "resume": workflows.BackfillLists, "stop": workflows.BackfillStopped,
	}[decision]
	view.Who = by
	f.runs[installation+" "+name] = view
	f.decided = append(f.decided, decision+" "+installation+" by "+by)
	return "", nil
}
