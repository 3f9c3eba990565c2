package simulator

import (
	"encoding/json"
	"maps"
	"net/http"
	"time"
)

// MessageConfiguration puts a number in proxy mode: its messages are told by one
// callback each, to this address, and the webhooks hear nothing.
type MessageConfiguration struct {
	NumberID    int64  `json:"number_id"`
	CallbackURL string `json:"callback_url"`
	// Token is in the body of each callback.
	Token string `json:"token"`
	// Channel is whatsapp, or empty for SMS and MMS.
	Channel string `json:"channel,omitempty"`
}

type configurationKey struct {
	number  int64
	channel string
}

func (a *Aircall) configurationKey(m *Message) configurationKey {
	key := configurationKey{number: m.NumberID}
	if m.WhatsApp != nil {
		key.channel = whatsApp
	}
	return key
}

// callbackEnvelope is the outer form of a callback: another name for the event, and
// milliseconds.
type callbackEnvelope struct {
	EventName string          `json:"event_name"`
	Timestamp int64           `json:"timestamp"`
	Token     string          `json:"token"`
	Data      json.RawMessage `json:"data"`
}

// tell sends an event of a message to the webhooks, or the callback of a number in
// proxy mode, and closes the channel after the first attempts.
func (a *Aircall) tell(m *Message, what string, data json.RawMessage, at time.Time) <-chan struct{} {
	a.mu.Lock()
	configuration := a.configurations[a.configurationKey(m)]
	var told *MessageConfiguration
	if configuration != nil {
		told = new(*configuration)
	}
	a.mu.Unlock()
	done := make(chan struct{})
	switch {
	case m.Lose:
		close(done)
		return done
	case told != nil:
		a.callBack(told, m, what, data, at, done)
		return done
	}
	sent := []<-chan struct{}{a.sendAs("", Delivery{Event: m.event(what), MessageID: m.ID}, data, at)}
	if m.Duplicate {
		sent = append(sent, a.sendAs("", Delivery{Event: m.event(what), MessageID: m.ID}, data, at))
	}
	go func() {
		defer close(done)
		for _, one := range sent {
			<-one
		}
	}()
	return done
}

// callBack posts once, whatever the answer is. What goes out is told to nobody: the
// program that sends it knows.
func (a *Aircall) callBack(c *MessageConfiguration, m *Message, what string, data json.RawMessage, at time.Time, done chan struct{}) {
	name := map[string]string{"received": "message.received", "status_updated": "message.updated"}[what]
	a.mu.Lock()
	defer a.mu.Unlock()
	if name == "" || a.ctx.Err() != nil {
		close(done)
		return
	}
	body := a.callbackBody(callbackEnvelope{name, at.UnixMilli(), c.Token, data})
	a.running.Go(func() {
		defer close(done)
		d := Delivery{Event: name, MessageID: m.ID, Callback: true, Attempt: 1, At: a.clock(), Body: string(body)}
		begin := time.Now()
		status, err := a.post(c.CallbackURL, d.Body)
		d.Took, d.Status = time.Since(begin), status
		if err != nil {
			d.Error = err.Error()
		}
		a.mu.Lock()
		defer a.mu.Unlock()
		a.keep(d)
	})
}

// callbackBody puts the message into "data", or with FlatCallbacks beside it: the
// documentation shows the envelope's keys and not where the message is.
func (a *Aircall) callbackBody(e callbackEnvelope) []byte {
	if !a.options.FlatCallbacks {
		body, _ := json.Marshal(e)
		return body
	}
	var fields map[string]any
	_ = json.Unmarshal(e.Data, &fields)
	all := map[string]any{"event_name": e.EventName, "timestamp": e.Timestamp, "token": e.Token}
	maps.Copy(all, fields)
	body, _ := json.Marshal(all)
	return body
}

// configured finds the configuration that a request is about. Its channel is in the
// query of GET and DELETE.
func (c *acCall) configured(channel string) (configurationKey, bool) {
	return configurationKey{c.id(), channel}, c.a.numbers[c.id()] != nil && (channel == "" || channel == whatsApp)
}

// configureMessages replaces an earlier configuration, with a new token.
func (c *acCall) configureMessages() answer {
	var given struct {
		CallbackURL string `json:"callbackUrl"`
		Type        string `json:"type"`
	}
	if !c.decode(&given) {
		return invalidBody()
	}
	key, ok := c.configured(given.Type)
	switch {
	case c.a.numbers[c.id()] == nil:
		return noSuch("Number")
	case !ok || !webhookURL(given.CallbackURL):
		return aircallError(http.StatusBadRequest, "InvalidPayload", "callbackUrl must be an HTTPS address, type whatsapp or nothing")
	}
	c.a.configurations[key] = &MessageConfiguration{
		NumberID: key.number, CallbackURL: given.CallbackURL, Token: randomHex(32), Channel: key.channel,
	}
	return c.configurationBody(key)
}

func (c *acCall) messageConfiguration() answer {
	key, ok := c.configured(c.URL.Query().Get("type"))
	if !ok || c.a.configurations[key] == nil {
		return noSuch("Configuration")
	}
	return c.configurationBody(key)
}

func (c *acCall) deleteMessageConfiguration() answer {
	key, ok := c.configured(c.URL.Query().Get("type"))
	if !ok || c.a.configurations[key] == nil {
		return noSuch("Configuration")
	}
	delete(c.a.configurations, key)
	return answer{status: http.StatusNoContent}
}

func (c *acCall) configurationBody(key configurationKey) answer {
	configuration := c.a.configurations[key]
	return jsonAnswer(http.StatusOK, map[string]any{
		"token": configuration.Token, "type": "Public Api", "callbackUrl": configuration.CallbackURL,
	})
}
