package e2e_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/simulator"
)

// fate is what becomes of an answer to a refresh on its way to a process.
type fate int

const (
	arrives fate = iota
	// lost is an answer that never arrives, after Help Scout has carried out the request.
	lost
	// held is one that does not arrive before the process is killed.
	held
)

// shown is one use of a refresh token.
type shown struct {
	process, token string
	status         int
	fate           fate
}

// till stands between the processes and Help Scout, and keeps a record of who shows
// which refresh token, which the simulator does not tell.
type till struct {
	helpScout *simulator.HelpScout

	mu    sync.Mutex
	uses  []shown
	fates map[string]fate
	// holding is told which process waits for an answer.
	holding chan string
}

func newTill(helpScout *simulator.HelpScout) *till {
	return &till{helpScout: helpScout, fates: map[string]fate{}, holding: make(chan string, 1)}
}

// front is the address of Help Scout for one process.
func (u *till) front(t *testing.T, process string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { u.serve(process, w, r) }))
	t.Cleanup(server.Close)
	return server.URL
}

func (u *till) serve(process string, w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/v2/oauth2/token" {
		u.helpScout.ServeHTTP(w, r)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, "the body was cut off", http.StatusBadRequest)
		return
	}
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	form, err := url.ParseQuery(string(body))
	if err != nil || form.Get("grant_type") != "refresh_token" {
		u.helpScout.ServeHTTP(w, r)
		return
	}
	answer := httptest.NewRecorder()
	u.helpScout.ServeHTTP(answer, r)
	what := u.note(process, form.Get("refresh_token"), answer.Code)
	switch what {
	case arrives:
		for key, values := range answer.Header() {
			w.Header()[key] = values
		}
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes()) // whoever asked may be gone
		return
	case held:
		u.holding <- process
		<-r.Context().Done()
	case lost:
	}
	panic(http.ErrAbortHandler)
}

// note keeps a use, and decides what becomes of the answer. Only what Help Scout
// carried out is worth losing.
func (u *till) note(process, token string, status int) fate {
	u.mu.Lock()
	defer u.mu.Unlock()
	what := arrives
	if status == http.StatusOK {
		for _, of := range []string{process, "any"} {
			if wanted, asked := u.fates[of]; asked {
				what = wanted
				delete(u.fates, of)
				break
			}
		}
	}
	u.uses = append(u.uses, shown{process, token, status, what})
	return what
}

// next decides what becomes of the next answer to a process, or to any.
func (u *till) next(process string, what fate) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.fates[process] = what
}

func (u *till) all() []shown {
	u.mu.Lock()
	defer u.mu.Unlock()
	return slices.Clone(u.uses)
}

// taken counts the refreshes that Help Scout carried out.
func (u *till) taken() int {
	count := 0
	for _, use := range u.all() {
		if use.status == http.StatusOK {
			count++
		}
	}
	return count
}

// by lists the processes that were given tokens.
func (u *till) by() []string {
	var names []string
	for _, use := range u.all() {
		if use.status == http.StatusOK && !slices.Contains(names, use.process) {
			names = append(names, use.process)
		}
	}
	slices.Sort(names)
	return names
}

// requireUsedOnce fails where a refresh token was shown again though the answer to its
// first use had arrived. Where an answer was lost, the token is shown again, and the
// one before it, since nobody can know which of them Help Scout still takes.
func (u *till) requireUsedOnce(t *testing.T) {
	t.Helper()
	var order []string
	uses := map[string][]shown{}
	for _, use := range u.all() {
		if len(uses[use.token]) == 0 {
			order = append(order, use.token)
		}
		uses[use.token] = append(uses[use.token], use)
	}
	wasLost := func(token string) bool {
		return slices.ContainsFunc(uses[token], func(use shown) bool { return use.fate != arrives })
	}
	for n, token := range order {
		if len(uses[token]) == 1 || wasLost(token) || n+1 < len(order) && wasLost(order[n+1]) {
			continue
		}
		require.Len(t, uses[token], 1, "refresh token %d of %d", n+1, len(order))
	}
}

func (o *office) awaitHeld(u *till, process string) {
	o.t.Helper()
	select {
	case name := <-u.holding:
		require.Equal(o.t, process, name)
	case <-time.After(2 * time.Minute):
		require.Fail(o.t, "the process never refreshed", process)
	}
}
