package cli

import (
	"context"
	"log/slog"
	"maps"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"callscout/health"
	"callscout/helpscout"
)

const (
	// budgetFor is how long Help Scout's word is shown: it counts by the minute, and
	// an old word says nothing.
	budgetFor = 2 * time.Minute
	// budgetsEvery is how often it is written down for the other processes.
	budgetsEvery = 10 * time.Second
)

var budgetDesc = prometheus.NewDesc("callscout_helpscout_budget_remaining_requests",
	"Requests left in this minute, as Help Scout said last; none where it said nothing for two minutes.", []string{"installation"}, nil)

// budgets is what Help Scout said last of each installation's requests: a metric of
// this process, and written down for the desk.
type budgets struct {
	now func() time.Time

	mu   sync.Mutex
	said map[string]health.Budget
	kept map[string]time.Time
}

func newBudgets() *budgets {
	return &budgets{now: time.Now, said: map[string]health.Budget{}, kept: map[string]time.Time{}}
}

func (b *budgets) observe(installation string, said helpscout.Budget) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.said[installation] = b.said[installation].With(int64(said.Remaining), int64(said.Limit), said.At)
}

// Describe implements prometheus.Collector.
func (b *budgets) Describe(out chan<- *prometheus.Desc) { out <- budgetDesc }

// Collect implements prometheus.Collector.
func (b *budgets) Collect(out chan<- prometheus.Metric) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for installation, said := range b.said {
		if b.now().Sub(said.At) < budgetFor {
			out <- prometheus.MustNewConstMetric(budgetDesc, prometheus.GaugeValue, float64(said.Remaining), installation)
		}
	}
}

// rememberer is where it is written down. *store.Store is one.
type rememberer interface {
	Remember(ctx context.Context, installation, kind, key, value string) error
}

// keep writes down what is new, until ctx is done.
func (b *budgets) keep(ctx context.Context, memory rememberer, log *slog.Logger) {
	every := time.NewTicker(budgetsEvery)
	defer every.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-every.C:
			b.write(ctx, memory, log)
		}
	}
}

func (b *budgets) write(ctx context.Context, memory rememberer, log *slog.Logger) {
	b.mu.Lock()
	said := maps.Clone(b.said)
	b.mu.Unlock()
	for installation, budget := range said {
		if b.kept[installation].Equal(budget.At) {
			continue
		}
		if err := health.KeepBudget(ctx, memory, installation, budget); err != nil {
			log.Debug("what Help Scout said of its budget was not written down", "installation", installation, "error", err)
			continue
		}
		b.kept[installation] = budget.At
	}
}
