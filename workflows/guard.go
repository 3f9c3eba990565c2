package workflows

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"callscout/activities/contract"
	"callscout/calllog"
	"callscout/engine/attribute"
)

const (
	// GuardWorkflow is the type of the workflow that looks after an installation.
	GuardWorkflow = "Guard"
	// KindGuard is its value of the search attribute CallscoutKind.
	KindGuard = "guard"
	// GuardEvery is how often it runs. Aircall repeats what it could not deliver for
	// 12 hours, and its lists cost a few of 120 requests per minute.
	GuardEvery = 10 * time.Minute
	// GuardTimeout ends a run before the next one is due.
	GuardTimeout = 9 * time.Minute
)

// GuardID names an installation's guard: both its schedule and its runs, to which
// Temporal adds the time.
func GuardID(installation string) string { return "guard/" + installation }

// GuardInput begins a run.
type GuardInput struct {
	Installation string `json:"installation"`
}

// GuardResult is how a run ended.
type GuardResult struct {
	Status Status `json:"status"`
	// Problem is the first of those that were found, or why nothing could be checked.
	Problem  calllog.Problem   `json:"problem,omitempty"`
	Findings []calllog.Finding `json:"findings,omitempty"`
	Repaired []calllog.Check   `json:"repaired,omitempty"`
}

// watchfulness tries within one run; the next one comes by itself.
var watchfulness = &temporal.RetryPolicy{
	InitialInterval: 2 * time.Second, BackoffCoefficient: 2, MaximumInterval: time.Minute, MaximumAttempts: 6,
}

// Guard looks once at an installation's accounts. It never fails: what is wrong shows
// as SyncProblem of its run.
func Guard(ctx workflow.Context, in GuardInput) (GuardResult, error) {
	how := options("Check webhook, credentials, numbers and inboxes")
	how.RetryPolicy, how.ScheduleToCloseTimeout = watchfulness, GuardTimeout-time.Minute
	ctx = workflow.WithActivityOptions(ctx, how)
	var found contract.CheckResult
	err := workflow.ExecuteActivity(ctx, contract.CheckInstallation, contract.CheckInput{Installation: in.Installation}).Get(ctx, &found)
	if ctx.Err() != nil {
		return GuardResult{}, ctx.Err()
	}
	result := GuardResult{Status: StatusSynced, Findings: found.Findings, Repaired: found.Repaired}
	details := guardDetails(found)
	switch {
	case err != nil:
		result.Status, result.Problem = StatusNeedsAttention, problemOf(err)
		details = "The check could not be made: " + result.Problem.Explain()
	case found.Gone:
		result.Status = StatusSkipped
		details = "There is no such installation any more."
	case len(found.Findings) > 0:
		result.Status, result.Problem = StatusNeedsAttention, found.Findings[0].Problem
	}
	updates := []temporal.SearchAttributeUpdate{attribute.SyncStatus.ValueSet(string(result.Status))}
	if result.Problem != "" {
		updates = append(updates, attribute.SyncProblem.ValueSet(string(result.Problem)))
	}
	if err := workflow.UpsertTypedSearchAttributes(ctx, updates...); err != nil {
		return result, err
	}
	workflow.SetCurrentDetails(ctx, details)
	return result, nil
}

func problemOf(err error) calllog.Problem {
	var failed *temporal.ApplicationError
	if errors.As(err, &failed) && failed.Type() != "" {
		return calllog.Problem(failed.Type())
	}
	return calllog.Internal
}

func guardDetails(found contract.CheckResult) string {
	var lines []string
	for _, finding := range found.Findings {
		subject := ""
		if finding.Subject != 0 {
			subject = fmt.Sprintf(" (%d)", finding.Subject)
		}
		lines = append(lines, fmt.Sprintf("- **%s**%s: %s %s", finding.Check, subject, finding.Problem.Explain(), finding.Problem.Remedy()))
	}
	for _, check := range found.Repaired {
		lines = append(lines, fmt.Sprintf("- **%s**: put right", check))
	}
	if !found.GapTo.IsZero() {
		from := "an unknown time"
		if !found.GapFrom.IsZero() {
			from = found.GapFrom.UTC().Format(time.RFC3339)
		}
		lines = append(lines, fmt.Sprintf("- Calls may be missing from %s to %s.", from, found.GapTo.UTC().Format(time.RFC3339)))
	}
	if len(lines) == 0 {
		return "All is well."
	}
	return strings.Join(lines, "\n")
}
