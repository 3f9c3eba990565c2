package api

import (
	"net/http"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Probes answers /healthz, /readyz and /metrics alone, for a process without an
// edge. Of the configuration it uses Store, Deliverer, Registry and Log.
func Probes(cfg Config) http.Handler {
	a := &API{cfg: cfg, log: cfg.Log}
	e := echo.New()
	e.HTTPErrorHandler = a.answerError
	a.probes(e)
	return e
}

// lookOnly are the methods of probes: some monitors ask without wanting a body.
var lookOnly = []string{http.MethodGet, http.MethodHead}

func (a *API) probes(e *echo.Echo) {
	e.Match(lookOnly, "/healthz", a.healthz)
	e.Match(lookOnly, "/readyz", a.readyz)
	// With the store away, the rest is worth the more.
	measured := promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError}
	e.GET("/metrics", echo.WrapHandler(promhttp.HandlerFor(a.cfg.Registry, measured)))
}
