package e2e_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	sdkworker "go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"callscout/engine"
	"callscout/simulator"
)

// arrivals notes when something reached its end, by call.
type arrivals struct {
	mu sync.Mutex
	at map[int64]time.Time
}

func (a *arrivals) note(call int64) {
	now := time.Now()
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.at == nil {
		a.at = map[int64]time.Time{}
	}
	if _, known := a.at[call]; !known {
		a.at[call] = now
	}
}

func (a *arrivals) all() map[int64]time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	return maps.Clone(a.at)
}

// cards notes when the request for a call's insight card comes in, and takes it.
func (a *arrivals) cards(aircall http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", aircall)
	mux.HandleFunc("POST /v1/calls/{id}/insight_cards", func(w http.ResponseWriter, r *http.Request) {
		if call, err := strconv.ParseInt(r.PathValue("id"), 10, 64); err == nil {
			a.note(call)
		}
		w.WriteHeader(http.StatusCreated)
	})
	return mux
}

// BenchmarkFromCallCreatedToTheInsightCard plays rounds of calls that begin at
// once, each of another known number that rings for the first time, and prints how
// long it takes from the webhook to the request for the card, beside the least
// that Temporal needs for as many steps: SignalWithStart and two activities that do
// nothing, on the same server, in rounds that take turns with the others.
func BenchmarkFromCallCreatedToTheInsightCard(b *testing.B) {
	const atOnce, rounds, warmUp = 20, 10, 1
	shown := &arrivals{}
	o := newOfficeWith(b, simulator.HelpScoutOptions{LimitPerMinute: -1}, shown.cards)
	o.useHistoryKey()
	for n := range atOnce * (rounds + warmUp) {
		o.helpScout.AddCustomer(simulator.Customer{FirstName: "Jane", LastName: "Doe", Phones: []simulator.Entry{{Type: "work", Value: numberOf(n)}}})
	}
	o.apply("")
	o.start()
	o.awaitReady()
	plain := startBare(b, o)

	for b.Loop() {
		var card, bare []time.Duration
		for round := range rounds + warmUp {
			first := round * atOnce
			took := atTheSameTime(b, shown, first, atOnce, func(n int) {
				call := inboundCall(b, int64(4186800000+n))
				call.data["raw_digits"] = numberOf(n)
				require.Equal(b, http.StatusOK, o.post(call.created()))
			}, 4186800000)
			// What goes on after the card must not slow the others down.
			o.eventually(time.Minute, func() bool { return len(o.aircall.Contacts()) == first+atOnce }, "every contact is made")
			least := atTheSameTime(b, plain.done, first, atOnce, func(n int) { plain.start(b, int64(n)) }, 0)
			if round >= warmUp {
				card, bare = append(card, took...), append(bare, least...)
			}
		}
		slices.Sort(card)
		slices.Sort(bare)
		for name, share := range map[string]float64{"p50": 0.50, "p99": 0.99} {
			at := int(share * float64(len(card)-1))
			b.ReportMetric(float64(card[at].Milliseconds()), "ms_card_"+name)
			b.ReportMetric(float64(bare[at].Milliseconds()), "ms_bare_"+name)
			b.ReportMetric(float64(card[at])/float64(bare[at]), "ratio_"+name)
		}
	}
}

// numberOf makes numbers of the block that is kept free for fiction, in cities of
// their own.
func numberOf(n int) string { return fmt.Sprintf("+1 %d-555-01%02d", 202+n/100, n%100) }

// atTheSameTime begins as many and gives how long each took to arrive.
func atTheSameTime(b *testing.B, where *arrivals, first, many int, begin func(n int), base int64) []time.Duration {
	b.Helper()
	begun := make([]time.Time, many)
	var all sync.WaitGroup
	for i := range many {
		all.Go(func() {
			begun[i] = time.Now()
			begin(first + i)
		})
	}
	all.Wait()
	var took []time.Duration
	require.Eventually(b, func() bool {
		arrived := where.all()
		took = took[:0]
		for i := range many {
			at, there := arrived[base+int64(first+i)]
			if !there {
				return false
			}
			took = append(took, at.Sub(begun[i]))
		}
		return true
	}, time.Minute, 20*time.Millisecond, "all have arrived")
	return took
}

// bare is the least workflow that does two things after a signal.
type bare struct {
	client client.Client
	done   *arrivals
}

const bareQueue = "bare"

func startBare(b *testing.B, o *office) *bare {
	b.Helper()
	address, running, err := engine.ReadAddress(o.data)
	require.NoError(b, err)
	require.True(b, running)
	c, err := client.Dial(client.Options{HostPort: address.HostPort, Namespace: address.Namespace, Logger: quiet{}})
	require.NoError(b, err)
	b.Cleanup(c.Close)
	plain := &bare{client: c, done: &arrivals{}}
	w := sdkworker.New(c, bareQueue, sdkworker.Options{})
	w.RegisterWorkflowWithOptions(plain.twoSteps, workflow.RegisterOptions{Name: "Bare"})
	w.RegisterActivityWithOptions(func(context.Context, int64) error { return nil }, activity.RegisterOptions{Name: "Nothing"})
	w.RegisterActivityWithOptions(func(_ context.Context, n int64) error {
		plain.done.note(n)
		return nil
	}, activity.RegisterOptions{Name: "Arrived"})
	require.NoError(b, w.Start())
	b.Cleanup(w.Stop)
	return plain
}

func (p *bare) twoSteps(ctx workflow.Context, n int64) error {
	var signal int64
	workflow.GetSignalChannel(ctx, "begin").Receive(ctx, &signal)
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute})
	if err := workflow.ExecuteActivity(ctx, "Nothing", n).Get(ctx, nil); err != nil {
		return err
	}
	return workflow.ExecuteActivity(ctx, "Arrived", n).Get(ctx, nil)
}

func (p *bare) start(b *testing.B, n int64) {
	b.Helper()
	_, err := p.client.SignalWithStartWorkflow(b.Context(), fmt.Sprintf("bare/%d", n), "begin", n,
		client.StartWorkflowOptions{TaskQueue: bareQueue}, "Bare", n)
	require.NoError(b, err)
}

type quiet struct{}

func (quiet) Debug(string, ...any) {}
func (quiet) Info(string, ...any)  {}
func (quiet) Warn(string, ...any)  {}
func (quiet) Error(string, ...any) {}
