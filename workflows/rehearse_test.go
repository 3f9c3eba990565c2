package workflows_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"callscout/calllog"
	"callscout/settings"
	"callscout/workflows"
)

// A run goes on asking for such a call; whoever wants it explained gets an answer.
func TestARehearsalOfACallThatNobodyTellsOfComesToAnEnd(t *testing.T) {
	t.Parallel()
	asked := 0
	r := workflows.Rehearsal{
		Call:   workflows.CallInput{Installation: "acme", CallID: 1, Inbox: 85, Settings: settings.Defaults()},
		Begins: time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC),
		Do: func(_ context.Context, activity workflows.Activity, out any) error {
			if activity.Name == string(calllog.Remember) {
				*out.(*calllog.Written) = calllog.Written{Recalled: true}
				return nil
			}
			require.Equal(t, string(calllog.FetchCall), activity.Name)
			asked++
			return temporal.NewNonRetryableApplicationError("no answer", string(calllog.AircallDown), nil)
		},
	}
	_, err := r.Run(t.Context())
	require.ErrorContains(t, err, "comes to no end")
	require.Greater(t, asked, 1, "it was asked for")
	require.Less(t, asked, 1000)
}
