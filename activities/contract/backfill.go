package contract

import (
	"time"

	"callscout/calllog"
	"callscout/settings"
)

// The names of the activities that look for lost calls.
const (
	// ListCalls compares one page of Aircall's list with the ledger, and delivers what
	// is missing.
	ListCalls = "ListCalls"
	// BeginReconcile says what a look is about, EndReconcile keeps what it found.
	BeginReconcile = "BeginReconcile"
	EndReconcile   = "EndReconcile"
)

// Delivery is a call that is to be logged as if its webhooks had come.
type Delivery struct {
	Installation string
	Inbox        int64
	Settings     settings.Settings
	Event        calllog.Event
}

// FollowedCall is a call that was delivered and may not be logged yet.
type FollowedCall struct {
	Call int64 `json:"call"`
	// At is when it was delivered.
	At time.Time `json:"at"`
	// Again says that it needed attention and was asked to try again.
	Again bool `json:"again,omitempty"`
}

// ListCallsInput asks for one page of a list. It holds ids only.
type ListCallsInput struct {
	Installation string `json:"installation"`
	// By is the workflow that asks, under which delivered calls are noted.
	By string `json:"by"`
	// From and To are the time in which the calls began, To left out.
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
	// Page counts from 1; 0 lists nothing and follows only.
	Page        int  `json:"page,omitempty"`
	NewestFirst bool `json:"newest_first,omitempty"`
	// Numbers are Aircall's ids of the lines that are wanted; none is all.
	Numbers []int64 `json:"numbers,omitempty"`
	// Since leaves out the numbers that it does not name, and the calls of the others
	// that began before; nil leaves out none.
	Since map[int64]time.Time `json:"since,omitempty"`
	// Zone is that of the days that are counted, an IANA name.
	Zone string `json:"zone,omitempty"`
	// Failed has calls that need attention try again, DryRun delivers nothing.
	Failed bool `json:"failed,omitempty"`
	DryRun bool `json:"dry_run,omitempty"`
	// Following are calls that were delivered before.
	Following []FollowedCall `json:"following,omitempty"`
}

// Vendor says whose requests are short.
type Vendor string

// The vendors.
const (
	VendorAircall   Vendor = "Aircall"
	VendorHelpScout Vendor = "Help Scout"
)

// ListCallsResult is what came of it.
type ListCallsResult struct {
	// Gone says that the installation is not there any more, or is not connected.
	Gone bool `json:"gone,omitempty"`
	// Split says that the list is longer than Aircall shows: ask for half of the time.
	Split bool `json:"split,omitempty"`
	// Complete says that nothing of the page is left to deliver; Rows count its calls
	// then. Last says that no page follows.
	Complete bool               `json:"complete,omitempty"`
	Last     bool               `json:"last,omitempty"`
	Rows     []calllog.DayCount `json:"rows,omitempty"`
	// Delivered are the calls that are to be followed from now on.
	Delivered []FollowedCall `json:"delivered,omitempty"`
	// Ended are those of Following that are not to be followed any more.
	Ended []EndedCall `json:"ended,omitempty"`
	// Wait is how long to leave a vendor's requests to more urgent work, Of whom.
	Wait time.Duration `json:"wait,omitempty"`
	Of   Vendor        `json:"of,omitempty"`
	// Limit is how many requests Help Scout grants per minute, 0 where that is not
	// known.
	Limit int `json:"limit,omitempty"`
}

// EndedCall is what became of a call that was followed.
type EndedCall struct {
	Call   int64 `json:"call"`
	Logged bool  `json:"logged,omitempty"`
	// Problem is why it needs attention.
	Problem calllog.Problem `json:"problem,omitempty"`
}

// ReconcileInput names an installation.
type ReconcileInput struct {
	Installation string `json:"installation"`
}

// ReconcileBegun says what a look is about.
type ReconcileBegun struct {
	// Idle says that there is nothing to look at: no such installation, no connection,
	// or no number whose calls are logged.
	Idle  bool                `json:"idle,omitempty"`
	From  time.Time           `json:"from,omitzero"`
	To    time.Time           `json:"to,omitzero"`
	Since map[int64]time.Time `json:"since,omitempty"`
}

// ReconcileEnded is what a look found.
type ReconcileEnded struct {
	Installation string    `json:"installation"`
	From         time.Time `json:"from"`
	To           time.Time `json:"to"`
	// Found are the calls that their webhooks had not brought, by number; Unlogged is
	// how many calls were not logged when the look ended.
	Found    map[int64]int `json:"found,omitempty"`
	Unlogged int           `json:"unlogged,omitempty"`
}
