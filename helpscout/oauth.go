package helpscout

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"golang.org/x/oauth2"
)

const authorizePath = "/authentication/authorizeClientApplication"

// App is an OAuth2 application, made in Help Scout under Your Profile > My Apps.
// Printing it shows no secret.
type App struct{ ClientID, ClientSecret string }

// Complete tells whether there is an id and a secret.
func (a App) Complete() bool { return a.ClientID != "" && a.ClientSecret != "" }

// String names the application without its secret.
func (a App) String() string {
	return fmt.Sprintf("Help Scout application (complete: %t)", a.Complete())
}

// GoString is String, so that %#v shows no secret either.
func (a App) GoString() string { return a.String() }

// LogValue is String for slog.
func (a App) LogValue() slog.Value { return slog.StringValue(a.String()) }

// Tokens are what a user's consent gives. Printing them shows no secret.
type Tokens struct {
	// Access opens the API, as the user who consented, until Expiry: two days by
	// Help Scout's documentation. The zero time means that nobody said until when.
	Access string
	Expiry time.Time
	// Refresh gives the next tokens, once: each answer brings another one, which
	// takes its place. How long it lives is not documented.
	Refresh string
}

// String shows no token.
func (t Tokens) String() string { return "Help Scout tokens" }

// GoString is String, so that %#v shows no secret either.
func (t Tokens) GoString() string { return t.String() }

// LogValue is String for slog.
func (t Tokens) LogValue() slog.Value { return slog.StringValue(t.String()) }

// AuthorizeURL is where a user of Help Scout is sent to consent. authURL is scheme
// and host only, for example https://secure.helpscout.net. Help Scout comes back to
// the Redirection URL that is stored with the application, with code and state; no
// other parameter is documented (its reference, "Authentication").
func AuthorizeURL(authURL string, app App, state string) (string, error) {
	base, err := parseBase(authURL)
	if err != nil {
		return "", errors.New("helpscout: the address of the consent must be scheme and host only, like https://secure.helpscout.net")
	}
	base.Path, base.RawQuery = authorizePath, url.Values{"client_id": {app.ClientID}, "state": {state}}.Encode()
	return base.String(), nil
}

// Exchange trades the code of a consent for tokens, once. Its errors are those of
// ClientCredentials; none holds the code or the secret.
func Exchange(ctx context.Context, apiURL string, app App, code string, opts ...Option) (Tokens, error) {
	return obtain(ctx, apiURL, app, code, opts, func(ctx context.Context, config *oauth2.Config) (*oauth2.Token, error) {
		return config.Exchange(ctx, code)
	})
}

// Refresh trades a refresh token for the next tokens. It may be used once: whoever
// calls this keeps others away, and saves the answer before anything else. Its
// errors are those of ClientCredentials. After a *TransportError or *AnswerError
// the token may be used up; see TokenRefused for when it surely is.
func Refresh(ctx context.Context, apiURL string, app App, refreshToken string, opts ...Option) (Tokens, error) {
	return obtain(ctx, apiURL, app, refreshToken, opts, func(ctx context.Context, config *oauth2.Config) (*oauth2.Token, error) {
		return config.TokenSource(ctx, &oauth2.Token{RefreshToken: refreshToken}).Token()
	})
}

// obtain asks for tokens, with a code or a refresh token as its secret.
func obtain(ctx context.Context, apiURL string, app App, secret string, opts []Option, ask func(context.Context, *oauth2.Config) (*oauth2.Token, error)) (Tokens, error) {
	base, err := parseBase(apiURL)
	if err != nil {
		return Tokens{}, err
	}
	if !app.Complete() {
		return Tokens{}, errors.New("helpscout: the application's id and secret are needed")
	}
	o, err := collect(opts)
	if err != nil {
		return Tokens{}, err
	}
	base.Path = tokenPath
	config := &oauth2.Config{
		ClientID: app.ClientID, ClientSecret: app.ClientSecret,
		Endpoint: oauth2.Endpoint{TokenURL: base.String(), AuthStyle: oauth2.AuthStyleInParams},
	}
	asked := o.now()
	token, err := ask(context.WithValue(ctx, oauth2.HTTPClient, o.httpClient()), config)
	if err != nil {
		return Tokens{}, tokenError(err, o.now(), app.ClientSecret, secret)
	}
	tokens := Tokens{Access: token.AccessToken, Refresh: token.RefreshToken}
	if token.ExpiresIn > 0 {
		// By our own clock: the library knows the real one only.
		tokens.Expiry = asked.Add(time.Duration(token.ExpiresIn) * time.Second)
	}
	return tokens, nil
}

// TokenRefused tells whether a request for a token was refused for good: the code or
// refresh token was used before, was withdrawn or never was one, or the application's
// id and secret are wrong. Help Scout answers 400 with invalid_request to a stale
// refresh token (seen on the wire).
func TokenRefused(err error) bool {
	e, ok := errors.AsType[*Error](err)
	if !ok || e.Path != tokenPath {
		return false
	}
	switch e.Status {
	case http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusUnprocessableEntity:
		return true
	}
	return false
}

// WrongApp tells whether it was the application that was refused, and not the token.
func WrongApp(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Path == tokenPath && (e.Code == "invalid_client" || e.Code == "unauthorized_client")
}
