// Package contract is what workflows and activities know of each other: the
// names of the activities, their inputs and their results. The names are wire
// names: a rename of one breaks running calls.
//
// It holds types only and imports calllog and settings.
package contract

import (
	"time"

	"callscout/calllog"
	"callscout/settings"
)

// The names of activities besides the values of calllog.Action.
const (
	RecordSkip   = "RecordSkip"
	ShowCard     = "ShowInsightCard"
	SyncContact  = "SyncContact"
	NameCustomer = "NameCustomer"
	// CheckInstallation is what the guard does.
	CheckInstallation = "CheckInstallation"
)

// Call is what every activity of a call is told.
type Call struct {
	Installation string            `json:"installation"`
	Inbox        int64             `json:"inbox"`
	Settings     settings.Settings `json:"settings"`
	Facts        calllog.Facts     `json:"facts"`
	// Backfilled says that the call ended some time ago: what is written is imported,
	// in the call's own time, so that nobody is notified.
	Backfilled bool `json:"backfilled,omitempty"`
}

// RecallInput asks what the ledger holds of a call.
type RecallInput struct {
	Installation string `json:"installation"`
	CallID       int64  `json:"call_id"`
}

// FindCustomerInput asks for the customer behind the outside number.
type FindCustomerInput struct {
	Call
	// Create makes one where none is found.
	Create bool `json:"create"`
	// Message says that the number wrote, and did not call.
	Message bool `json:"message,omitempty"`
}

// FindCustomerResult names the customer; 0 where none was found or made.
type FindCustomerResult struct {
	Customer int64       `json:"customer"`
	How      calllog.How `json:"how,omitempty"`
	// Profile is what the customer's record said; nil where it was not read.
	Profile *calllog.Profile `json:"profile,omitempty"`
	// Others have the same number, the next best first.
	Others []calllog.Namesake `json:"others,omitempty"`
	// Candidates are those whom a search showed to have the number; none where the
	// customer was known without one.
	Candidates []calllog.CustomerCandidate `json:"candidates,omitempty"`
}

// CardInput asks to show the insight card for the customer that was found; 0
// says that nobody has the number.
type CardInput struct {
	Call
	Found FindCustomerResult `json:"found"`
}

// CardResult says what became of the card.
type CardResult struct {
	// Profile is the customer's record, if it was read for the card.
	Profile *calllog.Profile `json:"profile,omitempty"`
	// Over says that the call was over before the card could be shown.
	Over bool `json:"over,omitempty"`
	// Gone says that the customer was merged or deleted, or has the number no
	// more; nothing was shown.
	Gone bool `json:"gone,omitempty"`
	// Listed are the conversations that the call may be logged in, and some that it
	// may not, as they stood at ListedAt; zero where they were not read.
	Listed   []calllog.Candidate `json:"listed,omitempty"`
	ListedAt time.Time           `json:"listed_at,omitzero"`
}

// ContactInput asks to keep Aircall's address book in step with the customer.
type ContactInput struct {
	Call
	Found FindCustomerResult `json:"found"`
}

// NameInput asks to give the customer the name that Aircall's contact has.
type NameInput struct {
	Call
	Customer int64 `json:"customer"`
}

// NameResult says whether the customer was named; somebody else may have done it.
type NameResult struct {
	Named bool `json:"named"`
}

// ContactResult names the contact in Aircall and what was done to it.
type ContactResult struct {
	Contact int64              `json:"contact"`
	Did     calllog.ContactDid `json:"did"`
}

// ChooseConversationInput asks where to log the call.
type ChooseConversationInput struct {
	Call
	Customer int64 `json:"customer"`
	// Left are conversations that were given up and are not to be chosen again.
	Left []int64 `json:"left,omitempty"`
	// Listed are the customer's conversations, read for the insight card a moment
	// ago, at ListedAt; where that is zero they are read now.
	Listed   []calllog.Candidate `json:"listed,omitempty"`
	ListedAt time.Time           `json:"listed_at,omitzero"`
}

// Conversation is a conversation that was chosen, opened or updated.
type Conversation struct {
	// ID is 0 where none fits and a new one is to be opened.
	ID     int64  `json:"id"`
	Number int64  `json:"number,omitempty"`
	Status string `json:"status,omitempty"`
	// Gone says that the one asked for takes no log, Because why; it was not to be
	// chosen any more where that is empty.
	Gone    bool            `json:"gone,omitempty"`
	Because calllog.Because `json:"because,omitempty"`
	// Inbox is where an updated one is; 0 from older workers.
	Inbox int64 `json:"inbox,omitempty"`
	// LegOf is the call of which this one is the second leg, and Customer for whom
	// to write in that call's conversation; 0 where it is none.
	LegOf    int64 `json:"leg_of,omitempty"`
	Customer int64 `json:"customer,omitempty"`
	// Candidates are those that one was chosen from, some that could not be taken
	// included, and ChosenAt is when.
	Candidates []calllog.Candidate `json:"candidates,omitempty"`
	ChosenAt   time.Time           `json:"chosen_at,omitzero"`
	// Existing says that OpenConversation wrote nothing, since another call
	// had opened this one a moment before.
	Existing bool `json:"existing,omitempty"`
	// Told are the parts that were written with it.
	Told []calllog.Part `json:"told,omitempty"`
	// Tags are those that were put with it.
	Tags []string `json:"tags,omitempty"`
	// Held says that the in-progress tag is held for this call.
	Held bool `json:"held,omitempty"`
}

// OpenConversationInput asks for a new conversation that begins with one part.
type OpenConversationInput struct {
	ThreadInput
	Change calllog.Change `json:"change"`
	// ChosenAt is when no conversation was found.
	ChosenAt time.Time `json:"chosen_at"`
}

// UpdateConversationInput asks for tags, owner and status.
type UpdateConversationInput struct {
	Call
	Conversation int64          `json:"conversation"`
	Change       calllog.Change `json:"change"`
	// Fresh says that nothing of the call stands there yet: the conversation is
	// taken only if it may still be chosen.
	Fresh bool `json:"fresh,omitempty"`
	// Run is the workflow that asks, where it is not that of the facts' call.
	Run string `json:"run,omitempty"`
}

// ThreadInput asks for one part of the log.
type ThreadInput struct {
	Call
	Customer     int64        `json:"customer"`
	Conversation int64        `json:"conversation,omitempty"`
	Part         calllog.Part `json:"part"`
	// Phone writes a phone thread, otherwise a note in the agent's name.
	Phone bool `json:"phone,omitempty"`
	// Alone says that no first log was written.
	Alone bool `json:"alone,omitempty"`
	// Status is the conversation's status, which a note must repeat so as not
	// to change it; empty asks to read it first.
	Status string `json:"status,omitempty"`
	// Close closes the conversation with this thread.
	Close bool `json:"close,omitempty"`
	// Left are the conversations that were given up.
	Left []int64 `json:"left,omitempty"`
	// Begins is where the log was begun, if elsewhere.
	Begins *calllog.Earlier `json:"begins,omitempty"`
	// LegOf is the call of which this one is the second leg.
	LegOf int64 `json:"leg_of,omitempty"`
	// Tells are the parts that a note of Aircall's AI says besides its own.
	Tells []calllog.Part `json:"tells,omitempty"`
}

// ThreadResult says what was told.
type ThreadResult struct {
	Thread int64          `json:"thread"`
	Told   []calllog.Part `json:"told"`
	// Yields is how long AI work is to leave Help Scout's requests to live logs;
	// nothing was written where it is not 0.
	Yields time.Duration `json:"yields,omitempty"`
	// Missing says that Aircall has no transcript, or does not give it.
	Missing bool `json:"missing,omitempty"`
}

// FetchInsightInput asks for what an event of Aircall's AI left out.
type FetchInsightInput struct {
	Call
	Kind calllog.InsightKind `json:"kind"`
}

// FetchInsightResult is what Aircall has of it, as an event that says it.
type FetchInsightResult struct {
	Event calllog.Event `json:"event"`
}

// FetchCallResult is the call as REST shows it, or that Aircall has it no more.
type FetchCallResult struct {
	Event calllog.Event `json:"event"`
	Gone  bool          `json:"gone,omitempty"`
}

// RecordSkipInput notes that somebody decided not to log a call.
type RecordSkipInput struct {
	Installation string `json:"installation"`
	CallID       int64  `json:"call_id"`
}

// FailureDetails go with every failed activity.
type FailureDetails struct {
	// Status is the HTTP status, 0 where there was no answer.
	Status int `json:"status,omitempty"`
	// Message is what the vendor said, without personal data.
	Message string `json:"message,omitempty"`
	// Written is true where it is not sure that nothing was written.
	Uncertain bool `json:"uncertain,omitempty"`
}

// CheckInput asks to look after an installation's accounts.
type CheckInput struct {
	Installation string `json:"installation"`
}

// CheckResult says what is wrong, and what was put right.
type CheckResult struct {
	Findings []calllog.Finding `json:"findings,omitempty"`
	// Repaired are the checks whose problem was put right.
	Repaired []calllog.Check `json:"repaired,omitempty"`
	// GapFrom and GapTo are the time in which the webhook did not deliver, where
	// that ended with this check; GapFrom is zero where its begin is not known.
	GapFrom time.Time `json:"gap_from,omitzero"`
	GapTo   time.Time `json:"gap_to,omitzero"`
	// Gone says that there is no such installation any more.
	Gone bool `json:"gone,omitempty"`
}
