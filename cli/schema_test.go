package cli_test

import (
	"bytes"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/cli"
	"callscout/settings"
)

// Editors read the file of the repository; what it says is tested beside Schema.
func TestTheSchemaOfTheDocumentsIsThatOfTheProgram(t *testing.T) {
	t.Parallel()
	var out, problems bytes.Buffer
	require.Zero(t, cli.Run(t.Context(), []string{"schema"}, cli.Environment{}, &out, &problems, cli.Extension{}), problems.String())
	require.Equal(t, string(settings.Schema()), out.String())
	kept, err := os.ReadFile("../docs/settings.schema.json")
	require.NoError(t, err)
	require.Equal(t, out.String(), string(kept), "write it anew: go run . schema > docs/settings.schema.json")
}
