package helpscout

import (
	"bytes"
	"context"
	"encoding/json"
	"time"
)

// CustomerRef names a customer by id.
type CustomerRef struct {
	ID int64 `json:"id"`
}

// AssignTo is the owner of a new conversation. The zero value leaves the
// choice to the inbox's default.
type AssignTo struct {
	decided bool
	user    int64
}

// AssignToUser makes a user the owner.
func AssignToUser(id int64) AssignTo { return AssignTo{decided: true, user: id} }

// AssignToNobody leaves the conversation unassigned, whatever the inbox's
// default is.
func AssignToNobody() AssignTo { return AssignTo{decided: true} }

// IsZero makes encoding/json leave out an owner that is not decided.
func (a AssignTo) IsZero() bool { return !a.decided }

// MarshalJSON writes the user's id or null.
func (a AssignTo) MarshalJSON() ([]byte, error) {
	if a.user == 0 {
		return []byte("null"), nil
	}
	return json.Marshal(a.user)
}

// UnmarshalJSON reads what MarshalJSON writes.
func (a *AssignTo) UnmarshalJSON(data []byte) error {
	*a = AssignToNobody()
	if bytes.Equal(data, []byte("null")) {
		return nil
	}
	return json.Unmarshal(data, &a.user)
}

// NewConversation is a conversation to create. Subject, Type, MailboxID,
// Status, Customer and one thread are required (Help Scout's reference,
// "Create Conversation").
type NewConversation struct {
	Subject   string           `json:"subject"`
	Type      ConversationType `json:"type"`
	MailboxID int64            `json:"mailboxId"`
	// Status is StatusActive, StatusPending or StatusClosed.
	Status   Status      `json:"status"`
	Customer CustomerRef `json:"customer"`
	Threads  []NewThread `json:"threads"`
	Tags     []string    `json:"tags,omitempty"`
	AssignTo AssignTo    `json:"assignTo,omitzero"`
	// User is the user on whose behalf conversation and threads are added; 0
	// means the user behind the token.
	User int64 `json:"user,omitempty"`
	// Imported keeps Help Scout from sending mails and notifications.
	Imported  bool      `json:"imported,omitempty"`
	CreatedAt time.Time `json:"createdAt,omitzero"`
	// AutoReply only acts when there is a thread by the customer.
	AutoReply bool `json:"autoReply,omitempty"`
}

// NewThread is a thread of a conversation to create.
type NewThread struct {
	// Type is ThreadPhone, ThreadNote, ThreadChat, ThreadCustomer, or
	// ThreadReply, which is mailed to the customer.
	Type ThreadType `json:"type"`
	// Text is HTML.
	Text string `json:"text"`
	// Customer is required for every type but a note.
	Customer    CustomerRef  `json:"customer,omitzero"`
	Imported    bool         `json:"imported,omitempty"`
	CreatedAt   time.Time    `json:"createdAt,omitzero"`
	Attachments []Attachment `json:"attachments,omitempty"`
}

// Created is what a new conversation is known by.
type Created struct {
	ID int64
}

// CreateConversation makes a conversation. Nothing keeps it from being made
// twice: look before repeating it when the error is MayHaveHappened.
func (c *Client) CreateConversation(ctx context.Context, conversation NewConversation) (Created, error) {
	conversation.CreatedAt = seconds(conversation.CreatedAt)
	threads := make([]NewThread, len(conversation.Threads))
	for i, thread := range conversation.Threads {
		thread.CreatedAt = seconds(thread.CreatedAt)
		threads[i] = thread
	}
	conversation.Threads = threads
	id, err := c.createNamed(ctx, "/v2/conversations", conversation, "conversations")
	return Created{ID: id}, err
}
