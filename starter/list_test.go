package starter_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/api/enums/v1"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/converter"

	"callscout/calllog"
	"callscout/starter"
	"callscout/workflows"
)

const ours = " AND WorkflowId STARTS_WITH 'call/acme/' AND ExecutionStatus != 'ContinuedAsNew'"

func TestAListIsReadAlongTheIndexOfItsRarestTerm(t *testing.T) {
	t.Parallel()
	from := time.Date(2026, 1, 5, 10, 0, 0, 0, time.FixedZone("CET", 3600))
	for name, test := range map[string]struct {
		query starter.Query
		want  string
	}{
		"everything": {starter.Query{}, "CallscoutInstallation = 'acme'"},
		"what stands still": {
			starter.Query{Status: workflows.StatusNeedsAttention, Open: true}, "SyncStatus = 'needs_attention' AND CloseTime IS NULL",
		},
		"nearly all are synced": {
			starter.Query{Status: workflows.StatusSynced}, "CallscoutInstallation = 'acme' AND SyncStatus BETWEEN 'synced' AND 'synced'",
		},
		"a number, and more": {
			starter.Query{Who: "abc", Status: workflows.StatusSynced, Outcome: "missed", Agent: 612},
			"CustomerNumberHash = 'abc' AND AircallUserId BETWEEN 612 AND 612 AND SyncStatus BETWEEN 'synced' AND 'synced' AND CallOutcome BETWEEN 'missed' AND 'missed'",
		},
		"an agent":    {starter.Query{Agent: 612, Outcome: "missed"}, "AircallUserId = 612 AND CallOutcome BETWEEN 'missed' AND 'missed'"},
		"one line":    {starter.Query{Lines: []int64{7}}, "AircallNumberId = '7'"},
		"two lines":   {starter.Query{Lines: []int64{7, 8}}, "CallscoutInstallation = 'acme' AND AircallNumberId IN ('7', '8')"},
		"a short day": {starter.Query{From: from, To: from.Add(time.Hour)}, "ExecutionTime BETWEEN '2026-01-05T09:00:00Z' AND '2026-01-05T10:00:00Z'"},
		"a month": {
			starter.Query{From: from, To: from.Add(30 * 24 * time.Hour)},
			"CallscoutInstallation = 'acme' AND StartTime BETWEEN '2026-01-05T09:00:00Z' AND '2026-02-04T09:00:00Z'",
		},
		"a day of a line": {
			starter.Query{Lines: []int64{7}, From: from, To: from.Add(time.Hour)},
			"AircallNumberId = '7' AND StartTime BETWEEN '2026-01-05T09:00:00Z' AND '2026-01-05T10:00:00Z'",
		},
		"a quote": {starter.Query{Problem: "x' OR 'a' = 'a"}, `SyncProblem = 'x\' OR \'a\' = \'a'`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := &fakeTemporal{}
			test.query.Installation = "acme"
			_, _, err := starterOn(f).List(t.Context(), test.query)
			require.NoError(t, err)
			require.Equal(t, test.want+ours, f.lists[0].GetQuery())
		})
	}
}

func rowed(t *testing.T, info *workflowpb.WorkflowExecutionInfo, row workflows.Row) *workflowpb.WorkflowExecutionInfo {
	t.Helper()
	payload, err := converter.GetDefaultDataConverter().ToPayload(row)
	require.NoError(t, err)
	info.Memo = &commonpb.Memo{Fields: map[string]*commonpb.Payload{workflows.RowMemo: payload}}
	return info
}

func TestAListReadsTheRowThatEachRunTells(t *testing.T) {
	t.Parallel()
	row := workflows.Row{Name: "Jane", LastDigits: "0143", Line: "Support", Agent: "Mia Berg"}
	first := run("call/acme/7", enums.WORKFLOW_EXECUTION_STATUS_RUNNING, map[string]string{"AircallNumberId": "4711"})
	first.SearchAttributes.IndexedFields["AircallUserId"] = &commonpb.Payload{Data: []byte("612")}
	other := rowed(t, run("call/acme/8", enums.WORKFLOW_EXECUTION_STATUS_RUNNING, nil), row)
	other.Memo.Fields[workflows.RowMemo] = &commonpb.Payload{Metadata: map[string][]byte{"encoding": []byte("binary/encrypted")}}
	f := &fakeTemporal{pages: []*workflowservice.ListWorkflowExecutionsResponse{{
		NextPageToken: []byte("more"),
		Executions: []*workflowpb.WorkflowExecutionInfo{
			rowed(t, first, row), run("call/acme/7", enums.WORKFLOW_EXECUTION_STATUS_COMPLETED, nil), run("else", enums.WORKFLOW_EXECUTION_STATUS_RUNNING, nil), other,
		},
	}}}
	s := starterOn(f)
	s.Data = converter.GetDefaultDataConverter()
	page, next, err := s.List(t.Context(), starter.Query{Installation: "acme", Limit: 20, After: []byte("there")})
	require.NoError(t, err)
	require.Equal(t, "more", string(next))
	require.Equal(t, "there", string(f.lists[0].GetNextPageToken()))
	require.EqualValues(t, 20, f.lists[0].GetPageSize())
	require.Len(t, page, 2, "a call whose run began again is one call")
	require.Equal(t, row, page[0].Row)
	require.EqualValues(t, 4711, page[0].Line)
	require.EqualValues(t, 612, page[0].Agent)
	require.True(t, page[1].Sealed)
}

func TestWhatStandsStillForLongestComesFirst(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 5, 10, 0, 0, 0, time.UTC)
	parked := func(id string, since time.Duration) *workflowpb.WorkflowExecutionInfo {
		return rowed(t, run("call/acme/"+id, enums.WORKFLOW_EXECUTION_STATUS_RUNNING, nil),
			workflows.Row{Parked: &workflows.Parked{Problem: calllog.ConversationFull, Since: at.Add(since)}})
	}
	pages := []*workflowservice.ListWorkflowExecutionsResponse{
		{NextPageToken: []byte("more"), Executions: []*workflowpb.WorkflowExecutionInfo{parked("1", 3*time.Minute), parked("2", time.Minute)}},
		{Executions: []*workflowpb.WorkflowExecutionInfo{parked("3", 2*time.Minute)}},
	}
	for most, want := range map[int][]int64{10: {2, 3, 1}, 2: {2, 1}} {
		f := &fakeTemporal{pages: pages}
		s := starterOn(f)
		s.Data = converter.GetDefaultDataConverter()
		found, more, err := s.Standing(t.Context(), "acme", most)
		require.NoError(t, err)
		require.Equal(t, most == 2, more)
		var calls []int64
		for _, listed := range found {
			calls = append(calls, listed.Call)
		}
		require.Equal(t, want, calls)
	}
}

func TestARunBeginsWithItsRow(t *testing.T) {
	t.Parallel()
	f := &fakeTemporal{}
	require.NoError(t, starterOn(f).Deliver(t.Context(), delivery()))
	row := f.started[0].options.Memo[workflows.RowMemo].(workflows.Row)
	require.Equal(t, workflows.Row{LastDigits: "0143", Line: "Support", Inbox: 85, StartedAt: delivery().Event.Call.StartedAt}, row)
}
