package aircall

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
)

const usersPath = "/v2/users"

// UserByEmail returns the user with this address, in any case of letters. The list of
// users is read: whether an address may stand in the place of an id is not documented
// for today's addresses.
func (c *Client) UserByEmail(ctx context.Context, email string) (User, bool, error) {
	email = strings.TrimSpace(email)
	if email == "" {
		return User{}, false, &FieldError{Field: "email", Expected: "an e-mail address"}
	}
	users, err := c.Users(ctx)
	if err != nil {
		return User{}, false, err
	}
	for _, user := range users {
		if strings.EqualFold(user.Email, email) {
			return user, true, nil
		}
	}
	return User{}, false, nil
}

// Users lists the people of the company.
func (c *Client) Users(ctx context.Context) ([]User, error) {
	return list(ctx, c, usersPath, "users", func(o object) (User, *FieldError) {
		user := readUser(o)
		if user.ID == 0 {
			return user, &FieldError{Field: "id", Expected: positive}
		}
		return user, nil
	})
}

// StartCall makes the user's Aircall app call number, which is E.164, from the
// line. The user must have the app open on a computer, be available, and have the
// line; otherwise the error is IsUserUnavailable (Aircall's reference, "Start an
// outbound call"). It fails with *FieldError, before anything is sent, if an id
// cannot be one or the number is not E.164.
func (c *Client) StartCall(ctx context.Context, user, line int64, number string) error {
	switch {
	case user < 1:
		return &FieldError{Field: "user", Expected: positive}
	case line < 1:
		return &FieldError{Field: "number_id", Expected: positive}
	case !isE164(number):
		return &FieldError{Field: "to", Expected: "a number as E.164"}
	}
	_, err := c.post(ctx, "/v1/users/"+strconv.FormatInt(user, 10)+"/calls", struct {
		NumberID int64  `json:"number_id"`
		To       string `json:"to"`
	}{line, number})
	return err
}

func isE164(number string) bool {
	digits, plus := strings.CutPrefix(number, "+")
	return plus && len(digits) >= 5 && len(digits) <= 15 && strings.Trim(digits, "0123456789") == ""
}

// IsUserUnavailable tells whether Aircall started no call because the user could
// not make one just now: without the app on a computer, in a call, or away. Aircall
// answers 405 then (seen by a client of the dialler).
func IsUserUnavailable(err error) bool {
	refused, ok := errors.AsType[*Error](err)
	return ok && refused.Status == http.StatusMethodNotAllowed
}
