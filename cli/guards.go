package cli

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"callscout/settings"
)

// guardKeeper makes and removes the schedules by which installations are looked
// after, and their lost calls looked for. *starter.Starter is one.
type guardKeeper interface {
	EnsureGuard(ctx context.Context, installation string) error
	RemoveGuard(ctx context.Context, installation string) error
	EnsureReconcile(ctx context.Context, installation string) error
	RemoveReconcile(ctx context.Context, installation string) error
}

// guardList is where installations are listed. *store.Store has it.
type guardList interface {
	Installations(ctx context.Context) ([]settings.Installation, error)
}

const (
	guardsEvery = 2 * time.Second
	guardsAgain = time.Minute
)

// keepGuards has every installation looked after, and no other. Every worker does,
// since any of them may be the only one; to ask for the same twice changes nothing.
func keepGuards(ctx context.Context, list guardList, keeper guardKeeper, log *slog.Logger) {
	every := time.NewTicker(guardsEvery)
	defer every.Stop()
	guards := guards{kept: map[string]bool{}, tried: map[string]time.Time{}}
	for {
		guards.keep(ctx, list, keeper, log)
		select {
		case <-ctx.Done():
			return
		case <-every.C:
		}
	}
}

// guards is what one process knows of them.
type guards struct {
	kept  map[string]bool
	tried map[string]time.Time
}

func (g guards) keep(ctx context.Context, list guardList, keeper guardKeeper, log *slog.Logger) {
	installations, err := list.Installations(ctx)
	if err != nil {
		log.Debug("installations not read", "error", err)
		return
	}
	present := map[string]bool{}
	for _, installation := range installations {
		present[installation.ID] = true
		if g.kept[installation.ID] || time.Since(g.tried[installation.ID]) < guardsAgain {
			continue
		}
		g.tried[installation.ID] = time.Now()
		if err := errors.Join(keeper.EnsureGuard(ctx, installation.ID), keeper.EnsureReconcile(ctx, installation.ID)); err != nil {
			log.Warn("an installation is not looked after yet; it is tried again", "installation", installation.ID, "error", err)
			continue
		}
		g.kept[installation.ID] = true
	}
	for id := range g.kept {
		if present[id] {
			continue
		}
		if err := errors.Join(keeper.RemoveGuard(ctx, id), keeper.RemoveReconcile(ctx, id)); err != nil {
			log.Warn("a schedule of an installation that is gone was not removed; it is tried again", "installation", id, "error", err)
			continue
		}
		delete(g.kept, id)
		delete(g.tried, id)
	}
}
