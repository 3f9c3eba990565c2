package api_test

import (
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/api"
	"callscout/settings"
	"callscout/simulator"
	"callscout/starter"
)

var sidebarLanguages = []settings.Language{settings.English, settings.German, settings.French, settings.Spanish}

// speak has the company speak a language.
func (d *sidebarDesk) speak(t *testing.T, language settings.Language, change ...func(*settings.Installation)) {
	t.Helper()
	installation := acme()
	installation.HelpScout.SidebarSecret = sidebarSecret
	installation.Settings = settings.Overrides{"language": string(language)}
	for _, one := range change {
		one(&installation)
	}
	require.NoError(t, d.store.PutInstallation(t.Context(), installation))
}

// page is the app as a frame shows it, with its texts as people read them.
func (d *sidebarDesk) page(t *testing.T) (int, string) {
	t.Helper()
	answer := d.get(t, "/helpscout/app/acme?"+d.address(sidebarSecret, 612))
	requireWellFormed(t, answer.body)
	return answer.status, html.UnescapeString(answer.body)
}

func TestWhatIsWrongInTheSidebarIsTold(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		prepare func(*testing.T, *sidebarDesk)
		change  func(*settings.Installation)
		want    func(language settings.Language) string
		// alone says that nothing else is shown.
		alone bool
	}{
		"no customer": {
			prepare: func(_ *testing.T, d *sidebarDesk) { d.customer = 0 },
			want:    func(l settings.Language) string { return api.SidebarWords(l).NoCustomer }, alone: true,
		},
		"an unknown customer": {
			prepare: func(t *testing.T, d *sidebarDesk) { require.NoError(t, d.helpScout.DeleteCustomer(d.customer)) },
			want:    func(l settings.Language) string { return api.SidebarWords(l).CustomerGone }, alone: true,
		},
		"Help Scout does not answer": {
			prepare: func(t *testing.T, d *sidebarDesk) {
				require.NoError(t, d.helpScout.Fault(simulator.Fault{PathPattern: "/v2/customers/*", Status: http.StatusBadGateway}))
			},
			want: func(l settings.Language) string { return api.SidebarWords(l).Away }, alone: true,
		},
		"no number": {
			prepare: func(_ *testing.T, d *sidebarDesk) {
				d.customer = d.helpScout.AddCustomer(simulator.Customer{FirstName: "Eve"}).ID
			},
			want: func(l settings.Language) string { return api.SidebarWords(l).NoNumbers },
		},
		"the number is withheld": {
			prepare: func(_ *testing.T, d *sidebarDesk) {
				d.customer = d.helpScout.AddCustomer(simulator.Customer{FirstName: "Anonymer Anrufer (Aircall)"}).ID
			},
			want: func(l settings.Language) string { return api.SidebarWords(l).Withheld },
		},
		"somebody wrote that it is withheld": {
			prepare: func(_ *testing.T, d *sidebarDesk) {
				d.customer = d.helpScout.AddCustomer(simulator.Customer{FirstName: "Eve", Phones: []simulator.Entry{{Value: "anonymous"}}}).ID
			},
			want: func(l settings.Language) string { return api.SidebarWords(l).Withheld },
		},
		"no number can be read": {
			prepare: func(_ *testing.T, d *sidebarDesk) {
				d.customer = d.helpScout.AddCustomer(simulator.Customer{FirstName: "Eve", Phones: []simulator.Entry{{Value: "ask Bob"}}}).ID
			},
			want: func(l settings.Language) string { return api.SidebarWords(l).NotReadable },
		},
		"no line": {
			change: func(i *settings.Installation) { i.Numbers = nil },
			want:   func(l settings.Language) string { return api.SidebarWords(l).NoLine },
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newSidebar(t)
			if test.prepare != nil {
				test.prepare(t, d)
			}
			for _, language := range sidebarLanguages {
				var change []func(*settings.Installation)
				if test.change != nil {
					change = append(change, test.change)
				}
				d.speak(t, language, change...)
				status, page := d.page(t)
				require.Equal(t, http.StatusOK, status)
				require.Contains(t, page, `<html lang="`+string(language)+`">`)
				require.Contains(t, page, ">"+test.want(language)+"<")
				require.NotContains(t, page, "<form", "there is nobody to be called")
				require.Equal(t, test.alone, !strings.Contains(page, "<h2>"), page)
			}
		})
	}
}

func TestARequestThatHelpScoutDidNotSignIsToldSoInTheBrowsersLanguage(t *testing.T) {
	t.Parallel()
	d := newSidebar(t)
	d.speak(t, settings.German)
	for _, language := range sidebarLanguages {
		words := api.SidebarWords(language)
		for path, want := range map[string]string{
			"/helpscout/app/acme": words.NotSigned, "/helpscout/app?customer-id=1": words.NotSigned,
			"/helpscout/app/acme?" + d.address("guess", 612):           words.WrongSignature,
			"/helpscout/app/nobody?" + d.address(sidebarSecret, 612):   words.WrongSignature,
			"/helpscout/app/acme?x=1&" + d.address(sidebarSecret, 612): words.WrongSignature,
			"/helpscout/app/acme/call?ticket=AAAA":                     words.WrongSignature,
		} {
			request := d.request(t, http.MethodGet, path, nil)
			request.Header.Set("Accept-Language", string(language))
			answer := d.do(t, request)
			require.Equal(t, http.StatusUnauthorized, answer.status, path)
			require.Contains(t, answer.header.Get("Content-Type"), "text/html")
			require.Contains(t, answer.header.Get("Content-Security-Policy"), "frame-ancestors https://*.helpscout.net", "it is read in the frame")
			requireWellFormed(t, answer.body)
			require.Contains(t, answer.body, `<html lang="`+string(language)+`">`)
			require.Contains(t, html.UnescapeString(answer.body), ">"+want+"<", path)
			require.NotContains(t, answer.body, "<h2>")
		}
	}
	d.sick.fall(errAway, nil)
	away := d.get(t, "/helpscout/app/acme?"+d.address(sidebarSecret, 612))
	require.Equal(t, http.StatusServiceUnavailable, away.status)
	require.Contains(t, html.UnescapeString(away.body), api.SidebarWords(settings.English).StoreAway)
}

func TestACallThatAircallDoesNotStartIsToldWhy(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault simulator.Fault
		want  func(language settings.Language) string
	}{
		"the agent is not available": {simulator.Fault{Status: http.StatusMethodNotAllowed}, func(l settings.Language) string { return api.SidebarWords(l).Unavailable }},
		"refused":                    {simulator.Fault{Status: http.StatusBadRequest}, func(l settings.Language) string { return api.SidebarWords(l).Refused }},
		"no such line":               {simulator.Fault{Status: http.StatusNotFound}, func(l settings.Language) string { return api.SidebarWords(l).Refused }},
		"not connected":              {simulator.Fault{Status: http.StatusForbidden}, func(l settings.Language) string { return api.SidebarWords(l).NotConnected }},
		"too many requests":          {simulator.Fault{Status: http.StatusTooManyRequests}, func(l settings.Language) string { return api.SidebarWords(l).TooMany }},
		"a server error":             {simulator.Fault{Status: http.StatusBadGateway}, func(l settings.Language) string { return api.SidebarWords(l).Uncertain }},
		"no answer":                  {simulator.Fault{Drop: simulator.DropAfter}, func(l settings.Language) string { return api.SidebarWords(l).Uncertain }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newSidebar(t)
			test.fault.Method, test.fault.PathPattern = http.MethodPost, "/v1/users/*/calls"
			require.NoError(t, d.aircall.Fault(test.fault))
			for _, language := range sidebarLanguages {
				d.speak(t, language)
				_, page := d.page(t)
				ticket := ticketField.FindStringSubmatch(page)
				require.NotNil(t, ticket, page)
				answer := d.dial(t, url.Values{"ticket": {ticket[1]}, "line": {id(mappedLine)}})
				require.Equal(t, http.StatusOK, answer.status)
				text := html.UnescapeString(answer.body)
				require.Contains(t, text, `<p class="problem" role="alert">`+test.want(language)+"</p>")
				require.Contains(t, text, "<form", "it can be tried again")
				require.NotContains(t, text, `role="status"`)
			}
			require.NotContains(t, d.log.String(), "23125001")
		})
	}
}

func TestAMergedCustomerIsTheOneWhoIsLeft(t *testing.T) {
	t.Parallel()
	d := newSidebar(t)
	left := d.helpScout.AddCustomer(simulator.Customer{FirstName: "Eve", Phones: []simulator.Entry{{Value: "+44 7700 900123"}}}).ID
	require.NoError(t, d.helpScout.Fault(simulator.Fault{
		PathPattern: "/v2/customers/" + id(d.customer), Status: http.StatusMovedPermanently, Header: map[string]string{"Location": d.hs + "/v2/customers/" + id(left)},
	}))
	_, page := d.page(t)
	require.Contains(t, page, `href="tel:+447700900123"`)
}

func TestCallsWithAWithheldNumberAreShownAtTheirCustomer(t *testing.T) {
	t.Parallel()
	d := newSidebar(t)
	d.customer = d.helpScout.AddCustomer(simulator.Customer{FirstName: "Anonymous caller (Aircall)"}).ID
	d.calls.found["anonymous"] = []starter.Found{{Call: 5, Direction: "inbound", Outcome: "missed"}}
	_, page := d.page(t)
	require.Contains(t, page, "Inbound, missed")
}

func TestALineThatIsNoLongerMappedCallsNobody(t *testing.T) {
	t.Parallel()
	d := newSidebar(t)
	_, page := d.page(t)
	ticket := ticketField.FindStringSubmatch(page)[1]
	answer := d.dial(t, url.Values{"ticket": {ticket}, "line": {"999"}})
	require.Equal(t, http.StatusBadRequest, answer.status)
	require.Contains(t, html.UnescapeString(answer.body), "This line is no longer mapped.")
	require.Empty(t, d.aircall.Dialled())
}
