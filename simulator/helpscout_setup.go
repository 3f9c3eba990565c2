package simulator

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// AddMailbox adds an inbox. An id of 0 is chosen.
func (h *HelpScout) AddMailbox(m Mailbox) Mailbox {
	h.mu.Lock()
	defer h.mu.Unlock()
	m.ID = h.claim("mailbox", m.ID)
	m.Slug = cmp.Or(m.Slug, fmt.Sprintf("%016x", m.ID))
	m.CreatedAt = h.since(m.CreatedAt)
	h.mailboxes[m.ID] = &m
	return m
}

// AddUser adds a user. An id of 0 is chosen; the role is user unless given.
func (h *HelpScout) AddUser(u User) User {
	h.mu.Lock()
	defer h.mu.Unlock()
	u = u.clone()
	u.ID = h.claim("user", u.ID)
	u.Role = cmp.Or(u.Role, "user")
	u.CreatedAt = h.since(u.CreatedAt)
	if h.firstUser == 0 {
		h.firstUser = u.ID
	}
	stored := u.clone()
	h.users[u.ID] = &stored
	return u
}

// AddCustomer adds a customer that has been there for long: search finds it at
// once. An id of 0 is chosen, and so is the type of a number or address.
func (h *HelpScout) AddCustomer(c Customer) Customer {
	h.mu.Lock()
	defer h.mu.Unlock()
	c = c.clone()
	for _, list := range [][]Entry{c.Phones, c.Emails} {
		for i := range list {
			list[i].Type = cmp.Or(list[i].Type, "work")
		}
	}
	c.CreatedAt = h.since(c.CreatedAt)
	stored := h.storeCustomer(c, c.CreatedAt)
	h.indexCustomer(stored, time.Time{})
	return stored.clone()
}

// AddConversation adds a conversation that has been there for long: lists show
// it at once. Ids of 0 are chosen; type, status and subject have defaults.
func (h *HelpScout) AddConversation(c Conversation) Conversation {
	h.mu.Lock()
	defer h.mu.Unlock()
	c = c.clone()
	c.Type, c.Status = cmp.Or(c.Type, "email"), cmp.Or(c.Status, "active")
	c.Subject = cmp.Or(c.Subject, "(no subject)")
	c.CreatedAt = h.since(c.CreatedAt)
	c.CreatedBy = cmp.Or(c.CreatedBy, Person{"customer", c.CustomerID})
	c.Tags = cleanTags(c.Tags)
	if c.Status == "closed" && c.ClosedAt.IsZero() {
		c.ClosedAt, c.ClosedBy = cmp.Or(c.ModifiedAt, c.CreatedAt), cmp.Or(c.ClosedBy, h.firstUser)
	}
	threads := c.Threads
	c.Threads = nil
	stored := h.storeConversation(c, c.CreatedAt)
	for _, thread := range threads {
		h.storeThread(stored, thread, c.CreatedAt)
	}
	h.indexConversation(stored, time.Time{})
	h.tellOf(stored, c.CreatedAt)
	return stored.clone()
}

// storeThread fills in what a thread made by hand leaves out.
func (h *HelpScout) storeThread(found *Conversation, t Thread, now time.Time) {
	t.ID = h.claim("thread", t.ID)
	t.Type, t.State = cmp.Or(t.Type, "customer"), cmp.Or(t.State, "published")
	t.Status = cmp.Or(t.Status, found.Status)
	t.CreatedAt = cmp.Or(t.CreatedAt, now)
	author := Person{"user", h.firstUser}
	if t.Type == "customer" {
		author = Person{"customer", found.CustomerID}
	}
	t.Author = cmp.Or(t.Author, author)
	t.CustomerID = cmp.Or(t.CustomerID, found.CustomerID)
	if t.Type != "lineitem" {
		t.Body = storedHTML(t.Body)
	}
	t.Attachments = slices.Clone(t.Attachments)
	for i := range t.Attachments {
		file := &t.Attachments[i]
		file.ID, file.Size = h.claim("attachment", file.ID), cmp.Or(file.Size, len(file.Data))
	}
	found.Threads = append(found.Threads, t)
}

func (h *HelpScout) since(at time.Time) time.Time {
	return cmp.Or(at.UTC(), h.clock())
}

// Conversations returns all conversations, merged and deleted ones too, by id.
func (h *HelpScout) Conversations() []Conversation {
	h.mu.Lock()
	defer h.mu.Unlock()
	return clones(h.conversations)
}

// Conversation returns one conversation.
func (h *HelpScout) Conversation(id int64) (Conversation, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	found, ok := h.conversations[id]
	if !ok {
		return Conversation{}, false
	}
	return found.clone(), true
}

// Customers returns all customers by id.
func (h *HelpScout) Customers() []Customer {
	h.mu.Lock()
	defer h.mu.Unlock()
	return clones(h.customers)
}

// Customer returns one customer.
func (h *HelpScout) Customer(id int64) (Customer, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	found, ok := h.customers[id]
	if !ok {
		return Customer{}, false
	}
	return found.clone(), true
}

// Users returns all users by id.
func (h *HelpScout) Users() []User {
	h.mu.Lock()
	defer h.mu.Unlock()
	return clones(h.users)
}

// Mailboxes returns all inboxes by id.
func (h *HelpScout) Mailboxes() []Mailbox {
	h.mu.Lock()
	defer h.mu.Unlock()
	return values(h.mailboxes)
}
