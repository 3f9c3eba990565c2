// Package store keeps what must outlive a process: installations with their
// sealed secrets, the inbox of webhook events that wait, the ledger of what was
// written, locks, ids learnt, and which call needs which tag. It runs on SQLite
// and on PostgreSQL.
//
// It imports nothing of ours but settings and secret. It knows nothing of
// Aircall, Help Scout or Temporal, and decides nothing.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"callscout/secret"
)

// The two databases, as Dialect names them.
const (
	SQLite     = "sqlite"
	PostgreSQL = "postgres"
)

var (
	// ErrNotFound says that there is no such installation or event.
	ErrNotFound = errors.New("not found in the store")
	// ErrTokenTaken says that another installation has this Aircall webhook token, or
	// this token of messages.
	ErrTokenTaken = errors.New("another installation has this Aircall token")
	// ErrConflict says that a key of the ledger is done with another id.
	ErrConflict = errors.New("the ledger has this key as done with another id")
	// ErrNewerSchema says that a newer Callscout has changed the database.
	ErrNewerSchema = errors.New("the database was changed by a newer Callscout")
	// ErrWrongKey says that the database was sealed with a key that is not given.
	ErrWrongKey = errors.New("the encryption key does not open this database")
	// ErrWorkerTaken says that a worker already uses this SQLite database.
	ErrWorkerTaken = errors.New("another worker uses this database")
)

// Config says which database to open.
type Config struct {
	// URL is postgres://..., or the path of an SQLite file, or empty for
	// callscout.db in DataDir.
	URL string
	// DataDir is the data folder; needed only when URL is empty.
	DataDir string
	// Keys seal what must not be read on a stolen disk.
	Keys *secret.Ring
}

// Store is one open database. It is safe for concurrent use.
type Store struct {
	dialect string
	// write and read are the same pool on PostgreSQL. On SQLite there is one
	// connection that writes, and readers do not wait for its fsync.
	write, read *sql.DB
	// exclusively runs the set-up of the database in one process at a time.
	exclusively func(ctx context.Context, setUp func() error) error

	keys    *secret.Ring
	hashKey []byte

	local keyedMutex
	// shared holds locks against other processes; nil on SQLite.
	shared *sessionLocks
	// tokenFile is locked while a vendor's tokens are refreshed; nil on PostgreSQL.
	tokenFile func(vendor string) string
	// workerFile is the file that the only worker locks; empty on PostgreSQL.
	workerFile string
}

// Open connects to the database and brings its schema up to date; several
// processes may do so at once. Its errors are ErrNewerSchema, ErrWrongKey, and
// plain ones that say what to do about the folder, the address or the server.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	if cfg.Keys == nil {
		return nil, errors.New("the store needs an encryption key: set CALLSCOUT_ENCRYPTION_KEY")
	}
	s, err := connect(cfg)
	if err != nil {
		return nil, err
	}
	s.keys = cfg.Keys
	err = s.exclusively(ctx, func() error {
		if err := migrate(ctx, s.write, s.dialect); err != nil {
			return err
		}
		return s.loadHashKey(ctx)
	})
	if err != nil {
		_ = s.Close()
		return nil, err
	}
	return s, nil
}

func connect(cfg Config) (*Store, error) {
	scheme, _, isURL := strings.Cut(cfg.URL, "://")
	switch {
	case isURL && (scheme == "postgres" || scheme == "postgresql"):
		return connectPostgres(cfg.URL)
	case isURL:
		// The rest of the address may hold a password.
		return nil, fmt.Errorf("database address begins with %q: use postgres://user:password@host/database, or the path of an SQLite file", scheme+"://")
	}
	return connectSQLite(cfg)
}

// Close ends all connections, and with them every lock that is still held.
func (s *Store) Close() error {
	if s.shared != nil {
		s.shared.close()
	}
	if s.read == s.write {
		return s.write.Close()
	}
	return errors.Join(s.read.Close(), s.write.Close())
}

// Ping tells whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	var found int
	if err := s.read.QueryRowContext(ctx, `SELECT COUNT(*) FROM meta`).Scan(&found); err != nil {
		return fmt.Errorf("the %s database does not answer: %w", s.dialect, err)
	}
	return nil
}

// Dialect is SQLite or PostgreSQL.
func (s *Store) Dialect() string { return s.dialect }
