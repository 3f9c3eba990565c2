package explain

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"callscout/activities"
	"callscout/store"
)

// notes are the store as a question sees it: what is there is read, and what would be
// written stays here.
type notes struct {
	activities.Store
	now func() time.Time
	// leaveOut says of which keys of the ledger nothing is known: those of a call that
	// is explained as if it were new.
	leaveOut string

	entries   map[string]*store.Entry // nil: withdrawn
	learnt    map[string]*learnt      // nil: forgotten
	claimants map[string][]string
}

type learnt struct {
	value string
	at    time.Time
}

func newNotes(known activities.Store, now func() time.Time) *notes {
	return &notes{Store: known, now: now, entries: map[string]*store.Entry{}, learnt: map[string]*learnt{}, claimants: map[string][]string{}}
}

// Lock holds nobody up: nothing is written, and a question is asked by one alone.
func (n *notes) Lock(context.Context, string) (unlock func(), err error) { return func() {}, nil }

func (n *notes) entry(ctx context.Context, key string) (*store.Entry, error) {
	if entry, noted := n.entries[key]; noted {
		return entry, nil
	}
	entries, err := n.Store.LedgerByPrefix(ctx, key)
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		if entry.Key == key && !n.left(key) {
			return &entry, nil
		}
	}
	return nil, nil
}

func (n *notes) left(key string) bool {
	return n.leaveOut != "" && strings.HasPrefix(key, n.leaveOut)
}

// Intend is that of store.Store.
func (n *notes) Intend(ctx context.Context, key string) (store.Entry, error) {
	entry, err := n.entry(ctx, key)
	if err != nil {
		return store.Entry{}, err
	}
	if entry == nil {
		entry = &store.Entry{Key: key, State: store.Intended, IntendedAt: n.now()}
		n.entries[key] = entry
		fresh := *entry
		fresh.Fresh = true
		return fresh, nil
	}
	return *entry, nil
}

// Settle is that of store.Store.
func (n *notes) Settle(ctx context.Context, key string, id int64) error {
	entry, err := n.entry(ctx, key)
	switch {
	case err != nil:
		return err
	case entry != nil && entry.State == store.Done && entry.RemoteID != id:
		return fmt.Errorf("settle with id %d what is done with id %d: %w", id, entry.RemoteID, store.ErrConflict)
	case entry != nil && entry.State == store.Done:
		return nil
	}
	done := store.Entry{Key: key, State: store.Done, RemoteID: id, IntendedAt: n.now(), DoneAt: n.now()}
	if entry != nil {
		done.IntendedAt = entry.IntendedAt
	}
	n.entries[key] = &done
	return nil
}

// Withdraw is that of store.Store.
func (n *notes) Withdraw(ctx context.Context, key string) error {
	entry, err := n.entry(ctx, key)
	if err == nil && entry != nil && entry.State == store.Intended {
		n.entries[key] = nil
	}
	return err
}

// LedgerByPrefix is that of store.Store.
func (n *notes) LedgerByPrefix(ctx context.Context, prefix string) ([]store.Entry, error) {
	entries, err := n.Store.LedgerByPrefix(ctx, prefix)
	if err != nil {
		return nil, err
	}
	entries = slices.DeleteFunc(entries, func(e store.Entry) bool {
		_, noted := n.entries[e.Key]
		return noted || n.left(e.Key)
	})
	for key, entry := range n.entries {
		if entry != nil && strings.HasPrefix(key, prefix) {
			entries = append(entries, *entry)
		}
	}
	slices.SortFunc(entries, func(a, b store.Entry) int { return strings.Compare(a.Key, b.Key) })
	return entries, nil
}

func memoryKey(installation, kind, key string) string {
	return installation + "\x00" + kind + "\x00" + key
}

// Remember is that of store.Store.
func (n *notes) Remember(_ context.Context, installation, kind, key, value string) error {
	n.learnt[memoryKey(installation, kind, key)] = &learnt{value: value, at: n.now()}
	return nil
}

// Recall is that of store.Store.
func (n *notes) Recall(ctx context.Context, installation, kind, key string) (string, time.Time, bool, error) {
	if known, noted := n.learnt[memoryKey(installation, kind, key)]; noted {
		if known == nil {
			return "", time.Time{}, false, nil
		}
		return known.value, known.at, true, nil
	}
	return n.Store.Recall(ctx, installation, kind, key)
}

// Forget is that of store.Store.
func (n *notes) Forget(_ context.Context, installation, kind, key string) error {
	n.learnt[memoryKey(installation, kind, key)] = nil
	return nil
}

// Claimants is that of store.Store.
func (n *notes) Claimants(ctx context.Context, installation string, conversation int64, tag string) ([]string, error) {
	key := claimKey(installation, conversation, tag)
	if noted, known := n.claimants[key]; known {
		return slices.Clone(noted), nil
	}
	if Pretended(conversation) {
		return nil, nil
	}
	return n.Store.Claimants(ctx, installation, conversation, tag)
}

func claimKey(installation string, conversation int64, tag string) string {
	return fmt.Sprintf("%s\x00%d\x00%s", installation, conversation, tag)
}

func (n *notes) claim(ctx context.Context, installation string, conversation int64, tag string, change func([]string) []string) error {
	calls, err := n.Claimants(ctx, installation, conversation, tag)
	if err != nil {
		return err
	}
	calls = change(calls)
	slices.Sort(calls)
	n.claimants[claimKey(installation, conversation, tag)] = slices.Compact(calls)
	return nil
}

// Claim is that of store.Store.
func (n *notes) Claim(ctx context.Context, installation string, conversation int64, tag, call string) error {
	return n.claim(ctx, installation, conversation, tag, func(calls []string) []string { return append(calls, call) })
}

// Release is that of store.Store.
func (n *notes) Release(ctx context.Context, installation string, conversation int64, tag, call string) error {
	return n.claim(ctx, installation, conversation, tag, func(calls []string) []string {
		return slices.DeleteFunc(calls, func(one string) bool { return one == call })
	})
}
