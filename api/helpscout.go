package api

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"callscout/health"
	"callscout/helpscout"
	"callscout/settings"
	"callscout/store"
)

// ownEcho is how long after something was learnt of a customer a change of that
// customer counts as our own: Help Scout tells of what we write as well.
const ownEcho = time.Minute

// tellsAgain is how often it is noted that Help Scout tells of changes of status: a
// note of it waits for the disk.
const tellsAgain = time.Hour

// What became of a webhook of Help Scout: the values of the metric's label, beside
// those of Aircall's that mean the same.
const (
	forgotten           = "forgotten"
	nothingKnown        = "nothing_known"
	notNeeded           = "not_needed"
	notUnderstood       = "not_understood"
	nothingLost         = "nothing_lost"
	putRight            = "put_right"
	writerEnded         = "writer_ended"
	unknownInstallation = "unknown_installation"
	wrongSignature      = "wrong_signature"
	cutOff              = "cut_off"
)

// notSigned is told whoever posts without the right to, whatever is wrong, so that
// nobody learns which installations take webhooks.
const notSigned = "No webhook of Help Scout with this address and signature is known. " +
	"The address ends with the installation's id, and the webhook's secret stands in its settings as helpscout.webhook_secret."

// receiveHelpScout takes one webhook of Help Scout. They are optional: each only
// corrects what is remembered, and what is not remembered is looked up. With a right
// signature nothing is refused, for Help Scout switches a webhook off after too many
// failures.
func (a *API) receiveHelpScout(c echo.Context) error {
	body, large, err := readBody(c)
	switch {
	case large:
		return a.refuseHelpScout(tooLarge, http.StatusRequestEntityTooLarge, "The body is larger than 8 MiB.")
	case err != nil:
		return a.refuseHelpScout(cutOff, http.StatusBadRequest, "The body could not be read to its end.")
	}
	// Help Scout may hang up while this waits, and need not send the event again.
	ctx := context.WithoutCancel(c.Request().Context())
	installation, err := a.installationByID(ctx, c.Param("installation"))
	switch {
	case errors.Is(err, store.ErrNotFound):
		return a.refuseHelpScout(unknownInstallation, http.StatusNotFound, notSigned)
	case err != nil:
		return a.helpScoutNotTaken(err)
	}
	header := c.Request().Header
	if !helpscout.SignedWebhook(header, body, installation.HelpScout.WebhookSecret) {
		return a.refuseHelpScout(wrongSignature, http.StatusUnauthorized, notSigned)
	}
	if installation.Uninstalled {
		a.metrics.helpScout.WithLabelValues(uninstalled).Inc()
		return c.JSON(http.StatusOK, answer{Status: uninstalled})
	}
	a.hear(c, installation.ID, health.HelpScout)
	hook, parseErr := helpscout.ParseWebhook(header, body)
	result, err := a.correct(ctx, installation.ID, hook, parseErr)
	if err != nil {
		return a.helpScoutNotTaken(err)
	}
	a.metrics.helpScout.WithLabelValues(result).Inc()
	return c.JSON(http.StatusOK, answer{Status: result})
}

// correct forgets what a webhook shows to be true no longer; it is looked up anew
// when it is needed. The body of an event that is not needed may hold anything.
func (a *API) correct(ctx context.Context, installation string, hook helpscout.Webhook, unread error) (result string, err error) {
	ctx, cancel := context.WithTimeout(ctx, keepWithin)
	defer cancel()
	var forget func() (int, error)
	switch hook.Event {
	case helpscout.ConversationMerged, helpscout.ConversationMoved, helpscout.ConversationDeleted:
		forget = func() (int, error) { return a.cfg.Store.ForgetConversation(ctx, installation, hook.ID) }
	case helpscout.ConversationStatus:
		if unread == nil {
			if err := a.keepStatus(ctx, installation, hook); err != nil {
				return "", err
			}
		}
		if unread == nil && hook.Status != helpscout.StatusClosed && hook.Status != helpscout.StatusSpam {
			return notNeeded, nil
		}
		forget = func() (int, error) { return a.cfg.Store.ForgetConversation(ctx, installation, hook.ID) }
	case helpscout.ConversationTags:
		return a.tagsChanged(ctx, installation, hook, unread)
	case helpscout.CustomerUpdated:
		// What changes within that time is noticed when the card is made.
		before := time.Now().Add(-ownEcho)
		forget = func() (int, error) { return a.cfg.Store.ForgetCustomer(ctx, installation, hook.ID, before) }
	case helpscout.CustomerDeleted:
		forget = func() (int, error) { return a.cfg.Store.ForgetCustomer(ctx, installation, hook.ID, time.Time{}) }
	default:
		a.log.Debug("a webhook of Help Scout that is not needed", "installation", installation, "event", hook.Event)
		return notNeeded, nil
	}
	if unread != nil {
		a.log.Warn("a webhook of Help Scout was not understood", "installation", installation, "event", hook.Event, "error", unread)
		return notUnderstood, nil
	}
	dropped, err := forget()
	switch {
	case err != nil:
		return "", err
	case dropped == 0:
		return nothingKnown, nil
	}
	a.log.Debug("forgotten at Help Scout's word", "installation", installation, "event", hook.Event, "id", hook.ID, "memories", dropped)
	return forgotten, nil
}

// keepStatus notes that Help Scout tells of changes of status, and what it told of a
// conversation that calls are logged in: a note has to repeat it.
func (a *API) keepStatus(ctx context.Context, installation string, hook helpscout.Webhook) error {
	_, at, heard, err := a.cfg.Store.Recall(ctx, installation, store.HelpScoutTellsStatus, "")
	if err != nil {
		return err
	}
	if !heard || time.Since(at) > tellsAgain {
		if err := a.cfg.Store.Remember(ctx, installation, store.HelpScoutTellsStatus, "", ""); err != nil {
			return err
		}
	}
	key := strconv.FormatInt(hook.ID, 10)
	_, _, known, err := a.cfg.Store.Recall(ctx, installation, store.ConversationStatus, key)
	if err != nil || !known {
		return err
	}
	return a.cfg.Store.Remember(ctx, installation, store.ConversationStatus, key, string(hook.Status))
}

func (a *API) installationByID(ctx context.Context, id string) (settings.Installation, error) {
	ctx, cancel := context.WithTimeout(ctx, lookWithin)
	defer cancel()
	return a.cfg.Store.Installation(ctx, id)
}

func (a *API) helpScoutNotTaken(cause error) error {
	a.log.Error("webhook of Help Scout not taken: the store does not answer", "error", cause)
	return a.refuseHelpScout(notTaken, http.StatusServiceUnavailable, "The store does not answer; send it again.")
}

func (a *API) refuseHelpScout(result string, status int, message string) error {
	a.metrics.helpScout.WithLabelValues(result).Inc()
	return echo.NewHTTPError(status, message)
}
