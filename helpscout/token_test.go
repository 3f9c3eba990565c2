package helpscout_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/helpscout"
)

const appSecret = "s3cret-of-the-app"

func credentials(t *testing.T, apiURL string, opts ...helpscout.Option) helpscout.Authorizer {
	t.Helper()
	auth, err := helpscout.ClientCredentials(apiURL, "app-7", appSecret, opts...)
	require.NoError(t, err)
	return auth
}

func token(name string, seconds int) http.HandlerFunc {
	return answer(200, fmt.Sprintf(`{"token_type": "bearer", "access_token": %q, "expires_in": %d}`, name, seconds), "Content-Type", "application/json")
}

func TestATokenIsAskedForWithAForm(t *testing.T) {
	t.Parallel()
	s := serve(t, token("first", 172800))
	got, err := credentials(t, s.URL, helpscout.WithUserAgent("desk/1.0")).Token(t.Context())
	require.NoError(t, err)
	require.Equal(t, "first", got)

	request := s.only(t)
	require.Equal(t, http.MethodPost, request.Method)
	require.Equal(t, "/v2/oauth2/token", request.Path)
	require.Equal(t, "application/x-www-form-urlencoded", request.Header.Get("Content-Type"))
	require.Equal(t, "desk/1.0", request.Header.Get("User-Agent"))
	require.Empty(t, request.Header.Get("Authorization"))
	form, err := url.ParseQuery(request.Body)
	require.NoError(t, err)
	require.Equal(t, url.Values{"grant_type": {"client_credentials"}, "client_id": {"app-7"}, "client_secret": {appSecret}}, form)
}

func TestATokenIsKeptUntilAMinuteBeforeItExpires(t *testing.T) {
	t.Parallel()
	s := serve(t, token("first", 3600), token("second", 3600))
	var ahead atomic.Int64
	auth := credentials(t, s.URL, helpscout.WithClock(func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }))
	for _, step := range []struct {
		ahead time.Duration
		want  string
	}{{0, "first"}, {58 * time.Minute, "first"}, {59*time.Minute + time.Second, "second"}} {
		ahead.Store(int64(step.ahead))
		got, err := auth.Token(t.Context())
		require.NoError(t, err)
		require.Equal(t, step.want, got, step.ahead.String())
	}
	require.Len(t, s.seen(), 2)
}

func TestATokenWithoutAnExpiryIsKept(t *testing.T) {
	t.Parallel()
	s := serve(t, answer(200, `{"access_token": "first"}`, "Content-Type", "application/json"))
	auth := credentials(t, s.URL)
	for range 2 {
		got, err := auth.Token(t.Context())
		require.NoError(t, err)
		require.Equal(t, "first", got)
	}
	s.only(t)
}

func TestInvalidateDropsOnlyTheTokenItNames(t *testing.T) {
	t.Parallel()
	s := serve(t, token("first", 3600), token("second", 3600))
	auth := credentials(t, s.URL)
	want := func(name string) {
		got, err := auth.Token(t.Context())
		require.NoError(t, err)
		require.Equal(t, name, got)
	}
	auth.Invalidate("first")
	want("first")
	auth.Invalidate("another")
	want("first")
	auth.Invalidate("first")
	want("second")
	auth.Invalidate("first")
	want("second")
	require.Len(t, s.seen(), 2)
}

func TestManyCallersShareOneRequestForAToken(t *testing.T) {
	t.Parallel()
	asked, release := make(chan struct{}), make(chan struct{})
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		close(asked)
		<-release
		token("first", 3600)(w, r)
	})
	auth := credentials(t, s.URL)

	ctx, cancel := context.WithCancel(t.Context())
	gone := make(chan error, 1)
	go func() {
		_, err := auth.Token(ctx)
		gone <- err
	}()
	<-asked
	// The first caller, who set the request off, leaves; the others still get
	// their token.
	cancel()
	err := <-gone
	require.ErrorIs(t, err, context.Canceled)
	require.False(t, helpscout.MayHaveHappened(err))

	var callers sync.WaitGroup
	got := make([]string, 20)
	errs := make([]error, len(got))
	for i := range got {
		callers.Go(func() { got[i], errs[i] = auth.Token(t.Context()) })
	}
	close(release)
	callers.Wait()
	for i := range got {
		require.NoError(t, errs[i])
		require.Equal(t, "first", got[i])
	}
	s.only(t)
}

func TestAFailedRequestForATokenIsTypedAndLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	s := serve(t,
		answer(400, `{"error": "invalid_client", "error_description": "Unknown app"}`, "Content-Type", "application/json"),
		answer(429, `{"message": "API rate limit exceeded"}`, "X-RateLimit-Retry-After", "7"),
		answer(503, `<html>`, "Content-Type", "text/html"),
		answer(200, `{"error": "unauthorized_client"}`),
		answer(200, `{"token_type": "bearer"}`),
		answer(200, `<html>`),
		drop,
		token("first", 3600),
	)
	auth := credentials(t, s.URL)
	fail := func() error {
		_, err := auth.Token(t.Context())
		require.Error(t, err)
		require.NotContains(t, err.Error(), appSecret)
		require.False(t, helpscout.MayHaveHappened(err), "no write has left without a token")
		return err
	}
	var refused *helpscout.Error
	err := fail()
	require.ErrorAs(t, err, &refused)
	require.Equal(t, helpscout.Error{Status: 400, Method: "POST", Path: "/v2/oauth2/token", Code: "invalid_client", Message: "Unknown app"}, *refused)
	require.True(t, helpscout.IsUnauthorized(err))

	err = fail()
	require.ErrorAs(t, err, &refused)
	require.True(t, helpscout.IsRateLimited(err))
	require.Equal(t, 7*time.Second, refused.RetryAfter)

	require.ErrorAs(t, fail(), &refused)
	require.Equal(t, 503, refused.Status)

	require.True(t, helpscout.IsUnauthorized(fail()))

	var unusable *helpscout.AnswerError
	require.ErrorAs(t, fail(), &unusable)
	require.ErrorAs(t, fail(), &unusable)

	var lost *helpscout.TransportError
	require.ErrorAs(t, fail(), &lost)
	require.False(t, lost.Sent)

	got, err := auth.Token(t.Context())
	require.NoError(t, err)
	require.Equal(t, "first", got)
}

func TestTheSecretIsNotPrinted(t *testing.T) {
	t.Parallel()
	auth := credentials(t, "https://api.example.com")
	client, err := helpscout.New("https://api.example.com", auth)
	require.NoError(t, err)
	type holder struct{ auth helpscout.Authorizer }
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		require.NotContains(t, fmt.Sprintf(verb, auth), appSecret)
		require.NotContains(t, fmt.Sprintf(verb, client), appSecret)
		require.NotContains(t, fmt.Sprintf(verb, holder{auth}), appSecret)
	}
}

func TestARefusedTokenIsRenewedAndTheRequestRepeatedOnce(t *testing.T) {
	t.Parallel()
	s := serve(t, answer(401, ``), answer(201, ``, "Resource-ID", "55"))
	auth := &tokens{}
	client, err := helpscout.New(s.URL, auth)
	require.NoError(t, err)
	id, err := client.CreateNote(t.Context(), 7, helpscout.Note{Text: "noted"})
	require.NoError(t, err)
	require.Equal(t, int64(55), id)
	require.Equal(t, []string{"token-1"}, auth.invalidated)

	requests := s.seen()
	require.Len(t, requests, 2)
	for i, want := range []string{"Bearer token-1", "Bearer token-2"} {
		require.Equal(t, want, requests[i].Header.Get("Authorization"))
		require.JSONEq(t, `{"text": "noted"}`, requests[i].Body)
	}
}

func TestATokenRefusedTwiceIsAnError(t *testing.T) {
	t.Parallel()
	s := serve(t, answer(401, ``), answer(401, `{"message": "Inactive user"}`), answer(200, `{}`))
	_, err := newClient(t, s.URL).Me(t.Context())
	require.True(t, helpscout.IsUnauthorized(err))
	require.ErrorContains(t, err, "Inactive user")
	require.Len(t, s.seen(), 2)
}

func TestWithoutATokenNothingIsSent(t *testing.T) {
	t.Parallel()
	s := serve(t)
	cause := errors.New("no token")
	client, err := helpscout.New(s.URL, &tokens{err: cause})
	require.NoError(t, err)
	_, err = client.Me(t.Context())
	require.ErrorIs(t, err, cause)
	require.Empty(t, s.seen())
}

func TestConcurrentRequestsRenewARefusedTokenOnce(t *testing.T) {
	t.Parallel()
	var issued atomic.Int32
	const callers = 16
	var refused sync.WaitGroup
	refused.Add(callers)
	api := http.NewServeMux()
	api.HandleFunc("POST /v2/oauth2/token", func(w http.ResponseWriter, r *http.Request) {
		token(fmt.Sprintf("token-%d", issued.Add(1)), 3600)(w, r)
	})
	api.HandleFunc("GET /v2/users/me", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "Bearer token-1" {
			// All hold the old token before the first is refused.
			refused.Done()
			refused.Wait()
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		answer(200, `{"id": 31}`)(w, r)
	})
	s := httptest.NewServer(api)
	t.Cleanup(s.Close)

	client, err := helpscout.New(s.URL, credentials(t, s.URL))
	require.NoError(t, err)
	errs := make([]error, callers)
	var group sync.WaitGroup
	for i := range callers {
		group.Go(func() {
			user, err := client.Me(t.Context())
			if err == nil && user.ID != 31 {
				err = errors.New("another user")
			}
			errs[i] = err
		})
	}
	group.Wait()
	require.NoError(t, errors.Join(errs...))
	require.Equal(t, int32(2), issued.Load())
}
