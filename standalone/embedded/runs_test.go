package embedded_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"callscout/engine"
	"callscout/secret"
)

const (
	queue = "test"
	// word is the signal that sleeper waits for.
	word = "word"
)

// repeat gives back what it is told.
func repeat(_ workflow.Context, text string) (string, error) { return text, nil }

// sleeper sleeps, then gives back the word that it was sent.
func sleeper(ctx workflow.Context, sleep time.Duration) (heard string, err error) {
	if err := workflow.Sleep(ctx, sleep); err != nil {
		return "", err
	}
	workflow.GetSignalChannel(ctx, word).Receive(ctx, &heard)
	return heard, nil
}

// deadline is a context of one test that ends before the test would hang.
func deadline(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	t.Cleanup(cancel)
	return ctx
}

func dial(t *testing.T, hostPort string, changes ...func(*client.Options)) client.Client {
	t.Helper()
	opts := client.Options{HostPort: hostPort, Logger: log.NewStructuredLogger(slog.New(slog.DiscardHandler))}
	for _, change := range changes {
		change(&opts)
	}
	c, err := client.DialContext(deadline(t), opts)
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c
}

// sealed makes a client write as Callscout's do.
func sealed(t *testing.T) func(*client.Options) {
	t.Helper()
	keys, err := secret.ParseRing(secret.NewKey())
	require.NoError(t, err)
	return func(opts *client.Options) { opts.DataConverter = engine.DataConverter(keys) }
}

// work runs a worker; stop may be called again.
func work(t *testing.T, c client.Client) (stop func()) {
	t.Helper()
	// A run is offered for so long to the worker that had it before the restart.
	w := worker.New(c, queue, worker.Options{StickyScheduleToStartTimeout: 200 * time.Millisecond})
	w.RegisterWorkflow(repeat)
	w.RegisterWorkflow(sleeper)
	require.NoError(t, w.Start())
	t.Cleanup(w.Stop)
	return w.Stop
}

func start(t *testing.T, c client.Client, flow, argument any) client.WorkflowRun {
	t.Helper()
	run, err := c.ExecuteWorkflow(deadline(t), client.StartWorkflowOptions{TaskQueue: queue}, flow, argument)
	require.NoError(t, err)
	return run
}

func resultOf(t *testing.T, c client.Client, run client.WorkflowRun) (result string) {
	t.Helper()
	require.NoError(t, c.GetWorkflow(deadline(t), run.GetID(), run.GetRunID()).Get(deadline(t), &result))
	return result
}

func signal(t *testing.T, c client.Client, run client.WorkflowRun, text string) {
	t.Helper()
	require.NoError(t, c.SignalWorkflow(deadline(t), run.GetID(), run.GetRunID(), word, text))
}

// event is the first of its kind in a run's history, nil if there is none.
func event(t *testing.T, c client.Client, run client.WorkflowRun, kind enums.EventType) *history.HistoryEvent {
	t.Helper()
	events := c.GetWorkflowHistory(deadline(t), run.GetID(), run.GetRunID(), false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for events.HasNext() {
		found, err := events.Next()
		require.NoError(t, err)
		if found.GetEventType() == kind {
			return found
		}
	}
	return nil
}

func awaitEvent(t *testing.T, c client.Client, run client.WorkflowRun, kind enums.EventType) {
	t.Helper()
	require.Eventually(t, func() bool { return event(t, c, run, kind) != nil }, within, 20*time.Millisecond, kind.String())
}
