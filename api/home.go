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

	"callscout/store"
)

//go:embed pages.html
var pagesText string

var pages = template.Must(template.New("pages").Funcs(template.FuncMap{
	"clock": func(t time.Time) string { return t.UTC().Format(time.DateTime) + " UTC" },
}).Parse(pagesText))

type signInData struct {
	Wrong bool
	Next  string
}

type homeData struct {
	Ready         readiness
	Installations []string
	Waiting, Held int64
	Oldest        time.Time
	Events        []store.InboxEvent
	UIURL         string
}

// home is the plain start page: is all well, and what could not be understood.
func (a *API) home(c echo.Context) error {
	if !a.signedIn(c.Request()) {
		return c.Redirect(http.StatusSeeOther, "/signin?next="+url.QueryEscape("/"))
	}
	data, err := a.overview(c.Request().Context())
	if err != nil {
		a.log.Error("start page not shown: the store does not answer", "error", err)
		return echo.NewHTTPError(http.StatusServiceUnavailable, "The database does not answer; /readyz names what is missing.")
	}
	return a.page(c, http.StatusOK, "home", data)
}

func (a *API) overview(ctx context.Context) (data homeData, err error) {
	data = homeData{Ready: a.readiness(ctx), UIURL: a.cfg.UIURL}
	if data.Waiting, data.Held, data.Oldest, err = a.cfg.Store.InboxCounts(ctx); err != nil {
		return data, err
	}
	if data.Events, err = a.cfg.Store.Held(ctx, "", 100); err != nil {
		return data, err
	}
	installations, err := a.cfg.Store.Installations(ctx)
	for _, installation := range installations {
		data.Installations = append(data.Installations, installation.ID)
	}
	return data, err
}

// page writes a whole page or none. It loads nothing from elsewhere.
func (a *API) page(c echo.Context, status int, name string, data any) error {
	var out bytes.Buffer
	if err := pages.ExecuteTemplate(&out, name, data); err != nil {
		return err
	}
	header := c.Response().Header()
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "same-origin")
	header.Set("Cache-Control", "no-store")
	return c.HTMLBlob(status, out.Bytes())
}
