package embedded

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// lock keeps a second process away from the database: two servers on one file
// start without a word and damage each other's runs. The kernel lets go of it
// when the process ends, however it ends.
func lock(dataDir string) (*os.File, error) {
	path := filepath.Join(dataDir, "temporal.lock")
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600) //nolint:gosec // the operator's folder
	if err != nil {
		return nil, fmt.Errorf("lock of the embedded Temporal: %w", err)
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		defer func() { _ = file.Close() }() // it was only read
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("an embedded Temporal already runs on %s (%s): stop it, or choose another data folder", dataDir, holder(file))
		}
		return nil, fmt.Errorf("lock of the embedded Temporal, %s: %w", path, err)
	}
	if err := writeHolder(file); err != nil {
		_ = file.Close()
		return nil, fmt.Errorf("lock of the embedded Temporal: %w", err)
	}
	return file, nil
}

func writeHolder(file *os.File) error {
	if err := file.Truncate(0); err != nil {
		return err
	}
	_, err := fmt.Fprintf(file, "%d\n", os.Getpid())
	return err
}

func holder(file *os.File) string {
	pid, err := io.ReadAll(io.LimitReader(file, 20))
	if err != nil || len(pid) == 0 {
		return "process unknown"
	}
	return "process " + strings.TrimSpace(string(pid))
}

// waitForTurn lets one embedded server of this user start after the other:
// between finding a port free and listening on it, no other process may find it
// free too, because Temporal and its Web UI end the process that loses. The
// kernel lets go of the turn if the process ends.
func waitForTurn(ctx context.Context) (done func(), err error) {
	path := filepath.Join(os.TempDir(), fmt.Sprintf("callscout-start-%d.lock", os.Getuid()))
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600) //nolint:gosec // one name for all that take turns
	if err != nil {
		return nil, fmt.Errorf("wait for another embedded Temporal to start: %w", err)
	}
	if err := takeTurn(ctx, file); err != nil {
		_ = file.Close() // it was not even locked
		return nil, fmt.Errorf("wait for another embedded Temporal to start, %s: %w", path, err)
	}
	return func() { _ = file.Close() }, nil
}

// takeTurn asks again and again: a call that waits for a lock ends with the lock
// alone, and not with ctx.
func takeTurn(ctx context.Context, file *os.File) error {
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-again.C:
		}
	}
}
