package workflows

import (
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
	// ReconcileWorkflow is the type of the workflow that looks for calls whose webhooks
	// were lost.
	ReconcileWorkflow = "Reconcile"
	// KindReconcile is its value of the search attribute CallscoutKind.
	KindReconcile = "reconcile"
	// ReconcileEvery is how often it runs. Runs do not overlap.
	ReconcileEvery = 15 * time.Minute
	// ReconcileTimeout ends a run that hangs, so that the next one can begin. One after a
	// day without Callscout takes long: it delivers as slowly as a backfill.
	ReconcileTimeout = 6 * time.Hour
)

// ReconcileID names an installation's looks for lost calls: both the schedule and its
// runs, to which Temporal adds the time.
func ReconcileID(installation string) string { return "reconcile/" + installation }

// ReconcileResult is how a run ended.
type ReconcileResult struct {
	Status Status `json:"status"`
	// Problem is why the look could not be made, or why calls could not be logged.
	Problem calllog.Problem `json:"problem,omitempty"`
	From    time.Time       `json:"from,omitzero"`
	To      time.Time       `json:"to,omitzero"`
	// Found is how many calls were delivered that their webhooks had not brought, and
	// Unlogged how many calls are not logged yet.
	Found    int `json:"found,omitempty"`
	Unlogged int `json:"unlogged,omitempty"`
}

// Reconcile looks once for calls that Aircall has and that are not logged here, and
// delivers them as if their webhooks had come. It never fails: what is wrong shows as
// SyncProblem of its run.
func Reconcile(ctx workflow.Context, in contract.ReconcileInput) (ReconcileResult, error) {
	var begun contract.ReconcileBegun
	how := options("See which calls to look for")
	err := workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, how), contract.BeginReconcile, in).Get(ctx, &begun)
	if ctx.Err() != nil {
		return ReconcileResult{}, ctx.Err()
	}
	if err != nil {
		return reconciled(ctx, ReconcileResult{Status: StatusNeedsAttention, Problem: problemOf(err)})
	}
	if begun.Idle {
		return reconciled(ctx, ReconcileResult{Status: StatusSkipped})
	}
	s := sweepState{Rest: slice{From: begun.From, To: begun.To}}
	asks := contract.ListCallsInput{
		Installation: in.Installation, By: workflow.GetInfo(ctx).WorkflowExecution.ID, Since: begun.Since,
	}
	for !s.over() && s.Parked == nil {
		now := workflow.Now(ctx)
		if due, why := s.next(now); due.After(now) {
			awaitNews(ctx, due, why, func() bool { return false })
		}
		s.step(ctx, asks)
		if ctx.Err() != nil {
			return ReconcileResult{}, ctx.Err()
		}
	}
	result := ReconcileResult{Status: StatusSynced, From: begun.From, To: begun.To, Found: s.Count, Unlogged: s.Count - s.Done + s.Table.Total().Cannot}
	if s.Parked != nil {
		// The next run looks at the same time again.
		result.Status, result.Problem = StatusNeedsAttention, s.Parked.Problem
	}
	if !s.listed() || s.Gone {
		return reconciled(ctx, result)
	}
	ended := contract.ReconcileEnded{Installation: in.Installation, From: begun.From, To: begun.To, Unlogged: result.Unlogged}
	for _, row := range s.Table {
		if row.Missing > 0 {
			if ended.Found == nil {
				ended.Found = map[int64]int{}
			}
			ended.Found[row.Number] += row.Missing
		}
	}
	err = workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, options("Keep what was found")), contract.EndReconcile, ended).Get(ctx, nil)
	if ctx.Err() != nil {
		return result, ctx.Err()
	}
	if err != nil {
		result.Status, result.Problem = StatusNeedsAttention, problemOf(err)
	}
	return reconciled(ctx, result)
}

// reconciled shows how a run ended.
func reconciled(ctx workflow.Context, result ReconcileResult) (ReconcileResult, error) {
	updates := []temporal.SearchAttributeUpdate{attribute.SyncStatus.ValueSet(string(result.Status))}
	if result.Problem != "" {
		updates = append(updates, attribute.SyncProblem.ValueSet(string(result.Problem)))
	}
	if err := workflow.UpsertTypedSearchAttributes(ctx, updates...); err != nil {
		return result, err
	}
	var lines []string
	if !result.To.IsZero() {
		lines = append(lines, fmt.Sprintf("- Calls that began from %s to %s", utc(result.From), utc(result.To)),
			fmt.Sprintf("- Found without their webhooks, and delivered: %d", result.Found),
			fmt.Sprintf("- Not logged yet: %d", result.Unlogged))
	}
	switch {
	case result.Problem != "":
		lines = append(lines, "- "+result.Problem.Explain()+" "+result.Problem.Remedy()+" The next run looks again.")
	case result.Status == StatusSkipped:
		lines = append(lines, "There is nothing to look at: the installation is gone, not connected, or logs no number.")
	}
	workflow.SetCurrentDetails(ctx, strings.Join(lines, "\n"))
	return result, nil
}
