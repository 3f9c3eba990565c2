package phone

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"github.com/nyaruka/phonenumbers"
)

// maxLength is generous for a number with separators; E.164 has 15 digits.
const maxLength = 64

// Parse reads a number in display form ("+44 20 7946 0123", "(202) 555-0123"), in
// E.164, in national form, or with the prefix 00. An extension after it ("ext. 12",
// "Durchwahl 12") is understood and left aside, and so is a "(0)" after the
// country code where the country dials no zero. The country is the ISO 3166
// alpha-2 code of the line it was seen on; it may be empty for numbers that begin
// with + or 00. Other letters and dialling codes (*, #) are refused.
//
// The length must be right for the country, but the number need not be assigned:
// numbering plans grow faster than lists of them. Only what has six digits or
// fewer must be, since it is a short code otherwise. The error is ErrAnonymous or
// wraps ErrNotANumber, and never shows the number.
func Parse(raw, country string) (Number, error) {
	n, _, err := read(raw, country)
	return n, err
}

// read is Parse, and tells whether the number is in a range that its country has
// given out.
func read(raw, country string) (n Number, valid bool, err error) {
	if isWithheld(raw) {
		return Number{}, false, ErrAnonymous
	}
	if len(raw) > maxLength {
		return Number{}, false, fmt.Errorf("%w: it is longer than any number", ErrNotANumber)
	}
	raw = extensionAtEnd.ReplaceAllString(raw, "$1")
	if n, valid, err = readDigits(raw, country); valid {
		return n, valid, nil
	}
	if without := zeroAfterCode.ReplaceAllString(raw, "$1 "); without != raw {
		// Writers put "(0)" also where the country has no such prefix.
		if other, valid, _ := readDigits(without, country); valid {
			return other, true, nil
		}
	}
	return n, false, err
}

// extensionLabels are the words before an extension: those that libphonenumber
// knows, and the usual ones in German, French and Italian.
const extensionLabels = `(?:ext(?:ensi[oó]n|n)?|x|#|int(?:erno)?|anexo|доб(?:авочный)?|durchwahl|dw|poste)`

const extension = `(\d[\s.)\]]*)[\s.,;:(/-]*` + extensionLabels + `[\s.:=]*\d{1,7}[\s)\]]*`

var (
	extensionAtEnd = regexp.MustCompile(`(?i)` + extension + `$`)
	// extensionInText leaves alone what goes on with further digits: that is a
	// second number after a label.
	extensionInText = regexp.MustCompile(`(?i)` + extension + `([^\d\s)\]]|$)`)
	zeroAfterCode   = regexp.MustCompile(`^([\s(\[]*(?:\+|＋|00)[\d\s.)\]-]{1,8})[(\[]\s*0\s*[)\]]`)
)

func readDigits(raw, country string) (n Number, valid bool, err error) {
	text, err := plain(raw)
	if err != nil {
		return Number{}, false, err
	}
	country = strings.ToUpper(strings.TrimSpace(country))
	digits, plus := strings.CutPrefix(text, "+")
	if spelled[digits] && plus || len(digits) > minShort && strings.Trim(digits, "0") == "" {
		return Number{}, false, ErrAnonymous
	}
	if abroad, found := strings.CutPrefix(text, "00"); found {
		// 00 is understood everywhere, also where another prefix is dialled. Where
		// it means something else (carriers in Brazil), what follows is no valid
		// number, and the country's own rules decide.
		if n, err := phonenumbers.Parse("+"+abroad, ""); err == nil && phonenumbers.IsValidNumber(n) {
			return number(n)
		}
	}
	parsed, err := phonenumbers.Parse(text, country)
	if err == nil {
		n, valid, err = number(parsed)
	} else {
		err = fmt.Errorf("%w: %w", ErrNotANumber, err)
	}
	switch {
	case valid:
		return n, true, nil
	case spelled[digits]:
		return Number{}, false, ErrAnonymous
	case err == nil && len(digits) <= maxShort:
		return Number{}, false, fmt.Errorf("%w: it is a short code", ErrNotANumber)
	}
	return n, false, err
}

// plain takes the separators away: what is left are ASCII digits, with a plus
// before them if there was one.
func plain(raw string) (string, error) {
	var text strings.Builder
	for _, r := range raw {
		switch {
		case isPlus(r):
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
		case isSeparator(r):
		default:
			return "", fmt.Errorf("%w: it has letters or other signs in it", ErrNotANumber)
		}
	}
	return text.String(), nil
}

func isPlus(r rune) bool { return r == '+' || r == '＋' }

// isSeparator tells what may stand inside a number. Copying from a web page brings
// marks of the writing direction along.
func isSeparator(r rune) bool {
	return unicode.IsSpace(r) || unicode.In(r, unicode.Pd, unicode.Cf) || strings.ContainsRune("()[]./", r)
}

func number(n *phonenumbers.PhoneNumber) (Number, bool, error) {
	if phonenumbers.IsPossibleNumberWithReason(n) != phonenumbers.IS_POSSIBLE {
		return Number{}, false, fmt.Errorf("%w: its length is wrong for its country", ErrNotANumber)
	}
	read := Number{
		e164:          phonenumbers.Format(n, phonenumbers.E164),
		country:       region(n),
		international: phonenumbers.Format(n, phonenumbers.INTERNATIONAL),
	}
	read.national = national(n, read.international)
	if spelled[strings.TrimPrefix(read.e164, "+")] {
		return Number{}, false, ErrAnonymous
	}
	// Some runs of zeros lose one more each time they are read. They are no
	// numbers, and would break every comparison by E.164.
	texts := []string{read.e164}
	if digits, err := plain(read.international); err != nil || digits != read.e164 {
		texts = append(texts, read.international)
	}
	for _, text := range texts {
		again, err := phonenumbers.Parse(text, "")
		if err != nil || phonenumbers.Format(again, phonenumbers.E164) != read.e164 {
			return Number{}, false, fmt.Errorf("%w: no country has such a number", ErrNotANumber)
		}
	}
	valid := phonenumbers.IsValidNumber(n)
	if !valid && len(read.e164) <= len("+")+maxShort {
		return Number{}, false, fmt.Errorf("%w: it is a short code", ErrNotANumber)
	}
	return read, valid, nil
}

// national writes the number for readers in its country. Argentina's mobile
// numbers are written with 15 after the area code there, instead of the 9 before
// it; the library puts the zero before the 9.
func national(n *phonenumbers.PhoneNumber, international string) string {
	if groups := digitGroups(international); n.GetCountryCode() == 54 && len(groups) == 5 && groups[1] == "9" {
		return "0" + groups[2] + " 15-" + groups[3] + "-" + groups[4]
	}
	return phonenumbers.Format(n, phonenumbers.NATIONAL)
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
