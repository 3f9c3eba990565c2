package e2e_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/simulator"
)

// stick has calls come in that Help Scout refuses, and returns once all of them need
// attention.
func (o *office) stick(status, calls int, problem string) (ids []int64) {
	o.t.Helper()
	require.NoError(o.t, o.helpScout.Fault(simulator.Fault{Method: http.MethodPost, PathPattern: "/v2/conversations", Status: status}))
	for n := range calls {
		id, err := o.aircall.PlaceAsync(simulator.Script{
			Kind: simulator.InboundAnswered, NumberID: inboundLine, Speed: 20, Outside: fmt.Sprintf("+1 202-555-%03d%d", status, n),
		})
		require.NoError(o.t, err)
		ids = append(ids, id)
	}
	o.eventually(90*time.Second, func() bool {
		_, list := o.callscout("call", "list", "--status", "needs_attention", "--problem", problem)
		return strings.Count(list, problem) >= calls
	}, "all of them need attention")
	o.helpScout.ClearFaults()
	return ids
}

// Somebody who has never heard of Temporal finds what is wrong, and has all calls of one
// kind tried again at once; the others are left.
func TestCallsOfOneKindAreRetriedInTheBrowser(t *testing.T) {
	t.Parallel()
	browser(t)
	o := newCompany(t)
	b := o.newTab()
	b.signIn("Maria Lopez")
	b.begin("acme")
	b.mapBoth("acme")
	b.hurry("acme")
	refused := o.stick(http.StatusBadRequest, 4, "HelpScoutRefused")
	forbidden := o.stick(http.StatusForbidden, 2, "HelpScoutForbidden")

	b.open("/i/acme/calls")
	b.reads("6 calls need attention")
	b.click("#retry-HelpScoutRefused")
	b.reads("4 calls can be retried")
	b.fill("#reason", "the form was repaired")
	b.click("#go")
	b.await(workWithin, "document.querySelector('h1[data-went=\"4\"][data-left=\"0\"][data-again=\"0\"]')", "all of them go on")
	for _, id := range refused {
		o.eventually(workWithin, func() bool { return len(o.log(id)) > 0 }, "it is logged")
	}
	for _, id := range forbidden {
		require.Empty(t, o.log(id), "another kind is left as it is")
	}
	b.open("/i/acme/audit")
	b.reads("4: HelpScoutRefused: the form was repaired")
	b.open("/i/acme/calls")
	b.reads("2 calls need attention")
	b.isQuiet()
}
