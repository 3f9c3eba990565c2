package api

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"callscout/aircall"
	"callscout/api/desk"
	"callscout/helpscout"
	"callscout/store"
)

// notice is what somebody who installs is told: what is wrong, and what to do. Its
// words are those of the desk, by a key.
type notice struct {
	key    string
	values []any
}

func told(key string, values ...any) notice { return notice{key, values} }

func (n notice) Error() string { return "the person was told: " + n.key }

var beingUninstalled = told("uninstalling")

// errLacksRole says that somebody is signed in who may not connect accounts.
type errLacksRole struct{ needed desk.Role }

func (e errLacksRole) Error() string { return "this needs the role " + string(e.needed) }

// installFailed tells a person in plain words, and the log the rest. No error of the
// vendors' clients holds a code or a token.
func (a *API) installFailed(c echo.Context, err error) error {
	if known, ok := errors.AsType[notice](err); ok {
		return a.installPage(c, http.StatusBadRequest, known)
	}
	if lacks, ok := errors.AsType[errLacksRole](err); ok {
		return a.installPage(c, http.StatusForbidden, told("role", desk.Word("role."+string(lacks.needed))))
	}
	a.log.Warn("an account was not connected", "path", c.Path(), "error", err)
	_, byAircall := errors.AsType[*aircall.Error](err)
	_, byHelpScout := errors.AsType[*helpscout.Error](err)
	switch {
	case errors.Is(err, store.ErrUninstalling):
		return a.installPage(c, http.StatusConflict, beingUninstalled)
	case byAircall, byHelpScout:
		return a.installPage(c, http.StatusBadGateway, told("refused"))
	default:
		return a.installPage(c, http.StatusBadGateway, told("failed"))
	}
}

func (a *API) installPage(c echo.Context, status int, n notice) error {
	return a.desk.Notice(c, status, n.key, n.values...)
}
