package helpscout

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

type link struct {
	Href string `json:"href"`
}

// embedded are the lists of a HAL answer by name. Empty ones come as an empty
// list, as a missing name, or as no _embedded at all.
type embedded map[string]json.RawMessage

func (e *embedded) UnmarshalJSON(data []byte) error {
	if len(data) == 0 || data[0] != '{' {
		return nil
	}
	return json.Unmarshal(data, (*map[string]json.RawMessage)(e))
}

func (e embedded) list(name string, into any) error {
	if raw, ok := e[name]; ok {
		return json.Unmarshal(raw, into)
	}
	return nil
}

type page struct {
	Embedded embedded `json:"_embedded"`
	Links    struct {
		Next link `json:"next"`
	} `json:"_links"`
}

// list reads pages for as long as an answer links to a next one, as Help
// Scout's SDK does, and maxPages at most. The result more says that there was
// another page.
//
// Of a link only the parameters are used that the request did not set itself
// (page or cursor): so a link cannot lead the token to another host, and the
// request's own parameters stay encoded the right way.
func list[T any](ctx context.Context, c *Client, path string, query url.Values, name string, maxPages int) (items []T, more bool, err error) {
	current := query
	for range maxPages {
		var p page
		if err := c.get(ctx, path, current, &p); err != nil {
			return nil, false, err
		}
		var part []T
		if err := p.Embedded.list(name, &part); err != nil {
			return nil, false, &AnswerError{Method: http.MethodGet, Path: path, Err: err}
		}
		items = append(items, part...)
		next, err := url.Parse(p.Links.Next.Href)
		if err != nil {
			return nil, false, &AnswerError{Method: http.MethodGet, Path: path, Err: errors.New("the link to the next page is not a URL")}
		}
		if next.RawQuery == "" {
			return items, false, nil
		}
		current = next.Query()
		for key, values := range query {
			current[key] = values
		}
	}
	return items, true, nil
}

// create posts body and returns the id of what was made: the header
// Resource-ID, else the number at the end of Location, after one of the given
// names. It returns 0 when the answer has neither.
func (c *Client) create(ctx context.Context, path string, body any, names ...string) (int64, error) {
	ans, err := c.send(ctx, request{method: http.MethodPost, path: path, body: body})
	if err != nil {
		return 0, err
	}
	if id, err := strconv.ParseInt(ans.header.Get("Resource-ID"), 10, 64); err == nil && id > 0 {
		return id, nil
	}
	return idAt(ans.header.Get("Location"), names...), nil
}

// createNamed is create for what is useless without its id.
func (c *Client) createNamed(ctx context.Context, path string, body any, names ...string) (int64, error) {
	id, err := c.create(ctx, path, body, names...)
	if err == nil && id == 0 {
		err = &AnswerError{
			Method: http.MethodPost, Path: path,
			Err: errors.New("neither Resource-ID nor Location names what was created"),
		}
	}
	return id, err
}

// idAt returns the number at the end of location when one of names stands
// before it, and 0 otherwise.
func idAt(location string, names ...string) int64 {
	u, err := url.Parse(location)
	if err != nil {
		return 0
	}
	segments := strings.Split(strings.Trim(u.Path, "/"), "/")
	last := len(segments) - 1
	if last < 1 || !slices.Contains(names, segments[last-1]) {
		return 0
	}
	id, err := strconv.ParseInt(segments[last], 10, 64)
	if err != nil || id < 0 {
		return 0
	}
	return id
}

// seconds makes a time that encoding/json writes as yyyy-MM-dd'T'HH:mm:ss'Z'.
// Help Scout refuses milliseconds (seen on the wire). The zero time stays
// zero.
func seconds(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }
