package activities

import (
	"slices"
	"time"

	"callscout/activities/contract"
	"callscout/calllog"
	"callscout/helpscout"
)

// moment is the time at which a call's conversation is chosen: now, and for a call
// that is backfilled the time when it would have been.
func (a *Activities) moment(c contract.Call) time.Time {
	if c.Backfilled {
		return a.past(c.Facts.EndedAt)
	}
	return a.now()
}

// imported says whether a thread is written as an import, which notifies nobody, and
// in which time: that of the end of the call, or of the comment that it tells.
func (a *Activities) imported(in contract.ThreadInput) (bool, time.Time) {
	if !in.Backfilled {
		return false, time.Time{}
	}
	at := in.Facts.EndedAt
	i := slices.IndexFunc(in.Facts.Comments, func(c calllog.Comment) bool { return calllog.CommentPart(c.ID) == in.Part })
	if i >= 0 && !in.Facts.Comments[i].At.IsZero() {
		at = in.Facts.Comments[i].At
	}
	return true, a.past(at)
}

// importConversation gives a new conversation of a backfilled call the time when the
// call began.
func (a *Activities) importConversation(conversation *helpscout.NewConversation, in contract.ThreadInput) {
	if !in.Backfilled {
		return
	}
	conversation.Imported, conversation.CreatedAt = true, a.past(in.Facts.StartedAt)
	for i := range conversation.Threads {
		conversation.Threads[i].Imported, conversation.Threads[i].CreatedAt = a.imported(in)
	}
}

// past is a time, and never a future one: a clock that is wrong elsewhere must not
// cost a call its log.
func (a *Activities) past(at time.Time) time.Time {
	if now := a.now(); at.IsZero() || at.After(now) {
		return now
	}
	return at
}

// closedSince says that somebody closed the conversation after a backfilled call,
// which stays so.
func closedSince(c contract.Call, conversation helpscout.Conversation) bool {
	return c.Backfilled && conversation.ClosedAt.After(c.Facts.EndedAt)
}
