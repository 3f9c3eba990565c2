package desk

import (
	"context"
	"errors"
	"math"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"callscout/calllog"
)

// backfillsView is the page on which one is asked for.
type backfillsView struct {
	frame
	Typed    typedWish
	Lines    []backfillLine
	Problems []fieldProblem
	// Wrong are the problems by field.
	Wrong map[string]string
	Rows  []BackfillRow
	// Away says that the list is not known.
	Away bool
}

// backfillLine is a number that can be chosen.
type backfillLine struct {
	ID     int64
	Name   string
	Chosen bool
}

func (d *Desk) showBackfills(c echo.Context, status int, typed typedWish, wrong map[string]string) error {
	installation := installationIn(c)
	view := backfillsView{frame: d.inside(c, "backfill"), Typed: typed, Wrong: wrong}
	view.frame.Failed = len(wrong) > 0
	for _, field := range []string{"from", "to"} {
		if text := wrong[field]; text != "" {
			view.Problems = append(view.Problems, fieldProblem{ID: field, Label: say(view.Lang, "backfill."+field), Text: text})
		}
	}
	names := d.accounts.glance(c.Request().Context(), installation.ID)
	for _, number := range installation.Numbers {
		id := number.AircallNumber
		chosen := len(typed.Numbers) == 0 || slices.Contains(typed.Numbers, id)
		view.Lines = append(view.Lines, backfillLine{ID: id, Name: names.lineName(id), Chosen: chosen})
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), pageWithin)
	defer cancel()
	var err error
	if view.Rows, err = d.cfg.Backfills.List(ctx, installation.ID); err != nil {
		d.log.Warn("backfills are not listed", "installation", installation.ID, "error", err)
		view.Away = true
	}
	return d.page(c, status, "backfills", view)
}

// backfillView is the page of one.
type backfillView struct {
	frame
	Name string
	Now  Backfill
	// Standing is one of the five words for its status, or "gone", "unanswered", "away".
	Standing string
	// What is the sentence that answers first, How the one that follows it.
	What, How string
	// Percent is how much of the time is compared.
	Percent int
	Rows    []backfillDay
	// Named are some of the calls that it delivered, the newest first, More how many others
	// there are.
	Named []int64
	More  int
	// Units is what it would ask of Help Scout, and Minutes how long that takes at least;
	// 0 where that is not known.
	Units, Minutes int
	// Lines are the names of the numbers that it is about; empty is all.
	Lines []string
	Went  *wentView
	// May says what can be decided now.
	MayStart, MayPause, MayResume, MayStop bool
}

// backfillDay is one row of the table.
type backfillDay struct {
	Day, Line string
	calllog.Counts
}

// mostCallsNamed is how many calls a page links to.
const mostCallsNamed = 50

func (d *Desk) backfill(c echo.Context) error { return d.showBackfill(c, "backfill") }

// backfillNow is the part of the page that changes while somebody looks at it.
func (d *Desk) backfillNow(c echo.Context) error {
	isFragment(c)
	return d.showBackfill(c, "backfillnow")
}

func (d *Desk) showBackfill(c echo.Context, template string) error {
	name, err := backfillIn(c)
	if err != nil {
		return err
	}
	installation := installationIn(c).ID
	ctx, cancel := context.WithTimeout(c.Request().Context(), nowWithin)
	defer cancel()
	seen, err := d.cfg.Backfills.Show(ctx, installation, name)
	view := backfillView{frame: d.inside(c, "backfill"), Name: name, Now: seen}
	status := http.StatusOK
	switch {
	case errors.Is(err, ErrNoRun):
		view.Standing, status = "gone", http.StatusNotFound
	case errors.Is(err, ErrNoAnswer):
		view.Standing = "unanswered"
	case err != nil:
		d.log.Warn("a backfill is not told of", "installation", installation, "name", name, "error", err)
		view.Standing, status = "away", http.StatusServiceUnavailable
	}
	if err != nil {
		view.What, view.How = say(view.Lang, "backfill.says."+view.Standing), say(view.Lang, "backfill.says."+view.Standing+".how")
		return d.page(c, status, template, view)
	}
	view.tell(d.accounts.glance(ctx, installation))
	if went := c.QueryParam("went"); view.Done != nil && went != "" {
		view.Went = &wentView{Action: view.Done.Action, Went: went, Good: went == string(Carried)}
		view.Done = nil
		if _, said := catalog["backfill.went."+went]; !said {
			view.Went = nil // an address that somebody made up
		}
	}
	return d.page(c, status, template, view)
}

// tell puts it into words.
func (v *backfillView) tell(names seen) {
	v.Standing = backfillStatus(v.Now)
	v.Percent = int(math.Floor(100 * v.Now.Share))
	for _, row := range v.Now.Table {
		line := say(v.Lang, "backfill.says.all_numbers")
		if row.Number != 0 {
			line = names.lineName(row.Number)
		}
		v.Rows = append(v.Rows, backfillDay{Day: row.Day, Line: line, Counts: row.Counts})
	}
	for _, id := range v.Now.Numbers {
		v.Lines = append(v.Lines, names.lineName(id))
	}
	v.Named = slices.Clone(v.Now.Delivered[max(0, len(v.Now.Delivered)-mostCallsNamed):])
	slices.Reverse(v.Named)
	v.More = v.Now.Count - len(v.Named)
	v.Units = v.Now.Total.Missing * calllog.BackfillUnits
	v.Minutes = int(calllog.BackfillTakes(v.Now.Total.Missing, v.Now.Limit) / time.Minute)
	v.What, v.How = v.sentences()
	v.MayStart = v.Now.DryRun && v.Now.Stage == "done" && v.Now.Total.Missing > 0
	v.MayStop = !v.Now.Ended()
	v.MayPause = v.MayStop && v.Now.Stage != "paused"
	v.MayResume = v.Now.Stage == "paused" || v.Now.Stage == "parked"
}

// backfillStatus is where it stands, in the desk's five words.
func backfillStatus(b Backfill) string {
	switch b.Stage {
	case "done":
		if len(b.Attention) > 0 {
			return "needs_attention"
		}
		return "synced"
	case "stopped":
		return "skipped"
	case "parked":
		return "needs_attention"
	case "paused", "waits":
		return "waiting"
	default:
		return "in_progress"
	}
}

func (v *backfillView) sentences() (what, how string) {
	missing := sayMany(v.Lang, "backfill.says.missing", v.Now.Total.Missing)
	logged := sayMany(v.Lang, "backfill.says.logged", v.Now.Done)
	switch v.Now.Stage {
	case "done":
		switch {
		case v.Now.Total.Missing == 0:
			what = say(v.Lang, "backfill.says.nothing")
		case v.Now.DryRun:
			what = missing
		default:
			what = logged
		}
	case "stopped":
		what = say(v.Lang, "backfill.says.stopped")
		if !v.Now.DryRun {
			what += " " + logged
		}
	default:
		what = say(v.Lang, "backfill.says.so_far", strconv.Itoa(v.Percent)) + " " + missing
		if !v.Now.DryRun {
			what += " " + logged
		}
	}
	switch v.Now.Stage {
	case "paused":
		how = say(v.Lang, "backfill.says.paused", v.Now.Who)
	case "waits":
		how = say(v.Lang, "backfill.says.waits", v.Now.Of, v.Now.Waits.UTC().Format(time.DateTime))
	case "parked":
		how = say(v.Lang, "backfill.says.parked")
	case "finishes":
		how = say(v.Lang, "backfill.says.finishes")
	}
	return what, how
}
