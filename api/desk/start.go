package desk

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"callscout/settings"
	"callscout/store"
)

// mostShown is how many events that could not be understood one page shows.
const mostShown = 100

type startView struct {
	frame
	Ready  bool
	Checks []Check
	// Known says that the store answered: without it, the rest is not known.
	Known         bool
	Installations []installationView
	Waiting, Held int64
	Oldest        time.Time
	Events        []store.InboxEvent
	// KnowledgeBases are addresses to be copied into Aircall by hand.
	KnowledgeBases []knowledgeBase
	UIURL          string
	// NewID and NewProblem are what was typed for a new installation.
	NewID, NewProblem string
}

type knowledgeBase struct{ Installation, URL string }

// installationView is one installation in the list to choose from.
type installationView struct {
	ID      string
	Numbers int
	// State is "paused", "unconnected", "unmapped" or "logging".
	State string
}

// start is the first page: is all well, which installations are there, and what
// could not be understood.
func (d *Desk) start(c echo.Context) error { return d.showStart(c, http.StatusOK, "", "") }

func (d *Desk) showStart(c echo.Context, status int, newID, newProblem string) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), pageWithin)
	defer cancel()
	view := startView{frame: d.frame(c, "start.title"), UIURL: d.cfg.UIURL, Ready: true, NewID: newID, NewProblem: newProblem}
	view.frame.Failed = newProblem != ""
	for _, check := range d.cfg.Ready(ctx) {
		view.Checks = append(view.Checks, check)
		view.Ready = view.Ready && check.Problem == ""
	}
	if err := d.fillStart(ctx, &view); err != nil {
		d.log.Error("start page incomplete: the store does not answer", "error", err)
		return d.page(c, http.StatusServiceUnavailable, "start", view)
	}
	view.Known = true
	return d.page(c, status, "start", view)
}

func (d *Desk) fillStart(ctx context.Context, view *startView) (err error) {
	only := view.Session.Installation
	if only == "" {
		if view.Waiting, view.Held, view.Oldest, err = d.cfg.Store.InboxCounts(ctx); err != nil {
			return err
		}
	}
	if view.Events, err = d.cfg.Store.Held(ctx, only, mostShown); err != nil {
		return err
	}
	all, err := d.cfg.Store.Installations(ctx)
	if err != nil {
		return err
	}
	for _, installation := range all {
		if !view.Session.May(installation.ID) {
			continue
		}
		view.Installations = append(view.Installations, installationView{installation.ID, len(installation.Numbers), stateOf(installation)})
		view.KnowledgeBases = append(view.KnowledgeBases, d.knowledgeBases(installation)...)
	}
	return nil
}

func (d *Desk) knowledgeBases(installation settings.Installation) []knowledgeBase {
	links, err := installation.KnowledgeBases()
	if err != nil {
		d.log.Warn("settings that are not valid any more", "installation", installation.ID, "error", err)
		return nil
	}
	var found []knowledgeBase
	for _, link := range links {
		found = append(found, knowledgeBase{installation.ID, link})
	}
	return found
}

func stateOf(installation settings.Installation) string {
	switch {
	case len(installation.MissingSecrets()) > 0:
		return "unconnected"
	case isPaused(installation.Settings):
		return "paused"
	case len(installation.Numbers) == 0:
		return "unmapped"
	default:
		return "logging"
	}
}

func isPaused(chosen settings.Overrides) bool {
	return chosen.Values()["active"] == "false"
}

// create makes an installation that has only its id yet.
func (d *Desk) create(c echo.Context) error {
	if sessionIn(c).Installation != "" {
		return echo.ErrNotFound
	}
	id := strings.TrimSpace(c.FormValue("id"))
	if !settings.ValidID(id) {
		return d.showStart(c, http.StatusUnprocessableEntity, id, "new.problem")
	}
	created, err := d.cfg.Store.CreateInstallation(c.Request().Context(), settings.Installation{ID: id})
	if err != nil {
		return err
	}
	if !created {
		return d.showStart(c, http.StatusUnprocessableEntity, id, "new.taken")
	}
	d.note(c, store.AuditEntry{Installation: id, Action: "created", Who: sessionIn(c).Name})
	return c.Redirect(http.StatusSeeOther, "/i/"+id+"/connect")
}

type overviewView struct {
	frame
	State          string
	Numbers        int
	Heard          *heardView
	Events         []store.InboxEvent
	KnowledgeBases []knowledgeBase
	UIURL          string
}

// overview is the first page of an installation.
func (d *Desk) overview(c echo.Context) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), pageWithin)
	defer cancel()
	installation := installationIn(c)
	view := overviewView{
		frame: d.inside(c, "overview"), State: stateOf(installation), Numbers: len(installation.Numbers),
		KnowledgeBases: d.knowledgeBases(installation), UIURL: d.cfg.UIURL,
	}
	if view.Session.Installation != "" {
		view.UIURL = "" // Temporal's Web UI shows all installations
	}
	var err error
	if view.Heard, err = d.lastHeard(ctx, installation.ID); err != nil {
		return err
	}
	if view.Events, err = d.cfg.Store.Held(ctx, installation.ID, mostShown); err != nil {
		return err
	}
	return d.page(c, http.StatusOK, "overview", view)
}

func (d *Desk) pause(c echo.Context) error  { return d.setActive(c, "paused", false) }
func (d *Desk) resume(c echo.Context) error { return d.setActive(c, "resumed", true) }

// setActive writes the setting active; to be active is the default, which needs no
// word.
func (d *Desk) setActive(c echo.Context, action string, active bool) error {
	return d.change(c, action, "", "/i/"+installationIn(c).ID, func(i *settings.Installation) error {
		chosen := i.Choices().Settings
		if chosen == nil {
			chosen = settings.Overrides{}
		}
		if active {
			delete(chosen, "active")
		} else {
			chosen["active"] = false
		}
		i.Settings = chosen
		if len(chosen) == 0 {
			i.Settings = nil
		}
		return nil
	})
}

// change changes what was chosen, records it, and leads to where, with the banner.
// What changes nothing is not recorded.
func (d *Desk) change(c echo.Context, action, detail, where string, edit func(*settings.Installation) error) error {
	var entry *store.AuditEntry
	err := d.cfg.Store.ChangeInstallation(c.Request().Context(), installationIn(c).ID, func(i *settings.Installation) (*store.AuditEntry, error) {
		old, before := *i, i.Choices()
		old.Settings, old.Numbers = before.Settings, before.Numbers
		if err := edit(i); err != nil {
			return nil, err
		}
		changes := settings.Diff(&old, i)
		if len(changes) == 0 {
			return nil, nil
		}
		after := i.Choices()
		entry = &store.AuditEntry{
			Action: action, Who: sessionIn(c).Name, Detail: detail, Changes: changes, Before: &before, After: &after,
		}
		return entry, nil
	})
	if err != nil {
		return err
	}
	if entry != nil {
		d.log.Info("audit", "action", action, "installation", installationIn(c).ID)
		where = WithDone(where, entry.ID)
	}
	return c.Redirect(http.StatusSeeOther, where)
}
