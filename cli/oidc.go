package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"

	"callscout/api/desk"
	"callscout/api/openid"
)

// oidcConfig is what a process is told of the OpenID Connect provider at which people
// sign in.
type oidcConfig struct {
	Issuer       string `help:"OpenID Connect provider at which people sign in, such as https://accounts.google.com." variable:"CALLSCOUT_OIDC_ISSUER" placeholder:"URL"`
	ClientID     string `name:"client-id" help:"What the provider knows Callscout as." variable:"CALLSCOUT_OIDC_CLIENT_ID" placeholder:"ID"`
	ClientSecret string `name:"client-secret" help:"The secret that belongs to it." variable:"CALLSCOUT_OIDC_CLIENT_SECRET" placeholder:"SECRET"`
	GroupsClaim  string `name:"groups-claim" help:"The claim that lists somebody's groups." default:"groups" variable:"CALLSCOUT_OIDC_GROUPS_CLAIM" placeholder:"NAME"`
	Admins       string `help:"Who may change everything: maria@acme.example, @acme.example or group:ops, with commas between." variable:"CALLSCOUT_OIDC_ADMINS" placeholder:"LIST"`
	Support      string `help:"Who may repair calls." variable:"CALLSCOUT_OIDC_SUPPORT" placeholder:"LIST"`
	Viewers      string `help:"Who may look." variable:"CALLSCOUT_OIDC_VIEWERS" placeholder:"LIST"`
}

// check names every wrong value.
func (o *oidcConfig) check(tokenSignIn string) (problems []error) {
	if tokenSignIn != "on" && tokenSignIn != "off" {
		problems = append(problems, fmt.Errorf("CALLSCOUT_TOKEN_SIGNIN is %q, but must be on or off", tokenSignIn))
	}
	granted, err := o.granted()
	if err != nil {
		problems = append(problems, err)
	}
	if o.Issuer == "" {
		if o.ClientID != "" || o.ClientSecret != "" || o.Admins != "" || o.Support != "" || o.Viewers != "" {
			problems = append(problems, errors.New("CALLSCOUT_OIDC_ISSUER is missing, without which the other CALLSCOUT_OIDC_ values do nothing"))
		}
		if tokenSignIn == "off" {
			problems = append(problems, errors.New("CALLSCOUT_TOKEN_SIGNIN is off, and there is no CALLSCOUT_OIDC_ISSUER: nobody could sign in"))
		}
		return problems
	}
	if u, err := url.Parse(o.Issuer); err != nil || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || (u.Scheme != "https" && (u.Scheme != "http" || !isLoopback(u.Hostname()))) {
		problems = append(problems, fmt.Errorf("CALLSCOUT_OIDC_ISSUER is %q, but must be an https address such as https://accounts.google.com", o.Issuer))
	}
	if o.ClientID == "" || o.ClientSecret == "" {
		problems = append(problems, errors.New("CALLSCOUT_OIDC_CLIENT_ID and CALLSCOUT_OIDC_CLIENT_SECRET are needed with CALLSCOUT_OIDC_ISSUER"))
	}
	if err == nil && len(granted.Admins)+len(granted.Support)+len(granted.Viewers) == 0 {
		problems = append(problems, errors.New("nobody is let in: set CALLSCOUT_OIDC_ADMINS, CALLSCOUT_OIDC_SUPPORT or CALLSCOUT_OIDC_VIEWERS"))
	}
	return problems
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func (o *oidcConfig) granted() (granted desk.Granted, err error) {
	var problems []error
	for _, list := range []struct {
		name, text string
		into       *[]string
	}{
		{"ADMINS", o.Admins, &granted.Admins}, {"SUPPORT", o.Support, &granted.Support}, {"VIEWERS", o.Viewers, &granted.Viewers},
	} {
		entries, err := desk.ParseGranted(list.text)
		if err != nil {
			problems = append(problems, fmt.Errorf("CALLSCOUT_OIDC_%s: %w", list.name, err))
		}
		*list.into = entries
	}
	return granted, errors.Join(problems...)
}

// provider is where people sign in; nil without one.
func (o *oidcConfig) provider() (desk.OpenID, error) {
	if o.Issuer == "" {
		return nil, nil
	}
	provider, err := openid.New(openid.Config{
		Issuer: o.Issuer, ClientID: o.ClientID, ClientSecret: o.ClientSecret, GroupsClaim: strings.TrimSpace(o.GroupsClaim),
	})
	if err != nil {
		return nil, err
	}
	return openIDDoor{provider}, nil
}

// openIDDoor shows a provider to the desk, which knows none.
type openIDDoor struct{ provider *openid.Provider }

// Begin implements desk.OpenID.
func (o openIDDoor) Begin(ctx context.Context, redirect string) (address, kept string, err error) {
	address, kept, err = o.provider.Begin(ctx, redirect)
	return address, kept, asDesk(err)
}

// Finish implements desk.OpenID.
func (o openIDDoor) Finish(ctx context.Context, redirect string, query url.Values, kept string) (desk.Person, error) {
	person, err := o.provider.Finish(ctx, redirect, query, kept)
	return desk.Person(person), asDesk(err)
}

func asDesk(err error) error {
	if errors.Is(err, openid.ErrAway) {
		return errors.Join(desk.ErrProviderAway, err)
	}
	return err
}
