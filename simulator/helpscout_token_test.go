package simulator_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/simulator"
)

const formType = "application/x-www-form-urlencoded"

func TestTokenEndpointTakesFormJSONAndBasic(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for name, ask := range map[string]func() (reply, error){
		"form": func() (reply, error) {
			return d.try("POST", "/v2/oauth2/token", formType,
				"grant_type=client_credentials&client_id=app&client_secret=secret")
		},
		"JSON": func() (reply, error) {
			return d.try("POST", "/v2/oauth2/token", "application/json",
				`{"grant_type":"client_credentials","client_id":"app","client_secret":"secret"}`)
		},
		"Basic": func() (reply, error) {
			other := *d.client
			other.authorization = "Basic YXBwOnNlY3JldA=="
			return other.try("POST", "/v2/oauth2/token", formType, "grant_type=client_credentials")
		},
	} {
		result, err := ask()
		require.NoError(t, err, name)
		require.Equal(t, 200, result.status, name)
		require.Equal(t, "bearer", result.body["token_type"], name)
		require.EqualValues(t, 172800, result.body["expires_in"], name)
		require.NotContains(t, result.body, "refresh_token", name)
	}
}

func TestTokenEndpointRefuses(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for name, c := range map[string]struct {
		body   string
		status int
		code   string
	}{
		"a wrong secret":      {"grant_type=client_credentials&client_id=app&client_secret=no", 401, "invalid_client"},
		"an unknown app":      {"grant_type=client_credentials&client_id=no&client_secret=secret", 401, "invalid_client"},
		"a missing secret":    {"grant_type=client_credentials&client_id=app", 400, "invalid_request"},
		"another grant":       {"grant_type=password&client_id=app&client_secret=secret", 400, "unsupported_grant_type"},
		"an unreadable body":  {"grant_type=%zz", 400, "invalid_request"},
		"a missing grant":     {"client_id=app&client_secret=secret", 400, "invalid_request"},
		"a body that is void": {"", 400, "invalid_request"},
	} {
		result, err := d.try("POST", "/v2/oauth2/token", formType, c.body)
		require.NoError(t, err, name)
		require.Equal(t, c.status, result.status, name)
		require.Equal(t, c.code, result.body["error"], name)
		require.NotContains(t, result.body, "logRef", name)
	}
}

func TestTokenExpiresAfterItsLife(t *testing.T) {
	t.Parallel()
	d := newDesk(t, func(o *simulator.HelpScoutOptions) { o.TokenLife = time.Hour })
	d.clock.Advance(time.Hour - time.Second)
	d.want(200, "GET", "/v2/users/me", "")
	d.clock.Advance(time.Second)
	result := d.want(401, "GET", "/v2/users/me", "")
	require.Equal(t, "400", result.header.Get("X-RateLimit-Limit-Minute"))
	d.signIn()
	d.want(200, "GET", "/v2/users/me", "")
	d.ExpireTokens()
	d.want(401, "GET", "/v2/users/me", "")
}

func TestAPIRefusesMissingAndMalformedTokens(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, authorization := range []string{"", "Bearer", "Bearer nonsense", "Basic YXBwOnNlY3JldA=="} {
		d.authorization = authorization
		d.want(401, "GET", "/v2/users/me", "")
	}
}

func TestTokenOfAnInactiveUserIsWorthless(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.AddUser(simulator.User{ID: 11, FirstName: "Ada", Inactive: true})
	d.want(401, "GET", "/v2/users/me", "")
}

func TestTokenRequestsLeaveNoSecretInTheRecord(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, request := range d.Requests() {
		require.NotContains(t, request.Body, "secret")
		require.Zero(t, request.Units)
		require.False(t, request.Committed)
	}
	require.Len(t, d.Requests(), 1)
}

func TestBudgetCountsWritesTwiceAndRefusesWhatExceedsIt(t *testing.T) {
	t.Parallel()
	d := newDesk(t, func(o *simulator.HelpScoutOptions) { o.LimitPerMinute = 5 })
	d.clock.Advance(20 * time.Second)
	first := d.want(200, "GET", "/v2/users/me", "")
	require.Equal(t, "5", first.header.Get("X-RateLimit-Limit-Minute"))
	require.Equal(t, "4", first.header.Get("X-RateLimit-Remaining-Minute"))
	write := d.want(201, "POST", "/v2/customers", `{"firstName":"A"}`)
	require.Equal(t, "2", write.header.Get("X-RateLimit-Remaining-Minute"))
	d.want(201, "POST", "/v2/customers", `{"firstName":"B"}`)
	over := d.want(429, "GET", "/v2/users/me", "")
	require.Equal(t, "40", over.header.Get("X-RateLimit-Retry-After"))
	require.Empty(t, over.header.Get("Retry-After"))
	require.JSONEq(t, `{"message":"API rate limit exceeded"}`, over.raw)
	require.Equal(t, 5, d.Units())
	d.clock.Advance(40 * time.Second)
	d.want(200, "GET", "/v2/users/me", "")
}

func TestBudgetIsSharedByAllApps(t *testing.T) {
	t.Parallel()
	d := newDesk(t, func(o *simulator.HelpScoutOptions) { o.LimitPerMinute = 1 })
	d.want(200, "GET", "/v2/users/me", "")
	d.AddApp(simulator.App{ID: "other", Secret: "o", UserID: 12})
	result, err := d.try("POST", "/v2/oauth2/token", formType, "grant_type=client_credentials&client_id=other&client_secret=o")
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, result.status, "the token endpoint is free")
	d.authorization = "Bearer " + result.body["access_token"].(string)
	d.want(429, "GET", "/v2/users/me", "")
}

func TestRequestsAreRecordedWithTheirCost(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.ResetRequests()
	d.want(200, "GET", "/v2/users?email=ben%40example.com", "")
	d.want(201, "POST", "/v2/customers", `{"firstName":"A"}`)
	d.want(400, "POST", "/v2/customers", `{"firstName":""}`)
	all := d.Requests()
	require.Len(t, all, 3)
	require.Equal(t, "email=ben%40example.com", all[0].Query)
	require.Equal(t, []int{1, 2, 2}, []int{all[0].Units, all[1].Units, all[2].Units})
	require.Equal(t, []bool{false, true, false}, []bool{all[0].Committed, all[1].Committed, all[2].Committed})
	require.JSONEq(t, `{"firstName":"A"}`, all[1].Body)
	require.Equal(t, 400, all[2].Status)
	require.Equal(t, noon, all[0].At)
	require.Equal(t, 5, d.Units())
	d.ResetRequests()
	require.Zero(t, d.Units())
	require.Empty(t, d.Requests())
}
