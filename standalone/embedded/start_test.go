package embedded_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"

	"callscout/engine"
	"callscout/standalone/embedded"
	"callscout/standalone/embedded/embeddedtest"
)

func TestAStartedServerIsReady(t *testing.T) {
	t.Parallel()
	opts := embeddedtest.Options(t)
	var progress []string
	opts.Progress = func(doing string) { progress = append(progress, doing) }
	ctx, cancel := context.WithTimeout(t.Context(), within)
	server, err := embedded.Start(ctx, opts)
	cancel() // limits the start alone
	require.NoError(t, err)
	t.Cleanup(server.Stop)
	require.Equal(t, []string{"making Temporal's database", "starting Temporal", "starting Temporal's Web UI"}, progress)

	c := dial(t, server.HostPort())
	require.Equal(t, 30*24*time.Hour, retention(t, c, client.DefaultNamespace))
	missing, err := engine.MissingSearchAttributes(deadline(t), c, client.DefaultNamespace)
	require.NoError(t, err)
	require.Empty(t, missing)

	address, found, err := engine.ReadAddress(opts.DataDir)
	require.NoError(t, err)
	require.True(t, found)
	require.Equal(t, server.HostPort(), address.HostPort)
	require.Equal(t, server.UIURL(), address.UIURL)
	require.Equal(t, client.DefaultNamespace, address.Namespace)

	work(t, c)
	require.Equal(t, "hello", resultOf(t, c, start(t, c, repeat, "hello")))
}

func retention(t *testing.T, c client.Client, namespace string) time.Duration {
	t.Helper()
	is, err := c.WorkflowService().DescribeNamespace(deadline(t), &workflowservice.DescribeNamespaceRequest{Namespace: namespace})
	require.NoError(t, err)
	return is.GetConfig().GetWorkflowExecutionRetentionTtl().AsDuration()
}

func TestTheWebUIIsSetUpForSealedRuns(t *testing.T) {
	t.Parallel()
	server := embeddedtest.Start(t, func(opts *embedded.Options) {
		opts.CodecEndpoint = "http://127.0.0.1:8080/codec"
		opts.UICodecErrorMessage, opts.UICodecErrorLink = "Sign in to read runs.", "http://127.0.0.1:8080/login"
		opts.Namespace = "calls"
	})
	require.Contains(t, fetch(t, server.UIURL()+"/"), "<html")

	var settings struct {
		DefaultNamespace string
		DisableNewsFetch bool
		Codec            struct {
			Endpoint, DefaultErrorMessage, DefaultErrorLink string
			IncludeCredentials, PassAccessToken             bool
		}
	}
	require.NoError(t, json.Unmarshal([]byte(fetch(t, server.UIURL()+"/api/v1/settings")), &settings))
	require.Equal(t, "calls", settings.DefaultNamespace)
	require.True(t, settings.DisableNewsFetch)
	require.Equal(t, "http://127.0.0.1:8080/codec", settings.Codec.Endpoint)
	require.True(t, settings.Codec.IncludeCredentials)
	require.False(t, settings.Codec.PassAccessToken)
	require.Equal(t, "Sign in to read runs.", settings.Codec.DefaultErrorMessage)
	require.Equal(t, "http://127.0.0.1:8080/login", settings.Codec.DefaultErrorLink)

	// It shows what this server holds.
	require.Contains(t, fetch(t, server.UIURL()+"/api/v1/namespaces/calls"), `"calls"`)
}

func fetch(t *testing.T, url string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(deadline(t), http.MethodGet, url, nil)
	require.NoError(t, err)
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer func() { require.NoError(t, response.Body.Close()) }()
	body, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, response.StatusCode, string(body))
	return string(body)
}

func TestWrongOptionsAreRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		opts embedded.Options
		says string
	}{
		"no data folder":   {embedded.Options{}, "needs a data folder"},
		"short retention":  {embedded.Options{DataDir: t.TempDir(), Retention: time.Minute}, "for 1h0m0s at least"},
		"folder is a file": {embedded.Options{DataDir: "start_test.go"}, "data folder"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := embedded.Start(deadline(t), test.opts)
			require.ErrorContains(t, err, test.says)
		})
	}
}
