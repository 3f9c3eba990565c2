package e2e_test

import (
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	batchpb "go.temporal.io/api/batch/v1"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/workflowservice/v1"

	"callscout/workflows"
)

var savedQuery = regexp.MustCompile("(?m)^\\| ([^|`]+) \\| `([^`]+)` \\|$")

// savedQueries are those of docs/operations.md, by name.
func savedQueries(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile("../../docs/operations.md")
	require.NoError(t, err)
	_, section, found := strings.Cut(string(text), "### Saved queries")
	require.True(t, found)
	section, _, _ = strings.Cut(section, "\n## ")
	queries := map[string]string{}
	for _, row := range savedQuery.FindAllStringSubmatch(section, -1) {
		queries[row[1]] = row[2]
	}
	require.Greater(t, len(queries), 10)
	return queries
}

// What operators are told to type into Temporal's own tools is typed there: each query,
// and the batch that temporal workflow signal begins.
func TestOperatorsFindAndRetryCallsInTemporal(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.apply("")
	o.start()
	o.awaitReady()
	o.park(killedCall, http.StatusForbidden)
	c, service := o.temporal(), o.temporal().WorkflowService()
	queries := savedQueries(t)
	finds := func(name, query string) bool {
		listed, err := c.ListWorkflow(t.Context(), &workflowservice.ListWorkflowExecutionsRequest{Query: query})
		require.NoError(t, err, name)
		counted, err := c.CountWorkflow(t.Context(), &workflowservice.CountWorkflowExecutionsRequest{Query: query})
		require.NoError(t, err, name)
		require.EqualValues(t, len(listed.GetExecutions()), counted.GetCount(), name)
		return len(listed.GetExecutions()) == 1 && listed.GetExecutions()[0].GetExecution().GetWorkflowId() == workflowID
	}
	mine := strings.NewReplacer("780836754", "4186780376", "612", "9")
	for name, query := range queries {
		finding := map[string]bool{"Needs attention": true, "One problem": true, "One company": true, "One call": true}[name]
		if name == "Messages that need attention" || !finding {
			require.False(t, finds(name, query), name)
			continue
		}
		o.eventually(30*time.Second, func() bool { return finds(name, mine.Replace(query)) }, name+" finds the call")
	}

	o.helpScout.ClearFaults()
	_, err := service.StartBatchOperation(t.Context(), &workflowservice.StartBatchOperationRequest{
		Namespace: "default", JobId: "retry", Reason: "access was given", VisibilityQuery: queries["One problem"],
		Operation: &workflowservice.StartBatchOperationRequest_SignalOperation{
			SignalOperation: &batchpb.BatchOperationSignal{Signal: workflows.Retry, Identity: "an operator"},
		},
	})
	require.NoError(t, err)
	o.eventually(60*time.Second, func() bool { return len(o.log(killedCall)) == 1 }, "the first log is written")
	o.eventually(60*time.Second, func() bool {
		job, err := service.DescribeBatchOperation(t.Context(), &workflowservice.DescribeBatchOperationRequest{Namespace: "default", JobId: "retry"})
		return err == nil && job.GetState() == enums.BATCH_OPERATION_STATE_COMPLETED && job.GetFailureOperationCount() == 0
	}, "the batch is done")
	require.Equal(t, []string{"phone start"}, o.log(killedCall))
}
