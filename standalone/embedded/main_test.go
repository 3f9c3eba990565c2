package embedded_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/engine"
	"callscout/standalone/embedded"
	"callscout/standalone/embedded/embeddedtest"
)

// serveIn makes this test binary a process that serves a data folder: the one
// that is killed, or holds what another process wants.
const serveIn = "CALLSCOUT_TEST_SERVE_EMBEDDED"

// within is many times what anything here takes on a slow machine.
const within = time.Minute

func TestMain(m *testing.M) {
	if dataDir := os.Getenv(serveIn); dataDir != "" {
		os.Exit(serve(dataDir, os.Args[1], os.Args[2]))
	}
	os.Exit(m.Run())
}

// serve runs until its input ends, so that it never outlives its test.
func serve(dataDir, frontend, ui string) (code int) {
	opts := embedded.Options{DataDir: dataDir}
	for text, port := range map[string]*int{frontend: &opts.FrontendPort, ui: &opts.UIPort} {
		number, err := strconv.Atoi(text)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 2
		}
		*port = number
	}
	server, err := embedded.Start(context.Background(), opts)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	_, _ = io.Copy(io.Discard, os.Stdin) // its end is what counts
	server.Stop()
	return 0
}

// otherProcess is an embedded server in a process of its own.
type otherProcess struct {
	t       *testing.T
	opts    embedded.Options
	command *exec.Cmd
	input   io.Closer
	output  *bytes.Buffer
	// end is what the process ended with.
	end func() error
}

// launch begins a process, and does not wait until it serves.
func launch(t *testing.T, opts embedded.Options) *otherProcess {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	p := &otherProcess{t: t, opts: opts, output: &bytes.Buffer{}}
	p.command = exec.CommandContext(t.Context(), self, strconv.Itoa(opts.FrontendPort), strconv.Itoa(opts.UIPort))
	p.command.Env = append(os.Environ(), serveIn+"="+opts.DataDir)
	p.command.Stdout, p.command.Stderr = p.output, p.output
	p.input, err = p.command.StdinPipe()
	require.NoError(t, err)
	require.NoError(t, p.command.Start())
	p.end = sync.OnceValue(p.command.Wait)
	t.Cleanup(func() { _ = p.kill() })
	return p
}

// serving begins a process, and waits until it serves.
func serving(t *testing.T) (*otherProcess, engine.Address) {
	t.Helper()
	p := launch(t, embeddedtest.Options(t))
	return p, p.address()
}

func (p *otherProcess) address() engine.Address {
	p.t.Helper()
	var address engine.Address
	require.Eventually(p.t, func() bool {
		found, ok, err := engine.ReadAddress(p.opts.DataDir)
		address = found
		return err == nil && ok
	}, within, 20*time.Millisecond, "the other process serves")
	require.Equal(p.t, p.command.Process.Pid, address.PID)
	return address
}

// kill ends the process as a power cut would.
func (p *otherProcess) kill() error {
	_ = p.command.Process.Kill() // it may have ended by itself
	return p.end()
}

// stop ends it as it ends by itself, and gives all that it said.
func (p *otherProcess) stop() string {
	p.t.Helper()
	require.NoError(p.t, p.input.Close())
	err := p.end()
	require.NoError(p.t, err, p.output.String())
	return p.output.String()
}
