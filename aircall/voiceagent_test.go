package aircall_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/aircall"
)

func voiceAgentOf(t *testing.T, event, data string) aircall.VoiceAgentEvent {
	t.Helper()
	told, err := aircall.Event{Name: event, Data: json.RawMessage(data)}.VoiceAgent()
	require.NoError(t, err, data)
	return told
}

func TestAVoiceAgentsEventsAreRead(t *testing.T) {
	t.Parallel()
	want := aircall.VoiceAgentEvent{
		Name: aircall.EventAIVoiceAgentEnded, CallID: 5186780381, CallUUID: "CA00000000000000000000000000000003",
		AgentID: "agent-7", AgentName: "Reception", SessionID: "session-1", NumberID: 61,
		CreatedAt: unix(1767607200), StartedAt: unix(1767607203), EndedAt: unix(1767607260),
		ExternalNumber: "+44 20 7946 0456", AircallNumber: "+44 20 7946 0100", EndReason: aircall.VoiceAgentEscalated,
	}
	e, err := aircall.ParseEvent(fixture(t, "ai_voice_agent.ended.json"))
	require.NoError(t, err)
	require.True(t, e.IsVoiceAgent())
	require.False(t, e.IsCall())
	require.False(t, e.IsInsight())
	told, err := e.VoiceAgent()
	require.NoError(t, err)
	require.Equal(t, want, told)

	e.Name = "voice_virtual_agent.ended"
	require.True(t, e.IsVoiceAgent())
	told, err = e.VoiceAgent()
	require.NoError(t, err)
	require.Equal(t, want, told, "the older name means the same")

	e, err = aircall.ParseEvent(fixture(t, "ai_voice_agent.summary.json"))
	require.NoError(t, err)
	told, err = e.VoiceAgent()
	require.NoError(t, err)
	require.Equal(t, aircall.EventAIVoiceAgentSummary, told.Name)
	require.Equal(t, []aircall.Answer{
		{Question: "What is your order number?", Answer: "4711"}, {Question: "contact / name", Answer: "Grace"},
		{Question: "contact / may we call", Answer: "true"}, {Question: "e-mail"},
	}, told.Answers)
}

func TestTheCallOfAVoiceAgent(t *testing.T) {
	t.Parallel()
	for _, data := range []string{`{"call_id":7}`, `{"call_id":"7"}`, `{"id":7}`, `{"id":"7"}`, `{"id":"session","call_id":7}`, `{"call":{"id":7}}`} {
		require.Equal(t, aircall.VoiceAgentEvent{Name: "ai_voice_agent.started", CallID: 7}, voiceAgentOf(t, "ai_voice_agent.started", data), data)
	}
	for _, data := range []string{``, `[]`, `{}`, `{"id":"x"}`, `{"call_id":0}`} {
		_, err := aircall.Event{Name: "ai_voice_agent.started", Data: json.RawMessage(data)}.VoiceAgent()
		var field *aircall.FieldError
		require.ErrorAs(t, err, &field, data)
	}
	for _, name := range []string{"", "call.ended", "summary.created", "ai_voice_agent", "ai_voice_agents.ended"} {
		require.False(t, aircall.Event{Name: name}.IsVoiceAgent(), name)
		_, err := aircall.Event{Name: name, Data: json.RawMessage(`{"call_id":7}`)}.VoiceAgent()
		require.ErrorIs(t, err, aircall.ErrNotVoiceAgent, name)
	}
}

func TestWhereAVoiceAgentEscalates(t *testing.T) {
	t.Parallel()
	for target, want := range map[string]*aircall.EscalationTarget{
		`null`: nil, `{}`: nil, `""`: nil, `[]`: nil,
		`{"type":"user","destination":31}`:                        {Type: "user", Destination: "31"},
		`{"type":"team","destination":{"id":4,"name":"Service"}}`: {Type: "team", Destination: "Service"},
		`{"type":"external","destination":"+1 202-555-0143"}`:     {Type: "external", Destination: "+1 202-555-0143"},
		`{"type":"branch"}`:                                       {Type: "branch"},
		`"Service"`:                                               {Destination: "Service"},
	} {
		told := voiceAgentOf(t, aircall.EventAIVoiceAgentEscalated, `{"call_id":7,"escalation_reason":"asked for a person","escalation_target":`+target+`}`)
		require.Equal(t, want, told.EscalationTarget, target)
		require.Equal(t, "asked for a person", told.EscalationReason)
	}
}

func TestAnswersOfAnyShape(t *testing.T) {
	t.Parallel()
	for data, want := range map[string]string{
		`null`: "", `""`: "", `{}`: "", `[]`: "", `[null,{},"",[]]`: "",
		`{"zip":"10115","name":"Jo","age":41,"member":false,"mail":null}`:         "zip=10115|name=Jo|age=41|member=false|mail=",
		`{"contact":{"name":"Jo","phone":{"home":"1","work":"2"}},"x":1.50}`:      "contact / name=Jo|contact / phone / home=1|contact / phone / work=2|x=1.50",
		`[{"question":"Why?","answer":"Late"},{"question":"Who?","answer":null}]`: "Why?=Late|Who?=",
		`{"answers":[{"question":"Why?","answer":"Late"}]}`:                       "Why?=Late",
		`{"intake":[{"id":1,"label":"Reason","value":["late","lost"]}]}`:          "Reason=late, lost",
		`{"question":"Why?","answer":"Late"}`:                                     "Why?=Late",
		`{"question":["Why?","Who?"],"answer":["Late",true]}`:                     "Why?=Late|Who?=true",
		`{"questions":["Why?","Who?","When?"],"answers":["Late","Jo"]}`:           "Why?=Late|Who?=Jo|When?=",
		`{"question":["Why?"],"answer":["Late","Jo"]}`:                            "Why?=Late|=Jo",
		`{"question":["Why?","Who?"],"answer":"Late"}`:                            "Why?=Late|Who?=",
		`{"question":"Why?"}`:            "question=Why?",
		`{"answer":"Late"}`:              "answer=Late",
		`["Late","Jo",7]`:                "=Late|=Jo|=7",
		`"The caller is Jo."`:            "=The caller is Jo.",
		`"{\"name\":\"Jo\",\"age\":41}"`: "name=Jo|age=41",
		`"{no json"`:                     "={no json",
		`7`:                              "=7",
		`{"name":"Jo","value":"gold"}`:   "name=Jo|value=gold",
		`{"name":"Jo","phone_number":"+1 202-555-0143","id":"A-7"}`:                    "name=Jo|phone_number=+1 202-555-0143|id=A-7",
		`{"name":{"value":"Jo"},"zip":{"value":"10115","certain":0.9}}`:                "name=Jo|zip / value=10115|zip / certain=0.9",
		`{"q1":{"question":"Why?","answer":"Late"}}`:                                   "q1 / Why?=Late",
		`{"products":["phone","headset"]}`:                                             "products=phone, headset",
		`{"products":[{"name":"phone","value":2},{"name":"headset","value":1}],"x":1}`: "products / phone=2|products / headset=1|x=1",
		`{"mixed":["a",{"b":"c"}]}`:                                                    "mixed=a, b: c",
		`{"":"Late"}`:                                                                  "=Late",
	} {
		for range 3 {
			var shown []string
			for _, a := range voiceAgentOf(t, aircall.EventAIVoiceAgentSummary, `{"call_id":7,"extracted_data":`+data+`}`).Answers {
				shown = append(shown, a.Question+"="+a.Answer)
			}
			require.Equal(t, want, strings.Join(shown, "|"), data)
		}
	}
}

func TestACallNamesItsVoiceAgents(t *testing.T) {
	t.Parallel()
	call, err := aircall.ParseCall(json.RawMessage(`{"id":7,"ai_voice_agents":[
		{"agent_id":"agent-7","agent_name":"Reception","end_reason":"escalated","started_at":1767607203,"ended_at":"2026-01-05T10:01:00.000Z",
		 "escalation_reason":"asked for a person","escalation_target":{"type":"team","destination":"Service"}},
		{"agent_id":8,"end_reason":"answered"},{}]}`))
	require.NoError(t, err)
	require.Equal(t, []aircall.VoiceAgentSegment{
		{
			AgentID: "agent-7", AgentName: "Reception", EndReason: aircall.VoiceAgentEscalated,
			StartedAt: unix(1767607203), EndedAt: time.Date(2026, 1, 5, 10, 1, 0, 0, time.UTC),
			EscalationReason: "asked for a person", EscalationTarget: &aircall.EscalationTarget{Type: "team", Destination: "Service"},
		},
		{AgentID: "8", EndReason: aircall.VoiceAgentAnswered},
	}, call.VoiceAgents)
	none, err := aircall.ParseCall(json.RawMessage(`{"id":7,"ai_voice_agents":[]}`))
	require.NoError(t, err)
	require.NotNil(t, none.VoiceAgents)
	require.Empty(t, none.VoiceAgents)
}
