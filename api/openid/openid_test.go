package openid_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/require"

	"callscout/api/openid"
)

const (
	clientID     = "callscout"
	clientSecret = "hush-client"
	redirect     = "https://callscout.example/signin/openid/callback"
)

// company is a provider: whoever opens its page is signed in at once.
type company struct {
	*httptest.Server
	t   testing.TB
	key *rsa.PrivateKey

	mu sync.Mutex
	// codes are the requests by the codes that were given for them; each works once.
	codes map[string]url.Values
	// claims are what is said of somebody; change changes a token before it is signed.
	claims map[string]any
	change func(claims map[string]any)
	// signs is the key that signs instead; without has no token at all.
	signs   *rsa.PrivateKey
	without bool
	away    bool
	asked   int
}

func newCompany(t testing.TB) *company {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	c := &company{t: t, key: key, codes: map[string]url.Values{}, claims: map[string]any{"sub": "4711", "name": "Ada Admin", "email": "ada@acme.example", "email_verified": true}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		c.answer(w, map[string]any{
			"issuer": c.URL, "authorization_endpoint": c.URL + "/authorize", "token_endpoint": c.URL + "/token", "jwks_uri": c.URL + "/keys",
			"id_token_signing_alg_values_supported": []string{"RS256"},
		})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		c.answer(w, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: c.key.Public(), KeyID: "one", Algorithm: "RS256", Use: "sig"}}})
	})
	mux.HandleFunc("POST /token", c.token)
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.asked++
		if c.away {
			http.Error(w, "away", http.StatusServiceUnavailable)
			return
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(c.Close)
	return c
}

func (c *company) answer(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(body); err != nil {
		c.t.Error(err)
	}
}

// token exchanges a code, as RFC 6749 and RFC 7636 have it.
func (c *company) token(w http.ResponseWriter, r *http.Request) {
	id, secret, _ := r.BasicAuth()
	if id == "" {
		id, secret = r.FormValue("client_id"), r.FormValue("client_secret")
	}
	request, known := c.codes[r.FormValue("code")]
	delete(c.codes, r.FormValue("code"))
	sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	if !known || id != clientID || secret != clientSecret || r.FormValue("redirect_uri") != request.Get("redirect_uri") ||
		base64.RawURLEncoding.EncodeToString(sum[:]) != request.Get("code_challenge") {
		w.WriteHeader(http.StatusBadRequest)
		c.answer(w, map[string]any{"error": "invalid_grant"})
		return
	}
	claims := map[string]any{"iss": c.URL, "aud": clientID, "exp": time.Now().Add(time.Minute).Unix(), "iat": time.Now().Unix(), "nonce": request.Get("nonce")}
	for name, value := range c.claims {
		claims[name] = value
	}
	if c.change != nil {
		c.change(claims)
	}
	answer := map[string]any{"access_token": "hush-access", "token_type": "Bearer"}
	if !c.without {
		answer["id_token"] = c.sign(claims)
	}
	c.answer(w, answer)
}

func (c *company) sign(claims map[string]any) string {
	key := c.key
	if c.signs != nil {
		key = c.signs
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: key, KeyID: "one"}}, nil)
	require.NoError(c.t, err)
	document, err := json.Marshal(claims)
	require.NoError(c.t, err)
	signed, err := signer.Sign(document)
	require.NoError(c.t, err)
	text, err := signed.CompactSerialize()
	require.NoError(c.t, err)
	return text
}

// consent is what the provider's page sends back to redirect.
func (c *company) consent(address string) url.Values {
	c.t.Helper()
	u, err := url.Parse(address)
	require.NoError(c.t, err)
	query := u.Query()
	require.Equal(c.t, c.URL+"/authorize", u.Scheme+"://"+u.Host+u.Path)
	require.Equal(c.t, []string{"code", clientID, redirect, "S256", "openid profile email"},
		[]string{query.Get("response_type"), query.Get("client_id"), query.Get("redirect_uri"), query.Get("code_challenge_method"), query.Get("scope")})
	code := rand.Text()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.codes[code] = query
	return url.Values{"code": {code}, "state": {query.Get("state")}}
}

func (c *company) provider() *openid.Provider {
	c.t.Helper()
	p, err := openid.New(openid.Config{Issuer: c.URL, ClientID: clientID, ClientSecret: clientSecret})
	require.NoError(c.t, err)
	return p
}

func TestSomebodySignsIn(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		claims map[string]any
		want   openid.Person
	}{
		"with all there is":             {map[string]any{"name": "Ada", "email": "ada@acme.example", "email_verified": true, "groups": []string{"ops", "staff"}}, openid.Person{Name: "Ada", Email: "ada@acme.example", Groups: []string{"ops", "staff"}}},
		"with a text where a flag is":   {map[string]any{"email": "ada@acme.example", "email_verified": "true", "groups": "ops"}, openid.Person{Name: "ada@acme.example", Email: "ada@acme.example", Groups: []string{"ops"}}},
		"where nothing is said of that": {map[string]any{"name": "Ada", "email": "ada@acme.example"}, openid.Person{Name: "Ada", Email: "ada@acme.example"}},
		"with an unverified address":    {map[string]any{"name": "Ada", "email": "boss@acme.example", "email_verified": false}, openid.Person{Name: "Ada"}},
		"with an odd flag":              {map[string]any{"name": "Ada", "email": "boss@acme.example", "email_verified": "no"}, openid.Person{Name: "Ada"}},
		"without a name":                {map[string]any{"preferred_username": "ada"}, openid.Person{Name: "ada"}},
		"without anything":              {map[string]any{"groups": []any{7, "ops"}}, openid.Person{Name: "4711", Groups: []string{"ops"}}},
	} {
		c := newCompany(t)
		row.claims["sub"] = "4711"
		c.claims = row.claims
		p := c.provider()
		address, kept, err := p.Begin(t.Context(), redirect)
		require.NoError(t, err, name)
		person, err := p.Finish(t.Context(), redirect, c.consent(address), kept)
		require.NoError(t, err, name)
		require.Equal(t, row.want, person, name)
	}
}

func TestWhatProvesNothingIsRefused(t *testing.T) {
	t.Parallel()
	another, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	for name, spoil := range map[string]func(c *company, query url.Values, kept *string){
		"a state of another browser": func(_ *company, _ url.Values, kept *string) { *kept = `{"state":"another","nonce":"n","verifier":"v"}` },
		"no state":                   func(_ *company, query url.Values, _ *string) { query.Del("state") },
		"nothing that was kept":      func(_ *company, _ url.Values, kept *string) { *kept = "" },
		"no state on either side":    func(_ *company, query url.Values, kept *string) { query.Del("state"); *kept = "{}" },
		"a person who said no":       func(_ *company, query url.Values, _ *string) { query.Del("code"); query.Set("error", "access_denied") },
		"a code that was made up":    func(_ *company, query url.Values, _ *string) { query.Set("code", "made-up") },
		"a token of another key":     func(c *company, _ url.Values, _ *string) { c.signs = another },
		"a token for another program": func(c *company, _ url.Values, _ *string) {
			c.change = func(claims map[string]any) { claims["aud"] = "another" }
		},
		"a token of another provider": func(c *company, _ url.Values, _ *string) {
			c.change = func(claims map[string]any) { claims["iss"] = "https://evil.example" }
		},
		"a token that has ended": func(c *company, _ url.Values, _ *string) {
			c.change = func(claims map[string]any) { claims["exp"] = time.Now().Add(-time.Hour).Unix() }
		},
		"a token of another sign-in": func(c *company, _ url.Values, _ *string) {
			c.change = func(claims map[string]any) { claims["nonce"] = "another" }
		},
		"a token without a nonce": func(c *company, _ url.Values, _ *string) {
			c.change = func(claims map[string]any) { delete(claims, "nonce") }
		},
		"no token": func(c *company, _ url.Values, _ *string) { c.without = true },
		"a verifier of another sign-in": func(_ *company, query url.Values, kept *string) {
			*kept = `{"state":"` + query.Get("state") + `","nonce":"n","verifier":"v"}`
		},
	} {
		c := newCompany(t)
		p := c.provider()
		address, kept, err := p.Begin(t.Context(), redirect)
		require.NoError(t, err, name)
		query := c.consent(address)
		c.mu.Lock()
		spoil(c, query, &kept)
		c.mu.Unlock()
		person, err := p.Finish(t.Context(), redirect, query, kept)
		require.ErrorIs(t, err, openid.ErrRefused, name)
		require.NotContains(t, err.Error(), "hush", name)
		require.Empty(t, person, name)
	}
}

func TestACodeWorksOnce(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	p := c.provider()
	address, kept, err := p.Begin(t.Context(), redirect)
	require.NoError(t, err)
	query := c.consent(address)
	_, err = p.Finish(t.Context(), redirect, query, kept)
	require.NoError(t, err)
	_, err = p.Finish(t.Context(), redirect, query, kept)
	require.ErrorIs(t, err, openid.ErrRefused)
}

func TestAProviderThatIsAwayIsAskedAgain(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	p := c.provider()
	away := func(away bool) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.away = away
	}
	away(true)
	_, _, err := p.Begin(t.Context(), redirect)
	require.ErrorIs(t, err, openid.ErrAway)
	away(false)
	address, kept, err := p.Begin(t.Context(), redirect)
	require.NoError(t, err)
	query := c.consent(address)
	away(true)
	_, err = p.Finish(t.Context(), redirect, query, kept)
	require.ErrorIs(t, err, openid.ErrAway)
	away(false)
	_, err = p.Finish(t.Context(), redirect, query, kept)
	require.NoError(t, err)
	first := c.asked
	_, _, err = p.Begin(t.Context(), redirect)
	require.NoError(t, err)
	require.Equal(t, first, c.asked, "its addresses are known by now")
}

func TestAProviderHasToBeNamedWhole(t *testing.T) {
	t.Parallel()
	for _, config := range []openid.Config{{}, {Issuer: "https://id.example"}, {Issuer: "https://id.example", ClientID: "x"}} {
		_, err := openid.New(config)
		require.ErrorContains(t, err, "required")
	}
}
