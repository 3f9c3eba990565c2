package cli

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"callscout/api/desk"
	"callscout/store"
)

type tokenCmd struct {
	Make   tokenMakeCmd   `cmd:"" default:"withargs" help:"Make a token for a person, and write it once (this is what callscout token alone does)."`
	List   tokenListCmd   `cmd:"" help:"List whose tokens there are, what they may do, and when they signed in last."`
	Revoke tokenRevokeCmd `cmd:"" help:"Take a token back: it signs in no more, and its sessions end at once."`
}

type tokenMakeCmd struct {
	Name         string `help:"Whose token it is, as the audit shows it." placeholder:"NAME"`
	Role         string `help:"What the person may do: view (read), support (repair calls as well) or admin (change everything)." placeholder:"view|support|admin"`
	Installation string `help:"The only installation that the token signs in to; all unless given." placeholder:"ID"`
	Link         bool   `help:"Write an address instead that signs in an administrator of everything once, within half an hour."`
}

// byCommand stands in the audit for whoever may run commands here.
const byCommand = "callscout token"

// Run makes a token and writes it where it can be piped, and what it is beside it.
func (t tokenMakeCmd) Run(ctx context.Context, p *Process) error {
	if t.Link {
		if t.Name+t.Role+t.Installation != "" {
			return usagef("--link signs in an administrator of everything: leave --name, --role and --installation out")
		}
		return p.signInLink()
	}
	name := desk.CleanName(t.Name)
	role, err := desk.RoleOf(t.Role)
	switch {
	case name == "":
		return usagef("say whose token it is, for example --name \"Maria Lopez\"; the audit shows it. For a link that signs in once: --link")
	case err != nil:
		return usagef("say what the token may do: --role view, --role support or --role admin")
	}
	return p.withStore(ctx, func(db *store.Store) error {
		if t.Installation != "" {
			found, err := db.Installation(ctx, t.Installation)
			if err == nil && found.Uninstalled {
				err = store.ErrUninstalling
			}
			if err != nil {
				return fmt.Errorf("installation %s: %w", t.Installation, err)
			}
		}
		token := desk.NewToken()
		known := store.DeskToken{ID: strings.ToLower(rand.Text()[:8]), Installation: t.Installation, Name: name, Role: string(role)}
		if err := db.AddDeskToken(ctx, token, known); err != nil {
			return err
		}
		if err := noteToken(ctx, db, "token_made", known); err != nil {
			return err
		}
		_, _ = fmt.Fprintf(p.Err, "Token %s of %s: role %s, %s. It is shown this once. To take it back: callscout token revoke %s\n",
			known.ID, name, role, reaches(known), known.ID)
		_, err := fmt.Fprintln(p.Out, token)
		return err
	})
}

func noteToken(ctx context.Context, db *store.Store, action string, known store.DeskToken) error {
	_, err := db.Audit(ctx, store.AuditEntry{
		Installation: known.Installation, Action: action, Who: byCommand, Detail: known.Name + ", " + known.Role + ", " + known.ID,
	})
	return err
}

func reaches(known store.DeskToken) string {
	if known.Installation == "" {
		return "all installations"
	}
	return "installation " + known.Installation
}

type tokenListCmd struct{}

// Run lists the tokens; none of them is kept in clear, so none is shown.
func (tokenListCmd) Run(ctx context.Context, p *Process) error {
	return p.withStore(ctx, func(db *store.Store) error {
		all, err := db.DeskTokens(ctx)
		if err != nil {
			return err
		}
		if len(all) == 0 {
			_, err := fmt.Fprintln(p.Out, "No tokens of people. The admin token always signs in.")
			return err
		}
		table := tabwriter.NewWriter(p.Out, 0, 0, 2, ' ', 0)
		_, _ = fmt.Fprintln(table, "ID\tNAME\tROLE\tREACHES\tMADE\tUSED LAST")
		for _, known := range all {
			used := "never"
			if !known.UsedAt.IsZero() {
				used = known.UsedAt.UTC().Format(time.DateTime)
			}
			_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", known.ID, known.Name, known.Role, reaches(known), known.MadeAt.UTC().Format(time.DateTime), used)
		}
		return table.Flush()
	})
}

type tokenRevokeCmd struct {
	ID string `arg:"" help:"The token's id, from callscout token list."`
}

// Run takes a token back.
func (t tokenRevokeCmd) Run(ctx context.Context, p *Process) error {
	return p.withStore(ctx, func(db *store.Store) error {
		known, err := db.RevokeDeskToken(ctx, t.ID)
		if errors.Is(err, store.ErrNotFound) {
			return usagef("there is no token %s; see callscout token list", t.ID)
		}
		if err != nil {
			return err
		}
		if err := noteToken(ctx, db, "token_revoked", known); err != nil {
			return err
		}
		_, err = fmt.Fprintf(p.Out, "Token %s of %s signs in no more.\n", known.ID, known.Name)
		return err
	})
}

// signInLink writes a link for a process that has the same keys and admin token.
func (p *Process) signInLink() error {
	if err := p.Config.Check(); err != nil {
		return err
	}
	if p.Config.TokenSignIn == "off" {
		return usagef("CALLSCOUT_TOKEN_SIGNIN is off: a link would sign nobody in")
	}
	keys, err := p.Config.Keys()
	if err != nil {
		return err
	}
	admin, _, err := p.Config.Admin()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(p.Out, desk.Link(keys, strings.TrimSpace(admin), p.Config.PublicURL))
	return err
}
