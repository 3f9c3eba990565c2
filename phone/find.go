package phone

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Place is where a number stands in a text: the bytes from From up to To.
type Place struct {
	From, To int
	Number   Number
}

const (
	// mostFound bounds the work on one text; nobody tells more numbers in a call.
	mostFound = 200
	// mostGroups and mostDigits are above what any number has: 15 digits, 00 before
	// them and a (0) after the country code.
	mostGroups, leastDigits, mostDigits = 12, 6, 18
)

var (
	// candidates are at least six digits with a number's separators between them. A
	// line break ends one.
	candidates = regexp.MustCompile(`[(\[]?[+＋]?[(\[]?\d(?:[ \x{00a0}\x{202f}.()\[\]/\p{Pd}\p{Cf}]{0,3}\d){5,}`)
	digitRuns  = regexp.MustCompile(`\d+`)
)

// Find tells where numbers stand in a text that people or machines wrote, in order
// and without overlap; country as for Parse. It would rather miss one than take an
// order number or a date for one: without a country code, a number must be valid in
// the country, and written as the country groups its digits, or in one piece with
// the country's zero before it.
func Find(text, country string) []Place {
	var found []Place
	for _, at := range candidates.FindAllStringIndex(text, -1) {
		for from := at[0]; from < at[1] && len(found) < mostFound; {
			place, ok := firstIn(text, from, at[1], country, from > at[0])
			if !ok {
				break
			}
			found = append(found, place)
			from = place.To
		}
	}
	return found
}

// firstIn tries the longest piece first: what stands behind a number may look like
// its end. next says that a number ended at from.
func firstIn(text string, from, to int, country string, next bool) (Place, bool) {
	ends := digitRuns.FindAllStringIndex(text[from:to], -1)
	for i, run := range ends {
		start := beginning(text, from, from+run[0])
		follows := next && i == 0 && strings.Contains(text[from:start], "/")
		if !follows && !opens(text, start) || i > 0 && !parted(text[from+ends[i-1][1]:start]) {
			continue
		}
		for _, last := range slices.Backward(ends[i:min(i+mostGroups, len(ends))]) {
			end := from + last[1]
			if digits := countDigits(text[start:end]); digits < leastDigits || digits > mostDigits || !closes(text, end) {
				continue
			}
			// A bracket that does not close in the number stands around it.
			bare := start + len(text[start:]) - len(strings.TrimLeft(text[start:], "(["))
			for _, start := range []int{start, bare} {
				if n, ok := certain(text[start:end], country); ok {
					return Place{From: start, To: end, Number: n}, true
				}
			}
		}
	}
	return Place{}, false
}

// beginning takes the plus and an opening bracket before the digits along.
func beginning(text string, from, digits int) int {
	for digits > from {
		before, size := utf8.DecodeLastRuneInString(text[from:digits])
		if !isPlus(before) && before != '(' && before != '[' {
			break
		}
		digits -= size
	}
	return digits
}

// parted tells whether a new number may begin behind this separator.
func parted(separator string) bool {
	return separator == "" || strings.ContainsAny(separator, "/[]") || strings.Contains(separator, " - ") || strings.Contains(separator, " – ")
}

// opens tells whether a number may begin here: not within a word, a longer number, an
// address or a price.
func opens(text string, at int) bool {
	first, _ := utf8.DecodeRuneInString(text[at:])
	before, _ := utf8.DecodeLastRuneInString(text[:at])
	switch {
	case at == 0:
		return true
	case unicode.IsLetter(before) || unicode.IsDigit(before) || strings.ContainsRune("#@=&_€$£", before):
		return false
	case isPlus(first):
		return true
	default:
		return !strings.ContainsRune("/.+", before) && !unicode.In(before, unicode.Pd)
	}
}

// closes tells whether a number may end here.
func closes(text string, at int) bool {
	after, size := utf8.DecodeRuneInString(text[at:])
	if at == len(text) {
		return true
	}
	if unicode.IsLetter(after) || unicode.IsDigit(after) || strings.ContainsRune("@_%=", after) {
		return false
	}
	next, _ := utf8.DecodeRuneInString(text[at+size:])
	return !strings.ContainsRune(".,:", after) || !unicode.IsDigit(next)
}

func certain(piece, country string) (Number, bool) {
	n, valid, err := read(piece, country)
	if err != nil || strings.Count(piece, "(") != strings.Count(piece, ")") || strings.Count(piece, "[") != strings.Count(piece, "]") {
		return Number{}, false
	}
	digits, plus := strings.CutPrefix(plainDigits(piece), "+")
	switch {
	case plus:
		return n, "+"+digits == n.e164 || valid
	case !valid:
		return Number{}, false
	case strings.HasPrefix(digits, "00"):
		return n, strings.TrimPrefix(digits, "00") == n.e164[1:]
	}
	written, usual := digitRuns.FindAllString(piece, -1), digitRuns.FindAllString(n.national, -1)
	if len(written) == 1 {
		return n, digits[0] == '0' && strings.Join(usual, "") == digits
	}
	return n, slices.Equal(written, usual)
}

func countDigits(text string) int {
	count := 0
	for i := range len(text) {
		if text[i] >= '0' && text[i] <= '9' {
			count++
		}
	}
	return count
}

func plainDigits(piece string) string {
	text, err := plain(piece)
	if err != nil || text == "" {
		return "-"
	}
	return text
}
