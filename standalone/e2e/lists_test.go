package e2e_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"

	"callscout/calllog"
	"callscout/engine"
	"callscout/engine/attribute"
	"callscout/secret"
	"callscout/standalone/embedded/embeddedtest"
	"callscout/starter"
	"callscout/workflows"
)

// listed is one run that a test makes a list of.
type listed struct {
	installation, id string
	attributes       []temporal.SearchAttributeUpdate
	row              workflows.Row
}

func (l listed) start(t testing.TB, c client.Client) {
	t.Helper()
	_, err := c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{
		ID: l.id, TaskQueue: workflows.TaskQueue, Memo: map[string]any{workflows.RowMemo: l.row},
		TypedSearchAttributes: temporal.NewSearchAttributes(append(l.attributes,
			attribute.Installation.ValueSet(l.installation), attribute.Kind.ValueSet(workflows.KindCall))...),
	}, workflows.CallWorkflow, workflows.CallInput{Installation: l.installation, CallID: 1, Inbox: supportInbox})
	require.NoError(t, err)
}

// Every choice of a list, asked of the real store: what a query means is the store's
// matter, and so is whether it takes it at all.
func TestListsChooseCallsInTemporalsOwnStore(t *testing.T) { //nolint:tparallel // what is asked takes milliseconds
	t.Parallel()
	server := embeddedtest.Start(t)
	keys, err := secret.ParseRing(secret.NewKey())
	require.NoError(t, err)
	data := engine.DataConverter(keys)
	c, err := client.DialContext(t.Context(), client.Options{
		HostPort: server.HostPort(), DataConverter: data, Logger: log.NewStructuredLogger(slog.New(slog.DiscardHandler)),
	})
	require.NoError(t, err)
	defer c.Close()
	s := &starter.Starter{Client: c, HashKey: []byte("hash key"), Data: data}

	who := s.NumberHash("+1 202-555-0143", "")
	since := time.Now().Add(-time.Hour).UTC().Truncate(time.Second)
	for n := range int64(12) {
		call := listed{"acme", workflows.CallID("acme", 100+n), []temporal.SearchAttributeUpdate{
			attribute.AircallCallID.ValueSet(fmt.Sprint(100 + n)), attribute.AircallNumberID.ValueSet(fmt.Sprint(7 + n%2)),
			attribute.CallDirection.ValueSet("inbound"), attribute.CustomerNumberHash.ValueSet(s.NumberHash(fmt.Sprintf("+1 202-555-01%02d", 40+n), "")),
			attribute.AgentID.ValueSet(612 + n%3), attribute.ConversationID.ValueSet(fmt.Sprint(3000 + n)),
		}, workflows.Row{Name: "Jane Doe", LastDigits: "0143"}}
		if n < 4 {
			// The newest has stood still for longest.
			call.row.Parked = &workflows.Parked{Problem: calllog.ConversationFull, Since: since.Add(-time.Duration(n) * time.Minute), NextTry: since}
			call.attributes = append(call.attributes, attribute.SyncStatus.ValueSet("needs_attention"), attribute.SyncProblem.ValueSet("ConversationFull"))
		} else {
			call.attributes = append(call.attributes, attribute.SyncStatus.ValueSet("synced"), attribute.CallOutcome.ValueSet("missed"))
		}
		call.start(t, c)
	}
	// Neither of another installation, nor of one whose name begins alike, nor messages.
	listed{"other", workflows.CallID("other", 100), []temporal.SearchAttributeUpdate{attribute.SyncStatus.ValueSet("needs_attention")}, workflows.Row{}}.start(t, c)
	listed{"acme2", workflows.CallID("acme2", 100), []temporal.SearchAttributeUpdate{attribute.SyncStatus.ValueSet("needs_attention")}, workflows.Row{}}.start(t, c)
	listed{"acme", "messages/acme/7/abc", []temporal.SearchAttributeUpdate{attribute.SyncStatus.ValueSet("needs_attention")}, workflows.Row{}}.start(t, c)
	require.Eventually(t, func() bool {
		count, err := s.Count(t.Context(), starter.Query{Installation: "acme"})
		return err == nil && count == 12
	}, 30*time.Second, 50*time.Millisecond)

	for name, test := range map[string]struct {
		query starter.Query
		want  int
	}{
		"all":                   {starter.Query{}, 12},
		"what needs attention":  {starter.Query{Status: workflows.StatusNeedsAttention, Open: true}, 4},
		"synced":                {starter.Query{Status: workflows.StatusSynced}, 8},
		"a problem":             {starter.Query{Problem: "ConversationFull"}, 4},
		"an outcome":            {starter.Query{Outcome: "missed"}, 8},
		"a line":                {starter.Query{Lines: []int64{7}}, 6},
		"two lines":             {starter.Query{Lines: []int64{7, 8}}, 12},
		"a line that is none":   {starter.Query{Lines: []int64{70}}, 0},
		"an agent":              {starter.Query{Agent: 612}, 4},
		"an agent's, of a line": {starter.Query{Agent: 612, Lines: []int64{7}, Status: workflows.StatusSynced}, 1},
		"a number":              {starter.Query{Who: who}, 1},
		"a number, synced":      {starter.Query{Who: who, Status: workflows.StatusSynced}, 0},
		"a call":                {starter.Query{Call: 105}, 1},
		"a conversation":        {starter.Query{Conversation: "3005"}, 1},
		"today":                 {starter.Query{From: time.Now().Add(-time.Hour)}, 12},
		"long ago":              {starter.Query{From: since.Add(-48 * time.Hour), To: since}, 0},
		"a month":               {starter.Query{From: since.Add(-30 * 24 * time.Hour), To: time.Now().Add(time.Minute), Status: workflows.StatusSynced}, 8},
	} {
		t.Run(name, func(t *testing.T) {
			test.query.Installation = "acme"
			page, _, err := s.List(t.Context(), test.query)
			require.NoError(t, err)
			require.Len(t, page, test.want)
			count, err := s.Count(t.Context(), test.query)
			require.NoError(t, err)
			require.Equal(t, test.want, count)
			for _, call := range page {
				require.Equal(t, "0143", call.Row.LastDigits)
				require.False(t, call.Sealed)
			}
		})
	}

	t.Run("page by page", func(t *testing.T) {
		seen := map[int64]bool{}
		q := starter.Query{Installation: "acme", Limit: 5}
		for {
			page, next, err := s.List(t.Context(), q)
			require.NoError(t, err)
			for _, call := range page {
				require.False(t, seen[call.Call])
				seen[call.Call] = true
			}
			if q.After = next; len(next) == 0 {
				break
			}
		}
		require.Len(t, seen, 12)
	})

	t.Run("what stands still for longest comes first", func(t *testing.T) {
		parked, more, err := s.Standing(t.Context(), "acme", 10)
		require.NoError(t, err)
		require.False(t, more)
		require.Len(t, parked, 4)
		require.EqualValues(t, 103, parked[0].Call)
	})

	t.Run("what a list shows is sealed in the store", func(t *testing.T) {
		described, err := c.DescribeWorkflowExecution(context.WithoutCancel(t.Context()), workflows.CallID("acme", 100), "")
		require.NoError(t, err)
		require.NotContains(t, described.String(), "Jane")
		require.NotContains(t, described.String(), "0143")
		fields := described.GetWorkflowExecutionInfo().GetMemo().GetFields()
		require.Equal(t, "binary/encrypted", string(fields[workflows.RowMemo].GetMetadata()["encoding"]))
	})
}
