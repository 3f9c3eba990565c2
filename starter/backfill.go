package starter

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"callscout/calllog"
	"callscout/engine/attribute"
	"callscout/workflows"
)

// ErrBackfillRuns says that the same backfill runs already.
var ErrBackfillRuns = errors.New("this backfill runs already")

// ErrBackfillEnded says that nobody can decide anything about it any more.
var ErrBackfillEnded = errors.New("this backfill has ended")

// BackfillWish is what is asked for.
type BackfillWish = workflows.BackfillWish

// BackfillView is what a backfill tells of itself.
type BackfillView = workflows.BackfillView

// ErrNoSuchBackfill says that no run of that backfill is known to Temporal.
var ErrNoSuchBackfill = errors.New("no such backfill is known; it was never begun, or longer ago than Temporal keeps runs")

// WishError says what is wrong with a backfill that is asked for, and what to do.
type WishError struct {
	// Field is "from", "to" or "numbers".
	Field string
	// Reason is "order", "future", "kept" or "unknown": a word for what is wrong.
	Reason string
	// Limit is the earliest or latest time that is possible, where there is one.
	Limit time.Time
}

func (e *WishError) Error() string {
	switch e.Reason {
	case "future":
		return fmt.Sprintf("%s lies in the future: %s is the latest", e.Field, e.Limit.Format(time.RFC3339))
	case "kept":
		return fmt.Sprintf("%s is too early: Aircall lists the calls of %d months; begin at %s or later", e.Field, calllog.KeptMonths, e.Limit.Format(time.RFC3339))
	default:
		return "to must be later than from"
	}
}

// CheckWish says what is wrong with a backfill that is asked for now: its error is a
// *WishError.
func CheckWish(wish workflows.BackfillWish, now time.Time) error {
	// A clock may be a little ahead.
	latest := now.Add(time.Minute).In(wish.To.Location())
	switch earliest := calllog.EarliestListed(now).In(wish.From.Location()); {
	case wish.From.Before(earliest):
		return &WishError{Field: "from", Reason: "kept", Limit: earliest.Truncate(time.Minute).Add(time.Minute)}
	case wish.To.After(latest):
		return &WishError{Field: "to", Reason: "future", Limit: latest.Truncate(time.Minute)}
	case !wish.From.Before(wish.To):
		return &WishError{Field: "to", Reason: "order"}
	}
	return nil
}

// StartBackfill begins a backfill, or one that only counts, and gives its name. Its
// errors are ErrBackfillRuns, with the name, *WishError, ErrNotSetUp and Temporal's own.
func (s *Starter) StartBackfill(ctx context.Context, installation string, wish workflows.BackfillWish, by string) (name string, err error) {
	if err := CheckWish(wish, time.Now()); err != nil {
		return "", err
	}
	wish.From, wish.To = wish.From.UTC().Truncate(time.Second), wish.To.UTC().Truncate(time.Second)
	name = wish.Name()
	summary := "Backfill of " + installation
	if wish.DryRun {
		summary = "Count of lost calls of " + installation
	}
	_, err = s.Client.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
		ID: workflows.BackfillID(installation, name), TaskQueue: workflows.TaskQueue,
		WorkflowIDReusePolicy:                    enums.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE,
		WorkflowIDConflictPolicy:                 enums.WORKFLOW_ID_CONFLICT_POLICY_FAIL,
		WorkflowExecutionErrorWhenAlreadyStarted: true,
		StaticSummary:                            fmt.Sprintf("%s, %s to %s", summary, wish.From.Format(time.DateTime), wish.To.Format(time.DateTime)),
		TypedSearchAttributes: temporal.NewSearchAttributes(
			attribute.Installation.ValueSet(installation), attribute.Kind.ValueSet(workflows.KindBackfill),
			attribute.SyncStatus.ValueSet(string(workflows.StatusInProgress)),
		),
		Priority: temporal.Priority{PriorityKey: workflows.BackfillPriority},
	}, workflows.BackfillWorkflow, workflows.BackfillInput{Installation: installation, BackfillWish: wish, By: by})
	var runs *serviceerror.WorkflowExecutionAlreadyStarted
	if errors.As(err, &runs) {
		return name, ErrBackfillRuns
	}
	return name, s.whyNot(ctx, err)
}

// FoundBackfill is one backfill in a list.
type FoundBackfill struct {
	Installation string `json:"installation"`
	// Name names it among those of its installation.
	Name   string    `json:"name"`
	DryRun bool      `json:"dry_run,omitempty"`
	From   time.Time `json:"from"`
	To     time.Time `json:"to"`
	// Part says that it was not about all calls of that time.
	Part    bool             `json:"part,omitempty"`
	Status  workflows.Status `json:"status"`
	Problem string           `json:"problem,omitempty"`
	Started time.Time        `json:"started"`
	Closed  time.Time        `json:"closed,omitzero"`
	State   string           `json:"state,omitempty"`
}

// Backfills lists an installation's backfills, newest first. Temporal's list lags a
// moment behind.
func (s *Starter) Backfills(ctx context.Context, installation string, limit int) ([]FoundBackfill, error) {
	out := []FoundBackfill{}
	err := s.find(ctx, workflows.KindBackfill, Filter{Installation: installation, Limit: limit}, func(id string, found Found) bool {
		one := FoundBackfill{Status: found.Status, Problem: found.Problem, Started: found.Started, Closed: found.Closed, State: found.State}
		var err error
		if one.Installation, one.Name, err = workflows.ParseBackfillID(id); err != nil {
			return false
		}
		wish, part, err := workflows.ParseBackfillName(one.Name)
		if err != nil {
			return false
		}
		one.From, one.To, one.DryRun, one.Part = wish.From, wish.To, wish.DryRun, part
		out = append(out, one)
		return true
	})
	return out, err
}

// ShowBackfill tells everything about a backfill. Its errors are ErrNoSuchBackfill,
// ErrNoAnswer and Temporal's own.
func (s *Starter) ShowBackfill(ctx context.Context, installation, name string) (workflows.BackfillView, error) {
	var view workflows.BackfillView
	answer, err := s.Client.QueryWorkflowWithOptions(ctx, &client.QueryWorkflowWithOptionsRequest{
		WorkflowID: workflows.BackfillID(installation, name), QueryType: workflows.StatusQuery,
	})
	var missing *serviceerror.NotFound
	var late *serviceerror.DeadlineExceeded
	switch {
	case errors.As(err, &missing):
		return view, ErrNoSuchBackfill
	case errors.As(err, &late), errors.Is(err, context.DeadlineExceeded):
		return view, ErrNoAnswer
	case err != nil:
		return view, fmt.Errorf("temporal: %w", err)
	}
	if err := answer.QueryResult.Get(&view); err != nil {
		return view, fmt.Errorf("the run does not open with this encryption key: %w", err)
	}
	return view, nil
}

// DecideBackfill pauses, resumes or stops a backfill (workflows.Pause, Resume, Stop) and
// answers in plain words. Its errors are ErrNoSuchBackfill, ErrBackfillEnded, ErrNoAnswer,
// the backfill's own refusal (*RefusedError), and Temporal's.
func (s *Starter) DecideBackfill(ctx context.Context, installation, name, decision, by string) (string, error) {
	answer, err := s.update(ctx, workflows.BackfillID(installation, name), decision, workflows.Decision{By: by})
	switch {
	case errors.Is(err, ErrNoSuchCall):
		return "", ErrNoSuchBackfill
	case errors.Is(err, ErrFinished):
		return "", ErrBackfillEnded
	}
	return answer, err
}

// State tells how a call's workflow stands, as Temporal knows it at once, and why it
// stands still. Its error is Temporal's own.
func (s *Starter) State(ctx context.Context, installation string, call int64) (calllog.RunState, calllog.Problem, error) {
	run, err := s.Client.DescribeWorkflow(ctx, workflows.CallID(installation, call), "")
	var missing *serviceerror.NotFound
	switch {
	case errors.As(err, &missing):
		return calllog.RunNone, "", nil
	case err != nil:
		return calllog.RunNone, "", fmt.Errorf("temporal: %w", err)
	case run.Status != enums.WORKFLOW_EXECUTION_STATUS_RUNNING:
		return calllog.RunNone, "", nil
	}
	status, _ := run.TypedSearchAttributes.GetKeyword(attribute.SyncStatus)
	if workflows.Status(status) != workflows.StatusNeedsAttention {
		return calllog.RunGoesOn, "", nil
	}
	problem, _ := run.TypedSearchAttributes.GetKeyword(attribute.SyncProblem)
	return calllog.RunParked, calllog.Problem(problem), nil
}

// TryAgain has a call that needs attention try again, without waiting for what comes of
// it; a call that does not run is left alone. Its error is Temporal's own.
func (s *Starter) TryAgain(ctx context.Context, installation string, call int64, by string) error {
	err := s.signal(ctx, workflows.CallID(installation, call), workflows.Retry, workflows.Decision{By: by})
	if errors.Is(err, ErrNotRunning) {
		return nil
	}
	return err
}
