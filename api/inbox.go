package api

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"callscout/starter"
	"callscout/store"
)

const (
	// drainEvery is how soon a waiting event is tried again.
	drainEvery = time.Second
	drainBatch = 200
	// mostStuck is how many calls may fail before the others wait as well: then
	// it is not the calls.
	mostStuck = 20
)

// Run brings waiting events to Temporal, in order per call, and uninstallations to
// their end, until ctx is done. One process at a time does so.
func (a *API) Run(ctx context.Context) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		a.tidyUp(ctx)
	}()
	defer func() { <-done }()
	every := time.NewTicker(drainEvery)
	defer every.Stop()
	for {
		if err := a.drain(ctx); err != nil && ctx.Err() == nil {
			a.log.Debug("the inbox still waits", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-every.C:
		}
	}
}

// drain delivers what waits, oldest first. Behind a delivery that fails, the
// later events of that call wait, and those of other calls go on while Temporal
// answers.
func (a *API) drain(ctx context.Context) error {
	waiting, err := a.cfg.Store.Waiting(ctx, 1)
	if err != nil || len(waiting) == 0 {
		return err
	}
	unlock, err := a.cfg.Store.Lock(ctx, "inbox")
	if err != nil {
		return err
	}
	defer unlock()
	stuck := map[string]bool{}
	for left := 0; ; {
		waiting, err := a.cfg.Store.Waiting(ctx, drainBatch+left)
		if err != nil {
			return err
		}
		if left, err = a.deliverBatch(ctx, waiting, stuck); err != nil || left == len(waiting) {
			return err
		}
	}
}

// deliverBatch tells how many events it left where they are. Its error says that
// nothing more is to be tried for now.
func (a *API) deliverBatch(ctx context.Context, waiting []store.InboxEvent, stuck map[string]bool) (left int, err error) {
	for _, event := range waiting {
		if stuck[event.Stream] {
			left++
			continue
		}
		failure := a.drainOne(ctx, event)
		if failure == nil {
			continue
		}
		a.log.Debug("an event still waits", "stream", event.Stream, "error", failure)
		left++
		stuck[event.Stream] = true
		if err := a.reachable(ctx); err != nil || len(stuck) >= mostStuck {
			return left, errors.Join(failure, err)
		}
	}
	return left, nil
}

func (a *API) reachable(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	return a.cfg.Deliverer.Reachable(ctx)
}

func (a *API) drainOne(ctx context.Context, event store.InboxEvent) error {
	var delivery starter.Delivery
	if err := json.Unmarshal(event.Body, &delivery); err != nil {
		return a.cfg.Store.SetAside(ctx, event.ID, "it is not in the form of an event that waits: "+err.Error())
	}
	gone, err := a.uninstalled(ctx, event.Installation)
	if err != nil {
		return err
	}
	if gone {
		return a.cfg.Store.Delivered(ctx, event.ID)
	}
	err = a.deliver(ctx, delivery)
	var reason *unacceptable
	switch {
	case err == nil, errors.Is(err, starter.ErrNotRunning):
		a.metrics.drained.Inc()
		return a.cfg.Store.Delivered(ctx, event.ID)
	case errors.As(err, &reason):
		return a.cfg.Store.SetAside(ctx, event.ID, reason.Error())
	default:
		return errors.Join(err, a.cfg.Store.DeliveryFailed(ctx, event.ID, err.Error()))
	}
}

// uninstalled tells whether an event came too late: its company has gone. One that
// was taken out of the settings is another matter, and logged to its end.
func (a *API) uninstalled(ctx context.Context, id string) (bool, error) {
	installation, err := a.cfg.Store.Installation(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	return installation.Uninstalled, err
}
