package e2e_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"

	"callscout/simulator"
	"callscout/store"
)

const (
	salesLine  = 397375
	salesInbox = 86
)

// newCompany is an office that nobody has connected yet: its data folder is empty,
// and both vendors know this Callscout as an application that people may let in.
func newCompany(t testing.TB) *office {
	t.Helper()
	o := newOfficeOf(t, simulator.HelpScoutOptions{LimitPerMinute: -1}, simulator.AircallOptions{CompanyName: "Acme & Söhne"}, unchanged)
	o.aircall.AddNumber(simulator.Number{ID: inboundLine, Name: "Support US", Digits: "+1 202-555-0100", Country: "US"})
	o.aircall.AddNumber(simulator.Number{ID: salesLine, Name: "Sales DE", Digits: "+49 30 23125 001", Country: "DE"})
	o.aircall.AddUser(simulator.AircallUser{ID: 9, Name: "Mia Berg", Email: "mia.berg@acme.example"})
	o.helpScout.AddMailbox(simulator.Mailbox{ID: salesInbox, Name: "Sales", Email: "sales@acme.example"})
	o.env = append(o.env, "AIRCALL_DASHBOARD_URL="+o.airURL, "HELPSCOUT_AUTH_URL="+o.hsURL,
		"AIRCALL_CLIENT_ID=partner", "AIRCALL_CLIENT_SECRET=hush-partner", "HELPSCOUT_CLIENT_ID=oauth-app", "HELPSCOUT_CLIENT_SECRET=hush-oauth")
	o.start()
	o.awaitReady()
	desk := "http://" + o.address()
	o.aircall.AddApp(simulator.OAuthApp{ID: "partner", Secret: "hush-partner", Name: "Callscout", InstallURL: desk + "/install/aircall", RedirectURL: desk + "/install/aircall/callback"})
	o.helpScout.AddApp(simulator.App{ID: "oauth-app", Secret: "hush-oauth", Name: "Callscout", UserID: ownerUser, RedirectURL: desk + "/install/helpscout/callback", CodesOnly: true})
	return o
}

// signIn does so by keyboard alone.
func (b *tab) signIn(name string) {
	b.t.Helper()
	b.open("/")
	b.arrives("/signin")
	b.focused("#token")
	b.keys("let-me-in")
	b.tabs(2) // past the button that shows it
	b.focused("#name")
	b.keys(name)
	b.keys(kb.Enter)
	b.arrives("/")
}

// begin makes an installation and connects both its accounts.
func (b *tab) begin(id string) {
	b.t.Helper()
	b.fill("#new-id", id)
	b.click("#new-installation")
	b.arrives("/i/" + id + "/connect")
	for vendor, name := range map[string]string{"aircall": "Aircall", "helpscout": "Help Scout"} {
		b.click("#install-" + vendor)
		b.reads("Let Callscout in?")
		b.click("#allow")
		b.arrives("/i/" + id + "/connect")
		b.reads("Connect " + name + " again")
	}
	b.reads("Connected as Ada Admin")
}

// mapBoth has both lines logged.
func (b *tab) mapBoth(id string) {
	b.t.Helper()
	b.open("/i/" + id + "/numbers")
	b.choose(fmt.Sprintf("#inbox-%d", inboundLine), fmt.Sprint(supportInbox))
	b.choose(fmt.Sprintf("#inbox-%d", salesLine), fmt.Sprint(salesInbox))
	b.click("#save")
	b.reads("2 changes")
	b.click("#confirm")
	b.focused("#done")
}

// awaitCalm returns once no banner says that something needs a person: the guard looks
// at what was connected without being asked to.
func (b *tab) awaitCalm(id string) {
	b.t.Helper()
	require.Eventually(b.t, func() bool {
		b.open("/i/" + id)
		alarmed, err := ask[bool](b, "!!document.querySelector('#alarm')")
		return err == nil && !alarmed
	}, workWithin, 200*time.Millisecond, "the banner goes")
}

// hurry changes the settings so that a log need not be waited for.
func (b *tab) hurry(id string) {
	b.t.Helper()
	b.open("/i/" + id + "/settings")
	b.fill("#calls-post_call_delay", "1s")
	b.fill("#settle", "3s")
	b.click("#save")
	b.reads("calls.post_call_delay")
	b.reads("45s")
	b.fill("#comment", "Logs at once")
	b.click("#confirm")
	b.focused("#done")
	b.arrives("/i/" + id + "/settings")
}

// ring lets somebody call a line.
func (o *office) ring(line int64, speed float64) int64 {
	o.t.Helper()
	id, err := o.aircall.PlaceAsync(simulator.Script{Kind: simulator.InboundAnswered, NumberID: line, Speed: speed})
	require.NoError(o.t, err)
	return id
}

// counted is how many webhooks came to a result.
func (o *office) counted(result string) string {
	response, err := http.Get("http://" + o.address() + "/metrics")
	if err != nil {
		return ""
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(text)) {
		if value, is := strings.CutPrefix(line, fmt.Sprintf("callscout_webhooks_total{result=%q} ", result)); is {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// From nothing to logged calls and away again, as an administrator does it, in the
// browser alone.
func TestAnAdministratorInstallsChangesAndUninstalls(t *testing.T) {
	t.Parallel()
	browser(t)
	o := newCompany(t)
	b := o.newTab()
	b.signIn("Maria Lopez")
	b.begin("acme")
	b.mapBoth("acme")
	b.hurry("acme")

	b.open("/i/acme/test")
	b.click("#again")
	b.has(`#step-mapped[data-done=true]`)
	b.has(`#step-event[data-done=false]`)
	first := o.ring(salesLine, 10)
	for _, step := range []string{"event", "customer", "log"} {
		b.await(workWithin, "document.querySelector('#step-"+step+"[data-done=true]')", "the step is ticked by itself: "+step)
	}
	b.reads("The test call went all the way.")
	o.awaitLog(first)
	b.awaitCalm("acme")
	require.EqualValues(t, salesInbox, o.helpScout.Conversations()[0].MailboxID)

	b.open("/i/acme")
	b.click("#pause")
	b.focused("#done")
	b.reads("Paused logging.")
	require.Equal(t, "0", o.counted("paused"))
	// Until its last event: a call that still runs when logging goes on is logged.
	unlogged, err := o.aircall.Place(t.Context(), simulator.Script{Kind: simulator.InboundAnswered, NumberID: inboundLine, Speed: 30})
	require.NoError(t, err)
	require.NotEqual(t, "0", o.counted("paused"), "what is not logged is counted")
	b.open("/i/acme")
	b.reads(fmt.Sprintf("call %d", unlogged))
	b.reads("Logging is paused, so it is not logged.")
	b.click("#resume")
	b.focused("#done")
	second := o.ring(inboundLine, 10)
	o.awaitSynced(second)
	require.Equal(t, []string{"phone start", "note end"}, o.log(second))
	require.Empty(t, o.log(unlogged))

	require.False(t, o.hasNoTokens())
	running := o.ring(inboundLine, 1)
	o.eventually(workWithin, func() bool { return slices.Contains(o.tags(), "call in progress") }, "a call is in progress")
	b.open("/i/acme/uninstall")
	b.fill("#confirm-id", "acme")
	b.keys(kb.Enter)
	b.arrives("/")
	b.reads("None yet.")
	o.eventually(workWithin, func() bool { return len(o.aircall.Webhooks()) == 0 }, "the webhook is deleted at Aircall")
	o.eventually(workWithin, func() bool { return !slices.Contains(o.tags(), "call in progress") }, "the running call is closed")
	o.eventually(workWithin, o.hasNoTokens, "the tokens are gone")
	require.Equal(t, []string{"phone start", "note end"}, o.log(first))
	require.Contains(t, o.log(running), "phone start", "what was logged stays")
	require.NotContains(t, o.output.String(), "ERROR", "nothing on the way was a failure")
	b.isQuiet()
}

// hasNoTokens reads the store, as the product itself shows nobody a token.
func (o *office) hasNoTokens() bool {
	db := o.database()
	defer func() { require.NoError(o.t, db.Close()) }()
	for _, vendor := range []string{store.VendorAircall, store.VendorHelpScout} {
		if _, err := db.Tokens(o.t.Context(), "acme", vendor); !errors.Is(err, store.ErrNotFound) {
			return false
		}
	}
	return true
}

// The other way in: from Aircall's dashboard, in a window that it opens, while the
// desk waits in another tab.
func TestAnAdministratorBeginsInAircallsDashboard(t *testing.T) {
	t.Parallel()
	browser(t)
	o := newCompany(t)
	b := o.newTab()
	b.signIn("Maria Lopez")
	b.fill("#new-id", "acme")
	b.click("#new-installation")
	b.arrives("/i/acme/connect")
	b.click("#task-helpscout summary")
	b.fill("#app_id", "half written")

	dashboard := b.another(o.airURL + "/")
	window := dashboard.popup("window.opened = window.open('/integrations/partner/install', 'install', 'popup')")
	window.reads("Which installation is this Aircall account for?")
	window.click("#which-acme")
	window.reads("Let Callscout in?")
	window.click("#allow")
	window.reads("is installed")
	dashboard.await(pageWithin, "!window.opened.closed && window.opened.location.pathname === '/oauth/success'", "Aircall sees its own page at the end")

	b.reads("Connected Aircall.")
	b.reads("Aircall shows us 2 numbers.")
	b.reads("Connect Aircall again")
	b.await(pageWithin, "document.getElementById('app_id').value === 'half written'", "what is being written stays")
	b.open("/i/acme/audit")
	b.reads("Connected Aircall.")
	for _, tab := range []*tab{b, dashboard, window} {
		tab.isQuiet()
	}
}
