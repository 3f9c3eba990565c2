package cli

import (
	"context"

	"callscout/activities/contract"
	"callscout/calllog"
	"callscout/starter"
)

// callRuns is the way from activities, which do not know Temporal's client, to the
// workflows of calls.
type callRuns struct{ starter *starter.Starter }

// Deliver implements activities.Calls.
func (c callRuns) Deliver(ctx context.Context, d contract.Delivery) error {
	return c.starter.Deliver(ctx, starter.Delivery{
		Installation: d.Installation, Inbox: d.Inbox, Settings: d.Settings, Event: d.Event, Backfilled: true,
	})
}

// State implements activities.Calls.
func (c callRuns) State(ctx context.Context, installation string, call int64) (calllog.RunState, calllog.Problem, error) {
	return c.starter.State(ctx, installation, call)
}

// TryAgain implements activities.Calls.
func (c callRuns) TryAgain(ctx context.Context, installation string, call int64, by string) error {
	return c.starter.TryAgain(ctx, installation, call, by)
}
