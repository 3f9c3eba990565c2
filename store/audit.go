package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"callscout/settings"
)

// AuditEntry is one thing that somebody did. It never holds a secret: credentials
// appear in Changes as set or changed.
type AuditEntry struct {
	// ID is given by the store, and grows.
	ID int64 `json:"-"`
	// Installation is "" for what concerns all of them, such as a sign-in with the
	// admin token.
	Installation string `json:"-"`
	// Action is the word for what was done, such as "settings_changed".
	Action string `json:"-"`
	// At is the time of the action; the time of the call if it is zero.
	At time.Time `json:"-"`
	// Who names the person or the program.
	Who string `json:"who"`
	// Detail says more where Changes do not, such as an installation's id.
	Detail  string            `json:"detail,omitempty"`
	Changes []settings.Change `json:"changes,omitempty"`
	// Before and After are what was chosen, for an undo; nil where there is none.
	Before *settings.Choices `json:"before,omitempty"`
	After  *settings.Choices `json:"after,omitempty"`
}

func auditBound(installation, action string) []byte {
	return bind("audit", installation, action)
}

// Audit adds an entry and returns its id.
func (s *Store) Audit(ctx context.Context, entry AuditEntry) (int64, error) {
	return s.insertAudit(ctx, s.write, entry)
}

type rowQueryer interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func (s *Store) insertAudit(ctx context.Context, to rowQueryer, entry AuditEntry) (int64, error) {
	if entry.At.IsZero() {
		entry.At = time.Now()
	}
	document, err := json.Marshal(entry)
	if err != nil {
		return 0, fmt.Errorf("write the audit: %w", err)
	}
	var id int64
	err = to.QueryRowContext(ctx, `INSERT INTO audit (installation, action, at, sealed) VALUES ($1, $2, $3, $4) RETURNING id`,
		entry.Installation, entry.Action, micros(entry.At), s.keys.Seal(document, auditBound(entry.Installation, entry.Action))).Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("write the audit: %w", err)
	}
	return id, nil
}

// AuditTrail lists entries, newest first, of one installation ("" is what concerns
// all), at most limit, and with before only those older than that id. Its errors
// are secret.ErrUnknownKey and secret.ErrTampered.
func (s *Store) AuditTrail(ctx context.Context, installation string, before int64, limit int) ([]AuditEntry, error) {
	if before <= 0 {
		before = 1<<63 - 1
	}
	entries, err := query(ctx, s.read, s.scanAudit,
		selectAudit+` WHERE installation = $1 AND id < $2 ORDER BY id DESC LIMIT $3`, installation, before, rowLimit(limit))
	if err != nil {
		return nil, fmt.Errorf("read the audit: %w", err)
	}
	return entries, nil
}

// AuditEntry reads one entry of an installation. Its error is ErrNotFound also
// where the entry belongs to another installation.
func (s *Store) AuditEntry(ctx context.Context, installation string, id int64) (AuditEntry, error) {
	entries, err := query(ctx, s.read, s.scanAudit, selectAudit+` WHERE installation = $1 AND id = $2`, installation, id)
	if err == nil && len(entries) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return AuditEntry{}, fmt.Errorf("read entry %d of the audit: %w", id, err)
	}
	return entries[0], nil
}

const selectAudit = `SELECT id, installation, action, at, sealed FROM audit`

func (s *Store) scanAudit(rows *sql.Rows) (AuditEntry, error) {
	var entry AuditEntry
	var at int64
	var sealed []byte
	if err := rows.Scan(&entry.ID, &entry.Installation, &entry.Action, &at, &sealed); err != nil {
		return entry, err
	}
	document, err := s.keys.Open(sealed, auditBound(entry.Installation, entry.Action))
	if err != nil {
		return entry, fmt.Errorf("entry %d: %w", entry.ID, err)
	}
	entry.At = fromMicros(at)
	return entry, json.Unmarshal(document, &entry)
}
