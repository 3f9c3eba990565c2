package calllog

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"callscout/settings"
)

// Message is all that is known of one message, and how far its log has come.
type Message struct {
	ID string `json:"id"`
	// Heard says that the message itself came; without it only what became of it
	// is known. ArrivedAt is when, on the workflow's clock.
	Heard     bool      `json:"heard,omitempty"`
	ArrivedAt time.Time `json:"arrived_at,omitzero"`
	// At is when it was sent, by Aircall's clock.
	At            time.Time     `json:"at,omitzero"`
	Direction     Direction     `json:"direction,omitempty"`
	Channel       Channel       `json:"channel,omitempty"`
	OutsideNumber string        `json:"outside_number,omitempty"`
	Anonymous     bool          `json:"anonymous,omitempty"`
	Group         string        `json:"group,omitempty"`
	Participants  []string      `json:"participants,omitempty"`
	Text          string        `json:"text,omitempty"`
	Files         []File        `json:"files,omitempty"`
	Line          Line          `json:"line,omitzero"`
	Agent         *Person       `json:"agent,omitempty"`
	Contact       *Contact      `json:"contact,omitempty"`
	WhatsApp      *WhatsAppInfo `json:"whatsapp,omitempty"`
	// Status is Aircall's last word on what became of it, StatusAt when that was
	// said, and Failed that it was once said that it did not arrive.
	Status   string    `json:"status,omitempty"`
	StatusAt time.Time `json:"status_at,omitzero"`
	Failed   bool      `json:"failed,omitempty"`

	// Recalled says that the ledger was asked about it.
	Recalled bool `json:"recalled,omitempty"`
	// Written says that a thread tells it, in the conversation of that id.
	Written      bool  `json:"written,omitempty"`
	Conversation int64 `json:"conversation,omitempty"`
	// Skipped says that somebody decided not to log it.
	Skipped bool `json:"skipped,omitempty"`
	// FailureTold says that it is noted that it did not arrive.
	FailureTold bool `json:"failure_told,omitempty"`
}

// File is a file of a message and how far it has come.
type File struct {
	FileLink
	State FileState `json:"state,omitempty"`
	// Reason is why it was refused, or not had yet.
	Reason string `json:"reason,omitempty"`
	// Tries counts the times that fetching it failed; NextTry is when it is tried
	// again.
	Tries   int       `json:"tries,omitempty"`
	NextTry time.Time `json:"next_try,omitzero"`
}

// FileState is how far a file has come.
type FileState string

// The states of a file.
const (
	// FileNew is a file that nobody tried to fetch.
	FileNew FileState = ""
	// FileKept is one that was fetched, and waits to be attached.
	FileKept FileState = "kept"
	// FileMissing is one that could not be had, and is tried again.
	FileMissing FileState = "missing"
	// FileRefused is one that is not wanted: too large, not of its kind, from where
	// nothing may be fetched.
	FileRefused FileState = "refused"
	// FileLost is one that was tried often enough.
	FileLost FileState = "lost"
	// FileTold is one that stands in Help Scout, or of which a thread says why not.
	FileTold FileState = "told"
)

// reasonExpired and reasonNoLink are media's words for a link that was good once, or
// never: a later event may bring another one.
const reasonExpired, reasonNoLink = "expired", "bad_link"

// fileRetries are the pauses before a file is tried again: its link may live for an
// hour, or be given anew with a later event.
var fileRetries = []time.Duration{time.Minute, 10 * time.Minute, time.Hour}

// NotHad notes that a file could not be fetched.
func (f *File) NotHad(reason string, now time.Time) {
	f.Reason = reason
	f.Tries++
	if f.Tries > len(fileRetries) {
		f.State, f.NextTry = FileLost, time.Time{}
		return
	}
	f.State, f.NextTry = FileMissing, now.Add(fileRetries[f.Tries-1])
}

// Due says that a file is to be fetched now.
func (f File) Due(now time.Time) bool {
	return f.URL != "" && (f.State == FileNew || f.State == FileMissing && !now.Before(f.NextTry))
}

// Done says that there is nothing to do for the message, whatever may become of it.
func (m Message) Done() bool { return m.Written || m.Skipped }

// Wanted says that the company logs messages like this one.
func (m Message) Wanted(s settings.Settings) bool {
	if m.Anonymous && m.Group == "" && s.Contacts.Anonymous == settings.SkipAnonymous {
		return false
	}
	if m.Channel == WhatsApp {
		return s.Messages.WhatsApp
	}
	return s.Messages.SMS
}

// Facts are what the other party of a message is found, named and tagged by, in the
// form in which calls have them.
func (m Message) Facts() Facts {
	return Facts{
		Direction: m.Direction, Line: m.Line, OutsideNumber: m.OutsideNumber, Anonymous: m.Anonymous,
		Contact: m.Contact, Agent: m.Agent,
	}
}

// Party names the other party among those of a run: only a group has several.
func (m Message) Party() string {
	if m.Anonymous {
		return "anonymous"
	}
	return m.OutsideNumber
}

// failing are Aircall's words, and carriers', for a message that did not arrive. The
// whole list is not documented.
var failing = []string{"failed", "undelivered", "undeliverable", "rejected", "expired", "error", "not_delivered"}

// Failing says that a status means that the message did not arrive.
func Failing(status string) bool { return slices.Contains(failing, strings.ToLower(status)) }

// order of the statuses that follow each other, for those that were told in the
// same second.
var order = []string{"pending", "queued", "sending", "sent", "received", "delivered", "read"}

func rank(status string) int {
	if Failing(status) {
		return len(order)
	}
	return slices.Index(order, status)
}

// HearMessage adds an event to what is known. news is false where it says nothing
// that was not known, such as one that came before.
func HearMessage(messages []Message, event MessageEvent, now time.Time) (all []Message, news bool) {
	said := event.Message
	at := slices.IndexFunc(messages, func(m Message) bool { return m.ID == said.ID })
	if at < 0 {
		at, messages = len(messages), append(messages, Message{ID: said.ID})
		news = true
	}
	m := &messages[at]
	news = m.hearStatus(said.Status, event.At) || news
	if m.Done() {
		// What it says is told. Its text is not kept, and not wanted again.
		m.freshLinks(said.Files)
		return messages, news
	}
	if m.At.IsZero() || event.Tells() {
		// A later status may have no time but its own.
		setTime(&m.At, said.SentAt)
	}
	m.learn(said)
	if event.Tells() && !m.Heard {
		m.Heard, m.ArrivedAt, news = true, now, true
		if m.At.IsZero() {
			m.At = event.At
		}
	}
	return messages, news
}

// hearStatus gives true for news.
func (m *Message) hearStatus(status string, at time.Time) bool {
	if status == "" {
		return false
	}
	news := false
	if Failing(status) && !m.Failed {
		m.Failed, news = true, true
	}
	later := cmp.Or(at.Compare(m.StatusAt), cmp.Compare(rank(status), rank(m.Status)))
	if m.Status == "" || later > 0 {
		news = news || m.Status != status
		m.Status, m.StatusAt = status, at
	}
	return news
}

// learn takes over what an event says; what it leaves out stays known.
func (m *Message) learn(said MessageSnapshot) {
	set(&m.Direction, said.Direction)
	set(&m.Channel, said.Channel)
	set(&m.OutsideNumber, said.OutsideNumber)
	set(&m.Group, said.Group)
	set(&m.Text, said.Text)
	m.Anonymous = m.OutsideNumber == "" && (m.Anonymous || said.Anonymous)
	if len(said.Participants) > 0 {
		m.Participants = said.Participants
	}
	if said.Line != nil && (m.Line.Name == "" || said.Line.Name != "") {
		m.Line = *said.Line
	}
	if said.User != nil {
		m.Agent = said.User
	}
	if said.Contact != nil {
		m.Contact = said.Contact
	}
	if said.WhatsApp != nil {
		m.WhatsApp = said.WhatsApp
	}
	m.freshLinks(said.Files)
	for _, link := range said.Files[min(len(m.Files), len(said.Files)):] {
		f := File{FileLink: link}
		if link.URL == "" {
			f.State, f.Reason = FileRefused, reasonNoLink
		}
		m.Files = append(m.Files, f)
	}
}

// freshLinks takes the links of a later event: they live longer.
func (m *Message) freshLinks(links []FileLink) {
	for i := range min(len(links), len(m.Files)) {
		fresh := links[i].URL != "" && links[i].URL != m.Files[i].URL
		if f := &m.Files[i]; fresh && f.State == FileRefused && (f.Reason == reasonExpired || f.Reason == reasonNoLink) {
			f.State, f.Reason = FileNew, ""
		}
		set(&m.Files[i].URL, links[i].URL)
		set(&m.Files[i].Name, links[i].Name)
		set(&m.Files[i].Type, links[i].Type)
	}
}

// Recall takes over what the ledger and the memory hold. Of a message that is told, so
// are the files: each of them stands there, or its thread says why not.
func (m *Message) Recall(record MessageRecord) {
	m.Recalled = true
	m.Written, m.Conversation = record.Written, record.Conversation
	m.Skipped = m.Skipped || record.Skipped
	m.FailureTold = m.FailureTold || record.Failed
	if record.Early != nil {
		m.hearStatus(record.Early.Status, record.Early.At)
		m.Failed = m.Failed || record.Early.Failed
	}
	if m.Done() {
		m.Files = nil
		m.Forget()
	}
}

// Told notes that a thread tells the message. Of files that are not wanted or lost it
// says so.
func (m *Message) Told(conversation int64) {
	m.Written, m.Conversation = true, conversation
	for i := range m.Files {
		if state := m.Files[i].State; state == FileRefused || state == FileLost {
			m.Files[i].State = FileTold
		}
	}
	m.Forget()
}

// ToldFile notes that a thread has the last word on a file.
func (m *Message) ToldFile(file int) {
	if file < len(m.Files) {
		m.Files[file].State = FileTold
	}
	m.Forget()
}

// Forget leaves of a message that is told what is still needed: to know it again, and
// to note what became of it.
func (m *Message) Forget() {
	m.Text, m.WhatsApp, m.Participants = "", nil, nil
	if !slices.ContainsFunc(m.Files, func(f File) bool { return f.State == FileNew || f.State == FileKept || f.State == FileMissing }) {
		m.Files = nil
	}
}

// mostRemembered bounds what a run knows of messages that are told: the ledger knows
// them all.
const mostRemembered = 200

// WithoutSettled leaves out what a run need not know any more: messages that are told,
// the oldest of them first, where there are many.
func WithoutSettled(messages []Message) []Message {
	over := -mostRemembered
	for _, m := range messages {
		if m.settled() {
			over++
		}
	}
	return slices.DeleteFunc(messages, func(m Message) bool {
		if over > 0 && m.settled() {
			over--
			return true
		}
		return false
	})
}

// settled says that nothing is left to do for the message now.
func (m Message) settled() bool {
	return m.Done() && len(m.Files) == 0 && (!m.Failed || m.FailureTold || m.Skipped)
}
