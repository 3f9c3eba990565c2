package helpscout_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/helpscout"
)

func app() helpscout.App {
	return helpscout.App{ClientID: "client-7", ClientSecret: "hush-app-secret"}
}

const tokenAnswer = `{"token_type":"bearer","access_token":"hush-access","expires_in":172800,"refresh_token":"hush-refresh-2"}`

func TestTheConsentIsAskedForAsDocumented(t *testing.T) {
	t.Parallel()
	address, err := helpscout.AuthorizeURL("https://secure.helpscout.net", app(), "s t&te")
	require.NoError(t, err)
	require.Equal(t, "https://secure.helpscout.net/authentication/authorizeClientApplication?client_id=client-7&state=s+t%26te", address)
	_, err = helpscout.AuthorizeURL("https://secure.helpscout.net/x", app(), "s")
	require.Error(t, err)
}

func TestCodesAndRefreshTokensAreTradedInAForm(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	clock := helpscout.WithClock(func() time.Time { return now })
	s := serve(t, answer(200, tokenAnswer), answer(200, tokenAnswer), answer(200, `{"access_token":"hush-access"}`))
	want := helpscout.Tokens{Access: "hush-access", Refresh: "hush-refresh-2", Expiry: now.Add(48 * time.Hour)}

	tokens, err := helpscout.Exchange(t.Context(), s.URL, app(), "code-9", clock)
	require.NoError(t, err)
	require.Equal(t, want, tokens)
	tokens, err = helpscout.Refresh(t.Context(), s.URL, app(), "hush-refresh-1", clock)
	require.NoError(t, err)
	require.Equal(t, want, tokens)
	tokens, err = helpscout.Refresh(t.Context(), s.URL, app(), "hush-refresh-1", clock)
	require.NoError(t, err)
	require.Equal(t, helpscout.Tokens{Access: "hush-access", Refresh: "hush-refresh-1"}, tokens, "an answer without a new one keeps the old")
	require.NotContains(t, fmt.Sprintf("%v %+v %#v %s", tokens, tokens, tokens, &tokens), "hush")
	require.NotContains(t, fmt.Sprintf("%v %+v %#v", app(), app(), app()), "hush")

	forms := []url.Values{
		{"grant_type": {"authorization_code"}, "code": {"code-9"}, "client_id": {"client-7"}, "client_secret": {"hush-app-secret"}},
		{"grant_type": {"refresh_token"}, "refresh_token": {"hush-refresh-1"}, "client_id": {"client-7"}, "client_secret": {"hush-app-secret"}},
	}
	for i, form := range forms {
		request := s.seen()[i]
		require.Equal(t, "/v2/oauth2/token", request.Path)
		got, err := url.ParseQuery(request.Body)
		require.NoError(t, err)
		require.Equal(t, form, got)
	}
}

func TestRefusedTokensAreToldFromTrouble(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status             int
		body               string
		refused, wrongApp  bool
		mentionsTheProblem string
	}{
		"a stale refresh token": {400, `{"error_description":"Invalid refresh_token","error":"invalid_request"}`, true, false, "Invalid refresh_token"},
		"in OAuth's words":      {400, `{"error":"invalid_grant"}`, true, false, "invalid_grant"},
		"a wrong application":   {401, `{"error":"invalid_client"}`, true, true, "invalid_client"},
		"too many requests":     {429, `{"message":"API rate limit exceeded"}`, false, false, "429"},
		"a broken server":       {503, ``, false, false, "503"},
		"an answer without any": {200, `{}`, false, false, "no access token"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := helpscout.Refresh(t.Context(), serve(t, answer(c.status, c.body)).URL, app(), "hush-refresh-1")
			require.ErrorContains(t, err, c.mentionsTheProblem)
			require.Equal(t, c.refused, helpscout.TokenRefused(err))
			require.Equal(t, c.wrongApp, helpscout.WrongApp(err))
			require.NotContains(t, err.Error(), "hush")
		})
	}
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	_, err := helpscout.Refresh(t.Context(), gone.URL, app(), "hush-refresh-1")
	var lost *helpscout.TransportError
	require.ErrorAs(t, err, &lost)
	require.False(t, helpscout.TokenRefused(err))
	require.NotContains(t, err.Error(), "hush")
	_, err = helpscout.Refresh(t.Context(), "https://api.helpscout.net", helpscout.App{}, "hush-refresh-1")
	require.ErrorContains(t, err, "id and secret")
}
