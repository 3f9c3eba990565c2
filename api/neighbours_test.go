package api_test

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/aircall"
	"callscout/api"
	"callscout/calllog"
	"callscout/helpscout"
	"callscout/settings"
	"callscout/starter"
	"callscout/store"
	"callscout/store/storetest"
)

// The two neighbours. What belongs to one of them holds its id.
const (
	mine   = "acme"
	theirs = "umbrella"
)

// neighbours is an edge with every route that there is, between simulated vendors, and
// two installations that must not see each other.
type neighbours struct {
	*install
	database  string
	calls     *fakeCalls
	lists     *fakeLists
	backfills *fakeBackfills
	retries   *fakeRetries
	entries   map[string]int64
}

func newNeighbours(t *testing.T) *neighbours {
	t.Helper()
	n := &neighbours{calls: &fakeCalls{found: map[string][]starter.Found{}, running: map[int64]bool{}}, lists: &fakeLists{}, backfills: newFakeBackfills(), retries: &fakeRetries{}, entries: map[string]int64{}}
	database := storetest.SQLiteConfig(t)
	n.install = installOn(t, database, func(c *api.Config) {
		c.Directory, c.SidebarAccounts, c.Calls, c.CallFinder, c.BackfillRuns = newOffice(), n, n.calls, n.lists, n.backfills
		c.RetryRuns = n.retries
		c.InstallAircall, c.InstallHelpScout = "/install/aircall", "/install/helpscout"
		c.HelpScoutURL, c.AircallURL = "https://secure.helpscout.example", "https://dashboard.aircall.example"
	})
	files, err := filepath.Glob(filepath.Join(database.DataDir, "*.db"))
	require.NoError(t, err)
	require.Len(t, files, 1)
	n.database = files[0]
	n.furnish(mine, mappedLine, 70_001)
	n.furnish(theirs, 5_711, 70_002)
	return n
}

// SidebarHelpScout finds no account: what is asked for is whether it is asked.
func (n *neighbours) SidebarHelpScout(_ context.Context, installation string) (api.SidebarHelpScout, error) {
	auth, err := helpscout.ClientCredentials(n.deskURL, installation, "hush")
	if err != nil {
		return nil, err
	}
	return helpscout.New(n.deskURL, auth)
}

// SidebarAircall is its counterpart.
func (n *neighbours) SidebarAircall(_ context.Context, installation string) (api.SidebarAircall, error) {
	return aircall.New(n.airURL, aircall.Basic(installation, "hush"))
}

// furnish gives an installation something of everything that the store keeps.
func (n *neighbours) furnish(id string, line int64, call int64) {
	n.t.Helper()
	ctx := n.t.Context()
	installation := settings.Installation{
		ID:        id,
		Aircall:   settings.AircallAccount{APIID: "key-" + id, APIToken: "hush-token-" + id, WebhookToken: "hush-hook-" + id, MessagesToken: "hush-messages-" + id},
		HelpScout: settings.HelpScoutAccount{AppID: "app-" + id, AppSecret: "hush-secret-" + id, WebhookSecret: "hush-webhook-" + id, SidebarSecret: "hush-sidebar-" + id},
		Settings:  settings.Overrides{"fallback_admin": "boss@" + id + ".example"},
		Numbers:   []settings.Number{{AircallNumber: line, Inbox: 85}, {AircallNumber: line + 1, Inbox: 86}},
	}
	require.NoError(n.t, n.store.PutInstallation(ctx, installation))
	before, after := installation.Choices(), installation.Choices()
	before.Settings = settings.Overrides{"language": "de", "fallback_admin": "boss@" + id + ".example"}
	err := n.store.ChangeInstallation(ctx, id, func(i *settings.Installation) (*store.AuditEntry, error) {
		return &store.AuditEntry{Action: "settings_changed", Who: "who-" + id, Detail: "detail-" + id, Changes: settings.Diff(
			&settings.Installation{ID: id, Settings: before.Settings}, &settings.Installation{ID: id, Settings: after.Settings}), Before: &before, After: &after}, nil
	})
	require.NoError(n.t, err)
	n.entries[id] = n.trail(n.t, id)[0].ID
	require.NoError(n.t, n.store.SaveTokens(ctx, id, store.VendorHelpScout, store.Tokens{Account: fmt.Sprint(call), Access: "hush-access-" + id, Refresh: "hush-refresh-" + id}))
	_, err = n.store.Hold(ctx, store.InboxEvent{Installation: id, Stream: "held", Event: "event-" + id, Body: []byte("{}"), Reason: "reason-" + id})
	require.NoError(n.t, err)
	require.NoError(n.t, n.store.Remember(ctx, id, "last-webhook", "aircall", fmt.Sprintf("heard-%s %d", id, call)))
	key := fmt.Sprintf("%s/call/%d/first-log", id, call)
	_, err = n.store.Intend(ctx, key)
	require.NoError(n.t, err)
	require.NoError(n.t, n.store.Settle(ctx, key, call))
	n.lists.put(listedCall(call, func(l *starter.Listed) { l.Installation, l.Line, l.Row.Name = id, line, "caller-"+id }))
	// One that stands still, and a job that has it tried again.
	n.lists.put(listedCall(call+10, standingStill(calllog.HelpScoutRefused, time.Hour), func(l *starter.Listed) { l.Installation, l.Line, l.Row.Name = id, line, "stuck-"+id }))
	require.NoError(n.t, n.store.Remember(ctx, id, "retries", jobOf(id), fmt.Sprintf(`[{"call":%d}]`, call+10)))
	require.NoError(n.t, n.store.Claim(ctx, id, call, "tag-"+id, fmt.Sprint(call)))
}

// parameterOf gives what an address may name beside an installation, by parameter.
func (n *neighbours) parameterOf(id string) map[string]string {
	line, call, backfill := "4711", "70001", countedOf(mine)
	if id == theirs {
		line, call, backfill = "5711", "70002", countedOf(theirs)
	}
	return map[string]string{":backfill": backfill, ":job": jobOf(id), ":number": line, ":entry": entryID(n.entries[id]), ":call": call}
}

// whole tells all that a request could have changed: what the database holds, and what
// Temporal and the vendors were asked. What was woken counts once: who has connected has
// it woken again a little later.
func (n *neighbours) whole() string {
	n.t.Helper()
	db, err := sql.Open("sqlite", n.database)
	require.NoError(n.t, err)
	defer func() { require.NoError(n.t, db.Close()) }()
	var text strings.Builder
	for _, table := range rowsIn(n.t, db, `SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name`) {
		rows := rowsIn(n.t, db, fmt.Sprintf(`SELECT * FROM %q`, strings.TrimSpace(table)))
		slices.Sort(rows)
		fmt.Fprintf(&text, "%s\n%s\n", table, strings.Join(rows, "\n"))
	}
	cancelled, woken := n.runs.asked()
	slices.Sort(woken)
	woken = slices.Compact(woken)
	begun, decided := n.backfills.count()
	fmt.Fprintln(&text, n.temporal.count(), cancelled, woken, len(n.air.Requests()), len(n.desk.Requests()), len(n.calls.asked), begun, decided, n.retries.count())
	return text.String()
}

// awaitWoken returns once what waited for a connection of the installation was woken, and
// the guard was asked to look at it, which comes first.
func (n *neighbours) awaitWoken(installation string, problem calllog.Problem) {
	n.t.Helper()
	require.Eventually(n.t, func() bool {
		_, woken := n.runs.asked()
		return slices.Contains(woken, installation+" "+string(problem))
	}, 20*time.Second, 10*time.Millisecond)
	require.Contains(n.t, n.temporal.looked(), installation)
}

func rowsIn(t testing.TB, db *sql.DB, query string) []string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	require.NoError(t, err)
	defer func() { require.NoError(t, rows.Close()) }()
	columns, err := rows.Columns()
	require.NoError(t, err)
	var all []string
	for rows.Next() {
		values, at := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			at[i] = &values[i]
		}
		require.NoError(t, rows.Scan(at...))
		var row strings.Builder
		for _, value := range values {
			fmt.Fprintf(&row, "%v ", value)
		}
		all = append(all, row.String())
	}
	require.NoError(t, rows.Err())
	return all
}

// of is somebody with a session of one installation only.
func (n *neighbours) of(id string) *person {
	n.t.Helper()
	return n.person(n.t, api.InstallationToken(n.keys, adminToken, id), "who-"+id)
}

// nobody is a browser without a session.
func (n *neighbours) nobody() *person {
	client := stranger(n.t)
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &person{n.t, n.edge, client}
}

// ask sends a request of any method.
func (p *person) ask(method, path, form string, headers ...string) reply {
	p.t.Helper()
	if safe(method) {
		request := p.e.request(p.t, method, path, nil)
		for i := 0; i+1 < len(headers); i += 2 {
			request.Header.Set(headers[i], headers[i+1])
		}
		return send(p.t, p.client, request)
	}
	values, err := url.ParseQuery(form)
	require.NoError(p.t, err)
	return p.post(path, values, headers...)
}
