package engine_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"google.golang.org/protobuf/encoding/protojson"

	"callscout/engine"
	"callscout/secret"
)

const (
	webUI    = "http://127.0.0.1:8233"
	signedIn = "Bearer signed-in"
)

// codecServer has the handler under a prefix, and counts what was audited.
func codecServer(t *testing.T, keys *secret.Ring, audited *[]int) *httptest.Server {
	t.Helper()
	handler := engine.CodecHandler(keys, engine.CodecOptions{
		Origins:   []string{webUI + "/", ""},
		Authorize: func(r *http.Request) bool { return r.Header.Get("Authorization") == signedIn },
		Audit:     func(_ *http.Request, n int) { *audited = append(*audited, n) },
	})
	server := httptest.NewServer(http.StripPrefix("/codec", handler))
	t.Cleanup(server.Close)
	return server
}

func sealedBody(t *testing.T, keys *secret.Ring) string {
	t.Helper()
	payloads, err := engine.DataConverter(keys).ToPayloads(ada, "hello")
	require.NoError(t, err)
	plain, err := converter.GetDefaultDataConverter().ToPayload("never sealed")
	require.NoError(t, err)
	body, err := protojson.Marshal(&commonpb.Payloads{Payloads: append(payloads.Payloads, plain)})
	require.NoError(t, err)
	return string(body)
}

func TestTheCodecEndpointAnswers(t *testing.T) {
	t.Parallel()
	keys := ring(t)
	good := sealedBody(t, keys)
	for name, test := range map[string]struct {
		method, path, origin, authorization, body string
		status                                    int
		allowed                                   bool
	}{
		"the Web UI of somebody signed in": {"POST", "/codec/decode", webUI, signedIn, good, http.StatusOK, true},
		"a tool of somebody signed in":     {"POST", "/codec/decode", "", signedIn, good, http.StatusOK, false},
		"the Web UI of a stranger":         {"POST", "/codec/decode", webUI, "", good, http.StatusUnauthorized, true},
		"a tool of a stranger":             {"POST", "/codec/decode", "", "", good, http.StatusUnauthorized, false},
		"a page of another site":           {"POST", "/codec/decode", "http://127.0.0.1:9999", signedIn, good, http.StatusForbidden, false},
		"a page without an origin":         {"POST", "/codec/decode", "null", signedIn, good, http.StatusForbidden, false},
		"an origin with a slash":           {"POST", "/codec/decode", webUI + "/", signedIn, good, http.StatusForbidden, false},
		"a preflight":                      {"OPTIONS", "/codec/decode", webUI, "", "", http.StatusNoContent, true},
		"a preflight of another site":      {"OPTIONS", "/codec/decode", "https://evil.example", "", "", http.StatusForbidden, false},
		"sealing, which is not offered":    {"POST", "/codec/encode", webUI, signedIn, good, http.StatusNotFound, true},
		"another method":                   {"GET", "/codec/decode", webUI, signedIn, "", http.StatusMethodNotAllowed, true},
		"a body that is not JSON":          {"POST", "/codec/decode", webUI, signedIn, "nonsense", http.StatusBadRequest, true},
		"a body that is too large":         {"POST", "/codec/decode", webUI, signedIn, strings.Repeat(" ", 8<<20) + good, http.StatusRequestEntityTooLarge, true},
		"a payload of another key":         {"POST", "/codec/decode", webUI, signedIn, sealedBody(t, ring(t)), http.StatusBadRequest, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var audited []int
			server := codecServer(t, keys, &audited)
			request, err := http.NewRequestWithContext(t.Context(), test.method, server.URL+test.path, strings.NewReader(test.body))
			require.NoError(t, err)
			if test.origin != "" {
				request.Header.Set("Origin", test.origin)
			}
			request.Header.Set("Authorization", test.authorization)
			response, err := server.Client().Do(request)
			require.NoError(t, err)
			defer func() { require.NoError(t, response.Body.Close()) }()
			body, err := io.ReadAll(response.Body)
			require.NoError(t, err)

			require.Equal(t, test.status, response.StatusCode)
			require.Contains(t, response.Header.Values("Vary"), "Origin")
			require.Equal(t, "no-store", response.Header.Get("Cache-Control"))
			if test.allowed {
				require.Equal(t, webUI, response.Header.Get("Access-Control-Allow-Origin"))
				require.Equal(t, "true", response.Header.Get("Access-Control-Allow-Credentials"))
				require.Equal(t, "POST, OPTIONS", response.Header.Get("Access-Control-Allow-Methods"))
				require.Equal(t, "Authorization, Content-Type, X-Namespace", response.Header.Get("Access-Control-Allow-Headers"))
			} else {
				require.Empty(t, response.Header.Get("Access-Control-Allow-Origin"))
			}
			if test.status != http.StatusOK {
				require.Empty(t, audited)
				return
			}
			require.Equal(t, []int{2}, audited, "the third payload was never sealed")
			var opened commonpb.Payloads
			require.NoError(t, protojson.Unmarshal(body, &opened))
			var who caller
			require.NoError(t, converter.GetDefaultDataConverter().FromPayload(opened.Payloads[0], &who))
			require.Equal(t, ada, who)
			require.Len(t, opened.Payloads, 3)
		})
	}
}

func TestTheCodecEndpointWithoutAnAuthorizerLetsNobodyIn(t *testing.T) {
	t.Parallel()
	keys := ring(t)
	answer := httptest.NewRecorder()
	engine.CodecHandler(keys, engine.CodecOptions{}).ServeHTTP(answer,
		httptest.NewRequest(http.MethodPost, "/decode", strings.NewReader(sealedBody(t, keys))))
	require.Equal(t, http.StatusUnauthorized, answer.Code)
}
