package phone_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"callscout/phone"
)

func TestSearchFormsBeginWithTheLikelyOnes(t *testing.T) {
	t.Parallel()
	for e164, want := range map[string][]string{
		"+12025550123": {
			"+1 202 555 0123", "+12025550123", "202 555 0123", "2025550123",
			"(202) 555 0123", "(202) 555-0123", "202-555-0123", "+1 (202) 555-0123", "1-202-555-0123",
			"(202)555-0123", "001 202 555 0123", "0012025550123", "+1 202-555-0123",
		},
		"+441632960123": {
			"+44 1632 960123", "+441632960123", "1632 960123", "1632960123",
			"01632 960123", "01632960123", "0044 1632 960123", "00441632960123",
			"01632/960123", "01632-960123",
		},
		"+442079460123": {
			"+44 20 7946 0123", "+442079460123", "20 7946 0123", "2079460123",
			"020 7946 0123", "02079460123", "0044 20 7946 0123", "00442079460123",
		},
		"+493023125123": {
			"+49 30 23125123", "+493023125123", "30 23125123", "3023125123",
			"030 23125123", "03023125123", "0049 30 23125123", "00493023125123",
			"030/23125123", "030-23125123", "030 / 23125123", "(030) 23125123", "030.23125123",
			"+49 (0)30 23125123", "+49 (0) 30 23125123", "+49-30-23125123", "+49 3023125123", "493023125123", "+49.30.23125123",
		},
		"+4312345678": {
			"+43 1 2345678", "+4312345678", "1 2345678", "12345678", "01 2345678", "012345678",
		},
		"+33199001234": {
			"+33 1 99 00 12 34", "+33199001234", "1 99 00 12 34", "199001234",
			"01 99 00 12 34", "0199001234", "0033 1 99 00 12 34", "0033199001234",
		},
		"+34912345678": {
			"+34 912 34 56 78", "+34912345678", "912 34 56 78", "912345678", "0034 912 34 56 78", "0034912345678",
		},
		"+390612345678": {
			"+39 06 1234 5678", "+390612345678", "06 1234 5678", "0612345678",
			"0039 06 1234 5678", "00390612345678",
		},
		"+41446681800": {
			"+41 44 668 18 00", "+41446681800", "44 668 18 00", "446681800", "044 668 18 00", "0446681800",
		},
		"+61255501234": {
			"+61 2 5550 1234", "+61255501234", "2 5550 1234", "255501234", "02 5550 1234", "0255501234",
			"0061 2 5550 1234", "0061255501234", "(02) 5550 1234",
		},
		"+5511912345678": {
			"+55 11 91234 5678", "+5511912345678", "11 91234 5678", "11912345678",
			"0055 11 91234 5678", "005511912345678", "(11) 91234-5678", "+55 11 91234-5678",
		},
		"+80012345678": {"+800 1234 5678", "+80012345678", "00800 1234 5678", "0080012345678"},
	} {
		n, err := phone.Parse(e164, "")
		require.NoError(t, err)
		forms := n.SearchForms()
		require.GreaterOrEqual(t, len(forms), len(want))
		require.Equal(t, want, forms[:len(want)])
	}
}

func TestDashesDotsAndSlashesAreAmongTheForms(t *testing.T) {
	t.Parallel()
	for e164, want := range map[string][]string{
		"+12025550123":  {"202.555.0123", "+1-202-555-0123", "12025550123"},
		"+442079460123": {"020/79460123", "+44 (0)20 7946 0123", "020-7946-0123", "(020) 7946 0123", "+44 2079460123"},
		"+33199001234":  {"01.99.00.12.34", "01-99-00-12-34", "+33 (0)1 99 00 12 34"},
	} {
		n, err := phone.Parse(e164, "")
		require.NoError(t, err)
		for _, form := range want {
			require.Contains(t, n.SearchForms(), form)
		}
	}
}

func TestEveryPrefixAndGroupingIsAmongTheForms(t *testing.T) {
	t.Parallel()
	for e164, want := range map[string][]string{
		"+12025550123":   {"1 202 555 0123", "12025550123", "1-202-555-0123", "202/5550123", "+1.202.555.0123", "+1-202-555-0123"},
		"+79123456789":   {"8 (912) 345-67-89", "8 912 345 67 89", "89123456789", "8-912-345-67-89", "+7 (912) 345-67-89", "8(912)345-67-89", "8 912 345-67-89"},
		"+77710009998":   {"8 (771) 000 9998", "8 771 000 9998", "87710009998"},
		"+375294911911":  {"8 029 491-19-11", "80294911911", "+375 (29) 491-19-11", "8 029 491 19 11"},
		"+3612345678":    {"06 1 234 5678", "0612345678", "06-1-234-5678", "06-1/2345678", "(06 1) 234 5678", "1 234 5678"},
		"+5491123456789": {"011 15-2345-6789", "+54 9 11 2345-6789", "011 15 2345 6789"},
		"+4915123456789": {"0151 23456789", "0151/23456789", "01512 3456789", "01512/3456789"},
		"+441632960123":  {"01632 960 123", "+44 1632 960 123"},
		"+493023125123":  {"+49(0)3023125123", "030 2312 5123", "+49 (30) 23125123", "(030)23125123", "00 49 30 23125123"},
		"+3221234567":    {"02/123 45 67", "02/1234567", "02.123.45.67"},
	} {
		n, err := phone.Parse(e164, "")
		require.NoError(t, err)
		for _, form := range want {
			require.Contains(t, n.SearchForms(), form)
		}
	}
}

func TestCountriesWithoutTrunkPrefixHaveNoFormWithOne(t *testing.T) {
	t.Parallel()
	for _, e164 := range []string{"+34912345678", "+390612345678", "+4532123456"} {
		n, err := phone.Parse(e164, "")
		require.NoError(t, err)
		for _, form := range n.SearchForms() {
			require.NotContains(t, form, "(0)")
			require.NotRegexp(t, `^0[^06]`, form)
		}
	}
}

func TestEveryFormFitsIntoTwoQueries(t *testing.T) {
	t.Parallel()
	for _, e := range examples(t) {
		holdsItsPromises(t, e.number)
	}
}

// holdsItsPromises checks what must be true of every number.
func holdsItsPromises(t require.TestingT, n phone.Number) {
	for _, text := range []string{n.E164(), n.International()} {
		again, err := phone.Parse(text, "")
		require.NoError(t, err, text)
		require.Equal(t, n.E164(), again.E164(), text)
	}
	forms := n.SearchForms()
	require.Contains(t, forms, n.E164())
	require.Len(t, slices.Compact(slices.Sorted(slices.Values(forms))), len(forms), "%q", forms)
	for _, form := range forms {
		again, err := phone.Parse(form, n.Country())
		require.NoError(t, err, form)
		require.Equal(t, n.E164(), again.E164(), form)
	}
	_, first := phone.Query(forms, helpScoutLimit)
	_, second := phone.Query(forms[first:], helpScoutLimit)
	require.Len(t, forms, first+second, "the forms take more than two queries")
	require.NotContains(t, phone.Mask(n.E164()), n.E164()[len(n.E164())-4:])
}

func TestEveryFormIsTheNumberAgain(t *testing.T) {
	t.Parallel()
	// The lengths of a country's numbers without its code.
	lengths := map[string][]int{
		"1": {10}, "44": {9, 10}, "49": {7, 8, 9, 10, 11}, "43": {7, 8, 9, 10, 11, 12}, "33": {9}, "34": {9},
		"39": {8, 9, 10, 11}, "41": {9}, "61": {9}, "55": {10, 11}, "54": {10, 11}, "52": {10}, "7": {10}, "81": {9, 10},
	}
	codes := make([]string, 0, len(lengths))
	for code := range lengths {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	rapid.Check(t, func(t *rapid.T) {
		code := rapid.SampledFrom(codes).Draw(t, "code")
		length := rapid.SampledFrom(lengths[code]).Draw(t, "length")
		digits := rapid.StringMatching(fmt.Sprintf(`[0-9]{%d}`, length)).Draw(t, "digits")
		n, err := phone.Parse("+"+code+digits, "")
		if err != nil {
			t.Skip("not a number of that country")
		}
		holdsItsPromises(t, n)
	})
}
