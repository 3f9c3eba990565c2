package calllog_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/aircall"
	"callscout/calllog"
	"callscout/settings"
)

// wrote is when every message of these tests was sent.
var wrote = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// messageEvent reads a message's webhook as the edge does.
func messageEvent(t testing.TB, name, id string, after time.Duration, change keys) calllog.MessageEvent {
	t.Helper()
	at := wrote.Add(after)
	data := keys{
		"id": id, "external_number": "+44 7700 900123", "channel": nil, "created_at": at.UnixMilli(), "media_details": []any{},
		"number": keys{"id": 4711, "name": "Support UK", "digits": "+44 20 7946 0000", "country": "GB", "time_zone": "Europe/London"},
	}
	if strings.HasSuffix(name, ".received") {
		data["body"] = "Hello from " + id
	}
	if strings.HasSuffix(name, ".sent") {
		data["body"], data["user"], data["status"] = "Answer "+id, mia, "sent"
	}
	body, err := json.Marshal(keys{"event": name, "timestamp": at.Unix(), "token": "t", "data": with(data, change)})
	require.NoError(t, err)
	parsed, err := aircall.ParseEvent(body)
	require.NoError(t, err)
	event, err := calllog.FromMessage(parsed)
	require.NoError(t, err)
	return event
}

// heard is what is known after some events.
func heard(events ...calllog.MessageEvent) []calllog.Message {
	var messages []calllog.Message
	for i, event := range events {
		messages, _ = calllog.HearMessage(messages, event, wrote.Add(time.Duration(i)*time.Second))
	}
	return messages
}

type messageTelling struct {
	kind     calllog.MessageKind
	messages []calllog.Message
	files    map[calllog.FileKey]calllog.FileNow
	free     time.Time
	from     *calllog.Earlier
}

func (m messageTelling) text(language settings.Language) calllog.MessageThread {
	s := settings.Defaults()
	s.Language = language
	part := calllog.MessagePart{Kind: m.kind}
	for _, one := range m.messages {
		part.Messages = append(part.Messages, one.ID)
	}
	return calllog.MessageThread{
		Part: part, Messages: m.messages, Settings: s, Files: m.files, FreeUntil: m.free,
		Continues: m.from, ContinuesURL: "https://secure.helpscout.net/conversation/55",
	}
}

func messageTellings(t *testing.T) map[string]messageTelling {
	t.Helper()
	const received, sent = aircall.EventMessageReceived, aircall.EventMessageSent
	contact := keys{"contact": keys{"id": 5, "first_name": "Ada", "last_name": "Kunde"}}
	whatsApp := keys{"channel": "whatsapp", "whatsapp_message_type": "free_customer_serivce"}
	template := keys{
		"channel": "whatsapp", "whatsapp_message_type": "regular", "whatsapp_message_category": "utility",
		"template_content": keys{"name": "order_update", "components": []any{keys{"type": "body", "parameters": []any{
			keys{"type": "text", "text": "Ada", "parameter_name": "first"}, keys{"type": "text", "text": "#4711 <b>"},
		}}}},
	}
	file := func(name string, more keys) keys {
		return with(keys{"file_name": name, "presigned_url": "https://media.example/" + name}, more)
	}
	files := heard(messageEvent(t, received, "m-1", 0, keys{"body": "", "media_details": []any{
		file("a.jpg", nil), file("b.mp4", nil), file("c.exe", nil), file("d.jpg", nil), file("e.jpg", nil), file("f.jpg", nil), file("", nil),
	}}))
	files[0].Files[2].State, files[0].Files[2].Reason = calllog.FileRefused, "wrong_type"
	files[0].Files[3].State = calllog.FileMissing
	files[0].Files[4].State = calllog.FileLost
	late := heard(messageEvent(t, received, "m-1", 0, keys{"media_details": []any{file("a.jpg", nil)}}))
	failed := heard(messageEvent(t, sent, "m-1", 0, nil), messageEvent(t, aircall.EventMessageStatusUpdated, "m-1", time.Minute, keys{"status": "failed"}))
	group := keys{"group_conversation_id": "g", "participants": []any{"447700900123", "447700900456", "442079460000"}}
	return map[string]messageTelling{
		"sms":          {messages: heard(messageEvent(t, received, "m-1", 0, contact))},
		"sms-hostile":  {messages: heard(messageEvent(t, received, "m-1", 0, keys{"body": "<script>alert(1)</script>\nand 🎉\r\n\nmore", "contact": keys{"id": 5, "first_name": "<i>Ada</i>"}}))},
		"sms-long":     {messages: heard(messageEvent(t, received, "m-1", 0, keys{"body": strings.Repeat("0123456789", 160)}))},
		"sms-empty":    {messages: heard(messageEvent(t, received, "m-1", 0, keys{"body": ""}))},
		"sms-burst":    {messages: heard(messageEvent(t, received, "m-1", 0, nil), messageEvent(t, received, "m-2", 2*time.Second, nil))},
		"sms-number":   {messages: heard(messageEvent(t, received, "m-1", 0, keys{"body": "Call me at 020 7946 0123 or +49 30 23125001, order 4711123456."}))},
		"sms-sent":     {messages: heard(messageEvent(t, sent, "m-1", 0, keys{"status": "delivered"}))},
		"sms-by-api":   {messages: heard(messageEvent(t, sent, "m-1", 0, keys{"user": nil, "status": "pending"}))},
		"sms-sender":   {messages: heard(messageEvent(t, received, "m-1", 0, keys{"external_number": "TESTBANK"}))},
		"sms-withheld": {messages: heard(messageEvent(t, received, "m-1", 0, keys{"external_number": "anonymous"}))},
		"sms-failed":   {messages: failed},
		"sms-group":    {messages: heard(messageEvent(t, aircall.EventGroupMessageReceived, "m-1", 0, group))},
		"sms-continued": {messages: heard(messageEvent(t, received, "m-1", 0, nil)),
			from: &calllog.Earlier{ID: 55, Number: 1207, Because: calllog.Full}},
		"mms": {messages: files, files: map[calllog.FileKey]calllog.FileNow{
			{Message: "m-1", File: 0}: calllog.FileAttached, {Message: "m-1", File: 1}: calllog.FileFollows, {Message: "m-1", File: 5}: calllog.FileNotTaken,
		}},
		"whatsapp":          {messages: heard(messageEvent(t, received, "m-1", 0, whatsApp)), free: wrote.Add(24 * time.Hour)},
		"whatsapp-template": {messages: heard(messageEvent(t, sent, "m-1", 0, template))},
		"message-failed":    {kind: calllog.MessageFailure, messages: failed},
		"message-file": {kind: calllog.MessageFile, messages: late,
			files: map[calllog.FileKey]calllog.FileNow{{Message: "m-1"}: calllog.FileAttached}},
	}
}

func TestMessagesReadAsAgreed(t *testing.T) {
	t.Parallel()
	texts := map[string]func(settings.Language) (string, error){}
	for name, told := range messageTellings(t) {
		texts[name] = func(language settings.Language) (string, error) { return told.text(language).HTML() }
	}
	requireGolden(t, "golden_messages", texts)
}

func TestMessagesReadWholeInEveryLanguage(t *testing.T) {
	t.Parallel()
	for name, told := range messageTellings(t) {
		english, err := told.text(settings.English).HTML()
		require.NoError(t, err)
		require.NotContains(t, english, "<script>", name)
		require.NotContains(t, english, "<i>", name)
		for _, language := range []settings.Language{settings.German, settings.French, settings.Spanish} {
			thread := told.text(language)
			got, err := thread.HTML()
			require.NoError(t, err)
			require.NotEqual(t, english, got, "%s in %s", name, language)
			require.Equal(t, strings.Count(english, "<br>"), strings.Count(got, "<br>"), "%s in %s says more or less", name, language)
			require.NotContains(t, got, "%!", "%s in %s", name, language)
			for _, m := range told.messages {
				require.True(t, thread.Part.CarriedBy(got, m.ID), "%s in %s", name, language)
			}
		}
	}
}

func TestAMessageIsKnownByItsWholeReference(t *testing.T) {
	t.Parallel()
	text := calllog.MessagePart{Kind: calllog.MessageText}
	failed := calllog.MessagePart{Kind: calllog.MessageFailure}
	body := "<p>Hello<br>Aircall message a-1 · Aircall\nmessage b</p>"
	require.True(t, text.CarriedBy(body, "a-1"))
	require.True(t, text.CarriedBy(body, "b"))
	for _, other := range []string{"a", "a-", "a-12", "1"} {
		require.False(t, text.CarriedBy(body, other), other)
	}
	require.False(t, failed.CarriedBy(body, "b"))
	noted := "Message not delivered<br>Aircall message b / failed"
	require.True(t, failed.CarriedBy(noted, "b"))
	require.False(t, text.CarriedBy(noted, "b"), "a note about a message does not tell it")
}
