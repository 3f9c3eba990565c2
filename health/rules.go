package health

import (
	"slices"
	"time"

	"callscout/calllog"
	"callscout/store"
)

const (
	// guardOld is after how long without a look the guard counts as silent: it looks
	// every 10 minutes.
	guardOld = 30 * time.Minute
	// awayFor is how long Temporal or the database may be away before it is a problem:
	// a restart is none.
	awayFor = time.Minute
	// parkedFor is how old a call may be that stands still: it is tried again by itself
	// after 5 and after 15 minutes.
	parkedFor = 30 * time.Minute
	// waitingFor is how long an event may wait for Temporal.
	waitingFor = 2 * time.Minute
	// lookOld is after how long what a look for lost calls found is old: there is one
	// every 15 minutes.
	lookOld = time.Hour
	// SilentHours are the usual hours that may pass without an event.
	SilentHours = 2
	// outFor is how long Help Scout's requests may be used up in every minute.
	outFor = 5 * time.Minute
	// clockOff is how far the clock may be from the vendors': tokens and lists of calls
	// go by it.
	clockOff = 30 * time.Second
	// diskLow and diskFull are free bytes.
	diskLow, diskFull = 2 << 30, 512 << 20
)

// Checks judges everything. One cause is one problem: what only follows from another
// problem is told as not known, or as worth a look.
func Checks(f Facts) []Check {
	c := judge{Facts: f}
	c.logging()
	c.accounts()
	c.guard()
	c.attention()
	c.heard(CheckAircallEvents, f.Aircall, AircallSilent)
	if f.Installation.HelpScout.WebhookSecret != "" || !f.HelpScout.Value.Last.IsZero() {
		c.heard(CheckHelpScoutEvents, f.HelpScout, HelpScoutSilent)
	}
	c.budget()
	c.inbox()
	c.unlogged()
	c.clock()
	c.list = append(c.list, ProgramChecks(f.Program, f.Now)...)
	return c.list
}

// judge is the list while it grows.
type judge struct {
	Facts
	list []Check
}

func (c *judge) add(check Check) {
	check.Installation = c.Installation.ID
	c.list = append(c.list, check)
}

func (c *judge) logging() {
	check := Check{Name: CheckLogging, State: OK, CheckedAt: c.Now, Count: int64(len(c.Installation.Numbers))}
	switch {
	case c.Paused:
		check.State, check.Problem = Warn, Paused
	case len(c.Installation.Numbers) == 0:
		check.State, check.Problem = Warn, NotMapped
	}
	c.add(check)
}

// accounts are the guard's checks. What it could not look at, since a vendor refused
// the credentials, is not known.
func (c *judge) accounts() {
	found, stale := c.Findings.Value, c.stale()
	since := func(check calllog.Check) time.Time {
		for _, problem := range found.Problems {
			// A connection that will end is one that was looked through.
			if problem.Check == string(check) && problem.Problem != string(calllog.HelpScoutEnding) {
				return problem.Since
			}
		}
		return time.Time{}
	}
	settings, aircall, helpScout := since(calllog.CheckSettings), since(calllog.CheckAircall), since(calllog.CheckHelpScout)
	for _, name := range calllog.Checks() {
		var hidden time.Time
		switch name {
		case calllog.CheckSettings:
		case calllog.CheckAircall, calllog.CheckHelpScout:
			hidden = settings
		case calllog.CheckInbox:
			hidden = later(settings, helpScout)
		default:
			hidden = later(settings, aircall)
		}
		wrong := slices.DeleteFunc(slices.Clone(found.Problems), func(p store.Finding) bool { return p.Check != string(name) })
		check := Check{Name: string(name), State: OK, CheckedAt: found.CheckedAt}
		switch {
		case len(wrong) > 0:
			for _, problem := range wrong {
				check.State, check.Problem, check.Subject, check.Since = Fail, problem.Problem, problem.Subject, problem.Since
				if problem.Problem == string(calllog.Misconfigured) && c.beginning() {
					check.State = Warn
				}
				c.add(check)
			}
			continue
		case !hidden.IsZero():
			check.State, check.Since = Unknown, hidden
		case stale:
			check.State, check.Since = Unknown, found.CheckedAt
		}
		c.add(check)
	}
}

func later(one, other time.Time) time.Time {
	if one.After(other) {
		return one
	}
	return other
}

// beginning tells whether somebody has not got as far as connecting the accounts yet:
// there is nothing to mend then.
func (c *judge) beginning() bool {
	return len(c.Installation.Numbers) == 0 && len(c.Installation.MissingSecrets()) > 0
}

// stale tells whether what the guard found is too old to be believed.
func (c *judge) stale() bool {
	return !c.Findings.Sure() || c.Now.Sub(c.Findings.Value.CheckedAt) > guardOld
}

func (c *judge) guard() {
	at := c.Findings.Value.CheckedAt
	check := Check{Name: CheckGuard, State: OK, CheckedAt: c.Now, At: at}
	switch {
	case !c.Findings.Sure():
		check.State, check.Since, check.CheckedAt = Unknown, c.Findings.Lost, c.Findings.At
	case at.IsZero():
		check.State = Unknown // it looks as soon as a worker runs
	case c.stale() && c.Program.stands():
		check.State, check.Since = Unknown, at
	case c.stale():
		check.State, check.Problem, check.Since = Fail, GuardSilent, at.Add(guardOld)
	}
	c.add(check)
}

// stands tells whether nothing can go on, whatever else is wrong.
func (p Program) stands() bool {
	return !p.Temporal.Sure() || p.Temporal.Value.NotSetUp || p.Workers.Sure() && p.Workers.Value == 0
}

func (c *judge) attention() {
	parked := c.Program.Parked
	check := Check{Name: CheckAttention, State: OK, CheckedAt: parked.At}
	if !parked.Sure() {
		check.State, check.Since = Unknown, parked.Lost
		c.add(check)
		return
	}
	messages := false
	for _, group := range parked.Value {
		if group.Installation != c.Installation.ID {
			continue
		}
		check.Count += int64(group.Runs)
		messages = messages || group.Messages
		// When a run of messages began says nothing about since when it stands still.
		if !group.Messages && (check.At.IsZero() || group.Oldest.Before(check.At)) {
			check.At = group.Oldest
		}
	}
	if check.Count > 0 {
		check.State, check.Problem, check.Since = Warn, CallsParked, check.At
		if messages || c.Now.Sub(check.At) > parkedFor {
			check.State = Fail
		}
	}
	c.add(check)
}

func (c *judge) heard(name string, heard Known[Heard], silent string) {
	said := heard.Value
	check := Check{Name: name, State: OK, CheckedAt: heard.At, At: said.Last, Count: int64(said.Hours.UsualSince(said.Last, c.Now))}
	switch {
	case !heard.Sure():
		check.State, check.Since, check.Count = Unknown, heard.Lost, 0
	case said.Last.IsZero():
		check.State = Unknown // nothing ever came
	case c.Paused:
		// The settings may have been switched off because nothing comes.
	case check.Count >= SilentHours:
		check.State, check.Problem, check.Since = Fail, silent, said.Last
	case !said.Hours.Learnt(c.Now) && c.Now.Sub(said.Last) > 24*time.Hour:
		check.State, check.Since = Unknown, said.Last // what is usual is not known yet
	}
	c.add(check)
}

func (c *judge) budget() {
	said := c.Budget.Value
	check := Check{Name: CheckBudget, State: OK, CheckedAt: said.At, At: said.At, Count: said.Remaining, Of: said.Limit}
	out := said.Out(c.Now)
	switch {
	case !c.Budget.Sure():
		check.State, check.Since = Unknown, c.Budget.Lost
	case said.At.IsZero():
		check.State = Unknown
	case out.IsZero():
	case c.Now.Sub(out) > outFor:
		check.State, check.Problem, check.Since = Fail, BudgetExhausted, out
	default:
		check.State, check.Problem, check.Since = Warn, BudgetExhausted, out
	}
	c.add(check)
}

func (c *judge) inbox() {
	said := c.Inbox.Value
	waiting := Check{Name: CheckWaiting, State: OK, CheckedAt: c.Inbox.At, Count: said.Waiting, At: said.Oldest}
	held := Check{Name: CheckHeld, State: OK, CheckedAt: c.Inbox.At, Count: said.Held}
	if !c.Inbox.Sure() {
		waiting.State, waiting.Since = Unknown, c.Inbox.Lost
		held.State, held.Since = Unknown, c.Inbox.Lost
	}
	if waiting.Well() && said.Waiting > 0 && c.Now.Sub(said.Oldest) > waitingFor {
		waiting.State, waiting.Problem, waiting.Since = Fail, EventsWaiting, said.Oldest
		if !c.Program.Temporal.Sure() || c.Program.Temporal.Value.NotSetUp {
			waiting.State = Warn
		}
	}
	if held.Well() && said.Held > 0 {
		held.State, held.Problem = Warn, EventsHeld
	}
	c.add(waiting)
	c.add(held)
}

// unlogged is what the looks for lost calls found. A call that needs attention is told
// as such, and not once more.
func (c *judge) unlogged() {
	said := c.Reconciled.Value
	check := Check{Name: CheckUnlogged, State: OK, CheckedAt: said.LookedAt, At: said.LookedAt, Count: int64(said.Unlogged)}
	switch {
	case !c.Reconciled.Sure():
		check.State, check.Since = Unknown, c.Reconciled.Lost
	case c.Paused, len(c.Installation.Numbers) == 0:
		check.Count = 0 // none is looked for
	case said.LookedAt.IsZero():
		check.State = Unknown
	case c.Now.Sub(said.LookedAt) > lookOld:
		check.State, check.Since = Unknown, said.LookedAt
	case said.Unlogged > c.parkedCalls():
		check.State, check.Problem = Warn, CallsUnlogged
	}
	c.add(check)
}

// parkedCalls is how many of the installation's calls stand still.
func (c *judge) parkedCalls() int {
	runs := 0
	for _, group := range c.Program.Parked.Value {
		if group.Installation == c.Installation.ID && !group.Messages {
			runs += group.Runs
		}
	}
	return runs
}

// clock is as the guard saw it from the vendors' answers.
func (c *judge) clock() {
	seen := c.Findings.Value.Clock
	check := Check{Name: CheckClock, State: OK}
	switch {
	case !c.Findings.Sure():
		check.State, check.Since = Unknown, c.Findings.Lost
	case seen == nil:
		check.State = Unknown
	default:
		check.CheckedAt, check.Count, check.Detail = seen.At, int64(seen.Off.Abs()/time.Second), seen.Host
		switch {
		case seen.Off.Abs() > clockOff:
			check.State, check.Problem = Fail, ClockOff
		case c.Now.Sub(seen.At) > guardOld:
			check.State, check.Since = Unknown, seen.At
		}
	}
	c.add(check)
}
