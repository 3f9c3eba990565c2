package desk

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"html/template"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"callscout/store"
)

// pageWithin is how long a page may wait for the store: a person waits for it.
const pageWithin = 5 * time.Second

//go:embed pages
var pageFiles embed.FS

//go:embed assets
var assetFiles embed.FS

// pages are the templates in each language.
var pages = func() map[string]*template.Template {
	parsed := make(map[string]*template.Template, len(languages))
	for _, lang := range languages {
		parsed[lang] = template.Must(template.New("").Funcs(template.FuncMap{
			"t":     func(key string, args ...any) string { return say(lang, key, args...) },
			"tn":    func(key string, n int, args ...any) string { return sayMany(lang, key, n, args...) },
			"list":  func(values string) string { return sayList(lang, values) },
			"int":   func(n int64) int { return int(n) },
			"clock": func(t time.Time) string { return t.UTC().Format(time.DateTime) + " UTC" },
			"stamp": func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
			"ago":   func(t time.Time) string { return sayAgo(lang, time.Since(t)) },
			"in":    func(t time.Time) string { return sayIn(lang, time.Until(t)) },
			"asset": assetAddress,
		}).ParseFS(pageFiles, "pages/*.html"))
	}
	return parsed
}()

// frame is what every page shows around its content.
type frame struct {
	Lang, Title string
	// Failed puts "Error" before the title.
	Failed bool
	// Path is the page's own address, for coming back to it.
	Path      string
	Session   Session
	SignedIn  bool
	Languages []string
	// ID is the installation of the page, Section the entry of its menu.
	ID, Section string
	// Paused says that the installation logs nothing.
	Paused bool
	// Calls says that there are pages of calls, Attention how many need attention; -1
	// where that is not known.
	Calls     bool
	Attention int
	// Backfills says that there are pages for lost calls.
	Backfills bool
	// OpenProblems is how many problems need a person, and Alarm the banner that says so.
	OpenProblems int
	Alarm        *alarmView
	// Done is what was done just now, with its undo.
	Done *doneView
}

// doneView is the banner that tells of a change.
type doneView struct {
	Entry    int64
	Action   string
	Changes  int
	Undoable bool
}

// Inside tells whether the page belongs to an installation.
func (f frame) Inside() bool { return f.ID != "" }

func (d *Desk) frame(c echo.Context, title string) frame {
	lang := languageOf(c.Request())
	session, signedIn := c.Get(sessionKey).(Session)
	path := "/"
	if c.Request().Method == http.MethodGet {
		path = c.Request().URL.RequestURI()
	} else if id := c.Param("id"); id != "" {
		path = "/i/" + id // what was posted has no page of its own to come back to
	}
	return frame{
		Lang: lang, Title: say(lang, title), Path: path,
		Session: session, SignedIn: signedIn, Languages: languages,
	}
}

// inside is the frame of a page of an installation.
func (d *Desk) inside(c echo.Context, section string) frame {
	f := d.frame(c, section+".title")
	installation := installationIn(c)
	f.ID, f.Section, f.Paused = installation.ID, section, isPaused(installation.Settings)
	f.Done = d.doneIn(c)
	f.Calls, f.Attention, f.Backfills = d.cfg.Calls != nil, -1, d.cfg.Backfills != nil
	if f.Calls && f.Inside() {
		f.Attention = d.cfg.Calls.Glance(c.Request().Context(), f.ID)
	}
	if f.ID != "" {
		d.alarm(c.Request().Context(), &f, installation)
	}
	return f
}

// doneIn reads the banner that the redirect after a change asked for.
func (d *Desk) doneIn(c echo.Context) *doneView {
	id, err := strconv.ParseInt(c.QueryParam("done"), 10, 64)
	if err != nil {
		return nil
	}
	entry, err := d.cfg.Store.AuditEntry(c.Request().Context(), c.Param("id"), id)
	if err != nil {
		return nil // an address that somebody made up shows no banner
	}
	return &doneView{Entry: entry.ID, Action: entry.Action, Changes: len(entry.Changes), Undoable: undoable(entry)}
}

func undoable(entry store.AuditEntry) bool { return entry.Before != nil && entry.After != nil }

// page writes a whole page or none. It loads nothing from elsewhere.
func (d *Desk) page(c echo.Context, status int, name string, view any) error {
	var out bytes.Buffer
	if err := pages[languageOf(c.Request())].ExecuteTemplate(&out, name, view); err != nil {
		return err
	}
	d.headers(c)
	return c.HTMLBlob(status, out.Bytes())
}

// headers keep a page to itself. Forms may end at the two vendors by a redirect,
// to which some browsers apply form-action as well. The referrer stays within this
// site and is not left out altogether: browsers would then name no origin with a
// form, and over plain http nothing else tells that it is ours.
func (d *Desk) headers(c echo.Context) {
	targets := "'self'"
	for _, address := range []string{d.cfg.AircallURL, d.cfg.HelpScoutURL} {
		if origin := originOf(address); origin != "" {
			targets += " " + origin
		}
	}
	header := c.Response().Header()
	header.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "+
		"connect-src 'self'; font-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action "+targets)
	if header.Get("Referrer-Policy") == "" {
		header.Set("Referrer-Policy", "same-origin")
	}
	header.Set("Cache-Control", "no-store")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	if opened, _ := c.Get(ofVendorKey).(bool); !opened {
		header.Set("Cross-Origin-Opener-Policy", "same-origin")
	}
	if d.https() {
		header.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

type errorView struct {
	frame
	Status int
	Text   string
	// Needed is the role that was missing, if that is what is wrong.
	Needed Role
}

// answerErrors shows what went wrong as a page of the desk.
func (d *Desk) answerErrors(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		err := next(c)
		if err == nil || c.Response().Committed {
			return err
		}
		view := errorView{frame: d.frame(c, "error.title"), Status: http.StatusServiceUnavailable, Text: "error.store"}
		var known *echo.HTTPError
		var forbidden errForbidden
		var tooLarge *http.MaxBytesError
		switch {
		case errors.As(err, &forbidden):
			view.Status, view.Text, view.Needed = http.StatusForbidden, "role.heading", forbidden.needed
		case errors.As(err, &tooLarge):
			view.Status, view.Text = http.StatusRequestEntityTooLarge, "error.large"
		case errors.As(err, &known):
			view.Status, view.Text = known.Code, "error.other"
			if known.Code == http.StatusNotFound {
				view.Text = "error.missing"
			}
		default:
			d.log.Error("page failed", "path", c.Path(), "error", err)
		}
		return d.page(c, view.Status, "error", view)
	}
}

// asset serves what pages load: their style, their script, and htmx.
func (d *Desk) asset(c echo.Context) error {
	name := c.Param("name")
	content, err := assetFiles.ReadFile("assets/" + name)
	if err != nil {
		return echo.ErrNotFound
	}
	kind := "text/plain; charset=utf-8"
	switch {
	case strings.HasSuffix(name, ".js"):
		kind = "text/javascript; charset=utf-8"
	case strings.HasSuffix(name, ".css"):
		kind = "text/css; charset=utf-8"
	}
	c.Response().Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	c.Response().Header().Set("Cross-Origin-Resource-Policy", "same-origin")
	return c.Blob(http.StatusOK, kind, content)
}

// assetAddress changes with the content, so that browsers may keep it for ever.
func assetAddress(name string) (string, error) {
	content, err := assetFiles.ReadFile("assets/" + name)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(content)
	return "/assets/" + name + "?v=" + hex.EncodeToString(sum[:6]), nil
}
