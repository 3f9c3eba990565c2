package calllog

import (
	"encoding/json"
	"time"
)

// EarlyStatus is what became of a message of which nothing else is known yet: the
// webhook of a status need not name line and party.
type EarlyStatus struct {
	Status string    `json:"status"`
	At     time.Time `json:"at"`
	Failed bool      `json:"failed,omitempty"`
}

// Text is how it is remembered.
func (e EarlyStatus) Text() (string, error) {
	text, err := json.Marshal(e)
	return string(text), err
}

// ReadEarlyStatus reads back what Text wrote; nil where it is none.
func ReadEarlyStatus(text string) *EarlyStatus {
	var status EarlyStatus
	if text == "" || json.Unmarshal([]byte(text), &status) != nil {
		return nil
	}
	return &status
}

// And is what is remembered of two statuses of one message, in either order.
func (e EarlyStatus) And(other *EarlyStatus) EarlyStatus {
	if other == nil {
		return e
	}
	var m Message
	m.hearStatus(other.Status, other.At)
	m.hearStatus(e.Status, e.At)
	return EarlyStatus{Status: m.Status, At: m.StatusAt, Failed: m.Failed || e.Failed || other.Failed}
}
