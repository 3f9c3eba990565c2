package desk

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"callscout/health"
	"callscout/settings"
	"callscout/store"
)

// Health looks at what works. *health.Watch is one.
type Health interface {
	// Look does not fail: what does not answer is told.
	Look(ctx context.Context, installation settings.Installation) health.Report
	// Forget has the next look ask again.
	Forget(installation string)
}

const (
	// gapsShown is how long a gap is shown: Aircall does not tell of older calls.
	gapsShown = 180 * 24 * time.Hour
	// repairsShown is how many repairs are shown, the newest first.
	repairsShown = 5
	// checkWithin is how long a check of the accounts may take until the page stops
	// saying that it runs.
	checkWithin = 2 * time.Minute
	// ownerFor is how long the name behind a connection is shown again: to ask for it
	// costs requests.
	ownerFor = 10 * time.Minute
)

type healthView struct {
	frame
	At time.Time
	// Heading is the sentence that says how it is, and State the worst of all states.
	Heading string
	State   health.State
	// Calls is how many calls there were in 24 hours, where that is known.
	Calls    int64
	HasCalls bool
	Problems []problemView
	Looks    []problemView
	Checks   []seenCheck
	Gaps     []store.Gap
	Repairs  []store.Repair
	// CanCheck says that the accounts can be checked at once, Checking that they are
	// being checked, as asked for at After (seconds since 1970).
	CanCheck, Checking bool
	After              int64
	// NotChecked says that this could not be started.
	NotChecked bool
}

// problemView is what is wrong, in words.
type problemView struct {
	health.Check
	// ID names it on the page, Title is the check's name.
	ID, Title, What, Effect, Mend string
	// Link leads to where it is mended, LinkText says so; empty if nowhere in the desk.
	Link, LinkText string
}

// seenCheck is one line of the list.
type seenCheck struct {
	health.Check
	Title, Text string
	// When follows the text; zero if nothing does.
	When time.Time
}

func (d *Desk) health(c echo.Context) error { return d.showHealth(c, http.StatusOK, "health", false) }
func (d *Desk) healthProgress(c echo.Context) error {
	return d.showHealth(c, http.StatusOK, "healthnow", false)
}

func (d *Desk) showHealth(c echo.Context, status int, name string, notChecked bool) error {
	installation := installationIn(c)
	view := healthView{frame: d.inside(c, "health"), CanCheck: d.cfg.CheckNow != nil, NotChecked: notChecked}
	view.frame.Failed = notChecked
	report := d.cfg.Health.Look(c.Request().Context(), installation)
	view.At = report.At
	view.After, _ = strconv.ParseInt(c.QueryParam("after"), 10, 64) // without one, nothing was asked for
	asked := time.Unix(view.After, 0)
	// The time stands in whole seconds; a check that began in that second counts.
	view.Checking = view.After > 0 && report.Facts.Findings.Value.CheckedAt.Before(asked) && time.Since(asked) < checkWithin
	view.fill(report, d.accounts.owner(c.Request().Context(), installation.ID, ownerFor), d.accounts.known(installation.ID))
	isFragment(c)
	return d.page(c, status, name, view)
}

// fill puts a report into words.
func (v *healthView) fill(report health.Report, owner string, accounts seen) {
	problems, unknown := report.Problems(), report.Unknowns()
	v.Calls, v.HasCalls = report.Calls.Value, report.Calls.Sure()
	switch {
	case len(problems) > 0:
		v.State, v.Heading = health.Fail, sayMany(v.Lang, "health.problems", len(problems))
	case len(unknown) > 0:
		// What never was known is not lost: it comes with the first check, or event.
		key, count := "health.pending", len(unknown)
		if lost := slices.DeleteFunc(unknown, func(check health.Check) bool { return check.Since.IsZero() }); len(lost) > 0 {
			key, count = "health.unsure", len(lost)
		}
		v.State, v.Heading = health.Unknown, sayMany(v.Lang, key, count)
	case report.Paused:
		v.State, v.Heading = health.Warn, say(v.Lang, "health.paused")
	default:
		v.State, v.Heading = health.OK, say(v.Lang, "health.well")
	}
	for _, check := range problems {
		v.Problems = append(v.Problems, problemOf(v.Lang, v.ID, check, accounts))
	}
	for _, check := range report.Looks() {
		v.Looks = append(v.Looks, problemOf(v.Lang, v.ID, check, accounts))
	}
	for _, check := range report.Checks {
		v.Checks = append(v.Checks, checkOf(v.Lang, check, owner, accounts))
	}
	findings := report.Facts.Findings.Value
	for i := len(findings.Gaps) - 1; i >= 0; i-- {
		if report.At.Sub(findings.Gaps[i].To) < gapsShown {
			v.Gaps = append(v.Gaps, findings.Gaps[i])
		}
	}
	for i := len(findings.Repairs) - 1; i >= 0 && len(v.Repairs) < repairsShown; i-- {
		if say(v.Lang, "health.repair."+findings.Repairs[i].Check) != "health.repair."+findings.Repairs[i].Check {
			v.Repairs = append(v.Repairs, findings.Repairs[i])
		}
	}
}

// checkNow has the accounts checked at once.
func (d *Desk) checkNow(c echo.Context) error {
	installation := installationIn(c).ID
	if d.cfg.CheckNow == nil {
		return echo.ErrNotFound
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), pageWithin)
	defer cancel()
	asked := time.Now()
	if err := d.cfg.CheckNow(ctx, installation); err != nil {
		d.log.Warn("a check of the accounts could not be started", "installation", installation, "error", err)
		return d.showHealth(c, http.StatusServiceUnavailable, "health", true)
	}
	d.accounts.forget(installation)
	d.cfg.Health.Forget(installation)
	where := "/i/" + installation + "/health?after=" + strconv.FormatInt(asked.Unix(), 10)
	id, err := d.cfg.Store.Audit(ctx, store.AuditEntry{Installation: installation, Action: "checked", Who: sessionIn(c).Name})
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, WithDone(where, id))
}

// alarmView is the banner on every page while a problem needs a person.
type alarmView struct {
	Count int
	What  string
}

// alarm fills badge and banner. It asks for what was seen some seconds ago, so that
// pages do not wait for it.
func (d *Desk) alarm(ctx context.Context, f *frame, installation settings.Installation) {
	problems := d.cfg.Health.Look(ctx, installation).Problems()
	f.OpenProblems = len(problems)
	if f.OpenProblems > 0 && f.Section != "health" {
		first := problemOf(f.Lang, f.ID, problems[0], d.accounts.known(f.ID))
		f.Alarm = &alarmView{Count: f.OpenProblems, What: first.What}
	}
}
