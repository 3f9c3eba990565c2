package calllog_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"callscout/calllog"
)

func TestCardAndAccountNumbersAreMadeUnreadable(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"My card is 4111 1111 1111 1111, thanks.": "My card is ••••1111, thanks.",
		"4111-1111-1111-1111":                     "••••1111",
		"4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1":         "••••1111",
		"4111, 1111, 1111, 1111":                  "••••1111",
		"3782 822463 10005 expires 11/29":         "••••0005 expires 11/29",
		"It is 4111111111111111 12 30":            "It is ••••1111 12 30",
		"2 cards: 4111111111111111":               "2 cards: ••••1111",
		"DE89 3704 0044 0532 0130 00":             "••••3000",
		"de89370400440532013000 please":           "••••3000 please",
		"GB29 NWBK 6016 1331 9268 19 and more":    "••••6819 and more",
		"FR14 2004 1010 0505 0001 3M02 606":       "••••2606",

		"Order 4711, call me on +49 30 23125123":     "Order 4711, call me on +49 30 23125123",
		"4111 1111 1111 1112 is no card":             "4111 1111 1111 1112 is no card",
		"DE89 3704 0044 0532 0130 02 is no account":  "DE89 3704 0044 0532 0130 02 is no account",
		"0000 0000 0000 0000":                        "0000 0000 0000 0000",
		"On 2026-11-26 at 10:15 we shipped 12 items": "On 2026-11-26 at 10:15 we shipped 12 items",
		"": "",
	} {
		require.Equal(t, want, calllog.BlankNumbers(text), "%q", text)
	}
}

// Whatever the grouping and the text around it, nothing but the last four digits
// of a card stays.
func TestNoCardNumberStaysReadable(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		digits := rapid.SliceOfN(rapid.IntRange(0, 9), 12, 18).Draw(t, "digits")
		digits[0] = rapid.IntRange(1, 9).Draw(t, "first")
		var number, written strings.Builder
		for _, d := range digits {
			fmt.Fprint(&number, d)
		}
		number.WriteString(checkDigit(digits))
		for i, r := range number.String() {
			if i > 0 {
				written.WriteString(rapid.SampledFrom([]string{"", "", " ", "-", ". "}).Draw(t, "gap"))
			}
			written.WriteRune(r)
		}
		before, after := rapid.SampledFrom([]string{"", "card ", "nr. "}).Draw(t, "before"), rapid.SampledFrom([]string{"", ".", " ok"}).Draw(t, "after")
		got := calllog.BlankNumbers(before + written.String() + after)
		require.Contains(t, got, "••••")
		require.LessOrEqual(t, digitsIn(got), len(digits)+1-leastBlanked, got)
		require.True(t, strings.HasPrefix(got, before) && strings.HasSuffix(got, after), got)
	})
}

// leastBlanked is what a card of 13 digits loses; where a longer one holds a
// shorter one that is valid too, the longest is taken.
const leastBlanked = 9

func digitsIn(text string) int {
	n := 0
	for _, r := range text {
		if r >= '0' && r <= '9' {
			n++
		}
	}
	return n
}

func checkDigit(digits []int) string {
	sum := 0
	for i := range digits {
		d := digits[len(digits)-1-i]
		if i%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return fmt.Sprint((10 - sum%10) % 10)
}
