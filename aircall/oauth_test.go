package aircall_test

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/aircall"
)

const redirectURI = "https://callscout.example.com/install/aircall/callback"

func app() aircall.App { return aircall.App{ClientID: "client-7", ClientSecret: "hush-app-secret"} }

func TestTheConsentIsAskedForAsDocumented(t *testing.T) {
	t.Parallel()
	address, err := aircall.AuthorizeURL("https://dashboard.aircall.io", app(), redirectURI, "s t&te")
	require.NoError(t, err)
	u, err := url.Parse(address)
	require.NoError(t, err)
	require.Equal(t, "https://dashboard.aircall.io/oauth/authorize", u.Scheme+"://"+u.Host+u.Path)
	require.Equal(t, url.Values{
		"client_id": {"client-7"}, "redirect_uri": {redirectURI}, "response_type": {"code"}, "scope": {"public_api"}, "state": {"s t&te"},
	}, u.Query())
	success, err := aircall.SuccessURL("https://dashboard.aircall.io/")
	require.NoError(t, err)
	require.Equal(t, "https://dashboard.aircall.io/oauth/success", success)
	for _, wrong := range []string{"", "dashboard.aircall.io", "https://dashboard.aircall.io/x", "javascript:alert(1)"} {
		_, err = aircall.AuthorizeURL(wrong, app(), redirectURI, "s")
		require.Error(t, err, wrong)
		_, err = aircall.SuccessURL(wrong)
		require.Error(t, err, wrong)
	}
}

func TestACodeIsTradedForATokenInJSON(t *testing.T) {
	t.Parallel()
	var body string
	server := record(t, answeringBody(&body, http.StatusOK, `{"access_token":"fresh-1","token_type":"Bearer","created_at":1700000000}`))
	token, err := aircall.Exchange(t.Context(), server.URL, app(), "code-9", redirectURI)
	require.NoError(t, err)
	require.Equal(t, "fresh-1", token)
	require.Equal(t, []string{"POST /v1/oauth/token"}, server.seen())
	require.Empty(t, server.requests[0].Header.Get("Authorization"))
	require.Equal(t, `application/json {"client_id":"client-7","client_secret":"hush-app-secret","code":"code-9",`+
		`"grant_type":"authorization_code","redirect_uri":"`+redirectURI+`"}`, body)
}

func TestAnExchangeThatFailsTellsNoSecret(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]struct {
		status int
		body   string
		want   string
	}{
		"refused":       {400, `{"error":"invalid_grant","error_description":"the code 0123456789abcdef0123 of hush-app-secret-000 is used"}`, "invalid_grant"},
		"wrong secret":  {401, `{"message":"Unauthorized"}`, "401"},
		"no token":      {200, `{"token_type":"Bearer"}`, "it holds no access token"},
		"not JSON":      {200, `<html>`, "it holds no access token"},
		"a bad token":   {200, `{"access_token":"a b"}`, "it holds no access token"},
		"a broken edge": {502, `<html>bad gateway</html>`, "502"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := record(t, answering(answer.status, answer.body))
			_, err := aircall.Exchange(t.Context(), server.URL, app(), "code-hush-9", redirectURI)
			require.ErrorContains(t, err, answer.want)
			require.NotContains(t, err.Error(), "hush")
			require.NotContains(t, err.Error(), "0123456789abcdef")
		})
	}
	gone := record(t, answering(200, ""))
	gone.Close()
	_, err := aircall.Exchange(t.Context(), gone.URL, app(), "code-hush-9", redirectURI)
	var lost *aircall.TransportError
	require.ErrorAs(t, err, &lost)
	require.NotContains(t, err.Error(), "hush")
}

func TestAnApplicationIsPrintedWithoutItsSecret(t *testing.T) {
	t.Parallel()
	one := app()
	require.NotContains(t, fmt.Sprintf("%v %+v %#v %s %v", one, one, one, one, &one), "hush")
	require.True(t, one.Complete())
	require.False(t, aircall.App{ClientID: "x"}.Complete())
}

func TestTheIntegrationNamesItsCompany(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]aircall.Integration{
		`{"integration":{"id":42,"name":"Callscout","custom_name":"Logs","company_id":7,"status":"installed","active":true,"number_ids":[5,"6",null]}}`: {
			ID: 42, CompanyID: 7, Name: "Callscout", CustomName: "Logs", Status: "installed", Active: true, NumberIDs: []int64{5, 6},
		},
		`{"id":42,"company":{"id":"7"}}`:                    {ID: 42, CompanyID: 7},
		`{"integration":{"name":"Callscout"}}`:              {Name: "Callscout"},
		`{"integration":{"company_id":7,"number_ids":[]}}`:  {CompanyID: 7, NumberIDs: []int64{}},
		`{"integration":{"company_id":"seven","active":1}}`: {Active: true},
	} {
		server := record(t, answering(http.StatusOK, body))
		got, err := server.client(t).Integration(t.Context())
		require.NoError(t, err)
		require.Equal(t, want, got, body)
		require.Equal(t, []string{"GET /v1/integrations/me"}, server.seen())
	}
	server := record(t, answering(http.StatusOK, `{"company":{"name":"Acme Ltd","users_count":3}}`))
	name, err := server.client(t).CompanyName(t.Context())
	require.NoError(t, err)
	require.Equal(t, "Acme Ltd", name)
	require.NoError(t, server.client(t).DisableIntegration(t.Context()))
	require.Equal(t, []string{"GET /v1/company", "POST /v1/integrations/disable"}, server.seen())
}
