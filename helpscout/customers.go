package helpscout

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"time"
	"unicode/utf8"
)

const (
	// MaxCustomerQuery is the length of a customer search in characters
	// (Help Scout's reference, "Search Customers").
	MaxCustomerQuery = 500

	maxSearchPages = 4
)

// Entry is one telephone number or e-mail address of a customer. Types of
// telephone numbers are fax, home, mobile, other, pager, work; those of e-mail
// addresses are home, other, work. The value of a telephone number is free
// text.
type Entry struct {
	ID    int64  `json:"id,omitempty"`
	Type  string `json:"type"`
	Value string `json:"value"`
}

// Customer is a customer profile. One person may have several.
type Customer struct {
	ID           int64  `json:"id"`
	FirstName    string `json:"firstName"`
	LastName     string `json:"lastName"`
	Organization string `json:"organization,omitempty"`
	JobTitle     string `json:"jobTitle,omitempty"`
	// Background is the field Notes in Help Scout's pages.
	Background        string    `json:"background,omitempty"`
	ConversationCount int       `json:"conversationCount,omitempty"`
	CreatedAt         time.Time `json:"createdAt,omitzero"`
	UpdatedAt         time.Time `json:"updatedAt,omitzero"`
	Phones            []Entry   `json:"phones,omitempty"`
	Emails            []Entry   `json:"emails,omitempty"`
}

// UnmarshalJSON reads Help Scout's answers, where numbers and addresses stand
// under _embedded, and what encoding/json makes of a Customer.
func (c *Customer) UnmarshalJSON(data []byte) error {
	type plain Customer
	wire := struct {
		*plain
		Embedded embedded `json:"_embedded"`
	}{plain: (*plain)(c)}
	if err := json.Unmarshal(data, &wire); err != nil {
		return err
	}
	if err := wire.Embedded.list("phones", &c.Phones); err != nil {
		return err
	}
	return wire.Embedded.list("emails", &c.Emails)
}

// NewCustomer is a customer to create. Every field may be empty; names have at
// most 40 characters, Organization and JobTitle 60, Background 200 (Help
// Scout's reference, "Create Customer").
type NewCustomer struct {
	FirstName    string  `json:"firstName,omitempty"`
	LastName     string  `json:"lastName,omitempty"`
	Organization string  `json:"organization,omitempty"`
	JobTitle     string  `json:"jobTitle,omitempty"`
	Background   string  `json:"background,omitempty"`
	Phones       []Entry `json:"phones,omitempty"`
	Emails       []Entry `json:"emails,omitempty"`
}

// SearchCustomers returns the customers that match query, newest first, for
// example phone:"+12025550123" OR phone:"(202) 555-0123". Known fields are
// phone, email and background; operators are AND and OR in capitals, with
// parentheses. A query of more than 500 characters is refused before it is
// sent. At most four pages are read; what comes after them is left out.
//
// The user behind the token needs the permission to access the directory of
// contacts and companies. A customer just made may be missing: the search lags.
func (c *Client) SearchCustomers(ctx context.Context, query string) ([]Customer, error) {
	const path = "/v3/customers/search"
	req := request{method: http.MethodGet, path: path}
	if query == "" {
		return nil, req.refuse("a query is needed")
	}
	if n := utf8.RuneCountInString(query); n > MaxCustomerQuery {
		return nil, req.refuse(fmt.Sprintf("the query has %d characters, %d are allowed", n, MaxCustomerQuery))
	}
	customers, _, err := list[Customer](ctx, c, path, url.Values{"query": {query}}, "customers", maxSearchPages)
	return customers, err
}

// GetCustomer reads one customer. It fails with *MovedError when Help Scout
// answers that the profile was merged into another one.
func (c *Client) GetCustomer(ctx context.Context, id int64) (Customer, error) {
	var customer Customer
	err := c.getOne(ctx, "customers", id, &customer)
	return customer, err
}

// CreateCustomer makes a customer and returns the id. The error is IsConflict
// when one with the same e-mail address exists; telephone numbers never
// conflict.
func (c *Client) CreateCustomer(ctx context.Context, customer NewCustomer) (int64, error) {
	return c.createNamed(ctx, "/v2/customers", customer, "customers")
}

// RenameCustomer sets the names of a customer, 1 to 40 characters each; a blank one
// is taken away. Unlike for conversations, Help Scout takes a list of changes here
// (Help Scout's reference, "Update Customer").
func (c *Client) RenameCustomer(ctx context.Context, id int64, first, last string) error {
	req := request{method: http.MethodPatch, path: fmt.Sprintf("/v2/customers/%d", id)}
	if id <= 0 || first == "" && last == "" {
		return req.refuse("an id and a name are needed")
	}
	var changes []patch
	for _, name := range [][2]string{{"/firstName", first}, {"/lastName", last}} {
		change := patch{Op: "replace", Path: name[0], Value: name[1]}
		if name[1] == "" {
			change = patch{Op: "remove", Path: name[0]}
		}
		changes = append(changes, change)
	}
	req.body = changes
	_, err := c.send(ctx, req)
	return err
}

// AddCustomerPhone adds a telephone number, of a type that Entry names, and
// returns the entry's id, or 0 when the answer does not name it.
func (c *Client) AddCustomerPhone(ctx context.Context, customer int64, typ, value string) (int64, error) {
	path := fmt.Sprintf("/v2/customers/%d/phones", customer)
	return c.create(ctx, path, Entry{Type: typ, Value: value}, "phones")
}
