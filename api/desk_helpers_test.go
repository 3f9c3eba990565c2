package api_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/api"
	"callscout/api/desk"
	"callscout/settings"
	"callscout/store"
)

// office is what the two accounts of an installation hold.
type office struct {
	mu      sync.Mutex
	lines   []desk.Line
	inboxes []desk.Inbox
	away    error
	removed []string
	store   *store.Store
}

func (o *office) Lines(context.Context, string) ([]desk.Line, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.lines, o.away
}

func (o *office) Inboxes(context.Context, string) ([]desk.Inbox, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.inboxes, o.away
}

func (o *office) Agents(context.Context, string) ([]desk.Agent, error) {
	return []desk.Agent{{ID: 612, Name: "Mia Berg"}, {ID: 613, Name: "Bo Chen"}}, nil
}

func (o *office) Numbers(_ context.Context, _, text string) ([]string, error) {
	if text == "jane@example.com" || text == "Jane Doe" {
		return []string{callerNumber}, o.away
	}
	return nil, o.away
}

func (o *office) Conversation(_ context.Context, _ string, number int64) (int64, error) {
	if number == 412 {
		return 3001, o.away
	}
	return 0, o.away
}

func (o *office) Owner(context.Context, string) (string, error) { return "Maria Lopez", nil }

func (o *office) Uninstall(ctx context.Context, installation, by string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.removed = append(o.removed, installation+" by "+by)
	return o.store.DeleteInstallation(ctx, installation)
}

func newOffice() *office {
	return &office{
		lines: []desk.Line{
			{ID: mappedLine, Name: "Support", Digits: "+49 30 23125 001"}, {ID: pausedLine, Name: "Sales", Digits: "+49 30 23125 002"},
			{ID: 4713, Name: "Billing", Digits: "+49 30 23125 003"},
		},
		inboxes: []desk.Inbox{{ID: 85, Name: "Help", Email: "help@acme.example"}, {ID: 86, Name: "Sales desk"}, {ID: 87, Name: "billing"}},
	}
}

// deskEdge is an edge whose desk sees an office.
func deskEdge(t testing.TB, change ...func(*api.Config)) (*edge, *office) {
	t.Helper()
	o := newOffice()
	e := newEdge(t, append([]func(*api.Config){func(c *api.Config) {
		c.Directory, c.Uninstaller = o, o
		c.HelpScoutURL, c.AircallURL = "https://secure.helpscout.example", "https://dashboard.aircall.example"
	}}, change...)...)
	o.store = e.store
	return e, o
}

// person is a browser on the desk.
type person struct {
	t      testing.TB
	e      *edge
	client *http.Client
}

func (e *edge) person(t testing.TB, token, name string) *person {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	p := &person{t, e, &http.Client{Jar: jar, Timeout: 30 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	answer := p.post("/signin", url.Values{"token": {token}, "name": {name}})
	require.Equal(t, http.StatusSeeOther, answer.status)
	return p
}

func (p *person) get(path string) reply {
	p.t.Helper()
	return send(p.t, p.client, p.e.request(p.t, http.MethodGet, path, nil))
}

func (p *person) post(path string, form url.Values, headers ...string) reply {
	p.t.Helper()
	request := p.e.request(p.t, http.MethodPost, path, strings.NewReader(form.Encode()))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	return send(p.t, p.client, request)
}

// done posts and follows the way back, with the banner.
func (p *person) done(path string, form url.Values) reply {
	p.t.Helper()
	answer := p.post(path, form)
	require.Equal(p.t, http.StatusSeeOther, answer.status, answer.body)
	return p.get(answer.header.Get("Location"))
}

var versionField = regexp.MustCompile(`name="version" value="([0-9a-f]+)"`)

// version is what the form of a page was made from.
func (p *person) version(path string) string {
	p.t.Helper()
	found := versionField.FindStringSubmatch(p.get(path).body)
	require.NotNil(p.t, found, path)
	return found[1]
}

func (e *edge) installation(t testing.TB, id string) settings.Installation {
	t.Helper()
	i, err := e.store.Installation(t.Context(), id)
	require.NoError(t, err)
	return i
}

func (e *edge) trail(t testing.TB, id string) []store.AuditEntry {
	t.Helper()
	entries, err := e.store.AuditTrail(t.Context(), id, 0, 0)
	require.NoError(t, err)
	return entries
}

var errRefused = errors.New("the credentials are refused (401); enter them anew")
