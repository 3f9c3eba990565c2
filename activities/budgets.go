package activities

import (
	"sync"
	"time"

	"callscout/helpscout"
)

// reserved is the share of Help Scout's requests per minute that is left to live
// logs: AI notes wait while less is there.
const reserved = 0.25

// Budgets keeps what Help Scout last said is left of each installation's requests
// in the current minute. It is safe for several goroutines.
type Budgets struct {
	// Now is the clock; time.Now unless set.
	Now func() time.Time

	mu   sync.Mutex
	last map[string]helpscout.Budget
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
	if !known || said.Limit <= 0 || float64(said.Remaining) >= reserved*float64(said.Limit) {
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
