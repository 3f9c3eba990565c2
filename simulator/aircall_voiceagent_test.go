package simulator_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/aircall"
	"callscout/simulator"
)

func TestEachCallOfAVoiceAgentSendsItsEvents(t *testing.T) {
	t.Parallel()
	for kind, c := range map[string]struct {
		events    string
		ended     aircall.VoiceAgentEndReason
		lasts     time.Duration
		reason    string
		answered  bool
		escalated bool
		voicemail bool
	}{
		simulator.VoiceAgentAlone: {
			events: "call.created va.started call.hungup va.ended va.summary call.ended call.comm_assets_generated",
			ended:  aircall.VoiceAgentAnswered, lasts: 47 * time.Second,
		},
		simulator.VoiceAgentAnswered: {
			events: "call.created va.started va.escalated call.ringing_on_agent va.ended va.summary call.answered call.hungup call.ended call.comm_assets_generated call.commented",
			ended:  aircall.VoiceAgentEscalated, lasts: 150 * time.Second, answered: true, escalated: true,
		},
		simulator.VoiceAgentMissed: {
			events: "call.created va.started va.escalated call.ringing_on_agent va.ended va.summary call.hungup call.ended",
			ended:  aircall.VoiceAgentEscalated, lasts: 64 * time.Second, reason: "agents_did_not_answer", escalated: true,
		},
		simulator.VoiceAgentVoicemail: {
			events: "call.created va.started va.escalated call.ringing_on_agent va.ended va.summary call.hungup call.ended call.voicemail_left call.comm_assets_generated",
			ended:  aircall.VoiceAgentEscalated, lasts: 64 * time.Second, reason: "agents_did_not_answer", escalated: true, voicemail: true,
		},
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			call := o.place(simulator.Sample(kind))
			require.Equal(t, c.events, strings.ReplaceAll(strings.Join(o.hub.names(), " "), "ai_voice_agent.", "va."))
			var session string
			for _, event := range o.hub.all() {
				require.True(t, aircall.Known(event.Name), event.Name)
				if !event.IsVoiceAgent() {
					continue
				}
				require.Equal(t, "ai_voice_agent", event.Resource)
				for _, key := range []string{"user", "contact", "direction", "raw_digits"} {
					require.NotContains(t, event.data, key)
				}
				told, err := event.VoiceAgent()
				require.NoError(t, err)
				require.Equal(t, call.ID, told.CallID)
				require.Equal(t, "Reception", told.AgentName)
				require.NotEmpty(t, told.SessionID)
				if session != "" {
					require.Equal(t, session, told.SessionID)
				}
				session = told.SessionID
			}
			ended, err := o.hub.first(t, "ai_voice_agent.ended").VoiceAgent()
			require.NoError(t, err)
			require.Equal(t, c.ended, ended.EndReason)
			require.False(t, ended.EndedAt.Before(ended.StartedAt))
			require.Equal(t, "+1 202-555-0143", ended.ExternalNumber)
			require.Equal(t, "+1 202-555-0100", ended.AircallNumber)
			summary, err := o.hub.first(t, "ai_voice_agent.summary").VoiceAgent()
			require.NoError(t, err)
			require.Equal(t, []aircall.Answer{
				{Question: "What is your order number?", Answer: "4711"}, {Question: "How can we help?", Answer: "The parcel has not arrived."},
			}, summary.Answers)
			hungUp, err := o.hub.first(t, "call.hungup").Call()
			require.NoError(t, err)
			require.Equal(t, c.lasts, hungUp.Duration)
			require.Equal(t, c.reason, string(hungUp.MissedCallReason))
			require.Equal(t, !c.answered, hungUp.AnsweredAt.IsZero())
			require.Equal(t, c.voicemail, call.Voicemail)

			read, err := o.api().GetCall(t.Context(), call.ID)
			require.NoError(t, err)
			require.Len(t, read.VoiceAgents, 1)
			segment := read.VoiceAgents[0]
			require.Equal(t, ended.EndReason, segment.EndReason)
			require.Equal(t, ended.AgentID, segment.AgentID)
			require.Equal(t, c.escalated, segment.EscalationTarget != nil)
			if c.escalated {
				require.Equal(t, &aircall.EscalationTarget{Type: "user", Destination: "31"}, segment.EscalationTarget)
				escalated, err := o.hub.first(t, "ai_voice_agent.escalated").VoiceAgent()
				require.NoError(t, err)
				require.Equal(t, segment.EscalationReason, escalated.EscalationReason)
				require.NotEmpty(t, segment.EscalationReason)
			}
		})
	}
}

func TestAScriptDecidesWhatTheVoiceAgentHears(t *testing.T) {
	t.Parallel()
	o := newOffice(t, func(options *simulator.AircallOptions) { options.VoiceAgentAnswersCalls = true })
	raw := `{"kind":"voice_agent_alone","speed":2000,"voice_agent_talk":"20s","voice_agent_name":"Ava","extracted_data":["Jo","10115"],"insights":["summary"],"insight_after":"2m0s"}`
	var script simulator.Script
	require.NoError(t, json.Unmarshal([]byte(raw), &script))
	again, err := json.Marshal(script)
	require.NoError(t, err)
	require.JSONEq(t, raw, string(again))

	call := o.place(script)
	require.Equal(t, 22*time.Second, call.EndedAt.Sub(call.StartedAt))
	require.Equal(t, 2*time.Second, call.AnsweredAt.Sub(call.StartedAt), "this company's voice agents answer calls")
	require.NotContains(t, o.hub.first(t, "call.answered").data, "user")
	told, err := o.hub.first(t, "ai_voice_agent.summary").VoiceAgent()
	require.NoError(t, err)
	require.Equal(t, "Ava", told.AgentName)
	require.Equal(t, []aircall.Answer{{Answer: "Jo"}, {Answer: "10115"}}, told.Answers)
	require.Equal(t, "summary.created", o.hub.all()[len(o.hub.all())-1].Name)

	for name, wrong := range map[string]simulator.Script{
		"no JSON":         {Kind: simulator.VoiceAgentAlone, Extracted: json.RawMessage(`{`)},
		"a negative talk": {Kind: simulator.VoiceAgentAlone, VoiceAgentTalk: -1},
	} {
		_, err := o.Place(t.Context(), wrong)
		require.Error(t, err, name)
	}
}

func TestAVoiceAgentsEventIsToldByHand(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	session := simulator.VoiceAgentSession{SessionID: "s1", AgentName: "Ava", EndReason: "caller_hung_up"}
	require.NoError(t, o.TellVoiceAgent(t.Context(), 77, session, simulator.VoiceAgentTold{Event: "ended", IDsAsText: true, OlderName: true}),
		"before anything is known of the call")
	first := o.hub.first(t, "voice_virtual_agent.ended")
	require.Equal(t, "77", first.data["call_id"])
	told, err := first.VoiceAgent()
	require.NoError(t, err)
	require.Equal(t, aircall.EventAIVoiceAgentEnded, told.Name)
	require.Equal(t, aircall.VoiceAgentCallerHungUp, told.EndReason)

	call := o.PutCall(simulator.Call{NumberID: 5001, RawDigits: "+1 202-555-0143", Direction: "inbound", Status: "done"})
	path := "/_simulator/calls/" + id(call.ID) + "/voice_agent"
	o.want(http.StatusNoContent, "POST", path, `{"event":"started","session_id":"s1","agent_name":"Ava"}`)
	o.want(http.StatusNoContent, "POST", path, `{"event":"escalated","session_id":"s1","agent_name":"Ava","escalation_reason":"angry","target_type":"team","target":"Service"}`)
	o.want(http.StatusNoContent, "POST", path, `{"event":"summary","session_id":"s2","extracted_data":{"question":["a"],"answer":["b"]}}`)
	o.want(http.StatusBadRequest, "POST", path, `{"event":"sang"}`)
	require.Error(t, o.TellVoiceAgent(t.Context(), 7, simulator.VoiceAgentSession{Extracted: json.RawMessage(`{`)}, simulator.VoiceAgentTold{Event: "summary"}))
	read, err := o.api().GetCall(t.Context(), call.ID)
	require.NoError(t, err)
	require.Len(t, read.VoiceAgents, 2)
	require.Equal(t, "angry", read.VoiceAgents[0].EscalationReason)
	require.Equal(t, &aircall.EscalationTarget{Type: "team", Destination: "Service"}, read.VoiceAgents[0].EscalationTarget)
}
