package aircall

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
)

// Ping checks the address and the credential.
func (c *Client) Ping(ctx context.Context) error {
	const path = "/v1/ping"
	answer, err := c.get(ctx, path, nil)
	if err != nil {
		return err
	}
	if answer.text("ping") != "pong" {
		return notUnderstood(http.MethodGet, path, &FieldError{Field: "ping", Expected: `"pong"`})
	}
	return nil
}

// GetCall reads one call with its contact, its short links, the choices the caller
// made in menus and the parts that AI voice agents had. Aircall keeps calls for six months and answers 404 to
// older ones. An id below one is refused with a *FieldError.
func (c *Client) GetCall(ctx context.Context, id int64) (Call, error) {
	if id < 1 {
		return Call{}, &FieldError{Field: "id", Expected: positive}
	}
	path := "/v1/calls/" + strconv.FormatInt(id, 10)
	answer, err := c.get(ctx, path, url.Values{
		"fetch_contact":       {"true"},
		"fetch_short_urls":    {"true"},
		"fetch_call_timeline": {"true"},
		"fetch_aiva_conv":     {"true"},
	})
	if err != nil {
		return Call{}, err
	}
	call, err := ParseCall(answer["call"])
	if err != nil {
		return Call{}, notUnderstood(http.MethodGet, path, err)
	}
	return call, nil
}
