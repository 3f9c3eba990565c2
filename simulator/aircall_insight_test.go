package simulator_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/aircall"
	"callscout/simulator"
)

func (o *office) api() *aircall.Client {
	o.t.Helper()
	api, err := aircall.New(o.url, aircall.Basic("id", "token"))
	require.NoError(o.t, err)
	return api
}

func TestResultsComeAfterTheCallAndCanBeRead(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	call := o.place(simulator.Script{Kind: simulator.InboundAnswered, Recording: true, Insights: []string{"*"}})
	names := o.hub.names()
	require.Equal(t, strings.Fields(`transcription.created summary.created topics.created sentiment.created action_item.created
		custom_summary.result_created call_evaluation.created playbook_result.created`), names[len(names)-8:], "after the call's own events")
	for _, name := range names[len(names)-8:] {
		told := o.hub.first(t, name)
		require.Equal(t, "conversation_intelligence", told.Resource)
		require.True(t, aircall.Known(name), name)
		event, err := told.Insight()
		require.NoError(t, err, name)
		require.Equal(t, call.ID, event.CallID)
		require.False(t, event.OfVoicemail)
		if event.Kind == aircall.InsightTranscription {
			require.NotContains(t, told.data, "content", "what was said is fetched")
			continue
		}
		require.NotEmpty(t, event.Items, name)
		read, err := o.api().Insight(t.Context(), call.ID, event.Kind)
		require.NoError(t, err, name)
		require.Equal(t, event.Items, read.Items, "REST and the event of %s say the same", name)
		require.Equal(t, event.Name, read.Name)
	}
	said, err := o.api().Transcription(t.Context(), call.ID)
	require.NoError(t, err)
	require.Len(t, said.Utterances, 3)
	require.Equal(t, aircall.SpeakerExternal, said.Utterances[0].Participant)
	require.Equal(t, call.RawDigits, said.Utterances[0].PhoneNumber)
	require.Zero(t, said.Utterances[0].UserID)
	require.Equal(t, int64(31), said.Utterances[1].UserID)
	requireAll(t, o.page(200, "/calls/"+id(call.ID)), "Conversation intelligence", "call_evaluation", "3 utterances", "Late delivery")
}

func TestEveryResultHasTheDocumentedAddressAndWrapper(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	call := o.place(simulator.Script{Kind: simulator.InboundMissed})
	for last, kind := range map[string]string{
		"transcription": simulator.InsightTranscription, "summary": simulator.InsightSummary, "topics": simulator.InsightTopics,
		"sentiments": simulator.InsightSentiment, "action_items": simulator.InsightActionItem,
		"custom_summary_result": simulator.InsightCustomSummary, "evaluations": simulator.InsightEvaluation,
		"playbook_result": simulator.InsightPlaybook, "predicted_csat": simulator.InsightCSAT,
	} {
		path := "/v1/calls/" + id(call.ID) + "/" + last
		o.want(http.StatusNotFound, "GET", path, "")
		_, err := o.AddInsight(simulator.Insight{Kind: kind, CallID: call.ID, Score: 7, Texts: []string{"x"}})
		require.NoError(t, err)
		body := o.want(http.StatusOK, "GET", path, "").body
		if key := map[string]string{
			"transcription": "transcription", "summary": "summary", "topics": "topic", "sentiments": "sentiment", "predicted_csat": "csat",
		}[last]; key != "" {
			require.Len(t, body, 1, last)
			body = body[key].(map[string]any)
		}
		require.Equal(t, id(call.ID), id(int64(body["call_id"].(float64))), last)
		o.want(http.StatusNotFound, "GET", "/v1/calls/1/"+last, "")
	}
	o.want(http.StatusNotFound, "GET", "/v1/calls/"+id(call.ID)+"/realtime_transcription", "")
	require.Len(t, o.hub.all(), 4, "what is only stored is not told")
}

func TestAPlanWithoutIntelligenceRefusesAll(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.SwitchIntelligence(false)
	call := o.place(simulator.Script{Kind: simulator.InboundAnswered, Insights: []string{"*"}})
	require.Len(t, o.hub.all(), 5, "nothing comes after the call")
	for _, kind := range []aircall.InsightKind{
		aircall.InsightSummary, aircall.InsightTopics, aircall.InsightSentiment, aircall.InsightActionItem,
		aircall.InsightCustomSummary, aircall.InsightEvaluation, aircall.InsightPlaybook,
	} {
		_, err := o.api().Insight(t.Context(), call.ID, kind)
		require.True(t, aircall.NotOnPlan(err), kind)
	}
	_, err := o.api().Transcription(t.Context(), call.ID)
	require.True(t, aircall.NotOnPlan(err))
	_, err = o.api().GetCall(t.Context(), call.ID)
	require.NoError(t, err)
	require.Error(t, o.Tell(t.Context(), simulator.Insight{Kind: simulator.InsightSummary, CallID: call.ID}))

	o.want(http.StatusCreated, "POST", "/_simulator/plan", `{"intelligence":true}`)
	_, err = o.api().Transcription(t.Context(), call.ID)
	require.True(t, aircall.NotForCall(err))
}

func TestAResultIsToldInTheFormAskedFor(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	call := o.PutCall(simulator.Call{NumberID: 5001, RawDigits: "+1 202-555-0143", Direction: "inbound", Status: "done"})
	require.NoError(t, o.Tell(t.Context(), simulator.Insight{
		Kind: simulator.InsightSummary, CallID: call.ID, Texts: []string{"Late."}, IDsAsText: true, WithoutContent: true, Voicemail: true,
	}))
	told := o.hub.first(t, "summary.created")
	require.Equal(t, id(call.ID), told.data["call_id"])
	require.NotContains(t, told.data, "content")
	event, err := told.Insight()
	require.NoError(t, err)
	require.Empty(t, event.Items)
	require.True(t, event.OfVoicemail)
	require.Equal(t, int64(5001), event.NumberID)
	read, err := o.api().Insight(t.Context(), call.ID, aircall.InsightSummary)
	require.NoError(t, err)
	require.Equal(t, []aircall.InsightItem{{Text: "Late."}}, read.Items)

	require.NoError(t, o.Tell(t.Context(), simulator.Insight{
		Kind: simulator.InsightCustomSummary, CallID: 77, Content: json.RawMessage(`{"a":{"b":1}}`), Event: "custom_summary.result_updated", Unstored: true,
	}))
	event, err = o.hub.first(t, "custom_summary.result_updated").Insight()
	require.NoError(t, err)
	require.Equal(t, []aircall.InsightItem{{Name: "a / b", Text: "1"}}, event.Items)
	require.Empty(t, o.Insights(77))

	o.want(http.StatusNoContent, "POST", "/_simulator/calls/"+id(call.ID)+"/insights", `{"kind":"action_item","texts":["One"]}`)
	o.want(http.StatusNoContent, "POST", "/_simulator/calls/"+id(call.ID)+"/insights", `{"kind":"action_item","texts":["Two"]}`)
	read, err = o.api().Insight(t.Context(), call.ID, aircall.InsightActionItem)
	require.NoError(t, err)
	require.Len(t, read.Items, 2, "a call has many action items")
	require.NoError(t, o.Tell(t.Context(), simulator.Insight{Kind: simulator.InsightSummary, CallID: call.ID, Texts: []string{"Later."}}))
	require.Len(t, o.Insights(call.ID), 3, "the newer summary takes the place of the older")

	for name, wrong := range map[string]simulator.Insight{
		"an unknown kind": {Kind: "mood", CallID: 7}, "no call": {Kind: simulator.InsightTopics},
		"no JSON": {Kind: simulator.InsightTopics, CallID: 7, Content: json.RawMessage(`{`)},
	} {
		require.Error(t, o.Tell(t.Context(), wrong), name)
	}
	o.want(http.StatusBadRequest, "POST", "/_simulator/calls/7/insights", `{"kind":"mood"}`)
	_, err = o.Place(t.Context(), simulator.Script{Kind: simulator.InboundMissed, Insights: []string{"mood"}})
	require.Error(t, err)
}

func TestAVoicemailHasResultsOfItsOwn(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.place(simulator.Script{Kind: simulator.InboundVoicemail, Insights: []string{simulator.InsightTranscription, simulator.InsightSummary}})
	event, err := o.hub.first(t, "summary.created").Insight()
	require.NoError(t, err)
	require.True(t, event.OfVoicemail)
}

func TestALongTranscriptionIsServedWhole(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	long := make([]simulator.Utterance, 10_000)
	for i := range long {
		long[i] = simulator.Utterance{
			InsightParticipant: simulator.InsightParticipant{Type: "external", PhoneNumber: "+1 202-555-0143"},
			Start:              float64(i), End: float64(i) + 0.9, Text: strings.Repeat("word ", 20),
		}
	}
	require.NoError(t, o.Tell(t.Context(), simulator.Insight{Kind: simulator.InsightTranscription, CallID: 7, Utterances: long}))
	said, err := o.api().Transcription(t.Context(), 7)
	require.NoError(t, err)
	require.Len(t, said.Utterances, len(long))
	require.Equal(t, 9999*time.Second, said.Utterances[9999].Start)
	require.Less(t, len(o.hub.first(t, "transcription.created").body), 1000)
}

func TestAPersonLetsAVoiceAgentTakeACall(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	answer := o.submit("/calls", "same-origin", url.Values{
		"kind": {"voice_agent_alone"}, "outside": {"+1 202-555-0143"}, "speed": {"2000"}, "insights": {"1"},
	})
	require.Equal(t, http.StatusSeeOther, answer.status)
	page, _, _ := strings.Cut(answer.header.Get("Location"), "?")
	require.Eventually(t, func() bool { return len(o.hub.all()) == 14 }, 10*time.Second, 5*time.Millisecond)
	requireAll(t, o.page(200, page), "Voice agents", "Reception", "answered", "Conversation intelligence")
	requireAll(t, o.page(200, "/"), "Voice agent")
}
