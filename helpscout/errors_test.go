package helpscout_test

import (
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/helpscout"
)

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

func TestEveryShapeOfFailureIsUnderstood(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status int
		body   string
		want   helpscout.Error
		text   string
	}{
		"validation": {400, `{"logRef": "0f3c2d9e-1111-4222-8333-444455556666", "message": "Bad request", "_embedded": {"errors": [
				{"path": "subject", "message": "may not be empty", "source": "JSON", "_links": {"about": {"href": "http://docs.example.com/errors#NotEmpty"}}},
				{"path": "customer.email", "message": "invalid", "rejectedValue": "+12025550123", "source": "JSON", "_links": {"about": {"href": "http://docs.example.com/errors"}}}]}}`,
			helpscout.Error{LogRef: "0f3c2d9e-1111-4222-8333-444455556666", Message: "Bad request", Fields: []helpscout.FieldError{
				{Path: "subject", Message: "may not be empty", Code: "NotEmpty", Source: "JSON"},
				{Path: "customer.email", Message: "invalid", Source: "JSON"}}},
			"helpscout: POST /v2/customers: 400 Bad Request: Bad request; subject: may not be empty (NotEmpty); customer.email: invalid; log reference 0f3c2d9e-1111-4222-8333-444455556666"},
		"validation with a list of links": {400, `{"logRef": "abc#12", "message": "Validation error", "_embedded": {"errors": [
				{"path": "country", "message": "may not be empty", "links": [{"rel": "help", "href": "x#7"}, {"rel": "about", "href": "http://docs.example.com/errors#1"}]}]},
				"links": [{"rel": "about", "href": "http://docs.example.com/errors"}]}`,
			helpscout.Error{LogRef: "abc#12", Message: "Validation error", Fields: []helpscout.FieldError{{Path: "country", Message: "may not be empty", Code: "1"}}},
			"helpscout: POST /v2/customers: 400 Bad Request: Validation error; country: may not be empty (1); log reference abc#12"},
		"vnd.error spelling": {404, `{"logref": "abc", "message": "Not found", "_links": {}}`,
			helpscout.Error{LogRef: "abc", Message: "Not found"}, "helpscout: POST /v2/customers: 404 Not Found: Not found; log reference abc"},
		"OAuth": {400, `{"error_description": "Invalid refresh_token", "error": "invalid_request"}`,
			helpscout.Error{Code: "invalid_request", Message: "Invalid refresh_token"},
			"helpscout: POST /v2/customers: 400 Bad Request: Invalid refresh_token (invalid_request)"},
		"OAuth without a description": {401, `{"error": "invalid_client"}`,
			helpscout.Error{Code: "invalid_client", Message: "invalid_client"}, "helpscout: POST /v2/customers: 401 Unauthorized: invalid_client"},
		"a framework's error": {500, `{"status": 500, "error": "Internal Server Error", "path": "/x"}`,
			helpscout.Error{Message: "Internal Server Error"}, "helpscout: POST /v2/customers: 500 Internal Server Error: Internal Server Error"},
		"a proxy's page": {502, `<html><body>Bad gateway</body></html>`, helpscout.Error{}, "helpscout: POST /v2/customers: 502 Bad Gateway"},
		"nothing":        {403, ``, helpscout.Error{}, "helpscout: POST /v2/customers: 403 Forbidden"},
		"no status text": {599, `null`, helpscout.Error{}, "helpscout: POST /v2/customers: 599"},
		"wrong types": {409, `{"logRef": 5, "message": "Conflict", "error": {"a": 1}, "_embedded": {"errors": [{"path": 1, "message": "taken", "_links": []}]}}`,
			helpscout.Error{Message: "Conflict", Fields: []helpscout.FieldError{{Message: "taken"}}}, "helpscout: POST /v2/customers: 409 Conflict: Conflict; : taken"},
		"an empty list where a map belongs": {423, `{"_embedded": [], "message": "Locked"}`,
			helpscout.Error{Message: "Locked"}, "helpscout: POST /v2/customers: 423 Locked: Locked"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := helpscout.ParseError("POST", "/v2/customers", test.status, http.Header{}, []byte(test.body), noon)
			test.want.Status, test.want.Method, test.want.Path = test.status, "POST", "/v2/customers"
			require.Equal(t, test.want, *got)
			require.Equal(t, test.text, got.Error())
		})
	}
}

func TestPersonalDataInAMessageIsMasked(t *testing.T) {
	t.Parallel()
	for message, want := range map[string]string{
		`cannot parse phone:"+1 (202) 555-0123" OR x`: `cannot parse phone:"***" OR x`,
		`cannot parse phone:"(202) 555-0123"`:         `cannot parse phone:"***"`,
		`+442079460123 is no number`:                  `*** is no number`,
		`ada.b@example.com, taken`:                    `***, taken`,
		`size must be between 1 and 40`:               `size must be between 1 and 40`,
		`Expected one of these: 'active', 'closed'`:   `Expected one of these: 'active', 'closed'`,
	} {
		body := fmt.Sprintf(`{"message": %q, "_embedded": {"errors": [{"path": "x", "message": %q}]}}`, message, message)
		got := helpscout.ParseError("GET", "/v3/customers/search", 400, nil, []byte(body), noon)
		require.Equal(t, want, got.Message)
		require.Equal(t, want, got.Fields[0].Message)
	}
}

func TestTheTimeToWaitIsReadFromEitherHeader(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status   int
		own, std string
		want     time.Duration
	}{
		"none":                  {429, "", "", time.Minute},
		"own":                   {429, "17", "40", 17 * time.Second},
		"standard":              {429, "", "40", 40 * time.Second},
		"own is useless":        {429, "soon", "40", 40 * time.Second},
		"both are useless":      {429, "soon", "later", time.Minute},
		"with white space":      {429, " 5 ", "", 5 * time.Second},
		"zero":                  {429, "0", "", time.Second},
		"negative":              {429, "-9223372036854775808", "", time.Second},
		"an hour":               {429, "3600", "", 10 * time.Minute},
		"would overflow":        {429, "9223372036854775807", "", 10 * time.Minute},
		"too long for a number": {429, "99999999999999999999", "", time.Minute},
		"a date":                {429, "", noon.Add(90 * time.Second).Format(http.TimeFormat), 90 * time.Second},
		"a date gone by":        {429, "", noon.Add(-time.Hour).Format(http.TimeFormat), time.Second},
		"a date far away":       {429, "", noon.Add(time.Hour).Format(http.TimeFormat), 10 * time.Minute},
		"unavailable":           {503, "", "30", 30 * time.Second},
		"unavailable, unknown":  {503, "", "", 0},
		"not a matter of time":  {400, "17", "40", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			header := http.Header{}
			for key, value := range map[string]string{"X-RateLimit-Retry-After": test.own, "Retry-After": test.std} {
				if value != "" {
					header.Set(key, value)
				}
			}
			got := helpscout.ParseError("GET", "/v2/users/me", test.status, header, []byte(`{"message":"API rate limit exceeded"}`), noon)
			require.Equal(t, test.want, got.RetryAfter)
			require.Equal(t, "API rate limit exceeded", got.Message)
		})
	}
}

func TestKindsOfFailureAreTold(t *testing.T) {
	t.Parallel()
	kinds := map[string]func(error) bool{
		"not found": helpscout.IsNotFound, "conflict": helpscout.IsConflict, "rate limited": helpscout.IsRateLimited,
		"full": helpscout.IsFull, "unauthorized": helpscout.IsUnauthorized, "may have happened": helpscout.MayHaveHappened,
	}
	const tokenPath = "/v2/oauth2/token"
	for name, test := range map[string]struct {
		err  error
		want []string
	}{
		"nil":                      {nil, nil},
		"another error":            {errors.New("x"), nil},
		"400":                      {&helpscout.Error{Status: 400}, nil},
		"401":                      {&helpscout.Error{Status: 401}, []string{"unauthorized"}},
		"403":                      {&helpscout.Error{Status: 403}, nil},
		"404":                      {&helpscout.Error{Status: 404}, []string{"not found"}},
		"408":                      {&helpscout.Error{Status: 408}, []string{"may have happened"}},
		"409":                      {&helpscout.Error{Status: 409}, []string{"conflict"}},
		"412":                      {&helpscout.Error{Status: 412}, []string{"full"}},
		"423":                      {&helpscout.Error{Status: 423}, []string{"full"}},
		"429":                      {&helpscout.Error{Status: 429}, []string{"rate limited"}},
		"504":                      {&helpscout.Error{Status: 504}, []string{"may have happened"}},
		"a wrong secret":           {&helpscout.Error{Status: 400, Path: tokenPath, Code: "invalid_client"}, []string{"unauthorized"}},
		"another OAuth error":      {&helpscout.Error{Status: 400, Path: tokenPath, Code: "invalid_request"}, nil},
		"no token for now":         {&helpscout.Error{Status: 503, Path: tokenPath}, nil},
		"sent":                     {&helpscout.TransportError{Sent: true}, []string{"may have happened"}},
		"not sent":                 {&helpscout.TransportError{}, nil},
		"an unusable answer":       {&helpscout.AnswerError{Path: "/v2/customers"}, []string{"may have happened"}},
		"an unusable token answer": {&helpscout.AnswerError{Path: tokenPath}, nil},
		"refused before sending":   {&helpscout.RequestError{}, nil},
		"merged":                   {&helpscout.MovedError{To: 5}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := test.err
			if err != nil {
				err = fmt.Errorf("log the call: %w", err)
			}
			var got []string
			for kind, is := range kinds {
				if is(err) {
					got = append(got, kind)
				}
			}
			require.ElementsMatch(t, test.want, got)
		})
	}
}

func TestErrorsSayWhatHappenedToTheRequest(t *testing.T) {
	t.Parallel()
	cause := errors.New("EOF")
	for want, err := range map[string]error{
		"helpscout: POST /v2/x: no answer, it may have been carried out: EOF": &helpscout.TransportError{Method: "POST", Path: "/v2/x", Err: cause, Sent: true},
		"helpscout: POST /v2/x: not sent: EOF":                                &helpscout.TransportError{Method: "POST", Path: "/v2/x", Err: cause},
		"helpscout: POST /v2/x: the answer cannot be used: EOF":               &helpscout.AnswerError{Method: "POST", Path: "/v2/x", Err: cause},
		"helpscout: POST /v2/x: not sent: too long":                           &helpscout.RequestError{Method: "POST", Path: "/v2/x", Reason: "too long"},
		"helpscout: GET /v2/x: merged into 9; use that id":                    &helpscout.MovedError{Path: "/v2/x", To: 9},
	} {
		require.EqualError(t, err, want)
	}
	require.ErrorIs(t, &helpscout.TransportError{Err: cause}, cause)
	require.ErrorIs(t, &helpscout.AnswerError{Err: cause}, cause)
}
