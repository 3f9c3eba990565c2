package e2e_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/calllog"
	"callscout/simulator"
	"callscout/starter"
)

// recordedChores are the runs that no call begins: what they do, and how they are found.
var recordedChores = map[string]struct {
	play  func(o *office)
	query string
}{
	"guard":     {(*office).guards, "WorkflowType = 'Guard'"},
	"reconcile": {(*office).findsALostCall, "WorkflowType = 'Reconcile'"},
	"backfill":  {(*office).backfills, "WorkflowType = 'Backfill'"},
}

// guards has the guard find a webhook that is off, repair it, and look again.
func (o *office) guards() {
	o.knowsLine()
	hook := o.aircall.AddWebhook(simulator.Webhook{URL: "https://callscout.example.com/webhooks/aircall", Token: o.hookToken, Events: calllog.WebhookEvents()})
	o.aircall.SetWebhook(hook.ID, func(w *simulator.Webhook) { w.Active = false })
	o.apply("")
	o.start()
	o.awaitReady()
	o.eventually(60*time.Second, func() bool { return o.aircall.Webhooks()[0].Active }, "the webhook is switched on")
	o.awaitRuns("WorkflowType = 'Guard' AND ExecutionStatus = 'Completed'", 1)
	door := starter.Starter{Client: o.temporal()}
	require.NoError(o.t, door.CheckNow(o.t.Context(), "acme"))
	o.awaitRuns("WorkflowType = 'Guard' AND ExecutionStatus = 'Completed'", 2)
}

// findsALostCall has the second look find a call whose webhooks were lost. The first one
// only sees which numbers there are, so it is made one of hours ago.
func (o *office) findsALostCall() {
	const completed = "WorkflowType = 'Reconcile' AND ExecutionStatus = 'Completed'"
	o.knowsLine()
	o.apply("")
	o.start()
	o.awaitReady()
	o.awaitRuns(completed, 1)
	db := o.database()
	defer func() { require.NoError(o.t, db.Close()) }()
	looked, err := db.Reconciled(o.t.Context(), "acme")
	require.NoError(o.t, err)
	require.Contains(o.t, looked.Since, int64(inboundLine))
	looked.Since[inboundLine] = time.Now().Add(-2 * time.Hour)
	require.NoError(o.t, db.KeepReconciled(o.t.Context(), "acme", looked))

	o.aircall.PutCall(lostCall(time.Now().Add(-time.Hour)))
	door := starter.Starter{Client: o.temporal()}
	require.NoError(o.t, door.ReconcileNow(o.t.Context(), "acme"))
	o.awaitRuns(completed, 2)
	require.Equal(o.t, []string{"phone end"}, o.log(killedCall))
}

// backfills counts, is refused, is paused and resumed, and logs the one call there is.
func (o *office) backfills() {
	o.knowsLine()
	o.apply("")
	o.start()
	o.awaitReady()
	o.aircall.PutCall(lostCall(time.Now().Add(-2 * time.Hour)))
	wish := []string{"backfill", "--from", time.Now().Add(-5 * time.Hour).Format(time.RFC3339), "--to", time.Now().Add(-time.Hour).Format(time.RFC3339)}
	code, out := o.callscout(append(wish, "--dry-run")...)
	require.Zero(o.t, code, out)

	require.NoError(o.t, o.aircall.Fault(simulator.Fault{Method: http.MethodGet, PathPattern: "/v1/calls", Status: http.StatusForbidden}))
	code, out = o.callscout(append(wish, "--detach")...)
	require.Zero(o.t, code, out)
	name := regexp.MustCompile(`(?m)^\S+Z$`).FindString(out)
	require.NotEmpty(o.t, name, out)
	o.eventually(60*time.Second, func() bool {
		_, out := o.callscout("backfill", "show", name)
		return strings.Contains(out, "It stands still")
	}, "the backfill needs attention")
	o.aircall.ClearFaults()
	o.decides("pause", name)
	o.decides("resume", name)
	code, out = o.callscout("backfill", "show", "--follow", name)
	require.Zero(o.t, code, out)
	require.Contains(o.t, out, "Logged: 1.")
	require.Equal(o.t, []string{"phone end"}, o.log(killedCall))
}

func (o *office) decides(decision, backfill string) {
	o.t.Helper()
	code, out := o.callscout("backfill", decision, backfill)
	require.Zero(o.t, code, out)
}

// knowsLine has Aircall show its number and user in lists.
func (o *office) knowsLine() {
	o.aircall.AddNumber(simulator.Number{ID: inboundLine, Name: "Support US", Digits: "+1 202-555-0100", Country: "US", TimeZone: "America/New_York"})
	o.aircall.AddUser(simulator.AircallUser{ID: 9, Name: "Mia Berg", Email: "mia.berg@acme.example"})
}

// lostCall is one that Aircall lists and told nobody of.
func lostCall(begun time.Time) simulator.Call {
	return simulator.Call{
		ID: killedCall, Direction: "inbound", Status: "done", RawDigits: "+1 202-555-0143", NumberID: inboundLine, UserID: 9,
		StartedAt: begun, AnsweredAt: begun.Add(10 * time.Second), EndedAt: begun.Add(70 * time.Second),
	}
}

func TestALostCallIsFoundByTheNextLook(t *testing.T) {
	t.Parallel()
	newOffice(t).findsALostCall()
}

func TestABackfillIsSteeredFromTheCommandLine(t *testing.T) {
	t.Parallel()
	newOffice(t).backfills()
}
