package api

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"callscout/api/desk"
	"callscout/starter"
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
	// problem is the desk's word for what is missing.
	problem string
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
	probes := []struct {
		name    string
		ask     func(context.Context) error
		missing func(error) (problem, text string)
	}{
		{"store", a.cfg.Store.Ping, func(error) (string, string) { return "store", "the database does not answer" }},
		{"temporal", a.cfg.Deliverer.Reachable, temporalMissing},
	}
	result := readiness{Ready: true, Checks: make([]check, len(probes))}
	// At the same time, so that one that hangs does not make the other look
	// missing.
	var asked sync.WaitGroup
	for i, probe := range probes {
		asked.Go(func() {
			err := probe.ask(ctx)
			result.Checks[i] = check{Name: probe.name, OK: err == nil}
			if err != nil {
				result.Checks[i].problem, result.Checks[i].Missing = probe.missing(err)
				a.log.Debug("not ready", "check", probe.name, "error", err)
			}
		})
	}
	asked.Wait()
	for _, one := range result.Checks {
		result.Ready = result.Ready && one.OK
	}
	return result
}

func temporalMissing(err error) (problem, text string) {
	if errors.Is(err, starter.ErrNotSetUp) {
		return "temporal_setup", "Temporal's namespace does not know Callscout's search attributes yet; start a worker, which adds them; events wait in the inbox"
	}
	return "temporal", "Temporal does not answer; events wait in the inbox"
}

// deskChecks are the checks as the desk shows them.
func (a *API) deskChecks(ctx context.Context) []desk.Check {
	var checks []desk.Check
	for _, one := range a.readiness(ctx).Checks {
		checks = append(checks, desk.Check{Name: one.Name, Problem: one.problem})
	}
	return checks
}
