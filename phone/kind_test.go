package phone_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/phone"
)

func TestATextIsNamedAsWhatItIs(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		raw, country string
		kind         phone.Kind
	}{
		{"+44 20 7946 0123", "", phone.Dialable},
		{"020 7946 0123", "GB", phone.Dialable},
		{"02000", "NO", phone.Dialable},
		{"32 12 34 56", "DK", phone.Dialable},
		{"90123456", "NO", phone.Dialable},
		{"410 1234", "IS", phone.Dialable},

		{"", "DE", phone.Anonymous},
		{"anonymous", "DE", phone.Anonymous},
		{"Private", "US", phone.Anonymous},
		{"unavailable", "", phone.Anonymous},
		{"RESTRICTED", "US", phone.Anonymous},
		{"Blocked", "US", phone.Anonymous},
		{"No Caller ID", "US", phone.Anonymous},
		{"+266696687", "US", phone.Anonymous},
		{"266696687", "US", phone.Anonymous},
		{"266696687", "PT", phone.Dialable},
		{"0000000000", "US", phone.Anonymous},

		{"112", "DE", phone.ShortCode},
		{"110", "DE", phone.ShortCode},
		{"911", "US", phone.ShortCode},
		{"999", "GB", phone.ShortCode},
		{"000", "AU", phone.ShortCode},
		{"22000", "US", phone.ShortCode},
		{"22000", "DE", phone.ShortCode},
		{"22000", "GB", phone.ShortCode},
		{"22000", "", phone.ShortCode},
		{"22 000", "US", phone.ShortCode},
		{"3949", "FR", phone.ShortCode},
		{"116117", "DE", phone.ShortCode},
		{"116 117", "de", phone.ShortCode},
		{"+112", "", phone.ShortCode},
		{"+22000", "US", phone.ShortCode},
		{"8888888", "ES", phone.ShortCode},
		{"88888888", "US", phone.ShortCode},

		{"AMAZON", "US", phone.AlphanumericSender},
		{"Post & Co", "DE", phone.AlphanumericSender},
		{"1und1", "DE", phone.AlphanumericSender},
		{"ДОСТАВКА", "RU", phone.AlphanumericSender},
		{"ElevenChars", "US", phone.AlphanumericSender},
		{"Anonymouse", "US", phone.AlphanumericSender},

		{"TwelveLetter", "US", phone.Unreadable},
		{"1-800-FLOWERS", "US", phone.Unreadable},
		{"555-0123", "US", phone.Unreadable},
		{"5550123", "US", phone.Unreadable},
		{"5550123", "", phone.Unreadable},
		{"+1234567", "", phone.Unreadable},
		{"020 7946 0123", "", phone.Unreadable},
		{"12", "DE", phone.Unreadable},
		{"+", "DE", phone.Unreadable},
		{"*31#", "DE", phone.Unreadable},
		{"!?", "DE", phone.Unreadable},
		{"a\x00b", "DE", phone.Unreadable},
		{"a\xff", "DE", phone.Unreadable},
		{strings.Repeat("1", 1000), "DE", phone.Unreadable},
		{strings.Repeat("anonymous ", 100), "DE", phone.Unreadable},
	} {
		n, kind := phone.Classify(test.raw, test.country)
		require.Equal(t, test.kind, kind, "%q in %q", test.raw, test.country)
		require.Equal(t, kind == phone.Dialable, n.E164() != "", "%q in %q", test.raw, test.country)
	}
}

func TestEmergencyNumbersAreShortCodesEverywhere(t *testing.T) {
	t.Parallel()
	for _, example := range examples(t) {
		for _, raw := range []string{"112", "911", "+112"} {
			_, kind := phone.Classify(raw, example.region)
			require.Equal(t, phone.ShortCode, kind, "%s in %s", raw, example.region)
		}
	}
}

func FuzzClassify(f *testing.F) {
	for _, seed := range [][2]string{
		{"+44 20 7946 0123", ""}, {"112", "DE"}, {"22000", "US"}, {"AMAZON", "US"}, {"anonymous", ""}, {"+266696687", ""},
		{"266696687", "PT"}, {"", ""}, {"\xff", "DE"}, {"5550123", "US"}, {"+112", "xx"}, {"0000", "DE"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, raw, country string) {
		n, kind := phone.Classify(raw, country)
		parsed, err := phone.Parse(raw, country)
		require.Equal(t, parsed, n)
		require.Equal(t, err == nil, kind == phone.Dialable)
		require.Equal(t, errors.Is(err, phone.ErrAnonymous), kind == phone.Anonymous)
		require.Contains(t, []phone.Kind{
			phone.Dialable, phone.Anonymous, phone.ShortCode, phone.AlphanumericSender, phone.Unreadable,
		}, kind)
	})
}
