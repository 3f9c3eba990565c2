package desk

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"callscout/settings"
)

type numbersView struct {
	frame
	Rows    []numberRow
	Inboxes []Inbox
	Seen    seen
	// Unlogged is how many numbers are not mapped.
	Unlogged int
	Version  string
	Stale    bool
}

// numberRow is one phone line and the inbox that it is logged in.
type numberRow struct {
	ID           int64
	Name, Digits string
	// Inbox is the mapped one, 0 for none; Gone says that Help Scout does not show
	// it, Hidden that Aircall does not show the line.
	Inbox        int64
	Gone, Hidden bool
	// Suggested is an inbox of the same name, for a line that is not mapped.
	Suggested string
	// Differs is how many settings are the number's own.
	Differs int
	// State is "logged", "unlogged", "paused", "gone" or "hidden".
	State string
}

func (d *Desk) numbers(c echo.Context) error { return d.showNumbers(c, http.StatusOK, nil, false) }

func (d *Desk) showNumbers(c echo.Context, status int, form url.Values, stale bool) error {
	i := installationIn(c)
	view := numbersView{frame: d.inside(c, "numbers"), Version: i.Choices().Version(), Stale: stale}
	view.frame.Failed = stale
	view.Seen = d.accounts.look(c.Request().Context(), i.ID)
	view.Inboxes = slices.Clone(view.Seen.Inboxes)
	slices.SortFunc(view.Inboxes, func(a, b Inbox) int { return cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) })
	view.Rows = rowsOf(i, view.Seen)
	for n := range view.Rows {
		row := &view.Rows[n]
		if form != nil {
			row.Inbox, _ = strconv.ParseInt(form.Get("inbox-"+formatID(row.ID)), 10, 64) // what is no id is no choice
		}
		if row.State == "unlogged" {
			view.Unlogged++
		}
	}
	return d.page(c, status, "numbers", view)
}

// rowsOf joins the lines that Aircall shows with those that are mapped; what is not
// logged comes first.
func rowsOf(i settings.Installation, look seen) []numberRow {
	var rows []numberRow
	mapped := map[int64]settings.Number{}
	for _, n := range i.Numbers {
		mapped[n.AircallNumber] = n
		if _, shown := look.line(n.AircallNumber); !shown {
			rows = append(rows, rowOf(i, n, Line{ID: n.AircallNumber}, look, look.LinesErr == nil))
		}
	}
	for _, line := range look.Lines {
		row := rowOf(i, mapped[line.ID], line, look, false)
		if row.Inbox == 0 {
			for _, inbox := range look.Inboxes {
				if strings.EqualFold(strings.TrimSpace(inbox.Name), strings.TrimSpace(line.Name)) {
					row.Suggested = inbox.Name
				}
			}
		}
		rows = append(rows, row)
	}
	slices.SortStableFunc(rows, func(a, b numberRow) int {
		return cmp.Or(rank(a)-rank(b), cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), cmp.Compare(a.ID, b.ID))
	})
	return rows
}

func rank(row numberRow) int {
	return slices.Index([]string{"gone", "hidden", "unlogged", "paused", "logged"}, row.State)
}

func rowOf(i settings.Installation, n settings.Number, line Line, look seen, hidden bool) numberRow {
	row := numberRow{ID: line.ID, Name: line.Name, Digits: line.Digits, Inbox: n.Inbox, Differs: len(n.Settings.Values()), Hidden: hidden}
	if row.Name == "" {
		row.Name = formatID(line.ID)
	}
	if n.Inbox != 0 && !look.hasInbox(n.Inbox) && look.InboxesErr == nil {
		row.Gone = true
	}
	_, chosen, _, err := i.ForNumber(line.ID)
	switch {
	case row.Gone:
		row.State = "gone"
	case hidden:
		row.State = "hidden"
	case n.Inbox == 0:
		row.State = "unlogged"
	case err == nil && !chosen.Active:
		row.State = "paused"
	default:
		row.State = "logged"
	}
	return row
}

// mappedBy reads the form: a number that it does not name stays as it is, one
// without an inbox goes, with what differed for it.
func mappedBy(i settings.Installation, form url.Values) settings.Installation {
	changed := i
	choices := i.Choices()
	changed.Settings, changed.Numbers = choices.Settings, choices.Numbers
	for name := range form {
		text, is := strings.CutPrefix(name, "inbox-")
		id, err := strconv.ParseInt(text, 10, 64)
		if !is || err != nil || id < 1 {
			continue
		}
		inbox, err := strconv.ParseInt(form.Get(name), 10, 64)
		if err != nil || inbox < 1 {
			changed.Numbers = slices.DeleteFunc(changed.Numbers, func(n settings.Number) bool { return n.AircallNumber == id })
			continue
		}
		at := slices.IndexFunc(changed.Numbers, func(n settings.Number) bool { return n.AircallNumber == id })
		if at < 0 {
			changed.Numbers = append(changed.Numbers, settings.Number{AircallNumber: id, Inbox: inbox})
		} else {
			changed.Numbers[at].Inbox = inbox
		}
	}
	slices.SortFunc(changed.Numbers, func(a, b settings.Number) int { return cmp.Compare(a.AircallNumber, b.AircallNumber) })
	if len(changed.Numbers) == 0 {
		changed.Numbers = nil
	}
	return changed
}

// foreign tells whether a form names a line or an inbox that the accounts do not
// have, although they could be asked.
func foreign(i, changed settings.Installation, look seen) bool {
	known := map[int64]int64{}
	for _, n := range i.Numbers {
		known[n.AircallNumber] = n.Inbox
	}
	for _, n := range changed.Numbers {
		old, mapped := known[n.AircallNumber]
		if mapped && old == n.Inbox {
			continue
		}
		_, line := look.line(n.AircallNumber)
		if (!mapped && !line) || !look.hasInbox(n.Inbox) {
			return true
		}
	}
	return false
}

func (d *Desk) checkNumbers(c echo.Context) error {
	form, err := c.FormParams()
	if err != nil {
		return err
	}
	i := installationIn(c)
	if form.Get("version") != i.Choices().Version() {
		return d.showNumbers(c, http.StatusConflict, form, true)
	}
	changed := mappedBy(i, form)
	if foreign(i, changed, d.accounts.look(c.Request().Context(), i.ID)) {
		return echo.NewHTTPError(http.StatusUnprocessableEntity)
	}
	address := "/i/" + i.ID + "/numbers"
	view := checkView{
		frame: d.inside(c, "check"), Changes: settings.Diff(&i, &changed), Fields: hidden(form),
		Save: address + "/save", Back: address,
	}
	view.frame.Section = "numbers"
	return d.page(c, http.StatusOK, "check", view)
}

func (d *Desk) saveNumbers(c echo.Context) error {
	form, err := c.FormParams()
	if err != nil {
		return err
	}
	look := d.accounts.look(c.Request().Context(), installationIn(c).ID)
	err = d.change(c, "numbers_changed", comment(form), "/i/"+installationIn(c).ID+"/numbers", func(i *settings.Installation) error {
		changed := mappedBy(*i, form)
		if foreign(*i, changed, look) {
			return echo.NewHTTPError(http.StatusUnprocessableEntity)
		}
		return replace(i, changed, form.Get("version"))
	})
	if errors.Is(err, errStale) {
		return d.showNumbers(c, http.StatusConflict, form, true)
	}
	return err
}
