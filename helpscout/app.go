package helpscout

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // what Help Scout signs with
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// AppSignature is the query parameter that signs a request of an app in the sidebar
// (Help Scout's guide "Signature Validation").
const AppSignature = "X-HelpScout-Signature"

// AppContext is what is open in Help Scout beside an app. An id is 0 where Help Scout
// does not say it: what it sends depends on where the app is shown.
type AppContext struct {
	Conversation, Customer, Mailbox, User int64
}

// SignedApp tells whether this secret signed the query of a request for an app, and
// reads it. The signature is Base64 of the HMAC-SHA1 over the other parameters, in
// their order, as one JSON object whose values are texts (Help Scout's guide
// "Signature Validation"). That guide shows it in PHP, which writes slashes and letters
// outside ASCII in another way than others do: both are taken. Parameters of the app's
// own address are not signed; they are named in own. A query with a parameter twice, or
// with none but the signature, is not taken.
func SignedApp(rawQuery, secret string, own ...string) (AppContext, bool) {
	pairs, signature, err := appPairs(rawQuery, own)
	if err != nil || secret == "" || len(pairs) == 0 {
		return AppContext{}, false
	}
	given, err := base64.StdEncoding.DecodeString(signature)
	if err != nil {
		return AppContext{}, false
	}
	plain := appJSON(pairs)
	if !signs(secret, plain, given) && !signs(secret, phpJSON(plain), given) {
		return AppContext{}, false
	}
	var context AppContext
	for _, pair := range pairs {
		id, err := strconv.ParseInt(pair[1], 10, 64)
		if err != nil || id < 0 {
			continue
		}
		switch pair[0] {
		case "conversation-id":
			context.Conversation = id
		case "customer-id":
			context.Customer = id
		case "mailbox-id":
			context.Mailbox = id
		case "user-id":
			context.User = id
		}
	}
	return context, true
}

func signs(secret string, message, signature []byte) bool {
	mac := hmac.New(sha1.New, []byte(secret))
	mac.Write(message)
	return hmac.Equal(signature, mac.Sum(nil))
}

// appPairs keeps the order of the query, which url.ParseQuery loses.
func appPairs(rawQuery string, own []string) (pairs [][2]string, signature string, err error) {
	var seen []string
	for part := range strings.SplitSeq(rawQuery, "&") {
		if part == "" {
			continue
		}
		key, value, _ := strings.Cut(part, "=")
		name, err := url.QueryUnescape(key)
		if err != nil {
			return nil, "", err
		}
		text, err := url.QueryUnescape(value)
		if err != nil {
			return nil, "", err
		}
		if slices.Contains(seen, name) || !utf8.ValidString(name) || !utf8.ValidString(text) {
			return nil, "", errors.New("a parameter is twice in the query or no text")
		}
		seen = append(seen, name)
		switch {
		case name == AppSignature:
			// A plus that was not encoded reads as a space.
			signature = strings.ReplaceAll(text, " ", "+")
		case !slices.Contains(own, name):
			pairs = append(pairs, [2]string{name, text})
		}
	}
	return pairs, signature, nil
}

func appJSON(pairs [][2]string) []byte {
	var out bytes.Buffer
	out.WriteByte('{')
	for i, pair := range pairs {
		if i > 0 {
			out.WriteByte(',')
		}
		out.Write(jsonText(pair[0]))
		out.WriteByte(':')
		out.Write(jsonText(pair[1]))
	}
	out.WriteByte('}')
	return out.Bytes()
}

func jsonText(text string) []byte {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(text) // a text always encodes
	return bytes.TrimSuffix(out.Bytes(), []byte("\n"))
}

// phpJSON is the same object as PHP's json_encode writes it.
func phpJSON(plain []byte) []byte {
	var out bytes.Buffer
	for _, r := range string(plain) {
		switch {
		case r == '/':
			out.WriteString(`\/`)
		case r < utf8.RuneSelf:
			out.WriteRune(r)
		case r <= 0xffff:
			fmt.Fprintf(&out, `\u%04x`, r)
		default:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&out, `\u%04x\u%04x`, high, low)
		}
	}
	return out.Bytes()
}

// ParseLegacyApp reads the body that Help Scout posts to a legacy dynamic app (Help
// Scout's reference, "Legacy Dynamic Apps"). Its signature is that of a webhook, see
// SignedWebhook. Its error is ErrWebhookBody; what is missing is 0.
func ParseLegacyApp(body []byte) (AppContext, error) {
	var parts map[string]json.RawMessage
	if err := json.Unmarshal(body, &parts); err != nil {
		return AppContext{}, ErrWebhookBody
	}
	id := func(part string) int64 {
		// A draft's ticket is false, and ids have been seen as numbers and as texts.
		fields := field[map[string]json.RawMessage](parts[part])
		number, err := strconv.ParseInt(strings.Trim(string(fields["id"]), `"`), 10, 64)
		if err != nil || number < 0 {
			return 0
		}
		return number
	}
	return AppContext{Conversation: id("ticket"), Customer: id("customer"), Mailbox: id("mailbox"), User: id("user")}, nil
}
