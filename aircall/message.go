package aircall

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"
)

// ErrNotMessage says that an event is not about a message.
var ErrNotMessage = errors.New("aircall: the event is not about a message")

// ChannelWhatsApp is Message.Channel of a WhatsApp message.
const ChannelWhatsApp = "whatsapp"

// Statuses of messages that were seen. The whole list is not known.
const (
	MessagePending   = "pending"
	MessageSent      = "sent"
	MessageDelivered = "delivered"
	MessageFailed    = "failed"
	MessageReceived  = "received"
	MessageRead      = "read"
)

// Message is an SMS, MMS or WhatsApp message as one event describes it. As in a
// Call a zero value means "not said", never "taken back": message.status_updated
// was seen without body and direction. It holds personal data: String and LogValue
// show none.
type Message struct {
	// ID is text: a UUID, or digits and letters.
	ID string
	// Group tells that the message went to several people outside.
	Group               bool
	GroupConversationID string
	// Direction is Inbound, Outbound or empty. Where the body leaves it out, it
	// follows from message.sent and message.received.
	Direction Direction
	// ExternalNumber and RawDigits are the other party, in display form or as
	// digits without a plus sign; OutsideNumber chooses.
	ExternalNumber, RawDigits string
	// Participants are the numbers of a group, as Aircall writes them.
	Participants []string
	Body         string
	// HasBody tells an empty text from one that was not said.
	HasBody bool
	// Status is in lower case; unknown ones are kept.
	Status string
	// Channel is empty for SMS and MMS, or ChannelWhatsApp; others are kept.
	Channel string
	// Origin was seen as "native".
	Origin     string
	DirectLink string
	// Media is nil if nothing was said of files, and empty if there are none.
	Media []MediaDetail

	// The times come in milliseconds, in seconds or as text, also mixed.
	CreatedAt, SentAt, UpdatedAt time.Time

	// Number has only an ID if the event names the line by its id or by the link.
	Number  *Number
	Contact *Contact
	// User sent the message; nil for messages sent by the API.
	User *User
	// WhatsApp is nil for SMS and MMS.
	WhatsApp *WhatsApp
}

// MediaDetail is one file of a message. The URL may be signed and expire; it must
// be fetched without Aircall's Authorization header. A file without a URL is kept.
type MediaDetail struct {
	FileName, FileType, URL string
}

// Types and categories of WhatsApp messages, from Aircall's reference as an SDK
// copies it. Aircall writes free_customer_serivce, which is mended when read.
const (
	WhatsAppRegular             = "regular"
	WhatsAppFreeEntryPoint      = "free_entry_point"
	WhatsAppFreeCustomerService = "free_customer_service"

	WhatsAppMarketing      = "marketing"
	WhatsAppUtility        = "utility"
	WhatsAppAuthentication = "authentication"
)

// WhatsApp is what a WhatsApp message has beyond others. The form of templates is
// documented nowhere, so whatever was sent is searched for name, text and
// parameters.
type WhatsApp struct {
	Type, Category string
	// Template is the template's name, Text its text if that was sent along.
	Template, Text string
	// Parameters are in the order of the wire.
	Parameters       []Parameter
	ParentID         string
	RecipientCountry string
}

// Parameter is what was filled into a template. The name may be empty.
type Parameter struct {
	Name, Value string
}

// IsMessage tells whether Data is a message, of one person or of a group.
func (e Event) IsMessage() bool {
	return strings.HasPrefix(e.Name, "message.") || e.isGroupMessage()
}

func (e Event) isGroupMessage() bool { return strings.HasPrefix(e.Name, "group_message.") }

// Message reads Data as a message. It fails with ErrNotMessage if the event is
// about something else, and with a *FieldError if the data is no object or has no
// id: any other field that cannot be understood counts as absent.
func (e Event) Message() (Message, error) {
	if !e.IsMessage() {
		return Message{}, ErrNotMessage
	}
	m, err := messageAt("data", e.Data)
	if err != nil {
		return Message{}, err
	}
	m.Group = m.Group || e.isGroupMessage()
	if m.Direction == "" {
		m.Direction = directionOf(e.Name)
	}
	if m.ExternalNumber == "" && m.RawDigits == "" {
		m.ExternalNumber = fallbackNumber(e.Data, m)
	}
	return m, nil
}

// directionOf is empty for events that do not tell.
func directionOf(event string) Direction {
	switch _, what, _ := strings.Cut(event, "."); what {
	case "sent":
		return Outbound
	case "received":
		return Inbound
	default:
		return ""
	}
}

// At is the message's own time: when it was sent, else made, else changed. It is
// zero if the event has none of these.
func (m Message) At() time.Time {
	for _, at := range []time.Time{m.SentAt, m.CreatedAt, m.UpdatedAt} {
		if !at.IsZero() {
			return at
		}
	}
	return time.Time{}
}

// OutsideNumber is the other party's number; empty if the event does not say. For
// a group it is the only participant, if there is just one.
func (m Message) OutsideNumber() string {
	number := firstOf(m.ExternalNumber, m.RawDigits)
	if number == "" && len(m.Participants) == 1 {
		number = m.Participants[0]
	}
	return international(number)
}

// international puts a plus sign before bare digits with a country code, as they
// were seen in an answer to sending. From eleven digits on, and without a leading
// zero, they are hardly a national number.
func international(number string) string {
	if len(number) < 11 || number[0] == '0' || strings.Trim(number, "0123456789") != "" {
		return number
	}
	return "+" + number
}

// String names the message without personal data.
func (m Message) String() string {
	return fmt.Sprintf("message %q (%s, %s)", m.ID, m.Direction, m.Status)
}

// LogValue logs the message without personal data.
func (m Message) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("id", m.ID),
		slog.String("direction", string(m.Direction)),
		slog.String("status", m.Status),
		slog.String("channel", m.Channel),
	)
}
