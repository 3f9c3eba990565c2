package api_test

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"sync"

	"callscout/starter"
	"callscout/workflows"
)

// fakeLists is Temporal's list of calls: it chooses as the real one does.
type fakeLists struct {
	mu       sync.Mutex
	calls    []starter.Listed
	retrying []starter.Listed
	away     error
	// lists and counts are how often it was asked.
	lists, counts int
}

func (f *fakeLists) put(calls ...starter.Listed) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls = append(f.calls, calls...)
}

func (f *fakeLists) change(call int64, do func(*starter.Listed)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range f.calls {
		if f.calls[i].Call == call {
			do(&f.calls[i])
		}
	}
}

func (f *fakeLists) chosen(q starter.Query) []starter.Listed {
	return slices.DeleteFunc(slices.Clone(f.calls), func(l starter.Listed) bool {
		return l.Installation != q.Installation || q.Status != "" && q.Status != l.Status || q.Problem != "" && q.Problem != l.Problem ||
			q.Outcome != "" && q.Outcome != l.Outcome || len(q.Lines) > 0 && !slices.Contains(q.Lines, l.Line) ||
			q.Agent != 0 && q.Agent != l.Agent || q.Who != "" && q.Who != l.Who || q.Call != 0 && q.Call != l.Call ||
			q.Conversation != "" && q.Conversation != l.Conversation || q.Open && !l.Closed.IsZero() ||
			!q.From.IsZero() && l.Started.Before(q.From) || !q.To.IsZero() && l.Started.After(q.To)
	})
}

func (f *fakeLists) List(_ context.Context, q starter.Query) (page []starter.Listed, next []byte, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.lists++
	all := f.chosen(q)
	from, _ := strconv.Atoi(string(q.After))
	all = all[min(from, len(all)):]
	if len(all) > 50 {
		return all[:50], fmt.Appendf(nil, "%d", from+50), f.away
	}
	return all, nil, f.away
}

func (f *fakeLists) Count(_ context.Context, q starter.Query) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.counts++
	return len(f.chosen(q)), f.away
}

func (f *fakeLists) Standing(_ context.Context, installation string, most int) ([]starter.Listed, bool, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	all := f.chosen(starter.Query{Installation: installation, Status: workflows.StatusNeedsAttention, Open: true})
	slices.SortStableFunc(all, func(a, b starter.Listed) int { return a.Row.Parked.Since.Compare(b.Row.Parked.Since) })
	return all[:min(most, len(all))], len(all) > most, f.away
}

func (f *fakeLists) Retrying(context.Context, string, int) ([]starter.Listed, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.retrying), f.away
}

func (f *fakeLists) NumberHash(raw, country string) string {
	return (&starter.Starter{HashKey: []byte("hash key")}).NumberHash(raw, country)
}
