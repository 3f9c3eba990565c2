package store_test

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"callscout/store"
	"callscout/store/storetest"
)

// enqueueForEver prints the id and the body of each event once Enqueue returned.
func enqueueForEver(ctx context.Context, opened *store.Store) error {
	var writers errgroup.Group
	for writer := range 4 {
		writers.Go(func() error {
			for i := 0; ; i++ {
				body := fmt.Sprintf("body-%d-%d", writer, i)
				id, err := opened.Enqueue(ctx, store.InboxEvent{
					Installation: "acme", Stream: "call/acme/" + strconv.Itoa(writer), Event: "call.created", Body: []byte(body),
				})
				if err != nil {
					return err
				}
				// One write, so that lines of the writers do not mix.
				fmt.Printf("%d %s\n", id, body)
			}
		})
	}
	return writers.Wait()
}

func TestWhatWasEnqueuedSurvivesKill9(t *testing.T) {
	t.Parallel()
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		cfg, key := keyed(t, cfg)
		promised := map[int64]string{}
		for round := range 4 {
			writer := startChild(t, "enqueue", cfg, key)
			var lines []string
			for range 20 * (round + 1) {
				lines = append(lines, writer.line(t))
			}
			for _, line := range append(lines, writer.kill(t)...) {
				id, body, whole := strings.Cut(line, " ")
				require.True(t, whole, line)
				number, err := strconv.ParseInt(id, 10, 64)
				require.NoError(t, err)
				require.NotContains(t, promised, number)
				promised[number] = body
			}
		}

		opened := storetest.Open(t, cfg)
		kept := map[int64]string{}
		for _, event := range waiting(t, opened) {
			kept[event.ID] = string(event.Body)
		}
		for id, body := range promised {
			require.Equal(t, body, kept[id], "event %d", id)
		}
		// Each writer may have been killed between commit and print.
		require.LessOrEqual(t, len(kept)-len(promised), 4*4)
	})
}
