package simulator

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

const aircallTokenPath = "/v1/oauth/token"

// OAuthApp is an OAuth application as the vendor knows it.
type OAuthApp struct {
	ID     string
	Secret string
	// Name is what people see.
	Name string
	// InstallURL is where Aircall's dashboard begins an installation.
	InstallURL string
	// RedirectURL is where a consent comes back to; no other is taken.
	RedirectURL string
}

// aircallToken is an access token, which does not expire.
type aircallToken struct {
	app   string
	grant int64
}

// AddApp lets an OAuth application be installed.
func (a *Aircall) AddApp(app OAuthApp) {
	a.mu.Lock()
	defer a.mu.Unlock()
	app.Name = cmp.Or(app.Name, app.ID)
	a.apps[app.ID] = app
}

// Allow makes every consent be given without a click, or asks for it again.
func (a *Aircall) Allow(always bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.options.AutoAllow = always
}

// RevokeTokens makes the access tokens of an application worthless, and tells
// nobody.
func (a *Aircall) RevokeTokens(app string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.revoke(app)
}

func (a *Aircall) revoke(app string) {
	for value, token := range a.tokens {
		if token.app == app {
			delete(a.tokens, value)
		}
	}
}

// Uninstall takes an application off the company, as an administrator does in the
// dashboard: its tokens are worthless, and its webhooks hear of it and of nothing
// after that. It returns after the first attempts to tell them.
func (a *Aircall) Uninstall(ctx context.Context, app string) error {
	a.mu.Lock()
	if !a.installed[app] {
		a.mu.Unlock()
		return fmt.Errorf("the application %q is not installed", app)
	}
	delete(a.installed, app)
	a.revoke(app)
	for _, webhook := range a.webhooks {
		if webhook.App == app {
			webhook.Events = []string{"integration.deleted"}
		}
	}
	data, _ := json.Marshal(map[string]any{"integration_id": a.integrationID(app), "company_id": a.options.CompanyID})
	now := a.clock()
	a.mu.Unlock()
	select {
	case <-a.sendAs(app, Delivery{Event: "integration.deleted"}, data, now):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// integrationID is made up, and the same each time.
func (a *Aircall) integrationID(app string) int64 { return 9_000 + int64(len(app)) }

func (a *Aircall) oauthRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /oauth/authorize", a.askConsent)
	mux.HandleFunc("GET /oauth/success", func(w http.ResponseWriter, r *http.Request) {
		show(w, http.StatusOK, aircallPages["installed"], a.frame("Installed", "The application"))
	})
	// What the button Install in the dashboard does.
	mux.HandleFunc("GET /integrations/{app}/install", func(w http.ResponseWriter, r *http.Request) {
		a.mu.Lock()
		app, known := a.apps[r.PathValue("app")]
		a.mu.Unlock()
		if !known || app.InstallURL == "" {
			a.notFound(w, "There is no such application.")
			return
		}
		http.Redirect(w, r, app.InstallURL, http.StatusFound)
	})
}

// askConsent shows the page only to what is registered: an unknown application or
// another address to come back to must not get a code.
func (a *Aircall) askConsent(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	a.mu.Lock()
	app, known := a.apps[query.Get("client_id")]
	always := a.options.AutoAllow
	a.mu.Unlock()
	switch {
	case !known || query.Get("redirect_uri") != app.RedirectURL:
		http.Error(w, "The application or its redirect_uri is not known.", http.StatusBadRequest)
		return
	case query.Get("response_type") != "code" || query.Get("scope") != "public_api":
		http.Error(w, "response_type must be code and scope public_api.", http.StatusBadRequest)
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
		back.Set("code", a.consented(app))
	default:
		show(w, http.StatusOK, aircallPages["consent"], a.frame("Let it in?", consent{
			App: app.Name, Company: a.options.CompanyName, Allow: withAnswer(r.URL, "allow"), Deny: withAnswer(r.URL, "deny"),
		}))
		return
	}
	comeBack(w, r, app.RedirectURL, back)
}

func (a *Aircall) consented(app OAuthApp) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	value := randomHex(40)
	a.codes[value] = &code{app: app.ID, redirect: app.RedirectURL, expires: a.clock().Add(codeLife)}
	return value
}

// answerToken trades a code. It takes JSON, as documented, and a form.
func (a *Aircall) answerToken(x *exchange) answer {
	given, ok := tokenParameters(x)
	a.mu.Lock()
	defer a.mu.Unlock()
	found := a.codes[given["code"]]
	app, known := a.apps[given["client_id"]]
	switch {
	case !ok || x.Method != http.MethodPost || given["grant_type"] != "authorization_code":
		return oauthError(http.StatusBadRequest, "invalid_request", "grant_type must be authorization_code")
	case !known || app.Secret != given["client_secret"]:
		return oauthError(http.StatusUnauthorized, "invalid_client", "Client authentication failed")
	case found == nil || found.app != app.ID || found.redirect != given["redirect_uri"] || !x.now.Before(found.expires):
		return oauthError(http.StatusBadRequest, "invalid_grant", "The code is invalid or expired")
	case found.used:
		for value, token := range a.tokens {
			if token.grant == found.grant {
				delete(a.tokens, value)
			}
		}
		return oauthError(http.StatusBadRequest, "invalid_grant", "The code was used before")
	}
	found.used, found.grant = true, a.claim("grant", 0)
	value := randomHex(64)
	a.tokens[value] = aircallToken{app: app.ID, grant: found.grant}
	a.installed[app.ID] = true
	return jsonAnswer(http.StatusOK, map[string]any{
		"access_token": value, "token_type": "Bearer", "created_at": x.now.Unix(),
	})
}

// appOf is the application that a request comes from; empty for an API key.
func (a *Aircall) appOf(r *http.Request) (app string, ok bool) {
	if id, token, basic := r.BasicAuth(); basic {
		return "", slices.Contains(a.options.Credentials, Credential{id, token})
	}
	scheme, value, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	value = strings.TrimSpace(value)
	if !strings.EqualFold(scheme, "Bearer") {
		return "", false
	}
	if slices.Contains(a.options.BearerTokens, value) {
		return "", true
	}
	token, known := a.tokens[value]
	return token.app, known
}

func (c *acCall) getIntegration() answer {
	if c.app == "" {
		return edgeError(http.StatusForbidden)
	}
	ids := sortedKeys(c.a.numbers)
	return jsonAnswer(http.StatusOK, map[string]any{"integration": map[string]any{
		"id": c.a.integrationID(c.app), "name": c.a.apps[c.app].Name, "custom_name": c.a.apps[c.app].Name, "logo": nil,
		"company_id": c.a.options.CompanyID, "status": "installed", "active": !c.a.disabled[c.app],
		"number_ids": orNone(ids), "numbers_count": len(ids), "user": nil,
	}})
}

func (c *acCall) switchIntegration(on bool) answer {
	if c.app == "" {
		return edgeError(http.StatusForbidden)
	}
	c.a.disabled[c.app] = !on
	return c.getIntegration()
}
