package desk

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"callscout/calllog"
	"callscout/store"
	"callscout/story"
)

// callView is a call's page.
type callView struct {
	frame
	Call int64
	// Standing is the status of the log, or "gone" where no run is kept any more,
	// "away" where Temporal does not answer, "sealed" where it does not open, and
	// "unknown" where nobody knows the call.
	Standing string
	// What says what call it was, and How what its log looks like, in one sentence each.
	What, How string
	// Parked is why the call stands still; nil if it does not.
	Parked *parkedView
	// Moving says that something is being done just now, Watched that it will be.
	Moving, Watched bool
	Until           time.Time
	Marks           []markView
	Facts           []factView
	Items           []itemView
	// Shown is how many items the page that asks shows, for the part of it that is
	// fetched anew; Fresh that there are more by now.
	Shown         int
	Fresh         bool
	OnlyProblems  bool
	Problems      int
	Received      []receivedView
	Sealed        []string
	Cut, NoWorker bool
	Buttons       buttonsView
	NoReason      bool
	Went          *wentView
	Copy          string
	AtAircall     *atAircallView
}

// parkedView is why a call stands still, and how it goes on.
type parkedView struct {
	What, Remedy, Said string
	Since, Next        time.Time
	Attempts           int
}

// markView is a line of the checklist.
type markView struct {
	Part, Mark, Why string
	Until, At       time.Time
	Link            string
}

// factView is a line of the summary.
type factView struct {
	Key, Text, Link string
	More            string
}

// buttonsView is what a person can do, or why not.
type buttonsView struct {
	// RetryNot and the others say why a button does not work; empty where it does.
	RetryNot, SkipNot, HelpScoutNot, AircallNot, TemporalNot string
	HelpScout, Aircall, Temporal                             string
}

// wentView is what became of what was decided just now.
type wentView struct {
	Action, Went string
	Good         bool
}

// atAircallView is what Aircall says of a call that is not known here.
type atAircallView struct {
	Found bool
	What  string
	Error string
}

func (d *Desk) callView(c echo.Context, id int64, known knownCall) callView {
	view := callView{frame: d.inside(c, "calls"), Call: id, OnlyProblems: c.QueryParam("show") == "problems"}
	view.Title = say(view.Lang, "call.title", id)
	view.Sealed, view.Cut = known.Story.Sealed, known.Story.Cut
	view.Shown, _ = strconv.Atoi(c.QueryParam("items")) // without it, all is new
	view.stands(known)
	switch view.Standing {
	case "unknown":
		view.What, view.How = say(view.Lang, "call.unknown", id), say(view.Lang, "call.unknown.looked")
		view.Buttons.AircallNot = ""
		d.lookAtAircall(c, &view)
	default:
		view.tell(known)
		d.facts(c.Request().Context(), &view, known)
		view.checklist(known, d.helpScoutLink)
	}
	d.buttons(&view, known)
	if view.Done != nil {
		went := c.QueryParam("went")
		view.Went = &wentView{Action: view.Done.Action, Went: went, Good: went == string(Carried)}
		view.Done = nil
		if !slices.Contains([]string{string(Carried), string(StillFailing), string(Late), string(Needless), string(Over), string(Unheard)}, went) {
			view.Went = nil // an address that somebody made up
		}
	}
	if view.Went != nil && view.Went.Went == string(Late) && view.Watched {
		view.Moving = true
	}
	view.Copy = view.summary(d.cfg.PublicURL, known)
	return view
}

// stands says from which source the call is known, and how its log is.
func (v *callView) stands(known knownCall) {
	var sealed interface{ KeyID() string }
	switch {
	case known.NoRun && len(known.Ledger) == 0:
		v.Standing = "unknown"
	case known.NoRun:
		v.Standing = "gone"
	case errors.As(known.NowErr, &sealed):
		v.Standing = "sealed"
		if !slices.Contains(v.Sealed, sealed.KeyID()) {
			v.Sealed = append(v.Sealed, sealed.KeyID())
		}
	case known.StoryErr != nil && known.NowErr != nil:
		v.Standing = "away"
	case known.NowErr != nil:
		v.Standing, v.NoWorker = "unanswered", true
	default:
		v.Standing = string(known.Now.Status)
	}
	v.Watched = slices.Contains([]string{"in_progress", "waiting", "needs_attention"}, v.Standing)
	v.Moving = v.Standing == "in_progress"
}

func (v *callView) tell(known knownCall) {
	now := known.Now
	v.What = whatCall(v.Lang, v.Call, factsOf(known))
	v.How = say(v.Lang, "call.how."+v.Standing)
	if v.Standing == "skipped" && now.Reason != "" {
		v.How += " " + now.Reason
	}
	v.Until = now.Until
	if parked := now.Parked; parked != nil {
		v.Until = time.Time{}
		v.How = v.failedPart(now) + " " + say(v.Lang, "fault."+string(parked.Problem))
		v.Parked = &parkedView{
			What: say(v.Lang, "fault."+string(parked.Problem)), Remedy: say(v.Lang, "fault."+string(parked.Problem)+".do"),
			Since: parked.Since, Next: parked.NextTry, Attempts: parked.Attempts, Said: parked.Message,
		}
		if parked.Status != 0 {
			v.Parked.Said = strings.TrimSpace(parked.Message + " (" + strconv.Itoa(parked.Status) + ")")
		}
	}
	for at, item := range known.Story.Items {
		one := itemOf(v.Lang, item, known.Story.Settings)
		one.ID = "item-" + strconv.Itoa(at+1)
		if one.Problem {
			v.Problems++
		}
		if !v.OnlyProblems || one.Problem {
			v.Items = append(v.Items, one)
		}
	}
	v.Fresh = v.Shown != 0 && v.Shown != len(known.Story.Items)
	if v.Shown == 0 {
		v.Shown = len(known.Story.Items)
	}
	for _, received := range known.Story.Received {
		v.Received = append(v.Received, receivedOf(received))
	}
}

// failedPart says what could not be written.
func (v *callView) failedPart(now story.Now) string {
	for _, one := range now.Checklist {
		if one.Mark == calllog.MarkFailed {
			return say(v.Lang, "call.failed", partName(v.Lang, one.Part))
		}
	}
	return say(v.Lang, "call.failed.some")
}

// factsOf are the facts of the call: as its run tells them, or else from the events
// that its history holds.
func factsOf(known knownCall) calllog.Facts {
	if known.NowErr == nil {
		return known.Now.Facts
	}
	var events []calllog.Event
	for _, received := range known.Story.Received {
		events = append(events, received.Event)
	}
	return calllog.Gather(events)
}

// whatCall says what call it was: «Answered call on Sales, 2026-06-03 14:02 UTC,
// 4 min 12 s».
func whatCall(lang string, call int64, f calllog.Facts) string {
	if f.CallID == 0 || f.Direction == "" {
		return say(lang, "call.what.bare", call)
	}
	kind := string(f.Outcome())
	switch {
	case kind == "":
		kind = "open"
	case kind == string(calllog.OutcomeAnswered) && f.Direction == calllog.Outbound:
		kind = "answered_outbound"
	}
	text := say(lang, "call.what."+kind, f.Line.Name)
	if f.Line.Name == "" {
		text = say(lang, "call.what."+kind+".noline")
	}
	if !f.StartedAt.IsZero() {
		text += ", " + f.StartedAt.UTC().Format("2006-01-02 15:04") + " UTC"
	}
	if f.Answered() && f.Over() {
		text += ", " + length(f.Talk())
	}
	return text + "."
}

// length is a duration as people read it in every language.
func length(d time.Duration) string {
	d = d.Round(time.Second)
	hours, minutes, seconds := int(d/time.Hour), int(d/time.Minute)%60, int(d/time.Second)%60
	var said []string
	if hours > 0 {
		said = append(said, strconv.Itoa(hours)+" h")
	}
	if minutes > 0 {
		said = append(said, strconv.Itoa(minutes)+" min")
	}
	if seconds > 0 || len(said) == 0 {
		said = append(said, strconv.Itoa(seconds)+" s")
	}
	return strings.Join(said, " ")
}

// partName is what a part of a log is called.
func partName(lang string, part calllog.Part) string {
	name, rest, _ := strings.Cut(string(part), "/")
	key := "part." + strings.ReplaceAll(name, "-", "_")
	if name == "transcript" && rest != "" {
		return say(lang, "part.transcript_voicemail")
	}
	if _, known := catalog[key]; !known {
		return string(part)
	}
	return say(lang, key, rest)
}

// checklist marks what is written: as the run tells, or else as the ledger holds.
func (v *callView) checklist(known knownCall, link func(kind, id string) string) {
	marks := known.Now.Checklist
	written := recalled(known.Ledger, v.ID, v.Call)
	if known.NowErr != nil {
		marks = nil
		if written.Customer != 0 {
			marks = append(marks, calllog.Marked{Part: calllog.PartCustomer, Mark: calllog.MarkDone})
		}
		if len(written.Tags) > 0 {
			marks = append(marks, calllog.Marked{Part: calllog.PartTags, Mark: calllog.MarkDone})
		}
		for _, part := range written.Parts {
			if _, named := catalog["part."+strings.ReplaceAll(strings.SplitN(string(part), "/", 2)[0], "-", "_")]; named {
				marks = append(marks, calllog.Marked{Part: part, Mark: calllog.MarkDone})
			}
		}
	} else {
		v.card(known.Now)
	}
	for _, one := range marks {
		mark := markView{Part: partName(v.Lang, one.Part), Mark: string(one.Mark), Why: one.Why, Until: one.Until}
		if one.Mark == calllog.MarkDone {
			mark.At = doneAt(known.Ledger, v.ID, v.Call, one.Part)
			switch {
			case one.Part == calllog.PartCustomer && written.Customer != 0:
				mark.Link = link("customers", formatID(written.Customer))
			case written.Conversation.ID != 0:
				mark.Link = link("conversation", formatID(written.Conversation.ID))
			}
		}
		v.Marks = append(v.Marks, mark)
	}
}

// card is what was done for the agent, beside the log.
func (v *callView) card(now story.Now) {
	deed := now.Greeting.Card
	mark := markView{Part: say(v.Lang, "part.card"), Mark: string(calllog.MarkDone)}
	switch {
	case deed.Problem != "":
		mark.Mark, mark.Why = string(calllog.MarkFailed), "card_failed"
	case strings.HasPrefix(deed.Did, "not shown"):
		mark.Mark, mark.Why = string(calllog.MarkNothing), "card_late"
	case deed.Did == "" && now.Facts.Over():
		mark.Mark = string(calllog.MarkNothing)
	case deed.Did != "shown":
		mark.Mark = string(calllog.MarkOpen)
	}
	v.Marks = append(v.Marks, mark)
}

// recalled is what the ledger holds of the call, as a new run would be told it.
func recalled(entries []store.Entry, installation string, call int64) calllog.Written {
	prefix := calllog.Key(installation, call, "")
	entries = slices.Clone(entries)
	slices.SortStableFunc(entries, func(a, b store.Entry) int { return a.DoneAt.Compare(b.DoneAt) })
	var done []calllog.Done
	for _, entry := range entries {
		if entry.State == store.Done {
			done = append(done, calllog.Done{Part: calllog.Part(strings.TrimPrefix(entry.Key, prefix)), ID: entry.RemoteID})
		}
	}
	return calllog.Recall(done)
}

// doneAt is when a part was written, as the ledger holds it.
func doneAt(entries []store.Entry, installation string, call int64, part calllog.Part) time.Time {
	prefix := calllog.Key(installation, call, part)
	switch part {
	case calllog.PartCustomer, calllog.PartTags:
		if part == calllog.PartTags {
			prefix = calllog.Key(installation, call, "tag/")
		}
		if entry := newest(entries, prefix); entry != nil {
			return entry.DoneAt
		}
	default:
		for _, entry := range entries {
			if entry.Key == prefix && entry.State == store.Done {
				return entry.DoneAt
			}
		}
	}
	return time.Time{}
}

// buttons say what can be done, and why what cannot.
func (d *Desk) buttons(v *callView, known knownCall) {
	switch v.Standing {
	case "needs_attention":
	case "away", "unanswered", "sealed":
		// Whether it stands still is not known: the call itself says no.
	case "gone", "unknown":
		v.Buttons.RetryNot, v.Buttons.SkipNot = "call.not.gone", "call.not.gone"
	default:
		v.Buttons.RetryNot, v.Buttons.SkipNot = "call.not.standing", "call.not.standing"
	}
	written := recalled(known.Ledger, v.ID, v.Call)
	if conversation := written.Conversation.ID; conversation != 0 {
		v.Buttons.HelpScout = d.helpScoutLink("conversation", formatID(conversation))
	}
	if v.Buttons.HelpScout == "" {
		v.Buttons.HelpScoutNot = "call.not.conversation"
	}
	if d.cfg.AircallURL != "" {
		v.Buttons.Aircall = strings.TrimRight(d.cfg.AircallURL, "/") + "/calls/" + formatID(v.Call)
	} else {
		v.Buttons.AircallNot = "call.not.aircall"
	}
	v.Buttons.Temporal = d.cfg.Call.RunURL(v.ID, v.Call)
	switch {
	case v.Session.Installation != "":
		// Temporal's pages show all installations.
		v.Buttons.Temporal, v.Buttons.TemporalNot = "", "call.not.yours"
	case known.NoRun:
		v.Buttons.Temporal, v.Buttons.TemporalNot = "", "call.not.kept"
	case v.Buttons.Temporal == "":
		v.Buttons.TemporalNot = "call.not.ui"
	}
}

// lookAtAircall asks Aircall for a call that nobody here knows, if the person wants
// that: it costs a request.
func (d *Desk) lookAtAircall(c echo.Context, v *callView) {
	if c.QueryParam("aircall") == "" {
		return
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), askWithin)
	defer cancel()
	facts, found, err := d.cfg.Call.AtAircall(ctx, v.ID, v.Call)
	v.AtAircall = &atAircallView{Found: found}
	switch {
	case err != nil:
		v.AtAircall.Error = err.Error()
	case found:
		v.AtAircall.What = whatCall(v.Lang, v.Call, facts)
		if facts.Line.ID != 0 && !slices.ContainsFunc(installationIn(c).Numbers, hasLine(facts.Line.ID)) {
			v.AtAircall.What += " " + say(v.Lang, "call.unknown.unmapped")
		}
	}
}
