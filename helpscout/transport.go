package helpscout

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
)

const maxBody = 4 << 20

// request is one call of the API. The path holds ids and fixed words only, so
// it may stand in errors; whatever may be personal goes into query or body.
type request struct {
	method string
	path   string
	query  url.Values
	body   any
}

type answer struct {
	header http.Header
	body   []byte
}

func (c *Client) send(ctx context.Context, req request) (answer, error) {
	if err := req.check(); err != nil {
		return answer{}, err
	}
	var payload []byte
	if req.body != nil {
		var err error
		if payload, err = json.Marshal(req.body); err != nil {
			return answer{}, req.refuse("the body cannot be encoded as JSON")
		}
	}
	token, err := c.auth.Token(ctx)
	if err != nil {
		return answer{}, err
	}
	ans, err := c.attempt(ctx, req, payload, token)
	if statusOf(err) != http.StatusUnauthorized {
		return ans, err
	}
	c.auth.Invalidate(token)
	if token, err = c.auth.Token(ctx); err != nil {
		return answer{}, err
	}
	return c.attempt(ctx, req, payload, token)
}

func (c *Client) attempt(ctx context.Context, req request, payload []byte, token string) (answer, error) {
	failed := func(err error, sent bool) (answer, error) {
		return answer{}, &TransportError{Method: req.method, Path: req.path, Err: withoutURL(err), Sent: sent}
	}
	if err := ctx.Err(); err != nil {
		return failed(err, false)
	}
	var conn connection
	target := url.URL{Scheme: c.base.Scheme, Host: c.base.Host, Path: req.path, RawQuery: encodeQuery(req.query)}
	r, err := http.NewRequestWithContext(conn.watch(ctx), req.method, target.String(), bytes.NewReader(payload))
	if err != nil {
		return failed(err, false)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	if payload != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	resp, err := c.http.Do(r)
	if err != nil {
		return failed(err, conn.maySend())
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return answer{header: resp.Header}, ParseError(req.method, req.path, resp.StatusCode, resp.Header, hide(body, token), c.now())
	}
	if req.method != http.MethodGet {
		// The outcome of a write is its status and its header: a body lost on
		// the way must not turn a done write into a failed one.
		return answer{header: resp.Header}, nil
	}
	if err != nil {
		return failed(err, true)
	}
	if len(body) > maxBody {
		return answer{}, &AnswerError{Method: req.method, Path: req.path, Err: fmt.Errorf("larger than %d bytes", maxBody)}
	}
	return answer{header: resp.Header, body: body}, nil
}

func (c *Client) get(ctx context.Context, path string, query url.Values, into any) error {
	ans, err := c.send(ctx, request{method: http.MethodGet, path: path, query: query})
	if err != nil {
		return err
	}
	return decode(path, ans.body, into)
}

// getOne reads one conversation or customer. When it was merged, the answer is
// a 301 whose Location names the one that took its place.
func (c *Client) getOne(ctx context.Context, collection string, id int64, into any) error {
	path := fmt.Sprintf("/v2/%s/%d", collection, id)
	ans, err := c.send(ctx, request{method: http.MethodGet, path: path})
	if statusOf(err) == http.StatusMovedPermanently {
		// A redirect to the same id would send its reader in circles.
		if to := idAt(ans.header.Get("Location"), collection); to > 0 && to != id {
			return &MovedError{Path: path, To: to}
		}
	}
	if err != nil {
		return err
	}
	return decode(path, ans.body, into)
}

func decode(path string, body []byte, into any) error {
	if err := json.Unmarshal(body, into); err != nil {
		return &AnswerError{Method: http.MethodGet, Path: path, Err: err}
	}
	return nil
}

// check refuses ids that cannot exist. Answers may lack ids (seen on the wire:
// a customer without one), and a zero taken from there would otherwise be
// asked for.
func (r request) check() error {
	for segment := range strings.SplitSeq(r.path, "/") {
		if id, err := strconv.ParseInt(segment, 10, 64); err == nil && id <= 0 {
			return r.refuse("an id must be greater than zero")
		}
	}
	return nil
}

func (r request) refuse(reason string) error {
	return &RequestError{Method: r.method, Path: r.path, Reason: reason}
}

// encodeQuery writes a space as %20: then no plus sign is left whose meaning a
// server could mistake.
func encodeQuery(query url.Values) string {
	return strings.ReplaceAll(query.Encode(), "+", "%20")
}

// connection tells whether a request may have left. It watches for the moment
// a connection, TLS included, is handed to the request: before that no byte of
// the request can have been written.
type connection struct {
	wanted, got atomic.Bool
}

func (c *connection) watch(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { c.wanted.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { c.got.Store(true) },
	})
}

// maySend is true as well when nothing was seen at all: a transport that does
// not report its connections proves nothing.
func (c *connection) maySend() bool {
	return c.got.Load() || !c.wanted.Load()
}

// withoutURL takes off net/http's wrapper, whose text holds the whole URL with
// its query.
func withoutURL(err error) error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		return wrapped.Err
	}
	return err
}
