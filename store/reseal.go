package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Reseal seals with the key that seals now everything that was sealed with an
// older one, and tells how many values that were. After it, the older keys can be
// taken out of CALLSCOUT_ENCRYPTION_KEY. Its errors are secret.ErrUnknownKey and
// secret.ErrTampered.
func (s *Store) Reseal(ctx context.Context) (int, error) {
	values, err := s.sealedValues(ctx)
	if err != nil {
		return 0, fmt.Errorf("list what is sealed: %w", err)
	}
	resealed := 0
	for _, value := range values {
		changed, err := s.reseal(ctx, value)
		if err != nil {
			return resealed, fmt.Errorf("reseal %s %v: %w", value.what, value.id, err)
		}
		if changed {
			resealed++
		}
	}
	if _, known, err := s.SealedSince(ctx); known || err != nil {
		return resealed, err
	}
	return resealed, s.Remember(ctx, "", sealedSince, s.keys.ID(), "")
}

// sealedSince is the memory of when the store was first sealed with a key, by the key's
// id. It is no installation's.
const sealedSince = "sealed-since"

// SealedSince tells when Reseal first ended with the key that seals now, and whether it
// ever did. From then on nothing is sealed with an older one, anywhere, if all processes
// had the key before.
func (s *Store) SealedSince(ctx context.Context) (at time.Time, known bool, err error) {
	_, at, known, err = s.Recall(ctx, "", sealedSince, s.keys.ID())
	return at, known, err
}

// sealedValue is where a sealed value stands and what it is bound to.
type sealedValue struct {
	what, read, write string
	id                any
	boundTo           []byte
}

// sealedValues lists them without their content, which may be large.
func (s *Store) sealedValues(ctx context.Context) ([]sealedValue, error) {
	values := []sealedValue{{
		what:    "value",
		read:    `SELECT sealed FROM meta WHERE name = $1`,
		write:   `UPDATE meta SET sealed = $1 WHERE name = $2 AND sealed = $3`,
		id:      hashKeyName,
		boundTo: bind("meta", hashKeyName),
	}}
	installations, err := query(ctx, s.read, func(rows *sql.Rows) (sealedValue, error) {
		var id string
		err := rows.Scan(&id)
		return sealedValue{
			what:    "installation",
			read:    `SELECT sealed FROM installations WHERE id = $1`,
			write:   `UPDATE installations SET sealed = $1 WHERE id = $2 AND sealed = $3`,
			id:      id,
			boundTo: bind("installation", id),
		}, err
	}, `SELECT id FROM installations`)
	if err != nil {
		return nil, err
	}
	events, err := query(ctx, s.read, func(rows *sql.Rows) (sealedValue, error) {
		var event InboxEvent
		err := rows.Scan(&event.ID, &event.Installation, &event.Stream, &event.Event)
		return sealedValue{
			what:    "inbox event",
			read:    `SELECT sealed FROM inbox WHERE id = $1`,
			write:   `UPDATE inbox SET sealed = $1 WHERE id = $2 AND sealed = $3`,
			id:      event.ID,
			boundTo: event.boundTo(),
		}, err
	}, `SELECT id, installation, stream, event FROM inbox`)
	if err != nil {
		return nil, err
	}
	files, err := query(ctx, s.read, func(rows *sql.Rows) (sealedValue, error) {
		var installation, message string
		var file int
		err := rows.Scan(&installation, &message, &file)
		return sealedValue{
			what:    "file",
			read:    `SELECT sealed FROM media WHERE installation || '/' || message || '/' || file = $1`,
			write:   `UPDATE media SET sealed = $1 WHERE installation || '/' || message || '/' || file = $2 AND sealed = $3`,
			id:      fmt.Sprintf("%s/%s/%d", installation, message, file),
			boundTo: boundMedia(installation, message, file),
		}, err
	}, `SELECT installation, message, file FROM media`)
	if err != nil {
		return nil, err
	}
	tokens, err := query(ctx, s.read, func(rows *sql.Rows) (sealedValue, error) {
		var installation, vendor string
		err := rows.Scan(&installation, &vendor)
		return sealedValue{
			what:  "tokens",
			read:  `SELECT sealed FROM connections WHERE installation || '/' || vendor = $1`,
			write: `UPDATE connections SET sealed = $1 WHERE installation || '/' || vendor = $2 AND sealed = $3`,
			// An installation's id holds no slash.
			id:      installation + "/" + vendor,
			boundTo: bind("tokens", installation, vendor),
		}, err
	}, `SELECT installation, vendor FROM connections WHERE length(sealed) > 0`)
	if err != nil {
		return nil, err
	}
	audit, err := query(ctx, s.read, func(rows *sql.Rows) (sealedValue, error) {
		var entry AuditEntry
		err := rows.Scan(&entry.ID, &entry.Installation, &entry.Action)
		return sealedValue{
			what:    "entry of the audit",
			read:    `SELECT sealed FROM audit WHERE id = $1`,
			write:   `UPDATE audit SET sealed = $1 WHERE id = $2 AND sealed = $3`,
			id:      entry.ID,
			boundTo: auditBound(entry.Installation, entry.Action),
		}, err
	}, `SELECT id, installation, action FROM audit`)
	if err != nil {
		return nil, err
	}
	people, err := query(ctx, s.read, func(rows *sql.Rows) (sealedValue, error) {
		var id, installation string
		err := rows.Scan(&id, &installation)
		return sealedValue{
			what:    "token of a person",
			read:    `SELECT sealed FROM desk_tokens WHERE id = $1`,
			write:   `UPDATE desk_tokens SET sealed = $1 WHERE id = $2 AND sealed = $3`,
			id:      id,
			boundTo: deskTokenBound(id, installation),
		}, err
	}, `SELECT id, installation FROM desk_tokens`)
	if err != nil {
		return nil, err
	}
	return slices.Concat(values, installations, events, files, tokens, audit, people), nil
}

// reseal replaces one value unless it changed meanwhile: then it was sealed with
// the right key by whoever changed it.
func (s *Store) reseal(ctx context.Context, value sealedValue) (bool, error) {
	var sealed []byte
	err := s.read.QueryRowContext(ctx, value.read, value.id).Scan(&sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if len(sealed) == 0 || bytes.HasPrefix(sealed, []byte(s.keys.ID())) {
		return false, nil
	}
	plain, err := s.keys.Open(sealed, value.boundTo)
	if err != nil {
		return false, err
	}
	return affected(s.write.ExecContext(ctx, value.write, s.keys.Seal(plain, value.boundTo), value.id, sealed))
}
