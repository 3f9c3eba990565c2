package cli

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/require"

	"callscout/helpscout"
)

type memories struct {
	written []string
	err     error
}

func (m *memories) Remember(_ context.Context, installation, kind, key, value string) error {
	if m.err == nil {
		m.written = append(m.written, installation+" "+kind+" "+key+" "+value)
	}
	return m.err
}

func TestAnOldWordOfABudgetIsNoMetric(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)
	b := newBudgets()
	b.now = func() time.Time { return now }
	b.observe("acme", helpscout.Budget{Limit: 400, Remaining: 12, At: now.Add(-time.Second)})
	b.observe("globex", helpscout.Budget{Limit: 400, Remaining: 0, At: now.Add(-time.Hour)})
	require.NoError(t, testutil.CollectAndCompare(b, strings.NewReader(`
# HELP callscout_helpscout_budget_remaining_requests Requests left in this minute, as Help Scout said last; none where it said nothing for two minutes.
# TYPE callscout_helpscout_budget_remaining_requests gauge
callscout_helpscout_budget_remaining_requests{installation="acme"} 12
`)))
}

func TestABudgetIsWrittenDownOnceItIsNew(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)
	b, memory, log := newBudgets(), &memories{err: errors.New("away")}, slog.New(slog.DiscardHandler)
	b.observe("acme", helpscout.Budget{Limit: 400, Remaining: 0, At: at})
	b.write(t.Context(), memory, log)
	memory.err = nil
	b.write(t.Context(), memory, log)
	b.write(t.Context(), memory, log)
	require.Equal(t, []string{`acme request-budget helpscout {"remaining":0,"limit":400,"at":"2026-05-04T09:00:00Z","out_at":"2026-05-04T09:00:00Z","out_since":"2026-05-04T09:00:00Z"}`}, memory.written)
	b.observe("acme", helpscout.Budget{Limit: 400, Remaining: 399, At: at.Add(time.Minute)})
	b.write(t.Context(), memory, log)
	require.Len(t, memory.written, 2)
}
