package api

import "github.com/labstack/echo/v4"

// Routes lists all that this edge answers, for the tests that hold each of them to a
// rule.
func Routes(a *API) []*echo.Route { return a.routes().(*echo.Echo).Routes() }
