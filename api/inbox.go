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
)

// Run brings waiting events to Temporal, in order per call, until ctx is done.
// One process at a time does so.
func (a *API) Run(ctx context.Context) {
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

// drain delivers what waits, oldest first, until it is empty or one delivery
// fails: what comes later must not overtake.
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
	for {
		waiting, err := a.cfg.Store.Waiting(ctx, drainBatch)
		if err != nil || len(waiting) == 0 {
			return err
		}
		for _, event := range waiting {
			if err := a.drainOne(ctx, event); err != nil {
				return err
			}
		}
	}
}

func (a *API) drainOne(ctx context.Context, event store.InboxEvent) error {
	var delivery starter.Delivery
	err := json.Unmarshal(event.Body, &delivery)
	if err == nil {
		err = a.deliver(ctx, delivery)
	} else {
		err = &unacceptable{err}
	}
	var reason *unacceptable
	switch {
	case err == nil:
		a.metrics.drained.Inc()
		return a.cfg.Store.Delivered(ctx, event.ID)
	case errors.As(err, &reason):
		return a.cfg.Store.SetAside(ctx, event.ID, reason.Error())
	default:
		return errors.Join(err, a.cfg.Store.DeliveryFailed(ctx, event.ID, err.Error()))
	}
}
