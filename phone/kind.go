package phone

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/nyaruka/phonenumbers"
)

// Kind says what the text in place of a telephone number is.
type Kind string

// The kinds of what phone systems send as the other party. The values are meant
// to be read by people.
const (
	// Dialable is a number that Parse reads.
	Dialable Kind = "number"
	// Anonymous is a number that the caller withheld.
	Anonymous Kind = "anonymous"
	// ShortCode is a service's or emergency number of one country or network,
	// such as 112 or 22000. It cannot be dialled from elsewhere.
	ShortCode Kind = "short code"
	// AlphanumericSender is the name of a sender of text messages: at most 11
	// characters with a letter among them (GSM 03.40). Nobody can answer to it.
	AlphanumericSender Kind = "alphanumeric sender"
	// Unreadable is everything else.
	Unreadable Kind = "unreadable"
)

const (
	minShort  = 3
	maxShort  = 6
	maxCode   = 8
	maxSender = 11
)

// Classify says what a text is, and gives the number if it is one; country as for
// Parse, whose answers it shares: a number is what Parse reads, anonymous is what
// it answers with ErrAnonymous.
//
// A short code has digits only, three to eight, or is one that the country is
// known to have. Seven or eight that may be a local number without its area code
// are unreadable, since nobody can tell. Some systems put a plus before a short
// code as before any number: +112 is 112.
func Classify(raw, country string) (Number, Kind) {
	n, err := Parse(raw, country)
	switch {
	case err == nil:
		return n, Dialable
	case errors.Is(err, ErrAnonymous):
		return Number{}, Anonymous
	case isShortCode(raw, country):
		return Number{}, ShortCode
	case isSender(raw):
		return Number{}, AlphanumericSender
	}
	return Number{}, Unreadable
}

func isShortCode(raw, country string) bool {
	if len(raw) > maxLength {
		return false
	}
	text, err := plain(raw)
	if err != nil {
		return false
	}
	digits, plus := strings.CutPrefix(text, "+")
	if len(digits) >= minShort && len(digits) <= maxShort {
		return true
	}
	country = strings.ToUpper(strings.TrimSpace(country))
	n, err := phonenumbers.Parse(digits, country)
	if err != nil || plus {
		return false
	}
	return len(digits) > maxShort && len(digits) <= maxCode && !phonenumbers.IsPossibleNumber(n) ||
		phonenumbers.IsValidShortNumberForRegion(n, country)
}

func isSender(raw string) bool {
	name := strings.TrimSpace(raw)
	return utf8.ValidString(name) && utf8.RuneCountInString(name) <= maxSender &&
		strings.ContainsFunc(name, unicode.IsLetter) &&
		!strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) })
}

// withheld are the words that phone systems send in place of a number. Aircall
// sends "anonymous" (seen in raw_digits by integrators); the others are those of
// carriers and of SIP (RFC 3323), which go through phone systems unchanged.
var withheld = map[string]bool{
	"anonymous": true, "anonymous caller": true,
	"anonymous anonymous invalid": true, //nolint:dupword // SIP's anonymous@anonymous.invalid
	"withheld":                    true, "number withheld": true, "withheld number": true,
	"restricted": true, "restricted number": true, "restricted caller": true,
	"private": true, "private number": true, "private caller": true,
	"blocked": true, "blocked number": true, "blocked caller": true, "caller id blocked": true,
	"hidden": true, "hidden number": true,
	"unknown": true, "unknown number": true, "unknown caller": true,
	"unavailable": true, "number unavailable": true, "caller id unavailable": true, "not available": true,
	"no caller id": true, "no number": true, "no number available": true, "out of area": true,
}

// spelled are such words typed on the keys of a telephone, as carriers send them
// where only digits fit, mostly after a plus (documented by Twilio, and seen from
// others): ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN, UNAVAILABLE, PRIVATE. Without
// the plus, a valid number of the line's country goes before.
var spelled = map[string]bool{
	"266696687": true, "7378742833": true, "2562533": true, "8656696": true, "86282452253": true, "7748283": true,
}

// isWithheld tells whether a text without digits says that the number is
// withheld. An empty one does.
func isWithheld(raw string) bool {
	if len(raw) > maxLength {
		return false
	}
	if strings.TrimSpace(raw) == "" {
		return true
	}
	if strings.ContainsFunc(raw, unicode.IsDigit) {
		return false
	}
	words := strings.FieldsFunc(strings.ToLower(raw), func(r rune) bool { return !unicode.IsLetter(r) })
	return withheld[strings.Join(words, " ")]
}
