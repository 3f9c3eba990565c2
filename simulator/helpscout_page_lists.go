package simulator

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"time"
)

// folder is one way to look at an inbox.
type folder struct {
	Key, Name string
	holds     func(*Conversation) bool
}

// folders are those of an inbox in Help Scout, without the personal ones.
var folders = []folder{
	{"open", "Open", func(c *Conversation) bool { return c.inStatus("open") }},
	{"unassigned", "Unassigned", func(c *Conversation) bool { return c.inStatus("open") && c.Assignee == 0 }},
	{"assigned", "Assigned", func(c *Conversation) bool { return c.inStatus("open") && c.Assignee != 0 }},
	{"closed", "Closed", func(c *Conversation) bool { return c.Status == "closed" }},
	{"spam", "Spam", func(c *Conversation) bool { return c.Status == "spam" }},
	{"all", "All", func(*Conversation) bool { return true }},
}

// folderLink is a folder with how much is in it.
type folderLink struct {
	folder
	Address string
	Count   int
	Current bool
}

// row is a conversation in a list.
type row struct {
	Address           string
	Number            int64
	Subject, Preview  string
	Customer, Owner   string
	Inbox             string
	Status, StatusKey string
	Kind              string
	Tags              []string
	Threads           int
	Updated           time.Time
	Ago               string
}

func (h *HelpScout) inboxesPage(*http.Request) (string, any, error) {
	type inbox struct {
		Mailbox
		Address string
		Folders []folderLink
	}
	var inboxes []inbox
	for _, id := range sortedKeys(h.mailboxes) {
		inboxes = append(inboxes, inbox{*h.mailboxes[id], inboxPath(id), h.folderLinks(id, "")})
	}
	return "Inboxes", inboxes, nil
}

func (h *HelpScout) inboxPage(r *http.Request) (string, any, error) {
	mailbox := h.mailboxes[pathID(r)]
	if mailbox == nil {
		return "", nil, noPage("There is no such inbox.")
	}
	wanted := cmp.Or(r.URL.Query().Get("folder"), "open")
	at := slices.IndexFunc(folders, func(f folder) bool { return f.Key == wanted })
	if at < 0 {
		return "", nil, noPage("An inbox has no such folder.")
	}
	content := struct {
		Inbox   Mailbox
		Folder  string
		Folders []folderLink
		Rows    []row
	}{*mailbox, folders[at].Name, h.folderLinks(mailbox.ID, wanted), h.rows(func(c *Conversation) bool {
		return c.MailboxID == mailbox.ID && folders[at].holds(c)
	})}
	return mailbox.Name, content, nil
}

func inboxPath(id int64) string { return fmt.Sprintf("/inbox/%d", id) }

func (h *HelpScout) folderLinks(mailbox int64, current string) []folderLink {
	var links []folderLink
	for _, f := range folders {
		count := len(h.visible(func(c *Conversation) bool { return c.MailboxID == mailbox && f.holds(c) }))
		links = append(links, folderLink{f, inboxPath(mailbox) + "?folder=" + f.Key, count, f.Key == current})
	}
	return links
}

// visible lists the conversations that an agent still sees, the one changed last
// first. Unlike the API's lists, pages do not lag.
func (h *HelpScout) visible(match func(*Conversation) bool) []*Conversation {
	var found []*Conversation
	for _, conversation := range h.conversations {
		if !conversation.Deleted && conversation.MergedInto == 0 && match(conversation) {
			found = append(found, conversation)
		}
	}
	slices.SortFunc(found, func(a, b *Conversation) int {
		return cmp.Or(b.ModifiedAt.Compare(a.ModifiedAt), cmp.Compare(b.ID, a.ID))
	})
	return found
}

func (h *HelpScout) rows(match func(*Conversation) bool) []row {
	now := h.clock()
	var rows []row
	for _, c := range h.visible(match) {
		line := row{
			Address: conversationPath(c), Number: c.Number, Subject: c.Subject, Preview: preview(c),
			Customer: h.customerName(c.CustomerID), Owner: h.ownerName(c.Assignee),
			Status: capitalised(c.Status), StatusKey: c.Status, Kind: capitalised(c.Type),
			Tags: slices.Clone(c.Tags), Threads: c.visibleThreads(), Updated: c.ModifiedAt, Ago: ago(now, c.ModifiedAt),
		}
		if mailbox := h.mailboxes[c.MailboxID]; mailbox != nil {
			line.Inbox = mailbox.Name
		}
		rows = append(rows, line)
	}
	return rows
}

// customerName is a name or, for somebody without one, the first number or
// address.
func (h *HelpScout) customerName(id int64) string {
	customer := h.customers[id]
	if customer == nil {
		return "No customer"
	}
	reach := ""
	if len(customer.Phones) > 0 {
		reach = customer.Phones[0].Value
	}
	return cmp.Or(customer.name(), reach, customer.firstEmail(), "No name")
}

func (h *HelpScout) ownerName(id int64) string {
	user := h.users[id]
	if user == nil {
		return "Anyone"
	}
	return cmp.Or(user.name(), user.Email)
}
