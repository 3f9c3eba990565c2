package api

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"callscout/health"
)

// healthCollector tells what the page Health tells. What is not known just now is left
// out, so that no alert takes it for well.
type healthCollector struct {
	store Store
	watch *health.Watch
}

var (
	parkedDesc = prometheus.NewDesc("callscout_parked_runs",
		"Runs of calls and messages that stand still and wait for a person, by problem.", []string{"installation", "problem"}, nil)
	parkedAgeDesc = prometheus.NewDesc("callscout_parked_oldest_age_seconds",
		"Age of the oldest call that stands still; 0 if none does.", []string{"installation"}, nil)
	unloggedDesc = prometheus.NewDesc("callscout_unlogged_calls",
		"Calls that Aircall has and that were not logged when they were last looked for.", []string{"installation"}, nil)
	reconciledDesc = prometheus.NewDesc("callscout_unlogged_calls_looked_timestamp_seconds",
		"When lost calls were last looked for.", []string{"installation"}, nil)
	workersDesc = prometheus.NewDesc("callscout_polling_workers", "Workers that ask Temporal for work.", nil, nil)
	heardDesc   = prometheus.NewDesc("callscout_webhook_last_event_timestamp_seconds",
		"When a vendor's last webhook came.", []string{"installation", "vendor"}, nil)
	silentDesc = prometheus.NewDesc("callscout_webhook_silent_usual_seconds",
		"Time since a vendor's last webhook, counted in the hours in which some usually come.", []string{"installation", "vendor"}, nil)
)

// Describe implements prometheus.Collector.
func (c *healthCollector) Describe(out chan<- *prometheus.Desc) {
	for _, desc := range []*prometheus.Desc{parkedDesc, parkedAgeDesc, unloggedDesc, reconciledDesc, workersDesc, heardDesc, silentDesc} {
		out <- desc
	}
}

// Collect implements prometheus.Collector.
func (c *healthCollector) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*readyWithin)
	defer cancel()
	gauge := func(desc *prometheus.Desc, value float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value, labels...)
	}
	program := c.watch.Program(ctx)
	if program.Workers.Sure() {
		gauge(workersDesc, float64(program.Workers.Value))
	}
	installations, err := c.store.Installations(ctx)
	if err != nil {
		out <- prometheus.NewInvalidMetric(parkedDesc, err)
		return
	}
	for _, installation := range installations {
		facts := c.watch.Look(ctx, installation).Facts
		c.parked(facts, gauge)
		if found := facts.Reconciled; found.Sure() && !found.Value.LookedAt.IsZero() {
			gauge(unloggedDesc, float64(found.Value.Unlogged), installation.ID)
			gauge(reconciledDesc, float64(found.Value.LookedAt.Unix()), installation.ID)
		}
		for vendor, heard := range map[string]health.Known[health.Heard]{health.Aircall: facts.Aircall, health.HelpScout: facts.HelpScout} {
			if !heard.Sure() || heard.Value.Last.IsZero() {
				continue
			}
			gauge(heardDesc, float64(heard.Value.Last.Unix()), installation.ID, vendor)
			var silent time.Duration
			if !facts.Paused {
				silent = time.Duration(heard.Value.Hours.UsualSince(heard.Value.Last, facts.Now)) * time.Hour
			}
			gauge(silentDesc, silent.Seconds(), installation.ID, vendor)
		}
	}
}

func (c *healthCollector) parked(facts health.Facts, gauge func(*prometheus.Desc, float64, ...string)) {
	if !facts.Program.Parked.Sure() {
		return
	}
	runs := map[string]int{}
	var age float64
	for _, group := range facts.Program.Parked.Value {
		if group.Installation != facts.Installation.ID {
			continue
		}
		runs[group.Problem] += group.Runs
		if !group.Messages {
			age = max(age, facts.Now.Sub(group.Oldest).Seconds())
		}
	}
	for problem, count := range runs {
		gauge(parkedDesc, float64(count), facts.Installation.ID, problem)
	}
	gauge(parkedAgeDesc, age, facts.Installation.ID)
}
