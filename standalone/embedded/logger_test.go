package embedded

import (
	"bytes"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/server/common/log"
	"go.temporal.io/server/common/log/tag"
)

// logging gives the server's logger over one that lets everything through, and
// what it wrote.
func logging() (logger, *bytes.Buffer) {
	written := &bytes.Buffer{}
	handler := slog.NewTextHandler(written, &slog.HandlerOptions{
		Level: slog.LevelDebug,
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		},
	})
	return logger{slog.New(handler), &atomic.Bool{}}, written
}

func TestTheServersWarningsAndErrorsAreWritten(t *testing.T) {
	t.Parallel()
	l, written := logging()
	l.Warn("disk is slow", tag.NewStringTag("part", "history"))
	l.With(tag.NewInt("shard", 1)).Error("disk is full")
	l.DPanic("disk is gone")
	require.PanicsWithValue(t, "no disk", func() { l.Panic("no disk") })
	l.SLog().With("part", "ui").WithGroup("disk").Warn("is back", "after", "1s")
	require.Equal(t, `level=WARN msg="disk is slow" part=history
level=ERROR msg="disk is full" shard=1
level=ERROR msg="disk is gone"
level=ERROR msg="no disk"
level=WARN msg="is back" part=ui disk.after=1s
`, written.String())
}

func TestWhatNobodyAskedForIsNotWritten(t *testing.T) {
	t.Parallel()
	l, written := logging()
	for _, each := range []log.Logger{l, l.With(tag.NewInt("shard", 1))} {
		each.Debug("many details")
		each.Info("started")
		each.Warn("GetHistory page size is larger than threshold")
		each.Warn("HTTP API port has not been set, HTTP API is disabled")
	}
	l.SLog().Info("started")
	l.SLog().With("part", "ui").WithGroup("disk").Info("started")
	require.Empty(t, written.String())
}

func TestAStoppingServerStillReportsErrors(t *testing.T) {
	t.Parallel()
	l, written := logging()
	part := l.With(tag.NewInt("shard", 1))
	cutShort := errors.New("GetTasks operation failed. Error: context canceled")
	part.Error("no tasks", tag.Error(cutShort))
	require.Contains(t, written.String(), "no tasks", "nobody has asked it to stop")
	written.Reset()
	l.stopping.Store(true)
	part.Warn("the other part is gone")
	part.Error("no tasks", tag.Error(cutShort))
	part.Error("service failures", tag.Error(errors.New("task queue closed")))
	require.Empty(t, written.String())
	part.Error("no tasks", tag.Error(errors.New("disk is full")))
	require.Equal(t, "level=ERROR msg=\"no tasks\" shard=1 error=\"disk is full\"\n", written.String())
}
