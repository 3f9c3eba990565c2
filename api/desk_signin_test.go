package api_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/api"
	"callscout/api/desk"
)

func TestATokenOpensWhatItWasMadeForAndNoMore(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		grant               desk.Grant
		pauses, seesTheRest bool
	}{
		{desk.Grant{Installation: "acme"}, true, false},
		{desk.Grant{Installation: "acme", Role: "admin"}, true, false},
		{desk.Grant{Installation: "acme", Role: "support"}, false, false},
		{desk.Grant{Role: "view"}, false, true},
	} {
		e, _ := deskEdge(t) // nobody may be wrong often
		token := desk.Token(e.keys, adminToken, row.grant)
		p := e.person(t, token, "Maria Lopez")
		require.Equal(t, http.StatusOK, p.get("/i/acme").status)
		status := http.StatusForbidden
		if row.pauses {
			status = http.StatusSeeOther
		}
		require.Equal(t, status, p.post("/i/acme/pause", nil).status, token)
		require.Equal(t, row.seesTheRest, p.get("/audit").status == http.StatusOK, token)

		for _, forged := range []string{
			strings.Replace(token, "acme", "other", 1) + "x", strings.Replace(strings.Replace(token, "view", "admin", 1), "support", "admin", 1) + "x",
			strings.ToUpper(token), desk.Token(e.keys, "another admin token", row.grant), token[:len(token)-1],
		} {
			require.Equal(t, http.StatusUnauthorized, e.signIn(t, forged, "/").status, forged)
		}
		if row.grant.Role == "view" {
			require.Equal(t, http.StatusUnauthorized, e.signIn(t, strings.Replace(token, "view", "admin", 1), "/").status)
		}
	}
}

func TestALinkSignsInOnce(t *testing.T) {
	t.Parallel()
	e, _ := deskEdge(t)
	link := desk.Link(e.keys, adminToken, "https://callscout.example/")
	address, code, found := strings.Cut(link, "#")
	require.True(t, found, "no server's log sees the code")
	require.Equal(t, "https://callscout.example/signin", address)
	e.person(t, code, "Maria Lopez")
	require.Equal(t, http.StatusUnauthorized, e.signIn(t, code, "/").status, "it worked before")

	code = strings.TrimPrefix(desk.Link(e.keys, adminToken, ""), "/signin#")
	parts := strings.Split(code, ".")
	require.Len(t, parts, 4)
	later := strings.Join([]string{parts[0], "9999999999", parts[2], parts[3]}, ".")
	require.Equal(t, http.StatusUnauthorized, e.signIn(t, later, "/").status, "its end is signed")
	require.Equal(t, http.StatusUnauthorized, e.signIn(t, strings.TrimPrefix(desk.Link(e.keys, "another", ""), "/signin#"), "/").status)
	e.person(t, code, "Maria Lopez")
}

// provider is an OpenID Connect provider as the desk sees one.
type provider struct {
	mu     sync.Mutex
	person desk.Person
	err    error
	asked  []url.Values
}

func (p *provider) Begin(_ context.Context, redirect string) (address, kept string, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return "https://provider.example/authorize?" + url.Values{"redirect_uri": {redirect}}.Encode(), "hush-kept", p.err
}

func (p *provider) Finish(_ context.Context, _ string, query url.Values, kept string) (desk.Person, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if kept != "hush-kept" {
		return desk.Person{}, errors.New("not what was kept")
	}
	p.asked = append(p.asked, query)
	return p.person, p.err
}

func (p *provider) says(person desk.Person, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.person, p.err = person, err
}

// visitor is a browser in which nobody has signed in.
func (e *edge) visitor(t testing.TB) *person {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	return &person{t, e, &http.Client{Jar: jar, Timeout: 30 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

func TestPeopleSignInAtTheirCompanysProvider(t *testing.T) {
	t.Parallel()
	at := &provider{}
	e, _ := deskEdge(t, func(c *api.Config) {
		c.OpenID = at
		c.Granted = desk.Granted{Admins: []string{"ada@acme.example"}, Support: []string{"group:help desk"}, Viewers: []string{"@acme.example"}}
	})
	for name, row := range map[string]struct {
		person desk.Person
		err    error
		status int
		role   string
		says   string
	}{
		"an administrator":           {desk.Person{Name: "Ada", Email: "Ada@Acme.example", Groups: []string{"help desk"}}, nil, http.StatusSeeOther, "admin", ""},
		"by group":                   {desk.Person{Name: "Bo", Groups: []string{"help desk"}}, nil, http.StatusSeeOther, "support", ""},
		"by domain":                  {desk.Person{Name: "Cy", Email: "cy@acme.example"}, nil, http.StatusSeeOther, "view", ""},
		"of a domain that ends so":   {desk.Person{Name: "Di", Email: "di@notacme.example"}, nil, http.StatusForbidden, "", "nobody has let you into Callscout"},
		"without a verified address": {desk.Person{Name: "Ed"}, nil, http.StatusForbidden, "", "nobody has let you into Callscout"},
		"not accepted":               {desk.Person{}, errors.New("the nonce is of another sign-in"), http.StatusUnauthorized, "", "was not accepted"},
		"while it is away":           {desk.Person{}, desk.ErrProviderAway, http.StatusBadGateway, "", "does not answer"},
	} {
		p := e.visitor(t)
		at.says(row.person, nil)
		begun := p.get("/signin/openid?next=/i/acme/audit")
		require.Equal(t, http.StatusSeeOther, begun.status, name)
		require.Contains(t, begun.header.Get("Location"), "https://provider.example/authorize?", name)
		require.NotContains(t, begun.header.Get("Set-Cookie"), "hush", name)
		at.says(row.person, row.err)
		answer := p.get("/signin/openid/callback?code=c&state=s")
		require.Equal(t, row.status, answer.status, name)
		require.Contains(t, answer.body, row.says, name)
		require.NotContains(t, answer.body, "nonce", name)
		if row.role == "" {
			require.Equal(t, http.StatusSeeOther, p.get("/i/acme").status, name)
			continue
		}
		require.Equal(t, "/i/acme/audit", answer.header.Get("Location"), name)
		require.Equal(t, row.role == "admin", p.post("/i/acme/resume", nil).status != http.StatusForbidden, name)
		require.Equal(t, http.StatusOK, p.get("/i/acme").status, name)
		// The same answer again, as from the history or from a thief.
		require.Equal(t, http.StatusUnauthorized, p.get("/signin/openid/callback?code=c&state=s").status, name)
	}
	at.says(desk.Person{}, desk.ErrProviderAway)
	require.Equal(t, http.StatusBadGateway, e.visitor(t).get("/signin/openid").status)
	e.person(t, adminToken, "Maria Lopez") // whatever the provider does
}

func TestTheAnswerOfAProviderWorksInTheBrowserThatAsked(t *testing.T) {
	t.Parallel()
	at := &provider{person: desk.Person{Name: "Ada", Email: "ada@acme.example"}}
	e, _ := deskEdge(t, func(c *api.Config) {
		c.OpenID, c.Granted, c.NoTokens = at, desk.Granted{Admins: []string{"ada@acme.example"}}, true
	})
	p, thief := e.visitor(t), e.visitor(t)
	require.Equal(t, http.StatusSeeOther, p.get("/signin/openid?next=//evil.example").status)
	require.Equal(t, http.StatusUnauthorized, thief.get("/signin/openid/callback?code=c&state=s").status)
	answer := p.get("/signin/openid/callback?code=c&state=s")
	require.Equal(t, http.StatusSeeOther, answer.status)
	require.Equal(t, "/", answer.header.Get("Location"))

	page := thief.get("/signin")
	require.Contains(t, page.body, "Sign in with your company’s account")
	require.NotContains(t, page.body, `id="token"`, "tokens are switched off")
	require.Equal(t, http.StatusForbidden, e.signIn(t, adminToken, "/").status)
}

func TestASessionThatNobodyUsesEnds(t *testing.T) {
	t.Parallel()
	e, _ := deskEdge(t)
	name := e.session(t).Name
	get := func(seen time.Duration, headers ...string) reply {
		request := e.request(t, http.MethodGet, "/", nil)
		request.AddCookie(&http.Cookie{Name: name, Value: e.signedSession(time.Now().Add(time.Hour), time.Now().Add(-seen))}) //nolint:gosec // what a browser sends has no attributes
		for i := 0; i+1 < len(headers); i += 2 {
			request.Header.Set(headers[i], headers[i+1])
		}
		return e.do(t, request)
	}
	require.Equal(t, http.StatusOK, get(time.Minute).status)
	require.Empty(t, get(time.Minute).header.Get("Set-Cookie"))
	require.NotEmpty(t, get(10*time.Minute).header.Get("Set-Cookie"), "that it is used is noted")
	require.Empty(t, get(10*time.Minute, "HX-Request", "true").header.Get("Set-Cookie"), "what a page asks for by itself is no use")
	require.Equal(t, http.StatusOK, get(119*time.Minute).status)
	require.Equal(t, http.StatusSeeOther, get(121*time.Minute).status)
}
