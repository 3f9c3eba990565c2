package desk

import "strings"

// problemKinds are the problems that a call may stand still for (calllog.Problem).
var problemKinds = []string{
	"HelpScoutUnauthorized", "HelpScoutForbidden", "HelpScoutRefused", "HelpScoutNotFound", "HelpScoutConflict",
	"HelpScoutDown", "HelpScoutRateLimited", "ConversationFull", "ConversationGone", "CustomerGone", "InboxGone", "WriteUncertain",
	"AircallUnauthorized", "AircallRefused", "AircallDown", "AircallRateLimited", "Misconfigured", "StoreDown", "Internal",
}

// ProblemKinds are what can be chosen.
func (callsView) ProblemKinds() []string { return problemKinds }

// Word is the text of a problem, of one that this version does not know as well.
func (callsView) Word(problem string) string {
	key := "calls.problem." + problem
	if _, known := catalog[key]; known {
		return key
	}
	return "calls.problem.Internal"
}

// Outcomes are the ways that a call can go.
func (callsView) Outcomes() []string {
	return []string{"answered", "missed", "voicemail", "callback", "unanswered", "voice_agent"}
}

// Whens are the times that have a word.
func (callsView) Whens() []string { return []string{"today", "24h", "7d", "30d"} }

// InboxName is what an inbox is called, "" where that is not known.
func (v callsView) InboxName(id int64) string {
	for _, inbox := range v.Inboxes {
		if inbox.ID == id {
			return inbox.Name
		}
	}
	return ""
}

// ConversationLink is the page of a row's conversation in Help Scout.
func (v callsView) ConversationLink(row CallRow) string {
	if row.Conversation == "" || v.HelpScoutURL == "" {
		return ""
	}
	return strings.TrimRight(v.HelpScoutURL, "/") + "/conversation/" + row.Conversation
}

// Fresh, Since and Show are for the line that tells of new calls, which is empty when
// the page is new.
func (callsView) Fresh() int   { return 0 }
func (callsView) Since() int64 { return 0 }
func (callsView) Show() string { return "" }
