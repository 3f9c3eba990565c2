package simulator

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

// maxContactDetails is documented for numbers and for e-mail addresses.
const maxContactDetails = 20

// listContacts filters on created_at, both ends included, whatever the order.
func (c *acCall) listContacts() answer {
	given := c.URL.Query()
	from, to, ok := timeRange(given)
	if !ok {
		return unprocessable()
	}
	return c.contacts(func(contact *Contact) bool {
		at := contact.CreatedAt.Unix()
		return at >= from && at <= to
	})
}

// searchContacts compares digits only. Without a parameter it lists everything.
func (c *acCall) searchContacts() answer {
	phone, email := c.URL.Query().Get("phone_number"), c.URL.Query().Get("email")
	return c.contacts(func(contact *Contact) bool {
		if phone != "" && !contact.hasNumber(phone) {
			return false
		}
		return email == "" || slices.ContainsFunc(contact.Emails, func(d Detail) bool { return strings.EqualFold(d.Value, email) })
	})
}

func (c *acCall) contacts(match func(*Contact) bool) answer {
	var found []*Contact
	for _, contact := range c.a.contacts {
		if match(contact) {
			found = append(found, contact)
		}
	}
	byUpdate, newestFirst := c.URL.Query().Get("order_by") == "updated_at", c.URL.Query().Get("order") == "desc"
	slices.SortFunc(found, func(a, b *Contact) int {
		at, other := a.CreatedAt, b.CreatedAt
		if byUpdate {
			at, other = a.UpdatedAt, b.UpdatedAt
		}
		return cmp.Or(at.Compare(other), cmp.Compare(a.ID, b.ID))
	})
	if newestFirst {
		slices.Reverse(found)
	}
	all := make([]any, 0, len(found))
	for _, contact := range found {
		all = append(all, c.a.contactBody(contact))
	}
	return c.list("contacts", all)
}

func (c *acCall) getContact() answer {
	contact := c.a.contacts[c.id()]
	if contact == nil {
		return noSuch("Contact")
	}
	return jsonAnswer(http.StatusOK, map[string]any{"contact": c.a.contactBody(contact)})
}

// contactFields are the four scalar fields, and on creation the lists.
type contactFields struct {
	FirstName    *string  `json:"first_name"`
	LastName     *string  `json:"last_name"`
	CompanyName  *string  `json:"company_name"`
	Information  *string  `json:"information"`
	PhoneNumbers []Detail `json:"phone_numbers"`
	Emails       []Detail `json:"emails"`
}

// createContact makes another contact each time: there is no key to repeat by.
func (c *acCall) createContact() answer {
	var given contactFields
	if !c.decode(&given) {
		return invalidBody()
	}
	if len(given.PhoneNumbers) < 1 || len(given.PhoneNumbers) > maxContactDetails || len(given.Emails) > maxContactDetails ||
		slices.ContainsFunc(slices.Concat(given.PhoneNumbers, given.Emails), incomplete) ||
		slices.ContainsFunc(given.Emails, func(d Detail) bool { return !strings.Contains(d.Value, "@") }) {
		return unprocessable()
	}
	contact := Contact{PhoneNumbers: withoutIDs(given.PhoneNumbers), Emails: withoutIDs(given.Emails)}
	given.fill(&contact)
	contact.CreatedAt = c.now
	stored := c.a.storeContact(contact)
	c.announce("contact.created", stored)
	return jsonAnswer(http.StatusCreated, map[string]any{"contact": c.a.contactBody(stored)})
}

// updateContact changes scalar fields only, and cannot empty one.
func (c *acCall) updateContact() answer {
	contact := c.a.contacts[c.id()]
	if contact == nil {
		return noSuch("Contact")
	}
	var given contactFields
	if !c.decode(&given) {
		return invalidBody()
	}
	for _, value := range []*string{given.FirstName, given.LastName, given.CompanyName, given.Information} {
		if value != nil && strings.TrimSpace(*value) == "" {
			return unprocessable()
		}
	}
	given.fill(contact)
	contact.UpdatedAt = c.now
	c.announce("contact.updated", contact)
	return jsonAnswer(http.StatusOK, map[string]any{"contact": c.a.contactBody(contact)})
}

// addContactPhone adds a row, also one that is there already.
func (c *acCall) addContactPhone() answer {
	contact := c.a.contacts[c.id()]
	if contact == nil {
		return noSuch("Contact")
	}
	var given Detail
	if !c.decode(&given) {
		return invalidBody()
	}
	if incomplete(given) || len(contact.PhoneNumbers) >= maxContactDetails {
		return unprocessable()
	}
	given.ID = c.a.claim("detail", 0)
	contact.PhoneNumbers = append(contact.PhoneNumbers, given)
	contact.UpdatedAt = c.now
	c.announce("contact.updated", contact)
	return jsonAnswer(http.StatusCreated, map[string]any{"contact": c.a.contactBody(contact)})
}

func (g contactFields) fill(contact *Contact) {
	for into, value := range map[*string]*string{
		&contact.FirstName: g.FirstName, &contact.LastName: g.LastName,
		&contact.CompanyName: g.CompanyName, &contact.Information: g.Information,
	} {
		if value != nil {
			*into = *value
		}
	}
}

// announce sends the event once the company is unlocked again.
func (c *acCall) announce(event string, contact *Contact) {
	if c.a.ctx.Err() != nil {
		return
	}
	data, _ := json.Marshal(c.a.contactBody(contact))
	at := c.now
	c.a.running.Go(func() { c.a.send(event, 0, data, at) })
}

func incomplete(d Detail) bool { return d.Label == "" || d.Value == "" }

func withoutIDs(list []Detail) []Detail {
	list = slices.Clone(list)
	for i := range list {
		list[i].ID = 0
	}
	return list
}
