package embedded_test

import (
	"context"
	"log/slog"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/standalone/embedded"
	"callscout/standalone/embedded/embeddedtest"
)

var silent = slog.New(slog.DiscardHandler)

// recorder keeps what was logged, at every level.
type recorder struct {
	mu    sync.Mutex
	lines []string
}

func (*recorder) Enabled(context.Context, slog.Level) bool { return true }

func (r *recorder) Handle(_ context.Context, record slog.Record) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	line := record.Level.String() + " " + record.Message
	record.Attrs(func(a slog.Attr) bool {
		line += " " + a.String()
		return true
	})
	r.lines = append(r.lines, line)
	return nil
}

func (r *recorder) WithAttrs([]slog.Attr) slog.Handler { return r }
func (r *recorder) WithGroup(string) slog.Handler      { return r }

func (r *recorder) all() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string{}, r.lines...)
}

func TestAnUneventfulDayLogsNothing(t *testing.T) {
	t.Parallel()
	logged := &recorder{}
	opts := embeddedtest.Options(t)
	opts.Logger = slog.New(logged)
	for range 2 { // the second start finds its database
		server, err := embedded.Start(deadline(t), opts)
		require.NoError(t, err)
		t.Cleanup(server.Stop)
		c := dial(t, server.HostPort())
		stopWorker := work(t, c)
		require.Equal(t, "hello", resultOf(t, c, start(t, c, repeat, "hello")))
		fetch(t, server.UIURL()+"/api/v1/namespaces/default/workflows")
		stopWorker()
		c.Close()
		server.Stop()
	}
	require.Empty(t, logged.all())
}

func TestAnUneventfulProcessPrintsNothing(t *testing.T) {
	t.Parallel()
	other, address := serving(t)
	fetch(t, address.UIURL)
	require.Empty(t, other.stop())
}
