package worker_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/aircall"
	"callscout/calllog"
	"callscout/settings"
	"callscout/workflows"
)

// voice has the call's run hear of the session of a voice agent.
func (o *office) voice(after time.Duration, name string, data map[string]any) {
	o.t.Helper()
	o.tell(after, name, merged(map[string]any{
		"id": o.callID, "call_id": o.callID, "ai_voice_agent_id": "agent-1", "ai_voice_agent_name": "Reception",
		"ai_voice_agent_session_id": "session-1", "created_at": o.unix(after),
	}, data))
}

func (o *office) voiceStarts(after time.Duration) {
	o.voice(after, aircall.EventAIVoiceAgentStarted, map[string]any{
		"started_at": o.unix(after), "external_caller_number": "+1 202-555-0143", "aircall_number": "+1 202-555-0100",
	})
}

func (o *office) voiceEnds(after time.Duration, reason string) {
	o.voice(after, aircall.EventAIVoiceAgentEnded, map[string]any{"ended_at": o.unix(after), "call_end_reason": reason})
}

func (o *office) voiceEscalates(after time.Duration) {
	o.voice(after, aircall.EventAIVoiceAgentEscalated, map[string]any{"escalation_reason": "Asked for a person"})
	o.voiceEnds(after+time.Second, "escalated")
}

func (o *office) voiceSums(after time.Duration) {
	o.voice(after, aircall.EventAIVoiceAgentSummary, map[string]any{"extracted_data": map[string]any{"Order number": "4711"}})
}

// visible are the visible texts of all threads of the one conversation.
func (o *office) visible() []string {
	var out []string
	for _, thread := range o.theConversation().Threads {
		if thread.Type != "lineitem" {
			out = append(out, calllog.VisibleText(thread.Body))
		}
	}
	return out
}

var voiceLanguages = map[settings.Language]struct{ tag, first, intake string }{
	settings.English: {"voice virtual agent", "Inbound call, answered by the voice agent Reception", "Questions and answers"},
	settings.German:  {"voice virtual agent", "Eingehender Anruf, angenommen von dem Voice Agent Reception", "Fragen und Antworten"},
	settings.French:  {"voice virtual agent", "Appel entrant, pris par l’agent vocal Reception", "Questions et réponses"},
	settings.Spanish: {"voice virtual agent", "Llamada entrante, atendida por el agente de voz Reception", "Preguntas y respuestas"},
}

func TestAVoiceAgentAlone(t *testing.T) {
	t.Parallel()
	for language, want := range voiceLanguages {
		t.Run(string(language), func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			o.knownCustomer()
			o.settings.Language = language
			o.hear(0, aircall.EventCallCreated, nil)
			o.voiceStarts(2 * time.Second)
			written := make(chan []string, 1)
			o.env.RegisterDelayedCallback(func() { written <- o.log() }, 10*time.Second)
			o.voiceEnds(40*time.Second, "answered")
			o.voiceSums(45 * time.Second)
			over := map[string]any{"status": "done", "answered_at": o.unix(2 * time.Second), "ended_at": o.unix(41 * time.Second)}
			o.hear(41*time.Second, aircall.EventCallHungup, over)
			o.hear(60*time.Second, aircall.EventCallEnded, over)
			require.Equal(t, workflows.StatusSynced, o.run().Status)
			require.Equal(t, []string{"phone: start"}, <-written, "the first log is there as soon as the voice agent answers")
			require.Equal(t, []string{"phone: start", "note: end", "note: voice-agent"}, o.log())
			require.Contains(t, o.theConversation().Tags, want.tag)
			require.NotContains(t, o.theConversation().Tags, "missed call")
			require.Contains(t, o.visible()[0], want.first)
			require.Contains(t, o.visible()[2], want.intake)
			require.Contains(t, o.visible()[2], "4711")
		})
	}
}

func TestAVoiceAgentHandsTheCallToAColleagueWhoTakesIt(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.knownCustomer()
	o.hear(0, aircall.EventCallCreated, nil)
	o.voiceStarts(2 * time.Second)
	o.voiceEscalates(30 * time.Second)
	o.hear(31*time.Second, aircall.EventCallRingingOnAgent, map[string]any{"user": o.agent})
	taken := map[string]any{"status": "answered", "answered_at": o.unix(40 * time.Second), "user": o.agent}
	o.hear(40*time.Second, aircall.EventCallAnswered, taken)
	over := merged(map[string]any{"ended_at": o.unix(90 * time.Second)}, taken)
	over["status"] = "done"
	o.hear(90*time.Second, aircall.EventCallHungup, over)
	o.hear(110*time.Second, aircall.EventCallEnded, over)
	o.voiceSums(100 * time.Second)
	require.Equal(t, workflows.StatusSynced, o.run().Status)
	require.Equal(t, []string{"phone: start", "note: end", "note: voice-agent"}, o.log())
	require.Contains(t, o.visible()[1], "Voice agent: Reception")
	require.Contains(t, o.visible()[1], "Agent: Mia Berg")
	require.Contains(t, o.visible()[2], "Reason for handing over: Asked for a person")
	require.EqualValues(t, agentUser, o.theConversation().Threads[2].Author.ID)
	require.Contains(t, o.theConversation().Tags, "voice virtual agent")
	require.NotContains(t, o.theConversation().Tags, "missed call")
}

func TestAVoiceAgentHandsTheCallOnAndNobodyTakesIt(t *testing.T) {
	t.Parallel()
	for name, voicemail := range map[string]map[string]any{"missed": {}, "voicemail": {"voicemail": "https://example.com/v.mp3"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			o.knownCustomer()
			o.hear(0, aircall.EventCallCreated, nil)
			o.voiceStarts(2 * time.Second)
			o.voiceEscalates(30 * time.Second)
			o.hear(31*time.Second, aircall.EventCallRingingOnAgent, map[string]any{"user": o.agent})
			over := merged(map[string]any{
				"status": "done", "answered_at": o.unix(2 * time.Second), "ended_at": o.unix(60 * time.Second),
				"missed_call_reason": "agents_did_not_answer", "user": o.agent,
			}, voicemail)
			o.hear(60*time.Second, aircall.EventCallHungup, over)
			o.hear(80*time.Second, aircall.EventCallEnded, over)
			o.voiceSums(70 * time.Second)
			o.run()
			require.Equal(t, []string{"phone: start", "note: end", "note: voice-agent"}, o.log())
			require.Contains(t, o.visible()[1], "handed on by the voice agent Reception")
			require.Contains(t, o.theConversation().Tags, "voice virtual agent")
			require.Contains(t, o.theConversation().Tags, "missed call")
			if name == "voicemail" {
				require.Contains(t, o.theConversation().Tags, "voicemail")
			}
		})
	}
}

// The events of the call and of the voice agent are delivered independently.
func TestAVoiceAgentsEventsInEveryOrder(t *testing.T) {
	t.Parallel()
	steps := []func(o *office, at time.Duration){
		func(o *office, at time.Duration) {
			o.tellAt(at, 2*time.Second, aircall.EventAIVoiceAgentStarted, map[string]any{"started_at": o.unix(2 * time.Second)})
		},
		func(o *office, at time.Duration) {
			o.tellAt(at, 30*time.Second, aircall.EventAIVoiceAgentEscalated, map[string]any{"escalation_reason": "Asked for a person"})
		},
		func(o *office, at time.Duration) {
			o.tellAt(at, 31*time.Second, aircall.EventAIVoiceAgentEnded, map[string]any{"ended_at": o.unix(31 * time.Second), "call_end_reason": "escalated"})
		},
		func(o *office, at time.Duration) {
			o.tellAt(at, 35*time.Second, aircall.EventAIVoiceAgentSummary, map[string]any{"extracted_data": map[string]any{"Order number": "4711"}})
		},
	}
	for i, order := range permutations(steps) {
		for _, callAt := range []time.Duration{0, 5 * time.Second} {
			t.Run(string(rune('a'+i))+callAt.String(), func(t *testing.T) {
				t.Parallel()
				o := newOffice(t)
				o.knownCustomer()
				o.callAsAircallHasIt()
				o.hear(callAt, aircall.EventCallCreated, nil)
				for n, step := range order {
					step(o, time.Duration(n)*20*time.Second)
				}
				o.hear(70*time.Second, aircall.EventCallHungup, o.ended(nil))
				o.hear(100*time.Second, aircall.EventCallEnded, o.ended(nil))
				require.Equal(t, workflows.StatusSynced, o.run().Status)
				log := o.log()
				require.Equal(t, "note: voice-agent", log[len(log)-1])
				require.Len(t, o.bodies("voice-agent"), 1)
				require.Contains(t, o.bodies("voice-agent")[0], "Reason for handing over: Asked for a person")
				require.Contains(t, o.bodies("voice-agent")[0], "4711")
			})
		}
	}
}

// tellAt delivers something said at one time at another.
func (o *office) tellAt(delivered, said time.Duration, name string, data map[string]any) {
	o.t.Helper()
	o.env.hears(delivered, o.saying(said, name, merged(map[string]any{
		"id": o.callID, "call_id": o.callID, "ai_voice_agent_id": "agent-1", "ai_voice_agent_name": "Reception",
		"ai_voice_agent_session_id": "session-1", "created_at": o.unix(said),
	}, data)))
}

func TestTwoVoiceAgentsHandOverToEachOther(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.knownCustomer()
	o.hear(0, aircall.EventCallCreated, nil)
	o.voiceStarts(2 * time.Second)
	o.voiceEscalates(20 * time.Second)
	billing := map[string]any{"ai_voice_agent_id": "agent-2", "ai_voice_agent_name": "Billing", "ai_voice_agent_session_id": "session-2"}
	o.voice(22*time.Second, aircall.EventAIVoiceAgentStarted, merged(map[string]any{"started_at": o.unix(22 * time.Second)}, billing))
	o.voice(40*time.Second, aircall.EventAIVoiceAgentEnded, merged(map[string]any{"ended_at": o.unix(40 * time.Second), "call_end_reason": "answered"}, billing))
	o.voice(45*time.Second, aircall.EventAIVoiceAgentSummary, merged(map[string]any{"extracted_data": map[string]any{"Invoice": "7"}}, billing))
	o.voiceSums(46 * time.Second)
	over := map[string]any{"status": "done", "ended_at": o.unix(41 * time.Second)}
	o.hear(41*time.Second, aircall.EventCallHungup, over)
	o.hear(60*time.Second, aircall.EventCallEnded, over)
	o.run()
	require.Equal(t, []string{"phone: start", "note: end", "note: voice-agent"}, o.log())
	note := o.bodies("voice-agent")[0]
	require.Contains(t, note, "Questions and answers (Reception)")
	require.Contains(t, note, "Questions and answers (Billing)")
	require.Contains(t, o.visible()[1], "Call handled by the voice agent Reception, Billing", "the last one dealt with it")
}

// A summary that comes after the note is appended, and a run that begins after all
// of it tells nothing twice.
func TestWhatAVoiceAgentLearntComesLate(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.knownCustomer()
	o.settings.VoiceAgent.KnowledgeBaseURL = "https://help.acme.example"
	over := map[string]any{"status": "done", "answered_at": o.unix(2 * time.Second), "ended_at": o.unix(41 * time.Second)}
	o.hear(0, aircall.EventCallCreated, nil)
	o.voiceStarts(2 * time.Second)
	o.voiceEnds(40*time.Second, "answered")
	o.hear(41*time.Second, aircall.EventCallHungup, over)
	o.hear(60*time.Second, aircall.EventCallEnded, over)
	o.voiceSums(8 * time.Minute)
	o.run()
	log := o.log()
	require.Len(t, log, 4)
	require.Equal(t, "note: voice-agent", log[2])
	require.Contains(t, log[3], "note: voice-agent intake ")
	require.Contains(t, o.visible()[2], "Knowledge base: https://help.acme.example")

	o.newCall()
	o.callAsAircallHasIt()
	o.voiceSums(0)
	o.tell(time.Second, insights[0].name, insights[0].data)
	o.run()
	require.Len(t, o.bodies("voice-agent"), 2)
	require.Len(t, o.bodies("insights"), 1)
}
