package cli

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"callscout/aircall"
	"callscout/calllog"
	"callscout/explain"
	"callscout/phone"
	"callscout/settings"
	"callscout/store"
)

type callExplainCmd struct {
	Call      int64    `arg:"" optional:"" help:"Aircall's id of a past call."`
	Remaining bool     `help:"Of a past call, only what is not written of it yet; otherwise it is explained as if it were new."`
	Event     []string `help:"File of webhook bodies of one call, JSON or JSON lines; - reads standard input. May be given several times." placeholder:"FILE"`
	Number    string   `help:"Make a call up: the other party's number, or anonymous." placeholder:"NUMBER"`
	Line      int64    `help:"The line of the made-up call, by Aircall's id of it." placeholder:"ID"`
	Direction string   `help:"inbound or outbound; inbound if left out." placeholder:"DIRECTION"`
	Outcome   string   `help:"answered, missed or voicemail; answered if left out." placeholder:"OUTCOME"`
	At        string   `help:"When the made-up call begins, in UTC or with an offset; now if left out." placeholder:"TIME"`
	JSON      bool     `name:"json" help:"Print JSON."`
}

// Run says what would be done, and has nothing written.
func (e callExplainCmd) Run(ctx context.Context, p *Process, c *callCmd) error {
	if err := e.check(); err != nil {
		return err
	}
	var events []calllog.Event
	if len(e.Event) > 0 {
		var err error
		if events, err = readEvents(e.Event); err != nil {
			return err
		}
	}
	return p.withStore(ctx, func(db *store.Store) error {
		id, err := theInstallation(ctx, db, c.Installation)
		if err != nil {
			return err
		}
		company, err := db.Installation(ctx, id)
		if errors.Is(err, store.ErrNotFound) {
			return usagef("there is no installation %s", id)
		}
		if err != nil {
			return err
		}
		question, err := e.question(ctx, p, db, company, events)
		if err != nil {
			return err
		}
		explainer := &explain.Explainer{
			Store: db, AircallURL: p.Config.AircallAPI, HelpScoutURL: p.Config.HelpScoutAPI, HelpScoutApp: p.Config.helpScoutApp(),
			HelpScoutWeb: p.Config.HelpScoutWeb, AircallDashboard: p.Config.AircallDashboard,
		}
		answer, err := explainer.Ask(ctx, question)
		if err != nil {
			return err
		}
		if e.JSON {
			return p.printJSON(answer)
		}
		return p.printAnswer(answer)
	})
}

// check refuses what would be left aside without a word.
func (e callExplainCmd) check() error {
	madeUp := e.Number != "" || e.Line != 0 || e.Direction != "" || e.Outcome != "" || e.At != ""
	forms := 0
	for _, chosen := range []bool{e.Call != 0, len(e.Event) > 0, madeUp} {
		if chosen {
			forms++
		}
	}
	switch {
	case forms != 1:
		return usagef("name one call: a past one by its id, one of saved webhook bodies by --event FILE, or a made-up one by --number and --line")
	case e.Remaining && e.Call == 0:
		return usagef("--remaining is for a past call, named by its id")
	case e.Call < 0:
		return usagef("%d is not an Aircall call id, which is greater than 0", e.Call)
	case madeUp && (e.Number == "" || e.Line <= 0):
		return usagef("a made-up call needs --number and --line")
	case !slices.Contains([]string{"", "inbound", "outbound"}, e.Direction):
		return usagef("--direction is %q, but must be inbound or outbound", e.Direction)
	case !slices.Contains([]string{"", "answered", "missed", "voicemail"}, e.Outcome):
		return usagef("--outcome is %q, but must be answered, missed or voicemail", e.Outcome)
	case e.Outcome == "voicemail" && e.Direction == "outbound":
		return usagef("--outcome voicemail is for inbound calls")
	}
	return nil
}

// readEvents reads what webhook bodies say of one call.
func readEvents(files []string) ([]calllog.Event, error) {
	const otherwise = "nothing was explained"
	bodies, err := readBodies(files, otherwise)
	if err != nil {
		return nil, err
	}
	var events []calllog.Event
	for _, body := range bodies {
		parsed, err := aircall.ParseEvent(body.body)
		if err != nil {
			return nil, usagef("%s: %v; %s", body.name, err, otherwise)
		}
		reduce := calllog.Reducer(parsed)
		if reduce == nil {
			return nil, usagef("%s: %s is not an event of a call; leave it out, %s", body.name, parsed.Name, otherwise)
		}
		event, err := reduce(parsed)
		if err != nil {
			return nil, usagef("%s: %v; save the body as Aircall sent it, %s", body.name, err, otherwise)
		}
		if len(events) > 0 && event.Call.ID != events[0].Call.ID {
			return nil, usagef("%s is of call %d, and what stands before it of call %d; give the bodies of one call at a time", body.name, event.Call.ID, events[0].Call.ID)
		}
		events = append(events, event)
	}
	if calllog.Gather(events).Line.ID == 0 {
		return nil, usagef("no body names the line of the call; give one of call.created or call.ended as well, %s", otherwise)
	}
	return events, nil
}

func (e callExplainCmd) question(ctx context.Context, p *Process, db *store.Store, company settings.Installation, events []calllog.Event) (explain.Question, error) {
	switch {
	case len(events) > 0:
		comes := explain.Heard(events)
		return explain.Question{Company: company, Call: events[0].Call.ID, Comes: comes, Begins: comes[0].At, Anew: true}, nil
	case e.Call != 0:
		return e.past(ctx, p, db, company)
	default:
		return e.madeUp(ctx, p, db, company)
	}
}

// past asks about a call that Aircall has.
func (e callExplainCmd) past(ctx context.Context, p *Process, db *store.Store, company settings.Installation) (explain.Question, error) {
	client, err := p.accounts(db).Aircall(ctx, company.ID)
	if err != nil {
		return explain.Question{}, err
	}
	call, err := client.GetCall(ctx, e.Call)
	var refused *aircall.Error
	switch {
	case errors.As(err, &refused) && refused.Status == http.StatusNotFound:
		return explain.Question{}, fmt.Errorf(
			"there is no call %d of %s at Aircall; look the id up in Aircall, or choose another company with --installation", e.Call, company.ID)
	case err != nil:
		return explain.Question{}, fmt.Errorf("the call could not be read at Aircall: %w; give its webhook bodies with --event, or make it up with --number and --line", err)
	}
	now := time.Now()
	whole, err := calllog.FromREST(call, now)
	if err != nil {
		return explain.Question{}, err
	}
	question := explain.Question{Company: company, Call: e.Call, Masked: true}
	if e.Remaining {
		question.Comes, question.Begins, question.Backfilled = explain.Heard([]calllog.Event{whole}), now, whole.Call.Done
		return question, nil
	}
	question.Anew, question.Comes = true, explain.Course(whole)
	question.Begins = question.Comes[0].At
	return question, nil
}

// madeUp asks about a call that there is not.
func (e callExplainCmd) madeUp(ctx context.Context, p *Process, db *store.Store, company settings.Installation) (explain.Question, error) {
	wish := explain.Wish{
		Number: e.Number, Line: calllog.Line{ID: e.Line}, Direction: calllog.Inbound, Outcome: calllog.OutcomeAnswered, At: time.Now().UTC().Truncate(time.Second),
	}
	if e.At != "" {
		at, _, err := moment("--at", e.At, time.UTC)
		if err != nil {
			return explain.Question{}, err
		}
		wish.At = at
	}
	if e.Direction != "" {
		wish.Direction = calllog.Direction(e.Direction)
	}
	if e.Outcome != "" {
		wish.Outcome = calllog.Outcome(e.Outcome)
	}
	if wish.Direction == calllog.Outbound && wish.Outcome == calllog.OutcomeMissed {
		wish.Outcome = calllog.OutcomeUnanswered
	}
	if _, kind := phone.Classify(e.Number, ""); kind == phone.Anonymous {
		wish.Number = ""
	}
	wish.Line = p.lineOf(ctx, db, company, e.Line)
	comes := explain.Course(explain.MakeUp(wish))
	return explain.Question{Company: company, Call: explain.MadeUpCall, Comes: comes, Begins: wish.At, Anew: true}, nil
}

// lineOf asks Aircall for a line's name and country, which a log and the reading of a
// number depend on. Where it does not answer, the line has none, and that is said.
func (p *Process) lineOf(ctx context.Context, db *store.Store, company settings.Installation, id int64) calllog.Line {
	line := calllog.Line{ID: id}
	client, err := p.accounts(db).Aircall(ctx, company.ID)
	if err == nil {
		var numbers []aircall.Number
		if numbers, err = client.Numbers(ctx); err == nil {
			at := slices.IndexFunc(numbers, func(n aircall.Number) bool { return n.ID == id })
			if at < 0 {
				_, _ = fmt.Fprintf(p.Err, "Aircall shows us no line %d; its name and country are taken as unknown.\n", id)
				return line
			}
			n := numbers[at]
			return calllog.Line{ID: id, Name: strings.TrimSpace(n.Name), Digits: n.Digits, Country: n.Country, TimeZone: n.TimeZone}
		}
	}
	_, _ = fmt.Fprintf(p.Err, "The line could not be looked up at Aircall: %v. Its name and country are taken as unknown.\n", err)
	return line
}
