package desk

import (
	"sync"
	"time"
)

const (
	// mostFailures within failureWindow is how often anybody may guess.
	mostFailures  = 5
	failureWindow = time.Minute
)

// guesses counts wrong tokens, of everybody together: an attacker has many
// addresses, and the right token is not guessed by a person either.
type guesses struct {
	mu    sync.Mutex
	times []time.Time
}

func (g *guesses) failed() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.times = append(g.times, time.Now())
}

// wait is how long nobody may try; 0 if anybody may.
func (g *guesses) wait() time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	since := time.Now().Add(-failureWindow)
	for len(g.times) > 0 && g.times[0].Before(since) {
		g.times = g.times[1:]
	}
	if len(g.times) < mostFailures {
		return 0
	}
	return g.times[len(g.times)-mostFailures].Sub(since)
}
