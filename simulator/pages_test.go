package simulator_test

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/simulator"
)

// page reads a page as a person's browser does.
func (c *client) page(status int, path string) string {
	c.t.Helper()
	result := c.want(status, "GET", path, "")
	require.Contains(c.t, result.header.Get("Content-Type"), "text/html")
	require.Contains(c.t, result.header.Get("Content-Security-Policy"), "default-src 'none'")
	return result.raw
}

// requireAll looks for markup as it is and for texts as a reader sees them.
func requireAll(t *testing.T, page string, parts ...string) {
	t.Helper()
	read := html.UnescapeString(page)
	for _, part := range parts {
		require.True(t, strings.Contains(page, part) || strings.Contains(read, part), "the page lacks %q", part)
	}
}

func TestAConversationIsShownAsAnAgentSeesIt(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	number := d.opened("active", "Delivery")
	path := fmt.Sprint("/v2/conversations/", number)
	d.created(path+"/phones", `{"customer":{"id":700},"text":"<strong>Call</strong> from <a href=\"https://example.com/calls/1\">Aircall</a>"}`)
	d.created(path+"/notes", `{"text":"Call ended","user":12,"status":"active"}`)
	d.want(204, "PATCH", path, `{"op":"replace","path":"/assignTo","value":12}`)

	requireAll(t, d.page(200, "/"), `href="/inbox/85"`, "Support", "support@example.com")
	requireAll(t, d.page(200, "/inbox/85"), "Where is my order", "Cleo Marsh", "delivery", "Ben Lee", "Active", "Call ended")
	require.NotContains(t, d.page(200, "/inbox/85?folder=unassigned"), "Where is my order")
	require.NotContains(t, d.page(200, "/inbox/86"), "Where is my order")

	shown := d.page(200, fmt.Sprint("/conversation/", number))
	requireAll(t, shown,
		"<h1>Where is my order</h1>", `class="thread phone"`, `class="thread note"`, `class="thread customer"`,
		`<strong>Call</strong> from <a href="https://example.com/calls/1" rel="noopener noreferrer" target="_blank">Aircall</a>`,
		"assigned the conversation to Ben Lee", "+1 202-555-0143", "cleo@example.com", ">delivery<")
	require.Less(t, strings.Index(shown, `class="thread note"`), strings.Index(shown, `class="thread customer"`), "newest first")
	requireAll(t, d.page(200, "/customer/700"), "Cleo Marsh", "Where is my order")

	web := d.get(path).body["_links"].(map[string]any)["web"].(map[string]any)["href"].(string)
	require.Contains(t, d.page(200, strings.TrimPrefix(web, d.url)), "Where is my order", "the API's link leads to the page")
}

func TestAThreadCannotHarmItsReader(t *testing.T) {
	t.Parallel()
	for sent, shown := range map[string]string{
		`a<script>alert(1)</script>b`:                 `<p>ab</p>`,
		`<img src=x onerror=alert(1)>text`:            `<p>text</p>`,
		`<p onclick="alert(1)">text</p>`:              `<p>text</p>`,
		`<a href="javascript:alert(1)">text</a>`:      `<p><a>text</a></p>`,
		`<a href=" javascript:alert(1)">text</a>`:     `<p><a>text</a></p>`,
		`<a href="https://e.com/?a=1&amp;b=2">x</a>`:  `<p><a href="https://e.com/?a=1&amp;b=2" rel="noopener noreferrer" target="_blank">x</a></p>`,
		`</div></article><p>text`:                     `<p>text</p>`,
		`<b>open`:                                     `<p><b>open</b></p>`,
		`1 < 2 &amp; "x" <`:                           `<p>1 &lt; 2 &amp; &#34;x&#34; &lt;</p>`,
		`&lt;script&gt;alert(1)&lt;/script&gt;`:       `<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>`,
		`<style>p{display:none}</style>text`:          `<p>text</p>`,
		`<svg><a href="javascript:1">x</a></svg>text`: `<p>text</p>`,
		`<script>alert(1)`:                            `<p></p>`,
		`<form action="https://e.com"><input></form>`: `<p></p>`,
	} {
		d := newDesk(t)
		number := d.opened("active")
		require.NoError(t, d.AddThread(number, simulator.Thread{Type: "note", Body: sent}))
		require.Contains(t, d.page(200, fmt.Sprint("/conversation/", number)), `<div class="text">`+shown+`</div>`, sent)
	}
}

func TestTextsOfOthersAreEscapedOnPages(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	const evil = `<script>alert(1)</script>`
	d.AddCustomer(simulator.Customer{ID: 701, FirstName: evil, Background: evil})
	number := d.AddConversation(simulator.Conversation{MailboxID: 85, CustomerID: 701, Subject: evil, Tags: []string{evil}}).ID
	for _, path := range []string{"/inbox/85", fmt.Sprint("/conversation/", number), "/customer/701"} {
		require.NotContains(t, d.page(200, path), "<script", path)
	}
	o := newOffice(t)
	call := o.place(simulator.Script{Kind: simulator.InboundAnswered, Outside: "1" + evil, Tags: []string{evil}, Comments: []string{evil}})
	for _, path := range []string{"/", "/calls/" + id(call.ID)} {
		require.NotContains(t, o.page(200, path), "<script", path)
	}
}

func TestPagesOfMergedAndMissingConversations(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	from, into := d.opened("active"), d.opened("active")
	require.NoError(t, d.MergeConversation(from, into))
	merged := d.want(301, "GET", fmt.Sprint("/conversation/", from), "")
	require.Contains(t, merged.header.Get("Location"), fmt.Sprint("/conversation/", into))
	require.NoError(t, d.DeleteConversation(into))
	for _, path := range []string{
		fmt.Sprint("/conversation/", into), "/conversation/1", "/conversation/x", "/inbox/99", "/inbox/85?folder=none", "/customer/1", "/nothing",
	} {
		require.Contains(t, d.page(404, path), "Not found", path)
	}
}

func TestAPageThatIsWatchedLoadsItselfAgain(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	plain := d.page(200, "/inbox/85?folder=all")
	require.NotContains(t, plain, `http-equiv="refresh"`)
	require.Contains(t, plain, `href="/inbox/85?folder=all&amp;watch=1"`)
	watched := d.page(200, "/inbox/85?folder=all&watch=1")
	requireAll(t, watched, `<meta http-equiv="refresh" content="3">`, `href="/inbox/85?folder=all"`)
	style := d.want(200, "GET", "/simulator.css", "")
	require.Contains(t, style.header.Get("Content-Type"), "text/css")
}

// submit sends a form as a browser does.
func (c *client) submit(path, site string, form url.Values) reply {
	c.t.Helper()
	request, err := http.NewRequest(http.MethodPost, c.url+path, strings.NewReader(form.Encode()))
	require.NoError(c.t, err)
	request.Header.Set("Content-Type", formType)
	request.Header.Set("Sec-Fetch-Site", site)
	response, err := c.http.Do(request)
	require.NoError(c.t, err)
	require.NoError(c.t, response.Body.Close())
	return reply{status: response.StatusCode, header: response.Header}
}

func TestAPersonPlacesACallWithAForm(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	requireAll(t, o.page(200, "/"), "No call yet", "Support", "Mia Berg", `<label for="outside">`)
	require.NotContains(t, o.page(200, "/"), hubToken)
	answer := o.submit("/calls", "same-origin", url.Values{
		"kind": {"inbound_answered"}, "outside": {" +49 30 23125 077 "}, "line": {"5002"}, "agent": {"32"}, "speed": {"2000"},
		"tags": {"Order, VIP"}, "comment": {"One\r\nTwo"}, "delivery": {"twice"},
	})
	require.Equal(t, http.StatusSeeOther, answer.status)
	page, _, _ := strings.Cut(answer.header.Get("Location"), "?")
	require.Eventually(t, func() bool { return len(o.hub.all()) == 16 }, 10*time.Second, 5*time.Millisecond)
	commented, err := o.hub.first(t, "call.commented").Call()
	require.NoError(t, err)
	require.Equal(t, "+49 30 23125 077", commented.RawDigits)
	require.Equal(t, []string{"Sales", "Ben Lee", "One\nTwo"}, []string{commented.Number.Name, commented.User.Name, commented.Comments[0].Content})
	require.Len(t, commented.Tags, 2)

	shown := o.page(200, page)
	requireAll(t, shown, "Call from +49 30 23125 077", "call.hungup", "Answered", "Order", "VIP", "One\nTwo")
	require.NotContains(t, shown, hubToken, "the webhook's secret stays off the page")
	requireAll(t, o.page(200, "/"), "+49 30 23125 077", "Answered")

	require.Equal(t, http.StatusSeeOther, o.submit(page+"/comments", "same-origin", url.Values{"text": {"Three"}}).status)
	require.Equal(t, http.StatusUnprocessableEntity, o.submit(page+"/tags", "same-origin", url.Values{"name": {" "}}).status)
	require.Contains(t, o.page(200, page), "Three")
}

func TestAFormThatIsWrongIsShownAgain(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	result, err := o.try("POST", "/calls", formType, "kind=inbound_missed&outside=nobody&comment=Keep+this")
	require.NoError(t, err)
	require.Equal(t, http.StatusUnprocessableEntity, result.status)
	requireAll(t, result.raw, `role="alert"`, "use a phone number", "Keep this", `value="nobody"`)
	require.Empty(t, o.Calls())
	for _, path := range []string{"/calls/1", "/calls/x", "/nothing"} {
		o.page(404, path)
	}
}

func TestAnotherWebsiteCanChangeNothing(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	form := url.Values{"kind": {"inbound_missed"}, "speed": {"2000"}, "outside": {"+1 202-555-0143"}}
	for _, path := range []string{"/calls", "/_simulator/calls", "/_simulator/webhooks", "/_simulator/faults"} {
		require.Equal(t, http.StatusForbidden, o.submit(path, "cross-site", form).status, path)
	}
	request, err := http.NewRequest(http.MethodPost, o.url+"/_simulator/calls", strings.NewReader(`{"kind":"inbound_missed"}`))
	require.NoError(t, err)
	request.Header.Set("Origin", "https://evil.example")
	response, err := o.http.Do(request)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusForbidden, response.StatusCode)
	require.Len(t, o.Webhooks(), 1)
	require.Empty(t, o.Calls())
	d := newDesk(t)
	require.Equal(t, http.StatusForbidden, d.submit("/_simulator/tokens/expire", "cross-site", nil).status)
	d.want(200, "GET", "/v2/users/me", "")
}

func TestListenRefusesWhatOthersCouldReach(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"0.0.0.0:0", ":0", "192.0.2.1:0", "127.0.0.1", "example.com:0"} {
		_, _, err := simulator.Listen(http.NotFoundHandler(), address)
		require.Error(t, err, address)
	}
}
