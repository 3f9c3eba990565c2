package desk

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"callscout/settings"
	"callscout/store"
)

const (
	sessionKey      = "session"
	installationKey = "installation"
)

// signedInOnly sends whoever is not signed in to do so, and back.
func (d *Desk) signedInOnly(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		session, ok := d.Who(c.Request())
		if ok {
			c.Set(sessionKey, session)
			d.used(c, session)
			c.Request().Body = http.MaxBytesReader(c.Response(), c.Request().Body, mostForm)
			return next(c)
		}
		wanted := c.Request().URL.RequestURI()
		if isFragment(c) {
			// A redirect would put the sign-in page into the middle of another one.
			if page, err := url.Parse(c.Request().Header.Get("HX-Current-URL")); err == nil {
				wanted = page.RequestURI()
			}
			c.Response().Header().Set("HX-Redirect", signInAddress(wanted))
			return c.NoContent(http.StatusUnauthorized)
		}
		if c.Request().Method != http.MethodGet {
			wanted = "/"
		}
		return c.Redirect(http.StatusSeeOther, signInAddress(wanted))
	}
}

func signInAddress(next string) string {
	return "/signin?next=" + url.QueryEscape(localPath(next))
}

func isFragment(c echo.Context) bool {
	c.Response().Header().Add("Vary", "HX-Request")
	return c.Request().Header.Get("HX-Request") == "true"
}

// withRole lets pass who may do what a role is needed for.
func withRole(needed Role, next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if !sessionIn(c).Can(needed) {
			return errForbidden{needed}
		}
		return next(c)
	}
}

// ownInstallationOnly finds the installation of an address. One that is not there
// and one of somebody else look the same.
func (d *Desk) ownInstallationOnly(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if !sessionIn(c).May(c.Param("id")) {
			return echo.ErrNotFound
		}
		ctx, cancel := context.WithTimeout(c.Request().Context(), pageWithin)
		defer cancel()
		installation, err := d.cfg.Store.Installation(ctx, c.Param("id"))
		if errors.Is(err, store.ErrNotFound) || err == nil && installation.Uninstalled {
			return echo.ErrNotFound
		}
		if err != nil {
			return err
		}
		c.Set(installationKey, installation)
		return next(c)
	}
}

func sessionIn(c echo.Context) Session {
	session, _ := c.Get(sessionKey).(Session)
	return session
}

func installationIn(c echo.Context) settings.Installation {
	installation, _ := c.Get(installationKey).(settings.Installation)
	return installation
}
