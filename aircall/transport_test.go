package aircall_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/aircall"
)

func TestABodyIsReadThroughALimit(t *testing.T) {
	t.Parallel()
	const limit = 8 << 20
	frame := len(`{"ping":"pong","x":""}`)
	for size, fits := range map[int]bool{limit: true, limit + 1: false} {
		body := `{"ping":"pong","x":"` + strings.Repeat("x", size-frame) + `"}`
		err := record(t, answering(http.StatusOK, body)).client(t).Ping(t.Context())
		if fits {
			require.NoError(t, err)
			continue
		}
		var answer *aircall.AnswerError
		require.ErrorAs(t, err, &answer)
		require.ErrorContains(t, err, "larger than 8388608 bytes")
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	elsewhere := record(t, answering(http.StatusOK, `{"ping":"pong"}`))
	server := record(t, func(w http.ResponseWriter, req *http.Request) {
		http.Redirect(w, req, elsewhere.URL+"/v1/ping?k=hush", http.StatusFound)
	})
	// A client that would follow must not be able to change that.
	follows := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return nil }}
	err := server.client(t, aircall.WithHTTPClient(follows)).Ping(t.Context())
	var answer *aircall.Error
	require.ErrorAs(t, err, &answer)
	require.Equal(t, http.StatusFound, answer.Status)
	require.ErrorContains(t, err, "check the API URL")
	require.NotContains(t, err.Error(), "hush")
	require.Empty(t, elsewhere.seen())
	require.Len(t, server.seen(), 1)
}

func TestNothingButTheCauseIsInATransportError(t *testing.T) {
	t.Parallel()
	hung := make(chan struct{})
	server := record(t, func(_ http.ResponseWriter, req *http.Request) {
		select {
		case <-hung:
		case <-req.Context().Done():
		}
	})
	t.Cleanup(func() { close(hung) })
	gone := record(t, answering(http.StatusOK, "{}"))
	gone.Close()
	cut := record(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		_, _ = io.WriteString(w, `{"call":`)
	})
	lost := record(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", "http://[broken/?fetch_contact=hush")
		w.WriteHeader(http.StatusFound)
	})
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()

	for name, tc := range map[string]struct {
		ctx    context.Context
		server *recorder
		cause  error
	}{
		"time-out":        {t.Context(), server, context.DeadlineExceeded},
		"cancelled":       {cancelled, server, context.Canceled},
		"nobody listens":  {t.Context(), gone, nil},
		"cut off":         {t.Context(), cut, io.ErrUnexpectedEOF},
		"broken redirect": {t.Context(), lost, nil},
	} {
		patience := time.Minute
		if name == "time-out" {
			patience = 200 * time.Millisecond
		}
		client := tc.server.client(t, aircall.WithHTTPClient(&http.Client{Timeout: patience}))
		_, err := client.GetCall(tc.ctx, 7)
		var transport *aircall.TransportError
		require.ErrorAs(t, err, &transport, name)
		require.Equal(t, "/v1/calls/7", transport.Path, name)
		require.Equal(t, http.MethodGet, transport.Method, name)
		require.ErrorContains(t, err, "aircall: GET /v1/calls/7: no answer: ", name)
		if tc.cause != nil {
			require.ErrorIs(t, err, tc.cause, name)
		}
		require.NotErrorAs(t, err, new(*url.Error), name)
		for _, private := range []string{"fetch_", "hush", testToken} {
			require.NotContains(t, err.Error(), private, name)
		}
	}
}

func TestAClientWithoutATimeOutGetsOne(t *testing.T) {
	t.Parallel()
	var deadline time.Time
	seen := &http.Client{Transport: roundTrip(func(req *http.Request) (*http.Response, error) {
		deadline, _ = req.Context().Deadline()
		return nil, errors.New("nobody there")
	})}
	client, err := aircall.New("https://api.aircall.io", aircall.Bearer("t"), aircall.WithHTTPClient(seen))
	require.NoError(t, err)
	require.ErrorContains(t, client.Ping(t.Context()), "nobody there")
	require.WithinDuration(t, time.Now().Add(10*time.Second), deadline, 2*time.Second)
	require.Zero(t, seen.Timeout)
	require.Nil(t, seen.CheckRedirect)
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }
