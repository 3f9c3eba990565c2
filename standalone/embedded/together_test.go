package embedded_test

import (
	"errors"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/standalone/embedded"
)

// These ask for no ports: each must find those that the others left free.

func TestServersOfOneProcessStartAtOnce(t *testing.T) {
	t.Parallel()
	var servers [2]*embedded.Server
	var errs [2]error
	var starts sync.WaitGroup
	for i := range servers {
		opts := embedded.Options{DataDir: t.TempDir(), Logger: silent}
		ctx := deadline(t)
		starts.Go(func() { servers[i], errs[i] = embedded.Start(ctx, opts) })
	}
	starts.Wait()
	for _, server := range servers {
		if server != nil {
			t.Cleanup(server.Stop)
		}
	}
	require.NoError(t, errors.Join(errs[:]...))
	for i, server := range servers {
		other := servers[1-i].Ports()
		for _, port := range server.Ports() {
			require.NotContains(t, other, port)
		}
		c := dial(t, server.HostPort())
		work(t, c)
		require.Equal(t, "hello", resultOf(t, c, start(t, c, repeat, "hello")))
		fetch(t, server.UIURL())
	}
}

func TestServersOfTwoProcessesStartAtOnce(t *testing.T) {
	t.Parallel()
	one := launch(t, embedded.Options{DataDir: t.TempDir()})
	two := launch(t, embedded.Options{DataDir: t.TempDir()})
	a, b := one.address(), two.address()
	require.NotEqual(t, a.HostPort, b.HostPort)
	require.NotEqual(t, a.UIURL, b.UIURL)
	for _, address := range []string{a.HostPort, b.HostPort} {
		c := dial(t, address)
		work(t, c)
		require.Equal(t, "hello", resultOf(t, c, start(t, c, repeat, "hello")))
	}
	fetch(t, a.UIURL)
	fetch(t, b.UIURL)
}
