package worker_test

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"pgregory.net/rapid"

	"callscout/settings"
	"callscout/simulator"
)

const otherInbox = 86

// drawSeldom is true in one draw of four. A range of numbers would not do: rapid
// prefers small ones.
func drawSeldom(t *rapid.T, what string) bool {
	return rapid.SampledFrom([]bool{false, false, false, true}).Draw(t, what)
}

// drawSettings are those that decide where a call is logged and how it looks.
func drawSettings(t *rapid.T) settings.Settings {
	yes := func(what string) bool { return rapid.Bool().Draw(t, what) }
	seldom := func(what string) bool { return drawSeldom(t, what) }
	s := settings.Defaults()
	all := s.Calls.Types
	some := func(what string) []settings.CallType {
		return slices.DeleteFunc(slices.Clone(all), func(kind settings.CallType) bool { return !yes(what + string(kind)) })
	}
	if seldom("each call gets a new conversation") {
		s.Calls.LogTo = settings.NewConversation
	}
	s.Calls.ReopenClosed = yes("closed conversations are reopened")
	s.Calls.AssignConversation, s.Calls.ReassignOwned = yes("assign"), yes("reassign")
	s.Tags.Operational = !seldom("no operational tags")
	if yes("some are closed") {
		s.Calls.ClosedAfter = some("closed after ")
	}
	if seldom("some are logged") {
		s.Calls.Types = some("logged: ")
	}
	if yes("anonymous ones are skipped") {
		s.Contacts.Anonymous = settings.SkipAnonymous
	}
	// Odd, so that no timer ends in the moment of an event.
	s.Calls.EndTimeout += settings.Duration(137 * time.Millisecond)
	s.Calls.SilenceTimeout += settings.Duration(137 * time.Millisecond)
	s.Settle += settings.Duration(113 * time.Millisecond)
	return s
}

// drawConversations are those that the customer has before the call.
func drawConversations(t *rapid.T, ring time.Time) []simulator.Conversation {
	var out []simulator.Conversation
	for i := range rapid.SampledFrom([]int{0, 1, 2, 3, 4}).Draw(t, "conversations") {
		c := simulator.Conversation{
			MailboxID: rapid.SampledFrom([]int64{inbox, inbox, otherInbox}).Draw(t, "inbox"),
			Status:    rapid.SampledFrom([]string{"active", "pending", "closed", "closed", "long closed", "spam"}).Draw(t, "status"),
			Assignee:  rapid.SampledFrom([]int64{0, owner, agentUser}).Draw(t, "owner"),
			Subject:   fmt.Sprintf("Order %d", i), Type: "email", Threads: []simulator.Thread{{Type: "customer", Body: "Where is it?"}},
			CreatedAt: ring.Add(-time.Duration(500+i) * time.Hour),
		}
		for _, tag := range []string{"vip", "refund", "inbound"} {
			if rapid.Bool().Draw(t, "has the tag "+tag) {
				c.Tags = append(c.Tags, tag)
			}
		}
		// The latest one is the one to choose.
		c.ModifiedAt = ring.Add(-time.Duration(1+i) * time.Hour)
		if c.Status == "long closed" {
			c.Status, c.ModifiedAt = "closed", ring.Add(-time.Duration(200+i)*time.Hour)
		}
		out = append(out, c)
	}
	return rapid.Permutation(out).Draw(t, "order of conversations")
}

// requests of Help Scout that are met by faults.
var requests = []struct{ method, path string }{
	{"", ""}, {http.MethodGet, ""}, {http.MethodPost, "/v2/conversations"}, {http.MethodPost, "/v2/conversations/*/phones"},
	{http.MethodPost, "/v2/conversations/*/notes"}, {http.MethodPut, "/v2/conversations/*/tags"}, {http.MethodPatch, "/v2/conversations/*"},
	{http.MethodPost, "/v2/customers"}, {http.MethodGet, "/v2/conversations/*"}, {http.MethodGet, "/v2/conversations/*/threads"}, {http.MethodGet, "/v2/conversations"},
}

// drawFaults are few enough that the call heals itself.
func drawFaults(t *rapid.T) []simulator.Fault {
	if rapid.Bool().Draw(t, "no faults") {
		return nil
	}
	how := map[string]simulator.Fault{
		"fails":              {Status: http.StatusInternalServerError},
		"fails after commit": {Status: http.StatusBadGateway, Commit: true},
		"is too much":        {Status: http.StatusTooManyRequests, Header: map[string]string{"X-RateLimit-Retry-After": "20"}},
		"is dropped":         {Drop: simulator.DropBefore},
		"loses its answer":   {Drop: simulator.DropAfter},
	}
	var out []simulator.Fault
	for range rapid.IntRange(1, 2).Draw(t, "faults") {
		name := rapid.SampledFrom([]string{"fails", "fails after commit", "is too much", "is dropped", "loses its answer"}).Draw(t, "fault")
		request := rapid.SampledFrom(requests).Draw(t, "request")
		fault := how[name]
		fault.Name, fault.Method, fault.PathPattern = name, request.method, request.path
		fault.Skip = rapid.IntRange(0, 6).Draw(t, "fault after")
		// Nine times, and the call is parked.
		fault.Times = rapid.OneOf(rapid.IntRange(1, 3), rapid.IntRange(9, 14)).Draw(t, "fault times")
		out = append(out, fault)
	}
	if rapid.Bool().Draw(t, "what was written cannot be looked for") {
		lost := rapid.SampledFrom(requests[2:5]).Draw(t, "lost")
		out = append(out,
			simulator.Fault{Name: "loses its answer", Method: lost.method, PathPattern: lost.path, Drop: simulator.DropAfter, Times: 1},
			simulator.Fault{Name: "no threads", Method: http.MethodGet, PathPattern: "/v2/conversations/*/threads", Status: http.StatusServiceUnavailable, Times: rapid.IntRange(9, 30).Draw(t, "no threads")})
	}
	return out
}
