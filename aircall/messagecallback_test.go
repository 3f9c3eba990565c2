package aircall_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/aircall"
)

func TestParseMessageCallbackReadsTheOtherEnvelope(t *testing.T) {
	t.Parallel()
	body := fixture(t, "callback.message.received.json")
	_, err := aircall.ParseEvent(body)
	require.ErrorIs(t, err, aircall.ErrNoEvent, "it is no webhook")

	e, err := aircall.ParseMessageCallback(body)
	require.NoError(t, err)
	require.Equal(t, aircall.EventMessageReceived, e.Name)
	require.Equal(t, "fixture-configuration-token", e.Token)
	require.Equal(t, time.Date(2026, 1, 5, 10, 0, 2, 250e6, time.UTC), e.Timestamp)
	m, err := e.Message()
	require.NoError(t, err)
	require.Equal(t, "Is anybody there?", m.Body)
	require.Equal(t, aircall.Inbound, m.Direction)
	require.Equal(t, int64(302), m.Number.ID)
}

func TestACallbackWithoutDataIsReadFromItsTop(t *testing.T) {
	t.Parallel()
	e, err := aircall.ParseMessageCallback(fixture(t, "callback.message.updated-flat.json"))
	require.NoError(t, err)
	require.Equal(t, aircall.EventMessageStatusUpdated, e.Name)
	require.NotContains(t, string(e.Data), "token", "the secret is not handed on")
	m, err := e.Message()
	require.NoError(t, err)
	require.Equal(t, aircall.Message{
		ID: "8f3c2c4e-0000-4000-8000-000000000004", ExternalNumber: "+44 20 7946 0123", Status: aircall.MessageRead,
		Channel: aircall.ChannelWhatsApp, Number: &aircall.Number{ID: 302}, WhatsApp: &aircall.WhatsApp{},
	}, m)
}

func TestParseMessageCallbackTakesNamesInSeveralForms(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"event_name":"message.received"}`:                aircall.EventMessageReceived,
		`{"eventName":"message.sent"}`:                     aircall.EventMessageSent,
		`{"event":"message.received"}`:                     aircall.EventMessageReceived,
		`{"event_name":"message.updated","data":null}`:     aircall.EventMessageStatusUpdated,
		`{"event_name":"message.status_updated"}`:          aircall.EventMessageStatusUpdated,
		`{"event_name":"message.of_tomorrow","data":null}`: "message.of_tomorrow",
	} {
		e, err := aircall.ParseMessageCallback([]byte(body))
		require.NoError(t, err, body)
		require.Equal(t, want, e.Name, body)
		require.Nil(t, e.Data, body)
		require.True(t, e.IsMessage())
	}
}

func TestParseMessageCallbackRefusesAsParseEventDoes(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"", "null", "[]", "x", `"message.received"`, `{"event_name":}`, strings.Repeat("[", 20000)} {
		e, err := aircall.ParseMessageCallback([]byte(body))
		require.ErrorIs(t, err, aircall.ErrNotJSON, "%.40q", body)
		require.Equal(t, aircall.Event{}, e)
	}
	for _, body := range []string{`{"token":"hush"}`, `{"token":"hush","event_name":"<b>"}`, `{"token":"hush","event_name":7}`} {
		e, err := aircall.ParseMessageCallback([]byte(body))
		require.ErrorIs(t, err, aircall.ErrNoEvent, body)
		require.Equal(t, "hush", e.Token, "whose it is")
	}
}
