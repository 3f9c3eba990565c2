package api

import (
	"context"
	"errors"
	"sync"
	"time"
)

// askLimit is how long one answer may take where nobody waits any more.
const askLimit = 30 * time.Second

// asked keeps what was read, by installation. Who asks for the same at once waits for
// one answer; what is read goes on when nobody waits any more.
type asked[T any] struct {
	mu    sync.Mutex
	known map[string]*askedValue[T]
}

type askedValue[T any] struct {
	value   T
	at      time.Time
	took    time.Duration
	err     error
	reading chan struct{}
}

func (a *asked[T]) peek(key string, within time.Duration) (value T, fresh bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	entry := a.known[key]
	if entry == nil || entry.at.IsZero() || time.Since(entry.at) > within {
		return value, false
	}
	return entry.value, true
}

// get gives what is known and not older than within, or than share times as long as
// reading took. It reads it otherwise, and waits for that as long as ctx lasts; an old
// value is better than none then.
func (a *asked[T]) get(ctx context.Context, key string, within time.Duration, share int, read func(context.Context) (T, error)) (T, error) {
	a.mu.Lock()
	if a.known == nil {
		a.known = map[string]*askedValue[T]{}
	}
	entry := a.known[key]
	if entry == nil {
		entry = &askedValue[T]{}
		a.known[key] = entry
	}
	if age := time.Since(entry.at); !entry.at.IsZero() && (age <= within || age <= time.Duration(share)*entry.took) {
		defer a.mu.Unlock()
		return entry.value, nil
	}
	if entry.reading == nil {
		entry.reading = make(chan struct{})
		go a.fill(context.WithoutCancel(ctx), entry, read)
	}
	reading := entry.reading
	a.mu.Unlock()
	select {
	case <-reading:
	case <-ctx.Done():
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case entry.reading != reading && entry.err != nil && ctx.Err() == nil:
		return entry.value, entry.err
	case entry.at.IsZero():
		return entry.value, errors.Join(entry.err, ctx.Err())
	default:
		return entry.value, nil
	}
}

func (a *asked[T]) fill(ctx context.Context, entry *askedValue[T], read func(context.Context) (T, error)) {
	ctx, cancel := context.WithTimeout(ctx, askLimit)
	defer cancel()
	began := time.Now()
	value, err := read(ctx)
	a.mu.Lock()
	defer a.mu.Unlock()
	close(entry.reading)
	entry.reading, entry.err, entry.took = nil, err, time.Since(began)
	if err == nil {
		entry.value, entry.at = value, time.Now()
	}
}
