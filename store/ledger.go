package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// State is how far a write to Help Scout or Aircall has come.
type State string

// The states of a write.
const (
	// Intended says that the write was about to happen, and may have.
	Intended State = "intended"
	// Done says that it happened.
	Done State = "done"
)

// Entry is one write in the ledger.
type Entry struct {
	// Key names the write by business ids. Keys stand in clear in the database:
	// where one needs a phone number, use a keyed hash of it.
	Key   string
	State State
	// RemoteID is the vendor's id of what was written; 0 while intended.
	RemoteID           int64
	IntendedAt, DoneAt time.Time
	// Fresh is whether this very Intend made the entry. If not, an earlier
	// attempt may have written: look before writing again.
	Fresh bool
}

// Intend notes that the write is about to happen. If the key is there already,
// the entry is returned as it is; what is done stays done.
func (s *Store) Intend(ctx context.Context, key string) (Entry, error) {
	for {
		now := time.Now().UTC().Truncate(time.Microsecond)
		fresh, err := affected(s.write.ExecContext(ctx, `
			INSERT INTO ledger (key, state, remote_id, intended_at, done_at) VALUES ($1, $2, 0, $3, 0)
			ON CONFLICT (key) DO NOTHING`, key, Intended, micros(now)))
		if err != nil {
			return Entry{}, fmt.Errorf("note an intent in the ledger: %w", err)
		}
		if fresh {
			return Entry{Key: key, State: Intended, IntendedAt: now, Fresh: true}, nil
		}
		// Between the two statements the intent may have been withdrawn.
		entry, found, err := s.LedgerEntry(ctx, key)
		if err != nil || found {
			return entry, err
		}
	}
}

// Settle notes that the write happened, under the vendor's id, with or without an
// intent before it. To settle again with the same id changes nothing. Its error is
// ErrConflict if the key is done with another id.
func (s *Store) Settle(ctx context.Context, key string, remoteID int64) error {
	settled, err := affected(s.write.ExecContext(ctx, `
		INSERT INTO ledger (key, state, remote_id, intended_at, done_at) VALUES ($1, $2, $3, $4, $4)
		ON CONFLICT (key) DO UPDATE
		SET state = excluded.state, remote_id = excluded.remote_id, done_at = excluded.done_at
		WHERE ledger.state <> excluded.state`, key, Done, remoteID, micros(time.Now())))
	if err != nil {
		return fmt.Errorf("settle an entry of the ledger: %w", err)
	}
	if settled {
		return nil
	}
	entry, _, err := s.LedgerEntry(ctx, key)
	if err != nil {
		return err
	}
	if entry.RemoteID != remoteID {
		return fmt.Errorf("settle with id %d what is done with id %d: %w", remoteID, entry.RemoteID, ErrConflict)
	}
	return nil
}

// Withdraw removes an intent, because the vendor surely refused the write or it
// was never sent. A done entry stays, and a key that is not there is no error.
// Withdraw only what the same attempt made fresh, or looked for and did not find.
func (s *Store) Withdraw(ctx context.Context, key string) error {
	if _, err := s.write.ExecContext(ctx, `DELETE FROM ledger WHERE key = $1 AND state = $2`, key, Intended); err != nil {
		return fmt.Errorf("withdraw an intent from the ledger: %w", err)
	}
	return nil
}

// LedgerEntry reads one entry, and tells whether it is there.
func (s *Store) LedgerEntry(ctx context.Context, key string) (Entry, bool, error) {
	entries, err := query(ctx, s.read, scanEntry, selectEntries+` WHERE key = $1`, key)
	if err != nil {
		return Entry{}, false, fmt.Errorf("read the ledger: %w", err)
	}
	if len(entries) == 0 {
		return Entry{}, false, nil
	}
	return entries[0], true, nil
}

// LedgerEntries reads the entries of many keys at once, by key; one that is not there is
// left out.
func (s *Store) LedgerEntries(ctx context.Context, keys []string) (map[string]Entry, error) {
	// Well within what a statement may hold.
	const atOnce = 500
	found := make(map[string]Entry, len(keys))
	for part := range slices.Chunk(keys, atOnce) {
		args := make([]any, len(part))
		places := make([]string, len(part))
		for i, key := range part {
			args[i], places[i] = key, "$"+strconv.Itoa(i+1)
		}
		entries, err := query(ctx, s.read, scanEntry, selectEntries+` WHERE key IN (`+strings.Join(places, ", ")+`)`, args...)
		if err != nil {
			return nil, fmt.Errorf("read the ledger: %w", err)
		}
		for _, entry := range entries {
			found[entry.Key] = entry
		}
	}
	return found, nil
}

// LedgerByPrefix reads the entries whose key begins with prefix, ordered by key.
func (s *Store) LedgerByPrefix(ctx context.Context, prefix string) ([]Entry, error) {
	// No key holds the last character of Unicode, so this range is the prefix,
	// and it uses the index.
	entries, err := query(ctx, s.read, scanEntry, selectEntries+` WHERE key >= $1 AND key < $2 ORDER BY key`, prefix, prefix+"\U0010FFFF")
	if err != nil {
		return nil, fmt.Errorf("read the ledger: %w", err)
	}
	return entries, nil
}

const selectEntries = `SELECT key, state, remote_id, intended_at, done_at FROM ledger`

func scanEntry(rows *sql.Rows) (Entry, error) {
	var entry Entry
	var intendedAt, doneAt int64
	err := rows.Scan(&entry.Key, &entry.State, &entry.RemoteID, &intendedAt, &doneAt)
	entry.IntendedAt, entry.DoneAt = fromMicros(intendedAt), fromMicros(doneAt)
	return entry, err
}
