package simulator

import (
	"encoding/json"
	"net/http"
	"slices"
	"time"
)

// told is what webhooks were last told of a conversation. Whoever changes it, and
// in whichever way, the events are found by comparing.
type told struct {
	status  string
	mailbox int64
	tags    []string
	deleted bool
	merged  int64
}

func toTell(c *Conversation) told {
	return told{c.Status, c.MailboxID, slices.Sorted(slices.Values(c.Tags)), c.Deleted, c.MergedInto}
}

// tellOf raises the events of a conversation that changed. The first time it only
// remembers what there is.
func (h *HelpScout) tellOf(found *Conversation, now time.Time) {
	was, known := h.told[found.ID]
	is := toTell(found)
	h.told[found.ID] = is
	if !known {
		return
	}
	teller := h.teller(now)
	switch {
	case is.deleted && !was.deleted:
		h.raise("convo.deleted", found.MailboxID, map[string]any{"id": found.ID})
		return
	case is.merged != was.merged:
		shown := h.conversations[is.merged]
		if h.options.MergeTellsOfGone {
			shown = found
		}
		h.raise("convo.merged", found.MailboxID, teller.conversationBody(shown, false))
		return
	}
	body := teller.conversationBody(found, false)
	if is.mailbox != was.mailbox {
		h.raise("convo.moved", found.MailboxID, body)
	}
	if is.status != was.status {
		h.raise("convo.status", found.MailboxID, body)
	}
	if !slices.Equal(is.tags, was.tags) {
		h.raise("convo.tags", found.MailboxID, body)
	}
}

func (h *HelpScout) tellOfCustomer(event string, customer *Customer, now time.Time) {
	h.raise(event, 0, h.teller(now).customerBody(customer))
}

// teller writes bodies as for a reader of the API.
func (h *HelpScout) teller(now time.Time) *hsCall {
	return &hsCall{exchange: &exchange{Request: &http.Request{Host: "api.helpscout.example"}, now: now}, h: h}
}

// raise starts the delivery to every webhook that wants the event.
func (h *HelpScout) raise(event string, inbox int64, body map[string]any) {
	raw, err := json.Marshal(body)
	if err != nil {
		return
	}
	for _, id := range sortedKeys(h.webhooks) {
		if h.webhooks[id].wants(event, inbox) {
			h.deliver(id, event, raw)
		}
	}
}
