package helpscout

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Status is the status of a conversation or thread.
type Status string

// The statuses of conversations. Whether Help Scout lets a program set
// StatusSpam is not known.
const (
	StatusActive  Status = "active"
	StatusPending Status = "pending"
	StatusClosed  Status = "closed"
	StatusSpam    Status = "spam"
)

// StatusNoChange is the status of a thread that left its conversation's status
// alone.
const StatusNoChange Status = "nochange"

// State tells published conversations and threads from others.
type State string

// The states that Help Scout's reference names; deleted is for conversations,
// hidden and review are for threads.
const (
	StatePublished State = "published"
	StateDraft     State = "draft"
	StateDeleted   State = "deleted"
	StateHidden    State = "hidden"
	StateReview    State = "review"
)

// ConversationType is how a conversation came about.
type ConversationType string

// The types of conversations.
const (
	ConversationChat  ConversationType = "chat"
	ConversationEmail ConversationType = "email"
	ConversationPhone ConversationType = "phone"
)

// Person is a user, team or customer where it is named in passing. Any field
// may be missing, the id included (seen on the wire).
type Person struct {
	ID int64 `json:"id,omitempty"`
	// Type is user, team or customer. Users and teams share one space of ids.
	Type  string `json:"type,omitempty"`
	First string `json:"first,omitempty"`
	Last  string `json:"last,omitempty"`
	Email string `json:"email,omitempty"`
}

// Tag is a tag of a conversation. Help Scout lower-cases names.
type Tag struct {
	ID    int64  `json:"id"`
	Name  string `json:"tag"`
	Color string `json:"color,omitempty"`
}

// Conversation is a conversation as Help Scout answers it.
type Conversation struct {
	ID int64 `json:"id"`
	// Number is what users see; it is not the id.
	Number int64 `json:"number"`
	// Threads is a count.
	Threads   int              `json:"threads"`
	Type      ConversationType `json:"type"`
	Status    Status           `json:"status"`
	State     State            `json:"state"`
	Subject   string           `json:"subject"`
	MailboxID int64            `json:"mailboxId"`
	// Assignee is nil when nobody owns the conversation. It may be a team.
	Assignee  *Person   `json:"assignee,omitempty"`
	CreatedBy Person    `json:"createdBy"`
	CreatedAt time.Time `json:"createdAt,omitzero"`
	ClosedAt  time.Time `json:"closedAt,omitzero"`
	// UserUpdatedAt is the last change by a user. There is no field for the
	// last change by anyone, though lists can be sorted by it.
	UserUpdatedAt   time.Time `json:"userUpdatedAt,omitzero"`
	Tags            []Tag     `json:"tags,omitempty"`
	PrimaryCustomer Person    `json:"primaryCustomer"`
	// WebURL is the conversation's page, from _links.web.
	WebURL string `json:"webUrl,omitempty"`
}

// UnmarshalJSON reads Help Scout's answers and what encoding/json makes of a
// Conversation.
func (c *Conversation) UnmarshalJSON(data []byte) error {
	type plain Conversation
	wire := struct {
		*plain
		Links struct {
			Web link `json:"web"`
		} `json:"_links"`
	}{plain: (*plain)(c)}
	if err := json.Unmarshal(data, &wire); err != nil {
		return err
	}
	if wire.Links.Web.Href != "" {
		c.WebURL = wire.Links.Web.Href
	}
	return nil
}

// WebURL is the page of a conversation, for links. The base webURL is
// https://secure.helpscout.net for everyone.
func WebURL(webURL string, conversation, number int64) string {
	return fmt.Sprintf("%s/conversation/%d/%d/", strings.TrimRight(webURL, "/"), conversation, number)
}

// CustomerConversations returns the first page (25) of a customer's
// conversations in one inbox, in every status, last changed first. The list
// lags behind writes; GetConversation does not.
func (c *Client) CustomerConversations(ctx context.Context, mailbox, customer int64) ([]Conversation, error) {
	const path = "/v2/conversations"
	if mailbox <= 0 || customer <= 0 {
		return nil, request{method: http.MethodGet, path: path}.refuse("the ids of inbox and customer must be greater than zero")
	}
	// There is no parameter for a customer, only this query field, and without
	// status=all it would find active conversations only.
	query := url.Values{
		"mailbox":   {strconv.FormatInt(mailbox, 10)},
		"status":    {"all"},
		"sortField": {"modifiedAt"},
		"sortOrder": {"desc"},
		"query":     {fmt.Sprintf("(customerIds:%d)", customer)},
	}
	conversations, _, err := list[Conversation](ctx, c, path, query, "conversations", 1)
	return conversations, err
}

// GetConversation reads one conversation. It fails with *MovedError when the
// conversation was merged into another one.
func (c *Client) GetConversation(ctx context.Context, id int64) (Conversation, error) {
	var conversation Conversation
	err := c.getOne(ctx, "conversations", id, &conversation)
	return conversation, err
}
