package simulator

import (
	"net/http"
	"strconv"
)

// maxItems is how deep any list can be paged.
const maxItems = 10_000

// list cuts a list into pages: 20 items unless asked, never more than 50. A
// larger wish is cut to 50 without a word. Webhooks have no page links.
func (c *acCall) list(key string, all []any) answer {
	return c.listOf(key, len(all), func(i int) any { return all[i] })
}

// listOf is list where only what is shown is to be made.
func (c *acCall) listOf(key string, total int, item func(i int) any) answer {
	page, size, ok := c.paging()
	if !ok {
		return aircallError(http.StatusBadRequest, "Bad Request", "page and per_page must be positive numbers")
	}
	if page*size > maxItems {
		return jsonAnswer(http.StatusBadRequest, map[string]any{
			"error": "Bad Request", "message": "Bad Request", "success": false,
			"troubleshoot": "Pagination is limited to 10000 items", "errors": map[string]any{}, "data": map[string]any{},
		})
	}
	from := min((page-1)*size, total)
	to := min(from+size, total)
	meta := map[string]any{"count": to - from, "total": total, "current_page": page, "per_page": size}
	if key != "webhooks" {
		meta["next_page_link"], meta["previous_page_link"] = nil, nil
		if to < total {
			meta["next_page_link"] = c.pageLink(page+1, size)
		}
		if page > 1 {
			meta["previous_page_link"] = c.pageLink(page-1, size)
		}
	}
	items := make([]any, 0, to-from)
	for i := from; i < to; i++ {
		items = append(items, item(i))
	}
	return jsonAnswer(http.StatusOK, map[string]any{key: items, "meta": meta})
}

func (c *acCall) paging() (page, size int, ok bool) {
	page, size = 1, 20
	for name, into := range map[string]*int{"page": &page, "per_page": &size} {
		given := c.URL.Query().Get(name)
		if given == "" {
			continue
		}
		value, err := strconv.Atoi(given)
		if err != nil || value < 1 {
			return 0, 0, false
		}
		*into = value
	}
	return min(page, maxItems+1), min(size, 50), true
}

// pageLink does not repeat the fetch_ parameters.
func (c *acCall) pageLink(page, size int) string {
	query := c.URL.Query()
	for name := range query {
		if len(name) > 6 && name[:6] == "fetch_" {
			query.Del(name)
		}
	}
	query.Set("page", strconv.Itoa(page))
	query.Set("per_page", strconv.Itoa(size))
	return "http://" + c.Host + c.URL.Path + "?" + query.Encode()
}

func iso(t interface{ Format(string) string }) string {
	return t.Format("2006-01-02T15:04:05.000Z")
}

func (c *acCall) listNumbers() answer {
	var all []any
	for _, id := range sortedKeys(c.a.numbers) {
		all = append(all, c.numberBody(id))
	}
	return c.list("numbers", all)
}

func (c *acCall) getNumber() answer {
	if c.a.numbers[c.id()] == nil {
		return noSuch("Number")
	}
	return jsonAnswer(http.StatusOK, map[string]any{"number": c.numberBody(c.id())})
}

func (c *acCall) numberBody(id int64) map[string]any {
	body := c.a.numberBody(id)
	body["created_at"], body["priority"] = iso(c.a.numbers[id].CreatedAt), 0
	return body
}

func (c *acCall) listUsers() answer {
	var all []any
	for _, id := range sortedKeys(c.a.users) {
		all = append(all, c.userBody(c.a.users[id]))
	}
	return c.list("users", all)
}

// getUser takes an id or an e-mail address.
func (c *acCall) getUser() answer {
	for _, user := range c.a.users {
		if user.ID == c.id() || user.Email == c.PathValue("id") {
			return jsonAnswer(http.StatusOK, map[string]any{"user": c.userBody(user)})
		}
	}
	return noSuch("User")
}

// userBody is the v2 user, which has no numbers.
func (c *acCall) userBody(u *AircallUser) map[string]any {
	var line any
	if u.DefaultNumberID != 0 {
		line = u.DefaultNumberID
	}
	return map[string]any{
		"id": u.ID, "name": u.Name, "email": u.Email, "direct_link": c.a.direct("v2/users", u.ID),
		"language": u.Language, "created_at": iso(u.CreatedAt), "time_zone": u.TimeZone, "state": "always_opened",
		"wrap_up_time": u.WrapUpTime, "extension": u.Extension, "availability_status": "available",
		"available": true, "default_number_id": line, "substatus": "always_opened",
	}
}

func (c *acCall) listTeams() answer {
	var all []any
	for _, id := range sortedKeys(c.a.teams) {
		all = append(all, c.teamBody(c.a.teams[id], true))
	}
	return c.list("teams", all)
}

func (c *acCall) getTeam() answer {
	team := c.a.teams[c.id()]
	if team == nil {
		return noSuch("Team")
	}
	return jsonAnswer(http.StatusOK, map[string]any{"team": c.teamBody(team, false)})
}

// teamBody lists the team's agents; only in lists do they tell whether they are
// available.
func (c *acCall) teamBody(t *Team, inList bool) map[string]any {
	users := []any{}
	for _, id := range t.UserIDs {
		user := c.a.users[id]
		if user == nil {
			continue
		}
		body := map[string]any{
			"id": id, "direct_link": c.a.direct("v1/users", id), "name": user.Name, "email": user.Email,
			"created_at": iso(user.CreatedAt), "language": user.Language, "time_zone": user.TimeZone,
			"wrap_up_time": user.WrapUpTime,
		}
		if inList {
			body["availability_status"] = "available"
			body["default_number_id"] = user.DefaultNumberID
		}
		users = append(users, body)
	}
	return map[string]any{
		"id": t.ID, "direct_link": c.a.direct("v1/teams", t.ID), "name": t.Name,
		"created_at": iso(t.CreatedAt), "users": users,
	}
}

func (c *acCall) listTags() answer {
	var all []any
	for _, id := range sortedKeys(c.a.tags) {
		all = append(all, tagBody(c.a.tags[id]))
	}
	return c.list("tags", all)
}

func tagBody(t *Tag) map[string]any {
	return map[string]any{"id": t.ID, "name": t.Name, "color": t.Color, "description": orNull(t.Description)}
}
