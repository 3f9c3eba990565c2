package cli

import (
	"fmt"
	"strings"
	"time"

	"callscout/calllog"
	"callscout/explain"
	"callscout/phone"
)

// printAnswer says what would be done: the answer in one sentence, and then each
// decision.
func (p *Process) printAnswer(a explain.Answer) error {
	t := &answerText{}
	t.line("Nothing was written.")
	t.line("%s", verdictText(a))
	for _, one := range a.Unknown {
		t.line("Not known: %s could not be looked up (%s). The answer is one without.", lookupTexts[one.What], problemText(string(one.Problem)))
	}
	t.number(a)
	t.customer(a.Customer)
	t.conversation(a)
	if len(a.Threads) > 0 {
		t.section("Threads")
	}
	for i, thread := range a.Threads {
		t.item("%d. %s, %s UTC, %s:", i+1, threadKind(thread.Kind), thread.At.UTC().Format(time.DateTime), authorText(thread.Author))
		if thread.Refused != 0 {
			t.item("   Help Scout would refuse it (%d).", thread.Refused)
		}
		t.item("   %s", thread.Text)
	}
	if a.Conversation != nil {
		t.section("Tags and assignment")
		t.item("Tags at the end: %s.", listText(a.Tags))
		t.item("%s", ownerText(a))
		t.section("Insight card")
		t.card(a)
	}
	if a.Cost != (explain.Cost{}) {
		t.section("Cost")
		t.item("Help Scout: %s in %s. Aircall: %s.", counted(a.Cost.HelpScoutUnits, "unit"), counted(a.Cost.HelpScoutRequests, "request"), counted(a.Cost.AircallRequests, "request"))
		t.section("Assumed")
		t.item("Customers, conversations and settings are taken as they are now.")
		if a.Call == 0 {
			t.item("The call is made up: answered after 10 seconds if it is, without agent, contact, tags or AI notes.")
		}
	}
	_, err := fmt.Fprint(p.Out, t.String())
	return err
}

type answerText struct{ strings.Builder }

func (t *answerText) line(format string, args ...any) {
	_, _ = fmt.Fprintf(t, format+"\n", args...)
}

func (t *answerText) section(name string) { t.line("\n%s", name) }

func (t *answerText) item(format string, args ...any) { t.line("  "+format, args...) }

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func listText(list []string) string {
	if len(list) == 0 {
		return "none"
	}
	return strings.Join(list, ", ")
}

// verdictText answers in one sentence.
func verdictText(a explain.Answer) string {
	switch {
	case a.NotLogged != nil:
		return "It would not be logged: " + unwantedText(*a.NotLogged, a.Line.ID)
	case a.Stands != nil:
		return fmt.Sprintf("It would need attention: %s", problemText(string(a.Stands.Kind)))
	case len(a.Threads) == 0:
		return fmt.Sprintf("No thread would be written; finding that out costs %s.", counted(a.Cost.HelpScoutUnits, "unit"))
	}
	return fmt.Sprintf("It would be logged in %s of %s, as %s, for %s.", conversationName(a.Conversation), customerName(a.Customer),
		counted(len(a.Threads), "thread"), counted(a.Cost.HelpScoutUnits, "unit"))
}

func conversationName(c *explain.Conversation) string {
	switch {
	case c == nil:
		return "the conversation that it has"
	case c.Made:
		return "a new conversation"
	default:
		return fmt.Sprintf("conversation #%d", c.Number)
	}
}

func customerName(c *explain.Customer) string {
	switch {
	case c == nil:
		return "the customer that it has"
	case c.Made:
		return "a new customer"
	case c.ID == 0:
		return "nobody"
	default:
		return fmt.Sprintf("customer %d", c.ID)
	}
}

func unwantedText(u explain.Unwanted, line int64) string {
	switch u.Why {
	case explain.NotMapped:
		return fmt.Sprintf("line %d is not mapped to an inbox. Map it under numbers in the settings.", line)
	case explain.Paused:
		return "logging is switched off" + bySource(*u.Source) + "."
	case explain.Anonymous:
		return "the number is withheld, and such calls are left out" + bySource(*u.Source) + "."
	case explain.CallType:
		if u.Type == "" {
			return "calls of its direction are left out" + bySource(*u.Source) + "."
		}
		return fmt.Sprintf("calls of the type %s are left out%s.", u.Type, bySource(*u.Source))
	case explain.Skipped:
		return "a person decided to skip it."
	default:
		return "it was over too long before anything was heard of it."
	}
}

func bySource(s explain.Source) string { return " (" + sourceText(s) + ")" }

func sourceText(s explain.Source) string {
	value := s.Value
	if value == "" {
		value = "none"
	}
	return fmt.Sprintf("%s: %s, from %s", s.Setting, value, layerTexts[s.From])
}

var layerTexts = map[explain.Layer]string{
	explain.FromDefault: "the default", explain.FromInstallation: "the installation's settings", explain.FromNumber: "the number's settings",
}

var lookupTexts = map[explain.Lookup]string{
	explain.LookupCustomers: "customers in Help Scout", explain.LookupConversations: "the customer's conversations",
	explain.LookupConversation: "the conversation", explain.LookupUsers: "Help Scout's users",
	explain.LookupContacts: "contacts in Aircall", explain.LookupCall: "the call in Aircall",
}

func (t *answerText) number(a explain.Answer) {
	t.section("Number")
	switch n := a.Number; {
	case n.Kind == phone.Anonymous:
		t.item("It is withheld.")
	case n.Kind == "":
		t.item("Nothing says which it is.")
	case n.E164 == "":
		t.item("%s is no number that can be dialled (%s).", n.Given, n.Kind)
	case n.Given == n.E164:
		t.item("Read as %s%s.", n.E164, inCountry(n.Country))
	default:
		t.item("%s is read as %s%s.", n.Given, n.E164, inCountry(n.Country))
	}
	line := fmt.Sprintf("line %d", a.Line.ID)
	if a.Line.Name != "" {
		line += " (" + a.Line.Name + ")"
	}
	if a.Inbox != 0 {
		line += fmt.Sprintf(", whose calls go to inbox %d", a.Inbox)
	}
	t.item("The call ran over %s.", line)
}

func inCountry(code string) string {
	if code == "" {
		return ""
	}
	return ", country " + code
}

func (t *answerText) customer(c *explain.Customer) {
	if c == nil {
		return
	}
	t.section("Customer")
	t.item("%s: %s", upperFirst(customerName(c)), howTexts[c.How])
	for _, one := range c.Candidates {
		t.item("%s customer %d: %s.", mark(one.Chosen), one.ID, reasonTexts[one.Reason])
	}
	if len(c.Candidates) > 1 {
		t.item("Decided by %s.", sourceText(c.Rule))
	}
}

func (t *answerText) conversation(a explain.Answer) {
	c := a.Conversation
	if c == nil {
		return
	}
	t.section("Conversation")
	switch {
	case c.LegOf != 0:
		t.item("%s, since the call goes on from call %d.", upperFirst(conversationName(c)), c.LegOf)
	case c.Made && len(c.Candidates) == 0:
		t.item("A new conversation: there is none to choose from.")
	case c.Made:
		t.item("A new conversation: none of these can be taken.")
	default:
		t.item("%s.", upperFirst(conversationName(c)))
	}
	for _, one := range c.Candidates {
		t.item("%s conversation #%d (%s): %s.", mark(one.Chosen), one.Number, one.Status, reasonTexts[one.Reason])
	}
	t.item("Decided by %s.", sourceText(c.Rule))
}

func mark(chosen bool) string {
	if chosen {
		return "taken:"
	}
	return "left: "
}

func upperFirst(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

var howTexts = map[calllog.How]string{
	"":                    "nobody has the number.",
	calllog.Remembered:    "an earlier call of the same number found the customer.",
	calllog.FoundByNumber: "found by the number in Help Scout.",
	calllog.MadeByCall:    "nobody has the number.",
	calllog.JoinedByEmail: "found by the e-mail address of Aircall's contact.",
}

// reasonTexts say why somebody or something was taken, or left.
var reasonTexts = map[calllog.Reason]string{
	calllog.ReasonOnly: "the only one", calllog.ReasonUpdatedLast: "updated last", calllog.ReasonUpdated: "updated earlier",
	calllog.ReasonNewest: "the newest", calllog.ReasonOlder: "made earlier", calllog.ReasonOldest: "the oldest", calllog.ReasonNewer: "made later",
	calllog.ReasonHasOpen: "has an open conversation", calllog.ReasonNoOpen: "has no open conversation",
	calllog.ReasonLowestID: "the lowest id of equals", calllog.ReasonHigherID: "a higher id among equals",
	calllog.ReasonMostRecent: "the most recent", calllog.ReasonLessRecent: "less recent", calllog.ReasonHighest: "the highest number of equals",
	calllog.ReasonLowerNumber: "a lower number among equals", calllog.ReasonBehindOpen: "it is closed, and another one is open",
	calllog.ReasonOtherInbox: "it is in another inbox", calllog.ReasonDeleted: "it is deleted", calllog.ReasonDraft: "it is a draft",
	calllog.ReasonSpam: "it is spam", calllog.ReasonClosed: "it is closed, and closed ones are not reopened (calls.reopen_closed)",
	calllog.ReasonClosedLong: "it was closed too long ago (calls.closed_window)", calllog.ReasonLeft: "it takes no log",
	calllog.ReasonOthersStatus: "its status takes no log", calllog.ReasonAlwaysNew: "each call gets a conversation of its own (calls.log_to)",
	calllog.ReasonBelongs: "the call goes on from another one, which stands there",
}

func threadKind(kind string) string {
	if kind == "phone" {
		return "Phone thread"
	}
	return upperFirst(kind)
}

func authorText(user int64) string {
	if user == 0 {
		return "by the user who connected Help Scout"
	}
	return fmt.Sprintf("by user %d", user)
}

func ownerText(a explain.Answer) string {
	if a.Owner == 0 {
		return "It would not be assigned" + bySource(a.Assignment) + "."
	}
	return fmt.Sprintf("It would be assigned to user %d%s.", a.Owner, bySource(a.Assignment))
}

func (t *answerText) card(a explain.Answer) {
	if len(a.Card) == 0 {
		if a.CardBy.Value == "true" {
			t.item("None would be shown: it is shown only while a call goes on.")
			return
		}
		t.item("None would be shown%s.", bySource(a.CardBy))
		return
	}
	for _, line := range a.Card {
		if line.Label != "" {
			t.item("%s: %s", line.Label, line.Text)
			continue
		}
		t.item("%s", line.Text)
	}
}
