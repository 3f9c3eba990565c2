package api_test

import (
	"context"
	"slices"
	"sync"

	"callscout/starter"
)

// fakeRetries keeps the jobs that were begun.
type fakeRetries struct {
	mu sync.Mutex
	// calls are those of each job, stopped the jobs that were ended.
	calls     map[string][]int64
	perMinute float64
	by        string
	stopped   []string
	away      error
}

// jobOf is a job of an installation that was begun long ago.
func jobOf(installation string) string {
	if installation == theirs {
		return "retry-cccccccccccccccccccccccccc"
	}
	return "retry-bbbbbbbbbbbbbbbbbbbbbbbbbb"
}

func (f *fakeRetries) count() (begun int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.calls) + 1000*len(f.stopped)
}

// RetryMany implements api.RetryRuns.
func (f *fakeRetries) RetryMany(_ context.Context, job, _ string, calls []int64, perMinute float64, by string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.away != nil {
		return f.away
	}
	if f.calls == nil {
		f.calls = map[string][]int64{}
	}
	f.calls[job], f.perMinute, f.by = calls, perMinute, by
	return nil
}

// Retries implements api.RetryRuns.
func (f *fakeRetries) Retries(_ context.Context, job string) (starter.RetryJob, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	calls, known := f.calls[job]
	if !known {
		return starter.RetryJob{}, starter.ErrNoSuchJob
	}
	return starter.RetryJob{Running: !slices.Contains(f.stopped, job), Calls: len(calls)}, f.away
}

// StopRetries implements api.RetryRuns.
func (f *fakeRetries) StopRetries(_ context.Context, job string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.stopped = append(f.stopped, job)
	return f.away
}
