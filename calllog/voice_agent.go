package calllog

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
	"time"

	"callscout/aircall"
)

// Session is one conversation of the caller with a voice agent of Aircall. A call
// has several where agents hand over to each other.
type Session struct {
	ID string `json:"id,omitempty"`
	// AgentID and Agent are the voice agent's id and name.
	AgentID   string    `json:"agent_id,omitempty"`
	Agent     string    `json:"agent,omitempty"`
	StartedAt time.Time `json:"started_at,omitzero"`
	EndedAt   time.Time `json:"ended_at,omitzero"`
	// EndReason is Aircall's answered, escalated, disconnected or caller_hung_up.
	EndReason        string `json:"end_reason,omitempty"`
	Escalated        bool   `json:"escalated,omitempty"`
	EscalationReason string `json:"escalation_reason,omitempty"`
	EscalationTarget string `json:"escalation_target,omitempty"`
	// Intake are the questions that the voice agent asked, with the answers.
	Intake []Answer `json:"intake,omitempty"`
	// Summarised says that Aircall told the answers, also where there are none.
	Summarised bool `json:"summarised,omitempty"`
}

// Answer is one question of a voice agent's intake, and what the caller said.
type Answer struct {
	Question string `json:"question,omitempty"`
	Answer   string `json:"answer,omitempty"`
}

// FromVoiceAgent reduces a webhook about a voice agent. Its error says what could
// not be understood, without personal data.
func FromVoiceAgent(event aircall.Event) (Event, error) {
	said, err := event.VoiceAgent()
	if err != nil {
		return Event{}, err
	}
	if event.Timestamp.IsZero() {
		return Event{}, fmt.Errorf("%s has no timestamp", event.Name)
	}
	session := Session{
		ID: said.SessionID, AgentID: said.AgentID, Agent: strings.TrimSpace(said.AgentName),
		StartedAt: said.StartedAt, EndedAt: said.EndedAt, EndReason: string(said.EndReason),
		Escalated:        said.Name == aircall.EventAIVoiceAgentEscalated || said.EndReason == aircall.VoiceAgentEscalated,
		EscalationReason: strings.TrimSpace(said.EscalationReason), EscalationTarget: target(said.EscalationTarget),
		Intake: answers(said.Answers), Summarised: said.Name == aircall.EventAIVoiceAgentSummary,
	}
	switch {
	case said.Name == aircall.EventAIVoiceAgentStarted && session.StartedAt.IsZero():
		session.StartedAt = cmp.Or(said.CreatedAt, event.Timestamp)
	case said.Name == aircall.EventAIVoiceAgentEnded && session.EndedAt.IsZero():
		session.EndedAt = event.Timestamp
	}
	out := Event{
		Name: said.Name, At: event.Timestamp.UTC(), Session: &session,
		Call: Snapshot{ID: said.CallID, OutsideNumber: said.ExternalNumber},
	}
	if said.NumberID != 0 {
		out.Call.Line = &Line{ID: said.NumberID}
	}
	return out, out.digest()
}

// target is where a voice agent sent the caller: a name or a number where Aircall
// says one, and an id says nothing to a reader.
func target(t *aircall.EscalationTarget) string {
	if t == nil {
		return ""
	}
	destination := strings.TrimSpace(t.Destination)
	if _, err := strconv.ParseInt(destination, 10, 32); err == nil || destination == "" {
		return strings.TrimSpace(t.Type + " " + destination)
	}
	return destination
}

func answers(told []aircall.Answer) []Answer {
	var out []Answer
	for _, a := range told {
		answer := Answer{Question: strings.TrimSpace(a.Question), Answer: strings.TrimSpace(a.Answer)}
		if answer != (Answer{}) && !slices.Contains(out, answer) {
			out = append(out, answer)
		}
	}
	return out
}

// sessions are those that a call shows which was fetched with them.
func sessions(call aircall.Call) []Session {
	var out []Session
	for _, segment := range call.VoiceAgents {
		session := Session{
			ID: segment.SessionID, AgentID: segment.AgentID, Agent: strings.TrimSpace(segment.AgentName),
			StartedAt: segment.StartedAt, EndedAt: segment.EndedAt, EndReason: string(segment.EndReason),
			Escalated:        segment.EndReason == aircall.VoiceAgentEscalated || segment.EscalationReason != "" || segment.EscalationTarget != nil,
			EscalationReason: strings.TrimSpace(segment.EscalationReason), EscalationTarget: target(segment.EscalationTarget),
		}
		out = append(out, session)
	}
	return out
}

// same says that two sayings are about one session.
func (s Session) same(other Session) bool {
	switch {
	case s.ID != "" && other.ID != "":
		return s.ID == other.ID
	case s.AgentID != "" && other.AgentID != "":
		return s.AgentID == other.AgentID
	default:
		// Only one of them has a name: a call seldom has two sessions, and what
		// belongs to none of them would be lost.
		return true
	}
}

func (f *Facts) addSession(said Session) {
	f.Sessions = slices.Clone(f.Sessions)
	i := slices.IndexFunc(f.Sessions, said.same)
	if i < 0 {
		f.Sessions = append(f.Sessions, said)
		return
	}
	s := &f.Sessions[i]
	set(&s.ID, said.ID)
	set(&s.AgentID, said.AgentID)
	set(&s.Agent, said.Agent)
	setTime(&s.StartedAt, said.StartedAt)
	setTime(&s.EndedAt, said.EndedAt)
	set(&s.EndReason, said.EndReason)
	set(&s.EscalationReason, said.EscalationReason)
	set(&s.EscalationTarget, said.EscalationTarget)
	s.Escalated = s.Escalated || said.Escalated
	s.Summarised = s.Summarised || said.Summarised
	if len(said.Intake) > 0 {
		s.Intake = said.Intake
	}
}

// settleSessions is what the sessions say of the call itself: a voice agent that
// talked has answered it, whatever the events of the call say.
func (f *Facts) settleSessions() {
	slices.SortStableFunc(f.Sessions, func(a, b Session) int {
		return cmp.Or(boolean(a.StartedAt.IsZero())-boolean(b.StartedAt.IsZero()), a.StartedAt.Compare(b.StartedAt))
	})
	if !f.AnsweredAt.IsZero() {
		return
	}
	for _, s := range f.Sessions {
		if !s.StartedAt.IsZero() {
			f.AnsweredAt = s.StartedAt
			return
		}
	}
}

// Escalated says that the last voice agent handed the call to people; those before
// it handed it to another voice agent.
func (f Facts) Escalated() bool {
	return len(f.Sessions) > 0 && f.Sessions[len(f.Sessions)-1].Escalated
}

// leftByVoiceAgent says that a voice agent wanted to hand the call to people and
// none took it. Whose phone rang last may stand in the call's events as if that
// person had taken it; a reason why it was missed, or a voicemail, says otherwise.
func (f Facts) leftByVoiceAgent() bool {
	return f.Escalated() && (f.Agent == nil || f.MissedReason != "" || !f.Voicemail.None())
}

// voiceAgents are the names of the voice agents that talked, in that order.
func (f Facts) voiceAgents() string {
	var names []string
	for _, s := range f.Sessions {
		if s.Agent != "" && !slices.Contains(names, s.Agent) {
			names = append(names, s.Agent)
		}
	}
	return strings.Join(names, ", ")
}

// sessionsComplete says that nothing of the sessions is still to come.
func (f Facts) sessionsComplete() bool {
	return !slices.ContainsFunc(f.Sessions, func(s Session) bool {
		return s.EndedAt.IsZero() && s.EndReason == "" || !s.Summarised || s.Escalated && s.EscalationReason == "" && s.EscalationTarget == ""
	})
}

// SessionParts are what a note of the voice agent tells: that one talked, why it
// handed the call on, what the caller answered. They go by what is said, so that
// what comes later, or is fetched again by a later run, is told once.
func SessionParts(f Facts) []Part {
	if len(f.Sessions) == 0 {
		return nil
	}
	parts := []Part{PartVoiceAgent}
	for _, s := range f.Sessions {
		if s.Escalated {
			parts = append(parts, sessionPart("escalation", cmp.Or(s.EscalationReason, s.EscalationTarget)))
		}
		if len(s.Intake) > 0 {
			var asked []string
			for _, answer := range s.Intake {
				asked = append(asked, answer.Question, answer.Answer)
			}
			parts = append(parts, sessionPart("intake", asked...))
		}
	}
	return parts
}

func sessionPart(what string, said ...string) Part {
	return Part(fmt.Sprintf("%s/%s/%s", PartVoiceAgent, what, digest(said...)))
}

// digest is short for what was said, in the name of a part. It is computed within
// workflows, so that it is of the plain kind: nothing depends on its being hard to
// forge.
func digest(said ...string) string {
	sum := fnv.New64a()
	for _, text := range said {
		_, _ = sum.Write([]byte(strconv.Itoa(len(text)) + ":" + text)) // a hash takes everything
	}
	return strconv.FormatUint(sum.Sum64(), 36)
}
