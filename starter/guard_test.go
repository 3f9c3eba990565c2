package starter_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"callscout/engine/attribute"
	"callscout/starter"
	"callscout/workflows"
)

type handle struct{ client.ScheduleHandle }

type scheduling struct {
	client.Client
	schedules *fakeSchedules
}

func (s scheduling) ScheduleClient() client.ScheduleClient { return s.schedules }

// fakeSchedules keeps what was done to one schedule.
type fakeSchedules struct {
	client.ScheduleClient
	handle
	created   []client.ScheduleOptions
	updated   *client.Schedule
	deleted   []string
	triggered []enums.ScheduleOverlapPolicy
	id        string
	createErr error
	deleteErr error
}

func (f *fakeSchedules) Create(_ context.Context, options client.ScheduleOptions) (client.ScheduleHandle, error) {
	f.created = append(f.created, options)
	return f, f.createErr
}

func (f *fakeSchedules) GetHandle(_ context.Context, id string) client.ScheduleHandle {
	f.id = id
	return f
}

func (f *fakeSchedules) Update(_ context.Context, options client.ScheduleUpdateOptions) error {
	update, err := options.DoUpdate(client.ScheduleUpdateInput{})
	if err == nil {
		f.updated = update.Schedule
	}
	return err
}

func (f *fakeSchedules) Delete(context.Context) error {
	f.deleted = append(f.deleted, f.id)
	return f.deleteErr
}

func (f *fakeSchedules) Trigger(_ context.Context, options client.ScheduleTriggerOptions) error {
	f.triggered = append(f.triggered, options.Overlap)
	return nil
}

func TestAGuardIsScheduledOncePerInstallation(t *testing.T) {
	t.Parallel()
	fake := &fakeSchedules{}
	s := &starter.Starter{Client: scheduling{schedules: fake}}
	require.NoError(t, s.EnsureGuard(t.Context(), "acme"))
	require.Nil(t, fake.updated)
	got := fake.created[0]
	require.Equal(t, "guard/acme", got.ID)
	require.Equal(t, enums.SCHEDULE_OVERLAP_POLICY_SKIP, got.Overlap)
	require.LessOrEqual(t, got.CatchupWindow, time.Minute)
	require.True(t, got.TriggerImmediately)
	require.Equal(t, workflows.GuardEvery, got.Spec.Intervals[0].Every)
	require.Less(t, got.Spec.Intervals[0].Offset, workflows.GuardEvery)
	action := got.Action.(*client.ScheduleWorkflowAction)
	require.Equal(t, workflows.GuardWorkflow, action.Workflow)
	require.Equal(t, []any{workflows.GuardInput{Installation: "acme"}}, action.Args)
	require.Less(t, action.WorkflowRunTimeout, workflows.GuardEvery)
	kind, _ := action.TypedSearchAttributes.GetKeyword(attribute.Kind)
	require.Equal(t, workflows.KindGuard, kind)
	installation, _ := action.TypedSearchAttributes.GetKeyword(attribute.Installation)
	require.Equal(t, "acme", installation)

	fake.createErr = temporal.ErrScheduleAlreadyRunning
	require.NoError(t, s.EnsureGuard(t.Context(), "acme"))
	require.Equal(t, "guard/acme", fake.id)
	require.Equal(t, action, fake.updated.Action, "it is brought up to date")
	require.Equal(t, enums.SCHEDULE_OVERLAP_POLICY_SKIP, fake.updated.Policy.Overlap)

	fake.createErr = errors.New("away")
	require.ErrorContains(t, s.EnsureGuard(t.Context(), "acme"), "schedule guard/acme: away")
}

func TestAGuardIsRemovedAndAskedForAtOnce(t *testing.T) {
	t.Parallel()
	fake := &fakeSchedules{}
	s := &starter.Starter{Client: scheduling{schedules: fake}}
	require.NoError(t, s.CheckNow(t.Context(), "acme"))
	require.Equal(t, []enums.ScheduleOverlapPolicy{enums.SCHEDULE_OVERLAP_POLICY_BUFFER_ONE}, fake.triggered)
	require.NoError(t, s.RemoveGuard(t.Context(), "acme"))
	fake.deleteErr = serviceerror.NewNotFound("gone")
	require.NoError(t, s.RemoveGuard(t.Context(), "acme"))
	fake.deleteErr = errors.New("away")
	require.ErrorContains(t, s.RemoveGuard(t.Context(), "acme"), "away")
	require.Equal(t, []string{"guard/acme", "guard/acme", "guard/acme"}, fake.deleted)
}
