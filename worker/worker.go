// Package worker puts a worker together: the same registration for the running
// worker, for tests and for replay.
//
// It imports workflows and activities, and must not import api or starter.
package worker

import (
	"time"

	"go.temporal.io/sdk/client"
	sdkworker "go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"callscout/activities"
	"callscout/workflows"
)

// StopTimeout is how long a stopping worker lets running activities finish. It
// is above the vendors' client time-outs; whoever stops the process must wait
// longer than this.
const StopTimeout = 25 * time.Second

// Options say how much one worker does at once.
type Options struct {
	// Activities is how many activities run at once; 50 unless set. Most of
	// their time is waiting for a vendor.
	Activities int
	// OnFatalError is told why the worker cannot go on.
	OnFatalError func(error)
}

// New makes a worker; Start or Run it, then Stop it.
func New(c client.Client, a *activities.Activities, opts Options) sdkworker.Worker {
	if opts.Activities == 0 {
		opts.Activities = 50
	}
	w := sdkworker.New(c, workflows.TaskQueue, sdkworker.Options{
		MaxConcurrentActivityExecutionSize: opts.Activities,
		WorkerStopTimeout:                  StopTimeout,
		DisableRegistrationAliasing:        true,
		OnFatalError:                       opts.OnFatalError,
	})
	Register(w, a)
	return w
}

// Register registers everything that a worker of Callscout can do.
func Register(r sdkworker.Registry, a *activities.Activities) {
	RegisterWorkflows(r)
	a.Register(r)
}

// RegisterWorkflows registers the workflows alone, for replay.
func RegisterWorkflows(r sdkworker.WorkflowRegistry) {
	r.RegisterWorkflowWithOptions(workflows.Call, workflow.RegisterOptions{Name: workflows.CallWorkflow})
	r.RegisterWorkflowWithOptions(workflows.Messages, workflow.RegisterOptions{Name: workflows.MessagesWorkflow})
	r.RegisterWorkflowWithOptions(workflows.Guard, workflow.RegisterOptions{Name: workflows.GuardWorkflow})
	r.RegisterWorkflowWithOptions(workflows.Backfill, workflow.RegisterOptions{Name: workflows.BackfillWorkflow})
	r.RegisterWorkflowWithOptions(workflows.Reconcile, workflow.RegisterOptions{Name: workflows.ReconcileWorkflow})
}
