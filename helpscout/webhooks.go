package helpscout

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"unicode/utf8"
)

const (
	webhooksPath = "/v2/webhooks"
	// longestWebhookSecret is Help Scout's limit (its reference, "Create Webhook").
	longestWebhookSecret = 40
)

// Subscription is a webhook of the account. Help Scout never shows its secret.
type Subscription struct {
	ID     int64    `json:"id"`
	URL    string   `json:"url"`
	Events []string `json:"events"`
	// State is enabled, or disabled once Help Scout gave up delivering (its PHP
	// SDK).
	State string `json:"state"`
	Label string `json:"label"`
}

// Enabled tells whether Help Scout delivers. A state that is not told counts as
// enabled.
func (s Subscription) Enabled() bool { return s.State == "" || s.State == "enabled" }

// NewSubscription is a webhook to be made or put in another's place.
type NewSubscription struct {
	// URL is where Help Scout delivers to.
	URL string
	// Events are names of Help Scout's reference; at least one.
	Events []string
	// Secret signs every delivery: 1 to 40 characters.
	Secret string
	// Label is what the account's pages call it.
	Label string
}

// String shows neither the secret nor the address.
func (s NewSubscription) String() string { return fmt.Sprintf("webhook %q", s.Label) }

// GoString is String, so that %#v shows no secret either.
func (s NewSubscription) GoString() string { return s.String() }

// LogValue is String for slog.
func (s NewSubscription) LogValue() slog.Value { return slog.StringValue(s.String()) }

type subscriptionBody struct {
	URL            string   `json:"url"`
	Events         []string `json:"events"`
	Secret         string   `json:"secret"`
	Label          string   `json:"label,omitempty"`
	PayloadVersion string   `json:"payloadVersion"`
}

func (s NewSubscription) request(method, path string) (request, error) {
	req := request{method: method, path: path}
	u, err := url.Parse(s.URL)
	switch {
	case err != nil || u.Host == "":
		return req, req.refuse("the webhook needs an address")
	case len(s.Events) == 0:
		return req, req.refuse("the webhook needs at least one event")
	case s.Secret == "" || utf8.RuneCountInString(s.Secret) > longestWebhookSecret:
		return req, req.refuse(fmt.Sprintf("the webhook's secret must have 1 to %d characters", longestWebhookSecret))
	}
	req.body = subscriptionBody{URL: s.URL, Events: s.Events, Secret: s.Secret, Label: s.Label, PayloadVersion: "V2"}
	return req, nil
}

// Subscriptions lists the account's webhooks, also those of others.
func (c *Client) Subscriptions(ctx context.Context) ([]Subscription, error) {
	return listAll[Subscription](ctx, c, webhooksPath, "webhooks")
}

// Subscribe makes a webhook and returns its id.
func (c *Client) Subscribe(ctx context.Context, subscription NewSubscription) (int64, error) {
	req, err := subscription.request(http.MethodPost, webhooksPath)
	if err != nil {
		return 0, err
	}
	return c.createNamed(ctx, req.path, req.body, "webhooks")
}

// Resubscribe replaces the whole of a webhook, its secret included, and switches it
// on again (Help Scout's PHP SDK, "Webhooks").
func (c *Client) Resubscribe(ctx context.Context, id int64, subscription NewSubscription) error {
	req, err := subscription.request(http.MethodPut, fmt.Sprintf("%s/%d", webhooksPath, id))
	if err != nil {
		return err
	}
	_, err = c.send(ctx, req)
	return err
}

// Unsubscribe deletes a webhook. One that is not there is no error.
func (c *Client) Unsubscribe(ctx context.Context, id int64) error {
	_, err := c.send(ctx, request{method: http.MethodDelete, path: fmt.Sprintf("%s/%d", webhooksPath, id)})
	if IsNotFound(err) {
		return nil
	}
	return err
}
