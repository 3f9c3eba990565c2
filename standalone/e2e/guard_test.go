package e2e_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/calllog"
	"callscout/simulator"
)

// The guard runs by a schedule of a real Temporal, soon after a worker starts.
func TestTheGuardSwitchesAWebhookOnAndTheDoctorTellsOfIt(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.aircall.AddNumber(simulator.Number{ID: inboundLine, Name: "Support US", Digits: "+1 202-555-0100", Country: "US"})
	hook := o.aircall.AddWebhook(simulator.Webhook{URL: "https://callscout.example.com/webhooks/aircall", Token: o.hookToken, Events: []string{"call.created"}})
	o.aircall.SetWebhook(hook.ID, func(w *simulator.Webhook) { w.Active = false })
	o.apply("")
	o.start()
	o.eventually(90*time.Second, func() bool { return o.aircall.Webhooks()[0].Active }, "the webhook is switched on")
	require.ElementsMatch(t, calllog.WebhookEvents(), o.aircall.Webhooks()[0].Events)

	var out string
	o.eventually(30*time.Second, func() bool {
		var code int
		code, out = o.callscout("doctor")
		return code == 0 && strings.Contains(out, "acme, guard: Last time")
	}, "the doctor finds nothing broken")
	for _, line := range []string{
		"ok    Temporal: namespace ", "ok    Search attributes: Temporal has all of them", "ok    Workers: 1 asks for work.",
		"ok    acme, webhook: the webhook is there and active", "ok    acme, number: every mapped number exists",
		"acme, gap: Aircall's webhook did not deliver from an unknown time to ",
	} {
		require.Contains(t, out, line)
	}
	require.NotContains(t, out, "FAIL")
}
