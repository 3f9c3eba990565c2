package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
	_ "modernc.org/sqlite" // registers the driver "sqlite"
)

// sqliteReaders is enough for the pages of a desk beside webhooks and worker.
const sqliteReaders = 4

func connectSQLite(cfg Config) (*Store, error) {
	path, err := sqlitePath(cfg)
	if err != nil {
		return nil, err
	}
	folder := filepath.Dir(path)
	if err := makeDatabaseFile(folder, path); err != nil {
		return nil, err
	}
	write, err := sql.Open("sqlite", sqliteDSN(path, nil))
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	// SQLite has one writer at a time: a queue in the pool is fair, SQLite's
	// own waiting is not.
	write.SetMaxOpenConns(1)
	read, err := sql.Open("sqlite", sqliteDSN(path, url.Values{"_pragma": {"query_only(1)"}}))
	if err != nil {
		_ = write.Close()
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	read.SetMaxOpenConns(sqliteReaders)
	read.SetMaxIdleConns(sqliteReaders)
	return &Store{
		dialect: SQLite,
		write:   write,
		read:    read,
		// Turning on WAL fails at once, busy_timeout or not, when another
		// process does the same; so does making a table twice.
		exclusively: func(ctx context.Context, setUp func() error) error {
			release, err := waitForFile(ctx, path+".lock")
			if err != nil {
				return err
			}
			defer release()
			return setUp()
		},
		tokenFile:  func(vendor string) string { return filepath.Join(folder, "tokens-"+vendor+".lock") },
		workerFile: filepath.Join(folder, "worker.lock"),
	}, nil
}

func sqlitePath(cfg Config) (string, error) {
	path := cfg.URL
	if path == "" {
		if cfg.DataDir == "" {
			return "", errors.New("the store has neither a database address nor a data folder: set CALLSCOUT_DATA or CALLSCOUT_DATABASE_URL")
		}
		path = filepath.Join(cfg.DataDir, "callscout.db")
	}
	absolute, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("find %s: %w", path, err)
	}
	return absolute, nil
}

// sqliteDSN sets what durability rests on: in WAL mode a commit survives a
// power cut only with synchronous=FULL. A transaction takes the write lock as it
// begins, since one that takes it later fails without waiting.
func sqliteDSN(path string, more url.Values) string {
	options := url.Values{
		"_pragma": {"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)"},
		"_txlock": {"immediate"},
	}
	for name, values := range more {
		options[name] = append(options[name], values...)
	}
	dsn := url.URL{Scheme: "file", Path: path, RawQuery: options.Encode()}
	return dsn.String()
}

// makeDatabaseFile makes the folder and an empty file that only their owner can
// read; SQLite gives its other files the same mode. An existing file is never
// opened here: closing it would drop the locks that SQLite holds on it in this
// process.
func makeDatabaseFile(folder, path string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return notWritable(folder, err)
	}
	if err := unix.Access(folder, unix.W_OK|unix.X_OK); err != nil {
		return notWritable(folder, err)
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600) //nolint:gosec // the operator chooses the path
	switch {
	case errors.Is(err, fs.ErrExist):
		if err := unix.Access(path, unix.R_OK|unix.W_OK); err != nil {
			return notWritable(path, err)
		}
		return nil
	case err != nil:
		return notWritable(path, err)
	}
	if err := file.Close(); err != nil {
		return notWritable(path, err)
	}
	return syncFolder(folder)
}

// syncFolder makes the entry of a new file survive a power cut; SQLite does so
// for its journal only.
func syncFolder(folder string) error {
	dir, err := os.Open(folder) //nolint:gosec // the operator chooses the path
	if err != nil {
		return fmt.Errorf("open folder %s: %w", folder, err)
	}
	defer func() { _ = dir.Close() }()
	if err := dir.Sync(); err != nil {
		return fmt.Errorf("sync folder %s: %w", folder, err)
	}
	return nil
}

func notWritable(path string, cause error) error {
	uid, gid := os.Geteuid(), os.Getegid()
	return fmt.Errorf("%s cannot be written by uid %d, gid %d: run chown -R %d:%d on the data folder, or set CALLSCOUT_DATA to one that can (%w)",
		path, uid, gid, uid, gid, cause)
}
