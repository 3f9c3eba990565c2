package simulator_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/simulator"
)

func TestAMessageIsSentByTheForm(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.authorization = ""
	requireAll(t, o.page(200, "/"), "No message yet.", `action="/messages"`, "WhatsApp template goes out")
	for kind, want := range map[string]string{
		"inbound": "message.received", "outbound": "message.sent", "whatsapp-inbound": "message.received", "whatsapp-template": "message.sent",
	} {
		before := len(o.hub.all())
		answer := o.submit("/messages", "same-origin", url.Values{
			"kind": {kind}, "outside": {"+49 30 23125 077"}, "line": {"5002"}, "agent": {"32"}, "body": {"One\r\nTwo"}, "file": {"html"},
		})
		require.Equal(t, http.StatusSeeOther, answer.status)
		require.Eventually(t, func() bool { return len(o.hub.all()) > before }, 5*time.Second, time.Millisecond)
		event := o.hub.all()[before]
		require.Equal(t, want, event.Name)
		m, err := event.Message()
		require.NoError(t, err)
		require.Equal(t, "One\nTwo", m.Body)
		require.Equal(t, strings.HasPrefix(kind, "whatsapp"), m.WhatsApp != nil)
		require.Equal(t, "holiday.jpg", m.Media[0].FileName)
		require.True(t, strings.HasPrefix(m.Media[0].URL, o.url), "the demo can fetch it")

		page, _, _ := strings.Cut(answer.header.Get("Location"), "?")
		require.Eventually(t, func() bool { return len(o.Deliveries()) > before }, 5*time.Second, time.Millisecond)
		shown := o.page(200, page)
		requireAll(t, shown, "+49 30 23125 077", "Sales", want, "One\nTwo", "holiday.jpg")
		require.NotContains(t, shown, hubToken)
		require.Equal(t, http.StatusSeeOther, o.submit(page+"/status", "same-origin", url.Values{"status": {"failed"}}).status)
		requireAll(t, o.page(200, page), "Failed", "<option selected>failed</option>")
		require.Equal(t, http.StatusUnprocessableEntity, o.submit(page+"/status", "same-origin", url.Values{"status": {"x"}}).status)
		require.Eventually(t, func() bool { return len(o.hub.all()) == before+2 }, 5*time.Second, time.Millisecond)
	}
	requireAll(t, o.page(200, "/"), "In, WhatsApp", "Out, MMS", "One\nTwo")
}

func TestAMessageThatIsWrongIsShownAgain(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	wrong, err := o.try("POST", "/messages", formType, "kind=whatsapp-outbound&outside=%2B1+202-555-0143&body=Keep+this")
	require.NoError(t, err)
	require.Equal(t, http.StatusUnprocessableEntity, wrong.status)
	requireAll(t, wrong.raw, `role="alert"`, "use a template", "Keep this")
	require.Empty(t, o.Messages())
	o.page(404, "/messages/none")
	require.Equal(t, http.StatusForbidden, o.submit("/messages", "cross-site", url.Values{"body": {"x"}}).status)
	require.Equal(t, http.StatusForbidden, o.submit("/_simulator/messages", "cross-site", nil).status)
}

func TestAMessageOfALineInProxyModeShowsItsCallback(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	_, token := o.proxied("")
	id := o.text(simulator.TextMessage{Body: "x"})
	shown := o.page(200, "/messages/"+id)
	requireAll(t, shown, "the line's callback", "event_name")
	require.NotContains(t, shown, token)
}
