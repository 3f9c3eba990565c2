package cli

import (
	"context"
	"fmt"
	"strings"

	"callscout/api/desk"
	"callscout/store"
)

type tokenCmd struct {
	Installation string `help:"The only installation that the token signs in to; all unless given." placeholder:"ID"`
	Role         string `help:"What it may do: view, support (repair calls as well) or admin (change everything)." enum:"view,support,admin" default:"admin"`
	Link         bool   `help:"Write an address instead that signs in an administrator once, within half an hour."`
}

// Run writes a token that signs in to less than the admin token does, or a link.
func (t tokenCmd) Run(ctx context.Context, p *Process) error {
	grant := desk.Grant{Installation: t.Installation, Role: desk.Role(t.Role)}
	all := t.Role == "admin" && grant.Installation == ""
	switch {
	case t.Link && !all:
		return &usageError{"--link signs in an administrator of everything: leave --installation and --role out"}
	case !t.Link && all:
		return &usageError{"say what the token is for: --installation ID, --role view or support, or both; for everything there is the admin token"}
	}
	if err := p.Config.Check(); err != nil {
		return err
	}
	return p.withStore(ctx, func(db *store.Store) error {
		if t.Installation != "" {
			if _, err := db.Installation(ctx, t.Installation); err != nil {
				return err
			}
		}
		keys, err := p.Config.Keys()
		if err != nil {
			return err
		}
		admin, _, err := p.Config.Admin()
		if err != nil {
			return err
		}
		said := desk.Token(keys, admin, grant)
		if t.Link {
			said = desk.Link(keys, strings.TrimSpace(admin), p.Config.PublicURL)
		}
		_, err = fmt.Fprintln(p.Out, said)
		return err
	})
}
