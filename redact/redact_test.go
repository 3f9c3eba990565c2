package redact_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/redact"
)

func TestASecretIsTakenOutInEveryFormInWhichAServerRepeatsIt(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`you sent hush"secret+/x`:             `you sent ***`,
		`{"message": "hush\"secret+/x"}`:      `{"message": "***"}`,
		`client_secret=hush%22secret%2B%2Fx&`: `client_secret=***&`,
		`nothing of that`:                     `nothing of that`,
	} {
		require.Equal(t, want, string(redact.Sent([]byte(body), `hush"secret+/x`)))
	}
	require.Equal(t, "the id of an app", string(redact.Sent([]byte("the id of an app"), "id", "")), "a short word stands in every text")
}
