package contract

import (
	"time"

	"callscout/calllog"
)

// The names of activities for messages besides the values of calllog.Action.
const (
	FetchFile    = "FetchFile"
	SkipMessages = "SkipMessages"
)

// RecallMessagesInput asks what is known of messages from earlier runs. Stream is the
// run that they belong to, which is remembered for them.
type RecallMessagesInput struct {
	Installation string   `json:"installation"`
	Stream       string   `json:"stream"`
	Messages     []string `json:"messages"`
}

// RecallMessagesResult has one record per message.
type RecallMessagesResult struct {
	Messages []calllog.MessageRecord `json:"messages"`
}

// MessageThreadInput asks for one thread about messages. In Call, the facts are those
// of the other party, and the settings as calllog.MessageRules gives them.
type MessageThreadInput struct {
	Call
	Part     calllog.MessagePart `json:"part"`
	Messages []calllog.Message   `json:"messages"`
	Customer int64               `json:"customer,omitempty"`
	// Conversation is 0 where a new one is to be opened.
	Conversation int64 `json:"conversation,omitempty"`
	// Status is the conversation's, which a note repeats; empty asks to read it.
	Status string `json:"status,omitempty"`
	// Change is what a new conversation gets besides the thread.
	Change calllog.Change `json:"change,omitzero"`
	// ChosenAt is when no conversation was found.
	ChosenAt time.Time `json:"chosen_at,omitzero"`
	// Left are the conversations that are not to be taken.
	Left []int64 `json:"left,omitempty"`
	// FreeUntil is until when WhatsApp takes a free answer.
	FreeUntil time.Time        `json:"free_until,omitzero"`
	Continues *calllog.Earlier `json:"continues,omitempty"`
}

// MessageThreadResult says what was written.
type MessageThreadResult struct {
	Thread int64 `json:"thread,omitempty"`
	// Conversation is where it stands; Gone where that one takes nothing more, Because
	// why, and nothing was written.
	Conversation Conversation `json:"conversation"`
	// Told are the messages that stand there now, and Failed those of which it says
	// that they did not arrive.
	Told   []string `json:"told,omitempty"`
	Failed []string `json:"failed,omitempty"`
	// Files are those that stand there, or of which it says why not.
	Files []calllog.FileKey `json:"files,omitempty"`
}

// FetchFileInput asks for a file of a message, to be kept until it is attached.
type FetchFileInput struct {
	Installation string           `json:"installation"`
	Message      string           `json:"message"`
	File         int              `json:"file"`
	Link         calllog.FileLink `json:"link"`
}

// FetchFileResult names the file as it is kept, or says why it is not wanted.
type FetchFileResult struct {
	Name    string `json:"name,omitempty"`
	Type    string `json:"type,omitempty"`
	Refused string `json:"refused,omitempty"`
}

// SkipMessagesInput notes that somebody decided not to log messages.
type SkipMessagesInput struct {
	Installation string   `json:"installation"`
	Messages     []string `json:"messages"`
}
