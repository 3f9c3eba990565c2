package calllog

import (
	"slices"
	"time"

	"callscout/aircall"
	"callscout/settings"
)

// Case is one call as its workflow holds it.
type Case struct {
	Facts    Facts
	Written  Written
	Settings settings.Settings
	// HeardAt is when the last news came, on the workflow's clock.
	HeardAt time.Time
	// OverSince is when the call was first known to be over, on that clock.
	OverSince time.Time
	// LastWordSought says that the call was fetched because Aircall's last
	// webhook did not come.
	LastWordSought bool
	// FollowsAgents says that this run takes tags off which agents took off, and
	// notes where a call was handed on; runs that began before that do not.
	FollowsAgents bool
	// Lost is what this call overwrote and has not put right yet.
	Lost Lost
	// HearsAI says that this run logs what Aircall's AI says; runs that began before
	// that do not.
	HearsAI bool
	// AI is what the run noted of it.
	AI AINotes
	// Backfilled says that the call was found in a list long after its end: nothing
	// more is waited for than its own time would have brought.
	Backfilled bool
}

// Action is what a step does. Its value is the name of the activity that does
// it, where one does.
type Action string

// What can be done next.
const (
	Remember           Action = "Recall"
	FindCustomer       Action = "FindCustomer"
	ChooseConversation Action = "ChooseConversation"
	OpenConversation   Action = "OpenConversation"
	UpdateConversation Action = "UpdateConversation"
	WriteThread        Action = "WriteThread"
	FetchCall          Action = "FetchCall"
	NoteHandover       Action = "NoteHandover"
	FetchInsight       Action = "FetchInsight"
	WriteTranscript    Action = "WriteTranscript"
	Wait               Action = "Wait"
	Finish             Action = "Finish"
)

// Step is the next thing to do for a call.
type Step struct {
	Do Action
	// Why says it in plain words, for the run in Temporal's UI.
	Why string
	// Part is what is written, for OpenConversation and WriteThread.
	Part Part
	// Tells are the other parts that a note of Aircall's AI says.
	Tells []Part
	// Insight is what FetchInsight asks for.
	Insight InsightKind
	// Phone says that WriteThread writes a phone thread; it writes a note
	// otherwise.
	Phone bool
	// Create says that FindCustomer makes a customer where none is found.
	Create bool
	// Change is what UpdateConversation and OpenConversation set.
	Change Change
	// Until is when Wait ends if no news comes.
	Until time.Time
}

// Change is what a conversation gets besides a thread.
type Change struct {
	AddTags []string `json:"add_tags,omitempty"`
	// AgentTags are those of AddTags that agents set in Aircall, and may take off
	// again; RemoveTags are those that they did.
	AgentTags  []string `json:"agent_tags,omitempty"`
	RemoveTags []string `json:"remove_tags,omitempty"`
	// InProgress is the tag of running calls; Hold puts it, Release takes it off
	// unless another call still holds it.
	InProgress string `json:"in_progress,omitempty"`
	Hold       bool   `json:"hold,omitempty"`
	Release    bool   `json:"release,omitempty"`
	// Assign hands the conversation to the agent.
	Assign   bool `json:"assign,omitempty"`
	Reassign bool `json:"reassign,omitempty"`
	// Reopen sets a closed conversation active.
	Reopen bool `json:"reopen,omitempty"`
	// Activate sets one active that waited for the customer.
	Activate bool `json:"activate,omitempty"`
	// Restore and Drop are tags that somebody put or took off and that a call
	// overwrote: they are put, or taken off, as if that person did it.
	Restore []string `json:"restore,omitempty"`
	Drop    []string `json:"drop,omitempty"`
}

// Next is what to do for a call now. It reads from top to bottom as the story of
// a call; the first thing that is not done yet is next.
func Next(c Case, now time.Time) Step {
	step := c.next(now)
	if step.Do == Wait || step.Do == Finish {
		if first, todo := c.putsRight(); todo {
			return first
		}
	}
	return step
}

func (c Case) next(now time.Time) Step {
	if !c.Written.Recalled {
		return Step{Do: Remember, Why: "See what is already written of this call"}
	}
	if step, todo := c.isHeardOfByAI(now); todo {
		return step
	}
	if c.Wanted() && (c.Facts.PartyKnown() || c.Written.Customer != 0) {
		for _, chapter := range []func(time.Time) (Step, bool){
			c.rings, c.isAnswered, c.isHandedOn, c.hasEnded, c.bringsLateFacts, c.wasWithVoiceAgent, c.isTranscribed, c.isUnderstood,
		} {
			if step, todo := chapter(now); todo {
				return step
			}
		}
	}
	return c.rests(now)
}

// Wanted says that the company logs calls like this one. While it is open how
// the call ends, it may still become one of the kinds that are logged.
func (c Case) Wanted() bool {
	if c.Written.Skipped() {
		return false
	}
	if c.TooLate() {
		return false
	}
	if c.Facts.Anonymous && c.Settings.Contacts.Anonymous == settings.SkipAnonymous {
		return false
	}
	if kind := c.Facts.Type(); kind != "" {
		return slices.Contains(c.Settings.Calls.Types, kind)
	}
	inbound := func(t settings.CallType) bool {
		return t != settings.OutboundAnswered && t != settings.OutboundUnanswered
	}
	return slices.ContainsFunc(c.Settings.Calls.Types, func(t settings.CallType) bool {
		return inbound(t) == (c.Facts.Direction == Inbound)
	})
}

// rings or dials: find out who it is.
func (c Case) rings(time.Time) (Step, bool) {
	if c.Written.Customer != 0 || c.Written.CustomerSought {
		return Step{}, false
	}
	return Step{Do: FindCustomer, Why: "Find the customer", Create: c.Settings.Contacts.CreateCustomer}, true
}

// isAnswered: the first log, while the call runs. If the end is known before it
// was begun, one thread after the end says it all.
func (c Case) isAnswered(time.Time) (Step, bool) {
	running := c.Facts.Answered() && !c.Facts.Over()
	begun := c.Written.Conversation.Uncertain == PartFirstLog
	if c.Written.Has(PartFirstLog) || c.Written.Has(PartSecondLog) || !(running || begun) {
		return Step{}, false
	}
	change := Change{
		AddTags: c.newTags(), AgentTags: c.newAgentTags(), RemoveTags: c.untagged(),
		InProgress: InProgressTag(c.Settings),
		Hold:       true,
		Assign:     c.Settings.Calls.AssignConversation,
		Reassign:   c.Settings.Calls.ReassignOwned,
		Reopen:     c.Settings.Calls.ReopenClosed,
	}
	return c.write(PartFirstLog, true, change, c.Written.Conversation.Prepared), true
}

// isHandedOn: Aircall makes a new call of it, which has to find this one.
func (c Case) isHandedOn(time.Time) (Step, bool) {
	if _, handed := c.Facts.Handover(); !handed || !c.FollowsAgents || c.Written.Has(PartHandedOn) {
		return Step{}, false
	}
	return Step{Do: NoteHandover, Part: PartHandedOn, Why: "Note that the call was handed on to another number"}, true
}

// hasEnded: the second log, once Aircall has had the time to gather everything.
func (c Case) hasEnded(now time.Time) (Step, bool) {
	if !c.Facts.Over() || c.Written.Has(PartSecondLog) {
		return Step{}, false
	}
	ended := c.ended()
	due := ended.Add(c.Settings.Calls.PostCallDelay.Std())
	if now.Before(due) {
		return Step{Do: Wait, Until: due, Why: "Wait until Aircall has gathered everything about the call"}, true
	}
	if !c.Facts.Final && !c.LastWordSought {
		latest := ended.Add(c.Settings.Calls.EndTimeout.Std())
		if now.Before(latest) {
			return Step{Do: Wait, Until: latest, Why: "Wait for " + aircall.EventCallEnded}, true
		}
		return Step{Do: FetchCall, Why: "Fetch the call: " + aircall.EventCallEnded + " did not come"}, true
	}
	here := c.Written.Conversation.Begun
	change := Change{
		AddTags: c.newTags(), AgentTags: c.newAgentTags(), RemoveTags: c.untagged(),
		InProgress: InProgressTag(c.Settings),
		Release:    c.Written.InProgress,
		// A colleague who took the call over also takes the conversation over.
		Assign:   (!here || c.Facts.taken() != nil) && c.Settings.Calls.AssignConversation,
		Reassign: c.Settings.Calls.ReassignOwned || here && c.Written.Conversation.Opened,
		Reopen:   !here && c.Settings.Calls.ReopenClosed,
	}
	return c.write(PartSecondLog, !c.Written.Has(PartFirstLog), change, c.Written.Conversation.Finished), true
}

// ended is when the call ended, and never later than when that was heard: a
// clock that is wrong elsewhere must not hold a log back.
func (c Case) ended() time.Time {
	if !c.OverSince.IsZero() && c.OverSince.Before(c.Facts.EndedAt) {
		return c.OverSince
	}
	return c.Facts.EndedAt
}

// write leads to one log: a customer, a conversation with what the log needs,
// and the thread, each if it is not there yet.
func (c Case) write(part Part, phone bool, change Change, ready bool) Step {
	conversation := c.Written.Conversation
	switch {
	case c.Written.Customer == 0:
		return Step{Do: FindCustomer, Create: true, Why: "Make a customer to log the call for"}
	case !conversation.Chosen:
		return Step{Do: ChooseConversation, Why: "Choose the conversation"}
	case conversation.ID == 0:
		return Step{Do: OpenConversation, Part: part, Phone: true, Change: change, Why: "Open a conversation with " + titled(part)}
	case !ready:
		if part != PartFirstLog {
			// What comes late belongs to the second log, and so do its tags.
			part = PartSecondLog
		}
		return Step{Do: UpdateConversation, Part: part, Change: change, Why: changeText(change)}
	default:
		return Step{Do: WriteThread, Part: part, Phone: phone, Change: change, Why: "Write " + titled(part)}
	}
}

func titled(part Part) string {
	switch part {
	case PartFirstLog:
		return "the first log"
	case PartSecondLog:
		return "the log of the ended call"
	case PartInsights:
		return "what Aircall's AI says"
	case PartVoiceAgent:
		return "what the voice agent learnt"
	default:
		return "what came late: " + string(part)
	}
}

func changeText(change Change) string {
	switch {
	case change.Hold:
		return "Read the conversation, put the tags of a running call"
	case change.Release:
		return "Put the final tags, take the in-progress tag off"
	default:
		return "Put the tags"
	}
}

// bringsLateFacts: what Aircall tells after the log was written is appended.
func (c Case) bringsLateFacts(time.Time) (Step, bool) {
	if !c.Written.Has(PartSecondLog) {
		return Step{}, false
	}
	change := c.lateChange()
	for _, part := range Tellable(c.Facts, c.Settings) {
		if !c.Written.Has(part) {
			return c.write(part, false, change, c.Written.Conversation.Finished), true
		}
	}
	if c.Written.Conversation.ID == 0 {
		// It was given up after the log was written; tags alone open no other.
		return Step{}, false
	}
	if len(change.AddTags) > 0 || len(change.RemoveTags) > 0 || change.Release {
		return Step{Do: UpdateConversation, Change: change, Why: "Put tags that came late"}, true
	}
	return Step{}, false
}

// lateChange is what the conversation gets after the log was written.
func (c Case) lateChange() Change {
	return Change{
		AddTags: c.newTags(), AgentTags: c.newAgentTags(), RemoveTags: c.untagged(),
		InProgress: InProgressTag(c.Settings),
		Release:    c.Written.InProgress,
	}
}

// Tellable are the parts besides the two logs that the facts have something for.
func Tellable(f Facts, s settings.Settings) []Part {
	var parts []Part
	for _, comment := range f.Comments {
		parts = append(parts, CommentPart(comment.ID))
	}
	if s.Calls.RecordingLinks && !f.Recording.None() {
		parts = append(parts, PartRecording)
	}
	if s.Calls.RecordingLinks && !f.Voicemail.None() {
		parts = append(parts, PartVoicemail)
	}
	return parts
}

// rests: nothing is left to do now. A running call of which nothing is heard for
// long is fetched; an ended one waits for late facts, then is finished.
func (c Case) rests(now time.Time) Step {
	if !c.Facts.Over() {
		silent := c.HeardAt.Add(c.Settings.Calls.SilenceTimeout.Std())
		if !now.Before(silent) {
			return Step{Do: FetchCall, Why: "Fetch the call: nothing was heard of it for long"}
		}
		return Step{Do: Wait, Until: silent, Why: "Wait for the call to go on"}
	}
	heard := c.HeardAt
	if c.Backfilled {
		heard = c.ended()
	}
	quiet, why := heard.Add(c.Settings.Settle.Std()), "Wait for late tags, comments and recordings"
	if c.awaitsAI() {
		if latest := c.ended().Add(c.Settings.AI.Wait.Std()); latest.After(quiet) {
			quiet, why = latest, "Wait for what Aircall's AI says"
		}
	}
	if now.Before(quiet) {
		return Step{Do: Wait, Until: quiet, Why: why}
	}
	return Step{Do: Finish, Why: "Nothing is left to do"}
}
