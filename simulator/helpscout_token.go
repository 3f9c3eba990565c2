package simulator

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const tokenPath = "/v2/oauth2/token"

type token struct {
	user    int64
	expires time.Time
	// grant is the consent that it came from; 0 for client credentials.
	grant int64
	app   string
}

// AddApp lets an OAuth application ask for tokens.
func (h *HelpScout) AddApp(app App) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.apps[app.ID] = app
}

// ExpireTokens makes every token given out so far worthless.
func (h *HelpScout) ExpireTokens() {
	h.mu.Lock()
	defer h.mu.Unlock()
	clear(h.tokens)
}

// answerToken gives tokens for client credentials, a code or a refresh token. A form, JSON and HTTP Basic
// all work: sources disagree on which the real endpoint takes, and each has been
// seen working. Token errors have OAuth's shape, not HAL's.
func (h *HelpScout) answerToken(x *exchange) answer {
	if x.Method != http.MethodPost {
		return h.noRoute(x.Request)
	}
	given, ok := tokenParameters(x)
	if !ok {
		return oauthError(http.StatusBadRequest, "invalid_request", "The request body could not be read")
	}
	id, secret, basic := x.BasicAuth()
	if !basic {
		id, secret = given["client_id"], given["client_secret"]
	}
	if given["grant_type"] == "" || id == "" || secret == "" {
		return oauthError(http.StatusBadRequest, "invalid_request", "grant_type, client_id and client_secret are required")
	}
	app, known := h.apps[id]
	if !known || app.Secret != secret {
		return oauthError(http.StatusUnauthorized, "invalid_client", "Client authentication failed")
	}
	switch given["grant_type"] {
	case "client_credentials":
		if app.CodesOnly {
			return oauthError(http.StatusUnauthorized, "unauthorized_client", "The client is not allowed to use this grant")
		}
		return jsonAnswer(http.StatusOK, h.giveAccess(x, token{user: app.UserID, app: app.ID}))
	case "authorization_code":
		return h.tradeCode(x, app, given["code"])
	case "refresh_token":
		return h.tradeRefresh(x, app, given["refresh_token"])
	default:
		return oauthError(http.StatusBadRequest, "unsupported_grant_type", "This grant is not supported")
	}
}

func (h *HelpScout) giveAccess(x *exchange, t token) map[string]any {
	var b [16]byte
	_, _ = rand.Read(b[:])
	value := hex.EncodeToString(b[:])
	t.expires = x.now.Add(h.options.TokenLife)
	h.tokens[value] = t
	return map[string]any{
		"token_type": "bearer", "access_token": value, "expires_in": int(h.options.TokenLife / time.Second),
	}
}

func tokenParameters(x *exchange) (map[string]string, bool) {
	given := map[string]string{}
	kind, _, _ := strings.Cut(x.Header.Get("Content-Type"), ";")
	if strings.EqualFold(strings.TrimSpace(kind), "application/json") {
		return given, json.Unmarshal(x.body, &given) == nil
	}
	form, err := url.ParseQuery(string(x.body))
	for key := range form {
		given[key] = form.Get(key)
	}
	return given, err == nil
}

func oauthError(status int, code, description string) answer {
	return jsonAnswer(status, map[string]any{"error": code, "error_description": description})
}

// authenticate finds the user a request acts as. That user must be active.
func (h *HelpScout) authenticate(x *exchange) (*User, bool) {
	scheme, value, _ := strings.Cut(x.Header.Get("Authorization"), " ")
	known, ok := h.tokens[strings.TrimSpace(value)]
	if !ok || !strings.EqualFold(scheme, "Bearer") || !x.now.Before(known.expires) {
		return nil, false
	}
	id := known.user
	if id == 0 {
		id = h.firstUser
	}
	user, ok := h.users[id]
	return user, ok && !user.Inactive
}
