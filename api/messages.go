package api

import (
	"context"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"callscout/aircall"
	"callscout/calllog"
	"callscout/settings"
	"callscout/starter"
	"callscout/store"
)

// kept is what becomes of a status whose message has not come yet.
const kept = "kept"

// receiveCallback takes what Aircall posts for a number in proxy mode: once, and never
// again, whatever is answered. So nothing with a known token is refused, and 200 means
// as for a webhook that the event is durable.
func (a *API) receiveCallback(c echo.Context) error {
	event, body, parseErr, refused := a.readEvent(c, aircall.ParseMessageCallback)
	if refused != nil {
		return refused
	}
	ctx := c.Request().Context()
	installation, err := a.installation(ctx, event.Token, a.cfg.Store.InstallationByMessagesToken, a.cfg.Store.InstallationByWebhookToken)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return a.refuse(unknownToken, http.StatusUnauthorized, "No installation has this token: set aircall.messages_token to the one of the number's messages configuration.")
	case err != nil:
		a.log.Error("callback not taken: the store does not answer", "error", err)
		return a.refuse(notTaken, http.StatusServiceUnavailable, "The event could not be stored; send it again.")
	}
	if parseErr != nil {
		return a.hold(c, installation, event.Name, body, "it names no event")
	}
	if !event.IsMessage() {
		return a.hold(c, installation, event.Name, body, "it is not about a message")
	}
	return a.receiveMessage(c, installation, event, body)
}

// receiveMessage brings a message to the run of its line and its outside number.
func (a *API) receiveMessage(c echo.Context, installation settings.Installation, event aircall.Event, body []byte) error {
	reduced, err := calllog.FromMessage(event)
	if err != nil {
		return a.hold(c, installation, event.Name, body, err.Error())
	}
	run := a.cfg.Deliverer.MessageRun(installation.ID, reduced)
	if run != "" && reduced.Tells() {
		return a.takeMessage(c, installation, reduced, run, reduced.Message.Line.ID, body)
	}
	if reduced.Tells() {
		return a.hold(c, installation, event.Name, body, "it does not name the Aircall number and the other party, so that no inbox can be chosen")
	}
	return a.takeStatus(c, installation, reduced, run, body)
}

// takeStatus is for what became of a message. It need not be told with line and party,
// and the number may be written otherwise: the message itself says to which run it
// belongs, before or after this. named is the run that the event names, or empty.
func (a *API) takeStatus(c echo.Context, installation settings.Installation, event calllog.MessageEvent, named string, body []byte) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), keepWithin)
	defer cancel()
	id := event.Message.ID
	run, err := a.runOf(ctx, installation.ID, id)
	switch {
	case named != "" && (err != nil || run == ""):
		// Temporal alone can take it.
		run, err = named, nil
	case err == nil && run == "":
		if err = a.rememberStatus(ctx, installation.ID, event); err == nil {
			// The message may have come between the two.
			run, err = a.runOf(ctx, installation.ID, id)
		}
	}
	switch {
	case err != nil:
		a.log.Error("webhook not taken: the store does not answer", "error", err)
		return a.refuse(notTaken, http.StatusServiceUnavailable, "The event could not be stored; send it again.")
	case run == "":
		return a.accept(c, kept)
	}
	return a.takeMessage(c, installation, event, run, starter.NumberOfRun(run), body)
}

func (a *API) runOf(ctx context.Context, installation, message string) (string, error) {
	run, _, _, err := a.cfg.Store.Recall(ctx, installation, store.StreamByMessage, message)
	return run, err
}

func (a *API) rememberStatus(ctx context.Context, installation string, event calllog.MessageEvent) error {
	earlier, _, _, err := a.cfg.Store.Recall(ctx, installation, store.StatusByMessage, event.Message.ID)
	if err != nil {
		return err
	}
	status := calllog.EarlyStatus{Status: event.Message.Status, At: event.At, Failed: calllog.Failing(event.Message.Status)}
	text, err := status.And(calllog.ReadEarlyStatus(earlier)).Text()
	if err != nil {
		return err
	}
	return a.cfg.Store.Remember(ctx, installation, store.StatusByMessage, event.Message.ID, text)
}

// takeMessage makes an event of a message durable. A message that the company does not
// log begins nothing; what became of one that was logged before is still told.
func (a *API) takeMessage(c echo.Context, installation settings.Installation, event calllog.MessageEvent, run string, number int64, body []byte) error {
	inbox, chosen, mapped, err := installation.ForNumber(number)
	if err != nil {
		return a.hold(c, installation, event.Name, body, "the settings of its number are not valid: "+err.Error())
	}
	wanted, whyNot := mapped && chosen.Active && logged(event, chosen), whyNotLogged(mapped, chosen.Active)
	if !wanted && event.Tells() {
		return a.accept(c, whyNot)
	}
	delivery := starter.Delivery{
		Installation: installation.ID, Inbox: inbox, Settings: chosen, Message: &event, Run: run, OnlyRunning: !wanted,
	}
	return a.handOver(c, installation, delivery, body, func() error { return a.accept(c, whyNot) })
}

// logged says that the company logs the event's channel. What became of a message does
// not always name it.
func logged(event calllog.MessageEvent, s settings.Settings) bool {
	if event.Message.Channel == calllog.WhatsApp {
		return s.Messages.WhatsApp
	}
	return s.Messages.SMS || s.Messages.WhatsApp && !event.Tells()
}
