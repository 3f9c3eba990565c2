package api

import (
	"cmp"
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"callscout/aircall"
	"callscout/calllog"
	"callscout/helpscout"
	"callscout/phone"
	"callscout/settings"
	"callscout/starter"
)

const (
	// mostNumbers and mostCalls are what fits beside a conversation.
	mostNumbers = 10
	mostCalls   = 8
	// mostAsked bounds the questions to runs, which a worker has to answer.
	mostAsked = 2
	// rosterFor is how long lines and users of Aircall are believed: its requests per
	// minute are few.
	rosterFor = 5 * time.Minute
)

// sidebarView is the app as it is shown.
type sidebarView struct {
	Language settings.Language
	Words    sidebarWords
	// Notice and Problem are what became of a call that was to be started, or why
	// there is nothing to show.
	Notice, Problem string
	// Nothing says that there is nothing to show beside the problem.
	Nothing bool
	// NoNumbers says why there is no number.
	NoNumbers string
	// NoDialling says why there are no buttons.
	NoDialling string
	Numbers    []sidebarNumber
	Lines      []sidebarLine
	// Action is where a button leads.
	Action       string
	Legacy       bool
	Calls        []sidebarCall
	CallsUnknown bool
	// Running says that a call with this customer is running now.
	Running bool
}

type sidebarNumber struct {
	// Text is for people; Digits are those of the E.164, without the plus.
	Text, Digits string
	// Ticket is the right to call it; empty where there is none.
	Ticket string

	number phone.Number
}

type sidebarLine struct {
	ID   int64
	Name string
}

type sidebarCall struct {
	When, Stamp, What, Link string
}

func (a *API) newView(installation settings.Installation) sidebarView {
	chosen, err := settings.Resolve(installation.Settings)
	if err != nil {
		chosen = settings.Defaults()
	}
	view := sidebarView{Action: "/helpscout/app/" + url.PathEscape(installation.ID) + "/call"}
	view.Language, view.Words = sidebarWordsFor(chosen.Language)
	return view
}

func (a *API) expiredView(installation settings.Installation) sidebarView {
	view := a.newView(installation)
	view.Problem, view.Nothing = view.Words.Expired, true
	return view
}

// sidebarView gathers what can be had in time. What does not answer is said, and the
// rest is shown all the same.
func (a *API) sidebarView(ctx context.Context, installation settings.Installation, seen helpscout.AppContext) sidebarView {
	view := a.newView(installation)
	var (
		wait     sync.WaitGroup
		customer helpscout.Customer
		agent    helpscout.User
		lines    roster
		failed   [2]error
		aircall  error
	)
	wait.Go(func() { customer, agent, failed = a.readHelpScout(ctx, installation.ID, seen) })
	wait.Go(func() { lines, aircall = a.rosters.read(ctx, a.cfg.SidebarAccounts, installation.ID) })
	wait.Wait()
	switch {
	case seen.Customer == 0:
		view.Problem, view.Nothing = view.Words.NoCustomer, true
		return view
	case failed[0] != nil:
		a.log.Warn("customer not read for the sidebar", "installation", installation.ID, "error", failed[0])
		view.Problem, view.Nothing = whyNoCustomer(failed[0], view.Words), true
		return view
	}
	mapped := linesOf(installation, seen.Mailbox, lines)
	view.Numbers = numbersOf(customer, mapped)
	for _, line := range mapped {
		view.Lines = append(view.Lines, sidebarLine{line.ID, cmp.Or(line.Name, line.Digits)})
	}
	withheld := calllog.SharedAnonymous(customer.FirstName)
	view.NoNumbers = view.Words.whyNoNumbers(customer, withheld)
	user, known := userByEmail(lines.users, agent)
	switch {
	case aircall != nil:
		a.log.Warn("Aircall not read for the sidebar", "installation", installation.ID, "error", aircall)
		view.NoDialling = view.Words.AircallAway
	case len(view.Numbers) == 0: // there is nobody to be called
	case failed[1] != nil || !known:
		view.NoDialling = view.Words.NoAgent
	case len(mapped) == 0:
		view.NoDialling = view.Words.NoLine
	default:
		for i := range view.Numbers {
			number := &view.Numbers[i]
			number.Ticket = a.issue(ticket{
				Installation: installation.ID, Seen: seen, AircallUser: user.ID, Number: number.number.E164(),
			})
		}
	}
	a.lastCalls(ctx, installation.ID, zoneOf(mapped), withheld, &view)
	return view
}

// readHelpScout reads customer and agent; the errors are theirs, in this order.
func (a *API) readHelpScout(ctx context.Context, installation string, seen helpscout.AppContext) (customer helpscout.Customer, agent helpscout.User, failed [2]error) {
	api, err := a.cfg.SidebarAccounts.SidebarHelpScout(ctx, installation)
	if err != nil {
		return customer, agent, [2]error{err, err}
	}
	if seen.Customer != 0 {
		customer, failed[0] = api.GetCustomer(ctx, seen.Customer)
		if moved, is := errors.AsType[*helpscout.MovedError](failed[0]); is {
			customer, failed[0] = api.GetCustomer(ctx, moved.To)
		}
	}
	if seen.User != 0 {
		agent, failed[1] = api.GetUser(ctx, seen.User)
	}
	return customer, agent, failed
}

func userByEmail(users []aircall.User, agent helpscout.User) (aircall.User, bool) {
	for _, address := range append([]string{agent.Email}, agent.AlternateEmails...) {
		for _, user := range users {
			if address != "" && strings.EqualFold(user.Email, address) {
				return user, true
			}
		}
	}
	return aircall.User{}, false
}

// linesOf are the lines to call from: those whose calls are logged in this inbox, or
// all that are mapped.
func linesOf(installation settings.Installation, mailbox int64, lines roster) []aircall.Number {
	var here, all []aircall.Number
	for _, number := range installation.Numbers {
		i := slices.IndexFunc(lines.lines, func(line aircall.Number) bool { return line.ID == number.AircallNumber })
		if i < 0 {
			continue
		}
		all = append(all, lines.lines[i])
		if number.Inbox == mailbox {
			here = append(here, lines.lines[i])
		}
	}
	if len(here) > 0 {
		return here
	}
	return all
}

// numbersOf reads a customer's numbers, which anybody may have typed, as somebody who
// calls from these lines would.
func numbersOf(customer helpscout.Customer, lines []aircall.Number) []sidebarNumber {
	var country string
	if len(lines) > 0 {
		country = lines[0].Country
	}
	var out []sidebarNumber
	for _, entry := range customer.Phones {
		number, err := phone.Parse(entry.Value, country)
		if err != nil || len(out) == mostNumbers || slices.ContainsFunc(out, func(n sidebarNumber) bool { return n.number == number }) {
			continue
		}
		out = append(out, sidebarNumber{Text: number.International(), Digits: strings.TrimPrefix(number.E164(), "+"), number: number})
	}
	return out
}

func zoneOf(lines []aircall.Number) *time.Location {
	if len(lines) > 0 {
		if zone, err := time.LoadLocation(lines[0].TimeZone); err == nil {
			return zone
		}
	}
	return time.UTC
}

// whyNoNumbers says why no number of a customer can be called.
func (w sidebarWords) whyNoNumbers(customer helpscout.Customer, withheld bool) string {
	for _, entry := range customer.Phones {
		if _, kind := phone.Classify(entry.Value, ""); kind == phone.Anonymous {
			withheld = true
		}
	}
	switch {
	case withheld:
		return w.Withheld
	case len(customer.Phones) > 0:
		return w.NotReadable
	default:
		return w.NoNumbers
	}
}

// withheldNumber is what calls with a withheld number are found by.
const withheldNumber = "anonymous"

// lastCalls asks Temporal, by the numbers' keyed hashes.
func (a *API) lastCalls(ctx context.Context, installation string, zone *time.Location, withheld bool, view *sidebarView) {
	var found []starter.Found
	var numbers []string
	for _, number := range view.Numbers {
		numbers = append(numbers, number.number.E164())
	}
	if withheld {
		numbers = append(numbers, withheldNumber)
	}
	for _, number := range numbers {
		calls, err := a.cfg.Calls.Find(ctx, starter.Filter{Installation: installation, Number: number, Limit: mostCalls})
		if err != nil {
			a.log.Warn("last calls not read for the sidebar", "installation", installation, "error", err)
			view.CallsUnknown = true
			return
		}
		found = append(found, calls...)
	}
	slices.SortStableFunc(found, func(one, other starter.Found) int { return other.Started.Compare(one.Started) })
	// A call may have several runs; the newest tells.
	seen, asked := map[int64]bool{}, 0
	for _, call := range found {
		if seen[call.Call] || len(view.Calls) == mostCalls {
			continue
		}
		seen[call.Call] = true
		// A run outlives its call, since late facts may come, so the newest are asked.
		if call.Closed.IsZero() && asked < mostAsked {
			asked++
			if a.runs(ctx, installation, call.Call) {
				view.Running, call.Outcome = true, ""
			}
		}
		view.Calls = append(view.Calls, a.shownCall(call, zone, view.Words))
	}
}

func (a *API) runs(ctx context.Context, installation string, call int64) bool {
	ctx, cancel := context.WithTimeout(ctx, lookWithin)
	defer cancel()
	running, err := a.cfg.Calls.Running(ctx, installation, call)
	return err == nil && running
}

func (a *API) shownCall(call starter.Found, zone *time.Location, words sidebarWords) sidebarCall {
	what := map[string]string{string(calllog.Inbound): words.Inbound, string(calllog.Outbound): words.Outbound}[call.Direction]
	if outcome := words.Outcomes[calllog.Outcome(call.Outcome)]; outcome != "" {
		what = strings.TrimPrefix(what+", "+outcome, ", ")
	}
	shown := sidebarCall{When: call.Started.In(zone).Format(words.Clock), Stamp: call.Started.UTC().Format(time.RFC3339), What: what}
	if call.Conversation != "" && a.cfg.HelpScoutURL != "" {
		shown.Link = a.cfg.HelpScoutURL + "/conversation/" + url.PathEscape(call.Conversation)
	}
	return shown
}

// roster is what is known of an Aircall account.
type roster struct {
	at    time.Time
	lines []aircall.Number
	users []aircall.User
}

// rosters keeps them per installation.
type rosters struct {
	mu   sync.Mutex
	kept map[string]roster
}

func (r *rosters) read(ctx context.Context, accounts SidebarAccounts, installation string) (roster, error) {
	r.mu.Lock()
	known, have := r.kept[installation]
	r.mu.Unlock()
	if have && time.Since(known.at) < rosterFor {
		return known, nil
	}
	api, err := accounts.SidebarAircall(ctx, installation)
	if err != nil {
		return roster{}, err
	}
	fresh := roster{at: time.Now()}
	if fresh.lines, err = api.Numbers(ctx); err != nil {
		return roster{}, err
	}
	if fresh.users, err = api.Users(ctx); err != nil {
		return roster{lines: fresh.lines}, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.kept == nil {
		r.kept = map[string]roster{}
	}
	r.kept[installation] = fresh
	return fresh, nil
}
