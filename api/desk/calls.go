package desk

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
)

// CallLists finds calls. Its lists lag a moment behind; its errors are shown to no
// one.
type CallLists interface {
	// Standing gives the calls that stand still and need attention, those that do so
	// for longest first.
	Standing(ctx context.Context, installation string) (Standing, error)
	// List gives one page of calls, the newest first. after is where the page before
	// ended, "" for the first one; next is "" where there are no more.
	List(ctx context.Context, installation string, choice CallChoice, after string) (rows []CallRow, next string, err error)
	// Retrying gives the calls of which a step has failed and is just tried again.
	Retrying(ctx context.Context, installation string) ([]CallRow, error)
	// Fresh counts the calls of a choice that are new since a time.
	Fresh(ctx context.Context, installation string, choice CallChoice, since time.Time) (int, error)
	// Glance counts the calls that need attention, for a badge: it waits for a moment at
	// most, and is -1 where that was not enough.
	Glance(ctx context.Context, installation string) int
	// Counts tells how many calls there are of each kind, as far as that is known
	// without waiting long.
	Counts(ctx context.Context, installation string) CallCounts
	// Hashes are what a number may be found by, in whatever form it was typed: as one
	// of the countries of these lines, where it names none.
	Hashes(number string, lines []string) []string
}

// Standing are the calls that need attention.
type Standing struct {
	Rows []CallRow
	// More says that there are others, so many that they were not read.
	More bool
}

// CallRow is one call in a list.
type CallRow struct {
	Call int64
	// Status is one of the five words, State Temporal's word for a run that was ended
	// from outside, Open whether it still runs.
	Status, State      string
	Open               bool
	Direction, Outcome string
	// Name is who it was, LastDigits the end of the number, Who its hash.
	Name, LastDigits, Who string
	Anonymous             bool
	Line                  string
	LineID, Inbox         int64
	Agent                 string
	AgentID               int64
	// Conversation is Help Scout's id, Number what people see of it; 0 if unknown.
	Conversation       string
	ConversationNumber int64
	StartedAt, EndedAt time.Time
	// Problem is why it stands still, or is tried again; since when, how often it was
	// tried, and when the next try is.
	Problem        string
	Since, NextTry time.Time
	Attempts       int
	// Sealed says that this process cannot open what the row holds.
	Sealed bool
}

// CallCounts are counts; -1 is what is not known yet.
type CallCounts struct {
	Attention, Waiting, InProgress, Synced, Skipped, All int
	// More says that more need attention than were counted.
	More bool
	// Today are the calls that were synced in the last 24 hours.
	Today int
}

// Of is the count of a tab.
func (c CallCounts) Of(tab string) int {
	switch tab {
	case statusAttention:
		return c.Attention
	case "waiting":
		return c.Waiting
	case "in_progress":
		return c.InProgress
	case "synced":
		return c.Synced
	case "skipped":
		return c.Skipped
	default:
		return c.All
	}
}

const (
	statusAttention = "needs_attention"
	// callsPerPage is how many calls one page shows.
	callsPerPage = 50
)

// tabs are the tabs of the list, in their order.
var tabs = []string{statusAttention, "waiting", "in_progress", "synced", "skipped", "all"}

type callsView struct {
	frame
	Filter callFilter
	Counts CallCounts
	// Typed was searched in vain, and Wrong says why.
	Typed, Wrong string
	Tabs         []tabView
	Views        []linkView
	Chips        []chipView
	// CanRetry says that many calls can be tried again at once.
	CanRetry bool
	// Problems is the band of what stands still, by problem.
	Problems []groupView
	Oldest   time.Time
	Rows     []CallRow
	// Next leads to the calls after these, "" where there are none.
	Next string
	// Choices are what can be chosen from.
	Lines   []Line
	Inboxes []Inbox
	Agents  []Agent
	// NamesGone says that an account did not answer, so that names are missing.
	NamesGone bool
	// Down says that Temporal did not answer, so that no list can be shown.
	Down bool
	Now  time.Time
	// Every is how often the page looks for new calls, in seconds; 0 is never.
	Every int
	Keys  bool
	// Live is where that is asked.
	Live string
	// HelpScoutURL is where links to conversations lead.
	HelpScoutURL string
}

type tabView struct {
	Key, Link string
	Count     int
	Current   bool
}

type linkView struct {
	Key, Link string
	Current   bool
}

// chipView is an applied filter. Without is where it is dropped, and Finds how many
// calls are found then, where nothing is found now.
type chipView struct {
	Key, Value, Without string
	Finds               int
	Many, Counted       bool
}

type groupView struct {
	Problem     string
	Calls       int
	First, Last time.Time
	Show        string
	Filter      string
}

// showCalls is the list; typed and wrong are what was searched in vain, and why.
func (d *Desk) showCalls(c echo.Context, status int, typed, wrong string) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), pageWithin)
	defer cancel()
	id := installationIn(c).ID
	view := callsView{frame: d.inside(c, "calls"), Filter: d.filterIn(c), Now: time.Now(), HelpScoutURL: d.cfg.HelpScoutURL, Typed: typed, Wrong: wrong}
	view.Failed = wrong != ""
	view.Every, view.Keys = preferencesOf(c.Request())
	standing, err := d.cfg.Calls.Standing(ctx, id)
	if err != nil {
		d.log.Warn("calls were not listed", "installation", id, "error", err)
		view.Down, view.Counts = true, CallCounts{-1, -1, -1, -1, -1, -1, false, -1}
		d.nameCalls(ctx, &view, id)
		return d.page(c, http.StatusServiceUnavailable, "calls", view)
	}
	view.Counts = d.cfg.Calls.Counts(ctx, id)
	view.Counts.Attention, view.Counts.More = len(standing.Rows), standing.More
	view.Problems = band(id, standing.Rows)
	view.CanRetry = d.cfg.Retries != nil && len(standing.Rows) > 0 && view.Can(support)
	if len(standing.Rows) > 0 {
		view.Oldest = standing.Rows[0].Since
	}
	d.nameCalls(ctx, &view, id)
	if view.Rows, view.Next, err = d.rows(ctx, id, view.Filter, standing); err != nil {
		return err
	}
	if len(view.Rows) == 0 && len(view.Chips) > 0 {
		d.sayWhatElse(ctx, id, &view, standing)
	}
	return d.page(c, status, "calls", view)
}

// rows are those of one page: what stands still from what was read as a whole, in the
// order of waiting, all else from Temporal's list.
func (d *Desk) rows(ctx context.Context, id string, f callFilter, standing Standing) (rows []CallRow, next string, err error) {
	switch {
	case f.View == "retrying":
		rows, err = d.cfg.Calls.Retrying(ctx, id)
		return slices.DeleteFunc(rows, func(row CallRow) bool { return !f.Choice.has(row) }), "", err
	case f.Status == statusAttention:
		rows, next = standingPage(standing.Rows, f)
	default:
		rows, next, err = d.cfg.Calls.List(ctx, id, f.Choice, f.After)
	}
	if next != "" {
		next = f.with("after", next).address(id)
	}
	return rows, next, err
}

// standingPage is the page of what stands still that begins after a place.
func standingPage(all []CallRow, f callFilter) (rows []CallRow, next string) {
	since, call := placeOf(f.After)
	for _, row := range all {
		switch {
		case !f.Choice.has(row):
		case f.After != "" && (row.Since.UnixMicro() < since || row.Since.UnixMicro() == since && row.Call <= call):
		case len(rows) == callsPerPage:
			last := rows[len(rows)-1]
			return rows, placeAfter(last)
		default:
			rows = append(rows, row)
		}
	}
	return rows, ""
}

// band puts together what stands still for the same problem, the most calls first.
func band(id string, rows []CallRow) []groupView {
	var groups []groupView
	for _, row := range rows {
		at := slices.IndexFunc(groups, func(g groupView) bool { return g.Problem == row.Problem })
		if at < 0 {
			f := callFilter{Status: statusAttention, Choice: CallChoice{Problem: row.Problem}}
			groups = append(groups, groupView{Problem: row.Problem, First: row.Since, Last: row.Since, Show: f.address(id), Filter: f.query()})
			at = len(groups) - 1
		}
		group := &groups[at]
		group.Calls++
		if row.Since.Before(group.First) {
			group.First = row.Since
		}
		if row.Since.After(group.Last) {
			group.Last = row.Since
		}
	}
	slices.SortStableFunc(groups, func(a, b groupView) int { return b.Calls - a.Calls })
	return groups
}

// nameCalls fills in what the page says around the list.
func (d *Desk) nameCalls(ctx context.Context, view *callsView, id string) {
	seen := d.accounts.glance(ctx, id)
	view.Lines, view.Inboxes, view.Agents = seen.Lines, seen.Inboxes, seen.Agents
	view.NamesGone = seen.LinesErr != nil || seen.InboxesErr != nil
	f := view.Filter
	for _, tab := range tabs {
		view.Tabs = append(view.Tabs, tabView{tab, f.tab(tab).address(id), view.Counts.Of(tab), tab == f.Status && f.View == ""})
	}
	for _, saved := range savedViews {
		of := saved.filter
		view.Views = append(view.Views, linkView{saved.key, of.address(id), of.address(id) == f.address(id)})
	}
	view.Chips = chipsOf(f, id, seen)
	view.Live = "/i/" + id + "/calls/live?" + f.query()
}

// sayWhatElse says, where nothing is found, what would be found without each filter.
func (d *Desk) sayWhatElse(ctx context.Context, id string, view *callsView, standing Standing) {
	for i := range view.Chips {
		rows, next, err := d.rows(ctx, id, view.Filter.without(view.Chips[i].Key), standing)
		if err != nil {
			return // what is found then is a help, no more
		}
		chip := &view.Chips[i]
		chip.Counted, chip.Finds, chip.Many = true, len(rows), next != ""
	}
}

type liveView struct {
	frame
	Fresh int
	Now   time.Time
	Every int
	Live  string
	Show  string
	Since int64
}

// callsLive says how many calls are new since the list was shown. It changes nothing
// of the list: a person shows them when it suits.
func (d *Desk) callsLive(c echo.Context) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), pageWithin)
	defer cancel()
	id := installationIn(c).ID
	f := filterOf(c.QueryParams(), time.Now())
	since := secondsOf(c.QueryParam("shown"))
	view := liveView{frame: d.inside(c, "calls"), Live: "/i/" + id + "/calls/live?" + f.query(), Show: f.address(id), Since: since.Unix()}
	view.Every, _ = preferencesOf(c.Request())
	if since.IsZero() {
		since = time.Now()
		view.Since = since.Unix()
	}
	var err error
	if f.Status == statusAttention {
		var standing Standing
		standing, err = d.cfg.Calls.Standing(ctx, id)
		for _, row := range standing.Rows {
			if f.Choice.has(row) && row.Since.After(since) {
				view.Fresh++
			}
		}
	} else {
		view.Fresh, err = d.cfg.Calls.Fresh(ctx, id, f.Choice, since)
	}
	if err != nil {
		return err
	}
	return d.page(c, http.StatusOK, "callslive", view)
}

const preferencesCookie = "callscout_calls"

// preferencesOf are how often the list looks for new calls, in seconds, and whether it
// has keys: ten seconds, and yes, unless somebody chose.
func preferencesOf(r *http.Request) (every int, keys bool) {
	every, keys = 10, true
	cookie, err := r.Cookie(preferencesCookie)
	if err != nil {
		return every, keys
	}
	live, chosen, _ := strings.Cut(cookie.Value, ".")
	switch live {
	case "0":
		every = 0
	case "60":
		every = 60
	}
	return every, chosen != "off"
}

// callsPreferences keeps how somebody wants the list, in the browser.
func (d *Desk) callsPreferences(c echo.Context) error {
	live, keys := c.FormValue("live"), "off"
	if !slices.Contains([]string{"0", "10", "60"}, live) {
		live = "10"
	}
	if c.FormValue("keys") == "on" {
		keys = "on"
	}
	c.SetCookie(&http.Cookie{ //nolint:gosec // Secure where the public address is https
		Name: preferencesCookie, Value: live + "." + keys, Path: "/", MaxAge: 365 * 24 * 60 * 60, HttpOnly: true,
		SameSite: http.SameSiteLaxMode, Secure: d.https(),
	})
	return c.Redirect(http.StatusSeeOther, localPath(c.FormValue("next")))
}
