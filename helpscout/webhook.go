package helpscout

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // Help Scout signs its webhooks with HMAC-SHA1
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"strconv"
	"strings"
)

// The headers of a webhook (Help Scout's reference, "Webhooks").
const (
	WebhookEventHeader     = "X-HelpScout-Event"
	WebhookSignatureHeader = "X-HelpScout-Signature"
)

// Events of webhooks, by the names of Help Scout's reference ("Webhooks"), which has
// more. WebhookTest is in its PHP SDK only.
const (
	ConversationMerged  = "convo.merged"
	ConversationMoved   = "convo.moved"
	ConversationDeleted = "convo.deleted"
	ConversationStatus  = "convo.status"
	ConversationTags    = "convo.tags"
	CustomerCreated     = "customer.created"
	CustomerUpdated     = "customer.updated"
	CustomerDeleted     = "customer.deleted"
	WebhookTest         = "helpscout.test"
)

// ErrWebhookBody says that the body of a webhook is no JSON object with an id. It
// quotes nothing of the body.
var ErrWebhookBody = errors.New("the body of the webhook is no JSON object with an id")

// Webhook is what Help Scout tells of a conversation or customer. The body is the
// object itself in the form of API v2, as it is when the webhook is sent; of one that
// was deleted only the id comes. Nothing tells whether a person or a program made the
// change, and nothing tells one sending of an event from another (Help Scout's
// reference, "Webhooks").
type Webhook struct {
	// Event is one of the names above or another: letters, digits and a few signs,
	// fit for logs. It is empty where the header holds anything else.
	Event string
	// ID is that of the conversation or customer. Which of two conversations
	// convo.merged holds is not documented.
	ID int64
	// Status, MailboxID and Tags are those of a conversation, and empty where the
	// body lacks them or has them in another form.
	Status    Status
	MailboxID int64
	Tags      []Tag
}

var eventName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_.-]{0,99}$`)

// SignedWebhook tells whether the header's signature is the one that this secret
// gives the body: Base64 of the HMAC-SHA1 over the bytes as they came (Help Scout's
// reference, "Webhooks"). Nothing is signed with an empty secret. The event's name is
// not part of what is signed.
func SignedWebhook(header http.Header, body []byte, secret string) bool {
	given, err := base64.StdEncoding.DecodeString(strings.TrimSpace(header.Get(WebhookSignatureHeader)))
	if err != nil || secret == "" {
		return false
	}
	mac := hmac.New(sha1.New, []byte(secret))
	mac.Write(body)
	return hmac.Equal(given, mac.Sum(nil))
}

// ParseWebhook reads a webhook. It needs the id alone, as a number or as text: other
// fields that it cannot read are left empty. Its error is ErrWebhookBody; the event
// is given all the same, for Help Scout's reference does not say what the bodies of
// all events hold.
func ParseWebhook(header http.Header, body []byte) (Webhook, error) {
	hook := Webhook{Event: eventName.FindString(strings.TrimSpace(header.Get(WebhookEventHeader)))}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil {
		return hook, ErrWebhookBody
	}
	id, err := strconv.ParseInt(strings.Trim(string(fields["id"]), `"`), 10, 64)
	if err != nil || id <= 0 {
		return hook, ErrWebhookBody
	}
	hook.ID = id
	hook.Status = field[Status](fields["status"])
	hook.MailboxID = field[int64](fields["mailboxId"])
	hook.Tags = field[[]Tag](fields["tags"])
	return hook, nil
}

// field reads one field, or gives the zero value.
func field[T any](raw json.RawMessage) T {
	var value, none T
	if json.Unmarshal(raw, &value) != nil {
		return none
	}
	return value
}
