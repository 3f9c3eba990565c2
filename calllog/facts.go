package calllog

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"callscout/aircall"
	"callscout/settings"
)

// Facts is all that is known of one call. It is derived from the events alone,
// so their order and number do not matter.
type Facts struct {
	CallID    int64     `json:"call_id"`
	Direction Direction `json:"direction"`
	Line      Line      `json:"line"`
	// OutsideNumber is the other party as Aircall prints it; empty if withheld.
	OutsideNumber string   `json:"outside_number,omitempty"`
	Anonymous     bool     `json:"anonymous,omitempty"`
	Contact       *Contact `json:"contact,omitempty"`
	// Agent is who made or took the call; the last one after a transfer.
	Agent *Person `json:"agent,omitempty"`
	// Rang are the agents whose phone rang, in that order.
	Rang  []Person `json:"rang,omitempty"`
	Teams []string `json:"teams,omitempty"`
	IVR   []string `json:"ivr,omitempty"`

	StartedAt    time.Time `json:"started_at,omitzero"`
	AnsweredAt   time.Time `json:"answered_at,omitzero"`
	EndedAt      time.Time `json:"ended_at,omitzero"`
	MissedReason string    `json:"missed_reason,omitempty"`
	// Final says that Aircall's last word is in: call.ended, or a fetched call
	// that is done.
	Final bool `json:"final,omitempty"`
	// LastWordAt is when Aircall built the newest event.
	LastWordAt time.Time `json:"last_word_at,omitzero"`

	// Transfers are all attempts to hand the call on, in that order.
	Transfers     []Transfer `json:"transfers,omitempty"`
	CallbackOf    int64      `json:"callback_of,omitempty"`
	CallbackAsked bool       `json:"callback_asked,omitempty"`
	// Conference are all who took part, where they were more than two.
	Conference []string `json:"conference,omitempty"`

	Comments []Comment `json:"comments,omitempty"`
	Tags     []string  `json:"tags,omitempty"`
	// Untagged are tags that agents took off again.
	Untagged  []string `json:"untagged,omitempty"`
	Recording Media    `json:"recording,omitzero"`
	Voicemail Media    `json:"voicemail,omitzero"`

	// Insights are what Aircall's AI says, in the order of a note.
	Insights []Insight `json:"insights,omitempty"`
	// Sessions are the caller's conversations with voice agents.
	Sessions []Session `json:"sessions,omitempty"`
}

// Gather derives the facts from events in any order, with repeats. Later
// snapshots win where they say something; what they leave out stays known.
func Gather(events []Event) Facts {
	var f Facts
	for _, event := range inOrder(events) {
		f.add(event)
	}
	slices.SortStableFunc(f.Comments, func(a, b Comment) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID))
	})
	sortInsights(f.Insights)
	f.settleSessions()
	if f.Over() && f.OutsideNumber == "" {
		// Nobody will say any more whom it was with.
		f.Anonymous = true
	}
	return f
}

// inOrder sorts by time, and within a second so that the story makes sense: the
// wire has call.created and call.ringing_on_agent in the same second.
func inOrder(events []Event) []Event {
	sorted := slices.Clone(events)
	slices.SortFunc(sorted, func(a, b Event) int {
		return cmp.Or(
			a.At.Compare(b.At),
			cmp.Compare(stage(a.Name), stage(b.Name)),
			cmp.Compare(len(a.Call.Tags), len(b.Call.Tags)),
			cmp.Compare(a.ID, b.ID),
		)
	})
	return slices.CompactFunc(sorted, func(a, b Event) bool { return a.ID == b.ID })
}

func stage(name string) int {
	order := []string{
		aircall.EventCallCreated, aircall.EventCallIVROptionSelected, aircall.EventCallRingingOnAgent,
		aircall.EventCallAgentDeclined, aircall.EventCallAnswered, aircall.EventCallHold, aircall.EventCallUnhold,
		aircall.EventCallTransferred, aircall.EventCallUnsuccessfulTransfer, aircall.EventCallExternalTransferred,
		aircall.EventCallHungup, aircall.EventCallEnded, aircall.EventCallVoicemailLeft,
		aircall.EventCallCommAssetsGenerated, aircall.EventCallTagged, aircall.EventCallUntagged,
	}
	if i := slices.Index(order, name); i >= 0 {
		return i
	}
	return len(order)
}

// PartyKnown says that it is known whom the call is with, if only that the number
// is withheld. An event that comes before all others may not say it.
func (f Facts) PartyKnown() bool { return f.Anonymous || f.OutsideNumber != "" }

func (f *Facts) add(event Event) {
	c := event.Call
	set(&f.CallID, c.ID)
	set(&f.Direction, c.Direction)
	set(&f.OutsideNumber, c.OutsideNumber)
	f.Anonymous = f.OutsideNumber == "" && (f.Anonymous || c.Anonymous)
	if c.Line != nil && (c.Line.ID != f.Line.ID || *c.Line != Line{ID: c.Line.ID}) {
		// The events of Aircall's AI have nothing of a line but its id.
		f.Line = *c.Line
	}
	if c.Contact != nil {
		f.Contact = c.Contact
	}
	f.addPeople(event)
	if len(c.Teams) > 0 {
		f.Teams = c.Teams
	}
	if len(c.IVR) > len(f.IVR) {
		f.IVR = c.IVR
	}

	setTime(&f.StartedAt, c.StartedAt)
	setTime(&f.AnsweredAt, c.AnsweredAt)
	setTime(&f.EndedAt, c.EndedAt)
	if f.EndedAt.IsZero() && (c.Done || event.Name == aircall.EventCallHungup) {
		f.EndedAt = event.At
	}
	set(&f.MissedReason, c.MissedReason)
	if event.Name == aircall.EventCallEnded || (event.Name == Fetched && c.Done) {
		f.Final = true
	}
	setTime(&f.LastWordAt, event.At)

	f.addTransfer(event)
	if len(c.Conference) > 0 {
		f.Conference = c.Conference
	}
	set(&f.CallbackOf, c.CallbackOf)
	f.addComments(c.Comments)
	f.setTags(c.Tags)
	if !c.Recording.None() {
		f.Recording = c.Recording
	}
	if !c.Voicemail.None() {
		f.Voicemail = c.Voicemail
	}
	f.addInsights(event.Insights)
	for _, session := range event.Sessions {
		f.addSession(session)
	}
	if event.Session != nil {
		f.addSession(*event.Session)
	}
}

// addPeople keeps apart whose phone rang and who talked: the events of an
// inbound call name a user while it only rings there.
func (f *Facts) addPeople(event Event) {
	c := event.Call
	if c.User == nil {
		return
	}
	ringing := event.Name == aircall.EventCallRingingOnAgent || event.Name == aircall.EventCallAgentDeclined
	switch {
	case ringing:
		if !slices.Contains(f.Rang, *c.User) {
			f.Rang = append(f.Rang, *c.User)
		}
	case c.Direction == Outbound || !c.AnsweredAt.IsZero():
		f.Agent = c.User
	}
}

// addComments joins: a comment cannot be edited or deleted in Aircall.
func (f *Facts) addComments(comments []Comment) {
	for _, comment := range comments {
		if !slices.ContainsFunc(f.Comments, func(c Comment) bool { return c.ID == comment.ID }) {
			f.Comments = append(slices.Clone(f.Comments), comment)
		}
	}
}

// setTags replaces: every event carries the whole list.
func (f *Facts) setTags(tags []Tag) {
	if tags == nil {
		return
	}
	before := f.Tags
	f.Tags, f.CallbackAsked = nil, false
	for _, tag := range tags {
		if tag.Callback {
			f.CallbackAsked = true
			continue
		}
		f.Tags = append(f.Tags, tag.Name)
	}
	var off []string
	for _, tag := range slices.Concat(f.Untagged, before) {
		if !slices.Contains(f.Tags, tag) && !slices.Contains(off, tag) {
			off = append(off, tag)
		}
	}
	f.Untagged = off
}

func set[T comparable](field *T, value T) {
	var none T
	if value != none {
		*field = value
	}
}

func setTime(field *time.Time, value time.Time) {
	if !value.IsZero() {
		*field = value
	}
}

// Answered says that somebody talked, or a voice agent did that handed the call to
// nobody in vain: until it is over, a colleague may still take it.
func (f Facts) Answered() bool {
	return !f.AnsweredAt.IsZero() && !(f.Over() && f.leftByVoiceAgent())
}

// Over says that the call has ended, whether or not Aircall's last word is in.
func (f Facts) Over() bool { return !f.EndedAt.IsZero() }

// Missed is an inbound call that ended unanswered. A missed-call reason proves
// nothing: a callback request has none, and one outbound call had one.
func (f Facts) Missed() bool { return f.Direction == Inbound && f.Over() && !f.Answered() }

// Outcome is how a call went, in the words of the search attribute CallOutcome.
type Outcome string

// The outcomes of a call.
const (
	OutcomeAnswered   Outcome = "answered"
	OutcomeMissed     Outcome = "missed"
	OutcomeVoicemail  Outcome = "voicemail"
	OutcomeCallback   Outcome = "callback"
	OutcomeUnanswered Outcome = "unanswered"
	// OutcomeVoiceAgent: a voice agent dealt with the call, and nobody else.
	OutcomeVoiceAgent Outcome = "voice_agent"
)

// Outcome says how the call went, or "" while nobody can know.
func (f Facts) Outcome() Outcome {
	switch {
	case f.Answered() && len(f.Sessions) > 0 && f.Agent == nil:
		// Until it is over, a colleague may still take it.
		return OutcomeVoiceAgent
	case f.Answered():
		return OutcomeAnswered
	case !f.Over():
		return ""
	case f.Direction == Outbound:
		return OutcomeUnanswered
	case !f.Voicemail.None():
		return OutcomeVoicemail
	case f.CallbackAsked:
		return OutcomeCallback
	default:
		return OutcomeMissed
	}
}

// Type is the kind of call that settings speak of, or "" while it is open.
func (f Facts) Type() settings.CallType {
	switch f.Outcome() {
	case OutcomeAnswered, OutcomeVoiceAgent:
		if f.Direction == Outbound {
			return settings.OutboundAnswered
		}
		return settings.InboundAnswered
	case OutcomeUnanswered:
		return settings.OutboundUnanswered
	case OutcomeVoicemail:
		return settings.Voicemail
	case OutcomeMissed, OutcomeCallback:
		return settings.Missed
	default:
		return ""
	}
}

// Waiting is how long the other party waited for an answer, or until giving up.
func (f Facts) Waiting() time.Duration {
	until := f.AnsweredAt
	if until.IsZero() {
		until = f.EndedAt
	}
	return span(f.StartedAt, until)
}

// Talk is the time in conversation. Aircall's own duration has the ringing in it.
func (f Facts) Talk() time.Duration { return span(f.AnsweredAt, f.EndedAt) }

func span(from, to time.Time) time.Duration {
	if from.IsZero() || to.IsZero() || to.Before(from) {
		return 0
	}
	return to.Sub(from)
}

// Party is the other party's name as Aircall knows it, or "".
func (f Facts) Party() string {
	if f.Contact == nil || Placeholder(f.Contact.FirstName) {
		return ""
	}
	if name := strings.TrimSpace(f.Contact.FirstName + " " + f.Contact.LastName); name != "" {
		return name
	}
	return f.Contact.Company
}
