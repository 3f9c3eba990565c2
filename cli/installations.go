package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"callscout/settings"
	"callscout/store"
)

type applyCmd struct {
	File   string `short:"f" required:"" help:"Settings file; - reads standard input." placeholder:"FILE"`
	DryRun bool   `help:"Show the difference and change nothing."`
	Prune  bool   `help:"Remove installations that the file does not have."`
}

// Run checks the whole file before it changes anything.
func (a applyCmd) Run(ctx context.Context, p *Process) error {
	text, err := readInput(a.File)
	if err != nil {
		return err
	}
	file, err := settings.Parse(a.File, text, p.Environ.Lookup)
	if err != nil {
		return &usageError{err.Error() + "\nNothing was changed."}
	}
	return p.withStore(ctx, func(db *store.Store) error { return a.apply(ctx, p, db, file) })
}

func (a applyCmd) apply(ctx context.Context, p *Process, db *store.Store, file settings.File) error {
	old, err := db.Installations(ctx)
	if err != nil {
		return err
	}
	known := map[string]*settings.Installation{}
	for i := range old {
		known[old[i].ID] = &old[i]
	}
	inFile := func(i settings.Installation) bool {
		return slices.ContainsFunc(file.Installations, func(wanted settings.Installation) bool { return wanted.ID == i.ID })
	}
	var removed, stay []settings.Installation
	for _, before := range old {
		if a.Prune && !inFile(before) {
			removed = append(removed, before)
		} else {
			stay = append(stay, before)
		}
	}
	if err := complete(file.Installations, known, stay); err != nil {
		return &usageError{err.Error() + "\nNothing was changed."}
	}
	for _, wanted := range file.Installations {
		if err := p.checkKnowledgeBases(ctx, wanted, known[wanted.ID]); err != nil {
			return &usageError{err.Error() + "\nNothing was changed."}
		}
	}
	changes := 0
	for _, wanted := range file.Installations {
		changes += p.printDiff(wanted.ID, settings.Diff(known[wanted.ID], &wanted))
	}
	for _, before := range removed {
		changes += p.printDiff(before.ID, settings.Diff(&before, nil))
	}
	for _, before := range stay {
		if !inFile(before) {
			_, _ = fmt.Fprintf(p.Out, "%s: not in the file, kept (--prune removes it)\n", before.ID)
		}
	}
	if !a.DryRun {
		if err := write(ctx, db, removed, file.Installations); err != nil {
			return err
		}
	}
	p.printVerdict(changes, a.DryRun)
	return nil
}

// complete fills in the secrets that the file leaves out, and names what is
// missing still and what the store would refuse half-way.
func complete(wanted []settings.Installation, known map[string]*settings.Installation, stay []settings.Installation) error {
	var problems []error
	for i := range wanted {
		if before := known[wanted[i].ID]; before != nil {
			wanted[i] = wanted[i].WithSecretsOf(*before)
		}
		missing := wanted[i].MissingSecrets()
		if before := known[wanted[i].ID]; before != nil {
			// An account that nobody has connected yet can still be: what is exported
			// meanwhile is to be taken back.
			lacked := before.MissingSecrets()
			missing = slices.DeleteFunc(missing, func(path string) bool { return slices.Contains(lacked, path) })
		}
		if len(missing) > 0 {
			problems = append(problems, fmt.Errorf("installation %s needs %s", wanted[i].ID, strings.Join(missing, ", ")))
		}
		for _, other := range stay {
			if other.ID != wanted[i].ID && other.Aircall.WebhookToken != "" && other.Aircall.WebhookToken == wanted[i].Aircall.WebhookToken {
				problems = append(problems, fmt.Errorf("installation %s: installation %s has this aircall.webhook_token; give each its own, or change that of %s first",
					wanted[i].ID, other.ID, other.ID))
			}
		}
	}
	return errors.Join(problems...)
}

// write removes first: that frees webhook tokens that others may take over.
func write(ctx context.Context, db *store.Store, removed, wanted []settings.Installation) error {
	for _, before := range removed {
		if err := db.DeleteInstallation(ctx, before.ID); err != nil {
			return err
		}
	}
	for _, installation := range wanted {
		if err := db.PutInstallation(ctx, installation); err != nil {
			return err
		}
	}
	return nil
}

func (p *Process) printDiff(id string, changes []settings.Change) int {
	for _, change := range changes {
		_, _ = fmt.Fprintf(p.Out, "%s: %s\n", id, change)
	}
	return len(changes)
}

func (p *Process) printVerdict(changes int, dryRun bool) {
	switch {
	case changes == 0:
		_, _ = fmt.Fprintln(p.Out, "Nothing to change.")
	case dryRun:
		_, _ = fmt.Fprintf(p.Out, "%d to change. Nothing was changed: this was a dry run.\n", changes)
	default:
		_, _ = fmt.Fprintf(p.Out, "%d changed. Calls that begin from now on are logged with these settings.\n", changes)
	}
}

type exportCmd struct{}

// Run writes a file that apply takes back. Secrets are left out.
func (exportCmd) Run(ctx context.Context, p *Process) error {
	return p.withStore(ctx, func(db *store.Store) error {
		installations, err := db.Installations(ctx)
		if err != nil {
			return err
		}
		text, err := settings.Export(settings.File{Version: 1, Installations: installations})
		if err != nil {
			return err
		}
		_, err = p.Out.Write(text)
		return err
	})
}

func readInput(name string) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(os.Stdin)
	}
	text, err := os.ReadFile(name) //nolint:gosec // the person at the command line names the file
	if err != nil {
		return nil, usagef("%v", err)
	}
	return text, nil
}

// withStore opens the store for one command.
func (p *Process) withStore(ctx context.Context, do func(*store.Store) error) error {
	if err := p.Config.Check(); err != nil {
		return err
	}
	keys, err := p.Config.Keys()
	if err != nil {
		return err
	}
	db, err := store.Open(ctx, p.Config.storeConfig(keys))
	if err != nil {
		return err
	}
	return errors.Join(do(db), db.Close())
}
