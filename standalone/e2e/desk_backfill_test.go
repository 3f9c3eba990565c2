package e2e_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/simulator"
)

// awaitBackfill waits until the page says how far a backfill has come.
func (b *tab) awaitBackfill(stage string) {
	b.t.Helper()
	b.await(workWithin, "document.querySelector('h1[data-stage="+stage+"]')", "the backfill is "+stage)
}

// Somebody who has never heard of Temporal fills a gap, in the browser.
func TestAGapIsFilledInTheBrowser(t *testing.T) {
	t.Parallel()
	browser(t)
	o := newCompany(t)
	b := o.newTab()
	b.signIn("Maria Lopez")
	b.begin("acme")
	b.mapBoth("acme")
	const lost = 3
	for n := range int64(lost) {
		call := lostCall(time.Now().Add(-time.Duration(n+1) * time.Hour))
		call.ID = killedCall + n
		o.aircall.PutCall(call)
	}
	o.aircall.PutCall(simulator.Call{
		ID: killedCall + lost, Direction: "inbound", Status: "done", RawDigits: "+1 202-555-0143", NumberID: salesLine,
		StartedAt: time.Now().Add(-72 * time.Hour), EndedAt: time.Now().Add(-72*time.Hour + time.Minute),
	})

	b.open("/i/acme/backfill")
	b.click("#count")
	b.awaitBackfill("done")
	b.reads("3 calls are missing.")
	require.Empty(t, o.helpScout.Conversations(), "counting logs nothing")
	b.click("#start")
	b.awaitBackfill("done")
	b.reads("3 calls were logged.")
	for n := range int64(lost) {
		require.Equal(t, []string{"phone end"}, o.log(killedCall+n))
	}
	require.Empty(t, o.log(killedCall+lost), "it began before the time that was asked for")

	b.open("/i/acme/backfill")
	b.click("#count")
	b.awaitBackfill("done")
	b.reads("Nothing is missing.")
	b.isQuiet()
}
