package aircall

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
)

const (
	// Aircall blocks a company for 60 seconds, says its best-practice guide.
	blockTime    = time.Minute
	shortestWait = time.Second
	longestWait  = 5 * time.Minute
	longestText  = 200
	longestRead  = 64 << 10
)

// ParseError makes the error of an answer other than 2xx, from that answer and
// the time it came. It understands the bodies of Aircall's application and of
// the gateway before it, and keeps the status of any other.
func ParseError(method, path string, status int, header http.Header, body []byte, now time.Time) *Error {
	e := &Error{Status: status, Method: method, Path: path, RetryAfter: retryAfter(status, header, now)}
	body = body[:min(len(body), longestRead)]
	fields := toObject(body)
	e.Message = fields.text("error")
	if e.Message == "" || e.Message == http.StatusText(status) {
		e.Message = firstOf(fields.text("message"), e.Message)
	}
	e.Message = safeText(e.Message)
	e.Troubleshoot = safeText(fields.text("troubleshoot"))
	if fields == nil {
		e.Excerpt = safeText(string(body))
	}
	return e
}

func retryAfter(status int, header http.Header, now time.Time) time.Duration {
	wait, ok := standardWait(header.Get("Retry-After"), now)
	if !ok && status == http.StatusTooManyRequests {
		if wait, ok = resetWait(header.Get("X-AircallApi-Reset"), now); !ok {
			wait, ok = blockTime, true
		}
	}
	if !ok || status != http.StatusTooManyRequests && status != http.StatusServiceUnavailable {
		return 0
	}
	return min(max(wait, shortestWait), longestWait)
}

// standardWait reads Retry-After, which is seconds or a date. A date that is
// over says nothing: the clocks differ.
func standardWait(value string, now time.Time) (time.Duration, bool) {
	value = strings.TrimSpace(value)
	if n, err := strconv.ParseInt(value, 10, 32); err == nil && n >= 0 {
		return time.Duration(n) * time.Second, true
	}
	at, err := http.ParseTime(value)
	return at.Sub(now), err == nil && at.After(now)
}

// resetWait reads a header whose unit Aircall does not document. Unix seconds
// were seen, clients take Unix milliseconds, and a small number can only be
// seconds to wait. A moment that is over says nothing: the clocks differ.
func resetWait(value string, now time.Time) (time.Duration, bool) {
	const firstMoment = 1_000_000_000 // as seconds to wait, 31 years
	n, err := strconv.ParseInt(strings.TrimSpace(value), 10, 64)
	if err != nil || n <= 0 {
		return 0, false
	}
	if n < firstMoment {
		return time.Duration(n) * time.Second, true
	}
	at := unixTime(float64(n))
	return at.Sub(now), at.After(now)
}

var (
	bearerPart = regexp.MustCompile(`(?i)\b(bearer|basic)\s+[^\s"',]+`)
	emailPart  = regexp.MustCompile(`[^\s"'<>:=,;(]+@[^\s"'<>,;)]+`)
	numberPart = regexp.MustCompile(`\+?\d[\d\s().\-/]{4,}\d`)
	tokenPart  = regexp.MustCompile(`[A-Za-z0-9_\-+/=.]{16,}`)
)

// safeText makes a vendor's text fit for logs and histories: one short line,
// with whatever may be a secret, an address or a phone number taken out. It
// rather takes out too much.
func safeText(s string) string {
	s = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, ""), func(r rune) bool {
		return unicode.IsSpace(r) || !unicode.IsPrint(r)
	}), " ")
	s = queryPart.ReplaceAllString(s, "")
	s = bearerPart.ReplaceAllString(s, "$1 ***")
	s = emailPart.ReplaceAllString(s, "***")
	s = tokenPart.ReplaceAllStringFunc(s, func(word string) string {
		if strings.ContainsAny(word, "0123456789") {
			return "***"
		}
		return word
	})
	s = numberPart.ReplaceAllString(s, "***")
	runes := []rune(s)
	if len(runes) > longestText {
		return string(runes[:longestText]) + "…"
	}
	return s
}
