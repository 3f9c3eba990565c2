package activities

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"

	"callscout/aircall"
	"callscout/helpscout"
	"callscout/settings"
	"callscout/store"
)

// Installations is where accounts are kept. *store.Store has it.
type Installations interface {
	Installation(ctx context.Context, id string) (settings.Installation, error)
}

// Clients makes an installation's clients from its credentials, and keeps them
// while those stay the same, so that a token is used until it expires. A change
// of credentials takes effect with the next request.
type Clients struct {
	Installations Installations
	// AircallURL and HelpScoutURL are the APIs' addresses, scheme and host.
	AircallURL, HelpScoutURL string
	// HTTP is used for both; the clients' own default unless set.
	HTTP *http.Client
	// Budget is told what Help Scout says is left of its requests per minute.
	Budget func(installation string, budget helpscout.Budget)

	mu   sync.Mutex
	kept map[string]clients
}

type clients struct {
	aircallAccount   settings.AircallAccount
	helpScoutAccount settings.HelpScoutAccount
	aircall          *aircall.Client
	helpScout        *helpscout.Client
}

// HelpScout gives the installation's client of Help Scout's API.
func (c *Clients) HelpScout(ctx context.Context, installation string) (HelpScout, error) {
	got, err := c.of(ctx, installation)
	if err != nil {
		return nil, err
	}
	return got.helpScout, nil
}

// Aircall gives the installation's client of Aircall's API.
func (c *Clients) Aircall(ctx context.Context, installation string) (Aircall, error) {
	got, err := c.of(ctx, installation)
	if err != nil {
		return nil, err
	}
	return got.aircall, nil
}

func (c *Clients) of(ctx context.Context, id string) (clients, error) {
	installation, err := c.Installations.Installation(ctx, id)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return clients{}, misconfigured(fmt.Errorf("there is no installation %q any more; apply its settings again, or skip the call", id))
	case err != nil:
		return clients{}, storeDown(err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	kept, known := c.kept[id]
	if known && kept.aircallAccount == installation.Aircall && kept.helpScoutAccount == installation.HelpScout {
		return kept, nil
	}
	fresh, err := c.connect(installation)
	if err != nil {
		return clients{}, misconfigured(err)
	}
	if c.kept == nil {
		c.kept = map[string]clients{}
	}
	c.kept[id] = fresh
	return fresh, nil
}

func (c *Clients) connect(installation settings.Installation) (clients, error) {
	out := clients{aircallAccount: installation.Aircall, helpScoutAccount: installation.HelpScout}
	var aircallOptions []aircall.Option
	helpScoutOptions := []helpscout.Option{helpscout.WithBudgetObserver(func(b helpscout.Budget) {
		if c.Budget != nil {
			c.Budget(installation.ID, b)
		}
	})}
	if c.HTTP != nil {
		aircallOptions = append(aircallOptions, aircall.WithHTTPClient(c.HTTP))
		helpScoutOptions = append(helpScoutOptions, helpscout.WithHTTPClient(c.HTTP))
	}
	auth, err := helpscout.ClientCredentials(c.HelpScoutURL, installation.HelpScout.AppID, installation.HelpScout.AppSecret)
	if err != nil {
		return out, fmt.Errorf("help scout: %w", err)
	}
	if out.helpScout, err = helpscout.New(c.HelpScoutURL, auth, helpScoutOptions...); err != nil {
		return out, fmt.Errorf("help scout: %w", err)
	}
	basic := aircall.Basic(installation.Aircall.APIID, installation.Aircall.APIToken)
	if out.aircall, err = aircall.New(c.AircallURL, basic, aircallOptions...); err != nil {
		return out, fmt.Errorf("aircall: %w", err)
	}
	return out, nil
}
