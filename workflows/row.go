package workflows

import (
	"strings"
	"time"

	"callscout/calllog"
)

// RowMemo is the field of a run's memo that holds its Row.
const RowMemo = "row"

// Row is what a list shows of a call besides its search attributes. It is sealed, as
// memos are, and comes with Temporal's list, so that a list asks no run.
type Row struct {
	// Name is who it was, as Help Scout knows it, or else Aircall; LastDigits are the
	// last four digits of the number, "" where it was withheld.
	Name       string `json:"name,omitempty"`
	LastDigits string `json:"last_digits,omitempty"`
	Anonymous  bool   `json:"anonymous,omitempty"`
	// Line is what the company calls the number, Inbox where its calls are logged.
	Line  string `json:"line,omitempty"`
	Inbox int64  `json:"inbox,omitempty"`
	Agent string `json:"agent,omitempty"`
	// StartedAt and EndedAt are the call's own times.
	StartedAt time.Time `json:"started_at,omitzero"`
	EndedAt   time.Time `json:"ended_at,omitzero"`
	// Conversation is the number that people see of it; 0 where that is not known.
	Conversation int64 `json:"conversation,omitempty"`
	// Parked is why the call stands still.
	Parked *Parked `json:"parked,omitempty"`
}

// RowOf is the row of a call of which no more is known than its facts.
func RowOf(f calllog.Facts, inbox int64) Row {
	row := Row{
		LastDigits: lastDigits(f.OutsideNumber), Anonymous: f.Anonymous, Line: f.Line.Name, Inbox: inbox,
		StartedAt: f.StartedAt, EndedAt: f.EndedAt,
	}
	if f.Contact != nil {
		row.Name = calllog.Profile{FirstName: f.Contact.FirstName, LastName: f.Contact.LastName, Company: f.Contact.Company}.Name()
	}
	if f.Agent != nil {
		row.Agent = f.Agent.Name
	}
	return row
}

// lastDigits are the last four digits of a number. Of a short one, which four digits
// would tell whole, there are none.
func lastDigits(number string) string {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, number)
	if len(digits) < 7 {
		return ""
	}
	return digits[len(digits)-4:]
}

// row is what a list shows of the call now.
func (c *call) row() Row {
	row := RowOf(c.facts, c.Inbox)
	row.Conversation, row.Parked = c.Written.Conversation.Number, c.Parked
	found := c.Greeting.Found
	if found != nil && found.Profile != nil && !c.facts.Anonymous && !calllog.Placeholder(found.Profile.FirstName) {
		if name := (calllog.Profile{FirstName: found.Profile.FirstName, LastName: found.Profile.LastName, Company: found.Profile.Company}).Name(); name != "" {
			row.Name = name
		}
	}
	return row
}

// same tells whether a list would look the same.
func (r Row) same(other Row) bool {
	parked := r.Parked == nil && other.Parked == nil ||
		r.Parked != nil && other.Parked != nil && *r.Parked == *other.Parked
	r.Parked, other.Parked = nil, nil
	return parked && r == other
}

// rowDue says that lists are to be shown what is new of the call. Each telling is an
// event in the history, so it waits for a moment in which something else is told as
// well, or in which the call waits.
func (c *call) rowDue(step calllog.Step, told bool) bool {
	return c.version >= showsRows && (told || step.Do == calllog.Wait || step.Do == calllog.Finish)
}

// agentID is the user who had the call; 0 while nobody has.
func (c *call) agentID() int64 {
	if c.version < showsRows || c.facts.Agent == nil {
		return 0
	}
	return c.facts.Agent.ID
}
