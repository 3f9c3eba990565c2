package aircall

import (
	"context"
	"net/http"
	"strconv"
	"strings"
)

func contactPath(id int64) string { return contactsPath + "/" + strconv.FormatInt(id, 10) }

// GetContact reads one shared contact. Aircall answers 404 to others. An id below
// one is refused with a *FieldError.
func (c *Client) GetContact(ctx context.Context, id int64) (Contact, error) {
	if id < 1 {
		return Contact{}, &FieldError{Field: "id", Expected: positive}
	}
	body, err := c.do(ctx, http.MethodGet, contactPath(id), nil, nil, maxBody)
	if err != nil {
		return Contact{}, err
	}
	return contactIn(http.MethodGet, contactPath(id), body)
}

// ContactChange is what to change of a contact. Blank fields stay as they are:
// Aircall refuses to empty one (Aircall's reference).
type ContactChange struct {
	FirstName, LastName string
	CompanyName         string
	Information         string
}

// sentChange is what Aircall takes.
type sentChange struct {
	FirstName   string `json:"first_name,omitempty"`
	LastName    string `json:"last_name,omitempty"`
	CompanyName string `json:"company_name,omitempty"`
	Information string `json:"information,omitempty"`
}

// UpdateContact changes a contact's names, company and information. It is a POST,
// which was seen to work in 2026; sources disagree on PUT. It fails with
// *FieldError, before anything is sent, if there is nothing to change.
func (c *Client) UpdateContact(ctx context.Context, id int64, change ContactChange) error {
	if id < 1 {
		return &FieldError{Field: "id", Expected: positive}
	}
	content := sentChange{
		FirstName: strings.TrimSpace(change.FirstName), LastName: strings.TrimSpace(change.LastName),
		CompanyName: strings.TrimSpace(change.CompanyName), Information: strings.TrimSpace(change.Information),
	}
	if content == (sentChange{}) {
		return &FieldError{Field: "contact", Expected: "something to change"}
	}
	_, err := c.post(ctx, contactPath(id), content)
	return err
}

// AddContactPhone adds a number to a contact. Adding the same one again makes a
// second row. It fails with *FieldError, before anything is sent, if the label or
// the value is missing.
func (c *Client) AddContactPhone(ctx context.Context, contact int64, label, value string) error {
	if contact < 1 {
		return &FieldError{Field: "id", Expected: positive}
	}
	if err := checkDetails("phone_details", []ContactDetail{{Label: label, Value: value}}); err != nil {
		return err
	}
	_, err := c.post(ctx, contactPath(contact)+"/phone_details", sentDetail{label, value})
	return err
}
