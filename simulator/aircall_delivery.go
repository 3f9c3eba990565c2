package simulator

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"
)

// retryLife is how long failed events are repeated, and how long a success
// switches a webhook on again: 12 hours by Aircall's reference.
const retryLife = 12 * time.Hour

const keptDeliveries = 100_000

// envelope is the outer form of every event.
type envelope struct {
	Resource  string          `json:"resource"`
	Event     string          `json:"event"`
	Timestamp int64           `json:"timestamp"`
	Token     string          `json:"token"`
	Data      json.RawMessage `json:"data"`
}

// deliveryClient follows no redirects and uses no proxy: an answer other than
// 2xx is a failure.
func deliveryClient(timeout time.Duration) *http.Client {
	return &http.Client{
		Timeout:       timeout,
		Transport:     &http.Transport{MaxIdleConnsPerHost: 16, IdleConnTimeout: time.Minute},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// send starts the delivery to every webhook that wants the event and closes the
// channel after the first attempts. Events raised while a webhook is switched
// off are lost to it: nothing says that they are kept.
func (a *Aircall) send(event string, callID int64, data json.RawMessage, at time.Time) <-chan struct{} {
	return a.sendAs("", Delivery{Event: event, CallID: callID}, data, at)
}

// sendAs is send, for whatever the delivery says it belongs to, and for the webhooks
// of one application alone; of none in particular if app is empty.
func (a *Aircall) sendAs(app string, d Delivery, data json.RawMessage, at time.Time) <-chan struct{} {
	event := d.Event
	done := make(chan struct{})
	var firsts []chan struct{}
	a.mu.Lock()
	for _, webhook := range a.webhooks {
		if !webhook.Active || !webhook.wants(event) || app != "" && webhook.App != app || a.ctx.Err() != nil {
			continue
		}
		body, _ := json.Marshal(envelope{resourceOf(event), event, at.Unix(), webhook.Token, data})
		first := make(chan struct{})
		firsts = append(firsts, first)
		id := webhook.ID
		each := d
		each.Body = string(body)
		a.running.Go(func() { a.deliver(id, each, first) })
	}
	a.mu.Unlock()
	go func() {
		defer close(done)
		for _, first := range firsts {
			<-first
		}
	}()
	return done
}

// resourceOf names the resource of an event. Where an event's first word is not
// its resource, the names are those of Aircall's reference.
func resourceOf(event string) string {
	first, _, _ := strings.Cut(event, ".")
	switch first {
	case "group_message":
		return "message"
	case "transcription", "summary", "topics", "sentiment", "action_item", "playbook_result",
		"realtime_transcription", "custom_summary", "call_evaluation":
		return "conversation_intelligence"
	}
	return first
}

func (a *Aircall) deliver(webhook int64, d Delivery, first chan struct{}) {
	begin := time.Now()
	for d.Attempt = 1; ; d.Attempt++ {
		again := a.attempt(webhook, d)
		if d.Attempt == 1 {
			close(first)
		}
		if !again || time.Since(begin) > retryLife {
			return
		}
		select {
		case <-time.After(a.options.Backoff(d.Attempt)):
		case <-a.ctx.Done():
			return
		}
	}
}

// attempt delivers once and tells whether it must be tried again.
func (a *Aircall) attempt(id int64, d Delivery) (again bool) {
	a.mu.Lock()
	webhook, ok := a.webhooks[id]
	if !ok {
		a.mu.Unlock()
		return false
	}
	url := webhook.URL
	d.WebhookID, d.At = webhook.WebhookID, a.clock()
	a.mu.Unlock()

	begin := time.Now()
	status, err := a.post(url, d.Body)
	d.Took, d.Status = time.Since(begin), status
	if err != nil {
		d.Error = err.Error()
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	failed := err != nil || status < 200 || status > 299
	d.SwitchedOff = a.count(webhook, failed, d.At)
	a.keep(d)
	return failed
}

// keep records an attempt. The company must be locked.
func (a *Aircall) keep(d Delivery) {
	a.sent++
	d.N = a.sent
	if len(a.deliveries) >= keptDeliveries {
		a.deliveries = append([]Delivery(nil), a.deliveries[keptDeliveries/2:]...)
	}
	a.deliveries = append(a.deliveries, d)
}

// count keeps the number of failures in a row and switches the webhook off or on
// accordingly.
func (a *Aircall) count(webhook *Webhook, failed bool, at time.Time) (switchedOff bool) {
	if !failed {
		webhook.Failures = 0
		if !webhook.OffSince.IsZero() {
			webhook.Active, webhook.OffSince = true, time.Time{}
		}
		return false
	}
	webhook.Failures++
	if webhook.Failures < a.options.DisableAfter || !webhook.Active {
		return false
	}
	webhook.Active, webhook.OffSince = false, at
	return true
}

func (a *Aircall) post(url, body string) (int, error) {
	request, err := http.NewRequestWithContext(a.ctx, http.MethodPost, url, bytes.NewReader([]byte(body)))
	if err != nil {
		return 0, errors.New("the webhook's address cannot be used")
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "axios/1.7.9")
	request.Header.Set("Aircall-Origin", "webhooks")
	response, err := a.client.Do(request)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return 0, errors.New("no answer in time")
	case err != nil:
		return 0, errors.New("no connection")
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, 64<<10))
	return response.StatusCode, response.Body.Close()
}
