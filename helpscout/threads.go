package helpscout

import (
	"context"
	"net/http"
	"time"
)

// maxThreadPages allows for the 100 threads a conversation can have, 25 to a
// page, and many line items, which may not count towards them.
const maxThreadPages = 20

// ThreadType is the kind of a thread.
type ThreadType string

// The types of threads. ThreadMessage is what a ThreadReply is called once it
// is written; line items record changes and have no body.
const (
	ThreadPhone         ThreadType = "phone"
	ThreadNote          ThreadType = "note"
	ThreadChat          ThreadType = "chat"
	ThreadCustomer      ThreadType = "customer"
	ThreadReply         ThreadType = "reply"
	ThreadMessage       ThreadType = "message"
	ThreadLineItem      ThreadType = "lineitem"
	ThreadBeaconChat    ThreadType = "beaconchat"
	ThreadForwardChild  ThreadType = "forwardchild"
	ThreadForwardParent ThreadType = "forwardparent"
)

// Source says where a thread came from.
type Source struct {
	Type string `json:"type"`
	Via  string `json:"via"`
}

// Thread is one entry of a conversation as Help Scout answers it.
type Thread struct {
	ID     int64      `json:"id"`
	Type   ThreadType `json:"type"`
	Status Status     `json:"status"`
	State  State      `json:"state"`
	// Body is HTML. Help Scout rewrites what it was given: line feeds become
	// <br>, paragraphs may be added, white space differs.
	Body      string    `json:"body"`
	CreatedBy Person    `json:"createdBy"`
	Customer  Person    `json:"customer"`
	CreatedAt time.Time `json:"createdAt,omitzero"`
	Source    Source    `json:"source"`
}

// Attachment is a file to add to a thread. Data is sent as Base64.
type Attachment struct {
	FileName string `json:"fileName"`
	MimeType string `json:"mimeType"`
	Data     []byte `json:"data"`
}

// PhoneThread is the log of a call. It cannot name a user: Help Scout shows it
// under the user behind the token (Help Scout's reference, "Create Phone
// Thread").
type PhoneThread struct {
	// Text is HTML.
	Text     string      `json:"text"`
	Customer CustomerRef `json:"customer"`
	// Imported keeps Help Scout from sending notifications.
	Imported bool `json:"imported,omitempty"`
	// CreatedAt may be set only together with Imported.
	CreatedAt   time.Time    `json:"createdAt,omitzero"`
	Attachments []Attachment `json:"attachments,omitempty"`
}

// Note is a note, which customers never see.
type Note struct {
	// Text is HTML.
	Text string `json:"text"`
	// User is the author; 0 means the user behind the token. An id that is
	// not a user's gives IsNotFound (seen on the wire).
	User int64 `json:"user,omitempty"`
	// Status is the conversation's status from now on. Whether a note without
	// it reopens a closed conversation is not documented clearly.
	Status Status `json:"status,omitempty"`
	// Imported keeps Help Scout from sending notifications.
	Imported bool `json:"imported,omitempty"`
	// CreatedAt may be set only together with Imported.
	CreatedAt   time.Time    `json:"createdAt,omitzero"`
	Attachments []Attachment `json:"attachments,omitempty"`
}

// CustomerThread is what a customer wrote elsewhere. It cannot name a user or a
// status. Without Imported it reopens a closed conversation and Help Scout may send
// notifications (Help Scout's reference, "Create Customer Thread").
type CustomerThread struct {
	// Text is HTML.
	Text     string      `json:"text"`
	Customer CustomerRef `json:"customer"`
	Imported bool        `json:"imported,omitempty"`
	// CreatedAt may be set only together with Imported.
	CreatedAt   time.Time    `json:"createdAt,omitzero"`
	Attachments []Attachment `json:"attachments,omitempty"`
}

// CreateCustomerThread adds what a customer wrote and returns the thread's id. It
// fails like CreatePhoneThread.
func (c *Client) CreateCustomerThread(ctx context.Context, conversation int64, thread CustomerThread) (int64, error) {
	thread.CreatedAt = seconds(thread.CreatedAt)
	return c.addThread(ctx, conversationPath(conversation)+"/customer", thread, thread.Imported, thread.CreatedAt)
}

// CreatePhoneThread adds the log of a call and returns the thread's id. The
// error is IsFull when the conversation takes nothing more, and IsNotFound
// also when it was merged.
func (c *Client) CreatePhoneThread(ctx context.Context, conversation int64, thread PhoneThread) (int64, error) {
	thread.CreatedAt = seconds(thread.CreatedAt)
	return c.addThread(ctx, conversationPath(conversation)+"/phones", thread, thread.Imported, thread.CreatedAt)
}

// CreateNote adds a note and returns the thread's id. It fails like
// CreatePhoneThread.
func (c *Client) CreateNote(ctx context.Context, conversation int64, note Note) (int64, error) {
	note.CreatedAt = seconds(note.CreatedAt)
	return c.addThread(ctx, conversationPath(conversation)+"/notes", note, note.Imported, note.CreatedAt)
}

func (c *Client) addThread(ctx context.Context, path string, body any, imported bool, createdAt time.Time) (int64, error) {
	if !imported && !createdAt.IsZero() {
		return 0, request{method: http.MethodPost, path: path}.refuse("createdAt is allowed only for an imported thread")
	}
	return c.createNamed(ctx, path, body, "threads", "phones", "notes", "customer")
}

// Threads returns the threads and line items of a conversation, newest first.
// At most 20 pages (500 entries) are read; older ones are left out. Unlike
// searches and lists of conversations this one does not lag.
func (c *Client) Threads(ctx context.Context, conversation int64) ([]Thread, error) {
	threads, _, err := list[Thread](ctx, c, conversationPath(conversation)+"/threads", nil, "threads", maxThreadPages)
	return threads, err
}
