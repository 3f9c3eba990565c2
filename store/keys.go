package store

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"slices"
)

const hashKeyName = "hash-key"

// HashKey returns 32 random bytes that were made with the database, for keyed
// hashes of numbers and tokens. They stay the same when the encryption key is
// changed.
func (s *Store) HashKey(context.Context) ([]byte, error) {
	return slices.Clone(s.hashKey), nil
}

// loadHashKey reads the hash key, or makes it in a new database. Being sealed, it
// also shows whether the encryption key is the right one.
func (s *Store) loadHashKey(ctx context.Context) error {
	fresh := make([]byte, sha256.Size)
	_, _ = rand.Read(fresh) // never fails: it ends the process instead
	boundTo := bind("meta", hashKeyName)
	_, err := s.write.ExecContext(ctx, `INSERT INTO meta (name, sealed) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING`,
		hashKeyName, s.keys.Seal(fresh, boundTo))
	if err != nil {
		return fmt.Errorf("keep the hash key: %w", err)
	}
	var sealed []byte
	if err := s.write.QueryRowContext(ctx, `SELECT sealed FROM meta WHERE name = $1`, hashKeyName).Scan(&sealed); err != nil {
		return fmt.Errorf("read the hash key: %w", err)
	}
	s.hashKey, err = s.keys.Open(sealed, boundTo)
	if err != nil {
		return fmt.Errorf("%w: set CALLSCOUT_ENCRYPTION_KEY to the key the database was made with; after a rotation, give the old key too, behind a comma (%w)", ErrWrongKey, err)
	}
	return nil
}

// hash is a keyed hash of one thing for one purpose.
func (s *Store) hash(purpose string, parts ...string) []byte {
	mac := hmac.New(sha256.New, s.hashKey)
	mac.Write(bind(purpose, parts...))
	return mac.Sum(nil)
}

// bind writes what a sealed value or a hash is for. Each part is quoted, so that
// no two lists of parts read the same.
func bind(purpose string, parts ...string) []byte {
	return fmt.Appendf(nil, "%s %q", purpose, parts)
}
