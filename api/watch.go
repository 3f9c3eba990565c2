package api

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/labstack/echo/v4"

	"callscout/health"
	"callscout/starter"
)

// Temporal is what is asked of Temporal about the whole. *starter.Starter has it.
type Temporal interface {
	Reachable(ctx context.Context) error
	Workers(ctx context.Context) (int, error)
	Parked(ctx context.Context) ([]starter.Parked, error)
	CallsSince(ctx context.Context, installation string, since time.Time) (int64, error)
}

// NewWatch looks at what works, for an edge and for the command line. temporal is nil
// where nobody can be asked; folder is the data folder.
func NewWatch(db health.Store, temporal Temporal, folder, publicURL string) *health.Watch {
	watch := &health.Watch{
		Store: db, DataDir: health.OnSQLite(db.Dialect(), folder), PublicURL: publicURL, Version: version(),
	}
	if temporal != nil {
		watch.Temporal = watchedTemporal{temporal}
	}
	return watch
}

// watchedTemporal puts the starter's words into those of health.
type watchedTemporal struct{ Temporal }

// Reachable implements health.Temporal.
func (t watchedTemporal) Reachable(ctx context.Context) error {
	err := t.Temporal.Reachable(ctx)
	if errors.Is(err, starter.ErrNotSetUp) {
		return fmt.Errorf("%w: %w", health.ErrNotSetUp, err)
	}
	return err
}

// Parked implements health.Temporal.
func (t watchedTemporal) Parked(ctx context.Context) ([]health.Parked, error) {
	groups, err := t.Temporal.Parked(ctx)
	if err != nil {
		return nil, err
	}
	var parked []health.Parked
	for _, group := range groups {
		parked = append(parked, health.Parked{
			Installation: group.Installation, Problem: group.Problem, Messages: group.Messages, Runs: group.Runs, Oldest: group.Oldest,
		})
	}
	return parked, nil
}

// hearWithin is how long a webhook waits for it to be noted that it came.
const hearWithin = time.Second

// hear notes that a vendor's webhook came. It is worth no failure.
func (a *API) hear(c echo.Context, installation, vendor string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.Request().Context()), hearWithin)
	defer cancel()
	if err := a.ears.Heard(ctx, installation, vendor); err != nil {
		a.log.Debug("it was not noted that a webhook came", "vendor", vendor, "error", err)
	}
}
