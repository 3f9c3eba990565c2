package aircall

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const webhooksPath = "/v1/webhooks"

// Webhook is a subscription to events. It holds the webhook's secret: String
// and LogValue show neither that nor the URL, which may hold one too.
type Webhook struct {
	// ID is the UUID webhook_id, or the old whole number if there is none.
	ID string
	// URL is where Aircall delivers to.
	URL string
	// Active is false once Aircall gave up delivering.
	Active bool
	// Events are the names subscribed to.
	Events    []string
	Token     string
	CreatedAt time.Time
}

// String names the webhook without its token and URL.
func (w Webhook) String() string {
	return fmt.Sprintf("webhook %s (active: %t)", w.ID, w.Active)
}

// LogValue logs the webhook without its token and URL.
func (w Webhook) LogValue() slog.Value {
	return slog.GroupValue(slog.String("id", w.ID), slog.Bool("active", w.Active))
}

// Webhooks lists the webhooks that the credential can see: with OAuth those
// that it made, with an API key those of the dashboard and of API keys.
func (c *Client) Webhooks(ctx context.Context) ([]Webhook, error) {
	return list(ctx, c, webhooksPath, "webhooks", readWebhook)
}

func readWebhook(o object) (Webhook, *FieldError) {
	webhook := Webhook{
		ID:        firstOf(o.text("webhook_id"), o.text("id")),
		URL:       o.text("url"),
		Active:    o.flag("active"),
		Events:    o.texts("events"),
		Token:     o.text("token"),
		CreatedAt: o.time("created_at"),
	}
	if webhook.ID == "" {
		return webhook, &FieldError{Field: "webhook_id", Expected: "text"}
	}
	return webhook, nil
}

// NewWebhook is a webhook to create. All fields are needed.
type NewWebhook struct {
	// Name is what Aircall's dashboard calls it.
	Name string `json:"custom_name"`
	// URL is where Aircall is to deliver to, over HTTPS.
	URL    string   `json:"url"`
	Events []string `json:"events"`
}

// CreateWebhook subscribes to events. The answer holds the webhook's token, which
// stands in each delivery. A company may have 100 webhooks. It fails with
// *FieldError, before anything is sent, without a URL or without events: Aircall
// takes a list without events for a wish to have them all (Aircall's reference).
// With *AnswerError the webhook may have been made.
func (c *Client) CreateWebhook(ctx context.Context, webhook NewWebhook) (Webhook, error) {
	if webhook.URL == "" {
		return Webhook{}, &FieldError{Field: "url", Expected: "an HTTPS address"}
	}
	if err := checkEvents(webhook.Events); err != nil {
		return Webhook{}, err
	}
	body, err := c.post(ctx, webhooksPath, webhook)
	if err != nil {
		return Webhook{}, err
	}
	return webhookIn(http.MethodPost, webhooksPath, body)
}

// AddWebhookEvents subscribes a webhook to events beside those that it has. It
// fails with *FieldError, before anything is sent, without an id or without events.
func (c *Client) AddWebhookEvents(ctx context.Context, id string, events []string) (Webhook, error) {
	return c.changeWebhook(ctx, id, "add", webhookChange{Events: events})
}

// RemoveWebhookEvents takes events from those that a webhook is subscribed to. One
// must be left. It fails with *FieldError like AddWebhookEvents.
func (c *Client) RemoveWebhookEvents(ctx context.Context, id string, events []string) (Webhook, error) {
	return c.changeWebhook(ctx, id, "remove", webhookChange{Events: events})
}

// EnableWebhook makes Aircall deliver again to a webhook that it gave up, and
// subscribes it to events, which have to be named: without them Aircall would
// subscribe it to all that there are. Those that it has stay.
func (c *Client) EnableWebhook(ctx context.Context, id string, events []string) (Webhook, error) {
	active := true
	return c.changeWebhook(ctx, id, "add", webhookChange{Events: events, Active: &active})
}

type webhookChange struct {
	Events []string `json:"events"`
	Active *bool    `json:"active,omitempty"`
}

// changeWebhook never sends a PUT without events_action and events: Aircall takes
// one for a wish to have all events (Aircall's reference).
func (c *Client) changeWebhook(ctx context.Context, id, action string, change webhookChange) (Webhook, error) {
	path, err := webhookPath(id)
	if err != nil {
		return Webhook{}, err
	}
	if err := checkEvents(change.Events); err != nil {
		return Webhook{}, err
	}
	content, failed := json.Marshal(change)
	if failed != nil {
		return Webhook{}, &TransportError{Method: http.MethodPut, Path: path, Err: failed}
	}
	body, failed := c.do(ctx, http.MethodPut, path, url.Values{"events_action": {action}}, content, maxBody)
	if failed != nil {
		return Webhook{}, failed
	}
	return webhookIn(http.MethodPut, path, body)
}

// DeleteWebhook ends a subscription. The error is an *Error with status 404 if
// there is no such webhook, or none that this credential may see.
func (c *Client) DeleteWebhook(ctx context.Context, id string) error {
	path, err := webhookPath(id)
	if err != nil {
		return err
	}
	_, failed := c.do(ctx, http.MethodDelete, path, nil, nil, maxBody)
	return failed
}

// webhookPath wants an id that cannot lead to another address.
func webhookPath(id string) (string, error) {
	if id == "" || strings.Trim(id, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_") != "" {
		return "", &FieldError{Field: "webhook_id", Expected: "a UUID or a number"}
	}
	return webhooksPath + "/" + id, nil
}

func checkEvents(events []string) error {
	if len(events) == 0 {
		return &FieldError{Field: "events", Expected: "at least one event"}
	}
	for i, event := range events {
		if event == "" {
			return &FieldError{Field: fmt.Sprintf("events[%d]", i), Expected: "the name of an event"}
		}
	}
	return nil
}

// webhookIn reads an answer that is one webhook.
func webhookIn(method, path string, body []byte) (Webhook, error) {
	answer, err := understood(method, path, body)
	if err != nil {
		return Webhook{}, err
	}
	webhook, wrong := readWebhook(toObject(answer["webhook"]))
	if wrong != nil {
		wrong.Field = "webhook." + wrong.Field
		return Webhook{}, notUnderstood(method, path, wrong)
	}
	return webhook, nil
}
