package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// MediaFile is a file of a message that was fetched and does not stand in Help
// Scout yet.
type MediaFile struct {
	Name string `json:"name"`
	Type string `json:"type"`
	Data []byte `json:"data"`
}

// KeepMedia keeps a message's file, sealed. The same file kept again replaces the
// earlier one.
func (s *Store) KeepMedia(ctx context.Context, installation, message string, file int, content MediaFile) error {
	document, err := json.Marshal(content)
	if err != nil {
		return fmt.Errorf("keep a file: %w", err)
	}
	_, err = s.write.ExecContext(ctx, `
		INSERT INTO media (installation, message, file, sealed, kept_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (installation, message, file) DO UPDATE SET sealed = excluded.sealed, kept_at = excluded.kept_at`,
		installation, message, file, s.keys.Seal(document, boundMedia(installation, message, file)), micros(time.Now()))
	if err != nil {
		return fmt.Errorf("keep a file: %w", err)
	}
	return nil
}

// Media reads a kept file, and tells whether it is there. Its errors are
// secret.ErrUnknownKey and secret.ErrTampered.
func (s *Store) Media(ctx context.Context, installation, message string, file int) (MediaFile, bool, error) {
	var sealed []byte
	err := s.read.QueryRowContext(ctx, `SELECT sealed FROM media WHERE installation = $1 AND message = $2 AND file = $3`,
		installation, message, file).Scan(&sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return MediaFile{}, false, nil
	}
	if err != nil {
		return MediaFile{}, false, fmt.Errorf("read a kept file: %w", err)
	}
	document, err := s.keys.Open(sealed, boundMedia(installation, message, file))
	if err != nil {
		return MediaFile{}, false, fmt.Errorf("read a kept file: %w", err)
	}
	var content MediaFile
	if err := json.Unmarshal(document, &content); err != nil {
		return MediaFile{}, false, fmt.Errorf("read a kept file: %w", err)
	}
	return content, true, nil
}

// DropMedia drops a kept file that nobody needs any more, if it is there.
func (s *Store) DropMedia(ctx context.Context, installation, message string, file int) error {
	_, err := s.write.ExecContext(ctx, `DELETE FROM media WHERE installation = $1 AND message = $2 AND file = $3`, installation, message, file)
	if err != nil {
		return fmt.Errorf("drop a kept file: %w", err)
	}
	return nil
}

// DropMediaKeptBefore drops what nobody came back for, and tells how much that was.
func (s *Store) DropMediaKeptBefore(ctx context.Context, before time.Time) (int, error) {
	result, err := s.write.ExecContext(ctx, `DELETE FROM media WHERE kept_at < $1`, micros(before))
	if err != nil {
		return 0, fmt.Errorf("drop old files: %w", err)
	}
	dropped, err := result.RowsAffected()
	return int(dropped), err
}

func boundMedia(installation, message string, file int) []byte {
	return bind("media", installation, message, fmt.Sprint(file))
}
