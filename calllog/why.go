package calllog

import (
	"cmp"
	"slices"
	"time"

	"callscout/settings"
)

// Reason is why a candidate was taken, or was not. The words for it are those of
// whoever shows it.
type Reason string

// Why a customer was taken, or was not.
const (
	// ReasonOnly is the only one there is.
	ReasonOnly Reason = "only"
	// ReasonUpdatedLast, ReasonNewest, ReasonOldest and ReasonHasOpen won by the
	// rule; the second ones of each pair are those that lost by it.
	ReasonUpdatedLast Reason = "updated_last"
	ReasonUpdated     Reason = "updated_before"
	ReasonNewest      Reason = "newest"
	ReasonOlder       Reason = "older"
	ReasonOldest      Reason = "oldest"
	ReasonNewer       Reason = "newer"
	ReasonHasOpen     Reason = "has_open_conversation"
	ReasonNoOpen      Reason = "no_open_conversation"
	// ReasonLowestID and ReasonHigherID settle a tie.
	ReasonLowestID Reason = "lowest_id"
	ReasonHigherID Reason = "higher_id"
)

// Why a conversation was taken, or was not.
const (
	ReasonMostRecent   Reason = "most_recent"
	ReasonLessRecent   Reason = "less_recent"
	ReasonHighest      Reason = "highest_number"
	ReasonLowerNumber  Reason = "lower_number"
	ReasonBehindOpen   Reason = "closed_and_another_is_open"
	ReasonOtherInbox   Reason = "other_inbox"
	ReasonDeleted      Reason = "deleted"
	ReasonDraft        Reason = "draft"
	ReasonSpam         Reason = "spam"
	ReasonClosed       Reason = "closed"
	ReasonClosedLong   Reason = "closed_too_long_ago"
	ReasonLeft         Reason = "left_before"
	ReasonOthersStatus Reason = "status"
	// ReasonAlwaysNew is where each call gets a conversation of its own.
	ReasonAlwaysNew Reason = "always_new"
	// ReasonBelongs is where the call goes on from another one, which stands there.
	ReasonBelongs Reason = "goes_on_from"
)

// Setting is the key of the setting that decided so; empty where none did.
func (r Reason) Setting() string {
	switch r {
	case ReasonUpdatedLast, ReasonUpdated, ReasonNewest, ReasonOlder, ReasonOldest, ReasonNewer, ReasonHasOpen, ReasonNoOpen:
		return "matching.rule"
	case ReasonClosed:
		return "calls.reopen_closed"
	case ReasonClosedLong:
		return "calls.closed_window"
	case ReasonAlwaysNew:
		return "calls.log_to"
	default:
		return ""
	}
}

// CustomerVerdict is a customer who has the number, and why that one was taken or not.
type CustomerVerdict struct {
	CustomerCandidate
	Chosen bool   `json:"chosen,omitempty"`
	Reason Reason `json:"reason"`
}

// WhyCustomer tells of each customer with the number why the rule took it or not. The
// one that was taken comes first, as RankCustomers has it.
func WhyCustomer(candidates []CustomerCandidate, rule settings.MatchingRule) []CustomerVerdict {
	ranked := RankCustomers(candidates, rule)
	verdicts := make([]CustomerVerdict, 0, len(ranked))
	for i, one := range ranked {
		verdict := CustomerVerdict{CustomerCandidate: one, Chosen: i == 0, Reason: ReasonOnly}
		switch {
		case i > 0:
			_, verdict.Reason = customerDuel(ranked[0], one, rule)
		case len(ranked) > 1:
			verdict.Reason, _ = customerDuel(one, ranked[1], rule)
		}
		verdicts = append(verdicts, verdict)
	}
	return verdicts
}

// customerDuel says why the winner won against the other one.
func customerDuel(winner, other CustomerCandidate, rule settings.MatchingRule) (won, lost Reason) {
	switch {
	case rule == settings.Newest && !winner.CreatedAt.Equal(other.CreatedAt):
		return ReasonNewest, ReasonOlder
	case rule == settings.Oldest && !winner.CreatedAt.Equal(other.CreatedAt):
		return ReasonOldest, ReasonNewer
	case rule == settings.Newest, rule == settings.Oldest:
		return ReasonLowestID, ReasonHigherID
	case rule == settings.WithOpenConversation && winner.Open != other.Open:
		return ReasonHasOpen, ReasonNoOpen
	case !winner.UpdatedAt.Equal(other.UpdatedAt):
		return ReasonUpdatedLast, ReasonUpdated
	default:
		return ReasonLowestID, ReasonHigherID
	}
}

// Verdict is a conversation that a call might be logged in, and why it is or is not.
type Verdict struct {
	Candidate
	Chosen bool   `json:"chosen,omitempty"`
	Reason Reason `json:"reason"`
}

// WhyConversation tells of each conversation why ChooseConversationFor takes it or
// not, the one that it takes first.
func WhyConversation(candidates []Candidate, inbox int64, left []int64, s settings.Settings, now time.Time) []Verdict {
	choice := ChooseConversationFor(candidates, inbox, left, s, now)
	at := slices.IndexFunc(candidates, func(c Candidate) bool { return c.ID == choice.ID })
	var verdicts []Verdict
	rivals := 0
	for i, c := range candidates {
		verdict := Verdict{Candidate: c, Chosen: i == at, Reason: c.barred(inbox, left, s, now)}
		if verdict.Reason == "" {
			rivals++
			if at >= 0 {
				_, verdict.Reason = duel(candidates[at], c)
			}
		}
		verdicts = append(verdicts, verdict)
	}
	if at >= 0 {
		verdicts[at].Reason = ReasonMostRecent
		if rivals == 1 {
			verdicts[at].Reason = ReasonOnly
		} else if tied(candidates[at], verdicts) {
			verdicts[at].Reason = ReasonHighest
		}
	}
	slices.SortStableFunc(verdicts, func(a, b Verdict) int {
		rank := func(v Verdict) int {
			switch {
			case v.Chosen:
				return 0
			case v.Eligible(inbox, s, now):
				return 1
			default:
				return 2
			}
		}
		return cmp.Or(cmp.Compare(rank(a), rank(b)), b.ActiveAt.Compare(a.ActiveAt), cmp.Compare(b.Number, a.Number))
	})
	return verdicts
}

// barred is why a conversation cannot be taken at all; empty where it can.
func (c Candidate) barred(inbox int64, left []int64, s settings.Settings, now time.Time) Reason {
	switch {
	case s.Calls.LogTo == settings.NewConversation:
		return ReasonAlwaysNew
	case slices.Contains(left, c.ID):
		return ReasonLeft
	case c.Eligible(inbox, s, now):
		return ""
	case c.Inbox != inbox:
		return ReasonOtherInbox
	case c.State == "deleted":
		return ReasonDeleted
	case c.State == "draft":
		return ReasonDraft
	case c.Status == statusSpam:
		return ReasonSpam
	case c.Status == statusClosed && s.Calls.ReopenClosed:
		return ReasonClosedLong
	case c.Status == statusClosed:
		return ReasonClosed
	default:
		return ReasonOthersStatus
	}
}

// duel says why the winner won against another one that might have been taken.
func duel(winner, other Candidate) (won, lost Reason) {
	switch {
	case OpenStatus(winner.Status) && !OpenStatus(other.Status):
		return ReasonMostRecent, ReasonBehindOpen
	case !winner.ActiveAt.Equal(other.ActiveAt):
		return ReasonMostRecent, ReasonLessRecent
	default:
		return ReasonHighest, ReasonLowerNumber
	}
}

// tied says that only the number told the winner from another one.
func tied(winner Candidate, all []Verdict) bool {
	return slices.ContainsFunc(all, func(v Verdict) bool { return v.ID != winner.ID && v.Reason == ReasonLowerNumber })
}

// mostToTell is how many conversations that cannot be taken are told of.
const mostToTell = 10

// WorthTelling leaves away all but a few of those that cannot be taken anyway: what
// was chosen from is kept with the call, and some customers have hundreds.
func WorthTelling(candidates []Candidate, inbox int64, s settings.Settings, now time.Time) []Candidate {
	var kept []Candidate
	rest := mostToTell
	for _, c := range candidates {
		if !c.Eligible(inbox, s, now) {
			if rest == 0 {
				continue
			}
			rest--
		}
		kept = append(kept, c)
	}
	return kept
}
