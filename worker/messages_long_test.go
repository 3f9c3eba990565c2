package worker_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"callscout/aircall"
	"callscout/workflows"
)

// delivered is one webhook and when it arrives.
type delivered struct {
	at     time.Duration
	signal workflows.MessageSignal
}

// Two thousand messages of one number over five days, late, twice and out of order,
// through many runs that each begin where the last one left off.
func TestTwoThousandMessagesOfOneNumberAreToldOnceAndInOrder(t *testing.T) {
	t.Parallel()
	most, days := 2000, 5
	if underRace {
		// Races show in less.
		most, days = 200, 2
	}
	o, _ := newChat(t)
	// A conversation holds a hundred threads, so there will be some.
	o.env.SetTestTimeout(5 * time.Minute)
	chance := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // a story that is the same in each run
	var story []delivered
	var sent []time.Duration
	for range most {
		sent = append(sent, time.Duration(chance.Int64N(int64(time.Duration(days)*24*time.Hour))).Truncate(time.Second))
	}
	slices.Sort(sent)
	for i, at := range sent {
		event := aircall.EventMessageReceived
		if i%7 > 3 {
			event = aircall.EventMessageSent
		}
		signal := o.messageSays(at, event, fmt.Sprintf("m-%04d", i), nil)
		arrives := at + time.Duration(chance.Int64N(int64(2*time.Second)))
		story = append(story, delivered{arrives, signal})
		if i%5 == 0 {
			story = append(story, delivered{arrives + time.Duration(chance.Int64N(int64(26*time.Hour))), signal})
		}
		if i%11 == 5 {
			story = append(story, delivered{arrives + time.Minute, o.messageSays(at+time.Minute, aircall.EventMessageStatusUpdated, fmt.Sprintf("m-%04d", i), map[string]any{"status": "delivered"})})
		}
	}
	slices.SortStableFunc(story, func(a, b delivered) int { return int(a.at - b.at) })

	in, begin, next, runs := o.messagesInput(), time.Duration(0), 0, 0
	for {
		runs++
		require.Less(t, runs, 100)
		start := o.ring
		o.ring = start.Add(begin)
		o.newCall()
		o.ring = start
		o.env.SetTestTimeout(5 * time.Minute)
		o.env.SetStartWorkflowOptions(client.StartWorkflowOptions{ID: messagesRun, TaskQueue: workflows.TaskQueue})
		var deliver func()
		deliver = func() {
			if next < len(story) {
				// One after the other: the environment takes only so many at once.
				o.env.RegisterDelayedCallback(func() {
					o.env.SignalWorkflow(workflows.EventSignal, story[next].signal)
					next++
					deliver()
				}, max(story[next].at-o.env.Now().Sub(o.ring), time.Millisecond))
			}
		}
		deliver()
		// Temporal suggests it by the length of the history; here it is the time.
		o.env.RegisterDelayedCallback(func() { o.env.SetContinueAsNewSuggested(true) }, 9*time.Hour)
		o.env.ExecuteWorkflow(workflows.MessagesWorkflow, in)
		require.True(t, o.env.IsWorkflowCompleted())
		var again *workflow.ContinueAsNewError
		ended := o.env.GetWorkflowError()
		if ended == nil {
			break
		}
		require.ErrorAs(t, ended, &again)
		in = workflows.MessagesInput{}
		require.NoError(t, converter.GetDefaultDataConverter().FromPayloads(again.Input, &in))
		carried, err := json.Marshal(in)
		require.NoError(t, err)
		require.Less(t, len(carried), 256<<10, "what is carried is bounded")
		require.LessOrEqual(t, len(in.Carried.Messages), 250)
		begin = o.env.Now().Sub(o.ring)
	}
	require.Equal(t, len(story), next, "every event was delivered")
	require.Greater(t, runs, days*24/9-2)
	require.Len(t, o.helpScout.Customers(), 1)

	var told []string
	for _, conversation := range o.helpScout.Conversations() {
		threads := 0
		for _, thread := range threadsOf(conversation) {
			_, ids, found := strings.Cut(thread, ": ")
			require.True(t, found, thread)
			told = append(told, strings.Split(ids, " · ")...)
			threads++
		}
		require.LessOrEqual(t, threads, 100)
	}
	require.Len(t, told, most, "each is told once")
	require.True(t, slices.IsSorted(told), "in the order in which they were sent")
}
