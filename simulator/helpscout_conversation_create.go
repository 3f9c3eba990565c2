package simulator

import (
	"cmp"
	"encoding/json"
	"time"
)

// createConversation needs a subject, type, inbox, status, customer and at
// least one thread. Without assignTo the inbox's default owner gets it, with an
// explicit null nobody.
func (c *hsCall) createConversation() answer {
	f, ok := newForm(c.body)
	if !ok {
		return invalidJSON()
	}
	f.only("subject", "type", "mailboxId", "status", "customer", "threads", "assignTo", "user", "autoReply",
		"imported", "createdAt", "closedAt", "tags", "fields")
	draft := Conversation{
		Subject: f.text("subject", true, 1, 0), Type: f.oneOf("type", true, "chat", "email", "phone"),
		MailboxID: f.number("mailboxId", true), CreatedAt: f.date("createdAt"), Tags: f.tags(),
	}
	status, closedAt := f.oneOf("status", true, "active", "closed", "pending"), f.date("closedAt")
	f.flag("autoReply")
	imported, user, owner := f.flag("imported"), f.number("user", false), f.number("assignTo", false)
	for _, field := range f.objects("fields") {
		field.only("id", "value")
		field.number("id", true)
	}
	customer := f.customerRef("customer", true)
	threads := f.conversationThreads(imported)
	c.checkPlaces(f, draft.MailboxID, owner)
	if f.failed() {
		return badRequest(*f.problems...)
	}
	if len(threads) > maxThreads {
		return full()
	}
	if c.missing(user, customer, threads) {
		return notFound()
	}
	if c.overLimit(threads...) {
		return attachmentTooLarge()
	}
	draft.CustomerID = c.resolve(customer)
	if !f.has("assignTo") && !f.isNull("assignTo") {
		owner = c.h.mailboxes[draft.MailboxID].DefaultAssignee
	}
	draft.Assignee = owner
	by := cmp.Or(user, c.user.ID)
	draft.setStatus(status, by, cmp.Or(closedAt, c.now))
	found := c.h.storeConversation(draft, c.now)
	for _, spec := range threads {
		c.addThread(found, spec, by)
	}
	found.setStatus(cmp.Or(threadsStatus(threads), status), by, cmp.Or(closedAt, c.now))
	found.CreatedBy = found.Threads[0].Author
	c.h.touch(found, c.now)
	return c.created(found.ID, "/v2/conversations")
}

func (c *hsCall) checkPlaces(f form, mailbox, owner int64) {
	if mailbox > 0 && c.h.mailboxes[mailbox] == nil {
		f.fail("mailboxId", "invalid-identifier", "no such inbox", mailbox)
	}
	if owner > 0 && c.h.users[owner] == nil {
		f.fail("assignTo", "invalid-identifier", "no such user", owner)
	}
}

func (h *HelpScout) storeConversation(draft Conversation, now time.Time) *Conversation {
	draft.ID, draft.Number = h.claim("conversation", draft.ID), h.claim("number", draft.Number)
	if draft.CreatedAt.IsZero() {
		draft.CreatedAt = now
	}
	if draft.ModifiedAt.IsZero() {
		draft.ModifiedAt = draft.CreatedAt
	}
	h.conversations[draft.ID] = &draft
	return &draft
}

func (f form) conversationThreads(imported bool) []threadSpec {
	var list []json.RawMessage
	if f.required("threads", true) && json.Unmarshal(f.values["threads"], &list) == nil && len(list) == 0 {
		f.fail("threads", "NotEmpty", "may not be empty", nil)
	}
	var threads []threadSpec
	for _, inner := range f.objects("threads") {
		kind := inner.oneOf("type", true, "chat", "customer", "note", "phone", "reply")
		if threadFields[kind] != nil {
			threads = append(threads, inner.thread(kind, imported, "type"))
		}
	}
	return threads
}
