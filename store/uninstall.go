package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"callscout/settings"
)

// The states of an installation in its column; it works while that is empty.
const (
	stateLeaving = "leaving"
	stateGone    = "gone"
)

// ErrUninstalling says that an installation is being uninstalled and cannot be
// changed until that is done.
var ErrUninstalling = errors.New("the installation is being uninstalled; try again once that is done")

// Leaving is an installation whose uninstallation has begun and is not finished.
type Leaving struct {
	Installation string
	Since        time.Time
}

// BeginUninstall notes durably that an installation leaves: from now on it is in no
// list, and what reads it finds it Uninstalled. Its credentials stay for what still
// runs, until Purge. To begin again changes nothing. Its error is ErrNotFound.
func (s *Store) BeginUninstall(ctx context.Context, id string) error {
	begun, err := affected(s.write.ExecContext(ctx, `UPDATE installations SET state = $1, left_at = $2 WHERE id = $3 AND state = ''`,
		stateLeaving, micros(time.Now()), id))
	if err != nil {
		return fmt.Errorf("uninstall %s: %w", id, err)
	}
	if begun {
		return nil
	}
	known, err := s.has(ctx, `SELECT COUNT(*) FROM installations WHERE id = $1`, id)
	if err != nil {
		return fmt.Errorf("uninstall %s: %w", id, err)
	}
	if !known {
		return fmt.Errorf("uninstall %s: %w", id, ErrNotFound)
	}
	return nil
}

// Leaving lists the installations whose uninstallation is not finished.
func (s *Store) Leaving(ctx context.Context) ([]Leaving, error) {
	all, err := query(ctx, s.read, func(rows *sql.Rows) (Leaving, error) {
		var one Leaving
		var since int64
		err := rows.Scan(&one.Installation, &since)
		one.Since = fromMicros(since)
		return one, err
	}, `SELECT id, left_at FROM installations WHERE state = $1 ORDER BY left_at, id`, stateLeaving)
	if err != nil {
		return nil, fmt.Errorf("list what is being uninstalled: %w", err)
	}
	return all, nil
}

// Purge finishes an uninstallation: the credentials, tokens, settings, what was
// learnt and what waits in the inbox are deleted. What stays is the id, the
// vendors' ids of the accounts, the hash by which late webhooks are known, and the
// ledger: a company that comes back gets nothing written twice. To purge again
// changes nothing.
func (s *Store) Purge(ctx context.Context, id string) error {
	for _, vendor := range []string{VendorAircall, VendorHelpScout} {
		// A refresh that runs would save its tokens after the purge.
		unlock, err := s.LockTokens(ctx, id, vendor)
		if err != nil {
			return fmt.Errorf("purge %s: %w", id, err)
		}
		defer unlock()
	}
	empty, err := json.Marshal(settings.Installation{ID: id})
	if err != nil {
		return fmt.Errorf("purge %s: %w", id, err)
	}
	err = s.inTx(ctx, func(tx *sql.Tx) error {
		purged, err := affected(tx.ExecContext(ctx, `UPDATE installations SET sealed = $1, state = $2, updated_at = $3 WHERE id = $4 AND state = $5`,
			s.keys.Seal(empty, bind("installation", id)), stateGone, micros(time.Now()), id, stateLeaving))
		if err != nil || !purged {
			return err
		}
		if err := forgetTokens(ctx, tx, id); err != nil {
			return err
		}
		for _, statement := range []string{
			`DELETE FROM memory WHERE installation = $1`,
			`DELETE FROM tag_claims WHERE installation = $1`,
			`DELETE FROM inbox WHERE installation = $1`,
			`DELETE FROM message_tokens WHERE installation = $1`,
			`DELETE FROM media WHERE installation = $1`,
			`DELETE FROM desk_tokens WHERE installation = $1`,
		} {
			if _, err := tx.ExecContext(ctx, statement, id); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("purge %s: %w", id, err)
	}
	return nil
}

// forgetTokens keeps which accounts they were of.
func forgetTokens(ctx context.Context, tx *sql.Tx, installation string) error {
	_, err := tx.ExecContext(ctx, `UPDATE connections SET sealed = $1 WHERE installation = $2`, []byte{}, installation)
	return err
}

// IDTaken tells whether an id belongs to an installation or ever did, so that no
// other company may get it: the ledger goes by ids.
func (s *Store) IDTaken(ctx context.Context, id string) (bool, error) {
	for _, text := range []string{
		`SELECT COUNT(*) FROM installations WHERE id = $1`,
		`SELECT COUNT(*) FROM connections WHERE installation = $1`,
	} {
		taken, err := s.has(ctx, text, id)
		if err != nil || taken {
			return taken, err
		}
	}
	// In the order of bytes, "0" follows "/".
	return s.has(ctx, `SELECT COUNT(*) FROM (SELECT 1 FROM ledger WHERE key >= $1 AND key < $2 LIMIT 1) AS found`, id+"/", id+"0")
}

func (s *Store) has(ctx context.Context, text string, args ...any) (bool, error) {
	var count int
	err := s.read.QueryRowContext(ctx, text, args...).Scan(&count)
	return count > 0, err
}
