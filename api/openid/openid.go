// Package openid lets people sign in at their company's OpenID Connect provider: by
// the authorization code flow with PKCE, state and nonce. It says who somebody is;
// what they may do is decided elsewhere. It imports nothing of ours.
package openid

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

var (
	// ErrAway says that the provider was not reached, or did not answer as one.
	ErrAway = errors.New("the OpenID Connect provider does not answer")
	// ErrRefused says that what came back proves nobody's identity.
	ErrRefused = errors.New("the OpenID Connect provider's answer was not accepted")
)

// within is how long the provider may take for one answer.
const within = 10 * time.Second

// Config says which provider it is. Issuer, ClientID and ClientSecret are required.
type Config struct {
	// Issuer is the address under which /.well-known/openid-configuration is found.
	Issuer                 string
	ClientID, ClientSecret string
	// GroupsClaim names the claim that lists somebody's groups; "groups" unless set.
	GroupsClaim string
	// HTTP reaches the provider; a client with a time limit unless set.
	HTTP *http.Client
}

// Person is who has signed in, as the provider says.
type Person struct {
	Name string
	// Email is empty where the provider says that it was not verified. Where it says
	// nothing of that, as Microsoft Entra does, the address is taken.
	Email  string
	Groups []string
}

// Provider is where people sign in. Its methods may be called by several at once.
type Provider struct {
	config Config

	mu    sync.Mutex
	known *oidc.Provider
}

// New makes a provider. It is not asked anything yet, so that a start needs no
// provider that answers.
func New(config Config) (*Provider, error) {
	if config.Issuer == "" || config.ClientID == "" || config.ClientSecret == "" {
		return nil, errors.New("openid: Issuer, ClientID and ClientSecret are required")
	}
	config.GroupsClaim = cmp.Or(config.GroupsClaim, "groups")
	if config.HTTP == nil {
		config.HTTP = &http.Client{Timeout: within}
	}
	return &Provider{config: config}, nil
}

// attempt is what has to be remembered of a sign-in that has begun.
type attempt struct {
	State    string `json:"state"`
	Nonce    string `json:"nonce"`
	Verifier string `json:"verifier"`
}

// Begin gives the address at which somebody signs in, and what has to be kept from
// everybody, in their browser only, until they come back to redirect. Its error is
// ErrAway.
func (p *Provider) Begin(ctx context.Context, redirect string) (address, kept string, err error) {
	provider, err := p.discover(ctx)
	if err != nil {
		return "", "", err
	}
	a := attempt{State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier()}
	document, err := json.Marshal(a)
	if err != nil {
		return "", "", err
	}
	return p.oauth(provider, redirect).AuthCodeURL(a.State, oidc.Nonce(a.Nonce), oauth2.S256ChallengeOption(a.Verifier)), string(document), nil
}

// Finish tells who has signed in, by what the provider sent to redirect and by what
// was kept. Its error is ErrAway or ErrRefused, and holds no secret.
func (p *Provider) Finish(ctx context.Context, redirect string, query url.Values, kept string) (Person, error) {
	var a attempt
	if json.Unmarshal([]byte(kept), &a) != nil || a.State == "" || subtle.ConstantTimeCompare([]byte(a.State), []byte(query.Get("state"))) != 1 {
		return Person{}, fmt.Errorf("%w: it does not belong to this browser's sign-in", ErrRefused)
	}
	if query.Get("code") == "" {
		return Person{}, fmt.Errorf("%w: %q", ErrRefused, cmp.Or(query.Get("error"), "no code"))
	}
	provider, err := p.discover(ctx)
	if err != nil {
		return Person{}, err
	}
	ctx = oidc.ClientContext(ctx, p.config.HTTP)
	token, err := p.oauth(provider, redirect).Exchange(ctx, query.Get("code"), oauth2.VerifierOption(a.Verifier))
	var answered *oauth2.RetrieveError
	switch {
	case errors.As(err, &answered) && answered.Response.StatusCode < http.StatusInternalServerError:
		return Person{}, fmt.Errorf("%w: the code was refused with %d %s", ErrRefused, answered.Response.StatusCode, answered.ErrorCode)
	case err != nil:
		return Person{}, ErrAway
	}
	text, _ := token.Extra("id_token").(string)
	verified, err := provider.VerifierContext(ctx, &oidc.Config{ClientID: p.config.ClientID}).Verify(ctx, text)
	if err != nil {
		return Person{}, fmt.Errorf("%w: %w", ErrRefused, err)
	}
	if subtle.ConstantTimeCompare([]byte(verified.Nonce), []byte(a.Nonce)) != 1 {
		return Person{}, fmt.Errorf("%w: the nonce is of another sign-in", ErrRefused)
	}
	return p.person(verified)
}

func (p *Provider) person(token *oidc.IDToken) (Person, error) {
	var said struct {
		Name     string `json:"name"`
		Username string `json:"preferred_username"`
		Email    string `json:"email"`
		// Some providers write a text here.
		Verified any `json:"email_verified"`
	}
	var all map[string]any
	if err := errors.Join(token.Claims(&said), token.Claims(&all)); err != nil {
		return Person{}, fmt.Errorf("%w: %w", ErrRefused, err)
	}
	person := Person{Name: cmp.Or(said.Name, said.Email, said.Username, token.Subject), Email: said.Email}
	if said.Verified != nil && said.Verified != true && said.Verified != "true" {
		person.Email = ""
	}
	switch groups := all[p.config.GroupsClaim].(type) {
	case string:
		person.Groups = []string{groups}
	case []any:
		for _, group := range groups {
			if name, isText := group.(string); isText {
				person.Groups = append(person.Groups, name)
			}
		}
	}
	return person, nil
}

// discover asks the provider for its addresses, until it has told them once. Its keys
// are fetched anew by the library where a token names one that is not known.
func (p *Provider) discover(ctx context.Context) (*oidc.Provider, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.known != nil {
		return p.known, nil
	}
	// The keys are fetched later by this context: it must not end with the request.
	ctx = oidc.ClientContext(context.WithoutCancel(ctx), p.config.HTTP)
	provider, err := oidc.NewProvider(ctx, p.config.Issuer)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrAway, err)
	}
	p.known = provider
	return provider, nil
}

func (p *Provider) oauth(provider *oidc.Provider, redirect string) *oauth2.Config {
	return &oauth2.Config{
		ClientID: p.config.ClientID, ClientSecret: p.config.ClientSecret, Endpoint: provider.Endpoint(),
		RedirectURL: redirect, Scopes: []string{oidc.ScopeOpenID, "profile", "email"},
	}
}
