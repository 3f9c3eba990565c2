package api

import (
	"cmp"
	"context"
	"encoding/base64"
	"slices"
	"time"

	"callscout/api/desk"
	"callscout/phone"
	"callscout/settings"
	"callscout/starter"
)

// CallFinder finds the runs of calls. *starter.Starter has it.
type CallFinder interface {
	List(ctx context.Context, q starter.Query) ([]starter.Listed, []byte, error)
	Count(ctx context.Context, q starter.Query) (int, error)
	Standing(ctx context.Context, installation string, most int) ([]starter.Listed, bool, error)
	Retrying(ctx context.Context, installation string, most int) ([]starter.Listed, error)
	NumberHash(raw, country string) string
}

const (
	// mostStanding is how many calls that stand still are read: all, except where
	// everything stands still.
	mostStanding = 5000
	// mostRetrying is how many running calls are asked for a failing step.
	mostRetrying = 200
	// standingFor is how long what stands still is shown again, badgeFor on a page that
	// is about something else.
	standingFor = 2 * time.Second
	badgeFor    = 15 * time.Second
	badgeWithin = 250 * time.Millisecond
	// countedFor is how long counts are shown again at least, and countShare how small
	// the part of the time is in which Temporal counts: where there are many runs, it
	// reads each of them, and other work waits meanwhile.
	countedFor  = 10 * time.Second
	countShare  = 200
	countWithin = 300 * time.Millisecond
)

// callLists are the lists of the desk, from Temporal's.
type callLists struct {
	runs  CallFinder
	store interface {
		Installation(ctx context.Context, id string) (settings.Installation, error)
	}

	standing asked[desk.Standing]
	counts   asked[desk.CallCounts]
}

// Standing implements desk.CallLists.
func (l *callLists) Standing(ctx context.Context, installation string) (desk.Standing, error) {
	return l.standing.get(ctx, installation, standingFor, 0, func(ctx context.Context) (desk.Standing, error) {
		listed, more, err := l.runs.Standing(ctx, installation, mostStanding)
		return desk.Standing{Rows: rowsOf(listed), More: more}, err
	})
}

// Glance implements desk.CallLists.
func (l *callLists) Glance(ctx context.Context, installation string) int {
	if standing, fresh := l.standing.peek(installation, badgeFor); fresh {
		return len(standing.Rows)
	}
	ctx, cancel := context.WithTimeout(ctx, badgeWithin)
	defer cancel()
	standing, err := l.Standing(ctx, installation)
	if err != nil {
		return -1
	}
	return len(standing.Rows)
}

// List implements desk.CallLists.
func (l *callLists) List(ctx context.Context, installation string, choice desk.CallChoice, after string) (rows []desk.CallRow, next string, err error) {
	queries, err := l.queries(ctx, installation, choice)
	if err != nil {
		return nil, "", err
	}
	place, err := base64.RawURLEncoding.DecodeString(after)
	if err != nil {
		place = nil // an address that somebody made up begins at the start
	}
	var more []byte
	for _, q := range queries {
		q.After = place
		var listed []starter.Listed
		if listed, more, err = l.runs.List(ctx, q); err != nil {
			return nil, "", err
		}
		rows = append(rows, rowsOf(listed)...)
	}
	if len(queries) == 1 {
		return rows, base64.RawURLEncoding.EncodeToString(more), nil
	}
	slices.SortStableFunc(rows, func(a, b desk.CallRow) int { return b.StartedAt.Compare(a.StartedAt) })
	return rows, "", nil
}

// Fresh implements desk.CallLists.
func (l *callLists) Fresh(ctx context.Context, installation string, choice desk.CallChoice, since time.Time) (fresh int, err error) {
	if since.After(choice.From) {
		choice.From = since
	}
	queries, err := l.queries(ctx, installation, choice)
	for _, q := range queries {
		counted, err := l.runs.Count(ctx, q)
		if err != nil {
			return 0, err
		}
		fresh += counted
	}
	return fresh, err
}

// Retrying implements desk.CallLists.
func (l *callLists) Retrying(ctx context.Context, installation string) ([]desk.CallRow, error) {
	listed, err := l.runs.Retrying(ctx, installation, mostRetrying)
	return rowsOf(listed), err
}

// Hashes implements desk.CallLists.
func (l *callLists) Hashes(number string, lines []string) []string {
	countries := []string{""}
	for _, digits := range lines {
		if line, err := phone.Parse(digits, ""); err == nil && !slices.Contains(countries, line.Country()) {
			countries = append(countries, line.Country())
		}
	}
	var hashes []string
	for _, country := range countries {
		if _, err := phone.Parse(number, country); err != nil && country != "" {
			continue // it is no number there
		}
		if hash := l.runs.NumberHash(number, country); !slices.Contains(hashes, hash) {
			hashes = append(hashes, hash)
		}
	}
	return hashes
}

// queries are what is asked of Temporal: one question, or one for each of several
// hashes, since it has no fast way to ask for any of them.
func (l *callLists) queries(ctx context.Context, installation string, choice desk.CallChoice) ([]starter.Query, error) {
	q := starter.Query{
		Installation: installation, Status: starter.Status(choice.Status), Problem: choice.Problem, Outcome: choice.Outcome,
		Agent: choice.Agent, Call: choice.Call, Conversation: choice.Conversation, From: choice.From, To: choice.To,
		Open: slices.Contains([]string{"needs_attention", "waiting", "in_progress"}, choice.Status),
	}
	if choice.Line != 0 {
		q.Lines = []int64{choice.Line}
	}
	if choice.Inbox != 0 {
		of, err := l.store.Installation(ctx, installation)
		if err != nil {
			return nil, err
		}
		mapped := []int64{}
		for _, number := range of.Numbers {
			if number.Inbox == choice.Inbox && (choice.Line == 0 || choice.Line == number.AircallNumber) {
				mapped = append(mapped, number.AircallNumber)
			}
		}
		if len(mapped) == 0 {
			mapped = []int64{-1} // no line, no call
		}
		q.Lines = mapped
	}
	if len(choice.Who) < 2 {
		for _, who := range choice.Who {
			q.Who = who
		}
		return []starter.Query{q}, nil
	}
	var queries []starter.Query
	for _, who := range choice.Who {
		q.Who = who
		queries = append(queries, q)
	}
	return queries, nil
}

// Counts implements desk.CallLists.
func (l *callLists) Counts(ctx context.Context, installation string) desk.CallCounts {
	unknown := desk.CallCounts{Attention: -1, Waiting: -1, InProgress: -1, Synced: -1, Skipped: -1, All: -1, Today: -1}
	ctx, cancel := context.WithTimeout(ctx, countWithin)
	defer cancel()
	counts, err := l.counts.get(ctx, installation, countedFor, countShare, func(ctx context.Context) (desk.CallCounts, error) {
		return l.count(ctx, installation)
	})
	if err != nil {
		return unknown
	}
	return counts
}

func (l *callLists) count(ctx context.Context, installation string) (counts desk.CallCounts, err error) {
	counts.Attention = -1
	for _, one := range []struct {
		into *int
		q    starter.Query
	}{
		{&counts.Waiting, starter.Query{Status: "waiting", Open: true}},
		{&counts.InProgress, starter.Query{Status: "in_progress", Open: true}},
		{&counts.Today, starter.Query{Status: "synced", From: time.Now().Add(-24 * time.Hour)}},
		{&counts.Synced, starter.Query{Status: "synced"}},
		{&counts.Skipped, starter.Query{Status: "skipped"}},
		{&counts.All, starter.Query{}},
	} {
		one.q.Installation = installation
		counted, failed := l.runs.Count(ctx, one.q)
		if failed != nil {
			return counts, failed
		}
		*one.into = counted
	}
	return counts, nil
}

func rowsOf(listed []starter.Listed) []desk.CallRow {
	var rows []desk.CallRow
	for _, one := range listed {
		row := desk.CallRow{
			Call: one.Call, Status: string(one.Status), State: one.State, Open: one.Closed.IsZero(),
			Direction: one.Direction, Outcome: one.Outcome, Name: one.Row.Name, LastDigits: one.Row.LastDigits, Who: one.Who,
			Anonymous: one.Row.Anonymous, Line: one.Row.Line, LineID: one.Line, Inbox: one.Row.Inbox,
			Agent: one.Row.Agent, AgentID: one.Agent, Conversation: one.Conversation, ConversationNumber: one.Row.Conversation,
			StartedAt: one.Row.StartedAt, EndedAt: one.Row.EndedAt, Problem: one.Problem, Sealed: one.Sealed,
		}
		if row.StartedAt.IsZero() {
			row.StartedAt = one.Started
		}
		if parked := one.Row.Parked; parked != nil {
			row.Problem = cmp.Or(row.Problem, string(parked.Problem))
			row.Since, row.NextTry, row.Attempts = parked.Since, parked.NextTry, parked.Attempts
		} else if row.Problem != "" {
			row.Since = one.Started
		}
		rows = append(rows, row)
	}
	return rows
}
