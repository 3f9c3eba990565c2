package aircall

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"regexp"
)

// NewWebhook is a subscription to be made.
type NewWebhook struct {
	// URL is where Aircall delivers to, over HTTPS.
	URL string
	// Name is what the dashboard calls it.
	Name string
	// Events are the names subscribed to, at least one: Aircall takes an empty list
	// for every event there is.
	Events []string
}

// CreateWebhook makes a webhook and returns it with its token. A company may have
// 100 (Aircall's reference). Without events it fails with a *FieldError and sends
// nothing.
func (c *Client) CreateWebhook(ctx context.Context, webhook NewWebhook) (Webhook, error) {
	const path = "/v1/webhooks"
	if len(webhook.Events) == 0 {
		return Webhook{}, noEvents()
	}
	body, err := c.post(ctx, path, map[string]any{
		"url": webhook.URL, "custom_name": webhook.Name, "events": webhook.Events,
	})
	if err != nil {
		return Webhook{}, err
	}
	return readWebhookAnswer(http.MethodPost, path, body)
}

// AddWebhookEvents subscribes to further events and switches the webhook on. What
// it is subscribed to already stays. Without events it fails with a *FieldError:
// Aircall would subscribe to every event there is.
func (c *Client) AddWebhookEvents(ctx context.Context, id string, events []string) (Webhook, error) {
	return c.amendWebhook(ctx, id, "add", map[string]any{"events": events, "active": true}, events)
}

// RemoveWebhookEvents takes events off the subscription. Without events it fails
// with a *FieldError.
func (c *Client) RemoveWebhookEvents(ctx context.Context, id string, events []string) (Webhook, error) {
	return c.amendWebhook(ctx, id, "remove", map[string]any{"events": events}, events)
}

// amendWebhook never leaves out events_action: a bare PUT subscribes to everything.
func (c *Client) amendWebhook(ctx context.Context, id, action string, content map[string]any, events []string) (Webhook, error) {
	path, err := webhookPath(id)
	if err != nil {
		return Webhook{}, err
	}
	if len(events) == 0 {
		return Webhook{}, noEvents()
	}
	body, err := json.Marshal(content)
	if err != nil {
		return Webhook{}, &TransportError{Method: http.MethodPut, Path: path, Err: err}
	}
	answer, err := c.do(ctx, http.MethodPut, path, url.Values{"events_action": {action}}, body, maxBody)
	if err != nil {
		return Webhook{}, err
	}
	return readWebhookAnswer(http.MethodPut, path, answer)
}

// DeleteWebhook deletes a webhook. One that is not there is no error: what was
// wanted holds.
func (c *Client) DeleteWebhook(ctx context.Context, id string) error {
	path, err := webhookPath(id)
	if err != nil {
		return err
	}
	_, err = c.do(ctx, http.MethodDelete, path, nil, nil, maxBody)
	if refused, ok := errors.AsType[*Error](err); ok && refused.Status == http.StatusNotFound {
		return nil
	}
	return err
}

var webhookID = regexp.MustCompile(`^[A-Za-z0-9-]{1,64}$`)

// webhookPath takes a UUID or an old whole number.
func webhookPath(id string) (string, error) {
	if !webhookID.MatchString(id) {
		return "", &FieldError{Field: "webhook_id", Expected: "a UUID or a number"}
	}
	return "/v1/webhooks/" + id, nil
}

func noEvents() error { return &FieldError{Field: "events", Expected: "at least one event"} }

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

func readWebhookAnswer(method, path string, body []byte) (Webhook, error) {
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
