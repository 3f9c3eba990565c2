package workflows

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"callscout/calllog"
	"callscout/settings"
)

// The names on the wire: workflow type, task queue, signals, updates, query.
// Whoever signals, updates or queries a call needs this file and nothing else.
const (
	// TaskQueue is where workers poll.
	TaskQueue = "callscout"
	// CallWorkflow is the type of a call's workflow.
	CallWorkflow = "Call"
	// EventSignal brings a calllog.Event.
	EventSignal = "event"
	// Retry is an update, answered with the result, and a signal, for many
	// calls at once. Its argument is a Decision.
	Retry = "retry"
	// Skip is an update and a signal, with a Decision that gives the reason.
	Skip = "skip"
	// TagsSignal brings a calllog.Lost: tags of somebody's that the call overwrote.
	TagsSignal = "tags"
	// StatusQuery answers with a View.
	StatusQuery = "status"
	// KindCall is the value of the search attribute CallscoutKind.
	KindCall = "call"
)

// Status is where a call's log stands: the search attribute SyncStatus.
type Status string

// The statuses.
const (
	StatusInProgress     Status = "in_progress"
	StatusWaiting        Status = "waiting"
	StatusNeedsAttention Status = "needs_attention"
	StatusSynced         Status = "synced"
	StatusSkipped        Status = "skipped"
)

// CallInput begins the workflow of one call. The settings are those in force
// when the call began; it keeps them to its end.
type CallInput struct {
	Installation string            `json:"installation"`
	CallID       int64             `json:"call_id"`
	Inbox        int64             `json:"inbox"`
	Settings     settings.Settings `json:"settings"`
	// HelpScoutURL and AircallURL are the web addresses that details link to.
	HelpScoutURL string `json:"helpscout_url,omitempty"`
	AircallURL   string `json:"aircall_url,omitempty"`
	// Backfilled says that the call was found in Aircall's list some time after it
	// ended, and not told by webhooks: it is logged in its own time, quietly.
	Backfilled bool `json:"backfilled,omitempty"`
	// Carried is what an earlier run of the same workflow knew.
	Carried *State `json:"carried,omitempty"`
}

// CallResult is how a call's log ended.
type CallResult struct {
	Status       Status         `json:"status"`
	Conversation int64          `json:"conversation,omitempty"`
	Written      []calllog.Part `json:"written,omitempty"`
	// Reason says why a call was skipped.
	Reason string `json:"reason,omitempty"`
}

// Decision is what a person tells a parked call.
type Decision struct {
	// By says who decided.
	By string `json:"by,omitempty"`
	// Reason is wanted for a skip.
	Reason string `json:"reason,omitempty"`
}

// Parked is why a call stands still.
type Parked struct {
	Problem calllog.Problem `json:"problem"`
	// Doing is the step that failed, in plain words.
	Doing string `json:"doing"`
	// Message is what the vendor said.
	Message  string    `json:"message,omitempty"`
	Status   int       `json:"status,omitempty"`
	Since    time.Time `json:"since"`
	Attempts int       `json:"attempts"`
	// NextTry is when the call is tried again by itself.
	NextTry time.Time `json:"next_try"`
}

// View is a call as somebody who looks at it sees it.
type View struct {
	Installation string          `json:"installation"`
	Status       Status          `json:"status"`
	Facts        calllog.Facts   `json:"facts"`
	Written      calllog.Written `json:"written"`
	Parked       *Parked         `json:"parked,omitempty"`
	Missing      []string        `json:"missing,omitempty"`
	Doing        string          `json:"doing,omitempty"`
	Until        time.Time       `json:"until,omitzero"`
	Reason       string          `json:"reason,omitempty"`
	Events       int             `json:"events"`
	Details      string          `json:"details"`
	Greeting     Greeting        `json:"greeting,omitzero"`
	// Checklist is what the log consists of, and how far each part of it is.
	Checklist []calllog.Marked `json:"checklist,omitempty"`
}

// CallID is the workflow id of a call: the key that makes every event of one
// call meet in one run.
func CallID(installation string, call int64) string {
	return fmt.Sprintf("call/%s/%d", installation, call)
}

// CallPrefix is what the ids of all calls of an installation begin with.
func CallPrefix(installation string) string { return "call/" + installation + "/" }

// ParseCallID reads back what CallID wrote.
func ParseCallID(id string) (installation string, call int64, err error) {
	parts := strings.Split(id, "/")
	if len(parts) != 3 || parts[0] != "call" || parts[1] == "" {
		return "", 0, fmt.Errorf("%q is not the id of a call: it has the form call/<installation>/<aircall call id>", id)
	}
	call, err = strconv.ParseInt(parts[2], 10, 64)
	if err != nil || call <= 0 {
		return "", 0, fmt.Errorf("%q is not the id of a call: %q is not a number", id, parts[2])
	}
	return parts[1], call, nil
}

// Summary is the line that Temporal's UI shows for a call's run. It is fixed at
// the start, before the outcome is known, and holds no personal data.
func Summary(f calllog.Facts) string {
	direction := map[calllog.Direction]string{calllog.Inbound: "Inbound call", calllog.Outbound: "Outbound call"}[f.Direction]
	if direction == "" {
		direction = "Call"
	}
	if f.Line.Name == "" {
		return direction
	}
	return direction + " on " + f.Line.Name
}
