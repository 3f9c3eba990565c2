package aircall

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

const (
	// MostListed is how many calls one list shows: Aircall refuses every page beyond
	// it (seen on the wire in 2026), so that a longer list must be asked for in parts.
	MostListed = maxPages * perPage
	// CallsPerPage is how many calls a full page has.
	CallsPerPage = perPage
)

// CallsQuery asks for one page of the calls that began in a time.
type CallsQuery struct {
	// From and To are whole seconds. Aircall leaves out a call that began at From and
	// shows one that began at To (measured in 2026).
	From, To time.Time
	// NewestFirst turns the order round.
	NewestFirst bool
	// Page counts from 1.
	Page int
}

// CallsPage is one page of a list of calls.
type CallsPage struct {
	// Calls have their contacts, short links, menu choices and voice agents, as far as
	// Aircall gives them in lists.
	Calls []Call
	// Total is how many calls the whole list has, 0 where Aircall does not say.
	Total int
	// Last says that no page follows.
	Last bool
}

// Calls reads one page of the company's calls, those of all its numbers. Its error is
// a *FieldError for a page that Aircall refuses.
func (c *Client) Calls(ctx context.Context, query CallsQuery) (CallsPage, error) {
	if query.Page < 1 || query.Page > maxPages {
		return CallsPage{}, &FieldError{Field: "page", Expected: fmt.Sprintf("a number from 1 to %d", maxPages)}
	}
	const path = "/v1/calls"
	order := "asc"
	if query.NewestFirst {
		order = "desc"
	}
	answer, err := c.get(ctx, path, url.Values{
		"from":                {strconv.FormatInt(query.From.Unix(), 10)},
		"to":                  {strconv.FormatInt(query.To.Unix(), 10)},
		"order":               {order},
		"page":                {strconv.Itoa(query.Page)},
		"per_page":            {strconv.Itoa(perPage)},
		"fetch_contact":       {"true"},
		"fetch_short_urls":    {"true"},
		"fetch_call_timeline": {"true"},
		"fetch_aiva_conv":     {"true"},
	})
	if err != nil {
		return CallsPage{}, err
	}
	var entries []json.RawMessage
	if err := json.Unmarshal(answer["calls"], &entries); err != nil || entries == nil {
		return CallsPage{}, notUnderstood(http.MethodGet, path, &FieldError{Field: "calls", Expected: "an array"})
	}
	meta := toObject(answer["meta"])
	page := CallsPage{Calls: make([]Call, 0, len(entries)), Total: int(meta.id("total"))}
	for i, entry := range entries {
		call, err := callAt(fmt.Sprintf("calls[%d]", i), entry)
		if err != nil {
			return CallsPage{}, notUnderstood(http.MethodGet, path, err)
		}
		page.Calls = append(page.Calls, call)
	}
	page.Last = lastPage(meta, (query.Page-1)*perPage+len(entries), len(entries))
	return page, nil
}
