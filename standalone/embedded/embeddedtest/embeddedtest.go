// Package embeddedtest gives tests a Temporal server of their own. It must not
// be imported by anything else.
package embeddedtest

import (
	"log/slog"
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

func freePort(t testing.TB) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("free port: %v", err)
	}
	defer func() { _ = listener.Close() }()      // nothing was accepted
	address, _ := listener.Addr().(*net.TCPAddr) // it listens on tcp
	return address.Port
}
