package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// The vendors that tokens are kept of.
const (
	VendorAircall   = "aircall"
	VendorHelpScout = "helpscout"
)

// Tokens are what a person's consent gave at one vendor. Printing them shows none.
type Tokens struct {
	// Account is the vendor's own id of the account; it stands in clear.
	Account string `json:"-"`
	// Access opens the API until Expiry; the zero time is no end.
	Access string    `json:"access"`
	Expiry time.Time `json:"expiry,omitzero"`
	// Refresh gives the next tokens, once. Empty where the vendor has none.
	Refresh string `json:"refresh,omitempty"`
	// Previous is the refresh token before that one: a last resort if the vendor
	// never gave Refresh out.
	Previous string `json:"previous,omitempty"`
	// ObtainedAt is when Access was given.
	ObtainedAt time.Time `json:"obtained_at,omitzero"`
	// RefusedAt is since when the vendor refuses to give further ones, so that a
	// person has to connect again; the zero time means that it does not.
	RefusedAt time.Time `json:"refused_at,omitzero"`
}

// String says whose tokens they are, and shows none.
func (t Tokens) String() string { return fmt.Sprintf("tokens of account %q", t.Account) }

// GoString is String, so that %#v shows no secret either.
func (t Tokens) GoString() string { return t.String() }

// LogValue is String for slog.
func (t Tokens) LogValue() slog.Value { return slog.StringValue(t.String()) }

// SaveTokens keeps an installation's tokens, sealed, in the place of those before. It
// returns once they are durable. Whoever saves what a refresh gave holds LockTokens.
func (s *Store) SaveTokens(ctx context.Context, installation, vendor string, tokens Tokens) error {
	document, err := json.Marshal(tokens)
	if err != nil {
		return fmt.Errorf("save tokens of %s: %w", installation, err)
	}
	_, err = s.write.ExecContext(ctx, `
		INSERT INTO connections (installation, vendor, account, sealed, updated_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (installation, vendor) DO UPDATE
		SET account = excluded.account, sealed = excluded.sealed, updated_at = excluded.updated_at`,
		installation, vendor, tokens.Account, s.keys.Seal(document, bind("tokens", installation, vendor)), micros(time.Now()))
	if err != nil {
		return fmt.Errorf("save tokens of %s: %w", installation, err)
	}
	return nil
}

// Tokens reads an installation's tokens. Its errors are ErrNotFound, also for those
// that were purged, secret.ErrUnknownKey and secret.ErrTampered.
func (s *Store) Tokens(ctx context.Context, installation, vendor string) (Tokens, error) {
	var account string
	var sealed []byte
	err := s.read.QueryRowContext(ctx, `SELECT account, sealed FROM connections WHERE installation = $1 AND vendor = $2`,
		installation, vendor).Scan(&account, &sealed)
	switch {
	case errors.Is(err, sql.ErrNoRows), err == nil && len(sealed) == 0:
		return Tokens{}, fmt.Errorf("tokens of %s for %s: %w", installation, vendor, ErrNotFound)
	case err != nil:
		return Tokens{}, fmt.Errorf("read tokens of %s: %w", installation, err)
	}
	document, err := s.keys.Open(sealed, bind("tokens", installation, vendor))
	if err != nil {
		return Tokens{}, fmt.Errorf("tokens of %s: %w", installation, err)
	}
	tokens := Tokens{Account: account}
	if err := json.Unmarshal(document, &tokens); err != nil {
		return Tokens{}, fmt.Errorf("tokens of %s cannot be read", installation)
	}
	return tokens, nil
}

// InstallationOfAccount finds which installation is or was connected to a vendor's
// account. Its error is ErrNotFound.
func (s *Store) InstallationOfAccount(ctx context.Context, vendor, account string) (string, error) {
	if account == "" {
		return "", fmt.Errorf("an account without an id: %w", ErrNotFound)
	}
	var installation string
	err := s.read.QueryRowContext(ctx, `SELECT installation FROM connections WHERE vendor = $1 AND account = $2
		ORDER BY updated_at DESC, installation LIMIT 1`, vendor, account).Scan(&installation)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return "", fmt.Errorf("installation of this account: %w", ErrNotFound)
	case err != nil:
		return "", fmt.Errorf("find the installation of an account: %w", err)
	}
	return installation, nil
}

// AccountOf is the vendor's account that an installation is or was connected to;
// empty if none is known.
func (s *Store) AccountOf(ctx context.Context, installation, vendor string) (string, error) {
	var account string
	err := s.read.QueryRowContext(ctx, `SELECT account FROM connections WHERE installation = $1 AND vendor = $2`,
		installation, vendor).Scan(&account)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("read the account of %s: %w", installation, err)
	}
	return account, nil
}

// LockTokens is Lock for whoever refreshes the tokens of an installation. Unlike
// other locks it holds against other processes on SQLite too, where the API beside
// a worker may refresh: there one refresh runs at a time and vendor, whose ever it is.
// Who needs those of both vendors takes Aircall's first.
func (s *Store) LockTokens(ctx context.Context, installation, vendor string) (unlock func(), err error) {
	free, err := s.Lock(ctx, "token/"+installation+"/"+vendor)
	if err != nil || s.tokenFile == nil {
		return free, err
	}
	release, err := waitForFile(ctx, s.tokenFile(vendor))
	if err != nil {
		free()
		return nil, err
	}
	return func() {
		release()
		free()
	}, nil
}

// UseOnce tells whether something that works once, such as the state of a consent,
// was not used before. It is remembered until expires.
func (s *Store) UseOnce(ctx context.Context, id string, expires time.Time) (first bool, err error) {
	if _, err := s.write.ExecContext(ctx, `DELETE FROM spent WHERE expires_at < $1`, micros(time.Now())); err != nil {
		return false, fmt.Errorf("forget what expired: %w", err)
	}
	first, err = affected(s.write.ExecContext(ctx, `
		INSERT INTO spent (id_hash, expires_at) VALUES ($1, $2) ON CONFLICT (id_hash) DO NOTHING`,
		s.hash("spent", id), micros(expires)))
	if err != nil {
		return false, fmt.Errorf("note what works once: %w", err)
	}
	return first, nil
}
