package embedded

import (
	"context"

	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/headers"
)

// ServerVersion is what the stamp of a database of this server says.
const ServerVersion = headers.ServerVersion

// Ports are all that the server listens on.
func (s *Server) Ports() []int {
	return []int{s.ports.Frontend, s.ports.UI, s.ports.history, s.ports.matching, s.ports.worker}
}

// ServerConfig is how the server was told to run.
func (s *Server) ServerConfig() *config.Config { return serverConfig(s.ports, s.database) }

// OpenDatabase makes or checks the database of a data folder without a server,
// and gives how Temporal's plugin opens it.
func OpenDatabase(opts Options) (*config.SQL, error) {
	opts, err := opts.withDefaults()
	if err != nil {
		return nil, err
	}
	d, err := openDatabase(opts)
	return d.config(), err
}

// TakeTurn keeps every other server of this user from starting.
func TakeTurn(ctx context.Context) (done func(), err error) { return waitForTurn(ctx) }
