package simulator

import "net/http"

// Aside answers what reads from the account as it stands, as that user and without a
// token. Nothing of it is recorded, counted or hit by a fault, and what would write is
// answered with 405: whoever only wants to look leaves no trace.
func (h *HelpScout) Aside(user int64) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet {
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		h.mu.Lock()
		defer h.mu.Unlock()
		result := h.route(&hsCall{&exchange{Request: r, now: h.clock()}, h, h.users[user]})
		result.write(w)
	})
}

// Aside is that of HelpScout, as the owner of an API key.
func (a *Aircall) Aside() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handle, known := findRoute[*acCall](a.api, r)
		if r.Method != http.MethodGet || !known {
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		a.mu.Lock()
		defer a.mu.Unlock()
		result := handle(&acCall{&exchange{Request: r, now: a.clock()}, a, ""})
		result.write(w)
	})
}
