package simulator

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// overwriteCustomer touches the base record only; what is left out is emptied.
func (c *hsCall) overwriteCustomer() answer {
	customer, ok := c.h.customers[c.id("id")]
	if !ok {
		return notFound()
	}
	f, ok := newForm(c.body)
	if !ok {
		return invalidJSON()
	}
	f.only(customerFields...)
	base := f.customerBase()
	if f.failed() {
		return badRequest(*f.problems...)
	}
	base.ID, base.CreatedAt, base.Phones, base.Emails = customer.ID, customer.CreatedAt, customer.Phones, customer.Emails
	*customer = base
	return c.customerChanged(customer)
}

func (c *hsCall) customerChanged(customer *Customer) answer {
	c.h.customerChanged(customer, c.now)
	return changed()
}

// patchCustomer takes a list of operations, unlike the PATCH of a conversation,
// which takes one object. All of them are done or none.
func (c *hsCall) patchCustomer() answer {
	customer, ok := c.h.customers[c.id("id")]
	if !ok {
		return notFound()
	}
	var operations []json.RawMessage
	if json.Unmarshal(c.body, &operations) != nil || len(operations) == 0 {
		return invalidJSON()
	}
	draft := customer.clone()
	for _, raw := range operations {
		f, ok := newForm(raw)
		if !ok {
			return invalidJSON()
		}
		f.only("op", "path", "value")
		op := f.oneOf("op", true, "add", "replace", "remove")
		path := f.text("path", true, 1, 0)
		if f.failed() {
			return badRequest(*f.problems...)
		}
		if refused := c.patchOne(&draft, f, op, path); refused != nil {
			return *refused
		}
	}
	*customer = draft
	return c.customerChanged(customer)
}

func (c *hsCall) patchOne(draft *Customer, f form, op, path string) *answer {
	parts := strings.Split(strings.TrimPrefix(path, "/"), "/")
	if parts[0] == "phones" || parts[0] == "emails" {
		return c.patchEntry(draft, f, op, parts)
	}
	if len(parts) != 1 || !slices.Contains(customerFields, parts[0]) || op == "add" {
		return refused(badRequest(problem{path: "path", message: "cannot be patched", code: "invalid-path", rejected: path}))
	}
	// The value is checked as the field of the same name in a create request.
	values := map[string]json.RawMessage{}
	if op == "replace" {
		values[parts[0]] = f.values["value"]
	}
	read := form{values: values, problems: f.problems}
	value := read.customerBase()
	if f.failed() {
		return refused(badRequest(*f.problems...))
	}
	fields := map[string][2]*string{
		"firstName": {&draft.FirstName, &value.FirstName}, "lastName": {&draft.LastName, &value.LastName},
		"background": {&draft.Background, &value.Background}, "jobTitle": {&draft.JobTitle, &value.JobTitle},
		"location": {&draft.Location, &value.Location}, "organization": {&draft.Organization, &value.Organization},
		"photoUrl": {&draft.PhotoURL, &value.PhotoURL}, "photoType": {&draft.PhotoType, &value.PhotoType},
		"gender": {&draft.Gender, &value.Gender}, "age": {&draft.Age, &value.Age},
	}
	if field, ok := fields[parts[0]]; ok {
		*field[0] = *field[1]
	}
	return nil
}

func (c *hsCall) patchEntry(draft *Customer, f form, op string, parts []string) *answer {
	list := draft.list(parts[0])
	if op == "add" && len(parts) == 1 {
		inner, ok := f.object("value", true)
		if !ok {
			return refused(badRequest(*f.problems...))
		}
		inner.only("type", "value")
		entry := inner.entry(parts[0])
		if f.failed() {
			return refused(badRequest(*f.problems...))
		}
		if c.emailTaken(parts[0], entry.Value, draft.ID) {
			return refused(halError(http.StatusConflict, "Conflict"))
		}
		entry.ID = c.h.take("entry")
		*list = append(*list, entry)
		return nil
	}
	if len(parts) < 2 {
		return refused(badRequest(problem{path: "path", message: "a whole list cannot be changed", code: "invalid-path"}))
	}
	id, _ := strconv.ParseInt(parts[1], 10, 64)
	at := slices.IndexFunc(*list, func(e Entry) bool { return e.ID == id })
	switch {
	case at < 0:
		return refused(notFound())
	case op == "remove" && len(parts) == 2:
		*list = slices.Delete(*list, at, at+1)
	case op == "replace" && len(parts) == 3 && parts[2] == "value":
		(*list)[at].Value = f.text("value", true, 1, 0)
	default:
		return refused(badRequest(problem{path: "path", message: "cannot be patched", code: "invalid-path"}))
	}
	if f.failed() {
		return refused(badRequest(*f.problems...))
	}
	return nil
}

func refused(a answer) *answer { return &a }

func (c *Customer) list(kind string) *[]Entry {
	if kind == "emails" {
		return &c.Emails
	}
	return &c.Phones
}

func (c *hsCall) emailTaken(kind, value string, by int64) bool {
	if kind != "emails" {
		return false
	}
	other := c.h.customerByEmail(value)
	return other != nil && other.ID != by
}

// entriesOf finds a customer's phones or emails, the two lists that are kept.
func (c *hsCall) entriesOf() (*Customer, *[]Entry, bool) {
	customer, ok := c.h.customers[c.id("id")]
	kind := c.PathValue("kind")
	if !ok || kind != "phones" && kind != "emails" {
		return nil, nil, false
	}
	return customer, customer.list(kind), true
}

// listEntries is not paged.
func (c *hsCall) listEntries() answer {
	customer, list, ok := c.entriesOf()
	if !ok {
		return notFound()
	}
	kind := c.PathValue("kind")
	return hal(map[string]any{
		"_embedded": map[string]any{kind: c.entryBodies(customer.ID, kind, *list)},
		"_links":    map[string]any{"self": link(c.base() + c.URL.Path)},
	})
}

func (c *hsCall) entryBodies(customer int64, kind string, list []Entry) []any {
	bodies := []any{}
	for _, entry := range list {
		self := c.base() + "/v2/customers/" + decimal(customer) + "/" + kind + "/" + decimal(entry.ID)
		bodies = append(bodies, map[string]any{
			"id": entry.ID, "value": entry.Value, "type": entry.Type,
			"_links": map[string]any{"self": link(self)},
		})
	}
	return bodies
}

func (c *hsCall) addEntry() answer {
	customer, list, ok := c.entriesOf()
	if !ok {
		return notFound()
	}
	entry, failure := c.readEntry(customer)
	if failure != nil {
		return *failure
	}
	entry.ID = c.h.take("entry")
	*list = append(*list, entry)
	c.customerChanged(customer)
	return c.created(entry.ID, strings.TrimSuffix(c.URL.Path, "/"))
}

func (c *hsCall) replaceEntry() answer {
	customer, list, ok := c.entriesOf()
	if !ok {
		return notFound()
	}
	at := slices.IndexFunc(*list, func(e Entry) bool { return e.ID == c.id("entry") })
	if at < 0 {
		return notFound()
	}
	entry, failure := c.readEntry(customer)
	if failure != nil {
		return *failure
	}
	entry.ID = (*list)[at].ID
	(*list)[at] = entry
	return c.customerChanged(customer)
}

func (c *hsCall) readEntry(customer *Customer) (Entry, *answer) {
	f, ok := newForm(c.body)
	if !ok {
		return Entry{}, refused(invalidJSON())
	}
	f.only("type", "value")
	entry := f.entry(c.PathValue("kind"))
	if f.failed() {
		return Entry{}, refused(badRequest(*f.problems...))
	}
	if c.emailTaken(c.PathValue("kind"), entry.Value, customer.ID) {
		return Entry{}, refused(halError(http.StatusConflict, "Conflict"))
	}
	return entry, nil
}

func (c *hsCall) deleteEntry() answer {
	customer, list, ok := c.entriesOf()
	if !ok {
		return notFound()
	}
	at := slices.IndexFunc(*list, func(e Entry) bool { return e.ID == c.id("entry") })
	if at < 0 {
		return notFound()
	}
	*list = slices.Delete(*list, at, at+1)
	return c.customerChanged(customer)
}
