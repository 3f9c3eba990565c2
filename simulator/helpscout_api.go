package simulator

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// hsCall is one authenticated API request. Its handler runs with the account
// locked.
type hsCall struct {
	*exchange
	h    *HelpScout
	user *User
}

type hsHandler = func(*hsCall) answer

// apiRoutes maps the paths that are simulated. What is missing here answers 404,
// and a known path with another method 405.
func (h *HelpScout) apiRoutes() *http.ServeMux {
	mux := http.NewServeMux()
	for pattern, handler := range map[string]hsHandler{
		"GET /v2/users":      (*hsCall).listUsers,
		"GET /v2/users/me":   (*hsCall).getMe,
		"GET /v2/users/{id}": (*hsCall).getUser,

		"GET /v2/mailboxes":      (*hsCall).listMailboxes,
		"GET /v2/mailboxes/{id}": (*hsCall).getMailbox,

		"GET /v2/webhooks":         (*hsCall).listWebhooks,
		"POST /v2/webhooks":        (*hsCall).createWebhook,
		"GET /v2/webhooks/{id}":    (*hsCall).getWebhook,
		"PUT /v2/webhooks/{id}":    (*hsCall).replaceWebhook,
		"DELETE /v2/webhooks/{id}": (*hsCall).deleteWebhook,

		"GET /v3/customers/search":                  (*hsCall).searchCustomers,
		"GET /v2/customers":                         (*hsCall).listCustomers,
		"POST /v2/customers":                        (*hsCall).createCustomer,
		"GET /v2/customers/{id}":                    (*hsCall).getCustomer,
		"PUT /v2/customers/{id}":                    (*hsCall).overwriteCustomer,
		"PATCH /v2/customers/{id}":                  (*hsCall).patchCustomer,
		"GET /v2/customers/{id}/{kind}":             (*hsCall).listEntries,
		"POST /v2/customers/{id}/{kind}":            (*hsCall).addEntry,
		"PUT /v2/customers/{id}/{kind}/{entry}":     (*hsCall).replaceEntry,
		"DELETE /v2/customers/{id}/{kind}/{entry}":  (*hsCall).deleteEntry,
		"GET /v2/conversations":                     (*hsCall).listConversations,
		"POST /v2/conversations":                    (*hsCall).createConversation,
		"GET /v2/conversations/{id}":                (*hsCall).getConversation,
		"PATCH /v2/conversations/{id}":              (*hsCall).patchConversation,
		"DELETE /v2/conversations/{id}":             (*hsCall).deleteConversation,
		"PUT /v2/conversations/{id}/tags":           (*hsCall).putTags,
		"GET /v2/conversations/{id}/threads":        (*hsCall).listThreads,
		"POST /v2/conversations/{id}/phones":        postThread("phone"),
		"POST /v2/conversations/{id}/notes":         postThread("note"),
		"POST /v2/conversations/{id}/chats":         postThread("chat"),
		"POST /v2/conversations/{id}/customer":      postThread("customer"),
		"POST /v2/conversations/{id}/reply":         postThread("reply"),
		"DELETE /v2/conversations/{id}/threads/{t}": (*hsCall).deleteThread,

		"POST /v2/conversations/{id}/threads/{t}/attachments":      (*hsCall).addAttachment,
		"GET /v2/conversations/{id}/attachments/{attachment}/data": (*hsCall).attachmentData,
		"GET /v2/conversations/{id}/attachments/{attachment}/file": (*hsCall).attachmentFile,
		"DELETE /v2/conversations/{id}/attachments/{attachment}":   (*hsCall).deleteAttachment,
	} {
		mux.Handle(pattern, route[*hsCall](handler))
	}
	return mux
}

func (h *HelpScout) answerAPI(x *exchange) answer {
	h.mu.Lock()
	defer h.mu.Unlock()
	if x.URL.Path == tokenPath {
		return h.answerToken(x)
	}
	user, ok := h.authenticate(x)
	if !ok {
		return h.withBudget(unauthorized(), x.now)
	}
	cost := 2
	if x.Method == http.MethodGet || x.Method == http.MethodHead {
		cost = 1
	}
	if wait := h.budget.take(x.now, cost); wait > 0 {
		return h.withBudget(rateLimited(seconds(wait)), x.now)
	}
	x.units = cost
	return h.withBudget(h.route(&hsCall{x, h, user}), x.now)
}

func (h *HelpScout) route(c *hsCall) answer {
	handle, ok := findRoute[*hsCall](h.api, c.Request)
	if !ok {
		return h.noRoute(c.Request)
	}
	if c.Method == http.MethodPost || c.Method == http.MethodPut || c.Method == http.MethodPatch {
		if !jsonContent(c.Request) {
			return halError(http.StatusUnsupportedMediaType, "Unsupported Media Type: use application/json")
		}
	}
	return handle(c)
}

func (h *HelpScout) noRoute(r *http.Request) answer {
	if r.URL.Path == tokenPath || otherMethod[*hsCall](h.api, r) {
		return halErrors(http.StatusMethodNotAllowed, "Method not allowed",
			[]problem{{message: "method is not supported here", code: "invalid-http-method"}})
	}
	return notFound()
}

func jsonContent(r *http.Request) bool {
	kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	kinds := []string{"application/json"}
	if r.Method == http.MethodPatch {
		kinds = append(kinds, "application/json-patch+json")
	}
	return slices.Contains(kinds, strings.ToLower(strings.TrimSpace(kind)))
}

func (h *HelpScout) withBudget(result answer, now time.Time) answer {
	result.set("X-RateLimit-Limit-Minute", strconv.Itoa(h.budget.limit))
	result.set("X-RateLimit-Remaining-Minute", strconv.Itoa(h.budget.remaining(now)))
	return result
}

func (c *hsCall) id(name string) int64 {
	id, err := strconv.ParseInt(c.PathValue(name), 10, 64)
	if err != nil {
		return -1
	}
	return id
}

func (c *hsCall) base() string {
	if c.h.options.BaseURL != "" {
		return c.h.options.BaseURL
	}
	return "http://" + c.Host
}

func (c *hsCall) created(id int64, path string) answer {
	result := answer{status: http.StatusCreated}
	result.set("Resource-ID", strconv.FormatInt(id, 10))
	result.set("Location", c.base()+path+"/"+strconv.FormatInt(id, 10))
	return result
}

func changed() answer { return answer{status: http.StatusNoContent} }

// seconds rounds up, so that waiting that long is enough.
func seconds(d time.Duration) int {
	return int((d + time.Second - 1) / time.Second)
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }
