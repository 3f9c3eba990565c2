package helpscout

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"sync"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

const (
	tokenPath = "/v2/oauth2/token"
	// A token is dropped this long before it expires, so that it does not
	// expire on the way.
	tokenMargin = time.Minute
)

// Authorizer hands out access tokens. Implementations are safe for concurrent
// use.
type Authorizer interface {
	// Token returns a token that is valid as far as is known. Its errors
	// reach the caller of the Client as they are.
	Token(ctx context.Context) (string, error)
	// Invalidate drops exactly this token, because Help Scout refused it. A
	// newer one stays.
	Invalidate(token string)
}

// ClientCredentials returns an Authorizer for an app of the account's own: the
// token acts as the user who made the app, with that user's role, permissions
// and inboxes (Help Scout's reference, "Authentication"). The token is kept
// until a minute before it expires, and only one request for a token runs at a
// time.
//
// Id and secret go into a form body: sources disagree on whether JSON works,
// and a form satisfies all of them.
//
// Token fails with the errors of this package: *Error with the OAuth code in
// Code, *TransportError (never Sent: a request for a token writes nothing), or
// *AnswerError.
func ClientCredentials(apiURL, appID, appSecret string, opts ...Option) (Authorizer, error) {
	base, err := parseBase(apiURL)
	if err != nil {
		return nil, err
	}
	if appID == "" || appSecret == "" {
		return nil, errors.New("helpscout: app id and app secret are needed: make an app under Your Profile > My Apps")
	}
	o, err := collect(opts)
	if err != nil {
		return nil, err
	}
	base.Path = tokenPath
	config := &clientcredentials.Config{
		ClientID:     appID,
		ClientSecret: appSecret,
		TokenURL:     base.String(),
		AuthStyle:    oauth2.AuthStyleInParams,
	}
	client := o.httpClient()
	return &clientCredentials{
		request: func(ctx context.Context) (*oauth2.Token, error) {
			return config.Token(context.WithValue(ctx, oauth2.HTTPClient, client))
		},
		failed: func(err error) error { return tokenError(err, o.now(), appSecret) },
		now:    o.now,
	}, nil
}

type clientCredentials struct {
	// request holds the secret in a function, where no formatting of this
	// struct, or of one around it, can print it.
	request func(context.Context) (*oauth2.Token, error)
	// failed makes an error of ours of the library's, and so does it.
	failed func(error) error
	now    func() time.Time

	mu      sync.Mutex
	token   *oauth2.Token
	pending *tokenFetch
}

type tokenFetch struct {
	done  chan struct{}
	token string
	err   error
}

func (a *clientCredentials) Token(ctx context.Context) (string, error) {
	a.mu.Lock()
	if a.token != nil && (a.token.Expiry.IsZero() || a.now().Add(tokenMargin).Before(a.token.Expiry)) {
		defer a.mu.Unlock()
		return a.token.AccessToken, nil
	}
	if a.pending == nil {
		a.pending = &tokenFetch{done: make(chan struct{})}
		// Others wait for the same answer, so the first caller's end must not
		// end it. The client's time-out bounds it.
		go a.fetch(context.WithoutCancel(ctx), a.pending)
	}
	fetch := a.pending
	a.mu.Unlock()

	select {
	case <-fetch.done:
		return fetch.token, fetch.err
	case <-ctx.Done():
		return "", &TransportError{Method: http.MethodPost, Path: tokenPath, Err: ctx.Err()}
	}
}

func (a *clientCredentials) Invalidate(token string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.token != nil && a.token.AccessToken == token {
		a.token = nil
	}
}

func (a *clientCredentials) fetch(ctx context.Context, fetch *tokenFetch) {
	token, err := a.request(ctx)

	a.mu.Lock()
	defer a.mu.Unlock()
	a.pending = nil
	if err == nil {
		a.token = token
		fetch.token = token.AccessToken
	} else {
		fetch.err = a.failed(err)
	}
	close(fetch.done)
}

// tokenError replaces the library's errors: their texts hold the whole answer. The
// secrets are those that were sent.
func tokenError(err error, now time.Time, secrets ...string) error {
	if refused, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
		return ParseError(http.MethodPost, tokenPath, refused.Response.StatusCode, refused.Response.Header, hide(refused.Body, secrets...), now)
	}
	if lost, ok := errors.AsType[*url.Error](err); ok {
		return &TransportError{Method: http.MethodPost, Path: tokenPath, Err: lost.Err}
	}
	return &AnswerError{Method: http.MethodPost, Path: tokenPath, Err: errors.New("it holds no access token")}
}
