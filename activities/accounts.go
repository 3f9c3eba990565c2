package activities

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"callscout/accounts"
	"callscout/helpscout"
	"callscout/store"
)

// Installations is where accounts are kept, with the tokens of those that were
// connected by OAuth. *store.Store has it.
type Installations = accounts.Store

// Clients makes an installation's clients, as package accounts does, and says of what
// goes wrong how a call is to take it. Its fields are those of accounts.Clients.
type Clients struct {
	Installations Installations
	// AircallURL and HelpScoutURL are the APIs' addresses, scheme and host.
	AircallURL, HelpScoutURL string
	// HelpScoutApp is the application that users of Help Scout consented to.
	HelpScoutApp helpscout.App
	// HTTP is used for both; the clients' own default unless set.
	HTTP *http.Client
	// Budget is told what Help Scout says is left of its requests per minute.
	Budget func(installation string, budget helpscout.Budget)
	// Asked is told of each request to Aircall before it is sent.
	Asked func(installation string)
	// Now is the clock that tokens expire by; time.Now unless set.
	Now func() time.Time

	once    sync.Once
	clients *accounts.Clients
}

// HelpScout gives the installation's client of Help Scout's API.
func (c *Clients) HelpScout(ctx context.Context, installation string) (HelpScout, error) {
	client, err := c.All().HelpScout(ctx, installation)
	if err != nil {
		return nil, accountFailure(installation, err)
	}
	return client, nil
}

// Aircall gives the installation's client of Aircall's API.
func (c *Clients) Aircall(ctx context.Context, installation string) (Aircall, error) {
	client, err := c.All().Aircall(ctx, installation)
	if err != nil {
		return nil, accountFailure(installation, err)
	}
	return client, nil
}

// All gives the clients themselves, for whoever needs more of them than a call does.
func (c *Clients) All() *accounts.Clients {
	c.once.Do(func() {
		c.clients = &accounts.Clients{
			Store: c.Installations, AircallURL: c.AircallURL, HelpScoutURL: c.HelpScoutURL, HelpScoutApp: c.HelpScoutApp,
			HTTP: c.HTTP, Budget: c.Budget, Asked: c.Asked, Now: c.Now,
		}
	})
	return c.clients
}

func accountFailure(installation string, err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return misconfigured(fmt.Errorf("there is no installation %q any more; apply its settings again, or skip the call", installation))
	}
	if _, known := accountProblem(err); known {
		return err
	}
	return misconfigured(err)
}
