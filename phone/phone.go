// Package phone reads telephone numbers as people and phone systems write them,
// gives them back as E.164, names what is no number, lists the forms that a
// number may be written in where it must be found by text, and tells whether a
// text that was found holds it.
//
// It imports nothing of ours. What belongs to which country comes from Google's
// libphonenumber metadata.
package phone

import (
	"errors"
	"log/slog"
	"strings"
)

var (
	// ErrAnonymous says that the caller withheld the number: there is none to read.
	ErrAnonymous = errors.New("the number is withheld")
	// ErrNotANumber says that the text is not a telephone number of its country.
	ErrNotANumber = errors.New("not a telephone number")
)

// Number is a telephone number that can be dialled from anywhere. The zero value
// is no number. Numbers compare with ==. Printing one shows it masked.
type Number struct {
	e164, country, international, national string
}

// E164 is the number as +, country code and digits, such as "+442079460123".
func (n Number) E164() string { return n.e164 }

// Country is the ISO 3166 alpha-2 code of the number's country, or empty for
// numbers that belong to none, such as +800.
func (n Number) Country() string { return n.country }

// International is the number as it is written for readers abroad, such as
// "+44 20 7946 0123" or "+1 202-555-0123".
func (n Number) International() string { return n.international }

// National is the number as it is written in its country, such as
// "020 7946 0123" or "(202) 555-0123".
func (n Number) National() string { return n.national }

// String is the number masked, so that a number does not get into a log by
// accident.
func (n Number) String() string { return Mask(n.e164) }

// GoString is String, so that %#v does not show the number either.
func (n Number) GoString() string { return "phone.Number(" + n.String() + ")" }

// LogValue is String for slog.
func (n Number) LogValue() slog.Value { return slog.StringValue(n.String()) }

// Same tells whether both texts are the same number; country as for Parse.
// Withheld numbers are not the same as anything.
func Same(a, b, country string) bool {
	first, err := Parse(a, country)
	if err != nil {
		return false
	}
	second, err := Parse(b, country)
	return err == nil && first.e164 == second.e164
}

// Mask gives a number for logs: its country code, if it has one, and its last
// two digits, such as "+44***23". What is no number is hidden whole.
func Mask(raw string) string {
	const hidden = "***"
	n, err := Parse(raw, "")
	if errors.Is(err, ErrAnonymous) {
		return "anonymous"
	}
	if err == nil {
		code, _, _ := strings.Cut(n.international, " ")
		return code + hidden + n.e164[len(n.e164)-2:]
	}
	text, err := plain(raw)
	if err != nil || len(raw) > maxLength || len(text) < 7 {
		return hidden
	}
	return hidden + text[len(text)-2:]
}
