package aircall_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/aircall"
)

var noon = time.Date(2026, 1, 5, 12, 0, 0, 0, time.UTC)

func parse(status int, header http.Header, body string) *aircall.Error {
	return aircall.ParseError(http.MethodGet, "/v1/calls/7", status, header, []byte(body), noon)
}

func TestParseErrorReadsWhatAircallSays(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		status  int
		body    string
		want    aircall.Error
		text    string
		refused bool
	}{
		"application": {
			status: 400, body: `{"error":"Bad Request","troubleshoot":"url is missing"}`,
			want: aircall.Error{Message: "Bad Request", Troubleshoot: "url is missing"},
			text: "aircall: GET /v1/calls/7: 400 Bad Request: url is missing",
		},
		"message beside a bare error": {
			status: 400, body: `{"error":"Bad Request","message":"page is too far","success":false,"errors":{}}`,
			want: aircall.Error{Message: "page is too far"},
			text: "aircall: GET /v1/calls/7: 400 Bad Request: page is too far",
		},
		"unprocessable": {
			status: 422, body: `{"error":"Unprocessable Entity","success":false,"errors":{}}`,
			want: aircall.Error{Message: "Unprocessable Entity"},
			text: "aircall: GET /v1/calls/7: 422 Unprocessable Entity",
		},
		"gateway, no credential": {
			status: 401, body: `{"message":"Unauthorized"}`, refused: true,
			want: aircall.Error{Message: "Unauthorized"},
			text: "aircall: GET /v1/calls/7: 401 Unauthorized: the credential is wrong or withdrawn; check the API id and token, or install again",
		},
		"gateway, wrong credential": {
			status: 403, body: `{"message":"Forbidden"}`, refused: true,
			want: aircall.Error{Message: "Forbidden"},
			text: "aircall: GET /v1/calls/7: 403 Forbidden: the credential is wrong or withdrawn; check the API id and token, or install again",
		},
		"not found": {
			status: 404, body: `{"message":"Not Found"}`,
			want: aircall.Error{Message: "Not Found"},
			text: "aircall: GET /v1/calls/7: 404 Not Found",
		},
		"a page": {
			status: 502, body: "<html>\n  <title>Bad\tGateway</title>",
			want: aircall.Error{Excerpt: "<html> <title>Bad Gateway</title>"},
			text: "aircall: GET /v1/calls/7: 502 Bad Gateway: <html> <title>Bad Gateway</title>",
		},
		"nothing":          {status: 500, text: "aircall: GET /v1/calls/7: 500 Internal Server Error"},
		"an array":         {status: 500, body: `[]`, want: aircall.Error{Excerpt: "[]"}, text: "aircall: GET /v1/calls/7: 500 Internal Server Error: []"},
		"odd types":        {status: 500, body: `{"error":{},"message":[],"troubleshoot":true}`, text: "aircall: GET /v1/calls/7: 500 Internal Server Error"},
		"unknown status":   {status: 599, body: `{}`, text: "aircall: GET /v1/calls/7: 599"},
		"silent on others": {status: 418, body: `{"token":"hush"}`, text: "aircall: GET /v1/calls/7: 418 I'm a teapot"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := parse(tc.status, nil, tc.body)
			tc.want.Status, tc.want.Method, tc.want.Path = tc.status, http.MethodGet, "/v1/calls/7"
			require.Equal(t, &tc.want, got)
			require.EqualError(t, got, tc.text)
			require.Equal(t, tc.refused, got.WrongCredential())
		})
	}
}

func TestParseErrorTellsHowLongToWait(t *testing.T) {
	t.Parallel()
	const retry, reset = "Retry-After", "X-Aircallapi-Reset"
	for name, tc := range map[string]struct {
		status int
		header map[string]string
		want   time.Duration
	}{
		"nothing said":               {429, nil, time.Minute},
		"seconds":                    {429, map[string]string{retry: "12"}, 12 * time.Second},
		"a date":                     {429, map[string]string{retry: "Mon, 05 Jan 2026 12:00:30 GMT"}, 30 * time.Second},
		"a date that is over":        {429, map[string]string{retry: "Mon, 05 Jan 2026 11:00:30 GMT"}, time.Minute},
		"none":                       {429, map[string]string{retry: "0"}, time.Second},
		"less than none":             {429, map[string]string{retry: "-5"}, time.Minute},
		"too long":                   {429, map[string]string{retry: "86400"}, 5 * time.Minute},
		"nonsense":                   {429, map[string]string{retry: "soon", reset: "later"}, time.Minute},
		"reset in Unix seconds":      {429, map[string]string{reset: "1767614442"}, 42 * time.Second},
		"reset in Unix milliseconds": {429, map[string]string{reset: "1767614442500"}, 42500 * time.Millisecond},
		"reset in seconds to wait":   {429, map[string]string{reset: "7"}, 7 * time.Second},
		"reset that is over":         {429, map[string]string{reset: "1767614399"}, time.Minute},
		"reset far away":             {429, map[string]string{reset: "1767700000"}, 5 * time.Minute},
		"reset beyond all":           {429, map[string]string{reset: "9223372036854775807"}, time.Minute},
		"both":                       {429, map[string]string{retry: "12", reset: "1767614442"}, 12 * time.Second},
		"away for a while":           {503, map[string]string{retry: "12"}, 12 * time.Second},
		"away":                       {503, nil, 0},
		"away, reset of the limit":   {503, map[string]string{reset: "7"}, 0},
		"another status":             {500, map[string]string{retry: "12"}, 0},
	} {
		header := http.Header{}
		for key, value := range tc.header {
			header.Set(key, value)
		}
		require.Equal(t, tc.want, parse(tc.status, header, "").RetryAfter, name)
	}
}

func TestTextsOfErrorsAreMadeSafeAndShort(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"to +1 202-555-0143 failed":                        "to *** failed",
		"to +442079460123 failed":                          "to *** failed",
		"to (+49) 30 23125 100!":                           "to (***!",
		"by ada@example.com, sorry":                        "by ***, sorry",
		"key df76g76dpziygs567f0":                          "key ***",
		"got Authorization: Basic aWQ6aHVzaA== from you":   "got Authorization: Basic *** from you",
		"sent bearer hush":                                 "sent bearer ***",
		"see https://example.com/x?token=hush for more":    "see https://example.com/x for more",
		"a\x00b\nforged\u2028line":                         "a b forged line",
		"\xff\xfebroken":                                   "broken",
		"conversation_intelligence needs page 201 of 200.": "conversation_intelligence needs page 201 of 200.",
	} {
		require.Equal(t, want, parse(502, nil, in).Excerpt, in)
	}
	long := parse(502, nil, strings.Repeat("é ", 50000)).Excerpt
	require.Len(t, []rune(long), 201)
	require.True(t, strings.HasSuffix(long, "…"))
	e := parse(400, nil, `{"error":"no +1 202-555-0143","troubleshoot":"ask ada@example.com"}`)
	require.Equal(t, "no ***", e.Message)
	require.Equal(t, "ask ***", e.Troubleshoot)
}

func TestAnErrorKeepsTheStatusOfACutOffBody(t *testing.T) {
	t.Parallel()
	server := record(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		w.WriteHeader(http.StatusBadGateway)
		_, _ = w.Write([]byte("<html>"))
	})
	_, err := server.client(t).GetCall(t.Context(), 7)
	var answer *aircall.Error
	require.ErrorAs(t, err, &answer)
	require.Equal(t, &aircall.Error{Status: 502, Method: http.MethodGet, Path: "/v1/calls/7", Excerpt: "<html>"}, answer)
}
