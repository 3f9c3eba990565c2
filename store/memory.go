package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Remember keeps an id that was learnt, such as the customer of a number; what was
// known before is replaced. The key may be a number or an e-mail address: only a
// keyed hash of it is stored. The value stands in clear: ids, and hashes of what
// is personal.
func (s *Store) Remember(ctx context.Context, installation, kind, key, value string) error {
	_, err := s.write.ExecContext(ctx, `
		INSERT INTO memory (installation, kind, key_hash, value, learnt_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (installation, kind, key_hash) DO UPDATE
		SET value = excluded.value, learnt_at = excluded.learnt_at`,
		installation, kind, s.memoryHash(installation, kind, key), value, micros(time.Now()))
	if err != nil {
		return fmt.Errorf("remember %s: %w", kind, err)
	}
	return nil
}

// Recall returns what was remembered, since when, and whether there was anything.
func (s *Store) Recall(ctx context.Context, installation, kind, key string) (value string, at time.Time, ok bool, err error) {
	var learntAt int64
	err = s.read.QueryRowContext(ctx, `SELECT value, learnt_at FROM memory WHERE installation = $1 AND kind = $2 AND key_hash = $3`,
		installation, kind, s.memoryHash(installation, kind, key)).Scan(&value, &learntAt)
	if errors.Is(err, sql.ErrNoRows) {
		return "", time.Time{}, false, nil
	}
	if err != nil {
		return "", time.Time{}, false, fmt.Errorf("recall %s: %w", kind, err)
	}
	return value, fromMicros(learntAt), true, nil
}

// Forget drops what was remembered, if anything: a vendor said that the id is gone.
func (s *Store) Forget(ctx context.Context, installation, kind, key string) error {
	_, err := s.write.ExecContext(ctx, `DELETE FROM memory WHERE installation = $1 AND kind = $2 AND key_hash = $3`,
		installation, kind, s.memoryHash(installation, kind, key))
	if err != nil {
		return fmt.Errorf("forget %s: %w", kind, err)
	}
	return nil
}

func (s *Store) memoryHash(installation, kind, key string) []byte {
	return s.hash("memory", installation, kind, key)
}
