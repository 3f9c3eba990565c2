package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"callscout/settings"
	"callscout/starter"
	"callscout/store"
	"callscout/workflows"
)

type backfillCmd struct {
	Installation string `help:"Which installation; needed where there are several." placeholder:"ID"`

	Start  backfillStartCmd  `cmd:"" default:"withargs" help:"Log the calls of a time that are missing in Help Scout. The word start may be left out."`
	List   backfillListCmd   `cmd:"" help:"List backfills, newest first."`
	Show   backfillShowCmd   `cmd:"" help:"Show how far a backfill has come, and what it found."`
	Pause  backfillPauseCmd  `cmd:"" help:"Deliver no further calls until it is resumed."`
	Resume backfillResumeCmd `cmd:"" help:"Go on after a pause, or try again now what failed."`
	Stop   backfillStopCmd   `cmd:"" help:"End a backfill; calls that it delivered are logged all the same."`
}

type backfillStartCmd struct {
	From        string  `required:"" help:"Calls that began then or later: 2026-11-20, \"2026-11-20 08:30\" or 2026-11-20T08:30:00+01:00." placeholder:"TIME"`
	To          string  `required:"" help:"Calls that began before then; a day is meant to its end." placeholder:"TIME"`
	Zone        string  `help:"Zone of times without an offset, and of the days that are counted (Europe/Berlin)." default:"UTC"`
	Number      []int64 `help:"Only calls of this line, by Aircall's id of it; may be given several times. All mapped lines if left out." placeholder:"ID"`
	Failed      bool    `help:"Have calls that need attention try again as well."`
	NewestFirst bool    `help:"Begin with the newest calls."`
	DryRun      bool    `help:"Count what is missing, by day and number, and log nothing."`
	Detach      bool    `help:"Do not wait for the end."`
	JSON        bool    `name:"json" help:"Print the outcome as JSON."`
}

// Run begins a backfill and follows it to its end.
func (b backfillStartCmd) Run(ctx context.Context, p *Process, c *backfillCmd) error {
	wish, err := b.wish(time.Now())
	if err != nil {
		return err
	}
	return p.withStarter(ctx, func(s *starter.Starter, db *store.Store) error {
		installation, err := backfilled(ctx, db, c.Installation, wish.Numbers)
		if err != nil {
			return err
		}
		name, err := s.StartBackfill(ctx, installation, wish, who())
		var wrong *starter.WishError
		switch {
		case errors.As(err, &wrong):
			return usagef("--%v", wrong)
		case errors.Is(err, starter.ErrBackfillRuns):
			_, _ = fmt.Fprintf(p.Err, "Backfill %s of %s runs already.\n", name, installation)
		case err != nil:
			return err
		default:
			_, _ = fmt.Fprintf(p.Err, "Backfill %s of %s has begun.\n", name, installation)
		}
		if b.Detach {
			_, err := fmt.Fprintln(p.Out, name)
			return err
		}
		return p.followBackfill(ctx, s, installation, name, b.JSON)
	})
}

// wish reads the flags.
func (b backfillStartCmd) wish(now time.Time) (workflows.BackfillWish, error) {
	zone, err := time.LoadLocation(b.Zone)
	if err != nil || b.Zone == "Local" {
		return workflows.BackfillWish{}, usagef("--zone is %q, but must be a name such as Europe/Berlin or UTC", b.Zone)
	}
	wish := workflows.BackfillWish{
		Numbers: slices.Compact(slices.Sorted(slices.Values(b.Number))), Failed: b.Failed, NewestFirst: b.NewestFirst, DryRun: b.DryRun, Zone: b.Zone,
	}
	if wish.From, _, err = moment("--from", b.From, zone); err != nil {
		return wish, err
	}
	var day bool
	if wish.To, day, err = moment("--to", b.To, zone); err != nil {
		return wish, err
	}
	if day {
		// Today has no end yet.
		if wish.To = wish.To.AddDate(0, 0, 1); wish.To.After(now) {
			wish.To = now
		}
	}
	return wish, nil
}

// moment reads a time as people write it, in the zone where it names no other; day says
// that it is a whole day.
func moment(flag, text string, zone *time.Location) (at time.Time, day bool, err error) {
	if at, err = time.ParseInLocation(time.DateOnly, text, zone); err == nil {
		return at, true, nil
	}
	for _, layout := range []string{time.RFC3339, time.DateTime, "2006-01-02 15:04", "2006-01-02T15:04:05", "2006-01-02T15:04"} {
		if at, err = time.ParseInLocation(layout, text, zone); err == nil {
			return at, false, nil
		}
	}
	return at, false, usagef("%s is %q, but must be a day (2026-11-20) or a time (2026-11-20T08:30:00Z, or \"2026-11-20 08:30\" in --zone)", flag, text)
}

// backfilled is the installation that is to be backfilled, which has these numbers.
func backfilled(ctx context.Context, db *store.Store, named string, numbers []int64) (string, error) {
	id, err := theInstallation(ctx, db, named)
	if err != nil {
		return "", err
	}
	installation, err := db.Installation(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return "", usagef("there is no installation %s", id)
	}
	if err != nil {
		return "", err
	}
	for _, number := range numbers {
		if !slices.ContainsFunc(installation.Numbers, func(n settings.Number) bool { return n.AircallNumber == number }) {
			return "", usagef("--number %d is not mapped to an inbox, so its calls are not logged; mapped are %s", number, mapped(installation))
		}
	}
	return id, nil
}

func mapped(installation settings.Installation) string {
	var ids []string
	for _, n := range installation.Numbers {
		ids = append(ids, fmt.Sprint(n.AircallNumber))
	}
	if len(ids) == 0 {
		return "none"
	}
	return strings.Join(ids, ", ")
}

type backfillListCmd struct {
	Limit int  `help:"At most so many." default:"20"`
	JSON  bool `name:"json" help:"Print JSON."`
}

// Run lists an installation's backfills.
func (l backfillListCmd) Run(ctx context.Context, p *Process, c *backfillCmd) error {
	return p.withStarter(ctx, func(s *starter.Starter, _ *store.Store) error {
		found, err := s.Backfills(ctx, c.Installation, l.Limit)
		if err != nil {
			return err
		}
		if l.JSON {
			return p.printJSON(found)
		}
		if len(found) == 0 {
			_, err := fmt.Fprintln(p.Out, "No backfills.")
			return err
		}
		table := tabwriter.NewWriter(p.Out, 0, 0, 2, ' ', 0)
		_, _ = fmt.Fprintln(table, "NAME\tINSTALLATION\tBEGUN\tSTATUS\tPROBLEM")
		for _, f := range found {
			status, problem := standing(f.Status, f.State, f.Problem)
			_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", f.Name, f.Installation, f.Started.UTC().Format(time.DateTime), status, problem)
		}
		return table.Flush()
	})
}

// namedBackfill is one that was begun.
type namedBackfill struct {
	Name string `arg:"" help:"Its name, as the list shows it."`
}

type backfillShowCmd struct {
	namedBackfill `embed:""`
	Follow        bool `help:"Wait for the end."`
	JSON          bool `name:"json" help:"Print JSON."`
}

// Run shows one backfill.
func (b backfillShowCmd) Run(ctx context.Context, p *Process, c *backfillCmd) error {
	return p.withStarter(ctx, func(s *starter.Starter, db *store.Store) error {
		installation, err := theInstallation(ctx, db, c.Installation)
		if err != nil {
			return err
		}
		if b.Follow {
			return p.followBackfill(ctx, s, installation, b.Name, b.JSON)
		}
		view, err := s.ShowBackfill(ctx, installation, b.Name)
		if err != nil {
			return err
		}
		return p.printBackfill(view, b.JSON)
	})
}

type (
	backfillPauseCmd struct {
		namedBackfill `embed:""`
	}
	backfillResumeCmd struct {
		namedBackfill `embed:""`
	}
	backfillStopCmd struct {
		namedBackfill `embed:""`
	}
)

// Run pauses a backfill.
func (b backfillPauseCmd) Run(ctx context.Context, p *Process, c *backfillCmd) error {
	return b.decide(ctx, p, c, workflows.Pause)
}

// Run resumes a backfill.
func (b backfillResumeCmd) Run(ctx context.Context, p *Process, c *backfillCmd) error {
	return b.decide(ctx, p, c, workflows.Resume)
}

// Run stops a backfill.
func (b backfillStopCmd) Run(ctx context.Context, p *Process, c *backfillCmd) error {
	return b.decide(ctx, p, c, workflows.Stop)
}

func (b namedBackfill) decide(ctx context.Context, p *Process, c *backfillCmd, decision string) error {
	return p.withStarter(ctx, func(s *starter.Starter, db *store.Store) error {
		installation, err := theInstallation(ctx, db, c.Installation)
		if err != nil {
			return err
		}
		answer, err := s.DecideBackfill(ctx, installation, b.Name, decision, who())
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(p.Out, "%s: %s\n", b.Name, answer)
		return err
	})
}
