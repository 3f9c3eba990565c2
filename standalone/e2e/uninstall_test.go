package e2e_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/simulator"
	"callscout/starter"
)

// Whatever a run waits for (a person, a vendor, a later message), it ends when its
// installation goes.
func TestEveryRunOfACompanyThatGoesEnds(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.knowsLine()
	o.aircall.SetMediaURL(o.airURL)
	o.open(stories[0])
	o.aircall.AddWebhook(simulator.Webhook{URL: "http://" + o.address() + "/webhooks/aircall", Token: o.hookToken})
	require.NoError(t, o.helpScout.Fault(simulator.Fault{Method: http.MethodPost, PathPattern: "/v2/conversations", Status: http.StatusBadRequest}))
	_, err := o.aircall.Text(t.Context(), simulator.TextMessage{Body: "Where is my order?"})
	require.NoError(t, err)
	call := inboundCall(t, killedCall)
	o.hook(call.created())
	o.hook(call.answered())
	for _, kind := range []string{"call", "messages"} {
		o.eventually(90*time.Second, func() bool {
			_, list := o.callscout(kind, "list", "--status", "needs_attention")
			return strings.Contains(list, "HelpScoutRefused")
		}, "the run of the "+kind+" needs attention")
	}
	code, out := o.callscout("backfill", "--from", time.Now().Add(-48*time.Hour).Format(time.RFC3339), "--to", time.Now().Format(time.RFC3339), "--detach")
	require.Zero(t, code, out)

	door := starter.Starter{Client: o.temporal()}
	o.eventually(90*time.Second, func() bool {
		running, err := door.CancelRuns(t.Context(), "acme")
		return err == nil && running == 0
	}, "nothing of it runs")
	require.NotContains(t, o.tags(), "call in progress")
}
