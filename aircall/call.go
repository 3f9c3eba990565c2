package aircall

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"
)

// ErrNotCall says that an event is not about a call.
var ErrNotCall = errors.New("aircall: the event is not about a call")

// Direction says who began a call. Unknown values are kept.
type Direction string

// The directions of Aircall's reference.
const (
	Inbound  Direction = "inbound"
	Outbound Direction = "outbound"
)

// Status says how far a call is. Unknown values are kept.
type Status string

// The statuses of Aircall's reference. A missed call ends as StatusDone too.
const (
	StatusInitial  Status = "initial"
	StatusAnswered Status = "answered"
	StatusDone     Status = "done"
)

// MissedCallReason says why nobody took a call. Unknown values are kept. It
// can be empty on missed calls and set on unanswered outbound ones (both seen
// on the wire), so it does not decide whether a call was missed.
type MissedCallReason string

// The reasons of Aircall's help centre.
const (
	OutOfOpeningHours  MissedCallReason = "out_of_opening_hours"
	ShortAbandoned     MissedCallReason = "short_abandoned"
	AbandonedInIVR     MissedCallReason = "abandoned_in_ivr"
	AbandonedInClassic MissedCallReason = "abandoned_in_classic"
	NoAvailableAgent   MissedCallReason = "no_available_agent"
	AgentsDidNotAnswer MissedCallReason = "agents_did_not_answer"
)

// Call is a call as one webhook event or one REST answer describes it. An
// event rarely says everything, so a zero value, a nil pointer and a nil slice
// mean "not said", never "taken back". A non-nil empty slice says "none".
// It holds personal data: String and LogValue show none.
type Call struct {
	ID int64
	// UUID is call_uuid in webhooks and sid in REST; both are the same value.
	UUID             string
	Direction        Direction
	Status           Status
	MissedCallReason MissedCallReason

	// StartedAt may move by a second some minutes after the end (seen on the
	// wire in 2026), and Duration with it.
	StartedAt, AnsweredAt, EndedAt time.Time
	// Duration includes the ringing and is zero until the end.
	Duration time.Duration

	// RawDigits is the other party: a number in display form with spaces, or
	// the word that Anonymous looks for.
	RawDigits string
	Number    *Number
	// User took or made the call. On an event of a ringing call it is the one
	// who is being rung.
	User       *User
	Contact    *Contact
	AssignedTo *User
	// TransferredTo is a team's first user if the call went to a team.
	TransferredBy, TransferredTo *User
	// ExternalTransferredTo and ExternalCallerNumber come only with
	// call.external_transferred.
	ExternalTransferredTo, ExternalCallerNumber string
	// AutomaticCallbackCallID links a queue callback to its call.
	AutomaticCallbackCallID int64

	Teams    []Team
	Comments []Comment
	Tags     []Tag
	// Participants is conference_participants in REST.
	Participants []Participant
	// IVROptions are ivr_options_selected, of the last two months only.
	IVROptions []IVROption
	// VoiceAgents are the parts of the call that AI voice agents had, in REST only.
	VoiceAgents []VoiceAgentSegment

	// Recording and Voicemail are signed links that expire within the hour,
	// the short ones within three. They must be fetched without Aircall's
	// Authorization header.
	Recording, Voicemail                 string
	RecordingShortURL, VoicemailShortURL string
	// Asset is the lasting web page of the recording or the voicemail. It
	// needs a login.
	Asset string

	Archived    bool
	HangupCause string
	// CountryCode is country_code_a2, in REST only and undocumented.
	CountryCode string
	// Cost is in US cents and deprecated by Aircall.
	Cost string
}

// ParseCall reads a call object. Only the id is required: any other field that
// cannot be understood counts as absent. The error is a *FieldError.
func ParseCall(data json.RawMessage) (Call, error) {
	return callAt("call", data)
}

func callAt(path string, data json.RawMessage) (Call, error) {
	o := toObject(data)
	if o == nil {
		return Call{}, &FieldError{Field: path, Expected: "an object with a call"}
	}
	c := Call{
		ID:               o.id("id"),
		UUID:             firstOf(o.text("call_uuid"), o.text("sid")),
		Direction:        Direction(o.text("direction")),
		Status:           Status(o.text("status")),
		MissedCallReason: MissedCallReason(o.text("missed_call_reason")),

		StartedAt:  o.time("started_at"),
		AnsweredAt: o.time("answered_at"),
		EndedAt:    o.time("ended_at"),
		Duration:   o.seconds("duration"),

		RawDigits:               o.text("raw_digits"),
		Number:                  one(o, "number", readNumber),
		User:                    one(o, "user", readUser),
		Contact:                 one(o, "contact", readContact),
		AssignedTo:              one(o, "assigned_to", readUser),
		TransferredBy:           one(o, "transferred_by", readUser),
		TransferredTo:           one(o, "transferred_to", readUser),
		ExternalTransferredTo:   o.text("external_transferred_to"),
		ExternalCallerNumber:    o.text("external_caller_number"),
		AutomaticCallbackCallID: o.id("automatic_callback_call_id"),

		Teams:        many(o, "teams", readTeam),
		Comments:     many(o, "comments", readComment),
		Tags:         many(o, "tags", readTag),
		Participants: many(o, "participants", readParticipant),
		IVROptions:   many(o, "ivr_options_selected", readIVROption),
		VoiceAgents:  many(o, "ai_voice_agents", readVoiceAgentSegment),

		Recording:         o.text("recording"),
		Voicemail:         o.text("voicemail"),
		RecordingShortURL: o.text("recording_short_url"),
		VoicemailShortURL: o.text("voicemail_short_url"),
		Asset:             o.text("asset"),

		Archived:    o.flag("archived"),
		HangupCause: o.text("hangup_cause"),
		CountryCode: o.text("country_code_a2"),
		Cost:        o.text("cost"),
	}
	if c.ID == 0 {
		return Call{}, &FieldError{Field: path + ".id", Expected: positive}
	}
	if c.Participants == nil {
		c.Participants = many(o, "conference_participants", readParticipant)
	}
	return c, nil
}

func firstOf(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// Anonymous tells whether the other party hides its number. It is false if the
// event does not say who the other party is.
func (c Call) Anonymous() bool {
	return strings.EqualFold(strings.TrimSpace(c.RawDigits), "anonymous")
}

// String names the call without personal data.
func (c Call) String() string {
	return fmt.Sprintf("call %d (%s, %s)", c.ID, c.Direction, c.Status)
}

// LogValue logs the call without personal data.
func (c Call) LogValue() slog.Value {
	return slog.GroupValue(
		slog.Int64("id", c.ID),
		slog.String("direction", string(c.Direction)),
		slog.String("status", string(c.Status)),
	)
}
