package simulator

import (
	"encoding/json"
	"time"
)

// Values of Script.Kind.
const (
	InboundAnswered    = "inbound_answered"
	InboundMissed      = "inbound_missed"
	InboundVoicemail   = "inbound_voicemail"
	InboundAbandoned   = "inbound_abandoned"
	OutboundAnswered   = "outbound_answered"
	OutboundUnanswered = "outbound_unanswered"
	FailedTransfer     = "failed_transfer"
	CallbackRequest    = "callback_request"
	// An AI voice agent takes the call: to its end, or until it hands the caller to
	// people, of whom one answers, none does, or none does and a voicemail is left.
	VoiceAgentAlone     = "voice_agent_alone"
	VoiceAgentAnswered  = "voice_agent_answered"
	VoiceAgentMissed    = "voice_agent_missed"
	VoiceAgentVoicemail = "voice_agent_voicemail"
)

// Kinds lists the values of Script.Kind.
func Kinds() []string {
	return []string{
		InboundAnswered, InboundMissed, InboundVoicemail, InboundAbandoned,
		OutboundAnswered, OutboundUnanswered, FailedTransfer, CallbackRequest,
		VoiceAgentAlone, VoiceAgentAnswered, VoiceAgentMissed, VoiceAgentVoicemail,
	}
}

// Anonymous is the outside number of a caller who hides it.
const Anonymous = "anonymous"

const defaultOutside = "+1 202-555-0143"

// Script says what happens in one call. Only Kind is needed.
type Script struct {
	Kind string
	// CallID is the call's id. 0: chosen.
	CallID int64
	// NumberID is the line and UserID the agent who talks, or whose phone rings.
	// 0: the first one added.
	NumberID, UserID int64
	// Outside is the other party's number in display form, or Anonymous.
	// Default: "+1 202-555-0143".
	Outside string
	// ContactID is the Aircall contact in the events. 0: the one with that
	// number, if there is one. Negative: none.
	ContactID int64
	// TransferTo is the agent who does not take the failed transfer. 0: any
	// other agent.
	TransferTo int64
	TeamIDs    []int64
	// Ring and Talk are how long these phases take. 0: as usual for the kind.
	Ring, Talk time.Duration
	// Hold puts an answered call on hold for four seconds.
	Hold bool
	// Recording makes a recording of an answered call. Its link comes with
	// call.comm_assets_generated, after call.ended.
	Recording bool
	// MissedReason replaces the usual missed_call_reason.
	MissedReason string
	// Tags and Comments are added by the agent after the hang-up: the tags after
	// TagAfter (default 2 s), the comments after CommentAfter (default 87 s).
	Tags, Comments         []string
	TagAfter, CommentAfter time.Duration
	// ArchiveAfter archives the call that long after the hang-up. 0: never.
	ArchiveAfter time.Duration

	// VoiceAgentTalk is how long the voice agent talks. 0: 45 s.
	VoiceAgentTalk time.Duration
	// VoiceAgentName is its name. Default: "Reception".
	VoiceAgentName string
	// EscalationReason is why it hands the caller over, and Extracted are the answers
	// to its intake questions in any shape. Both have defaults.
	EscalationReason string
	Extracted        json.RawMessage

	// Insights are the kinds of conversation intelligence that come after the call,
	// "*" means all: the first after InsightAfter from the hang-up (default 60 s), and
	// one each five seconds. None comes on a plan without conversation intelligence.
	Insights     []string
	InsightAfter time.Duration

	// Speed divides every pause. 1 (and 0) is real time. The call keeps its
	// durations all the same: it is dated back so that it ends now.
	Speed float64
	// Lose, Duplicate and Reorder name events that are not sent, sent twice, or
	// held back until after up to three later ones; "*" means all. Seed decides
	// how far Reorder goes.
	Lose, Duplicate, Reorder []string
	Seed                     uint64
}

type scriptJSON struct {
	Kind             string          `json:"kind"`
	CallID           int64           `json:"call_id,omitempty"`
	NumberID         int64           `json:"number_id,omitempty"`
	UserID           int64           `json:"user_id,omitempty"`
	Outside          string          `json:"outside,omitempty"`
	ContactID        int64           `json:"contact_id,omitempty"`
	TransferTo       int64           `json:"transfer_to,omitempty"`
	TeamIDs          []int64         `json:"team_ids,omitempty"`
	Ring             jsonDuration    `json:"ring,omitempty"`
	Talk             jsonDuration    `json:"talk,omitempty"`
	Hold             bool            `json:"hold,omitempty"`
	Recording        bool            `json:"recording,omitempty"`
	MissedReason     string          `json:"missed_reason,omitempty"`
	Tags             []string        `json:"tags,omitempty"`
	Comments         []string        `json:"comments,omitempty"`
	TagAfter         jsonDuration    `json:"tag_after,omitempty"`
	CommentAfter     jsonDuration    `json:"comment_after,omitempty"`
	ArchiveAfter     jsonDuration    `json:"archive_after,omitempty"`
	VoiceAgentTalk   jsonDuration    `json:"voice_agent_talk,omitempty"`
	VoiceAgentName   string          `json:"voice_agent_name,omitempty"`
	EscalationReason string          `json:"escalation_reason,omitempty"`
	Extracted        json.RawMessage `json:"extracted_data,omitempty"`
	Insights         []string        `json:"insights,omitempty"`
	InsightAfter     jsonDuration    `json:"insight_after,omitempty"`
	Speed            float64         `json:"speed,omitempty"`
	Lose             []string        `json:"lose,omitempty"`
	Duplicate        []string        `json:"duplicate,omitempty"`
	Reorder          []string        `json:"reorder,omitempty"`
	Seed             uint64          `json:"seed,omitempty"`
}

// MarshalJSON writes durations as text, for example "1m30s".
func (s Script) MarshalJSON() ([]byte, error) {
	return json.Marshal(scriptJSON{
		s.Kind, s.CallID, s.NumberID, s.UserID, s.Outside, s.ContactID, s.TransferTo, s.TeamIDs,
		jsonDuration(s.Ring), jsonDuration(s.Talk), s.Hold, s.Recording, s.MissedReason, s.Tags, s.Comments,
		jsonDuration(s.TagAfter), jsonDuration(s.CommentAfter), jsonDuration(s.ArchiveAfter),
		jsonDuration(s.VoiceAgentTalk), s.VoiceAgentName, s.EscalationReason, s.Extracted,
		s.Insights, jsonDuration(s.InsightAfter),
		s.Speed, s.Lose, s.Duplicate, s.Reorder, s.Seed,
	})
}

// UnmarshalJSON reads what MarshalJSON writes and refuses unknown keys.
func (s *Script) UnmarshalJSON(raw []byte) error {
	var j scriptJSON
	if err := decodeStrict(raw, &j); err != nil {
		return err
	}
	*s = Script{
		Kind: j.Kind, CallID: j.CallID, NumberID: j.NumberID, UserID: j.UserID, Outside: j.Outside,
		ContactID: j.ContactID, TransferTo: j.TransferTo, TeamIDs: j.TeamIDs,
		Ring: time.Duration(j.Ring), Talk: time.Duration(j.Talk), Hold: j.Hold, Recording: j.Recording,
		MissedReason: j.MissedReason, Tags: j.Tags, Comments: j.Comments,
		TagAfter: time.Duration(j.TagAfter), CommentAfter: time.Duration(j.CommentAfter),
		ArchiveAfter: time.Duration(j.ArchiveAfter), Speed: j.Speed,
		VoiceAgentTalk: time.Duration(j.VoiceAgentTalk), VoiceAgentName: j.VoiceAgentName,
		EscalationReason: j.EscalationReason, Extracted: j.Extracted,
		Insights: j.Insights, InsightAfter: time.Duration(j.InsightAfter),
		Lose: j.Lose, Duplicate: j.Duplicate, Reorder: j.Reorder, Seed: j.Seed,
	}
	return nil
}

// Sample is a script of the kind as it commonly goes: the answered ones with a
// recording, a tag and a comment.
func Sample(kind string) Script {
	script := Script{Kind: kind}
	switch kind {
	case InboundAnswered:
		script.Hold, script.Recording = true, true
		script.Tags, script.Comments = []string{"Order"}, []string{"Asks where the order is.\nPromised to call back."}
	case OutboundAnswered:
		script.Recording = true
		script.Comments = []string{"Told the customer that the parcel left today."}
	case FailedTransfer:
		script.Hold = true
		script.Tags = []string{"Billing"}
	case VoiceAgentAlone:
		script.Recording = true
	case VoiceAgentAnswered:
		script.Recording = true
		script.Comments = []string{"Found the parcel. It comes tomorrow."}
	}
	return script
}
