package api_test

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/api"
	"callscout/api/desk"
	"callscout/store"
)

// give makes a token for a person.
func (e *edge) give(t testing.TB, known store.DeskToken) string {
	t.Helper()
	token := desk.NewToken()
	require.NoError(t, e.store.AddDeskToken(t.Context(), token, known))
	return token
}

// cookieOf is the session that an answer gives to the browser, nil if it gives none.
func cookieOf(answer reply) *http.Cookie {
	for _, line := range answer.header.Values("Set-Cookie") {
		if cookie, err := http.ParseSetCookie(line); err == nil && strings.HasSuffix(cookie.Name, "callscout_session") {
			return cookie
		}
	}
	return nil
}

func TestATokenOfAPersonSignsInWithItsNameAndRole(t *testing.T) {
	t.Parallel()
	e, _ := deskEdge(t)
	maria := e.give(t, store.DeskToken{ID: "m1", Name: "Maria Lopez", Role: "view"})
	tom := e.give(t, store.DeskToken{ID: "t1", Name: "Tom", Role: "admin", Installation: "acme"})
	require.NotEqual(t, maria, tom)
	require.Regexp(t, `^callscout_[A-Z2-7]{26}$`, maria)

	p := e.person(t, " "+maria+"\n", "Somebody Else")
	page := p.get("/i/acme")
	require.Contains(t, page.body, "Signed in as Maria Lopez")
	require.Contains(t, page.body, "Role: View")
	require.Equal(t, http.StatusForbidden, p.post("/i/acme/pause", nil).status)

	q := e.person(t, tom, "")
	require.Equal(t, http.StatusSeeOther, q.post("/i/acme/pause", nil).status)
	require.Equal(t, "Tom", e.trail(t, "acme")[0].Who)
	require.Equal(t, http.StatusNotFound, q.get("/audit").status)
	require.Equal(t, "signed_in", e.trail(t, "acme")[1].Action)
	require.Equal(t, "admin", e.trail(t, "acme")[1].Detail)

	for _, wrong := range []string{maria[:len(maria)-1], maria + "A", strings.ToLower(maria), "callscout_", desk.NewToken(), "m1"} {
		e, _ := deskEdge(t)
		require.Equal(t, http.StatusUnauthorized, e.signIn(t, wrong, "/").status)
	}
	require.NotContains(t, e.log.String(), maria)
	require.NotContains(t, e.log.String(), "Maria")
}

func TestToRevokeATokenEndsWhatItOpened(t *testing.T) {
	t.Parallel()
	e, _ := deskEdge(t)
	token := e.give(t, store.DeskToken{ID: "m1", Name: "Maria", Role: "admin"})
	p, other := e.person(t, token, ""), e.person(t, e.give(t, store.DeskToken{ID: "t1", Name: "Tom", Role: "view"}), "")
	require.Equal(t, http.StatusOK, p.get("/i/acme").status)
	_, err := e.store.RevokeDeskToken(t.Context(), "m1")
	require.NoError(t, err)
	require.Equal(t, http.StatusSeeOther, p.get("/i/acme").status)
	require.Equal(t, http.StatusSeeOther, p.post("/i/acme/pause", nil).status)
	require.NotEqual(t, "false", e.installation(t, "acme").Settings.Values()["active"], "nothing was paused")
	require.Equal(t, http.StatusUnauthorized, e.signIn(t, token, "/").status)
	require.Equal(t, http.StatusOK, other.get("/i/acme").status)
}

func TestATokenIsABearerForTools(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	for role, status := range map[string]int{"view": http.StatusUnauthorized, "support": http.StatusOK} {
		request := e.request(t, http.MethodPost, "/codec/decode", strings.NewReader(sealedPayloads(t, e.keys)))
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Authorization", "Bearer "+e.give(t, store.DeskToken{ID: role, Name: "Maria", Role: role}))
		require.Equal(t, status, e.do(t, request).status, role)
	}
	require.Equal(t, "Maria", e.trail(t, "")[0].Who)
	require.Contains(t, e.log.String(), `"by":"token"`)
}

func TestALinkSignsInOnce(t *testing.T) {
	t.Parallel()
	e, _ := deskEdge(t, func(c *api.Config) { c.LinkShown = true })
	const first = "This Callscout is new. Look in the terminal"
	require.Contains(t, e.get(t, "/signin").body, first)
	link := desk.Link(e.keys, adminToken, "https://callscout.example/")
	address, code, found := strings.Cut(link, "#")
	require.True(t, found, "no server's log sees the code")
	require.Equal(t, "https://callscout.example/signin", address)
	e.person(t, code, "Maria Lopez")
	require.NotContains(t, e.get(t, "/signin").body, first, "somebody has signed in")
	answer := e.signIn(t, code, "/")
	require.Equal(t, http.StatusUnauthorized, answer.status, "it worked before")
	require.Contains(t, answer.body, "This link does not sign in any more.")
	require.Contains(t, answer.body, "callscout token --link")
	require.NotContains(t, answer.body, code)
	require.NotContains(t, e.log.String(), code)
	require.Equal(t, []string{"signin_failed", "signed_in"}, []string{e.trail(t, "")[0].Action, e.trail(t, "")[1].Action})

	made := func(until time.Time) string {
		said := "once." + strconv.FormatInt(until.Unix(), 10) + ".ABC"
		return said + "." + e.signature("link", said)
	}
	good := strings.TrimPrefix(desk.Link(e.keys, adminToken, ""), "/signin#")
	parts := strings.Split(good, ".")
	require.Len(t, parts, 4)
	for name, wrong := range map[string]string{
		"too old":           made(time.Now().Add(-time.Second)),
		"made to last":      strings.Join([]string{parts[0], "9999999999", parts[2], parts[3]}, "."),
		"of another token":  strings.TrimPrefix(desk.Link(e.keys, "another", ""), "/signin#"),
		"cut":               good[:len(good)-1],
		"of another number": strings.Join([]string{parts[0], parts[1], parts[2] + "A", parts[3]}, "."),
	} {
		other, _ := deskEdge(t, func(c *api.Config) { c.Keys = e.keys }) // nobody may be wrong often
		answer := other.signIn(t, wrong, "/")
		require.Equal(t, http.StatusUnauthorized, answer.status, name)
		require.Nil(t, cookieOf(answer), name)
	}
	require.Equal(t, http.StatusSeeOther, e.homeWith(t, "callscout_session", good), "a link is no session")
	e.person(t, made(time.Now().Add(time.Minute)), "Maria Lopez")
	e.person(t, good, "Maria Lopez")
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

func TestTheNameIsRememberedInThisBrowser(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	p := e.person(t, adminToken, "  Maria\u202e   Łópez ")
	require.Contains(t, p.get("/signin").body, `value="Maria Łópez"`)
	require.Equal(t, "Maria Łópez", e.trail(t, "")[0].Who)
	require.Equal(t, http.StatusSeeOther, p.post("/signin", url.Values{"token": {adminToken}}).status)
	require.Contains(t, p.get("/signin").body, `value="Maria Łópez"`, "to leave it out forgets nothing")
	require.Contains(t, e.get(t, "/signin").body, `name="name" autocomplete="name" maxlength="80" value=""`, "another browser knows nothing")
	request := e.request(t, http.MethodGet, "/signin", nil)
	request.AddCookie(&http.Cookie{Name: "callscout_name", Value: base64.RawURLEncoding.EncodeToString([]byte("\"><b>\xff"))}) //nolint:gosec // what a browser sends has no attributes
	require.Equal(t, http.StatusOK, e.do(t, request).status)
}

func TestASignInOverHTTPIsToldWhereHTTPSIs(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		public, host string
		headers      []string
		page, post   bool // who asks so is told
	}{
		"the proxy says so":            {"https://calls.example.com", "calls.example.com", []string{"X-Forwarded-Proto", "http"}, true, true},
		"the browser says so":          {"https://calls.example.com", "calls.example.com", []string{"Origin", "http://calls.example.com"}, true, true},
		"all is encrypted":             {"https://calls.example.com", "calls.example.com", []string{"X-Forwarded-Proto", "https, http", "Origin", "https://calls.example.com"}, false, false},
		"nobody says anything":         {"https://calls.example.com", "calls.example.com", nil, false, false},
		"on the same machine":          {"https://calls.example.com", "127.0.0.1:8080", []string{"Origin", "http://127.0.0.1:8080"}, false, false},
		"there is no https":            {"http://calls.example.com", "calls.example.com", []string{"X-Forwarded-Proto", "http"}, false, false},
		"on the same machine, by name": {"https://calls.example.com", "localhost:8080", []string{"X-Forwarded-Proto", "http"}, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEdge(t, func(c *api.Config) { c.PublicURL = test.public })
			ask := func(method, body string) reply {
				request := e.request(t, method, "/signin", strings.NewReader(body))
				request.Host = test.host
				request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				for i := 0; i+1 < len(test.headers); i += 2 {
					request.Header.Set(test.headers[i], test.headers[i+1])
				}
				return e.do(t, request)
			}
			const told = `id="insecure">This page came over http.`
			page := ask(http.MethodGet, "")
			require.Equal(t, test.page, strings.Contains(page.body, told))
			require.Equal(t, strings.HasPrefix(test.public, "https"), strings.Contains(page.body, `id="insecure"`), "the script looks as well")
			answer := ask(http.MethodPost, "token="+adminToken)
			if !test.post {
				require.Equal(t, http.StatusSeeOther, answer.status)
				return
			}
			require.Equal(t, http.StatusBadRequest, answer.status)
			require.Contains(t, answer.body, told)
			require.Contains(t, answer.body, `href="https://calls.example.com/signin"`)
			require.Nil(t, cookieOf(answer))
		})
	}
}

// Who is on the lists no more, or as something else, must not go on as before.
func TestOtherListsEndTheSessionsOfTheOldOnes(t *testing.T) {
	t.Parallel()
	at := &provider{person: desk.Person{Name: "Ada", Email: "ada@acme.example"}}
	granted := desk.Granted{Admins: []string{"ada@acme.example"}, Viewers: []string{"@acme.example"}}
	e, _ := deskEdge(t, func(c *api.Config) { c.OpenID, c.Granted = at, granted })
	p := e.visitor(t)
	require.Equal(t, http.StatusSeeOther, p.get("/signin/openid").status)
	cookie := cookieOf(p.get("/signin/openid/callback?code=c&state=s"))
	require.NotNil(t, cookie)
	require.Equal(t, "ada@acme.example, Ada", e.trail(t, "")[0].Who)
	require.Equal(t, http.StatusOK, e.homeWith(t, cookie.Name, cookie.Value))

	for name, row := range map[string]struct {
		change func(*api.Config)
		status int
	}{
		"after a restart":          {func(c *api.Config) { c.Granted = granted }, http.StatusOK},
		"in a shorter list":        {func(c *api.Config) { c.Granted = desk.Granted{Viewers: granted.Viewers} }, http.StatusSeeOther},
		"without any list":         {func(c *api.Config) { c.Granted = desk.Granted{} }, http.StatusSeeOther},
		"as the only way in":       {func(c *api.Config) { c.Granted, c.NoTokens = granted, true }, http.StatusOK},
		"with the roles exchanged": {func(c *api.Config) { c.Granted = desk.Granted{Admins: granted.Viewers, Viewers: granted.Admins} }, http.StatusSeeOther},
	} {
		later, _ := deskEdge(t, func(c *api.Config) { c.Keys, c.OpenID = e.keys, at }, row.change)
		require.Equal(t, row.status, later.homeWith(t, cookie.Name, cookie.Value), name)
	}
}

func TestWithoutTokensTheirSessionsEndToo(t *testing.T) {
	t.Parallel()
	e, _ := deskEdge(t)
	cookie := e.session(t)
	off, _ := deskEdge(t, func(c *api.Config) { c.Keys, c.OpenID, c.NoTokens = e.keys, &provider{}, true })
	require.Equal(t, http.StatusSeeOther, off.homeWith(t, cookie.Name, cookie.Value))
	for token, status := range map[string]int{adminToken: http.StatusOK, off.give(t, store.DeskToken{ID: "m1", Name: "Maria", Role: "admin"}): http.StatusSeeOther} {
		request := off.request(t, http.MethodGet, "/", nil)
		request.Header.Set("Authorization", "Bearer "+token)
		require.Equal(t, status, off.do(t, request).status, "tools have the admin token")
	}
}
