package embedded_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/enums/v1"
)

func TestAKilledServerLosesNothing(t *testing.T) {
	t.Parallel()
	killed, address := serving(t)
	c := dial(t, address.HostPort)
	stopWorker := work(t, c)
	sleeping := start(t, c, sleeper, 2*time.Second)
	awaitEvent(t, c, sleeping, enums.EVENT_TYPE_TIMER_STARTED)
	stopWorker()
	// What the server has taken must be there, however soon it is killed.
	signal(t, c, sleeping, "still here")
	untouched := start(t, c, repeat, "just taken")
	require.ErrorContains(t, killed.kill(), "killed")
	c.Close()

	server := again(t, killed.opts)
	require.Equal(t, address.HostPort, server.HostPort())
	require.Equal(t, address.UIURL, server.UIURL())
	c = dial(t, server.HostPort())
	work(t, c)
	require.Equal(t, "still here", resultOf(t, c, sleeping))
	require.Equal(t, "just taken", resultOf(t, c, untouched))
}
