package store

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	// lockStatementTimeout bounds one statement on the session of the locks.
	lockStatementTimeout = 10 * time.Second
	// Between tries for a lock that another process holds.
	shortestLockWait, longestLockWait = 10 * time.Millisecond, 200 * time.Millisecond
)

// sessionLocks takes PostgreSQL's advisory locks, all of a process on one
// connection of their own. A connection per lock would be a pool that runs dry
// once every holder waits for its second lock; one connection can hold any number.
// So no statement may wait on the server: a lock that is taken is tried again.
type sessionLocks struct {
	config *pgx.ConnConfig
	// turn has room for one: whoever fills it may use the fields below.
	turn   chan struct{}
	conn   *pgx.Conn
	held   map[string]struct{}
	closed bool
}

func newSessionLocks(config *pgx.ConnConfig) *sessionLocks {
	config = config.Copy()
	config.RuntimeParams["application_name"] += " locks"
	return &sessionLocks{config: config, turn: make(chan struct{}, 1), held: map[string]struct{}{}}
}

// lock waits for the lock; the caller makes sure that this process asks once.
func (l *sessionLocks) lock(ctx context.Context, key string) error {
	wait := time.NewTimer(0)
	defer wait.Stop()
	for pause := shortestLockWait; ; pause = min(2*pause, longestLockWait) {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-wait.C:
		}
		taken, err := l.try(ctx, key)
		if err != nil || taken {
			return err
		}
		wait.Reset(pause)
	}
}

func (l *sessionLocks) try(ctx context.Context, key string) (bool, error) {
	select {
	case l.turn <- struct{}{}:
	case <-ctx.Done():
		return false, ctx.Err()
	}
	defer func() { <-l.turn }()

	// A statement that is cancelled ends its connection, and with it the locks of
	// everybody else in this process.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lockStatementTimeout)
	defer cancel()
	reused := l.conn != nil
	taken, err := l.tryOnce(ctx, key)
	if err != nil && reused {
		// The connection was lost since the last lock; what it held is free.
		taken, err = l.tryOnce(ctx, key)
	}
	if taken {
		l.held[key] = struct{}{}
	}
	return taken, err
}

func (l *sessionLocks) tryOnce(ctx context.Context, key string) (bool, error) {
	if err := l.connect(ctx); err != nil {
		return false, err
	}
	taken, err := tryAdvisoryLock(ctx, l.conn, key)
	if err != nil {
		l.disconnect()
	}
	return taken, err
}

// connect opens the session if there is none, and takes again what was held when
// the last one was lost.
func (l *sessionLocks) connect(ctx context.Context) error {
	if l.closed {
		return errors.New("the store is closed")
	}
	if l.conn != nil {
		return nil
	}
	conn, err := pgx.ConnectConfig(ctx, l.config)
	if err != nil {
		return err
	}
	l.conn = conn
	if err := keepSession(ctx, conn); err != nil {
		l.disconnect()
		return err
	}
	for _, key := range slices.Sorted(maps.Keys(l.held)) {
		if _, err := tryAdvisoryLock(ctx, conn, key); err != nil {
			l.disconnect()
			return err
		}
	}
	return nil
}

func (l *sessionLocks) unlock(key string) {
	l.turn <- struct{}{}
	defer func() { <-l.turn }()
	delete(l.held, key)
	if l.conn == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), lockStatementTimeout)
	defer cancel()
	if _, err := l.conn.Exec(ctx, `SELECT pg_advisory_unlock(('x' || $1::text)::bit(64)::bigint)`, key); err != nil {
		l.disconnect()
	}
}

func (l *sessionLocks) close() {
	l.turn <- struct{}{}
	defer func() { <-l.turn }()
	l.closed = true
	l.disconnect()
}

// disconnect ends the session; the server then frees all its locks.
func (l *sessionLocks) disconnect() {
	if l.conn == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), lockStatementTimeout)
	defer cancel()
	_ = l.conn.Close(ctx)
	l.conn = nil
}

func tryAdvisoryLock(ctx context.Context, conn *pgx.Conn, key string) (taken bool, err error) {
	err = conn.QueryRow(ctx, `SELECT pg_try_advisory_lock(('x' || $1::text)::bit(64)::bigint)`, key).Scan(&taken)
	return taken, err
}

// keepSession makes the server notice within half a minute that a machine is gone
// without a word, instead of two hours, and never end the session for idling. It
// sets only what this version of the server has.
func keepSession(ctx context.Context, conn *pgx.Conn) error {
	_, err := conn.Exec(ctx, `
		SELECT set_config(wanted.name, wanted.value, false)
		FROM (VALUES ('tcp_keepalives_idle', '15'), ('tcp_keepalives_interval', '5'), ('tcp_keepalives_count', '3'),
			('idle_session_timeout', '0')) AS wanted (name, value)
		JOIN pg_settings ON pg_settings.name = wanted.name`)
	return err
}
