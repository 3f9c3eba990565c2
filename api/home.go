package api

import (
	"bytes"
	"context"
	_ "embed"
	"html/template"
	"net/http"
	"net/url"
	"time"

	"github.com/labstack/echo/v4"

	"callscout/settings"
	"callscout/store"
)

//go:embed pages.html
var pagesText string

var pages = template.Must(template.New("pages").Funcs(template.FuncMap{
	"clock": func(t time.Time) string { return t.UTC().Format(time.DateTime) + " UTC" },
	"part":  partName,
}).Parse(pagesText))

type signInData struct {
	// Wrong and TooMany say why the last try did not sign in.
	Wrong, TooMany bool
	// Next is the page that was wanted.
	Next string
}

type homeData struct {
	Ready readiness
	// Known says that the store answered: without it, the rest is not known.
	Known         bool
	Installations []settings.Installation
	Waiting, Held int64
	Oldest        time.Time
	Events        []store.InboxEvent
	// KnowledgeBases are addresses to be copied into Aircall by hand.
	KnowledgeBases []knowledgeBase
	UIURL          string
}

type knowledgeBase struct{ Installation, URL string }

//go:embed copy.js
var copyScript []byte

// overviewWithin is how long the start page may take: a person waits for it.
const overviewWithin = 5 * time.Second

// mostShown is how many events that could not be understood one page shows.
const mostShown = 100

// home is the plain start page: is all well, and what could not be understood.
func (a *API) home(c echo.Context) error {
	if !a.signedIn(c.Request()) {
		return c.Redirect(http.StatusSeeOther, "/signin?next="+url.QueryEscape("/"))
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), overviewWithin)
	defer cancel()
	data := homeData{Ready: a.readiness(ctx), UIURL: a.cfg.UIURL}
	if err := a.overview(ctx, &data); err != nil {
		a.log.Error("start page incomplete: the store does not answer", "error", err)
		return a.page(c, http.StatusServiceUnavailable, "home", data)
	}
	data.Known = true
	return a.page(c, http.StatusOK, "home", data)
}

func (a *API) overview(ctx context.Context, data *homeData) (err error) {
	if data.Waiting, data.Held, data.Oldest, err = a.cfg.Store.InboxCounts(ctx); err != nil {
		return err
	}
	if data.Events, err = a.cfg.Store.Held(ctx, "", mostShown); err != nil {
		return err
	}
	if data.Installations, err = a.cfg.Store.Installations(ctx); err != nil {
		return err
	}
	for _, installation := range data.Installations {
		links, err := installation.KnowledgeBases()
		if err != nil {
			a.log.Warn("settings that are not valid any more", "installation", installation.ID, "error", err)
			continue
		}
		for _, link := range links {
			data.KnowledgeBases = append(data.KnowledgeBases, knowledgeBase{installation.ID, link})
		}
	}
	return nil
}

// script is the one script of the pages: they work without it.
func (a *API) script(c echo.Context) error {
	c.Response().Header().Set("Cache-Control", "max-age=300")
	return c.Blob(http.StatusOK, "text/javascript; charset=utf-8", copyScript)
}

// page writes a whole page or none. It loads nothing from elsewhere.
func (a *API) page(c echo.Context, status int, name string, data any) error {
	var out bytes.Buffer
	if err := pages.ExecuteTemplate(&out, name, data); err != nil {
		return err
	}
	scripts := ""
	if start, ok := data.(homeData); ok && len(start.KnowledgeBases) > 0 {
		scripts = "script-src 'self'; "
	}
	header := c.Response().Header()
	header.Set("Content-Security-Policy", "default-src 'none'; "+scripts+"style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	header.Set("Referrer-Policy", "same-origin")
	header.Set("Cache-Control", "no-store")
	return c.HTMLBlob(status, out.Bytes())
}

// partName is what a person calls a part that is checked.
func partName(check string) string {
	switch check {
	case "store":
		return "Database"
	case "temporal":
		return "Temporal"
	default:
		return check
	}
}
