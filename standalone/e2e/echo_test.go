package e2e_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
)

// echo stands before a vendor. It hears which credentials pass, and while it is on, it
// refuses requests in every way that a vendor, a gateway or a proxy has, and repeats in
// the answer all that the request said.
type echo struct {
	vendor http.Handler
	heard  func(name, value string)

	mu       sync.Mutex
	on       bool
	statuses []int
	answered int
}

func (e *echo) turn(on bool, statuses ...int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.on, e.statuses = on, statuses
}

// status is what the next request is refused with; 0 where it is let through.
func (e *echo) status(path string) (status, n int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	// The pages and the consent are between a vendor and a person's browser.
	if !e.on || !strings.HasPrefix(path, "/v1/") && !strings.HasPrefix(path, "/v2/") && !strings.HasPrefix(path, "/v3/") {
		return 0, 0
	}
	e.answered++
	return e.statuses[e.answered%len(e.statuses)], e.answered
}

func (e *echo) count() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.answered
}

// ServeHTTP implements http.Handler.
func (e *echo) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, "the body was cut off", http.StatusBadRequest)
		return
	}
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	if header := r.Header.Get("Authorization"); header != "" {
		_, value, _ := strings.Cut(header, " ")
		e.heard("authorization of "+r.Host, value)
	}
	token := strings.HasSuffix(r.URL.Path, "/oauth2/token") || strings.HasSuffix(r.URL.Path, "/oauth/token")
	if status, n := e.status(r.URL.Path); status != 0 {
		e.refuse(w, r, body, status, n)
		return
	}
	if !token {
		e.vendor.ServeHTTP(w, r)
		return
	}
	answer := httptest.NewRecorder()
	e.vendor.ServeHTTP(answer, r)
	var given map[string]any
	if json.Unmarshal(answer.Body.Bytes(), &given) == nil {
		for _, name := range []string{"access_token", "refresh_token"} {
			if value, text := given[name].(string); text {
				e.heard(name+" of "+r.Host, value)
			}
		}
	}
	for key, values := range answer.Header() {
		w.Header()[key] = values
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes()) // whoever asked may be gone
}

// refuse answers in one of the vendors' shapes.
func (e *echo) refuse(w http.ResponseWriter, r *http.Request, body []byte, status, n int) {
	said := fmt.Sprintf("you sent %s and %s with %s to %s", r.Header.Get("Authorization"), body, r.Header, r.URL)
	if form, err := url.ParseQuery(string(body)); err == nil && form.Get("client_secret") != "" {
		said = fmt.Sprintf("secret %s of %s with %s%s", form.Get("client_secret"), form.Get("client_id"), form.Get("refresh_token"), form.Get("code")) + said
	}
	if user, password, basic := r.BasicAuth(); basic {
		said = "user " + user + " with " + password + " " + said
	}
	_, bare, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	w.Header().Set("WWW-Authenticate", "Bearer error_description="+bare)
	w.Header().Set("X-Request", bare)
	w.Header().Set("Location", "https://elsewhere.example/?token="+bare)
	if n%4 == 3 {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, "<html><body><h1>"+bare+"</h1>"+said+"</body></html>") //nolint:gosec // the fault that is tried
		return
	}
	texts := map[string]any{
		"logRef": "b1c2d3", "message": bare + " is not right. " + said, "error": "invalid_request", "error_description": said, "troubleshoot": bare + " " + said,
		"_embedded": map[string]any{"errors": []any{map[string]any{"path": "threads[0].text", "message": said, "rejectedValue": bare, "source": "JSON"}}},
	}
	if n%4 == 1 {
		texts["error"] = bare + " " + said
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(texts) // whoever asked may be gone
}
