package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"callscout/calllog"
	"callscout/starter"
	"callscout/workflows"
)

// followEvery is how often a backfill that is followed is asked.
const followEvery = time.Second

// followBackfill tells how a backfill goes on until it has ended, and prints what it
// found. It ends early where the command does: the backfill runs without it.
func (p *Process) followBackfill(ctx context.Context, s *starter.Starter, installation, name string, asJSON bool) error {
	every := time.NewTicker(followEvery)
	defer every.Stop()
	said := ""
	say := func(line string) {
		if line != said {
			_, _ = fmt.Fprintln(p.Err, line)
			said = line
		}
	}
	for {
		view, err := s.ShowBackfill(ctx, installation, name)
		switch {
		case ctx.Err() != nil:
			_, _ = fmt.Fprintf(p.Err, "The backfill goes on without this command. To see it again: callscout backfill show --follow %s\n", name)
			return nil
		case errors.Is(err, starter.ErrNoAnswer):
			say("No worker answers. The backfill goes on as soon as one runs.")
		case err != nil:
			return err
		case view.Ended():
			if err := p.printBackfill(view, asJSON); err != nil {
				return err
			}
			return unfinished(view)
		default:
			say(progressLine(view))
		}
		select {
		case <-ctx.Done():
		case <-every.C:
		}
	}
}

// unfinished is the error of a backfill that left calls unlogged that it was to log.
func unfinished(view workflows.BackfillView) error {
	left := len(view.Attention) + len(view.NotLogged)
	switch {
	case view.Stage == workflows.BackfillStopped:
		return errors.New("the backfill was stopped before its end")
	case left > 0:
		return fmt.Errorf("%d of %d calls were not logged", left, view.Count)
	}
	return nil
}

// progressLine is how far a backfill has come, for somebody who waits.
func progressLine(view workflows.BackfillView) string {
	line := fmt.Sprintf("%3.0f %% compared; missing: %d", 100*view.Share, view.Total.Missing)
	if !view.DryRun {
		line += fmt.Sprintf("; logged: %d", view.Done)
	}
	if n := len(view.Attention); n > 0 {
		line += fmt.Sprintf("; needing attention: %d", n)
	}
	switch {
	case view.Parked != nil:
		line += ". It stands still: " + view.Parked.Problem.Explain() + " " + view.Parked.Problem.Remedy()
	case view.Stage == workflows.BackfillPaused:
		line += ". It is paused by " + view.Who
	case view.Stage == workflows.BackfillWaits:
		line += fmt.Sprintf(". It leaves the requests of %s to live calls", view.Of)
	}
	return line
}

// printBackfill prints what a backfill found, by day and number.
func (p *Process) printBackfill(view workflows.BackfillView, asJSON bool) error {
	if asJSON {
		return p.printJSON(view)
	}
	table := tabwriter.NewWriter(p.Out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "DAY\tNUMBER\tAT AIRCALL\tLOGGED BEFORE\tMISSING\tNOT MAPPED\tNOT WANTED\tSTILL RUNNING\tCANNOT")
	row := func(day, number string, c calllog.Counts) {
		_, _ = fmt.Fprintf(table, "%s\t%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\n", day, number, c.Listed, c.Logged, c.Missing, c.NotMapped, c.NotWanted, c.Running, c.Cannot)
	}
	for _, day := range view.Table {
		number := "all"
		if day.Number != 0 {
			number = fmt.Sprint(day.Number)
		}
		row(day.Day, number, day.Counts)
	}
	row("all days", "", view.Total)
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintln(p.Out, strings.Join(outcome(view), "\n"))
	return err
}

// outcome says what came of a backfill, or what would come of it.
func outcome(view workflows.BackfillView) []string {
	var lines []string
	switch {
	case !view.Ended():
		lines = append(lines, "It goes on: "+strings.TrimSpace(progressLine(view)))
	case view.Stage == workflows.BackfillStopped:
		lines = append(lines, "It was stopped before its end.")
	}
	if !view.DryRun {
		lines = append(lines, fmt.Sprintf("Logged: %d. Needing attention: %d. Not logged: %d.", view.Done, len(view.Attention), len(view.NotLogged)))
		if len(view.Attention) > 0 {
			lines = append(lines, "See why with callscout call list --status needs_attention, and try them again with callscout call retry.")
		}
		return lines
	}
	lines = append(lines, fmt.Sprintf("Nothing was logged. To log them, run it without --dry-run: about %d units of Help Scout's requests.", view.Total.Missing*calllog.BackfillUnits))
	if takes := calllog.BackfillTakes(view.Total.Missing, view.Limit); takes > 0 {
		lines = append(lines, fmt.Sprintf("Help Scout grants %d a minute, and half of them are left to live calls: it takes at least %d minutes.", view.Limit, int(takes.Minutes())))
	}
	return lines
}
