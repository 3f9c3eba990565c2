package aircall

import (
	"encoding/json"
	"regexp"
	"strings"
	"unicode"
)

const longestMessageID = 200

func messageAt(path string, data json.RawMessage) (Message, error) {
	o := messageObject(data)
	if o == nil {
		return Message{}, &FieldError{Field: path, Expected: "an object with a message"}
	}
	m := Message{
		ID:                  o.messageID(),
		GroupConversationID: o.word("group_conversation_id"),
		Direction:           readDirection(o.word("direction")),
		ExternalNumber:      o.party("external_number"),
		RawDigits:           o.party("raw_digits"),
		Participants:        o.parties("participants"),
		Status:              strings.ToLower(o.word("status")),
		Channel:             readChannel(o),
		Origin:              o.word("origin"),
		DirectLink:          o.word("direct_link"),
		Media:               readMedia(o),

		CreatedAt: o.time("created_at"),
		SentAt:    o.time("sent_at"),
		UpdatedAt: o.time("updated_at"),

		Number:  one(o, "number", readNumber),
		Contact: one(o, "contact", readContact),
		User:    one(o, "user", readUser),
	}
	if m.ID == "" {
		return Message{}, &FieldError{Field: path + ".id", Expected: "a message's id"}
	}
	m.Body, m.HasBody = o.said("body", "content", "text")
	m.Group = m.GroupConversationID != "" || o.word("group_message_id") != ""
	m.Number = lineOf(o, m)
	if id := o.id("user_id"); m.User == nil && id != 0 {
		m.User = &User{ID: id}
	}
	if m.WhatsApp = readWhatsApp(o, m.Channel); m.WhatsApp != nil && m.Channel == "" {
		m.Channel = ChannelWhatsApp
	}
	return m, nil
}

// messageObject takes the message itself, or the object around it.
func messageObject(data json.RawMessage) object {
	o := folded(toObject(data))
	if inner := folded(toObject(o["message"])); inner != nil && o.messageID() == "" {
		return inner
	}
	return o
}

// folded lets externalNumber be read as external_number: Aircall's routes for
// messages write some names the one way and some the other.
func folded(o object) object {
	if o == nil {
		return nil
	}
	all := make(object, len(o))
	for key, raw := range o {
		if snake := snakeCase(key); snake != key {
			if _, taken := o[snake]; !taken {
				all[snake] = raw
			}
		}
		all[key] = raw
	}
	return all
}

func snakeCase(key string) string {
	var out strings.Builder
	for i, r := range key {
		if unicode.IsUpper(r) && i > 0 {
			out.WriteByte('_')
		}
		out.WriteRune(unicode.ToLower(r))
	}
	return out.String()
}

func (o object) word(key string) string { return strings.TrimSpace(o.text(key)) }

// messageID is empty for what cannot serve as a key.
func (o object) messageID() string {
	id := firstOf(o.word("id"), o.word("message_id"), o.word("group_message_id"))
	if len(id) > longestMessageID || strings.ContainsFunc(id, func(r rune) bool { return !unicode.IsPrint(r) || r == unicode.ReplacementChar }) {
		return ""
	}
	return id
}

// said is the first of the fields that holds text, were it empty. WhatsApp itself
// wraps texts in an object.
func (o object) said(keys ...string) (string, bool) {
	for _, key := range keys {
		raw := o[key]
		if inner := toObject(raw); inner != nil {
			if text, ok := inner.said("body", "text", "content"); ok {
				return text, true
			}
			continue
		}
		if text := o.text(key); text != "" || len(raw) > 0 && raw[0] == '"' {
			return text, true
		}
	}
	return "", false
}

func readDirection(word string) Direction {
	switch strings.ToLower(word) {
	case "inbound", "incoming", "received":
		return Inbound
	case "outbound", "outgoing", "sent":
		return Outbound
	default:
		return ""
	}
}

func readChannel(o object) string {
	channel := strings.ToLower(o.word("channel"))
	switch {
	case channel == "sms" || channel == "mms":
		return ""
	case channel == "" && strings.EqualFold(o.word("type"), ChannelWhatsApp):
		return ChannelWhatsApp
	default:
		return channel
	}
}

// party is a phone number, as text, in an object, or as the first of a list.
func (o object) party(key string) string {
	if s := o.word(key); s != "" {
		return s
	}
	if inner := toObject(o[key]); inner != nil {
		return firstOf(inner.word("phone_number"), inner.word("e164_digits"), inner.word("number"),
			inner.word("digits"), inner.word("raw_digits"), inner.word("value"))
	}
	if list := o.parties(key); len(list) > 0 {
		return list[0]
	}
	return ""
}

func (o object) parties(key string) []string {
	var entries []json.RawMessage
	if err := json.Unmarshal(o[key], &entries); err != nil {
		return nil
	}
	var list []string
	for _, entry := range entries {
		// A list in a list is nobody.
		if strings.HasPrefix(string(entry), "[") {
			continue
		}
		if s := (object{key: entry}).party(key); s != "" {
			list = append(list, s)
		}
	}
	return list
}

var numberInLink = regexp.MustCompile(`/numbers/([0-9]+)/messages/`)

// lineOf finds the line's id elsewhere if the number object lacks it: without it
// nobody knows where the message belongs.
func lineOf(o object, m Message) *Number {
	if m.Number != nil && m.Number.ID != 0 {
		return m.Number
	}
	found := object{"id": o["line_id"]}.id("id")
	if found == 0 {
		found = o.id("number_id")
	}
	if link := numberInLink.FindStringSubmatch(m.DirectLink); found == 0 && link != nil {
		found = object{"id": json.RawMessage(link[1])}.id("id")
	}
	if found == 0 {
		return m.Number
	}
	line := Number{}
	if m.Number != nil {
		line = *m.Number
	}
	line.ID = found
	return &line
}

// fallbackNumber reads from and to, which one integration takes and no source
// shows on the wire. Without a direction the other party is the one that is not
// the line.
func fallbackNumber(data json.RawMessage, m Message) string {
	o := messageObject(data)
	from, to := o.party("from"), o.party("to")
	switch {
	case m.Direction == Inbound:
		return from
	case m.Direction == Outbound:
		return to
	case m.Number == nil:
		return ""
	}
	line := firstOf(m.Number.E164Digits, m.Number.Digits)
	switch {
	case line == "":
		return ""
	case sameDigits(from, line):
		return to
	case sameDigits(to, line):
		return from
	default:
		return ""
	}
}

func sameDigits(a, b string) bool {
	digits := func(s string) string {
		return strings.Map(func(r rune) rune {
			if r < '0' || r > '9' {
				return -1
			}
			return r
		}, s)
	}
	return digits(a) == digits(b)
}

// readMedia takes media_details, whose entries are objects in webhooks, and
// media_url, which is a list of addresses in the answer to sending. Either may be
// a single value. An entry that lacks its address takes the one at its place.
func readMedia(o object) []MediaDetail {
	details, saidDetails := mediaList(o["media_details"])
	links, saidLinks := mediaList(o["media_url"])
	if !saidDetails && !saidLinks {
		return nil
	}
	media := make([]MediaDetail, 0, max(len(details), len(links)))
	media = append(media, details...)
	for i, link := range links {
		switch {
		case i >= len(media):
			media = append(media, link)
		case media[i].URL == "":
			media[i].URL = link.URL
		}
	}
	if len(media) == 0 && !(emptyList(o["media_details"]) || emptyList(o["media_url"])) {
		return nil
	}
	return media
}

func emptyList(raw json.RawMessage) bool {
	var entries []json.RawMessage
	return json.Unmarshal(raw, &entries) == nil && entries != nil && len(entries) == 0
}

func mediaList(raw json.RawMessage) (list []MediaDetail, said bool) {
	if len(raw) == 0 || string(raw) == "null" {
		return nil, false
	}
	entries := []json.RawMessage{raw}
	if raw[0] == '[' {
		entries = nil
		if err := json.Unmarshal(raw, &entries); err != nil {
			return nil, false
		}
	}
	for _, entry := range entries {
		if detail := readMediaDetail(entry); detail != (MediaDetail{}) {
			list = append(list, detail)
		}
	}
	return list, true
}

func readMediaDetail(entry json.RawMessage) MediaDetail {
	if o := folded(toObject(entry)); o != nil {
		return MediaDetail{
			FileName: firstOf(o.word("file_name"), o.word("filename"), o.word("name")),
			FileType: firstOf(o.word("file_type"), o.word("content_type"), o.word("mime_type"), o.word("type")),
			URL:      firstOf(o.word("presigned_url"), o.word("url"), o.word("media_url"), o.word("link")),
		}
	}
	var link string
	_ = json.Unmarshal(entry, &link)
	return MediaDetail{URL: strings.TrimSpace(link)}
}
