package e2e_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/workflowservice/v1"

	"callscout/secret"
)

// Whether an older key may go is a question to Temporal's real list of runs.
func TestAnOlderKeyIsNeededAsLongAsItsRunsAreKept(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	older, newer := secret.NewKey(), secret.NewKey()
	o.env = append(o.env, "CALLSCOUT_ENCRYPTION_KEY="+older)
	o.tell(stories[2])
	o.stop()

	o.env[len(o.env)-1] = "CALLSCOUT_ENCRYPTION_KEY=" + newer + "," + older
	o.start()
	o.awaitReady()
	code, out := o.callscout("reseal")
	require.Zero(t, code, out)
	require.Contains(t, out, "leave the older keys in place until the last run from before ")
	require.Regexp(t, `Temporal keeps [1-9]\d* of them`, out)
	_, shown := o.callscout("call", "show", "4186780376")
	require.Contains(t, shown, "Log: synced", "what the older key sealed is still read")

	c := o.temporal()
	o.eventually(90*time.Second, func() bool {
		// Temporal's list is a moment late, and the guard may run.
		kept, err := c.ListWorkflow(t.Context(), &workflowservice.ListWorkflowExecutionsRequest{Query: "CallscoutInstallation = 'acme'"})
		if err != nil {
			return false
		}
		for _, run := range kept.GetExecutions() {
			_, _ = c.WorkflowService().DeleteWorkflowExecution(t.Context(), &workflowservice.DeleteWorkflowExecutionRequest{
				Namespace: "default", WorkflowExecution: run.GetExecution(),
			})
		}
		code, out = o.callscout("reseal")
		return code == 0 && strings.Contains(out, "The older keys may be taken out of CALLSCOUT_ENCRYPTION_KEY")
	}, "no run needs the older key")
}
