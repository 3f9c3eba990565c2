package api

import (
	"github.com/labstack/echo/v4"

	"callscout/settings"
)

// Routes lists all that this edge answers, for the tests that hold each of them to a
// rule.
func Routes(a *API) []*echo.Route { return a.routes().(*echo.Echo).Routes() }

// ForgetHealth has the next page look at what works, and not at what it saw before.
func ForgetHealth(a *API, installation string) { a.watch.Forget(installation) }

// SidebarWords are the texts of the app in the sidebar.
func SidebarWords(language settings.Language) sidebarWords {
	_, words := sidebarWordsFor(language)
	return words
}
