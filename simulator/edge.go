package simulator

import (
	"io"
	"net/http"
	"sync"
	"time"
)

// maxBody is above what Help Scout's old API took (a 10 MB attachment in
// Base64); no limit of the present API is documented.
const maxBody = 16 << 20

const (
	keptBody     = 64 << 10
	keptRequests = 100_000
)

// Request is one recorded request to a vendor's API.
type Request struct {
	N      int64     `json:"n"`
	At     time.Time `json:"at"`
	Method string    `json:"method"`
	Path   string    `json:"path"`
	// Query is the raw query string.
	Query string `json:"query,omitempty"`
	// Status is 0 while the request runs and when the connection was dropped.
	Status int `json:"status"`
	// Units is what the request took from the minute's budget.
	Units int `json:"units"`
	// Body is the request's body, at most 64 KiB of it. It is left out where it
	// holds a secret.
	Body string `json:"body,omitempty"`
	// Fault names the fault that was applied.
	Fault string `json:"fault,omitempty"`
	// Committed tells that the request changed something, whatever the client
	// was told.
	Committed bool `json:"committed"`
}

type exchange struct {
	*http.Request
	body  []byte
	now   time.Time
	units int
}

type answer struct {
	status int
	header http.Header
	body   []byte
}

// edge is what both vendors' simulators do with every API request: record it,
// apply faults, answer.
type edge struct {
	clock  func() time.Time
	faults *faultSet
	// tooLarge and plain are the vendor's answers for a body over the limit and
	// for a faulted status.
	tooLarge answer
	plain    func(status int) answer
	// secret are the paths whose bodies are not recorded, and harmless those where
	// no request changes anything.
	secret, harmless func(path string) bool

	mu       sync.Mutex
	requests []*Request
	count    int64
	units    int
	watch    func(Request)
}

func newEdge(clock func() time.Time) *edge {
	if clock == nil {
		clock = time.Now
	}
	none := func(string) bool { return false }
	return &edge{
		clock:    func() time.Time { return clock().UTC() },
		faults:   newFaultSet(),
		secret:   none,
		harmless: none,
	}
}

func (e *edge) serve(w http.ResponseWriter, r *http.Request, work func(*exchange) answer) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	record := e.begin(r, body)
	defer e.tell(record)
	if err != nil {
		e.finish(record, func(done *Request) { done.Status = e.tooLarge.status })
		e.tooLarge.write(w)
		return
	}
	fault := e.faults.take(r.Method, r.URL.Path)
	if fault == nil {
		fault = &Fault{}
	} else {
		e.finish(record, func(done *Request) { done.Fault = fault.label() })
	}
	if fault.Delay > 0 {
		// A server does not notice that its client left: the work goes on.
		select {
		case <-time.After(fault.Delay):
		case <-r.Context().Done():
		}
	}
	if fault.Drop == DropBefore {
		panic(http.ErrAbortHandler)
	}
	if fault.Status != 0 && !fault.Commit {
		e.replace(w, record, fault)
		return
	}
	x := &exchange{Request: r, body: body, now: e.clock()}
	result := work(x)
	e.finish(record, func(done *Request) {
		done.Units = x.units
		e.units += x.units
		done.Committed = r.Method != http.MethodGet && result.status < 300 && !e.harmless(r.URL.Path)
	})
	if fault.Drop == DropAfter {
		panic(http.ErrAbortHandler)
	}
	if fault.Status != 0 {
		e.replace(w, record, fault)
		return
	}
	e.finish(record, func(done *Request) { done.Status = result.status })
	result.write(w)
}

func (e *edge) replace(w http.ResponseWriter, record *Request, fault *Fault) {
	result := e.plain(fault.Status)
	for key, value := range fault.Header {
		result.set(key, value)
	}
	if fault.Body != "" {
		result.body = []byte(fault.Body)
	}
	e.finish(record, func(done *Request) { done.Status = fault.Status })
	result.write(w)
}

func (e *edge) begin(r *http.Request, body []byte) *Request {
	kept := string(body[:min(len(body), keptBody)])
	if e.secret(r.URL.Path) {
		kept = ""
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.count++
	record := &Request{
		N: e.count, At: e.clock(), Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery, Body: kept,
	}
	if len(e.requests) >= keptRequests {
		e.requests = append([]*Request(nil), e.requests[keptRequests/2:]...)
	}
	e.requests = append(e.requests, record)
	return record
}

func (e *edge) finish(record *Request, change func(*Request)) {
	e.mu.Lock()
	defer e.mu.Unlock()
	change(record)
}

// Watch has every API request told from now on, when it is done with. ResetRequests
// does not end that; nil does.
func (e *edge) Watch(tell func(Request)) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.watch = tell
}

func (e *edge) tell(record *Request) {
	e.mu.Lock()
	watch, done := e.watch, *record
	e.mu.Unlock()
	if watch != nil {
		watch(done)
	}
}

// Requests returns every API request since the start or the last
// ResetRequests, oldest first; beyond 100,000 the oldest are dropped.
func (e *edge) Requests() []Request {
	e.mu.Lock()
	defer e.mu.Unlock()
	all := make([]Request, 0, len(e.requests))
	for _, record := range e.requests {
		all = append(all, *record)
	}
	return all
}

// ResetRequests forgets the recorded requests and their units.
func (e *edge) ResetRequests() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.requests, e.units = nil, 0
}

// Units is the cost of all requests since the start or the last ResetRequests.
func (e *edge) Units() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.units
}

// Fault switches a fault on. It fails if the fault's pattern or values are
// wrong.
func (e *edge) Fault(f Fault) error { return e.faults.add(f) }

// ClearFaults switches all faults off.
func (e *edge) ClearFaults() { e.faults.clear() }

// Faults returns the faults that are switched on, with how often they were
// applied.
func (e *edge) Faults() []FaultState { return e.faults.states() }

func (a *answer) set(key, value string) {
	if a.header == nil {
		a.header = http.Header{}
	}
	a.header.Set(key, value)
}

func (a *answer) write(w http.ResponseWriter) {
	for key, values := range a.header {
		w.Header()[key] = values
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body)
}
