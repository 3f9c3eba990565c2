package phone_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/phone"
)

func TestANumberIsReadHoweverItIsWritten(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ raw, country, e164, of string }{
		{"+1 202-555-0123", "", "+12025550123", "US"},
		{"(202) 555-0123", "US", "+12025550123", "US"},
		{"202.555.0123", "us", "+12025550123", "US"},
		{"1 202 555 0123", "US", "+12025550123", "US"},
		{"+44 20 7946 0123", "", "+442079460123", "GB"},
		{"020 7946 0123", "GB", "+442079460123", "GB"},
		{"+44 (0)20 7946 0123", "", "+442079460123", "GB"},
		{"01632 960123", "GB", "+441632960123", "GB"},
		{"1632 960123", "GB", "+441632960123", "GB"},
		{"+493023125123", "", "+493023125123", "DE"},
		{"030/23125-123", "DE", "+493023125123", "DE"},
		{"(030) 23125 123", "DE", "+493023125123", "DE"},
		{"0049 30 23125123", "DE", "+493023125123", "DE"},
		{"0049 30 23125123", "US", "+493023125123", "DE"},
		{"0049 30 23125123", "", "+493023125123", "DE"},
		{"011 49 30 23125123", "US", "+493023125123", "DE"},
		{"+43 1 2345678", "", "+4312345678", "AT"},
		{"01 99 00 12 34", "FR", "+33199001234", "FR"},
		{"+33 (0)1 99 00 12 34", "DE", "+33199001234", "FR"},
		{"912 34 56 78", "ES", "+34912345678", "ES"},
		{"06 1234 5678", "IT", "+390612345678", "IT"},
		{"+39 06 1234 5678", "", "+390612345678", "IT"},
		{"044 668 18 00", "CH", "+41446681800", "CH"},
		{"(02) 5550 1234", "AU", "+61255501234", "AU"},
		{"0491 570 006", "AU", "+61491570006", "AU"},
		{"0011 49 30 23125123", "AU", "+493023125123", "DE"},
		{"(11) 91234-5678", "BR", "+5511912345678", "BR"},
		{"0055 11 91234-5678", "BR", "+5511912345678", "BR"},
		{"0021 1 202 555 0123", "BR", "+12025550123", "US"},
		{"+800 1234 5678", "", "+80012345678", ""},
		{"\u202a+49\u00a030\u00a023125123\u202c", "", "+493023125123", "DE"},
		{"＋４９ ３０ ２３１２５１２３", "", "+493023125123", "DE"},
		{"+49 30–23125‑123", "", "+493023125123", "DE"},
		{"266 696 687", "PT", "+351266696687", "PT"},
		{"02000", "NO", "+4702000", "NO"},
		{"62889", "AC", "+24762889", "AC"},
		{"32 12 34 56", "DK", "+4532123456", "DK"},
		{"011 15-2345-6789", "AR", "+5491123456789", "AR"},
		{"8 (912) 345-67-89", "RU", "+79123456789", "RU"},
		{"06 1 234 5678", "HU", "+3612345678", "HU"},
	} {
		n, err := phone.Parse(test.raw, test.country)
		require.NoError(t, err, "%q in %q", test.raw, test.country)
		require.Equal(t, test.e164, n.E164(), "%q in %q", test.raw, test.country)
		require.Equal(t, test.of, n.Country(), "%q in %q", test.raw, test.country)
		same, err := phone.Parse(n.E164(), "")
		require.NoError(t, err)
		require.Equal(t, n, same)
	}
}

func TestAnExtensionIsLeftAside(t *testing.T) {
	t.Parallel()
	for _, extension := range []string{
		" ext. 12", " ext 12", " ext12", ", ext. 12", " (ext. 12)", " extension 12", " Extensión 12", " extn 12", " x12", "x12", " x 12",
		" X12", " #12", "#12", ";ext=12", " Durchwahl 12", ", Durchwahl: 12", " DW 12", " DW. 12", " poste 12", " доб. 12",
		" доб 12", " добавочный 12", " int. 12", " anexo 12", " ext. 1234567", " - ext. 12",
	} {
		for _, test := range []struct{ raw, country, e164 string }{
			{"+49 30 23125123", "", "+493023125123"},
			{"030/23125-123", "DE", "+493023125123"},
			{"(202) 555-0123", "US", "+12025550123"},
		} {
			n, err := phone.Parse(test.raw+extension, test.country)
			require.NoError(t, err, extension)
			require.Equal(t, test.e164, n.E164(), extension)
		}
	}
}

func TestAZeroInBracketsIsReadAsItWasMeant(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"+49 (0)30 23125123":      "+493023125123",
		"+49(0)3023125123":        "+493023125123",
		"+49 (0) 30 23125123":     "+493023125123",
		"(+49) (0)30 23125123":    "+493023125123",
		"+49-(0)-30-23125123":     "+493023125123",
		"0049 (0)30 23125123":     "+493023125123",
		"+44(0)20 7946 0123":      "+442079460123",
		"+41 [0]44 668 18 00":     "+41446681800",
		"+36 (06) 1 234 5678":     "+3612345678",
		"+7 (8) 912 345-67-89":    "+79123456789",
		"+48 (0)22 123 45 67":     "+48221234567",
		"+34 (0)912 34 56 78":     "+34912345678",
		"+45 (0)32 12 34 56":      "+4532123456",
		"+39 (0)6 1234 5678":      "+390612345678",
		"+39 06 1234 5678":        "+390612345678",
		"+378 (0)549 886377":      "+3780549886377",
		"+1 (0)202 555 0123":      "+12025550123",
		"+34 (0)912 34 56 78 x12": "+34912345678",
	} {
		n, err := phone.Parse(raw, "")
		require.NoError(t, err, raw)
		require.Equal(t, want, n.E164(), raw)
	}
}

func TestANumberIsShownAsReadersAtHomeAndAbroadWriteIt(t *testing.T) {
	t.Parallel()
	for e164, want := range map[string][2]string{
		"+12025550123":   {"+1 202-555-0123", "(202) 555-0123"},
		"+442079460123":  {"+44 20 7946 0123", "020 7946 0123"},
		"+493023125123":  {"+49 30 23125123", "030 23125123"},
		"+390612345678":  {"+39 06 1234 5678", "06 1234 5678"},
		"+5511912345678": {"+55 11 91234-5678", "(11) 91234-5678"},
		"+5491123456789": {"+54 9 11 2345-6789", "011 15-2345-6789"},
	} {
		n, err := phone.Parse(e164, "")
		require.NoError(t, err)
		require.Equal(t, want, [2]string{n.International(), n.National()})
	}
}

func TestAWithheldNumberIsToldApart(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{
		"", " ", "anonymous", "Anonymous", " withheld ", "UNKNOWN", "restricted", "Private", "unavailable", "Blocked",
		"No Caller ID", "NO_CALLER_ID", "Unknown number", "anonymous@anonymous.invalid", "out of area",
		"+266696687", "266696687", "+7378742833", "+86282452253", "+2562533", "+8656696", "+7748283", "0000000000", "+0000",
	} {
		_, err := phone.Parse(raw, "US")
		require.ErrorIs(t, err, phone.ErrAnonymous, "%q", raw)
		require.NotErrorIs(t, err, phone.ErrNotANumber)
	}
}

func TestWhatIsNoNumberIsRefused(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ raw, country string }{
		{"1-800-FLOWERS", "US"},
		{"+49 30 23125123 y5", ""},
		{"+49 30 23125123 ext. 12345678", ""},
		{"ext. 12", "DE"},
		{"030 23125123 / 030 23125124", "DE"},
		{"Tel. 030 23125123", "DE"},
		{"AMAZON", "US"},
		{"*31#03023125123", "DE"},
		{"+49 30 23125123;5", ""},
		{"+49 30 +23125123", ""},
		{"030 23125123", ""},
		{"030 23125123", "XX"},
		{"110", "DE"},
		{"22000", "DE"},
		{"+112", ""},
		{"555-0123", "US"},
		{"+", ""},
		{"-", "DE"},
		{"00", "DE"},
		{"+999 1234567", ""},
		{"+49 30 23125123 23125123 23125123", ""},
		{strings.Repeat("1", 1000), "DE"},
		{"+४९ ३० २३१२५१२३", "xx\x00"},
	} {
		n, err := phone.Parse(test.raw, test.country)
		require.ErrorIs(t, err, phone.ErrNotANumber, "%q in %q", test.raw, test.country)
		require.Zero(t, n)
		if digits := strings.TrimLeft(test.raw, "+*"); len(digits) > 6 {
			require.NotContains(t, err.Error(), digits[len(digits)-6:])
		}
	}
}

func TestTwoSpellingsOfOneNumberAreTheSame(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		a, b, country string
		same          bool
	}{
		{"030 / 23125123", "+49 30 23125-123", "DE", true},
		{"030 23125123", "+49 30 23125123", "", false},
		{"030 23125123", "030 23125124", "DE", false},
		{"(202) 555-0123", "12025550123", "US", true},
		{"06 1234 5678", "+39 6 1234 5678", "IT", false},
		{"anonymous", "anonymous", "DE", false},
	} {
		require.Equal(t, test.same, phone.Same(test.a, test.b, test.country), "%q and %q", test.a, test.b)
		require.Equal(t, test.same, phone.Same(test.b, test.a, test.country), "%q and %q", test.b, test.a)
	}
}

func TestAMaskKeepsTheCountryCodeAndTwoDigits(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"+44 20 7946 0123":      "+44***23",
		"+1 202-555-0124":       "+1***24",
		"0049 30 23125125":      "+49***25",
		"030 23125126":          "***26",
		"110":                   "***",
		"anonymous":             "anonymous",
		"":                      "anonymous",
		"call me: 030 23125126": "***",
		"+999 1234567":          "***67",
	} {
		require.Equal(t, want, phone.Mask(raw), "%q", raw)
	}
}

func TestPrintingANumberMasksIt(t *testing.T) {
	t.Parallel()
	n, err := phone.Parse("+44 20 7946 0123", "")
	require.NoError(t, err)
	var out bytes.Buffer
	fmt.Fprintf(&out, "%v %+v %#v %s %q %v", n, n, n, n, &n, []phone.Number{n})
	// Without the time, whose digits may be any.
	timeless := &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}
	for _, logger := range []*slog.Logger{
		slog.New(slog.NewJSONHandler(&out, timeless)), slog.New(slog.NewTextHandler(&out, timeless)),
	} {
		logger.Info("seen", "number", n)
	}
	require.Contains(t, out.String(), "+44***23")
	for _, part := range []string{"7946", "0123", "2079"} {
		require.NotContains(t, out.String(), part)
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range [][2]string{
		{"+44 20 7946 0123", ""}, {"(202) 555-0123", "US"}, {"030/23125123", "DE"}, {"0055 11 91234-5678", "BR"},
		{"anonymous", "DE"}, {"1-800-FLOWERS", "US"}, {"+", ""}, {"＋４９", ""}, {"06 1234 5678", "IT"},
		{"+34 (0)912 34 56 78", ""}, {"030 23125123 x12", "DE"}, {"+112", ""}, {"000000", "DE"}, {"0001234", "DE"},
		{"0282452253", "CN"}, {"0", "AR"}, {"+54 9 11 2345 6789", ""}, {"+52 1 55 1234 5678", "MX"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, raw, country string) {
		_ = phone.Mask(raw)
		n, err := phone.Parse(raw, country)
		if err != nil {
			return
		}
		holdsItsPromises(t, n)
	})
}
