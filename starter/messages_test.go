package starter_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"

	"callscout/calllog"
	"callscout/engine/attribute"
	"callscout/settings"
	"callscout/starter"
	"callscout/workflows"
)

func messageDelivery(s *starter.Starter) starter.Delivery {
	event := calllog.MessageEvent{Name: "message.received", At: time.Date(2026, 1, 5, 10, 0, 0, 0, time.UTC), Message: calllog.MessageSnapshot{
		ID: "m-1", Direction: calllog.Inbound, OutsideNumber: "+1 202-555-0143", Text: "Hello", Line: &calllog.Line{ID: 4711, Name: "Support", Country: "DE"},
	}}
	return starter.Delivery{Installation: "acme", Inbox: 85, Settings: settings.Defaults(), Message: &event, Run: s.MessageRun("acme", event)}
}

func TestAMessageStartsTheRunOfItsLineAndNumberOrReachesIt(t *testing.T) {
	t.Parallel()
	f := &fakeTemporal{}
	s := starterOn(f)
	d := messageDelivery(s)
	require.NoError(t, s.Deliver(t.Context(), d))
	start := f.started[0]
	hash := s.NumberHash("+12025550143", "")
	require.Equal(t, "messages/acme/4711/"+hash, start.id)
	require.Equal(t, workflows.EventSignal, start.signal)
	require.Equal(t, workflows.MessageSignal{Event: *d.Message, Inbox: 85, Settings: d.Settings}, start.arg)
	require.Equal(t, workflows.MessagesWorkflow, start.workflow)
	require.Equal(t, enums.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING, start.options.WorkflowIDConflictPolicy)
	require.Equal(t, enums.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE, start.options.WorkflowIDReusePolicy)
	require.Equal(t, "Messages on Support", start.options.StaticSummary)
	in, is := start.input.(workflows.MessagesInput)
	require.True(t, is)
	require.Equal(t, int64(4711), in.NumberID)
	require.Equal(t, "https://secure.example.com", in.HelpScoutURL)
	for key, want := range map[string]string{"CallscoutKind": "messages", "CustomerNumberHash": hash, "AircallNumberId": "4711", "CallscoutInstallation": "acme"} {
		require.Equal(t, want, keyword(t, start.options, key))
	}
}

func keyword(t *testing.T, options client.StartWorkflowOptions, name string) string {
	t.Helper()
	for key, value := range options.TypedSearchAttributes.GetUntypedValues() {
		if key.GetName() == name {
			text, is := value.(string)
			require.True(t, is)
			return text
		}
	}
	require.Fail(t, "no search attribute "+name)
	return ""
}

func TestWhatBecameOfAMessageReachesOnlyWhatRunsIfNothingIsToBegin(t *testing.T) {
	t.Parallel()
	f := &fakeTemporal{}
	s := starterOn(f)
	d := messageDelivery(s)
	d.OnlyRunning = true
	require.NoError(t, s.Deliver(t.Context(), d))
	signal, is := f.signals[0].arg.(workflows.MessageSignal)
	require.True(t, is)
	require.Zero(t, signal.Inbox, "what was begun keeps its settings")
	f.signalErr = serviceerror.NewNotFound("workflow execution already completed")
	require.ErrorIs(t, s.Deliver(t.Context(), d), starter.ErrNotRunning)
	require.Empty(t, f.started)
}

func TestRunsOfMessagesAreNamedByWhomTheyAreWith(t *testing.T) {
	t.Parallel()
	s := starterOn(nil)
	event := *messageDelivery(s).Message
	one := s.MessageRun("acme", event)
	event.Message.OutsideNumber = "0012025550143"
	require.Equal(t, one, s.MessageRun("acme", event), "another written form")
	event.Message.Group = "g-1"
	require.NotEqual(t, one, s.MessageRun("acme", event))
	event.Message.OutsideNumber = "+49 30 23125001"
	group := s.MessageRun("acme", event)
	event.Message.OutsideNumber = ""
	require.Equal(t, group, s.MessageRun("acme", event), "a group is one run, whoever writes")
	event.Message.Group = ""
	require.Empty(t, s.MessageRun("acme", event))
	event.Message.Line = nil
	require.Empty(t, s.MessageRun("acme", event))

	installation, number, party, err := workflows.ParseMessagesID(one)
	require.NoError(t, err)
	require.Equal(t, one, workflows.MessagesID(installation, number, party))
	for _, wrong := range []string{"", "call/acme/1", "messages/acme/x/hash", "messages//1/hash", "messages/acme/1/", "messages/acme/1/a/b"} {
		_, _, _, err := workflows.ParseMessagesID(wrong)
		require.ErrorContains(t, err, "not the id of messages", wrong)
		require.Zero(t, starter.NumberOfRun(wrong))
	}
}

func TestADeliveryOfACallIsStillReadAsItWasKept(t *testing.T) {
	t.Parallel()
	kept := `{"Installation":"acme","Inbox":85,"Settings":{"active":true},"Event":{"id":"e1","name":"call.created","at":"2026-01-05T10:00:00Z","call":{"id":7,"tags":null}}}`
	var d starter.Delivery
	require.NoError(t, json.Unmarshal([]byte(kept), &d))
	require.Equal(t, "call/acme/7", d.Stream())
	require.Equal(t, "call.created", d.Name())

	s := starterOn(nil)
	text, err := json.Marshal(messageDelivery(s))
	require.NoError(t, err)
	var again starter.Delivery
	require.NoError(t, json.Unmarshal(text, &again))
	require.Equal(t, messageDelivery(s), again)
	require.NotContains(t, string(text), `"Event"`)
}

func TestRunsOfMessagesAreListedRetriedAndSkipped(t *testing.T) {
	t.Parallel()
	f := &fakeTemporal{pages: []*workflowservice.ListWorkflowExecutionsResponse{{Executions: []*workflowpb.WorkflowExecutionInfo{
		run("messages/acme/4711/hash", enums.WORKFLOW_EXECUTION_STATUS_RUNNING, map[string]string{
			attribute.SyncStatus.GetName(): "needs_attention", attribute.SyncProblem.GetName(): "HelpScoutRefused",
		}),
		run("call/acme/8", enums.WORKFLOW_EXECUTION_STATUS_RUNNING, nil),
	}}}}
	s := starterOn(f)
	found, err := s.FindMessages(t.Context(), starter.Filter{Call: 7, Outcome: "missed", Status: workflows.StatusNeedsAttention})
	require.NoError(t, err)
	require.Len(t, found, 1)
	require.Equal(t, "messages/acme/4711/hash", found[0].ID)
	require.Equal(t, int64(4711), found[0].Number)
	require.Equal(t, "HelpScoutRefused", found[0].Problem)
	require.Equal(t, "CallscoutKind = 'messages' AND ExecutionStatus != 'ContinuedAsNew' AND SyncStatus = 'needs_attention'", f.lists[0].GetQuery())

	_, err = s.RetryMessages(t.Context(), found[0].ID, "test")
	require.NoError(t, err)
	_, err = s.SkipMessages(t.Context(), found[0].ID, "test", "spam")
	require.NoError(t, err)
	require.Equal(t, []any{workflows.Decision{By: "test", Reason: "spam"}}, f.updates[1].Args)
	f.updateErr = serviceerror.NewNotFound("no such")
	_, err = s.RetryMessages(t.Context(), found[0].ID, "test")
	require.ErrorIs(t, err, starter.ErrNoSuchMessages)
	f.queryErr = serviceerror.NewNotFound("no such")
	_, err = s.ShowMessages(t.Context(), found[0].ID)
	require.ErrorIs(t, err, starter.ErrNoSuchMessages)
	f.queryErr = errors.New("away")
	_, err = s.ShowMessages(t.Context(), found[0].ID)
	require.ErrorContains(t, err, "away")
}
