package e2e_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"callscout/simulator"
)

// stick has calls come in that Help Scout refuses, and returns once all of them need
// attention and nothing more comes of them: what comes later has a call try again.
func (o *office) stick(status, calls int) (ids []int64) {
	o.t.Helper()
	require.NoError(o.t, o.helpScout.Fault(simulator.Fault{Method: http.MethodPost, PathPattern: "/v2/conversations", Status: status}))
	ids = make([]int64, calls)
	var placed errgroup.Group
	for n := range calls {
		placed.Go(func() (err error) {
			ids[n], err = o.aircall.Place(o.t.Context(), simulator.Script{
				Kind: simulator.InboundAnswered, NumberID: inboundLine, Speed: 20, Outside: fmt.Sprintf("+1 202-555-%03d%d", status, n),
			})
			return err
		})
	}
	require.NoError(o.t, placed.Wait())
	for _, id := range ids {
		o.eventually(90*time.Second, func() bool {
			_, shown := o.callscout("call", "show", fmt.Sprint(id), "--json")
			return strings.Contains(shown, `"status": "needs_attention"`)
		}, "the call has ended and needs attention")
	}
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
	refused := o.stick(http.StatusBadRequest, 4)
	forbidden := o.stick(http.StatusForbidden, 2)

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
