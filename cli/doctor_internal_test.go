package cli

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestOnlyAYesIsAYes(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string]bool{"y\n": true, " YES \n": true, "yes": true, "": false, "\n": false, "no\n": false, "yesterday\n": false} {
		var out bytes.Buffer
		p := &Process{In: strings.NewReader(answer), Out: &out}
		require.Equal(t, want, p.agrees("Do it?"), "%q", answer)
		require.Equal(t, "Do it? [y/N] ", out.String())
	}
	require.False(t, (&Process{Out: &bytes.Buffer{}}).agrees("Do it?"))
}

func TestTheVerdictFailsOnlyForWhatMustBeDone(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	r := &report{out: &out}
	r.ok(about{"database", ""}, "it answers")
	require.NoError(t, r.verdict())
	require.Contains(t, out.String(), "All is well.")
	r.warn(about{"public_address", ""}, "it is late", "Set it.")
	require.NoError(t, r.verdict())
	require.Contains(t, out.String(), "warn  Public address: it is late\n      -> Set it.\n")
	require.Contains(t, out.String(), "Points that need a look: 1.")
	r.fail(about{"temporal", "acme"}, "it is away", "Start it.")
	require.Contains(t, out.String(), "FAIL  acme, temporal: it is away\n")
	require.ErrorContains(t, r.verdict(), "checks that failed: 1; points that need a look: 1")
}
