package api_test

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"callscout/api"
	"callscout/calllog"
	"callscout/settings"
	"callscout/starter"
	"callscout/store"
	"callscout/workflows"
)

var errAway = errors.New("temporal is away")

// fakeTemporal takes events as Temporal would, or fails.
type fakeTemporal struct {
	mu    sync.Mutex
	away  error
	fails map[string]error
	taken []starter.Delivery
	// running are the runs that there are, for events that start none.
	running []string
	// lost is what was to be put right.
	lost []calllog.Lost
	// workers ask for work, parked stands still, and calls began within a day.
	workers int
	parked  []starter.Parked
	calls   int64
	// checked are the installations whose accounts were to be checked at once.
	checked []string
}

func (f *fakeTemporal) CheckNow(_ context.Context, installation string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.away == nil {
		f.checked = append(f.checked, installation)
	}
	return f.away
}

// looked are the installations whose accounts were to be checked at once.
func (f *fakeTemporal) looked() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.checked)
}

func (f *fakeTemporal) Workers(context.Context) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.workers, f.away
}

func (f *fakeTemporal) Parked(context.Context) ([]starter.Parked, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.parked), f.away
}

func (f *fakeTemporal) CallsSince(context.Context, string, time.Time) (int64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls, f.away
}

// stands sets what works and what does not.
func (f *fakeTemporal) stands(workers int, parked ...starter.Parked) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.workers, f.parked = workers, parked
}

func (f *fakeTemporal) Deliver(_ context.Context, d starter.Delivery) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := errors.Join(f.away, f.fails[d.Stream()]); err != nil {
		return err
	}
	if d.OnlyRunning && !slices.Contains(f.running, d.Stream()) {
		return starter.ErrNotRunning
	}
	f.taken = append(f.taken, d)
	return nil
}

func (f *fakeTemporal) PutTagsRight(_ context.Context, installation string, by calllog.TagWrite, lost calllog.Lost) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.away != nil {
		return f.away
	}
	if !slices.Contains(f.running, cmp.Or(by.Run, workflows.CallID(installation, by.Call))) {
		return starter.ErrNotRunning
	}
	f.lost = append(f.lost, lost)
	return nil
}

// MessageRun names a run as the starter does.
func (f *fakeTemporal) MessageRun(installation string, event calllog.MessageEvent) string {
	return (&starter.Starter{HashKey: []byte("hash key")}).MessageRun(installation, event)
}

func (f *fakeTemporal) Reachable(context.Context) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.away
}

func (f *fakeTemporal) goAway(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.away = err
}

func (f *fakeTemporal) refuse(stream string, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.fails == nil {
		f.fails = map[string]error{}
	}
	f.fails[stream] = err
}

// events gives the names of the events that were taken of one call, in order.
func (f *fakeTemporal) events(call int64) []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	names := []string{}
	for _, d := range f.taken {
		if d.Event.Call.ID == call {
			names = append(names, d.Event.Name)
		}
	}
	return names
}

func (f *fakeTemporal) all() []starter.Delivery {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.taken)
}

func (f *fakeTemporal) count() int { return len(f.all()) }

// sickStore is a store that does not answer, or does not write.
type sickStore struct {
	api.Store
	mu          sync.Mutex
	down, stuck error
	// onForgetCustomer hears what is to be forgotten.
	onForgetCustomer func(learntBefore time.Time)
	// onLock is what whoever holds a lock does while somebody waits for it.
	onLock func()
}

func (s *sickStore) fall(down, stuck error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down, s.stuck = down, stuck
}

func (s *sickStore) failure(writes bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if writes {
		return errors.Join(s.down, s.stuck)
	}
	return s.down
}

func (s *sickStore) Installation(ctx context.Context, id string) (settings.Installation, error) {
	if err := s.failure(false); err != nil {
		return settings.Installation{}, err
	}
	return s.Store.Installation(ctx, id)
}

func (s *sickStore) Recall(ctx context.Context, installation, kind, key string) (value string, at time.Time, ok bool, err error) {
	if err := s.failure(false); err != nil {
		return "", time.Time{}, false, err
	}
	return s.Store.Recall(ctx, installation, kind, key)
}

func (s *sickStore) Lock(ctx context.Context, name string) (unlock func(), err error) {
	if s.onLock != nil {
		s.onLock()
	}
	return s.Store.Lock(ctx, name)
}

func (s *sickStore) ForgetCustomer(ctx context.Context, installation string, id int64, learntBefore time.Time) (int, error) {
	if err := s.failure(true); err != nil {
		return 0, err
	}
	if s.onForgetCustomer != nil {
		s.onForgetCustomer(learntBefore)
	}
	return s.Store.ForgetCustomer(ctx, installation, id, learntBefore)
}

func (s *sickStore) ForgetConversation(ctx context.Context, installation string, id int64) (int, error) {
	if err := s.failure(true); err != nil {
		return 0, err
	}
	return s.Store.ForgetConversation(ctx, installation, id)
}

func (s *sickStore) InstallationByWebhookToken(ctx context.Context, token string) (settings.Installation, error) {
	if err := s.failure(false); err != nil {
		return settings.Installation{}, err
	}
	return s.Store.InstallationByWebhookToken(ctx, token)
}

func (s *sickStore) HasWaiting(ctx context.Context, stream string) (bool, error) {
	if err := s.failure(false); err != nil {
		return false, err
	}
	return s.Store.HasWaiting(ctx, stream)
}

func (s *sickStore) InboxCounts(ctx context.Context) (waiting, held int64, oldest time.Time, err error) {
	if err := s.failure(false); err != nil {
		return 0, 0, time.Time{}, err
	}
	return s.Store.InboxCounts(ctx)
}

func (s *sickStore) Ping(ctx context.Context) error {
	return errors.Join(s.failure(false), s.Store.Ping(ctx))
}

func (s *sickStore) Enqueue(ctx context.Context, event store.InboxEvent) (int64, error) {
	if err := s.failure(true); err != nil {
		return 0, err
	}
	return s.Store.Enqueue(ctx, event)
}

func (s *sickStore) Hold(ctx context.Context, event store.InboxEvent) (int64, error) {
	if err := s.failure(true); err != nil {
		return 0, err
	}
	return s.Store.Hold(ctx, event)
}
