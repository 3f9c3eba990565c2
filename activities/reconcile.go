package activities

import (
	"context"
	"errors"
	"time"

	"callscout/activities/contract"
	"callscout/store"
)

const (
	// looksBack is how far a look goes back behind the begin of the last one: a call
	// that ran so long is still found after it has ended.
	looksBack = 3 * time.Hour
	// mostBack is the longest time that one look is about, after Callscout stood still.
	// What is older is for a backfill that somebody asks for.
	mostBack = 24 * time.Hour
)

// BeginReconcile says what the next look at an installation's calls is about. The calls
// of a number are looked for from when it was first seen to be logged: those before
// were not to be.
func (a *Activities) BeginReconcile(ctx context.Context, in contract.ReconcileInput) (contract.ReconcileBegun, error) {
	installation, err := a.Store.Installation(ctx, in.Installation)
	if errors.Is(err, store.ErrNotFound) || err == nil && installation.Uninstalled {
		return contract.ReconcileBegun{Idle: true}, nil
	}
	if err != nil {
		return contract.ReconcileBegun{}, storeDown(err)
	}
	record, err := a.Store.Reconciled(ctx, in.Installation)
	if err != nil {
		return contract.ReconcileBegun{}, storeDown(err)
	}
	now, since := a.now().Truncate(time.Second), map[int64]time.Time{}
	for _, number := range installation.Numbers {
		_, chosen, _, err := installation.ForNumber(number.AircallNumber)
		if err != nil || !chosen.Active {
			continue
		}
		since[number.AircallNumber] = now
		if before, known := record.Since[number.AircallNumber]; known {
			since[number.AircallNumber] = before
		}
	}
	record.Since = since
	if err := a.Store.KeepReconciled(ctx, in.Installation, record); err != nil {
		return contract.ReconcileBegun{}, storeDown(err)
	}
	if _, err := a.Accounts.Aircall(ctx, in.Installation); len(since) == 0 || unusable(err) {
		return contract.ReconcileBegun{Idle: true}, nil
	}
	from := now.Add(-looksBack)
	if last := record.To; !last.IsZero() && last.Add(-looksBack).Before(from) {
		from = last.Add(-looksBack)
	}
	if earliest := now.Add(-mostBack); from.Before(earliest) {
		from = earliest
	}
	return contract.ReconcileBegun{From: from, To: now, Since: since}, nil
}

// EndReconcile keeps what a look found.
func (a *Activities) EndReconcile(ctx context.Context, in contract.ReconcileEnded) (bool, error) {
	record, err := a.Store.Reconciled(ctx, in.Installation)
	if err != nil {
		return false, storeDown(err)
	}
	switch {
	case record.To.IsZero():
		// Its calls are looked for from now on.
		record.CoveredFrom = in.To
	case in.From.After(record.To):
		record.CoveredFrom = in.From
	}
	record.LookedAt, record.From, record.To = a.now(), in.From, in.To
	record.Found, record.Unlogged = in.Found, in.Unlogged
	if err := a.Store.KeepReconciled(ctx, in.Installation, record); err != nil {
		return false, storeDown(err)
	}
	return true, nil
}
