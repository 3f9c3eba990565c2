package starter

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"callscout/engine/attribute"
	"callscout/workflows"
)

// guardCatchup is how late a run may still begin: the next one finds the same.
const guardCatchup = time.Minute

// EnsureGuard has an installation looked after: its schedule is made, or brought up
// to date, also to the newest encryption key. Its error is Temporal's own.
func (s *Starter) EnsureGuard(ctx context.Context, installation string) error {
	return s.ensure(ctx, guardSchedule(installation))
}

// RemoveGuard ends the looking after; it is no error if nobody did. Its error is
// Temporal's own.
func (s *Starter) RemoveGuard(ctx context.Context, installation string) error {
	return s.remove(ctx, workflows.GuardID(installation))
}

// CheckNow has an installation looked after at once, beside the schedule; where that is
// being done already, once more afterwards, since it may have begun before whatever is to
// be looked at. Its error is Temporal's own.
func (s *Starter) CheckNow(ctx context.Context, installation string) error {
	return s.trigger(ctx, workflows.GuardID(installation), enums.SCHEDULE_OVERLAP_POLICY_BUFFER_ONE)
}

// ensure makes a schedule, or brings it up to date.
func (s *Starter) ensure(ctx context.Context, wanted client.ScheduleOptions) error {
	_, err := s.Client.ScheduleClient().Create(ctx, wanted)
	var there *serviceerror.WorkflowExecutionAlreadyStarted
	switch {
	case err == nil:
		return nil
	case !errors.Is(err, temporal.ErrScheduleAlreadyRunning) && !errors.As(err, &there):
		return fmt.Errorf("schedule %s: %w", wanted.ID, err)
	}
	err = s.Client.ScheduleClient().GetHandle(ctx, wanted.ID).Update(ctx, client.ScheduleUpdateOptions{
		DoUpdate: func(client.ScheduleUpdateInput) (*client.ScheduleUpdate, error) {
			return &client.ScheduleUpdate{Schedule: &client.Schedule{
				Action: wanted.Action, Spec: &wanted.Spec,
				Policy: &client.SchedulePolicies{Overlap: wanted.Overlap, CatchupWindow: wanted.CatchupWindow},
				State:  &client.ScheduleState{Note: wanted.Note},
			}}, nil
		},
	})
	if err != nil {
		return fmt.Errorf("schedule %s: %w", wanted.ID, err)
	}
	return nil
}

func (s *Starter) remove(ctx context.Context, schedule string) error {
	err := s.Client.ScheduleClient().GetHandle(ctx, schedule).Delete(ctx)
	var missing *serviceerror.NotFound
	if err != nil && !errors.As(err, &missing) {
		return fmt.Errorf("schedule %s: %w", schedule, err)
	}
	return nil
}

func (s *Starter) trigger(ctx context.Context, schedule string, overlap enums.ScheduleOverlapPolicy) error {
	err := s.Client.ScheduleClient().GetHandle(ctx, schedule).Trigger(ctx, client.ScheduleTriggerOptions{Overlap: overlap})
	if err != nil {
		return fmt.Errorf("schedule %s: %w", schedule, err)
	}
	return nil
}

// spread is when within the interval an installation has its turn, so that they do not
// all ask at once.
func spread(installation string, every time.Duration) time.Duration {
	sum := fnv.New32a()
	_, _ = sum.Write([]byte(installation))
	return (time.Duration(sum.Sum32()) % every).Truncate(time.Second)
}

// looks is a schedule on which something of an installation is looked at again and
// again, by a workflow that takes in. Runs do not overlap.
type looks struct {
	id, workflow, kind string
	installation       string
	in                 any
	every, within      time.Duration
	// catchup is how long a look that was missed is made up for.
	catchup       time.Duration
	priority      int
	summary, note string
}

func (l looks) schedule() client.ScheduleOptions {
	return client.ScheduleOptions{
		ID:   l.id,
		Spec: client.ScheduleSpec{Intervals: []client.ScheduleIntervalSpec{{Every: l.every, Offset: spread(l.installation, l.every)}}},
		Action: &client.ScheduleWorkflowAction{
			ID: l.id, Workflow: l.workflow, TaskQueue: workflows.TaskQueue, Args: []any{l.in},
			WorkflowRunTimeout: l.within, StaticSummary: l.summary,
			TypedSearchAttributes: temporal.NewSearchAttributes(
				attribute.Installation.ValueSet(l.installation), attribute.Kind.ValueSet(l.kind),
				attribute.SyncStatus.ValueSet(string(workflows.StatusInProgress)),
			),
			Priority: temporal.Priority{PriorityKey: l.priority},
		},
		Overlap: enums.SCHEDULE_OVERLAP_POLICY_SKIP, CatchupWindow: l.catchup, TriggerImmediately: true, Note: l.note,
	}
}

func guardSchedule(installation string) client.ScheduleOptions {
	return looks{
		id: workflows.GuardID(installation), workflow: workflows.GuardWorkflow, kind: workflows.KindGuard, installation: installation,
		in: workflows.GuardInput{Installation: installation}, every: workflows.GuardEvery, within: workflows.GuardTimeout, catchup: guardCatchup,
		summary: "Guard of " + installation, note: "Looks after the installation's accounts; Callscout makes and removes it.",
	}.schedule()
}
