package simulator

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// conversationBody writes a conversation as the v2 documentation prints it.
// Keys without a value are left out: a stored live answer lacks them too.
func (c *hsCall) conversationBody(found *Conversation, embedThreads bool) map[string]any {
	self := c.base() + "/v2/conversations/" + decimal(found.ID)
	links := map[string]any{
		"self":    link(self),
		"mailbox": link(c.base() + "/v2/mailboxes/" + decimal(found.MailboxID)),
		"threads": link(self + "/threads"),
		"web":     link(c.web() + fmt.Sprintf("/conversation/%d/%d/", found.ID, found.Number)),
	}
	state := "published"
	if found.Deleted {
		state = "deleted"
	}
	body := map[string]any{
		"id": found.ID, "number": found.Number, "threads": found.visibleThreads(),
		"type": found.Type, "folderId": found.MailboxID*10 + 1, "status": found.Status, "state": state,
		"subject": found.Subject, "preview": preview(found), "mailboxId": found.MailboxID,
		"createdBy": c.personBody(found.CreatedBy), "createdAt": stamp(found.CreatedAt),
		"userUpdatedAt": stamp(found.ModifiedAt), "source": map[string]any{"type": "api", "via": found.CreatedBy.Type},
		"cc": []any{}, "bcc": []any{}, "customFields": []any{},
		"_embedded": map[string]any{"threads": []any{}},
		"_links":    links,
	}
	if customer := c.h.customers[found.CustomerID]; customer != nil {
		body["primaryCustomer"] = c.personBody(Person{"customer", customer.ID})
		links["primaryCustomer"] = link(c.base() + "/v2/customers/" + decimal(customer.ID))
		body["customerWaitingSince"] = map[string]any{
			"time": stamp(found.ModifiedAt), "friendly": friendly(c.now.Sub(found.ModifiedAt)),
			"latestReplyFrom": "customer",
		}
	}
	if found.Assignee != 0 {
		body["assignee"] = c.personBody(Person{"user", found.Assignee})
		links["assignee"] = link(c.base() + "/v2/users/" + decimal(found.Assignee))
	}
	if !found.ClosedAt.IsZero() {
		body["closedAt"], body["closedBy"] = stamp(found.ClosedAt), found.ClosedBy
		body["closedByUser"] = c.personBody(Person{"user", found.ClosedBy})
		links["closedBy"] = link(c.base() + "/v2/users/" + decimal(found.ClosedBy))
	}
	if len(found.Tags) > 0 {
		var tags []any
		for _, tag := range found.Tags {
			tags = append(tags, map[string]any{"id": c.h.tagID(tag), "color": "#929499", "tag": tag})
		}
		body["tags"] = tags
	}
	if embedThreads {
		body["_embedded"] = map[string]any{"threads": c.threadBodies(found)}
	}
	return body
}

func (c *hsCall) web() string {
	return cmp.Or(c.h.options.WebURL, c.base())
}

func (h *HelpScout) tagID(tag string) int64 {
	id, ok := h.tagIDs[tag]
	if !ok {
		id = h.take("tag")
		h.tagIDs[tag] = id
	}
	return id
}

// personBody names people first and last, where users and customers say
// firstName and lastName.
func (c *hsCall) personBody(p Person) map[string]any {
	body := map[string]any{"id": p.ID, "type": p.Type}
	first, last, email := "unknown", "unknown", ""
	if p.Type == "user" && c.h.users[p.ID] != nil {
		user := c.h.users[p.ID]
		first, last, email = user.FirstName, user.LastName, user.Email
	}
	if p.Type == "customer" && c.h.customers[p.ID] != nil {
		customer := c.h.customers[p.ID]
		first, last, email = customer.FirstName, customer.LastName, customer.firstEmail()
	}
	for key, value := range map[string]string{"first": first, "last": last, "email": email} {
		if value != "" {
			body[key] = value
		}
	}
	return body
}

// threadBodies lists threads newest first; text is sent as text and read as
// body, and a line item has none.
func (c *hsCall) threadBodies(found *Conversation) []any {
	bodies := make([]any, 0, len(found.Threads))
	for _, thread := range slices.Backward(found.Threads) {
		body := map[string]any{
			"id": thread.ID, "type": thread.Type, "status": thread.Status, "state": thread.State,
			"action":    map[string]any{"type": "default", "text": thread.Action, "associatedEntities": map[string]any{}},
			"source":    map[string]any{"type": "api", "via": thread.Author.Type},
			"createdBy": c.personBody(thread.Author), "createdAt": stamp(thread.CreatedAt),
			"to": []any{}, "cc": orNone(thread.CC), "bcc": orNone(thread.BCC),
			"_links": map[string]any{},
		}
		if thread.Type != "lineitem" {
			body["body"] = thread.Body
		}
		if thread.CustomerID != 0 {
			body["customer"] = c.personBody(Person{"customer", thread.CustomerID})
		}
		if thread.AssignedTo != 0 {
			body["assignedTo"] = c.personBody(Person{"user", thread.AssignedTo})
		}
		if len(thread.Attachments) > 0 {
			body["_embedded"] = map[string]any{"attachments": c.attachmentBodies(found.ID, thread.Attachments)}
		}
		bodies = append(bodies, body)
	}
	return bodies
}

// attachmentBodies says filename where a request says fileName.
func (c *hsCall) attachmentBodies(conversation int64, attachments []Attachment) []any {
	var bodies []any
	for _, a := range attachments {
		self := c.base() + "/v2/conversations/" + decimal(conversation) + "/attachments/" + decimal(a.ID)
		bodies = append(bodies, map[string]any{
			"id": a.ID, "filename": a.FileName, "mimeType": a.MimeType, "size": a.Size, "state": "valid",
			"_links": map[string]any{"self": link(self), "data": link(self + "/data")},
		})
	}
	return bodies
}

// preview is the beginning of the newest thread, 185 characters as in the old
// API.
func preview(c *Conversation) string {
	for _, thread := range slices.Backward(c.Threads) {
		if thread.Type != "lineitem" {
			text := []rune(plainText(thread.Body))
			return string(text[:min(len(text), 185)])
		}
	}
	return ""
}

func friendly(ago time.Duration) string {
	if ago < time.Hour {
		return fmt.Sprintf("%d mins ago", int(ago.Minutes()))
	}
	return fmt.Sprintf("%d hours ago", int(ago.Hours()))
}
