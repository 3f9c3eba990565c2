package simulator

import (
	"cmp"
	"slices"
	"time"
)

// AddNumber adds a line. An id of 0 is chosen.
func (a *Aircall) AddNumber(n Number) Number {
	a.mu.Lock()
	defer a.mu.Unlock()
	n.ID = a.claim("number", n.ID)
	n.Country, n.TimeZone = cmp.Or(n.Country, "US"), cmp.Or(n.TimeZone, "Etc/UTC")
	n.CreatedAt = a.since(n.CreatedAt)
	a.numbers[n.ID] = &n
	return n
}

// AddUser adds an agent. An id of 0 is chosen.
func (a *Aircall) AddUser(u AircallUser) AircallUser {
	a.mu.Lock()
	defer a.mu.Unlock()
	u.ID = a.claim("user", u.ID)
	u.Language, u.TimeZone = cmp.Or(u.Language, "en-US"), cmp.Or(u.TimeZone, "Etc/UTC")
	u.Extension = cmp.Or(u.Extension, "001")
	u.CreatedAt = a.since(u.CreatedAt)
	a.users[u.ID] = &u
	return u
}

// AddTeam adds a team. An id of 0 is chosen.
func (a *Aircall) AddTeam(t Team) Team {
	a.mu.Lock()
	defer a.mu.Unlock()
	t.ID = a.claim("team", t.ID)
	t.CreatedAt = a.since(t.CreatedAt)
	t.UserIDs = slices.Clone(t.UserIDs)
	a.teams[t.ID] = &t
	return t
}

// AddContact adds a shared contact. Ids of 0 are chosen.
func (a *Aircall) AddContact(c Contact) Contact {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.storeContact(c).clone()
}

func (a *Aircall) storeContact(c Contact) *Contact {
	c = c.clone()
	c.ID = a.claim("contact", c.ID)
	for _, list := range [][]Detail{c.PhoneNumbers, c.Emails} {
		for i := range list {
			list[i].ID = a.claim("detail", list[i].ID)
			list[i].Label = cmp.Or(list[i].Label, "Work")
		}
	}
	c.CreatedAt = a.since(c.CreatedAt)
	c.UpdatedAt = cmp.Or(c.UpdatedAt, c.CreatedAt)
	a.contacts[c.ID] = &c
	return &c
}

// AddWebhook adds a webhook and switches it on. Ids and token are chosen if
// they are not given.
func (a *Aircall) AddWebhook(w Webhook) Webhook {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.storeWebhook(w).clone()
}

func (a *Aircall) storeWebhook(w Webhook) *Webhook {
	w = w.clone()
	w.ID = a.claim("webhook", w.ID)
	w.WebhookID, w.Token = cmp.Or(w.WebhookID, logRef()), cmp.Or(w.Token, randomHex(32))
	w.Active, w.CreatedAt = true, a.since(w.CreatedAt)
	a.webhooks[w.ID] = &w
	return &w
}

func (a *Aircall) since(at time.Time) time.Time {
	return cmp.Or(at.UTC(), a.clock())
}

// Calls returns all calls by id.
func (a *Aircall) Calls() []Call {
	a.mu.Lock()
	defer a.mu.Unlock()
	return clones(a.calls)
}

// Call returns one call.
func (a *Aircall) Call(id int64) (Call, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	found, ok := a.calls[id]
	if !ok {
		return Call{}, false
	}
	return found.clone(), true
}

// PutCall stores a call as it is, without sending anything: a call that somebody
// else tells the story of. An id of 0 is chosen.
func (a *Aircall) PutCall(c Call) Call {
	a.mu.Lock()
	defer a.mu.Unlock()
	stored := c.clone()
	stored.ID = a.claim("call", c.ID)
	stored.StartedAt = a.since(c.StartedAt)
	a.calls[stored.ID] = &stored
	return stored.clone()
}

// Contacts returns all contacts by id.
func (a *Aircall) Contacts() []Contact {
	a.mu.Lock()
	defer a.mu.Unlock()
	return clones(a.contacts)
}

// Webhooks returns all webhooks by id, with how they fare.
func (a *Aircall) Webhooks() []Webhook {
	a.mu.Lock()
	defer a.mu.Unlock()
	return clones(a.webhooks)
}

// Cards returns the insight cards that were shown, oldest first.
func (a *Aircall) Cards() []Card {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.cards)
}

// Deliveries returns every attempt to deliver an event, oldest first; beyond
// 100,000 the oldest are dropped.
func (a *Aircall) Deliveries() []Delivery {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.deliveries)
}
