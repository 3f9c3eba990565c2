package store_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/secret"
	"callscout/store"
)

// What a child process is told by its environment.
const (
	childRole = "CALLSCOUT_STORE_TEST_ROLE"
	childURL  = "CALLSCOUT_STORE_TEST_URL"
	childData = "CALLSCOUT_STORE_TEST_DATA"
	childKey  = "CALLSCOUT_STORE_TEST_KEY"
)

// nobody is a user without rights on every system.
const nobody = 65534

// TestMain lets this very program play the process that is killed.
func TestMain(m *testing.M) {
	role := os.Getenv(childRole)
	if role == "" {
		os.Exit(m.Run())
	}
	if err := playChild(role); err != nil {
		fmt.Println("failed:", err)
		os.Exit(1)
	}
}

func playChild(role string) error {
	ctx := context.Background()
	if role == "open as nobody" {
		if err := syscall.Setgid(nobody); err != nil {
			return err
		}
		if err := syscall.Setuid(nobody); err != nil {
			return err
		}
	}
	keys, err := secret.ParseRing(os.Getenv(childKey))
	if err != nil {
		return err
	}
	opened, err := store.Open(ctx, store.Config{URL: os.Getenv(childURL), DataDir: os.Getenv(childData), Keys: keys})
	if err != nil {
		return err
	}
	switch role {
	case "enqueue":
		return enqueueForEver(ctx, opened)
	case "lock":
		if _, err := opened.Lock(ctx, lockOfChild); err != nil {
			return err
		}
		fmt.Println("locked")
		select {}
	case "work":
		if _, err := opened.ClaimWorker(ctx); err != nil {
			return err
		}
		fmt.Println("claimed")
		select {}
	}
	fmt.Println("opened")
	return opened.Close()
}

// child is a process that runs playChild.
type child struct {
	*exec.Cmd
	lines *bufio.Scanner
}

func startChild(t *testing.T, role string, cfg store.Config, key string) child {
	t.Helper()
	program, err := os.Executable()
	require.NoError(t, err)
	run := exec.Command(program)
	run.Env = append(os.Environ(), childRole+"="+role, childURL+"="+cfg.URL, childData+"="+cfg.DataDir, childKey+"="+key)
	run.Stderr = os.Stderr
	output, err := run.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, run.Start())
	t.Cleanup(func() {
		if run.ProcessState == nil {
			_ = run.Process.Kill()
			_ = run.Wait()
		}
	})
	return child{Cmd: run, lines: bufio.NewScanner(output)}
}

// line reads the next line that the child prints.
func (c child) line(t *testing.T) string {
	t.Helper()
	require.True(t, c.lines.Scan(), "the child ended without a word")
	return c.lines.Text()
}

// kill ends the child as kill -9 does, and returns the lines not read yet.
func (c child) kill(t *testing.T) []string {
	t.Helper()
	require.NoError(t, c.Process.Kill())
	var rest []string
	for c.lines.Scan() {
		rest = append(rest, c.lines.Text())
	}
	require.ErrorContains(t, c.Wait(), "killed")
	return rest
}

// keyed gives a configuration a new key, and returns its text for children.
func keyed(t *testing.T, cfg store.Config) (store.Config, string) {
	t.Helper()
	key := secret.NewKey()
	cfg.Keys = ring(t, key)
	return cfg, key
}

func ring(t *testing.T, keys ...string) *secret.Ring {
	t.Helper()
	parsed, err := secret.ParseRing(strings.Join(keys, ","))
	require.NoError(t, err)
	return parsed
}
