// Package explain says what would be done for a call: whom it would be logged for,
// where, with which words and tags, and what that costs. It plays the very loop and
// the very activities of a real run, on a clock of its own, with clients that only
// read and a store that only remembers.
//
// It imports workflows for the loop, activities, accounts and the vendors' clients. It
// must not import api, starter or cli.
package explain

import (
	"context"
	"errors"
	"net/http"
	"time"

	"go.temporal.io/sdk/temporal"

	"callscout/accounts"
	"callscout/activities"
	"callscout/activities/contract"
	"callscout/aircall"
	"callscout/calllog"
	"callscout/helpscout"
	"callscout/workflows"
)

// Store is what is known. *store.Store has it. Nothing is written to it but the
// tokens that a vendor renews while it is asked.
type Store interface {
	activities.Store
	accounts.Store
}

// Explainer answers what would be done for a call. It is safe for concurrent use.
type Explainer struct {
	Store Store
	// AircallURL and HelpScoutURL are the APIs' addresses, scheme and host.
	AircallURL, HelpScoutURL string
	HelpScoutApp             helpscout.App
	// HelpScoutWeb and AircallDashboard are the web addresses that logs link to.
	HelpScoutWeb, AircallDashboard string
	// Next is how vendors are reached; http.DefaultTransport unless set.
	Next http.RoundTripper
}

// Play is a call as a run would hear of it.
type Play struct {
	Call workflows.CallInput
	// Begins is when the run begins, Comes what it hears.
	Begins time.Time
	Comes  []workflows.Coming
	// Anew leaves out what is known to be written of this call.
	Anew bool
}

// Played is what would be done.
type Played struct {
	View workflows.View
	// Stands says that the call would stand still for a person to repair.
	Stands bool
	Ended  time.Time
	Steps  []Step
	// Writes are all requests that would change something, Reads all that would be
	// looked up, in their order.
	Writes  []Write
	Reads   []Read
	Cost    Cost
	Unknown []Unknown
}

// Step is one thing that would be done, or looked up.
type Step struct {
	At time.Time `json:"at"`
	// Do is the name of the activity.
	Do string `json:"do"`
	// Why says it in plain words.
	Why string `json:"why,omitempty"`
	// Problem is why it could not be done.
	Problem calllog.Problem `json:"problem,omitempty"`
	Message string          `json:"message,omitempty"`
	In      any             `json:"-"`
	Out     any             `json:"-"`
}

// Cost is what the call would ask of the vendors.
type Cost struct {
	// HelpScoutUnits are of the account's units per minute, HelpScoutRequests the
	// requests that they are for.
	HelpScoutUnits    int `json:"help_scout_units"`
	HelpScoutRequests int `json:"help_scout_requests"`
	AircallRequests   int `json:"aircall_requests"`
}

// Lookup is something that is looked up at a vendor.
type Lookup string

// What is looked up.
const (
	LookupCustomers     Lookup = "customers"
	LookupConversations Lookup = "conversations"
	LookupConversation  Lookup = "conversation"
	LookupUsers         Lookup = "users"
	LookupContacts      Lookup = "contacts"
	LookupCall          Lookup = "call"
)

// Unknown is what could not be looked up; the answer is then one without it.
type Unknown struct {
	What    Lookup          `json:"what"`
	Problem calllog.Problem `json:"problem"`
	Message string          `json:"message,omitempty"`
}

// Play plays a call without a write. It fails if ctx is over.
func (e *Explainer) Play(ctx context.Context, play Play) (Played, error) {
	s := e.session(play)
	s.rehearsal = &workflows.Rehearsal{Call: play.Call, Begins: play.Begins, Comes: play.Comes, Do: s.do}
	done, err := s.rehearsal.Run(ctx)
	if err != nil {
		return Played{}, err
	}
	return Played{
		View: done.View, Stands: done.Stands, Ended: done.Ended, Steps: s.steps, Writes: s.writes, Reads: s.reads, Unknown: s.unknown,
		Cost: s.cost(),
	}, nil
}

// session is one question being answered.
type session struct {
	rehearsal *workflows.Rehearsal
	doers     doers
	notes     *notes

	helpScout, aircall *guard
	clients            [2]*activities.Clients
	installation       string
	desk               *desk
	phones             *phones

	steps   []Step
	writes  []Write
	reads   []Read
	unknown []Unknown
}

// What a request takes of Help Scout's units per minute (Help Scout's reference, "Rate
// Limiting"). Aircall counts requests.
const unitsOfRead, unitsOfWrite = 1, 2

func (s *session) cost() (c Cost) {
	for _, read := range s.reads {
		c.add(read.Vendor, unitsOfRead)
	}
	for _, write := range s.writes {
		c.add(write.Vendor, unitsOfWrite)
	}
	return c
}

func (c *Cost) add(vendor Vendor, units int) {
	if vendor == Aircall {
		c.AircallRequests++
		return
	}
	c.HelpScoutRequests++
	c.HelpScoutUnits += units
}

func (e *Explainer) session(play Play) *session {
	s := &session{installation: play.Call.Installation}
	now := func() time.Time { return s.rehearsal.Now() }
	// What is known was learnt until today, also where a call of last week is played.
	today := func() time.Time {
		if played, clock := now(), time.Now(); played.Before(clock) {
			return clock
		}
		return now()
	}
	s.notes = newNotes(e.Store, today)
	if play.Anew {
		s.notes.leaveOut = calllog.Key(play.Call.Installation, play.Call.CallID, "")
	}
	next := e.Next
	if next == nil {
		next = http.DefaultTransport
	}
	made := &ids{}
	s.helpScout = &guard{vendor: HelpScout, next: next, now: now, note: s.note, read: s.look, ids: made}
	s.aircall = &guard{vendor: Aircall, next: next, now: now, note: s.note, read: s.look, ids: made}
	for i, g := range []*guard{s.helpScout, s.aircall} {
		s.clients[i] = &activities.Clients{
			Installations: e.Store, AircallURL: e.AircallURL, HelpScoutURL: e.HelpScoutURL, HelpScoutApp: e.HelpScoutApp,
			HTTP: &http.Client{Transport: g, Timeout: patience},
		}
	}
	acts := &activities.Activities{
		Store: s.notes, Accounts: s, Directory: &activities.Directory{Store: s.notes, Accounts: s, Now: today},
		HelpScoutURL: e.HelpScoutWeb, AircallURL: e.AircallDashboard, Now: now,
	}
	s.doers = doersOf(acts)
	return s
}

// patience is how long one look-up may take: somebody waits for the answer.
const patience = 10 * time.Second

// note notes a write under the step that is being done.
func (s *session) note(w Write) {
	w.Step = len(s.steps) - 1
	s.writes = append(s.writes, w)
}

func (s *session) look(r Read) {
	r.Step = len(s.steps) - 1
	s.reads = append(s.reads, r)
}

// HelpScout is that of activities.Accounts.
func (s *session) HelpScout(ctx context.Context, installation string) (activities.HelpScout, error) {
	if s.desk == nil {
		api, err := s.clients[0].HelpScout(ctx, installation)
		if err != nil {
			return nil, err
		}
		s.desk = &desk{
			HelpScout: api, installation: installation, guard: s.helpScout, notes: s.notes, unknown: s.notKnown,
			customers: map[int64]*helpscout.Customer{}, conversations: map[int64]*helpscout.Conversation{},
		}
	}
	return s.desk, nil
}

// Aircall is that of activities.Accounts.
func (s *session) Aircall(ctx context.Context, installation string) (activities.Aircall, error) {
	if s.phones == nil {
		api, err := s.clients[1].Aircall(ctx, installation)
		if err != nil {
			return nil, err
		}
		s.phones = &phones{Aircall: api, guard: s.aircall, unknown: s.notKnown, made: map[int64]aircall.Contact{}}
	}
	return s.phones, nil
}

func (s *session) do(ctx context.Context, a workflows.Activity, out any) error {
	s.steps = append(s.steps, Step{At: a.At, Do: a.Name, Why: a.Why, In: a.In})
	result, err := s.doers.do(activities.Attempt(ctx, a.Attempt), a.Name, a.In, out)
	step := &s.steps[len(s.steps)-1]
	step.Out = result
	if err != nil {
		step.Problem, step.Message = problemOf(err)
	}
	return err
}

// notKnown notes what could not be looked up, once for each kind.
func (s *session) notKnown(what Lookup, err error) {
	for _, one := range s.unknown {
		if one.What == what {
			return
		}
	}
	problem, message := activities.ProblemOf(err)
	s.unknown = append(s.unknown, Unknown{What: what, Problem: problem, Message: message})
}

// problemOf reads what an activity's error says.
func problemOf(err error) (calllog.Problem, string) {
	var failure *temporal.ApplicationError
	if !errors.As(err, &failure) {
		return calllog.Internal, err.Error()
	}
	var details contract.FailureDetails
	if failure.HasDetails() && failure.Details(&details) == nil && details.Message != "" {
		return calllog.Problem(failure.Type()), details.Message
	}
	return calllog.Problem(failure.Type()), failure.Message()
}

// notThere says that Aircall has no such call.
func notThere(err error) bool {
	var refused *aircall.Error
	return errors.As(err, &refused) && refused.Status == http.StatusNotFound
}
