package aircall

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
)

const (
	// perPage is the largest that Aircall grants; it cuts more silently.
	perPage = 50
	// maxPages keeps below page × per_page of 10,000, which Aircall refuses on
	// every list (seen on the wire in 2026).
	maxPages = 10_000 / perPage
)

// list reads all pages of path. It asks for each page by its number and never
// follows next_page_link, which names a host of its own.
func list[T any](ctx context.Context, c *Client, path, key string, read func(object) (T, *FieldError)) ([]T, error) {
	all := []T{}
	for page := 1; page <= maxPages; page++ {
		answer, err := c.get(ctx, path, url.Values{
			"page":     {strconv.Itoa(page)},
			"per_page": {strconv.Itoa(perPage)},
		})
		if err != nil {
			return nil, err
		}
		var entries []json.RawMessage
		if err := json.Unmarshal(answer[key], &entries); err != nil || entries == nil {
			return nil, notUnderstood(http.MethodGet, path, &FieldError{Field: key, Expected: "an array"})
		}
		for i, entry := range entries {
			item, wrong := read(toObject(entry))
			if wrong != nil {
				wrong.Field = fmt.Sprintf("%s[%d].%s", key, i, wrong.Field)
				return nil, notUnderstood(http.MethodGet, path, wrong)
			}
			all = append(all, item)
		}
		if lastPage(toObject(answer["meta"]), len(all), len(entries)) {
			return all, nil
		}
	}
	return nil, notUnderstood(http.MethodGet, path, fmt.Errorf("it goes on after %d pages of %s", maxPages, key))
}

// lastPage asks the link first. Webhooks have none (seen on the wire in 2026),
// so there the total decides, and without a total a page that is not full.
func lastPage(meta object, seen, entries int) bool {
	if entries == 0 {
		return true
	}
	if _, ok := meta["next_page_link"]; ok {
		return meta.text("next_page_link") == ""
	}
	if total := meta.id("total"); total > 0 {
		return int64(seen) >= total
	}
	return entries < perPage
}
