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

// ChangeInstallation reads an installation, lets change work on it, and writes it
// together with the entry of the audit that change returns (nil for none), all of
// it or nothing, and nobody else changes it in between. The entry's installation
// is filled in. change must not call the store. The errors are ErrNotFound,
// ErrTokenTaken, secret.ErrUnknownKey, secret.ErrTampered, and whatever change
// returns, which then changes nothing.
func (s *Store) ChangeInstallation(ctx context.Context, id string, change func(*settings.Installation) (*AuditEntry, error)) error {
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		lock := ""
		if s.dialect == PostgreSQL {
			lock = " FOR UPDATE" // on SQLite the transaction holds the only write lock
		}
		var sealed []byte
		err := tx.QueryRowContext(ctx, `SELECT sealed FROM installations WHERE id = $1 AND state = ''`+lock, id).Scan(&sealed)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrNotFound
		}
		if err != nil {
			return err
		}
		installation, err := s.openInstallation(id, sealed)
		if err != nil {
			return err
		}
		entry, err := change(&installation)
		if err != nil {
			return err
		}
		if entry != nil {
			entry.Installation = id
			if entry.ID, err = s.insertAudit(ctx, tx, *entry); err != nil {
				return err
			}
		}
		document, err := json.Marshal(installation)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE installations SET token_hash = $1, sealed = $2, updated_at = $3 WHERE id = $4`,
			s.tokenHash(installation.Aircall.WebhookToken), s.keys.Seal(document, bind("installation", id)), micros(time.Now()), id)
		if err != nil {
			return err
		}
		return s.putMessageTokens(ctx, tx, installation)
	})
	if isUniqueViolation(err) {
		err = ErrTokenTaken
	}
	if err != nil {
		return fmt.Errorf("change installation %s: %w", id, err)
	}
	return nil
}

// CreateInstallation writes a new installation and says whether it did: one of the
// same id is left as it is. Its error is ErrTokenTaken.
func (s *Store) CreateInstallation(ctx context.Context, installation settings.Installation) (bool, error) {
	document, err := json.Marshal(installation)
	if err != nil {
		return false, fmt.Errorf("create installation %s: %w", installation.ID, err)
	}
	created, err := affected(s.write.ExecContext(ctx, `
		INSERT INTO installations (id, token_hash, sealed, updated_at) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING`,
		installation.ID, s.tokenHash(installation.Aircall.WebhookToken),
		s.keys.Seal(document, bind("installation", installation.ID)), micros(time.Now())))
	if isUniqueViolation(err) {
		err = ErrTokenTaken
	}
	if err != nil {
		return false, fmt.Errorf("create installation %s: %w", installation.ID, err)
	}
	return created, nil
}
