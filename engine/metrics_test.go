package engine_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/stretchr/testify/require"

	"callscout/engine"
)

func TestMetricsHaveTheNamesThatDashboardsKnow(t *testing.T) {
	t.Parallel()
	registry := prometheus.NewRegistry()
	handler, err := engine.PrometheusMetrics(registry)
	require.NoError(t, err)
	tagged := handler.WithTags(map[string]string{"operation": "StartWorkflowExecution"})
	tagged.Counter("temporal_request").Inc(2)
	tagged.Timer("temporal_request_latency").Record(30 * time.Millisecond)
	handler.Gauge("temporal_num_pollers").Update(5)

	page := httptest.NewRecorder()
	promhttp.HandlerFor(registry, promhttp.HandlerOpts{}).ServeHTTP(page, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	require.Contains(t, page.Body.String(), `temporal_request_total{operation="StartWorkflowExecution"} 2`)
	require.Contains(t, page.Body.String(), `temporal_request_latency_seconds_bucket{operation="StartWorkflowExecution",le="0.05"} 1`)
	require.Contains(t, page.Body.String(), `temporal_request_latency_seconds_bucket{operation="StartWorkflowExecution",le="0.025"} 0`)
	require.Contains(t, page.Body.String(), "temporal_num_pollers 5")
}
