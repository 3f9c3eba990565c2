package embedded_test

import (
	"maps"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"

	"callscout/engine"
	"callscout/standalone/embedded"
	"callscout/standalone/embedded/embeddedtest"
)

// again starts a server on the folder of another that has ended.
func again(t *testing.T, opts embedded.Options) *embedded.Server {
	t.Helper()
	opts.FrontendPort, opts.UIPort = 0, 0
	server, err := embedded.Start(deadline(t), opts)
	require.NoError(t, err)
	t.Cleanup(server.Stop)
	return server
}

func TestRunsGoOnAfterARestart(t *testing.T) {
	t.Parallel()
	opts := embeddedtest.Options(t)
	first, err := embedded.Start(deadline(t), opts)
	require.NoError(t, err)
	t.Cleanup(first.Stop)
	c := dial(t, first.HostPort())
	stopWorker := work(t, c)
	finished := start(t, c, repeat, "before")
	require.Equal(t, "before", resultOf(t, c, finished))
	sleeping := start(t, c, sleeper, 5*time.Second)
	awaitEvent(t, c, sleeping, enums.EVENT_TYPE_TIMER_STARTED)
	signal(t, c, sleeping, "good morning")
	stopWorker()
	c.Close()
	first.Stop()

	stopped := time.Now()
	second := again(t, opts)
	require.Equal(t, first.HostPort(), second.HostPort(), "other processes must find it again")
	require.Equal(t, first.UIURL(), second.UIURL(), "bookmarks must stay good")
	c = dial(t, second.HostPort())
	require.Equal(t, "before", resultOf(t, c, finished))
	awaitEvent(t, c, sleeping, enums.EVENT_TYPE_TIMER_FIRED)
	require.True(t, event(t, c, sleeping, enums.EVENT_TYPE_TIMER_FIRED).GetEventTime().AsTime().After(stopped))
	work(t, c)
	require.Equal(t, "good morning", resultOf(t, c, sleeping))
}

func TestTheNextStartBringsTheNamespaceUpToDate(t *testing.T) {
	t.Parallel()
	opts := embeddedtest.Options(t)
	opts.Namespace, opts.Retention = "calls", 48*time.Hour
	first, err := embedded.Start(deadline(t), opts)
	require.NoError(t, err)
	t.Cleanup(first.Stop)
	require.Equal(t, 48*time.Hour, retention(t, dial(t, first.HostPort()), "calls"))
	first.Stop()

	opts.Retention = 72 * time.Hour
	opts.SearchAttributes = maps.Clone(engine.SearchAttributes())
	opts.SearchAttributes["AddedLater"] = enums.INDEXED_VALUE_TYPE_BOOL
	c := dial(t, again(t, opts).HostPort(), func(o *client.Options) { o.Namespace = "calls" })
	require.Equal(t, 72*time.Hour, retention(t, c, "calls"))
	have, err := c.OperatorService().ListSearchAttributes(deadline(t), &operatorservice.ListSearchAttributesRequest{Namespace: "calls"})
	require.NoError(t, err)
	require.Equal(t, opts.SearchAttributes, have.GetCustomAttributes())
	_, err = c.CountWorkflow(deadline(t), &workflowservice.CountWorkflowExecutionsRequest{Query: "AddedLater = true"})
	require.NoError(t, err, "a run may carry it as soon as the server has started")
}
