package worker_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"

	"callscout/calllog"
	"callscout/explain"
	"callscout/settings"
	"callscout/simulator"
	"callscout/store"
	"callscout/workflows"
)

// stage is Temporal's test environment for one run. Each call is explained before it is
// run, and what is then written is held against that: every scenario proves that the
// explanation is what happens.
type stage struct {
	*testsuite.TestWorkflowEnvironment
	o      *office
	begins time.Time
	comes  []workflows.Coming

	mu     sync.Mutex
	writes map[explain.Vendor][]simulator.Request
	units  int
	// surprised is when something happened that nobody could know before, and how much
	// had been written by then.
	surprised bool
	after     time.Duration
	before    map[explain.Vendor]int
	callMoved bool
}

func newStage(o *office) *stage {
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(quiet{})
	s := &stage{TestWorkflowEnvironment: suite.NewTestWorkflowEnvironment(), o: o, writes: map[explain.Vendor][]simulator.Request{}}
	s.SetStartTime(o.ring)
	return s
}

// SetStartTime is that of the environment.
func (s *stage) SetStartTime(at time.Time) {
	s.begins = at
	s.TestWorkflowEnvironment.SetStartTime(at)
}

// hears is an event that comes: it is known beforehand.
func (s *stage) hears(after time.Duration, event calllog.Event, also ...func()) {
	s.comes = append(s.comes, workflows.Coming{At: s.begins.Add(after), Event: event})
	s.TestWorkflowEnvironment.RegisterDelayedCallback(func() {
		for _, do := range also {
			do()
		}
		s.TestWorkflowEnvironment.SignalWorkflow(workflows.EventSignal, event)
	}, after)
}

// RegisterDelayedCallback is that of the environment. What changes something of the
// world comes as a surprise.
func (s *stage) RegisterDelayedCallback(do func(), after time.Duration) {
	s.TestWorkflowEnvironment.RegisterDelayedCallback(func() {
		s.mu.Lock()
		written := s.written()
		s.mu.Unlock()
		world, calls := s.o.world()
		do()
		s.mu.Lock()
		defer s.mu.Unlock()
		nowWorld, nowCalls := s.o.world()
		s.callMoved = s.callMoved || nowCalls != calls
		if nowWorld != world {
			s.surprise(after, written)
		}
	}, after)
}

func (s *stage) written() map[explain.Vendor]int {
	return map[explain.Vendor]int{explain.HelpScout: len(s.writes[explain.HelpScout]), explain.Aircall: len(s.writes[explain.Aircall])}
}

// surprise is called under the mutex.
func (s *stage) surprise(after time.Duration, written map[explain.Vendor]int) {
	if !s.surprised {
		s.surprised, s.after, s.before = true, after, written
	}
}

func (s *stage) surprisedNow() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.surprise(s.TestWorkflowEnvironment.Now().Sub(s.begins), s.written())
}

// SignalWorkflow is that of the environment; a person or a vendor decides something.
func (s *stage) SignalWorkflow(name string, input any) {
	s.surprisedNow()
	s.TestWorkflowEnvironment.SignalWorkflow(name, input)
}

// CancelWorkflow is that of the environment.
func (s *stage) CancelWorkflow() {
	s.surprisedNow()
	s.TestWorkflowEnvironment.CancelWorkflow()
}

// world is everything that a call depends on, and the calls themselves, which go on by
// themselves.
func (o *office) world() (world, calls string) {
	return fmt.Sprint(o.helpScout.Conversations(), o.helpScout.Customers(), o.aircall.Contacts(), o.helpScout.Faults(), o.aircall.Faults()),
		fmt.Sprint(o.aircall.Calls())
}

// ExecuteWorkflow is that of the environment, with the explanation before it.
func (s *stage) ExecuteWorkflow(name any, args ...any) {
	if name != workflows.CallWorkflow {
		s.TestWorkflowEnvironment.ExecuteWorkflow(name, args...)
		return
	}
	input, is := args[0].(workflows.CallInput)
	require.True(s.o.t, is)
	known := s.o.idsBefore()
	played, err := s.o.explainer().Play(s.o.t.Context(), explain.Play{Call: input, Begins: s.begins, Comes: s.comes})
	require.NoError(s.o.t, err, "the call is explained")
	s.watch()
	s.TestWorkflowEnvironment.ExecuteWorkflow(name, args...)
	s.o.helpScout.Watch(nil)
	s.o.aircall.Watch(nil)
	s.compare(played, s.o.newIDs(known))
}

func (s *stage) watch() {
	tell := func(vendor explain.Vendor) func(simulator.Request) {
		return func(r simulator.Request) {
			s.mu.Lock()
			defer s.mu.Unlock()
			if r.Method == http.MethodGet {
				if vendor == explain.Aircall && s.callMoved && strings.HasPrefix(r.Path, "/v1/calls/") {
					s.surprise(s.TestWorkflowEnvironment.Now().Sub(s.begins), s.written())
				}
				return
			}
			// What a fault kept from happening is tried again.
			if r.Path != "/v2/oauth2/token" && (r.Fault == "" || r.Committed) {
				s.writes[vendor] = append(s.writes[vendor], r)
			}
		}
	}
	s.o.helpScout.Watch(tell(explain.HelpScout))
	s.o.aircall.Watch(tell(explain.Aircall))
}

// explainer asks the simulators aside, so that nothing of it shows in the test.
func (o *office) explainer() *explain.Explainer {
	return &explain.Explainer{
		Store: asideStore{o.store}, AircallURL: "http://aircall.test", HelpScoutURL: "http://helpscout.test",
		HelpScoutWeb: o.acts.HelpScoutURL, AircallDashboard: o.acts.AircallURL,
		Next: asideVendors{"aircall.test": o.aircall.Aside(), "helpscout.test": o.helpScout.Aside(owner)},
	}
}

// asideStore has the company's accounts as they are connected aside.
type asideStore struct{ *store.Store }

func (s asideStore) Installation(ctx context.Context, id string) (settings.Installation, error) {
	found, err := s.Store.Installation(ctx, id)
	found.HelpScout = settings.HelpScoutAccount{AppID: "app", AppSecret: "secret"}
	found.Aircall = settings.AircallAccount{APIID: "id", APIToken: "token"}
	return found, err
}

type asideVendors map[string]http.Handler

func (v asideVendors) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	if r.Method == http.MethodPost && r.URL.Path == "/v2/oauth2/token" {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.WriteString(`{"access_token":"aside","token_type":"bearer","expires_in":172800}`)
		return w.Result(), nil
	}
	if r.Method != http.MethodGet {
		return nil, fmt.Errorf("%s %s came through", r.Method, r.URL.Path)
	}
	v[r.URL.Host].ServeHTTP(w, r)
	return w.Result(), nil
}

// idsBefore are the ids that there are, so that new ones can be told from them.
func (o *office) idsBefore() map[int64]bool {
	all := map[int64]bool{}
	for _, id := range o.allIDs() {
		all[id] = true
	}
	return all
}

func (o *office) allIDs() (all []int64) {
	for _, c := range o.helpScout.Conversations() {
		all = append(all, c.ID, c.Number)
	}
	for _, c := range o.helpScout.Customers() {
		all = append(all, c.ID)
	}
	for _, c := range o.aircall.Contacts() {
		all = append(all, c.ID)
	}
	return all
}

func (o *office) newIDs(known map[int64]bool) []int64 {
	return slices.DeleteFunc(o.allIDs(), func(id int64) bool { return known[id] })
}

var digits = regexp.MustCompile(`\d+`)

// named writes requests so that what was made is named by its order, not by its id.
func named(requests []string, made func(string) bool) []string {
	names := map[string]string{}
	out := slices.Clone(requests)
	for i, text := range out {
		out[i] = digits.ReplaceAllStringFunc(text, func(number string) string {
			if !made(number) {
				return number
			}
			if names[number] == "" {
				names[number] = fmt.Sprintf("<made %d>", len(names)+1)
			}
			return names[number]
		})
	}
	return out
}

func (s *stage) compare(played explain.Played, fresh []int64) {
	s.o.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	var wrong []string
	for _, vendor := range []explain.Vendor{explain.HelpScout, explain.Aircall} {
		var actual, predicted []string
		for _, r := range s.writes[vendor] {
			actual = append(actual, fmt.Sprintf("%s %s %s", r.Method, r.Path, r.Body))
		}
		soon := 0
		for _, w := range played.Writes {
			if w.Vendor != vendor {
				continue
			}
			predicted = append(predicted, fmt.Sprintf("%s %s %s", w.Method, w.Path, w.Body[:min(len(w.Body), 64<<10)]))
			if w.At.Before(s.begins.Add(s.after)) {
				soon++
			}
		}
		actual = named(actual, func(number string) bool {
			return slices.ContainsFunc(fresh, func(id int64) bool { return fmt.Sprint(id) == number })
		})
		predicted = named(predicted, func(number string) bool {
			var id int64
			_, err := fmt.Sscan(number, &id)
			return err == nil && explain.Pretended(id)
		})
		if s.surprised {
			actual = actual[:s.before[vendor]]
			predicted = predicted[:min(len(predicted), max(soon, len(actual)))]
		}
		if !slices.Equal(actual, predicted) {
			wrong = append(wrong, fmt.Sprintf("%s was explained as:\n  %s\nand done as:\n  %s", vendor, strings.Join(predicted, "\n  "), strings.Join(actual, "\n  ")))
		}
	}
	excuse := s.o.excuse()
	if len(wrong) > 0 && excuse == "" {
		require.Fail(s.o.t, "the explanation is not what was done", "%s\nThe explained steps:\n  %s\nNot known: %v", strings.Join(wrong, "\n"), strings.Join(s.steps(played), "\n  "), played.Unknown)
	}
}

func (s *stage) steps(played explain.Played) (out []string) {
	for _, step := range played.Steps {
		out = append(out, fmt.Sprintf("%8s %s: %s %s", step.At.Sub(s.begins), step.Do, step.Problem, step.Message))
	}
	return out
}

func (o *office) excuse() string {
	name := o.t.Name()
	best := ""
	for prefix := range cannotBeKnown {
		if strings.HasPrefix(name, prefix) && len(prefix) > len(best) {
			best = prefix
		}
	}
	return cannotBeKnown[best]
}

// cannotBeKnown are the scenarios whose writes cannot be known beforehand, and why.
var cannotBeKnown = map[string]string{}
