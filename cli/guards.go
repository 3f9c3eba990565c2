package cli

import (
	"context"
	"errors"
	"log/slog"
	"reflect"
	"time"

	"callscout/settings"
)

// guardKeeper makes and removes the schedules by which installations are looked
// after, and their lost calls looked for. *starter.Starter is one.
type guardKeeper interface {
	CheckNow(ctx context.Context, installation string) error
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

// keepGuards has every installation looked after, and no other, and at once where it was
// changed: what the guard said of it before may hold no longer. Every worker does, since
// any of them may be the only one; to ask for the same twice changes nothing.
func keepGuards(ctx context.Context, list guardList, keeper guardKeeper, log *slog.Logger) {
	every := time.NewTicker(guardsEvery)
	defer every.Stop()
	guards := newGuards()
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
	// seen is how an installation was when it was last looked at.
	seen map[string]settings.Installation
}

func newGuards() guards {
	return guards{kept: map[string]bool{}, tried: map[string]time.Time{}, seen: map[string]settings.Installation{}}
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
		if g.kept[installation.ID] {
			g.look(ctx, installation, keeper, log)
			continue
		}
		if time.Since(g.tried[installation.ID]) < guardsAgain {
			continue
		}
		g.tried[installation.ID] = time.Now()
		if err := errors.Join(keeper.EnsureGuard(ctx, installation.ID), keeper.EnsureReconcile(ctx, installation.ID)); err != nil {
			log.Warn("an installation is not looked after yet; it is tried again", "installation", installation.ID, "error", err)
			continue
		}
		g.kept[installation.ID] = true
		g.seen[installation.ID] = installation
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
		delete(g.seen, id)
	}
}

// look has an installation looked after now if somebody changed it.
func (g guards) look(ctx context.Context, installation settings.Installation, keeper guardKeeper, log *slog.Logger) {
	if reflect.DeepEqual(g.seen[installation.ID], installation) {
		return
	}
	if err := keeper.CheckNow(ctx, installation.ID); err != nil {
		log.Debug("a changed installation is not looked at yet; it is tried again", "installation", installation.ID, "error", err)
		return
	}
	g.seen[installation.ID] = installation
}
