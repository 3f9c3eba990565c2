package activities

import (
	"sync"
	"time"

	"callscout/calllog"
	"callscout/helpscout"
)

// aircallPerMinute is how many requests Aircall takes from a company per minute, over
// all its integrations (its reference, "Rate limiting"; one more than that blocks the
// company for a minute). It says nothing of what is left, so ours are counted.
const aircallPerMinute = 120

// Budgets keeps what Help Scout last said is left of each installation's requests
// in the current minute, and when Aircall was asked. It is safe for several goroutines.
type Budgets struct {
	// Now is the clock; time.Now unless set.
	Now func() time.Time

	mu    sync.Mutex
	last  map[string]helpscout.Budget
	asked map[string][]time.Time
}

// Room is what may be asked of the vendors for work that can wait.
type Room struct {
	// Units are those of Help Scout's requests that are to be had in this minute; none
	// if it is 0 or less.
	Units int
	// Limit is how many Help Scout grants per minute, 0 where that is not known.
	Limit int
	// HelpScout and Aircall say how long to leave the vendor to more urgent work; 0 is
	// not at all.
	HelpScout, Aircall time.Duration
}

// Room is what a backfill may ask for now.
func (b *Budgets) Room(installation string) Room {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	room := Room{Units: fewCalls * calllog.BackfillUnits, Aircall: b.aircall(installation, now)}
	said, known := b.last[installation]
	if !known || said.Limit <= 0 {
		return room
	}
	room.Limit = said.Limit
	remaining, left := said.Remaining, time.Minute-now.Sub(said.At)
	if left <= 0 {
		// It is another minute by now.
		remaining = said.Limit
	}
	room.Units = remaining - int(calllog.Backfill.Leaves()*float64(said.Limit))
	if room.Units < calllog.BackfillUnits {
		room.Units, room.HelpScout = 0, max(0, left)
	}
	return room
}

// fewCalls is how many calls are begun before Help Scout has said what is left.
const fewCalls = 5

// Asked takes that Aircall is asked something now.
func (b *Budgets) Asked(installation string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.asked == nil {
		b.asked = map[string][]time.Time{}
	}
	b.asked[installation] = append(lately(b.asked[installation], b.now()), b.now())
}

// aircall is how long a backfill waits until its own request leaves enough to live
// calls. It is called under the mutex.
func (b *Budgets) aircall(installation string, now time.Time) time.Duration {
	asked := lately(b.asked[installation], now)
	most := aircallPerMinute - int(calllog.Backfill.Leaves()*aircallPerMinute)
	if len(asked) < most {
		return 0
	}
	return time.Minute - now.Sub(asked[len(asked)-most])
}

// lately are the moments of the last minute.
func lately(asked []time.Time, now time.Time) []time.Time {
	for len(asked) > 0 && now.Sub(asked[0]) >= time.Minute {
		asked = asked[1:]
	}
	return asked
}

// Observe takes what an answer of Help Scout said.
func (b *Budgets) Observe(installation string, said helpscout.Budget) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.last == nil {
		b.last = map[string]helpscout.Budget{}
	}
	b.last[installation] = said
}

// Yields is how long work that can wait is to leave the requests to live logs: until
// the next minute, where little is left of this one, and 0 otherwise. Help Scout
// does not say when its minute begins, so a whole one is counted from its answer.
func (b *Budgets) Yields(installation string) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	said, known := b.last[installation]
	if !known || said.Limit <= 0 || float64(said.Remaining) >= calllog.AINote.Leaves()*float64(said.Limit) {
		return 0
	}
	return max(0, time.Minute-b.now().Sub(said.At))
}

func (b *Budgets) now() time.Time {
	if b.Now != nil {
		return b.Now()
	}
	return time.Now()
}
