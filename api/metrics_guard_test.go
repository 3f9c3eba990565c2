package api_test

import (
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/require"

	"callscout/store"
)

func TestMetricsShowWhatTheGuardFound(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	const names = "callscout_guard_problems"
	require.NoError(t, testutil.GatherAndCompare(e.registry, strings.NewReader(""), names), "never checked")
	require.NoError(t, e.store.KeepFindings(t.Context(), "acme", store.Findings{
		CheckedAt: time.Unix(1_770_000_000, 0),
		Problems:  []store.Finding{{Check: "number", Subject: 1}, {Check: "number", Subject: 2}, {Check: "webhook"}},
	}))
	require.NoError(t, testutil.GatherAndCompare(e.registry, strings.NewReader(`
# HELP callscout_guard_checked_timestamp_seconds When an installation was last looked after.
# TYPE callscout_guard_checked_timestamp_seconds gauge
callscout_guard_checked_timestamp_seconds{installation="acme"} 1.77e+09
# HELP callscout_guard_problems What the guard found wrong with an installation, by what was checked.
# TYPE callscout_guard_problems gauge
callscout_guard_problems{check="aircall",installation="acme"} 0
callscout_guard_problems{check="helpscout",installation="acme"} 0
callscout_guard_problems{check="inbox",installation="acme"} 0
callscout_guard_problems{check="number",installation="acme"} 2
callscout_guard_problems{check="settings",installation="acme"} 0
callscout_guard_problems{check="webhook",installation="acme"} 1
callscout_guard_problems{check="webhook_events",installation="acme"} 0
`), names, "callscout_guard_checked_timestamp_seconds"))
}
