package api

import (
	"context"
	"runtime/debug"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"callscout/health"
)

// metrics are the edge's own. No label holds an id or anything personal, so that
// the number of series does not grow with the number of calls.
type metrics struct {
	webhooks  *prometheus.CounterVec
	helpScout *prometheus.CounterVec
	drained   prometheus.Counter
}

func newMetrics(registry *prometheus.Registry, inbox Store, watch *health.Watch) *metrics {
	m := &metrics{
		webhooks: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "callscout_webhooks_total", Help: "Webhooks of Aircall, by what became of them.",
		}, []string{"result"}),
		helpScout: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "callscout_helpscout_webhooks_total", Help: "Webhooks of Help Scout, by what became of them.",
		}, []string{"result"}),
		drained: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "callscout_inbox_delivered_total", Help: "Events that waited in the inbox and were delivered.",
		}),
	}
	for _, result := range []string{delivered, queued, held, notOurs, notMapped, paused, unknownToken, notJSON, tooLarge, notTaken, uninstalling, uninstalled} {
		m.webhooks.WithLabelValues(result)
	}
	for _, result := range []string{
		forgotten, nothingKnown, notNeeded, nothingLost, putRight, writerEnded, notUnderstood, unknownInstallation, wrongSignature, tooLarge, cutOff, notTaken, uninstalled,
	} {
		m.helpScout.WithLabelValues(result)
	}
	info := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "callscout_build_info", Help: "The running build; always 1.", ConstLabels: prometheus.Labels{"version": version()},
	})
	info.Set(1)
	registry.MustRegister(m.webhooks, m.helpScout, m.drained, info, &inboxCollector{inbox: inbox}, &guardCollector{store: inbox}, &healthCollector{inbox, watch})
	return m
}

func version() string {
	if info, known := debug.ReadBuildInfo(); known && info.Main.Version != "" {
		return info.Main.Version
	}
	return "unknown"
}

// inboxCollector reads the inbox when somebody asks.
type inboxCollector struct{ inbox Store }

var (
	waitingDesc = prometheus.NewDesc("callscout_inbox_waiting_events", "Events that wait for Temporal.", nil, nil)
	heldDesc    = prometheus.NewDesc("callscout_inbox_held_events", "Events that could not be understood.", nil, nil)
	oldestDesc  = prometheus.NewDesc("callscout_inbox_oldest_age_seconds", "Age of the oldest event that waits for Temporal.", nil, nil)
)

// Describe implements prometheus.Collector.
func (c *inboxCollector) Describe(out chan<- *prometheus.Desc) {
	out <- waitingDesc
	out <- heldDesc
	out <- oldestDesc
}

// Collect implements prometheus.Collector.
func (c *inboxCollector) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), readyWithin)
	defer cancel()
	waiting, heldEvents, oldest, err := c.inbox.InboxCounts(ctx)
	if err != nil {
		out <- prometheus.NewInvalidMetric(waitingDesc, err)
		return
	}
	var age float64
	if !oldest.IsZero() {
		age = time.Since(oldest).Seconds()
	}
	out <- prometheus.MustNewConstMetric(waitingDesc, prometheus.GaugeValue, float64(waiting))
	out <- prometheus.MustNewConstMetric(heldDesc, prometheus.GaugeValue, float64(heldEvents))
	out <- prometheus.MustNewConstMetric(oldestDesc, prometheus.GaugeValue, age)
}
