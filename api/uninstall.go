package api

import (
	"context"
	"errors"
	"net/http"
	"time"

	"callscout/accounts"
	"callscout/aircall"
	"callscout/helpscout"
	"callscout/settings"
	"callscout/store"
)

const (
	// tidyEvery is how soon an uninstallation that is not finished goes on.
	tidyEvery = 2 * time.Second
	// leaveAfter is how long is waited at least: an event that was taken right before
	// may begin a run that is not in Temporal's list yet.
	leaveAfter = 10 * time.Second
	// tidyWithin is how long runs may take to come to their end, and webhooks to be
	// deleted, before the secrets are purged all the same.
	tidyWithin = 10 * time.Minute
	// waitForTemporal is how long the purge waits where Temporal does not answer: runs
	// that were not cancelled would look for credentials for ever.
	waitForTemporal = 24 * time.Hour
)

// ErrCannotUninstall says that this edge was made without what that needs.
var ErrCannotUninstall = errors.New("api: uninstalling is not set up")

// Uninstall takes an installation away, for whoever asked for it. When it returns
// without an error, that is durable: nothing more is logged, and the rest follows in
// the background and after a restart: webhooks are deleted, running calls lose their
// in-progress tags and end, credentials and tokens are purged. What was logged stays.
// Its error is store.ErrNotFound, or that of the store. To uninstall twice does no
// harm.
func (a *API) Uninstall(ctx context.Context, installation, by string) error {
	if a.cfg.Install == nil {
		return ErrCannotUninstall
	}
	if err := a.cfg.Install.Store.BeginUninstall(ctx, installation); err != nil {
		return err
	}
	a.log.Info("uninstalling", "installation", installation, "by", by)
	// What is remembered for when the store is away would take events on.
	a.lastKnown.Clear()
	return nil
}

// tidyUp finishes what was begun, until ctx is done.
func (a *API) tidyUp(ctx context.Context) {
	if a.cfg.Install == nil {
		return
	}
	every := time.NewTicker(tidyEvery)
	defer every.Stop()
	for {
		leaving, err := a.cfg.Install.Store.Leaving(ctx)
		if err != nil && ctx.Err() == nil {
			a.log.Debug("uninstallations wait", "error", err)
		}
		for _, one := range leaving {
			switch err := a.finishUninstall(ctx, one); {
			case errors.Is(err, errStillRuns):
				a.log.Debug("an uninstallation waits for calls", "installation", one.Installation)
			case err != nil && ctx.Err() == nil:
				a.log.Warn("an uninstallation is not finished and goes on", "installation", one.Installation, "error", err)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-every.C:
		}
	}
}

var errStillRuns = errors.New("calls still run")

// finishUninstall does all the steps. Each may be done twice: whatever was cut off is
// done again from the first one. The runs come before the purge, since they need the
// credentials to take their tags off.
func (a *API) finishUninstall(ctx context.Context, leaving store.Leaving) error {
	in := a.cfg.Install
	unlock, err := in.Store.Lock(ctx, "uninstall/"+leaving.Installation)
	if err != nil {
		return err
	}
	defer unlock()
	installation, err := in.Store.Installation(ctx, leaving.Installation)
	if errors.Is(err, store.ErrNotFound) {
		return nil // another process was quicker
	}
	if err != nil {
		return err
	}
	waited := a.clock().Sub(leaving.Since)
	running, runsErr := in.Runs.CancelRuns(ctx, installation.ID)
	webhooksErr := a.deleteOurWebhooks(ctx, installation)
	switch {
	case runsErr != nil && waited < waitForTemporal:
		return runsErr
	case waited < leaveAfter, running > 0 && waited < tidyWithin:
		return errStillRuns
	case webhooksErr != nil && waited < tidyWithin:
		return webhooksErr
	}
	if err := errors.Join(runsErr, webhooksErr); err != nil || running > 0 {
		a.log.Error("uninstalled, but not all was put in order: look for tags of calls in progress in Help Scout, and for webhooks at both vendors",
			"installation", installation.ID, "still_running", running, "error", err)
	}
	if installation.Aircall.OAuth() {
		a.switchOff(ctx, installation.ID)
	}
	if err := in.Store.Purge(ctx, installation.ID); err != nil {
		return err
	}
	a.log.Info("uninstalled", "installation", installation.ID)
	return nil
}

// deleteOurWebhooks leaves other webhooks of the accounts alone. Where the vendor
// does not know the credentials any more, there is nothing that could be deleted.
func (a *API) deleteOurWebhooks(ctx context.Context, installation settings.Installation) error {
	in := a.cfg.Install
	ctx, cancel := context.WithTimeout(ctx, connectWithin)
	defer cancel()
	air, err := in.Accounts.Aircall(ctx, installation.ID)
	if err == nil {
		err = deleteWebhooks(ctx, air, func(w aircall.Webhook) bool {
			return w.Token != "" && w.Token == installation.Aircall.WebhookToken ||
				installation.Aircall.OAuth() && w.URL == a.webhookURL()
		})
	}
	desk, deskErr := in.Accounts.HelpScout(ctx, installation.ID)
	if deskErr == nil {
		deskErr = unsubscribe(ctx, desk, a.cfg.PublicURL+"/webhooks/helpscout/"+installation.ID)
	}
	return errors.Join(unlessLockedOut(err), unlessLockedOut(deskErr))
}

func unsubscribe(ctx context.Context, client *helpscout.Client, address string) error {
	all, err := client.Subscriptions(ctx)
	if err != nil {
		return err
	}
	for _, one := range all {
		if one.URL == address {
			if err := client.Unsubscribe(ctx, one.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// unlessLockedOut is nil where the credentials do not open the account any more, or
// were never enough to.
func unlessLockedOut(err error) error {
	if refused, ok := errors.AsType[*aircall.Error](err); ok && refused.WrongCredential() {
		return nil
	}
	_, missing := errors.AsType[*accounts.NotConnected](err)
	if missing || helpscout.IsUnauthorized(err) || helpscout.TokenRefused(err) {
		return nil
	}
	if refused, ok := errors.AsType[*helpscout.Error](err); ok && refused.Status == http.StatusForbidden {
		// The user behind the token may not see webhooks, and so has made none.
		return nil
	}
	if as[*aircall.Error](err) || as[*aircall.TransportError](err) || as[*aircall.AnswerError](err) ||
		as[*helpscout.Error](err) || as[*helpscout.TransportError](err) || as[*helpscout.AnswerError](err) || as[*accounts.StoreError](err) {
		return err
	}
	return nil // the settings name no account
}

func as[T error](err error) bool {
	_, ok := errors.AsType[T](err)
	return ok
}

// switchOff tells Aircall's dashboard. After an uninstallation there, the token does
// not work any more, which is as good.
func (a *API) switchOff(ctx context.Context, id string) {
	client, err := a.cfg.Install.Accounts.Aircall(ctx, id)
	if err == nil {
		err = client.DisableIntegration(ctx)
	}
	if err != nil {
		a.log.Debug("the integration was not switched off in Aircall", "installation", id, "error", err)
	}
}
