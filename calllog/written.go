package calllog

import (
	"fmt"
	"slices"
	"strings"
)

// Part is one thing that is written about a call. Its name is the last element
// of its ledger key.
type Part string

// The parts of a call's log.
const (
	PartFirstLog  Part = "first-log"
	PartSecondLog Part = "second-log"
	PartVoicemail Part = "voicemail"
	PartRecording Part = "recording"
	// PartInsights is the note of what Aircall's AI says, PartVoiceAgent the one of
	// what a voice agent asked and why it handed the call on.
	PartInsights   Part = "insights"
	PartVoiceAgent Part = "voice-agent"
	// PartHandedOn notes that a second leg can find this call.
	PartHandedOn Part = "handed-on"
	// PartSkipped notes that somebody decided not to log the call.
	PartSkipped Part = "skipped"
)

// CommentPart is the part that tells one comment.
func CommentPart(id int64) Part { return Part(fmt.Sprintf("comment/%d", id)) }

// insightPrefix begins the parts that are one insight each.
const insightPrefix = "insight/"

// TranscriptPart is the part that tells the transcript of the call, or that of its
// voicemail.
func TranscriptPart(voicemail bool) Part {
	if voicemail {
		return "transcript/voicemail"
	}
	return "transcript"
}

// The parts that put one tag, or take it off again, begin so.
const (
	tagPrefix   = "tag/"
	untagPrefix = "untag/"
)

// TagPart is the part that puts one tag, which is written as Help Scout keeps it.
func TagPart(tag string) Part { return Part(tagPrefix + tag) }

// UntagPart is the part that takes a tag off which an agent took off in Aircall.
func UntagPart(tag string) Part { return Part(untagPrefix + tag) }

// The parts that are a customer or a conversation being chosen begin so.
const (
	customerPrefix     = "customer/"
	conversationPrefix = "conversation/"
)

// CustomerPart notes for whom a call is logged from now on. The id is in the
// name, since a customer may be merged or deleted meanwhile.
func CustomerPart(id int64) Part { return Part(fmt.Sprintf("%s%d", customerPrefix, id)) }

// ConversationPart notes that a call is logged in a conversation from now on. The
// id is in the name, since a call may have to go on in another one.
func ConversationPart(id int64) Part { return Part(fmt.Sprintf("%s%d", conversationPrefix, id)) }

// PartLegOf notes of which call this one is the second leg: that call's id stands
// with it.
const PartLegOf Part = "leg-of"

// openedPrefix begins the parts that are a conversation being opened.
const openedPrefix = "opened/"

// OpenedPart is the opening of a conversation with a part of the log.
func OpenedPart(part Part) Part { return openedPrefix + part }

// Key is the ledger's name for a part: the same in every run, reset and backfill.
func Key(installation string, call int64, part Part) string {
	return fmt.Sprintf("%s/call/%d/%s", installation, call, part)
}

// Written is what stands in Help Scout already.
type Written struct {
	// Recalled says that the ledger was asked what earlier runs wrote.
	Recalled bool  `json:"recalled,omitempty"`
	Customer int64 `json:"customer,omitempty"`
	// CustomerSought says that the customer was looked for, and was not found
	// or not made.
	CustomerSought bool         `json:"customer_sought,omitempty"`
	Conversation   Conversation `json:"conversation,omitzero"`
	Parts          []Part       `json:"parts,omitempty"`
	// Tags are those that this call has put, whatever became of them since.
	Tags []string `json:"tags,omitempty"`
	// Tried are those that a step was to put which failed: they may stand there.
	Tried []string `json:"tried,omitempty"`
	// InProgress says that the in-progress tag is held for this call.
	InProgress bool `json:"in_progress,omitempty"`
}

// Conversation is where a call is logged.
type Conversation struct {
	ID     int64  `json:"id,omitempty"`
	Number int64  `json:"number,omitempty"`
	Status string `json:"status,omitempty"`
	// Chosen says that a conversation was looked for; an ID of 0 then means that
	// a new one is to be opened.
	Chosen bool `json:"chosen,omitempty"`
	// Begun says that a thread of this call stands in it: from then on it is
	// followed wherever it goes.
	Begun bool `json:"begun,omitempty"`
	// Customer is for whom threads are written there, where that is not the
	// customer of the call.
	Customer int64 `json:"customer,omitempty"`
	// LegOf is the call of which this one is the second leg.
	LegOf int64 `json:"leg_of,omitempty"`
	// Begins is where the log was begun, if not here or not as it was.
	Begins *Earlier `json:"begins,omitempty"`
	// Opened says that this call opened it.
	Opened bool `json:"opened,omitempty"`
	// Prepared says that it was read by id and has what a running call needs.
	Prepared bool `json:"prepared,omitempty"`
	// Finished says that it has the tags of an ended call.
	Finished bool `json:"finished,omitempty"`
	// Uncertain says that a request to open it was lost: it may exist.
	Uncertain Part `json:"uncertain,omitempty"`
	// Left are conversations given up since: full, deleted or spam.
	Left []int64 `json:"left,omitempty"`
}

// Because says why a log goes on elsewhere than it was begun.
type Because string

// Why a log goes on elsewhere.
const (
	Full    Because = "full"
	Deleted Because = "deleted"
	Spam    Because = "spam"
	Merged  Because = "merged"
	Moved   Because = "moved"
)

// Earlier is the conversation that a log was begun in.
type Earlier struct {
	ID      int64   `json:"id"`
	Number  int64   `json:"number,omitempty"`
	Because Because `json:"because,omitempty"`
}

// Has says that a part is written.
func (w Written) Has(part Part) bool { return slices.Contains(w.Parts, part) }

// Skipped says that somebody decided not to log the call.
func (w Written) Skipped() bool { return w.Has(PartSkipped) }

// told says that a thread of the call stands somewhere.
func (w Written) told() bool {
	return slices.ContainsFunc(w.Parts, func(part Part) bool { return part != PartSkipped && part != PartHandedOn })
}

// Add notes written parts.
func (w *Written) Add(parts ...Part) {
	for _, part := range parts {
		if !w.Has(part) {
			w.Parts = append(w.Parts, part)
		}
	}
}

// AddTags notes tags that were put.
func (w *Written) AddTags(tags ...string) {
	for _, tag := range tags {
		if !slices.Contains(w.Tags, tag) {
			w.Tags = append(w.Tags, tag)
		}
	}
}

// TryTags notes tags that may have been put.
func (w *Written) TryTags(tags ...string) {
	for _, tag := range tags {
		if !slices.Contains(w.Tried, tag) {
			w.Tried = append(w.Tried, tag)
		}
	}
}

// RemoveTags notes tags that were taken off because an agent took them off.
func (w *Written) RemoveTags(tags ...string) {
	off := func(tag string) bool { return slices.Contains(tags, tag) }
	w.Tags, w.Tried = slices.DeleteFunc(w.Tags, off), slices.DeleteFunc(w.Tried, off)
}

// Leave gives the conversation up, so that another one is chosen. That one has
// none of the tags yet, and says where the log was begun.
func (w *Written) Leave(because Because) {
	from := w.Conversation
	next := Conversation{Left: from.Left, LegOf: from.LegOf, Begins: from.Begins}
	if from.ID != 0 {
		next.Left = append(slices.Clone(from.Left), from.ID)
	}
	if from.Begun {
		next.Begins = &Earlier{ID: from.ID, Number: from.Number, Because: because}
	}
	w.Conversation = next
	w.InProgress, w.Tags, w.Tried = false, nil, nil
}

// LoseCustomer gives the customer up, so that the number is looked up anew.
func (w *Written) LoseCustomer() { w.Customer, w.CustomerSought = 0, false }

// Done is one finished entry of the ledger: a part and the Help Scout id that
// came of it, 0 where Help Scout gave none.
type Done struct {
	Part Part
	ID   int64
}

// Recall rebuilds what is written from the ledger, oldest entry first, for a run
// that begins after an earlier one ended: a late event, a backfill, a replay.
func Recall(done []Done) Written {
	w := Written{Recalled: true}
	for _, entry := range done {
		name := string(entry.Part)
		switch {
		case strings.HasPrefix(name, customerPrefix):
			w.Customer = entry.ID
		case strings.HasPrefix(name, conversationPrefix):
			if w.Conversation.ID != 0 {
				w.Conversation.Begun = w.told()
				w.Leave("")
			}
			w.Conversation.ID, w.Conversation.Chosen = entry.ID, true
		case entry.Part == PartLegOf:
			w.Conversation.LegOf = entry.ID
		case strings.HasPrefix(name, tagPrefix):
			w.AddTags(strings.TrimPrefix(name, tagPrefix))
		case strings.HasPrefix(name, untagPrefix):
			w.RemoveTags(strings.TrimPrefix(name, untagPrefix))
		case strings.HasPrefix(name, openedPrefix):
			// What it began with stands under its own name.
		default:
			w.Add(entry.Part)
		}
	}
	// The ledger has no entry for the in-progress tag: a first log comes with it,
	// and the second one after it was taken off.
	w.InProgress = w.Has(PartFirstLog) && !w.Has(PartSecondLog)
	w.Conversation.Begun = w.Conversation.ID != 0 && w.told()
	if w.Has(PartSecondLog) {
		w.Conversation.Prepared, w.Conversation.Finished = true, true
	}
	return w
}
