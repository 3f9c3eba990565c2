package aircall

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	"golang.org/x/oauth2"
)

const (
	authorizePath = "/oauth/authorize"
	successPath   = "/oauth/success"
	tokenPath     = "/v1/oauth/token"
	// scope is the only one that Aircall has.
	scope = "public_api"
	// mostTokenAnswer is far above what an answer with a token holds.
	mostTokenAnswer = 64 << 10
)

// App is an OAuth application, whose id and secret Aircall issues to technology
// partners by hand. Printing it shows no secret.
type App struct{ ClientID, ClientSecret string }

// Complete tells whether there is an id and a secret.
func (a App) Complete() bool { return a.ClientID != "" && a.ClientSecret != "" }

// String names the application without its secret.
func (a App) String() string { return fmt.Sprintf("Aircall application (complete: %t)", a.Complete()) }

// GoString is String, so that %#v shows no secret either.
func (a App) GoString() string { return a.String() }

// LogValue is String for slog.
func (a App) LogValue() slog.Value { return slog.StringValue(a.String()) }

// AuthorizeURL is where an administrator of an Aircall company is sent to consent
// (Aircall's tutorial on its OAuth flow). dashboardURL is scheme and host only.
// Aircall comes back to redirectURI, which must be the registered one, with
// state unchanged, and with code or, when refused, with error.
func AuthorizeURL(dashboardURL string, app App, redirectURI, state string) (string, error) {
	base, err := parseBase(dashboardURL)
	if err != nil {
		return "", errors.New("aircall: the dashboard's URL must be scheme and host only, like https://dashboard.aircall.io")
	}
	base.Path = authorizePath
	config := oauth2.Config{
		ClientID: app.ClientID, RedirectURL: redirectURI, Scopes: []string{scope},
		Endpoint: oauth2.Endpoint{AuthURL: base.String()},
	}
	return config.AuthCodeURL(state), nil
}

// SuccessURL is the page of Aircall's dashboard that ends an installation; the
// pop-up closes itself there.
func SuccessURL(dashboardURL string) (string, error) {
	base, err := parseBase(dashboardURL)
	if err != nil {
		return "", errors.New("aircall: the dashboard's URL must be scheme and host only, like https://dashboard.aircall.io")
	}
	base.Path = successPath
	return base.String(), nil
}

// Exchange trades the code of a consent for an access token, once. The token does
// not expire, and there is none to refresh it with (Aircall's guide, "OAuth").
// redirectURI is the one that the consent was asked with.
//
// The request is JSON, as Aircall documents it; golang.org/x/oauth2 would send a
// form. Its errors are *Error, *TransportError and *AnswerError, none of which
// holds the code or the secret. After a *TransportError the code may be used up.
func Exchange(ctx context.Context, apiURL string, app App, code, redirectURI string, opts ...Option) (string, error) {
	// The credential is the body: no header is sent, and the client of no company
	// is made.
	client, err := New(apiURL, Auth{header: func() string { return "" }, secrets: func() []string { return []string{code, app.ClientSecret} }}, opts...)
	if err != nil {
		return "", err
	}
	body, err := json.Marshal(map[string]string{
		"code": code, "redirect_uri": redirectURI, "client_id": app.ClientID, "client_secret": app.ClientSecret,
		"grant_type": "authorization_code",
	})
	if err != nil {
		return "", &TransportError{Method: http.MethodPost, Path: tokenPath, Err: err}
	}
	return client.exchange(ctx, body)
}

func (c *Client) exchange(ctx context.Context, body []byte) (string, error) {
	failed := func(err error) (string, error) {
		return "", &TransportError{Method: http.MethodPost, Path: tokenPath, Err: withoutURL(err)}
	}
	target := c.base
	target.Path = tokenPath
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, target.String(), bytes.NewReader(body))
	if err != nil {
		return failed(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", c.userAgent)
	resp, err := c.http.Do(req)
	if err != nil {
		return failed(err)
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, mostTokenAnswer))
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return "", tokenRefused(resp.StatusCode, resp.Header, hide(answer, c.auth.secrets()...))
	}
	if err != nil {
		return failed(err)
	}
	token := toObject(answer).text("access_token")
	if !headerSafe(token) {
		return "", notUnderstood(http.MethodPost, tokenPath, errors.New("it holds no access token"))
	}
	return token, nil
}

// tokenRefused understands OAuth's own shape of an error, beside Aircall's.
func tokenRefused(status int, header http.Header, body []byte) *Error {
	e := ParseError(http.MethodPost, tokenPath, status, header, body, time.Now())
	if e.Troubleshoot == "" {
		e.Troubleshoot = safeText(toObject(body).text("error_description"))
	}
	return e
}

// Integration is an OAuth application as it is installed in one company.
type Integration struct {
	ID int64
	// CompanyID is the id of the Aircall company, which no other answer gives; 0
	// if it was not told.
	CompanyID int64
	// Name is the application's, CustomName what the company calls it.
	Name, CustomName string
	// Status is installed while it is.
	Status string
	Active bool
	// NumberIDs are the lines that the company connected to the application. Nil
	// means that it was not told.
	NumberIDs []int64
}

// Integration reads the installation behind the access token (GET
// /v1/integrations/me). An API key has none: it is answered with *Error.
func (c *Client) Integration(ctx context.Context) (Integration, error) {
	const path = "/v1/integrations/me"
	answer, err := c.get(ctx, path, nil)
	if err != nil {
		return Integration{}, err
	}
	o := toObject(answer["integration"])
	if o == nil {
		// Some answers of Aircall have no key around them.
		o = answer
	}
	integration := Integration{
		ID: o.id("id"), CompanyID: o.id("company_id"), Name: o.text("name"), CustomName: o.text("custom_name"),
		Status: o.text("status"), Active: o.flag("active"),
	}
	if integration.CompanyID == 0 {
		integration.CompanyID = toObject(o["company"]).id("id")
	}
	var ids []json.RawMessage
	if json.Unmarshal(o["number_ids"], &ids) == nil && ids != nil {
		integration.NumberIDs = []int64{}
		for _, id := range ids {
			if number := (object{"id": id}).id("id"); number != 0 {
				integration.NumberIDs = append(integration.NumberIDs, number)
			}
		}
	}
	return integration, nil
}

// DisableIntegration switches the application off in the company's dashboard. It
// needs an access token.
func (c *Client) DisableIntegration(ctx context.Context) error {
	_, err := c.post(ctx, "/v1/integrations/disable", struct{}{})
	return err
}

// CompanyName reads what the company is called. The answer holds no id, contrary to
// the documentation (seen on the wire in 2026).
func (c *Client) CompanyName(ctx context.Context) (string, error) {
	answer, err := c.get(ctx, "/v1/company", nil)
	if err != nil {
		return "", err
	}
	return toObject(answer["company"]).text("name"), nil
}
