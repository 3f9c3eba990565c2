package engine_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/engine"
)

func TestAnAddressIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_, running, err := engine.ReadAddress(dir)
	require.NoError(t, err)
	require.False(t, running)

	written := engine.Address{HostPort: "127.0.0.1:7233", Namespace: "default", UIURL: "http://127.0.0.1:8233", PID: os.Getpid()}
	require.NoError(t, engine.WriteAddress(dir, engine.Address{HostPort: "old", PID: os.Getpid()}))
	require.NoError(t, engine.WriteAddress(dir, written))
	read, running, err := engine.ReadAddress(dir)
	require.NoError(t, err)
	require.True(t, running)
	require.Equal(t, written, read)

	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 1, "nothing else is left behind")
	info, err := entries[0].Info()
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode())

	require.NoError(t, engine.RemoveAddress(dir))
	require.NoError(t, engine.RemoveAddress(dir))
	_, running, err = engine.ReadAddress(dir)
	require.NoError(t, err)
	require.False(t, running)
}

func TestAnAddressOfAProcessThatIsGoneDoesNotCount(t *testing.T) {
	t.Parallel()
	gone := exec.CommandContext(t.Context(), "true")
	require.NoError(t, gone.Run())
	dir := t.TempDir()
	for _, pid := range []int{gone.Process.Pid, 0, -1} {
		require.NoError(t, engine.WriteAddress(dir, engine.Address{HostPort: "127.0.0.1:7233", PID: pid}))
		_, running, err := engine.ReadAddress(dir)
		require.NoError(t, err)
		require.False(t, running, "pid %d", pid)
	}
}

func TestADamagedAddressSaysWhatToDo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "temporal.json"), []byte("{"), 0o600))
	_, _, err := engine.ReadAddress(dir)
	require.ErrorContains(t, err, "temporal.json is damaged; delete it")
}
