package calllog

import (
	"encoding/json"
	"slices"
	"time"
)

// TagWrite is one write of a conversation's whole tag list by a call, or by messages.
type TagWrite struct {
	// Call is the Aircall id of the call that wrote.
	Call int64 `json:"call"`
	// Run is the workflow that wrote, where it is not that of a call.
	Run string `json:"run,omitempty"`
	// Before is what was read and After what was written, in lower case.
	Before []string  `json:"before"`
	After  []string  `json:"after"`
	At     time.Time `json:"at"`
	// Right says that it did nothing but put right what was overwritten.
	Right bool `json:"right,omitempty"`
}

// TagWrites are the last writes to one conversation, oldest first: as many as are
// needed to understand Help Scout's word about a change that was made meanwhile.
type TagWrites []TagWrite

const (
	// mostTagWrites and tagWritesHold bound what is kept. A webhook comes within
	// seconds; one that comes later than that is not understood any more.
	mostTagWrites = 20
	tagWritesHold = 2 * time.Minute
)

// ReadTagWrites reads back what Text wrote, without the writes that are too old.
// What cannot be read is as if it had not been kept.
func ReadTagWrites(text string, now time.Time) TagWrites {
	var writes TagWrites
	if json.Unmarshal([]byte(text), &writes) != nil {
		return nil
	}
	return writes.recent(now)
}

// Add gives the writes with one more, without those that are too many or too old.
func (w TagWrites) Add(write TagWrite) TagWrites {
	writes := append(slices.Clone(w), write)
	return writes[max(0, len(writes)-mostTagWrites):].recent(write.At)
}

func (w TagWrites) recent(now time.Time) TagWrites {
	return slices.DeleteFunc(slices.Clone(w), func(write TagWrite) bool { return now.Sub(write.At) > tagWritesHold })
}

// Have says that the tags are what one of the writes read or wrote.
func (w TagWrites) Have(tags []string) bool {
	return slices.ContainsFunc(w, func(write TagWrite) bool {
		return distance(write.Before, tags) == 0 || distance(write.After, tags) == 0
	})
}

// Text is how the writes are kept.
func (w TagWrites) Text() (string, error) {
	text, err := json.Marshal(w)
	return string(text), err
}
