package aircall

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	defaultTimeout   = 10 * time.Second
	defaultUserAgent = "callscout"
	maxBody          = 8 << 20
)

// Client calls the API as one Aircall company. It is safe for concurrent use.
// Each method fails with *Error, *TransportError or *AnswerError, unless its
// doc comment names another.
type Client struct {
	base      url.URL
	auth      Auth
	http      http.Client
	userAgent string
	asks      func()
}

// New returns a client for apiURL, which is scheme and host only, for example
// https://api.aircall.io. It fails if apiURL has any other part, if the
// credential cannot be one, or if an option is wrong.
func New(apiURL string, auth Auth, opts ...Option) (*Client, error) {
	base, err := parseBase(apiURL)
	if err != nil {
		return nil, err
	}
	if err := auth.check(); err != nil {
		return nil, err
	}
	c := &Client{base: base, auth: auth, userAgent: defaultUserAgent}
	for _, opt := range opts {
		if err := opt(c); err != nil {
			return nil, err
		}
	}
	if c.http.Timeout == 0 {
		c.http.Timeout = defaultTimeout
	}
	// The API does not redirect, and a redirect must not carry the credential
	// to another host.
	c.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return c, nil
}

// parseBase never repeats apiURL in an error: it may hold a password.
func parseBase(apiURL string) (url.URL, error) {
	u, err := url.Parse(apiURL)
	if err != nil || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http" || u.User != nil ||
		u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != "" {
		return url.URL{}, errors.New("aircall: the API URL must be scheme and host only, like https://api.aircall.io")
	}
	return url.URL{Scheme: u.Scheme, Host: u.Host}, nil
}

// Option changes how a Client talks to Aircall.
type Option func(*Client) error

// WithHTTPClient sets the transport and the time-out. A client without a
// time-out gets 10 seconds. Redirects are not followed, whatever the client
// says. The client itself is not changed.
func WithHTTPClient(client *http.Client) Option {
	return func(c *Client) error {
		if client == nil {
			return errors.New("aircall: WithHTTPClient needs a client")
		}
		c.http = *client
		return nil
	}
}

// WithUserAgent sets the User-Agent header.
func WithUserAgent(userAgent string) Option {
	return func(c *Client) error {
		if !headerSafe(strings.ReplaceAll(userAgent, " ", "")) {
			return errors.New("aircall: WithUserAgent needs one line of plain text")
		}
		c.userAgent = userAgent
		return nil
	}
}

// WithObserver has observe called before each request: Aircall counts them per company
// and minute, and says what is left only when nothing is.
func WithObserver(observe func()) Option {
	return func(c *Client) error {
		c.asks = observe
		return nil
	}
}

// get reads path, which holds ids and fixed words only, so that it may stand
// in errors.
func (c *Client) get(ctx context.Context, path string, query url.Values) (object, error) {
	body, err := c.do(ctx, http.MethodGet, path, query, nil, maxBody)
	if err != nil {
		return nil, err
	}
	return understood(http.MethodGet, path, body)
}

// post sends content as JSON. The answer may be empty; what it must hold is the
// caller's to say.
func (c *Client) post(ctx context.Context, path string, content any) ([]byte, error) {
	body, err := json.Marshal(content)
	if err != nil {
		return nil, &TransportError{Method: http.MethodPost, Path: path, Err: err}
	}
	return c.do(ctx, http.MethodPost, path, nil, body, maxBody)
}

// do gives the body of an answer of status 2xx, which may have limit bytes.
func (c *Client) do(ctx context.Context, method, path string, query url.Values, content []byte, limit int) ([]byte, error) {
	failed := func(err error) ([]byte, error) {
		return nil, &TransportError{Method: method, Path: path, Err: withoutURL(err)}
	}
	target := c.base
	target.Path, target.RawQuery = path, query.Encode()
	req, err := http.NewRequestWithContext(ctx, method, target.String(), bytes.NewReader(content))
	if err != nil {
		return failed(err)
	}
	req.Header.Set("Authorization", c.auth.header())
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", c.userAgent)
	if content != nil {
		req.Header.Set("Content-Type", "application/json")
	}

	if c.asks != nil {
		c.asks()
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return failed(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, int64(limit)+1))
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		// The status says enough, even if the body was cut off.
		return nil, ParseError(method, path, resp.StatusCode, resp.Header, hide(body, c.auth.secrets()...), time.Now())
	}
	if err != nil {
		return failed(err)
	}
	if len(body) > limit {
		return nil, notUnderstood(method, path, fmt.Errorf("it is larger than %d bytes", limit))
	}
	return body, nil
}

func understood(method, path string, body []byte) (object, error) {
	var answer object
	if err := json.Unmarshal(body, &answer); err != nil || answer == nil {
		return nil, notUnderstood(method, path, errors.New("it is not a JSON object"+position(err)))
	}
	return answer, nil
}

func notUnderstood(method, path string, err error) error {
	return &AnswerError{Method: method, Path: path, Err: err}
}

// withoutURL takes off net/http's wrapper, whose text holds the whole URL with
// its query.
func withoutURL(err error) error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		return wrapped.Err
	}
	return err
}
