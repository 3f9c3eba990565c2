package simulator

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

var (
	phoneTypes = []string{"fax", "home", "mobile", "other", "pager", "work"}
	emailTypes = []string{"home", "other", "work"}
	photoTypes = []string{
		"unknown", "gravatar", "twitter", "facebook", "googleprofile", "googleplus", "linkedin", "instagram",
	}
	// customerFields are the documented fields of the base record.
	customerFields = []string{
		"firstName", "lastName", "photoUrl", "photoType", "jobTitle", "background", "location",
		"organization", "organizationId", "gender", "age",
	}
	// customerLists may go along when a customer is created. Those that the
	// simulator does not keep are still taken.
	customerLists = []string{
		"phone", "phones", "emails", "chats", "socialProfiles", "websites", "address", "properties",
	}
)

// createCustomer asks for nothing; an e-mail that is known already is the only
// conflict. Two customers may share a phone number.
func (c *hsCall) createCustomer() answer {
	f, ok := newForm(c.body)
	if !ok {
		return invalidJSON()
	}
	f.only(slices.Concat(customerFields, customerLists)...)
	customer := f.customer()
	if f.failed() {
		return badRequest(*f.problems...)
	}
	for _, email := range customer.Emails {
		if c.h.customerByEmail(email.Value) != nil {
			return halErrors(http.StatusConflict, "Conflict", []problem{{
				path: "emails", message: "a customer with this e-mail exists", code: "Conflict",
			}})
		}
	}
	stored := c.h.newCustomer(customer, c.now)
	return c.created(stored.ID, "/v2/customers")
}

// customer reads the base record and the lists.
func (f form) customer() Customer {
	customer := f.customerBase()
	if phone := f.text("phone", false, 1, 0); phone != "" {
		customer.Phones = append(customer.Phones, Entry{Type: "work", Value: phone})
	}
	customer.Phones = append(customer.Phones, f.entries("phones")...)
	customer.Emails = f.entries("emails")
	return customer
}

func (f form) customerBase() Customer {
	if f.has("organizationId") {
		f.number("organizationId", false)
	}
	gender := f.text("gender", false, 1, 0)
	if gender != "" && !slices.Contains([]string{"male", "female", "unknown"}, strings.ToLower(gender)) {
		f.fail("gender", "EnumValue", "Expected one of these: 'male', 'female', 'unknown'", gender)
	}
	return Customer{
		FirstName:    f.text("firstName", false, 1, 40),
		LastName:     f.text("lastName", false, 1, 40),
		Background:   f.text("background", false, 0, 200),
		JobTitle:     f.text("jobTitle", false, 0, 60),
		Location:     f.text("location", false, 0, 60),
		Organization: f.text("organization", false, 0, 60),
		PhotoURL:     f.text("photoUrl", false, 0, 200),
		PhotoType:    f.oneOf("photoType", false, photoTypes...),
		Gender:       gender,
		Age:          f.text("age", false, 0, 0),
	}
}

func (f form) entries(kind string) []Entry {
	var entries []Entry
	for _, inner := range f.objects(kind) {
		inner.only("type", "value")
		entries = append(entries, inner.entry(kind))
	}
	return entries
}

func (f form) entry(kind string) Entry {
	if kind == "emails" {
		return Entry{Type: f.oneOf("type", true, emailTypes...), Value: f.email("value", true)}
	}
	return Entry{Type: f.oneOf("type", true, phoneTypes...), Value: f.text("value", true, 1, 0)}
}

func (h *HelpScout) storeCustomer(customer Customer, now time.Time) *Customer {
	customer.ID = h.claim("customer", customer.ID)
	if customer.CreatedAt.IsZero() {
		customer.CreatedAt = now
	}
	if customer.UpdatedAt.IsZero() {
		customer.UpdatedAt = now
	}
	for _, list := range [][]Entry{customer.Phones, customer.Emails} {
		for i := range list {
			list[i].ID = h.claim("entry", list[i].ID)
		}
	}
	h.customers[customer.ID] = &customer
	h.indexCustomer(&customer, now)
	return &customer
}

// newCustomer stores a customer that was not there before.
func (h *HelpScout) newCustomer(customer Customer, now time.Time) *Customer {
	stored := h.storeCustomer(customer, now)
	h.tellOfCustomer("customer.created", stored, now)
	return stored
}

func (h *HelpScout) customerChanged(customer *Customer, now time.Time) {
	customer.UpdatedAt = now
	h.indexCustomer(customer, now)
	h.tellOfCustomer("customer.updated", customer, now)
}

func (h *HelpScout) indexCustomer(customer *Customer, now time.Time) {
	shown := customer.clone()
	h.customerIndex.put(customer.ID, now, &shown)
}

func (h *HelpScout) customerByEmail(address string) *Customer {
	for _, id := range sortedKeys(h.customers) {
		if h.customers[id].hasEmail(address) {
			return h.customers[id]
		}
	}
	return nil
}

func (c *hsCall) getCustomer() answer {
	customer, ok := c.h.customers[c.id("id")]
	if !ok {
		return notFound()
	}
	return hal(c.customerBody(customer))
}

func (c *hsCall) customerBody(customer *Customer) map[string]any {
	self := c.base() + "/v2/customers/" + decimal(customer.ID)
	body := map[string]any{
		"id": customer.ID, "gender": "Unknown", "photoType": "unknown", "photoUrl": customer.PhotoURL,
		"draft": false, "createdAt": stamp(customer.CreatedAt), "updatedAt": stamp(customer.UpdatedAt),
		"_embedded": map[string]any{
			"emails": c.entryBodies(customer.ID, "emails", customer.Emails),
			"phones": c.entryBodies(customer.ID, "phones", customer.Phones),
			"chats":  []any{}, "social_profiles": []any{}, "websites": []any{}, "properties": []any{},
		},
		"_links": map[string]any{
			"self": link(self), "emails": link(self + "/emails"), "phones": link(self + "/phones"),
			"address": link(self + "/address"), "chats": link(self + "/chats"),
			"social-profiles": link(self + "/social-profiles"), "websites": link(self + "/websites"),
		},
	}
	for key, value := range map[string]string{
		"firstName": customer.FirstName, "lastName": customer.LastName, "background": customer.Background,
		"jobTitle": customer.JobTitle, "location": customer.Location, "organization": customer.Organization,
		"gender": customer.Gender, "age": customer.Age, "photoType": customer.PhotoType,
	} {
		if value != "" {
			body[key] = value
		}
	}
	return body
}
