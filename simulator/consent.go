package simulator

import (
	"net/http"
	"net/url"
	"time"
)

// codeLife is how long a code of a consent may be traded. Neither vendor says;
// RFC 6749 recommends at most ten minutes.
const codeLife = 10 * time.Minute

// consent is the page on which a person lets an application in.
type consent struct {
	App, Company string
	// Allow and Deny are where a click leads. They are links: a form that leads to
	// another site is stopped by the page's own policy.
	Allow, Deny string
}

// code is what a consent gives, to be traded once.
type code struct {
	app      string
	redirect string
	expires  time.Time
	used     bool
	// grant is what it was traded for: a second use withdraws that.
	grant int64
}

// comeBack leads to the application, with more in the query.
func comeBack(w http.ResponseWriter, r *http.Request, redirect string, more url.Values) {
	to, err := url.Parse(redirect)
	if err != nil {
		http.Error(w, "The application's redirection URL cannot be used.", http.StatusBadRequest)
		return
	}
	query := to.Query()
	for key, values := range more {
		query[key] = values
	}
	to.RawQuery = query.Encode()
	http.Redirect(w, r, to.String(), http.StatusFound)
}

// withAnswer is the address of the same consent with a person's answer to it.
func withAnswer(asked *url.URL, answer string) string {
	query := asked.Query()
	query.Set("answer", answer)
	return (&url.URL{Path: asked.Path, RawQuery: query.Encode()}).String()
}
