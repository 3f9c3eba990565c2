package simulator

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// acCall is one authenticated API request. Its handler runs with the company
// locked.
type acCall struct {
	*exchange
	a *Aircall
	// app is the OAuth application that asks; empty for an API key.
	app string
}

// apiRoutes maps the paths that are simulated. The old /v1/users is not: it was
// withdrawn on 2026-09-30.
func (a *Aircall) apiRoutes() *http.ServeMux {
	mux := http.NewServeMux()
	for pattern, handler := range map[string]route[*acCall]{
		"GET /v1/ping":    (*acCall).ping,
		"GET /v1/company": (*acCall).company,

		"GET /v1/integrations/me":       (*acCall).getIntegration,
		"POST /v1/integrations/enable":  func(c *acCall) answer { return c.switchIntegration(true) },
		"POST /v1/integrations/disable": func(c *acCall) answer { return c.switchIntegration(false) },

		"GET /v1/calls":                     (*acCall).listCalls,
		"GET /v1/calls/search":              (*acCall).searchCalls,
		"GET /v1/calls/{id}":                (*acCall).getCall,
		"POST /v1/calls/{id}/insight_cards": (*acCall).showCard,
		"GET /v1/calls/{id}/action_items":   (*acCall).getActionItems,

		"GET /v1/numbers":      (*acCall).listNumbers,
		"GET /v1/numbers/{id}": (*acCall).getNumber,

		"POST /v1/numbers/{id}/messages/configuration":   (*acCall).configureMessages,
		"GET /v1/numbers/{id}/messages/configuration":    (*acCall).messageConfiguration,
		"DELETE /v1/numbers/{id}/messages/configuration": (*acCall).deleteMessageConfiguration,

		"GET /v2/users":      (*acCall).listUsers,
		"GET /v2/users/{id}": (*acCall).getUser,

		"POST /v1/users/{id}/calls": (*acCall).startCall,

		"GET /v1/teams":      (*acCall).listTeams,
		"GET /v1/teams/{id}": (*acCall).getTeam,
		"GET /v1/tags":       (*acCall).listTags,

		"GET /v1/contacts":        (*acCall).listContacts,
		"GET /v1/contacts/search": (*acCall).searchContacts,
		"GET /v1/contacts/{id}":   (*acCall).getContact,
		"POST /v1/contacts":       (*acCall).createContact,
		"POST /v1/contacts/{id}":  (*acCall).updateContact,

		"POST /v1/contacts/{id}/phone_details": (*acCall).addContactPhone,

		"GET /v1/webhooks":         (*acCall).listWebhooks,
		"POST /v1/webhooks":        (*acCall).createWebhook,
		"GET /v1/webhooks/{id}":    (*acCall).getWebhook,
		"PUT /v1/webhooks/{id}":    (*acCall).updateWebhook,
		"DELETE /v1/webhooks/{id}": (*acCall).deleteWebhook,
	} {
		mux.Handle(pattern, handler)
	}
	for last := range insightRoutes {
		mux.Handle("GET /v1/calls/{id}/"+last, getInsight(last))
	}
	return mux
}

// answerAPI follows what was seen without credentials (401), with wrong ones
// (403, not 401) and on unknown paths (404), all from the edge of the network
// and all with another body than the application's errors.
func (a *Aircall) answerAPI(x *exchange) answer {
	if x.URL.Path == aircallTokenPath {
		return a.answerToken(x)
	}
	handle, known := findRoute[*acCall](a.api, x.Request)
	a.mu.Lock()
	defer a.mu.Unlock()
	app, authentic := a.appOf(x.Request)
	switch {
	case !known && otherMethod[*acCall](a.api, x.Request):
		return plainAircall(http.StatusMethodNotAllowed)
	case !known:
		return edgeError(http.StatusNotFound)
	case x.Header.Get("Authorization") == "":
		return edgeError(http.StatusUnauthorized)
	case !authentic:
		return edgeError(http.StatusForbidden)
	}
	if until := a.block.take(x.now); !until.IsZero() {
		return a.tooMany(until)
	}
	x.units = 1
	if x.Method == http.MethodPost || x.Method == http.MethodPut {
		kind, _, _ := strings.Cut(x.Header.Get("Content-Type"), ";")
		if !strings.EqualFold(strings.TrimSpace(kind), "application/json") {
			return aircallError(http.StatusBadRequest, "Bad Request", "Content-Type must be application/json")
		}
	}
	return handle(&acCall{x, a, app})
}

// blockingLimit is Aircall's: once the minute's requests are used up, access is
// blocked for 60 seconds.
type blockingLimit struct {
	limit   int
	minute  time.Time
	used    int
	blocked time.Time
}

// take spends one request and returns a zero time, or returns when the block
// ends.
func (b *blockingLimit) take(now time.Time) time.Time {
	if now.Before(b.blocked) {
		return b.blocked
	}
	if minute := now.Truncate(time.Minute); !minute.Equal(b.minute) {
		b.minute, b.used = minute, 0
	}
	if b.limit > 0 && b.used >= b.limit {
		b.blocked = now.Add(time.Minute)
		return b.blocked
	}
	b.used++
	return time.Time{}
}

// tooMany carries the limit headers, which ordinary answers do not have.
func (a *Aircall) tooMany(until time.Time) answer {
	result := plainAircall(http.StatusTooManyRequests)
	result.set("X-AircallApi-Limit", strconv.Itoa(a.block.limit))
	result.set("X-AircallApi-Remaining", "0")
	result.set("X-AircallApi-Reset", strconv.FormatInt(until.Unix(), 10))
	return result
}

// plainAircall is the usual body for a status.
func plainAircall(status int) answer {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden:
		return edgeError(status)
	case http.StatusUnprocessableEntity:
		return unprocessable()
	}
	if status < 300 {
		return answer{status: status}
	}
	return aircallError(status, http.StatusText(status), "")
}

// edgeError is the shape of errors that never reach the application.
func edgeError(status int) answer {
	return jsonAnswer(status, map[string]any{"message": http.StatusText(status)})
}

func aircallError(status int, text, troubleshoot string) answer {
	return jsonAnswer(status, map[string]any{"error": text, "troubleshoot": troubleshoot})
}

func unprocessable() answer {
	return jsonAnswer(http.StatusUnprocessableEntity, map[string]any{
		"error": "Unprocessable Entity", "success": false, "errors": map[string]any{},
	})
}

func noSuch(what string) answer {
	return aircallError(http.StatusNotFound, "Not Found", what+" not found")
}

func invalidBody() answer {
	return aircallError(http.StatusBadRequest, "Bad Request", "The body is not valid JSON")
}

func (c *acCall) id() int64 {
	id, err := strconv.ParseInt(c.PathValue("id"), 10, 64)
	if err != nil {
		return -1
	}
	return id
}

func (c *acCall) decode(into any) bool {
	return json.Unmarshal(c.body, into) == nil
}

func (c *acCall) ping() answer {
	return jsonAnswer(http.StatusOK, map[string]any{"ping": "pong"})
}

// company has no id, contrary to the documentation.
func (c *acCall) company() answer {
	return jsonAnswer(http.StatusOK, map[string]any{"company": map[string]any{
		"name": c.a.options.CompanyName, "users_count": len(c.a.users), "numbers_count": len(c.a.numbers),
	}})
}
