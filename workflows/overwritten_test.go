package workflows_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"callscout/calllog"
	"callscout/workflows"
)

func (d *desk) overwrote(after time.Duration, lost calllog.Lost) {
	d.env.RegisterDelayedCallback(func() { d.env.SignalWorkflow(workflows.TagsSignal, lost) }, after)
}

// putRight lists what was put right, by conversation.
func (d *desk) putRight() []calllog.Lost {
	var out []calllog.Lost
	for _, update := range d.updates {
		if update.Change.PutsRight() {
			out = append(out, calllog.Lost{Conversation: update.Conversation, Restore: update.Change.Restore, Drop: update.Change.Drop})
		}
	}
	return out
}

func TestACallPutsRightWhatItOverwrote(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.existing = 42
	d.wholeCall()
	vip := calllog.Lost{Conversation: 42, Restore: []string{"vip"}}
	elsewhere := calllog.Lost{Conversation: 41, Drop: []string{"old"}}
	d.overwrote(20*time.Second, vip)
	d.overwrote(10*time.Minute, elsewhere)
	d.overwrote(11*time.Minute, calllog.Lost{Conversation: 42})
	d.overwrote(12*time.Minute, calllog.Lost{Conversation: 42, Restore: []string{"call in progress"}})
	result := d.run()
	require.Equal(t, workflows.StatusSynced, result.Status)
	require.EqualValues(t, 42, result.Conversation)
	require.Equal(t, []calllog.Lost{vip, elsewhere}, d.putRight())
	require.Equal(t, []string{"first-log", "second-log"}, d.parts())
}

func TestWhatACallOverwroteTwiceIsPutRightAtOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.existing = 42
	d.wholeCall()
	for _, lost := range []calllog.Lost{
		{Conversation: 42, Restore: []string{"vip", "a"}}, {Conversation: 42, Restore: []string{"b"}, Drop: []string{"a"}},
	} {
		// While the customer is still looked for.
		d.overwrote(0, lost)
	}
	d.run()
	require.Equal(t, []calllog.Lost{{Conversation: 42, Restore: []string{"vip", "b"}, Drop: []string{"a"}}}, d.putRight())
}

func TestWhatIsGoneIsNotPutRightAndWhatFailsIsTriedAgain(t *testing.T) {
	t.Parallel()
	for problem, tried := range map[calllog.Problem]int{
		calllog.ConversationGone: 0, calllog.HelpScoutNotFound: 0, calllog.HelpScoutForbidden: 1,
	} {
		t.Run(string(problem), func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			d.existing = 42
			d.wholeCall()
			d.env.RegisterDelayedCallback(func() {
				d.fail[string(calllog.UpdateConversation)] = []error{refused(problem)}
				d.env.SignalWorkflow(workflows.TagsSignal, calllog.Lost{Conversation: 42, Restore: []string{"vip"}})
			}, 10*time.Minute)
			require.Equal(t, workflows.StatusSynced, d.run().Status)
			require.Len(t, d.putRight(), tried)
			require.Equal(t, []string{"first-log", "second-log"}, d.parts())
		})
	}
}

func TestContinueAsNewCarriesWhatWasOverwritten(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.existing = 42
	d.env.SetContinueAsNewSuggested(true)
	d.fail[string(calllog.UpdateConversation)] = []error{refused(calllog.HelpScoutForbidden)}
	lost := calllog.Lost{Conversation: 42, Restore: []string{"vip"}}
	in := input()
	in.Carried = &workflows.State{HeardAt: ring, Lost: []calllog.Lost{lost}}
	d.env.ExecuteWorkflow(workflows.CallWorkflow, in)
	var next *workflow.ContinueAsNewError
	require.ErrorAs(t, d.env.GetWorkflowError(), &next)
	var carried workflows.CallInput
	require.NoError(t, converter.GetDefaultDataConverter().FromPayloads(next.Input, &carried))
	require.Equal(t, []calllog.Lost{lost}, carried.Carried.Lost)
}
