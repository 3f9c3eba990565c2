package api

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"

	"callscout/aircall"
	"callscout/helpscout"
	"callscout/store"
)

// notice is what somebody who installs is told: what is wrong, and what to do.
type notice struct{ Title, Text string }

func (n notice) Error() string { return n.Title }

var beingUninstalled = notice{"This installation is being uninstalled.", "Wait a few minutes, then install again. Nothing was changed."}

func noApplication(vendor, variables string) notice {
	return notice{vendor + " cannot be connected here.",
		fmt.Sprintf("Whoever runs this Callscout has to set %s. Until then, use credentials of your own in the settings.", variables)}
}

// installFailed tells a person in plain words, and the log the rest. No error of the
// vendors' clients holds a code or a token.
func (a *API) installFailed(c echo.Context, err error) error {
	if known, ok := errors.AsType[notice](err); ok {
		return a.installPage(c, http.StatusBadRequest, known)
	}
	a.log.Warn("an account was not connected", "path", c.Path(), "error", err)
	_, byAircall := errors.AsType[*aircall.Error](err)
	_, byHelpScout := errors.AsType[*helpscout.Error](err)
	switch {
	case errors.Is(err, store.ErrUninstalling):
		return a.installPage(c, http.StatusConflict, beingUninstalled)
	case byAircall, byHelpScout:
		return a.installPage(c, http.StatusBadGateway, notice{"The vendor refused the connection.",
			"Begin again: each consent works once, and for a few minutes. If it fails again, ask whoever runs this Callscout to look into its log."})
	default:
		return a.installPage(c, http.StatusBadGateway, notice{"The account could not be connected.",
			"Begin again in a minute. If it fails again, ask whoever runs this Callscout to look into its log."})
	}
}

func (a *API) installPage(c echo.Context, status int, n notice) error {
	return a.page(c, status, "notice", n)
}
