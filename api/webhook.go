package api

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
	"go.temporal.io/api/serviceerror"
	"google.golang.org/grpc/codes"

	"callscout/aircall"
	"callscout/calllog"
	"callscout/health"
	"callscout/settings"
	"callscout/starter"
	"callscout/store"
)

const (
	// mostBody is the largest webhook taken: transcripts may come inline.
	mostBody = 8 << 20
	// lookWithin is how long the store may take to say whose an event is, or
	// whether earlier ones wait; after that it counts as away.
	lookWithin = time.Second
	// deliverWithin leaves time for the inbox inside Aircall's five seconds.
	deliverWithin = 2 * time.Second
	// keepWithin is how long the inbox may take, also when Aircall has hung up.
	keepWithin = 5 * time.Second
	// awayFor is how long after a failed delivery events go straight to the
	// inbox.
	awayFor = 2 * time.Second
)

// What became of a webhook: the values of the metric's label.
const (
	delivered    = "delivered"
	queued       = "queued"
	held         = "held"
	notOurs      = "event_not_ours"
	notMapped    = "number_not_mapped"
	paused       = "paused"
	notWanted    = "not_wanted"
	unknownToken = "unknown_token"
	notJSON      = "not_json"
	tooLarge     = "too_large"
	notTaken     = "not_taken"
	uninstalling = "uninstalling"
	uninstalled  = "uninstalled"
)

// readBody reads the body of a vendor's webhook; large says that it is over mostBody.
func readBody(c echo.Context) (body []byte, large bool, err error) {
	body, err = io.ReadAll(http.MaxBytesReader(c.Response(), c.Request().Body, mostBody))
	_, large = errors.AsType[*http.MaxBytesError](err)
	return body, large, err
}

// readEvent reads what Aircall posts, as parse understands it: unread is why it names
// no event, refused the answer to what is no body of Aircall's at all. From then on the
// request goes on although Aircall hangs up: it need not send the event again.
func (a *API) readEvent(c echo.Context, parse func([]byte) (aircall.Event, error)) (event aircall.Event, body []byte, unread, refused error) {
	body, large, err := readBody(c)
	switch {
	case large:
		return event, nil, nil, a.refuse(tooLarge, http.StatusRequestEntityTooLarge, "The body is larger than 8 MiB.")
	case err != nil:
		return event, nil, nil, a.refuse(notJSON, http.StatusBadRequest, "The body could not be read to its end.")
	}
	c.SetRequest(c.Request().WithContext(context.WithoutCancel(c.Request().Context())))
	event, unread = parse(body)
	if errors.Is(unread, aircall.ErrNotJSON) {
		return event, nil, nil, a.refuse(notJSON, http.StatusBadRequest, "The body is not a JSON object.")
	}
	return event, body, unread, nil
}

// receive takes one webhook of Aircall. With a known token nothing is refused:
// Aircall counts failures and switches a webhook off. It answers 200 only when
// the event is durable, in Temporal or in the inbox.
func (a *API) receive(c echo.Context) error {
	event, body, parseErr, refused := a.readEvent(c, aircall.ParseEvent)
	if refused != nil {
		return refused
	}
	ctx := c.Request().Context()
	installation, err := a.installation(ctx, event.Token, a.cfg.Store.InstallationByWebhookToken)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return a.refuse(unknownToken, http.StatusUnauthorized, "No installation has this webhook token.")
	case err != nil:
		a.log.Error("webhook not taken: the store does not answer", "error", err)
		return a.refuse(notTaken, http.StatusServiceUnavailable, "The event could not be stored; send it again.")
	}
	if installation.Uninstalled {
		return a.accept(c, uninstalled)
	}
	a.hear(c, installation.ID, health.Aircall)
	if parseErr != nil {
		return a.hold(c, installation, event.Name, body, "it names no event")
	}
	if event.IsMessage() {
		return a.receiveMessage(c, installation, event, body)
	}
	if event.Name == aircall.EventIntegrationDeleted && installation.Aircall.OAuth() {
		return a.uninstallAtAircall(c, installation.ID)
	}
	reduce := calllog.Reducer(event)
	if reduce == nil {
		return a.accept(c, notOurs)
	}
	reduced, err := reduce(event)
	if event.IsCall() && !event.IsKnown() && (err != nil || reduced.Call.Line == nil) {
		// An event that Aircall added since, whose data is no call as we know it.
		a.log.Debug("an event that is not known", "installation", installation.ID, "event", event.Name)
		return a.accept(c, notOurs)
	}
	if err != nil {
		return a.hold(c, installation, event.Name, body, err.Error())
	}
	if reduced.Call.Line == nil && event.IsCall() {
		return a.hold(c, installation, event.Name, body, noNumber)
	}
	return a.take(c, installation, reduced, body)
}

const noNumber = "it names no Aircall number, so that no inbox can be chosen"

// uninstallAtAircall is for a company that took Callscout off in Aircall's dashboard.
// The webhook's token says which; it hears of nobody else.
func (a *API) uninstallAtAircall(c echo.Context, id string) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), keepWithin)
	defer cancel()
	switch err := a.Uninstall(ctx, id, "Aircall's dashboard"); {
	case errors.Is(err, ErrCannotUninstall), errors.Is(err, store.ErrNotFound):
		return a.accept(c, notOurs)
	case err != nil:
		a.log.Error("webhook not taken: the store does not answer", "error", err)
		return a.refuse(notTaken, http.StatusServiceUnavailable, "The event could not be stored; send it again.")
	}
	return a.accept(c, uninstalling)
}

// take brings an understood event of a mapped number to its call.
func (a *API) take(c echo.Context, installation settings.Installation, event calllog.Event, body []byte) error {
	if event.Call.Line == nil {
		return a.takeRunning(c, installation, event, body)
	}
	inbox, chosen, mapped, err := installation.ForNumber(event.Call.Line.ID)
	if err != nil {
		return a.hold(c, installation, event.Name, body, "the settings of its number are not valid: "+err.Error())
	}
	if !mapped {
		a.log.Debug("event of a number that is not mapped", "installation", installation.ID, "aircall_number", event.Call.Line.ID)
	}
	wanted := len(event.Insights) == 0 || calllog.WantsInsight(event, chosen)
	delivery := starter.Delivery{
		Installation: installation.ID, Inbox: inbox, Settings: chosen, Event: event,
		OnlyRunning: !mapped || !chosen.Active || !wanted,
	}
	whyNot := whyNotLogged(mapped, chosen.Active)
	told := ""
	if delivery.OnlyRunning {
		told = whyNot
	}
	a.desk.Heard(c.Request().Context(), installation.ID, event.Name, event.Call.ID, told)
	if delivery.OnlyRunning && event.Name == aircall.EventCallCreated {
		return a.accept(c, whyNot)
	}
	return a.handOver(c, installation, delivery, body, func() error { return a.accept(c, whyNot) })
}

// takeRunning brings an event of Aircall's AI that names no number to its call: a
// run that there is knows its inbox.
func (a *API) takeRunning(c echo.Context, installation settings.Installation, event calllog.Event, body []byte) error {
	delivery := starter.Delivery{Installation: installation.ID, Event: event, OnlyRunning: true}
	return a.handOver(c, installation, delivery, body, func() error {
		return a.hold(c, installation, event.Name, body, noNumber)
	})
}

// handOver makes a delivery durable, and answers. notRunning answers where it was for
// a running workflow, and there is none.
func (a *API) handOver(c echo.Context, installation settings.Installation, delivery starter.Delivery, body []byte, notRunning func() error) error {
	result, err := a.keep(c.Request().Context(), delivery)
	var reason *unacceptable
	switch {
	case errors.Is(err, starter.ErrNotRunning):
		return notRunning()
	case errors.As(err, &reason):
		return a.hold(c, installation, delivery.Name(), body, reason.Error())
	case err != nil:
		a.log.Error("webhook not taken: neither Temporal nor the store took it", "error", err, "stream", delivery.Stream())
		return a.refuse(notTaken, http.StatusServiceUnavailable, "The event could not be stored; send it again.")
	}
	return a.accept(c, result)
}

func whyNotLogged(mapped, active bool) string {
	switch {
	case !mapped:
		return notMapped
	case !active:
		return paused
	default:
		return notWanted
	}
}

// keep makes an event durable: in Temporal, or in the inbox where Temporal is
// away or earlier events of the same call still wait. Its error says that neither
// took it.
func (a *API) keep(ctx context.Context, d starter.Delivery) (result string, err error) {
	waiting, storeErr := a.hasWaiting(ctx, d.Stream())
	inboxFirst := (waiting || a.away.holds()) && storeErr == nil
	if !inboxFirst {
		if err = a.deliver(ctx, d); err == nil {
			return delivered, nil
		}
		var reason *unacceptable
		if errors.As(err, &reason) || errors.Is(err, starter.ErrNotRunning) {
			return "", err
		}
		a.away.begin(awayFor)
		a.log.Warn("Temporal did not take an event; it waits in the inbox", "error", err, "stream", d.Stream())
	}
	body, encodeErr := json.Marshal(d)
	if encodeErr != nil {
		return "", encodeErr
	}
	if err = a.enqueue(ctx, d, body); err == nil {
		return queued, nil
	}
	if inboxFirst {
		// A full disk still reads. Out of its order, the event does its work; lost,
		// it does none.
		a.log.Warn("the inbox did not take an event; Temporal is tried", "error", err, "stream", d.Stream())
		if err = a.deliver(ctx, d); err == nil {
			return delivered, nil
		}
	}
	return "", err
}

func (a *API) enqueue(ctx context.Context, d starter.Delivery, body []byte) error {
	ctx, cancel := context.WithTimeout(ctx, keepWithin)
	defer cancel()
	_, err := a.cfg.Store.Enqueue(ctx, store.InboxEvent{
		Installation: d.Installation, Stream: d.Stream(), Event: d.Name(), Body: body,
	})
	return err
}

func (a *API) hasWaiting(ctx context.Context, stream string) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, lookWithin)
	defer cancel()
	return a.cfg.Store.HasWaiting(ctx, stream)
}

// unacceptable is an event that Temporal will never take.
type unacceptable struct{ cause error }

func (u *unacceptable) Error() string { return "Temporal refuses it: " + u.cause.Error() }
func (u *unacceptable) Unwrap() error { return u.cause }

func (a *API) deliver(ctx context.Context, d starter.Delivery) error {
	ctx, cancel := context.WithTimeout(ctx, deliverWithin)
	defer cancel()
	err := a.cfg.Deliverer.Deliver(ctx, d)
	if refusedForEver(err) {
		return &unacceptable{err}
	}
	return err
}

// refusedForEver tells what is wrong with an event from what is wrong with
// Temporal. A message that is too large comes as an error of gRPC's own; every
// other ResourceExhausted passes.
func refusedForEver(err error) bool {
	var invalid *serviceerror.InvalidArgument
	var busy *serviceerror.ResourceExhausted
	return errors.As(err, &invalid) ||
		!errors.As(err, &busy) && serviceerror.ToStatus(err).Code() == codes.ResourceExhausted
}

// installation finds whose webhook it is. Where the store does not answer, what
// was known last is used: Temporal alone can take the event.
func (a *API) installation(ctx context.Context, token string, known ...func(context.Context, string) (settings.Installation, error)) (settings.Installation, error) {
	if token == "" {
		return settings.Installation{}, store.ErrNotFound
	}
	ctx, cancel := context.WithTimeout(ctx, lookWithin)
	defer cancel()
	installation, err := settings.Installation{}, store.ErrNotFound
	for _, by := range known {
		if installation, err = by(ctx, token); !errors.Is(err, store.ErrNotFound) {
			break
		}
	}
	switch {
	case err == nil:
		a.lastKnown.Store(token, installation)
		return installation, nil
	case errors.Is(err, store.ErrNotFound):
		a.lastKnown.Delete(token)
		return settings.Installation{}, err
	}
	if last, found := a.lastKnown.Load(token); found {
		if installation, right := last.(settings.Installation); right {
			return installation, nil
		}
	}
	return settings.Installation{}, err
}

// hold keeps what cannot be understood, with the reason, for people to see.
func (a *API) hold(c echo.Context, installation settings.Installation, name string, body []byte, reason string) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), keepWithin)
	defer cancel()
	_, err := a.cfg.Store.Hold(ctx, store.InboxEvent{
		Installation: installation.ID, Stream: "held", Event: name, Body: body, Reason: reason,
	})
	if err != nil {
		a.log.Error("webhook not taken: the store does not answer", "error", err)
		return a.refuse(notTaken, http.StatusServiceUnavailable, "The event could not be stored; send it again.")
	}
	a.log.Warn("an event was not understood; it is kept", "installation", installation.ID, "event", name, "reason", reason)
	return a.accept(c, held)
}

func (a *API) accept(c echo.Context, result string) error {
	a.metrics.webhooks.WithLabelValues(result).Inc()
	return c.JSON(http.StatusOK, answer{Status: result})
}

func (a *API) refuse(result string, status int, message string) error {
	a.metrics.webhooks.WithLabelValues(result).Inc()
	return echo.NewHTTPError(status, message)
}
