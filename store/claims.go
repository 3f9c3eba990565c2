package store

import (
	"context"
	"database/sql"
	"fmt"
)

// Claim says that a call needs a tag on a conversation. The in-progress tag leaves
// a conversation with the last call that claims it.
type Claim struct {
	Installation string
	Conversation int64
	Tag          string
	// Call names the call, such as its Aircall id.
	Call string
}

// Claim notes that the call needs the tag; to claim again changes nothing.
func (s *Store) Claim(ctx context.Context, installation string, conversation int64, tag, call string) error {
	_, err := s.write.ExecContext(ctx, `
		INSERT INTO tag_claims (installation, conversation, tag, call_id) VALUES ($1, $2, $3, $4)
		ON CONFLICT DO NOTHING`, installation, conversation, tag, call)
	if err != nil {
		return fmt.Errorf("claim a tag on conversation %d: %w", conversation, err)
	}
	return nil
}

// Release notes that the call no longer needs the tag; no claim is no error.
func (s *Store) Release(ctx context.Context, installation string, conversation int64, tag, call string) error {
	_, err := s.write.ExecContext(ctx, `
		DELETE FROM tag_claims WHERE installation = $1 AND conversation = $2 AND tag = $3 AND call_id = $4`,
		installation, conversation, tag, call)
	if err != nil {
		return fmt.Errorf("release a tag on conversation %d: %w", conversation, err)
	}
	return nil
}

// Claimants lists the calls that need the tag on the conversation, in order.
func (s *Store) Claimants(ctx context.Context, installation string, conversation int64, tag string) ([]string, error) {
	calls, err := query(ctx, s.read, func(rows *sql.Rows) (string, error) {
		var call string
		err := rows.Scan(&call)
		return call, err
	}, `SELECT call_id FROM tag_claims WHERE installation = $1 AND conversation = $2 AND tag = $3 ORDER BY call_id`,
		installation, conversation, tag)
	if err != nil {
		return nil, fmt.Errorf("read the tag claims of conversation %d: %w", conversation, err)
	}
	return calls, nil
}

// ClaimsOf lists what a call claims, by conversation and tag.
func (s *Store) ClaimsOf(ctx context.Context, installation, call string) ([]Claim, error) {
	claims, err := query(ctx, s.read, func(rows *sql.Rows) (Claim, error) {
		var claim Claim
		err := rows.Scan(&claim.Installation, &claim.Conversation, &claim.Tag, &claim.Call)
		return claim, err
	}, `SELECT installation, conversation, tag, call_id FROM tag_claims
		WHERE installation = $1 AND call_id = $2 ORDER BY conversation, tag`, installation, call)
	if err != nil {
		return nil, fmt.Errorf("read the tag claims of a call: %w", err)
	}
	return claims, nil
}

// MoveClaims moves all claims from one conversation to the one that it was merged
// into.
func (s *Store) MoveClaims(ctx context.Context, installation string, from, to int64) error {
	if from == to {
		return nil
	}
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `
			INSERT INTO tag_claims (installation, conversation, tag, call_id)
			SELECT installation, CAST($3 AS BIGINT), tag, call_id FROM tag_claims
			WHERE installation = $1 AND conversation = $2
			ON CONFLICT DO NOTHING`, installation, from, to)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM tag_claims WHERE installation = $1 AND conversation = $2`, installation, from)
		return err
	})
	if err != nil {
		return fmt.Errorf("move the tag claims of conversation %d to %d: %w", from, to, err)
	}
	return nil
}
