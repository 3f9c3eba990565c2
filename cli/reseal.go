package cli

import (
	"context"
	"fmt"
	"time"

	"callscout/starter"
	"callscout/store"
)

type resealCmd struct{}

// Run seals what the store keeps with the first key of the configuration, and tells
// whether Temporal still keeps runs that need another one.
func (resealCmd) Run(ctx context.Context, p *Process) error {
	var since time.Time
	err := p.withStore(ctx, func(db *store.Store) error {
		resealed, err := db.Reseal(ctx)
		if err != nil {
			return fmt.Errorf("%w; %d values were sealed again before that", err, resealed)
		}
		if since, _, err = db.SealedSince(ctx); err != nil {
			return err
		}
		if resealed == 0 {
			_, err = fmt.Fprintln(p.Out, "Everything that is stored was sealed with the newest key already.")
			return err
		}
		_, err = fmt.Fprintf(p.Out, "Values sealed again with the newest key: %d. Callscout's database no longer needs the older keys.\n", resealed)
		return err
	})
	if err != nil {
		return err
	}
	keys, err := p.Config.Keys()
	if err != nil || keys.Older() == 0 {
		return err
	}
	return p.tellOlderRuns(ctx, since)
}

// tellOlderRuns says whether the older keys may be taken away. A run is sealed as it
// goes, and what is sealed in Temporal's history stays so.
func (p *Process) tellOlderRuns(ctx context.Context, since time.Time) error {
	const keep = "Temporal's runs stay sealed as they were: leave the older keys in place"
	var runs int
	err := p.withStarter(ctx, func(s *starter.Starter, _ *store.Store) (err error) {
		runs, err = s.Before(ctx, since)
		return err
	})
	switch {
	case err != nil:
		_, err = fmt.Fprintf(p.Out, "%s, and run callscout reseal again while Temporal answers: it then tells how many runs need them. Now there is %v\n", keep, err)
	case runs > 0:
		_, err = fmt.Fprintf(p.Out, "%s until the last run from before %s UTC has ended and is deleted. Temporal keeps %d of them; callscout reseal counts them again.\n",
			keep, since.UTC().Format(time.DateTime), runs)
	default:
		_, err = fmt.Fprintln(p.Out, "Temporal keeps no run from before the change either. The older keys may be taken out of CALLSCOUT_ENCRYPTION_KEY, in every process.")
	}
	return err
}
