package aircall

import (
	"context"
	"net/http"
	"regexp"
	"strconv"
)

// Users lists the people of the company (GET /v2/users; the list of v1 was withdrawn
// on 2026-09-30).
func (c *Client) Users(ctx context.Context) ([]User, error) {
	return list(ctx, c, "/v2/users", "users", func(o object) (User, *FieldError) {
		user := readUser(o)
		if user.ID == 0 {
			return user, &FieldError{Field: "id", Expected: positive}
		}
		return user, nil
	})
}

var e164 = regexp.MustCompile(`^\+[1-9][0-9]{5,14}$`)

// StartCall makes the Workspace of a user call a number from one of the company's
// lines, at once. to is in E.164. The user must be available, and the line active
// and theirs: otherwise Aircall answers 405, see Error.Unavailable. It does not reach a
// phone app, only the desktop (Aircall's reference by W6W).
func (c *Client) StartCall(ctx context.Context, user, number int64, to string) error {
	if number < 1 {
		return &FieldError{Field: "number_id", Expected: positive}
	}
	return c.userCall(ctx, user, "calls", to, map[string]any{"number_id": number, "to": to})
}

// Dial fills a number, in E.164, into the dialler of a user's Workspace, and calls
// nobody.
func (c *Client) Dial(ctx context.Context, user int64, to string) error {
	return c.userCall(ctx, user, "dial", to, map[string]any{"to": to})
}

func (c *Client) userCall(ctx context.Context, user int64, what, to string, content any) error {
	switch {
	case user < 1:
		return &FieldError{Field: "user_id", Expected: positive}
	case !e164.MatchString(to):
		return &FieldError{Field: "to", Expected: "a number in E.164"}
	}
	_, err := c.post(ctx, "/v1/users/"+strconv.FormatInt(user, 10)+"/"+what, content)
	return err
}

// Unavailable tells whether Aircall could not begin a call because of the state of
// the user, the line or the call itself (405).
func (e *Error) Unavailable() bool { return e.Status == http.StatusMethodNotAllowed }
