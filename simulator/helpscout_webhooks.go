package simulator

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"time"
)

const webhooksPath = "/v2/webhooks"

// longestSecret is how many characters a webhook's secret may have.
const longestSecret = 40

// HelpScoutWebhook is an address that hears of events.
type HelpScoutWebhook struct {
	ID     int64    `json:"id"`
	URL    string   `json:"url"`
	Events []string `json:"events"`
	// Secret signs every delivery.
	Secret string `json:"secret"`
	Label  string `json:"label,omitempty"`
	// Mailboxes limits the events of conversations to these inboxes; those of
	// customers always come. Empty: all.
	Mailboxes []int64   `json:"mailboxIds,omitempty"`
	CreatedAt time.Time `json:"createdAt"`
	// Disabled is what too many events that could not be delivered lead to, and an
	// answer of 410 at once.
	Disabled bool `json:"disabled,omitempty"`
	// Discarded counts the events that were given up.
	Discarded int `json:"discarded,omitempty"`
}

func (w HelpScoutWebhook) clone() HelpScoutWebhook {
	w.Events, w.Mailboxes = slices.Clone(w.Events), slices.Clone(w.Mailboxes)
	return w
}

// wants tells whether the webhook hears of the event; inbox is 0 for an event that
// belongs to none.
func (w *HelpScoutWebhook) wants(event string, inbox int64) bool {
	return !w.Disabled && slices.Contains(w.Events, event) &&
		(inbox == 0 || len(w.Mailboxes) == 0 || slices.Contains(w.Mailboxes, inbox))
}

// helpScoutEvents are those of Help Scout's reference. Only some are simulated; the
// others may be subscribed to and never come.
var helpScoutEvents = []string{
	"beacon.chat.created", "beacon.chat.customer.replied", "convo.agent.reply.created", "convo.ai-answers.created",
	"convo.assigned", "convo.created", "convo.custom-fields", "convo.customer.reply.created", "convo.deleted",
	"convo.merged", "convo.moved", "convo.note.created", "convo.status", "convo.tags", "customer.created",
	"customer.updated", "customer.deleted", "message.survey.response.received", "organization.created",
	"organization.updated", "organization.deleted", "satisfaction.ratings", "tag.created", "tag.updated", "tag.deleted",
	"user.status.changed",
}

// AddWebhook adds a webhook. An id of 0 is chosen.
func (h *HelpScout) AddWebhook(w HelpScoutWebhook) HelpScoutWebhook {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.storeWebhook(w).clone()
}

// Webhooks returns all webhooks by id, with how they fare.
func (h *HelpScout) Webhooks() []HelpScoutWebhook {
	h.mu.Lock()
	defer h.mu.Unlock()
	return clones(h.webhooks)
}

func (h *HelpScout) storeWebhook(w HelpScoutWebhook) *HelpScoutWebhook {
	stored := w.clone()
	stored.ID = h.claim("webhook", w.ID)
	stored.CreatedAt = h.since(w.CreatedAt)
	h.webhooks[stored.ID] = &stored
	return &stored
}

func (c *hsCall) listWebhooks() answer {
	var all []any
	for _, id := range sortedKeys(c.h.webhooks) {
		all = append(all, c.webhookBody(c.h.webhooks[id]))
	}
	return c.page("webhooks", all, 50)
}

func (c *hsCall) getWebhook() answer {
	webhook, ok := c.h.webhooks[c.id("id")]
	if !ok {
		return notFound()
	}
	return hal(c.webhookBody(webhook))
}

// webhookBody keeps the secret to itself.
func (c *hsCall) webhookBody(w *HelpScoutWebhook) map[string]any {
	state := "enabled"
	if w.Disabled {
		state = "disabled"
	}
	return map[string]any{
		"id": w.ID, "url": w.URL, "state": state, "events": w.Events, "notification": false, "payloadVersion": "V2",
		"label": w.Label, "mailboxIds": orNone(w.Mailboxes),
		"_links": map[string]any{"self": link(c.base() + webhooksPath + "/" + decimal(w.ID))},
	}
}

// createWebhook needs an address, events and a secret. Version 3 of the bodies, and
// notifications, which hold an address only, are refused: they are not simulated.
func (c *hsCall) createWebhook() answer {
	webhook, refused := c.readWebhook()
	if refused != nil {
		return *refused
	}
	return c.created(c.h.storeWebhook(webhook).ID, webhooksPath)
}

// replaceWebhook replaces all of a webhook and switches it on again.
func (c *hsCall) replaceWebhook() answer {
	old := c.h.webhooks[c.id("id")]
	if old == nil {
		return notFound()
	}
	webhook, refused := c.readWebhook()
	if refused != nil {
		return *refused
	}
	webhook.ID, webhook.CreatedAt = old.ID, old.CreatedAt
	c.h.storeWebhook(webhook)
	return answer{status: http.StatusNoContent}
}

func (c *hsCall) readWebhook() (HelpScoutWebhook, *answer) {
	f, ok := newForm(c.body)
	if !ok {
		refused := invalidJSON()
		return HelpScoutWebhook{}, &refused
	}
	f.only("url", "events", "secret", "notification", "label", "payloadVersion", "mailboxIds")
	webhook := HelpScoutWebhook{
		URL: f.text("url", true, 1, 0), Secret: f.text("secret", true, 1, longestSecret), Label: f.text("label", false, 0, 0),
		Events: f.strings("events"),
	}
	if parsed, err := url.Parse(webhook.URL); err != nil || parsed.Host == "" || parsed.Scheme != "https" && parsed.Scheme != "http" {
		f.fail("url", "URL", "must be a valid URL", nil)
	}
	if f.required("events", true) && len(webhook.Events) == 0 {
		f.fail("events", "NotEmpty", "may not be empty", nil)
	}
	for _, event := range webhook.Events {
		if !slices.Contains(helpScoutEvents, event) {
			f.fail("events", "EnumValue", "unknown event", event)
		}
	}
	f.oneOf("payloadVersion", false, "V2")
	if f.flag("notification") {
		f.fail("notification", "not-simulated", "notifications are not simulated", nil)
	}
	if f.has("mailboxIds") && json.Unmarshal(f.values["mailboxIds"], &webhook.Mailboxes) != nil {
		f.fail("mailboxIds", "invalid-json", "must be a list of ids", nil)
	}
	if f.failed() {
		refused := badRequest(*f.problems...)
		return HelpScoutWebhook{}, &refused
	}
	return webhook, nil
}

func (c *hsCall) deleteWebhook() answer {
	id := c.id("id")
	if c.h.webhooks[id] == nil {
		return notFound()
	}
	delete(c.h.webhooks, id)
	return answer{status: http.StatusNoContent}
}
