package simulator

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// VoiceAgentSession is an AI voice agent's part of a call.
type VoiceAgentSession struct {
	// SessionID and AgentID are chosen if they are empty; AgentName is then
	// "Reception".
	SessionID string    `json:"session_id,omitempty"`
	AgentID   string    `json:"agent_id,omitempty"`
	AgentName string    `json:"agent_name,omitempty"`
	StartedAt time.Time `json:"started_at,omitzero"`
	EndedAt   time.Time `json:"ended_at,omitzero"`
	// EndReason is answered, escalated, disconnected or caller_hung_up.
	EndReason        string `json:"end_reason,omitempty"`
	EscalationReason string `json:"escalation_reason,omitempty"`
	// TargetType is branch, user, team or external; Target goes with it.
	TargetType string `json:"target_type,omitempty"`
	Target     string `json:"target,omitempty"`
	// Extracted are the answers to the intake questions, in any shape.
	Extracted json.RawMessage `json:"extracted_data,omitempty"`
}

// VoiceAgentTold says how an event of a voice agent is written.
type VoiceAgentTold struct {
	// Event is started, ended, escalated or summary.
	Event string
	// IDsAsText writes id and call_id as text.
	IDsAsText bool
	// OlderName writes voice_virtual_agent for ai_voice_agent, as old release notes
	// do.
	OlderName bool
}

// voiceAgentKeys are the keys that come beside the common ones.
var voiceAgentKeys = map[string][]string{
	"started":   {"started_at", "external_caller_number", "aircall_number"},
	"ended":     {"started_at", "ended_at", "external_caller_number", "aircall_number", "call_end_reason"},
	"escalated": {"escalation_reason"},
	"summary":   {"extracted_data"},
}

// TellVoiceAgent keeps the session with its call, if that is known, and sends the event
// to every webhook that wants it. It returns after the first attempt. It fails if
// there is no such event.
func (a *Aircall) TellVoiceAgent(ctx context.Context, callID int64, s VoiceAgentSession, how VoiceAgentTold) error {
	if voiceAgentKeys[how.Event] == nil {
		return fmt.Errorf("event %q of a voice agent: use one of %v", how.Event, slices.Sorted(maps.Keys(voiceAgentKeys)))
	}
	if s.Extracted != nil && !json.Valid(s.Extracted) {
		return errors.New("the extracted data are not JSON")
	}
	a.mu.Lock()
	call := a.calls[callID]
	seen := Call{ID: callID}
	s = s.named()
	if call != nil {
		call.putSession(s)
		seen = call.clone()
	}
	now := a.clock()
	body := a.voiceAgentEvent(&seen, s, how.Event)
	a.mu.Unlock()
	if how.IDsAsText {
		body["id"], body["call_id"] = decimal(callID), decimal(callID)
	}
	data, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("%s: %w", how.Event, err)
	}
	prefix := "ai_voice_agent."
	if how.OlderName {
		prefix = "voice_virtual_agent."
	}
	return wait(ctx, a.send(prefix+how.Event, callID, data, now))
}

func (s VoiceAgentSession) named() VoiceAgentSession {
	s.SessionID = cmp.Or(s.SessionID, logRef())
	s.AgentID, s.AgentName = cmp.Or(s.AgentID, "agent-reception"), cmp.Or(s.AgentName, "Reception")
	return s
}

// putSession replaces the session of the same id, or adds it.
func (c *Call) putSession(s VoiceAgentSession) {
	for i := range c.VoiceAgents {
		if c.VoiceAgents[i].SessionID == s.SessionID {
			c.VoiceAgents[i] = s
			return
		}
	}
	c.VoiceAgents = append(c.VoiceAgents, s)
}

// voiceAgentEvent has no user, contact, direction or raw_digits: it is joined to its
// call by call_id.
func (a *Aircall) voiceAgentEvent(call *Call, s VoiceAgentSession, event string) map[string]any {
	began := s.StartedAt
	if began.IsZero() {
		began = a.clock()
	}
	more := map[string]any{
		"started_at": unixOrNull(s.StartedAt), "ended_at": unixOrNull(s.EndedAt),
		"external_caller_number": call.RawDigits, "aircall_number": nil,
		"call_end_reason": s.EndReason, "escalation_reason": s.EscalationReason,
		"extracted_data": rawOr(s.Extracted, map[string]any{}),
	}
	if number := a.numbers[call.NumberID]; number != nil {
		more["aircall_number"] = number.Digits
	}
	body := map[string]any{
		"id": call.ID, "call_id": call.ID, "call_uuid": call.UUID, "number_id": call.NumberID,
		"ai_voice_agent_id": s.AgentID, "ai_voice_agent_name": s.AgentName, "ai_voice_agent_session_id": s.SessionID,
		"created_at": began.Unix(),
	}
	for _, key := range voiceAgentKeys[event] {
		body[key] = more[key]
	}
	return body
}

// voiceAgentSegments are the sessions as the call by REST has them.
func voiceAgentSegments(call *Call) []any {
	all := []any{}
	for _, s := range call.VoiceAgents {
		var target any
		if s.TargetType != "" {
			target = map[string]any{"type": s.TargetType, "destination": s.Target}
		}
		all = append(all, map[string]any{
			"agent_id": s.AgentID, "agent_name": s.AgentName, "end_reason": orNull(s.EndReason),
			"started_at": unixOrNull(s.StartedAt), "ended_at": unixOrNull(s.EndedAt),
			"escalation_reason": orNull(s.EscalationReason), "escalation_target": target,
		})
	}
	return all
}

// rawOr is JSON that was given as it is.
func rawOr(given json.RawMessage, usual any) any {
	if given != nil {
		return given
	}
	return usual
}
