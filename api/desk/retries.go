package desk

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"callscout/calllog"
	"callscout/store"
)

// Retries has many calls that need attention tried again, without whoever asked.
type Retries interface {
	// Begin begins it for these calls and no others, and gives the job's name; limit is
	// how many requests Help Scout grants per minute, 0 if not known.
	Begin(ctx context.Context, installation string, calls []RetriedCall, limit int, by string) (job string, err error)
	// Show tells of a job. Its error is ErrNoRun where there is no such one.
	Show(ctx context.Context, installation, job string) (RetryJob, error)
	// Stop ends a job; calls that were told go on.
	Stop(ctx context.Context, job string) error
}

// RetriedCall is a call as it stood when it was to be tried again.
type RetriedCall struct {
	Call int64 `json:"call"`
	// Problem is why it stood still, Since when, after how many Attempts.
	Problem  string    `json:"problem"`
	Since    time.Time `json:"since"`
	Attempts int       `json:"attempts"`
}

// RetryJob is many calls being tried again.
type RetryJob struct {
	Begun   time.Time
	Calls   []RetriedCall
	Running bool
	// Told is how many of the calls were told.
	Told int
}

// mostRetried is how many calls are tried again by one job.
const mostRetried = 1000

// retryPlan is the page that says what would be done.
type retryPlan struct {
	frame
	// Problem is the only one that is meant, "" for all.
	Problem string
	Groups  []retryGroup
	Calls   int
	// More says that there are more than one job takes.
	More bool
	// Picked are the calls' ids, for the form: what is confirmed is what was shown.
	Picked string
	// Units is what it may ask of Help Scout, Minutes how long it takes at least.
	Units, Minutes int
	// Gone says that the calls which were shown do not need attention any more.
	Gone bool
}

type retryGroup struct {
	Problem string
	Calls   int
}

// Word is the text of a problem.
func (retryPlan) Word(problem string) string { return callsView{}.Word(problem) }

// Remedy is what to do about a problem; "" where that is not known.
func (v retryPlan) Remedy(problem string) string {
	key := "fault." + problem + ".do"
	if _, known := catalog[key]; !known {
		return ""
	}
	return say(v.Lang, key)
}

func (d *Desk) planRetries(c echo.Context) error { return d.showPlan(c, http.StatusOK, false) }

func (d *Desk) showPlan(c echo.Context, status int, gone bool) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), pageWithin)
	defer cancel()
	id := installationIn(c).ID
	standing, err := d.cfg.Calls.Standing(ctx, id)
	if err != nil {
		return err
	}
	view := retryPlan{frame: d.inside(c, "calls"), Problem: c.QueryParam("problem"), Gone: gone}
	view.Title = say(view.Lang, "retries.title")
	view.frame.Failed = gone
	var picked []string
	for _, row := range standing.Rows {
		if view.Problem != "" && row.Problem != view.Problem {
			continue
		}
		if view.Calls == mostRetried {
			view.More = true
			break
		}
		view.Calls++
		picked = append(picked, formatID(row.Call))
		at := slices.IndexFunc(view.Groups, func(g retryGroup) bool { return g.Problem == row.Problem })
		if at < 0 {
			at, view.Groups = len(view.Groups), append(view.Groups, retryGroup{Problem: row.Problem})
		}
		view.Groups[at].Calls++
	}
	view.More = view.More || standing.More && view.Calls == mostRetried
	view.Picked = strings.Join(picked, ",")
	view.Units = view.Calls * calllog.BackfillUnits
	view.Minutes = int(math.Ceil(float64(view.Calls) / calllog.RetriesPerMinute(d.limitOf(ctx, c))))
	return d.page(c, status, "retryplan", view)
}

// limitOf is how many requests Help Scout grants the installation per minute, 0 where it
// has not said so.
func (d *Desk) limitOf(ctx context.Context, c echo.Context) int {
	return int(d.cfg.Health.Look(ctx, installationIn(c)).Facts.Budget.Value.Limit)
}

// beginRetries has the calls that were shown tried again, as far as they still need
// attention.
func (d *Desk) beginRetries(c echo.Context) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), decideWithin)
	defer cancel()
	id, who := installationIn(c).ID, sessionIn(c).Name
	standing, err := d.cfg.Calls.Standing(ctx, id)
	if err != nil {
		return err
	}
	picked := map[int64]bool{}
	for text := range strings.SplitSeq(c.FormValue("calls"), ",") {
		if call, err := strconv.ParseInt(text, 10, 64); err == nil {
			picked[call] = true
		}
	}
	var calls []RetriedCall
	problems := map[string]int{}
	for _, row := range standing.Rows {
		if picked[row.Call] && len(calls) < mostRetried {
			calls = append(calls, RetriedCall{Call: row.Call, Problem: row.Problem, Since: row.Since, Attempts: row.Attempts})
			problems[row.Problem]++
		}
	}
	if len(calls) == 0 {
		return d.showPlan(c, http.StatusUnprocessableEntity, true)
	}
	job, err := d.cfg.Retries.Begin(ctx, id, calls, d.limitOf(ctx, c), who)
	if err != nil {
		return err
	}
	said := fmt.Sprintf("%d: %s", len(calls), strings.Join(slices.Sorted(maps.Keys(problems)), ", "))
	if reason := reasonIn(c); reason != "" {
		said += ": " + reason
	}
	entry, err := d.cfg.Store.Audit(ctx, store.AuditEntry{Installation: id, Action: "calls_retried", Who: who, Detail: said})
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, WithDone("/i/"+id+"/calls/retries/"+job, entry))
}

// jobName is what a job's name looks like.
var jobName = regexp.MustCompile(`^retry-[0-9a-z]{26}$`)

// retriesView is a job, call by call.
type retriesView struct {
	frame
	Name string
	Job  RetryJob
	// Went, Again and Left are how many go on, stand still once more, and were not tried
	// yet.
	Went, Again, Left int
	// Anew are those that stand still once more.
	Anew []CallRow
	// Percent is how many of them were tried.
	Percent int
}

// Word is the text of a problem.
func (retriesView) Word(problem string) string { return callsView{}.Word(problem) }

func (d *Desk) retries(c echo.Context) error { return d.showRetries(c, "retries") }

// retriesNow is the part of the page that changes while somebody looks at it.
func (d *Desk) retriesNow(c echo.Context) error {
	isFragment(c)
	return d.showRetries(c, "retriesnow")
}

func (d *Desk) showRetries(c echo.Context, template string) error {
	name := c.Param("job")
	if !jobName.MatchString(name) {
		return echo.ErrNotFound
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), pageWithin)
	defer cancel()
	id := installationIn(c).ID
	job, err := d.cfg.Retries.Show(ctx, id, name)
	if errors.Is(err, ErrNoRun) {
		return echo.ErrNotFound
	}
	if err != nil {
		return err
	}
	standing, err := d.cfg.Calls.Standing(ctx, id)
	if err != nil {
		return err
	}
	view := retriesView{frame: d.inside(c, "calls"), Name: name, Job: job}
	view.Title = say(view.Lang, "retries.title")
	view.sort(standing.Rows)
	return d.page(c, http.StatusOK, template, view)
}

// sort says what became of each call: one that stands still as it did was not tried.
func (v *retriesView) sort(standing []CallRow) {
	for _, call := range v.Job.Calls {
		at := slices.IndexFunc(standing, func(row CallRow) bool { return row.Call == call.Call })
		switch {
		case at < 0:
			v.Went++
		case standing[at].Attempts > call.Attempts || !standing[at].Since.Equal(call.Since):
			v.Again++
			v.Anew = append(v.Anew, standing[at])
		default:
			v.Left++
		}
	}
	if len(v.Job.Calls) > 0 {
		v.Percent = 100 * (v.Went + v.Again) / len(v.Job.Calls)
	}
}

// Moves says that something more may come: calls are being told, or were told a moment
// ago.
func (v retriesView) Moves() bool {
	return v.Job.Running || v.Left > 0 && time.Since(v.Job.Begun) < movesFor
}

// movesFor is how long calls that were told may take until it shows.
const movesFor = 5 * time.Minute

func (d *Desk) stopRetries(c echo.Context) error {
	name := c.Param("job")
	if !jobName.MatchString(name) {
		return echo.ErrNotFound
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), decideWithin)
	defer cancel()
	id := installationIn(c).ID
	if _, err := d.cfg.Retries.Show(ctx, id, name); errors.Is(err, ErrNoRun) {
		return echo.ErrNotFound
	}
	if err := d.cfg.Retries.Stop(ctx, name); err != nil {
		return err
	}
	entry, err := d.cfg.Store.Audit(ctx, store.AuditEntry{Installation: id, Action: "retries_stopped", Who: sessionIn(c).Name, Detail: name})
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, WithDone("/i/"+id+"/calls/retries/"+name, entry))
}
