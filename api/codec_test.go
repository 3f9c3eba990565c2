package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	"google.golang.org/protobuf/encoding/protojson"

	"callscout/engine"
	"callscout/secret"
	"callscout/store/storetest"
)

func (e *edge) decode(t testing.TB, body string, headers ...string) reply {
	t.Helper()
	request := e.request(t, http.MethodPost, "/codec/decode", strings.NewReader(body))
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	return e.do(t, request)
}

func TestOnlyWhoIsSignedInHasRunsDecoded(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	sealed := sealedPayloads(t, e.keys)
	cookie := e.session(t)
	own := cookie.Name + "=" + cookie.Value
	require.Equal(t, http.StatusUnauthorized, e.decode(t, sealed).status)
	require.Equal(t, http.StatusUnauthorized, e.decode(t, sealed, "Authorization", "Bearer wrong").status)
	require.Equal(t, http.StatusUnauthorized, e.decode(t, sealed, "Authorization", "Basic "+adminToken).status)
	require.Equal(t, http.StatusUnauthorized, e.decode(t, sealed, "Origin", uiURL).status)
	require.Equal(t, http.StatusForbidden, e.decode(t, sealed, "Cookie", own, "Origin", "https://evil.example").status)

	fromUI := e.decode(t, sealed, "Cookie", own, "Origin", uiURL)
	require.Equal(t, http.StatusOK, fromUI.status)
	require.Equal(t, uiURL, fromUI.header.Get("Access-Control-Allow-Origin"))
	require.Equal(t, "true", fromUI.header.Get("Access-Control-Allow-Credentials"))
	fromTool := e.decode(t, sealed, "Authorization", "Bearer "+adminToken)
	require.Empty(t, fromTool.header.Get("Access-Control-Allow-Origin"))
	for _, opened := range []reply{fromUI, fromTool} {
		var payloads commonpb.Payloads
		require.NoError(t, protojson.Unmarshal([]byte(opened.body), &payloads))
		require.Equal(t, `"`+callerNumber+`"`, string(payloads.GetPayloads()[0].GetData()))
	}
	require.Contains(t, e.log.String(), `"msg":"runs decoded","payloads":1,"by":"session"`)
	require.Contains(t, e.log.String(), `"by":"admin token"`)
	require.NotContains(t, e.log.String(), "202-555")
}

func TestTheWebUIMayAskWhetherItMayAsk(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	request := e.request(t, http.MethodOptions, "/codec/decode", nil)
	request.Header.Set("Origin", uiURL)
	answer := e.do(t, request)
	require.Equal(t, http.StatusNoContent, answer.status)
	require.Equal(t, uiURL, answer.header.Get("Access-Control-Allow-Origin"))
	request.Header.Set("Origin", "http://127.0.0.1:9999")
	require.Equal(t, http.StatusForbidden, e.do(t, request).status)
}

func TestWhatWasSealedWithAnotherKeyIsNotDecoded(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	answer := e.decode(t, sealedPayloads(t, storetest.Keys(t)), "Authorization", "Bearer "+adminToken)
	require.GreaterOrEqual(t, answer.status, 400)
	require.Contains(t, answer.body, "CALLSCOUT_ENCRYPTION_KEY")
	tooLarge := e.decode(t, strings.Repeat(" ", 9<<20), "Authorization", "Bearer "+adminToken)
	require.Equal(t, http.StatusRequestEntityTooLarge, tooLarge.status)
}

func sealedPayloads(t testing.TB, keys *secret.Ring) string {
	t.Helper()
	payloads, err := engine.DataConverter(keys).ToPayloads(callerNumber)
	require.NoError(t, err)
	body, err := protojson.Marshal(payloads)
	require.NoError(t, err)
	return string(body)
}
