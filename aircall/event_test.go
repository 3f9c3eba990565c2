package aircall_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/aircall"
)

func fixture(t testing.TB, name string) []byte {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	return body
}

func TestParseEventReadsTheEnvelope(t *testing.T) {
	t.Parallel()
	e, err := aircall.ParseEvent(fixture(t, "integration.deleted.json"))
	require.NoError(t, err)
	require.Equal(t, aircall.Event{
		Resource:  "integration",
		Name:      aircall.EventIntegrationDeleted,
		Token:     "fixture-webhook-token",
		Timestamp: time.Date(2026, 1, 5, 10, 0, 0, 0, time.UTC),
		Data:      json.RawMessage(`{"integration_id":3,"company_id":4}`),
	}, e)
	require.False(t, e.IsCall())
	_, err = e.Call()
	require.ErrorIs(t, err, aircall.ErrNotCall)
}

func TestAnEventWithoutDataHasNone(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{"event":"call.ended"}`, `{"event":"call.ended","data":null}`} {
		e, err := aircall.ParseEvent([]byte(body))
		require.NoError(t, err)
		require.Nil(t, e.Data, body)
	}
}

func TestParseEventRefusesWhatIsNoJSONObject(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		"", " ", "null", "true", "12", `"call.created"`, "[]", `[{"event":"call.created"}]`,
		"{", `{"event":}`, `{"event":"call.created"} x`, "<html>", "event=call.created", strings.Repeat("[", 20000),
	} {
		_, err := aircall.ParseEvent([]byte(body))
		require.ErrorIs(t, err, aircall.ErrNotJSON, "%.40q", body)
		require.NotErrorIs(t, err, aircall.ErrNoEvent)
	}
}

func TestParseEventSaysWhereJSONBreaksOffAndNotWhatItSays(t *testing.T) {
	t.Parallel()
	_, err := aircall.ParseEvent([]byte(`{"token":"hush","data":{"raw_digits":"+1 202-555-0143"`))
	require.ErrorContains(t, err, "byte 54")
	require.NotContains(t, err.Error(), "hush")
	require.NotContains(t, err.Error(), "555")
}

func TestParseEventWithoutAUsableNameStillTellsWhoseItIs(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		`"other":1`, `"event":null`, `"event":""`, `"event":"  "`, `"event":7`, `"event":{}`, `"event":["call.created"]`,
		`"event":"<b>"`, `"event":"call.created\nforged line"`, `"event":"` + strings.Repeat("x", 101) + `"`,
		`"event_name":"message.received"`, `"Event":"call.created"`,
	} {
		e, err := aircall.ParseEvent([]byte(`{"token":"hush","timestamp":"1767607200",` + name + `}`))
		require.ErrorIs(t, err, aircall.ErrNoEvent, name)
		require.Equal(t, "hush", e.Token, name)
		require.Equal(t, int64(1767607200), e.Timestamp.Unix(), name)
		require.Empty(t, e.Name, name)
	}
}

func TestParseEventReadsTheTimesThatAircallWrites(t *testing.T) {
	t.Parallel()
	want := time.Date(2026, 1, 5, 10, 0, 0, 0, time.UTC)
	for raw, at := range map[string]time.Time{
		`1767607200`:                     want,
		`1767607200.0`:                   want,
		`"1767607200"`:                   want,
		`" 1767607200 "`:                 want,
		`1767607200000`:                  want,
		`"1767607200250"`:                want.Add(250 * time.Millisecond),
		`"2026-01-05T10:00:00Z"`:         want,
		`"2026-01-05T10:00:00.250Z"`:     want.Add(250 * time.Millisecond),
		`"2026-01-05T12:00:00+02:00"`:    want,
		`"2026-01-05T12:00:00.000+0200"`: want,
		`"2026-01-05T10:00:00"`:          want,
		`null`:                           {},
		`{}`:                             {},
		`[]`:                             {},
		`true`:                           {},
		`""`:                             {},
		`"yesterday"`:                    {},
		`"NaN"`:                          {},
		`"Inf"`:                          {},
		`0`:                              {},
		`-5`:                             {},
		`1e300`:                          {},
		`1e999`:                          {},
		`"9999-12-31T23:59:59-12:00"`:    {},
		`"2026-13-05T10:00:00Z"`:         {},
	} {
		e, err := aircall.ParseEvent([]byte(`{"event":"call.created","timestamp":` + raw + `}`))
		require.NoError(t, err, raw)
		require.Equal(t, at, e.Timestamp, raw)
	}
}

func TestTheNameDecidesWhetherAnEventIsACall(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		aircall.EventCallCreated:           true,
		"call.of_tomorrow":                 true,
		aircall.EventCallEvaluationCreated: false,
		aircall.EventMessageReceived:       false,
		"":                                 false,
	} {
		require.Equal(t, want, aircall.Event{Resource: "call", Name: name}.IsCall(), name)
		require.Equal(t, want, aircall.Event{Name: name}.IsCall(), name)
	}
}

func TestKnownNamesAreThoseOfTheReference(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		aircall.EventCallCreated, aircall.EventCallCommented, aircall.EventCallCommAssetsGenerated,
		aircall.EventTopicsCreated, aircall.EventCustomSummaryResultCreated, aircall.EventAIVoiceAgentEscalated,
		aircall.EventGroupMessageReceived, aircall.EventIntegrationDeleted, "user.closed.v2", "analytics.report_failed",
	} {
		require.True(t, aircall.Known(name), name)
	}
	for _, name := range []string{"", "call", "call.missed", "call.unarchived", "topic.created", "sentiments.created", "Call.Created", "note.created"} {
		require.False(t, aircall.Known(name), name)
	}
}

func TestNothingPersonalIsShownWhenPrinted(t *testing.T) {
	t.Parallel()
	e, err := aircall.ParseEvent(fixture(t, "call.ended-missed.json"))
	require.NoError(t, err)
	call, err := e.Call()
	require.NoError(t, err)
	webhook := aircall.Webhook{ID: "w1", URL: "https://example.com/?k=fixture-webhook-token", Token: "fixture-webhook-token"}

	var out bytes.Buffer
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "event", e, "call", call, "webhook", webhook)
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "event", e, "call", call, "webhook", webhook)
	_, _ = fmt.Fprintf(&out, "%v %+v %s %v %+v %s %v %+v %s", e, e, e, call, call, call, webhook, webhook, webhook)

	require.Contains(t, out.String(), "call.ended")
	require.Contains(t, out.String(), "5186780377")
	for _, private := range []string{"fixture-webhook-token", "7946", "Grace", "grace@example.com", "23125", "X-Amz"} {
		require.NotContains(t, out.String(), private)
	}
}
