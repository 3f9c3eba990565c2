package simulator

import (
	"net/http"
	"slices"
	"strings"
)

// startCall takes a number as E.164 only, and answers 405 where the user cannot make
// a call just now, both as clients of the dialler tell. The call itself is not
// played: who wants its events places one.
func (c *acCall) startCall() answer {
	user := c.a.users[c.id()]
	if user == nil {
		return noSuch("User")
	}
	var given struct {
		NumberID int64  `json:"number_id"`
		To       string `json:"to"`
	}
	if !c.decode(&given) {
		return invalidBody()
	}
	digits, plus := strings.CutPrefix(given.To, "+")
	switch {
	case c.a.numbers[given.NumberID] == nil:
		return noSuch("Number")
	case !plus || len(digits) < 5 || len(digits) > 15 || strings.Trim(digits, "0123456789") != "":
		return aircallError(http.StatusBadRequest, "Bad Request", "to must be a number in E.164 format")
	case user.Unavailable:
		return aircallError(http.StatusMethodNotAllowed, "Method Not Allowed", "The user is currently unavailable")
	}
	c.a.dialled = append(c.a.dialled, Dialled{UserID: user.ID, NumberID: given.NumberID, To: given.To, At: c.a.clock()})
	return answer{status: http.StatusNoContent}
}

// Dialled returns the calls that were to be started from users' apps, oldest first.
func (a *Aircall) Dialled() []Dialled {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.dialled)
}

// SetWebhook changes a stored webhook as its owner would in the dashboard, or as
// Aircall does when it gives up.
func (a *Aircall) SetWebhook(id int64, change func(*Webhook)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if webhook := a.webhooks[id]; webhook != nil {
		change(webhook)
	}
}

// RemoveWebhook deletes a webhook, as a person does in the dashboard.
func (a *Aircall) RemoveWebhook(id int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.webhooks, id)
}

// RemoveNumber deletes a line.
func (a *Aircall) RemoveNumber(id int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.numbers, id)
}
