package desk

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"callscout/store"
)

type uninstallView struct {
	frame
	// Possible says that this process can uninstall.
	Possible bool
	// Typed is what was typed to confirm; Wrong that it is not the id.
	Typed string
	Wrong bool
}

func (d *Desk) uninstallPage(c echo.Context) error {
	return d.page(c, http.StatusOK, "uninstall", uninstallView{frame: d.inside(c, "uninstall"), Possible: d.cfg.Uninstaller != nil})
}

// uninstall wants the installation's id typed, so that nobody does it by a slip.
func (d *Desk) uninstall(c echo.Context) error {
	id := installationIn(c).ID
	view := uninstallView{frame: d.inside(c, "uninstall"), Possible: d.cfg.Uninstaller != nil, Typed: strings.TrimSpace(c.FormValue("confirm"))}
	if !view.Possible {
		return d.page(c, http.StatusServiceUnavailable, "uninstall", view)
	}
	if view.Typed != id {
		view.Wrong, view.frame.Failed = true, true
		return d.page(c, http.StatusUnprocessableEntity, "uninstall", view)
	}
	if err := d.cfg.Uninstaller.Uninstall(c.Request().Context(), id, sessionIn(c).Name); err != nil {
		return err
	}
	d.accounts.forget(id)
	d.note(c, store.AuditEntry{Installation: id, Action: "uninstalled", Who: sessionIn(c).Name})
	d.note(c, store.AuditEntry{Action: "uninstalled", Who: sessionIn(c).Name, Detail: id})
	return c.Redirect(http.StatusSeeOther, "/")
}
