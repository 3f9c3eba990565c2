package simulator

import (
	"slices"
	"strings"
	"time"
)

// Mailbox is an inbox. The API still says mailbox.
type Mailbox struct {
	ID    int64  `json:"id"`
	Name  string `json:"name"`
	Slug  string `json:"slug,omitempty"`
	Email string `json:"email,omitempty"`
	// DefaultAssignee is who gets a new conversation that names no owner. 0:
	// nobody.
	DefaultAssignee int64     `json:"defaultAssignee,omitempty"`
	CreatedAt       time.Time `json:"createdAt"`
}

// User is a Help Scout user.
type User struct {
	ID              int64    `json:"id"`
	FirstName       string   `json:"firstName"`
	LastName        string   `json:"lastName"`
	Email           string   `json:"email"`
	AlternateEmails []string `json:"alternateEmails,omitempty"`
	// Role is owner, admin or user.
	Role string `json:"role,omitempty"`
	// Mailboxes limits what a plain user reaches; owners and admins reach all.
	// Empty: all.
	Mailboxes []int64 `json:"mailboxes,omitempty"`
	// Inactive makes every token of the user's apps worthless.
	Inactive bool `json:"inactive,omitempty"`
	// NoDirectory takes away the right to search the contacts directory.
	NoDirectory bool      `json:"noDirectory,omitempty"`
	CreatedAt   time.Time `json:"createdAt"`
}

// Entry is one phone number or e-mail address of a customer.
type Entry struct {
	ID    int64  `json:"id"`
	Type  string `json:"type"`
	Value string `json:"value"`
}

// Customer is a Help Scout customer. Background is the Notes field of the UI.
type Customer struct {
	ID           int64     `json:"id"`
	FirstName    string    `json:"firstName,omitempty"`
	LastName     string    `json:"lastName,omitempty"`
	Background   string    `json:"background,omitempty"`
	JobTitle     string    `json:"jobTitle,omitempty"`
	Location     string    `json:"location,omitempty"`
	Organization string    `json:"organization,omitempty"`
	Gender       string    `json:"gender,omitempty"`
	Age          string    `json:"age,omitempty"`
	PhotoURL     string    `json:"photoUrl,omitempty"`
	PhotoType    string    `json:"photoType,omitempty"`
	Phones       []Entry   `json:"phones,omitempty"`
	Emails       []Entry   `json:"emails,omitempty"`
	CreatedAt    time.Time `json:"createdAt"`
	UpdatedAt    time.Time `json:"updatedAt"`
}

// Conversation is a Help Scout conversation with its threads, oldest first.
type Conversation struct {
	ID        int64 `json:"id"`
	Number    int64 `json:"number"`
	MailboxID int64 `json:"mailboxId"`
	// Type is chat, email or phone; Status active, pending, closed or spam.
	Type    string `json:"type"`
	Status  string `json:"status"`
	Subject string `json:"subject"`
	// CustomerID is the primary customer, Assignee the owner (0: nobody).
	CustomerID int64     `json:"customerId"`
	Assignee   int64     `json:"assignee,omitempty"`
	CreatedBy  Person    `json:"createdBy"`
	Tags       []string  `json:"tags,omitempty"`
	Threads    []Thread  `json:"threads"`
	CreatedAt  time.Time `json:"createdAt"`
	ModifiedAt time.Time `json:"modifiedAt"`
	ClosedAt   time.Time `json:"closedAt,omitzero"`
	ClosedBy   int64     `json:"closedBy,omitempty"`
	// MergedInto is the conversation that swallowed this one.
	MergedInto int64     `json:"mergedInto,omitempty"`
	MergedAt   time.Time `json:"mergedAt,omitzero"`
	Deleted    bool      `json:"deleted,omitempty"`
	// Locked makes every write fail with 423: Help Scout's Conversation Lock.
	Locked bool `json:"locked,omitempty"`
}

// Person is the author of a thread or conversation.
type Person struct {
	// Type is user or customer.
	Type string `json:"type"`
	ID   int64  `json:"id"`
}

// Thread is one entry of a conversation.
type Thread struct {
	ID int64 `json:"id"`
	// Type is chat, customer, lineitem, message (a reply), note or phone.
	Type string `json:"type"`
	// Status is the conversation's status after this thread.
	Status string `json:"status"`
	// State is published or draft.
	State string `json:"state"`
	// Body is the HTML as stored, which is not quite what was sent.
	Body        string       `json:"body,omitempty"`
	Author      Person       `json:"author"`
	CustomerID  int64        `json:"customerId,omitempty"`
	AssignedTo  int64        `json:"assignedTo,omitempty"`
	Action      string       `json:"action,omitempty"`
	Imported    bool         `json:"imported,omitempty"`
	CC          []string     `json:"cc,omitempty"`
	BCC         []string     `json:"bcc,omitempty"`
	Attachments []Attachment `json:"attachments,omitempty"`
	CreatedAt   time.Time    `json:"createdAt"`
}

// Attachment is a file of a thread.
type Attachment struct {
	ID       int64  `json:"id"`
	FileName string `json:"fileName"`
	MimeType string `json:"mimeType"`
	// Size is in bytes.
	Size int `json:"size"`
	// Data is the content. It is shared by all copies: do not change it.
	Data []byte `json:"data,omitempty"`
}

// App is an OAuth application. Tokens of its client credentials act as the user
// UserID; 0 means the first user added.
type App struct {
	ID     string
	Secret string
	UserID int64
	// Name is what people see who are asked to let it in.
	Name string
	// RedirectURL is where a consent comes back to. Empty: it cannot be let in.
	RedirectURL string
	// ConsentedBy is the user who gives consents; 0 means UserID.
	ConsentedBy int64
	// CodesOnly refuses client credentials.
	CodesOnly bool
}

func (c Conversation) clone() Conversation {
	c.Tags = slices.Clone(c.Tags)
	c.Threads = slices.Clone(c.Threads)
	for i := range c.Threads {
		thread := &c.Threads[i]
		thread.CC, thread.BCC = slices.Clone(thread.CC), slices.Clone(thread.BCC)
		thread.Attachments = slices.Clone(thread.Attachments)
	}
	return c
}

func (c Customer) clone() Customer {
	c.Phones, c.Emails = slices.Clone(c.Phones), slices.Clone(c.Emails)
	return c
}

func (u User) clone() User {
	u.AlternateEmails, u.Mailboxes = slices.Clone(u.AlternateEmails), slices.Clone(u.Mailboxes)
	return u
}

func (c *Conversation) visibleThreads() int {
	count := 0
	for i := range c.Threads {
		if c.Threads[i].Type != "lineitem" && c.Threads[i].State != "draft" {
			count++
		}
	}
	return count
}

func (c *Conversation) setStatus(status string, by int64, at time.Time) {
	switch {
	case status == "closed" && c.Status != "closed":
		c.ClosedAt, c.ClosedBy = at, by
	case status != "closed":
		c.ClosedAt, c.ClosedBy = time.Time{}, 0
	}
	c.Status = status
}

func (c *Customer) hasEmail(address string) bool {
	return slices.ContainsFunc(c.Emails, func(e Entry) bool { return strings.EqualFold(e.Value, address) })
}

func (c *Customer) firstEmail() string {
	if len(c.Emails) == 0 {
		return ""
	}
	return c.Emails[0].Value
}

func (c *Customer) name() string {
	return strings.TrimSpace(c.FirstName + " " + c.LastName)
}

func (u *User) name() string {
	return strings.TrimSpace(u.FirstName + " " + u.LastName)
}

// cleanTags does what Help Scout does to names of tags: trim, lower-case, each
// once.
func cleanTags(names []string) []string {
	var tags []string
	for _, name := range names {
		name = strings.ToLower(strings.TrimSpace(name))
		if name != "" && !slices.Contains(tags, name) {
			tags = append(tags, name)
		}
	}
	return tags
}
