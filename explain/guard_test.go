package explain_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/explain"
)

// wire is what leaves the program.
type wire struct {
	sent []string
	err  error
}

func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	w.sent = append(w.sent, r.Method+" "+r.URL.Path)
	if w.err != nil {
		return nil, w.err
	}
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(`{}`)), Request: r}, nil
}

// «Without a write» does not depend on what is asked: there is no way out for one.
func TestNothingThatWritesGetsThrough(t *testing.T) {
	t.Parallel()
	paths := []string{
		"/v2/oauth2/token", "/v1/oauth/token", "/v2/oauth2/token/", "/v2/oauth2/../customers", "/V2/OAUTH2/TOKEN",
		"/v2/customers", "/v2/conversations", "/v2/conversations/1/tags", "/v2/conversations/1/notes", "/v1/contacts", "/v1/calls/1/insight_cards", "/",
	}
	for _, vendor := range []explain.Vendor{explain.HelpScout, explain.Aircall} {
		for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT", "get", "QUERY"} {
			for _, path := range paths {
				out := &wire{}
				guard, noted := explain.Guard(vendor, out)
				request, err := http.NewRequestWithContext(t.Context(), method, "https://vendor.test"+path, strings.NewReader(`{"a":1}`))
				require.NoError(t, err)
				answer, err := guard.RoundTrip(request)
				require.NoError(t, err)
				require.NoError(t, answer.Body.Close())
				what := fmt.Sprintf("%s: %s %s", vendor, method, path)
				token := vendor == explain.HelpScout && method == "POST" && path == "/v2/oauth2/token"
				if method == "GET" || token {
					require.Len(t, out.sent, 1, what)
					require.Empty(t, noted(), what)
					continue
				}
				require.Empty(t, out.sent, what)
				require.Len(t, noted(), 1, what)
				require.Equal(t, method, noted()[0].Method)
				require.Equal(t, path, noted()[0].Path)
				require.JSONEq(t, `{"a":1}`, noted()[0].Body)
			}
		}
	}
}

// A redirect is not followed into a write either: whatever a client makes of an answer
// comes through the same guard.
func TestAClientThatFollowsARedirectStaysBehindTheGuard(t *testing.T) {
	t.Parallel()
	out := &redirecting{}
	guard, noted := explain.Guard(explain.HelpScout, out)
	client := &http.Client{Transport: guard, Timeout: time.Second}
	answer, err := client.Post("https://vendor.test/v2/oauth2/token", "application/json", strings.NewReader(`{}`))
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	require.Equal(t, []string{"POST /v2/oauth2/token"}, out.sent)
	require.Len(t, noted(), 1)
	require.Equal(t, "/v2/customers", noted()[0].Path)
}

// redirecting sends everything to where customers are made, with the same method.
type redirecting struct{ sent []string }

func (r *redirecting) RoundTrip(request *http.Request) (*http.Response, error) {
	r.sent = append(r.sent, request.Method+" "+request.URL.Path)
	return &http.Response{
		StatusCode: http.StatusTemporaryRedirect, Header: http.Header{"Location": {"/v2/customers"}}, Request: request,
		Body: io.NopCloser(strings.NewReader("")),
	}, nil
}

func TestAVendorThatIsNotReachedIsAskedOnce(t *testing.T) {
	t.Parallel()
	out := &wire{err: errors.New("no route")}
	guard, _ := explain.Guard(explain.HelpScout, out)
	for range 3 {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://vendor.test/v2/users", nil)
		require.NoError(t, err)
		answer, err := guard.RoundTrip(request)
		if answer != nil {
			require.NoError(t, answer.Body.Close())
		}
		require.ErrorContains(t, err, "no route")
	}
	require.Len(t, out.sent, 1)
}
