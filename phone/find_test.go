package phone_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"callscout/phone"
)

func TestNumbersAreFoundInTexts(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		text, country string
		want          string // found pieces with their numbers
	}{
		{"+1 202-555-0143", "US", "+1 202-555-0143=+12025550143"},
		{"Ada Byron, +44 20 7946 0123", "", "+44 20 7946 0123=+442079460123"},
		{"Support (+1 984-555-0178)", "US", "+1 984-555-0178=+19845550178"},
		{"Call back on +442079460123.", "US", "+442079460123=+442079460123"},
		{"his mobile: 07911 123456, please", "GB", "07911 123456=+447911123456"},
		{"his mobile 07911123456", "GB", "07911123456=+447911123456"},
		{"(202) 555-0143 or 202-555-0144", "US", "(202) 555-0143=+12025550143 202-555-0144=+12025550144"},
		{"0044 20 7946 0123", "DE", "0044 20 7946 0123=+442079460123"},
		{"+49 30 23125001/+49 30 23125002", "DE", "+49 30 23125001=+493023125001 +49 30 23125002=+493023125002"},
		{"030 23125001/030 23125002 / 030 23125003", "DE", "030 23125001=+493023125001 030 23125002=+493023125002 030 23125003=+493023125003"},
		{"01 42 68 53 00", "FR", "01 42 68 53 00=+33142685300"},
		{"+44 (0)20 7946 0123", "GB", "+44 (0)20 7946 0123=+442079460123"},
		{"[00:00:12] +1 202-555-0143: hello", "US", "+1 202-555-0143=+12025550143"},
		{"+1 202-555-0143\n4711", "US", "+1 202-555-0143=+12025550143"},

		{"Order 4711123456", "US", ""},
		{"Order 2025550143", "US", ""},
		{"202-555-0143", "", ""},
		{"2026-03-14 15:09", "US", ""},
		{"14.03.2026 15:09", "DE", ""},
		{"14/03/2026 15:09", "FR", ""},
		{"14 March 2026, 09:15:00", "GB", ""},
		{"https://dashboard.aircall.io/calls/02079460123", "GB", ""},
		{"#02079460123", "GB", ""},
		{"4111 1111 1111 1111", "US", ""},
		{"call 112 or 22000", "DE", ""},
		{"A02079460123", "GB", ""},
		{"€ 1 234 567,89", "FR", ""},
		{"DE89 3704 0044 0532 0130 00", "DE", ""},
		{"", "US", ""},
	} {
		var got []string
		for _, place := range phone.Find(tc.text, tc.country) {
			got = append(got, tc.text[place.From:place.To]+"="+place.Number.E164())
		}
		require.Equal(t, tc.want, strings.Join(got, " "), "%q in %q", tc.text, tc.country)
	}
}

func TestFoundPlacesAreInOrderAndRead(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`([+(]?[0-9]{1,4}[ ./()\-]{0,2}){1,12}`).Draw(t, "text")
		country := rapid.SampledFrom([]string{"", "US", "GB", "DE", "FR", "AT"}).Draw(t, "country")
		last := 0
		for _, place := range phone.Find(text, country) {
			require.LessOrEqual(t, last, place.From)
			require.Less(t, place.From, place.To)
			require.LessOrEqual(t, place.To, len(text))
			read, err := phone.Parse(text[place.From:place.To], country)
			require.NoError(t, err)
			require.Equal(t, read.E164(), place.Number.E164())
			last = place.To
		}
	})
}

// Reading that took the square of the length would not come to an end here.
func TestLongRunsOfDigitsAreReadToTheirEnd(t *testing.T) {
	t.Parallel()
	for _, text := range []string{strings.Repeat("1 ", 50_000), strings.Repeat("1/", 20_000), strings.Repeat("7", 100_000), strings.Repeat("(+", 50_000)} {
		require.Empty(t, phone.Find(text, "US"))
	}
}

// What we write ourselves is found, whatever stands around it.
func TestNumbersAsWeWriteThemAreFound(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		digits := rapid.StringMatching(`\+(1[2-9][0-9]{2}[2-9][0-9]{6}|4930[1-9][0-9]{6}|447[4-9][0-9]{8}|33[1-5][1-9][0-9]{7})`).Draw(t, "digits")
		n, err := phone.Parse(digits, "")
		if err != nil {
			t.Skip("no number")
		}
		text := rapid.SampledFrom([]string{"", "Ada Byron, ", "Support (", "by Ann to "}).Draw(t, "before") +
			n.International() + rapid.SampledFrom([]string{"", ")", "; ", ", Bob", ": hello"}).Draw(t, "after")
		found := phone.Find(text, "US")
		require.Len(t, found, 1, text)
		require.Equal(t, n, found[0].Number)
	})
}
