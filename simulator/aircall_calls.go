package simulator

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// maxCard is reported by an integration; the documentation gives no limit.
const maxCard = 10 << 10

func (c *acCall) listCalls() answer { return c.calls(nil) }

// searchCalls adds direction, agent, outside number and tags, which all must
// fit.
func (c *acCall) searchCalls() answer {
	given := c.URL.Query()
	direction, phone := given.Get("direction"), given.Get("phone_number")
	user, err := optionalID(given, "user_id")
	if err != nil || direction != "" && direction != "inbound" && direction != "outbound" {
		return unprocessable()
	}
	tags := append(given["tags[]"], given["tags"]...)
	return c.calls(func(call *Call) bool {
		if direction != "" && call.Direction != direction || user != 0 && call.UserID != user ||
			phone != "" && onlyDigits(call.RawDigits) != onlyDigits(phone) {
			return false
		}
		for _, wanted := range tags {
			if !slices.ContainsFunc(call.Tags, func(t CallTag) bool { return t.Name == wanted || decimal(t.ID) == wanted }) {
				return false
			}
		}
		return true
	})
}

// calls lists by started_at: from is exclusive and to inclusive, as measured.
func (c *acCall) calls(match func(*Call) bool) answer {
	given := c.URL.Query()
	from, to, ok := timeRange(given)
	order := cmp.Or(given.Get("order"), "asc")
	if !ok || order != "asc" && order != "desc" {
		return unprocessable()
	}
	var found []*Call
	for _, call := range c.a.calls {
		if at := call.StartedAt.Unix(); at <= from || at > to || match != nil && !match(call) {
			continue
		}
		found = append(found, call)
	}
	slices.SortFunc(found, func(a, b *Call) int {
		return cmp.Or(cmp.Compare(a.StartedAt.Unix(), b.StartedAt.Unix()), cmp.Compare(a.ID, b.ID))
	})
	if order == "desc" {
		slices.Reverse(found)
	}
	return c.listOf("calls", len(found), func(i int) any { return c.callBody(found[i]) })
}

func timeRange(given url.Values) (from, to int64, ok bool) {
	from, to = -1, 1<<62
	for name, into := range map[string]*int64{"from": &from, "to": &to} {
		if given.Get(name) == "" {
			continue
		}
		value, err := strconv.ParseInt(given.Get(name), 10, 64)
		if err != nil {
			return 0, 0, false
		}
		*into = value
	}
	return from, to, true
}

func (c *acCall) getCall() answer {
	call := c.a.calls[c.id()]
	if call == nil {
		return noSuch("Call")
	}
	return jsonAnswer(http.StatusOK, map[string]any{"call": c.callBody(call)})
}

// callBody is the REST shape: keys without a value are null, where a webhook
// leaves them out, the call's uuid is called sid, and tags have a colour.
func (c *acCall) callBody(call *Call) map[string]any {
	body := c.a.commonCall(call, c.now)
	for _, key := range []string{
		"contact", "assigned_to", "recording_short_url", "voicemail_short_url", "pricing_type",
	} {
		body[key] = nil
	}
	body["sid"], body["number"], body["user"] = call.UUID, c.numberOf(call), c.callUser(call.UserID)
	body["transferred_by"], body["transferred_to"] = c.callUser(call.TransferredBy), c.callUser(call.TransferredTo)
	tags := []any{}
	for _, tag := range call.Tags {
		if known := c.a.tags[tag.ID]; known != nil {
			tags = append(tags, tagBody(known))
		}
	}
	body["tags"] = tags
	body["country_code_a2"] = "US"
	if number := c.a.numbers[call.NumberID]; number != nil {
		body["country_code_a2"] = number.Country
	}
	if call.Status == "done" {
		body["pricing_type"] = "in_bundle"
	}
	c.fetched(call, body)
	return body
}

func (c *acCall) numberOf(call *Call) any {
	if c.a.numbers[call.NumberID] == nil {
		return nil
	}
	body := c.numberBody(call.NumberID)
	body["priority"] = nil
	return body
}

func (c *acCall) callUser(id int64) any {
	user := c.a.users[id]
	if user == nil {
		return nil
	}
	return map[string]any{
		"id": id, "direct_link": c.a.direct("v1/users", id), "name": user.Name, "email": user.Email,
		"available": true, "availability_status": "available", "created_at": iso(user.CreatedAt),
		"time_zone": user.TimeZone, "language": user.Language, "state": "always_opened",
		"wrap_up_time": user.WrapUpTime, "extension": user.Extension,
	}
}

// fetched adds what the fetch_ parameters ask for.
func (c *acCall) fetched(call *Call, body map[string]any) {
	given := c.URL.Query()
	if contact := c.a.contacts[call.ContactID]; contact != nil && given.Get("fetch_contact") == "true" {
		body["contact"] = c.a.contactBody(contact)
	}
	if given.Get("fetch_short_urls") == "true" {
		short := fmt.Sprintf("https://short-urls.aircall.io/v1/%s", call.UUID)
		if call.Recording {
			body["recording_short_url"] = short
		}
		if call.Voicemail {
			body["voicemail_short_url"] = short
		}
	}
	if given.Get("fetch_call_timeline") == "true" {
		body["ivr_options_selected"] = []any{}
	}
	if given.Get("fetch_aiva_conv") == "true" {
		body["ai_voice_agents"] = voiceAgentSegments(call)
	}
}

// showCard takes a card for a call in progress. Neither the limit nor the error
// codes are documented.
func (c *acCall) showCard() answer {
	call := c.a.calls[c.id()]
	if call == nil {
		return noSuch("Call")
	}
	if len(c.body) >= maxCard {
		return aircallError(http.StatusBadRequest, "Bad Request", "An insight card must be smaller than 10 KB")
	}
	var card struct {
		Contents []CardContent `json:"contents"`
	}
	if decodeStrict(c.body, &card) != nil || len(card.Contents) == 0 {
		return invalidBody()
	}
	if slices.ContainsFunc(card.Contents, func(line CardContent) bool { return !line.valid() }) {
		return unprocessable()
	}
	if call.Status == "done" {
		return aircallError(http.StatusMethodNotAllowed, "Method Not Allowed", "The call is not in progress")
	}
	c.a.cards = append(c.a.cards, Card{CallID: call.ID, At: c.now.Truncate(time.Millisecond), Contents: card.Contents})
	return answer{status: http.StatusCreated}
}

// valid: a title has a text, a shortText a label and a text, both an optional
// link.
func (l CardContent) valid() bool {
	if l.Link != "" && !safeScheme.MatchString(l.Link) {
		return false
	}
	return l.Text != "" && (l.Type == "title" && l.Label == "" || l.Type == "shortText" && l.Label != "")
}
