package simulator

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

var listStatuses = []string{"active", "all", "closed", "open", "pending", "spam"}

// listConversations reads the index, which lags behind writes. Its status is
// active unless another is given, also when there is a query.
func (c *hsCall) listConversations() answer {
	given := c.URL.Query()
	status := cmp.Or(given.Get("status"), "active")
	if !slices.Contains(listStatuses, status) {
		return badParameter("status", "EnumValue", "Expected one of these: '"+strings.Join(listStatuses, "', '")+"'")
	}
	filter, failed := c.listFilter(given)
	if failed != nil {
		return *failed
	}
	order, failed := c.h.listOrder(given)
	if failed != nil {
		return *failed
	}
	var found []*Conversation
	for _, conversation := range c.h.conversationIndex.view(c.now) {
		gone := conversation.Deleted || conversation.MergedInto != 0 || !c.user.reaches(conversation.MailboxID)
		if !gone && conversation.inStatus(status) && filter(conversation) {
			found = append(found, conversation)
		}
	}
	slices.SortFunc(found, order)
	embed := given.Get("embed") == "threads"
	bodies := make([]any, 0, len(found))
	for _, conversation := range found {
		bodies = append(bodies, c.conversationBody(conversation, embed))
	}
	return c.page("conversations", bodies, conversationsPerPage)
}

// inStatus takes "all" literally: that it leaves spam out is nowhere written.
func (c *Conversation) inStatus(wanted string) bool {
	switch wanted {
	case "all":
		return true
	case "open":
		return c.Status == "active" || c.Status == "pending"
	}
	return c.Status == wanted
}

func (c *hsCall) listFilter(given url.Values) (func(*Conversation) bool, *answer) {
	var tests []func(*Conversation) bool
	if list := given.Get("mailbox"); list != "" {
		var ids []int64
		for part := range strings.SplitSeq(list, ",") {
			id, err := strconv.ParseInt(strings.TrimSpace(part), 10, 64)
			if err != nil {
				return nil, refused(badParameter("mailbox", "invalid-number", "must be ids with commas"))
			}
			ids = append(ids, id)
		}
		tests = append(tests, func(found *Conversation) bool { return slices.Contains(ids, found.MailboxID) })
	}
	for name, field := range map[string]func(*Conversation) int64{
		"assigned_to": func(found *Conversation) int64 { return found.Assignee },
		"number":      func(found *Conversation) int64 { return found.Number },
	} {
		wanted, err := optionalID(given, name)
		if err != nil {
			return nil, refused(badParameter(name, "invalid-number", "must be a number"))
		}
		if given.Get(name) != "" {
			tests = append(tests, func(found *Conversation) bool { return field(found) == wanted })
		}
	}
	if list := given.Get("tag"); list != "" {
		wanted := cleanTags(strings.Split(list, ","))
		tests = append(tests, func(found *Conversation) bool {
			return slices.ContainsFunc(wanted, func(tag string) bool { return slices.Contains(found.Tags, tag) })
		})
	}
	if since := given.Get("modifiedSince"); since != "" {
		read := form{values: jsonText("modifiedSince", since), problems: &[]problem{}}
		at := read.date("modifiedSince")
		if read.failed() {
			return nil, refused(badRequest(*read.problems...))
		}
		tests = append(tests, func(found *Conversation) bool { return !found.ModifiedAt.Before(at) })
	}
	if text := given.Get("query"); text != "" {
		query, err := parseQuery(text, conversationFields, true)
		if err != nil {
			return nil, refused(badQuery(err.Error()))
		}
		tests = append(tests, func(found *Conversation) bool {
			return query(func(field, value string) bool { return c.h.conversationMatches(found, field, value) })
		})
	}
	return func(found *Conversation) bool {
		for _, test := range tests {
			if !test(found) {
				return false
			}
		}
		return true
	}, nil
}

// conversationFields are the documented query fields that are simulated.
var conversationFields = []string{
	"customerIds", "subject", "tag", "number", "id", "mailboxid", "email", "body", "assigned",
}

func (h *HelpScout) conversationMatches(found *Conversation, field, value string) bool {
	switch field {
	case "customerIds":
		return decimal(found.CustomerID) == value
	case "number":
		return decimal(found.Number) == value
	case "id":
		return decimal(found.ID) == value
	case "mailboxid":
		return decimal(found.MailboxID) == value
	case "tag":
		return slices.Contains(found.Tags, strings.ToLower(value))
	case "subject":
		return hasWords(found.Subject, value)
	case "body":
		return slices.ContainsFunc(found.Threads, func(t Thread) bool { return containsFold(plainText(t.Body), value) })
	case "email":
		customer := h.customers[found.CustomerID]
		return customer != nil && customer.hasEmail(value)
	case "assigned":
		owner := h.users[found.Assignee]
		if owner == nil {
			return strings.EqualFold(value, "Unassigned")
		}
		return strings.EqualFold(owner.name(), value)
	}
	return false
}

// hasWords finds all words in any order, ignoring case.
func hasWords(text, words string) bool {
	have := strings.Fields(strings.ToLower(text))
	for _, word := range strings.Fields(strings.ToLower(words)) {
		if !slices.Contains(have, word) {
			return false
		}
	}
	return true
}

func (h *HelpScout) listOrder(given url.Values) (func(a, b *Conversation) int, *answer) {
	var by func(a, b *Conversation) int
	switch field := cmp.Or(given.Get("sortField"), "createdAt"); field {
	case "createdAt", "score":
		by = func(a, b *Conversation) int { return a.CreatedAt.Compare(b.CreatedAt) }
	case "modifiedAt", "waitingSince":
		by = func(a, b *Conversation) int { return a.ModifiedAt.Compare(b.ModifiedAt) }
	case "number":
		by = func(a, b *Conversation) int { return cmp.Compare(a.Number, b.Number) }
	case "status":
		by = func(a, b *Conversation) int { return cmp.Compare(a.Status, b.Status) }
	case "subject":
		by = func(a, b *Conversation) int { return cmp.Compare(a.Subject, b.Subject) }
	case "mailboxid":
		by = func(a, b *Conversation) int { return cmp.Compare(a.MailboxID, b.MailboxID) }
	case "customerEmail", "customerName":
		key := (*Customer).name
		if field == "customerEmail" {
			key = (*Customer).firstEmail
		}
		by = func(a, b *Conversation) int { return cmp.Compare(h.customerKey(a, key), h.customerKey(b, key)) }
	default:
		return nil, refused(badParameter("sortField", "EnumValue", "unknown sort field"))
	}
	sign := -1
	switch cmp.Or(given.Get("sortOrder"), "desc") {
	case "desc":
	case "asc":
		sign = 1
	default:
		return nil, refused(badParameter("sortOrder", "EnumValue", "Expected one of these: 'asc', 'desc'"))
	}
	return func(a, b *Conversation) int {
		return sign * cmp.Or(by(a, b), cmp.Compare(a.ID, b.ID))
	}, nil
}

func (h *HelpScout) customerKey(conversation *Conversation, key func(*Customer) string) string {
	if customer := h.customers[conversation.CustomerID]; customer != nil {
		return strings.ToLower(key(customer))
	}
	return ""
}

func badParameter(name, code, message string) answer {
	return badRequest(problem{path: name, message: message, code: code})
}
