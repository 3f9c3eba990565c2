package starter

import (
	"context"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

	"callscout/activities/contract"
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
	return s.trigger(ctx, workflows.ReconcileID(installation), enums.SCHEDULE_OVERLAP_POLICY_SKIP)
}

func reconcileSchedule(installation string) client.ScheduleOptions {
	return looks{
		id: workflows.ReconcileID(installation), workflow: workflows.ReconcileWorkflow, kind: workflows.KindReconcile, installation: installation,
		in: contract.ReconcileInput{Installation: installation}, every: workflows.ReconcileEvery, within: workflows.ReconcileTimeout, catchup: time.Minute,
		priority: workflows.BackfillPriority,
		summary:  "Lost calls of " + installation, note: "Looks for calls whose webhooks were lost; Callscout makes and removes it.",
	}.schedule()
}
