package explain

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Write is a request that would change something, as it would be sent.
type Write struct {
	At     time.Time `json:"at"`
	Vendor Vendor    `json:"vendor"`
	Method string    `json:"method"`
	Path   string    `json:"path"`
	Body   string    `json:"body,omitempty"`
	// Refused is the status that the vendor would refuse it with; 0 where nothing
	// speaks against it.
	Refused int `json:"refused,omitempty"`
	// Makes is the id that stands for what it would make, 0 for none.
	Makes int64 `json:"makes,omitempty"`
	// Step is the step that it belongs to, counted from 0.
	Step int `json:"step"`
}

// Read is something that would be looked up.
type Read struct {
	At     time.Time `json:"at"`
	Vendor Vendor    `json:"vendor"`
	Path   string    `json:"path"`
	// Step is that of Write.
	Step int `json:"step"`
}

// Vendor is whose API a request goes to.
type Vendor string

// The two vendors.
const (
	HelpScout Vendor = "help_scout"
	Aircall   Vendor = "aircall"
)

// helpScoutToken is where the client gets its access token, which changes nothing that
// anybody sees.
const helpScoutToken = "/v2/oauth2/token"

// guard is the only way to a vendor while a question is answered. What reads goes
// through. Everything else is noted and ends here: there is no way to next for it.
type guard struct {
	vendor Vendor
	next   http.RoundTripper
	now    func() time.Time
	// ids gives out those that stand for what would be made, note takes what would be
	// written.
	ids  *ids
	note func(Write)
	read func(Read)

	// down is why the vendor could not be reached: it is not asked again.
	down error
}

// RoundTrip is that of http.RoundTripper.
func (g *guard) RoundTrip(r *http.Request) (*http.Response, error) {
	switch {
	case r.Method == http.MethodGet:
		if r.Context().Value(asideKey{}) == nil {
			g.reads(r.URL.Path)
		}
		return g.ask(r)
	case r.Method == http.MethodPost && g.vendor == HelpScout && r.URL.Path == helpScoutToken:
		return g.token(r)
	default:
		return g.pretend(r)
	}
}

// token lets the client have its access token. Where Help Scout is not reached, it has
// one that opens nothing, so that it can still be told what would be written. A consent
// is left alone: what it is given would be kept.
func (g *guard) token(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	answer, err := g.ask(r)
	if g.down == nil || !bytes.Contains(body, []byte("client_credentials")) {
		return answer, err
	}
	if answer != nil {
		_ = answer.Body.Close()
	}
	return answered(r, http.StatusOK, `{"access_token":"none","token_type":"bearer","expires_in":3600}`), nil
}

func answered(r *http.Request, status int, content string) *http.Response {
	return &http.Response{
		StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
		Header: http.Header{"Content-Type": {"application/json"}},
		Body:   io.NopCloser(strings.NewReader(content)), ContentLength: int64(len(content)),
	}
}

// ask lets a request through.
func (g *guard) ask(r *http.Request) (*http.Response, error) {
	if g.down != nil {
		return nil, g.down
	}
	answer, err := g.next.RoundTrip(r)
	switch {
	case err != nil && !errors.Is(err, context.Canceled):
		g.down = err
	case err == nil && (answer.StatusCode >= http.StatusInternalServerError || answer.StatusCode == http.StatusTooManyRequests):
		g.down = fmt.Errorf("it answered %d", answer.StatusCode)
	}
	return answer, err
}

// pretend notes a request that would change something, and answers as the vendor would.
func (g *guard) pretend(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		var err error
		if body, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
	}
	write := Write{At: g.now(), Vendor: g.vendor, Method: r.Method, Path: r.URL.Path, Body: string(body)}
	answer := answered(r, http.StatusNoContent, "")
	if no, refused := r.Context().Value(refusalKey{}).(refusal); refused {
		write.Refused = no.status
		answer = answered(r, no.status, no.body)
	} else if r.Method == http.MethodPost {
		write.Makes = g.ids.next()
		answer = answered(r, http.StatusCreated, fmt.Sprintf(`{"contact":{"id":%d}}`, write.Makes))
		answer.Header.Set("Resource-Id", strconv.FormatInt(write.Makes, 10))
	}
	g.note(write)
	return answer, nil
}

// reads notes what is looked up.
func (g *guard) reads(path string) { g.read(Read{At: g.now(), Vendor: g.vendor, Path: path}) }

type asideKey struct{}

// aside is for what is asked only to tell how a vendor would answer a write: the call
// itself would not ask.
func aside(ctx context.Context) context.Context { return context.WithValue(ctx, asideKey{}, true) }

type refusalKey struct{}

// refusal is how a vendor would refuse a write.
type refusal struct {
	status int
	body   string
}

// refusing says that the vendor would refuse what is sent with the context.
func refusing(ctx context.Context, status int, body string) context.Context {
	return context.WithValue(ctx, refusalKey{}, refusal{status, body})
}

// ids stand for what would be made. No vendor's ids are that high, and every reader
// of JSON counts so far.
type ids struct{ last int64 }

const firstPretended = 9_000_000_000_000_000

func (i *ids) next() int64 {
	i.last = max(i.last, firstPretended) + 1
	return i.last
}

// Pretended says that an id stands for something that would be made.
func Pretended(id int64) bool { return id > firstPretended }
