package starter_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/api/enums/v1"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/converter"

	"callscout/starter"
	"callscout/workflows"
)

const always = "CallscoutKind = 'call' AND ExecutionStatus != 'ContinuedAsNew'"

func TestAFilterBecomesAQueryThatNobodyCanBreakOutOf(t *testing.T) {
	t.Parallel()
	from := time.Date(2026, 1, 5, 10, 0, 0, 0, time.FixedZone("CET", 3600))
	hash := starterOn(nil).NumberHash("+12025550143", "")
	for name, test := range map[string]struct {
		filter starter.Filter
		want   string
	}{
		"nothing": {starter.Filter{}, ""},
		"everything": {
			starter.Filter{
				Installation: "acme", Status: workflows.StatusNeedsAttention, Problem: "HelpScoutRefused", Outcome: "missed",
				Call: 7, Number: "(202) 555-0143", Country: "US", From: from, To: from.Add(time.Hour),
			},
			"CallscoutInstallation = 'acme' AND SyncStatus = 'needs_attention' AND SyncProblem = 'HelpScoutRefused' AND CallOutcome = 'missed'" +
				" AND AircallCallId = '7' AND CustomerNumberHash = '" + hash + "'" +
				" AND StartTime >= '2026-01-05T09:00:00Z' AND StartTime <= '2026-01-05T10:00:00Z'",
		},
		"a quote":     {starter.Filter{Installation: "a' OR 'b' = 'b"}, `CallscoutInstallation = 'a\' OR \'b\' = \'b'`},
		"a backslash": {starter.Filter{Problem: `x\' OR 1=1`}, `SyncProblem = 'x\\\' OR 1=1'`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := &fakeTemporal{}
			_, err := starterOn(f).Find(t.Context(), test.filter)
			require.NoError(t, err)
			want := always
			if test.want != "" {
				want += " AND " + test.want
			}
			require.Equal(t, want, f.lists[0].GetQuery())
			require.Equal(t, int32(100), f.lists[0].GetPageSize())
		})
	}
}

func run(id string, status enums.WorkflowExecutionStatus, attributes map[string]string) *workflowpb.WorkflowExecutionInfo {
	fields := map[string]*commonpb.Payload{}
	for name, value := range attributes {
		fields[name], _ = converter.GetDefaultDataConverter().ToPayload(value)
	}
	return &workflowpb.WorkflowExecutionInfo{
		Execution: &commonpb.WorkflowExecution{WorkflowId: id}, Status: status,
		SearchAttributes: &commonpb.SearchAttributes{IndexedFields: fields},
	}
}

func TestANumberIsSearchedByItsHashWhateverItHolds(t *testing.T) {
	t.Parallel()
	f := &fakeTemporal{}
	_, err := starterOn(f).Find(t.Context(), starter.Filter{Number: "' OR 1=1 --", Country: "'"})
	require.NoError(t, err)
	require.NotContains(t, f.lists[0].GetQuery(), "OR 1=1")
}

func TestAListShowsEachCallAsTemporalKnowsIt(t *testing.T) {
	t.Parallel()
	f := &fakeTemporal{pages: []*workflowservice.ListWorkflowExecutionsResponse{{Executions: []*workflowpb.WorkflowExecutionInfo{
		run("call/acme/7", enums.WORKFLOW_EXECUTION_STATUS_RUNNING, map[string]string{
			"SyncStatus": "needs_attention", "SyncProblem": "HelpScoutRefused", "CallDirection": "inbound", "CallOutcome": "missed",
			"HelpScoutConversationId": "3001",
		}),
		run("not ours", enums.WORKFLOW_EXECUTION_STATUS_RUNNING, nil),
		run("call/acme/8", enums.WORKFLOW_EXECUTION_STATUS_TERMINATED, nil),
		run("call/acme/9", enums.WORKFLOW_EXECUTION_STATUS_COMPLETED, map[string]string{"SyncStatus": "synced"}),
	}}}}
	found, err := starterOn(f).Find(t.Context(), starter.Filter{})
	require.NoError(t, err)
	require.Len(t, found, 3)
	for i := range found {
		found[i].Started = time.Time{} // not set by the fake
	}
	require.Equal(t, starter.Found{
		Installation: "acme", Call: 7, Status: workflows.StatusNeedsAttention, Problem: "HelpScoutRefused",
		Direction: "inbound", Outcome: "missed", Conversation: "3001",
	}, found[0])
	require.Equal(t, "terminated", found[1].State)
	require.Equal(t, starter.Found{Installation: "acme", Call: 9, Status: workflows.StatusSynced}, found[2])
}

func TestALongListIsReadPageByPageUpToItsLimit(t *testing.T) {
	t.Parallel()
	page := func(next string, ids ...string) *workflowservice.ListWorkflowExecutionsResponse {
		answer := &workflowservice.ListWorkflowExecutionsResponse{NextPageToken: []byte(next)}
		for _, id := range ids {
			answer.Executions = append(answer.Executions, run("call/acme/"+id, enums.WORKFLOW_EXECUTION_STATUS_RUNNING, nil))
		}
		return answer
	}
	f := &fakeTemporal{pages: []*workflowservice.ListWorkflowExecutionsResponse{page("more", "1", "2"), page("more", "3", "4"), page("", "5")}}
	found, err := starterOn(f).Find(t.Context(), starter.Filter{Limit: 3})
	require.NoError(t, err)
	require.Len(t, found, 3)
	require.Len(t, f.lists, 2)
	require.Equal(t, "more", string(f.lists[1].GetNextPageToken()))
}

func TestAnEmptyListIsAListInJSON(t *testing.T) {
	t.Parallel()
	found, err := starterOn(&fakeTemporal{}).Find(t.Context(), starter.Filter{})
	require.NoError(t, err)
	text, err := json.Marshal(found)
	require.NoError(t, err)
	require.Equal(t, "[]", string(text))
}

func TestWrittenFormsOfOneNumberHaveOneHash(t *testing.T) {
	t.Parallel()
	s := starterOn(nil)
	want := s.NumberHash("+493023125001", "")
	require.NotContains(t, want, "23125")
	for raw, country := range map[string]string{
		"+49 30 23125 001": "", "0049 30 23125001": "DE", "030 23125-001": "DE", " +49(30)23125001 ": "US",
	} {
		require.Equal(t, want, s.NumberHash(raw, country), raw)
	}
	require.NotEqual(t, want, s.NumberHash("+493023125002", ""))
	require.NotEqual(t, want, (&starter.Starter{HashKey: []byte("another")}).NumberHash("+493023125001", ""))
	require.Equal(t, s.NumberHash("", ""), s.NumberHash("anonymous", "DE"))
	require.NotEmpty(t, s.NumberHash("12", ""), "a short number has one too")
}
