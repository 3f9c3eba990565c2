package calllog

import (
	"cmp"
	"math"
	"slices"
	"time"

	"callscout/settings"
)

// ListVerdict is what a backfill makes of one call that Aircall lists.
type ListVerdict string

// The verdicts.
const (
	// VerdictLogged: the log of the ended call is written.
	VerdictLogged ListVerdict = "logged"
	// VerdictMissing: it is not, and is to be.
	VerdictMissing ListVerdict = "missing"
	// VerdictNotMapped: the call's number has no inbox.
	VerdictNotMapped ListVerdict = "not_mapped"
	// VerdictNotWanted: the settings leave the call out, or a person skipped it.
	VerdictNotWanted ListVerdict = "not_wanted"
	// VerdictRunning: the call goes on, has just ended, or its log is being written.
	VerdictRunning ListVerdict = "running"
	// VerdictCannot: its log stands still and needs a person, or the settings of its
	// number are not valid.
	VerdictCannot ListVerdict = "cannot"
)

// RunState is how the workflow of a call stands.
type RunState string

// The states of a run.
const (
	// RunNone: there is none, or it has ended.
	RunNone RunState = ""
	// RunGoesOn: it logs the call, or waits for what comes late.
	RunGoesOn RunState = "running"
	// RunParked: it needs attention.
	RunParked RunState = "parked"
)

// ListedCall is a call that Aircall lists, beside what is known of it here.
type ListedCall struct {
	Facts Facts
	// Mapped says that its number has an inbox, and Settings are those of the number;
	// Invalid says that they cannot be used.
	Mapped, Invalid bool
	Settings        settings.Settings
	// Written says that the ledger has the log of the ended call, Skipped that a person
	// decided against it.
	Written, Skipped bool
	Run              RunState
	// Settled is until when a call must have ended: the webhooks of a later one may
	// still come.
	Settled time.Time
	// Failed says that calls that need attention are to be tried again.
	Failed bool
}

// Verdict is what is to be done with the call. Where it is VerdictMissing without a
// Run being known, the run is to be asked.
func (l ListedCall) Verdict() ListVerdict {
	switch {
	case l.Written:
		return VerdictLogged
	case l.Skipped:
		return VerdictNotWanted
	case !l.Mapped:
		return VerdictNotMapped
	case l.Invalid:
		return VerdictCannot
	case !l.Settings.Active:
		return VerdictNotWanted
	case !l.Facts.Over() || l.Facts.EndedAt.After(l.Settled):
		return VerdictRunning
	case !(Case{Facts: l.Facts, Settings: l.Settings}).Wanted():
		return VerdictNotWanted
	case l.Run == RunParked && !l.Failed:
		return VerdictCannot
	case l.Run == RunGoesOn:
		return VerdictRunning
	default:
		return VerdictMissing
	}
}

// Counts are how many calls have which verdict.
type Counts struct {
	Listed    int `json:"listed"`
	Logged    int `json:"logged,omitempty"`
	Missing   int `json:"missing,omitempty"`
	NotMapped int `json:"not_mapped,omitempty"`
	NotWanted int `json:"not_wanted,omitempty"`
	Running   int `json:"running,omitempty"`
	Cannot    int `json:"cannot,omitempty"`
}

// Count adds one call.
func (c *Counts) Count(verdict ListVerdict) {
	c.Listed++
	switch verdict {
	case VerdictLogged:
		c.Logged++
	case VerdictMissing:
		c.Missing++
	case VerdictNotMapped:
		c.NotMapped++
	case VerdictNotWanted:
		c.NotWanted++
	case VerdictRunning:
		c.Running++
	case VerdictCannot:
		c.Cannot++
	}
}

// Plus is the sum of two counts.
func (c Counts) Plus(other Counts) Counts {
	c.Listed += other.Listed
	c.Logged += other.Logged
	c.Missing += other.Missing
	c.NotMapped += other.NotMapped
	c.NotWanted += other.NotWanted
	c.Running += other.Running
	c.Cannot += other.Cannot
	return c
}

// DayCount is one row of a backfill's table: the calls of one number on one day.
type DayCount struct {
	// Day is the date in the zone of the backfill, "2026-11-24"; it is empty where the
	// table has no room for days.
	Day string `json:"day,omitempty"`
	// Number is Aircall's id of the line, 0 where the table has no room for numbers.
	Number int64 `json:"number,omitempty"`
	Counts
}

// Table is what a backfill found, by day and number.
type Table []DayCount

// mostRows keeps a table small enough to travel with its run: half a year of days
// and a hundred numbers would not be.
const mostRows = 1500

// Join adds rows, and keeps the order by day and number. A table that becomes too
// long has days without numbers from then on.
func (t Table) Join(rows []DayCount) Table {
	joined := slices.Clone(t)
	byDay := len(t) > 0 && !slices.ContainsFunc(t, func(row DayCount) bool { return row.Number != 0 })
	for _, row := range rows {
		if byDay {
			row.Number = 0
		}
		joined = joined.add(row)
	}
	if len(joined) <= mostRows {
		return joined
	}
	var days Table
	for _, row := range joined {
		row.Number = 0
		days = days.add(row)
	}
	return days
}

func (t Table) add(row DayCount) Table {
	at, found := slices.BinarySearchFunc(t, row, func(a, b DayCount) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Number, b.Number))
	})
	if found {
		t[at].Counts = t[at].Plus(row.Counts)
		return t
	}
	return slices.Insert(t, at, row)
}

// Total is the sum of all rows.
func (t Table) Total() Counts {
	var sum Counts
	for _, row := range t {
		sum = sum.Plus(row.Counts)
	}
	return sum
}

// BackfillUnits is what a backfilled call costs of Help Scout's requests per minute, as
// a rule at most: into an existing conversation a search, a list and a read of 1 each,
// tags and the thread of 2 each.
const BackfillUnits = 7

// MostUnlucky calls in a row that need attention show that it is not the calls: there is
// one cause, and a backfill that goes on only multiplies them.
const MostUnlucky = 10

// KeptMonths is for how many months Aircall lists calls (its reference, "Calls").
const KeptMonths = 6

// EarliestListed is when the oldest calls began that Aircall still lists.
func EarliestListed(now time.Time) time.Time { return now.AddDate(0, -KeptMonths, 0) }

// BackfillTakes is how long it takes at least to log so many calls within what a
// backfill leaves of Help Scout's requests to live calls; limit is how many Help Scout
// grants per minute, 0 if that is not known, and then so is the time.
func BackfillTakes(missing, limit int) time.Duration {
	perMinute := float64(limit) * (1 - Backfill.Leaves())
	if missing <= 0 || perMinute <= 0 {
		return 0
	}
	return time.Duration(math.Ceil(float64(missing*BackfillUnits)/perMinute)) * time.Minute
}
