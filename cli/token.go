package cli

import (
	"context"
	"fmt"

	"callscout/api/desk"
	"callscout/store"
)

type tokenCmd struct {
	Installation string `required:"" help:"The installation that the token signs in to." placeholder:"ID"`
}

// Run writes the token that signs in to one installation only.
func (t tokenCmd) Run(ctx context.Context, p *Process) error {
	return p.withStore(ctx, func(db *store.Store) error {
		if _, err := db.Installation(ctx, t.Installation); err != nil {
			return err
		}
		keys, err := p.Config.Keys()
		if err != nil {
			return err
		}
		admin, _, err := p.Config.Admin()
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(p.Out, desk.InstallationToken(keys, admin, t.Installation))
		return err
	})
}
