package simulator

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"
)

// Pauses that no source shows: nothing of a voice agent's calls was captured.
const (
	voiceAgentTakes    = 2 * time.Second
	voiceAgentTalk     = 45 * time.Second
	voiceAgentEnds     = time.Second
	voiceAgentSums     = 3 * time.Second
	insightAfterHangup = time.Minute
	insightPause       = 5 * time.Second
)

const (
	usualEscalation = "The caller asked for a person."
	usualExtracted  = `{"What is your order number?":"4711","How can we help?":"The parcel has not arrived."}`
)

func (s Script) leavesVoicemail() bool {
	return s.Kind == InboundVoicemail || s.Kind == VoiceAgentVoicemail
}

// receiveByVoiceAgent: the voice agent takes the call and keeps it, or sends the
// caller on to the script's agent, whose phone then rings as in any other call.
func (p *plan) receiveByVoiceAgent(a *Aircall) {
	s := p.script
	session := VoiceAgentSession{AgentName: s.VoiceAgentName}.named()
	tell := func(at time.Duration, event string, change func(*VoiceAgentSession, time.Time)) {
		p.add(at, "ai_voice_agent."+event, func(call *Call, now time.Time) {
			change(&session, now)
			if call.EndedAt.Before(session.EndedAt) && !call.EndedAt.IsZero() {
				session.EndedAt = call.EndedAt
			}
			call.putSession(session)
		})
		p.steps[len(p.steps)-1].body = func(call *Call, _ time.Time) any { return a.voiceAgentEvent(call, session, event) }
	}
	p.add(0, "call.created", nil)
	tell(voiceAgentTakes, "started", func(s *VoiceAgentSession, now time.Time) { s.StartedAt = now })
	if a.options.VoiceAgentAnswersCalls {
		p.add(voiceAgentTakes, "call.answered", func(call *Call, now time.Time) { call.Status, call.AnsweredAt = "answered", now })
	}
	over := voiceAgentTakes + s.VoiceAgentTalk
	end := func(reason string) func(*VoiceAgentSession, time.Time) {
		return func(s *VoiceAgentSession, now time.Time) { s.EndReason, s.EndedAt = reason, now }
	}
	extract := func(v *VoiceAgentSession, _ time.Time) {
		v.Extracted = s.Extracted
		if v.Extracted == nil {
			v.Extracted = json.RawMessage(usualExtracted)
		}
	}
	if s.Kind == VoiceAgentAlone {
		p.hangup = over
		p.end("")
		tell(over+voiceAgentEnds, "ended", end("answered"))
		tell(over+voiceAgentSums, "summary", extract)
		return
	}
	tell(over, "escalated", func(v *VoiceAgentSession, _ time.Time) {
		v.EscalationReason = cmp.Or(s.EscalationReason, usualEscalation)
		v.TargetType, v.Target = "user", decimal(s.UserID)
	})
	p.add(over, "call.ringing_on_agent", nil)
	p.steps[len(p.steps)-1].ringing = s.UserID
	tell(over+voiceAgentEnds, "ended", end("escalated"))
	tell(over+voiceAgentSums, "summary", extract)
	p.hangup = over + s.Ring
	if s.Kind == VoiceAgentAnswered {
		p.talk(over+s.Ring, 0)
		p.end("")
		return
	}
	p.end("agents_did_not_answer")
}

// wantedInsights are the kinds that the script names.
func (s Script) wantedInsights() []string {
	if slices.Contains(s.Insights, "*") {
		return InsightKinds()
	}
	return s.Insights
}

func (s Script) unknownInsights() []string {
	return slices.DeleteFunc(slices.Clone(s.wantedInsights()), func(kind string) bool { return slices.Contains(InsightKinds(), kind) })
}

// insightsAfter lets conversation intelligence come after the call. A call that
// nobody recorded has none in truth; here the script decides.
func (a *Aircall) insightsAfter(p *plan) {
	if a.options.NoIntelligence {
		return
	}
	for i, kind := range p.script.wantedInsights() {
		p.add(p.hangup+p.script.InsightAfter+time.Duration(i)*insightPause, insightEvents[kind], nil)
		p.steps[len(p.steps)-1].body = func(call *Call, _ time.Time) any {
			stored, err := a.storeInsight(a.sampleInsight(kind, call))
			if err != nil {
				// The plan was changed meanwhile.
				return map[string]any{"call_id": call.ID}
			}
			return a.insightEvent(stored)
		}
	}
}
