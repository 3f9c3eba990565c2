package e2e_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/enums/v1"

	"callscout/simulator"
	"callscout/store/storetest"
	"callscout/workflows"
)

// These need three processes each. They run beside one another, for they mostly wait,
// and before all the other tests, which would keep the machine from them.
func TestSeveralProcesses(t *testing.T) { //nolint:paralleltest,tparallel // see above
	t.Run("fifty first calls and messages of one number make one customer and one contact", fiftyOfOneNumber)
	t.Run("three processes share one consent", threeProcessesShareOneConsent)
	t.Run("a lost answer at the strictest Help Scout locks nobody out", aLostAnswerAtTheStrictest)
}

// Nothing at Help Scout or Aircall stands against two records of one person: the
// search does not show for seconds what another worker has just made, and both
// take every creation.
func fiftyOfOneNumber(t *testing.T) {
	t.Parallel()
	const calls, texts, workers = 35, 15, 3
	o := newOfficeWith(t, simulator.HelpScoutOptions{LimitPerMinute: -1, SearchLag: 5 * time.Second}, unchanged)
	o.useHistoryKey()
	o.env = append(o.env, "CALLSCOUT_DATABASE_URL="+storetest.PostgresURL(t))
	o.apply("")
	o.start()
	o.awaitReady()
	for range workers - 1 {
		o.startWorker()
	}
	temporal := o.temporal()
	o.eventually(60*time.Second, func() bool {
		queue, err := temporal.DescribeTaskQueue(t.Context(), workflows.TaskQueue, enums.TASK_QUEUE_TYPE_ACTIVITY)
		return err == nil && len(queue.GetPollers()) == workers
	}, "three workers wait for work")

	o.aircall.AddNumber(simulator.Number{ID: inboundLine, Name: "Support US", Digits: "+1 202-555-0100", Country: "US", TimeZone: "America/New_York"})
	o.aircall.AddUser(simulator.AircallUser{ID: 9, Name: "Mia Berg", Email: "mia.berg@acme.example"})
	o.aircall.AddWebhook(simulator.Webhook{URL: "http://" + o.address() + "/webhooks/aircall", Token: o.hookToken})
	t.Cleanup(o.aircall.Close)
	var placed []int64
	for range calls {
		id, err := o.aircall.PlaceAsync(simulator.Script{Kind: simulator.InboundMissed, Speed: 10})
		require.NoError(t, err)
		placed = append(placed, id)
	}
	sent := make(chan error, texts)
	for n := range texts {
		go func() {
			_, err := o.aircall.Text(t.Context(), simulator.TextMessage{ID: fmt.Sprintf("text-%02d", n), Body: fmt.Sprintf("Text number %02d.", n)})
			sent <- err
		}()
	}
	for range texts {
		require.NoError(t, <-sent)
	}
	o.eventually(3*time.Minute, func() bool {
		return !slices.ContainsFunc(placed, func(id int64) bool { return len(o.log(id)) == 0 })
	}, "every call is logged")
	for _, id := range placed {
		o.awaitSynced(id)
		require.Equal(t, []string{"phone end"}, o.log(id), "each once")
	}
	o.eventually(90*time.Second, func() bool {
		return strings.Count(o.everything(), "Text number ") >= texts
	}, "every message is logged")
	for n := range texts {
		require.Equal(t, 1, strings.Count(o.everything(), fmt.Sprintf("Text number %02d.", n)), "each once")
	}
	require.Len(t, o.helpScout.Customers(), 1)
	require.Len(t, o.aircall.Contacts(), 1)
	contact := o.aircall.Contacts()[0]
	require.Equal(t, "+12025550143", contact.PhoneNumbers[0].Value)
	require.NotContains(t, strings.Join(o.tags(), " "), "call in progress")

	took := map[string]bool{}
	for _, id := range placed {
		events := temporal.GetWorkflowHistory(t.Context(), fmt.Sprintf("call/acme/%d", id), "", false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
		for events.HasNext() {
			event, err := events.Next()
			require.NoError(t, err)
			if started := event.GetActivityTaskStartedEventAttributes(); started != nil {
				took[started.GetIdentity()] = true
			}
		}
	}
	require.Len(t, took, workers, "all workers took part")
}
