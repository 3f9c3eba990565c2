package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"
)

// DeskToken is what is known of a token with which a person signs in to the desk. The
// token itself is not kept.
type DeskToken struct {
	// ID is what a list shows and a revocation names.
	ID string `json:"-"`
	// Installation is the only one that it signs in to; "" for all.
	Installation string `json:"-"`
	// Name is whose it is, as the audit shows it.
	Name string `json:"name"`
	// Role is what the desk calls what the person may do.
	Role string `json:"role"`
	// MadeAt and UsedAt are when it was made and when it signed in last; UsedAt is
	// zero where it never did.
	MadeAt time.Time `json:"-"`
	UsedAt time.Time `json:"-"`
}

func deskTokenBound(id, installation string) []byte { return bind("desk token", id, installation) }

// AddDeskToken keeps a token's hash, and what is known of it.
func (s *Store) AddDeskToken(ctx context.Context, token string, known DeskToken) error {
	document, err := json.Marshal(known)
	if err != nil {
		return fmt.Errorf("keep a token: %w", err)
	}
	_, err = s.write.ExecContext(ctx, `INSERT INTO desk_tokens (id, hash, installation, sealed, made_at) VALUES ($1, $2, $3, $4, $5)`,
		known.ID, s.hash("desk token", token), known.Installation, s.keys.Seal(document, deskTokenBound(known.ID, known.Installation)), micros(time.Now()))
	if err != nil {
		return fmt.Errorf("keep a token: %w", err)
	}
	return nil
}

// UseDeskToken finds what is known of a token, and notes that it was used. Its errors
// are ErrNotFound, secret.ErrUnknownKey and secret.ErrTampered.
func (s *Store) UseDeskToken(ctx context.Context, token string) (DeskToken, error) {
	hash := s.hash("desk token", token)
	found, err := query(ctx, s.read, s.scanDeskToken, selectDeskTokens+` WHERE hash = $1`, hash)
	if err == nil && len(found) == 0 {
		err = ErrNotFound
	}
	if err == nil {
		_, err = s.write.ExecContext(ctx, `UPDATE desk_tokens SET used_at = $1 WHERE hash = $2`, micros(time.Now()), hash)
	}
	if err != nil {
		return DeskToken{}, fmt.Errorf("look for a token: %w", err)
	}
	return found[0], nil
}

// DeskTokens lists all tokens, the oldest first.
func (s *Store) DeskTokens(ctx context.Context) ([]DeskToken, error) {
	all, err := query(ctx, s.read, s.scanDeskToken, selectDeskTokens+` ORDER BY made_at, id`)
	if err != nil {
		return nil, fmt.Errorf("list tokens: %w", err)
	}
	return all, nil
}

// DeskTokenStands tells whether a token was not revoked.
func (s *Store) DeskTokenStands(ctx context.Context, id string) (bool, error) {
	stands, err := s.has(ctx, `SELECT COUNT(*) FROM desk_tokens WHERE id = $1`, id)
	if err != nil {
		return false, fmt.Errorf("look for a token: %w", err)
	}
	return stands, nil
}

// RevokeDeskToken takes a token back and tells whose it was. Its error is ErrNotFound
// where there is none of that id.
func (s *Store) RevokeDeskToken(ctx context.Context, id string) (DeskToken, error) {
	found, err := query(ctx, s.write, s.scanDeskToken, `DELETE FROM desk_tokens WHERE id = $1 RETURNING `+deskTokenColumns, id)
	if err == nil && len(found) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return DeskToken{}, fmt.Errorf("revoke a token: %w", err)
	}
	return found[0], nil
}

const (
	deskTokenColumns = `id, installation, sealed, made_at, used_at`
	selectDeskTokens = `SELECT ` + deskTokenColumns + ` FROM desk_tokens`
)

func (s *Store) scanDeskToken(rows *sql.Rows) (DeskToken, error) {
	var known DeskToken
	var made, used int64
	var sealed []byte
	if err := rows.Scan(&known.ID, &known.Installation, &sealed, &made, &used); err != nil {
		return known, err
	}
	document, err := s.keys.Open(sealed, deskTokenBound(known.ID, known.Installation))
	if err != nil {
		return known, fmt.Errorf("token %s: %w", known.ID, err)
	}
	known.MadeAt, known.UsedAt = fromMicros(made), fromMicros(used)
	return known, json.Unmarshal(document, &known)
}
