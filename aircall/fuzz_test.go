package aircall_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/aircall"
)

func seeds(f *testing.F, add func(body []byte)) {
	f.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "*.json"))
	require.NoError(f, err)
	require.NotEmpty(f, files)
	for _, file := range files {
		body, err := os.ReadFile(file)
		require.NoError(f, err)
		add(body)
	}
	for _, body := range []string{
		``, `null`, `[]`, `{}`, `{"event":"call.ended","token":"t"}`, `{"event":"call.ended","data":{}}`,
		`{"event":"call.ended","data":{"id":"7","tags":{},"user":[],"started_at":"2026-01-05T10:00:00.000Z"}}`,
		`{"event":"call.ended","data":{"id":1e3}}`, `{"event":7,"timestamp":"NaN"}`, "{\"event\":\"call.ended\",\"data\":\"\xff\"}",
	} {
		add([]byte(body))
	}
}

func FuzzParseEvent(f *testing.F) {
	seeds(f, func(body []byte) { f.Add(body) })
	f.Fuzz(func(t *testing.T, body []byte) {
		e, err := aircall.ParseEvent(body)
		switch {
		case errors.Is(err, aircall.ErrNotJSON):
			require.Equal(t, aircall.Event{}, e)
			return
		case errors.Is(err, aircall.ErrNoEvent):
			require.Empty(t, e.Name)
			require.True(t, json.Valid(body))
		default:
			require.NoError(t, err)
			require.NotEmpty(t, e.Name)
		}
		_, err = e.Timestamp.MarshalJSON()
		require.NoError(t, err)
		if e.Data != nil {
			require.True(t, json.Valid(e.Data))
		}
		_ = e.String()
		if call, err := e.Call(); err == nil {
			require.Positive(t, call.ID)
		}
	})
}

func FuzzCall(f *testing.F) {
	seeds(f, func(body []byte) {
		f.Add(body)
		if e, err := aircall.ParseEvent(body); err == nil {
			f.Add([]byte(e.Data))
		}
	})
	f.Fuzz(func(t *testing.T, data []byte) {
		call, err := aircall.ParseCall(data)
		if err != nil {
			var field *aircall.FieldError
			require.ErrorAs(t, err, &field)
			return
		}
		require.Positive(t, call.ID)
		require.GreaterOrEqual(t, int64(call.Duration), int64(0))
		_, _ = call.Anonymous(), call.String()
		raw, err := json.Marshal(call)
		require.NoError(t, err)
		var again aircall.Call
		require.NoError(t, json.Unmarshal(raw, &again))
		require.Equal(t, call, again)
	})
}

func FuzzMessage(f *testing.F) {
	seeds(f, func(body []byte) {
		f.Add("message.received", body)
		if e, err := aircall.ParseEvent(body); err == nil {
			f.Add(e.Name, []byte(e.Data))
		}
	})
	f.Add("message.sent", []byte(`{"id":"a","channel":"whatsapp","template_content":[{"a":{"1":[{"text":"x"}]}},"y"],"metadata":"{}"}`))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		m, err := aircall.Event{Name: name, Data: data}.Message()
		if err != nil {
			var field *aircall.FieldError
			require.True(t, errors.Is(err, aircall.ErrNotMessage) || errors.As(err, &field))
			return
		}
		require.NotEmpty(t, m.ID)
		_, _, _ = m.At(), m.OutsideNumber(), m.String()
		raw, err := json.Marshal(m)
		require.NoError(t, err)
		var again aircall.Message
		require.NoError(t, json.Unmarshal(raw, &again))
		require.Equal(t, m, again)
	})
}

func FuzzMessageCallback(f *testing.F) {
	seeds(f, func(body []byte) { f.Add(body) })
	f.Fuzz(func(t *testing.T, body []byte) {
		e, err := aircall.ParseMessageCallback(body)
		switch {
		case errors.Is(err, aircall.ErrNotJSON):
			require.Equal(t, aircall.Event{}, e)
			return
		case errors.Is(err, aircall.ErrNoEvent):
			require.Empty(t, e.Name)
		default:
			require.NoError(t, err)
			require.NotEmpty(t, e.Name)
		}
		_, err = e.Timestamp.MarshalJSON()
		require.NoError(t, err)
		if e.Data != nil {
			require.True(t, json.Valid(e.Data))
		}
		if m, err := e.Message(); err == nil {
			require.NotEmpty(t, m.ID)
		}
	})
}
