package calllog

import (
	"slices"
	"time"
)

// Mark is where one part of a call's log stands.
type Mark string

// The marks of a part.
const (
	// MarkDone says that it is written.
	MarkDone Mark = "done"
	// MarkNext says that it is being written, MarkWaiting that it is written later, and
	// MarkFailed that the call stands still because it could not be written.
	MarkNext    Mark = "next"
	MarkWaiting Mark = "waiting"
	MarkFailed  Mark = "failed"
	// MarkOpen says that nobody knows yet whether there will be something to write.
	MarkOpen Mark = "open"
	// MarkNotWanted says that the company does not want it, MarkNothing that there is
	// nothing to write; Why says more.
	MarkNotWanted Mark = "not_wanted"
	MarkNothing   Mark = "nothing"
)

// Why a part is not wanted, or has nothing to write.
const (
	WhySkipped     = "skipped"
	WhyType        = "type"
	WhyAnonymous   = "anonymous"
	WhyTooLate     = "too_late"
	WhySetting     = "setting"
	WhyNotAnswered = "not_answered"
	WhyInOne       = "in_one"
)

// PartCustomer and PartTags stand in a checklist for what has no entry of one name in
// the ledger: the customer whom the call is logged for, and all tags.
const (
	PartCustomer Part = "customer"
	PartTags     Part = "tags"
)

// Marked is one line of a call's checklist.
type Marked struct {
	Part  Part      `json:"part"`
	Mark  Mark      `json:"mark"`
	Why   string    `json:"why,omitempty"`
	Until time.Time `json:"until,omitzero"`
}

// Checklist is what a call's log consists of, and how far each part of it is. step
// is what comes next, and parked says that the call stands still before it.
func (c Case) Checklist(step Step, parked bool) []Marked {
	l := checklist{Case: c, step: step, parked: parked}
	l.customer()
	l.first()
	l.tags()
	l.second()
	l.late()
	l.ai()
	return l.marks
}

// checklist is one being made.
type checklist struct {
	Case
	step   Step
	parked bool
	marks  []Marked
}

func (l *checklist) put(part Part, mark Mark, why string) {
	one := Marked{Part: part, Mark: mark, Why: why}
	if mark == MarkWaiting || mark == MarkOpen {
		one.Until = l.step.Until
	}
	l.marks = append(l.marks, one)
}

// begun is the mark of what is to be written: whatever the next step is, it leads
// there, and where the call stands still, the first of what is missing failed.
func (l *checklist) begun(part Part) Mark {
	switch {
	case l.step.Do == Wait:
		return MarkWaiting
	case l.parked && l.leadsTo(part):
		return MarkFailed
	case l.leadsTo(part):
		return MarkNext
	default:
		return MarkWaiting
	}
}

func (l *checklist) leadsTo(part Part) bool {
	switch l.step.Do {
	case FindCustomer:
		return part == PartCustomer
	case UpdateConversation:
		return part == PartTags
	case WriteThread, OpenConversation, WriteTranscript:
		return part == l.step.Part
	case ChooseConversation, FetchCall:
		return part == PartFirstLog && !l.Facts.Over() || part == PartSecondLog && l.Facts.Over()
	case FetchInsight:
		return part == PartInsights
	default:
		return false
	}
}

// unwanted says why nothing of the call is logged, or "".
func (l *checklist) unwanted() string {
	switch {
	case l.Wanted():
		return ""
	case l.Written.Skipped():
		return WhySkipped
	case l.TooLate():
		return WhyTooLate
	case l.Facts.Anonymous && l.Facts.Type() == "":
		return WhyAnonymous
	case l.Facts.Anonymous && !l.typeWanted():
		return WhyType
	case l.Facts.Anonymous:
		return WhyAnonymous
	default:
		return WhyType
	}
}

func (l *checklist) typeWanted() bool {
	known := l.Case
	known.Facts.Anonymous = false
	return known.Wanted()
}

func (l *checklist) customer() {
	switch why := l.unwanted(); {
	case l.Written.Customer != 0:
		l.put(PartCustomer, MarkDone, "")
	case why != "":
		l.put(PartCustomer, MarkNotWanted, why)
	case l.Written.CustomerSought && !l.Facts.Answered() && !l.Facts.Over():
		l.put(PartCustomer, MarkOpen, "")
	default:
		l.put(PartCustomer, l.begun(PartCustomer), "")
	}
}

func (l *checklist) first() {
	switch why := l.unwanted(); {
	case l.Written.Has(PartFirstLog):
		l.put(PartFirstLog, MarkDone, "")
	case l.Facts.Over() && !l.Facts.Answered():
		l.put(PartFirstLog, MarkNothing, WhyNotAnswered)
	case why != "":
		l.put(PartFirstLog, MarkNotWanted, why)
	case l.Facts.Over() && l.Written.Conversation.Uncertain != PartFirstLog:
		l.put(PartFirstLog, MarkNothing, WhyInOne)
	case l.Facts.Answered():
		l.put(PartFirstLog, l.begun(PartFirstLog), "")
	default:
		l.put(PartFirstLog, MarkOpen, "")
	}
}

func (l *checklist) tags() {
	wanted := Tags(l.Facts, l.Settings)
	left := len(missing(wanted, l.Written.Tags))
	switch why := l.unwanted(); {
	case len(wanted) == 0 && l.Facts.Over():
		l.put(PartTags, MarkNothing, "")
	case left == 0 && len(l.Written.Tags) > 0:
		l.put(PartTags, MarkDone, "")
	case why != "":
		l.put(PartTags, MarkNotWanted, why)
	case !l.Facts.Answered() && !l.Facts.Over():
		l.put(PartTags, MarkOpen, "")
	default:
		l.put(PartTags, l.begun(PartTags), "")
	}
}

func (l *checklist) second() {
	switch why := l.unwanted(); {
	case l.Written.Has(PartSecondLog):
		l.put(PartSecondLog, MarkDone, "")
	case why != "":
		l.put(PartSecondLog, MarkNotWanted, why)
	case !l.Facts.Over():
		l.put(PartSecondLog, MarkOpen, "")
	default:
		l.put(PartSecondLog, l.begun(PartSecondLog), "")
	}
}

// late are the parts that come with the second log or after it.
func (l *checklist) late() {
	why := l.unwanted()
	all := l.Settings
	all.Calls.RecordingLinks = true
	told := Tellable(l.Facts, l.Settings)
	for _, part := range Tellable(l.Facts, all) {
		switch {
		case l.Written.Has(part):
			l.put(part, MarkDone, "")
		case why != "":
			l.put(part, MarkNotWanted, why)
		case !slices.Contains(told, part):
			l.put(part, MarkNotWanted, WhySetting)
		default:
			l.put(part, l.begun(part), "")
		}
	}
}

// ai are the notes of Aircall's AI and of its voice agents.
func (l *checklist) ai() {
	if l.unwanted() != "" || !l.HearsAI {
		return
	}
	if parts := SessionParts(l.Facts); len(parts) > 0 {
		l.told(PartVoiceAgent, parts)
	}
	var insights, transcripts []Part
	for _, insight := range l.Facts.Insights {
		switch {
		case insight.Missing:
		case insight.Kind == Transcript:
			transcripts = append(transcripts, insight.Part())
		default:
			insights = append(insights, insight.Part())
		}
	}
	l.aiNote(PartInsights, insights, l.Settings.AI.Insights)
	l.aiNote(TranscriptPart(false), transcripts, l.Settings.AI.Transcript)
}

func (l *checklist) aiNote(part Part, parts []Part, wanted bool) {
	ended := l.Facts.Over() && l.step.Do == Finish
	switch {
	case !wanted:
		l.put(part, MarkNotWanted, WhySetting)
	case len(parts) > 0:
		l.told(part, parts)
	case ended:
		l.put(part, MarkNothing, "")
	default:
		l.put(part, MarkOpen, "")
	}
}

// told marks what is written as one note.
func (l *checklist) told(part Part, parts []Part) {
	if len(missingOf(parts, l.Written)) == 0 {
		l.put(part, MarkDone, "")
		return
	}
	mark := l.begun(part)
	if mark == MarkWaiting && l.step.Do != Wait && slices.Contains(parts, l.step.Part) {
		mark = MarkNext
		if l.parked {
			mark = MarkFailed
		}
	}
	l.put(part, mark, "")
}
