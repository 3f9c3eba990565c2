// Package starter is the one door into Temporal from outside a worker: deliver an
// event, retry, skip, find, describe.
//
// It imports workflows for its types and names, and must not import activities
// or api.
package starter

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"

	"callscout/calllog"
	"callscout/engine/attribute"
	"callscout/phone"
	"callscout/secret"
	"callscout/settings"
	"callscout/workflows"
)

// Starter speaks to Temporal for everybody who is not a worker.
type Starter struct {
	Client client.Client
	// HashKey makes the searchable hash of a number.
	HashKey []byte
	// HelpScoutURL and AircallURL are the web addresses that runs link to.
	HelpScoutURL, AircallURL string
	// Namespace is where the runs are; "default" unless set. Jobs over many runs want it.
	Namespace string
	// Data and Failures open what runs hold; needed for Story, Data for lists as well.
	Data     converter.DataConverter
	Failures converter.FailureConverter
}

// Delivery is one event of a call or of a message that is to be logged.
type Delivery struct {
	Installation string
	Inbox        int64
	Settings     settings.Settings
	// Event is what a call's webhook said; the zero value for a message.
	Event calllog.Event `json:",omitzero"`
	// Message is what a message's webhook said, nil for a call, and Run the workflow
	// that the message belongs to.
	Message *calllog.MessageEvent `json:",omitempty"`
	Run     string                `json:",omitempty"`
	// Backfilled says that the call was found in Aircall's list after it had ended: the
	// run that it starts is quiet, and less urgent than live ones.
	Backfilled bool `json:",omitempty"`
	// OnlyRunning starts no run: new calls of that number are not logged, and those
	// that began before it was switched off or taken out are logged to their end.
	OnlyRunning bool `json:",omitempty"`
}

// Stream names the run that an event belongs to; events of one stream are kept
// in order.
func (d Delivery) Stream() string {
	if d.Message != nil {
		return d.Run
	}
	return workflows.CallID(d.Installation, d.Event.Call.ID)
}

// Name is Aircall's name of the event.
func (d Delivery) Name() string {
	if d.Message != nil {
		return d.Message.Name
	}
	return d.Event.Name
}

// ErrNotRunning says that an event was for a running call only, and none runs.
var ErrNotRunning = errors.New("the call does not run, and is not to be started")

// Deliver hands an event to its call's workflow and starts that if it does not
// run. When it returns without an error, Temporal has the event durably. Its
// error is ErrNotRunning, ErrNotSetUp or Temporal's own: everything but the first
// and an invalid argument may pass.
func (s *Starter) Deliver(ctx context.Context, d Delivery) error {
	if d.Message != nil {
		return s.deliverMessage(ctx, d)
	}
	if d.OnlyRunning {
		return s.signal(ctx, d.Stream(), workflows.EventSignal, d.Event)
	}
	facts := calllog.Gather([]calllog.Event{d.Event})
	options := client.StartWorkflowOptions{
		ID:                       d.Stream(),
		TaskQueue:                workflows.TaskQueue,
		WorkflowIDReusePolicy:    enums.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE,
		WorkflowIDConflictPolicy: enums.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
		StaticSummary:            workflows.Summary(facts),
		TypedSearchAttributes:    s.attributes(d.Installation, facts),
		Memo:                     map[string]any{workflows.RowMemo: workflows.RowOf(facts, d.Inbox)},
	}
	input := workflows.CallInput{
		Installation: d.Installation, CallID: d.Event.Call.ID, Inbox: d.Inbox, Settings: d.Settings,
		HelpScoutURL: s.HelpScoutURL, AircallURL: s.AircallURL, Backfilled: d.Backfilled,
	}
	if d.Backfilled {
		options.Priority = temporal.Priority{PriorityKey: workflows.BackfillPriority}
	}
	_, err := s.Client.SignalWithStartWorkflow(ctx, options.ID, workflows.EventSignal, d.Event, options, workflows.CallWorkflow, input)
	return s.whyNot(ctx, err)
}

// whyNot tells an event that Temporal will never take from a namespace that is not set
// up yet.
func (s *Starter) whyNot(ctx context.Context, err error) error {
	var invalid *serviceerror.InvalidArgument
	if !errors.As(err, &invalid) {
		return err
	}
	// Until a namespace knows the search attributes, it calls every event
	// invalid. Its parts learn them at different moments, so both are asked.
	if strings.Contains(strings.ToLower(invalid.Message), "search attribute") || errors.Is(s.setUp(ctx), ErrNotSetUp) {
		return fmt.Errorf("%w: %s", ErrNotSetUp, invalid.Message)
	}
	return err
}

func (s *Starter) attributes(installation string, f calllog.Facts) temporal.SearchAttributes {
	updates := []temporal.SearchAttributeUpdate{
		attribute.Installation.ValueSet(installation),
		attribute.Kind.ValueSet(workflows.KindCall),
		attribute.AircallCallID.ValueSet(strconv.FormatInt(f.CallID, 10)),
		attribute.SyncStatus.ValueSet(string(workflows.StatusInProgress)),
	}
	if f.PartyKnown() || f.Direction != "" {
		updates = append(updates, attribute.CustomerNumberHash.ValueSet(s.NumberHash(f.OutsideNumber, f.Line.Country)))
	}
	if f.Line.ID != 0 {
		updates = append(updates, attribute.AircallNumberID.ValueSet(strconv.FormatInt(f.Line.ID, 10)))
	}
	if f.Direction != "" {
		updates = append(updates, attribute.CallDirection.ValueSet(string(f.Direction)))
	}
	return temporal.NewSearchAttributes(updates...)
}

// NumberHash is what a number is found by. Written forms of one number give one
// hash; country is that of the line, for numbers without a country code.
func (s *Starter) NumberHash(raw, country string) string {
	switch number, kind := phone.Classify(raw, country); kind {
	case phone.Dialable:
		raw = number.E164()
	case phone.Anonymous:
		raw = "anonymous"
	}
	return secret.Hash(s.HashKey, raw)
}

// ErrNotSetUp says that Temporal answers and takes no event yet, because its
// namespace does not know Callscout's search attributes. It passes.
var ErrNotSetUp = errors.New("the namespace does not know Callscout's search attributes yet; a worker adds them when it starts")

// Reachable says that Temporal answers and takes events; its error, ErrNotSetUp
// among others, says why it does not.
func (s *Starter) Reachable(ctx context.Context) error {
	if _, err := s.Client.CheckHealth(ctx, &client.CheckHealthRequest{}); err != nil {
		return err
	}
	return s.setUp(ctx)
}

// setUp asks for a run that carries every search attribute: a question that is
// refused unless the namespace knows them all. The id belongs to no run, so that
// the answer is cheap.
func (s *Starter) setUp(ctx context.Context) error {
	query := "WorkflowId = 'callscout search attributes'"
	for _, name := range slices.Sorted(maps.Keys(attribute.All())) {
		query += " AND " + name + " IS NOT NULL"
	}
	_, err := s.Client.CountWorkflow(ctx, &workflowservice.CountWorkflowExecutionsRequest{Query: query})
	var invalid *serviceerror.InvalidArgument
	if errors.As(err, &invalid) {
		return fmt.Errorf("%w: %s", ErrNotSetUp, invalid.Message)
	}
	return err
}

// ErrNoSuchCall says that no run of that call is known to Temporal.
var ErrNoSuchCall = errors.New("no run of this call is known; it was not logged here, or longer ago than Temporal keeps runs")

// ErrFinished says that the call's run has ended, so that nobody can be told
// anything.
var ErrFinished = errors.New("the call's run has ended; there is nothing to retry or skip")

// ErrNoAnswer says that nobody carried out a decision in time. It may still be
// carried out.
var ErrNoAnswer = errors.New("no answer in time; is a worker running?")

// answerWithin is how long a call may take to carry out a decision: a few
// requests to Help Scout. Without a worker, Temporal would wait for ever.
const answerWithin = 90 * time.Second

// Retry asks a parked call to try again now and waits for the result.
func (s *Starter) Retry(ctx context.Context, installation string, call int64, by string) (string, error) {
	return s.update(ctx, workflows.CallID(installation, call), workflows.Retry, workflows.Decision{By: by})
}

// Skip tells a parked call not to be logged, with the reason.
func (s *Starter) Skip(ctx context.Context, installation string, call int64, by, reason string) (string, error) {
	return s.update(ctx, workflows.CallID(installation, call), workflows.Skip, workflows.Decision{By: by, Reason: reason})
}

// PutTagsRight tells the running workflow that wrote which tags of somebody's it
// overwrote. Its error is ErrNotRunning or Temporal's own.
func (s *Starter) PutTagsRight(ctx context.Context, installation string, by calllog.TagWrite, lost calllog.Lost) error {
	return s.signal(ctx, cmp.Or(by.Run, workflows.CallID(installation, by.Call)), workflows.TagsSignal, lost)
}

// signal reaches a run that there is; it starts none.
func (s *Starter) signal(ctx context.Context, id, name string, arg any) error {
	err := s.Client.SignalWorkflow(ctx, id, "", name, arg)
	var missing *serviceerror.NotFound
	if errors.As(err, &missing) {
		return ErrNotRunning
	}
	return err
}

func (s *Starter) update(ctx context.Context, id, name string, decision workflows.Decision) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	handle, err := s.Client.UpdateWorkflow(ctx, client.UpdateWorkflowOptions{
		WorkflowID: id, UpdateName: name, Args: []any{decision}, WaitForStage: client.WorkflowUpdateStageCompleted,
	})
	if err != nil {
		return "", explain(err)
	}
	var answer string
	return answer, explain(handle.Get(ctx, &answer))
}

func explain(err error) error {
	var missing *serviceerror.NotFound
	var refused *temporal.ApplicationError
	var late *serviceerror.DeadlineExceeded
	var stopped *client.WorkflowUpdateServiceTimeoutOrCanceledError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &stopped), errors.As(err, &late), errors.Is(err, context.DeadlineExceeded):
		return ErrNoAnswer
	case errors.As(err, &missing) && missing.Message == "workflow execution already completed":
		return ErrFinished
	case errors.As(err, &missing):
		return ErrNoSuchCall
	case errors.As(err, &refused):
		return &RefusedError{Kind: refused.Type(), Message: refused.Message()}
	default:
		return fmt.Errorf("temporal: %w", err)
	}
}
