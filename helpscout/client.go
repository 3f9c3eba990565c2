// Package helpscout is a client of Help Scout's Inbox API (still called
// Mailbox API in its addresses): v2, and v3 for the customer search. It holds
// the wire types, the access token, and one error type per way to fail, and it
// must not import any other package of this module: what to log, where and
// when is decided elsewhere. It never sleeps and never retries; the one
// repetition is a request whose token was refused.
package helpscout

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	defaultTimeout   = 15 * time.Second
	defaultUserAgent = "callscout"
)

// Client calls the API of one Help Scout account as one user. It is safe for
// concurrent use.
type Client struct {
	base url.URL
	auth Authorizer
	http *http.Client
	now  func() time.Time
}

// New returns a client for apiURL, which is scheme and host only, for example
// https://api.helpscout.net. It fails when apiURL has any other part or when
// an option is wrong.
func New(apiURL string, auth Authorizer, opts ...Option) (*Client, error) {
	base, err := parseBase(apiURL)
	if err != nil {
		return nil, err
	}
	if auth == nil {
		return nil, errors.New("helpscout: an Authorizer is needed, for example ClientCredentials")
	}
	o, err := collect(opts)
	if err != nil {
		return nil, err
	}
	return &Client{base: base, auth: auth, http: o.httpClient(), now: o.now}, nil
}

// Option changes how New and ClientCredentials talk to Help Scout.
type Option func(*options) error

type options struct {
	client    http.Client
	userAgent string
	observe   func(Budget)
	now       func() time.Time
}

// WithHTTPClient sets the transport and the time-out. A client without a
// time-out gets 15 seconds. Redirects are not followed, whatever the client
// says. The client itself is not changed.
func WithHTTPClient(client *http.Client) Option {
	return func(o *options) error {
		if client == nil {
			return errors.New("helpscout: WithHTTPClient needs a client")
		}
		o.client = *client
		return nil
	}
}

// WithUserAgent sets the User-Agent header.
func WithUserAgent(userAgent string) Option {
	return func(o *options) error {
		if userAgent == "" || strings.ContainsAny(userAgent, "\r\n") {
			return errors.New("helpscout: WithUserAgent needs one line of text")
		}
		o.userAgent = userAgent
		return nil
	}
}

// WithBudgetObserver calls observe with the budget that an answer names. It is
// called from the goroutine of the request, so it must be quick and safe for
// concurrent use.
func WithBudgetObserver(observe func(Budget)) Option {
	return func(o *options) error {
		if observe == nil {
			return errors.New("helpscout: WithBudgetObserver needs a function")
		}
		o.observe = observe
		return nil
	}
}

// WithClock replaces time.Now, for the expiry of tokens, for Retry-After dates
// and for Budget.At.
func WithClock(now func() time.Time) Option {
	return func(o *options) error {
		if now == nil {
			return errors.New("helpscout: WithClock needs a function")
		}
		o.now = now
		return nil
	}
}

func collect(opts []Option) (options, error) {
	o := options{userAgent: defaultUserAgent, now: time.Now}
	for _, opt := range opts {
		if err := opt(&o); err != nil {
			return options{}, err
		}
	}
	return o, nil
}

func (o options) httpClient() *http.Client {
	client := o.client
	if client.Timeout == 0 {
		client.Timeout = defaultTimeout
	}
	// A 301 tells where a merged conversation went; following it would hide
	// the new id.
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	next := client.Transport
	if next == nil {
		next = http.DefaultTransport
	}
	client.Transport = &edge{next: next, userAgent: o.userAgent, observe: o.observe, now: o.now}
	return &client
}

// parseBase never repeats apiURL in an error: it may hold a password.
func parseBase(apiURL string) (url.URL, error) {
	u, err := url.Parse(apiURL)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") ||
		u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return url.URL{}, errors.New("helpscout: the API URL must be scheme and host only, like https://api.helpscout.net")
	}
	return url.URL{Scheme: u.Scheme, Host: u.Host}, nil
}
