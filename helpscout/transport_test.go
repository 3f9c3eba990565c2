package helpscout_test

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/helpscout"
)

const (
	secretQuery = `phone:"+12025550123"`
	secretTail  = "0123"
)

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func dialling(dial func(context.Context, string, string) (net.Conn, error)) *http.Client {
	return &http.Client{Transport: &http.Transport{DialContext: dial}}
}

func TestARequestThatNeverLeftIsToldFromOneThatMayHave(t *testing.T) {
	t.Parallel()
	refusing, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	refused := "http://" + refusing.Addr().String()
	require.NoError(t, refusing.Close())

	strange := httptest.NewUnstartedServer(http.NotFoundHandler())
	strange.Config.ErrorLog = log.New(io.Discard, "", 0)
	strange.StartTLS()
	t.Cleanup(strange.Close)

	modern := httptest.NewUnstartedServer(http.HandlerFunc(drop))
	modern.EnableHTTP2 = true
	modern.StartTLS()
	t.Cleanup(modern.Close)

	const host = "http://api.example.com"

	for name, test := range map[string]struct {
		apiURL string
		client *http.Client
		sent   bool
		is     error
	}{
		"connection refused": {apiURL: refused, client: &http.Client{}},
		"name not found": {apiURL: host, client: dialling(func(context.Context, string, string) (net.Conn, error) {
			return nil, &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: "api.example.com", IsNotFound: true}}
		})},
		"a certificate of a stranger": {apiURL: strange.URL, client: &http.Client{}},
		"no connection in time": {apiURL: host, client: func() *http.Client {
			client := dialling(func(ctx context.Context, _, _ string) (net.Conn, error) {
				<-ctx.Done()
				return nil, ctx.Err()
			})
			client.Timeout = 20 * time.Millisecond
			return client
		}(), is: context.DeadlineExceeded},
		"dropped after the request":         {apiURL: serve(t, drop).URL, client: &http.Client{}, sent: true, is: io.EOF},
		"dropped after the request, HTTP/2": {apiURL: modern.URL, client: modern.Client(), sent: true},
		"a transport that tells nothing": {apiURL: host, client: &http.Client{Transport: roundTrip(func(*http.Request) (*http.Response, error) {
			return nil, errors.New("lost")
		})}, sent: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := newClient(t, test.apiURL, helpscout.WithHTTPClient(test.client))
			_, err := client.CreateNote(t.Context(), 7, helpscout.Note{Text: "noted"})
			var lost *helpscout.TransportError
			require.ErrorAs(t, err, &lost)
			require.Equal(t, test.sent, lost.Sent, err.Error())
			require.Equal(t, "POST", lost.Method)
			require.Equal(t, "/v2/conversations/7/notes", lost.Path)
			if test.is != nil {
				require.ErrorIs(t, err, test.is)
			}

			_, err = client.SearchCustomers(t.Context(), secretQuery)
			require.Error(t, err)
			require.NotContains(t, err.Error(), secretTail)
			require.NotContains(t, err.Error(), "token-1")
		})
	}
}

func TestACancelledRequestIsNotSent(t *testing.T) {
	t.Parallel()
	s := serve(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := newClient(t, s.URL).CreateNote(ctx, 7, helpscout.Note{Text: "noted"})
	var lost *helpscout.TransportError
	require.ErrorAs(t, err, &lost)
	require.False(t, lost.Sent)
	require.ErrorIs(t, err, context.Canceled)
	require.Empty(t, s.seen())
}

func TestARequestCancelledAfterItArrivedMayHaveBeenCarriedOut(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	s := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	})
	_, err := newClient(t, s.URL).CreateNote(ctx, 7, helpscout.Note{Text: "noted"})
	require.ErrorIs(t, err, context.Canceled)
	require.True(t, helpscout.MayHaveHappened(err))
}

func TestAWriteIsDoneThoughItsBodyIsLost(t *testing.T) {
	t.Parallel()
	cut := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		w.Header().Set("Resource-ID", "55")
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, "{")
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
	id, err := newClient(t, serve(t, cut).URL).CreateNote(t.Context(), 7, helpscout.Note{Text: "noted"})
	require.NoError(t, err)
	require.Equal(t, int64(55), id)

	_, err = newClient(t, serve(t, cut).URL).GetConversation(t.Context(), 7)
	var lost *helpscout.TransportError
	require.ErrorAs(t, err, &lost)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
}

func TestOnlySoMuchOfABodyIsRead(t *testing.T) {
	t.Parallel()
	fitting := `{"id": 7, "subject": "` + strings.Repeat("x", 4<<20-100) + `"}`
	conversation, err := newClient(t, serve(t, answer(200, fitting)).URL).GetConversation(t.Context(), 7)
	require.NoError(t, err)
	require.Equal(t, int64(7), conversation.ID)

	huge := `{"id": 7, "subject": "` + strings.Repeat("x", 4<<20) + `"}`
	_, err = newClient(t, serve(t, answer(200, huge)).URL).GetConversation(t.Context(), 7)
	var unusable *helpscout.AnswerError
	require.ErrorAs(t, err, &unusable)
	require.ErrorContains(t, err, "larger than")

	var sent atomic.Int64
	endless := func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNotFound)
		part := make([]byte, 64<<10)
		for {
			n, err := w.Write(part)
			if err != nil {
				return
			}
			sent.Add(int64(n))
		}
	}
	_, err = newClient(t, serve(t, endless).URL).GetConversation(t.Context(), 7)
	require.True(t, helpscout.IsNotFound(err))
	require.Less(t, sent.Load(), int64(32<<20))
}

func TestAFailedWriteIsNotRepeated(t *testing.T) {
	t.Parallel()
	for _, status := range []int{302, 307, 308, 400, 403, 404, 409, 412, 423, 429, 500, 503, 504} {
		s := serve(t, answer(status, ``, "Location", "/v2/elsewhere"))
		_, err := newClient(t, s.URL).CreateNote(t.Context(), 7, helpscout.Note{Text: "noted"})
		var failed *helpscout.Error
		require.ErrorAs(t, err, &failed)
		require.Equal(t, status, failed.Status)
		s.only(t)
	}
}

func TestTheBudgetOfEveryAnswerIsSeen(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var seen []helpscout.Budget
	s := serve(t,
		answer(200, `{}`, "X-RateLimit-Limit-Minute", "400", "X-RateLimit-Remaining-Minute", "399"),
		answer(429, `{}`, "X-RateLimit-Limit-Minute", "400", "X-RateLimit-Remaining-Minute", "0"),
		answer(200, `{}`, "X-RateLimit-Remaining-Minute", "12"),
		answer(200, `{}`),
		answer(200, `{}`, "X-RateLimit-Limit-Minute", "400", "X-RateLimit-Remaining-Minute", "many"),
	)
	client := newClient(t, s.URL,
		helpscout.WithClock(func() time.Time { return noon.In(time.FixedZone("", 3600)) }),
		helpscout.WithBudgetObserver(func(b helpscout.Budget) {
			mu.Lock()
			defer mu.Unlock()
			seen = append(seen, b)
		}))
	for range 5 {
		_, err := client.Me(t.Context())
		require.True(t, err == nil || helpscout.IsRateLimited(err))
	}
	require.Equal(t, []helpscout.Budget{
		{Limit: 400, Remaining: 399, At: noon},
		{Limit: 400, Remaining: 0, At: noon},
		{Remaining: 12, At: noon},
	}, seen)
}

func TestTheCallersHTTPClientIsNotChanged(t *testing.T) {
	t.Parallel()
	mine := &http.Client{}
	newClient(t, "https://api.example.com", helpscout.WithHTTPClient(mine))
	require.Zero(t, mine.Timeout)
	require.Nil(t, mine.Transport)
	require.Nil(t, mine.CheckRedirect)
}
