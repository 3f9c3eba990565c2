package aircall_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/aircall"
)

// A server may repeat what it was told: as JSON, in OAuth's shape, or as a page.
func TestARefusalThatRepeatsACredentialShowsNone(t *testing.T) {
	t.Parallel()
	const secret = "onlylettershush"
	for _, shape := range []string{
		`{"error": %q}`, `{"error": "Forbidden", "troubleshoot": %q}`, `{"error": "invalid_grant", "error_description": %q}`, `{"message": %q}`, `<html>%s</html>`,
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			_, password, _ := r.BasicAuth()
			w.WriteHeader(http.StatusForbidden)
			_, _ = fmt.Fprintf(w, shape, fmt.Sprint(password, " with ", r.Header.Get("Authorization"), " and ", string(body))) //nolint:gosec // what is tested
		}))
		defer server.Close()
		var failures []error
		for _, auth := range []aircall.Auth{aircall.Basic("id", secret), aircall.Bearer(secret)} {
			client, err := aircall.New(server.URL, auth)
			require.NoError(t, err)
			failures = append(failures, client.Ping(t.Context()))
		}
		_, err := aircall.Exchange(t.Context(), server.URL, aircall.App{ClientID: "app", ClientSecret: secret}, "hushcodeofconsent", "https://x.example")
		for _, err := range append(failures, err) {
			require.Error(t, err)
			require.NotContains(t, fmt.Sprintf("%v %+v %#v", err, err, err), "hush", shape)
		}
	}
}

func TestATokenIsNoNameOfAnEvent(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{"event": "hushtoken", "token": "hushtoken"}`, `{"event": "call.hushtoken", "token": "hushtoken", "data": {}}`} {
		for _, parse := range []func([]byte) (aircall.Event, error){aircall.ParseEvent, aircall.ParseMessageCallback} {
			e, err := parse([]byte(body))
			require.ErrorIs(t, err, aircall.ErrNoEvent)
			require.Empty(t, e.Name)
		}
	}
}
