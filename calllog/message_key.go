package calllog

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// MessageKind is what a thread about messages is.
type MessageKind string

// The kinds of threads about messages.
const (
	// MessageText tells one message, or several of one burst.
	MessageText MessageKind = "text"
	// MessageFailure notes that a message did not arrive.
	MessageFailure MessageKind = "failed"
	// MessageFile brings a file that came late.
	MessageFile MessageKind = "media"
)

// MessagePart is one thing to be written about messages.
type MessagePart struct {
	Kind MessageKind `json:"kind"`
	// Messages are the ids; one, unless the kind is MessageText.
	Messages []string `json:"messages"`
	// File is the number of the file, for MessageFile.
	File int `json:"file,omitempty"`
}

// MessageKey is the ledger's name for what is written about a message: the same in
// every run. Aircall's ids of messages are text.
func MessageKey(installation, message string, more ...string) string {
	return strings.Join(append([]string{installation, "message", message}, more...), "/")
}

// Beside the thread that tells a message, whose key has nothing after the id, these
// stand in the ledger.
const (
	messageFailed       = "failed"
	messageMedia        = "media"
	messageSkipped      = "skipped"
	messageConversation = "conversation"
)

// Key is the ledger's name for the part, of one of its messages.
func (p MessagePart) Key(installation, message string) string {
	switch p.Kind {
	case MessageFailure:
		return MessageFailedKey(installation, message)
	case MessageFile:
		return MessageFileKey(installation, message, p.File)
	default:
		return MessageKey(installation, message)
	}
}

// MessageFailedKey notes that it was told that a message did not arrive.
func MessageFailedKey(installation, message string) string {
	return MessageKey(installation, message, messageFailed)
}

// MessageFileKey notes that a file stands in Help Scout.
func MessageFileKey(installation, message string, file int) string {
	return MessageKey(installation, message, messageMedia, strconv.Itoa(file))
}

// MessageSkippedKey notes that somebody decided not to log a message.
func MessageSkippedKey(installation, message string) string {
	return MessageKey(installation, message, messageSkipped)
}

// MessageConversationKey notes in which conversation a message is told.
func MessageConversationKey(installation, message string) string {
	return MessageKey(installation, message, messageConversation)
}

// MessageRecord is what the ledger and the memory hold of a message.
type MessageRecord struct {
	ID string `json:"id"`
	// Written says that a thread tells it, in Conversation.
	Written      bool  `json:"written,omitempty"`
	Conversation int64 `json:"conversation,omitempty"`
	Skipped      bool  `json:"skipped,omitempty"`
	// Failed says that it is noted that it did not arrive.
	Failed bool `json:"failed,omitempty"`
	// Files are the numbers of those that stand in Help Scout.
	Files []int `json:"files,omitempty"`
	// Early is a status that was told before the message itself.
	Early *EarlyStatus `json:"early,omitempty"`
}

// RecallMessage reads what the ledger holds of a message. done are the names of the
// finished entries after the message's own key, "" for that one.
func RecallMessage(id string, done []MessageDone) MessageRecord {
	record := MessageRecord{ID: id}
	for _, entry := range done {
		switch {
		case entry.Name == "":
			record.Written = true
		case entry.Name == messageFailed:
			record.Failed = true
		case entry.Name == messageSkipped:
			record.Skipped = true
		case entry.Name == messageConversation:
			record.Conversation = entry.ID
		case strings.HasPrefix(entry.Name, messageMedia+"/"):
			if n, err := strconv.Atoi(strings.TrimPrefix(entry.Name, messageMedia+"/")); err == nil {
				record.Files = append(record.Files, n)
			}
		}
	}
	slices.Sort(record.Files)
	return record
}

// MessageDone is a finished entry of the ledger: what stands after the message's key,
// and the Help Scout id that came of it.
type MessageDone struct {
	Name string
	ID   int64
}

// Reference is the line that names what is written about a message, visible to
// people and found again by the program.
func (p MessagePart) Reference(message string) string {
	switch p.Kind {
	case MessageFailure:
		return fmt.Sprintf("Aircall message %s / failed", message)
	case MessageFile:
		return fmt.Sprintf("Aircall message %s / file %d", message, p.File+1)
	default:
		return "Aircall message " + message
	}
}

// CarriedBy says that a stored thread carries the part's reference to a message,
// whatever Help Scout did to its markup and white space. Ids of messages may hold
// hyphens, so words are compared, and a slash tells another kind of thread.
func (p MessagePart) CarriedBy(body, message string) bool {
	words, wanted := strings.Fields(VisibleText(body)), strings.Fields(p.Reference(message))
	for i := range words {
		end := i + len(wanted)
		if end > len(words) {
			return false
		}
		if slices.Equal(words[i:end], wanted) && (end == len(words) || words[end] != "/") {
			return true
		}
	}
	return false
}
