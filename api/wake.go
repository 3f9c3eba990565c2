package api

import (
	"context"
	"time"

	"callscout/calllog"
)

// wakeWithin is how long it may take to have what is parked try again.
const wakeWithin = 2 * time.Minute

// wakeAfter are the pauses before what is parked is woken, and woken again.
var wakeAfter = []time.Duration{0, 5 * time.Second, 25 * time.Second}

// wake has calls and messages try again that are parked because nobody was connected, and
// the guard look again, which may have said so; they would by themselves, but minutes or
// hours later. It wakes a few times: a step that was
// under way with the old tokens parks after the first time, and Temporal's list lags.
func (a *API) wake(ctx context.Context, id string, problem calllog.Problem) {
	ctx = context.WithoutCancel(ctx)
	go func() {
		ctx, cancel := context.WithTimeout(ctx, wakeWithin)
		defer cancel()
		a.checkNow(ctx, id)
		for _, pause := range wakeAfter {
			select {
			case <-ctx.Done():
			case <-time.After(pause):
			}
			woken, err := a.cfg.Install.Runs.Wake(ctx, id, string(problem))
			switch {
			case err != nil:
				a.log.Warn("what was parked was not woken; it tries again by itself", "installation", id, "error", err)
			case woken > 0:
				a.log.Info("what was parked tries again", "installation", id, "runs", woken)
			}
		}
	}()
}

// checkNow has the guard look at accounts that have just been connected. Where nobody can
// be asked, its next look is minutes away.
func (a *API) checkNow(ctx context.Context, id string) {
	if a.cfg.CheckNow == nil {
		return
	}
	if err := a.cfg.CheckNow(ctx, id); err != nil {
		a.log.Debug("the guard was not asked to look at an account that was connected", "installation", id, "error", err)
	}
}
