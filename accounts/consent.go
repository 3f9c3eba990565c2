package accounts

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"time"

	"callscout/helpscout"
	"callscout/settings"
	"callscout/store"
)

const (
	// early is how long before its end an access token is renewed, or for half of its
	// life if that is shorter. If the answer to that is lost, and the old refresh token
	// with it, calls go on for that long, and somebody has time to connect again.
	early = 24 * time.Hour
	// margin keeps a token from expiring on the way; it is a quarter of a life that is
	// shorter than usual.
	margin = time.Minute
	// again is how soon a renewal that failed is tried again while the old access
	// token still works, and a refresh token that was refused in any case.
	again = time.Minute
	// renewWithin is how long a renewal may take, whoever waits for it.
	renewWithin = 45 * time.Second
	// saveEvery and saveTries are how hard it is tried to save what was given.
	saveEvery, saveTries = 200 * time.Millisecond, 10
)

// consented hands out the access tokens of a person's consent at Help Scout. What
// several processes know of them is in the store alone.
type consented struct {
	clients      *Clients
	installation string
	// own and app are what is fallen back to, in this order.
	own, app helpscout.Authorizer

	mu sync.Mutex
	// refused are the access tokens that Help Scout did not take, before their end.
	refused map[string]bool
	// fallback gives the tokens that are handed out instead, until notBefore; nil
	// while the consent holds.
	fallback helpscout.Authorizer
	// notBefore is when a renewal that failed may be tried again.
	notBefore time.Time
	// unsaved is what was given and could not be saved: to use it before that
	// would lose it with this process.
	unsaved *store.Tokens
	// last is what was refused last in this process: every call asks for a token, and
	// to ask again at once helps none of them.
	last refusal
	// sameAccount is what was found out about app: whether its credentials open the
	// account that was consented to.
	sameAccount map[string]bool
}

// refusal is a refresh token that was refused.
type refusal struct {
	refresh string
	at      time.Time
	err     error
	// alone says that nothing else opens the account.
	alone bool
}

// holds tells whether it is too soon to ask again.
func (r refusal) holds(refresh string, now time.Time) bool {
	return r.err != nil && r.refresh == refresh && now.Before(r.at.Add(again))
}

func (c *Clients) consented(id string, account settings.HelpScoutAccount) helpscout.Authorizer {
	a := &consented{clients: c, installation: id, refused: map[string]bool{}, sameAccount: map[string]bool{}}
	if account.AppID != "" && account.AppSecret != "" {
		a.own, _ = helpscout.ClientCredentials(c.HelpScoutURL, account.AppID, account.AppSecret, c.helpScoutOptions()...)
	}
	if c.HelpScoutApp.Complete() {
		a.app, _ = helpscout.ClientCredentials(c.HelpScoutURL, c.HelpScoutApp.ClientID, c.HelpScoutApp.ClientSecret, c.helpScoutOptions()...)
	}
	return a
}

// Token gives the stored access token while that works, and renews it in good time.
// Its errors are *NotConnected, *StoreError and those of helpscout.Refresh.
func (a *consented) Token(ctx context.Context) (string, error) {
	tokens, err := a.read(ctx)
	if err != nil {
		return "", err
	}
	now := a.clients.now()
	if !a.mustRenew(tokens, now) {
		if now.Before(renewAt(tokens)) || a.waits(now) {
			return tokens.Access, nil
		}
	} else if other := a.instead(now); other != nil {
		return other.Token(ctx)
	}
	// Others may wait for the same, and an answer that nobody hears is lost for
	// ever: whoever gives up does not end it.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), renewWithin)
	defer cancel()
	return a.renew(ctx)
}

// Invalidate notes that Help Scout did not take a token.
func (a *consented) Invalidate(token string) {
	for _, other := range []helpscout.Authorizer{a.own, a.app} {
		if other != nil {
			other.Invalidate(token)
		}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.refused[token], a.fallback = true, nil
}

// instead is what was found to open the account in the place of the consent, until
// that is to be tried again.
func (a *consented) instead(now time.Time) helpscout.Authorizer {
	a.mu.Lock()
	defer a.mu.Unlock()
	if now.Before(a.notBefore) {
		return a.fallback
	}
	return nil
}

func (a *consented) read(ctx context.Context) (store.Tokens, error) {
	tokens, err := a.clients.Store.Tokens(ctx, a.installation, store.VendorHelpScout)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return tokens, &NotConnected{Vendor: store.VendorHelpScout}
	case err != nil:
		return tokens, &StoreError{err}
	}
	return tokens, nil
}

// mustRenew tells whether the access token does not work any more.
func (a *consented) mustRenew(tokens store.Tokens, now time.Time) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.refused[tokens.Access] {
		return true
	}
	left := margin
	if life := tokens.Expiry.Sub(tokens.ObtainedAt); life > 0 {
		left = min(margin, life/4)
	}
	return !tokens.Expiry.IsZero() && !now.Add(left).Before(tokens.Expiry)
}

// renewAt is the moment from which on a token that works is renewed.
func renewAt(tokens store.Tokens) time.Time {
	if tokens.Expiry.IsZero() {
		return tokens.ObtainedAt.Add(early)
	}
	life := tokens.Expiry.Sub(tokens.ObtainedAt)
	return tokens.Expiry.Add(-min(early, life/2))
}

func (a *consented) waits(now time.Time) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return now.Before(a.notBefore)
}

// renew trades the refresh token, once over all processes: whoever comes second finds
// the new tokens stored.
func (a *consented) renew(ctx context.Context) (string, error) {
	unlock, err := a.clients.Store.LockTokens(ctx, a.installation, store.VendorHelpScout)
	if err != nil {
		return "", &StoreError{err}
	}
	defer unlock()
	tokens, err := a.read(ctx)
	if err != nil {
		return "", err
	}
	now := a.clients.now()
	must := a.mustRenew(tokens, now)
	if !must && (now.Before(renewAt(tokens)) || a.waits(now)) {
		return tokens.Access, nil
	}
	fresh, err := a.obtain(ctx, tokens)
	switch {
	case err == nil:
		return fresh.Access, nil
	case !must:
		// The old one still works. Nobody is to be held up by the renewal.
		a.postpone(now)
		return tokens.Access, nil
	case !final(err):
		return "", err
	}
	return a.fallBack(ctx, tokens, err)
}

// final tells whether to ask again cannot help.
func final(err error) bool {
	_, missing := errors.AsType[*NotConnected](err)
	return missing || helpscout.TokenRefused(err)
}

func (a *consented) postpone(now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.notBefore = now.Add(again)
}

// obtain gives new tokens, saved. It runs under the lock.
func (a *consented) obtain(ctx context.Context, tokens store.Tokens) (store.Tokens, error) {
	if left := a.unsaved; left != nil {
		if left.Previous == tokens.Refresh {
			return *left, a.save(ctx, *left)
		}
		a.unsaved = nil // somebody has connected again meanwhile
	}
	if a.last.holds(tokens.Refresh, a.clients.now()) {
		return store.Tokens{}, a.last.err
	}
	given, used, err := a.trade(ctx, tokens)
	if helpscout.TokenRefused(err) {
		a.last = refusal{refresh: tokens.Refresh, at: a.clients.now(), err: err}
	}
	if err != nil {
		if helpscout.TokenRefused(err) && tokens.RefusedAt.IsZero() {
			tokens.RefusedAt = a.clients.now().UTC()
			if saveErr := a.clients.Store.SaveTokens(ctx, a.installation, store.VendorHelpScout, tokens); saveErr != nil {
				return store.Tokens{}, &StoreError{saveErr}
			}
		}
		return store.Tokens{}, err
	}
	fresh := store.Tokens{
		Account: tokens.Account, Access: given.Access, Expiry: given.Expiry.UTC(), Refresh: given.Refresh, Previous: used,
		ObtainedAt: a.clients.now().UTC(),
	}
	return fresh, a.save(ctx, fresh)
}

// trade uses the refresh token, and the one before it where that is refused.
func (a *consented) trade(ctx context.Context, tokens store.Tokens) (given helpscout.Tokens, used string, err error) {
	c := a.clients
	if !c.HelpScoutApp.Complete() {
		return given, "", &NotConnected{Vendor: store.VendorHelpScout, Err: errors.New("HELPSCOUT_CLIENT_ID and HELPSCOUT_CLIENT_SECRET are not set")}
	}
	given, err = helpscout.Refresh(ctx, c.HelpScoutURL, c.HelpScoutApp, tokens.Refresh, c.helpScoutOptions()...)
	if err == nil || !helpscout.TokenRefused(err) || helpscout.WrongApp(err) || tokens.Previous == "" || tokens.Previous == tokens.Refresh {
		return given, tokens.Refresh, err
	}
	given, second := helpscout.Refresh(ctx, c.HelpScoutURL, c.HelpScoutApp, tokens.Previous, c.helpScoutOptions()...)
	if second != nil {
		return given, "", err
	}
	return given, tokens.Refresh, nil
}

// save does not give up at once: what was given is lost if it is not saved.
func (a *consented) save(ctx context.Context, fresh store.Tokens) error {
	var err error
	for range saveTries {
		if err = a.clients.Store.SaveTokens(ctx, a.installation, store.VendorHelpScout, fresh); err == nil {
			a.unsaved = nil
			return nil
		}
		select {
		case <-ctx.Done():
		case <-time.After(saveEvery):
		}
	}
	a.unsaved = &fresh
	return &StoreError{err}
}

// fallBack is for when the consent does not hold any more: with an application of the
// same account, calls go on. Whose account it is, is asked; nothing is ever written
// to another one.
func (a *consented) fallBack(ctx context.Context, tokens store.Tokens, refused error) (string, error) {
	others := []helpscout.Authorizer{a.own, a.app}
	if a.last.alone && a.last.holds(tokens.Refresh, a.clients.now()) {
		others = nil
	}
	for _, other := range others {
		if other == nil {
			continue
		}
		token, err := other.Token(ctx)
		if err != nil {
			if helpscout.TokenRefused(err) {
				continue
			}
			return "", err
		}
		same, err := a.opensAccount(ctx, other, token, tokens.Account)
		switch {
		case err != nil:
			return "", err
		case same:
			a.mu.Lock()
			a.fallback, a.notBefore = other, a.clients.now().Add(again)
			a.mu.Unlock()
			return token, nil
		}
	}
	a.last.alone = true
	if missing, known := errors.AsType[*NotConnected](refused); known {
		return "", missing
	}
	return "", &NotConnected{Vendor: store.VendorHelpScout, Err: refused}
}

func (a *consented) opensAccount(ctx context.Context, auth helpscout.Authorizer, token, account string) (bool, error) {
	if same, known := a.sameAccount[token]; known {
		return same, nil
	}
	client, err := helpscout.New(a.clients.HelpScoutURL, auth, a.clients.helpScoutOptions()...)
	if err != nil {
		return false, err
	}
	me, err := client.Me(ctx)
	if helpscout.IsUnauthorized(err) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	// The company itself gave its own application; the other one may be anybody's.
	same := account == "" && auth == a.own || account != "" && strconv.FormatInt(me.CompanyID, 10) == account
	a.sameAccount[token] = same
	return same, nil
}
