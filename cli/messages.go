package cli

import (
	"context"
	"fmt"
	"text/tabwriter"
	"time"

	"callscout/starter"
	"callscout/store"
	"callscout/workflows"
)

type messagesCmd struct {
	Installation string `help:"Which installation; all if left out." placeholder:"ID"`

	List  messagesListCmd  `cmd:"" help:"List runs of messages, one for each line and outside number, newest first."`
	Show  messagesShowCmd  `cmd:"" help:"Show everything about one run."`
	Retry messagesRetryCmd `cmd:"" help:"Try again what failed, for one run or for many."`
	Skip  messagesSkipCmd  `cmd:"" help:"Decide not to log the messages that a run stands still for, with a reason."`
}

type messagesListCmd struct {
	runFilter `embed:""`
	JSON      bool `name:"json" help:"Print JSON."`
}

// Run lists runs of messages.
func (l messagesListCmd) Run(ctx context.Context, p *Process, m *messagesCmd) error {
	if err := l.check(); err != nil {
		return err
	}
	return p.withStarter(ctx, func(s *starter.Starter, db *store.Store) error {
		found, err := s.FindMessages(ctx, l.filter(m.Installation))
		if err != nil {
			return err
		}
		if l.JSON {
			return p.printJSON(found)
		}
		p.printMessages(found)
		return p.mentionHeld(ctx, db)
	})
}

func (p *Process) printMessages(found []starter.FoundMessages) {
	if len(found) == 0 {
		_, _ = fmt.Fprintln(p.Out, "No messages.")
		return
	}
	table := tabwriter.NewWriter(p.Out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "RUN\tINSTALLATION\tLINE\tBEGUN\tSTATUS\tCONVERSATION\tPROBLEM")
	for _, f := range found {
		status, problem := standing(f.Status, f.State, f.Problem)
		_, _ = fmt.Fprintf(table, "%s\t%s\t%d\t%s\t%s\t%s\t%s\n", f.ID, f.Installation, f.Number,
			f.Started.UTC().Format(time.DateTime), status, f.Conversation, problem)
	}
	_ = table.Flush() // a broken pipe is the reader's wish
}

type messagesShowCmd struct {
	ID   string `arg:"" name:"run" help:"The run's id, as the list shows it."`
	JSON bool   `name:"json" help:"Print JSON."`
}

// Run shows one run as it tells it.
func (s messagesShowCmd) Run(ctx context.Context, p *Process) error {
	return p.withStarter(ctx, func(st *starter.Starter, _ *store.Store) error {
		view, err := st.ShowMessages(ctx, s.ID)
		if err != nil {
			return err
		}
		return p.printView(view, view.Details, s.JSON)
	})
}

type messagesRetryCmd struct {
	Runs      []string `arg:"" optional:"" help:"Ids of runs; or choose by --problem, --number, --from ..."`
	runFilter `embed:""`
}

// Run retries parked runs one after another and says what became of each.
func (r messagesRetryCmd) Run(ctx context.Context, p *Process, m *messagesCmd) error {
	if err := r.check(); err != nil {
		return err
	}
	return p.withStarter(ctx, func(s *starter.Starter, _ *store.Store) error {
		runs := r.Runs
		if len(runs) == 0 {
			filter := r.filter(m.Installation)
			filter.Status = workflows.StatusNeedsAttention
			found, err := s.FindMessages(ctx, filter)
			if err != nil {
				return err
			}
			for _, f := range found {
				runs = append(runs, f.ID)
			}
		}
		return p.eachRun(runs, func(run string) (string, error) { return s.RetryMessages(ctx, run, who()) })
	})
}

// check refuses what would be left aside without a word.
func (r messagesRetryCmd) check() error {
	chosen := r.runFilter
	chosen.Limit = 0
	chooses := chosen != (runFilter{})
	switch {
	case len(r.Runs) > 0 && chooses:
		return usagef("name runs or choose them by flags, not both")
	case len(r.Runs) == 0 && !chooses:
		return usagef("name runs, or choose them by --status, --problem, --number, --from or --to")
	case r.Status != "" && workflows.Status(r.Status) != workflows.StatusNeedsAttention:
		return usagef("--status is %q, but only messages with the status %s can be retried", r.Status, workflows.StatusNeedsAttention)
	}
	return nil
}

type messagesSkipCmd struct {
	Runs   []string `arg:"" help:"Ids of runs."`
	Reason string   `required:"" help:"Why the messages are not to be logged; it is recorded."`
}

// Run skips what parked runs stand still for.
func (k messagesSkipCmd) Run(ctx context.Context, p *Process) error {
	return p.withStarter(ctx, func(s *starter.Starter, _ *store.Store) error {
		return p.eachRun(k.Runs, func(run string) (string, error) { return s.SkipMessages(ctx, run, who(), k.Reason) })
	})
}

// eachRun does the same for many runs; one that fails does not stop the others.
func (p *Process) eachRun(runs []string, do func(string) (string, error)) error {
	failed := 0
	for _, run := range runs {
		answer, err := do(run)
		if err != nil {
			failed++
			answer = err.Error()
		}
		_, _ = fmt.Fprintf(p.Out, "%s: %s\n", run, answer)
	}
	switch {
	case len(runs) == 0:
		_, _ = fmt.Fprintln(p.Out, "No such messages.")
	case failed > 0:
		return fmt.Errorf("%d of %d runs were refused or did not answer", failed, len(runs))
	}
	return nil
}

// mentionMessages says that messages need attention too, where calls that do were asked
// for.
func (f callFilter) mentionMessages(ctx context.Context, p *Process, s *starter.Starter, installation string) error {
	if workflows.Status(f.Status) != workflows.StatusNeedsAttention {
		return nil
	}
	found, err := s.FindMessages(ctx, f.filter(installation))
	if err == nil && len(found) > 0 {
		_, _ = fmt.Fprintf(p.Err, "Messages need attention too: see callscout messages list --status %s\n", f.Status)
	}
	return err
}
