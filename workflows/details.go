package workflows

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"callscout/activities/contract"
	"callscout/calllog"
)

// details is what somebody reads who opens the run: what call it is, what is
// written where, what is missing, and how it goes on. Markdown, and without
// numbers and names of people.
func (c *call) details(status Status, step calllog.Step) string {
	var out strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&out, format+"\n", args...) }

	outcome := string(c.facts.Outcome())
	if outcome == "" {
		outcome = "still open"
	}
	line("**%s**: %s", Summary(c.facts), outcome)
	line("")
	line("- Log: **%s**", strings.ReplaceAll(string(status), "_", " "))
	if c.Backfilled {
		line("- Backfilled: found in Aircall's list after it had ended, and logged in its own time")
	}
	line("- [Aircall call %d](%s/calls/%d)", c.CallID, strings.TrimRight(c.AircallURL, "/"), c.CallID)
	if id := c.Written.Conversation.ID; id != 0 {
		line("- [Help Scout conversation %d](%s/conversation/%d)", id, strings.TrimRight(c.HelpScoutURL, "/"), id)
	}
	c.detailPeople(line)
	if written := c.writtenNames(); len(written) > 0 {
		line("- Written: %s", strings.Join(written, ", "))
	}
	if missing := c.missingParts(); len(missing) > 0 {
		line("- Missing: %s", strings.Join(missing, ", "))
	}
	if reason := c.reason(); reason != "" && status == StatusSkipped {
		line("- Not logged: %s", reason)
	}
	if p := c.Parked; p != nil {
		p.tell(line, fmt.Sprintf("To retry, run `callscout call retry %d`, or send the update `retry` to this run; to give the log up, "+
			"use `skip` with a reason in the same way.", c.CallID))
		return out.String()
	}
	tellNext(line, step.Do, step.Why, step.Until)
	return out.String()
}

// tell says why a run stands still, what a person can do, and how.
func (p *Parked) tell(line func(string, ...any), how string) {
	line("")
	line("### Needs attention since %s", p.Since.UTC().Format(time.DateTime)+" UTC")
	line("While doing this: %s.", p.Doing)
	line("")
	line("%s %s", p.Problem.Explain(), p.Message)
	line("")
	line("**What to do:** %s %s Without either it is tried again at %s UTC.", p.Problem.Remedy(), how, p.NextTry.UTC().Format(time.DateTime))
}

// tellNext says how a run goes on by itself.
func tellNext(line func(string, ...any), do calllog.Action, why string, until time.Time) {
	switch do {
	case calllog.Wait:
		line("- Next: %s, at the latest %s UTC", lowerFirst(why), until.UTC().Format(time.DateTime))
	case calllog.Finish:
	default:
		line("- Next: %s", lowerFirst(why))
	}
}

// detailPeople says whom the call is for and why that one, and what was done for
// the agent and in Aircall's address book.
func (c *call) detailPeople(line func(string, ...any)) {
	greeting := c.Greeting
	switch found := greeting.Found; {
	case found != nil && found.Customer != 0:
		line("- Customer %s: %s", c.customerLink(found.Customer), c.howFound(found))
	case found != nil:
		line("- Customer: nobody has the number")
	case c.Written.Customer != 0:
		line("- Customer %s", c.customerLink(c.Written.Customer))
	}
	if text := greeting.Card.text(); text != "" {
		line("- Insight card: %s", text)
	}
	if text := greeting.Named.text(); text != "" {
		line("- Name of the customer: %s", text)
	}
	if text := greeting.Contact.text(); text != "" {
		line("- Contact in Aircall: %s", text)
	}
}

func (c *call) customerLink(customer int64) string {
	return fmt.Sprintf("[%d](%s)", customer, calllog.CustomerURL(c.HelpScoutURL, customer))
}

var waysFound = map[calllog.How]string{
	calllog.Remembered:    "known from an earlier call of this number",
	calllog.FoundByNumber: "found by the number",
	calllog.MadeByCall:    "made, since nobody had the number",
	calllog.JoinedByEmail: "found by the contact's e-mail address, and given the number",
}

func (c *call) howFound(found *contract.FindCustomerResult) string {
	text := waysFound[found.How]
	if c.facts.Anonymous {
		text = "shared by all callers who withhold their number"
	}
	if len(found.Others) == 0 {
		return text
	}
	var others []string
	for _, other := range found.Others {
		others = append(others, c.customerLink(other.ID))
	}
	return fmt.Sprintf("%s and chosen by the rule %s; the number also belongs to %s",
		text, c.Settings.Matching.Rule, strings.Join(others, ", "))
}

// text says what came of it, and why nothing did.
func (d Deed) text() string {
	if d.Problem == "" {
		return d.Did
	}
	return strings.TrimSpace(fmt.Sprintf("%s: %s %s", d.Did, d.Problem.Explain(), d.Message))
}

func (c *call) writtenNames() []string {
	var names []string
	for _, part := range c.Written.Parts {
		names = append(names, strings.NewReplacer("-", " ", "/", " ").Replace(string(part)))
	}
	if len(c.Written.Tags) > 0 {
		tags := slices.Clone(c.Written.Tags)
		names = append(names, fmt.Sprintf("%d tags", len(tags)))
	}
	return names
}

func lowerFirst(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToLower(text[:1]) + text[1:]
}
