package health

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"
)

// The memories that are kept in the store, by installation. Their key is the vendor.
const (
	// heardKind is remembered anew when something comes; it has no value.
	heardKind = "heard"
	// hoursKind holds Hours.
	hoursKind = "heard-hours"
	// budgetKind holds a Budget as JSON.
	budgetKind = "request-budget"
)

// The vendors, as keys of memories and labels of metrics.
const (
	Aircall   = "aircall"
	HelpScout = "helpscout"
)

// heardEvery is how often it is written down at most that something came: a busy
// account sends many.
const heardEvery = 10 * time.Second

// Memory is what is written down of what came. *store.Store has it.
type Memory interface {
	Recall(ctx context.Context, installation, kind, key string) (value string, at time.Time, ok bool, err error)
	Remember(ctx context.Context, installation, kind, key, value string) error
	Lock(ctx context.Context, name string) (unlock func(), err error)
}

// Ears write down that webhooks came, and in which hours. They are safe for several
// goroutines.
type Ears struct {
	Memory Memory
	// Now is the clock; time.Now unless set.
	Now func() time.Time

	mu    sync.Mutex
	noted map[[2]string]time.Time
}

// Heard notes that a webhook of a vendor came. Its error is the store's; the next
// webhook notes it again.
func (e *Ears) Heard(ctx context.Context, installation, vendor string) error {
	now := time.Now()
	if e.Now != nil {
		now = e.Now()
	}
	last, due := e.due([2]string{installation, vendor}, now)
	if !due {
		return nil
	}
	if HourOf(last) != HourOf(now) {
		if err := e.noteHour(ctx, installation, vendor, now); err != nil {
			e.forget([2]string{installation, vendor})
			return err
		}
	}
	return e.Memory.Remember(ctx, installation, heardKind, vendor, "")
}

func (e *Ears) due(key [2]string, now time.Time) (last time.Time, due bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if last = e.noted[key]; now.Sub(last) < heardEvery {
		return last, false
	}
	if e.noted == nil {
		e.noted = map[[2]string]time.Time{}
	}
	e.noted[key] = now
	return last, true
}

func (e *Ears) forget(key [2]string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.noted, key)
}

// noteHour is done once an hour by each process, under a lock: several may hear at
// once.
func (e *Ears) noteHour(ctx context.Context, installation, vendor string, now time.Time) error {
	unlock, err := e.Memory.Lock(ctx, hoursKind+"/"+installation+"/"+vendor)
	if err != nil {
		return err
	}
	defer unlock()
	text, _, _, err := e.Memory.Recall(ctx, installation, hoursKind, vendor)
	if err != nil {
		return err
	}
	return e.Memory.Remember(ctx, installation, hoursKind, vendor, ParseHours(text).With(now).String())
}

// KeepBudget writes down what Help Scout said last, for the other processes.
func KeepBudget(ctx context.Context, memory interface {
	Remember(ctx context.Context, installation, kind, key, value string) error
}, installation string, budget Budget,
) error {
	text, err := json.Marshal(budget)
	if err != nil {
		return fmt.Errorf("budget of %s: %w", installation, err)
	}
	return memory.Remember(ctx, installation, budgetKind, HelpScout, string(text))
}
