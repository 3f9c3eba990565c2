package cli_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/cli"
)

// vendors answer as the two accounts would, or refuse all credentials.
func vendors(t *testing.T, refuse bool) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch {
		case refuse:
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = io.WriteString(w, `{"error":"hush-api-token is not known"}`)
		case r.URL.Path == "/v2/oauth2/token":
			_, _ = io.WriteString(w, `{"token_type":"bearer","access_token":"hush-access","expires_in":172800}`)
		case r.URL.Path == "/v2/users/me":
			_, _ = io.WriteString(w, `{"id":9,"firstName":"Maria","lastName":"Lopez"}`)
		case r.URL.Path == "/v2/mailboxes":
			_, _ = io.WriteString(w, `{"_embedded":{"mailboxes":[{"id":85,"name":"Help desk","email":"help@acme.example"}]}}`)
		case r.URL.Path == "/v1/numbers":
			_, _ = io.WriteString(w, `{"numbers":[{"id":4711,"name":"Front door","digits":"030 23125 001"}],"meta":{"total":1,"next_page_link":null}}`)
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	t.Cleanup(server.Close)
	return server
}

const deskSettings = `version: 1
installations:
  - id: acme
    aircall: { api_id: "id", api_token: "hush-api-token", webhook_token: "hush-hook" }
    helpscout: { app_id: "app", app_secret: "hush-secret" }
`

// The desk shows what the two clients read, and a token of one installation signs
// in to it.
func TestTheDeskLooksIntoTheAccounts(t *testing.T) {
	t.Parallel()
	for name, refuse := range map[string]bool{"accounts that answer": false, "accounts that refuse": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := vendors(t, refuse)
			data := t.TempDir()
			file := filepath.Join(data, "acme.yaml")
			require.NoError(t, os.WriteFile(file, []byte(deskSettings), 0o600))
			env := func() cli.Environment {
				return cli.Environment{
					"CALLSCOUT_DATA": data, "CALLSCOUT_ADMIN_TOKEN": "hush-admin", "CALLSCOUT_LISTEN": "127.0.0.1:0",
					"AIRCALL_API_URL": server.URL, "HELPSCOUT_API_URL": server.URL, "TEMPORAL_ADDRESS": "127.0.0.1:1",
				}
			}
			run := func(args ...string) string {
				var out, problems bytes.Buffer
				require.Zero(t, cli.Run(t.Context(), args, env(), &out, &problems, cli.Extension{}), problems.String())
				return out.String()
			}
			run("apply", "-f", file)
			token := strings.TrimSpace(run("token", "--name", "Maria", "--role", "admin", "--installation", "acme"))

			api := machine{env: env()}.start(t, "api")
			defer api.stop(t)
			address := "http://" + api.address(t)
			jar, err := cookiejar.New(nil)
			require.NoError(t, err)
			client := &http.Client{Jar: jar}
			form := url.Values{"token": {token}, "name": {"Maria"}, "next": {"/i/acme/connect"}}
			signIn, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address+"/signin", strings.NewReader(form.Encode()))
			require.NoError(t, err)
			signIn.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			response, err := client.Do(signIn)
			require.NoError(t, err)
			page, err := io.ReadAll(response.Body)
			require.NoError(t, err)
			require.NoError(t, response.Body.Close())
			require.NotContains(t, string(page), "hush")
			if refuse {
				require.Equal(t, 2, strings.Count(string(page), "the credentials are refused (401); enter them anew"), string(page))
				return
			}
			for _, text := range []string{"Connected as Maria Lopez.", "Help Scout shows us 1 inbox.", "Aircall shows us 1 number."} {
				require.Contains(t, string(page), text)
			}
			request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address+"/i/acme/numbers", nil)
			require.NoError(t, err)
			response, err = client.Do(request)
			require.NoError(t, err)
			page, err = io.ReadAll(response.Body)
			require.NoError(t, err)
			require.NoError(t, response.Body.Close())
			for _, text := range []string{"Front door", "030 23125 001", "Help desk (help@acme.example)", fmt.Sprintf(`name="inbox-%d"`, 4711)} {
				require.Contains(t, string(page), text)
			}
		})
	}
}
