package starter

import (
	"context"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"callscout/activities/contract"
	"callscout/engine/attribute"
	"callscout/workflows"
)

// EnsureReconcile has an installation's lost calls looked for, by a schedule that is
// made or brought up to date. Its error is Temporal's own.
func (s *Starter) EnsureReconcile(ctx context.Context, installation string) error {
	return s.ensure(ctx, reconcileSchedule(installation))
}

// RemoveReconcile ends the looking; it is no error if nobody did. Its error is
// Temporal's own.
func (s *Starter) RemoveReconcile(ctx context.Context, installation string) error {
	return s.remove(ctx, workflows.ReconcileID(installation))
}

// ReconcileNow has lost calls looked for at once, unless somebody does already. Its
// error is Temporal's own.
func (s *Starter) ReconcileNow(ctx context.Context, installation string) error {
	return s.trigger(ctx, workflows.ReconcileID(installation))
}

func reconcileSchedule(installation string) client.ScheduleOptions {
	id := workflows.ReconcileID(installation)
	return client.ScheduleOptions{
		ID: id,
		Spec: client.ScheduleSpec{
			Intervals: []client.ScheduleIntervalSpec{{Every: workflows.ReconcileEvery, Offset: spread(installation, workflows.ReconcileEvery)}},
		},
		Action: &client.ScheduleWorkflowAction{
			ID: id, Workflow: workflows.ReconcileWorkflow, TaskQueue: workflows.TaskQueue,
			Args:               []any{contract.ReconcileInput{Installation: installation}},
			WorkflowRunTimeout: workflows.ReconcileTimeout,
			StaticSummary:      "Lost calls of " + installation,
			TypedSearchAttributes: temporal.NewSearchAttributes(
				attribute.Installation.ValueSet(installation), attribute.Kind.ValueSet(workflows.KindReconcile),
				attribute.SyncStatus.ValueSet(string(workflows.StatusInProgress)),
			),
			Priority: temporal.Priority{PriorityKey: workflows.BackfillPriority},
		},
		Overlap: enums.SCHEDULE_OVERLAP_POLICY_SKIP, CatchupWindow: time.Minute, TriggerImmediately: true,
		Note: "Looks for calls whose webhooks were lost; Callscout makes and removes it.",
	}
}
