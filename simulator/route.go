package simulator

import (
	"net/http"
	"strings"
)

// route lets a ServeMux find a handler that returns its answer as a value, so
// that a fault can replace the answer after the work is done.
type route[C any] func(C) answer

// ServeHTTP is never called; findRoute takes the function itself.
func (route[C]) ServeHTTP(http.ResponseWriter, *http.Request) {}

func findRoute[C any](mux *http.ServeMux, r *http.Request) (route[C], bool) {
	handler, pattern := mux.Handler(r)
	found, ok := handler.(route[C])
	if ok {
		setPathValues(r, pattern)
	}
	return found, ok
}

// otherMethod tells whether the path is known with another method.
func otherMethod[C any](mux *http.ServeMux, r *http.Request) bool {
	for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
		other := r.Clone(r.Context())
		other.Method = method
		if handler, _ := mux.Handler(other); handler != nil {
			if _, ok := handler.(route[C]); ok {
				return true
			}
		}
	}
	return false
}

// setPathValues fills r.PathValue, which ServeMux.Handler leaves to ServeHTTP.
func setPathValues(r *http.Request, pattern string) {
	_, pattern, _ = strings.Cut(pattern, " ")
	parts := strings.Split(r.URL.Path, "/")
	for i, segment := range strings.Split(pattern, "/") {
		if name, ok := strings.CutPrefix(segment, "{"); ok && i < len(parts) {
			r.SetPathValue(strings.TrimSuffix(name, "}"), parts[i])
		}
	}
}
