package aircall_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/aircall"
)

func insightOf(t *testing.T, event, data string) aircall.Insight {
	t.Helper()
	insight, err := aircall.Event{Name: event, Data: json.RawMessage(data)}.Insight()
	require.NoError(t, err, data)
	return insight
}

func TestAnInsightIsReadFromItsEvent(t *testing.T) {
	t.Parallel()
	e, err := aircall.ParseEvent(fixture(t, "custom_summary.result_created.json"))
	require.NoError(t, err)
	require.True(t, e.IsInsight())
	require.False(t, e.IsCall())
	insight, err := e.Insight()
	require.NoError(t, err)
	require.Equal(t, aircall.Insight{
		Kind: aircall.InsightCustomSummary, ID: "9120", CallID: 5186780379, NumberID: 61, Name: "Service call", Language: "en-GB",
		Items: []aircall.InsightItem{
			{Name: "Reason", Text: "The parcel is late."},
			{Name: "Next steps", Text: "Trace the parcel"},
			{Name: "Next steps", Text: "Call back on Monday"},
			{Name: "Facts / order", Text: "4711"},
			{Name: "Facts / angry", Text: "false"},
		},
		CreatedAt: unix(1767607500), UpdatedAt: unix(1767607560),
	}, insight)
}

func TestTheNameDecidesWhetherAnEventIsAnInsight(t *testing.T) {
	t.Parallel()
	for name, kind := range map[string]aircall.InsightKind{
		aircall.EventTranscriptionCreated: aircall.InsightTranscription, aircall.EventSummaryCreated: aircall.InsightSummary,
		aircall.EventTopicsCreated: aircall.InsightTopics, aircall.EventSentimentCreated: aircall.InsightSentiment,
		aircall.EventActionItemCreated: aircall.InsightActionItem, "action_item.updated": aircall.InsightActionItem,
		aircall.EventPlaybookResultCreated: aircall.InsightPlaybook, aircall.EventPlaybookResultUpdated: aircall.InsightPlaybook,
		aircall.EventCustomSummaryResultCreated: aircall.InsightCustomSummary, aircall.EventCustomSummaryResultUpdated: aircall.InsightCustomSummary,
		aircall.EventCallEvaluationCreated: aircall.InsightEvaluation, aircall.EventCallEvaluationUpdated: aircall.InsightEvaluation,
	} {
		e := aircall.Event{Name: name, Data: json.RawMessage(`{"call_id":7}`)}
		require.True(t, e.IsInsight(), name)
		insight, err := e.Insight()
		require.NoError(t, err, name)
		require.Equal(t, aircall.Insight{Kind: kind, CallID: 7}, insight, name)
	}
	for _, name := range []string{
		"", "summary", "summary.deleted", "call.ended", aircall.EventRealtimeUtterancesReceived, "summary_of.created",
		aircall.EventMessageReceived, aircall.EventAIVoiceAgentSummary,
	} {
		e := aircall.Event{Resource: "conversation_intelligence", Name: name, Data: json.RawMessage(`{"call_id":7}`)}
		require.False(t, e.IsInsight(), name)
		_, err := e.Insight()
		require.ErrorIs(t, err, aircall.ErrNotInsight, name)
	}
}

func TestAnInsightWithoutACallIsAFieldError(t *testing.T) {
	t.Parallel()
	for data, want := range map[string]string{
		``: "data: expected an object", `null`: "data: expected an object", `[]`: "data: expected an object",
		`{}`: "data.call_id: expected a positive", `{"id":7}`: "data.call_id", `{"call_id":"+7"}`: "data.call_id", `{"call_id":-7}`: "data.call_id",
	} {
		_, err := aircall.Event{Name: aircall.EventSummaryCreated, Data: json.RawMessage(data)}.Insight()
		var field *aircall.FieldError
		require.ErrorAs(t, err, &field, data)
		require.ErrorContains(t, err, want, data)
	}
}

func TestIDsAreNumbersOrTexts(t *testing.T) {
	t.Parallel()
	for _, data := range []string{
		`{"id":81330225,"call_id":3811606146,"number_id":9}`,
		`{"id":"81330225","call_id":"3811606146","number_id":"9"}`,
		`{"id":"81330225","call":{"id":3811606146},"number":{"id":"9"}}`,
	} {
		insight := insightOf(t, aircall.EventSummaryCreated, data)
		require.Equal(t, aircall.Insight{Kind: aircall.InsightSummary, ID: "81330225", CallID: 3811606146, NumberID: 9}, insight, data)
	}
	require.True(t, insightOf(t, aircall.EventSummaryCreated, `{"call_id":1,"type":"voicemail"}`).OfVoicemail)
	require.False(t, insightOf(t, aircall.EventSummaryCreated, `{"call_id":1,"type":"call"}`).OfVoicemail)
}

// item writes "name=text" as an item.
func item(name, text string) aircall.InsightItem { return aircall.InsightItem{Name: name, Text: text} }

func TestContentOfAnyShapeBecomesItems(t *testing.T) {
	t.Parallel()
	for content, want := range map[string][]aircall.InsightItem{
		`null`: nil, `""`: nil, `"  "`: nil, `[]`: nil, `{}`: nil, `[null,"",[],{}]`: nil,
		`"A call about a parcel."`:                    {item("", "A call about a parcel.")},
		`["Order","Delivery"]`:                        {item("", "Order"), item("", "Delivery")},
		`[["Order"],["Delivery"]]`:                    {item("", "Order"), item("", "Delivery")},
		`[{"name":"Order"},{"title":"Delivery"}]`:     {item("", "Order"), item("", "Delivery")},
		`[{"id":1,"name":"Reason","content":"Late"}]`: {item("Reason", "Late")},
		`{"name":"Reason","result":"Late"}`:           {item("Reason", "Late")},
		`[{"content":"Call back"},{"text":"Refund"}]`: {item("", "Call back"), item("", "Refund")},
		`[{"id":"a","content":"Call back","ai_generated":true,"created_at":1,"created_by":{"id":2},"updated_at":null,"updated_by":null}]`: {item("", "Call back")},
		`[{"question":"Why?","answer":"Late"}]`:                            {item("Why?", "Late")},
		`[{"title":"Reason","text":["Late","Lost"]}]`:                      {item("Reason", "Late"), item("Reason", "Lost")},
		`[{"title":"Reason","text":{"first":"Late"}}]`:                     {item("Reason / first", "Late")},
		`[{"name":"Reason","content":null}]`:                               nil,
		`[{"name":"Reason","content":"Late","certain":0.5}]`:               {item("Reason", "Late"), item("Reason / certain", "0.5")},
		`{"zebra":"Z","ape":1,"fox":{"cub":true,"den":[1.50,null,"two"]}}`: {item("zebra", "Z"), item("ape", "1"), item("fox / cub", "true"), item("fox / den", "1.50"), item("fox / den", "two")},
		`{"result":"won","reason":"price"}`:                                {item("result", "won"), item("reason", "price")},
		`{"name":"Billing","score":0.9}`:                                   {item("name", "Billing"), item("score", "0.9")},
		`{"phone_number":"+1 202-555-0143"}`:                               {item("phone_number", "+1 202-555-0143")},
		`{"user_id":31,"text":"I will call back"}`:                         {{Text: "I will call back", UserID: 31}},
		`7`:                          {item("", "7")},
		`false`:                      {item("", "false")},
		`"{\"a\":1}"`:                {item("", `{"a":1}`)},
		`{"a":"first","a":"second"}`: {item("a", "first"), item("a", "second")},
		`{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"b": 1}}}}}}}}}}}}}`: {item("a / a / a / a / a / a / a / a / a / a / a", `{"a":{"b":1}}`)},
	} {
		for _, event := range []string{aircall.EventSummaryCreated, aircall.EventTopicsCreated, aircall.EventActionItemCreated, aircall.EventCustomSummaryResultCreated} {
			insight := insightOf(t, event, `{"id":1,"call_id":2,"content":`+content+`}`)
			require.Equal(t, want, insight.Items, "%s %s", event, content)
		}
	}
}

func TestASentimentSaysWhoseItIs(t *testing.T) {
	t.Parallel()
	caller := aircall.InsightItem{Text: aircall.SentimentNegative, PhoneNumber: "+1 202-555-0143", ParticipantType: aircall.SpeakerExternal}
	agent := aircall.InsightItem{Text: aircall.SentimentPositive, UserID: 31, ParticipantType: aircall.SpeakerInternal}
	for data, want := range map[string][]aircall.InsightItem{
		`"participants":[{"participant_type":"external","phone_number":"+1 202-555-0143","value":"NEGATIVE"},{"participant_type":"internal","user_id":"31","value":"positive"}]`: {caller, agent},
		`"participants":[{"type":"external","phone_number":"+1 202-555-0143","value":"NEGATIVE"}]`:                                                                               {caller},
		`"content":{"participants":[{"type":"external","phone_number":"+1 202-555-0143","value":"NEGATIVE"}]}`:                                                                   {caller},
		`"content":[{"participant_type":"external","phone_number":"+1 202-555-0143","sentiment":"negative"}]`:                                                                    {caller},
		`"participants":[{"participant_type":"internal","user_id":31}],"content":"NEUTRAL"`:                                                                                      {item("", "NEUTRAL")},
		`"content":{"external":"neutral"}`:                    {item("external", "NEUTRAL")},
		`"value":"mixed"`:                                     {item("", "mixed")},
		`"participants":[{"participant_type":"external"}]`:    nil,
		`"participants":[{"name":"Cleo","value":"NEGATIVE"}]`: {item("Cleo", "NEGATIVE")},
		`"participants":["NEGATIVE"]`:                         {item("", "NEGATIVE")},
		`"participants":{}`:                                   nil,
	} {
		require.Equal(t, want, insightOf(t, aircall.EventSentimentCreated, `{"call_id":2,`+data+`}`).Items, data)
	}
}

func TestEvaluationsAndPlaybooksHaveNamesAndScores(t *testing.T) {
	t.Parallel()
	for data, want := range map[string]aircall.Insight{
		`"ai_generated":true,"evaluations":[{"scorecard":{"name":"Service"},"score":{"normalized_score":85}}]`: {Name: "Service", AIGenerated: true, Items: []aircall.InsightItem{item("Service", "85")}},
		`"evaluations":[{"scorecard":{"name":"Service"},"score":{"normalized_score":85.5,"total":17}},{"scorecard":{"name":"Sales"},"score":40,"remark":"short"}]`: {
			Items: []aircall.InsightItem{item("Service", "85.5"), item("Service / total", "17"), item("Sales", "40"), item("Sales / remark", "short")},
		},
		`"scorecard":{"name":"Service"},"score":{"normalized_score":0}`: {Name: "Service", Items: []aircall.InsightItem{item("Service", "0")}},
		`"scorecard":"Service","normalized_score":"12"`:                 {Name: "Service", Items: []aircall.InsightItem{item("Service", "12")}},
		`"content":[{"scorecard":{"name":"Service"},"score":{}}]`:       {Name: "Service"},
		`"content":"well done"`:                                         {Items: []aircall.InsightItem{item("", "well done")}},
		`"evaluations":[]`:                                              {},
		`"evaluations":null`:                                            {},
	} {
		want.Kind, want.CallID = aircall.InsightEvaluation, 2
		require.Equal(t, want, insightOf(t, aircall.EventCallEvaluationCreated, `{"call_id":2,`+data+`}`), data)
	}
	for data, want := range map[string]aircall.Insight{
		`"adherence_score":75,"playbook":{"id":3,"name":"Greeting","language":"fr"},"playbook_result_topics":[{"name":"Opening","result":"done"},{"name":"Closing","result":true},{"name":"Thanks","result":null}]`: {
			Name: "Greeting", Language: "fr",
			Items: []aircall.InsightItem{item(aircall.AdherenceScore, "75"), item("Opening", "done"), item("Closing", "true")},
		},
		`"playbook":null,"adherence_score":null`: {},
		`"playbook":"Greeting","content":"fine"`: {Name: "Greeting", Items: []aircall.InsightItem{item("", "fine")}},
	} {
		want.Kind, want.CallID = aircall.InsightPlaybook, 2
		require.Equal(t, want, insightOf(t, aircall.EventPlaybookResultUpdated, `{"call_id":2,`+data+`}`), data)
	}
}

func TestWhatWasSaidDoesNotTravelWithTheEvent(t *testing.T) {
	t.Parallel()
	insight := insightOf(t, aircall.EventTranscriptionCreated,
		`{"id":"t1","call_id":2,"type":"voicemail","content":{"language":"fr","utterances":[{"text":"secret"}]},"participants":[{"value":"x"}]}`)
	require.Equal(t, aircall.Insight{Kind: aircall.InsightTranscription, ID: "t1", CallID: 2, OfVoicemail: true, Language: "fr"}, insight)
}

func TestWhatPeopleSaidIsNotShownWhenPrinted(t *testing.T) {
	t.Parallel()
	insight := insightOf(t, aircall.EventSummaryCreated, `{"call_id":2,"content":"hush"}`)
	transcription := aircall.Transcription{CallID: 2, Utterances: []aircall.Utterance{{Text: "hush"}}}
	told := aircall.VoiceAgentEvent{Name: "ai_voice_agent.ended", CallID: 2, ExternalNumber: "hush", Answers: []aircall.Answer{{Answer: "hush"}}}
	for _, shown := range []any{insight, transcription, told} {
		out := fmt.Sprintf("%v %+v %s", shown, shown, shown) + logged(shown)
		require.Contains(t, out, "call 2")
		require.NotContains(t, out, "hush")
	}
}

func TestTimesOfAnInsightMayBeWritten(t *testing.T) {
	t.Parallel()
	insight := insightOf(t, aircall.EventSummaryCreated, `{"call_id":2,"created_at":"2026-01-05T10:05:00.000Z","updated_at":1767607500}`)
	require.Equal(t, time.Date(2026, 1, 5, 10, 5, 0, 0, time.UTC), insight.CreatedAt)
	require.Equal(t, insight.CreatedAt, insight.UpdatedAt)
}

func logged(v any) string {
	var out bytes.Buffer
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "v", v)
	return out.String()
}
