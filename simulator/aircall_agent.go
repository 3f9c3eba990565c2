package simulator

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// The methods of this file do to a placed call what an agent does in Aircall's
// own app. Each sends its event to the webhooks without waiting for them.

// Comment adds an agent's note to a call and sends call.commented. A userID of 0
// is the call's agent, or the first one.
func (a *Aircall) Comment(callID, userID int64, text string) error {
	return a.amend(callID, userID, "call.commented", text, func(call *Call, user int64, at time.Time) {
		call.Comments = append(call.Comments, CallComment{
			ID: a.claim("comment", 0), Content: text, PostedBy: user, PostedAt: at,
		})
	})
}

// Tag puts a tag on a call, which it makes if the company lacks it, and sends
// call.tagged. A userID of 0 is the call's agent, or the first one.
func (a *Aircall) Tag(callID, userID int64, name string) error {
	return a.amend(callID, userID, "call.tagged", name, func(call *Call, user int64, at time.Time) {
		tag := a.tagNamed(strings.TrimSpace(name), "", "#0033CC")
		call.Tags = append(call.Tags, CallTag{ID: tag.ID, Name: tag.Name, TaggedBy: user, TaggedAt: at})
	})
}

// Untag takes a tag off a call and sends call.untagged. A userID of 0 is the call's
// agent, or the first one.
func (a *Aircall) Untag(callID, userID int64, name string) error {
	return a.amend(callID, userID, "call.untagged", name, func(call *Call, _ int64, _ time.Time) {
		call.Tags = slices.DeleteFunc(call.Tags, func(tag CallTag) bool { return tag.Name == strings.TrimSpace(name) })
	})
}

// Archive marks a call as done and sends call.archived.
func (a *Aircall) Archive(callID int64) error {
	return a.amend(callID, 0, "call.archived", "-", func(call *Call, _ int64, _ time.Time) { call.Archived = true })
}

func (a *Aircall) amend(callID, userID int64, event, text string, change func(*Call, int64, time.Time)) error {
	if strings.TrimSpace(text) == "" {
		return errors.New("write a text first")
	}
	a.mu.Lock()
	call := a.calls[callID]
	if call == nil {
		a.mu.Unlock()
		return fmt.Errorf("no call %d: it has not begun, or never will", callID)
	}
	user := cmp.Or(userID, call.UserID, firstKey(a.users))
	if a.users[user] == nil {
		a.mu.Unlock()
		return fmt.Errorf("no user %d: add one first", user)
	}
	at := a.clock()
	change(call, user, at)
	data, err := json.Marshal(a.webhookCall(call, at))
	a.mu.Unlock()
	if err != nil {
		return fmt.Errorf("%s: %w", event, err)
	}
	a.send(event, callID, data, at)
	return nil
}
