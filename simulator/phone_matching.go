package simulator

import (
	"regexp"
	"slices"
	"strings"
)

// PhoneMatching is how the customer search compares a phone number in a query
// with a stored one. Help Scout's documentation leaves it open.
type PhoneMatching string

const (
	// MatchExact compares the whole text, case ignored. It is the default, since
	// it is the worst for a client: the documentation knows of no normalisation,
	// and Aircall's own integration searches for several spellings.
	MatchExact PhoneMatching = "exact"
	// MatchNormalized compares digits, with the plus before them if there is one;
	// an extension is cut off the stored text. They match if they are equal, or if
	// the query's digits are at least 7 and the last ones of the stored number.
	MatchNormalized PhoneMatching = "normalized"
	// MatchParts looks for the query's words within the stored text, side by side
	// and in their order, as a phrase in a full-text index. Words are runs of
	// digits and runs of letters.
	MatchParts PhoneMatching = "parts"
)

// minEnding is how many digits a query needs to match the end of a number.
const minEnding = 7

func (m PhoneMatching) match(stored, query string) bool {
	switch m {
	case MatchNormalized:
		return matchDigits(dialled(stored), dialled(query))
	case MatchParts:
		return matchPhrase(words(stored), words(query))
	}
	return strings.EqualFold(stored, query)
}

func matchDigits(stored, query string) bool {
	if query == "" {
		return false
	}
	return stored == query || len(query) >= minEnding && strings.HasSuffix(stored, query)
}

var (
	// extension is a letter or sign after a number, and everything that follows.
	extension = regexp.MustCompile(`(?s)(\d.*?)[\pL#;,].*$`)
	word      = regexp.MustCompile(`\p{Nd}+|\pL+`)
)

// dialled is a number without what is not dialled.
func dialled(number string) string {
	var digits strings.Builder
	for _, r := range extension.ReplaceAllString(number, "$1") {
		if r >= '0' && r <= '9' || r == '+' && digits.Len() == 0 {
			digits.WriteRune(r)
		}
	}
	return digits.String()
}

func matchPhrase(stored, query []string) bool {
	if len(query) == 0 {
		return false
	}
	for i := range len(stored) - len(query) + 1 {
		if slices.Equal(stored[i:i+len(query)], query) {
			return true
		}
	}
	return false
}

func words(text string) []string { return word.FindAllString(strings.ToLower(text), -1) }
