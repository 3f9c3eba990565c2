package simulator

import (
	"cmp"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// card is a thread as an agent sees it.
type card struct {
	ID          int64
	Kind        string
	Label       string
	Author      string
	Initials    string
	Line        string
	Body        template.HTML
	Attachments []Attachment
	At          time.Time
	Ago         string
}

// threadWords say who did what, for each type of thread.
var threadWords = map[string]struct{ label, did string }{
	"phone":    {"Phone call", "logged a phone call"},
	"note":     {"Note", "added a note"},
	"customer": {"Customer", "wrote"},
	"message":  {"Reply", "replied"},
	"chat":     {"Chat", "chatted"},
}

// person is a customer beside a conversation, or on a page of its own.
type person struct {
	Customer
	Name, Initials, Address string
}

func (h *HelpScout) conversationPage(r *http.Request) (string, any, error) {
	found := h.conversations[pathID(r)]
	if found != nil && !found.Deleted && h.conversations[found.MergedInto] != nil {
		return "", nil, elsewhere(conversationPath(h.conversations[found.MergedInto]))
	}
	if found == nil || found.Deleted {
		return "", nil, noPage("There is no such conversation. It may have been deleted.")
	}
	content := struct {
		Conversation
		StatusName, Owner, Inbox, InboxAddress string
		Cards                                  []card
		Customer                               *person
		Others                                 []row
		CreatedBy                              string
	}{
		Conversation: found.clone(), StatusName: capitalised(found.Status), Owner: h.ownerName(found.Assignee),
		InboxAddress: inboxPath(found.MailboxID), Cards: h.cards(found), Customer: h.person(found.CustomerID),
		CreatedBy: h.personName(found.CreatedBy),
		Others: h.rows(func(other *Conversation) bool {
			return other.CustomerID == found.CustomerID && other.ID != found.ID
		}),
	}
	if mailbox := h.mailboxes[found.MailboxID]; mailbox != nil {
		content.Inbox = mailbox.Name
	}
	return found.Subject, content, nil
}

// cards lists threads newest first, as Help Scout shows them unless a user
// changes it.
func (h *HelpScout) cards(found *Conversation) []card {
	now := h.clock()
	var cards []card
	for _, thread := range slices.Backward(found.Threads) {
		name := h.personName(thread.Author)
		shown := card{
			ID: thread.ID, Kind: thread.Type, Author: name, Initials: monogram(name),
			At: thread.CreatedAt, Ago: ago(now, thread.CreatedAt), Attachments: slices.Clone(thread.Attachments),
		}
		if words, known := threadWords[thread.Type]; known {
			shown.Label, shown.Line = words.label, words.did
			shown.Body = safeHTML(thread.Body)
		} else {
			shown.Line = thread.Action
		}
		if thread.State == "draft" {
			shown.Label = "Draft"
		}
		cards = append(cards, shown)
	}
	return cards
}

func (h *HelpScout) personName(p Person) string {
	if p.Type == "customer" {
		return h.customerName(p.ID)
	}
	if user := h.users[p.ID]; user != nil {
		return cmp.Or(user.name(), user.Email)
	}
	return "Somebody"
}

func (h *HelpScout) person(id int64) *person {
	customer := h.customers[id]
	if customer == nil {
		return nil
	}
	name := h.customerName(id)
	return &person{customer.clone(), name, monogram(name), "/customer/" + decimal(id)}
}

func (h *HelpScout) customerPage(r *http.Request) (string, any, error) {
	shown := h.person(pathID(r))
	if shown == nil {
		return "", nil, noPage("There is no such customer.")
	}
	return shown.Name, struct {
		Customer *person
		Rows     []row
	}{shown, h.rows(func(c *Conversation) bool { return c.CustomerID == shown.ID })}, nil
}

// monogram is the first letter of the first and the last word of a name.
func monogram(name string) string {
	words := slices.DeleteFunc(strings.Fields(name), func(word string) bool {
		first, _ := utf8.DecodeRuneInString(word)
		return !unicode.IsLetter(first)
	})
	if len(words) == 0 {
		return "#"
	}
	if len(words) == 1 {
		return initials(words[0])
	}
	return initials(words[0], words[len(words)-1])
}
