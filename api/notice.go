package api

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"html/template"
	"net/http"

	"github.com/labstack/echo/v4"

	"callscout/aircall"
	"callscout/api/desk"
	"callscout/helpscout"
	"callscout/store"
)

//go:embed notice.html
var noticeText string

var noticePage = template.Must(template.New("notice").Parse(noticeText))

// notice is what somebody who installs is told: what is wrong, and what to do.
type notice struct{ Title, Text string }

func (n notice) Error() string { return n.Title }

var beingUninstalled = notice{"This installation is being uninstalled.", "Wait a few minutes, then install again. Nothing was changed."}

// errLacksRole says that somebody is signed in who may not connect accounts.
type errLacksRole struct{ needed desk.Role }

func (e errLacksRole) Error() string { return "this needs the role " + string(e.needed) }

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
	if lacks, ok := errors.AsType[errLacksRole](err); ok {
		return a.installPage(c, http.StatusForbidden, notice{"Your role does not allow this.",
			"Nothing was changed. To connect accounts, one needs the role " + string(lacks.needed) + ". Ask somebody who has it, or whoever runs this Callscout."})
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

// installPage is a page of its own: whoever sees it may have no session, and sits in
// a small window of Aircall's.
func (a *API) installPage(c echo.Context, status int, n notice) error {
	var out bytes.Buffer
	if err := noticePage.Execute(&out, n); err != nil {
		return err
	}
	header := c.Response().Header()
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	// The address holds a code and a state.
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cache-Control", "no-store")
	return c.HTMLBlob(status, out.Bytes())
}
