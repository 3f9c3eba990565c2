package activities

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"callscout/activities/contract"
	"callscout/aircall"
	"callscout/calllog"
	"callscout/settings"
	"callscout/store"
)

// Calls is the way to the workflows of calls.
type Calls interface {
	// Deliver hands over what Aircall lists of a call as one more event of it, and starts
	// its workflow, as one that is backfilled, if it does not run.
	Deliver(ctx context.Context, delivery contract.Delivery) error
	// State tells how a call's workflow stands, and why it stands still.
	State(ctx context.Context, installation string, call int64) (calllog.RunState, calllog.Problem, error)
	// TryAgain has a call that needs attention try again.
	TryAgain(ctx context.Context, installation string, call int64, by string) error
}

const (
	// settled is how long after its end a call's webhooks may still be on their way.
	settled = 10 * time.Minute
	// mostFollowed is how many delivered calls may be under way at once.
	mostFollowed = 20
	// retryTakes is how long a call that is asked to try again is not believed to need
	// attention still: it says so until it has done what failed.
	retryTakes = 2 * time.Minute
	// roomForMore keeps a list from growing beyond what Aircall shows while its pages
	// are read.
	roomForMore = 2 * aircall.CallsPerPage
)

// ListCalls compares one page of Aircall's list with the ledger, and delivers what is
// missing as far as the vendors' requests allow. It may be repeated: what was delivered
// is noted, and what is delivered twice is logged once.
func (a *Activities) ListCalls(ctx context.Context, in contract.ListCallsInput) (contract.ListCallsResult, error) {
	installation, err := a.Store.Installation(ctx, in.Installation)
	switch {
	case errors.Is(err, store.ErrNotFound), err == nil && installation.Uninstalled:
		return contract.ListCallsResult{Gone: true}, nil
	case err != nil:
		return contract.ListCallsResult{}, storeDown(err)
	}
	s := sweep{Activities: a, in: in, installation: installation, now: a.now()}
	if err := s.follow(ctx); err != nil || in.Page == 0 {
		return s.out, err
	}
	if !s.hasRoom() {
		return s.out, nil
	}
	page, err := s.page(ctx)
	if err != nil || s.out.Wait > 0 {
		return s.out, err
	}
	if in.Page == 1 && page.Total > aircall.MostListed-roomForMore && in.To.Sub(in.From) > time.Second {
		s.out.Split = true
		return s.out, nil
	}
	s.out.Last = page.Last
	return s.out, s.compare(ctx, page)
}

// sweep is one look at a page.
type sweep struct {
	*Activities
	in           contract.ListCallsInput
	installation settings.Installation
	now          time.Time
	out          contract.ListCallsResult
	// calls is how many more may be delivered now.
	calls int
}

// follow sees what became of the calls that were delivered before.
func (s *sweep) follow(ctx context.Context) error {
	for _, followed := range s.in.Following {
		written, skipped, err := s.written(ctx, followed.Call)
		if err != nil {
			return err
		}
		if written || skipped {
			s.out.Ended = append(s.out.Ended, contract.EndedCall{Call: followed.Call, Logged: written})
			continue
		}
		state, problem, err := s.Calls.State(ctx, s.in.Installation, followed.Call)
		if err != nil {
			return err
		}
		waits := followed.Again && s.now.Sub(followed.At) < retryTakes
		if state == calllog.RunGoesOn || state == calllog.RunParked && waits {
			continue
		}
		// It may have been written since the ledger was read.
		if written, _, err = s.written(ctx, followed.Call); err != nil {
			return err
		}
		if written {
			problem = ""
		}
		s.out.Ended = append(s.out.Ended, contract.EndedCall{Call: followed.Call, Logged: written, Problem: problem})
	}
	return nil
}

func (s *sweep) written(ctx context.Context, call int64) (written, skipped bool, err error) {
	entries, err := s.entries(ctx, call)
	if err != nil {
		return false, false, err
	}
	return s.done(entries, call, calllog.PartSecondLog), s.done(entries, call, calllog.PartSkipped), nil
}

func (s *sweep) entries(ctx context.Context, calls ...int64) (map[string]store.Entry, error) {
	var keys []string
	for _, call := range calls {
		for _, part := range []calllog.Part{calllog.PartSecondLog, calllog.PartSkipped} {
			keys = append(keys, calllog.Key(s.in.Installation, call, part))
		}
	}
	entries, err := s.Store.LedgerEntries(ctx, keys)
	if err != nil {
		return nil, storeDown(err)
	}
	return entries, nil
}

func (s *sweep) done(entries map[string]store.Entry, call int64, part calllog.Part) bool {
	return entries[calllog.Key(s.in.Installation, call, part)].State == store.Done
}

// hasRoom says whether something may be listed or delivered now, and how long to wait
// where not.
func (s *sweep) hasRoom() bool {
	room := Room{Units: mostFollowed * calllog.BackfillUnits}
	if s.Room != nil {
		room = s.Room(s.in.Installation)
	}
	s.out.Limit = room.Limit
	if room.Aircall > 0 && !s.listed.has(s.in, s.now) {
		s.out.Wait, s.out.Of = room.Aircall, contract.VendorAircall
		return false
	}
	if s.in.DryRun {
		return true
	}
	if room.HelpScout > 0 {
		s.out.Wait, s.out.Of = room.HelpScout, contract.VendorHelpScout
		return false
	}
	// Those under way have not asked for all of theirs yet.
	underway := len(s.in.Following) - len(s.out.Ended)
	s.calls = min(mostFollowed, room.Units/calllog.BackfillUnits) - underway
	return s.calls > 0 && !s.unlucky()
}

// unlucky says that what was delivered last cannot be logged.
func (s *sweep) unlucky() bool {
	needing := 0
	for _, one := range s.out.Ended {
		switch {
		case one.Logged:
			return false
		case one.Problem != "":
			needing++
		}
	}
	return needing >= calllog.MostUnlucky
}

// page is the page that is asked for: that of a moment ago where not all of it could be
// delivered at once. Where Aircall takes no more requests, it says how long to wait.
func (s *sweep) page(ctx context.Context) (aircall.CallsPage, error) {
	if kept, known := s.listed.get(s.in, s.now); known {
		return kept.page, nil
	}
	api, err := s.Accounts.Aircall(ctx, s.in.Installation)
	if err != nil {
		return aircall.CallsPage{}, err
	}
	// Aircall leaves out those that began at the very first second, and shows those that
	// began at the last one; the borders are looked at here as well.
	page, err := api.Calls(ctx, aircall.CallsQuery{
		From: s.in.From.Add(-time.Second), To: s.in.To, NewestFirst: s.in.NewestFirst, Page: s.in.Page,
	})
	if refused, is := errors.AsType[*aircall.Error](err); is && refused.Status == http.StatusTooManyRequests {
		s.out.Wait, s.out.Of = min(max(refused.RetryAfter, time.Second), mostDelay), contract.VendorAircall
		return page, nil
	}
	if err != nil {
		return page, err
	}
	page.Calls = slices.DeleteFunc(page.Calls, func(c aircall.Call) bool {
		return !c.StartedAt.IsZero() && (c.StartedAt.Before(s.in.From) || !c.StartedAt.Before(s.in.To))
	})
	s.listed.keep(s.in, page, s.now)
	return page, nil
}

// compare looks at each call of the page.
func (s *sweep) compare(ctx context.Context, page aircall.CallsPage) error {
	wanted := slices.DeleteFunc(slices.Clone(page.Calls), func(c aircall.Call) bool { return !s.asksFor(c) })
	var ids []int64
	for _, call := range wanted {
		ids = append(ids, call.ID)
	}
	entries, err := s.entries(ctx, ids...)
	if err != nil {
		return err
	}
	table, left := calllog.Table{}, 0
	for _, call := range wanted {
		listed, err := s.known(call, entries)
		if err != nil {
			return err
		}
		verdict, err := s.judge(ctx, &listed)
		if err != nil {
			return err
		}
		if delivered := listed.Run == calllog.RunGoesOn; verdict == calllog.VerdictMissing && !s.in.DryRun && !delivered {
			if s.calls <= 0 {
				left++
				continue
			}
			if err := s.deliver(ctx, call, listed); err != nil {
				return err
			}
		}
		table = table.Join([]calllog.DayCount{s.row(listed.Facts, verdict)})
	}
	if left > 0 {
		return nil
	}
	s.listed.drop(s.in)
	s.out.Complete, s.out.Rows = true, table
	return nil
}

// asksFor says that the call is one of those that are looked for.
func (s *sweep) asksFor(call aircall.Call) bool {
	number := int64(0)
	if call.Number != nil {
		number = call.Number.ID
	}
	if len(s.in.Numbers) > 0 && !slices.Contains(s.in.Numbers, number) {
		return false
	}
	if s.in.Since == nil {
		return true
	}
	since, named := s.in.Since[number]
	return named && !call.StartedAt.Before(since)
}

// known is what is known of a listed call, all but its run.
func (s *sweep) known(call aircall.Call, entries map[string]store.Entry) (calllog.ListedCall, error) {
	event, err := calllog.FromREST(call, s.now)
	if err != nil {
		return calllog.ListedCall{}, err
	}
	listed := calllog.ListedCall{
		Facts:   calllog.Gather([]calllog.Event{event}),
		Written: s.done(entries, call.ID, calllog.PartSecondLog), Skipped: s.done(entries, call.ID, calllog.PartSkipped),
		Settled: s.now.Add(-settled), Failed: s.in.Failed,
	}
	if listed.Facts.Line.ID == 0 {
		return listed, nil
	}
	_, chosen, mapped, err := s.installation.ForNumber(listed.Facts.Line.ID)
	listed.Mapped, listed.Settings, listed.Invalid = mapped, chosen, err != nil
	return listed, nil
}

// judge gives the verdict. A call that this very backfill delivered a moment ago, from
// the same page, counts as what it was.
func (s *sweep) judge(ctx context.Context, listed *calllog.ListedCall) (calllog.ListVerdict, error) {
	verdict, call := listed.Verdict(), listed.Facts.CallID
	if verdict != calllog.VerdictMissing && (verdict != calllog.VerdictLogged || s.in.DryRun) {
		return verdict, nil
	}
	ours := false
	if !s.in.DryRun {
		var err error
		if ours, err = s.ours(ctx, call); err != nil {
			return "", err
		}
	}
	if verdict == calllog.VerdictLogged {
		if ours {
			verdict = calllog.VerdictMissing
			listed.Run = calllog.RunGoesOn
		}
		return verdict, nil
	}
	state, problem, err := s.Calls.State(ctx, s.in.Installation, call)
	if err != nil {
		return "", err
	}
	listed.Run = state
	if !ours || state == calllog.RunNone {
		return listed.Verdict(), nil
	}
	if state == calllog.RunParked && !s.follows(call) {
		s.out.Ended = append(s.out.Ended, contract.EndedCall{Call: call, Problem: problem})
	} else if !s.follows(call) {
		s.out.Delivered = append(s.out.Delivered, contract.FollowedCall{Call: call, At: s.now})
	}
	listed.Run = calllog.RunGoesOn
	return calllog.VerdictMissing, nil
}

// follows says that the call was named as one that is under way.
func (s *sweep) follows(call int64) bool {
	same := func(f contract.FollowedCall) bool { return f.Call == call }
	return slices.ContainsFunc(s.in.Following, same) || slices.ContainsFunc(s.out.Delivered, same)
}

// ours says that this backfill delivered the call.
func (s *sweep) ours(ctx context.Context, call int64) (bool, error) {
	by, _, known, err := s.Store.Recall(ctx, s.in.Installation, store.BackfilledBy, strconv.FormatInt(call, 10))
	if err != nil {
		return false, storeDown(err)
	}
	return known && by == s.in.By, nil
}

// deliver has a call logged. It is noted before that: what is cut off in between is
// found here again, and delivered again where no run has taken it.
func (s *sweep) deliver(ctx context.Context, call aircall.Call, listed calllog.ListedCall) error {
	err := s.Store.Remember(ctx, s.in.Installation, store.BackfilledBy, strconv.FormatInt(call.ID, 10), s.in.By)
	if err != nil {
		return storeDown(err)
	}
	again := listed.Run == calllog.RunParked
	if again {
		err = s.Calls.TryAgain(ctx, s.in.Installation, call.ID, s.in.By)
	} else {
		err = s.deliverListed(ctx, call)
	}
	if err != nil {
		return err
	}
	s.calls--
	s.out.Delivered = append(s.out.Delivered, contract.FollowedCall{Call: call.ID, At: s.now, Again: again})
	return nil
}

func (s *sweep) deliverListed(ctx context.Context, call aircall.Call) error {
	event, err := calllog.FromREST(call, s.now)
	if err != nil {
		return err
	}
	inbox, chosen, _, err := s.installation.ForNumber(call.Number.ID)
	if err != nil {
		return misconfigured(err)
	}
	return s.Calls.Deliver(ctx, contract.Delivery{Installation: s.in.Installation, Inbox: inbox, Settings: chosen, Event: event})
}

func (s *sweep) row(f calllog.Facts, verdict calllog.ListVerdict) calllog.DayCount {
	zone, err := time.LoadLocation(s.in.Zone)
	if err != nil {
		zone = time.UTC
	}
	row := calllog.DayCount{Day: f.StartedAt.In(zone).Format(time.DateOnly), Number: f.Line.ID}
	row.Count(verdict)
	return row
}

// listedPages keeps the page of each backfill of which something is still to be
// delivered, so that Aircall is not asked for it again and again.
type listedPages struct {
	mu    sync.Mutex
	pages map[string]listedPage
}

type listedPage struct {
	from, to time.Time
	number   int
	page     aircall.CallsPage
	at       time.Time
}

// keptListed is how old a page may be: what it says of calls that were over does not
// change much.
const keptListed = 5 * time.Minute

func (l *listedPages) has(in contract.ListCallsInput, now time.Time) bool {
	_, known := l.get(in, now)
	return known
}

func (l *listedPages) get(in contract.ListCallsInput, now time.Time) (listedPage, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	kept, known := l.pages[in.By]
	same := kept.from.Equal(in.From) && kept.to.Equal(in.To) && kept.number == in.Page
	return kept, known && same && now.Sub(kept.at) < keptListed
}

func (l *listedPages) keep(in contract.ListCallsInput, page aircall.CallsPage, at time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.pages == nil {
		l.pages = map[string]listedPage{}
	}
	l.pages[in.By] = listedPage{from: in.From, to: in.To, number: in.Page, page: page, at: at}
}

func (l *listedPages) drop(in contract.ListCallsInput) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.pages, in.By)
}
