package phone_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/nyaruka/phonenumbers"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"callscout/phone"
)

func parsed(t require.TestingT, raw string) phone.Number {
	n, err := phone.Parse(raw, "")
	require.NoError(t, err, raw)
	return n
}

func TestAFieldHoldsANumberHoweverItIsWritten(t *testing.T) {
	t.Parallel()
	const berlin, washington, london, paris = "+493023125001", "+12025550123", "+442079460123", "+33199001234"
	for _, test := range []struct{ stored, number, line string }{
		{"+49 30 23125001", berlin, "DE"},
		{"+49 30 23125001", berlin, "US"},
		{"+49 30 23125001", berlin, ""},
		{"030/23125001", berlin, "DE"},
		{"030 / 23125001", berlin, "DE"},
		{"030/23125-001", berlin, "DE"},
		{"030 - 23125001", berlin, "DE"},
		{"(030) 23125 001", berlin, "DE"},
		{"+49 (0)30 23125001", berlin, "DE"},
		{"+49 30 / 23125001", berlin, "DE"},
		{"0049 (0)30 23125001", berlin, "US"},
		{"01.99.00.12.34", paris, "FR"},
		{"01/99/00/12/34", paris, "FR"},
		{"+44(0)20 7946 0123", london, "GB"},
		{"+39 06 1234 5678", "+390612345678", "DE"},
		{"06 1234 5678", "+390612345678", "IT"},

		{"Tel.: +49 30 23125 001 (office)", berlin, "DE"},
		{"Tel.: +49 30 23125 001 (office)", berlin, "US"},
		{"Büro 030/23125001", berlin, "DE"},
		{"mobile: 0171 2345678; office: 030 23125001", berlin, "DE"},
		{"tel:+49-30-23125001", berlin, ""},
		{"2: 030 23125001", berlin, "DE"},
		{"030 23125001 (nur vormittags, nicht vor 9)", berlin, "DE"},

		{"+1 202-555-0123 / +1 202-555-0199", washington, "US"},
		{"+1 202-555-0199 / +1 202-555-0123", washington, "US"},
		{"+1 202-555-0199 +1 202-555-0123", washington, "DE"},
		{"202-555-0199 / 202-555-0123", washington, "US"},
		{"202-555-0199/202-555-0123", washington, "US"},
		{"030 23125001, 030 23125002", berlin, "DE"},
		{"030 23125002, 030 23125001", berlin, "DE"},
		{"030 23125002  030 23125001", berlin, "DE"},
		{"030 23125002 - 030 23125001", berlin, "DE"},
		{"030/23125002 / 030/23125001", berlin, "DE"},
		{"03023125002/03023125001 / 030/23125003", berlin, "DE"},
		{"030 23125002\n030 23125001", berlin, "DE"},
		{"030 23125002\t030 23125001", berlin, "DE"},
		{"0171 2345678 or 030 23125001", berlin, "DE"},
		{"0171 2345678 or 030 23125001", "+491712345678", "DE"},
		{"01 99 00 12 34 / 030 23125001", berlin, "DE"},

		{"020 7946 0123", london, "US"},
		{"020 7946 0123", london, ""},
		{"442079460123", london, "US"},
		{"011 44 20 7946 0123", london, "US"},
		{"(202) 555-0123", washington, "GB"},
		{"12025550123", washington, "FR"},
		{"+800 1234 5678", "+80012345678", "DE"},
		{"410 1234", "+3544101234", "US"},

		// Not given out, and yet the caller's.
		{"+1 101 555 0123", "+11015550123", "DE"},
		{"101 555 0123", "+11015550123", "US"},
	} {
		require.True(t, phone.Holds(test.stored, parsed(t, test.number), test.line), "%q in %q", test.stored, test.line)
	}
}

func TestAFieldWithAnExtensionHoldsTheNumber(t *testing.T) {
	t.Parallel()
	n := parsed(t, "+493023125001")
	for _, extension := range []string{
		" ext. 12", " ext 12", " extension 12", " x12", " x 12", "x12", " #12", ";ext=12", " Durchwahl 12", " DW 12", " poste 12", " доб. 12",
	} {
		for _, stored := range []string{
			"+49 30 23125001" + extension, "030/23125001" + extension, "Office: 030 23125001" + extension + " (mornings)",
			"030 23125002" + extension + ", 030 23125001" + extension, "030 23125001" + extension + " / 0171 2345678",
		} {
			require.True(t, phone.Holds(stored, n, "DE"), stored)
		}
	}
	for _, other := range []string{"+4930231250011", "+49302312500112", "+4912", "+493023125000"} {
		if m, err := phone.Parse(other, ""); err == nil {
			require.False(t, phone.Holds("030 23125001 ext. 12", m, "DE"), other)
		}
	}
}

func TestAFieldDoesNotHoldAnotherNumber(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ stored, number, line string }{
		{"", "+493023125001", "DE"},
		{"anonymous", "+493023125001", "DE"},
		{"030 23125002", "+493023125001", "DE"},
		{"030 231250011", "+493023125001", "DE"},
		{"23125001", "+493023125001", "DE"},
		{"030 23125 / 001", "+493023125", "DE"},
		// A part of a number is no number, although it would be one in Singapore.
		{"030/91234567", "+6591234567", "DE"},
		{"030/91234567", "+6591234567", "US"},
		{"030 / 91234567", "+6591234567", "US"},
		{"+49 30 91234567", "+6591234567", "SG"},
		// What makes sense at home is not read as foreign.
		{"202 555 0123", "+442025550123", "US"},
		{"020 7946 0123", "+492079460123", "GB"},
		{"06 12 34 56 78", "+31612345678", "FR"},
		{"+1 202 555 0123", "+442025550123", "GB"},
		{"12025550123", "+4912025550123", "US"},
		{"06 1234 5678", "+39612345678", "IT"},
	} {
		m, err := phone.Parse(test.number, "")
		if err == nil {
			require.False(t, phone.Holds(test.stored, m, test.line), "%q in %q", test.stored, test.line)
		}
	}
	require.False(t, phone.Holds("030 23125001", phone.Number{}, "DE"))
	require.False(t, phone.Holds("", phone.Number{}, ""))
}

// A number typed without country code for a third country's line may be anyone's:
// whoever calls from a country where it makes sense is found by it.
func TestANumberOfNoKnownCountryCountsWhereItMakesSense(t *testing.T) {
	t.Parallel()
	const stored = "06 12 34 56 78"
	require.True(t, phone.Holds(stored, parsed(t, "+33612345678"), "US"))
	require.True(t, phone.Holds(stored, parsed(t, "+31612345678"), "US"))
	require.False(t, phone.Holds(stored, parsed(t, "+33612345678"), "NL"))
	require.False(t, phone.Holds(stored, parsed(t, "+31612345678"), "FR"))
}

// neverAnother checks that no form of n counts as m: read in n's country, or
// anywhere if it has the country code.
func neverAnother(t require.TestingT, n, m phone.Number) {
	if n == m {
		return
	}
	for _, form := range n.SearchForms() {
		require.False(t, phone.Holds(form, m, n.Country()), "%q is %s and not %s", form, n.E164(), m.E164())
		if strings.HasPrefix(form, "+") || strings.HasPrefix(form, "00") {
			require.False(t, phone.Holds(form, m, m.Country()), "%q is %s and not %s", form, n.E164(), m.E164())
		}
	}
}

func isValid(n phone.Number) bool {
	read, err := phonenumbers.Parse(n.E164(), "")
	return err == nil && phonenumbers.IsValidNumber(read)
}

// numberLike draws a valid number: one of the examples with another end.
func numberLike(t *rapid.T, examples []example, end func(length int) string) phone.Number {
	template := rapid.SampledFrom(examples).Draw(t, "like").number.E164()
	keep := rapid.IntRange(min(4, len(template)), len(template)).Draw(t, "keep")
	n, err := phone.Parse(template[:keep]+end(len(template)-keep), "")
	if err != nil || !isValid(n) {
		return parsed(t, template)
	}
	return n
}

func TestNoFormOfANumberHoldsAnother(t *testing.T) {
	t.Parallel()
	all := examples(t)
	rapid.Check(t, func(t *rapid.T) {
		drawn := func(length int) string {
			return rapid.StringOfN(rapid.RuneFrom([]rune("0123456789")), length, length, -1).Draw(t, "end")
		}
		n := numberLike(t, all, drawn)
		near, end := all, drawn
		switch rapid.SampledFrom([]string{"any", "same country", "same end"}).Draw(t, "other") {
		case "same country":
			near = slices.DeleteFunc(slices.Clone(all), func(e example) bool { return e.number.Country() != n.Country() })
		case "same end":
			end = func(length int) string { return n.E164()[max(0, len(n.E164())-length):] }
		}
		m := numberLike(t, append(near, example{number: n}), end)
		neverAnother(t, n, m)
		for _, form := range n.SearchForms() {
			require.True(t, phone.Holds(form, n, n.Country()), form)
			require.True(t, phone.Holds("Tel. "+form+" ext. 12", n, n.Country()), form)
		}
	})
}

func FuzzHolds(f *testing.F) {
	for _, seed := range [][3]string{
		{"Tel.: +49 30 23125 001 (office)", "+493023125001", "DE"},
		{"+1 202-555-0123 / +1 202-555-0199", "+12025550123", "US"},
		{"030/91234567", "+6591234567", "US"},
		{"030 23125001 ext. 12", "+493023125001", "DE"},
		{"030 / 030 / 030", "+493023125001", "DE"},
		{"06 12 34 56 78", "+31612345678", "FR"},
		{"\xff+\xff1", "+12025550123", "US"},
		{"++++1x1x1x1", "+12025550123", "\x00"},
		{"+39 06 1234 5678", "+39612345678", "IT"},
		{"(0) 1 (0) 2", "+12", ""},
	} {
		f.Add(seed[0], seed[1], seed[2])
	}
	f.Fuzz(func(t *testing.T, stored, other, line string) {
		m, err := phone.Parse(other, line)
		_ = phone.Holds(stored, m, line)
		if err != nil {
			require.False(t, phone.Holds(stored, m, line))
			return
		}
		require.True(t, phone.Holds(m.E164(), m, line))
		n, err := phone.Parse(stored, line)
		if err != nil || !isValid(n) {
			return
		}
		neverAnother(t, n, m)
	})
}
