package store

import (
	"context"
	"encoding/hex"
	"fmt"
	"sync"
)

// Lock waits until nobody else holds the lock of this name, or ctx is done, and
// returns what frees it; to free it twice does no harm. A holder that crashes
// frees its locks. Several locks may be held at once; two that are always taken
// in the same order cannot block each other for ever.
//
// On PostgreSQL the lock holds against every process, for as long as this process
// keeps its connection: after a restart of the server another process may be
// first, and then only the ledger keeps a write from being repeated. On SQLite
// the lock holds within this Store; ClaimWorker keeps other workers away.
//
// The name may hold a number: it is never stored, shown or logged.
func (s *Store) Lock(ctx context.Context, name string) (unlock func(), err error) {
	free, err := s.local.lock(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("wait for a lock: %w", err)
	}
	if s.shared == nil {
		return free, nil
	}
	key := hex.EncodeToString(s.hash("lock", name)[:8])
	if err := s.shared.lock(ctx, key); err != nil {
		free()
		return nil, fmt.Errorf("wait for a lock: %w", err)
	}
	return sync.OnceFunc(func() {
		s.shared.unlock(key)
		free()
	}), nil
}

// keyedMutex is a mutex per name, whose waiting can be cancelled. The zero value
// is ready.
type keyedMutex struct {
	mu    sync.Mutex
	slots map[string]*slot
}

// slot is there while somebody holds the name or waits for it.
type slot struct {
	token chan struct{} // full while somebody holds the name
	users int
}

func (k *keyedMutex) lock(ctx context.Context, name string) (unlock func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	one := k.enter(name)
	select {
	case one.token <- struct{}{}:
		return sync.OnceFunc(func() {
			<-one.token
			k.leave(name, one)
		}), nil
	case <-ctx.Done():
		k.leave(name, one)
		return nil, ctx.Err()
	}
}

func (k *keyedMutex) enter(name string) *slot {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.slots == nil {
		k.slots = map[string]*slot{}
	}
	one := k.slots[name]
	if one == nil {
		one = &slot{token: make(chan struct{}, 1)}
		k.slots[name] = one
	}
	one.users++
	return one
}

func (k *keyedMutex) leave(name string, one *slot) {
	k.mu.Lock()
	defer k.mu.Unlock()
	one.users--
	if one.users == 0 {
		delete(k.slots, name)
	}
}
