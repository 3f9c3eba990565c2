package simulator

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
)

var helpScoutPages = parsePages("inboxes", "inbox", "conversation", "customer", "missing", "consent")

// pageRoutes are the pages of an agent. /conversation/{id}/{number}/ is Help
// Scout's own address for a conversation; the others are the simulator's.
func (h *HelpScout) pageRoutes(mux *http.ServeMux) {
	styleRoute(mux)
	mux.HandleFunc("GET "+authorizePath, h.askConsent)
	mux.HandleFunc("GET /{$}", h.page("inboxes", (*HelpScout).inboxesPage))
	mux.HandleFunc("GET /inbox/{id}", h.page("inbox", (*HelpScout).inboxPage))
	mux.HandleFunc("GET /customer/{id}", h.page("customer", (*HelpScout).customerPage))
	conversation := h.page("conversation", (*HelpScout).conversationPage)
	for _, path := range []string{"/conversation/{id}", "/conversation/{id}/{number}", "/conversation/{id}/{number}/{$}"} {
		mux.HandleFunc("GET "+path, conversation)
	}
	mux.HandleFunc("GET /conversation/{id}/attachments/{attachment}", h.showAttachment)
	mux.HandleFunc("GET /", h.page("missing", func(*HelpScout, *http.Request) (string, any, error) {
		return "", nil, noPage("There is no such page.")
	}))
}

// noPage is why a page cannot be shown, in words for its reader.
type noPage string

func (e noPage) Error() string { return string(e) }

// elsewhere is the address that took a page's place.
type elsewhere string

func (e elsewhere) Error() string { return "moved to " + string(e) }

// page shows what build returns: a title and the page's content. The account is
// locked meanwhile.
func (h *HelpScout) page(name string, build func(*HelpScout, *http.Request) (string, any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		h.mu.Lock()
		title, content, err := build(h, r)
		h.mu.Unlock()
		f := frame{Vendor: "Help Scout", Theme: "helpscout", Title: title, Page: content}
		if to, moved := errors.AsType[elsewhere](err); moved {
			http.Redirect(w, r, string(to), http.StatusMovedPermanently)
			return
		}
		if err != nil {
			f.Title, f.Page = "Not found", err.Error()
			show(w, http.StatusNotFound, helpScoutPages["missing"], f)
			return
		}
		f.watching(r.URL)
		show(w, http.StatusOK, helpScoutPages[name], f)
	}
}

func pathID(r *http.Request) int64 {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return -1
	}
	return id
}

func conversationPath(c *Conversation) string {
	return fmt.Sprintf("/conversation/%d/%d/", c.ID, c.Number)
}
