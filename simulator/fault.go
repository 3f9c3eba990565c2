package simulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"path"
	"regexp"
	"strings"
	"sync"
	"time"
)

// Values of Fault.Drop.
const (
	DropBefore = "before"
	DropAfter  = "after"
)

// Fault is a failure to switch on. The first fault that matches a request is
// applied to it. Faults touch the vendor's API paths only (the token endpoint
// included), never the pages and the control paths. Aircall's storage of files is
// hit by faults whose path names it, for example "/media/*/*".
type Fault struct {
	// Name shows up in Request.Fault. Empty: the pattern.
	Name string
	// Method is matched exactly. Empty: any.
	Method string
	// PathPattern is matched against the request's path, without the query. It
	// is a path.Match pattern ("/v2/conversations/*/notes"), or a regular
	// expression if it begins with "^". Empty: any path.
	PathPattern string
	// Times is how many requests are hit. 0: all, until ClearFaults.
	Times int
	// Skip lets the first matching requests through.
	Skip int
	// Probability, between 0 and 1, hits only some of the matching requests. 0:
	// all. The sequence is the same in every run.
	Probability float64

	// Status answers with this status instead of handling the request. Header
	// and Body go with it; without a Body the vendor's usual one for the status
	// is sent.
	Status int
	Header map[string]string
	Body   string
	// Commit handles the request first and then answers Status all the same: a
	// gateway that timed out.
	Commit bool
	// Drop closes the connection without an answer: DropBefore or DropAfter the
	// request was handled. Go's own client repeats a dropped GET by itself when
	// the connection was a reused one.
	Drop string
	// Delay holds the request back before anything else happens to it. A client
	// that gives up meanwhile does not undo the request.
	Delay time.Duration
}

type faultJSON struct {
	Name        string            `json:"name,omitempty"`
	Method      string            `json:"method,omitempty"`
	PathPattern string            `json:"path,omitempty"`
	Times       int               `json:"times,omitempty"`
	Skip        int               `json:"skip,omitempty"`
	Probability float64           `json:"probability,omitempty"`
	Status      int               `json:"status,omitempty"`
	Header      map[string]string `json:"header,omitempty"`
	Body        string            `json:"body,omitempty"`
	Commit      bool              `json:"commit,omitempty"`
	Drop        string            `json:"drop,omitempty"`
	Delay       jsonDuration      `json:"delay,omitempty"`
}

// MarshalJSON writes the delay as text, for example "1.5s".
func (f Fault) MarshalJSON() ([]byte, error) {
	return json.Marshal(faultJSON{f.Name, f.Method, f.PathPattern, f.Times, f.Skip, f.Probability,
		f.Status, f.Header, f.Body, f.Commit, f.Drop, jsonDuration(f.Delay)})
}

// UnmarshalJSON reads what MarshalJSON writes and refuses unknown keys.
func (f *Fault) UnmarshalJSON(raw []byte) error {
	var j faultJSON
	if err := decodeStrict(raw, &j); err != nil {
		return err
	}
	*f = Fault{j.Name, j.Method, j.PathPattern, j.Times, j.Skip, j.Probability,
		j.Status, j.Header, j.Body, j.Commit, j.Drop, time.Duration(j.Delay)}
	return nil
}

// FaultState is a fault with what became of it.
type FaultState struct {
	Fault   Fault `json:"fault"`
	Matched int   `json:"matched"`
	Applied int   `json:"applied"`
}

type armedFault struct {
	FaultState
	pattern *regexp.Regexp
}

type faultSet struct {
	mu    sync.Mutex
	armed []*armedFault
	rand  *rand.Rand
}

func newFaultSet() *faultSet {
	return &faultSet{rand: rand.New(rand.NewPCG(1, 2))} //nolint:gosec // repeatable, not secret
}

func (s *faultSet) add(f Fault) error {
	armed := &armedFault{FaultState: FaultState{Fault: f}}
	switch {
	case strings.HasPrefix(f.PathPattern, "^"):
		pattern, err := regexp.Compile(f.PathPattern)
		if err != nil {
			return fmt.Errorf("fault path %q: %w", f.PathPattern, err)
		}
		armed.pattern = pattern
	case f.PathPattern != "":
		if _, err := path.Match(f.PathPattern, "/"); err != nil {
			return fmt.Errorf("fault path %q: %w", f.PathPattern, err)
		}
	}
	if f.Drop != "" && f.Drop != DropBefore && f.Drop != DropAfter {
		return fmt.Errorf("fault drop %q: use %q or %q", f.Drop, DropBefore, DropAfter)
	}
	if f.Status != 0 && (f.Status < 200 || f.Status > 599) {
		return fmt.Errorf("fault status %d: use 200 to 599", f.Status)
	}
	if f.Status == 0 && f.Drop == "" && f.Delay == 0 {
		return errors.New("a fault needs a status, a drop or a delay")
	}
	if f.Probability < 0 || f.Probability > 1 {
		return fmt.Errorf("fault probability %v: use 0 to 1", f.Probability)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.armed = append(s.armed, armed)
	return nil
}

func (s *faultSet) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.armed = nil
}

func (s *faultSet) states() []FaultState {
	s.mu.Lock()
	defer s.mu.Unlock()
	states := make([]FaultState, 0, len(s.armed))
	for _, armed := range s.armed {
		states = append(states, armed.FaultState)
	}
	return states
}

func (s *faultSet) take(method, requestPath string) *Fault {
	return s.takeOf(method, requestPath, false)
}

// takeNamed passes over the faults that name no path.
func (s *faultSet) takeNamed(method, requestPath string) *Fault {
	return s.takeOf(method, requestPath, true)
}

func (s *faultSet) takeOf(method, requestPath string, named bool) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, armed := range s.armed {
		if !armed.matches(method, requestPath) || named && armed.Fault.PathPattern == "" {
			continue
		}
		if armed.Fault.Times > 0 && armed.Applied >= armed.Fault.Times {
			continue
		}
		armed.Matched++
		if armed.Matched <= armed.Fault.Skip {
			continue
		}
		if p := armed.Fault.Probability; p > 0 && s.rand.Float64() >= p {
			continue
		}
		armed.Applied++
		fault := armed.Fault
		return &fault
	}
	return nil
}

func (a *armedFault) matches(method, requestPath string) bool {
	if a.Fault.Method != "" && a.Fault.Method != method {
		return false
	}
	if a.pattern != nil {
		return a.pattern.MatchString(requestPath)
	}
	if a.Fault.PathPattern == "" {
		return true
	}
	matched, err := path.Match(a.Fault.PathPattern, requestPath)
	return err == nil && matched
}

func (f *Fault) label() string {
	if f.Name != "" {
		return f.Name
	}
	return strings.TrimSpace(f.Method + " " + f.PathPattern)
}
