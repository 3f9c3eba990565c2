package aircall

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// Ping checks the address and the credential.
func (c *Client) Ping(ctx context.Context) error {
	const path = "/v1/ping"
	answer, err := c.get(ctx, path, nil)
	if err != nil {
		return err
	}
	if answer.text("ping") != "pong" {
		return notUnderstood(http.MethodGet, path, &FieldError{Field: "ping", Expected: `"pong"`})
	}
	return nil
}

// GetCall reads one call with its contact, its short links, the choices the caller
// made in menus and the parts that AI voice agents had. Aircall keeps calls for six months and answers 404 to
// older ones. An id below one is refused with a *FieldError.
func (c *Client) GetCall(ctx context.Context, id int64) (Call, error) {
	if id < 1 {
		return Call{}, &FieldError{Field: "id", Expected: positive}
	}
	path := "/v1/calls/" + strconv.FormatInt(id, 10)
	answer, err := c.get(ctx, path, url.Values{
		"fetch_contact":       {"true"},
		"fetch_short_urls":    {"true"},
		"fetch_call_timeline": {"true"},
		"fetch_aiva_conv":     {"true"},
	})
	if err != nil {
		return Call{}, err
	}
	call, err := ParseCall(answer["call"])
	if err != nil {
		return Call{}, notUnderstood(http.MethodGet, path, err)
	}
	return call, nil
}

// Numbers lists the phone lines of the company.
func (c *Client) Numbers(ctx context.Context) ([]Number, error) {
	return list(ctx, c, "/v1/numbers", "numbers", func(o object) (Number, *FieldError) {
		number := readNumber(o)
		if number.ID == 0 {
			return number, &FieldError{Field: "id", Expected: positive}
		}
		return number, nil
	})
}

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
	return list(ctx, c, "/v1/webhooks", "webhooks", func(o object) (Webhook, *FieldError) {
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
	})
}
