package embedded

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/headers"
	"go.temporal.io/server/common/persistence/sql/sqlplugin"
	sqliteplugin "go.temporal.io/server/common/persistence/sql/sqlplugin/sqlite"
	"go.temporal.io/server/schema/sqlite"
	"google.golang.org/protobuf/types/known/durationpb"
)

const databaseFile = "temporal.db"

// database is the file that Temporal keeps everything in.
type database struct{ path string }

// openDatabase makes the file if it is not there, and refuses one of another
// version: the server neither checks nor migrates a SQLite schema.
func openDatabase(opts Options) (database, error) {
	d := database{filepath.Join(opts.DataDir, databaseFile)}
	stamp := filepath.Join(opts.DataDir, "temporal.version")
	_, err := os.Stat(d.path)
	switch {
	case err == nil:
		err = checkVersion(d.path, stamp)
	case errors.Is(err, fs.ErrNotExist):
		opts.Progress("making Temporal's database")
		err = d.create(stamp)
	}
	if err != nil {
		return database{}, fmt.Errorf("database of the embedded Temporal: %w", err)
	}
	if err := d.createNamespace(opts); err != nil {
		return database{}, fmt.Errorf("database of the embedded Temporal: %w", err)
	}
	return d, nil
}

func checkVersion(path, stamp string) error {
	text, err := os.ReadFile(stamp) //nolint:gosec // the operator's folder
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s was not made by Callscout: %s is not beside it; choose another data folder", path, filepath.Base(stamp))
	}
	if err != nil {
		return err
	}
	if version := strings.TrimSpace(string(text)); version != headers.ServerVersion {
		return fmt.Errorf("%s was made by Temporal %s, this is Temporal %s, and its files do not migrate: "+
			"run the release of Callscout that made it, or choose another data folder", path, version, headers.ServerVersion)
	}
	return nil
}

// create makes the schema in another file, so that a crash never leaves half of
// it under the name that counts.
func (d database) create(stamp string) error {
	fresh := d.path + ".new"
	for _, path := range []string{
		fresh, fresh + "-wal", fresh + "-shm",
		// SQLite would play an orphaned log into the new file.
		d.path + "-wal", d.path + "-shm",
	} {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	// Other users must not read it, and SQLite's other files inherit that.
	if err := os.WriteFile(fresh, nil, 0o600); err != nil {
		return err
	}
	if err := writeSchema(fresh); err != nil {
		return fmt.Errorf("schema: %w", err)
	}
	if err := writeStamp(stamp); err != nil {
		return err
	}
	if err := os.Rename(fresh, d.path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(d.path))
}

// writeStamp has it on the disk before the database has its name: one without a
// stamp is refused for ever.
func writeStamp(path string) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600) //nolint:gosec // the operator's folder
	if err != nil {
		return err
	}
	_, err = file.WriteString(headers.ServerVersion + "\n")
	return errors.Join(err, file.Sync(), file.Close())
}

func syncDir(path string) error {
	dir, err := os.Open(path) //nolint:gosec // the operator's folder
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// pragmas are what each connection is opened with. With synchronous=NORMAL a
// power cut would lose acknowledged commits.
var pragmas = map[string]string{"journal_mode": "wal", "synchronous": "2", "busy_timeout": "5000"}

// open connects past Temporal's plugin, which never closes what it opened.
func open(path string) (*sql.DB, error) {
	values := url.Values{}
	for name, value := range pragmas {
		values.Add("_pragma", name+"="+value)
	}
	db, err := sql.Open("sqlite", "file:"+escape(path)+"?"+values.Encode())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	return db, nil
}

// escape keeps what is special in a URI from being so in a path.
func escape(path string) string { return (&url.URL{Path: path}).EscapedPath() }

func writeSchema(path string) (err error) {
	db, err := open(path)
	if err != nil {
		return err
	}
	// Closing brings the log into the file: it has to be whole when it is renamed.
	defer func() { err = errors.Join(err, db.Close()) }()
	tx, err := db.BeginTx(context.Background(), nil)
	if err != nil {
		return err
	}
	if err := sqlite.SetupSchemaOnDB(schemaWriter{tx: tx}); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

// schemaWriter is as much of an AdminDB as a schema needs.
type schemaWriter struct {
	sqlplugin.AdminDB
	tx *sql.Tx
}

func (w schemaWriter) Exec(statement string, args ...any) error {
	_, err := w.tx.ExecContext(context.Background(), statement, args...)
	return err
}

func (d database) createNamespace(opts Options) error {
	namespace, err := sqlite.NewNamespaceConfig(clusterName, opts.Namespace, false, opts.SearchAttributes)
	if err != nil {
		return fmt.Errorf("namespace: %w", err)
	}
	namespace.Detail.Config.Retention = durationpb.New(opts.Retention)
	return sqlite.CreateNamespaces(d.config(), namespace)
}

// config is how Temporal's plugin opens the file. One connection: with more,
// SQLite answers "database is locked" under load.
func (d database) config() *config.SQL {
	attributes := map[string]string{"mode": "rwc"}
	for name, value := range pragmas {
		attributes[name] = value
	}
	return &config.SQL{
		PluginName: sqliteplugin.PluginName, DatabaseName: escape(d.path), ConnectAttributes: attributes,
		MaxConns: 1, MaxIdleConns: 1,
	}
}

// checkpoint brings the log into the file, so that a copy of the one file is
// whole while nothing runs.
func (d database) checkpoint() error {
	db, err := open(d.path)
	if err != nil {
		return err
	}
	_, err = db.ExecContext(context.Background(), "PRAGMA wal_checkpoint(TRUNCATE)")
	return errors.Join(err, db.Close())
}
