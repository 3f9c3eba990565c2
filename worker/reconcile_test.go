package worker_test

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/testsuite"

	"callscout/activities/contract"
	"callscout/calllog"
	"callscout/settings"
	"callscout/simulator"
	"callscout/store"
	"callscout/workflows"
)

// reconcile has lost calls looked for once, that long after the office was opened.
func (o *office) reconcile(after time.Duration, meanwhile ...func(env *testsuite.TestWorkflowEnvironment)) workflows.ReconcileResult {
	o.t.Helper()
	o.newCall()
	o.env.SetStartTime(o.ring.Add(after))
	// A schedule gives each of its runs an id of its own.
	o.env.SetStartWorkflowOptions(client.StartWorkflowOptions{ID: workflows.ReconcileID(o.installation) + "-" + after.String()})
	for _, do := range meanwhile {
		do(o.env.TestWorkflowEnvironment)
	}
	o.env.ExecuteWorkflow(workflows.ReconcileWorkflow, contract.ReconcileInput{Installation: o.installation})
	require.True(o.t, o.env.IsWorkflowCompleted())
	require.NoError(o.t, o.env.GetWorkflowError())
	var result workflows.ReconcileResult
	require.NoError(o.t, o.env.GetWorkflowResult(&result))
	return result
}

// looked is what the looks have kept.
func (o *office) looked() store.Reconciled {
	o.t.Helper()
	record, err := o.store.Reconciled(o.t.Context(), o.installation)
	require.NoError(o.t, err)
	return record
}

// change edits the installation.
func (o *office) change(do func(*settings.Installation)) {
	o.t.Helper()
	installation, err := o.store.Installation(o.t.Context(), o.installation)
	require.NoError(o.t, err)
	do(&installation)
	require.NoError(o.t, o.store.PutInstallation(o.t.Context(), installation))
}

func TestALookFindsTheCallsWhoseWebhooksWereLost(t *testing.T) {
	t.Parallel()
	o, r := sweeping(t)
	o.happened(1, time.Hour)
	first := o.reconcile(0)
	require.Equal(t, workflows.StatusSynced, first.Status)
	require.Empty(t, r.delivered, "what was before Callscout is nobody's")
	require.Equal(t, map[int64]time.Time{line: o.ring.UTC()}, inUTC(o.looked().Since))

	later := func(id int64, after time.Duration, change ...func(*simulator.Call)) {
		o.happened(id, -after, change...)
	}
	later(2, 5*time.Minute)
	later(3, 6*time.Minute)
	require.NoError(t, o.store.Settle(t.Context(), calllog.Key("acme", 3, calllog.PartSecondLog), 9))
	later(4, 7*time.Minute)
	require.NoError(t, o.store.Settle(t.Context(), calllog.Key("acme", 4, calllog.PartSkipped), 0))
	later(5, 8*time.Minute, func(c *simulator.Call) { c.NumberID = otherLine })
	later(6, 9*time.Minute)
	r.state[6] = calllog.RunGoesOn
	later(7, 10*time.Minute)
	r.state[7] = calllog.RunParked
	later(8, 20*time.Minute) // its webhooks may be on their way

	second := o.reconcile(25 * time.Minute)
	require.Equal(t, []int64{2}, r.delivered)
	require.Equal(t, 1, second.Found)
	require.Equal(t, 1, second.Unlogged, "the one that needs attention")
	require.Equal(t, workflows.StatusSynced, second.Status)
	record := o.looked()
	require.Equal(t, map[int64]int{line: 1}, record.Found)
	require.Equal(t, 1, record.Unlogged)
	require.True(t, record.CoveredFrom.Equal(o.ring), "the looks have followed one another since the first one")

	third := o.reconcile(40 * time.Minute)
	require.Equal(t, []int64{2, 8}, r.delivered, "each once")
	require.Equal(t, 1, third.Found)
	require.Zero(t, o.reconcile(55*time.Minute).Found)
	require.Empty(t, o.looked().Found)
}

func inUTC(since map[int64]time.Time) map[int64]time.Time {
	out := map[int64]time.Time{}
	for number, at := range since {
		out[number] = at.UTC()
	}
	return out
}

func TestTheCallsOfANumberAreLookedForFromWhenItIsLogged(t *testing.T) {
	t.Parallel()
	o, r := sweeping(t)
	o.reconcile(0)
	onOther := func(c *simulator.Call) { c.NumberID = otherLine }
	o.happened(1, -5*time.Minute, onOther)
	o.change(func(i *settings.Installation) {
		i.Numbers = append(i.Numbers, settings.Number{AircallNumber: otherLine, Inbox: inbox})
	})
	o.reconcile(15 * time.Minute)
	require.Empty(t, r.delivered, "it was not logged then")
	o.happened(2, -20*time.Minute, onOther)
	o.reconcile(45 * time.Minute)
	require.Equal(t, []int64{2}, r.delivered)

	// Switched off and on again, it counts anew.
	active := func(active bool) func(*settings.Installation) {
		return func(i *settings.Installation) { i.Settings = settings.Overrides{"active": active} }
	}
	o.change(active(false))
	require.Equal(t, workflows.StatusSkipped, o.reconcile(time.Hour).Status)
	o.happened(3, -70*time.Minute, onOther)
	o.change(active(true))
	o.reconcile(2 * time.Hour)
	require.Equal(t, []int64{2}, r.delivered, "logging was paused when it came")
}

func TestALookAfterAStandstillReachesBackADayAtMost(t *testing.T) {
	t.Parallel()
	o, r := sweeping(t)
	o.reconcile(0)
	o.happened(1, -time.Hour)
	o.happened(2, -30*time.Hour)
	o.happened(3, -47*time.Hour)
	result := o.reconcile(48 * time.Hour)
	require.Equal(t, []int64{2, 3}, r.delivered)
	require.True(t, result.From.Equal(o.ring.Add(24*time.Hour)), result.From)
	require.True(t, o.looked().CoveredFrom.Equal(o.ring.Add(24*time.Hour)), "there is a gap before it")
}

func TestALookThatFailsIsMadeUpForByTheNextOne(t *testing.T) {
	t.Parallel()
	o, r := sweeping(t)
	o.reconcile(0)
	o.happened(1, -5*time.Minute)
	require.NoError(t, o.aircall.Fault(simulator.Fault{PathPattern: "/v1/calls", Status: http.StatusForbidden}))
	failed := o.reconcile(30 * time.Minute)
	require.Equal(t, workflows.StatusNeedsAttention, failed.Status)
	require.NotEmpty(t, failed.Problem)
	require.True(t, o.looked().To.Equal(o.ring), "it is not taken for one that was made")
	o.aircall.ClearFaults()

	// Hours later the same time is looked at once more.
	require.Equal(t, workflows.StatusSynced, o.reconcile(8*time.Hour).Status)
	require.Equal(t, []int64{1}, r.delivered)
}

func TestALookWaitsForAircallWhereItIsBusy(t *testing.T) {
	t.Parallel()
	o, r := sweeping(t)
	o.reconcile(0)
	o.happened(1, -5*time.Minute)
	require.NoError(t, o.aircall.Fault(simulator.Fault{
		PathPattern: "/v1/calls", Status: http.StatusTooManyRequests, Header: map[string]string{"X-AircallApi-Reset": "60"}, Times: 1,
	}))
	require.NoError(t, o.aircall.Fault(simulator.Fault{PathPattern: "/v1/calls", Status: http.StatusBadGateway, Times: 2}))
	require.Equal(t, workflows.StatusSynced, o.reconcile(30*time.Minute).Status)
	require.Equal(t, []int64{1}, r.delivered)
}

func TestWhatCannotBeLookedAtIsIdle(t *testing.T) {
	t.Parallel()
	o, _ := sweeping(t)
	o.change(func(i *settings.Installation) { i.Numbers = nil })
	require.Equal(t, workflows.StatusSkipped, o.reconcile(0).Status)
	o.change(func(i *settings.Installation) {
		i.Numbers = []settings.Number{{AircallNumber: line, Inbox: inbox}}
		i.Aircall = settings.AircallAccount{WebhookToken: "hook"}
	})
	require.Equal(t, workflows.StatusSkipped, o.reconcile(time.Hour).Status, "not connected")
	require.NoError(t, o.store.BeginUninstall(t.Context(), "acme"))
	require.Equal(t, workflows.StatusSkipped, o.reconcile(2*time.Hour).Status, "uninstalled")
	require.NoError(t, o.store.DeleteInstallation(t.Context(), "acme"))
	require.Equal(t, workflows.StatusSkipped, o.reconcile(3*time.Hour).Status, "gone")
	require.Empty(t, o.aircall.Requests(), "nobody was asked")
}

func TestALookSaysThatWhatItDeliveredIsNotLogged(t *testing.T) {
	t.Parallel()
	o, r := sweeping(t)
	o.reconcile(0)
	o.happened(1, -5*time.Minute)
	o.happened(2, -6*time.Minute)
	r.becomes = func(call int64) calllog.RunState {
		if call == 1 {
			return calllog.RunParked
		}
		return "logged"
	}
	result := o.reconcile(30 * time.Minute)
	require.Equal(t, 2, result.Found)
	require.Equal(t, 1, result.Unlogged)
	require.Equal(t, 1, o.looked().Unlogged)
	r.becomes = nil
	delete(r.state, 1)
	require.NoError(t, o.store.Settle(t.Context(), calllog.Key("acme", 1, calllog.PartSecondLog), 9))
	require.Zero(t, o.reconcile(45*time.Minute).Unlogged)
}

func TestALookWithoutItsStoreShowsSo(t *testing.T) {
	t.Parallel()
	o, _ := sweeping(t)
	result := o.reconcile(0, func(env *testsuite.TestWorkflowEnvironment) {
		env.OnActivity(contract.BeginReconcile, mock.Anything, mock.Anything).Return(contract.ReconcileBegun{}, errors.New("disk full"))
	})
	require.Equal(t, workflows.StatusNeedsAttention, result.Status)
	require.Equal(t, calllog.Internal, result.Problem)
}
