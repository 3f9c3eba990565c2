package aircall

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// MaxContactDetails is how many numbers, and how many e-mail addresses, a contact
// may have (Aircall's reference).
const MaxContactDetails = 20

const contactsPath = "/v1/contacts"

// ContactQuery is what contacts are searched by; those that have both are found
// where both are given.
type ContactQuery struct {
	// PhoneNumber is E.164, as Aircall asks for. Whether the search finds other
	// written forms is not documented.
	PhoneNumber string
	Email       string
}

// SearchContacts returns the first page (50) of the shared contacts that match.
// Contacts that another integration synced in are not among them, though agents
// see those (Aircall's reference). A query for nothing is refused with
// *FieldError: Aircall would list everybody.
func (c *Client) SearchContacts(ctx context.Context, query ContactQuery) ([]Contact, error) {
	const path = contactsPath + "/search"
	values := url.Values{"per_page": {strconv.Itoa(perPage)}}
	for key, value := range map[string]string{"phone_number": query.PhoneNumber, "email": query.Email} {
		if value = strings.TrimSpace(value); value != "" {
			values.Set(key, value)
		}
	}
	if len(values) == 1 {
		return nil, &FieldError{Field: "query", Expected: "a phone number or an e-mail address"}
	}
	answer, err := c.get(ctx, path, values)
	if err != nil {
		return nil, err
	}
	var entries []json.RawMessage
	if err := json.Unmarshal(answer["contacts"], &entries); err != nil || entries == nil {
		return nil, notUnderstood(http.MethodGet, path, &FieldError{Field: "contacts", Expected: "an array"})
	}
	contacts := make([]Contact, 0, len(entries))
	for _, entry := range entries {
		if contact := readContact(toObject(entry)); contact.ID != 0 {
			contacts = append(contacts, contact)
		}
	}
	return contacts, nil
}

// NewContact is a contact to create. Blank fields are left out; at least one
// number is needed. Details need a label and a value each.
type NewContact struct {
	FirstName, LastName  string
	CompanyName          string
	Information          string
	PhoneNumbers, Emails []ContactDetail
}

// MarshalJSON writes what Aircall takes.
func (n NewContact) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		FirstName    string       `json:"first_name,omitempty"`
		LastName     string       `json:"last_name,omitempty"`
		CompanyName  string       `json:"company_name,omitempty"`
		Information  string       `json:"information,omitempty"`
		PhoneNumbers []sentDetail `json:"phone_numbers"`
		Emails       []sentDetail `json:"emails,omitempty"`
	}{
		strings.TrimSpace(n.FirstName), strings.TrimSpace(n.LastName), strings.TrimSpace(n.CompanyName), strings.TrimSpace(n.Information),
		sent(n.PhoneNumbers), sent(n.Emails),
	})
}

// sentDetail is a number or an address without the id that Aircall gives.
type sentDetail struct {
	Label string `json:"label"`
	Value string `json:"value"`
}

func sent(details []ContactDetail) []sentDetail {
	var out []sentDetail
	for _, detail := range details {
		out = append(out, sentDetail{detail.Label, detail.Value})
	}
	return out
}

// CreateContact makes a shared contact. Aircall takes the same contact as often as
// it is sent. It fails with *FieldError, before anything is sent, if a number or a
// label is missing or there are too many; with *AnswerError, if the answer has no
// id: the contact may have been made.
func (c *Client) CreateContact(ctx context.Context, contact NewContact) (Contact, error) {
	if len(contact.PhoneNumbers) == 0 {
		return Contact{}, &FieldError{Field: "phone_numbers", Expected: "at least one number"}
	}
	if err := checkDetails("phone_numbers", contact.PhoneNumbers); err != nil {
		return Contact{}, err
	}
	if err := checkDetails("emails", contact.Emails); err != nil {
		return Contact{}, err
	}
	body, err := c.post(ctx, contactsPath, contact)
	if err != nil {
		return Contact{}, maybeMade(err)
	}
	made, err := contactIn(http.MethodPost, contactsPath, body)
	return made, maybeMade(err)
}

// maybeMade says of an answer that was not understood what that means for a
// contact to create.
func maybeMade(err error) error {
	if unread, ok := errors.AsType[*AnswerError](err); ok {
		unread.Err = fmt.Errorf("the contact may have been made: %w", unread.Err)
	}
	return err
}

// contactIn reads an answer that is one contact.
func contactIn(method, path string, body []byte) (Contact, error) {
	answer, err := understood(method, path, body)
	if err != nil {
		return Contact{}, err
	}
	contact := readContact(toObject(answer["contact"]))
	if contact.ID == 0 {
		return Contact{}, notUnderstood(method, path, &FieldError{Field: "contact.id", Expected: positive})
	}
	return contact, nil
}

func checkDetails(field string, details []ContactDetail) error {
	if len(details) > MaxContactDetails {
		return &FieldError{Field: field, Expected: fmt.Sprintf("at most %d", MaxContactDetails)}
	}
	for i, detail := range details {
		if strings.TrimSpace(detail.Label) == "" || strings.TrimSpace(detail.Value) == "" {
			return &FieldError{Field: fmt.Sprintf("%s[%d]", field, i), Expected: "a label and a value"}
		}
	}
	return nil
}
