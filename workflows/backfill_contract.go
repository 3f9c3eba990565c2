package workflows

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"time"

	"callscout/activities/contract"
	"callscout/calllog"
)

// The names on the wire of the runs that look for lost calls.
const (
	// BackfillWorkflow logs what is missing of a time that a person names.
	BackfillWorkflow = "Backfill"
	// KindBackfill is its value of the search attribute CallscoutKind.
	KindBackfill = "backfill"
	// Pause, Resume and Stop are updates with a Decision, answered in plain words.
	Pause  = "pause"
	Resume = "resume"
	Stop   = "stop"
	// BackfillPriority is behind that of live calls, which is Temporal's usual 3.
	BackfillPriority = 5
)

// NotPossible is the type of the error for a decision that a backfill cannot follow.
const NotPossible = "NotPossible"

// BackfillInput begins a backfill.
type BackfillInput struct {
	Installation string `json:"installation"`
	BackfillWish
	// By says who asked for it.
	By string `json:"by,omitempty"`
	// Carried is what an earlier run of the same workflow knew.
	Carried *BackfillState `json:"carried,omitempty"`
}

// BackfillWish says which calls are to be logged.
type BackfillWish struct {
	// From and To are the time in which the calls began, To left out; whole seconds.
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
	// Numbers are Aircall's ids of the lines; none is all that are mapped.
	Numbers []int64 `json:"numbers,omitempty"`
	// Failed has calls that need attention try again as well.
	Failed bool `json:"failed,omitempty"`
	// NewestFirst begins with the newest calls.
	NewestFirst bool `json:"newest_first,omitempty"`
	// DryRun counts and logs nothing.
	DryRun bool `json:"dry_run,omitempty"`
	// Zone is that of the days that are counted, an IANA name.
	Zone string `json:"zone,omitempty"`
}

// Name is the same for the same wish: asking twice for one backfill starts it once. It
// is the last part of the workflow's id, and holds no personal data.
func (w BackfillWish) Name() string {
	name := w.From.UTC().Format(stamp) + "-" + w.To.UTC().Format(stamp)
	numbers := slices.Clone(w.Numbers)
	slices.Sort(numbers)
	if len(numbers) > 0 || w.Failed || w.NewestFirst {
		choice, _ := json.Marshal([]any{numbers, w.Failed, w.NewestFirst}) // cannot fail
		sum := fnv.New32a()
		_, _ = sum.Write(choice)
		name += fmt.Sprintf("-%08x", sum.Sum32())
	}
	if w.DryRun {
		name += "-dry"
	}
	return name
}

// ParseBackfillName reads back what Name wrote, as far as it stands there: part says
// that the wish was not about all calls of that time.
func ParseBackfillName(name string) (wish BackfillWish, part bool, err error) {
	text, dry := strings.CutSuffix(name, "-dry")
	wish.DryRun = dry
	parts := strings.Split(text, "-")
	if len(parts) != 2 && len(parts) != 3 {
		return wish, false, fmt.Errorf("%q is not the name of a backfill", name)
	}
	if wish.From, err = time.Parse(stamp, parts[0]); err == nil {
		wish.To, err = time.Parse(stamp, parts[1])
	}
	if err != nil {
		return wish, false, fmt.Errorf("%q is not the name of a backfill: %w", name, err)
	}
	return wish, len(parts) == 3, nil
}

const stamp = "20060102T150405Z"

// BackfillID is the workflow id of a backfill.
func BackfillID(installation, name string) string { return "backfill/" + installation + "/" + name }

// ParseBackfillID reads back what BackfillID wrote.
func ParseBackfillID(id string) (installation, name string, err error) {
	parts := strings.Split(id, "/")
	if len(parts) != 3 || parts[0] != "backfill" || parts[1] == "" || parts[2] == "" {
		return "", "", fmt.Errorf("%q is not the id of a backfill: it has the form backfill/<installation>/<name>", id)
	}
	return parts[1], parts[2], nil
}

// BackfillStage is how far a backfill has come.
type BackfillStage string

// The stages.
const (
	// BackfillLists: it compares Aircall's list with what is logged, and delivers.
	BackfillLists BackfillStage = "lists"
	// BackfillFinishes: all is delivered, and the last calls are being logged.
	BackfillFinishes BackfillStage = "finishes"
	// BackfillWaits: it leaves a vendor's requests to live calls until a time.
	BackfillWaits BackfillStage = "waits"
	// BackfillPaused: a person paused it.
	BackfillPaused BackfillStage = "paused"
	// BackfillParked: it needs attention, and tries again by itself.
	BackfillParked BackfillStage = "parked"
	// BackfillDone and BackfillStopped: it has ended, the latter by a person's wish or
	// because the installation went.
	BackfillDone    BackfillStage = "done"
	BackfillStopped BackfillStage = "stopped"
)

// BackfillView is a backfill as somebody who looks at it sees it: the answer of the
// query status, and its result.
type BackfillView struct {
	BackfillWish
	By      string        `json:"by,omitempty"`
	BegunAt time.Time     `json:"begun_at"`
	EndedAt time.Time     `json:"ended_at,omitzero"`
	Stage   BackfillStage `json:"stage"`
	// Status is the same in the words of the search attribute SyncStatus.
	Status Status `json:"status"`
	// Listed is up to when, or with NewestFirst from when, the list is compared.
	Listed time.Time `json:"listed,omitzero"`
	// Share is how much of the time that is, from 0 to 1.
	Share float64        `json:"share"`
	Table calllog.Table  `json:"table,omitempty"`
	Total calllog.Counts `json:"total"`
	// Delivered are the calls that it had logged, the newest last; the last few
	// thousand are named, and Count is how many there are.
	Delivered []int64 `json:"delivered,omitempty"`
	Count     int     `json:"count,omitempty"`
	// Done is how many of them are logged, Following how many are under way.
	Done      int `json:"done,omitempty"`
	Following int `json:"following,omitempty"`
	// Attention are those that need attention, NotLogged those whose run ended without
	// a log; the last few hundred are named.
	Attention []int64 `json:"attention,omitempty"`
	NotLogged []int64 `json:"not_logged,omitempty"`
	// WaitsUntil is until when requests of Of are left to live calls.
	WaitsUntil time.Time       `json:"waits_until,omitzero"`
	Of         contract.Vendor `json:"of,omitempty"`
	Parked     *Parked         `json:"parked,omitempty"`
	// Who decided last, and what: "pause", "resume" or "stop".
	Decided string `json:"decided,omitempty"`
	Who     string `json:"who,omitempty"`
	// Limit is how many requests Help Scout grants per minute, 0 if not known.
	Limit int `json:"limit,omitempty"`
}

// Ended says that nothing more comes.
func (v BackfillView) Ended() bool { return v.Stage == BackfillDone || v.Stage == BackfillStopped }
