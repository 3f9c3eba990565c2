package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"callscout/settings"
)

// PutInstallation writes an installation, new or changed; one that was uninstalled
// is there again. Its error is ErrTokenTaken if another installation has the same
// Aircall webhook token, or the same token of messages, and ErrUninstalling.
func (s *Store) PutInstallation(ctx context.Context, installation settings.Installation) error {
	if installation.ID == "" {
		return errors.New("an installation needs an id")
	}
	document, err := json.Marshal(installation)
	if err != nil {
		return fmt.Errorf("write installation %s: %w", installation.ID, err)
	}
	written := true
	err = s.inTx(ctx, func(tx *sql.Tx) error {
		var err error
		written, err = affected(tx.ExecContext(ctx, `
			INSERT INTO installations (id, token_hash, sealed, updated_at) VALUES ($1, $2, $3, $4)
			ON CONFLICT (id) DO UPDATE
			SET token_hash = excluded.token_hash, sealed = excluded.sealed, updated_at = excluded.updated_at, state = '', left_at = 0
			WHERE installations.state <> $5`,
			installation.ID, s.tokenHash(installation.Aircall.WebhookToken),
			s.keys.Seal(document, bind("installation", installation.ID)), micros(time.Now()), stateLeaving))
		if err != nil || !written {
			return err
		}
		return s.putMessageTokens(ctx, tx, installation)
	})
	switch {
	case isUniqueViolation(err):
		return fmt.Errorf("write installation %s: %w", installation.ID, ErrTokenTaken)
	case err != nil:
		return fmt.Errorf("write installation %s: %w", installation.ID, err)
	case !written:
		return fmt.Errorf("write installation %s: %w", installation.ID, ErrUninstalling)
	}
	return nil
}

// Installation reads one installation, also while it is being uninstalled. Its errors
// are ErrNotFound, secret.ErrUnknownKey and secret.ErrTampered.
func (s *Store) Installation(ctx context.Context, id string) (settings.Installation, error) {
	found, err := s.installations(ctx, `SELECT id, sealed, state FROM installations WHERE id = $1 AND state <> $2`, id, stateGone)
	if err != nil {
		return settings.Installation{}, err
	}
	if len(found) == 0 {
		return settings.Installation{}, fmt.Errorf("installation %s: %w", id, ErrNotFound)
	}
	return found[0], nil
}

// InstallationByWebhookToken finds who an Aircall webhook is for, also one that was
// uninstalled. Its errors are ErrNotFound, secret.ErrUnknownKey and secret.ErrTampered.
func (s *Store) InstallationByWebhookToken(ctx context.Context, token string) (settings.Installation, error) {
	found, err := s.installations(ctx, `SELECT id, sealed, state FROM installations WHERE token_hash = $1`, s.tokenHash(token))
	if err != nil {
		return settings.Installation{}, err
	}
	if len(found) == 0 {
		return settings.Installation{}, fmt.Errorf("installation with this webhook token: %w", ErrNotFound)
	}
	return found[0], nil
}

// Installations reads all installations but those that are or were uninstalled,
// ordered by id. Its errors are
// secret.ErrUnknownKey and secret.ErrTampered.
func (s *Store) Installations(ctx context.Context) ([]settings.Installation, error) {
	return s.installations(ctx, `SELECT id, sealed, state FROM installations WHERE state = '' ORDER BY id`)
}

// DeleteInstallation forgets an installation, its tokens, the ids learnt for it, the
// tag claims of its calls and the kept files of its messages. Its ledger stays, so that nothing is written twice if it
// comes back, and so does what is in the inbox. Its error is ErrNotFound.
func (s *Store) DeleteInstallation(ctx context.Context, id string) error {
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		deleted, err := affected(tx.ExecContext(ctx, `DELETE FROM installations WHERE id = $1`, id))
		if err != nil {
			return err
		}
		if !deleted {
			return ErrNotFound
		}
		if err := forgetTokens(ctx, tx, id); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM memory WHERE installation = $1`, id); err != nil {
			return err
		}
		for _, deletion := range []string{
			`DELETE FROM tag_claims WHERE installation = $1`, `DELETE FROM message_tokens WHERE installation = $1`,
			`DELETE FROM media WHERE installation = $1`, `DELETE FROM desk_tokens WHERE installation = $1`,
		} {
			if _, err := tx.ExecContext(ctx, deletion, id); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("delete installation %s: %w", id, err)
	}
	return nil
}

// InstallationByMessagesToken finds who a callback of a number in proxy mode is
// for. Its errors are those of InstallationByWebhookToken.
func (s *Store) InstallationByMessagesToken(ctx context.Context, token string) (settings.Installation, error) {
	found, err := s.installations(ctx, `
		SELECT id, sealed, state FROM installations WHERE id IN (SELECT installation FROM message_tokens WHERE token_hash = $1)`, s.tokenHash(token))
	if err != nil {
		return settings.Installation{}, err
	}
	if len(found) == 0 {
		return settings.Installation{}, fmt.Errorf("installation with this token of messages: %w", ErrNotFound)
	}
	return found[0], nil
}

func (s *Store) putMessageTokens(ctx context.Context, tx *sql.Tx, installation settings.Installation) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM message_tokens WHERE installation = $1`, installation.ID); err != nil {
		return err
	}
	for _, token := range slices.Compact(slices.Sorted(slices.Values(installation.Aircall.MessagesTokens()))) {
		_, err := tx.ExecContext(ctx, `INSERT INTO message_tokens (token_hash, installation) VALUES ($1, $2)`, s.tokenHash(token), installation.ID)
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) installations(ctx context.Context, text string, args ...any) ([]settings.Installation, error) {
	found, err := query(ctx, s.read, func(rows *sql.Rows) (settings.Installation, error) {
		var id, state string
		var sealed []byte
		if err := rows.Scan(&id, &sealed, &state); err != nil {
			return settings.Installation{}, err
		}
		installation, err := s.openInstallation(id, sealed)
		installation.Uninstalled = state != ""
		return installation, err
	}, text, args...)
	if err != nil {
		return nil, fmt.Errorf("read installations: %w", err)
	}
	return found, nil
}

func (s *Store) openInstallation(id string, sealed []byte) (settings.Installation, error) {
	document, err := s.keys.Open(sealed, bind("installation", id))
	if err != nil {
		return settings.Installation{}, fmt.Errorf("installation %s: %w", id, err)
	}
	var installation settings.Installation
	if err := json.Unmarshal(document, &installation); err != nil {
		return settings.Installation{}, fmt.Errorf("installation %s: %w", id, err)
	}
	return installation, nil
}

// tokenHash is nil for no token: NULL is never found and never taken.
func (s *Store) tokenHash(token string) []byte {
	if token == "" {
		return nil
	}
	return s.hash("webhook token", token)
}

func isUniqueViolation(err error) bool {
	const postgresUniqueViolation = "23505"
	var onPostgres *pgconn.PgError
	if errors.As(err, &onPostgres) {
		return onPostgres.Code == postgresUniqueViolation
	}
	var onSQLite *sqlite.Error
	return errors.As(err, &onSQLite) && (onSQLite.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || onSQLite.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)
}
