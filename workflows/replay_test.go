package workflows_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	sdkworker "go.temporal.io/sdk/worker"

	"callscout/engine"
	"callscout/secret"
	"callscout/worker"
)

// TestRecordedHistoriesStillReplay holds running calls alive: every history that
// any version recorded must lead today's workflow through the same commands.
// Where it fails, the change needs workflow.GetVersion.
func TestRecordedHistoriesStillReplay(t *testing.T) {
	t.Parallel()
	const folder = "testdata/histories"
	files, err := filepath.Glob(folder + "/*/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, files, "nothing was recorded, so nothing would be tested")
	for _, story := range []string{"answered", "existing-conversation", "voicemail", "duplicates", "late-comment", "ended-lost", "parked-and-retried", "skipped", "power-cut", "cancelled", "handed-on", "untagged", "moved", "insights", "transcript", "voice-agent", "messages", "messages-parked", "guard", "reconcile", "backfill"} {
		found, err := filepath.Glob(folder + "/*/" + story + ".*.json")
		require.NoError(t, err)
		require.NotEmpty(t, found, "no history of %s", story)
	}
	key, err := os.ReadFile(folder + "/key")
	require.NoError(t, err)
	ring, err := secret.ParseRing(strings.TrimSpace(string(key)))
	require.NoError(t, err)
	for _, file := range files {
		t.Run(strings.TrimPrefix(file, folder+"/"), func(t *testing.T) {
			t.Parallel()
			converter := engine.DataConverter(ring)
			replayer, err := sdkworker.NewWorkflowReplayerWithOptions(sdkworker.WorkflowReplayerOptions{
				DataConverter: converter, FailureConverter: engine.FailureConverter(converter), DisableRegistrationAliasing: true,
			})
			require.NoError(t, err)
			worker.RegisterWorkflows(replayer)
			require.NoError(t, replayer.ReplayWorkflowHistoryFromJSONFile(quiet{}, file))
		})
	}
}

type quiet struct{}

func (quiet) Debug(string, ...any) {}
func (quiet) Info(string, ...any)  {}
func (quiet) Warn(string, ...any)  {}
func (quiet) Error(string, ...any) {}
