package workflows

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"callscout/calllog"
	"callscout/settings"
)

const (
	// MessagesWorkflow is the type of the workflow of a line's messages with one
	// outside number, or of one group.
	MessagesWorkflow = "Messages"
	// KindMessages is the value of the search attribute CallscoutKind.
	KindMessages = "messages"
)

// MessagesInput begins the run of a line and an outside number. Each signal brings the
// inbox and the settings that hold for its message; those of the newest are carried.
type MessagesInput struct {
	Installation string            `json:"installation"`
	NumberID     int64             `json:"number_id"`
	Inbox        int64             `json:"inbox"`
	Settings     settings.Settings `json:"settings"`
	HelpScoutURL string            `json:"helpscout_url,omitempty"`
	// Carried is what an earlier run of the same workflow knew.
	Carried *MessagesState `json:"carried,omitempty"`
}

// MessageSignal brings an event of a message, with what was set when it came. An inbox
// of 0 leaves both as they are.
type MessageSignal struct {
	Event    calllog.MessageEvent `json:"event"`
	Inbox    int64                `json:"inbox,omitempty"`
	Settings settings.Settings    `json:"settings,omitzero"`
}

// MessagesState is what a run knows. What is not in here is lost over continue-as-new.
type MessagesState struct {
	Messages      []calllog.Message       `json:"messages"`
	Written       calllog.MessagesWritten `json:"written"`
	HeardAt       time.Time               `json:"heard_at"`
	ChosenAt      time.Time               `json:"chosen_at,omitzero"`
	LostCustomers int                     `json:"lost_customers,omitempty"`
	Parked        *Parked                 `json:"parked,omitempty"`
	// Stuck are the messages that the run stands still for.
	Stuck []string `json:"stuck,omitempty"`
	// Skips counts the messages that somebody decided not to log, and SkipReason is
	// why the last ones were not.
	Skips      int    `json:"skips,omitempty"`
	SkipReason string `json:"skip_reason,omitempty"`
	// Contacts are the parties that Aircall's address book was compared for, and
	// Contact what came of the last one.
	Contacts []string `json:"contacts,omitempty"`
	Contact  Deed     `json:"contact,omitzero"`
	// Lost is what is to be put right in each conversation, the oldest first.
	Lost []calllog.Lost `json:"lost,omitempty"`
}

// MessagesResult is how a run ended.
type MessagesResult struct {
	Status       Status `json:"status"`
	Conversation int64  `json:"conversation,omitempty"`
	// Threads counts what was written.
	Threads int `json:"threads,omitempty"`
}

// MessagesView is a run of messages as somebody who looks at it sees it. It holds no
// text of a message.
type MessagesView struct {
	Installation string `json:"installation"`
	Status       Status `json:"status"`
	// Known counts the messages that the run has in mind, Open those of them that are
	// still to be told.
	Known        int       `json:"known"`
	Open         int       `json:"open"`
	Threads      int       `json:"threads"`
	Conversation int64     `json:"conversation,omitempty"`
	Parked       *Parked   `json:"parked,omitempty"`
	Doing        string    `json:"doing,omitempty"`
	Until        time.Time `json:"until,omitzero"`
	Reason       string    `json:"reason,omitempty"`
	Details      string    `json:"details"`
}

// MessagesID is the workflow id of a line's messages with one outside number: party is
// the keyed hash of that number, or of the group's id.
func MessagesID(installation string, number int64, party string) string {
	return fmt.Sprintf("messages/%s/%d/%s", installation, number, party)
}

// ParseMessagesID reads back what MessagesID wrote.
func ParseMessagesID(id string) (installation string, number int64, party string, err error) {
	parts := strings.Split(id, "/")
	if len(parts) == 4 && parts[0] == "messages" && parts[1] != "" && parts[3] != "" {
		number, err = strconv.ParseInt(parts[2], 10, 64)
		if err == nil && number > 0 {
			return parts[1], number, parts[3], nil
		}
	}
	return "", 0, "", fmt.Errorf("%q is not the id of messages: it has the form messages/<installation>/<aircall number id>/<hash>", id)
}

// MessagesSummary is the line that Temporal's UI shows for a run. It holds no personal
// data.
func MessagesSummary(line calllog.Line) string {
	if line.Name == "" {
		return "Messages"
	}
	return "Messages on " + line.Name
}
