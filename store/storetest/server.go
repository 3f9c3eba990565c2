package storetest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	startTimeout  = time.Minute
	superuser     = "callscout"
	privateSocket = "5432" // the name of the socket in the server's own folder; no port is opened
)

var errNotInstalled = errors.New("no initdb in PATH or /usr/lib/postgresql; install the package postgresql, or set CALLSCOUT_TEST_POSTGRES")

// keeper runs a server for as long as somebody holds its input open, then stops it
// and deletes its folder. So nothing stays behind, however the tests end.
const keeper = `"$1/postgres" -D "$2/data" -k "$2" -c listen_addresses= -c fsync=off -c max_connections=200 >"$2/log" 2>&1 &
read -r _
kill -QUIT $!
wait $!
rm -rf "$2"`

type server struct {
	url string
	// alive is held open by this process, and closed by its end.
	alive io.Closer
}

func startServer() (server, error) {
	programs, err := findPrograms()
	if err != nil {
		return server{}, err
	}
	folder, err := os.MkdirTemp("", "callscout-postgres-")
	if err != nil {
		return server{}, err
	}
	owner, err := serverOwner(folder)
	if err != nil {
		return server{}, errors.Join(err, os.RemoveAll(folder))
	}
	// A server that sorts as people do shows where a query relies on bytes.
	initdb := command(folder, owner, filepath.Join(programs, "initdb"),
		"--pgdata="+filepath.Join(folder, "data"), "--username="+superuser, "--auth=trust", "--encoding=UTF8",
		"--locale=C", "--locale-provider=icu", "--icu-locale=en-US", "--no-sync")
	if output, err := initdb.CombinedOutput(); err != nil {
		return server{}, errors.Join(fmt.Errorf("initdb: %w\n%s", err, output), os.RemoveAll(folder))
	}
	run := command(folder, owner, "/bin/sh", "-c", keeper, "sh", programs, folder)
	alive, err := run.StdinPipe()
	if err != nil {
		return server{}, errors.Join(err, os.RemoveAll(folder))
	}
	if err := run.Start(); err != nil {
		return server{}, errors.Join(err, os.RemoveAll(folder))
	}
	address := url.URL{Scheme: "postgres", Path: "/postgres",
		RawQuery: url.Values{"host": {folder}, "port": {privateSocket}, "user": {superuser}}.Encode()}
	started := server{url: address.String(), alive: alive}
	if err := awaitServer(started.url); err != nil {
		log, _ := os.ReadFile(filepath.Join(folder, "log")) //nolint:gosec // our own file
		return server{}, errors.Join(fmt.Errorf("PostgreSQL does not start: %w\n%s", err, log), alive.Close(), run.Wait())
	}
	return started, nil
}

func awaitServer(address string) error {
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	poll := time.NewTicker(50 * time.Millisecond)
	defer poll.Stop()
	for {
		conn, err := pgx.Connect(ctx, address)
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-ctx.Done():
			return err
		case <-poll.C:
		}
	}
}

// findPrograms returns the folder of PostgreSQL's programs (15 or newer); Debian
// keeps them out of PATH, by version.
func findPrograms() (string, error) {
	candidates, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil {
		return "", err
	}
	if inPath, err := exec.LookPath("initdb"); err == nil {
		candidates = append(candidates, inPath)
	}
	for _, initdb := range slices.Backward(candidates) {
		resolved, err := filepath.EvalSymlinks(initdb)
		if err != nil {
			continue
		}
		folder := filepath.Dir(resolved)
		if _, err := exec.LookPath(filepath.Join(folder, "postgres")); err == nil {
			return folder, nil
		}
	}
	return "", errNotInstalled
}

// serverOwner gives the folder to somebody who is not root, since PostgreSQL
// refuses to run as root; nil means that we are not.
func serverOwner(folder string) (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	account, err := user.Lookup("postgres")
	if err != nil {
		account, err = user.Lookup("nobody")
	}
	if err != nil {
		return nil, err
	}
	uid, err := strconv.ParseUint(account.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(account.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, os.Chown(folder, int(uid), int(gid))
}

// command runs in a process group of its own: an interrupt of the tests must reach
// the server through its keeper only.
func command(folder string, owner *syscall.Credential, name string, args ...string) *exec.Cmd {
	run := exec.Command(name, args...) //nolint:gosec // programs of the system
	run.Dir = folder
	run.Env = append(os.Environ(), "LC_ALL=C", "TZ=UTC")
	run.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: owner}
	return run
}
