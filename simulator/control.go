package simulator

import (
	"encoding/json"
	"io"
	"net/http"
	"strconv"
)

const controlPath = "/_simulator/"

// controlRoutes are the control paths that both simulators have.
func (e *edge) controlRoutes(mux *http.ServeMux, state func() any) {
	mux.HandleFunc("GET "+controlPath+"requests", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, http.StatusOK, e.Requests())
	})
	mux.HandleFunc("DELETE "+controlPath+"requests", func(w http.ResponseWriter, _ *http.Request) {
		e.ResetRequests()
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("GET "+controlPath+"units", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, http.StatusOK, map[string]int{"units": e.Units()})
	})
	mux.HandleFunc("GET "+controlPath+"faults", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, http.StatusOK, e.Faults())
	})
	mux.HandleFunc("DELETE "+controlPath+"faults", func(w http.ResponseWriter, _ *http.Request) {
		e.ClearFaults()
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("POST "+controlPath+"faults", seed(func(fault Fault) (any, error) {
		return fault, e.Fault(fault)
	}))
	mux.HandleFunc("GET "+controlPath+"state", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, http.StatusOK, state())
	})
}

// seed reads a T strictly, hands it to add, and shows what became of it.
func seed[T any](add func(T) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var value T
		if !read(w, r, &value) {
			return
		}
		result, err := add(value)
		if err != nil {
			reply(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
			return
		}
		reply(w, http.StatusCreated, result)
	}
}

// act reads a T and does something to the thing whose id is in the path.
func act[T any](do func(id int64, value T) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var value T
		if !read(w, r, &value) {
			return
		}
		id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
		if err == nil {
			err = do(id, value)
		}
		if err != nil {
			reply(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
			return
		}
		w.WriteHeader(http.StatusNoContent)
	}
}

// read decodes the body strictly; an empty body leaves the value as it is.
func read(w http.ResponseWriter, r *http.Request, into any) bool {
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err == nil && len(raw) > 0 {
		err = decodeStrict(raw, into)
	}
	if err != nil {
		reply(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
		return false
	}
	return true
}

func reply(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	_ = encoder.Encode(body)
}
