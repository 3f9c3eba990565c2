package phone

import (
	"regexp"
	"strings"
	"unicode"
)

// Holds tells whether the free text of a customer's phone field is number n or has
// it among others: with a label ("Tel.: +49 30 23125001 (office)"), an extension
// ("030 23125001 ext. 12"), or a second number ("030 23125001, 0171 2345678" or
// with a slash between them). Line is the country of the line on which n was seen,
// as for Parse.
//
// What the text says is read in the line's country. If that is a number which is
// valid there, it decides: what makes sense at home never counts as a number of
// another country, so it counts as one number only. Otherwise the text may be as
// somebody in n's own country would write it, and must be a valid number there.
// Without a country code it then counts for every country where it is one:
// nothing in the text tells which was meant.
func Holds(stored string, n Number, line string) bool {
	if n.e164 == "" {
		return false
	}
	text := extensionInText.ReplaceAllString(stored, "$1\n$2")
	for _, run := range runs(text) {
		if n.in(run, line) {
			return true
		}
	}
	return false
}

// runs are the parts of a text that have only what a number may have. Line feeds
// and tabs are between numbers, and a plus begins a new one.
func runs(text string) []string {
	var found []string
	for _, field := range strings.FieldsFunc(text, func(r rune) bool {
		return unicode.IsControl(r) || !unicode.IsDigit(r) && !isPlus(r) && !isSeparator(r)
	}) {
		for first := strings.IndexFunc(field, unicode.IsDigit); first >= 0; first = strings.IndexFunc(field, unicode.IsDigit) {
			end := len(field)
			if next := strings.IndexFunc(field[first:], isPlus); next >= 0 {
				end = first + next
			}
			found = append(found, field[:end])
			field = field[end:]
		}
	}
	return found
}

// betweenNumbers are separators that stand inside a number and between two, the
// clearer ones first.
var betweenNumbers = []*regexp.Regexp{
	regexp.MustCompile(`\s+[/\p{Pd}]\s+|\s{2,}`),
	regexp.MustCompile(`/`),
}

// minWhole is how many digits a part between separators must have to be a number
// and not a part of one: area codes are shorter.
const minWhole = 7

// in tells whether a run is n, or several numbers with n among them. It is
// several if each part is long enough for a number and is one, or if the whole is
// none.
func (n Number) in(run, line string) bool {
	whole, certain := n.meaning(run, line)
	for _, separator := range betweenNumbers {
		parts := separator.Split(strings.TrimFunc(run, unicode.IsSpace), -1)
		if len(parts) < 2 || !n.several(parts, line, whole.e164 == "") {
			continue
		}
		for _, part := range parts {
			if n.in(part, line) {
				return true
			}
		}
		return false
	}
	return certain && whole == n
}

func (n Number) several(parts []string, line string, noWhole bool) bool {
	for _, part := range parts {
		digits := 0
		for _, r := range part {
			if unicode.IsDigit(r) {
				digits++
			}
		}
		if digits < minWhole {
			return false
		}
		if _, certain := n.meaning(part, line); !certain && !noWhole {
			return false
		}
	}
	return true
}

// meaning is the number that a text is, and whether it is certain: it is not if
// its range has not been given out and n is another one.
func (n Number) meaning(text, line string) (Number, bool) {
	at, valid, _ := read(text, line)
	if valid || at == n {
		return at, true
	}
	if own, valid, _ := read(text, n.country); valid {
		return own, true
	}
	return at, false
}
