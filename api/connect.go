package api

import (
	"context"
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"callscout/aircall"
	"callscout/calllog"
	"callscout/helpscout"
	"callscout/settings"
	"callscout/store"
)

const (
	// connectWithin is how long the vendors may take for all that is asked of them.
	connectWithin = 45 * time.Second
	// webhookName is what Aircall's dashboard calls the webhook.
	webhookName = "Callscout"
)

// finishAircall connects the company that has just consented.
func (a *API) finishAircall(c echo.Context) error {
	code, consent, err := a.consentOf(c, store.VendorAircall, "Aircall")
	if err != nil {
		return a.installFailed(c, err)
	}
	// A browser that goes away must not leave half of it.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.Request().Context()), connectWithin)
	defer cancel()
	id, entry, err := a.connectAircall(ctx, code, consent, a.nameOf(c, "Aircall"))
	if err != nil {
		return a.installFailed(c, err)
	}
	a.log.Info("aircall connected", "installation", id, "signed_in", consent.SignedIn)
	a.wake(ctx, id, calllog.AircallUnauthorized)
	if !consent.Dashboard {
		return c.Redirect(http.StatusSeeOther, a.cfg.Install.connected(id, entry))
	}
	success, err := aircall.SuccessURL(a.cfg.Install.AircallDashboardURL)
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, success)
}

// connectAircall gives the installation and the entry of the audit.
func (a *API) connectAircall(ctx context.Context, code string, consent consentState, by string) (id string, entry int64, err error) {
	in := a.cfg.Install
	var options []aircall.Option
	if in.HTTP != nil {
		options = append(options, aircall.WithHTTPClient(in.HTTP))
	}
	token, err := aircall.Exchange(ctx, in.AircallURL, in.AircallApp, code, a.redirectURI(installAircall), options...)
	if err != nil {
		return "", 0, err
	}
	client, err := aircall.New(in.AircallURL, aircall.Bearer(token), options...)
	if err != nil {
		return "", 0, err
	}
	company, err := client.Integration(ctx)
	if err != nil {
		return "", 0, err
	}
	name, err := client.CompanyName(ctx)
	if err != nil {
		return "", 0, err
	}
	account := ""
	if company.CompanyID > 0 {
		account = strconv.FormatInt(company.CompanyID, 10)
	}
	// Two consents of one company at once must not make two installations.
	unlock, err := in.Store.Lock(ctx, "install/aircall")
	if err != nil {
		return "", 0, err
	}
	defer unlock()
	installation, err := a.installationFor(ctx, account, name, consent.Installation)
	if err != nil {
		return "", 0, err
	}
	before := installation.Aircall
	// The account is noted first: whatever fails below, the next try finds the same
	// installation, and the webhook by its address.
	if err := a.saveTokens(ctx, installation.ID, store.VendorAircall, store.Tokens{Account: account, Access: token, ObtainedAt: a.clock().UTC()}); err != nil {
		return "", 0, err
	}
	webhook, err := a.ensureWebhook(ctx, client)
	if err != nil {
		return "", 0, err
	}
	entry, err = a.keepConnection(ctx, installation.ID, "aircall_connected", by, func(i *settings.Installation) {
		i.Aircall = settings.AircallAccount{Connection: settings.ByOAuth, WebhookToken: webhook.Token, MessagesToken: i.Aircall.MessagesToken}
	})
	if errors.Is(err, store.ErrNotFound) {
		entry, err = a.beginInstallation(ctx, settings.Installation{
			ID: installation.ID, Aircall: settings.AircallAccount{Connection: settings.ByOAuth, WebhookToken: webhook.Token},
		}, by)
	}
	if err != nil {
		return "", 0, err
	}
	a.dropFormerWebhook(ctx, installation.ID, before)
	return installation.ID, entry, nil
}

// keepConnection changes nothing but the connection: settings may be saved while the
// vendor is asked. It gives the entry of the audit. Its errors are those of
// ChangeInstallation.
func (a *API) keepConnection(ctx context.Context, id, action, by string, connect func(*settings.Installation)) (int64, error) {
	entry := &store.AuditEntry{Action: action, Who: by}
	err := a.cfg.Install.Store.ChangeInstallation(ctx, id, func(i *settings.Installation) (*store.AuditEntry, error) {
		before := *i
		connect(i)
		entry.Changes = settings.Diff(&before, i)
		return entry, nil
	})
	a.desk.Forget(id)
	return entry.ID, err
}

// beginInstallation writes the installation of a company that came by itself, or came
// back.
func (a *API) beginInstallation(ctx context.Context, made settings.Installation, by string) (int64, error) {
	if err := a.cfg.Install.Store.PutInstallation(ctx, made); err != nil {
		return 0, err
	}
	entry, err := a.cfg.Install.Store.Audit(ctx, store.AuditEntry{Installation: made.ID, Action: "created", Who: by})
	if err == nil {
		entry, err = a.cfg.Install.Store.Audit(ctx, store.AuditEntry{Installation: made.ID, Action: "aircall_connected", Who: by})
	}
	if err != nil {
		a.log.Error("not written to the audit: the store does not answer", "action", "aircall_connected", "error", err)
	}
	return entry, nil
}

// nameOf is who connects an account: somebody who is signed in, or the vendor, where
// it began there.
func (a *API) nameOf(c echo.Context, vendor string) string {
	if session, ok := a.desk.Who(c.Request()); ok {
		return session.Name
	}
	return vendor
}

// installationFor finds the installation of a company, or begins a new one under an
// id that nobody else ever had.
func (a *API) installationFor(ctx context.Context, account, name, chosen string) (settings.Installation, error) {
	known, err := a.cfg.Install.Store.InstallationOfAccount(ctx, store.VendorAircall, account)
	switch {
	case errors.Is(err, store.ErrNotFound):
	case err != nil:
		return settings.Installation{}, err
	case chosen != "" && chosen != known:
		return settings.Installation{}, told("taken", known)
	default:
		chosen = known
	}
	if chosen == "" {
		id, err := a.freeID(ctx, name, account)
		return settings.Installation{ID: id}, err
	}
	if other, err := a.cfg.Install.Store.AccountOf(ctx, chosen, store.VendorAircall); err != nil {
		return settings.Installation{}, err
	} else if other != "" && other != account {
		return settings.Installation{}, told("other_aircall", chosen)
	}
	installation, err := a.cfg.Install.Store.Installation(ctx, chosen)
	switch {
	case errors.Is(err, store.ErrNotFound):
		// It was uninstalled, and comes back.
		return settings.Installation{ID: chosen}, nil
	case err == nil && installation.Uninstalled:
		return settings.Installation{}, beingUninstalled
	}
	return installation, err
}

var notInID = regexp.MustCompile(`[^a-z0-9]+`)

// freeID makes an id of the company's name, and adds the account where another
// company has or had that.
func (a *API) freeID(ctx context.Context, name, account string) (string, error) {
	const longest = 41
	base := strings.Trim(notInID.ReplaceAllString(strings.ToLower(name), "-"), "-")
	if base == "" {
		base = "company"
	}
	for n := range 100 {
		suffix := ""
		switch {
		case n == 1 && account != "":
			suffix = "-" + account
		case n > 0:
			suffix = "-" + strconv.Itoa(n+1)
		}
		id := strings.TrimRight(base[:min(len(base), longest-len(suffix))], "-") + suffix
		taken, err := a.cfg.Install.Store.IDTaken(ctx, id)
		if err != nil || !taken {
			return id, err
		}
	}
	return "", errors.New("no free id for a new installation")
}

func (a *API) saveTokens(ctx context.Context, id, vendor string, tokens store.Tokens) error {
	// A refresh that runs would save its tokens over these.
	unlock, err := a.cfg.Install.Store.LockTokens(ctx, id, vendor)
	if err != nil {
		return err
	}
	defer unlock()
	return a.cfg.Install.Store.SaveTokens(ctx, id, vendor, tokens)
}

func (a *API) webhookURL() string { return a.cfg.PublicURL + "/webhooks/aircall" }

// ensureWebhook gives the application's one webhook of this address, with exactly the
// events that are used. One that is there keeps its token, so that what was sent
// meanwhile is still known.
func (a *API) ensureWebhook(ctx context.Context, client *aircall.Client) (aircall.Webhook, error) {
	wanted := calllog.WebhookEvents()
	all, err := client.Webhooks(ctx)
	if err != nil {
		return aircall.Webhook{}, err
	}
	all = slices.DeleteFunc(all, func(w aircall.Webhook) bool { return w.URL != a.webhookURL() || w.Token == "" })
	if len(all) == 0 {
		made, err := client.CreateWebhook(ctx, aircall.NewWebhook{URL: a.webhookURL(), Name: webhookName, Events: wanted})
		if err == nil && made.Token == "" {
			err = errors.New("aircall made a webhook without a token")
		}
		return made, err
	}
	kept := all[0]
	for _, more := range all[1:] {
		if err := client.DeleteWebhook(ctx, more.ID); err != nil {
			return kept, err
		}
	}
	if _, err := client.EnableWebhook(ctx, kept.ID, wanted); err != nil {
		return kept, err
	}
	superfluous := slices.DeleteFunc(slices.Clone(kept.Events), func(event string) bool { return slices.Contains(wanted, event) })
	if len(superfluous) > 0 {
		if _, err := client.RemoveWebhookEvents(ctx, kept.ID, superfluous); err != nil {
			return kept, err
		}
	}
	return kept, nil
}

// dropFormerWebhook deletes the webhook that was made with an API key before the
// company consented: its events would be refused from now on. If that fails, Aircall
// switches it off by itself.
func (a *API) dropFormerWebhook(ctx context.Context, id string, before settings.AircallAccount) {
	if before.OAuth() || before.APIID == "" || before.WebhookToken == "" {
		return
	}
	var options []aircall.Option
	if a.cfg.Install.HTTP != nil {
		options = append(options, aircall.WithHTTPClient(a.cfg.Install.HTTP))
	}
	client, err := aircall.New(a.cfg.Install.AircallURL, aircall.Basic(before.APIID, before.APIToken), options...)
	if err == nil {
		err = deleteWebhooks(ctx, client, func(w aircall.Webhook) bool { return w.Token == before.WebhookToken })
	}
	if err != nil {
		a.log.Warn("the webhook of the API key was not deleted; delete it in Aircall's dashboard", "installation", id, "error", err)
	}
}

// deleteWebhooks takes one that is gone meanwhile as deleted.
func deleteWebhooks(ctx context.Context, client *aircall.Client, ours func(aircall.Webhook) bool) error {
	all, err := client.Webhooks(ctx)
	if err != nil {
		return err
	}
	for _, webhook := range all {
		if !ours(webhook) {
			continue
		}
		err := client.DeleteWebhook(ctx, webhook.ID)
		if refused, ok := errors.AsType[*aircall.Error](err); ok && refused.Status == http.StatusNotFound {
			continue
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// finishHelpScout connects the account of the user who has just consented.
func (a *API) finishHelpScout(c echo.Context) error {
	code, consent, err := a.consentOf(c, store.VendorHelpScout, "Help Scout")
	if err != nil {
		return a.installFailed(c, err)
	}
	if !consent.SignedIn || consent.Installation == "" {
		return a.installFailed(c, otherBrowser)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.Request().Context()), connectWithin)
	defer cancel()
	entry, err := a.connectHelpScout(ctx, code, consent.Installation, a.nameOf(c, "Help Scout"))
	if err != nil {
		return a.installFailed(c, err)
	}
	a.log.Info("help scout connected", "installation", consent.Installation)
	a.wake(ctx, consent.Installation, calllog.HelpScoutUnauthorized)
	return c.Redirect(http.StatusSeeOther, a.cfg.Install.connected(consent.Installation, entry))
}

func (a *API) connectHelpScout(ctx context.Context, code, id, by string) (entry int64, err error) {
	in := a.cfg.Install
	options := []helpscout.Option{helpscout.WithClock(a.clock)}
	if in.HTTP != nil {
		options = append(options, helpscout.WithHTTPClient(in.HTTP))
	}
	given, err := helpscout.Exchange(ctx, in.HelpScoutURL, in.HelpScoutApp, code, options...)
	if err != nil {
		return 0, err
	}
	client, err := helpscout.New(in.HelpScoutURL, oneToken(given.Access), options...)
	if err != nil {
		return 0, err
	}
	me, err := client.Me(ctx)
	if err != nil {
		return 0, err
	}
	account := ""
	if me.CompanyID > 0 {
		account = strconv.FormatInt(me.CompanyID, 10)
	}
	unlock, err := in.Store.Lock(ctx, "install/helpscout/"+id)
	if err != nil {
		return 0, err
	}
	defer unlock()
	before, err := in.Store.AccountOf(ctx, id, store.VendorHelpScout)
	if err != nil {
		return 0, err
	}
	if before != "" && account != "" && before != account {
		return 0, told("other_helpscout", id)
	}
	installation, err := in.Store.Installation(ctx, id)
	switch {
	case errors.Is(err, store.ErrNotFound), err == nil && installation.Uninstalled:
		return 0, beingUninstalled
	case err != nil:
		return 0, err
	}
	err = a.saveTokens(ctx, id, store.VendorHelpScout, store.Tokens{
		Account: account, Access: given.Access, Refresh: given.Refresh, Expiry: given.Expiry.UTC(), ObtainedAt: a.clock().UTC(),
	})
	if err != nil {
		return 0, err
	}
	entry, err = a.keepConnection(ctx, id, "helpscout_connected", by, func(i *settings.Installation) {
		i.HelpScout.Connection = settings.ByOAuth
	})
	if errors.Is(err, store.ErrNotFound) {
		return 0, beingUninstalled
	}
	return entry, err
}

// oneToken is for the first request after a consent.
type oneToken string

// Token gives it.
func (t oneToken) Token(context.Context) (string, error) { return string(t), nil }

// Invalidate does nothing: there is no other.
func (t oneToken) Invalidate(string) {}

// String shows no token.
func (t oneToken) String() string { return "an access token" }

// GoString shows no token.
func (t oneToken) GoString() string { return "an access token" }
