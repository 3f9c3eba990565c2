package helpscout

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// maxListPages bounds the lists of users and inboxes: 50 to a page, so 5,000.
const maxListPages = 100

// User is a member of the account. People who have not accepted their
// invitation yet are listed too.
type User struct {
	ID              int64    `json:"id"`
	FirstName       string   `json:"firstName"`
	LastName        string   `json:"lastName"`
	Email           string   `json:"email"`
	AlternateEmails []string `json:"alternateEmails,omitempty"`
	// Role is owner, admin or user.
	Role     string `json:"role"`
	Type     string `json:"type"`
	Timezone string `json:"timezone"`
	// CompanyID is the id of the account; only Me has it.
	CompanyID int64 `json:"companyId,omitempty"`
}

// Me returns the user behind the token.
func (c *Client) Me(ctx context.Context) (User, error) {
	var user User
	err := c.get(ctx, "/v2/users/me", nil, &user)
	return user, err
}

// GetUser returns one user.
func (c *Client) GetUser(ctx context.Context, id int64) (User, error) {
	var user User
	err := c.getOne(ctx, "users", id, &user)
	return user, err
}

// Users returns all users. It fails when there are more than 5,000.
func (c *Client) Users(ctx context.Context) ([]User, error) {
	return listAll[User](ctx, c, "/v2/users", "users")
}

// UserByEmail returns the user with this address, main or alternate, in any
// case of letters.
func (c *Client) UserByEmail(ctx context.Context, email string) (User, bool, error) {
	const path = "/v2/users"
	if email == "" {
		return User{}, false, request{method: http.MethodGet, path: path}.refuse("an e-mail address is needed")
	}
	users, _, err := list[User](ctx, c, path, url.Values{"email": {email}}, "users", 1)
	if err != nil {
		return User{}, false, err
	}
	same := func(address string) bool { return strings.EqualFold(address, email) }
	// The filter is exact by the reference. Comparing again keeps a server
	// that ignores it from putting a stranger's name under a log.
	for _, user := range users {
		if same(user.Email) || slices.ContainsFunc(user.AlternateEmails, same) {
			return user, true, nil
		}
	}
	return User{}, false, nil
}

func listAll[T any](ctx context.Context, c *Client, path, name string) ([]T, error) {
	items, more, err := list[T](ctx, c, path, nil, name, maxListPages)
	if more {
		return nil, &AnswerError{Method: http.MethodGet, Path: path, Err: fmt.Errorf("the list has more than %d pages", maxListPages)}
	}
	return items, err
}
