package activities

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"
	"time"

	"callscout/helpscout"
	"callscout/store"
)

// Trial settles points that Help Scout's documentation leaves open, on the real
// account: on a customer and a conversation that it makes itself and closes again.
type Trial struct {
	API   HelpScout
	Store interface {
		KeepLiveAnswer(ctx context.Context, installation, point, answer string) error
	}
	Installation string
	// Inbox is where the conversation is made.
	Inbox int64
	// Patience is how long a new customer may take to appear in the search; Pause is
	// the time between two looks.
	Patience, Pause time.Duration
	// Tell is called with each point as soon as it is settled; may be nil.
	Tell func(Settled)
}

// Settled is one point and its answer.
type Settled struct {
	// Point is the name under which the answer is kept.
	Point string
	// Answer is store.LiveYes or store.LiveNo, or what was seen; empty where the trial
	// failed.
	Answer string
	// Question says in words what was tried.
	Question string
	// Err says why there is no answer.
	Err error
}

// trial is a Trial that has begun.
type trial struct {
	Trial
	customer, conversation, me int64
	// stored is the customer's number as it was written, e164 the same as E.164.
	stored, e164 string
}

// trialPoint is one point with what has to be done for its answer.
type trialPoint struct {
	point, question string
	try             func(t *trial, ctx context.Context) (string, error)
}

// trialPoints are in an order that leaves the conversation closed.
var trialPoints = []trialPoint{
	{"html-tel-links", "Does a link survive that begins with tel:?", (*trial).telLinks},
	{"html-last-line", "Is the last line of a thread kept to the letter?", (*trial).lastLine},
	{"tags-lowered", "Are capitals in tags lowered?", (*trial).tagsLowered},
	{"tag-length", "How long may a tag be?", (*trial).tagLength},
	{"subject-length", "How long may a subject be?", (*trial).subjectLength},
	{"text-length", "How long may a text be?", (*trial).textLength},
	{store.SearchTakesOr, "Does the customer search take several numbers at once?", (*trial).searchTakesOr},
	{"search-lag", "How long does the search miss a new customer?", (*trial).searchLag},
	{"search-matching", "How does the search match a number in another written form?", (*trial).searchMatching},
	{"phone-thread-reopens", "Does a phone thread reopen a closed conversation?", (*trial).phoneThreadReopens},
	{store.NoteReopens, "Does a note without a status change that of a conversation?", (*trial).noteReopens},
	{store.AssignReopens, "Does an assignment reopen a closed conversation?", (*trial).assignReopens},
}

// TrialPoints names the points that a trial settles, with the questions.
func TrialPoints() []Settled {
	all := make([]Settled, 0, len(trialPoints))
	for _, point := range trialPoints {
		all = append(all, Settled{Point: point.point, Question: point.question})
	}
	return all
}

// Run tries every point and keeps the answers. A point that fails does not hold up the
// others; the error says that nothing could be tried, or that the conversation could
// not be closed again. The customer stays: Help Scout's pages delete it.
func (t Trial) Run(ctx context.Context) (all []Settled, err error) {
	begun, err := t.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer func() {
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
		defer cancel()
		if failed := begun.API.SetStatus(closing, begun.conversation, helpscout.StatusClosed); failed != nil {
			err = errors.Join(err, fmt.Errorf("conversation %d was not closed again: %w", begun.conversation, failed))
		}
	}()
	for _, point := range trialPoints {
		if ctx.Err() != nil {
			return all, ctx.Err()
		}
		settled := Settled{Point: point.point, Question: point.question}
		settled.Answer, settled.Err = point.try(begun, ctx)
		if settled.Err == nil {
			settled.Err = t.Store.KeepLiveAnswer(ctx, t.Installation, settled.Point, settled.Answer)
		}
		if t.Tell != nil {
			t.Tell(settled)
		}
		all = append(all, settled)
	}
	return all, nil
}

// sampleText has what threads of Callscout have.
const sampleText = `<strong>Callscout tries Help Scout</strong><br>Caller: <a href="tel:+12025550143">+1 202-555-0143</a><br><br>` + sampleReference

const sampleReference = "Aircall call 0 / trial"

func (t Trial) begin(ctx context.Context) (*trial, error) {
	me, err := t.API.Me(ctx)
	if err != nil {
		return nil, err
	}
	begun := &trial{Trial: t, me: me.ID}
	// 555-0100 to 555-0199 are set aside for examples in every area of North America.
	drawn, err := rand.Int(rand.Reader, big.NewInt(60_000))
	if err != nil {
		return nil, err
	}
	area, last := 201+drawn.Int64()/100, drawn.Int64()%100
	begun.stored, begun.e164 = fmt.Sprintf("(%d) 555-01%02d", area, last), fmt.Sprintf("+1%d55501%02d", area, last)
	begun.customer, err = t.API.CreateCustomer(ctx, helpscout.NewCustomer{
		FirstName: "Callscout", LastName: "Trial", Background: "Made by callscout doctor --live. It may be deleted.",
		Phones: []helpscout.Entry{{Type: "work", Value: begun.stored}},
	})
	if err != nil {
		return nil, fmt.Errorf("a customer for the trial was not made: %w", err)
	}
	made, err := t.API.CreateConversation(ctx, helpscout.NewConversation{
		Subject: "Callscout tries Help Scout", Type: helpscout.ConversationPhone, MailboxID: t.Inbox, Status: helpscout.StatusClosed,
		Customer: helpscout.CustomerRef{ID: begun.customer}, AssignTo: helpscout.AssignToNobody(),
		Threads: []helpscout.NewThread{{Type: helpscout.ThreadPhone, Text: sampleText, Customer: helpscout.CustomerRef{ID: begun.customer}}},
	})
	if err != nil {
		return nil, fmt.Errorf("a conversation for the trial was not made: %w", err)
	}
	begun.conversation = made.ID
	return begun, nil
}
