package simulator

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"time"
)

//go:embed pages
var pageFiles embed.FS

const (
	stylePath = "/simulator.css"
	// pagePolicy lets a page load its style sheet and send its own forms, and
	// nothing else: threads hold HTML from outside.
	pagePolicy = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

// refreshEvery is how often a page that is watched loads itself again, in
// seconds.
const refreshEvery = 3

var pageFuncs = template.FuncMap{
	"when":    func(at time.Time) string { return at.UTC().Format("2 Jan 2006, 15:04 UTC") },
	"clock":   func(at time.Time) string { return at.UTC().Format("15:04:05") },
	"machine": func(at time.Time) string { return at.UTC().Format(time.RFC3339) },
}

// parsePages reads the pages of one vendor, each together with the frame that
// all share.
func parsePages(names ...string) map[string]*template.Template {
	pages := map[string]*template.Template{}
	for _, name := range names {
		pages[name] = template.Must(template.New("frame.html").Funcs(pageFuncs).
			ParseFS(pageFiles, "pages/frame.html", "pages/parts.html", "pages/"+name+".html"))
	}
	return pages
}

// frame is what surrounds every page.
type frame struct {
	// Vendor is Help Scout or Aircall, Theme its class in the style sheet.
	Vendor, Theme string
	Title         string
	// Refresh is 0 unless the reader asked to watch the page.
	Refresh int
	// Toggle is the address of the same page with watching switched.
	Toggle string
	Page   any
}

// watching reads from the address whether the page is to load itself again.
func (f *frame) watching(address *url.URL) {
	query := address.Query()
	if query.Has("watch") {
		f.Refresh = refreshEvery
		query.Del("watch")
	} else {
		query.Set("watch", "1")
	}
	f.Toggle = (&url.URL{Path: address.Path, RawQuery: query.Encode()}).String()
}

func show(w http.ResponseWriter, status int, page *template.Template, f frame) {
	var out bytes.Buffer
	if err := page.Execute(&out, f); err != nil {
		http.Error(w, "The page could not be written: "+err.Error(), http.StatusInternalServerError)
		return
	}
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Security-Policy", pagePolicy)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "same-origin")
	header.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = out.WriteTo(w)
}

func styleRoute(mux *http.ServeMux) {
	mux.HandleFunc("GET "+stylePath, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-cache")
		http.ServeFileFS(w, r, pageFiles, "pages/simulator.css")
	})
}

// samePagesOnly refuses requests by which another website would change
// something: the pages and the control paths ask nobody to sign in.
func samePagesOnly(handler http.Handler) http.Handler {
	return http.NewCrossOriginProtection().Handler(handler)
}

// ago tells a person how long something is past.
func ago(now, at time.Time) string {
	switch past := now.Sub(at); {
	case past < 5*time.Second:
		return "just now"
	case past < time.Minute:
		return decimal(int64(past/time.Second)) + " s ago"
	case past < time.Hour:
		return decimal(int64(past/time.Minute)) + " min ago"
	case past < 48*time.Hour:
		return decimal(int64(past/time.Hour)) + " h ago"
	default:
		return at.UTC().Format("2 Jan 2006")
	}
}

// capitalised makes a status or kind the beginning of a line.
func capitalised(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:]
}
