package activities

import (
	"context"
	"errors"
	"slices"
	"time"

	"callscout/activities/contract"
	"callscout/calllog"
	"callscout/store"
)

// effect is one write to a vendor that must happen once.
type effect struct {
	key string
	// look finds what an earlier attempt wrote whose answer was lost.
	look func(ctx context.Context) (id int64, found bool, err error)
	// write does it.
	write func(ctx context.Context) (id int64, err error)
	// lag is how long look may miss what was written; 0 where it reads the
	// object itself.
	lag time.Duration
}

// once writes what is not written yet. A first attempt costs no extra request;
// an intent without an id means that an earlier one was cut off, so it looks
// before it writes again.
func (a *Activities) once(ctx context.Context, e effect) (int64, error) {
	entry, err := a.Store.Intend(ctx, e.key)
	if err != nil {
		return 0, storeDown(err)
	}
	if entry.State == store.Done {
		return entry.RemoteID, nil
	}
	if !entry.Fresh {
		id, found, err := e.look(ctx)
		if err != nil {
			return 0, uncertain(err)
		}
		if found {
			return id, a.settle(ctx, e.key, id)
		}
		if wait := e.lag - a.now().Sub(entry.IntendedAt); wait > 0 {
			return 0, notSureYet(wait)
		}
	}
	id, err := e.write(ctx)
	if err != nil {
		return 0, a.writeFailed(ctx, e.key, err)
	}
	return id, a.settle(ctx, e.key, id)
}

// writeFailed takes the intent back where nothing can have been written, so that
// the next attempt need not look.
func (a *Activities) writeFailed(ctx context.Context, key string, err error) error {
	if !nothingWritten(err) {
		return uncertain(err)
	}
	if withdrawErr := a.Store.Withdraw(ctx, key); withdrawErr != nil {
		return errors.Join(asFailure(err), withdrawErr)
	}
	return err
}

func (a *Activities) settle(ctx context.Context, key string, id int64) error {
	if err := a.Store.Settle(ctx, key, id); err != nil {
		return storeDown(err)
	}
	return nil
}

// note enters a part that was written together with another one.
func (a *Activities) note(ctx context.Context, c contract.Call, part calllog.Part, id int64) error {
	return a.settle(ctx, calllog.Key(c.Installation, c.Facts.CallID, part), id)
}

func (a *Activities) noteAll(ctx context.Context, c contract.Call, id int64, parts ...calllog.Part) error {
	for _, part := range parts {
		if err := a.note(ctx, c, part, id); err != nil {
			return err
		}
	}
	return nil
}

// intend notes what a write is about to say beside its own part. If its answer is
// lost and it is found later, when more is known, that tells what it says.
func (a *Activities) intend(ctx context.Context, c contract.Call, parts ...calllog.Part) error {
	for _, part := range parts {
		if _, err := a.Store.Intend(ctx, calllog.Key(c.Installation, c.Facts.CallID, part)); err != nil {
			return notSent(storeDown(err))
		}
	}
	return nil
}

// said are those of the parts that a write has said, by its own attempt or by an
// earlier one.
func (a *Activities) said(ctx context.Context, c contract.Call, parts ...calllog.Part) ([]calllog.Part, error) {
	prefix := calllog.Key(c.Installation, c.Facts.CallID, "")
	entries, err := a.Store.LedgerByPrefix(ctx, prefix)
	if err != nil {
		return nil, storeDown(err)
	}
	return slices.DeleteFunc(slices.Clone(parts), func(part calllog.Part) bool {
		return !slices.ContainsFunc(entries, func(e store.Entry) bool { return e.Key == prefix+string(part) })
	}), nil
}

// Recall tells what the ledger holds of a call.
func (a *Activities) Recall(ctx context.Context, in contract.RecallInput) (calllog.Written, error) {
	prefix := calllog.Key(in.Installation, in.CallID, "")
	entries, err := a.Store.LedgerByPrefix(ctx, prefix)
	if err != nil {
		return calllog.Written{}, storeDown(err)
	}
	slices.SortStableFunc(entries, func(a, b store.Entry) int { return a.DoneAt.Compare(b.DoneAt) })
	var done []calllog.Done
	for _, entry := range entries {
		if entry.State == store.Done {
			done = append(done, calllog.Done{Part: calllog.Part(entry.Key[len(prefix):]), ID: entry.RemoteID})
		}
	}
	return calllog.Recall(done), nil
}

// RecordSkip notes that the call is not to be logged, for every later run.
func (a *Activities) RecordSkip(ctx context.Context, in contract.RecordSkipInput) (bool, error) {
	return true, a.settle(ctx, calllog.Key(in.Installation, in.CallID, calllog.PartSkipped), 0)
}
