package helpscout_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/helpscout"
)

// onlyToken is an Authorizer with one token.
type onlyToken string

func (o onlyToken) Token(context.Context) (string, error) { return string(o), nil }

func (o onlyToken) Invalidate(string) {}

// A server may repeat what it was told: in its own shape, in OAuth's, or as a page.
func TestARefusalThatRepeatsACredentialShowsNone(t *testing.T) {
	t.Parallel()
	const (
		secret = "onlylettershush/+x"
		access = "hushaccesstoken"
		code   = "hushcodeofconsent"
	)
	for _, shape := range []string{
		`{"message": %q}`, `{"error": %q}`, `{"error": "invalid_grant", "error_description": %q}`, `{"_embedded": {"errors": [{"path": "x", "message": %q}]}}`,
		`{"logRef": %q}`, `<html>%s</html>`,
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			form, _ := url.ParseQuery(string(body))
			w.WriteHeader(http.StatusBadRequest)
			_, _ = fmt.Fprintf(w, shape, fmt.Sprint(r.Header.Get("Authorization"), " and ", form, " and ", string(body))) //nolint:gosec // what is tested
		}))
		defer server.Close()
		app := helpscout.App{ClientID: "app", ClientSecret: secret}
		_, exchanged := helpscout.Exchange(t.Context(), server.URL, app, code)
		_, refreshed := helpscout.Refresh(t.Context(), server.URL, app, code)
		auth, err := helpscout.ClientCredentials(server.URL, "app", secret)
		require.NoError(t, err)
		_, credentials := auth.Token(t.Context())
		client, err := helpscout.New(server.URL, onlyToken(access))
		require.NoError(t, err)
		_, asked := client.Me(t.Context())
		for _, err := range []error{exchanged, refreshed, credentials, asked} {
			require.Error(t, err)
			require.NotContains(t, fmt.Sprintf("%v %+v %#v", err, err, err), "hush", shape)
		}
	}
}

func TestWhatLooksLikeACredentialIsMasked(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"token 0a1b2c3d4e5f6a7b8c9d is stale":           "token *** is stale",
		"you sent Bearer abc and more":                  "you sent Bearer *** and more",
		"An invalid-or-unacceptable parameter was sent": "An invalid-or-unacceptable parameter was sent",
		"threads[0].text may not be null":               "threads[0].text may not be null",
	} {
		err := helpscout.ParseError(http.MethodGet, "/v2/x", http.StatusBadRequest, nil, fmt.Appendf(nil, `{"message": %q}`, text), noon)
		require.Equal(t, want, err.Message)
	}
}
