package api_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/serviceerror"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// set changes one field of the body, or of its data.
func set(name string, value any) func(body, data map[string]any) {
	return func(body, data map[string]any) {
		if field, inData := strings.CutPrefix(name, "data."); inData {
			data[field] = value
			return
		}
		body[name] = value
	}
}

func TestEveryWebhookGetsTheAnswerThatSuitsIt(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		body   string
		status int
		result string
		// taken, held: what became of it. Reason is part of why it is held.
		taken, held int
		reason      string
	}{
		"an event of a mapped number": {webhook("call.created", 7, mappedLine), 200, "delivered", 1, 0, ""},
		"an event of call.* that is new": {
			webhook("call.of_tomorrow", 7, mappedLine), 200, "delivered", 1, 0, "",
		},
		"an event of call.* that is new and no call": {
			webhook("call.of_tomorrow", 7, mappedLine, set("data.number", nil)), 200, "event_not_ours", 0, 0, "",
		},
		"ids as texts": {
			webhook("call.created", 0, mappedLine, set("data.id", "7"), set("timestamp", "1767607201")), 200, "delivered", 1, 0, "",
		},
		"a wrong token":                  {webhook("call.created", 7, mappedLine, set("token", "wrong")), 401, "unknown_token", 0, 0, ""},
		"no token":                       {webhook("call.created", 7, mappedLine, set("token", nil)), 401, "unknown_token", 0, 0, ""},
		"an empty token":                 {webhook("call.created", 7, mappedLine, set("token", "")), 401, "unknown_token", 0, 0, ""},
		"a wrong token, not understood":  {webhook("", 7, mappedLine, set("token", "wrong")), 401, "unknown_token", 0, 0, ""},
		"nothing":                        {"", 400, "not_json", 0, 0, ""},
		"no JSON":                        {"event=call.created", 400, "not_json", 0, 0, ""},
		"JSON that breaks off":           {webhook("call.created", 7, mappedLine)[:80], 400, "not_json", 0, 0, ""},
		"JSON that is no object":         {"[" + webhook("call.created", 7, mappedLine) + "]", 400, "not_json", 0, 0, ""},
		"an event that is not ours":      {webhook("user.created", 7, mappedLine), 200, "event_not_ours", 0, 0, ""},
		"a message":                      {webhook("message.received", 7, mappedLine), 200, "delivered", 1, 0, ""},
		"an event that nobody knows":     {webhook("moon.landed", 7, mappedLine), 200, "event_not_ours", 0, 0, ""},
		"a number that is not mapped":    {webhook("call.created", 7, 99), 200, "number_not_mapped", 0, 0, ""},
		"a number that is switched off":  {webhook("call.created", 7, pausedLine), 200, "paused", 0, 0, ""},
		"no event's name":                {webhook("", 7, mappedLine), 200, "held", 0, 1, "names no event"},
		"an event's name that is a list": {webhook("", 7, mappedLine, set("event", []string{"call.created"})), 200, "held", 0, 1, "names no event"},
		"no data":                        {webhook("call.created", 7, mappedLine, set("data", nil)), 200, "held", 0, 1, "data"},
		"data that are text":             {webhook("call.created", 7, mappedLine, set("data", callerNumber)), 200, "held", 0, 1, "data"},
		"no call id":                     {webhook("call.created", 0, mappedLine), 200, "held", 0, 1, "id"},
		"a call id that is no number":    {webhook("call.created", 7, mappedLine, set("data.id", "seven")), 200, "held", 0, 1, "id"},
		"no time":                        {webhook("call.created", 7, mappedLine, set("timestamp", nil)), 200, "held", 0, 1, "timestamp"},
		"no number":                      {webhook("call.created", 7, mappedLine, set("data.number", nil)), 200, "held", 0, 1, "no Aircall number"},
		"a number without id":            {webhook("call.created", 7, mappedLine, set("data.number", map[string]any{})), 200, "held", 0, 1, "no Aircall number"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEdge(t)
			answer := e.post(t, test.body)
			require.Equal(t, test.status, answer.status, answer.body)
			require.Equal(t, 1, e.counted(t, test.result))
			require.Equal(t, test.taken, e.temporal.count())
			waiting, held := e.counts(t)
			require.Zero(t, waiting)
			require.Equal(t, test.held, held)
			if test.held > 0 {
				event, err := e.store.Held(t.Context(), "acme", 1)
				require.NoError(t, err)
				require.Contains(t, event[0].Reason, test.reason)
				kept, err := e.store.InboxEventByID(t.Context(), event[0].ID)
				require.NoError(t, err)
				require.JSONEq(t, test.body, string(kept.Body), "the whole body is kept")
				require.Contains(t, e.home(t).body, event[0].Reason[:8], "people see why")
				requireMetric(t, e, "callscout_inbox_held_events", 1)
			}
			for _, private := range []string{"hush", "202-555", "2025550143", "Testwell", "23125 001"} {
				require.NotContains(t, e.log.String(), private)
				require.NotContains(t, answer.body, private)
				require.NotContains(t, e.metrics(t), private)
			}
		})
	}
}

func TestADeliveryCarriesWhatItsCallNeeds(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	require.Equal(t, 200, e.post(t, webhook("call.answered", 7, mappedLine)).status)
	delivery := e.temporal.all()[0]
	require.Equal(t, "acme", delivery.Installation)
	require.Equal(t, int64(85), delivery.Inbox)
	require.True(t, delivery.Settings.Active)
	require.Equal(t, "call/acme/7", delivery.Stream())
	require.Equal(t, callerNumber, delivery.Event.Call.OutsideNumber)
}

func TestAWebhookThatComesTwiceIsTheSameEvent(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	for range 2 {
		require.Equal(t, 200, e.post(t, webhook("call.answered", 7, mappedLine)).status)
	}
	require.Equal(t, 2, e.temporal.count())
	require.Equal(t, e.temporal.all()[0].Event.ID, e.temporal.all()[1].Event.ID, "its run tells them apart by this id")
}

// endless gives the beginning of a body and then spaces, and hides how many.
type endless struct{ io.Reader }

func TestABodyOverEightMebibytesIsTooLarge(t *testing.T) {
	t.Parallel()
	const most = 8 << 20
	good := webhook("call.created", 7, mappedLine)
	padded := good + strings.Repeat(" ", most-len(good))
	e := newEdge(t)
	require.Equal(t, 200, e.post(t, padded).status, "8 MiB exactly")
	require.Equal(t, 413, e.post(t, padded+" ").status)

	request := e.request(t, http.MethodPost, "/webhooks/aircall", endless{strings.NewReader(padded + " ")})
	require.Equal(t, int64(0), request.ContentLength, "its length is not announced")
	require.Equal(t, 413, e.do(t, request).status)
	require.Equal(t, 2, e.counted(t, "too_large"))
	require.Equal(t, 1, e.temporal.count())
}

func TestOnlyAPostIsAWebhook(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	for _, method := range []string{http.MethodGet, http.MethodPut, http.MethodDelete, http.MethodPatch} {
		answer := e.do(t, e.request(t, method, "/webhooks/aircall", strings.NewReader(webhook("call.created", 7, mappedLine))))
		require.Equal(t, http.StatusMethodNotAllowed, answer.status, method)
		require.Contains(t, answer.header.Get("Allow"), http.MethodPost)
	}
	require.Zero(t, e.temporal.count())
}

func TestThePackingOfABodyDoesNotMatterAsLongAsItIsJSON(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	good := webhook("call.created", 7, mappedLine)
	for _, kind := range []string{"", "text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-8"} {
		request := e.request(t, http.MethodPost, "/webhooks/aircall", strings.NewReader(good))
		request.Header.Set("Content-Type", kind)
		require.Equal(t, 200, e.do(t, request).status, kind)
	}
	var packed bytes.Buffer
	writer := gzip.NewWriter(&packed)
	_, err := io.WriteString(writer, good)
	require.NoError(t, err)
	require.NoError(t, writer.Close())
	request := e.request(t, http.MethodPost, "/webhooks/aircall", &packed)
	request.Header.Set("Content-Encoding", "gzip")
	require.Equal(t, 400, e.do(t, request).status, "Aircall does not compress; a bomb is not unpacked")
}

func TestWhatTemporalRefusesForEverIsHeld(t *testing.T) {
	t.Parallel()
	for name, cause := range map[string]error{
		"an invalid argument": serviceerror.NewInvalidArgument("blob is too large"),
		"too large for gRPC":  status.Error(codes.ResourceExhausted, "trying to send message larger than max"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEdge(t)
			e.temporal.goAway(fmt.Errorf("deliver: %w", cause))
			require.Equal(t, 200, e.post(t, webhook("call.created", 7, mappedLine)).status)
			waiting, held := e.counts(t)
			require.Equal(t, 0, waiting)
			require.Equal(t, 1, held)
			require.Contains(t, e.home(t).body, "Temporal refuses it")
		})
	}
}
