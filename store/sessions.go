package store

import (
	"context"
	"fmt"
	"time"
)

// EndSession notes that a session is over before its time, which is until. Only a
// keyed hash of its id is kept.
func (s *Store) EndSession(ctx context.Context, id string, until time.Time) error {
	if _, err := s.write.ExecContext(ctx, `DELETE FROM ended_sessions WHERE until < $1`, micros(time.Now())); err != nil {
		return fmt.Errorf("end a session: %w", err)
	}
	_, err := s.write.ExecContext(ctx, `INSERT INTO ended_sessions (hash, until) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING`,
		s.hash("session", id), micros(until))
	if err != nil {
		return fmt.Errorf("end a session: %w", err)
	}
	return nil
}

// SessionEnded tells whether EndSession was called for a session.
func (s *Store) SessionEnded(ctx context.Context, id string) (bool, error) {
	var found int
	err := s.read.QueryRowContext(ctx, `SELECT COUNT(*) FROM ended_sessions WHERE hash = $1`, s.hash("session", id)).Scan(&found)
	if err != nil {
		return false, fmt.Errorf("look for an ended session: %w", err)
	}
	return found > 0, nil
}
