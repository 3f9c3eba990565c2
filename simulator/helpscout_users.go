package simulator

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

const (
	conversationsPerPage = 25
	threadsPerPage       = 25
	othersPerPage        = 50
)

// getMe alone names the account.
func (c *hsCall) getMe() answer {
	body := c.userBody(c.user)
	body["companyId"] = c.h.options.CompanyID
	return hal(body)
}

func (c *hsCall) getUser() answer {
	user, ok := c.h.users[c.id("id")]
	if !ok {
		return notFound()
	}
	return hal(c.userBody(user))
}

// listUsers filters by e-mail exactly, alternate addresses left out: the
// documentation speaks of the user's e-mail only.
func (c *hsCall) listUsers() answer {
	query := c.URL.Query()
	mailbox, err := optionalID(query, "mailbox")
	if err != nil {
		return badRequest(problem{path: "mailbox", message: "must be a number", code: "invalid-number"})
	}
	var found []any
	for _, id := range sortedKeys(c.h.users) {
		user := c.h.users[id]
		if email := query.Get("email"); email != "" && !strings.EqualFold(user.Email, email) {
			continue
		}
		if mailbox != 0 && !user.reaches(mailbox) {
			continue
		}
		found = append(found, c.userBody(user))
	}
	return c.page("users", found, othersPerPage)
}

func (u *User) reaches(mailbox int64) bool {
	return u.Role == "owner" || u.Role == "admin" || len(u.Mailboxes) == 0 || slices.Contains(u.Mailboxes, mailbox)
}

func (c *hsCall) userBody(u *User) map[string]any {
	alternates := slices.Clone(u.AlternateEmails)
	if alternates == nil {
		alternates = []string{}
	}
	return map[string]any{
		"id": u.ID, "firstName": u.FirstName, "lastName": u.LastName, "email": u.Email,
		"role": cmp.Or(u.Role, "user"), "timezone": "Etc/UTC", "type": "user", "photoUrl": "",
		"mention": strings.ToLower(u.FirstName), "initials": initials(u.FirstName, u.LastName),
		"jobTitle": "", "phone": "", "alternateEmails": alternates,
		"createdAt": stamp(u.CreatedAt), "updatedAt": stamp(u.CreatedAt),
		"_links": map[string]any{"self": link(c.base() + "/v2/users/" + decimal(u.ID))},
	}
}

func (c *hsCall) listMailboxes() answer {
	var found []any
	for _, id := range sortedKeys(c.h.mailboxes) {
		if c.user.reaches(id) {
			found = append(found, c.mailboxBody(c.h.mailboxes[id]))
		}
	}
	return c.page("mailboxes", found, othersPerPage)
}

func (c *hsCall) getMailbox() answer {
	mailbox, ok := c.h.mailboxes[c.id("id")]
	if !ok {
		return notFound()
	}
	if !c.user.reaches(mailbox.ID) {
		return forbidden()
	}
	return hal(c.mailboxBody(mailbox))
}

func (c *hsCall) mailboxBody(m *Mailbox) map[string]any {
	self := c.base() + "/v2/mailboxes/" + decimal(m.ID)
	return map[string]any{
		"id": m.ID, "name": m.Name, "slug": m.Slug, "email": m.Email,
		"createdAt": stamp(m.CreatedAt), "updatedAt": stamp(m.CreatedAt),
		"_links": map[string]any{
			"self": link(self), "fields": link(self + "/fields"), "folders": link(self + "/folders"),
		},
	}
}

// page cuts a v2 list. An empty list has no _embedded at all, as the official
// SDK's fixtures show.
func (c *hsCall) page(key string, all []any, size int) answer {
	query := c.URL.Query()
	number := 1
	if given := query.Get("page"); given != "" {
		parsed, err := strconv.Atoi(given)
		if err != nil || parsed < 1 {
			return badRequest(problem{path: "page", message: "must be a positive number", code: "invalid-number"})
		}
		number = parsed
	}
	pages := (len(all) + size - 1) / size
	href := func(page int) map[string]any {
		query.Set("page", strconv.Itoa(page))
		return link(c.base() + c.URL.Path + "?" + query.Encode())
	}
	links := map[string]any{
		"self": href(number), "first": href(1), "last": href(max(pages, 1)),
		"page": map[string]any{"href": c.base() + c.URL.Path + "{?page}", "templated": true},
	}
	if number < pages {
		links["next"] = href(number + 1)
	}
	if number > 1 {
		links["previous"] = href(number - 1)
	}
	shown := number
	if len(all) == 0 {
		shown = 0
	}
	body := map[string]any{
		"_links": links,
		"page":   map[string]any{"size": size, "totalElements": len(all), "totalPages": pages, "number": shown},
	}
	if from := (number - 1) * size; from < len(all) {
		body["_embedded"] = map[string]any{key: all[from:min(from+size, len(all))]}
	}
	return hal(body)
}

func forbidden() answer { return halError(http.StatusForbidden, "Forbidden") }

func optionalID(query url.Values, name string) (int64, error) {
	if query.Get(name) == "" {
		return 0, nil
	}
	return strconv.ParseInt(query.Get(name), 10, 64)
}

func initials(names ...string) string {
	var letters string
	for _, name := range names {
		for _, letter := range name {
			letters += strings.ToUpper(string(letter))
			break
		}
	}
	return letters
}
