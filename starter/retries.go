package starter

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	batchpb "go.temporal.io/api/batch/v1"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"

	"callscout/workflows"
)

// MostRetried is how many calls one job has tried again: Temporal takes no more by name.
const MostRetried = 1000

// ErrNoSuchJob says that Temporal knows no such job.
var ErrNoSuchJob = errors.New("no such job is known; it was never begun, or longer ago than Temporal keeps jobs")

// RetryJob is how far a job has come that has many calls tried again.
type RetryJob struct {
	// Running says that it goes on. Told is how many of its Calls were told.
	Running     bool
	Calls, Told int
}

// RetryMany has these calls try again, by a job of Temporal's that goes on without
// whoever asked; a call that does not need attention by then takes no notice. It tells at
// most so many a minute, so that calls that run now are not held up. The job's name is
// given by whoever asks. Its error is Temporal's.
func (s *Starter) RetryMany(ctx context.Context, job, installation string, calls []int64, perMinute float64, by string) error {
	told, err := s.Data.ToPayloads(workflows.Decision{By: by})
	if err != nil {
		return err
	}
	runs := make([]*commonpb.WorkflowExecution, 0, len(calls))
	for _, call := range calls {
		runs = append(runs, &commonpb.WorkflowExecution{WorkflowId: workflows.CallID(installation, call)})
	}
	_, err = s.Client.WorkflowService().StartBatchOperation(ctx, &workflowservice.StartBatchOperationRequest{
		Namespace: cmp.Or(s.Namespace, client.DefaultNamespace), JobId: job, Reason: "Calls of " + installation + " are tried again",
		Executions:             runs, //nolint:staticcheck // what is to replace it is newer than the server that we run with
		MaxOperationsPerSecond: float32(perMinute / 60),
		Operation: &workflowservice.StartBatchOperationRequest_SignalOperation{
			SignalOperation: &batchpb.BatchOperationSignal{Signal: workflows.Retry, Input: told, Identity: "callscout"},
		},
	})
	if err != nil {
		return fmt.Errorf("temporal: %w", err)
	}
	return nil
}

// Retries tells how far a job has come. Its errors are ErrNoSuchJob and Temporal's.
func (s *Starter) Retries(ctx context.Context, job string) (RetryJob, error) {
	seen, err := s.Client.WorkflowService().DescribeBatchOperation(ctx, &workflowservice.DescribeBatchOperationRequest{Namespace: cmp.Or(s.Namespace, client.DefaultNamespace), JobId: job})
	var missing *serviceerror.NotFound
	switch {
	case errors.As(err, &missing):
		return RetryJob{}, ErrNoSuchJob
	case err != nil:
		return RetryJob{}, fmt.Errorf("temporal: %w", err)
	}
	return RetryJob{
		Running: seen.GetState() == enums.BATCH_OPERATION_STATE_RUNNING, Calls: int(seen.GetTotalOperationCount()),
		Told: int(seen.GetCompleteOperationCount() + seen.GetFailureOperationCount()),
	}, nil
}

// StopRetries ends a job: calls that it has not told yet are left as they are. Its error
// is Temporal's; to stop one that has ended does no harm.
func (s *Starter) StopRetries(ctx context.Context, job string) error {
	_, err := s.Client.WorkflowService().StopBatchOperation(ctx, &workflowservice.StopBatchOperationRequest{
		Namespace: cmp.Or(s.Namespace, client.DefaultNamespace), JobId: job, Reason: "stopped by a person", Identity: "callscout",
	})
	var missing *serviceerror.NotFound
	if err != nil && !errors.As(err, &missing) {
		return fmt.Errorf("temporal: %w", err)
	}
	return nil
}
