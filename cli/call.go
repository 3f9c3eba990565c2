package cli

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"callscout/phone"
	"callscout/starter"
	"callscout/store"
	"callscout/workflows"
)

type callCmd struct {
	Installation string `help:"Which installation; needed where there are several." placeholder:"ID"`

	List  callListCmd  `cmd:"" help:"List calls, newest first."`
	Show  callShowCmd  `cmd:"" help:"Show everything about one call."`
	Retry callRetryCmd `cmd:"" help:"Try again what failed, for one call or for many."`
	Skip  callSkipCmd  `cmd:"" help:"Decide not to log a call, with a reason."`

	Explain callExplainCmd `cmd:"" help:"Say what would be done for a past, pasted or made-up call, and write nothing."`
}

// runFilter is what runs of every kind are chosen by.
type runFilter struct {
	Status  string    `help:"in_progress, waiting, needs_attention, synced or skipped." placeholder:"STATUS"`
	Problem string    `help:"The kind of problem, such as HelpScoutRefused." placeholder:"KIND"`
	Number  string    `help:"Outside number, in any written form." placeholder:"NUMBER"`
	Country string    `help:"Country of a number without country code, such as DE." placeholder:"CC"`
	From    time.Time `help:"Begun at or after (2026-11-23T08:00:00Z)." placeholder:"TIME"`
	To      time.Time `help:"Begun at or before." placeholder:"TIME"`
	Limit   int       `help:"At most so many." default:"100"`
}

type callFilter struct {
	runFilter `embed:""`
	Outcome   string `help:"answered, missed, voicemail, callback, unanswered or voice_agent." placeholder:"OUTCOME"`
}

func (f runFilter) filter(installation string) starter.Filter {
	return starter.Filter{
		Installation: installation, Status: workflows.Status(f.Status), Problem: f.Problem,
		Number: f.Number, Country: f.Country, From: f.From, To: f.To, Limit: f.Limit,
	}
}

func (f callFilter) filter(installation string) starter.Filter {
	chosen := f.runFilter.filter(installation)
	chosen.Outcome = f.Outcome
	return chosen
}

func (f runFilter) check() error {
	known := []workflows.Status{workflows.StatusInProgress, workflows.StatusWaiting, workflows.StatusNeedsAttention, workflows.StatusSynced, workflows.StatusSkipped}
	if f.Status == "" {
		return nil
	}
	var names []string
	for _, status := range known {
		if string(status) == f.Status {
			return nil
		}
		names = append(names, string(status))
	}
	return usagef("--status is %q, but must be one of %s", f.Status, strings.Join(names, ", "))
}

type callListCmd struct {
	callFilter `embed:""`
	JSON       bool `name:"json" help:"Print JSON."`
}

// Run lists calls; those that need attention with the reason in plain words.
func (l callListCmd) Run(ctx context.Context, p *Process, c *callCmd) error {
	if err := l.check(); err != nil {
		return err
	}
	return p.withStarter(ctx, func(s *starter.Starter, db *store.Store) error {
		found, err := s.Find(ctx, l.filter(c.Installation))
		if err != nil {
			return err
		}
		if l.JSON {
			return p.printJSON(found)
		}
		p.printCalls(found)
		l.hint(p, found)
		if err := l.mentionMessages(ctx, p, s, c.Installation); err != nil {
			return err
		}
		return p.mentionHeld(ctx, db)
	})
}

// hint says why a list may be shorter than was hoped for.
func (f callFilter) hint(p *Process, found []starter.Found) {
	if _, err := phone.Parse(f.Number, f.Country); f.Number != "" && len(found) == 0 && err != nil {
		_, _ = fmt.Fprintln(p.Err, "That number was searched as it is written. With its country code (+49...), or with --country, it is found in every written form.")
	}
	if f.Limit > 0 && len(found) == f.Limit {
		_, _ = fmt.Fprintf(p.Err, "At most %d are shown; raise --limit to see more.\n", f.Limit)
	}
}

// standing is where a run stands, and why, as a list shows it.
func standing(status workflows.Status, state, kind string) (stands, problem string) {
	stands, problem = string(status), kind
	if state != "" {
		stands += " (" + state + ")"
	}
	if kind != "" {
		problem += ": " + problemText(kind)
	}
	return stands, problem
}

func (p *Process) printCalls(found []starter.Found) {
	if len(found) == 0 {
		_, _ = fmt.Fprintln(p.Out, "No calls.")
		return
	}
	table := tabwriter.NewWriter(p.Out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "CALL\tINSTALLATION\tBEGUN\tDIRECTION\tOUTCOME\tSTATUS\tCONVERSATION\tPROBLEM")
	for _, f := range found {
		status, problem := standing(f.Status, f.State, f.Problem)
		_, _ = fmt.Fprintf(table, "%d\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", f.Call, f.Installation,
			f.Started.UTC().Format(time.DateTime), f.Direction, f.Outcome, status, f.Conversation, problem)
	}
	_ = table.Flush() // a broken pipe is the reader's wish
}

func (p *Process) mentionHeld(ctx context.Context, db *store.Store) error {
	waiting, held, _, err := db.InboxCounts(ctx)
	if err != nil {
		return err
	}
	if waiting > 0 {
		_, _ = fmt.Fprintf(p.Err, "Events that wait for Temporal: %d; see callscout inbox\n", waiting)
	}
	if held > 0 {
		_, _ = fmt.Fprintf(p.Err, "Events that could not be understood: %d; see callscout inbox\n", held)
	}
	return nil
}

type callShowCmd struct {
	Call int64 `arg:"" help:"Aircall's call id."`
	JSON bool  `name:"json" help:"Print JSON."`
}

// Run shows one call as its run tells it.
func (s callShowCmd) Run(ctx context.Context, p *Process, c *callCmd) error {
	return p.withStarter(ctx, func(st *starter.Starter, db *store.Store) error {
		installation, err := theInstallation(ctx, db, c.Installation)
		if err != nil {
			return err
		}
		view, err := st.Show(ctx, installation, s.Call)
		if err != nil {
			return err
		}
		return p.printView(view, view.Details, s.JSON)
	})
}

// printView prints a run as it tells itself: its details, or all of it as JSON.
func (p *Process) printView(view any, details string, asJSON bool) error {
	if asJSON {
		return p.printJSON(view)
	}
	_, err := fmt.Fprintln(p.Out, strings.NewReplacer("**", "", "### ", "").Replace(details))
	return err
}

type callRetryCmd struct {
	Calls      []int64 `arg:"" optional:"" help:"Aircall's call ids; or choose by --problem, --number, --from ..."`
	callFilter `embed:""`
}

// Run retries parked calls one after another and says what became of each.
func (r callRetryCmd) Run(ctx context.Context, p *Process, c *callCmd) error {
	if err := r.check(); err != nil {
		return err
	}
	return p.withStarter(ctx, func(s *starter.Starter, db *store.Store) error {
		targets, err := r.targets(ctx, s, db, c.Installation)
		if err != nil {
			return err
		}
		err = p.each(targets, func(t starter.Found) (string, error) { return s.Retry(ctx, t.Installation, t.Call, who()) })
		if r.Limit > 0 && len(r.Calls) == 0 && len(targets) == r.Limit {
			_, _ = fmt.Fprintf(p.Err, "At most %d are retried at once; run it again for the rest, or raise --limit.\n", r.Limit)
		}
		return err
	})
}

func (r callRetryCmd) targets(ctx context.Context, s *starter.Starter, db *store.Store, installation string) ([]starter.Found, error) {
	if len(r.Calls) > 0 {
		return named(ctx, db, installation, r.Calls)
	}
	filter := r.filter(installation)
	filter.Status = workflows.StatusNeedsAttention
	return s.Find(ctx, filter)
}

// check refuses what would be left aside without a word.
func (r callRetryCmd) check() error {
	chosen := r.callFilter
	chosen.Limit = 0
	chooses := chosen != (callFilter{})
	switch {
	case len(r.Calls) > 0 && chooses:
		return usagef("name calls or choose them by flags, not both")
	case len(r.Calls) == 0 && !chooses:
		return usagef("name calls, or choose them by --status, --problem, --outcome, --number, --from or --to")
	case r.Status != "" && workflows.Status(r.Status) != workflows.StatusNeedsAttention:
		return usagef("--status is %q, but only calls with the status %s can be retried", r.Status, workflows.StatusNeedsAttention)
	}
	return nil
}

func named(ctx context.Context, db *store.Store, installation string, calls []int64) ([]starter.Found, error) {
	installation, err := theInstallation(ctx, db, installation)
	if err != nil {
		return nil, err
	}
	var targets []starter.Found
	for _, call := range calls {
		targets = append(targets, starter.Found{Installation: installation, Call: call})
	}
	return targets, nil
}

type callSkipCmd struct {
	Calls  []int64 `arg:"" help:"Aircall's call ids."`
	Reason string  `required:"" help:"Why they are not to be logged; it is recorded."`
}

// Run skips parked calls.
func (k callSkipCmd) Run(ctx context.Context, p *Process, c *callCmd) error {
	return p.withStarter(ctx, func(s *starter.Starter, db *store.Store) error {
		targets, err := named(ctx, db, c.Installation, k.Calls)
		if err != nil {
			return err
		}
		return p.each(targets, func(t starter.Found) (string, error) { return s.Skip(ctx, t.Installation, t.Call, who(), k.Reason) })
	})
}

// each does the same for many calls; one that fails does not stop the others.
func (p *Process) each(targets []starter.Found, do func(starter.Found) (string, error)) error {
	failed := 0
	for _, t := range targets {
		answer, err := do(t)
		if err != nil {
			failed++
			answer = err.Error()
		}
		_, _ = fmt.Fprintf(p.Out, "%d: %s\n", t.Call, answer)
	}
	switch {
	case len(targets) == 0:
		_, _ = fmt.Fprintln(p.Out, "No such calls.")
	case failed > 0:
		return fmt.Errorf("%d of %d calls were refused or did not answer", failed, len(targets))
	}
	return nil
}
