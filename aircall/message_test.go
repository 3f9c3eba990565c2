package aircall_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/aircall"
)

func messageOf(t *testing.T, event, data string) aircall.Message {
	t.Helper()
	m, err := aircall.Event{Name: event, Data: json.RawMessage(data)}.Message()
	require.NoError(t, err, data)
	return m
}

func messageIn(t *testing.T, file string) aircall.Message {
	t.Helper()
	e, err := aircall.ParseEvent(fixture(t, file))
	require.NoError(t, err)
	require.True(t, e.IsMessage())
	m, err := e.Message()
	require.NoError(t, err)
	return m
}

func TestMessageReadsAnMMSWithMixedTimesAndBothWaysOfMedia(t *testing.T) {
	t.Parallel()
	require.Equal(t, aircall.Message{
		ID:             "1767607261825qwertz",
		Direction:      aircall.Outbound,
		ExternalNumber: "+44 20 7946 0123",
		RawDigits:      "442079460123",
		Body:           "Here is the floor plan.",
		HasBody:        true,
		Status:         aircall.MessagePending,
		Origin:         "native",
		DirectLink:     "https://api.aircall.io/v1/numbers/301/messages/1767607261825qwertz",
		Media: []aircall.MediaDetail{
			{FileName: "plan.pdf", FileType: "application/pdf", URL: "https://media.example.com/plan?X-Amz-Signature=fixture"},
			{FileName: "photo.jpg", FileType: "image/jpeg", URL: "https://media.example.com/b"},
		},
		CreatedAt: time.Date(2026, 1, 5, 10, 1, 1, 825e6, time.UTC),
		SentAt:    time.Date(2026, 1, 5, 10, 1, 1, 900e6, time.UTC),
		UpdatedAt: time.Date(2026, 1, 5, 10, 1, 2, 0, time.UTC),
		Number: &aircall.Number{
			ID: 301, Name: "Berlin office", Digits: "+49 30 23125 000", E164Digits: "+493023125000", Country: "DE", TimeZone: "Europe/Berlin",
		},
		Contact: &aircall.Contact{
			ID: 77, FirstName: "Grace", LastName: "Hall",
			PhoneNumbers: []aircall.ContactDetail{{ID: 5, Label: "Work", Value: "+442079460123"}},
		},
		User: &aircall.User{ID: 12, Name: "Mia Berg"},
	}, messageIn(t, "message.sent-mms.json"))
}

func TestMessageReadsAWhatsAppTemplate(t *testing.T) {
	t.Parallel()
	m := messageIn(t, "message.sent-whatsapp.json")
	require.Equal(t, aircall.ChannelWhatsApp, m.Channel)
	require.Nil(t, m.Media, "nothing was said of files")
	require.Equal(t, &aircall.WhatsApp{
		Type: aircall.WhatsAppFreeCustomerService, Category: aircall.WhatsAppUtility,
		Template: "parcel_day", Text: "Hello {{name}}, your parcel comes on {{day}}.",
		Parameters: []aircall.Parameter{
			{Value: "https://media.example.com/logo.png"}, {Name: "name", Value: "Grace"}, {Name: "day", Value: "Monday"},
		},
		ParentID: "8f3c2c4e-0000-4000-8000-000000000001", RecipientCountry: "GB",
	}, m.WhatsApp)
}

func TestAStatusTellsNeitherTextNorDirectionButTheLine(t *testing.T) {
	t.Parallel()
	m := messageIn(t, "message.status_updated.json")
	require.Equal(t, aircall.Message{
		ID: "1767607261825qwertz", ExternalNumber: "+44 20 7946 0123", Status: aircall.MessageFailed,
		DirectLink: "https://api.aircall.io/v1/numbers/301/messages/1767607261825qwertz",
		UpdatedAt:  time.Date(2026, 1, 5, 10, 1, 9, 500e6, time.UTC),
		Number:     &aircall.Number{ID: 301},
	}, m)
	require.False(t, m.HasBody)
}

func TestMessageReadsAGroup(t *testing.T) {
	t.Parallel()
	m := messageIn(t, "group_message.received.json")
	require.True(t, m.Group)
	require.Equal(t, "gc-9", m.GroupConversationID)
	require.Equal(t, []string{"442079460123", "+44 20 7946 0199"}, m.Participants)
	require.Equal(t, "grp-1767607201825", m.ID)

	sent := messageOf(t, aircall.EventGroupMessageSent, `{"group_message_id":"g1","participants":["442079460123"]}`)
	require.True(t, sent.Group)
	require.Equal(t, "g1", sent.ID)
	require.Equal(t, aircall.Outbound, sent.Direction)
	require.Equal(t, "+442079460123", sent.OutsideNumber(), "the only one")
	require.Empty(t, messageOf(t, aircall.EventGroupMessageSent, `{"id":"g1","participants":["442079460123","442079460199"]}`).OutsideNumber())
	require.False(t, messageIn(t, "message.received.json").Group)
}

func TestTheDirectionIsTheBodysOrElseTheEvents(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		event, data string
		want        aircall.Direction
	}{
		{aircall.EventMessageSent, `{"id":"a"}`, aircall.Outbound},
		{aircall.EventMessageReceived, `{"id":"a","direction":null}`, aircall.Inbound},
		{aircall.EventGroupMessageReceived, `{"id":"a","direction":"sideways"}`, aircall.Inbound},
		{aircall.EventMessageStatusUpdated, `{"id":"a"}`, ""},
		{aircall.EventMessageStatusUpdated, `{"id":"a","direction":"OUTBOUND"}`, aircall.Outbound},
		{aircall.EventMessageSent, `{"id":"a","direction":"inbound"}`, aircall.Inbound},
	} {
		require.Equal(t, test.want, messageOf(t, test.event, test.data).Direction, test)
	}
}

func TestAMessagesTimeIsWhenItWasSentElseMadeElseChanged(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 5, 10, 0, 0, 0, time.UTC)
	for data, want := range map[string]time.Time{
		`{"id":"a","sent_at":1767607200000,"created_at":1,"updated_at":2}`:                        at,
		`{"id":"a","sent_at":null,"created_at":"2026-01-05T10:00:00.000Z","updated_at":2}`:        at,
		`{"id":"a","sent_at":"soon","created_at":{},"updated_at":"1767607200"}`:                   at,
		`{"id":"a","createdAt":1767607200000}`:                                                    at,
		`{"id":"a"}`:                                                                              {},
		`{"id":"a","sent_at":0,"created_at":"","updated_at":"2026-13-05T10:00:00Z"}`:              {},
		`{"id":"a","sent_at":"1767607200250","created_at":1767607200,"updated_at":1767607200000}`: at.Add(250 * time.Millisecond),
	} {
		require.Equal(t, want, messageOf(t, aircall.EventMessageSent, data).At(), data)
	}
}

func TestTheOtherPartyIsFoundWhereverItStands(t *testing.T) {
	t.Parallel()
	const received, sent, status = aircall.EventMessageReceived, aircall.EventMessageSent, aircall.EventMessageStatusUpdated
	for _, test := range []struct{ event, data, want string }{
		{received, `"external_number":"+44 20 7946 0123","raw_digits":"1"`, "+44 20 7946 0123"},
		{received, `"external_number":null,"raw_digits":"442079460123"`, "+442079460123"},
		{received, `"raw_digits":442079460123`, "+442079460123"},
		{received, `"raw_digits":"2025550143"`, "2025550143"},
		{received, `"raw_digits":"07946012345"`, "07946012345"},
		{received, `"raw_digits":"72345"`, "72345"},
		{received, `"external_number":"anonymous"`, "anonymous"},
		{received, `"externalNumber":"+44 20 7946 0123"`, "+44 20 7946 0123"},
		{received, `"from":"+44 20 7946 0123","to":"+49 30 23125 000"`, "+44 20 7946 0123"},
		{sent, `"from":"+49 30 23125 000","to":["+44 20 7946 0123"]`, "+44 20 7946 0123"},
		{sent, `"to":{"phone_number":"+44 20 7946 0123"}`, "+44 20 7946 0123"},
		{status, `"from":"+493023125000","to":"+442079460123","number":{"id":1,"digits":"+49 30 23125 000"}`, "+442079460123"},
		{status, `"from":"+442079460123","to":"+493023125000","number":{"id":1,"e164_digits":"+493023125000"}`, "+442079460123"},
		{status, `"from":"+442079460123","to":"+493023125000"`, ""},
		{status, `"from":"+442079460123","to":"+442079460124","number":{"id":1,"digits":"+49 30 23125 000"}`, ""},
		{received, `"body":"x"`, ""},
	} {
		require.Equal(t, test.want, messageOf(t, test.event, `{"id":"a",`+test.data+`}`).OutsideNumber(), test)
	}
}

func TestTheTextIsFoundWhereverItStands(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		data, body string
		has        bool
	}{
		{`"body":"Hi\n🙂"`, "Hi\n🙂", true},
		{`"body":""`, "", true},
		{`"body":null`, "", false},
		{`"status":"read"`, "", false},
		{`"body":42`, "42", true},
		{`"body":null,"content":"Hi"`, "Hi", true},
		{`"text":"Hi"`, "Hi", true},
		{`"text":{"body":"Hi"}`, "Hi", true},
		{`"body":{},"content":[],"text":true`, "", false},
	} {
		m := messageOf(t, aircall.EventMessageReceived, `{"id":"a",`+test.data+`}`)
		require.Equal(t, test.body, m.Body, test)
		require.Equal(t, test.has, m.HasBody, test)
	}
}

func TestMediaComeInManyShapes(t *testing.T) {
	t.Parallel()
	for data, want := range map[string][]aircall.MediaDetail{
		`"body":"x"`:                                nil,
		`"media_details":null`:                      nil,
		`"media_details":[]`:                        {},
		`"media_url":[]`:                            {},
		`"media_details":7`:                         nil,
		`"media_details":[7]`:                       nil,
		`"media_url":"https://media.example.com/a"`: {{URL: "https://media.example.com/a"}},
		`"media_url":["https://media.example.com/a",null,"https://media.example.com/b"]`:                                   {{URL: "https://media.example.com/a"}, {URL: "https://media.example.com/b"}},
		`"mediaUrl":"https://media.example.com/a"`:                                                                         {{URL: "https://media.example.com/a"}},
		`"media_details":["https://media.example.com/a"]`:                                                                  {{URL: "https://media.example.com/a"}},
		`"media_details":"https://media.example.com/a"`:                                                                    {{URL: "https://media.example.com/a"}},
		`"media_details":{"fileName":"a.png","fileType":"image/png","presignedUrl":"https://x.example/a"}`:                 {{FileName: "a.png", FileType: "image/png", URL: "https://x.example/a"}},
		`"media_details":[{"name":"a.png","content_type":"image/png","url":"https://x.example/a"}]`:                        {{FileName: "a.png", FileType: "image/png", URL: "https://x.example/a"}},
		`"media_details":[{"file_name":"a.png"}]`:                                                                          {{FileName: "a.png"}},
		`"media_details":[],"media_url":["https://x.example/a"]`:                                                           {{URL: "https://x.example/a"}},
		`"media_details":[{"presigned_url":"https://x.example/signed"}],"media_url":["https://x.example/a"]`:               {{URL: "https://x.example/signed"}},
		`"media_details":[{"file_name":"a"}],"media_url":[{"url":"https://x.example/a"},{"url":"https://x.example/more"}]`: {{FileName: "a", URL: "https://x.example/a"}, {URL: "https://x.example/more"}},
	} {
		require.Equal(t, want, messageOf(t, aircall.EventMessageReceived, `{"id":"a",`+data+`}`).Media, data)
	}
}

func TestTheLineIsFoundWhereverItStands(t *testing.T) {
	t.Parallel()
	for data, want := range map[string]*aircall.Number{
		`"number":{"id":301,"name":"Berlin"}`:        {ID: 301, Name: "Berlin"},
		`"number":{},"line_id":"301"`:                {ID: 301},
		`"number":{"name":"Berlin"},"number_id":301`: {ID: 301, Name: "Berlin"},
		`"lineId":301`: {ID: 301},
		`"direct_link":"https://api.aircall.io/v1/numbers/301/messages/a"`:                  {ID: 301},
		`"direct_link":"https://api.aircall.io/v1/numbers/99999999999999999999/messages/a"`: nil,
		`"direct_link":"https://api.aircall.io/v1/messages/a"`:                              nil,
		`"number":{"digits":"+49 30 23125 000"}`:                                            {Digits: "+49 30 23125 000"},
		`"number":null`:                                                                     nil,
	} {
		require.Equal(t, want, messageOf(t, aircall.EventMessageReceived, `{"id":"a",`+data+`}`).Number, data)
	}
}

func TestMessageNeedsAnIDThatCanServeAsAKey(t *testing.T) {
	t.Parallel()
	for data, want := range map[string]string{
		`{"id":"8f3c"}`: "8f3c", `{"id":" 8f3c "}`: "8f3c", `{"id":1767607201825}`: "1767607201825",
		`{"message_id":"m"}`: "m", `{"group_message_id":"g"}`: "g", `{"message":{"id":"m","body":"x"}}`: "m",
	} {
		require.Equal(t, want, messageOf(t, aircall.EventMessageReceived, data).ID, data)
	}
	for _, data := range []string{
		`{}`, `{"id":null}`, `{"id":""}`, `{"id":" "}`, `{"id":{}}`, `{"id":true}`, `{"id":"a\nb"}`, `{"id":"\u0000"}`,
		"{\"id\":\"a\xff\"}", `{"id":"` + strings.Repeat("x", 201) + `"}`,
	} {
		_, err := aircall.Event{Name: aircall.EventMessageReceived, Data: json.RawMessage(data)}.Message()
		var field *aircall.FieldError
		require.ErrorAs(t, err, &field, data)
		require.Equal(t, "data.id", field.Field)
	}
	for _, data := range []string{``, `null`, `[]`, `"x"`, `{`} {
		_, err := aircall.Event{Name: aircall.EventMessageReceived, Data: json.RawMessage(data)}.Message()
		var field *aircall.FieldError
		require.ErrorAs(t, err, &field, data)
		require.Equal(t, "data", field.Field)
	}
	_, err := aircall.Event{Name: aircall.EventCallEnded, Data: json.RawMessage(`{"id":"a"}`)}.Message()
	require.ErrorIs(t, err, aircall.ErrNotMessage)
}

func TestTheNameDecidesWhetherAnEventIsAMessage(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		aircall.EventMessageSent: true, aircall.EventGroupMessageStatusUpdated: true, "message.of_tomorrow": true,
		"messages.sent": false, "message": false, aircall.EventCallEnded: false, "": false,
	} {
		require.Equal(t, want, aircall.Event{Resource: "message", Name: name}.IsMessage(), name)
	}
}

func TestOneWrongFieldNeverLosesTheMessage(t *testing.T) {
	t.Parallel()
	for _, wrong := range []string{`7`, `"x"`, `[]`, `{}`, `null`, `true`, `[[1]]`, `{"a":{"b":[{}]}}`, `1e999`, `"` + strings.Repeat("x", 5000) + `"`} {
		for _, key := range []string{
			"direction", "participants", "status", "channel", "media_details", "media_url", "created_at", "sent_at", "updated_at",
			"number", "contact", "user", "template_content", "metadata", "type", "parent_id", "whatsapp_message_type", "direct_link", "raw_digits",
		} {
			m := messageOf(t, aircall.EventMessageReceived, `{"id":"a","body":"kept","`+key+`":`+wrong+`}`)
			require.Equal(t, "kept", m.Body, "%s %.20s", key, wrong)
		}
	}
}

func TestMessageSurvivesJSON(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"message.sent-mms.json", "message.sent-whatsapp.json", "group_message.received.json", "message.status_updated.json"} {
		m := messageIn(t, file)
		raw, err := json.Marshal(m)
		require.NoError(t, err)
		var again aircall.Message
		require.NoError(t, json.Unmarshal(raw, &again))
		require.Equal(t, m, again)
	}
}

func TestNothingPersonalOfAMessageIsShownWhenPrinted(t *testing.T) {
	t.Parallel()
	m := messageIn(t, "message.sent-mms.json")
	var out bytes.Buffer
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "message", m)
	_, _ = fmt.Fprintf(&out, "%v %+v %s", m, m, m)
	require.Contains(t, out.String(), "1767607261825qwertz")
	for _, private := range []string{"7946", "Grace", "Mia", "floor plan", "X-Amz", "23125"} {
		require.NotContains(t, out.String(), private)
	}
}
