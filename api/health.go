package api

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
)

// readyWithin is how long a probe waits for what this edge depends on.
const readyWithin = 2 * time.Second

// healthz says that the process lives, whatever becomes of the others.
func (a *API) healthz(c echo.Context) error {
	return c.JSON(http.StatusOK, answer{Status: "ok"})
}

// check is one thing that is needed.
type check struct {
	Name    string `json:"name"`
	OK      bool   `json:"ok"`
	Missing string `json:"missing,omitempty"`
}

type readiness struct {
	Ready  bool    `json:"ready"`
	Checks []check `json:"checks"`
}

// readyz says whether the edge can do its whole job, and names what is missing.
func (a *API) readyz(c echo.Context) error {
	ready := a.readiness(c.Request().Context())
	status := http.StatusOK
	if !ready.Ready {
		status = http.StatusServiceUnavailable
	}
	return c.JSON(status, ready)
}

func (a *API) readiness(ctx context.Context) readiness {
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	result := readiness{Ready: true}
	add := func(name string, err error, missing string) {
		one := check{Name: name, OK: err == nil}
		if err != nil {
			one.Missing, result.Ready = missing, false
			a.log.Debug("not ready", "check", name, "error", err)
		}
		result.Checks = append(result.Checks, one)
	}
	add("store", a.cfg.Store.Ping(ctx), "the database does not answer")
	add("temporal", a.cfg.Deliverer.Reachable(ctx), "Temporal does not answer; events wait in the inbox")
	return result
}
