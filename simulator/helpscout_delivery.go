package simulator

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // Help Scout signs its webhooks with HMAC-SHA1
	"encoding/base64"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Both numbers come from one integrator; another source says 5 repetitions.
const (
	mostRepetitions = 10
	mostDiscarded   = 10
)

// HelpScoutDelivery is one attempt to deliver an event.
type HelpScoutDelivery struct {
	N         int64     `json:"n"`
	WebhookID int64     `json:"webhookId"`
	Event     string    `json:"event"`
	At        time.Time `json:"at"`
	// Attempt is 1 for the first.
	Attempt int    `json:"attempt"`
	Body    string `json:"body"`
	// Status is the receiver's answer, 0 for none.
	Status int    `json:"status"`
	Error  string `json:"error,omitempty"`
	// Discarded tells that the event was given up after this attempt.
	Discarded bool `json:"discarded,omitempty"`
}

// courier delivers events in the background. Its fields are guarded by the account's
// lock.
type courier struct {
	ctx     context.Context //nolint:containedctx // ends the background deliveries
	cancel  context.CancelFunc
	running sync.WaitGroup
	client  *http.Client

	underWay int
	// idle is closed once nothing is under way.
	idle       chan struct{}
	deliveries []HelpScoutDelivery
	sent       int64
}

func newCourier(timeout time.Duration) *courier {
	c := &courier{client: deliveryClient(timeout)}
	c.ctx, c.cancel = context.WithCancel(context.Background())
	return c
}

// Deliveries returns every attempt to deliver an event, oldest first; beyond
// 100,000 the oldest are dropped.
func (h *HelpScout) Deliveries() []HelpScoutDelivery {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.courier.deliveries)
}

// AwaitDeliveries waits until no event is on its way, repetitions included. Its error
// is that of ctx.
func (h *HelpScout) AwaitDeliveries(ctx context.Context) error {
	for {
		h.mu.Lock()
		busy, idle := h.courier.underWay > 0, h.courier.idle
		h.mu.Unlock()
		if !busy {
			return nil
		}
		select {
		case <-idle:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Close ends the deliveries that are on their way. Later events are lost.
func (h *HelpScout) Close() {
	// Nothing may start in the background between the two.
	h.mu.Lock()
	h.courier.cancel()
	h.mu.Unlock()
	h.courier.running.Wait()
	h.courier.client.CloseIdleConnections()
}

// deliver brings one event to one webhook. No order holds between events: Help
// Scout promises none.
func (h *HelpScout) deliver(webhook int64, event string, body []byte) {
	c := h.courier
	if c.ctx.Err() != nil {
		return
	}
	if c.underWay == 0 {
		c.idle = make(chan struct{})
	}
	c.underWay++
	c.running.Go(func() {
		defer func() {
			h.mu.Lock()
			defer h.mu.Unlock()
			if c.underWay--; c.underWay == 0 {
				close(c.idle)
			}
		}()
		for attempt := 1; h.attempt(webhook, event, body, attempt); attempt++ {
			select {
			case <-time.After(h.options.WebhookBackoff(attempt)):
			case <-c.ctx.Done():
				return
			}
		}
	})
}

// attempt delivers once and tells whether it is to be tried again.
func (h *HelpScout) attempt(id int64, event string, body []byte, attempt int) (again bool) {
	h.mu.Lock()
	webhook, ok := h.webhooks[id]
	if !ok || webhook.Disabled {
		h.mu.Unlock()
		return false
	}
	url, secret := webhook.URL, webhook.Secret
	d := HelpScoutDelivery{WebhookID: id, Event: event, At: h.clock(), Attempt: attempt, Body: string(body)}
	h.mu.Unlock()

	d.Status, d.Error = h.courier.post(url, secret, event, body)

	h.mu.Lock()
	defer h.mu.Unlock()
	failed, gone := d.Status < 200 || d.Status > 299, d.Status == http.StatusGone
	again = failed && !gone && attempt <= mostRepetitions
	d.Discarded = failed && !again
	if d.Discarded {
		webhook.Discarded++
		webhook.Disabled = webhook.Disabled || gone || webhook.Discarded >= mostDiscarded
	}
	h.courier.record(d)
	return again
}

func (c *courier) record(d HelpScoutDelivery) {
	c.sent++
	d.N = c.sent
	if len(c.deliveries) >= keptDeliveries {
		c.deliveries = slices.Clone(c.deliveries[keptDeliveries/2:])
	}
	c.deliveries = append(c.deliveries, d)
}

// post signs the body as it is sent. There is neither a time nor an id of the
// delivery in what it sends.
func (c *courier) post(url, secret, event string, body []byte) (status int, failure string) {
	request, err := http.NewRequestWithContext(c.ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return 0, "the webhook's address cannot be used"
	}
	mac := hmac.New(sha1.New, []byte(secret))
	mac.Write(body)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("X-HelpScout-Event", event)
	request.Header.Set("X-HelpScout-Signature", base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	response, err := c.client.Do(request)
	if err != nil {
		return 0, "no answer"
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, 64<<10))
	_ = response.Body.Close()
	return response.StatusCode, ""
}
