package api_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/api"
	"callscout/settings"
)

const messagesToken = "hush-messages-token"

// message is the body of a message's webhook.
func message(event, id string, line int64, change ...func(body, data map[string]any)) string {
	data := map[string]any{
		"id": id, "external_number": callerNumber, "channel": nil, "created_at": 1767607200123,
		"number": map[string]any{"id": line, "name": "Support", "digits": "+49 30 23125 001", "country": "DE"},
	}
	if strings.HasSuffix(event, ".received") {
		data["direction"], data["body"] = "inbound", "hush-text"
	}
	body := map[string]any{"resource": "message", "event": event, "timestamp": 1767607201, "token": webhookToken, "data": data}
	for _, one := range change {
		one(body, data)
	}
	text, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// callback is what Aircall posts for a number in proxy mode.
func callback(event, id string, line int64, change ...func(body, data map[string]any)) string {
	return message(event, id, line, append([]func(body, data map[string]any){func(body, _ map[string]any) {
		body["event_name"], body["timestamp"], body["token"] = event, 1767607201123, messagesToken
		delete(body, "event")
		delete(body, "resource")
	}}, change...)...)
}

func (e *edge) postCallback(t testing.TB, body string) reply {
	t.Helper()
	return e.do(t, e.request(t, http.MethodPost, "/webhooks/aircall/messages", strings.NewReader(body)))
}

func withMessagesToken(t *testing.T, e *edge, change ...func(*settings.Installation)) {
	t.Helper()
	installation := acme()
	installation.Aircall.MessagesToken = "another," + messagesToken
	for _, one := range change {
		one(&installation)
	}
	require.NoError(t, e.store.PutInstallation(t.Context(), installation))
}

func TestEveryMessageGetsTheAnswerThatSuitsIt(t *testing.T) {
	t.Parallel()
	const received = "message.received"
	for name, test := range map[string]struct {
		body        string
		proxy       bool
		status      int
		result      string
		taken, held int
	}{
		"a message":                         {message(received, "m-1", mappedLine), false, 200, "delivered", 1, 0},
		"a group's":                         {message("group_message.received", "m-1", mappedLine, set("data.group_conversation_id", "g")), false, 200, "delivered", 1, 0},
		"a status with line and party":      {message("message.status_updated", "m-1", mappedLine, set("data.status", "failed")), false, 200, "delivered", 1, 0},
		"a status of nobody knows what":     {message("message.status_updated", "m-1", mappedLine, set("data.status", "failed"), set("data.number", nil), set("data.external_number", nil)), false, 200, "kept", 0, 0},
		"a number that is not mapped":       {message(received, "m-1", 99), false, 200, "number_not_mapped", 0, 0},
		"a number that is switched off":     {message(received, "m-1", pausedLine), false, 200, "paused", 0, 0},
		"a channel that is switched off":    {message(received, "m-1", mappedLine, set("data.channel", "whatsapp")), false, 200, "not_wanted", 0, 0},
		"no number":                         {message(received, "m-1", mappedLine, set("data.number", nil)), false, 200, "held", 0, 1},
		"no other party":                    {message(received, "m-1", mappedLine, set("data.external_number", nil)), false, 200, "held", 0, 1},
		"no id":                             {message(received, "", mappedLine), false, 200, "held", 0, 1},
		"a wrong token":                     {message(received, "m-1", mappedLine, set("token", "wrong")), false, 401, "unknown_token", 0, 0},
		"a callback's token on a webhook":   {message(received, "m-1", mappedLine, set("token", messagesToken)), false, 401, "unknown_token", 0, 0},
		"a callback":                        {callback(received, "m-1", mappedLine), true, 200, "delivered", 1, 0},
		"a callback with the webhook token": {callback(received, "m-1", mappedLine, set("token", webhookToken)), true, 200, "delivered", 1, 0},
		"a callback with a wrong token":     {callback(received, "m-1", mappedLine, set("token", "wrong")), true, 401, "unknown_token", 0, 0},
		"a callback with all the tokens":    {callback(received, "m-1", mappedLine, set("token", "another,"+messagesToken)), true, 401, "unknown_token", 0, 0},
		"a callback without a token":        {callback(received, "m-1", mappedLine, set("token", "")), true, 401, "unknown_token", 0, 0},
		"a callback about a call":           {callback("call.created", "7", mappedLine), true, 200, "held", 0, 1},
		"a callback about nothing":          {callback("", "m-1", mappedLine), true, 200, "held", 0, 1},
		"a callback that is no JSON":        {"event=message", true, 400, "not_json", 0, 0},
		"a callback's status":               {callback("message.updated", "m-1", mappedLine, set("data.status", "failed")), true, 200, "delivered", 1, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEdge(t)
			withMessagesToken(t, e, func(i *settings.Installation) {
				i.Settings = settings.Overrides{"messages": map[string]any{"whatsapp": false}}
			})
			post := e.post
			if test.proxy {
				post = e.postCallback
			}
			answer := post(t, test.body)
			require.Equal(t, test.status, answer.status, answer.body)
			require.Equal(t, 1, e.counted(t, test.result), answer.body)
			require.Equal(t, test.taken, e.temporal.count())
			_, held := e.counts(t)
			require.Equal(t, test.held, held)
			for _, private := range []string{"hush", "202-555", "2025550143", "23125 001"} {
				require.NotContains(t, e.log.String(), private)
				require.NotContains(t, answer.body, private)
			}
		})
	}
}

func TestAMessageGoesToTheRunOfItsLineAndNumber(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	for i, number := range []string{"+1 202-555-0143", "12025550143", "+1 202-555-0177"} {
		require.Equal(t, 200, e.post(t, message("message.received", fmt.Sprint(i), mappedLine, set("data.external_number", number))).status)
	}
	all := e.temporal.all()
	require.Equal(t, all[0].Stream(), all[1].Stream())
	require.NotEqual(t, all[0].Stream(), all[2].Stream())
	require.True(t, strings.HasPrefix(all[0].Stream(), fmt.Sprintf("messages/acme/%d/", mappedLine)))
	require.NotContains(t, all[0].Stream(), "2025550143")
	require.Equal(t, int64(85), all[0].Inbox)
	require.Equal(t, "hush-text", all[0].Message.Message.Text)
	require.True(t, all[0].Settings.Messages.SMS)
}

func TestAMessageIsAcknowledgedOnlyWhenItIsDurable(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	withMessagesToken(t, e)
	e.temporal.goAway(errAway)
	for i := range 20 {
		post := e.post
		body := message("message.received", fmt.Sprintf("m-%02d", i), mappedLine)
		if i%2 == 1 {
			post, body = e.postCallback, callback("message.received", fmt.Sprintf("m-%02d", i), mappedLine)
		}
		require.Equal(t, 200, post(t, body).status)
	}
	waiting, _ := e.counts(t)
	require.Equal(t, 20, waiting)

	e.sick.fall(nil, errors.New("disk full"))
	require.Equal(t, 503, e.post(t, message("message.received", "lost", mappedLine)).status)
	require.Equal(t, 503, e.postCallback(t, callback("message.received", "lost", mappedLine)).status)
	e.sick.fall(nil, nil)

	// Another process delivers them, in their order.
	e.temporal.goAway(nil)
	e.run(t)
	require.Eventually(t, func() bool { return e.temporal.count() == 20 }, 10*time.Second, 10*time.Millisecond)
	for i, delivery := range e.temporal.all() {
		require.Equal(t, fmt.Sprintf("m-%02d", i), delivery.Message.Message.ID)
		require.Equal(t, "hush-text", delivery.Message.Message.Text)
	}
	require.Eventually(t, func() bool { waiting, _ := e.counts(t); return waiting == 0 }, 10*time.Second, 10*time.Millisecond)
}

func TestAStatusFindsItsRunBeforeAndAfterTheMessage(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	bare := func(id, status string) string {
		return message("message.status_updated", id, mappedLine, set("data.status", status), set("data.number", nil), set("data.external_number", nil))
	}
	require.Equal(t, 200, e.post(t, bare("m-1", "failed")).status)
	require.Equal(t, 200, e.post(t, bare("m-1", "delivered")).status)
	text, _, known, err := e.store.Recall(t.Context(), "acme", "status-by-message", "m-1")
	require.NoError(t, err)
	require.True(t, known)
	require.Contains(t, text, `"failed":true`, "it is not forgotten that it failed once")

	run := fmt.Sprintf("messages/acme/%d/hash", mappedLine)
	require.NoError(t, e.store.Remember(t.Context(), "acme", "stream-by-message", "m-2", run))
	require.Equal(t, 200, e.post(t, bare("m-2", "failed")).status)
	require.Equal(t, run, e.temporal.all()[0].Stream())
	require.Equal(t, int64(85), e.temporal.all()[0].Inbox)

	e.sick.fall(errors.New("away"), nil)
	require.Equal(t, 503, e.post(t, bare("m-3", "failed")).status, "nobody can tell whose it is")
}

func TestWhatIsSwitchedOffBeginsNoRunAndEndsWhatWasBegun(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	status := message("message.status_updated", "m-1", pausedLine, set("data.status", "failed"))
	require.Contains(t, e.post(t, status).body, "paused")
	first := message("message.status_updated", "m-1", mappedLine)
	require.Equal(t, 200, e.post(t, first).status)
	run := strings.Replace(e.temporal.all()[0].Stream(), fmt.Sprint(mappedLine), fmt.Sprint(pausedLine), 1)
	e.temporal.running = []string{run}
	require.Contains(t, e.post(t, status).body, "delivered")
	require.True(t, e.temporal.all()[1].OnlyRunning)
}

var _ api.Deliverer = (*fakeTemporal)(nil)
