package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

const (
	// postgresConnections bounds what one process takes of the server, beside the
	// one connection for locks.
	postgresConnections = 10
	// connectTimeout holds where the address names none.
	connectTimeout = 10 * time.Second
)

func connectPostgres(address string) (*Store, error) {
	config, err := pgx.ParseConfig(address)
	if err != nil {
		// The cause may quote the address, and so the password.
		return nil, errors.New("database address does not parse: it must read postgres://user:password@host:port/database, with special characters of the password written as %XX")
	}
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "callscout"
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = connectTimeout
	}
	db := stdlib.OpenDB(*config, stdlib.OptionAfterConnect(keepCommitsDurable))
	db.SetMaxOpenConns(postgresConnections)
	db.SetMaxIdleConns(postgresConnections)
	db.SetConnMaxIdleTime(5 * time.Minute)
	s := &Store{
		dialect: PostgreSQL,
		write:   db,
		read:    db,
		shared:  newSessionLocks(config),
	}
	s.exclusively = s.underMigrationLock
	return s, nil
}

// keepCommitsDurable undoes synchronous_commit=off where a server has it, and
// leaves stronger values alone: an accepted webhook must survive a crash.
func keepCommitsDurable(ctx context.Context, conn *pgx.Conn) error {
	_, err := conn.Exec(ctx, `SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'`)
	return err
}

// underMigrationLock holds a session lock around setUp. goose has one of its own,
// but looks at the schema before it takes it, and polls by the second.
func (s *Store) underMigrationLock(ctx context.Context, setUp func() error) error {
	const lockID = `hashtextextended('callscout migrations ' || COALESCE(current_schema(), ''), 0)`
	conn, err := s.write.Conn(ctx)
	if err != nil {
		return fmt.Errorf("the PostgreSQL server cannot be used: check CALLSCOUT_DATABASE_URL (%w)", err)
	}
	// Closing gives the connection back to the pool, so the lock must be freed
	// even when ctx is over.
	defer func() { _ = conn.Close() }()
	if _, err := conn.ExecContext(ctx, `SELECT pg_advisory_lock(`+lockID+`)`); err != nil {
		return fmt.Errorf("wait for the migration lock: %w", err)
	}
	defer func() {
		_, _ = conn.ExecContext(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock(`+lockID+`)`)
	}()
	return setUp()
}
