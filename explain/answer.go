package explain

import (
	"context"
	"time"

	"callscout/activities/contract"
	"callscout/calllog"
	"callscout/phone"
	"callscout/settings"
	"callscout/workflows"
)

// Question is a call that is asked about.
type Question struct {
	Company settings.Installation
	Call    int64
	Comes   []workflows.Coming
	// Begins is when the run begins.
	Begins time.Time
	// Anew leaves out what is known to be written of this call, Backfilled plays it as
	// a backfill would log it.
	Anew, Backfilled bool
	// Masked hides the outside numbers: whoever asks has not named them.
	Masked bool

	// Inbox and Settings are what the line's mapping gives; Ask fills them in.
	Inbox    int64
	Settings settings.Settings
}

// Answer is what would be done for a call, as a page or a command shows it. Ids of what
// would be made are 0. It is also the JSON that callscout call explain prints.
type Answer struct {
	Installation string `json:"installation"`
	Call         int64  `json:"call,omitempty"`
	// Written is always false: nothing was.
	Written bool `json:"written"`
	// NotLogged is why the call would not be logged.
	NotLogged *Unwanted `json:"not_logged,omitempty"`
	// Stands is why it would stand still for a person to repair.
	Stands *Problem `json:"stands,omitempty"`

	Number  Number          `json:"number"`
	Line    calllog.Line    `json:"line"`
	Inbox   int64           `json:"inbox,omitempty"`
	Outcome calllog.Outcome `json:"outcome,omitempty"`

	Customer     *Customer     `json:"customer,omitempty"`
	Conversation *Conversation `json:"conversation,omitempty"`
	Threads      []Thread      `json:"threads"`
	// Tags are all that the conversation would have in the end, nil where none would
	// be put; Owner is to whom it would be assigned, 0 for nobody.
	Tags       []string    `json:"tags,omitempty"`
	Owner      int64       `json:"owner,omitempty"`
	Assignment Source      `json:"assignment"`
	Card       []CardField `json:"card,omitempty"`
	CardBy     Source      `json:"insight_card"`

	Cost    Cost      `json:"cost"`
	Unknown []Unknown `json:"unknown,omitempty"`
	Steps   []Step    `json:"steps,omitempty"`
}

// Problem is why something cannot be done.
type Problem struct {
	Kind    calllog.Problem `json:"kind"`
	Message string          `json:"message,omitempty"`
}

// Number is how the other party's number was read.
type Number struct {
	Given string     `json:"given,omitempty"`
	Kind  phone.Kind `json:"kind,omitempty"`
	// E164 is empty where it is no number that can be dialled.
	E164    string `json:"e164,omitempty"`
	Country string `json:"country,omitempty"`
}

// Customer is for whom the call would be logged.
type Customer struct {
	ID         int64                     `json:"id,omitempty"`
	Made       bool                      `json:"made,omitempty"`
	How        calllog.How               `json:"how,omitempty"`
	Rule       Source                    `json:"rule"`
	Candidates []calllog.CustomerVerdict `json:"candidates,omitempty"`
}

// Conversation is where the call would be logged.
type Conversation struct {
	ID         int64             `json:"id,omitempty"`
	Number     int64             `json:"number,omitempty"`
	Made       bool              `json:"made,omitempty"`
	LegOf      int64             `json:"leg_of,omitempty"`
	Rule       Source            `json:"rule"`
	Candidates []calllog.Verdict `json:"candidates,omitempty"`
}

// Ask answers a question without a write. It fails if ctx is over, if the line's
// settings are not valid, or if the call comes to no end.
func (e *Explainer) Ask(ctx context.Context, q Question) (Answer, error) {
	var events []calllog.Event
	for _, coming := range q.Comes {
		events = append(events, coming.Event)
	}
	facts := calllog.Gather(events)
	inbox, s, mapped, err := q.Company.ForNumber(facts.Line.ID)
	if err != nil {
		return Answer{}, err
	}
	q.Inbox, q.Settings = inbox, s
	answer := q.about(facts)
	switch {
	case !mapped:
		answer.NotLogged = &Unwanted{Why: NotMapped}
		return answer, nil
	case !s.Active:
		source := SourceOf(q.Company, facts.Line.ID, s, "active")
		answer.NotLogged = &Unwanted{Why: Paused, Source: &source}
		return answer, nil
	}
	played, err := e.Play(ctx, Play{
		Call: workflows.CallInput{
			Installation: q.Company.ID, CallID: q.Call, Inbox: inbox, Settings: s, Backfilled: q.Backfilled,
			HelpScoutURL: e.HelpScoutWeb, AircallURL: e.AircallDashboard,
		},
		Begins: q.Begins, Comes: q.Comes, Anew: q.Anew,
	})
	if err != nil {
		return Answer{}, err
	}
	return q.answer(played), nil
}

// about is what is known before the call is played.
func (q Question) about(f calllog.Facts) Answer {
	number, kind := phone.Classify(f.OutsideNumber, f.Line.Country)
	if f.Anonymous {
		kind = phone.Anonymous
	}
	a := Answer{
		Installation: q.Company.ID, Line: f.Line, Inbox: q.Inbox, Outcome: f.Outcome(), Threads: []Thread{},
		Number:     Number{Given: f.OutsideNumber, Kind: kind, E164: number.E164(), Country: number.Country()},
		Assignment: SourceOf(q.Company, f.Line.ID, q.Settings, "calls.assign_conversation"),
		CardBy:     SourceOf(q.Company, f.Line.ID, q.Settings, "insight_card"),
	}
	if q.Call != MadeUpCall {
		a.Call = q.Call
	}
	if f.OutsideNumber == "" && !f.Anonymous {
		a.Number.Kind = ""
	}
	if q.Masked && f.OutsideNumber != "" {
		a.Number.Given = phone.Mask(f.OutsideNumber)
		if a.Number.E164 != "" {
			a.Number.Given, a.Number.E164 = number.String(), number.String()
		}
	}
	return a
}

func (q Question) answer(played Played) Answer {
	f := played.View.Facts
	a := q.about(f)
	a.NotLogged = unwanted(q, played)
	if parked := played.View.Parked; played.Stands && parked != nil {
		a.Stands = &Problem{Kind: parked.Problem, Message: parked.Message}
	}
	a.Cost, a.Unknown, a.Steps = played.Cost, played.Unknown, played.Steps
	for _, step := range played.Steps {
		switch out := step.Out.(type) {
		case contract.FindCustomerResult:
			a.Customer = q.customer(out, f.Line.ID)
		case contract.Conversation:
			if step.Do == string(calllog.ChooseConversation) {
				a.Conversation = q.conversation(out, step, f.Line.ID)
			}
		}
	}
	if id := played.View.Written.Conversation.ID; id != 0 && a.Conversation != nil && !Pretended(id) {
		a.Conversation.ID, a.Conversation.Made = id, false
		a.Conversation.Number = played.View.Written.Conversation.Number
	}
	a.read(played.Writes, f, q.Masked)
	return a
}

func (q Question) customer(found contract.FindCustomerResult, line int64) *Customer {
	customer := &Customer{
		ID: found.Customer, How: found.How, Rule: SourceOf(q.Company, line, q.Settings, "matching.rule"),
		Candidates: calllog.WhyCustomer(found.Candidates, q.Settings.Matching.Rule),
	}
	if Pretended(found.Customer) {
		customer.ID, customer.Made = 0, true
	}
	return customer
}

func (q Question) conversation(chosen contract.Conversation, step Step, line int64) *Conversation {
	at := chosen.ChosenAt
	if at.IsZero() {
		at = step.At
	}
	var left []int64
	if in, is := step.In.(contract.ChooseConversationInput); is {
		left = in.Left
	}
	conversation := &Conversation{
		ID: chosen.ID, Number: chosen.Number, Made: chosen.ID == 0, LegOf: chosen.LegOf,
		Rule:       SourceOf(q.Company, line, q.Settings, "calls.log_to"),
		Candidates: calllog.WhyConversation(chosen.Candidates, q.Inbox, left, q.Settings, at),
	}
	if Pretended(chosen.ID) {
		conversation.ID, conversation.Number, conversation.Made = 0, 0, true
	}
	return conversation
}
