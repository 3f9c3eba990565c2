package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/cli"
	"callscout/secret"
)

// notes is an output that a test reads while a command writes it.
type notes struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (n *notes) Write(p []byte) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.text.Write(p)
}

func (n *notes) String() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.text.String()
}

// machine is where commands run: a data folder and an environment.
type machine struct{ env cli.Environment }

func newMachine(t testing.TB, pairs ...string) machine {
	t.Helper()
	// Nothing listens there, and a Temporal of this computer must not be used.
	env := cli.Environment{"CALLSCOUT_DATA": t.TempDir(), "TEMPORAL_ADDRESS": "127.0.0.1:1"}
	for i := 0; i+1 < len(pairs); i += 2 {
		env[pairs[i]] = pairs[i+1]
	}
	return machine{env}
}

type result struct {
	code     int
	out, err string
}

func (m machine) run(t testing.TB, args ...string) result {
	t.Helper()
	return m.runIn(t.Context(), args...)
}

func (m machine) runIn(ctx context.Context, args ...string) result {
	var out, errOut notes
	code := cli.Run(ctx, args, maps.Clone(m.env), &out, &errOut, cli.Extension{})
	return result{code, out.String(), errOut.String()}
}

func (m machine) with(pairs ...string) machine {
	other := machine{maps.Clone(m.env)}
	for i := 0; i+1 < len(pairs); i += 2 {
		other.env[pairs[i]] = pairs[i+1]
	}
	return other
}

func write(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func TestHelpNamesEveryCommand(t *testing.T) {
	t.Parallel()
	help := newMachine(t).run(t, "--help")
	require.Zero(t, help.code)
	require.Empty(t, help.err)
	for _, command := range []string{"serve", "api", "worker", "apply", "export", "call", "inbox", "replay", "reseal", "healthcheck", "version"} {
		require.Contains(t, help.out, "\n  "+command+" ")
		one := newMachine(t).run(t, command, "--help")
		require.Zero(t, one.code, command)
		require.Contains(t, one.out, "Usage: callscout "+command)
	}
	for _, command := range []string{"list", "show", "retry", "skip"} {
		require.Contains(t, newMachine(t).run(t, "call", "--help").out, "call "+command)
	}
	require.NotContains(t, help.out, os.TempDir())
}

func TestWrongUseSaysWhatToDoAndStartsNothing(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"nothing":              {nil, "expected one of"},
		"an unknown command":   {[]string{"bogus"}, "Run callscout --help"},
		"an unknown flag":      {[]string{"serve", "--bogus"}, "unknown flag --bogus"},
		"half a command":       {[]string{"call"}, `"list", "show", "retry", "skip"`},
		"no file":              {[]string{"apply"}, "--file=FILE"},
		"a missing file":       {[]string{"apply", "-f", "/nowhere/callscout.yaml"}, "/nowhere/callscout.yaml"},
		"no reason":            {[]string{"call", "skip", "7"}, "--reason"},
		"a call that is text":  {[]string{"call", "show", "seven"}, "seven"},
		"an unknown status":    {[]string{"call", "list", "--status", "lost"}, "must be one of in_progress, waiting, needs_attention, synced, skipped"},
		"all calls at once":    {[]string{"call", "retry"}, "name calls, or choose them by --status"},
		"calls and a filter":   {[]string{"call", "retry", "7", "--outcome", "missed"}, "not both"},
		"calls that are well":  {[]string{"call", "retry", "--status", "synced"}, "only calls with the status needs_attention"},
		"a time that is none":  {[]string{"call", "list", "--from", "yesterday"}, "yesterday"},
		"nothing to replay":    {[]string{"replay"}, "files"},
		"a wrong address":      {[]string{"serve", "--listen", "nowhere"}, "CALLSCOUT_LISTEN"},
		"a wrong key":          {[]string{"serve", "--encryption-key", "c2hvcnQ="}, "CALLSCOUT_ENCRYPTION_KEY: key 1: holds 5 bytes instead of 32"},
		"a wrong database":     {[]string{"export", "--database-url", "mysql://u:hush@h/d"}, "must begin with postgres://"},
		"a wrong UI":           {[]string{"api", "--temporal-ui-url", "localhost:8233"}, "CALLSCOUT_TEMPORAL_UI_URL"},
		"a vendor with a path": {[]string{"worker", "--helpscout-api-url", "https://api.example.com/v2"}, "HELPSCOUT_API_URL is \"https://api.example.com/v2\", but must be scheme and host only"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMachine(t)
			got := m.run(t, test.args...)
			require.Equal(t, 2, got.code, got.err)
			require.True(t, strings.HasPrefix(got.err, "callscout: "), got.err)
			require.Contains(t, got.err, test.want)
			require.NotContains(t, got.err, "hush")
			require.NotContains(t, got.err, "c2hvcnQ")
			require.Empty(t, got.out)
			left, err := os.ReadDir(m.env["CALLSCOUT_DATA"])
			require.NoError(t, err)
			require.Empty(t, left)
		})
	}
}

func TestEveryWrongValueIsNamedAtOnce(t *testing.T) {
	t.Parallel()
	got := newMachine(t, "CALLSCOUT_LISTEN", "nowhere", "CALLSCOUT_PUBLIC_URL", "callscout", "CALLSCOUT_LOG_LEVEL", "loud",
		"CALLSCOUT_LOG_FORMAT", "xml", "AIRCALL_API_URL", "ftp://api.example.com").run(t, "serve")
	require.Equal(t, 2, got.code)
	for _, name := range []string{"CALLSCOUT_LISTEN", "CALLSCOUT_PUBLIC_URL", "CALLSCOUT_LOG_LEVEL", "CALLSCOUT_LOG_FORMAT", "AIRCALL_API_URL"} {
		require.Contains(t, got.err, name+" is ")
	}
	require.Equal(t, 5, strings.Count(got.err, "\n"))
}

func TestAMisspeltVariableIsRefusedWithTheNearestName(t *testing.T) {
	t.Parallel()
	for name, nearest := range map[string]string{
		"CALLSCOUT_LISTN": "CALLSCOUT_LISTEN", "CALLSCOUT_ADMINTOKEN": "CALLSCOUT_ADMIN_TOKEN",
		"CALLSCOUT_DATABAS_URL": "CALLSCOUT_DATABASE_URL", "CALLSCOUT_LISTEN_FILE": "CALLSCOUT_LISTEN",
	} {
		got := newMachine(t, name, "hush").run(t, "version")
		require.Equal(t, 2, got.code)
		require.Contains(t, got.err, name+" is not a setting of Callscout; did you mean "+nearest+"?")
		require.NotContains(t, got.err, "hush")
	}
	require.Zero(t, newMachine(t, "CALLSCOUT_TEST_POSTGRES", "x", "OTHER_LISTN", "x").run(t, "version").code)
}

func TestASecretMayStandInAFile(t *testing.T) {
	t.Parallel()
	key := secret.NewKey()
	m := newMachine(t, "CALLSCOUT_ENCRYPTION_KEY_FILE", write(t, "key", key+"\n"))
	require.Zero(t, m.run(t, "export").code)
	byValue := m.with("CALLSCOUT_ENCRYPTION_KEY", key)
	both := byValue.run(t, "export")
	require.Equal(t, 2, both.code)
	require.Contains(t, both.err, "CALLSCOUT_ENCRYPTION_KEY and CALLSCOUT_ENCRYPTION_KEY_FILE are both set")
	require.NotContains(t, both.err, key)
	delete(byValue.env, "CALLSCOUT_ENCRYPTION_KEY_FILE")
	require.Zero(t, byValue.run(t, "export").code, "it is the same key")

	missing := newMachine(t, "CALLSCOUT_ADMIN_TOKEN_FILE", "/nowhere/token").run(t, "export")
	require.Equal(t, 2, missing.code)
	require.Contains(t, missing.err, "CALLSCOUT_ADMIN_TOKEN_FILE: open /nowhere/token")
	empty := newMachine(t, "CALLSCOUT_ADMIN_TOKEN_FILE", write(t, "token", " \n")).run(t, "export")
	require.Equal(t, 2, empty.code)
	require.Contains(t, empty.err, "is empty")
}

func TestAKeyIsMadeOnceAndReadableByItsOwnerOnly(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	require.Zero(t, m.run(t, "export").code)
	path := filepath.Join(m.env["CALLSCOUT_DATA"], "encryption.key")
	first, err := os.ReadFile(path)
	require.NoError(t, err)
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode())
	require.Zero(t, m.run(t, "export").code)
	second, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, first, second)

	wrong := m.with("CALLSCOUT_ENCRYPTION_KEY", secret.NewKey()).run(t, "export")
	require.Equal(t, 1, wrong.code)
	require.Contains(t, wrong.err, "set CALLSCOUT_ENCRYPTION_KEY to the key the database was made with")
}

func TestAFolderThatCannotBeUsedSaysHowToMendIt(t *testing.T) {
	t.Parallel()
	m := newMachine(t, "CALLSCOUT_DATA", filepath.Join(write(t, "a-file", ""), "data"))
	got := m.run(t, "export")
	require.Equal(t, 1, got.code)
	require.Contains(t, got.err, "cannot be used by user")
	require.Contains(t, got.err, "chown -R")
}

func TestTheVersionIsShown(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	plain := m.run(t, "version")
	require.Zero(t, plain.code)
	require.Contains(t, plain.out, "callscout ")
	require.Equal(t, plain, m.run(t, "--version"))
	var build map[string]any
	require.NoError(t, json.Unmarshal([]byte(m.run(t, "version", "--json").out), &build))
	for _, key := range []string{"version", "commit", "modified", "date", "go", "platform"} {
		require.Contains(t, build, key)
	}
}

func TestACommandForCallsSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	got := m.run(t, "call", "list")
	require.Equal(t, 1, got.code)
	require.Contains(t, got.err, "no answer from Temporal")
	require.Contains(t, got.err, "is callscout running, with the same data folder or TEMPORAL_ADDRESS?")
}
