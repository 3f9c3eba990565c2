// Package accounts makes an installation's clients of Aircall and Help Scout, from
// credentials of its own or from the tokens of a person's consent, and keeps those
// tokens alive.
//
// It imports the vendors' clients, settings and store. It decides nothing about
// calls, and must not import activities, api or starter.
package accounts

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"callscout/aircall"
	"callscout/helpscout"
	"callscout/settings"
	"callscout/store"
)

// Store is where installations and tokens are kept. *store.Store has it.
type Store interface {
	Installation(ctx context.Context, id string) (settings.Installation, error)
	Tokens(ctx context.Context, installation, vendor string) (store.Tokens, error)
	SaveTokens(ctx context.Context, installation, vendor string, tokens store.Tokens) error
	LockTokens(ctx context.Context, installation, vendor string) (unlock func(), err error)
}

// Clients makes an installation's clients, and keeps them while its credentials stay
// the same, so that a token is used until it expires. A change takes effect with the
// next request. It is safe for concurrent use; its fields are not changed after the
// first use.
type Clients struct {
	Store Store
	// AircallURL and HelpScoutURL are the APIs' addresses, scheme and host.
	AircallURL, HelpScoutURL string
	// HelpScoutApp is the application that users consented to; without it, their
	// tokens cannot be refreshed.
	HelpScoutApp helpscout.App
	// HTTP is used for both; the clients' own default unless set.
	HTTP *http.Client
	// Budget is told what Help Scout says is left of its requests per minute.
	Budget func(installation string, budget helpscout.Budget)
	// Asked is told of each request to Aircall before it is sent.
	Asked func(installation string)
	// Now is the clock that tokens expire by; time.Now unless set.
	Now func() time.Time

	mu   sync.Mutex
	kept map[string]*kept
}

// kept are an installation's clients, and what they were made from.
type kept struct {
	aircallAccount   settings.AircallAccount
	aircallToken     string
	helpScoutAccount settings.HelpScoutAccount
	aircall          *aircall.Client
	helpScout        *helpscout.Client
}

// NotConnected says that only a person can help: nobody has consented yet, or what
// was consented to does not hold any more.
type NotConnected struct {
	// Vendor is store.VendorAircall or store.VendorHelpScout.
	Vendor string
	// Err is the last refusal; nil where nobody has consented yet.
	Err error
}

func (e *NotConnected) Error() string {
	name := "Aircall"
	if e.Vendor == store.VendorHelpScout {
		name = "Help Scout"
	}
	if e.Err == nil {
		return name + " is not connected: connect it in Callscout"
	}
	return fmt.Sprintf("%s does not accept the connection any more: connect it again in Callscout (%v)", name, e.Err)
}

// Unwrap gives the refusal.
func (e *NotConnected) Unwrap() error { return e.Err }

// StoreError says that the store did not answer, so that nothing was asked of the
// vendor, or that what it gave could not be saved.
type StoreError struct{ Err error }

func (e *StoreError) Error() string { return "the store does not answer: " + e.Err.Error() }

// Unwrap gives the cause.
func (e *StoreError) Unwrap() error { return e.Err }

// HelpScout gives the installation's client of Help Scout's API. Its errors are
// store.ErrNotFound for an installation that is not there, *StoreError,
// *NotConnected, and plain ones about the settings. Requests of the client may fail
// with the second and third as well.
func (c *Clients) HelpScout(ctx context.Context, id string) (*helpscout.Client, error) {
	installation, err := c.installation(ctx, id)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	k := c.of(id)
	if k.helpScout != nil && k.helpScoutAccount == installation.HelpScout {
		return k.helpScout, nil
	}
	client, err := c.connectHelpScout(installation)
	if err != nil {
		return nil, err
	}
	k.helpScout, k.helpScoutAccount = client, installation.HelpScout
	return client, nil
}

// Aircall gives the installation's client of Aircall's API. Its errors are those of
// HelpScout.
func (c *Clients) Aircall(ctx context.Context, id string) (*aircall.Client, error) {
	installation, err := c.installation(ctx, id)
	if err != nil {
		return nil, err
	}
	token := ""
	if installation.Aircall.OAuth() {
		tokens, err := c.Store.Tokens(ctx, id, store.VendorAircall)
		switch {
		case errors.Is(err, store.ErrNotFound):
			return nil, &NotConnected{Vendor: store.VendorAircall}
		case err != nil:
			return nil, &StoreError{err}
		}
		token = tokens.Access
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	k := c.of(id)
	if k.aircall != nil && k.aircallAccount == installation.Aircall && k.aircallToken == token {
		return k.aircall, nil
	}
	client, err := c.connectAircall(id, installation.Aircall, token)
	if err != nil {
		return nil, err
	}
	k.aircall, k.aircallAccount, k.aircallToken = client, installation.Aircall, token
	return client, nil
}

func (c *Clients) installation(ctx context.Context, id string) (settings.Installation, error) {
	installation, err := c.Store.Installation(ctx, id)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		err = &StoreError{err}
	}
	return installation, err
}

// of is called under the mutex.
func (c *Clients) of(id string) *kept {
	if c.kept == nil {
		c.kept = map[string]*kept{}
	}
	if c.kept[id] == nil {
		c.kept[id] = &kept{}
	}
	return c.kept[id]
}

func (c *Clients) connectAircall(id string, account settings.AircallAccount, token string) (*aircall.Client, error) {
	auth := aircall.Bearer(token)
	if !account.OAuth() {
		auth = aircall.Basic(account.APIID, account.APIToken)
	}
	var options []aircall.Option
	if c.Asked != nil {
		options = append(options, aircall.WithObserver(func() { c.Asked(id) }))
	}
	if c.HTTP != nil {
		options = append(options, aircall.WithHTTPClient(c.HTTP))
	}
	client, err := aircall.New(c.AircallURL, auth, options...)
	if err != nil {
		return nil, fmt.Errorf("aircall: %w", err)
	}
	return client, nil
}

func (c *Clients) connectHelpScout(installation settings.Installation) (*helpscout.Client, error) {
	account := installation.HelpScout
	var auth helpscout.Authorizer
	var err error
	if account.OAuth() {
		auth = c.consented(installation.ID, account)
	} else if auth, err = helpscout.ClientCredentials(c.HelpScoutURL, account.AppID, account.AppSecret, c.helpScoutOptions()...); err != nil {
		return nil, fmt.Errorf("help scout: %w", err)
	}
	options := append(c.helpScoutOptions(), helpscout.WithBudgetObserver(func(b helpscout.Budget) {
		if c.Budget != nil {
			c.Budget(installation.ID, b)
		}
	}))
	client, err := helpscout.New(c.HelpScoutURL, auth, options...)
	if err != nil {
		return nil, fmt.Errorf("help scout: %w", err)
	}
	return client, nil
}

func (c *Clients) helpScoutOptions() []helpscout.Option {
	options := []helpscout.Option{helpscout.WithClock(c.now)}
	if c.HTTP != nil {
		options = append(options, helpscout.WithHTTPClient(c.HTTP))
	}
	return options
}

func (c *Clients) now() time.Time {
	if c.Now != nil {
		return c.Now()
	}
	return time.Now()
}
