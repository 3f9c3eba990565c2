package activities

import (
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/activities/contract"
	"callscout/calllog"
	"callscout/settings"
)

func TestWhatIsRememberedOfACustomerIsReadBack(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]contract.FindCustomerResult{
		"501": {Customer: 501, How: calllog.Remembered},
		"501 oldest 502 503": {Customer: 501, How: calllog.Remembered,
			Others: []calllog.Namesake{{ID: 502}, {ID: 503}}},
	} {
		require.Equal(t, value, writeMemory(want, settings.Oldest))
		got, rule := readMemory(value)
		require.Equal(t, want, got)
		require.Equal(t, len(want.Others) > 0, rule == settings.Oldest)
	}
	for _, damaged := range []string{"", "somebody", "somebody oldest 502"} {
		got, _ := readMemory(damaged)
		require.Zero(t, got.Customer, "it is looked up anew")
	}
}
