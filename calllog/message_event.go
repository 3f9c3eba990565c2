package calllog

import (
	"errors"
	"slices"
	"strings"
	"time"

	"callscout/aircall"
	"callscout/phone"
)

// MessageEvent is what one webhook says about an SMS, MMS or WhatsApp message,
// reduced to what a log needs. It travels into the run of its line and its outside
// number as a signal.
type MessageEvent struct {
	// Name is Aircall's event name, such as "message.received".
	Name string `json:"name"`
	// At is when Aircall built the body, in UTC.
	At      time.Time       `json:"at"`
	Message MessageSnapshot `json:"message"`
}

// MessageSnapshot is a message as Aircall showed it at one moment. A zero value
// means that the body did not say, never that there is none.
type MessageSnapshot struct {
	ID string `json:"id"`
	// Group is the id of a conversation of several people, and Participants are
	// their numbers.
	Group        string    `json:"group,omitempty"`
	Participants []string  `json:"participants,omitempty"`
	Direction    Direction `json:"direction,omitempty"`
	// OutsideNumber is the other party as Aircall prints it: the sender, or in a
	// group whom it was sent to first.
	OutsideNumber string        `json:"outside_number,omitempty"`
	Anonymous     bool          `json:"anonymous,omitempty"`
	Channel       Channel       `json:"channel,omitempty"`
	Text          string        `json:"text,omitempty"`
	HasText       bool          `json:"has_text,omitempty"`
	Status        string        `json:"status,omitempty"`
	Files         []FileLink    `json:"files,omitempty"`
	SentAt        time.Time     `json:"sent_at,omitzero"`
	Line          *Line         `json:"line,omitempty"`
	User          *Person       `json:"user,omitempty"`
	Contact       *Contact      `json:"contact,omitempty"`
	WhatsApp      *WhatsAppInfo `json:"whatsapp,omitempty"`
}

// Channel is what a message came over: Aircall's word, where it has one.
type Channel string

// The channels. Aircall has no word for SMS and MMS.
const (
	SMS      Channel = ""
	WhatsApp Channel = aircall.ChannelWhatsApp
)

// FileLink is where Aircall has a file of a message. The link may die soon.
type FileLink struct {
	Name string `json:"name,omitempty"`
	Type string `json:"type,omitempty"`
	URL  string `json:"url,omitempty"`
}

// WhatsAppInfo is what a WhatsApp message has beyond others.
type WhatsAppInfo struct {
	// Type and Category are Aircall's: "regular", "marketing".
	Type     string `json:"type,omitempty"`
	Category string `json:"category,omitempty"`
	Template string `json:"template,omitempty"`
	// Text is that of the template.
	Text       string      `json:"text,omitempty"`
	Parameters []Parameter `json:"parameters,omitempty"`
}

// Parameter is what was filled into a template; the name may be empty.
type Parameter struct {
	Name  string `json:"name,omitempty"`
	Value string `json:"value"`
}

// ErrNoMessageTime says that a message event tells no time at all.
var ErrNoMessageTime = errors.New("the message has no time")

// FromMessage reduces a message's webhook, or the callback of a number in proxy
// mode. Its error says what could not be understood, without personal data.
func FromMessage(event aircall.Event) (MessageEvent, error) {
	m, err := event.Message()
	if err != nil {
		return MessageEvent{}, err
	}
	out := MessageEvent{Name: event.Name, At: event.Timestamp.UTC(), Message: messageSnapshot(m)}
	if out.At.IsZero() {
		// What the callbacks of proxy mode carry is documented in part only.
		out.At = m.At().UTC()
	}
	if out.At.IsZero() {
		return MessageEvent{}, ErrNoMessageTime
	}
	return out, nil
}

func messageSnapshot(m aircall.Message) MessageSnapshot {
	s := MessageSnapshot{
		ID: m.ID, Direction: Direction(m.Direction), OutsideNumber: m.OutsideNumber(), Channel: Channel(m.Channel),
		Text: m.Body, HasText: m.HasBody, Status: m.Status, SentAt: m.At().UTC(), User: person(m.User),
	}
	if m.At().IsZero() {
		s.SentAt = time.Time{}
	}
	if n := m.Number; n != nil && n.ID != 0 {
		digits := n.E164Digits
		if digits == "" {
			digits = n.Digits
		}
		s.Line = &Line{ID: n.ID, Name: strings.TrimSpace(n.Name), Digits: digits, Country: n.Country, TimeZone: n.TimeZone}
	}
	if m.Group {
		s.Group = m.GroupConversationID
		s.Participants = outsiders(m.Participants, s.Line)
		if s.OutsideNumber == "" && len(s.Participants) > 0 {
			s.OutsideNumber = s.Participants[0]
		}
	}
	if s.OutsideNumber != "" {
		if _, kind := phone.Classify(s.OutsideNumber, ""); kind == phone.Anonymous {
			s.OutsideNumber, s.Anonymous = "", true
		}
	}
	if c := m.Contact; c != nil && c.ID != 0 {
		s.Contact = contact(c)
		s.Contact.LacksNumber = lacks(c, s.OutsideNumber, s.Line)
	}
	for _, detail := range m.Media {
		s.Files = append(s.Files, FileLink{Name: strings.TrimSpace(detail.FileName), Type: detail.FileType, URL: detail.URL})
	}
	if w := m.WhatsApp; w != nil {
		s.WhatsApp = &WhatsAppInfo{Type: w.Type, Category: w.Category, Template: w.Template, Text: w.Text}
		for _, p := range w.Parameters {
			s.WhatsApp.Parameters = append(s.WhatsApp.Parameters, Parameter{Name: p.Name, Value: p.Value})
		}
	}
	return s
}

// outsiders are the participants of a group who are not the line itself.
func outsiders(participants []string, line *Line) []string {
	var out []string
	for _, number := range participants {
		if line != nil && line.Digits != "" && NumberKey(number, line.Country) == NumberKey(line.Digits, line.Country) {
			continue
		}
		if !slices.Contains(out, number) {
			out = appendText(out, number)
		}
	}
	return out
}

// Tells says that the event brings the message itself, and not only what became of
// it. A change of status that carries the whole message counts, since the message's
// own event may have been lost, and Aircall has no history to fetch it from.
func (e MessageEvent) Tells() bool {
	if strings.HasSuffix(e.Name, ".sent") || strings.HasSuffix(e.Name, ".received") {
		return true
	}
	return e.Message.Direction != "" && e.Message.PartyKnown() && (e.Message.Text != "" || len(e.Message.Files) > 0)
}

// PartyKnown says that the event tells whom the message is with.
func (s MessageSnapshot) PartyKnown() bool {
	return s.OutsideNumber != "" || s.Anonymous || s.Group != ""
}
