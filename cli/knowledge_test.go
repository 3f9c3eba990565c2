package cli_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAKnowledgeBaseMustBePublic(t *testing.T) {
	t.Parallel()
	m := settingsMachine(t)
	with := func(link string) string {
		return write(t, "callscout.yaml", strings.Replace(settingsFile, "language: de,", "language: de, voice_agent: { knowledge_base_url: \""+link+"\" },", 1))
	}
	inside := m.run(t, "apply", "-f", with("https://127.0.0.1:1/docs"))
	require.NotZero(t, inside.code)
	require.Contains(t, inside.err, "voice_agent.knowledge_base_url https://127.0.0.1:1/docs")
	require.Contains(t, inside.err, "inside the network")
	require.Contains(t, inside.err, "Nothing was changed.")
	require.NotContains(t, m.run(t, "export").out, "127.0.0.1")

	require.NotZero(t, m.run(t, "apply", "-f", with("http://help.example.com")).code, "not https")

	// The name can never exist (RFC 6761), so that nobody answers.
	silent := m.run(t, "apply", "-f", with("https://help.invalid/docs"))
	require.Zero(t, silent.code, silent.err)
	require.Contains(t, silent.err, "https://help.invalid/docs does not answer")
	require.Contains(t, m.run(t, "export").out, "https://help.invalid/docs")
	require.NotContains(t, m.run(t, "apply", "-f", with("https://help.invalid/docs")).err, "does not answer", "it is asked when it is new")
}
