package simulator

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Values of Message.Status. The real list is not known.
const (
	TextPending   = "pending"
	TextSent      = "sent"
	TextDelivered = "delivered"
	TextFailed    = "failed"
	TextReceived  = "received"
	TextRead      = "read"
)

var textStatuses = []string{TextPending, TextSent, TextDelivered, TextFailed, TextReceived, TextRead}

const (
	whatsApp = "whatsapp"
	// freeAnswer is how long after a customer's last WhatsApp message anything but a
	// template may be sent.
	freeAnswer = 24 * time.Hour
	// longestSMS and longestWhatsApp are Aircall's limits for sending.
	longestSMS, longestWhatsApp = 1600, 4096
)

// TextMessage is a message to send or to receive: SMS, MMS or WhatsApp. Every field
// may be left out, but not text and files both.
type TextMessage struct {
	// ID is chosen if empty.
	ID string `json:"id,omitempty"`
	// NumberID is the line. 0: the first one added.
	NumberID int64 `json:"number_id,omitempty"`
	// UserID is the agent of an outbound message. 0: the first one added; negative:
	// none, as for messages sent by the API.
	UserID int64 `json:"user_id,omitempty"`
	// Direction is inbound, the default, or outbound.
	Direction string `json:"direction,omitempty"`
	// Outside is the other party's number in display form. Default:
	// "+1 202-555-0143".
	Outside string `json:"outside,omitempty"`
	// ContactID is as in Script.
	ContactID int64  `json:"contact_id,omitempty"`
	Body      string `json:"body,omitempty"`
	// WhatsApp makes it a WhatsApp message.
	WhatsApp *WhatsAppText `json:"whatsapp,omitempty"`
	Files    []TextFile    `json:"files,omitempty"`
	// Group are all outside numbers of a group message.
	Group               []string `json:"group,omitempty"`
	GroupConversationID string   `json:"group_conversation_id,omitempty"`
	// SentAt is the message's own time. Zero: now.
	SentAt time.Time `json:"sent_at,omitzero"`
	// ISO writes the times as text; otherwise they are milliseconds.
	ISO bool `json:"iso,omitempty"`
	// Lose sends no event of it, Duplicate each twice. A callback of a number in
	// proxy mode is sent once in any case.
	Lose      bool `json:"lose,omitempty"`
	Duplicate bool `json:"duplicate,omitempty"`
}

// WhatsAppText is what a WhatsApp message has beyond others.
type WhatsAppText struct {
	// Type is whatsapp_message_type. Default: regular.
	Type     string `json:"type,omitempty"`
	Category string `json:"category,omitempty"`
	// Template is the name of an approved template; without one, a message can go
	// out only within 24 hours after the customer's last one.
	Template   string              `json:"template,omitempty"`
	Parameters []TemplateParameter `json:"parameters,omitempty"`
	// TemplateContent is sent as template_content, whose real form is not known,
	// instead of what is made of the above.
	TemplateContent json.RawMessage `json:"template_content,omitempty"`
	ParentID        string          `json:"parent_id,omitempty"`
	Country         string          `json:"recipient_country,omitempty"`
}

// TemplateParameter is what is filled into a template.
type TemplateParameter struct {
	Name  string `json:"name,omitempty"`
	Value string `json:"value"`
}

// Message is a message as it stands now.
type Message struct {
	TextMessage
	Status    string    `json:"status"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`

	files []*mediaFile
}

func (m Message) clone() Message {
	m.Files, m.Group = slices.Clone(m.Files), slices.Clone(m.Group)
	if m.WhatsApp != nil {
		m.WhatsApp = new(*m.WhatsApp)
	}
	return m
}

// event names the kind of event for this message.
func (m *Message) event(what string) string {
	if len(m.Group) > 0 {
		return "group_message." + what
	}
	return "message." + what
}

// Text sends or receives a message and returns its id after the first attempt to
// tell everybody: message.received or message.sent to the webhooks, or for a number
// in proxy mode one callback for a message that comes in. It fails if Aircall would
// refuse the message, or with ctx.
func (a *Aircall) Text(ctx context.Context, t TextMessage) (id string, err error) {
	id, told, err := a.text(t)
	if err != nil {
		return "", err
	}
	return id, wait(ctx, told)
}

func (a *Aircall) text(t TextMessage) (string, <-chan struct{}, error) {
	a.mu.Lock()
	m, err := a.writeDown(t)
	if err != nil {
		a.mu.Unlock()
		return "", nil, err
	}
	what := "received"
	if m.Direction == "outbound" {
		what = "sent"
	}
	data, err := json.Marshal(a.messageBody(m))
	told := *m
	a.mu.Unlock()
	if err != nil {
		return "", nil, fmt.Errorf("message: %w", err)
	}
	return told.ID, a.tell(&told, what, data, told.UpdatedAt), nil
}

// SetTextStatus changes how far a message is, as the network or the other party
// does, and returns after the first attempt to tell: message.status_updated, or for
// a number in proxy mode the callback message.updated.
func (a *Aircall) SetTextStatus(ctx context.Context, id, status string) error {
	told, err := a.setTextStatus(id, status)
	if err != nil {
		return err
	}
	return wait(ctx, told)
}

func (a *Aircall) setTextStatus(id, status string) (<-chan struct{}, error) {
	if !slices.Contains(textStatuses, status) {
		return nil, fmt.Errorf("status %q: use one of %v", status, textStatuses)
	}
	a.mu.Lock()
	m := a.messages[id]
	if m == nil {
		a.mu.Unlock()
		return nil, fmt.Errorf("no message %q: send or receive one first", id)
	}
	m.Status, m.UpdatedAt = status, a.clock()
	data, err := json.Marshal(a.messageStatusBody(m))
	told := *m
	a.mu.Unlock()
	if err != nil {
		return nil, fmt.Errorf("message: %w", err)
	}
	return a.tell(&told, "status_updated", data, told.UpdatedAt), nil
}

// writeDown checks and stores a message. The company must be locked.
func (a *Aircall) writeDown(t TextMessage) (*Message, error) {
	if a.ctx.Err() != nil {
		return nil, errors.New("the simulator is closed")
	}
	t.NumberID = cmp.Or(t.NumberID, firstKey(a.numbers))
	t.Outside, t.Direction = cmp.Or(strings.TrimSpace(t.Outside), defaultOutside), cmp.Or(t.Direction, "inbound")
	t.ID = cmp.Or(t.ID, logRef())
	if t.Direction == "outbound" && t.UserID == 0 {
		t.UserID = firstKey(a.users)
	}
	if t.Direction == "inbound" {
		t.UserID = 0
	}
	if len(t.Group) > 0 {
		t.GroupConversationID = cmp.Or(t.GroupConversationID, "group-"+randomHex(16))
	}
	t.ContactID = a.contactFor(Script{ContactID: t.ContactID, Outside: t.Outside})
	now := a.clock()
	t.SentAt = cmp.Or(t.SentAt.UTC(), now)
	m := &Message{TextMessage: t, Status: TextReceived, CreatedAt: t.SentAt, UpdatedAt: now}
	if t.Direction == "outbound" {
		m.Status = TextSent
	}
	*m = m.clone()
	if m.WhatsApp != nil {
		m.WhatsApp.Type = cmp.Or(m.WhatsApp.Type, "regular")
	}
	if err := a.checkMessage(m, now); err != nil {
		return nil, err
	}
	for _, file := range t.Files {
		stored, err := a.storeFile(file)
		if err != nil {
			return nil, err
		}
		m.files = append(m.files, stored)
	}
	a.messages[m.ID] = m
	return m, nil
}

func (a *Aircall) checkMessage(m *Message, now time.Time) error {
	limit := longestSMS
	if m.WhatsApp != nil {
		limit = longestWhatsApp
	}
	switch {
	case a.numbers[m.NumberID] == nil:
		return fmt.Errorf("no number %d: add one first", m.NumberID)
	case m.Direction != "inbound" && m.Direction != "outbound":
		return fmt.Errorf("direction %q: use inbound or outbound", m.Direction)
	case m.UserID > 0 && a.users[m.UserID] == nil:
		return fmt.Errorf("no user %d: add one first", m.UserID)
	case onlyDigits(m.Outside) == "":
		return fmt.Errorf("outside number %q: use a phone number", m.Outside)
	case onlyDigits(m.Outside) == onlyDigits(a.numbers[m.NumberID].Digits):
		return errors.New("SameDestinationAsSender: a line cannot write to itself")
	case a.messages[m.ID] != nil:
		return fmt.Errorf("message %q exists already", m.ID)
	case m.Body == "" && len(m.Files) == 0 && (m.WhatsApp == nil || m.WhatsApp.Template == ""):
		return errors.New("write a text or add a file")
	case len([]rune(m.Body)) > limit:
		return fmt.Errorf("the text has more than %d characters", limit)
	case len(m.Group) > 0 && m.WhatsApp != nil:
		return errors.New("a group message is no WhatsApp message")
	case len(m.Group) > 0 && a.configurations[a.configurationKey(m)] != nil:
		return errors.New("a group message needs a number in native mode")
	case m.WhatsApp != nil && m.Direction == "outbound" && m.WhatsApp.Template == "" && !a.mayAnswerFreely(m, now):
		return errors.New("the customer has not written by WhatsApp for 24 hours: use a template")
	}
	return nil
}

// mayAnswerFreely tells whether the customer wrote within the last 24 hours.
func (a *Aircall) mayAnswerFreely(m *Message, now time.Time) bool {
	for _, other := range a.messages {
		if other.WhatsApp != nil && other.Direction == "inbound" && other.NumberID == m.NumberID &&
			onlyDigits(other.Outside) == onlyDigits(m.Outside) && now.Sub(other.SentAt) < freeAnswer {
			return true
		}
	}
	return false
}

// Messages returns all messages, oldest first.
func (a *Aircall) Messages() []Message {
	a.mu.Lock()
	defer a.mu.Unlock()
	all := make([]Message, 0, len(a.messages))
	for _, m := range a.messages {
		all = append(all, m.clone())
	}
	slices.SortFunc(all, func(x, y Message) int {
		return cmp.Or(x.SentAt.Compare(y.SentAt), cmp.Compare(x.ID, y.ID))
	})
	return all
}

// Message returns one message.
func (a *Aircall) Message(id string) (Message, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	found, ok := a.messages[id]
	if !ok {
		return Message{}, false
	}
	return found.clone(), true
}

// configurationsNow are the configurations by number. The company must be locked.
func (a *Aircall) configurationsNow() []MessageConfiguration {
	all := []MessageConfiguration{}
	keys := slices.SortedFunc(maps.Keys(a.configurations), func(x, y configurationKey) int {
		return cmp.Or(cmp.Compare(x.number, y.number), cmp.Compare(x.channel, y.channel))
	})
	for _, key := range keys {
		all = append(all, *a.configurations[key])
	}
	return all
}
