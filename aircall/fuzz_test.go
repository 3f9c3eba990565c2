package aircall_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"unicode/utf8"

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

// eventSeeds are bodies of the events of one family beside the fixtures.
func eventSeeds(f *testing.F, events []string, contents ...string) {
	f.Helper()
	seeds(f, func(body []byte) {
		if e, err := aircall.ParseEvent(body); err == nil {
			f.Add(e.Name, []byte(e.Data))
		}
	})
	for i, content := range contents {
		f.Add(events[i%len(events)], []byte(content))
	}
}

func FuzzInsight(f *testing.F) {
	eventSeeds(f, []string{
		aircall.EventSummaryCreated, aircall.EventSentimentCreated, aircall.EventCallEvaluationCreated, aircall.EventPlaybookResultCreated,
	},
		`{"call_id":1,"content":[["x"],{"name":"a","content":{"b":[1,null,true]}}]}`,
		`{"call_id":"1","participants":[{"value":"NEUTRAL","user_id":"3"},{}]}`,
		`{"call_id":1,"evaluations":[{"scorecard":{"name":"x"},"score":{"normalized_score":1}}]}`,
		`{"call_id":1,"adherence_score":1,"playbook":{"name":"x"},"playbook_result_topics":[{"name":"x","result":{"y":"z"}}]}`,
		"{\"call_id\":1,\"content\":{\"\xff\":\"\xff\"}}",
	)
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		e := aircall.Event{Name: name, Data: data}
		if !utf8.ValidString(name) {
			return // ParseEvent lets no such name through.
		}
		insight, err := e.Insight()
		require.Equal(t, !e.IsInsight(), errors.Is(err, aircall.ErrNotInsight))
		if err != nil {
			return
		}
		require.Positive(t, insight.CallID)
		require.NotEmpty(t, insight.Kind)
		for _, item := range insight.Items {
			require.NotEmpty(t, item.Text)
			require.True(t, utf8.ValidString(item.Text))
			require.True(t, utf8.ValidString(item.Name))
		}
		again, err := e.Insight()
		require.NoError(t, err)
		require.Equal(t, insight, again)
		requireWritable(t, insight)
	})
}

func FuzzVoiceAgent(f *testing.F) {
	eventSeeds(f, []string{aircall.EventAIVoiceAgentSummary, "voice_virtual_agent.summary"},
		`{"call_id":1,"extracted_data":{"question":["a"],"answer":["b","c"]}}`,
		`{"id":"1","extracted_data":[{"question":"a","answer":{"b":[1,null]}},"x",[["y"]]]}`,
		`{"call_id":1,"extracted_data":"{\"a\":\"[1]\"}","escalation_target":{"destination":{"id":3}}}`,
		`{"call_id":1,"extracted_data":{"answers":[{"name":"a","value":null,"x":1}]}}`,
	)
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		e := aircall.Event{Name: name, Data: data}
		if !utf8.ValidString(name) {
			return // ParseEvent lets no such name through.
		}
		told, err := e.VoiceAgent()
		require.Equal(t, !e.IsVoiceAgent(), errors.Is(err, aircall.ErrNotVoiceAgent))
		if err != nil {
			return
		}
		require.Positive(t, told.CallID)
		for _, answer := range told.Answers {
			require.NotEqual(t, aircall.Answer{}, answer)
			require.True(t, utf8.ValidString(answer.Question+answer.Answer))
		}
		again, err := e.VoiceAgent()
		require.NoError(t, err)
		require.Equal(t, told, again)
		requireWritable(t, told)
	})
}

// requireWritable checks that a value can be kept as JSON and read back.
func requireWritable[T any](t *testing.T, v T) {
	t.Helper()
	raw, err := json.Marshal(v)
	require.NoError(t, err)
	var again T
	require.NoError(t, json.Unmarshal(raw, &again))
	require.Equal(t, v, again)
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
