package aircall

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"
)

// ErrNotVoiceAgent says that an event is not about an AI voice agent.
var ErrNotVoiceAgent = errors.New("aircall: the event is not about an AI voice agent")

// VoiceAgentEndReason says why a voice agent's part of a call ended. Unknown values
// are kept.
type VoiceAgentEndReason string

// The reasons of Aircall's reference.
const (
	// VoiceAgentAnswered means that the agent did what the caller wanted.
	VoiceAgentAnswered     VoiceAgentEndReason = "answered"
	VoiceAgentEscalated    VoiceAgentEndReason = "escalated"
	VoiceAgentDisconnected VoiceAgentEndReason = "disconnected"
	VoiceAgentCallerHungUp VoiceAgentEndReason = "caller_hung_up"
)

// EscalationTarget is where a voice agent sent its caller. Only the call by REST has
// it in Aircall's reference.
type EscalationTarget struct {
	// Type is "branch", "user", "team" or "external"; unknown values are kept.
	Type string
	// Destination is an id, a name or a phone number.
	Destination string
}

// VoiceAgentEvent is what one event says of a voice agent's part of a call, its
// session. A call may have several. A zero value means "not said". It holds personal
// data: String and LogValue show none.
type VoiceAgentEvent struct {
	// Name is the event's, in today's spelling, for example EventAIVoiceAgentEnded.
	Name     string
	CallID   int64
	CallUUID string
	// SessionID tells the sessions of one call apart.
	AgentID, AgentName, SessionID string
	NumberID                      int64
	// StartedAt comes with started and ended, EndedAt with ended.
	CreatedAt, StartedAt, EndedAt time.Time
	// ExternalNumber and AircallNumber are in display form and come with started and
	// ended.
	ExternalNumber, AircallNumber string
	// EndReason comes with ended.
	EndReason VoiceAgentEndReason
	// EscalationReason comes with escalated.
	EscalationReason string
	EscalationTarget *EscalationTarget
	// Answers come with summary.
	Answers []Answer
}

// VoiceAgentSegment is a voice agent's part of a call as the call by REST has it.
type VoiceAgentSegment struct {
	AgentID, AgentName string
	// SessionID is not in Aircall's reference here; it is kept if it comes.
	SessionID          string
	StartedAt, EndedAt time.Time
	EndReason          VoiceAgentEndReason
	EscalationReason   string
	EscalationTarget   *EscalationTarget
}

const (
	voiceAgentPrefix      = "ai_voice_agent."
	olderVoiceAgentPrefix = "voice_virtual_agent."
)

// voiceAgentName is the event's name in today's spelling; release notes before 2026
// have another.
func voiceAgentName(event string) (name string, ok bool) {
	if did, older := strings.CutPrefix(event, olderVoiceAgentPrefix); older {
		return voiceAgentPrefix + did, true
	}
	return event, strings.HasPrefix(event, voiceAgentPrefix)
}

// IsVoiceAgent tells whether Data is about an AI voice agent's part of a call.
func (e Event) IsVoiceAgent() bool {
	_, ok := voiceAgentName(e.Name)
	return ok
}

// VoiceAgent reads Data as one of a voice agent. Only the call's id is required. It
// fails with ErrNotVoiceAgent if the event is about something else, and with a
// *FieldError if the data cannot be understood.
func (e Event) VoiceAgent() (VoiceAgentEvent, error) {
	name, ok := voiceAgentName(e.Name)
	if !ok {
		return VoiceAgentEvent{}, ErrNotVoiceAgent
	}
	o := toObject(e.Data)
	if o == nil {
		return VoiceAgentEvent{}, &FieldError{Field: "data", Expected: "an object about a voice agent"}
	}
	told := VoiceAgentEvent{
		Name:             name,
		CallID:           o.idOr("call_id", "call"),
		CallUUID:         o.text("call_uuid"),
		AgentID:          firstOf(o.text("ai_voice_agent_id"), o.text("voice_virtual_agent_id"), o.text("agent_id")),
		AgentName:        firstOf(o.text("ai_voice_agent_name"), o.text("voice_virtual_agent_name"), o.text("agent_name")),
		SessionID:        firstOf(o.text("ai_voice_agent_session_id"), o.text("voice_virtual_agent_session_id"), o.text("session_id")),
		NumberID:         o.idOr("number_id", "number"),
		CreatedAt:        o.time("created_at"),
		StartedAt:        o.time("started_at"),
		EndedAt:          o.time("ended_at"),
		ExternalNumber:   o.text("external_caller_number"),
		AircallNumber:    o.text("aircall_number"),
		EndReason:        VoiceAgentEndReason(firstOf(o.text("call_end_reason"), o.text("end_reason"))),
		EscalationReason: o.text("escalation_reason"),
		EscalationTarget: escalationTarget(o),
	}
	// The call's id is in both; that of another thing could be in id alone.
	if told.CallID == 0 {
		told.CallID = o.id("id")
	}
	if told.CallID == 0 {
		return VoiceAgentEvent{}, &FieldError{Field: "data.call_id", Expected: positive}
	}
	told.Answers = answers(o["extracted_data"])
	return told, nil
}

func readVoiceAgentSegment(o object) VoiceAgentSegment {
	return VoiceAgentSegment{
		AgentID:          firstOf(o.text("agent_id"), o.text("ai_voice_agent_id")),
		AgentName:        firstOf(o.text("agent_name"), o.text("ai_voice_agent_name")),
		SessionID:        firstOf(o.text("session_id"), o.text("ai_voice_agent_session_id")),
		StartedAt:        o.time("started_at"),
		EndedAt:          o.time("ended_at"),
		EndReason:        VoiceAgentEndReason(firstOf(o.text("end_reason"), o.text("call_end_reason"))),
		EscalationReason: o.text("escalation_reason"),
		EscalationTarget: escalationTarget(o),
	}
}

// escalationTarget takes a destination without a type too, and one that is an object
// with a name. It is nil if none is said.
func escalationTarget(o object) *EscalationTarget {
	raw := o["escalation_target"]
	target := EscalationTarget{Destination: o.text("escalation_target")}
	if fields := toObject(raw); fields != nil {
		destination := toObject(fields["destination"])
		target = EscalationTarget{
			Type:        fields.text("type"),
			Destination: firstOf(fields.text("destination"), destination.text("name"), destination.text("id")),
		}
	}
	if target == (EscalationTarget{}) {
		return nil
	}
	return &target
}

// String names the event without personal data.
func (v VoiceAgentEvent) String() string {
	return fmt.Sprintf("%s of call %d (%d answers)", v.Name, v.CallID, len(v.Answers))
}

// LogValue logs the event without personal data.
func (v VoiceAgentEvent) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("event", v.Name), slog.Int64("call", v.CallID), slog.String("end_reason", string(v.EndReason)),
	)
}
