package simulator

import (
	"cmp"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"time"
)

// maxThreads is how many threads a conversation holds. That line items do not
// count is a choice; the sources are silent.
const maxThreads = 100

// threadFields are the documented fields of each kind of thread. Above all, a
// phone thread takes no user and no status.
var threadFields = map[string][]string{
	"phone":    {"text", "customer", "imported", "createdAt", "attachments"},
	"chat":     {"text", "customer", "imported", "createdAt", "attachments"},
	"note":     {"text", "user", "status", "imported", "createdAt", "attachments"},
	"customer": {"text", "customer", "imported", "createdAt", "attachments", "cc", "bcc"},
	"reply": {
		"text", "customer", "user", "status", "assignTo", "imported", "createdAt", "attachments", "cc", "bcc", "draft",
	},
}

var threadStatuses = map[string][]string{
	"note":  {"active", "closed", "inbox_predefined", "open", "pending", "spam"},
	"reply": {"active", "all", "closed", "open", "pending", "spam"},
}

// threadSpec is a thread as asked for.
type threadSpec struct {
	kind            string
	text            string
	customer        customerRef
	user, assignTo  int64
	status          string
	imported, draft bool
	createdAt       time.Time
	cc, bcc         []string
	attachments     []Attachment
}

// customerRef is a customer by id, or by e-mail with fields for a new one.
type customerRef struct {
	id     int64
	email  string
	fields Customer
}

// thread reads one thread. Outer tells that the whole conversation is imported.
func (f form) thread(kind string, outer bool, also ...string) threadSpec {
	f.only(slices.Concat(threadFields[kind], also)...)
	spec := threadSpec{kind: kind, text: f.text("text", true, 1, 0), createdAt: f.date("createdAt")}
	spec.imported = f.flag("imported") || outer
	if !spec.createdAt.IsZero() && !spec.imported {
		f.fail("createdAt", "not-imported", "may only be set together with imported", nil)
	}
	allowed := func(field string) bool { return slices.Contains(threadFields[kind], field) }
	if allowed("customer") {
		spec.customer = f.customerRef("customer", true)
	}
	if allowed("user") {
		spec.user = f.number("user", false)
	}
	if allowed("status") {
		spec.status = f.oneOf("status", false, threadStatuses[kind]...)
	}
	if allowed("assignTo") {
		spec.assignTo = f.number("assignTo", false)
	}
	if allowed("cc") {
		spec.cc, spec.bcc = f.strings("cc"), f.strings("bcc")
	}
	if allowed("draft") {
		spec.draft = f.flag("draft")
	}
	spec.attachments = f.attachments()
	return spec
}

// customerRef needs an id or an e-mail: a phone number alone finds nobody.
func (f form) customerRef(name string, must bool) customerRef {
	inner, ok := f.object(name, must)
	if !ok {
		return customerRef{}
	}
	inner.only(slices.Concat([]string{"id", "email"}, customerFields, customerLists)...)
	ref := customerRef{id: inner.number("id", false), email: inner.email("email", false)}
	if !inner.has("id") && !inner.has("email") {
		f.fail(name, "NotNull", "needs an id or an email", nil)
		return ref
	}
	plain := form{values: maps.Clone(inner.values), path: inner.path, problems: inner.problems}
	ref.fields = plain.customer()
	return ref
}

func (c *hsCall) exists(ref customerRef) bool {
	return ref.id == 0 || c.h.customers[ref.id] != nil
}

// missing reports ids of users and customers that do not exist: 404, as seen
// for a note whose user was a customer's id.
func (c *hsCall) missing(user int64, customer customerRef, threads []threadSpec) bool {
	if user != 0 && c.h.users[user] == nil || !c.exists(customer) {
		return true
	}
	return slices.ContainsFunc(threads, func(spec threadSpec) bool {
		return spec.user != 0 && c.h.users[spec.user] == nil || !c.exists(spec.customer) ||
			spec.assignTo != 0 && c.h.users[spec.assignTo] == nil
	})
}

// resolve finds the customer meant, or makes one for an unknown e-mail. For a
// known one the other fields are ignored.
func (c *hsCall) resolve(ref customerRef) int64 {
	if ref.id != 0 || ref.email == "" {
		return ref.id
	}
	if known := c.h.customerByEmail(ref.email); known != nil {
		return known.ID
	}
	fresh := ref.fields
	if !fresh.hasEmail(ref.email) {
		fresh.Emails = append(fresh.Emails, Entry{Type: "work", Value: ref.email})
	}
	return c.h.newCustomer(fresh, c.now).ID
}

func full() answer {
	return halError(http.StatusPreconditionFailed, "The conversation has reached the limit of 100 threads")
}

func postThread(kind string) hsHandler {
	return func(c *hsCall) answer {
		found, failed := c.conversation()
		if failed != nil {
			return *failed
		}
		f, ok := newForm(c.body)
		if !ok {
			return invalidJSON()
		}
		spec := f.thread(kind, false)
		f.atMost("text", spec.text, c.h.options.MaxText)
		if f.failed() {
			return badRequest(*f.problems...)
		}
		if c.missing(0, customerRef{}, []threadSpec{spec}) {
			return notFound()
		}
		if found.countedThreads() >= maxThreads {
			return full()
		}
		if c.overLimit(spec) {
			return attachmentTooLarge()
		}
		thread := c.addThread(found, spec, c.user.ID)
		c.reopen(found, spec)
		found.Threads[len(found.Threads)-1].Status = found.Status
		c.h.touch(found, c.now)
		return c.created(thread.ID, "/v2/conversations/"+decimal(found.ID)+"/threads")
	}
}

func (c *Conversation) countedThreads() int {
	count := 0
	for i := range c.Threads {
		if c.Threads[i].Type != "lineitem" {
			count++
		}
	}
	return count
}

// addThread stores a thread. By is its author unless it names one or the
// customer wrote it.
func (c *hsCall) addThread(found *Conversation, spec threadSpec, by int64) Thread {
	thread := Thread{
		ID: c.h.take("thread"), Type: spec.kind, Status: found.Status, State: "published",
		Body: c.h.stored(spec.text), Author: Person{"user", cmp.Or(spec.user, by)},
		CustomerID: c.resolve(spec.customer), AssignedTo: found.Assignee, Imported: spec.imported,
		CC: spec.cc, BCC: spec.bcc, CreatedAt: cmp.Or(spec.createdAt, c.now),
	}
	switch spec.kind {
	case "reply":
		thread.Type = "message"
		if spec.draft {
			thread.State = "draft"
		}
		if spec.assignTo != 0 && !spec.draft {
			found.Assignee = spec.assignTo
			thread.AssignedTo = spec.assignTo
		}
	case "customer", "chat":
		thread.Author = Person{"customer", thread.CustomerID}
	case "note":
		thread.CustomerID = found.CustomerID
	}
	for _, attachment := range spec.attachments {
		attachment.ID = c.h.take("attachment")
		thread.Attachments = append(thread.Attachments, attachment)
	}
	found.Threads = append(found.Threads, thread)
	return thread
}

// reopen applies what a thread does to the conversation's status. A status that
// was sent wins. Otherwise a closed conversation becomes active, except for an
// import and, if the simulator is told so, for phone threads and notes.
func (c *hsCall) reopen(found *Conversation, spec threadSpec) {
	if status := statusMeant(spec.status); status != "" {
		found.setStatus(status, cmp.Or(spec.user, c.user.ID), c.now)
		return
	}
	quiet := c.h.options.ThreadsKeepClosed && (spec.kind == "phone" || spec.kind == "note")
	if found.Status == "closed" && spec.status == "" && !spec.imported && !quiet && !spec.draft {
		found.setStatus("active", c.user.ID, c.now)
	}
}

func statusMeant(sent string) string {
	switch sent {
	case "open":
		return "active"
	case "all", "inbox_predefined":
		return ""
	}
	return sent
}

// threadsStatus is the last status that the threads of a new conversation name.
func threadsStatus(threads []threadSpec) string {
	var status string
	for _, spec := range threads {
		status = cmp.Or(statusMeant(spec.status), status)
	}
	return status
}

func jsonText(name, value string) map[string]json.RawMessage {
	raw, _ := json.Marshal(value)
	return map[string]json.RawMessage{name: raw}
}
