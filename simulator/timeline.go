package simulator

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Pauses seen on the wire in 2022.
const (
	endedAfterHangup     = 30 * time.Second
	voicemailAfterHangup = 33 * time.Second
	assetsAfterHangup    = 36 * time.Second
	tagAfterHangup       = 2 * time.Second
	commentAfterHangup   = 87 * time.Second
	dialBeforeCreated    = 2 * time.Second
)

// step is one event of a call: when it comes, counted from the call's start,
// and what it changes.
type step struct {
	at     time.Duration
	event  string
	change func(call *Call, at time.Time)
	// ringing is the agent whose phone rings: in this event's body only.
	ringing int64
	// body is what the event says if it is not about the call as such.
	body func(call *Call, at time.Time) any
}

// plan is a script with everything decided.
type plan struct {
	script Script
	call   Call
	steps  []step
	hangup time.Duration
}

var usualTimes = map[string]struct{ ring, talk time.Duration }{
	InboundAnswered:    {8 * time.Second, 95 * time.Second},
	InboundMissed:      {17 * time.Second, 0},
	InboundVoicemail:   {17 * time.Second, 0},
	InboundAbandoned:   {6 * time.Second, 0},
	OutboundAnswered:   {5 * time.Second, 40 * time.Second},
	OutboundUnanswered: {21 * time.Second, 0},
	FailedTransfer:     {15 * time.Second, 190 * time.Second},
	CallbackRequest:    {25 * time.Second, 0},

	VoiceAgentAlone:     {2 * time.Second, 0},
	VoiceAgentAnswered:  {8 * time.Second, 95 * time.Second},
	VoiceAgentMissed:    {17 * time.Second, 0},
	VoiceAgentVoicemail: {17 * time.Second, 0},
}

// plan checks the script against the company and works the call out. The
// company must be locked.
func (a *Aircall) plan(s Script) (*plan, error) {
	usual, ok := usualTimes[s.Kind]
	if !ok {
		return nil, fmt.Errorf("script kind %q: use one of %v", s.Kind, Kinds())
	}
	s.NumberID = cmp.Or(s.NumberID, firstKey(a.numbers))
	s.UserID = cmp.Or(s.UserID, firstKey(a.users))
	s.Outside = cmp.Or(s.Outside, defaultOutside)
	s.Ring, s.Talk = cmp.Or(s.Ring, usual.ring), cmp.Or(s.Talk, usual.talk)
	s.TagAfter, s.CommentAfter = cmp.Or(s.TagAfter, tagAfterHangup), cmp.Or(s.CommentAfter, commentAfterHangup)
	s.VoiceAgentTalk, s.InsightAfter = cmp.Or(s.VoiceAgentTalk, voiceAgentTalk), cmp.Or(s.InsightAfter, insightAfterHangup)
	s.Speed = cmp.Or(s.Speed, 1)
	switch {
	case a.numbers[s.NumberID] == nil:
		return nil, fmt.Errorf("no number %d: add one first", s.NumberID)
	case a.users[s.UserID] == nil:
		return nil, fmt.Errorf("no user %d: add one first", s.UserID)
	case s.Outside != Anonymous && onlyDigits(s.Outside) == "":
		return nil, fmt.Errorf("outside number %q: use a phone number or %q", s.Outside, Anonymous)
	case s.Outside == Anonymous && (s.Kind == OutboundAnswered || s.Kind == OutboundUnanswered):
		return nil, fmt.Errorf("an outbound call needs a number to dial")
	case s.TransferTo != 0 && a.users[s.TransferTo] == nil:
		return nil, fmt.Errorf("no user %d to transfer to: add one first", s.TransferTo)
	case s.Speed < 0 || s.Ring < 0 || s.Talk < 0 || s.VoiceAgentTalk < 0 || s.InsightAfter < 0:
		return nil, fmt.Errorf("speed, ring, talk and the times of voice agent and insights may not be negative")
	case s.Extracted != nil && !json.Valid(s.Extracted):
		return nil, fmt.Errorf("the extracted data are not JSON")
	case len(s.unknownInsights()) > 0:
		return nil, fmt.Errorf("insight kinds %v: use %v", s.unknownInsights(), InsightKinds())
	case a.calls[s.CallID] != nil:
		return nil, fmt.Errorf("call %d exists already", s.CallID)
	}
	p := &plan{script: s, call: Call{
		ID: a.claim("call", s.CallID), UUID: "CA" + randomHex(32), Direction: "inbound", Status: "initial",
		RawDigits: s.Outside, NumberID: s.NumberID, TeamIDs: slices.Clone(s.TeamIDs), Cost: "0.0",
	}}
	p.call.ContactID = a.contactFor(s)
	switch s.Kind {
	case OutboundAnswered, OutboundUnanswered:
		p.dial()
	case VoiceAgentAlone, VoiceAgentAnswered, VoiceAgentMissed, VoiceAgentVoicemail:
		p.receiveByVoiceAgent(a)
	default:
		p.receive(a.otherUser(s))
	}
	a.afterwards(p)
	slices.SortStableFunc(p.steps, func(x, y step) int { return cmp.Compare(x.at, y.at) })
	return p, nil
}

func (a *Aircall) contactFor(s Script) int64 {
	if s.ContactID != 0 || s.Outside == Anonymous {
		return max(s.ContactID, 0)
	}
	for _, id := range sortedKeys(a.contacts) {
		if a.contacts[id].hasNumber(s.Outside) {
			return id
		}
	}
	return 0
}

func (a *Aircall) otherUser(s Script) int64 {
	if s.TransferTo != 0 {
		return s.TransferTo
	}
	for _, id := range sortedKeys(a.users) {
		if id != s.UserID {
			return id
		}
	}
	return s.UserID
}

func (p *plan) add(at time.Duration, event string, change func(*Call, time.Time)) {
	if change == nil {
		change = func(*Call, time.Time) {}
	}
	p.steps = append(p.steps, step{at: at, event: event, change: change})
}

// dial: an outbound call has its agent from the start, and call.created comes
// two seconds after started_at.
func (p *plan) dial() {
	p.call.Direction, p.call.UserID = "outbound", p.script.UserID
	p.add(dialBeforeCreated, "call.created", nil)
	p.hangup = dialBeforeCreated + p.script.Ring
	if p.script.Kind == OutboundAnswered {
		p.talk(dialBeforeCreated+p.script.Ring, 0)
	}
	p.end("")
}

// receive: an inbound call has no agent until one answers.
func (p *plan) receive(other int64) {
	p.add(0, "call.created", nil)
	if p.script.Kind != CallbackRequest {
		p.add(0, "call.ringing_on_agent", nil)
		p.steps[len(p.steps)-1].ringing = p.script.UserID
	}
	p.hangup = p.script.Ring
	switch p.script.Kind {
	case InboundAnswered:
		p.talk(p.script.Ring, 0)
		p.end("")
	case FailedTransfer:
		p.talk(p.script.Ring, other)
		p.end("")
	case InboundAbandoned:
		p.end("short_abandoned")
	case CallbackRequest:
		p.end("")
	default:
		p.end("agents_did_not_answer")
	}
}

// talk answers the call and fills the time until the hang-up.
func (p *plan) talk(from time.Duration, failedTransferTo int64) {
	talk := p.script.Talk
	p.hangup = from + talk
	p.add(from, "call.answered", func(call *Call, at time.Time) {
		call.Status, call.AnsweredAt, call.UserID = "answered", at, p.script.UserID
	})
	if p.script.Hold {
		p.add(from+talk/4, "call.hold", nil)
		p.add(from+talk/4+min(4*time.Second, talk/4), "call.unhold", nil)
	}
	if failedTransferTo != 0 {
		p.add(from+talk/2, "call.unsuccessful_transfer", func(call *Call, _ time.Time) {
			call.TransferredBy, call.TransferredTo = p.script.UserID, failedTransferTo
		})
	}
}

func (p *plan) end(reason string) {
	p.add(p.hangup, "call.hungup", func(call *Call, at time.Time) {
		call.Status, call.EndedAt = "done", at
		call.MissedCallReason = cmp.Or(p.script.MissedReason, reason)
	})
	p.add(p.hangup+endedAfterHangup, "call.ended", func(call *Call, _ time.Time) {
		call.Voicemail = p.script.leavesVoicemail()
	})
}

// afterwards adds what comes after the hang-up beside call.ended.
func (a *Aircall) afterwards(p *plan) {
	s := p.script
	if s.Kind == CallbackRequest {
		tag := a.tagNamed("Callback Request", "queue_callback", "#29C8FF")
		p.add(p.hangup+time.Second, "call.tagged", func(call *Call, at time.Time) {
			call.Tags = append(call.Tags, CallTag{ID: tag.ID, Name: tag.Name, TaggedAt: at})
		})
	}
	if s.leavesVoicemail() {
		p.add(p.hangup+voicemailAfterHangup, "call.voicemail_left", nil)
		p.add(p.hangup+assetsAfterHangup, "call.comm_assets_generated", nil)
	}
	if answered := usualTimes[s.Kind].talk > 0 || s.Kind == VoiceAgentAlone; answered && s.Recording {
		p.add(p.hangup+assetsAfterHangup, "call.comm_assets_generated", func(call *Call, _ time.Time) {
			call.Recording = true
		})
	}
	for i, name := range s.Tags {
		tag := a.tagNamed(name, "", "#0033CC")
		p.add(p.hangup+s.TagAfter+time.Duration(i)*time.Second, "call.tagged", func(call *Call, at time.Time) {
			call.Tags = append(call.Tags, CallTag{ID: tag.ID, Name: tag.Name, TaggedBy: s.UserID, TaggedAt: at})
		})
	}
	for i, content := range s.Comments {
		id := a.claim("comment", 0)
		p.add(p.hangup+s.CommentAfter+time.Duration(i)*time.Second, "call.commented", func(call *Call, at time.Time) {
			call.Comments = append(call.Comments, CallComment{ID: id, Content: content, PostedBy: s.UserID, PostedAt: at})
		})
	}
	a.insightsAfter(p)
	if s.ArchiveAfter > 0 {
		p.add(p.hangup+s.ArchiveAfter, "call.archived", func(call *Call, _ time.Time) { call.Archived = true })
	}
}

func (a *Aircall) tagNamed(name, description, color string) *Tag {
	for _, id := range sortedKeys(a.tags) {
		if a.tags[id].Name == name {
			return a.tags[id]
		}
	}
	tag := &Tag{ID: a.claim("tag", 0), Name: name, Color: color, Description: description}
	a.tags[tag.ID] = tag
	return tag
}

// stamps gives each step its time. Sped up, a call keeps its true durations and
// is dated back so that it ends when it really does; what comes later is stamped
// with the time it is sent.
func (p *plan) stamps(start time.Time) func(at time.Duration) time.Time {
	sent := func(at time.Duration) time.Time {
		return start.Add(time.Duration(float64(at) / p.script.Speed))
	}
	hungUp := sent(p.hangup)
	return func(at time.Duration) time.Time {
		if at <= p.hangup {
			return hungUp.Add(at - p.hangup)
		}
		return sent(at)
	}
}

func firstKey[V any](m map[int64]V) int64 {
	if len(m) == 0 {
		return 0
	}
	return slices.Min(slices.Collect(maps.Keys(m)))
}
