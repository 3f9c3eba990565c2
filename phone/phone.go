// Package phone reads telephone numbers as people and phone systems write them,
// gives them back as E.164, and lists the forms that a number may be written in
// where it must be found by text.
//
// It imports nothing of ours. What belongs to which country comes from Google's
// libphonenumber metadata.
package phone

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"unicode"

	"github.com/nyaruka/phonenumbers"
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

// withheld are the words that phone systems send in place of a number. Aircall
// sends "anonymous" (seen in raw_digits by integrators).
var withheld = map[string]bool{
	"": true, "anonymous": true, "withheld": true, "unknown": true, "restricted": true,
}

// maxLength is generous for a number with separators; E.164 has 15 digits.
const maxLength = 64

// Parse reads a number in display form ("+44 20 7946 0123", "(202) 555-0123"), in
// E.164, in national form, or with the prefix 00. The country is the ISO 3166
// alpha-2 code of the line it was seen on; it may be empty for numbers that begin
// with + or 00. Letters and dialling codes (*, #) are refused.
//
// The length must be right for the country, but the number need not be assigned:
// numbering plans grow faster than lists of them. The error is ErrAnonymous or
// wraps ErrNotANumber, and never shows the number.
func Parse(raw, country string) (Number, error) {
	if withheld[strings.ToLower(strings.TrimSpace(raw))] {
		return Number{}, ErrAnonymous
	}
	text, err := plain(raw)
	if err != nil {
		return Number{}, err
	}
	country = strings.ToUpper(strings.TrimSpace(country))
	if digits, found := strings.CutPrefix(text, "00"); found {
		// 00 is understood everywhere, also where another prefix is dialled. Where
		// it means something else (carriers in Brazil), what follows is no valid
		// number, and the country's own rules decide.
		if n, err := phonenumbers.Parse("+"+digits, ""); err == nil && phonenumbers.IsValidNumber(n) {
			return number(n)
		}
	}
	n, err := phonenumbers.Parse(text, country)
	if err != nil {
		return Number{}, fmt.Errorf("%w: %w", ErrNotANumber, err)
	}
	return number(n)
}

// plain takes the separators away: what is left are ASCII digits, with a plus
// before them if there was one.
func plain(raw string) (string, error) {
	if len(raw) > maxLength {
		return "", fmt.Errorf("%w: it is longer than any number", ErrNotANumber)
	}
	var text strings.Builder
	for _, r := range raw {
		switch {
		case r == '+' || r == '＋':
			if text.Len() > 0 {
				return "", fmt.Errorf("%w: it has a plus inside", ErrNotANumber)
			}
			text.WriteByte('+')
		case unicode.IsDigit(r):
			digit := phonenumbers.NormalizeDigitsOnly(string(r))
			if len(digit) != 1 {
				return "", fmt.Errorf("%w: its digits are of an unknown script", ErrNotANumber)
			}
			text.WriteString(digit)
		case unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) || strings.ContainsRune("()[]./", r):
		case unicode.Is(unicode.Cf, r):
			// Copying from a web page brings marks of the writing direction along.
		default:
			return "", fmt.Errorf("%w: it has letters or other signs in it", ErrNotANumber)
		}
	}
	return text.String(), nil
}

func number(n *phonenumbers.PhoneNumber) (Number, error) {
	if phonenumbers.IsPossibleNumberWithReason(n) != phonenumbers.IS_POSSIBLE {
		return Number{}, fmt.Errorf("%w: its length is wrong for its country", ErrNotANumber)
	}
	read := Number{
		e164:          phonenumbers.Format(n, phonenumbers.E164),
		country:       region(n),
		international: phonenumbers.Format(n, phonenumbers.INTERNATIONAL),
		national:      phonenumbers.Format(n, phonenumbers.NATIONAL),
	}
	// Some runs of zeros lose one more each time they are read. They are no
	// numbers, and would break every comparison by E.164.
	for _, text := range []string{read.e164, read.international} {
		again, err := phonenumbers.Parse(text, "")
		if err != nil || phonenumbers.Format(again, phonenumbers.E164) != read.e164 {
			return Number{}, fmt.Errorf("%w: no country has such a number", ErrNotANumber)
		}
	}
	return read, nil
}

// region is the number's country, or the main country of its code if the number
// is in none of its ranges. Codes of no country, such as +800, give "".
func region(n *phonenumbers.PhoneNumber) string {
	code := phonenumbers.GetRegionCodeForNumber(n)
	if len(code) != 2 || code == phonenumbers.UNKNOWN_REGION {
		code = phonenumbers.GetRegionCodeForCountryCode(int(n.GetCountryCode()))
	}
	if len(code) != 2 || code == phonenumbers.UNKNOWN_REGION {
		return ""
	}
	return code
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
	if err != nil || len(text) < 7 {
		return hidden
	}
	return hidden + text[len(text)-2:]
}
