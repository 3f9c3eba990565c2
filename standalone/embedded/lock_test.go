package embedded_test

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/engine"
	"callscout/standalone/embedded"
	"callscout/standalone/embedded/embeddedtest"
)

func TestASecondServerOnAFolderIsRefused(t *testing.T) {
	t.Parallel()
	opts := embeddedtest.Options(t)
	first, err := embedded.Start(deadline(t), opts)
	require.NoError(t, err)
	t.Cleanup(first.Stop)

	second := opts
	second.FrontendPort, second.UIPort = 0, 0
	_, err = embedded.Start(deadline(t), second)
	require.ErrorContains(t, err, opts.DataDir)
	require.ErrorContains(t, err, fmt.Sprintf("(process %d)", os.Getpid()))
	require.ErrorContains(t, err, "stop it, or choose another data folder")
	_, found, err := engine.ReadAddress(opts.DataDir)
	require.NoError(t, err)
	require.True(t, found, "the first one's address stays known")
	work(t, dial(t, first.HostPort()))

	first.Stop()
	again(t, opts)
}

func TestTheProcessThatHoldsAFolderIsNamed(t *testing.T) {
	t.Parallel()
	other, address := serving(t)
	_, err := embedded.Start(deadline(t), embedded.Options{DataDir: other.opts.DataDir})
	require.ErrorContains(t, err, fmt.Sprintf("(process %d)", address.PID))

	// Its lock goes with it.
	require.Error(t, other.kill())
	again(t, other.opts)
}

func TestWaitingForAnotherStartEndsWithItsContext(t *testing.T) {
	t.Parallel()
	done, err := embedded.TakeTurn(deadline(t))
	require.NoError(t, err)
	defer done()
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	_, err = embedded.Start(ctx, embeddedtest.Options(t))
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.ErrorContains(t, err, "wait for another embedded Temporal to start")
}

func TestTheAddressOfAKilledServerIsForgotten(t *testing.T) {
	t.Parallel()
	opts := embeddedtest.Options(t)
	// Its process id may be somebody else's by now.
	require.NoError(t, engine.WriteAddress(opts.DataDir, engine.Address{HostPort: "127.0.0.1:1", PID: os.Getpid()}))
	opts.Progress = func(string) {
		_, found, err := engine.ReadAddress(opts.DataDir)
		require.NoError(t, err)
		require.False(t, found)
	}
	server, err := embedded.Start(deadline(t), opts)
	require.NoError(t, err)
	t.Cleanup(server.Stop)
}
