package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// ClaimWorker makes this process the only worker of an SQLite database, because
// locks there do not reach other processes. It locks worker.lock beside the
// database file until release is called or the process ends. Its error is
// ErrWorkerTaken. On PostgreSQL it does nothing.
func (s *Store) ClaimWorker(ctx context.Context) (release func(), err error) {
	if s.workerFile == "" {
		return func() {}, nil
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	release, taken, err := tryFile(s.workerFile)
	if err != nil {
		return nil, err
	}
	if taken {
		return nil, fmt.Errorf("%w: %s is locked; stop that process, or use PostgreSQL to run several workers", ErrWorkerTaken, s.workerFile)
	}
	return release, nil
}

// waitForFile locks a file against other processes, waiting until ctx is done.
func waitForFile(ctx context.Context, path string) (release func(), err error) {
	poll := time.NewTicker(20 * time.Millisecond)
	defer poll.Stop()
	for {
		release, taken, err := tryFile(path)
		if err != nil || !taken {
			return release, err
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("wait for %s, which another process holds: %w", path, ctx.Err())
		case <-poll.C:
		}
	}
}

// tryFile locks a file and tells whether it was taken. The file stays when the
// lock goes: to delete it would let two processes lock two files of one name.
func tryFile(path string) (release func(), taken bool, err error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // the operator chooses the path
	if err != nil {
		return nil, false, notWritable(path, err)
	}
	err = unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	switch {
	case errors.Is(err, unix.EWOULDBLOCK):
		_ = file.Close()
		return nil, true, nil
	case err != nil:
		_ = file.Close()
		return nil, false, fmt.Errorf("lock %s: %w", path, err)
	}
	return func() { _ = file.Close() }, false, nil
}
