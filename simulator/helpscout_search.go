package simulator

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxQuery is documented for the customer search.
const maxQuery = 500

// searchCustomers is the documented way to find a customer by phone number.
func (c *hsCall) searchCustomers() answer {
	if c.user.NoDirectory {
		return forbidden()
	}
	text := c.URL.Query().Get("query")
	if strings.TrimSpace(text) == "" {
		return badQuery("query is required")
	}
	if utf8.RuneCountInString(text) > maxQuery {
		return badQuery("query is longer than 500 characters")
	}
	if c.h.options.SearchWithoutOr && strings.Contains(text, `" OR `) {
		return badQuery("OR is not supported here")
	}
	query, err := parseQuery(text, []string{"phone", "email", "background"}, false)
	if err != nil {
		return badQuery(err.Error())
	}
	return c.customerPage(func(customer *Customer) bool {
		return query(func(field, value string) bool {
			switch field {
			case "phone":
				return slices.ContainsFunc(customer.Phones, func(e Entry) bool { return c.h.options.PhoneMatching.match(e.Value, value) })
			case "email":
				return customer.hasEmail(value)
			}
			return containsFold(customer.Background, value)
		})
	})
}

// customerPage answers a v3 list: newest first, no page object, a cursor.
func (c *hsCall) customerPage(match func(*Customer) bool) answer {
	found := c.indexedCustomers(match)
	from := 0
	if cursor := c.URL.Query().Get("cursor"); cursor != "" {
		parsed, err := strconv.Atoi(cursor)
		if err != nil || parsed < 0 || parsed > len(found) {
			return badQuery("cursor is not valid")
		}
		from = parsed
	}
	href := func(cursor int) map[string]any {
		query := c.URL.Query()
		query.Del("cursor")
		if cursor > 0 {
			query.Set("cursor", strconv.Itoa(cursor))
		}
		return link(c.base() + c.URL.Path + "?" + query.Encode())
	}
	to := min(from+othersPerPage, len(found))
	bodies := []any{}
	for _, customer := range found[from:to] {
		bodies = append(bodies, c.customerBody(customer))
	}
	links := map[string]any{"self": href(from), "first": href(0)}
	if to < len(found) {
		links["next"] = href(to)
	}
	return hal(map[string]any{"_embedded": map[string]any{"customers": bodies}, "_links": links})
}

func (c *hsCall) indexedCustomers(match func(*Customer) bool) []*Customer {
	var found []*Customer
	for _, customer := range c.h.customerIndex.view(c.now) {
		if customer != nil && match(customer) {
			found = append(found, customer)
		}
	}
	slices.SortFunc(found, func(a, b *Customer) int {
		return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(b.ID, a.ID))
	})
	return found
}

// listCustomers is the old list; its e-mail query is a contains match.
func (c *hsCall) listCustomers() answer {
	given := c.URL.Query()
	query := clause(func(func(string, string) bool) bool { return true })
	if text := given.Get("query"); text != "" {
		parsed, err := parseQuery(text, []string{"firstName", "lastName", "email"}, false)
		if err != nil {
			return badQuery(err.Error())
		}
		query = parsed
	}
	found := c.indexedCustomers(func(customer *Customer) bool {
		match := func(field, value string) bool {
			switch field {
			case "firstName":
				return strings.EqualFold(customer.FirstName, value)
			case "lastName":
				return strings.EqualFold(customer.LastName, value)
			}
			return slices.ContainsFunc(customer.Emails, func(e Entry) bool { return containsFold(e.Value, value) })
		}
		for _, field := range []string{"firstName", "lastName"} {
			if value := given.Get(field); value != "" && !match(field, value) {
				return false
			}
		}
		return query(match)
	})
	bodies := make([]any, 0, len(found))
	for _, customer := range found {
		bodies = append(bodies, c.customerBody(customer))
	}
	return c.page("customers", bodies, othersPerPage)
}

func badQuery(message string) answer {
	return halErrors(http.StatusBadRequest, "Bad request",
		[]problem{{path: "query", message: message, code: "invalid-query"}})
}

func containsFold(text, part string) bool {
	return strings.Contains(strings.ToLower(text), strings.ToLower(part))
}
