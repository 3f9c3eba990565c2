package desk

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"callscout/settings"
	"callscout/store"
)

type testView struct {
	frame
	Steps []testStep
	// Complete says that all is ticked, so that the page need not ask again.
	Complete bool
	// After is since when a call counts, in seconds since 1970; 0 for any.
	After int64
	Now   int64
	Heard *heardView
}

// testStep is one line of the checklist.
type testStep struct {
	// Key names it: "connected", "mapped", "event", "customer", "log".
	Key  string
	Done bool
	// Link leads to what was written, At is when.
	Link string
	At   time.Time
}

func (d *Desk) testCall(c echo.Context) error     { return d.showTest(c, "test") }
func (d *Desk) testProgress(c echo.Context) error { return d.showTest(c, "progress") }

func (d *Desk) showTest(c echo.Context, name string) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), pageWithin)
	defer cancel()
	view := testView{frame: d.inside(c, "test"), Now: time.Now().Unix()}
	view.After, _ = strconv.ParseInt(c.QueryParam("after"), 10, 64) // without one, any call counts
	if err := d.fillTest(ctx, installationIn(c), &view); err != nil {
		return err
	}
	isFragment(c)
	return d.page(c, http.StatusOK, name, view)
}

// fillTest ticks what the store knows: the last webhook, and the ledger of its call.
func (d *Desk) fillTest(ctx context.Context, i settings.Installation, view *testView) error {
	heard, err := d.lastHeard(ctx, i.ID)
	if err != nil {
		return err
	}
	if heard != nil && heard.At.Unix() < view.After {
		heard = nil
	}
	view.Heard = heard
	event := testStep{Key: "event", Done: heard != nil}
	customer, log := testStep{Key: "customer"}, testStep{Key: "log"}
	if heard != nil {
		event.At = heard.At
		prefix := fmt.Sprintf("%s/call/%d/", i.ID, heard.Call)
		entries, err := d.cfg.Store.LedgerByPrefix(ctx, prefix)
		if err != nil {
			return err
		}
		conversation := newest(entries, prefix+"conversation/")
		if entry := newest(entries, prefix+"customer/"); entry != nil {
			customer = testStep{Key: "customer", Done: true, At: entry.DoneAt, Link: d.helpScoutLink("customers", last(entry.Key))}
		}
		for _, part := range []string{"first-log", "second-log"} {
			if entry := newest(entries, prefix+part); entry != nil {
				log = testStep{Key: "log", Done: true, At: entry.DoneAt}
				if conversation != nil {
					log.Link = d.helpScoutLink("conversation", last(conversation.Key))
				}
				break
			}
		}
	}
	view.Steps = []testStep{
		{Key: "connected", Done: len(i.MissingSecrets()) == 0}, {Key: "mapped", Done: len(i.Numbers) > 0}, event, customer, log,
	}
	view.Complete = true
	for _, step := range view.Steps {
		view.Complete = view.Complete && step.Done
	}
	return nil
}

// newest is the entry of a kind that was done last.
func newest(entries []store.Entry, prefix string) *store.Entry {
	var found *store.Entry
	for at := range entries {
		entry := &entries[at]
		if strings.HasPrefix(entry.Key, prefix) && entry.State == store.Done && (found == nil || entry.DoneAt.After(found.DoneAt)) {
			found = entry
		}
	}
	return found
}

func last(key string) string { return key[strings.LastIndex(key, "/")+1:] }

func (d *Desk) helpScoutLink(kind, id string) string {
	if d.cfg.HelpScoutURL == "" {
		return ""
	}
	return d.cfg.HelpScoutURL + "/" + kind + "/" + id
}
