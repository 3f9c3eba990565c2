package simulator

import "net/http"

// messageControlRoutes let a program play the outside world and the agents.
func (a *Aircall) messageControlRoutes(mux *http.ServeMux) {
	mux.HandleFunc("POST "+controlPath+"messages", func(w http.ResponseWriter, r *http.Request) {
		var text TextMessage
		if !read(w, r, &text) {
			return
		}
		id, told, err := a.text(text)
		if err != nil {
			reply(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
			return
		}
		a.afterTelling(r, told)
		reply(w, http.StatusCreated, map[string]string{"message_id": id})
	})
	mux.HandleFunc("POST "+controlPath+"messages/{id}/status", func(w http.ResponseWriter, r *http.Request) {
		var wanted struct {
			Status string `json:"status"`
		}
		if !read(w, r, &wanted) {
			return
		}
		told, err := a.setTextStatus(r.PathValue("id"), wanted.Status)
		if err != nil {
			reply(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
			return
		}
		a.afterTelling(r, told)
		w.WriteHeader(http.StatusNoContent)
	})
	for path, list := range map[string]func() any{
		"messages": func() any { return a.Messages() },
		"media":    func() any { return orNone(a.MediaRequests()) },
	} {
		mux.HandleFunc("GET "+controlPath+path, func(w http.ResponseWriter, _ *http.Request) {
			reply(w, http.StatusOK, list())
		})
	}
}

// afterTelling waits for the first attempts, if ?wait=true asks for it.
func (a *Aircall) afterTelling(r *http.Request, told <-chan struct{}) {
	if r.URL.Query().Get("wait") == "true" {
		// A client that leaves takes no answer.
		_ = wait(r.Context(), told)
	}
}
