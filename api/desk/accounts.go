package desk

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"sync"
	"time"
)

const (
	// askWithin is how long a page waits for the vendors.
	askWithin = 4 * time.Second
	// askedFor is how long what they said is shown again.
	askedFor = time.Minute
	// ownerWithin is how long a page waits for a name.
	ownerWithin = 700 * time.Millisecond
)

// errNoDirectory says that this process cannot look into the accounts.
var errNoDirectory = errors.New("this process cannot look into the accounts")

// accounts asks both vendors at once, and not again at every page.
type accounts struct {
	directory Directory

	mu   sync.Mutex
	kept map[string]seen
}

// seen is what the two accounts showed, each with its own error.
type seen struct {
	At         time.Time
	Lines      []Line
	LinesErr   error
	Inboxes    []Inbox
	InboxesErr error
	Agents     []Agent
	Owner      string
}

func (a *accounts) look(ctx context.Context, installation string) seen {
	if a.directory == nil {
		return seen{At: time.Now(), LinesErr: errNoDirectory, InboxesErr: errNoDirectory}
	}
	a.mu.Lock()
	kept, known := a.kept[installation]
	a.mu.Unlock()
	if known && time.Since(kept.At) < askedFor {
		return kept
	}
	ctx, cancel := context.WithTimeout(ctx, askWithin)
	defer cancel()
	found := seen{At: time.Now()}
	var asked sync.WaitGroup
	asked.Go(func() {
		if found.Lines, found.LinesErr = a.directory.Lines(ctx, installation); found.LinesErr == nil {
			// They are for choosing from; without them their calls are found by number.
			found.Agents, _ = a.directory.Agents(ctx, installation)
		}
	})
	asked.Go(func() {
		found.Inboxes, found.InboxesErr = a.directory.Inboxes(ctx, installation)
		if found.InboxesErr == nil {
			// A name is a nicety: without it the inboxes are proof enough.
			found.Owner, _ = a.directory.Owner(ctx, installation)
		}
	})
	asked.Wait()
	if found.LinesErr == nil && found.InboxesErr == nil {
		a.mu.Lock()
		defer a.mu.Unlock()
		if a.kept == nil {
			a.kept = map[string]seen{}
		}
		a.kept[installation] = found
	}
	return found
}

// glanceFor is how long a page waits for names that it can do without.
const glanceFor = 400 * time.Millisecond

// glance is look for a page that is about something else: what is not known at once is
// asked for, and there the next time.
func (a *accounts) glance(ctx context.Context, installation string) seen {
	a.mu.Lock()
	kept, known := a.kept[installation]
	a.mu.Unlock()
	if known && time.Since(kept.At) < askedFor {
		return kept
	}
	answer := make(chan seen, 1)
	go func() { answer <- a.look(context.WithoutCancel(ctx), installation) }()
	wait := time.NewTimer(glanceFor)
	defer wait.Stop()
	select {
	case found := <-answer:
		return found
	case <-wait.C:
	}
	if !known {
		kept.LinesErr, kept.InboxesErr = context.DeadlineExceeded, context.DeadlineExceeded
	}
	return kept
}

// known is what was seen last, however long ago; the zero value if nothing was.
func (a *accounts) known(installation string) seen {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.kept[installation]
}

// owner is the Help Scout user behind the connection. Who has not been asked for as
// long as age is asked, and a page does not wait long for the answer: the next one
// shows it. Empty if it is not known.
func (a *accounts) owner(ctx context.Context, installation string, age time.Duration) string {
	if kept := a.known(installation); time.Since(kept.At) < age || a.directory == nil {
		return kept.Owner
	}
	found := make(chan string, 1)
	go func() { found <- a.look(context.WithoutCancel(ctx), installation).Owner }()
	waited := time.NewTimer(ownerWithin)
	defer waited.Stop()
	select {
	case owner := <-found:
		return owner
	case <-waited.C:
		return a.known(installation).Owner
	}
}

// forget has the next page ask again.
func (a *accounts) forget(installation string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.kept, installation)
}

func (s seen) line(id int64) (Line, bool) {
	for _, line := range s.Lines {
		if line.ID == id {
			return line, true
		}
	}
	return Line{}, false
}

// lineName is what people call a line, or else its id.
func (s seen) lineName(id int64) string {
	if line, known := s.line(id); known && line.Name != "" {
		return line.Name
	}
	return strconv.FormatInt(id, 10)
}

// inboxName is what people call an inbox, or else its id.
func (s seen) inboxName(id int64) string {
	for _, inbox := range s.Inboxes {
		if inbox.ID == id && inbox.Name != "" {
			return inbox.Name
		}
	}
	return strconv.FormatInt(id, 10)
}

func (s seen) hasInbox(id int64) bool {
	return slices.ContainsFunc(s.Inboxes, func(inbox Inbox) bool { return inbox.ID == id })
}
