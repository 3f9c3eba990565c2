package desk

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/sync/errgroup"

	"callscout/calllog"
	"callscout/store"
	"callscout/story"
)

// OneCall tells all that is known of one call, and has it do what people decide.
type OneCall interface {
	// Story tells what happened to its log. Its error is ErrNoRun where no run of the
	// call is kept.
	Story(ctx context.Context, installation string, call int64) (story.Story, error)
	// Now is what its newest run says of itself. Its errors are ErrNoRun, ErrNoAnswer
	// where no worker answers, and one with KeyID where it is sealed with another key.
	Now(ctx context.Context, installation string, call int64) (story.Now, error)
	// Retry and Skip wait for the answer as long as ctx lasts; what is answered Late is
	// carried out all the same. Their error says that nobody was told.
	Retry(ctx context.Context, installation string, call int64, by string) (Answer, error)
	Skip(ctx context.Context, installation string, call int64, by, reason string) (Answer, error)
	// AtAircall looks the call up at Aircall, and tells whether it is there.
	AtAircall(ctx context.Context, installation string, call int64) (calllog.Facts, bool, error)
	// RunURL is the page of the call's newest run in Temporal's Web UI, "" where there
	// is none.
	RunURL(installation string, call int64) string
}

// Answer is what became of a decision.
type Answer string

// The answers.
const (
	// Carried says that it was carried out, StillFailing that it was and that the call
	// stands still again.
	Carried      Answer = "carried"
	StillFailing Answer = "failing"
	// Late says that nobody has answered yet.
	Late Answer = "late"
	// Needless says that the call does not stand still, Over that its run has ended.
	Needless Answer = "needless"
	Over     Answer = "over"
	// Unheard says that nobody was told.
	Unheard Answer = "unheard"
)

// ErrNoRun says that Temporal keeps no run of the call.
var ErrNoRun = errors.New("no run of this call is kept")

// ErrNoAnswer says that no worker answered for the call.
var ErrNoAnswer = errors.New("no worker answered")

const (
	// nowWithin is how long a page waits for what a run says of itself: its history
	// tells most of it as well.
	nowWithin = 3 * time.Second
	// decideWithin is how long a page waits until a decision is carried out.
	decideWithin = 10 * time.Second
)

func callIn(c echo.Context) (int64, error) {
	call, err := strconv.ParseInt(c.Param("call"), 10, 64)
	if err != nil || call <= 0 {
		return 0, echo.ErrNotFound
	}
	return call, nil
}

func (d *Desk) call(c echo.Context) error { return d.showCall(c, "call") }

// callNow is the part of the page that changes while somebody looks at it.
func (d *Desk) callNow(c echo.Context) error {
	isFragment(c)
	return d.showCall(c, "callnow")
}

func (d *Desk) showCall(c echo.Context, template string) error {
	id, err := callIn(c)
	if err != nil {
		return err
	}
	known, err := d.lookAt(c.Request().Context(), installationIn(c).ID, id)
	if err != nil {
		return err
	}
	view := d.callView(c, id, known)
	status := http.StatusOK
	if view.Standing == "unknown" {
		status = http.StatusNotFound
	}
	return d.page(c, status, template, view)
}

// knownCall is what the sources say of a call, each with its own error.
type knownCall struct {
	Ledger   []store.Entry
	Story    story.Story
	StoryErr error
	Now      story.Now
	NowErr   error
	// NoRun says that Temporal keeps no run of it.
	NoRun bool
}

func (d *Desk) lookAt(ctx context.Context, installation string, call int64) (knownCall, error) {
	ctx, cancel := context.WithTimeout(ctx, pageWithin)
	defer cancel()
	var known knownCall
	var asked errgroup.Group
	asked.Go(func() (err error) {
		known.Ledger, err = d.cfg.Store.LedgerByPrefix(ctx, calllog.Key(installation, call, ""))
		return err
	})
	asked.Go(func() error {
		known.Story, known.StoryErr = d.cfg.Call.Story(ctx, installation, call)
		return nil
	})
	asked.Go(func() error {
		soon, cancel := context.WithTimeout(ctx, nowWithin)
		defer cancel()
		known.Now, known.NowErr = d.cfg.Call.Now(soon, installation, call)
		return nil
	})
	err := asked.Wait()
	known.NoRun = errors.Is(known.StoryErr, ErrNoRun)
	if known.NowErr != nil {
		known.Now = story.Now{}
	}
	return known, err
}

func (d *Desk) retryCall(c echo.Context) error {
	return d.decide(c, "call_retried", "", func(ctx context.Context, installation string, call int64, by string) (Answer, error) {
		return d.cfg.Call.Retry(ctx, installation, call, by)
	})
}

func (d *Desk) skipCall(c echo.Context) error {
	reason := reasonIn(c)
	if reason == "" {
		return d.refuseSkip(c)
	}
	return d.decide(c, "call_skipped", reason, func(ctx context.Context, installation string, call int64, by string) (Answer, error) {
		return d.cfg.Call.Skip(ctx, installation, call, by, reason)
	})
}

// reasonIn is why somebody does something, on one line.
func reasonIn(c echo.Context) string {
	reason := strings.Join(strings.Fields(c.FormValue("reason")), " ")
	if letters := []rune(reason); len(letters) > mostComment {
		reason = string(letters[:mostComment])
	}
	return reason
}

// refuseSkip shows the page again, which says that a reason is wanted.
func (d *Desk) refuseSkip(c echo.Context) error {
	id, err := callIn(c)
	if err != nil {
		return err
	}
	known, err := d.lookAt(c.Request().Context(), installationIn(c).ID, id)
	if err != nil {
		return err
	}
	view := d.callView(c, id, known)
	view.NoReason, view.frame.Failed = true, true
	return d.page(c, http.StatusUnprocessableEntity, "call", view)
}

// decide notes in the audit who decided what, has it carried out, and comes back to
// the call's page, which tells what became of it.
func (d *Desk) decide(c echo.Context, action, detail string, do func(ctx context.Context, installation string, call int64, by string) (Answer, error)) error {
	call, err := callIn(c)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), decideWithin)
	defer cancel()
	installation, who := installationIn(c).ID, sessionIn(c).Name
	said := formatID(call)
	if detail != "" {
		said += ": " + detail
	}
	entry, err := d.cfg.Store.Audit(ctx, store.AuditEntry{Installation: installation, Action: action, Who: who, Detail: said})
	if err != nil {
		return err
	}
	went, err := do(ctx, installation, call, who)
	if err != nil {
		d.log.Error("a call was not told what was decided", "installation", installation, "call", call, "action", action, "error", err)
		went = Unheard
	}
	return c.Redirect(http.StatusSeeOther, "/i/"+installation+"/calls/"+formatID(call)+
		"?done="+formatID(entry)+"&went="+string(went))
}
