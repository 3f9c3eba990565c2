package embedded

import (
	"net"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// taken is a port that something else listens on.
func taken(t *testing.T, port int) int {
	t.Helper()
	listener, err := net.Listen("tcp", hostPort(port))
	if err != nil {
		require.NotZero(t, port, err)
		return port // it is taken already
	}
	t.Cleanup(func() { require.NoError(t, listener.Close()) })
	return portOf(listener)
}

func free(t *testing.T) int {
	t.Helper()
	listener, err := net.Listen("tcp", hostPort(0))
	require.NoError(t, err)
	defer func() { require.NoError(t, listener.Close()) }()
	return portOf(listener)
}

func TestAPreferredPortThatIsTakenGivesWayToAnother(t *testing.T) {
	t.Parallel()
	taken(t, preferredFrontend)
	taken(t, preferredUI)
	opts := Options{DataDir: t.TempDir()}
	first, err := choosePorts(opts)
	require.NoError(t, err)
	require.NotContains(t, []int{0, preferredFrontend, preferredUI}, first.Frontend)
	require.NotContains(t, []int{0, preferredFrontend, preferredUI}, first.UI)
	all := []int{first.Frontend, first.UI, first.history, first.matching, first.worker}
	for i, port := range all {
		require.NotContains(t, all[:i], port, "each listens on its own")
	}

	again, err := choosePorts(opts)
	require.NoError(t, err)
	require.Equal(t, first.Frontend, again.Frontend)
	require.Equal(t, first.UI, again.UI)

	taken(t, first.Frontend)
	other, err := choosePorts(opts)
	require.NoError(t, err)
	require.NotEqual(t, first.Frontend, other.Frontend)
	require.Equal(t, first.UI, other.UI)
}

func TestAPortThatIsAskedForWinsAndIsKept(t *testing.T) {
	t.Parallel()
	opts := Options{DataDir: t.TempDir(), FrontendPort: free(t), UIPort: free(t)}
	chosen, err := choosePorts(opts)
	require.NoError(t, err)
	require.Equal(t, opts.FrontendPort, chosen.Frontend)
	require.Equal(t, opts.UIPort, chosen.UI)
	again, err := choosePorts(Options{DataDir: opts.DataDir})
	require.NoError(t, err)
	require.Equal(t, opts.FrontendPort, again.Frontend)
	require.Equal(t, opts.UIPort, again.UI)
}

func TestAPortThatIsAskedForAndTakenIsAnError(t *testing.T) {
	t.Parallel()
	port := taken(t, 0)
	twice := free(t)
	for name, test := range map[string]struct {
		opts Options
		port int
		says string
	}{
		"Temporal":       {Options{FrontendPort: port, UIPort: free(t)}, port, "port for Temporal: "},
		"Web UI":         {Options{FrontendPort: free(t), UIPort: port}, port, "port for Temporal's Web UI: "},
		"one for both":   {Options{FrontendPort: twice, UIPort: twice}, twice, "port for Temporal's Web UI: "},
		"no port at all": {Options{FrontendPort: -1, UIPort: free(t)}, -1, "port for Temporal: "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.opts.DataDir = t.TempDir()
			_, err := choosePorts(test.opts)
			require.ErrorContains(t, err, test.says)
			require.ErrorContains(t, err, strconv.Itoa(test.port))
			require.ErrorContains(t, err, "ask for another port")
			require.NoFileExists(t, filepath.Join(test.opts.DataDir, "temporal.ports"), "a failed start changes no preference")
		})
	}
}

func TestPortsThatCannotBeReadAreOnlyAPreferenceLost(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"cut off": `{"frontend":7`, "out of range": `{"frontend":99999999,"ui":-4}`, "empty": "", "not numbers": `{"ui":"here"}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			require.NoError(t, os.WriteFile(filepath.Join(dir, "temporal.ports"), []byte(text), 0o600))
			chosen, err := choosePorts(Options{DataDir: dir})
			require.NoError(t, err)
			require.Positive(t, chosen.Frontend)
			require.Positive(t, chosen.UI)
		})
	}
}
