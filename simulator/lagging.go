package simulator

import (
	"slices"
	"time"
)

// lagging is a search index that shows a write only after some time, as Help
// Scout's customer search and conversation lists do.
type lagging[T any] struct {
	lag      time.Duration
	versions map[int64][]version[T]
}

type version[T any] struct {
	at    time.Time
	value T
}

func newLagging[T any](lag time.Duration) *lagging[T] {
	return &lagging[T]{lag: lag, versions: map[int64][]version[T]{}}
}

func (l *lagging[T]) put(id int64, at time.Time, value T) {
	kept := l.versions[id]
	if shown := l.shown(kept, at); shown > 0 {
		kept = slices.Clone(kept[shown:])
	}
	l.versions[id] = append(kept, version[T]{at, value})
}

// shown is the index of the newest version old enough to be seen, or -1.
func (l *lagging[T]) shown(versions []version[T], now time.Time) int {
	if l.lag <= 0 {
		// Whoever asked before this write, and is answered after it, sees it.
		return len(versions) - 1
	}
	for i := len(versions) - 1; i >= 0; i-- {
		if !versions[i].at.After(now.Add(-l.lag)) {
			return i
		}
	}
	return -1
}

// view lists what can be seen now, in no order.
func (l *lagging[T]) view(now time.Time) []T {
	var seen []T
	for _, versions := range l.versions {
		if shown := l.shown(versions, now); shown >= 0 {
			seen = append(seen, versions[shown].value)
		}
	}
	return seen
}
