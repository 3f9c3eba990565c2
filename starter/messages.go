package starter

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"callscout/calllog"
	"callscout/engine/attribute"
	"callscout/secret"
	"callscout/workflows"
)

// MessageRun names the run that a message belongs to: that of its line and its outside
// number, or of its line and its group. It is empty where the event does not tell.
func (s *Starter) MessageRun(installation string, event calllog.MessageEvent) string {
	m := event.Message
	if m.Line == nil || !m.PartyKnown() {
		return ""
	}
	party := s.NumberHash(m.OutsideNumber, m.Line.Country)
	if m.Group != "" {
		party = secret.Hash(s.HashKey, "group "+m.Group)
	}
	return workflows.MessagesID(installation, m.Line.ID, party)
}

// NumberOfRun is the Aircall number that a run of messages is on; 0 where it is none.
func NumberOfRun(run string) int64 {
	_, number, _, _ := workflows.ParseMessagesID(run)
	return number
}

// deliverMessage hands an event to the run of its line and its outside number.
func (s *Starter) deliverMessage(ctx context.Context, d Delivery) error {
	signal := workflows.MessageSignal{Event: *d.Message, Inbox: d.Inbox, Settings: d.Settings}
	if d.OnlyRunning {
		// What was begun is told as it was begun.
		signal.Inbox = 0
		return s.signal(ctx, d.Run, workflows.EventSignal, signal)
	}
	_, number, party, err := workflows.ParseMessagesID(d.Run)
	if err != nil {
		return serviceerror.NewInvalidArgument(err.Error())
	}
	line := calllog.Line{ID: number}
	if d.Message.Message.Line != nil {
		line = *d.Message.Message.Line
	}
	options := client.StartWorkflowOptions{
		ID:                       d.Run,
		TaskQueue:                workflows.TaskQueue,
		WorkflowIDReusePolicy:    enums.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE,
		WorkflowIDConflictPolicy: enums.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
		StaticSummary:            workflows.MessagesSummary(line),
		TypedSearchAttributes: temporal.NewSearchAttributes(
			attribute.Installation.ValueSet(d.Installation),
			attribute.Kind.ValueSet(workflows.KindMessages),
			attribute.AircallNumberID.ValueSet(strconv.FormatInt(number, 10)),
			attribute.SyncStatus.ValueSet(string(workflows.StatusInProgress)),
			attribute.CustomerNumberHash.ValueSet(party),
		),
	}
	input := workflows.MessagesInput{
		Installation: d.Installation, NumberID: number, Inbox: d.Inbox, Settings: d.Settings, HelpScoutURL: s.HelpScoutURL,
	}
	_, err = s.Client.SignalWithStartWorkflow(ctx, d.Run, workflows.EventSignal, signal, options, workflows.MessagesWorkflow, input)
	return s.whyNot(ctx, err)
}

// FindMessages lists runs of messages, newest first. Of the filter, Call and Outcome
// choose calls and do not count.
func (s *Starter) FindMessages(ctx context.Context, filter Filter) ([]FoundMessages, error) {
	filter.Call, filter.Outcome = 0, ""
	out := []FoundMessages{}
	err := s.find(ctx, workflows.KindMessages, filter, func(id string, found Found) bool {
		installation, number, _, err := workflows.ParseMessagesID(id)
		if err != nil {
			return false
		}
		out = append(out, FoundMessages{
			ID: id, Installation: installation, Number: number, Status: found.Status, Problem: found.Problem,
			Conversation: found.Conversation, Started: found.Started, Closed: found.Closed, State: found.State,
		})
		return true
	})
	return out, err
}

// ShowMessages tells everything about the newest run of messages with that workflow id.
func (s *Starter) ShowMessages(ctx context.Context, id string) (workflows.MessagesView, error) {
	answer, err := s.Client.QueryWorkflowWithOptions(ctx, &client.QueryWorkflowWithOptionsRequest{WorkflowID: id, QueryType: workflows.StatusQuery})
	if err != nil {
		var missing *serviceerror.NotFound
		if errors.As(err, &missing) {
			return workflows.MessagesView{}, ErrNoSuchMessages
		}
		return workflows.MessagesView{}, fmt.Errorf("temporal: %w", err)
	}
	var view workflows.MessagesView
	if err := answer.QueryResult.Get(&view); err != nil {
		return workflows.MessagesView{}, fmt.Errorf("the run does not open with this encryption key: %w", err)
	}
	return view, nil
}

// ErrNoSuchMessages says that no run of messages with that id is known to Temporal.
var ErrNoSuchMessages = errors.New("no run of these messages is known; there were none, or longer ago than Temporal keeps runs")

// RetryMessages asks a parked run of messages to try again now and waits for the
// result.
func (s *Starter) RetryMessages(ctx context.Context, id, by string) (string, error) {
	return s.updateMessages(ctx, id, workflows.Retry, workflows.Decision{By: by})
}

// SkipMessages tells a parked run not to log the messages that it stands still for,
// with the reason.
func (s *Starter) SkipMessages(ctx context.Context, id, by, reason string) (string, error) {
	return s.updateMessages(ctx, id, workflows.Skip, workflows.Decision{By: by, Reason: reason})
}

func (s *Starter) updateMessages(ctx context.Context, id, name string, decision workflows.Decision) (string, error) {
	answer, err := s.update(ctx, id, name, decision)
	if errors.Is(err, ErrNoSuchCall) {
		err = ErrNoSuchMessages
	}
	return answer, err
}
