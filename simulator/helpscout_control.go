package simulator

import "net/http"

func (h *HelpScout) controlRoutes(mux *http.ServeMux) {
	h.edge.controlRoutes(mux, func() any {
		return map[string]any{
			"mailboxes": h.Mailboxes(), "users": h.Users(), "customers": h.Customers(),
			"conversations": h.Conversations(), "webhooks": h.Webhooks(),
		}
	})
	post := func(path string, handler http.HandlerFunc) { mux.HandleFunc("POST "+controlPath+path, handler) }
	post("mailboxes", seed(func(m Mailbox) (any, error) { return h.AddMailbox(m), nil }))
	post("users", seed(func(u User) (any, error) { return h.AddUser(u), nil }))
	post("customers", seed(func(c Customer) (any, error) { return h.AddCustomer(c), nil }))
	post("conversations", seed(func(c Conversation) (any, error) { return h.AddConversation(c), nil }))
	post("webhooks", seed(func(w HelpScoutWebhook) (any, error) { return h.AddWebhook(w), nil }))
	mux.HandleFunc("GET "+controlPath+"deliveries", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, http.StatusOK, orNone(h.Deliveries()))
	})
	post("tokens/expire", func(w http.ResponseWriter, _ *http.Request) {
		h.ExpireTokens()
		w.WriteHeader(http.StatusNoContent)
	})
	post("customers/{id}/delete", act(func(id int64, _ struct{}) error { return h.DeleteCustomer(id) }))

	conversation := func(action string, handler http.HandlerFunc) { post("conversations/{id}/"+action, handler) }
	conversation("merge", act(func(id int64, v struct {
		Into int64 `json:"into"`
	}) error {
		return h.MergeConversation(id, v.Into)
	}))
	conversation("move", act(func(id int64, v struct {
		MailboxID int64 `json:"mailboxId"`
	}) error {
		return h.MoveConversation(id, v.MailboxID)
	}))
	conversation("delete", act(func(id int64, _ struct{}) error { return h.DeleteConversation(id) }))
	conversation("status", act(func(id int64, v struct {
		Status string `json:"status"`
	}) error {
		return h.SetStatus(id, v.Status)
	}))
	conversation("assign", act(func(id int64, v struct {
		User int64 `json:"user"`
	}) error {
		return h.Assign(id, v.User)
	}))
	conversation("tags", act(func(id int64, v struct {
		Tags []string `json:"tags"`
	}) error {
		return h.SetTags(id, v.Tags...)
	}))
	conversation("threads", act(h.AddThread))
	conversation("lock", act(func(id int64, v struct {
		Unlock bool `json:"unlock"`
	}) error {
		return h.LockConversation(id, !v.Unlock)
	}))
}
