// Package embeddedtest gives tests a Temporal server of their own. It must not
// be imported by anything else.
package embeddedtest

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"testing"

	"callscout/standalone/embedded"
)

// Start runs a server on a folder of its own until the test is over. Changes are
// applied to its options.
func Start(t testing.TB, changes ...func(*embedded.Options)) *embedded.Server {
	t.Helper()
	opts := Options(t)
	for _, change := range changes {
		change(&opts)
	}
	server, err := embedded.Start(t.Context(), opts)
	if err != nil {
		t.Fatalf("embedded Temporal: %v", err)
	}
	t.Cleanup(server.Stop)
	return server
}

// Options are those that Start begins with. Tests of several packages run at
// once, so that none may want the preferred ports.
func Options(t testing.TB) embedded.Options {
	t.Helper()
	return embedded.Options{
		DataDir: t.TempDir(), FrontendPort: freePort(t), UIPort: freePort(t),
		Logger: slog.New(slog.DiscardHandler),
	}
}

// Ports that no system gives by itself: what it gives it may give again, to any
// connection of this machine, before a server that restarts has it back.
const (
	firstPort = 15000
	lastPort  = 32000
)

func freePort(t testing.TB) int {
	t.Helper()
	var err error
	for range 100 {
		port := firstPort + rand.IntN(lastPort-firstPort) //nolint:gosec // no secret
		var listener net.Listener
		if listener, err = net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
			_ = listener.Close() // nothing was accepted
			return port
		}
	}
	t.Fatalf("free port: %v", err)
	return 0
}
