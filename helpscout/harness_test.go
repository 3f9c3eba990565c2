package helpscout_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/helpscout"
)

// recorded is one request as the server saw it.
type recorded struct {
	Method   string
	Path     string
	RawQuery string
	Query    url.Values
	Header   http.Header
	Body     string
}

// server answers the first request with the first answer, and so on, and keeps
// every request.
type server struct {
	URL string

	mu       sync.Mutex
	answers  []http.HandlerFunc
	requests []recorded
}

func serve(t *testing.T, answers ...http.HandlerFunc) *server {
	t.Helper()
	s := &server{answers: answers}
	listener := httptest.NewServer(s)
	t.Cleanup(listener.Close)
	s.URL = listener.URL
	return s
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	s.mu.Lock()
	n := len(s.requests)
	s.requests = append(s.requests, recorded{
		Method: r.Method, Path: r.URL.EscapedPath(), RawQuery: r.URL.RawQuery,
		Query: r.URL.Query(), Header: r.Header.Clone(), Body: string(body),
	})
	answers := s.answers
	s.mu.Unlock()
	if n >= len(answers) {
		w.WriteHeader(http.StatusTeapot)
		return
	}
	answers[n](w, r)
}

func (s *server) seen() []recorded {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]recorded(nil), s.requests...)
}

func (s *server) only(t *testing.T) recorded {
	t.Helper()
	requests := s.seen()
	require.Len(t, requests, 1)
	return requests[0]
}

// answer gives a status, a body, and headers as pairs of name and value.
func answer(status int, body string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/hal+json")
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// drop reads the request and closes the connection without an answer.
func drop(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// tokens hands out token-1 until it is invalidated, then token-2, and so on.
type tokens struct {
	mu          sync.Mutex
	invalidated []string
	err         error
}

func (a *tokens) Token(context.Context) (string, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return fmt.Sprintf("token-%d", len(a.invalidated)+1), a.err
}

func (a *tokens) Invalidate(token string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.invalidated = append(a.invalidated, token)
}

func newClient(t *testing.T, apiURL string, opts ...helpscout.Option) *helpscout.Client {
	t.Helper()
	client, err := helpscout.New(apiURL, &tokens{}, opts...)
	require.NoError(t, err)
	return client
}
