package api_test

import (
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/require"

	"callscout/api"
	"callscout/starter"
	"callscout/store"
)

func TestMetricsShowWhatStandsStill(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	e.temporal.stands(2,
		starter.Parked{Installation: "acme", Problem: "ConversationFull", Runs: 3, Oldest: time.Now().Add(-time.Hour)},
		starter.Parked{Installation: "acme", Problem: "ConversationFull", Messages: true, Runs: 1, Oldest: time.Now().Add(-1000 * time.Hour)},
		starter.Parked{Installation: "acme", Problem: "HelpScoutDown", Runs: 2, Oldest: time.Now().Add(-time.Minute)},
		starter.Parked{Installation: "nobody", Problem: "HelpScoutDown", Runs: 2, Oldest: time.Now()},
	)
	require.NoError(t, testutil.GatherAndCompare(e.registry, strings.NewReader(`
# HELP callscout_parked_runs Runs of calls and messages that stand still and wait for a person, by problem.
# TYPE callscout_parked_runs gauge
callscout_parked_runs{installation="acme",problem="ConversationFull"} 4
callscout_parked_runs{installation="acme",problem="HelpScoutDown"} 2
# HELP callscout_polling_workers Workers that ask Temporal for work.
# TYPE callscout_polling_workers gauge
callscout_polling_workers 2
`), "callscout_parked_runs", "callscout_polling_workers"))
	require.Regexp(t, `callscout_parked_oldest_age_seconds\{installation="acme"\} 360\d`, e.metrics(t), "the age of the oldest call, not of messages")
	problems, err := testutil.GatherAndLint(e.registry, "callscout_parked_runs", "callscout_parked_oldest_age_seconds", "callscout_polling_workers",
		"callscout_webhook_last_event_timestamp_seconds", "callscout_webhook_silent_usual_seconds")
	require.NoError(t, err)
	require.Empty(t, problems)
}

func TestWhatTemporalDoesNotSayIsNoMetric(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	e.temporal.goAway(errAway)
	text := e.metrics(t)
	require.Contains(t, text, "callscout_inbox_waiting_events 0")
	for _, name := range []string{"callscout_parked_runs", "callscout_parked_oldest_age_seconds", "callscout_polling_workers"} {
		require.NotContains(t, text, name, "no alert must take it for well")
	}
}

func TestMetricsTellWhenWebhooksCame(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	const last, silent = `callscout_webhook_last_event_timestamp_seconds{installation="acme",vendor="aircall"} `, `callscout_webhook_silent_usual_seconds{installation="acme",vendor="aircall"} 0`
	require.NotContains(t, e.metrics(t), last)
	require.Equal(t, 200, e.post(t, webhook("call.created", 7, mappedLine)).status)
	other := newEdgeBeside(t, e) // what another process heard is known to all
	text := other.metrics(t)
	require.Contains(t, text, last)
	require.Contains(t, text, silent)
	require.NotContains(t, text, `vendor="helpscout"`)
}

func TestMetricsTellOfLostCalls(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	require.NotContains(t, e.metrics(t), "callscout_unlogged_calls", "nobody has looked yet")
	require.NoError(t, e.store.KeepReconciled(t.Context(), "acme", store.Reconciled{LookedAt: time.Unix(1_800_000_000, 0), Unlogged: 3}))
	api.ForgetHealth(e.api, "acme")
	require.NoError(t, testutil.GatherAndCompare(e.registry, strings.NewReader(`
# HELP callscout_unlogged_calls Calls that Aircall has and that were not logged when they were last looked for.
# TYPE callscout_unlogged_calls gauge
callscout_unlogged_calls{installation="acme"} 3
# HELP callscout_unlogged_calls_looked_timestamp_seconds When lost calls were last looked for.
# TYPE callscout_unlogged_calls_looked_timestamp_seconds gauge
callscout_unlogged_calls_looked_timestamp_seconds{installation="acme"} 1.8e+09
`), "callscout_unlogged_calls", "callscout_unlogged_calls_looked_timestamp_seconds"))
	problems, err := testutil.GatherAndLint(e.registry, "callscout_unlogged_calls", "callscout_unlogged_calls_looked_timestamp_seconds")
	require.NoError(t, err)
	require.Empty(t, problems)
}
