package desk

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"callscout/settings"
	"callscout/store"
)

// perPage is how many entries one page of the audit shows.
const perPage = 50

type auditView struct {
	frame
	Entries []auditRow
	// Older is the id before which the next page begins, 0 if there is none.
	Older int64
	// Refused says that an undo was refused, with the paths that changed since.
	Refused string
	Global  bool
}

type auditRow struct {
	store.AuditEntry
	Undoable bool
}

func (d *Desk) audit(c echo.Context) error { return d.showAudit(c, http.StatusOK, "") }

// globalAudit is what concerns all installations: sign-ins, and runs decoded.
func (d *Desk) globalAudit(c echo.Context) error {
	if sessionIn(c).Installation != "" {
		return echo.ErrNotFound
	}
	return d.showAudit(c, http.StatusOK, "")
}

func (d *Desk) showAudit(c echo.Context, status int, refused string) error {
	view := auditView{frame: d.inside(c, "audit"), Refused: refused, Global: c.Param("id") == ""}
	view.frame.Failed = refused != ""
	before, _ := strconv.ParseInt(c.QueryParam("before"), 10, 64) // without one, the newest
	entries, err := d.cfg.Store.AuditTrail(c.Request().Context(), c.Param("id"), before, perPage+1)
	if err != nil {
		return err
	}
	if len(entries) > perPage {
		entries = entries[:perPage]
		view.Older = entries[perPage-1].ID
	}
	for _, entry := range entries {
		view.Entries = append(view.Entries, auditRow{entry, undoable(entry) && !view.Global})
	}
	return d.page(c, status, "audit", view)
}

// undo takes back what an entry changed, as a change of its own.
func (d *Desk) undo(c echo.Context) error {
	id, err := strconv.ParseInt(c.Param("entry"), 10, 64)
	if err != nil {
		return echo.ErrNotFound
	}
	entry, err := d.cfg.Store.AuditEntry(c.Request().Context(), installationIn(c).ID, id)
	if errors.Is(err, store.ErrNotFound) || (err == nil && !undoable(entry)) {
		return echo.ErrNotFound
	}
	if err != nil {
		return err
	}
	err = d.change(c, "undone", formatID(id), "/i/"+installationIn(c).ID+"/audit", func(i *settings.Installation) error {
		choices, err := settings.Undone(i.Choices(), *entry.Before, *entry.After)
		if err != nil {
			return err
		}
		i.Settings, i.Numbers = choices.Settings, choices.Numbers
		// Settings that were right then may be wrong beside what came since.
		if _, err := settings.Resolve(i.Settings); err != nil {
			return errors.Join(settings.ErrChangedSince, err)
		}
		for _, n := range i.Numbers {
			if _, err := settings.Resolve(i.Settings, n.Settings); err != nil {
				return errors.Join(settings.ErrChangedSince, err)
			}
		}
		return nil
	})
	if errors.Is(err, settings.ErrChangedSince) {
		return d.showAudit(c, http.StatusConflict, err.Error())
	}
	return err
}
