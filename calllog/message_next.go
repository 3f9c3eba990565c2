package calllog

import (
	"cmp"
	"slices"
	"time"

	"callscout/settings"
)

// The actions for messages; their values are the names of the activities.
const (
	RecallMessages           Action = "RecallMessages"
	FindMessageCustomer      Action = "FindMessageCustomer"
	ChooseForMessages        Action = "ChooseConversationForMessages"
	OpenForMessages          Action = "OpenConversationWithMessages"
	UpdateForMessages        Action = "UpdateConversationForMessages"
	WriteMessages            Action = "WriteMessages"
	NoteMessage              Action = "NoteMessage"
	mostInBurst                     = 20
	burstWaits                      = 6
	filePatience                    = 30 * time.Second
	messagesIdle                    = 24 * time.Hour
	freeAnswer                      = 24 * time.Hour
	mostConversationsGivenUp        = 20
)

// Messages is a run's messages with one outside number, or of one group, on one line.
type Messages struct {
	Messages []Message
	Written  MessagesWritten
	Settings settings.Settings
	// HeardAt is when the last news came, on the workflow's clock.
	HeardAt time.Time
}

// MessagesWritten is what stands in Help Scout already, as far as it matters to the
// messages that come.
type MessagesWritten struct {
	// Customers are those of the parties, one unless it is a group.
	Customers    []PartyCustomer      `json:"customers,omitempty"`
	Conversation MessagesConversation `json:"conversation,omitzero"`
	// InboundAt is when the customer wrote last over WhatsApp: for a day from then,
	// a free answer is possible.
	InboundAt time.Time `json:"inbound_at,omitzero"`
	// Threads counts what was written.
	Threads int `json:"threads,omitempty"`
}

// PartyCustomer is the customer found for a party.
type PartyCustomer struct {
	Party    string `json:"party"`
	Customer int64  `json:"customer"`
}

// MessagesConversation is where the messages are logged.
type MessagesConversation struct {
	ID     int64  `json:"id,omitempty"`
	Number int64  `json:"number,omitempty"`
	Status string `json:"status,omitempty"`
	// Chosen says that one was looked for; an ID of 0 then means that a new one is
	// to be opened.
	Chosen bool `json:"chosen,omitempty"`
	// Ready says that it was read by id for the thread that comes next.
	Ready bool `json:"ready,omitempty"`
	// Customer is whom it belongs to.
	Customer int64 `json:"customer,omitempty"`
	// Tags are those that this run put there.
	Tags []string `json:"tags,omitempty"`
	// Left are conversations that are not to be chosen for the thread that comes
	// next, and Full those that take none any more.
	Left []int64 `json:"left,omitempty"`
	Full []int64 `json:"full,omitempty"`
	// Continues is where messages stood before, if that one takes none any more and
	// none is told here yet.
	Continues *Earlier `json:"continues,omitempty"`
}

// Customer is the customer found for a party, or 0.
func (w MessagesWritten) Customer(party string) int64 {
	for _, known := range w.Customers {
		if known.Party == party {
			return known.Customer
		}
	}
	return 0
}

// Found notes the customer of a party.
func (w *MessagesWritten) Found(party string, customer int64) {
	w.Lose(party)
	w.Customers = append(w.Customers, PartyCustomer{Party: party, Customer: customer})
}

// Lose gives a party's customer up, so that the number is looked up anew.
func (w *MessagesWritten) Lose(party string) {
	w.Customers = slices.DeleteFunc(w.Customers, func(c PartyCustomer) bool { return c.Party == party })
}

// Leave gives the conversation up. Because is empty where it was only not to be chosen
// any more: it may be again for later messages.
func (w *MessagesWritten) Leave(because Because) {
	from := w.Conversation
	next := MessagesConversation{Left: append(slices.Clone(from.Left), from.ID), Full: from.Full, Continues: from.Continues}
	if because == Full {
		next.Full = append(slices.Clone(from.Full), from.ID)
		next.Full = next.Full[max(0, len(next.Full)-mostConversationsGivenUp):]
	}
	if because != "" && because != Moved {
		next.Continues = &Earlier{ID: from.ID, Number: from.Number, Because: because}
	}
	w.Conversation = next
}

// Told readies what is known for the next thread: the conversation is read anew for
// it, since somebody may have closed it meanwhile. alone says that the next message
// may be somebody else's.
func (w *MessagesWritten) Told(alone bool) {
	w.Threads++
	c := &w.Conversation
	c.Ready, c.Status, c.Left, c.Continues = false, "", nil, nil
	if alone {
		*c = MessagesConversation{Full: c.Full}
	}
}

// MessageStep is the next thing to do for messages.
type MessageStep struct {
	Do Action
	// Why says it in plain words, for the run in Temporal's UI.
	Why string
	// Part is what is written, or what the step leads to.
	Part MessagePart
	// Recall are the ids that the ledger is asked about.
	Recall []string
	Change Change
	// Until is when Wait ends if no news comes.
	Until time.Time
}

// NextMessages is what to do now. It reads from top to bottom: see what an earlier
// run told, tell what was written in the order in which it was, note what did not
// arrive, bring the files that came late, and rest.
func NextMessages(c Messages, now time.Time) MessageStep {
	if ids := c.unrecalled(); len(ids) > 0 {
		return MessageStep{Do: RecallMessages, Recall: ids, Why: "See what is already written of these messages"}
	}
	var wait MessageStep
	for _, chapter := range []func(time.Time) (MessageStep, bool){c.tells, c.failed, c.bringsFiles} {
		step, todo := chapter(now)
		switch {
		case !todo:
		case step.Do != Wait:
			return step
		case wait.Do == "" || step.Until.Before(wait.Until):
			wait = step
		}
	}
	if wait.Do != "" {
		return wait
	}
	return c.rests(now)
}

func (c Messages) unrecalled() []string {
	var ids []string
	for _, m := range c.Messages {
		if !m.Recalled && (m.Heard || m.Failed) {
			ids = append(ids, m.ID)
		}
	}
	return ids
}

// Open says that a message is still to be told.
func (c Messages) Open(m Message) bool { return m.Heard && !m.Done() && m.Wanted(c.Settings) }

// FirstBurst are the messages that the next thread tells, in their order: the oldest
// that is not told, and those that followed it at once from the same side over the
// same channel, with nothing of anybody else in between.
func (c Messages) FirstBurst() []Message {
	heard := slices.DeleteFunc(slices.Clone(c.Messages), func(m Message) bool { return !m.Heard || m.At.IsZero() })
	slices.SortStableFunc(heard, func(a, b Message) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
	within := c.Settings.Messages.Burst.Std()
	var burst []Message
	for _, m := range heard {
		switch {
		case !c.Open(m):
			if len(burst) > 0 {
				return burst
			}
		case len(burst) == 0:
			burst = append(burst, m)
		case len(burst) < mostInBurst && within > 0 && m.At.Sub(burst[len(burst)-1].At) <= within && sameSide(m, burst[0]):
			burst = append(burst, m)
		default:
			return burst
		}
	}
	return burst
}

func sameSide(a, b Message) bool {
	return a.Direction == b.Direction && a.Channel == b.Channel && a.Party() == b.Party() && a.Anonymous == b.Anonymous &&
		(a.Agent == nil) == (b.Agent == nil) && (a.Agent == nil || *a.Agent == *b.Agent)
}

// tells: one thread for the oldest burst, once it was waited for neighbours and for
// the files.
func (c Messages) tells(now time.Time) (MessageStep, bool) {
	burst := c.FirstBurst()
	if len(burst) == 0 {
		return MessageStep{}, false
	}
	if due := c.due(burst); now.Before(due) {
		return MessageStep{Do: Wait, Until: due, Why: "Wait for messages that belong to the same thread"}, true
	}
	if until := fetching(burst); now.Before(until) {
		return MessageStep{Do: Wait, Until: until, Why: "Wait for the files of the message"}, true
	}
	part := MessagePart{Kind: MessageText}
	for _, m := range burst {
		part.Messages = append(part.Messages, m.ID)
	}
	return c.write(part, burst[0]), true
}

// due bounds the wait for neighbours: a flood of messages must not hold them all back.
func (c Messages) due(burst []Message) time.Time {
	first, last := burst[0].ArrivedAt, burst[0].ArrivedAt
	for _, m := range burst {
		if m.ArrivedAt.Before(first) {
			first = m.ArrivedAt
		}
		if m.ArrivedAt.After(last) {
			last = m.ArrivedAt
		}
	}
	within := c.Settings.Messages.Burst.Std()
	if most := first.Add(burstWaits * within); last.Add(within).After(most) {
		return most
	}
	return last.Add(within)
}

// fetching is until when a thread waits for files that nobody has tried to the end.
func fetching(burst []Message) time.Time {
	var until time.Time
	for _, m := range burst {
		for _, f := range m.Files {
			if f.State == FileNew && f.URL != "" && m.ArrivedAt.Add(filePatience).After(until) {
				until = m.ArrivedAt.Add(filePatience)
			}
		}
	}
	return until
}

// write leads to one thread about a message: a customer, a conversation that may take
// it, and the thread, each if it is not there yet.
func (c Messages) write(part MessagePart, m Message) MessageStep {
	conversation := c.Written.Conversation
	what := titledMessages(part, m)
	step := MessageStep{Part: part, Change: c.change(part, m)}
	switch {
	case c.Written.Customer(m.Party()) == 0:
		step.Do, step.Why = FindMessageCustomer, "Find the customer, or make one"
	case !conversation.Chosen:
		step.Do, step.Why = ChooseForMessages, "Choose the conversation"
	case conversation.ID == 0:
		step.Do, step.Why = OpenForMessages, "Open a conversation with "+what
	case !conversation.Ready:
		step.Do, step.Why = UpdateForMessages, "Read the conversation, put its tags, owner and status"
	default:
		step.Do, step.Why = WriteMessages, "Write "+what
	}
	return step
}

func titledMessages(part MessagePart, m Message) string {
	switch {
	case part.Kind == MessageFailure:
		return "that a message did not arrive"
	case part.Kind == MessageFile:
		return "a file that came late"
	case m.Direction == Outbound:
		return "what was sent"
	default:
		return "what was received"
	}
}

// change is what the conversation gets besides the thread. A customer who writes
// wants an answer: what waited for the customer is active again, as after an e-mail.
func (c Messages) change(part MessagePart, m Message) Change {
	text := part.Kind == MessageText
	return Change{
		AddTags:  missing(MessageTags(m, c.Settings), c.Written.Conversation.Tags),
		Assign:   text && c.Settings.Messages.SetOwner && m.Direction == Outbound,
		Reassign: true,
		Reopen:   true,
		Activate: text && m.Direction == Inbound,
	}
}

// failed: what did not arrive is noted once, where the message stands.
func (c Messages) failed(time.Time) (MessageStep, bool) {
	for _, m := range c.Messages {
		if m.Written && m.Failed && !m.FailureTold && !m.Skipped {
			return c.note(MessagePart{Kind: MessageFailure, Messages: []string{m.ID}}, m), true
		}
	}
	return MessageStep{}, false
}

// bringsFiles: what could not be had when the message was told.
func (c Messages) bringsFiles(time.Time) (MessageStep, bool) {
	var next time.Time
	for _, m := range c.Messages {
		if m.Skipped || !m.Heard && !m.Written {
			continue
		}
		for i, f := range m.Files {
			switch {
			case f.State == FileKept && m.Written:
				return c.note(MessagePart{Kind: MessageFile, Messages: []string{m.ID}, File: i}, m), true
			case f.State == FileMissing && (next.IsZero() || f.NextTry.Before(next)):
				next = f.NextTry
			}
		}
	}
	if next.IsZero() {
		return MessageStep{}, false
	}
	return MessageStep{Do: Wait, Until: next, Why: "Wait before a file is tried again"}, true
}

// note adds to a message that stands somewhere; where that conversation takes nothing
// more, as the next thread is written.
func (c Messages) note(part MessagePart, m Message) MessageStep {
	if m.Conversation == 0 {
		return c.write(part, m)
	}
	return MessageStep{Do: NoteMessage, Part: part, Why: "Write " + titledMessages(part, m)}
}

// rests: the run ends after a day in which nothing was heard.
func (c Messages) rests(now time.Time) MessageStep {
	idle := c.HeardAt.Add(messagesIdle)
	if now.Before(idle) {
		return MessageStep{Do: Wait, Until: idle, Why: "Wait for further messages"}
	}
	return MessageStep{Do: Finish, Why: "Nothing was heard for a day"}
}

// FreeUntil is until when a free answer is possible after the customer's last message
// over WhatsApp (WhatsApp's customer service window); zero where it is not known.
func FreeUntil(inbound time.Time) time.Time {
	if inbound.IsZero() {
		return time.Time{}
	}
	return inbound.Add(freeAnswer)
}

// MessageRules are the settings as they hold for messages, in the form in which the
// rules of calls read them: no conversation is ever forced to be new, a closed one is
// reopened as messages want it, and the owner is set whoever it was.
func MessageRules(s settings.Settings) settings.Settings {
	s.Calls.LogTo = settings.ExistingConversation
	s.Calls.ReopenClosed = s.Messages.ReopenClosed
	s.Calls.AssignConversation = s.Messages.SetOwner
	s.Calls.ReassignOwned = s.Messages.SetOwner
	return s
}

// MessageTags are the tags that a conversation gets for a message.
func MessageTags(m Message, s settings.Settings) []string {
	return Tags(Facts{Direction: m.Direction, Line: m.Line}, s)
}
