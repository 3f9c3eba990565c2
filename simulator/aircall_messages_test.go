package simulator_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/aircall"
	"callscout/simulator"
)

// text sends or receives a message and returns its id.
func (o *office) text(message simulator.TextMessage) string {
	o.t.Helper()
	id, err := o.Text(o.t.Context(), message)
	require.NoError(o.t, err)
	return id
}

// heard is the message of the first event of a name.
func (o *office) heard(name string) aircall.Message {
	o.t.Helper()
	event := o.hub.first(o.t, name)
	m, err := event.Message()
	require.NoError(o.t, err)
	return m
}

func TestAMessageComesInAsDocumented(t *testing.T) {
	t.Parallel()
	for _, written := range []bool{false, true} {
		clock := newClock()
		o := newOffice(t, func(options *simulator.AircallOptions) { options.Clock = clock.Now })
		o.AddContact(simulator.Contact{ID: 9, FirstName: "Cleo", PhoneNumbers: []simulator.Detail{{Value: "+12025550143"}}})
		sent := noon.Add(-3*time.Second + 250*time.Millisecond)
		id := o.text(simulator.TextMessage{Body: "Hi there", SentAt: sent, ISO: written})

		event := o.hub.first(t, "message.received")
		require.Equal(t, "message", event.Resource)
		require.Equal(t, noon, event.Timestamp)
		require.Equal(t, hubToken, event.Token)
		require.Nil(t, event.data["channel"])
		require.Equal(t, []any{}, event.data["media_details"])
		require.IsType(t, map[bool]any{false: 1.0, true: ""}[written], event.data["sent_at"])
		m := o.heard("message.received")
		require.Equal(t, id, m.ID)
		require.Equal(t, aircall.Inbound, m.Direction)
		require.Equal(t, "+1 202-555-0143", m.OutsideNumber())
		require.Equal(t, "Hi there", m.Body)
		require.Equal(t, aircall.MessageReceived, m.Status)
		require.Equal(t, sent, m.At())
		require.Equal(t, "+12025550100", m.Number.E164Digits)
		require.Equal(t, int64(9), m.Contact.ID)
		require.Nil(t, m.User)
		require.Nil(t, m.WhatsApp)

		require.NoError(t, o.SetTextStatus(t.Context(), id, simulator.TextRead))
		status := o.hub.first(t, "message.status_updated")
		require.NotContains(t, status.data, "body")
		require.NotContains(t, status.data, "direction")
		require.Equal(t, "read", status.data["status"])
		stored, ok := o.Message(id)
		require.True(t, ok)
		require.Equal(t, simulator.TextRead, stored.Status)
	}
}

func TestAMessageGoesOutByAnAgentOrByTheAPI(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.text(simulator.TextMessage{Direction: "outbound", UserID: 32, NumberID: 5002, Body: "One"})
	m := o.heard("message.sent")
	require.Equal(t, aircall.Outbound, m.Direction)
	require.Equal(t, &aircall.User{ID: 32, Name: "Ben Lee", Email: "ben@example.com"}, m.User)
	require.Equal(t, int64(5002), m.Number.ID)
	require.Equal(t, aircall.MessageSent, m.Status)

	o.text(simulator.TextMessage{Direction: "outbound", UserID: -1, Body: "Two"})
	last := o.hub.all()[1]
	require.NotContains(t, last.data, "user")
}

func TestAGroupMessageNamesAllOfThem(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.text(simulator.TextMessage{Body: "All", Group: []string{"+1 202-555-0143", "+1 202-555-0144"}})
	require.Equal(t, "message", o.hub.first(t, "group_message.received").Resource)
	m := o.heard("group_message.received")
	require.True(t, m.Group)
	require.Equal(t, []string{"12025550143", "12025550144"}, m.Participants)
	require.NotEmpty(t, m.GroupConversationID)
}

func TestWhatsAppNeedsATemplateAfterADay(t *testing.T) {
	t.Parallel()
	clock := newClock()
	o := newOffice(t, func(options *simulator.AircallOptions) { options.Clock = clock.Now })
	free := simulator.TextMessage{Direction: "outbound", Body: "Hello", WhatsApp: &simulator.WhatsAppText{Type: "free_customer_service"}}
	_, err := o.Text(t.Context(), free)
	require.ErrorContains(t, err, "use a template")
	o.text(simulator.TextMessage{Direction: "outbound", WhatsApp: &simulator.WhatsAppText{
		Category: "utility", Template: "order_shipped", Country: "US",
		Parameters: []simulator.TemplateParameter{{Name: "order", Value: "1042"}, {Value: "Monday"}},
	}})
	m := o.heard("message.sent")
	require.Equal(t, aircall.ChannelWhatsApp, m.Channel)
	require.Equal(t, &aircall.WhatsApp{
		Type: aircall.WhatsAppRegular, Category: aircall.WhatsAppUtility, Template: "order_shipped", RecipientCountry: "US",
		Parameters: []aircall.Parameter{{Name: "order", Value: "1042"}, {Value: "Monday"}},
	}, m.WhatsApp)

	o.text(simulator.TextMessage{Body: "Thanks", WhatsApp: &simulator.WhatsAppText{}})
	clock.Advance(23 * time.Hour)
	o.text(free)
	last := o.hub.all()[len(o.hub.all())-1]
	require.Equal(t, "free_customer_serivce", last.data["whatsapp_message_type"], "as Aircall spells it")
	clock.Advance(time.Hour)
	_, err = o.Text(t.Context(), free)
	require.ErrorContains(t, err, "use a template")

	o.text(simulator.TextMessage{Body: "x", WhatsApp: &simulator.WhatsAppText{TemplateContent: json.RawMessage(`["a"]`)}})
	last = o.hub.all()[len(o.hub.all())-1]
	require.Equal(t, []any{"a"}, last.data["template_content"], "any form can be tried")
}

func TestWhatAircallWouldRefuseIsNoMessage(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	known := o.text(simulator.TextMessage{Body: "x"})
	for name, message := range map[string]simulator.TextMessage{
		"no text":          {},
		"no line":          {Body: "x", NumberID: 7},
		"no agent":         {Body: "x", Direction: "outbound", UserID: 7},
		"no direction":     {Body: "x", Direction: "sideways"},
		"no number":        {Body: "x", Outside: "anonymous"},
		"itself":           {Body: "x", Outside: "+12025550100"},
		"too long":         {Body: strings.Repeat("x", 1601)},
		"an id twice":      {Body: "x", ID: known},
		"a WhatsApp group": {Body: "x", Group: []string{"+12025550143"}, WhatsApp: &simulator.WhatsAppText{}},
		"an odd trouble":   {Files: []simulator.TextFile{{Trouble: "fire"}}},
		"no destination":   {Files: []simulator.TextFile{{Trouble: simulator.MediaRedirect}}},
	} {
		_, err := o.Text(t.Context(), message)
		require.Error(t, err, name)
	}
	require.Len(t, o.Messages(), 1)
	require.Error(t, o.SetTextStatus(t.Context(), known, "eaten"))
	require.Error(t, o.SetTextStatus(t.Context(), "unknown", simulator.TextRead))
	o.Close()
	_, err := o.Text(t.Context(), simulator.TextMessage{Body: "x"})
	require.Error(t, err)
}

func TestMessagesAreLostAndDoubledOnDemand(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.text(simulator.TextMessage{Body: "lost", Lose: true})
	o.text(simulator.TextMessage{Body: "twice", Duplicate: true})
	require.Equal(t, []string{"message.received", "message.received"}, o.hub.names())
	require.Len(t, o.Messages(), 2)
}

func TestFailedMessageEventsAreRepeated(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.hub.answer(http.StatusServiceUnavailable)
	id := o.text(simulator.TextMessage{Body: "x"})
	require.Eventually(t, func() bool { return len(o.hub.all()) >= 3 }, 5*time.Second, time.Millisecond)
	o.hub.answer(http.StatusOK)
	for _, d := range o.Deliveries() {
		require.Equal(t, id, d.MessageID)
		require.False(t, d.Callback)
	}
}

// proxied puts a line into proxy mode and returns who hears of its callbacks.
func (o *office) proxied(kind string) (*hub, string) {
	o.t.Helper()
	receiver := &hub{status: http.StatusOK}
	url, stop, err := simulator.Listen(receiver, "")
	require.NoError(o.t, err)
	o.t.Cleanup(stop)
	made := o.want(200, "POST", "/v1/numbers/5001/messages/configuration", fmt.Sprintf(`{"callbackUrl":%q,"type":%q}`, url, kind))
	require.Equal(o.t, "Public Api", made.body["type"])
	return receiver, made.body["token"].(string)
}

func TestALineInProxyModeCallsBackOnceAndTellsNoWebhook(t *testing.T) {
	t.Parallel()
	for _, flat := range []bool{false, true} {
		clock := newClock()
		o := newOffice(t, func(options *simulator.AircallOptions) {
			options.Clock, options.FlatCallbacks = clock.Now, flat
		})
		receiver, token := o.proxied("")
		receiver.answer(http.StatusServiceUnavailable)
		id := o.text(simulator.TextMessage{Body: "Hello", Duplicate: true})
		require.NoError(t, o.SetTextStatus(t.Context(), id, simulator.TextRead))
		o.text(simulator.TextMessage{Body: "Out", Direction: "outbound"})

		got := receiver.all()
		require.Len(t, got, 2, "each once, whatever the answer was, and nothing of what goes out")
		event, err := aircall.ParseMessageCallback([]byte(got[0].body))
		require.NoError(t, err)
		require.Equal(t, "message.received", event.Name)
		require.Equal(t, token, event.Token)
		require.Equal(t, noon, event.Timestamp)
		m, err := event.Message()
		require.NoError(t, err)
		require.Equal(t, "Hello", m.Body)
		require.Equal(t, id, m.ID)
		var raw map[string]any
		require.NoError(t, json.Unmarshal([]byte(got[1].body), &raw))
		require.Equal(t, "message.updated", raw["event_name"])
		require.Contains(t, got[1].body, fmt.Sprintf(`"timestamp":%d`, noon.UnixMilli()))
		require.Equal(t, flat, raw["data"] == nil)
		require.Equal(t, flat, raw["id"] == id)

		require.Empty(t, o.hub.all())
		deliveries := o.Deliveries()
		require.Len(t, deliveries, 2)
		require.True(t, deliveries[0].Callback)
		require.Equal(t, http.StatusServiceUnavailable, deliveries[0].Status)

		_, err = o.Text(t.Context(), simulator.TextMessage{Body: "All", Group: []string{"+12025550143"}})
		require.Error(t, err)
		o.text(simulator.TextMessage{Body: "Other line", NumberID: 5002})
		o.text(simulator.TextMessage{Body: "Other channel", WhatsApp: &simulator.WhatsAppText{}})
		require.Len(t, o.hub.all(), 2)
	}
}

func TestTheConfigurationOfALineOverTheAPI(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	const path = "/v1/numbers/5001/messages/configuration"
	o.want(404, "GET", path, "")
	o.want(404, "DELETE", path, "")
	for _, body := range []string{`{}`, `{"callbackUrl":"http://example.com"}`, `{"callbackUrl":"https://example.com","type":"fax"}`, `x`} {
		o.want(400, "POST", path, body)
	}
	o.want(404, "POST", "/v1/numbers/1/messages/configuration", `{"callbackUrl":"https://example.com"}`)
	_, token := o.proxied("")
	require.Equal(t, token, o.want(200, "GET", path, "").body["token"])
	o.want(404, "GET", path+"?type=whatsapp", "")
	_, another := o.proxied("")
	require.NotEqual(t, token, another, "a new configuration has a new token")
	receiver, _ := o.proxied("whatsapp")
	o.text(simulator.TextMessage{Body: "x", WhatsApp: &simulator.WhatsAppText{}})
	require.Len(t, receiver.all(), 1)
	state := o.get("/_simulator/state").body["message_configurations"]
	require.Len(t, state, 2)
	o.want(204, "DELETE", path, "")
	o.want(204, "DELETE", path+"?type=whatsapp", "")
	o.text(simulator.TextMessage{Body: "native again"})
	require.Len(t, o.hub.all(), 1)
}

func TestMessagesByTheControlPaths(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.authorization = ""
	id := o.want(201, "POST", "/_simulator/messages?wait=true", `{"body":"Hi","whatsapp":{},"files":[{}],"sent_at":"2026-03-02T11:00:00Z"}`).body["message_id"].(string)
	require.Equal(t, []string{"message.received"}, o.hub.names())
	o.want(204, "POST", "/_simulator/messages/"+id+"/status?wait=true", `{"status":"failed"}`)
	require.Equal(t, "message.status_updated", o.hub.names()[1])
	o.want(201, "POST", "/_simulator/messages", `{"body":"async"}`)
	require.Eventually(t, func() bool { return slices.Contains(o.hub.names()[1:], "message.received") }, 5*time.Second, time.Millisecond)
	var all []map[string]any
	require.NoError(t, json.Unmarshal([]byte(o.get("/_simulator/messages").raw), &all))
	require.Len(t, all, 2)
	require.Equal(t, "failed", all[0]["status"])
	require.JSONEq(t, "[]", o.get("/_simulator/media").raw)
	for _, body := range []string{`{}`, `{"text":"unknown key"}`, `x`} {
		o.want(400, "POST", "/_simulator/messages", body)
	}
	o.want(400, "POST", "/_simulator/messages/none/status", `{"status":"read"}`)
	o.want(400, "POST", "/_simulator/messages/"+id+"/status", `{"status":"eaten"}`)
}
