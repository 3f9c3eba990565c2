// Package story tells what happened to the log of one call, from the histories of
// its runs: what was heard, what was decided, what was written and tried, and what
// people asked for. It tells facts and no sentences: who shows them says them in
// the language of whoever reads.
//
// It imports the activities' contract, calllog, settings and workflows, for their
// names and types. It must not import starter, store or a vendor's client, and asks
// nobody anything.
package story

import (
	"time"

	"callscout/calllog"
	"callscout/settings"
	"callscout/workflows"
)

// Kind is what an item is about.
type Kind string

// The kinds of items.
const (
	// Begins is a run that begins, Ends one that came to its end.
	Begins Kind = "begins"
	Ends   Kind = "ends"
	// Hears is an event of Aircall that came.
	Hears Kind = "hears"
	// Recalls is the ledger being asked what earlier runs wrote.
	Recalls Kind = "recalls"
	// Finds is the search for the customer, Chooses that for the conversation.
	Finds   Kind = "finds"
	Chooses Kind = "chooses"
	// Opens is a conversation being opened, Updates one that gets tags, owner and
	// status, Writes a thread.
	Opens   Kind = "opens"
	Updates Kind = "updates"
	Writes  Kind = "writes"
	// Fetches is the call being read at Aircall, FetchesInsight what its AI says.
	Fetches        Kind = "fetches"
	FetchesInsight Kind = "fetches_insight"
	// HandsOn notes that the call was handed on to another number.
	HandsOn Kind = "hands_on"
	// Card, Contact and Names are done for the agent, beside the log.
	Card    Kind = "card"
	Contact Kind = "contact"
	Names   Kind = "names"
	// Skips is the decision not to log the call being noted.
	Skips Kind = "skips"
	// AsksRetry and AsksSkip are what people asked for.
	AsksRetry Kind = "asks_retry"
	AsksSkip  Kind = "asks_skip"
	// Overwrote is Help Scout's word that a call overwrote somebody's tags.
	Overwrote Kind = "overwrote"
	// Faults is a fault of Callscout's own in carrying out the run.
	Faults Kind = "faults"
	// Other is done by a version of Callscout that this one does not know.
	Other Kind = "other"
)

// State is how far something came.
type State string

// The states of an item.
const (
	// Done says that it worked.
	Done State = "done"
	// Failed says that it did not, after all tries.
	Failed State = "failed"
	// Trying says that it failed and is being tried again.
	Trying State = "trying"
	// Going says that it has begun.
	Going State = "going"
	// Stopped says that it was broken off.
	Stopped State = "stopped"
)

// Story is what happened to the log of one call, the oldest first.
type Story struct {
	Items []Item
	// Received are the events of Aircall, each once, in the order in which they came.
	Received []Received
	// Inbox and Settings are those that the newest run began with; Inbox is 0 where
	// they could not be read.
	Inbox    int64
	Settings settings.Settings
	// Sealed are the ids of the keys that are missing: what they seal is not told.
	Sealed []string
	// Cut says that there is more than is told: the oldest part is left out.
	Cut bool
}

// Received is an event of Aircall as it came.
type Received struct {
	Event calllog.Event
	// At is when it came first, Times how often it came.
	At    time.Time
	Times int
}

// Item is one thing that happened.
type Item struct {
	Kind  Kind
	State State
	// At is when it began, End when it was done or given up; zero while it goes on.
	At, End time.Time
	// Run is in which run it was, from 1.
	Run int
	// Tries is how often it was tried; Rounds how often that began anew after the
	// call had stood still.
	Tries, Rounds int
	// Failure is why the last try failed that did.
	Failure *Failure
	// Next is when it is tried again by itself.
	Next time.Time

	// Event is Aircall's name of an event, Said when Aircall said it, and Again that it
	// had come before.
	Event string
	Said  time.Time
	Again bool
	// Part is what was written, Tells what it says besides, Insight what was asked for.
	Part    calllog.Part
	Tells   []calllog.Part
	Insight calllog.InsightKind
	// Customer is who was found, How by which way, Others who else has the number.
	Customer int64
	How      calllog.How
	Others   []calllog.Namesake
	// Conversation is where it was, 0 where none was chosen; Number is Help Scout's
	// number of it, Thread the thread that was written.
	Conversation, Number, Thread int64
	// Existing says that another call had opened it a moment before, LegOf that this
	// call is a second leg of another one.
	Existing bool
	LegOf    int64
	// Because is why a conversation was left; Left says that it was.
	Left    bool
	Because calllog.Because
	// Tags were put, TagsOff taken off; Held says that the in-progress tag was put, and
	// Released that it was taken off.
	Tags, TagsOff  []string
	Held, Released bool
	// Written are the parts that a recall found.
	Written []calllog.Part
	// By is who asked, Reason why.
	By, Reason string
	// Did is what was done to the contact, or how a run ended.
	Did string
	// Missing says that Aircall has it not.
	Missing bool
	// Name is the activity of an Other.
	Name string
}

// Problem says that something did not work at once.
func (i Item) Problem() bool {
	return i.Failure != nil || i.State == Failed || i.State == Trying || i.Kind == Faults || i.Left
}

// Failure is why something did not work.
type Failure struct {
	Problem calllog.Problem
	// Status is the HTTP status, 0 where there was no answer.
	Status int
	// Message is what the vendor said; it holds no personal data.
	Message string
	// NoAnswer says that the worker which did it gave no sign of life any more.
	NoAnswer bool
	// Uncertain says that it may have been written all the same.
	Uncertain bool
}

// Now is what a call's newest run says of itself.
type Now = workflows.View
