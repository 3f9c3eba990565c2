package cli_test

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// visitor is a browser on a running desk that follows no redirect.
func visitor(t testing.TB) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	return &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// asked gives the status of an answer; with a form, what was asked is a post.
func asked(t testing.TB, client *http.Client, address string, form url.Values) int {
	t.Helper()
	method := http.MethodGet
	if form != nil {
		method = http.MethodPost
	}
	request, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(form.Encode()))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := client.Do(request)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	return response.StatusCode
}

func TestTokensOfPeopleAreMadeListedAndRevoked(t *testing.T) {
	t.Parallel()
	m := settingsMachine(t)
	require.Zero(t, m.run(t, "apply", "-f", write(t, "a.yaml", settingsFile)).code)
	require.Equal(t, "No tokens of people. The admin token always signs in.\n", m.run(t, "token", "list").out)

	made := m.run(t, "token", "--name", " Maria  Lopez ", "--role", "view")
	require.Zero(t, made.code, made.err)
	require.Regexp(t, `^callscout_[A-Z2-7]{26}\n$`, made.out, "it can be piped")
	require.Contains(t, made.err, "of Maria Lopez: role view, all installations. It is shown this once.")
	require.NotContains(t, made.err, strings.TrimSpace(made.out))
	id := regexp.MustCompile(`revoke ([a-z2-7]{8})\n$`).FindStringSubmatch(made.err)
	require.NotNil(t, id, made.err)
	scoped := m.run(t, "token", "make", "--name", "Tom", "--role", "admin", "--installation", "acme")
	require.Zero(t, scoped.code, scoped.err)

	list := m.run(t, "token", "list").out
	require.Regexp(t, id[1]+`  Maria Lopez  view   all installations  +\d{4}-[^\n]+  never\n`, list)
	require.Regexp(t, `Tom +admin  installation acme`, list)
	require.NotContains(t, list, "callscout_")

	for _, wrong := range [][]string{
		{"--name", "Eve"}, {"--role", "view"}, {"--name", "Eve", "--role", "owner"}, {"--name", " \t", "--role", "view"}, {},
		{"--name", "Eve", "--role", "view", "--installation", "globex"}, {"--link", "--role", "view"}, {"--link", "--name", "Eve"},
	} {
		refused := m.run(t, append([]string{"token"}, wrong...)...)
		require.NotZero(t, refused.code, wrong)
		require.Empty(t, refused.out)
		require.NotEmpty(t, refused.err)
	}

	api := m.start(t, "api", "--listen", "127.0.0.1:0")
	address := "http://" + api.address(t)
	client := visitor(t)
	signIn := url.Values{"token": {strings.TrimSpace(made.out)}}
	require.Equal(t, http.StatusSeeOther, asked(t, client, address+"/signin", signIn))
	require.Equal(t, http.StatusOK, asked(t, client, address+"/i/acme", nil))
	require.Equal(t, http.StatusForbidden, asked(t, client, address+"/i/acme/pause", url.Values{}))
	require.NotContains(t, m.run(t, "token", "list").out, "Maria Lopez  view   all installations  never")

	revoked := m.run(t, "token", "revoke", id[1])
	require.Equal(t, "Token "+id[1]+" of Maria Lopez signs in no more.\n", revoked.out)
	require.Equal(t, http.StatusSeeOther, asked(t, client, address+"/i/acme", nil), "its session has ended")
	require.Equal(t, http.StatusUnauthorized, asked(t, visitor(t), address+"/signin", signIn))
	again := m.run(t, "token", "revoke", id[1])
	require.Equal(t, 2, again.code)
	require.Contains(t, again.err, "callscout token list")
	require.NotContains(t, m.run(t, "token", "list").out, "Maria")
	require.Zero(t, api.stop(t))
	require.NotContains(t, api.err.String(), "callscout_")
	require.NotContains(t, api.err.String(), "Maria")
}

func TestTheFirstStartShowsALinkThatSignsIn(t *testing.T) {
	t.Parallel()
	m := settingsMachine(t)
	api := m.start(t, "api", "--listen", "127.0.0.1:0")
	address := "http://" + api.address(t)
	found := regexp.MustCompile(`open this within 30 minutes \(it works once\): (http://\S+)/signin#(\S+)\n`).FindStringSubmatch(api.out.String())
	require.NotNil(t, found, api.out.String())
	require.Equal(t, address, found[1])
	require.NotContains(t, api.err.String(), found[2])
	client := visitor(t)
	require.Equal(t, http.StatusSeeOther, asked(t, client, address+"/signin", url.Values{"token": {found[2]}, "name": {"Maria"}}))
	require.Equal(t, http.StatusOK, asked(t, client, address+"/audit", nil))
	require.Equal(t, http.StatusUnauthorized, asked(t, visitor(t), address+"/signin", url.Values{"token": {found[2]}}))

	made := m.with("CALLSCOUT_PUBLIC_URL", address).run(t, "token", "--link")
	require.Zero(t, made.code, made.err)
	_, code, is := strings.Cut(strings.TrimSpace(made.out), address+"/signin#")
	require.True(t, is, made.out)
	require.Equal(t, http.StatusSeeOther, asked(t, visitor(t), address+"/signin", url.Values{"token": {code}}))
	require.Zero(t, api.stop(t))
	off := m.with("CALLSCOUT_TOKEN_SIGNIN", "off", "CALLSCOUT_OIDC_ISSUER", "https://id.example", "CALLSCOUT_OIDC_CLIENT_ID", "a", "CALLSCOUT_OIDC_CLIENT_SECRET", "b", "CALLSCOUT_OIDC_ADMINS", "@acme.example")
	require.Contains(t, off.run(t, "token", "--link").err, "would sign nobody in")

	again := m.start(t, "api", "--listen", "127.0.0.1:0")
	again.address(t)
	require.Empty(t, again.out.String(), "a link for everybody who reads the terminal is made on demand only")
	require.Zero(t, again.stop(t))
}
