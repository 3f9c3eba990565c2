package api_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // Help Scout signs with HMAC-SHA1
	"encoding/base64"
	"encoding/json"
	"errors"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/aircall"
	"callscout/api"
	"callscout/helpscout"
	"callscout/settings"
	"callscout/simulator"
	"callscout/starter"
)

const sidebarSecret = "hush-sidebar"

// sidebarDesk is an edge whose accounts are simulated.
type sidebarDesk struct {
	*edge
	helpScout *simulator.HelpScout
	aircall   *simulator.Aircall
	calls     *fakeCalls
	customer  int64
	mia       simulator.AircallUser
	air       string
	hs        string
}

// fakeCalls are those that Temporal knows.
type fakeCalls struct {
	found   map[string][]starter.Found
	running map[int64]bool
	err     error
	asked   []starter.Filter
}

func (f *fakeCalls) Find(_ context.Context, filter starter.Filter) ([]starter.Found, error) {
	f.asked = append(f.asked, filter)
	return f.found[filter.Number], f.err
}

func (f *fakeCalls) Running(_ context.Context, _ string, call int64) (bool, error) {
	return f.running[call], nil
}

func (d *sidebarDesk) SidebarHelpScout(context.Context, string) (api.SidebarHelpScout, error) {
	auth, err := helpscout.ClientCredentials(d.hs, "app-id", "hush-helpscout")
	if err != nil {
		return nil, err
	}
	return helpscout.New(d.hs, auth)
}

func (d *sidebarDesk) SidebarAircall(context.Context, string) (api.SidebarAircall, error) {
	return aircall.New(d.air, aircall.Basic("api-id", "hush-aircall"))
}

func newSidebar(t *testing.T) *sidebarDesk {
	t.Helper()
	d := &sidebarDesk{
		helpScout: simulator.NewHelpScout(simulator.HelpScoutOptions{LimitPerMinute: -1}),
		aircall:   simulator.NewAircall(simulator.AircallOptions{APIID: "api-id", APIToken: "hush-aircall"}),
		calls:     &fakeCalls{found: map[string][]starter.Found{}, running: map[int64]bool{}},
	}
	hs, air := httptest.NewServer(d.helpScout), httptest.NewServer(d.aircall)
	t.Cleanup(hs.Close)
	t.Cleanup(air.Close)
	d.hs, d.air = hs.URL, air.URL
	d.helpScout.AddMailbox(simulator.Mailbox{ID: 85, Name: "Support"})
	d.helpScout.AddUser(simulator.User{ID: 600, Email: "ada@acme.example", Role: "owner"})
	d.helpScout.AddUser(simulator.User{ID: 612, FirstName: "Mia", Email: "Mia@acme.example"})
	d.helpScout.AddUser(simulator.User{ID: 613, FirstName: "Bob", Email: "bob@acme.example"})
	d.helpScout.AddApp(simulator.App{ID: "app-id", Secret: "hush-helpscout", UserID: 600})
	d.customer = d.helpScout.AddCustomer(simulator.Customer{FirstName: "<b>Eve</b>", Phones: []simulator.Entry{
		{Value: "030 23125001"}, {Value: "+1 (202) 555-0143"}, {Value: "+49 30 23125001"}, {Value: "ask Bob"},
	}}).ID
	d.aircall.AddNumber(simulator.Number{ID: mappedLine, Name: "Berlin", Digits: "+49 30 23125 100", Country: "DE", TimeZone: "Europe/Berlin"})
	d.mia = d.aircall.AddUser(simulator.AircallUser{Name: "Mia", Email: "mia@acme.example"})
	d.edge = newEdge(t, func(cfg *api.Config) {
		cfg.SidebarAccounts, cfg.Calls, cfg.HelpScoutURL = d, d.calls, "https://secure.helpscout.net"
	})
	installation := acme()
	installation.HelpScout.SidebarSecret = sidebarSecret
	require.NoError(t, d.store.PutInstallation(t.Context(), installation))
	return d
}

// address is what Help Scout's iframe asks for.
func (d *sidebarDesk) address(secret string, user int64) string {
	pairs := [][2]string{{"conversation-id", "3382942562"}, {"customer-id", id(d.customer)}, {"mailbox-id", "85"}, {"user-id", id(user)}, {"application-slug", "callscout"}}
	var query, fields []string
	for _, pair := range pairs {
		query = append(query, pair[0]+"="+url.QueryEscape(pair[1]))
		fields = append(fields, `"`+pair[0]+`":"`+pair[1]+`"`)
	}
	return strings.Join(query, "&") + "&X-HelpScout-Signature=" + url.QueryEscape(hmacOf(secret, "{"+strings.Join(fields, ",")+"}"))
}

func hmacOf(secret, message string) string {
	mac := hmac.New(sha1.New, []byte(secret))
	mac.Write([]byte(message))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func id(number int64) string {
	text, _ := json.Marshal(number)
	return string(text)
}

var ticketField = regexp.MustCompile(`name="ticket" value="([^"]+)"`)

func (d *sidebarDesk) dial(t *testing.T, form url.Values) reply {
	t.Helper()
	request := d.request(t, http.MethodPost, "/helpscout/app/acme/call", strings.NewReader(form.Encode()))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return d.do(t, request)
}

func TestTheSidebarShowsNumbersAndCalls(t *testing.T) {
	t.Parallel()
	d := newSidebar(t)
	started := time.Date(2026, 5, 4, 8, 0, 0, 0, time.UTC)
	d.calls.found["+493023125001"] = []starter.Found{
		{Call: 1, Started: started, Closed: started.Add(time.Hour), Direction: "inbound", Outcome: "missed", Conversation: "77"},
		{Call: 2, Started: started.Add(2 * time.Hour), Direction: "outbound", Outcome: "answered"},
	}
	d.calls.found["+12025550143"] = []starter.Found{{Call: 1, Started: started, Closed: started}}
	d.calls.running[2] = true
	for _, path := range []string{"/helpscout/app/acme?", "/helpscout/app?"} {
		page := d.get(t, path+d.address(sidebarSecret, 612))
		require.Equal(t, http.StatusOK, page.status, page.body)
		require.Contains(t, page.header.Get("Content-Security-Policy"), "frame-ancestors https://*.helpscout.net https://*.helpscout.com")
		require.NotContains(t, page.header.Get("Content-Security-Policy"), "script-src")
		require.NotContains(t, page.body, "<script")
		require.Empty(t, page.header.Get("X-Frame-Options"), "it is to be framed")
		require.Equal(t, "no-store", page.header.Get("Cache-Control"))
		require.Equal(t, 1, strings.Count(page.body, `href="tel:+493023125001"`), "each number once")
		require.Contains(t, page.body, `href="tel:+12025550143"`)
		require.NotContains(t, page.body, "ask Bob")
		require.Len(t, ticketField.FindAllString(page.body, -1), 2)
		require.Contains(t, page.body, "A call is running now.")
		require.Contains(t, page.body, "Inbound, missed")
		require.Contains(t, page.body, "2026-05-04 10:00", "in the line's time zone")
		require.Contains(t, page.body, "https://secure.helpscout.net/conversation/77")
		require.Equal(t, 2, strings.Count(page.body, "<time "), "each call once")
		require.Less(t, strings.Index(page.body, "2026-05-04 12:00"), strings.Index(page.body, "2026-05-04 10:00"), "the newest first")
	}
	for _, asked := range d.calls.asked {
		require.Equal(t, "acme", asked.Installation)
	}
	style := d.get(t, "/helpscout/app.css")
	require.Equal(t, http.StatusOK, style.status)
	require.Contains(t, style.header.Get("Content-Type"), "text/css")
}

func TestAButtonCallsInTheAgentsAircallOnce(t *testing.T) {
	t.Parallel()
	d := newSidebar(t)
	page := d.get(t, "/helpscout/app/acme?"+d.address(sidebarSecret, 612))
	ticket := ticketField.FindStringSubmatch(page.body)[1]
	sealed, err := base64.RawURLEncoding.DecodeString(ticket)
	require.NoError(t, err)
	require.NotContains(t, string(sealed), "493023125001", "a ticket is sealed")

	answer := d.dial(t, url.Values{"ticket": {ticket}, "line": {id(mappedLine)}})
	require.Equal(t, http.StatusOK, answer.status, answer.body)
	require.Contains(t, html.UnescapeString(answer.body), "Aircall is calling +49 30 23125001.")
	require.Len(t, d.aircall.Dialled(), 1)
	dialled := d.aircall.Dialled()[0]
	require.Equal(t, d.mia.ID, dialled.UserID)
	require.EqualValues(t, mappedLine, dialled.NumberID)
	require.Equal(t, "+493023125001", dialled.To)

	again := d.dial(t, url.Values{"ticket": {ticket}, "line": {id(mappedLine)}})
	require.Contains(t, again.body, "This page is too old.")
	require.Len(t, d.aircall.Dialled(), 1)
	fresh := ticketField.FindStringSubmatch(answer.body)[1]
	require.NotContains(t, d.dial(t, url.Values{"ticket": {fresh}, "line": {id(mappedLine)}}).body, "too old", "the answer can be used again")
	require.NotContains(t, d.log.String(), "23125001")
}

func TestWhoMayNotCallIsToldWhy(t *testing.T) {
	t.Parallel()
	d := newSidebar(t)
	page := d.get(t, "/helpscout/app/acme?"+d.address(sidebarSecret, 613))
	require.Contains(t, page.body, "You have no user in Aircall")
	require.NotContains(t, page.body, "<form")
	require.Contains(t, page.body, `href="tel:+12025550143"`)

	ticket := ticketField.FindStringSubmatch(d.get(t, "/helpscout/app/acme?"+d.address(sidebarSecret, 612)).body)[1]
	other := d.dial(t, url.Values{"ticket": {ticket}, "line": {"5"}})
	require.Equal(t, http.StatusBadRequest, other.status)
	for _, wrong := range []string{"", "AAAA", ticket + "A", ticket[:len(ticket)-4]} {
		require.Equal(t, http.StatusUnauthorized, d.dial(t, url.Values{"ticket": {wrong}, "line": {id(mappedLine)}}).status)
	}
	require.Empty(t, d.aircall.Dialled())
}

func TestWhatDoesNotAnswerIsSaidAndTheRestShown(t *testing.T) {
	t.Parallel()
	d := newSidebar(t)
	d.calls.err = errors.New("away")
	require.NoError(t, d.aircall.Fault(simulator.Fault{Status: http.StatusServiceUnavailable}))
	page := d.get(t, "/helpscout/app/acme?"+d.address(sidebarSecret, 612))
	require.Equal(t, http.StatusOK, page.status)
	require.Contains(t, page.body, `href="tel:+12025550143"`)
	require.Contains(t, page.body, "Aircall does not answer")
	require.Contains(t, page.body, "The last calls cannot be shown")
	require.NoError(t, d.helpScout.Fault(simulator.Fault{PathPattern: "/v2/customers/*", Status: http.StatusServiceUnavailable}))
	page = d.get(t, "/helpscout/app/acme?"+d.address(sidebarSecret, 612))
	require.Contains(t, page.body, "Help Scout does not answer.")
}

func TestTheSidebarIsForHelpScoutOnly(t *testing.T) {
	t.Parallel()
	d := newSidebar(t)
	require.NoError(t, d.store.PutInstallation(t.Context(), settings.Installation{ID: "globex", HelpScout: settings.HelpScoutAccount{SidebarSecret: "hush-globex"}}))
	require.NoError(t, d.store.PutInstallation(t.Context(), settings.Installation{ID: "initech"}))
	for name, path := range map[string]string{
		"not signed":              "/helpscout/app/acme?customer-id=1",
		"another secret":          "/helpscout/app/acme?" + d.address("guess", 612),
		"another company's":       "/helpscout/app/acme?" + d.address("hush-globex", 612),
		"another company":         "/helpscout/app/globex?" + d.address(sidebarSecret, 612),
		"no secret":               "/helpscout/app/initech?" + d.address("", 612),
		"no such installation":    "/helpscout/app/nobody?" + d.address(sidebarSecret, 612),
		"nobody's":                "/helpscout/app?" + d.address("guess", 612),
		"another customer":        "/helpscout/app/acme?customer-id=9&" + d.address(sidebarSecret, 612),
		"no ticket":               "/helpscout/app/acme/call",
		"a ticket of another one": "/helpscout/app/globex/call?ticket=AAAA",
	} {
		answer := d.get(t, path)
		require.Equal(t, http.StatusUnauthorized, answer.status, name)
		if name != "not signed" {
			require.Contains(t, answer.body, "helpscout.sidebar_secret", "it says what to do")
		}
	}
	ticket := ticketField.FindStringSubmatch(d.get(t, "/helpscout/app/acme?"+d.address(sidebarSecret, 612)).body)[1]
	require.Equal(t, http.StatusUnauthorized, d.get(t, "/helpscout/app/globex/call?ticket="+ticket).status, "a ticket is one company's")
}

func TestALegacyAppGetsItsPartOfAPage(t *testing.T) {
	t.Parallel()
	d := newSidebar(t)
	body := `{"ticket":{"id":1},"customer":{"id":` + id(d.customer) + `},"user":{"id":612},"mailbox":{"id":85}}`
	post := func(secret string) reply {
		request := d.request(t, http.MethodPost, "/helpscout/app/acme", strings.NewReader(body))
		request.Header.Set("X-HelpScout-Signature", hmacOf(secret, body))
		return d.do(t, request)
	}
	require.Equal(t, http.StatusUnauthorized, post("guess").status)
	answer := post(sidebarSecret)
	require.Equal(t, http.StatusOK, answer.status)
	var content struct {
		HTML string `json:"html"`
	}
	require.NoError(t, json.Unmarshal([]byte(answer.body), &content))
	require.NotContains(t, content.HTML, "<form", "Help Scout's page posts nothing")
	require.NotContains(t, content.HTML, "<html")
	link := regexp.MustCompile(`href="http://callscout.example.com(/helpscout/app/acme/call\?ticket=[^"]+)"`).FindStringSubmatch(content.HTML)
	require.NotNil(t, link, content.HTML)

	page := d.get(t, link[1])
	require.Equal(t, http.StatusOK, page.status)
	require.Empty(t, d.aircall.Dialled(), "a link calls nobody")
	require.Len(t, ticketField.FindAllString(page.body, -1), 2)
}

func TestTheSidebarSpeaksTheCompanysLanguage(t *testing.T) {
	t.Parallel()
	d := newSidebar(t)
	seen := map[string]bool{}
	for _, language := range []settings.Language{settings.English, settings.German, settings.French, settings.Spanish} {
		installation := acme()
		installation.HelpScout.SidebarSecret = sidebarSecret
		installation.Settings = settings.Overrides{"language": string(language)}
		require.NoError(t, d.store.PutInstallation(t.Context(), installation))
		page := d.get(t, "/helpscout/app/acme?"+d.address(sidebarSecret, 612))
		require.Contains(t, page.body, `<html lang="`+string(language)+`">`)
		heading := regexp.MustCompile(`<h2>([^<]+)</h2>`).FindString(page.body)
		require.False(t, seen[heading], heading)
		seen[heading] = true
	}
}
