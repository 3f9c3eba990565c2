package api_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/api"
)

// access is who may use a route, and so what the tests hold it to.
type access string

const (
	// open is for anybody: it shows nothing of an installation and changes none.
	open access = "open"
	// probe tells monitors of the process.
	probe access = "probe"
	// hook is for a vendor, which proves itself by a token or a signature in what it
	// sends; a session counts for nothing.
	hook access = "hook"
	// framed is shown in Help Scout's sidebar, and signed by it or by a ticket.
	framed access = "framed"
	// consent begins or ends an OAuth consent. A session of one installation counts as
	// none, since a consent may begin a new installation.
	consent access = "consent"
	// decoder opens runs for Temporal's Web UI, to those who may see all installations.
	decoder access = "decoder"
	// start is the one page that shows each session what is its own.
	start access = "start"
	// all is for those who may see all installations.
	all access = "all"
	// one is for those who may see the installation that the address names, as :id.
	one access = "one"
)

// routes are all routes of the edge. A new one gets a line here, and with it the tests
// of rights (isolation_test.go), of other sites' requests (crosssite_test.go) and of
// redirects (redirect_test.go). A parameter of the address that is new gets a value in
// parameterOf. form is what is posted where an empty form would change nothing; {id}
// is the installation.
var routes = []struct {
	method, path string
	access       access
	// role is the least that may use a page of the desk, "" where there is no session.
	role string
	form string
}{
	{"GET", "/healthz", probe, "", ""},
	{"HEAD", "/healthz", probe, "", ""},
	{"GET", "/readyz", probe, "", ""},
	{"HEAD", "/readyz", probe, "", ""},
	{"GET", "/metrics", probe, "", ""},
	{"POST", "/webhooks/aircall", hook, "", ""},
	{"POST", "/webhooks/aircall/messages", hook, "", ""},
	{"POST", "/webhooks/helpscout/:installation", hook, "", ""},
	{"GET", "/helpscout/app", framed, "", ""},
	{"POST", "/helpscout/app", framed, "", ""},
	{"GET", "/helpscout/app/:installation", framed, "", ""},
	{"POST", "/helpscout/app/:installation", framed, "", ""},
	{"GET", "/helpscout/app/:installation/call", framed, "", ""},
	{"POST", "/helpscout/app/:installation/call", framed, "", ""},
	{"GET", "/helpscout/app.css", open, "", ""},
	{"GET", "/install/aircall", consent, "", ""},
	{"POST", "/install/aircall", consent, "", "installation={id}"},
	{"GET", "/install/aircall/callback", consent, "", ""},
	{"GET", "/install/helpscout", consent, "", ""},
	{"POST", "/install/helpscout", consent, "", "installation={id}"},
	{"GET", "/install/helpscout/callback", consent, "", ""},
	{"*", "/codec/*", decoder, "support", ""},

	{"GET", "/assets/:name", open, "", ""},
	{"GET", "/signin", open, "", ""},
	{"POST", "/signin", open, "", ""},
	{"GET", "/signin/openid", open, "", ""},
	{"GET", "/signin/openid/callback", open, "", ""},
	{"POST", "/signout", open, "", ""},
	{"POST", "/language", open, "", "language=de"},
	{"GET", "/", start, "view", ""},
	{"POST", "/installations", all, "admin", "id=brandnew"},
	{"GET", "/audit", all, "view", ""},
	{"GET", "/i/:id", one, "view", ""},
	{"GET", "/i/:id/connect", one, "view", ""},
	{"GET", "/i/:id/connect/news", one, "view", ""},
	{"POST", "/i/:id/connect/aircall", one, "admin", "api_id=stranger&api_token=strange&webhook_token=strange-{id}"},
	{"POST", "/i/:id/connect/helpscout", one, "admin", "app_id=stranger&app_secret=strange"},
	{"GET", "/i/:id/numbers", one, "view", ""},
	{"POST", "/i/:id/numbers", one, "admin", ""},
	{"POST", "/i/:id/numbers/save", one, "admin", ""},
	{"GET", "/i/:id/settings", one, "view", ""},
	{"POST", "/i/:id/settings", one, "admin", ""},
	{"POST", "/i/:id/settings/save", one, "admin", ""},
	{"GET", "/i/:id/numbers/:number/settings", one, "view", ""},
	{"POST", "/i/:id/numbers/:number/settings", one, "admin", ""},
	{"POST", "/i/:id/numbers/:number/settings/save", one, "admin", ""},
	{"GET", "/i/:id/test", one, "view", ""},
	{"GET", "/i/:id/test/progress", one, "view", ""},
	{"POST", "/i/:id/pause", one, "admin", ""},
	{"POST", "/i/:id/resume", one, "admin", ""},
	{"GET", "/i/:id/calls", one, "view", ""},
	{"GET", "/i/:id/calls/live", one, "view", ""},
	{"POST", "/i/:id/calls/search", one, "view", "q=nobody"},
	{"POST", "/i/:id/calls/preferences", one, "view", ""},
	{"GET", "/i/:id/backfill", one, "view", ""},
	{"POST", "/i/:id/backfill", one, "support", "from=2026-11-20T08:00&to=2026-11-21T08:00"},
	{"GET", "/i/:id/backfill/:backfill", one, "view", ""},
	{"GET", "/i/:id/backfill/:backfill/now", one, "view", ""},
	{"POST", "/i/:id/backfill/:backfill/start", one, "support", ""},
	{"POST", "/i/:id/backfill/:backfill/decide", one, "support", "decision=pause"},
	{"GET", "/i/:id/calls/retry", one, "support", ""},
	{"POST", "/i/:id/calls/retry", one, "support", "calls=70011,70012"},
	{"GET", "/i/:id/calls/retries/:job", one, "view", ""},
	{"GET", "/i/:id/calls/retries/:job/now", one, "view", ""},
	{"POST", "/i/:id/calls/retries/:job/stop", one, "support", ""},
	{"GET", "/i/:id/health", one, "view", ""},
	{"GET", "/i/:id/health/progress", one, "view", ""},
	{"POST", "/i/:id/health/check", one, "support", ""},
	{"GET", "/i/:id/audit", one, "view", ""},
	{"POST", "/i/:id/audit/:entry/undo", one, "admin", ""},
	{"GET", "/i/:id/uninstall", one, "admin", ""},
	{"POST", "/i/:id/uninstall", one, "admin", "confirm={id}"},
}

func TestEveryRouteIsInTheTable(t *testing.T) {
	t.Parallel()
	n := newNeighbours(t)
	var known, listed []string
	methods := map[string]int{}
	for _, route := range api.Routes(n.api) {
		if strings.HasPrefix(route.Path, "/codec/") {
			methods[route.Path]++ // echo lists one for each method
			continue
		}
		known = append(known, route.Method+" "+route.Path)
	}
	require.Len(t, methods, 1)
	for _, route := range routes {
		if route.access != decoder {
			listed = append(listed, route.method+" "+route.path)
		}
		require.Equal(t, strings.HasPrefix(route.path, "/i/:id"), route.access == one, "%s %s", route.method, route.path)
	}
	slices.Sort(known)
	slices.Sort(listed)
	require.Equal(t, listed, known, "each route needs a line in the table of routes_test.go")
}

var inAddress = regexp.MustCompile(`[:*][a-z]*`)

// addressOf fills in an address for an installation, with ids that belong to owner.
func (n *neighbours) addressOf(path, installation, owner string) string {
	return inAddress.ReplaceAllStringFunc(path, func(parameter string) string {
		switch parameter {
		case ":id", ":installation":
			return installation
		case "*":
			return "decode"
		case ":name":
			return "desk.css"
		}
		value := n.parameterOf(owner)[parameter]
		require.NotEmpty(n.t, value, "parameterOf needs a value for %s", parameter)
		return value
	})
}

func formOf(form, installation string) string { return strings.ReplaceAll(form, "{id}", installation) }

// gently leaves out what would take away the installation that the next route needs.
func gently(form string) string {
	if strings.HasPrefix(form, "confirm=") {
		return ""
	}
	return form
}

func safe(method string) bool { return method == http.MethodGet || method == http.MethodHead }
