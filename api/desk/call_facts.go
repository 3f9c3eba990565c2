package desk

import (
	"context"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"callscout/calllog"
	"callscout/settings"
	"callscout/story"
)

// facts are the summary of a call: who with whom, for whom it is logged and where.
func (d *Desk) facts(ctx context.Context, v *callView, known knownCall) {
	f := factsOf(known)
	put := func(key, text, link, more string) {
		if text != "" {
			v.Facts = append(v.Facts, factView{Key: key, Text: text, Link: link, More: more})
		}
	}
	put("id", formatID(v.Call), "", "")
	party := f.OutsideNumber
	if f.Anonymous {
		party = say(v.Lang, "call.fact.withheld")
	}
	put("party", party, "", f.Party())
	put("line", strings.TrimSpace(f.Line.Name+" "+f.Line.Digits), "", d.inboxName(ctx, v, known.Story.Inbox))
	put("agents", agentsOf(f), "", "")
	written := recalled(known.Ledger, v.ID, v.Call)
	if known.NowErr == nil {
		written = known.Now.Written
	}
	if written.Customer != 0 {
		put("customer", formatID(written.Customer), d.helpScoutLink("customers", formatID(written.Customer)), whyCustomer(v.Lang, known.Story, written.Customer))
	}
	if id := written.Conversation.ID; id != 0 {
		number := written.Conversation.Number
		text := formatID(id)
		if number != 0 {
			text = "#" + formatID(number)
		}
		put("conversation", text, d.helpScoutLink("conversation", formatID(id)), whyConversation(v.Lang, known.Story, id))
	}
	put("settings", d.changedSince(ctx, v, f.StartedAt), "/i/"+v.ID+"/audit", "")
}

// inboxName is the inbox that the call's log goes to.
func (d *Desk) inboxName(ctx context.Context, v *callView, inbox int64) string {
	if inbox == 0 {
		return ""
	}
	for _, one := range d.accounts.look(ctx, v.ID).Inboxes {
		if one.ID == inbox {
			return say(v.Lang, "call.fact.inbox", one.Name)
		}
	}
	return say(v.Lang, "call.fact.inbox", inbox)
}

// agentsOf are those who took part, in their order.
func agentsOf(f calllog.Facts) string {
	var names []string
	put := func(p *calllog.Person) {
		if p == nil {
			return
		}
		name := p.Name
		if name == "" {
			name = p.Email
		}
		if name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for i := range f.Rang {
		put(&f.Rang[i])
	}
	for _, transfer := range f.Transfers {
		put(transfer.By)
		put(transfer.To)
	}
	put(f.Agent)
	return strings.Join(names, " → ")
}

// whyCustomer says how the customer was come by.
func whyCustomer(lang string, s story.Story, customer int64) string {
	for _, item := range slices.Backward(s.Items) {
		if item.Kind == story.Finds && item.Customer == customer && item.How != "" {
			return foundHow(lang, item, s.Settings)
		}
	}
	return ""
}

// whyConversation says why the log went there.
func whyConversation(lang string, s story.Story, conversation int64) string {
	for _, item := range slices.Backward(s.Items) {
		switch {
		case item.Conversation != conversation:
		case item.Kind == story.Opens && item.Existing:
			return say(lang, "call.why.meanwhile")
		case item.Kind == story.Opens:
			return say(lang, "call.why.opened")
		case item.Kind == story.Chooses && item.LegOf != 0:
			return say(lang, "call.why.leg", item.LegOf)
		case item.Kind == story.Chooses:
			return say(lang, "call.why.chosen")
		}
	}
	return ""
}

// changedSince says whether the settings that the call keeps to are still in force.
func (d *Desk) changedSince(ctx context.Context, v *callView, begun time.Time) string {
	if begun.IsZero() {
		return ""
	}
	entries, err := d.cfg.Store.AuditTrail(ctx, v.ID, 0, perPage)
	if err != nil {
		return "" // the page tells the rest
	}
	changes := 0
	for _, entry := range entries {
		if entry.Before != nil && entry.At.After(begun) {
			changes++
		}
	}
	if changes == 0 {
		return say(v.Lang, "call.fact.same_settings")
	}
	return sayMany(v.Lang, "call.fact.other_settings", changes)
}

func hasLine(line int64) func(settings.Number) bool {
	return func(n settings.Number) bool { return n.AircallNumber == line }
}

// receivedView is an event of Aircall as it came, without what must not be read here.
type receivedView struct {
	Name, Text string
	At         time.Time
	Times      int
}

func receivedOf(received story.Received) receivedView {
	return receivedView{Name: received.Event.Name, At: received.At, Times: received.Times, Text: blanked(received.Event)}
}

var (
	// digitRuns are numbers as people write them, within a text.
	digitRuns = regexp.MustCompile(`\+?\d(?:[ ().\-/]{0,2}\d){6,}`)
	// numberKeys hold a number and nothing else.
	numberKeys = []string{"outside_number", "transferred_to_outside", "digits", "conference"}
	// plainKeys hold no number, though they look like it: times and digests.
	plainKeys = []string{"id", "at", "started_at", "answered_at", "ended_at", "time_zone", "page"}
)

// blanked writes an event down without secrets and numbers: links that need no
// sign-in are left out, and of numbers the last four digits stay.
func blanked(event calllog.Event) string {
	document, err := json.Marshal(event)
	if err != nil {
		return ""
	}
	// Numbers are kept as they are written: an id must not become 4.1e9.
	decoder := json.NewDecoder(strings.NewReader(string(document)))
	decoder.UseNumber()
	var value any
	if decoder.Decode(&value) != nil {
		return ""
	}
	text, err := json.MarshalIndent(blank("", value), "", "  ")
	if err != nil {
		return ""
	}
	return string(text)
}

func blank(key string, value any) any {
	switch value := value.(type) {
	case map[string]any:
		for name, inner := range value {
			value[name] = blank(name, inner)
		}
		return value
	case []any:
		for i, inner := range value {
			value[i] = blank(key, inner)
		}
		return value
	case string:
		switch {
		case key == "link" && value != "":
			return blankSign
		case slices.Contains(plainKeys, key):
			return value
		case slices.Contains(numberKeys, key):
			return lastFour(value)
		default:
			return digitRuns.ReplaceAllStringFunc(calllog.BlankNumbers(value), lastFour)
		}
	default:
		return value
	}
}

const blankSign = "••••"

// lastFour leaves of a number what people tell numbers apart by.
func lastFour(number string) string {
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, number)
	if len(digits) <= 4 {
		return blankSign
	}
	return blankSign + digits[len(digits)-4:]
}

// summary is what can be sent to whoever helps: everything of importance, and
// nothing about people.
func (v *callView) summary(address string, known knownCall) string {
	var out []string
	line := func(key, text string) {
		if text != "" {
			out = append(out, say(v.Lang, key)+": "+text)
		}
	}
	line("call.copy.call", formatID(v.Call)+", "+v.ID)
	line("call.copy.page", strings.TrimRight(address, "/")+"/i/"+v.ID+"/calls/"+formatID(v.Call))
	line("call.copy.status", v.How)
	if p := known.Now.Parked; p != nil {
		line("call.copy.problem", string(p.Problem)+" "+statusCode(p.Status)+p.Message)
		line("call.copy.since", p.Since.UTC().Format(time.RFC3339)+", "+sayMany(v.Lang, "call.tries", p.Attempts))
	}
	for _, mark := range v.Marks {
		out = append(out, "- "+mark.Part+": "+say(v.Lang, "mark."+mark.Mark))
	}
	written := recalled(known.Ledger, v.ID, v.Call)
	if written.Customer != 0 {
		line("call.fact.customer", formatID(written.Customer))
	}
	if written.Conversation.ID != 0 {
		line("call.fact.conversation", formatID(written.Conversation.ID))
	}
	for _, item := range known.Story.Items {
		if item.Problem() {
			out = append(out, "- "+item.At.UTC().Format(time.RFC3339)+" "+string(item.Kind)+" "+string(item.Part)+" "+string(item.State)+failureCode(item.Failure)+" x"+strconv.Itoa(item.Tries))
		}
	}
	line("call.copy.keys", strings.Join(v.Sealed, ", "))
	return strings.Join(out, "\n")
}

func statusCode(status int) string {
	if status == 0 {
		return ""
	}
	return strconv.Itoa(status) + " "
}

func failureCode(f *story.Failure) string {
	if f == nil {
		return ""
	}
	return " " + strings.TrimSpace(string(f.Problem)+" "+statusCode(f.Status)+f.Message)
}
