package api

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"

	"callscout/calllog"
)

// guardCollector reads what the guard found when somebody asks, so that every process
// tells the same.
type guardCollector struct{ store Store }

var (
	guardDesc = prometheus.NewDesc("callscout_guard_problems",
		"What the guard found wrong with an installation, by what was checked.", []string{"installation", "check"}, nil)
	guardedDesc = prometheus.NewDesc("callscout_guard_checked_timestamp_seconds",
		"When an installation was last looked after.", []string{"installation"}, nil)
)

// Describe implements prometheus.Collector.
func (c *guardCollector) Describe(out chan<- *prometheus.Desc) {
	out <- guardDesc
	out <- guardedDesc
}

// Collect implements prometheus.Collector.
func (c *guardCollector) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), readyWithin)
	defer cancel()
	installations, err := c.store.Installations(ctx)
	if err != nil {
		out <- prometheus.NewInvalidMetric(guardDesc, err)
		return
	}
	for _, installation := range installations {
		found, err := c.store.Findings(ctx, installation.ID)
		if err != nil {
			out <- prometheus.NewInvalidMetric(guardDesc, err)
			return
		}
		if found.CheckedAt.IsZero() {
			continue
		}
		count := map[string]int{}
		for _, problem := range found.Problems {
			count[problem.Check]++
		}
		for _, check := range calllog.Checks() {
			out <- prometheus.MustNewConstMetric(guardDesc, prometheus.GaugeValue, float64(count[string(check)]), installation.ID, string(check))
		}
		out <- prometheus.MustNewConstMetric(guardedDesc, prometheus.GaugeValue, float64(found.CheckedAt.Unix()), installation.ID)
	}
}
