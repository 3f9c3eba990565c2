package health

import (
	"time"

	"callscout/settings"
	"callscout/store"
)

// Known is what a source said last. The zero value was never asked for.
type Known[T any] struct {
	Value T
	// At is when it said so; zero if it never did.
	At time.Time
	// Lost is since when it does not say anything; zero if it does.
	Lost time.Time
}

// Sure tells whether the value is of now.
func (k Known[T]) Sure() bool { return !k.At.IsZero() && k.Lost.IsZero() }

// Facts are what is known of one installation.
type Facts struct {
	Now          time.Time
	Installation settings.Installation
	// Paused says that the installation's settings switch it off.
	Paused    bool
	Findings  Known[store.Findings]
	Aircall   Known[Heard]
	HelpScout Known[Heard]
	Budget    Known[Budget]
	Inbox     Known[Inbox]
	// Reconciled is what the last look for lost calls found.
	Reconciled Known[store.Reconciled]
	Program    Program
}

// Program is what all installations share.
type Program struct {
	// Temporal is whether it answers and takes events.
	Temporal Known[TemporalState]
	Workers  Known[int]
	Parked   Known[[]Parked]
	Database Known[string]
	Disk     Known[Disk]
	// PublicURL and Version are the process's own.
	PublicURL, Version string
}

// TemporalState is how Temporal answers.
type TemporalState struct {
	// NotSetUp says that its namespace does not know the search attributes yet.
	NotSetUp bool
}

// Heard is what is known of a vendor's webhooks.
type Heard struct {
	// Last is when the last one came; zero if none ever did.
	Last time.Time
	// Hours are those in which some came.
	Hours Hours
}

// Budget is what Help Scout said last of its requests per minute. Its JSON is kept in
// the store.
type Budget struct {
	Remaining int64     `json:"remaining"`
	Limit     int64     `json:"limit"`
	At        time.Time `json:"at"`
	// OutAt is when nothing was left, last; OutSince is since when that happened in
	// every minute.
	OutAt    time.Time `json:"out_at,omitzero"`
	OutSince time.Time `json:"out_since,omitzero"`
}

// outGap is how long there may be requests left between two moments without any: the
// account gets new ones every minute.
const outGap = 2 * time.Minute

// With is the budget after a further answer.
func (b Budget) With(remaining, limit int64, at time.Time) Budget {
	b.Remaining, b.Limit, b.At = remaining, limit, at
	if remaining > 0 {
		return b
	}
	if at.Sub(b.OutAt) > outGap {
		b.OutSince = at
	}
	b.OutAt = at
	return b
}

// Out is since when the budget is used up in every minute; zero if it is not.
func (b Budget) Out(now time.Time) time.Time {
	if now.Sub(b.OutAt) > outGap {
		return time.Time{}
	}
	return b.OutSince
}

// Inbox is what stands in the inbox of one installation.
type Inbox struct {
	Waiting, Held int64
	// Oldest is when the oldest event that waits came.
	Oldest time.Time
}

// Parked are the runs of one installation and kind that stand still for one problem.
type Parked struct {
	Installation, Problem string
	// Messages says that they are runs of messages; the others are calls.
	Messages bool
	Runs     int
	// Oldest is when the oldest of them began.
	Oldest time.Time
}

// Disk is the disk of the data folder, in bytes.
type Disk struct{ Free, Total int64 }
