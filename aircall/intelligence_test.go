package aircall_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/aircall"
)

func TestEachKindOfInsightIsReadByREST(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		kind  aircall.InsightKind
		path  string
		body  string
		name  string
		items []aircall.InsightItem
	}{
		"summary":   {aircall.InsightSummary, "summary", `{"summary":{"id":5,"call_id":"7","content":"Late."}}`, "", []aircall.InsightItem{item("", "Late.")}},
		"bare text": {aircall.InsightSummary, "summary", `{"id":5,"summary":"Late."}`, "", []aircall.InsightItem{item("", "Late.")}},
		"topics":    {aircall.InsightTopics, "topics", `{"topic":{"id":"5","call_id":7,"content":["Order","Delivery"]}}`, "", []aircall.InsightItem{item("", "Order"), item("", "Delivery")}},
		"sentiment": {
			aircall.InsightSentiment, "sentiments", `{"sentiment":{"id":5,"call_id":7,"participants":[{"phone_number":"+1","value":"NEUTRAL","type":"external"}]}}`, "",
			[]aircall.InsightItem{{Text: "NEUTRAL", PhoneNumber: "+1", ParticipantType: aircall.SpeakerExternal}},
		},
		"custom summary": {
			aircall.InsightCustomSummary, "custom_summary_result", `{"id":5,"call_id":7,"custom_summary":{"name":"Service"},"summary_template_results":[{"name":"Why","content":"Late"}]}`,
			"Service", []aircall.InsightItem{item("Why", "Late")},
		},
		"custom summary, wrapped": {
			aircall.InsightCustomSummary, "custom_summary_result", `{"custom_summary_result":{"id":5,"custom_summary":{"name":"Service"},"summary_template_results":[{"name":"Why","content":"Late"}]}}`,
			"Service", []aircall.InsightItem{item("Why", "Late")},
		},
		"evaluations": {
			aircall.InsightEvaluation, "evaluations", `{"id":5,"call_id":7,"evaluations":[{"scorecard":{"name":"Service"},"score":{"normalized_score":85}}]}`,
			"Service", []aircall.InsightItem{item("Service", "85")},
		},
		"playbook": {
			aircall.InsightPlaybook, "playbook_result?fetch_playbook=true", `{"playbook_result":{"id":5,"adherence_score":75,"playbook":{"name":"Greeting"},"playbook_result_topics":[{"name":"Opening","result":"done"}]}}`,
			"Greeting", []aircall.InsightItem{item(aircall.AdherenceScore, "75"), item("Opening", "done")},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := record(t, answering(http.StatusOK, tc.body))
			insight, err := server.client(t).Insight(t.Context(), 7, tc.kind)
			require.NoError(t, err)
			require.Equal(t, []string{"GET /v1/calls/7/" + tc.path}, server.seen())
			require.Equal(t, aircall.Insight{Kind: tc.kind, ID: "5", CallID: 7, Name: tc.name, Items: tc.items}, insight)
		})
	}
}

func TestActionItemsOfACallAreOneInsight(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]aircall.Insight{
		`{"call_id":7,"action_items":[{"id":1,"ai_generated":true,"content":"Trace it","created_at":1,"created_by":null},{"id":2,"ai_generated":true,"content":"Call back"}]}`: {
			AIGenerated: true, Items: []aircall.InsightItem{item("", "Trace it"), item("", "Call back")},
		},
		`{"call_id":7,"action_items":[{"id":1,"ai_generated":false,"content":"Trace it"}]}`: {Items: []aircall.InsightItem{item("", "Trace it")}},
		`{"action_items":[]}`: {},
	} {
		insight, err := record(t, answering(http.StatusOK, body)).client(t).Insight(t.Context(), 7, aircall.InsightActionItem)
		require.NoError(t, err, body)
		want.Kind, want.CallID = aircall.InsightActionItem, 7
		require.Equal(t, want, insight, body)
	}
}

func TestATranscriptionIsReadWithItsSpeakers(t *testing.T) {
	t.Parallel()
	server := record(t, answering(http.StatusOK, string(fixture(t, "rest-transcription.json"))))
	got, err := server.client(t).Transcription(t.Context(), 5186780379)
	require.NoError(t, err)
	require.Equal(t, []string{"GET /v1/calls/5186780379/transcription"}, server.seen())
	require.Equal(t, aircall.Transcription{
		ID: "77120", CallID: 5186780379, Language: "en-GB",
		Utterances: []aircall.Utterance{
			{Start: 480 * time.Millisecond, End: 2100 * time.Millisecond, Text: "Reception, how can I help?", Participant: aircall.SpeakerVoiceAgent, VoiceAgentID: "agent-7"},
			{Start: 2400 * time.Millisecond, End: 4950 * time.Millisecond, Text: "My parcel is late.", Participant: aircall.SpeakerExternal, PhoneNumber: "+44 20 7946 0456"},
			{Start: 6 * time.Second, End: 6 * time.Second, Text: "Ada here.", Participant: aircall.SpeakerInternal, UserID: 41},
		},
	}, got)
	for _, body := range []string{
		`{"id":"t","type":"voicemail","language":"fr","utterances":[{"text":"Hi"}]}`,
		`{"transcription":{"id":"t","type":"voicemail","language":"fr","content":[{"text":"Hi"}]}}`,
	} {
		got, err := record(t, answering(http.StatusOK, body)).client(t).Transcription(t.Context(), 7)
		require.NoError(t, err, body)
		require.Equal(t, aircall.Transcription{ID: "t", CallID: 7, OfVoicemail: true, Language: "fr", Utterances: []aircall.Utterance{{Text: "Hi"}}}, got, body)
	}
	silent, err := record(t, answering(http.StatusOK, `{"transcription":{"content":{"utterances":[]}}}`)).client(t).Transcription(t.Context(), 7)
	require.NoError(t, err)
	require.Empty(t, silent.Utterances)
}

func TestATranscriptionMayBeLarge(t *testing.T) {
	t.Parallel()
	const limit = 16 << 20
	frame := len(`{"content":{"utterances":[{"text":""}]}}`)
	for size, fits := range map[int]bool{limit: true, limit + 1: false} {
		body := `{"content":{"utterances":[{"text":"` + strings.Repeat("x", size-frame) + `"}]}}`
		got, err := record(t, answering(http.StatusOK, body)).client(t).Transcription(t.Context(), 7)
		if fits {
			require.NoError(t, err)
			require.Len(t, got.Utterances[0].Text, size-frame)
			continue
		}
		require.ErrorContains(t, err, "larger than 16777216 bytes")
	}
}

func TestAnAnswerWithoutAResultIsToldApart(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{}`, `{"ping":"pong"}`, `{"summary":null}`, `{"transcription":{"content":"x"}}`} {
		client := record(t, answering(http.StatusOK, body)).client(t)
		var answer *aircall.AnswerError
		_, err := client.Insight(t.Context(), 7, aircall.InsightSummary)
		require.ErrorAs(t, err, &answer, body)
		_, err = client.Transcription(t.Context(), 7)
		require.ErrorAs(t, err, &answer, body)
		require.ErrorContains(t, err, "utterances: expected an array")
	}
}

func TestInsightsThatCannotBeAskedForAreRefused(t *testing.T) {
	t.Parallel()
	server := record(t, answering(http.StatusOK, `{}`))
	client := server.client(t)
	var field *aircall.FieldError
	for _, kind := range []aircall.InsightKind{"", "csat", aircall.InsightTranscription} {
		_, err := client.Insight(t.Context(), 7, kind)
		require.ErrorAs(t, err, &field, kind)
	}
	_, err := client.Insight(t.Context(), 0, aircall.InsightSummary)
	require.ErrorAs(t, err, &field)
	_, err = client.Transcription(t.Context(), -1)
	require.ErrorAs(t, err, &field)
	require.Empty(t, server.seen())
}

func TestWhyThereIsNoInsight(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]struct{ notOnPlan, notForCall, wrongCredential bool }{
		http.StatusForbidden:       {notOnPlan: true},
		http.StatusNotFound:        {notForCall: true},
		http.StatusBadRequest:      {notForCall: true},
		http.StatusUnauthorized:    {wrongCredential: true},
		http.StatusTooManyRequests: {},
		http.StatusBadGateway:      {},
	} {
		client := record(t, answering(status, `{"error":"x"}`)).client(t)
		for _, kind := range []aircall.InsightKind{
			aircall.InsightSummary, aircall.InsightTopics, aircall.InsightSentiment, aircall.InsightActionItem,
			aircall.InsightCustomSummary, aircall.InsightEvaluation, aircall.InsightPlaybook, aircall.InsightTranscription,
		} {
			_, err := client.Insight(t.Context(), 7, kind)
			if kind == aircall.InsightTranscription {
				_, err = client.Transcription(t.Context(), 7)
			}
			var refused *aircall.Error
			require.ErrorAs(t, err, &refused)
			require.Equal(t, status, refused.Status)
			require.Equal(t, want.notOnPlan, aircall.NotOnPlan(fmt.Errorf("x: %w", err)), "%s %d", kind, status)
			require.Equal(t, want.notForCall, aircall.NotForCall(err), "%s %d", kind, status)
			require.Equal(t, want.wrongCredential, refused.WrongCredential(), "%s %d", kind, status)
		}
	}
	_, err := record(t, answering(http.StatusForbidden, `{}`)).client(t).GetCall(t.Context(), 7)
	require.False(t, aircall.NotOnPlan(err), "of a call, 403 is about the credential")
	require.False(t, aircall.NotOnPlan(errors.New("x")))
	require.False(t, aircall.NotForCall(&aircall.Error{Status: http.StatusNotFound, Path: "/v1/calls/7"}))
}
