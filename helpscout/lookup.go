package helpscout

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// maxNamed is how many pages of customers of one name are read.
const maxNamed = 1

// CustomersByName returns the first customers whose first and last names are these, in
// any case; an empty one is any name ("List Customers", parameters firstName and
// lastName). A customer just made may be missing.
func (c *Client) CustomersByName(ctx context.Context, first, last string) ([]Customer, error) {
	const path = "/v2/customers"
	query := url.Values{}
	if first = strings.TrimSpace(first); first != "" {
		query.Set("firstName", first)
	}
	if last = strings.TrimSpace(last); last != "" {
		query.Set("lastName", last)
	}
	if len(query) == 0 {
		return nil, request{method: http.MethodGet, path: path}.refuse("a name is needed")
	}
	customers, _, err := list[Customer](ctx, c, path, query, "customers", maxNamed)
	return customers, err
}

// ConversationByNumber returns the conversation that people see under a number, in
// every status; found is false where there is none ("List Conversations", parameter
// number). The list lags behind writes.
func (c *Client) ConversationByNumber(ctx context.Context, number int64) (conversation Conversation, found bool, err error) {
	const path = "/v2/conversations"
	if number <= 0 {
		return Conversation{}, false, request{method: http.MethodGet, path: path}.refuse("the number must be greater than zero")
	}
	query := url.Values{"number": {strconv.FormatInt(number, 10)}, "status": {"all"}}
	conversations, _, err := list[Conversation](ctx, c, path, query, "conversations", 1)
	for _, one := range conversations {
		if one.Number == number {
			return one, true, err
		}
	}
	return Conversation{}, false, err
}
