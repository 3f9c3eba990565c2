package api_test

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/require"

	"callscout/api"
	"callscout/secret"
	"callscout/starter"
	"callscout/store/storetest"
)

func TestReadinessNamesWhatIsMissing(t *testing.T) {
	t.Parallel()
	down := errors.New("dial tcp 192.0.2.7:5432: hush-password")
	for name, test := range map[string]struct {
		store, temporal error
		missing         map[string]string
	}{
		"all is well":       {nil, nil, map[string]string{}},
		"the store is away": {down, nil, map[string]string{"store": "the database does not answer"}},
		"Temporal is away":  {nil, down, map[string]string{"temporal": "Temporal does not answer; events wait in the inbox"}},
		"the search attributes are missing": {nil, starter.ErrNotSetUp, map[string]string{
			"temporal": "Temporal's namespace does not know Callscout's search attributes yet; start a worker, which adds them; events wait in the inbox",
		}},
		"both are away": {down, down, map[string]string{
			"store": "the database does not answer", "temporal": "Temporal does not answer; events wait in the inbox",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEdge(t)
			e.sick.fall(test.store, nil)
			e.temporal.goAway(test.temporal)
			answer := e.get(t, "/readyz")
			var ready struct {
				Ready  bool
				Checks []struct {
					Name, Missing string
					OK            bool
				}
			}
			require.NoError(t, json.Unmarshal([]byte(answer.body), &ready))
			missing := map[string]string{}
			for _, check := range ready.Checks {
				require.Equal(t, check.OK, check.Missing == "")
				if !check.OK {
					missing[check.Name] = check.Missing
				}
			}
			require.Equal(t, test.missing, missing)
			require.Len(t, ready.Checks, 2)
			require.Equal(t, len(missing) == 0, ready.Ready)
			want := http.StatusOK
			if !ready.Ready {
				want = http.StatusServiceUnavailable
			}
			require.Equal(t, want, answer.status)
			require.NotContains(t, answer.body, "hush")

			require.Equal(t, http.StatusOK, e.get(t, "/healthz").status, "the process lives all the same")
			for path, status := range map[string]int{"/healthz": http.StatusOK, "/readyz": want} {
				head := e.do(t, e.request(t, http.MethodHead, path, nil))
				require.Equal(t, status, head.status)
				require.Empty(t, head.body)
			}
		})
	}
}

func TestWhatIsMeasuredKeepsToTheRulesAndHoldsNothingPersonal(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	require.Equal(t, 200, e.post(t, webhook("call.created", 1, mappedLine)).status)
	before := strings.Count(e.metrics(t), "\n")
	for call := range int64(49) {
		require.Equal(t, 200, e.post(t, webhook("call.created", call+2, mappedLine)).status)
	}
	require.Equal(t, 200, e.post(t, webhook("", 7, mappedLine)).status)
	problems, err := testutil.GatherAndLint(e.registry)
	require.NoError(t, err)
	require.Empty(t, problems)
	text := e.metrics(t)
	require.Equal(t, before, strings.Count(text, "\n"), "fifty calls make no more series")
	require.Contains(t, text, `callscout_webhooks_total{result="delivered"} 50`)
	require.Contains(t, text, `callscout_webhooks_total{result="held"} 1`)
	require.Contains(t, text, "callscout_build_info{")
	for _, private := range []string{"hush", "202-555", "2025550143", "Testwell"} {
		require.NotContains(t, text, private)
	}
}

func TestWithTheStoreAwayTheOtherMetricsAreStillServed(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	e.sick.fall(errors.New("disk is gone"), nil)
	text := e.metrics(t)
	require.Contains(t, text, "callscout_webhooks_total{")
	require.NotContains(t, text, "callscout_inbox_waiting_events")
}

func TestAnEdgeIsNotMadeOfHalfItsParts(t *testing.T) {
	t.Parallel()
	keys, err := secret.ParseRing(secret.NewKey())
	require.NoError(t, err)
	whole := func() api.Config {
		return api.Config{
			Store: storetest.SQLite(t), Deliverer: &fakeTemporal{}, Keys: keys, AdminToken: adminToken,
			Registry: prometheus.NewRegistry(), Log: slog.New(slog.DiscardHandler),
		}
	}
	_, err = api.New(whole())
	require.NoError(t, err)
	for name, take := range map[string]func(*api.Config){
		"Store":      func(c *api.Config) { c.Store = nil },
		"Deliverer":  func(c *api.Config) { c.Deliverer = nil },
		"Keys":       func(c *api.Config) { c.Keys = nil },
		"Registry":   func(c *api.Config) { c.Registry = nil },
		"Log":        func(c *api.Config) { c.Log = nil },
		"CALLSCOUT_": func(c *api.Config) { c.AdminToken = " \n" },
	} {
		cfg := whole()
		take(&cfg)
		_, err := api.New(cfg)
		require.ErrorContains(t, err, name)
	}
}

func TestAnUnknownAddressIsNotFound(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	answer := e.get(t, "/nowhere")
	require.Equal(t, http.StatusNotFound, answer.status)
	require.JSONEq(t, `{"status":"error","message":"Not Found"}`, answer.body)
	require.Equal(t, "nosniff", answer.header.Get("X-Content-Type-Options"))
}
