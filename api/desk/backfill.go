package desk

import (
	"context"
	"errors"
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

// Backfills have the calls of a time logged that Aircall has and Help Scout has not.
type Backfills interface {
	// Begin begins one, or one that only counts, and gives its name; running says that the
	// same one runs already. Its error is a *WishError or that of whoever begins it.
	Begin(ctx context.Context, installation string, wish BackfillWish, by string) (name string, running bool, err error)
	// List gives the newest ones.
	List(ctx context.Context, installation string) ([]BackfillRow, error)
	// Show tells how far one has come. Its errors are ErrNoRun, ErrNoAnswer where no worker
	// answers, and others.
	Show(ctx context.Context, installation, name string) (Backfill, error)
	// Decide pauses, resumes or stops one: "pause", "resume" or "stop".
	Decide(ctx context.Context, installation, name, decision, by string) (Answer, error)
}

// BackfillWish says which calls are to be logged.
type BackfillWish struct {
	// From and To are the time in which the calls began, To left out.
	From, To time.Time
	// Numbers are Aircall's ids of the lines; none is all that are mapped.
	Numbers []int64
	// Failed has calls that need attention try again as well, NewestFirst begins with the
	// newest ones, DryRun counts and logs nothing.
	Failed, NewestFirst, DryRun bool
}

// WishError says what is wrong with a wish.
type WishError struct {
	// Field is "from" or "to".
	Field string
	// Reason is "order", "future" or "kept", and Limit the time that goes with the last two.
	Reason string
	Limit  time.Time
}

func (e *WishError) Error() string { return e.Field + ": " + e.Reason }

// BackfillRow is one in a list.
type BackfillRow struct {
	Name     string
	From, To time.Time
	DryRun   bool
	// Part says that it was not about all calls of that time.
	Part    bool
	Started time.Time
	// Status is one of the five words for it.
	Status string
}

// Backfill is one, as far as it has come.
type Backfill struct {
	BackfillWish
	// By asked for it, Who decided last.
	By, Who string
	// Stage is "lists", "finishes", "waits", "paused", "parked", "done" or "stopped".
	Stage string
	// Share is how much of the time is compared, from 0 to 1.
	Share float64
	Table calllog.Table
	Total calllog.Counts
	// Delivered are calls that it had logged, the newest last, Count is how many there
	// are, Done how many of them are logged.
	Delivered   []int64
	Count, Done int
	// Attention need attention, NotLogged ended without a log.
	Attention, NotLogged []int64
	// Waits is until when the requests of Of are left to live calls.
	Waits time.Time
	Of    string
	// Problem is why it stands still, and Next when it tries again by itself.
	Problem calllog.Problem
	Next    time.Time
	// Limit is how many requests Help Scout grants per minute, 0 if not known.
	Limit int
}

// Ended says that nothing more comes of it.
func (b Backfill) Ended() bool { return b.Stage == "done" || b.Stage == "stopped" }

// backfillName is what a backfill's name looks like: two times, a mark for a choice, and
// one that says that it only counts.
var backfillName = regexp.MustCompile(`^\d{8}T\d{6}Z-\d{8}T\d{6}Z(-[0-9a-f]{8})?(-dry)?$`)

func backfillIn(c echo.Context) (string, error) {
	if name := c.Param("backfill"); backfillName.MatchString(name) {
		return name, nil
	}
	return "", echo.ErrNotFound
}

func (d *Desk) backfills(c echo.Context) error {
	now := time.Now()
	wish := d.lostTime(c, now)
	// A link may name the time, such as that of a gap.
	for name, at := range map[string]*time.Time{"from": &wish.From, "to": &wish.To} {
		if named, err := time.Parse(time.RFC3339, c.QueryParam(name)); err == nil {
			*at = named
		}
	}
	// The form knows whole minutes, and nothing of the time may be left out.
	wish.To = earlier(wish.To.Add(time.Minute-time.Nanosecond), now)
	return d.showBackfills(c, http.StatusOK, typedOf(wish), nil)
}

// usualTime is how far back the form looks where nothing else is known.
const usualTime = 48 * time.Hour

// lostTime is the newest time without a webhook, or else the last days.
func (d *Desk) lostTime(c echo.Context, now time.Time) BackfillWish {
	gaps := d.cfg.Health.Look(c.Request().Context(), installationIn(c)).Facts.Findings.Value.Gaps
	if n := len(gaps); n > 0 && !gaps[n-1].From.IsZero() && now.Sub(gaps[n-1].From) < gapsShown {
		return BackfillWish{From: gaps[n-1].From, To: gaps[n-1].To}
	}
	return BackfillWish{From: now.Add(-usualTime), To: now}
}

func earlier(one, other time.Time) time.Time {
	if other.Before(one) {
		return other
	}
	return one
}

// countBackfill counts first what is missing: nothing is logged that nobody has seen.
func (d *Desk) countBackfill(c echo.Context) error {
	typed, err := typedIn(c)
	if err != nil {
		return err
	}
	wish, problems := typed.wish(c)
	if len(problems) > 0 {
		return d.showBackfills(c, http.StatusUnprocessableEntity, typed, problems)
	}
	wish.DryRun = true
	var wrong *WishError
	err = d.beginBackfill(c, "backfill_counted", wish)
	if errors.As(err, &wrong) {
		return d.showBackfills(c, http.StatusUnprocessableEntity, typed, map[string]string{wrong.Field: wrongWish(languageOf(c.Request()), wrong)})
	}
	return err
}

// startBackfill logs what was counted: the very same calls, by the run's own word.
func (d *Desk) startBackfill(c echo.Context) error {
	name, err := backfillIn(c)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), pageWithin)
	defer cancel()
	counted, err := d.cfg.Backfills.Show(ctx, installationIn(c).ID, name)
	if err != nil {
		return d.showBackfill(c, "backfill")
	}
	wish := counted.BackfillWish
	wish.DryRun = false
	var wrong *WishError
	err = d.beginBackfill(c, "backfill_begun", wish)
	if errors.As(err, &wrong) {
		// It was counted long ago, and Aircall no longer lists the oldest of its calls.
		return d.showBackfills(c, http.StatusUnprocessableEntity, typedOf(wish), map[string]string{wrong.Field: wrongWish(languageOf(c.Request()), wrong)})
	}
	return err
}

// beginBackfill begins one, notes who did, and leads to its page.
func (d *Desk) beginBackfill(c echo.Context, action string, wish BackfillWish) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), decideWithin)
	defer cancel()
	installation, who := installationIn(c).ID, sessionIn(c).Name
	name, running, err := d.cfg.Backfills.Begin(ctx, installation, wish, who)
	if err != nil {
		return err
	}
	where := "/i/" + installation + "/backfill/" + name
	if running {
		return c.Redirect(http.StatusSeeOther, where)
	}
	entry, err := d.cfg.Store.Audit(ctx, store.AuditEntry{Installation: installation, Action: action, Who: who, Detail: name})
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, WithDone(where, entry))
}

// decisions on a backfill, and what they are called in the audit.
var backfillDecisions = map[string]string{"pause": "backfill_paused", "resume": "backfill_resumed", "stop": "backfill_stopped"}

func (d *Desk) decideBackfill(c echo.Context) error {
	name, err := backfillIn(c)
	decision := c.FormValue("decision")
	action, known := backfillDecisions[decision]
	if err != nil || !known {
		return errors.Join(err, echo.ErrNotFound)
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), decideWithin)
	defer cancel()
	installation, who := installationIn(c).ID, sessionIn(c).Name
	if _, err := d.cfg.Backfills.Show(ctx, installation, name); errors.Is(err, ErrNoRun) {
		return d.showBackfill(c, "backfill")
	}
	entry, err := d.cfg.Store.Audit(ctx, store.AuditEntry{Installation: installation, Action: action, Who: who, Detail: name})
	if err != nil {
		return err
	}
	went, err := d.cfg.Backfills.Decide(ctx, installation, name, decision, who)
	if err != nil {
		d.log.Error("a backfill was not told what was decided", "installation", installation, "name", name, "decision", decision, "error", err)
		went = Unheard
	}
	return c.Redirect(http.StatusSeeOther, "/i/"+installation+"/backfill/"+name+"?done="+formatID(entry)+"&went="+string(went))
}

// typedWish is the form as somebody filled it in.
type typedWish struct {
	From, To    string
	Numbers     []int64
	Failed      bool
	NewestFirst bool
}

const typedTime = "2006-01-02T15:04"

func typedOf(wish BackfillWish) typedWish {
	return typedWish{
		From: wish.From.UTC().Format(typedTime), To: wish.To.UTC().Format(typedTime),
		Numbers: wish.Numbers, Failed: wish.Failed, NewestFirst: wish.NewestFirst,
	}
}

func typedIn(c echo.Context) (typedWish, error) {
	form, err := c.FormParams()
	if err != nil {
		return typedWish{}, err
	}
	typed := typedWish{
		From: strings.TrimSpace(form.Get("from")), To: strings.TrimSpace(form.Get("to")),
		Failed: form.Get("which") == "failed", NewestFirst: form.Get("order") == "newest",
	}
	for _, text := range form["number"] {
		if id, err := strconv.ParseInt(text, 10, 64); err == nil {
			typed.Numbers = append(typed.Numbers, id)
		}
	}
	return typed, nil
}

// wish reads what was typed; the problems are by field.
func (t typedWish) wish(c echo.Context) (BackfillWish, map[string]string) {
	wish, problems := BackfillWish{Failed: t.Failed, NewestFirst: t.NewestFirst}, map[string]string{}
	for name, field := range map[string]struct {
		text string
		at   *time.Time
	}{"from": {t.From, &wish.From}, "to": {t.To, &wish.To}} {
		at, err := readTyped(field.text)
		if err != nil {
			problems[name] = say(languageOf(c.Request()), "backfill.problem.time")
		}
		*field.at = at
	}
	mapped := installationIn(c).Numbers
	for _, number := range mapped {
		if slices.Contains(t.Numbers, number.AircallNumber) {
			wish.Numbers = append(wish.Numbers, number.AircallNumber)
		}
	}
	// All of them is no choice.
	if len(wish.Numbers) == len(mapped) {
		wish.Numbers = nil
	}
	return wish, problems
}

// readTyped reads a time as browsers send it, and as people type it where a browser has
// no field for times.
func readTyped(text string) (at time.Time, err error) {
	for _, layout := range []string{typedTime, "2006-01-02T15:04:05", "2006-01-02 15:04", time.DateTime, time.DateOnly} {
		if at, err = time.Parse(layout, text); err == nil {
			return at, nil
		}
	}
	return at, err
}

func wrongWish(lang string, wrong *WishError) string {
	return say(lang, "backfill.problem."+wrong.Reason, wrong.Limit.UTC().Format("2006-01-02 15:04"))
}
