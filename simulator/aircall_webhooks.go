package simulator

import (
	"cmp"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// maxWebhooks is how many a company may have.
const maxWebhooks = 100

// listWebhooks shows an application its own, and an API key the others.
func (c *acCall) listWebhooks() answer {
	var all []any
	for _, id := range sortedKeys(c.a.webhooks) {
		if c.a.webhooks[id].App == c.app {
			all = append(all, c.webhookBody(c.a.webhooks[id]))
		}
	}
	return c.list("webhooks", all)
}

// webhookBody shows the token in clear and keeps the custom name to itself, both
// as measured.
func (c *acCall) webhookBody(w *Webhook) map[string]any {
	events := w.Events
	if len(events) == 0 {
		events = eventNames
	}
	return map[string]any{
		"id": w.ID, "webhook_id": w.WebhookID, "direct_link": c.a.options.BaseURL + "/v1/webhooks/" + w.WebhookID,
		"url": w.URL, "active": w.Active, "events": events, "token": w.Token, "created_at": iso(w.CreatedAt),
	}
}

// webhook finds one by its UUID or its old number.
func (c *acCall) webhook() *Webhook {
	for _, webhook := range c.a.webhooks {
		if webhook.App == c.app && (webhook.WebhookID == c.PathValue("id") || webhook.ID == c.id()) {
			return webhook
		}
	}
	return nil
}

func (c *acCall) getWebhook() answer {
	webhook := c.webhook()
	if webhook == nil {
		return noSuch("Webhook")
	}
	return jsonAnswer(http.StatusOK, map[string]any{"webhook": c.webhookBody(webhook)})
}

type webhookFields struct {
	URL        *string  `json:"url"`
	CustomName *string  `json:"custom_name"`
	Events     []string `json:"events"`
	Active     *bool    `json:"active"`
}

// createWebhook subscribes to everything if events are left out.
func (c *acCall) createWebhook() answer {
	var given webhookFields
	if !c.decode(&given) {
		return invalidBody()
	}
	switch {
	case given.URL == nil || !webhookURL(*given.URL):
		return aircallError(http.StatusBadRequest, "Bad Request", "url must be an HTTPS address")
	case !knownEvents(given.Events):
		return aircallError(http.StatusBadRequest, "Bad Request", "events holds an unknown event")
	case len(c.a.webhooks) >= maxWebhooks:
		return aircallError(http.StatusBadRequest, "Bad Request", "A company can have 100 webhooks")
	}
	webhook := Webhook{URL: *given.URL, CustomName: "Webhook", Events: given.Events, App: c.app}
	if given.CustomName != nil {
		webhook.CustomName = *given.CustomName
	}
	stored := c.a.storeWebhook(webhook)
	return jsonAnswer(http.StatusCreated, map[string]any{"webhook": c.webhookBody(stored)})
}

// updateWebhook subscribes to everything unless it is told events or
// events_action, which adds to the list or removes from it.
func (c *acCall) updateWebhook() answer {
	webhook := c.webhook()
	if webhook == nil {
		return noSuch("Webhook")
	}
	var given webhookFields
	if !c.decode(&given) {
		return invalidBody()
	}
	if given.URL != nil && !webhookURL(*given.URL) || !knownEvents(given.Events) {
		return aircallError(http.StatusBadRequest, "Bad Request", "url or events cannot be used")
	}
	present := webhook.Events
	if len(present) == 0 {
		present = eventNames
	}
	events := given.Events
	switch action := c.URL.Query().Get("events_action"); action {
	case "":
	case "add":
		events = slices.Compact(slices.Sorted(slices.Values(slices.Concat(present, given.Events))))
	case "remove":
		events = slices.DeleteFunc(slices.Clone(present), func(event string) bool {
			return slices.Contains(given.Events, event)
		})
		if len(events) == 0 {
			return unprocessable()
		}
	default:
		return aircallError(http.StatusBadRequest, "Bad Request", "events_action is add or remove")
	}
	webhook.Events = events
	webhook.URL = *cmp.Or(given.URL, &webhook.URL)
	webhook.CustomName = *cmp.Or(given.CustomName, &webhook.CustomName)
	if given.Active != nil {
		// Switched by hand, it no longer comes back by itself.
		webhook.Active, webhook.Failures, webhook.OffSince = *given.Active, 0, time.Time{}
	}
	return jsonAnswer(http.StatusOK, map[string]any{"webhook": c.webhookBody(webhook)})
}

func (c *acCall) deleteWebhook() answer {
	webhook := c.webhook()
	if webhook == nil {
		return noSuch("Webhook")
	}
	delete(c.a.webhooks, webhook.ID)
	return answer{status: http.StatusNoContent}
}

// webhookURL wants HTTPS, but lets a receiver on this machine use HTTP.
func webhookURL(text string) bool {
	parsed, err := url.Parse(text)
	if err != nil || parsed.Host == "" {
		return false
	}
	ip := net.ParseIP(parsed.Hostname())
	local := parsed.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
	return parsed.Scheme == "https" || parsed.Scheme == "http" && local
}

func knownEvents(events []string) bool {
	return !slices.ContainsFunc(events, func(event string) bool { return !slices.Contains(eventNames, event) })
}

// eventNames are the 67 events of Aircall's reference.
var eventNames = func() []string {
	var names []string
	for resource, events := range map[string]string{
		"call": "created ringing_on_agent agent_declined answered hold unhold transferred external_transferred " +
			"unsuccessful_transfer ivr_option_selected hungup ended voicemail_left comm_assets_generated assigned " +
			"archived tagged untagged commented",
		"user": "created deleted connected disconnected opened closed wut_start wut_end created.v2 deleted.v2 " +
			"connected.v2 disconnected.v2 opened.v2 closed.v2 wut_start.v2 wut_end.v2",
		"number":                 "created opened closed deleted",
		"contact":                "created updated deleted",
		"message":                "sent received status_updated",
		"group_message":          "sent received status_updated",
		"transcription":          "created",
		"summary":                "created",
		"topics":                 "created",
		"sentiment":              "created",
		"action_item":            "created",
		"playbook_result":        "created updated",
		"realtime_transcription": "utterances_received",
		"custom_summary":         "result_created result_updated",
		"call_evaluation":        "created updated",
		"ai_voice_agent":         "started ended escalated summary",
		"analytics":              "report_created report_failed",
		"integration":            "deleted",
	} {
		for event := range strings.FieldsSeq(events) {
			names = append(names, resource+"."+event)
		}
	}
	slices.Sort(names)
	return names
}()
