package embedded

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync/atomic"

	"go.temporal.io/server/common/log"
	"go.temporal.io/server/common/log/tag"
)

// harmless begin the warnings that say nothing about this server: an HTTP port
// is left out on purpose, since nothing here uses Nexus, and the Web UI asks for
// long pages of a history.
var harmless = []string{"HTTP API port has not been set", "GetHistory page size is larger than threshold"}

// logger writes the server's warnings and errors. A start and a stop are two
// hundred lines of information that nobody asked for.
type logger struct {
	log *slog.Logger
	// stopping is set once the server is to end: its parts then lose each other
	// one by one and warn of it, and what they were doing is an error to them.
	stopping *atomic.Bool
}

var (
	_ log.WithLogger  = logger{}
	_ log.SLogWrapper = logger{}
)

func (logger) Debug(string, ...tag.Tag) {}
func (logger) Info(string, ...tag.Tag)  {}

func (l logger) Warn(msg string, tags ...tag.Tag) {
	if l.stopping.Load() || slices.ContainsFunc(harmless, func(begin string) bool { return strings.HasPrefix(msg, begin) }) {
		return
	}
	l.write(slog.LevelWarn, msg, tags)
}

func (l logger) Error(msg string, tags ...tag.Tag) {
	if l.stopping.Load() && slices.ContainsFunc(tags, cutShort) {
		return
	}
	l.write(slog.LevelError, msg, tags)
}

func (l logger) DPanic(msg string, tags ...tag.Tag) { l.write(slog.LevelError, msg, tags) }

func (l logger) Panic(msg string, tags ...tag.Tag) {
	l.write(slog.LevelError, msg, tags)
	panic(msg)
}

// Fatal ends the process: the server relies on it, and would run on half dead.
func (l logger) Fatal(msg string, tags ...tag.Tag) {
	l.write(slog.LevelError, msg, tags)
	os.Exit(1) //nolint:forbidigo // as the server expects of a fatal message
}

func (l logger) With(tags ...tag.Tag) log.Logger {
	return logger{slog.New(l.log.Handler().WithAttrs(attributes(tags))), l.stopping}
}

func (l logger) SLog() *slog.Logger { return quiet(l.log) }

func (l logger) write(level slog.Level, msg string, tags []tag.Tag) {
	l.log.LogAttrs(context.Background(), level, msg, attributes(tags)...) //nolint:sloglint // the words are the server's
}

// cutShort finds what the stop itself cut short: a request, or a task for a queue
// that is closed already. Of such an error the server keeps the text alone.
func cutShort(t tag.Tag) bool {
	text := fmt.Sprint(t.Value())
	return strings.Contains(text, context.Canceled.Error()) || strings.Contains(text, "task queue closed")
}

func attributes(tags []tag.Tag) []slog.Attr {
	attrs := make([]slog.Attr, len(tags))
	for i, t := range tags {
		attrs[i] = slog.Any(t.Key(), t.Value())
	}
	return attrs
}

// quiet keeps warnings and errors.
func quiet(l *slog.Logger) *slog.Logger { return slog.New(warnings{l.Handler()}) }

type warnings struct{ slog.Handler }

func (w warnings) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && w.Handler.Enabled(ctx, level)
}

func (w warnings) WithAttrs(attrs []slog.Attr) slog.Handler {
	return warnings{w.Handler.WithAttrs(attrs)}
}
func (w warnings) WithGroup(name string) slog.Handler { return warnings{w.Handler.WithGroup(name)} }
