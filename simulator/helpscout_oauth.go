package simulator

import (
	"cmp"
	"net/http"
	"net/url"
	"time"
)

const authorizePath = "/authentication/authorizeClientApplication"

// refreshToken gives the next tokens once.
type refreshToken struct {
	app   string
	user  int64
	grant int64
	used  time.Time
}

// Allow makes every consent be given without a click, or asks for it again.
func (h *HelpScout) Allow(always bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.options.AutoAllow = always
}

// RevokeConsents withdraws what users consented to for an application: its tokens
// of that kind are worthless at once. Those of client credentials stay.
func (h *HelpScout) RevokeConsents(app string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, refresh := range h.refresh {
		if refresh.app == app {
			h.revoke(refresh.grant)
		}
	}
}

func (h *HelpScout) revoke(grant int64) {
	for value, t := range h.tokens {
		if t.grant == grant {
			delete(h.tokens, value)
		}
	}
	for value, t := range h.refresh {
		if t.grant == grant {
			delete(h.refresh, value)
		}
	}
}

// LoseNextRefresh carries the next request for a token out and loses its answer.
func (h *HelpScout) LoseNextRefresh() error {
	return h.Fault(Fault{Name: "answer lost", Method: http.MethodPost, PathPattern: tokenPath, Drop: DropAfter, Times: 1})
}

func (h *HelpScout) askConsent(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	h.mu.Lock()
	app, known := h.apps[query.Get("client_id")]
	always := h.options.AutoAllow
	h.mu.Unlock()
	if !known || app.RedirectURL == "" {
		http.Error(w, "The application is not known, or has no Redirection URL.", http.StatusBadRequest)
		return
	}
	back := url.Values{}
	if state := query.Get("state"); state != "" {
		back.Set("state", state)
	}
	switch answer := query.Get("answer"); {
	case answer == "deny":
		back.Set("error", "access_denied")
	case answer == "allow" || always:
		h.mu.Lock()
		value := randomHex(40)
		h.codes[value] = &code{app: app.ID, expires: h.clock().Add(codeLife)}
		h.mu.Unlock()
		back.Set("code", value)
	default:
		show(w, http.StatusOK, helpScoutPages["consent"], frame{Vendor: "Help Scout", Theme: "helpscout", Title: "Let it in?", Page: consent{
			App: cmp.Or(app.Name, app.ID), Company: "this Help Scout account", Allow: withAnswer(r.URL, "allow"), Deny: withAnswer(r.URL, "deny"),
		}})
		return
	}
	comeBack(w, r, app.RedirectURL, back)
}

// tradeCode gives tokens for a code, once. A second use withdraws what the first
// gave (RFC 6749, 4.1.2).
func (h *HelpScout) tradeCode(x *exchange, app App, value string) answer {
	found := h.codes[value]
	switch {
	case found == nil || found.app != app.ID || !x.now.Before(found.expires):
		return oauthError(http.StatusBadRequest, "invalid_request", "Invalid authorization code")
	case found.used:
		h.revoke(found.grant)
		return oauthError(http.StatusBadRequest, "invalid_request", "Invalid authorization code")
	}
	found.used, found.grant = true, h.take("grant")
	return h.giveBoth(x, app.ID, cmp.Or(app.ConsentedBy, app.UserID), found.grant)
}

// tradeRefresh gives a new pair and takes the old refresh token out of use. A used
// one is answered as seen on the wire.
func (h *HelpScout) tradeRefresh(x *exchange, app App, value string) answer {
	refused := oauthError(http.StatusBadRequest, "invalid_request", "Invalid refresh_token")
	found := h.refresh[value]
	switch {
	case found == nil || found.app != app.ID:
		return refused
	case !found.used.IsZero() && !x.now.Before(found.used.Add(h.options.RefreshGrace)):
		if h.options.ReuseRevokes {
			h.revoke(found.grant)
		}
		return refused
	}
	if h.options.RefreshEndsAccess {
		for value, t := range h.tokens {
			if t.grant == found.grant {
				delete(h.tokens, value)
			}
		}
	}
	found.used = cmp.Or(found.used, x.now)
	return h.giveBoth(x, app.ID, found.user, found.grant)
}

func (h *HelpScout) giveBoth(x *exchange, app string, user, grant int64) answer {
	body := h.giveAccess(x, token{user: user, app: app, grant: grant})
	value := randomHex(48)
	h.refresh[value] = &refreshToken{app: app, user: user, grant: grant}
	body["refresh_token"] = value
	return jsonAnswer(http.StatusOK, body)
}
