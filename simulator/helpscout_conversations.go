package simulator

import (
	"net/http"
	"slices"
	"time"
)

// mergedLife is how long a merged conversation still tells where it went.
const mergedLife = 60 * 24 * time.Hour

// conversation finds one that can be written to, and the answer if there is
// none: merged and deleted ones are simply not there.
func (c *hsCall) conversation() (*Conversation, *answer) {
	found := c.h.conversations[c.id("id")]
	switch {
	case found == nil || found.Deleted || found.MergedInto != 0:
		return nil, refused(notFound())
	case !c.user.reaches(found.MailboxID):
		return nil, refused(forbidden())
	case found.Locked && c.Method != http.MethodGet:
		return nil, refused(halError(http.StatusLocked, "The conversation is locked"))
	}
	return found, nil
}

func (c *hsCall) getConversation() answer {
	found := c.h.conversations[c.id("id")]
	if found != nil && found.MergedInto != 0 && !found.Deleted && c.now.Before(found.MergedAt.Add(mergedLife)) {
		result := answer{status: http.StatusMovedPermanently}
		result.set("Location", c.base()+"/v2/conversations/"+decimal(found.MergedInto))
		return result
	}
	found, failed := c.conversation()
	if failed != nil {
		return *failed
	}
	return hal(c.conversationBody(found, c.URL.Query().Get("embed") == "threads"))
}

// deleteConversation moves it to the bin.
func (c *hsCall) deleteConversation() answer {
	found, failed := c.conversation()
	if failed != nil {
		return *failed
	}
	found.Deleted = true
	return c.written(found)
}

func (c *hsCall) written(found *Conversation) answer {
	c.h.touch(found, c.now)
	return changed()
}

func (h *HelpScout) touch(found *Conversation, now time.Time) {
	found.ModifiedAt = now
	h.indexConversation(found, now)
	h.tellOf(found, now)
}

func (h *HelpScout) indexConversation(found *Conversation, at time.Time) {
	shown := found.clone()
	h.conversationIndex.put(found.ID, at, &shown)
}

// putTags replaces the whole list.
func (c *hsCall) putTags() answer {
	found, failed := c.conversation()
	if failed != nil {
		return *failed
	}
	f, ok := newForm(c.body)
	if !ok {
		return invalidJSON()
	}
	f.only("tags")
	f.required("tags", true)
	tags := f.tags()
	if c.h.options.KeepTagCase {
		tags = f.strings("tags")
	}
	for _, tag := range tags {
		f.atMost("tags", tag, c.h.options.MaxTag)
	}
	if f.failed() {
		return badRequest(*f.problems...)
	}
	found.Tags = tags
	return c.written(found)
}

func (f form) tags() []string {
	given := f.strings("tags")
	tags := cleanTags(given)
	if slices.Contains(given, "") {
		f.fail("tags", "NotEmpty", "a tag may not be empty", nil)
	}
	return tags
}

// patchConversation takes one operation as one object; a list is refused.
func (c *hsCall) patchConversation() answer {
	found, failed := c.conversation()
	if failed != nil {
		return *failed
	}
	f, ok := newForm(c.body)
	if !ok {
		return invalidJSON()
	}
	f.only("op", "path", "value")
	operation := f.text("op", true, 1, 0) + " " + f.text("path", true, 1, 0)
	if f.failed() {
		return badRequest(*f.problems...)
	}
	switch operation {
	case "replace /subject":
		subject := f.text("value", true, 1, 0)
		f.atMost("value", subject, c.h.options.MaxSubject)
		if !f.failed() {
			found.Subject = subject
		}
	case "replace /status":
		if status := f.oneOf("value", true, "active", "pending", "closed"); !f.failed() && status != found.Status {
			c.h.changeStatus(found, status, c.user.ID, c.now)
		}
	case "move /mailboxId":
		return c.moveTo(found, f)
	case "replace /primaryCustomer.id":
		return c.changeCustomer(found, f)
	case "replace /assignTo", "remove /assignTo":
		return c.assign(found, f, operation == "remove /assignTo")
	default:
		return badRequest(problem{path: "path", message: "this operation is not supported", code: "invalid-path", rejected: operation})
	}
	if f.failed() {
		return badRequest(*f.problems...)
	}
	return c.written(found)
}

func (c *hsCall) moveTo(found *Conversation, f form) answer {
	id := f.number("value", true)
	if !f.failed() && c.h.mailboxes[id] == nil {
		f.fail("value", "invalid-identifier", "no such inbox", id)
	}
	if f.failed() {
		return badRequest(*f.problems...)
	}
	c.h.move(found, id, c.user.ID, c.now)
	return c.written(found)
}

func (c *hsCall) changeCustomer(found *Conversation, f form) answer {
	id := f.number("value", true)
	if f.failed() {
		return badRequest(*f.problems...)
	}
	if c.h.customers[id] == nil {
		return notFound()
	}
	found.CustomerID = id
	return c.written(found)
}

// assign reopens a closed conversation whatever the new owner: reported from
// practice, not documented.
func (c *hsCall) assign(found *Conversation, f form, remove bool) answer {
	var owner int64
	if !remove && !f.isNull("value") {
		owner = f.number("value", true)
		if !f.failed() && c.h.users[owner] == nil {
			f.fail("value", "invalid-identifier", "no such user", owner)
		}
	}
	if f.failed() {
		return badRequest(*f.problems...)
	}
	c.h.assign(found, owner, c.user.ID, c.now)
	return c.written(found)
}

func (h *HelpScout) assign(found *Conversation, owner, by int64, now time.Time) {
	if found.Status == "closed" && !h.options.AssignKeepsClosed {
		found.setStatus("active", by, now)
	}
	if found.Assignee == owner {
		return
	}
	found.Assignee = owner
	action := "unassigned the conversation"
	if user := h.users[owner]; user != nil {
		action = "assigned the conversation to " + user.name()
	}
	h.lineItem(found, action, by, now)
}

func (h *HelpScout) changeStatus(found *Conversation, status string, by int64, now time.Time) {
	found.setStatus(status, by, now)
	h.lineItem(found, "marked the conversation as "+status, by, now)
}

func (h *HelpScout) move(found *Conversation, mailbox, by int64, now time.Time) {
	found.MailboxID = mailbox
	h.lineItem(found, "moved the conversation to "+h.mailboxes[mailbox].Name, by, now)
}

func (h *HelpScout) lineItem(found *Conversation, action string, by int64, now time.Time) {
	found.Threads = append(found.Threads, Thread{
		ID: h.take("thread"), Type: "lineitem", Status: found.Status, State: "published",
		Action: action, Author: Person{"user", by}, AssignedTo: found.Assignee, CreatedAt: now,
	})
}

func (c *hsCall) listThreads() answer {
	found, failed := c.conversation()
	if failed != nil {
		return *failed
	}
	return c.page("threads", c.threadBodies(found), threadsPerPage)
}

// deleteThread is refused: threads and notes stay.
func (c *hsCall) deleteThread() answer {
	return badRequest(problem{message: "threads cannot be deleted", code: "invalid-http-method"})
}
