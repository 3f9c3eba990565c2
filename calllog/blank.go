package calllog

import (
	"math/big"
	"regexp"
	"strings"
)

var (
	// cardDigits are 13 digits and more as people write and transcripts print them:
	// in groups, or one by one.
	cardDigits = regexp.MustCompile(`\d(?:[ \x{00a0}.,-]{0,2}\d){12,}`)
	// ibanChars begin with a country and two check digits (ISO 13616).
	ibanChars = regexp.MustCompile(`(?i)\b[A-Z]{2}[ \x{00a0}-]?\d[ \x{00a0}-]?\d(?:[ \x{00a0}-]?[A-Z0-9]){11,30}`)
)

const (
	leastCard = 13
	mostCard  = 19
	leastIBAN = 15
	mostIBAN  = 34
)

// BlankNumbers makes card numbers (Luhn's check digit, ISO/IEC 7812) and account
// numbers (IBAN, ISO 13616) unreadable, but for their last four signs: people can
// tell which one it was, and nobody can use it.
func BlankNumbers(text string) string {
	text = ibanChars.ReplaceAllStringFunc(text, blankIBAN)
	return cardDigits.ReplaceAllStringFunc(text, blankCard)
}

// blankCard looks for a card number from group to group: other digits may stand
// before or behind it.
func blankCard(found string) string {
	runes := []rune(found)
	starts := func(i int) bool { return isDigit(runes[i]) && (i == 0 || !isDigit(runes[i-1])) }
	ends := func(i int) bool { return isDigit(runes[i-1]) && (i == len(runes) || !isDigit(runes[i])) }
	for from := range runes {
		if !starts(from) {
			continue
		}
		for to := len(runes); to > from; to-- {
			digits := compact(string(runes[from:to]))
			if len(digits) < leastCard {
				break
			}
			if ends(to) && len(digits) <= mostCard && luhn(digits) {
				return string(runes[:from]) + masked(digits) + BlankNumbers(string(runes[to:]))
			}
		}
	}
	return found
}

// blankIBAN tries the longest first: a word may follow the number.
func blankIBAN(found string) string {
	runes := []rune(found)
	for to := len(runes); to > 0; to-- {
		number := strings.ToUpper(compact(string(runes[:to])))
		if len(number) < leastIBAN {
			break
		}
		if len(number) <= mostIBAN && compact(string(runes[to-1])) != "" && iban(number) {
			return masked(number) + string(runes[to:])
		}
	}
	return found
}

// blankSign stands for what is unreadable.
const blankSign = "••••"

func masked(number string) string { return blankSign + number[len(number)-4:] }

func compact(text string) string {
	return strings.Map(func(r rune) rune {
		if isDigit(r) || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
			return r
		}
		return -1
	}, text)
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

func luhn(digits string) bool {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum > 0 && sum%10 == 0
}

func iban(number string) bool {
	var digits strings.Builder
	for _, r := range number[4:] + number[:4] {
		if isDigit(r) {
			digits.WriteRune(r)
			continue
		}
		digits.WriteString(big.NewInt(int64(r-'A') + 10).String())
	}
	value, ok := new(big.Int).SetString(digits.String(), 10)
	return ok && new(big.Int).Mod(value, big.NewInt(97)).Int64() == 1
}
