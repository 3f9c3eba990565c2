package simulator

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"
)

// callLine is a call as a person sees it in a list.
type callLine struct {
	Call
	Line, Agent, Contact string
	// Outcome and OutcomeKey say how it stands: ringing, talking, answered,
	// missed and so on.
	Outcome, OutcomeKey string
	Lasted              time.Duration
}

// line names the people of a call. The company must be locked.
func (a *Aircall) line(call *Call) callLine {
	shown := callLine{Call: *call, Line: decimal(call.NumberID)}
	if number := a.numbers[call.NumberID]; number != nil {
		shown.Line = number.Name
	}
	if user := a.users[call.UserID]; user != nil {
		shown.Agent = user.Name
	}
	if contact := a.contacts[call.ContactID]; contact != nil {
		shown.Contact = strings.TrimSpace(cmp.Or(contact.FirstName+" "+contact.LastName, contact.CompanyName))
	}
	shown.Lasted = time.Duration(call.duration()) * time.Second
	shown.Outcome, shown.OutcomeKey = outcome(call)
	return shown
}

func outcome(call *Call) (name, key string) {
	switch {
	case call.Status == "initial":
		return "Ringing", "initial"
	case call.Status == "answered":
		return "Talking", "answered"
	case !call.AnsweredAt.IsZero():
		return "Answered", "done"
	case len(call.VoiceAgents) == 1 && call.VoiceAgents[0].EndReason == "answered":
		return "Voice agent", "done"
	case call.Direction == "outbound":
		return "Not answered", "done"
	case call.Voicemail:
		return "Voicemail", "done"
	default:
		return "Missed", "done"
	}
}

// sentEvent is an attempt to deliver an event, for reading.
type sentEvent struct {
	Delivery
	To     string
	OK     bool
	Millis int64
	Text   string
}

func (a *Aircall) showCall(w http.ResponseWriter, r *http.Request, status int, problem string) {
	id := pathID(r)
	deliveries := a.Deliveries()
	a.mu.Lock()
	call, known := a.calls[id]
	content := struct {
		callLine
		Problem string
		Events  []sentEvent
		Cards   []Card
		// Insights are what conversation intelligence made of it.
		Insights []Insight
		Names    map[int64]string
	}{Problem: problem, Names: map[int64]string{}}
	content.Insights = slices.Clone(a.insights[id])
	if known {
		content.callLine = a.line(new(call.clone()))
	}
	for userID, user := range a.users {
		content.Names[userID] = user.Name
	}
	for _, shown := range a.cards {
		if shown.CallID == id {
			content.Cards = append(content.Cards, shown)
		}
	}
	urls, hide := a.receivers()
	begun := id < a.nextID["call"]
	a.mu.Unlock()

	if !known && !(begun && r.URL.Query().Has("watch")) {
		a.notFound(w, "There is no such call.")
		return
	}
	for _, d := range deliveries {
		if d.CallID != id {
			continue
		}
		content.Events = append(content.Events, shownEvent(d, urls, hide))
	}
	f := a.frame("Call "+decimal(id), content)
	if r.Method == http.MethodGet {
		f.watching(r.URL)
	}
	show(w, status, aircallPages["call"], f)
}
