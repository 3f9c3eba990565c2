package simulator

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"slices"
	"time"
)

// nextEventWait is how long a slow receiver holds back the next event of a call.
// Without it a receiver could never count on any order; with more of it the call
// would lose its timing.
const nextEventWait = time.Second

// Place sends the events of a whole call with the timing of the wire and returns
// the call's id once the last one was sent for the first time. Failed deliveries
// are repeated in the background. It fails if the script is wrong, or with ctx.
func (a *Aircall) Place(ctx context.Context, s Script) (callID int64, err error) {
	a.mu.Lock()
	p, err := a.plan(s)
	a.mu.Unlock()
	if err != nil {
		return 0, err
	}
	return p.call.ID, a.run(ctx, p)
}

// PlaceAsync is Place without waiting. The call ends early with Close.
func (a *Aircall) PlaceAsync(s Script) (callID int64, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.ctx.Err() != nil {
		return 0, errors.New("the simulator is closed")
	}
	p, err := a.plan(s)
	if err != nil {
		return 0, err
	}
	a.running.Go(func() { _ = a.run(a.ctx, p) })
	return p.call.ID, nil
}

// Emit sends an event of any kind, with data as its resource, to every webhook
// that wants it, and returns after the first attempt. Use it for what no script
// covers: messages, transcripts, voice agents.
func (a *Aircall) Emit(ctx context.Context, event string, data json.RawMessage) error {
	return wait(ctx, a.send(event, 0, data, a.clock()))
}

type message struct {
	event string
	data  json.RawMessage
	at    time.Time
}

func (a *Aircall) run(ctx context.Context, p *plan) error {
	begin, stamp := time.Now(), p.stamps(a.clock())
	order := newShuffle(p.script)
	var sent []<-chan struct{}
	deliver := func(messages []message) {
		for _, m := range messages {
			done := a.send(m.event, p.call.ID, m.data, m.at)
			sent = append(sent, done)
			select {
			case <-done:
			case <-time.After(nextEventWait):
			case <-ctx.Done():
			}
		}
	}
	for _, next := range p.steps {
		pause := time.Until(begin.Add(time.Duration(float64(next.at) / p.script.Speed)))
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return ctx.Err()
		}
		at := stamp(next.at)
		data := a.apply(p, next, at, stamp(0))
		deliver(order.next(message{next.event, data, at}))
	}
	deliver(order.rest())
	for _, done := range sent {
		if err := wait(ctx, done); err != nil {
			return err
		}
	}
	return nil
}

// apply changes the stored call and writes down what the event says about it.
func (a *Aircall) apply(p *plan, next step, at, started time.Time) json.RawMessage {
	a.mu.Lock()
	defer a.mu.Unlock()
	call, ok := a.calls[p.call.ID]
	if !ok {
		fresh := p.call.clone()
		fresh.StartedAt = started
		call = &fresh
		a.calls[call.ID] = call
	}
	next.change(call, at)
	seen := call.clone()
	if next.ringing != 0 {
		seen.UserID = next.ringing
	}
	var body any = a.webhookCall(&seen, at)
	if next.body != nil {
		body = next.body(&seen, at)
	}
	data, _ := json.Marshal(body)
	return data
}

func wait(ctx context.Context, done <-chan struct{}) error {
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// shuffle loses, doubles and reorders a call's events as its script says.
type shuffle struct {
	script Script
	rand   *rand.Rand
	held   []heldMessage
}

type heldMessage struct {
	message
	behind int
}

func newShuffle(s Script) *shuffle {
	return &shuffle{script: s, rand: rand.New(rand.NewPCG(s.Seed, 7))} //nolint:gosec // repeatable, not secret
}

// next takes the event that is due and returns what is to be sent now.
func (s *shuffle) next(m message) []message {
	var due []message
	named := func(list []string) bool { return slices.Contains(list, m.event) || slices.Contains(list, "*") }
	copies := 1
	if named(s.script.Lose) {
		copies = 0
	}
	if named(s.script.Duplicate) {
		copies *= 2
	}
	if named(s.script.Reorder) {
		for range copies {
			s.held = append(s.held, heldMessage{m, 1 + s.rand.IntN(3)})
		}
		copies = 0
	}
	for range copies {
		due = append(due, m)
	}
	still := s.held[:0]
	for _, held := range s.held {
		if held.event == m.event && held.at.Equal(m.at) {
			still = append(still, held)
			continue
		}
		if held.behind--; held.behind > 0 {
			still = append(still, held)
			continue
		}
		due = append(due, held.message)
	}
	s.held = still
	return due
}

// rest returns what is still held back, in random order.
func (s *shuffle) rest() []message {
	var due []message
	for _, at := range s.rand.Perm(len(s.held)) {
		due = append(due, s.held[at].message)
	}
	s.held = nil
	return due
}
