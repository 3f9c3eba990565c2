package calllog

import (
	"cmp"
	"slices"
	"time"

	"callscout/settings"
)

// CustomerCandidate is a customer who has the number.
type CustomerCandidate struct {
	ID        int64     `json:"id"`
	CreatedAt time.Time `json:"created_at,omitzero"`
	UpdatedAt time.Time `json:"updated_at,omitzero"`
	// Open says that the customer has an open conversation in the inbox; it only
	// matters to settings.WithOpenConversation.
	Open bool `json:"open,omitempty"`
}

// RankCustomers puts the customer that the rule prefers first. Ties go to the
// lowest id, so that the same call always finds the same customer.
func RankCustomers(candidates []CustomerCandidate, rule settings.MatchingRule) []CustomerCandidate {
	ranked := slices.Clone(candidates)
	slices.SortFunc(ranked, func(a, b CustomerCandidate) int {
		updated := b.UpdatedAt.Compare(a.UpdatedAt)
		switch rule {
		case settings.Newest:
			return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(a.ID, b.ID))
		case settings.Oldest:
			return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID))
		case settings.WithOpenConversation:
			if a.Open != b.Open {
				if a.Open {
					return -1
				}
				return 1
			}
		}
		return cmp.Or(updated, cmp.Compare(a.ID, b.ID))
	})
	return ranked
}

// Help Scout's statuses of a conversation.
const (
	statusActive  = "active"
	statusOpen    = "open"
	statusPending = "pending"
	statusClosed  = "closed"
	statusSpam    = "spam"
)

// OpenStatus says that a conversation in this status is being worked on.
func OpenStatus(status string) bool {
	return status == statusActive || status == statusOpen || status == statusPending
}

// Candidate is a conversation that a call may be logged in.
type Candidate struct {
	ID     int64  `json:"id"`
	Number int64  `json:"number"`
	Inbox  int64  `json:"inbox"`
	Status string `json:"status"`
	// State is Help Scout's: "published", "draft", "deleted".
	State    string    `json:"state,omitempty"`
	ClosedAt time.Time `json:"closed_at,omitzero"`
	// ActiveAt is the last activity that Help Scout shows. It has no field for
	// the last modification, so it is the nearest one.
	ActiveAt time.Time `json:"active_at,omitzero"`
}

// Eligible says that a call may be logged there: it is in the mapped inbox, and
// open or closed within the window.
func (c Candidate) Eligible(inbox int64, s settings.Settings, now time.Time) bool {
	if c.Inbox != inbox || c.State == "deleted" || c.State == "draft" {
		return false
	}
	return OpenStatus(c.Status) ||
		c.Status == statusClosed && s.Calls.ReopenClosed && !c.ClosedAt.Before(now.Add(-s.Calls.ClosedWindow.Std()))
}

// Choice is the conversation chosen, with the reason for people to read.
type Choice struct {
	ID, Number int64
	Status     string
}

// ChooseConversationFor picks where a call is logged: in the mapped inbox, what
// is open before what was closed within the window, never spam, and the most
// recent of those. An ID of 0 means a new conversation.
func ChooseConversationFor(candidates []Candidate, inbox int64, left []int64, s settings.Settings, now time.Time) Choice {
	if s.Calls.LogTo == settings.NewConversation {
		return Choice{}
	}
	var open, closed []Candidate
	for _, c := range candidates {
		switch {
		case slices.Contains(left, c.ID) || !c.Eligible(inbox, s, now):
		case OpenStatus(c.Status):
			open = append(open, c)
		default:
			closed = append(closed, c)
		}
	}
	for _, group := range [][]Candidate{open, closed} {
		if len(group) > 0 {
			best := slices.MinFunc(group, func(a, b Candidate) int {
				return cmp.Or(b.ActiveAt.Compare(a.ActiveAt), cmp.Compare(b.Number, a.Number))
			})
			return Choice{ID: best.ID, Number: best.Number, Status: best.Status}
		}
	}
	return Choice{}
}

// Usable says that a conversation that was read by id still takes a log.
func Usable(status, state string) bool { return status != statusSpam && state != "deleted" }
