package embedded_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/enums/v1"

	"callscout/engine"
	"callscout/standalone/embedded"
	"callscout/standalone/embedded/embeddedtest"
)

func TestAStoppedServerLetsGo(t *testing.T) {
	t.Parallel()
	opts := embeddedtest.Options(t)
	server, err := embedded.Start(deadline(t), opts)
	require.NoError(t, err)
	t.Cleanup(server.Stop)
	server.Stop()
	server.Stop() // does nothing
	for _, port := range server.Ports() {
		requireFree(t, port)
	}
	_, found, err := engine.ReadAddress(opts.DataDir)
	require.NoError(t, err)
	require.False(t, found)
}

func requireFree(t *testing.T, port int) {
	t.Helper()
	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	require.NoError(t, err)
	require.NoError(t, listener.Close())
}

func TestACopyOfTheOneFileHoldsEverything(t *testing.T) {
	t.Parallel()
	opts := embeddedtest.Options(t)
	server, err := embedded.Start(deadline(t), opts)
	require.NoError(t, err)
	t.Cleanup(server.Stop)
	c := dial(t, server.HostPort())
	stopWorker := work(t, c)
	finished := start(t, c, repeat, "copied")
	require.Equal(t, "copied", resultOf(t, c, finished))
	open := start(t, c, sleeper, time.Millisecond)
	awaitEvent(t, c, open, enums.EVENT_TYPE_TIMER_FIRED)
	stopWorker()
	server.Stop()

	if log, err := os.Stat(filepath.Join(opts.DataDir, "temporal.db-wal")); err == nil {
		require.Zero(t, log.Size(), "the log is not in the file")
	} else {
		require.ErrorIs(t, err, os.ErrNotExist)
	}
	copied := t.TempDir()
	for _, name := range []string{"temporal.db", "temporal.version"} {
		write(t, copied, name, read(t, opts.DataDir, name))
	}
	c = dial(t, embeddedtest.Start(t, func(opts *embedded.Options) { opts.DataDir = copied }).HostPort())
	require.Equal(t, "copied", resultOf(t, c, finished))
	work(t, c)
	signal(t, c, open, "goes on")
	require.Equal(t, "goes on", resultOf(t, c, open))
}

func TestAStartThatIsCancelledLetsGo(t *testing.T) {
	t.Parallel()
	opts := embeddedtest.Options(t)
	ctx, cancel := context.WithCancel(t.Context())
	opts.Progress = func(doing string) {
		if doing == "starting Temporal" {
			cancel()
		}
	}
	_, err := embedded.Start(ctx, opts)
	require.ErrorContains(t, err, "canceled")
	requireFree(t, opts.FrontendPort)
	requireFree(t, opts.UIPort)
	_, found, err := engine.ReadAddress(opts.DataDir)
	require.NoError(t, err)
	require.False(t, found)
	again(t, opts)
}
