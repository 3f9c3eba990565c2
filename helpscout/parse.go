package helpscout

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

const (
	defaultRetryAfter = 60 * time.Second
	minRetryAfter     = time.Second
	maxRetryAfter     = 10 * time.Minute

	maxErrorText   = 300
	maxFieldErrors = 50
)

// errorBody is the union of the shapes that failures come in. Help Scout's
// reference ("Errors") shows the HAL one; the official PHP SDK's fixtures have
// links as a list, and a 429 that is a message only; token requests answer in
// OAuth's shape.
type errorBody struct {
	LogRef   string `json:"logRef"`
	Message  string `json:"message"`
	Embedded struct {
		Errors []errorEntry `json:"errors"`
	} `json:"_embedded"`
	OAuthCode        string `json:"error"`
	OAuthDescription string `json:"error_description"`
}

type errorEntry struct {
	Path    string `json:"path"`
	Message string `json:"message"`
	Source  string `json:"source"`
	Links   struct {
		About link `json:"about"`
	} `json:"_links"`
	OldLinks []struct {
		Rel  string `json:"rel"`
		Href string `json:"href"`
	} `json:"links"`
}

// ParseError makes the error of an answer that is not a success. Whatever the
// body is, the status is kept. The time now is needed for a Retry-After that
// is a date.
func ParseError(method, path string, status int, header http.Header, body []byte, now time.Time) *Error {
	e := &Error{Status: status, Method: method, Path: path, RetryAfter: retryAfter(status, header, now)}
	var parsed errorBody
	// A field of an unexpected type leaves the others readable, and a body
	// that is not JSON (a proxy's page) leaves nothing: both are fine here.
	_ = json.Unmarshal(body, &parsed)

	e.LogRef = shorten(parsed.LogRef)
	e.Message = clean(parsed.Message)
	if oauthCode.MatchString(parsed.OAuthCode) {
		e.Code = parsed.OAuthCode
		if e.Message == "" {
			e.Message = clean(parsed.OAuthDescription)
		}
	}
	if e.Message == "" {
		e.Message = clean(parsed.OAuthCode)
	}
	for _, entry := range parsed.Embedded.Errors {
		if len(e.Fields) == maxFieldErrors {
			break
		}
		e.Fields = append(e.Fields, FieldError{
			Path:    clean(entry.Path),
			Message: clean(entry.Message),
			Code:    entry.code(),
			Source:  clean(entry.Source),
		})
	}
	return e
}

func (e errorEntry) code() string {
	href := e.Links.About.Href
	for _, l := range e.OldLinks {
		if href == "" && l.Rel == "about" {
			href = l.Href
		}
	}
	_, anchor, _ := strings.Cut(href, "#")
	return clean(anchor)
}

// retryAfter prefers Help Scout's own header (Help Scout's reference, "Rate
// Limiting") to the standard one.
func retryAfter(status int, header http.Header, now time.Time) time.Duration {
	if status != http.StatusTooManyRequests && status != http.StatusServiceUnavailable {
		return 0
	}
	for _, name := range []string{"X-RateLimit-Retry-After", "Retry-After"} {
		value := strings.TrimSpace(header.Get(name))
		if seconds, err := strconv.ParseInt(value, 10, 64); err == nil {
			// The bound comes before the multiplication, which could overflow.
			seconds = min(max(seconds, 0), int64(maxRetryAfter/time.Second))
			return max(time.Duration(seconds)*time.Second, minRetryAfter)
		}
		if date, err := http.ParseTime(value); err == nil {
			return min(max(date.Sub(now), minRetryAfter), maxRetryAfter)
		}
	}
	if status == http.StatusTooManyRequests {
		return defaultRetryAfter
	}
	return 0
}

var (
	oauthCode = regexp.MustCompile(`^[a-z][a-z_]{0,63}$`)
	// Messages may quote the query they refuse, and with it a customer.
	personal = regexp.MustCompile(`[^\s@<>"'(),:;]+@[^\s@<>"'(),:;]+|\+?\(?\d[\d\s().\-/]{5,}\d`)
	// They may also repeat a credential, our own or another's.
	bearerPart = regexp.MustCompile(`(?i)\b(bearer|basic)\s+[^\s"',]+`)
	tokenPart  = regexp.MustCompile(`[A-Za-z0-9_\-+/=]{16,}`)
)

// clean masks before it shortens, so that no part of a number stays at the cut.
func clean(text string) string {
	text = bearerPart.ReplaceAllString(text, "$1 ***")
	text = tokenPart.ReplaceAllStringFunc(text, func(word string) string {
		if strings.ContainsAny(word, "0123456789") {
			return "***"
		}
		return word
	})
	return shorten(personal.ReplaceAllString(text, "***"))
}

func shorten(text string) string {
	text = strings.Join(strings.Fields(strings.ToValidUTF8(text, "")), " ")
	if runes := []rune(text); len(runes) > maxErrorText {
		return string(runes[:maxErrorText]) + "…"
	}
	return text
}
