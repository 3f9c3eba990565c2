// Package health tells what works of an installation and what does not: one list for
// the desk, the command line and the metrics. Watch asks, and Checks judges what it
// heard, as a pure function.
//
// It imports calllog for the names of what the guard finds, settings and store. It
// holds no words: those are the desk's. It must not import api, starter or a client.
package health

import "time"

// State says how one check ended.
type State string

// The states. Warn is for something to look at, Fail for a problem that needs a person.
// Unknown is for a check that could not be made: it is neither well nor wrong.
const (
	OK      State = "ok"
	Warn    State = "warn"
	Fail    State = "fail"
	Unknown State = "unknown"
)

// The checks, beside those of the guard, which have calllog's names. They are stable:
// scripts go by them.
const (
	CheckLogging         = "logging"
	CheckGuard           = "guard"
	CheckAttention       = "attention"
	CheckAircallEvents   = "aircall_events"
	CheckHelpScoutEvents = "helpscout_events"
	CheckBudget          = "helpscout_budget"
	CheckWaiting         = "waiting_events"
	CheckHeld            = "held_events"
	CheckUnlogged        = "unlogged_calls"
	CheckTemporal        = "temporal"
	CheckWorkers         = "workers"
	CheckDatabase        = "database"
	CheckDisk            = "disk"
	CheckClock           = "clock"
	CheckAddress         = "public_address"
	CheckVersion         = "version"
)

// The problems, beside those of calllog.
const (
	// Paused and NotMapped say that nothing is to be logged.
	Paused    = "Paused"
	NotMapped = "NotMapped"
	// GuardSilent says that nobody has looked after the accounts for a while.
	GuardSilent = "GuardSilent"
	CallsParked = "CallsParked"
	// AircallSilent and HelpScoutSilent say that nothing came in hours in which
	// something usually does.
	AircallSilent   = "AircallSilent"
	HelpScoutSilent = "HelpScoutSilent"
	BudgetExhausted = "BudgetExhausted"
	EventsWaiting   = "EventsWaiting"
	EventsHeld      = "EventsHeld"
	// CallsUnlogged says that Aircall has calls that are not logged, and no run of theirs
	// needs a person.
	CallsUnlogged  = "CallsUnlogged"
	TemporalAway   = "TemporalAway"
	TemporalNotSet = "TemporalNotSetUp"
	NoWorker       = "NoWorker"
	DatabaseAway   = "DatabaseAway"
	DiskFull       = "DiskFull"
	ClockOff       = "ClockOff"
	NotHTTPS       = "NotHTTPS"
)

// Check is one line of the list.
type Check struct {
	Name string `json:"check"`
	// Installation is empty for what all installations share.
	Installation string `json:"installation,omitempty"`
	State        State  `json:"state"`
	// Problem names what is wrong, for Warn and Fail.
	Problem string `json:"problem,omitempty"`
	// Subject is the id of Aircall's number or Help Scout's inbox that it is about.
	Subject int64 `json:"subject,omitempty"`
	// Since is since when it is wrong, or not known. Zero if that is not known either.
	Since time.Time `json:"since,omitzero"`
	// CheckedAt is when it was looked at last.
	CheckedAt time.Time `json:"checked_at,omitzero"`
	// At is when what it is about happened: the last event, the oldest call.
	At time.Time `json:"at,omitzero"`
	// Count is the figure: runs, events, workers, requests left, free bytes, seconds.
	// Of is what it is a part of; 0 where it is a part of nothing.
	Count int64 `json:"count"`
	Of    int64 `json:"of,omitempty"`
	// Detail is a name that goes with it: an address, a version, a host.
	Detail string `json:"detail,omitempty"`
}

// Well tells whether a check was made and found nothing.
func (c Check) Well() bool { return c.State == OK }

// Report is what was seen of one installation.
type Report struct {
	// At is when it was seen.
	At     time.Time
	Checks []Check
	// Calls are those that began within the last 24 hours.
	Calls Known[int64]
	// Paused says that nothing is to be logged.
	Paused bool
	// Facts are what the checks were made from.
	Facts Facts
}

// Problems are what needs a person, in the order of the list.
func (r Report) Problems() []Check { return r.in(Fail) }

// Looks are what is worth a look and no problem.
func (r Report) Looks() []Check { return r.in(Warn) }

// Unknowns are the checks that could not be made.
func (r Report) Unknowns() []Check { return r.in(Unknown) }

func (r Report) in(state State) []Check {
	var found []Check
	for _, check := range r.Checks {
		if check.State == state {
			found = append(found, check)
		}
	}
	return found
}
