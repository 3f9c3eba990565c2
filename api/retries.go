package api

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"callscout/api/desk"
	"callscout/calllog"
	"callscout/starter"
)

// RetryRuns has many calls try again. *starter.Starter has it.
type RetryRuns interface {
	RetryMany(ctx context.Context, job, installation string, calls []int64, perMinute float64, by string) error
	Retries(ctx context.Context, job string) (starter.RetryJob, error)
	StopRetries(ctx context.Context, job string) error
}

// retriesKind is the memory of which calls a job is about, by its name. Its value is
// JSON and holds ids only.
const retriesKind = "retries"

// retries is what the desk needs of them.
type retries struct {
	runs  RetryRuns
	store interface {
		Remember(ctx context.Context, installation, kind, key, value string) error
		Recall(ctx context.Context, installation, kind, key string) (value string, at time.Time, ok bool, err error)
	}
}

// Begin implements desk.Retries.
func (r retries) Begin(ctx context.Context, installation string, calls []desk.RetriedCall, limit int, by string) (string, error) {
	job := "retry-" + strings.ToLower(rand.Text())
	text, err := json.Marshal(calls)
	if err != nil {
		return "", err
	}
	// A job that nobody remembers could not be shown to whoever began it.
	if err := r.store.Remember(ctx, installation, retriesKind, job, string(text)); err != nil {
		return "", err
	}
	ids := make([]int64, 0, len(calls))
	for _, call := range calls {
		ids = append(ids, call.Call)
	}
	return job, r.runs.RetryMany(ctx, job, installation, ids, calllog.RetriesPerMinute(limit), by)
}

// Show implements desk.Retries.
func (r retries) Show(ctx context.Context, installation, job string) (desk.RetryJob, error) {
	text, at, known, err := r.store.Recall(ctx, installation, retriesKind, job)
	if err != nil {
		return desk.RetryJob{}, err
	}
	shown := desk.RetryJob{Begun: at}
	if !known || json.Unmarshal([]byte(text), &shown.Calls) != nil {
		return desk.RetryJob{}, desk.ErrNoRun
	}
	seen, err := r.runs.Retries(ctx, job)
	switch {
	case errors.Is(err, starter.ErrNoSuchJob):
		// Temporal drops ended ones; what became of the calls is known all the same.
		return shown, nil
	case err != nil:
		return desk.RetryJob{}, err
	}
	shown.Running, shown.Told = seen.Running, seen.Told
	return shown, nil
}

// Stop implements desk.Retries.
func (r retries) Stop(ctx context.Context, job string) error { return r.runs.StopRetries(ctx, job) }
