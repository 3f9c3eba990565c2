package embedded_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
)

func TestAThiefOfTheDiskReadsNoNumbers(t *testing.T) {
	t.Parallel()
	const argument, sent, memo, plain = "+1 202-555-0143", "+1 202-555-0144", "+1 202-555-0145", "+1 202-555-0146"
	server, address := serving(t)
	c := dial(t, address.HostPort, sealed(t))
	work(t, c)
	require.Equal(t, argument, resultOf(t, c, start(t, c, repeat, argument)))
	listening, err := c.ExecuteWorkflow(deadline(t), client.StartWorkflowOptions{
		TaskQueue: queue, Memo: map[string]any{"caller": memo}, StaticSummary: memo,
	}, sleeper, time.Millisecond)
	require.NoError(t, err)
	signal(t, c, listening, sent)
	require.Equal(t, sent, resultOf(t, c, listening))
	// One that is not sealed shows that the files would give it away.
	start(t, dial(t, address.HostPort), repeat, plain)
	// Killed, so that the log of the database is still there to be read.
	require.Error(t, server.kill())

	lying := bytesIn(t, server.opts.DataDir)
	found := slices.DeleteFunc([]string{argument, sent, memo, plain}, func(number string) bool {
		return !strings.Contains(lying, number)
	})
	require.Equal(t, []string{plain}, found)
}

// bytesIn are those of all files of a folder.
func bytesIn(t *testing.T, dir string) string {
	t.Helper()
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	var all strings.Builder
	for _, file := range files {
		all.WriteString(read(t, dir, file.Name()))
	}
	return all.String()
}
