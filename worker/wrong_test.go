package worker_test

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"callscout/calllog"
	"callscout/simulator"
)

func lines(heading string, list []string) string {
	return heading + "\n  " + strings.Join(list, "\n  ")
}

// wrong lists how what stands in Help Scout differs from what should.
type wrong []string

func (w *wrong) unless(right bool, format string, args ...any) {
	if !right {
		*w = append(*w, fmt.Sprintf(format, args...))
	}
}

func (p *play) wrong() wrong {
	var w wrong
	for i, run := range p.runs {
		w.unless(run.err == nil, "run %d: %v", i+1, run.err)
	}
	e := p.expected()
	after := p.helpScout.Conversations()
	anonymous := see(p.runs[0].heard).anonymous
	place := p.place(anonymous)
	var log []part
	for i, conversation := range after {
		w.unless(!slices.Contains(conversation.Tags, "call in progress"), "conversation %d: the in-progress tag is left", i)
		found := p.parts(conversation)
		log = append(log, found...)
		switch {
		case i == place && len(found) > 0:
			p.checkTags(&w, e, conversation, p.before[i].Tags)
			p.checkExisting(&w, e, conversation, p.before[i], len(found))
		case i < len(p.before):
			w.unless(fmt.Sprint(conversation) == fmt.Sprint(p.before[i]), "conversation %d was touched: %v, before: %v", i, conversation, p.before[i])
		default:
			w.unless(place < 0, "conversation %d is new, though there is %d", i, place)
			p.checkTags(&w, e, conversation, nil)
			p.checkNew(&w, e, conversation, len(found))
		}
	}
	w.unless(len(after) <= len(p.before)+1, "%d new conversations", len(after)-len(p.before))
	customers := max(p.customers, 1)
	if anonymous {
		customers = p.customers + 1
	}
	w.unless(len(p.helpScout.Customers()) <= customers, "%d customers, at most %d", len(p.helpScout.Customers()), customers)
	w.unless(len(p.aircall.Contacts()) <= 1, "%d contacts", len(p.aircall.Contacts()))
	p.checkParts(&w, e, log)
	return w
}

// part is one thread of the call's log.
type part struct{ name, text, body string }

var referenceLine = regexp.MustCompile(`Aircall call (\d+) / (start|end|comment \d+|voicemail|recording)`)

func (p *play) parts(c simulator.Conversation) []part {
	var out []part
	for _, thread := range c.Threads {
		text := calllog.VisibleText(thread.Body)
		for _, match := range referenceLine.FindAllStringSubmatch(text, -1) {
			out = append(out, part{name: match[2], text: text, body: thread.Body})
		}
	}
	return out
}

func (p *play) checkParts(w *wrong, e expected, log []part) {
	count := func(has func(part) bool) (n int) {
		for _, one := range log {
			if has(one) {
				n++
			}
		}
		return n
	}
	named := func(name string) int { return count(func(one part) bool { return one.name == name }) }
	if !e.mayBeLogged {
		w.unless(len(log) == 0, "a call that is not to be logged has %d parts", len(log))
		return
	}
	once := func(what string, n int, must, may bool) {
		w.unless(n <= 1 && (n == 1 || !must) && (n == 0 || may), "%s stands %d times (must: %v, may: %v)", what, n, must, may)
	}
	once("the end log", named("end"), e.mustBeLogged, true)
	w.unless(slices.Contains(e.start, named("start")), "the first log stands %d times, not %v", named("start"), e.start)
	known := []string{"start", "end", "recording", "voicemail"}
	for i := range int64(10) {
		c := comment{id: 900 + i}
		is := func(other comment) bool { return other.id == c.id }
		must, may := slices.ContainsFunc(e.must.comments, is), slices.ContainsFunc(e.may.comments, is)
		name := fmt.Sprintf("comment %d", c.id)
		known = append(known, name)
		once(name, count(func(one part) bool { return strings.Contains(one.text, c.text()) }), must, may)
		once("the thread of "+name, named(name), false, may)
	}
	link := func(name string, must, may bool) {
		once("the link to the "+name, count(func(one part) bool { return strings.Contains(one.body, p.page(name)) }), must, may)
		once("the thread of the "+name, named(name), false, may)
	}
	link("recording", e.must.recording, e.may.recording)
	link("voicemail", e.must.voicemail, e.may.voicemail)
	for _, one := range log {
		w.unless(slices.Contains(known, one.name), "%q should not be there", one.name)
	}
}

func (p *play) checkTags(w *wrong, e expected, c simulator.Conversation, people []string) {
	must, may := people, slices.Concat(people, e.may.tags)
	if e.mustBeLogged {
		must = slices.Concat(people, e.must.tags)
	}
	for _, tag := range must {
		w.unless(slices.Contains(c.Tags, tag), "conversation %d lacks the tag %q", c.Number, tag)
	}
	for _, tag := range c.Tags {
		w.unless(slices.Contains(may, tag), "conversation %d has the tag %q", c.Number, tag)
	}
}

func (p *play) checkExisting(w *wrong, e expected, c, before simulator.Conversation, parts int) {
	status := before.Status
	if status == "closed" {
		status = "active" // only the rule chooses a closed one
	}
	w.unless(c.Status == status, "conversation %d is %s, not %s", c.Number, c.Status, status)
	w.unless(c.MailboxID == before.MailboxID && c.Subject == before.Subject && c.CustomerID == before.CustomerID, "conversation %d has changed", c.Number)
	w.unless(len(c.Threads)-lineItems(c) == len(before.Threads)+parts, "conversation %d has threads that are no part of the log", c.Number)
	w.unless(fmt.Sprint(c.Threads[:len(before.Threads)]) == fmt.Sprint(before.Threads), "conversation %d: the threads before are changed", c.Number)
	p.checkOwner(w, e, c, before.Assignee)
}

func (p *play) checkNew(w *wrong, e expected, c simulator.Conversation, parts int) {
	w.unless(e.mayBeLogged, "conversation %d should not be there", c.Number)
	w.unless(c.MailboxID == inbox, "conversation %d stands in inbox %d", c.Number, c.MailboxID)
	w.unless(slices.Contains(e.status, c.Status), "conversation %d is %s, not %v", c.Number, c.Status, e.status)
	w.unless(len(c.Threads)-lineItems(c) == parts, "conversation %d has threads that are no part of the log", c.Number)
	p.checkOwner(w, e, c, 0)
}

func (p *play) checkOwner(w *wrong, e expected, c simulator.Conversation, before int64) {
	kept := c.Assignee == before
	if before != 0 && !p.settings.Calls.ReassignOwned {
		w.unless(kept, "conversation %d belongs to %d, not to %d as before", c.Number, c.Assignee, before)
		return
	}
	w.unless(slices.Contains(e.users, c.Assignee) || kept && e.nobody, "conversation %d belongs to %d: before to %d, may be %v or as before: %v", c.Number, c.Assignee, before, e.users, e.nobody)
}

// story tells a failing draw so that it can be followed by hand.
func (p *play) story() string {
	s := p.settings
	out := []string{fmt.Sprintf("Call: %s, known to REST: %v", p.kind, p.known), fmt.Sprintf(
		"Settings: to %s, reopen closed %v, assign %v, reassign %v, closed after %v, operational tags %v, types %v, anonymous %s",
		s.Calls.LogTo, s.Calls.ReopenClosed, s.Calls.AssignConversation, s.Calls.ReassignOwned, s.Calls.ClosedAfter, s.Tags.Operational, s.Calls.Types, s.Contacts.Anonymous)}
	for _, state := range p.helpScout.Faults() {
		f := state.Fault
		out = append(out, fmt.Sprintf("Fault: %s %s %s, after %d, %d times (was applied %d times)", f.Name, f.Method, f.PathPattern, f.Skip, f.Times, state.Applied))
	}
	var happened []string
	for _, m := range p.moments {
		happened = append(happened, fmt.Sprintf("%8s %s", m.at, m))
	}
	out = append(out, lines("What happened:", happened))
	for i, run := range p.runs {
		var came []string
		for _, h := range run.heard {
			what := fmt.Sprintf("%8s %s of %s", h.at.Truncate(time.Second), h.event, h.told.Truncate(time.Second))
			if h.vanished {
				what += ": Aircall knows no such call"
			}
			came = append(came, what)
		}
		out = append(out, lines(fmt.Sprintf("Run %d heard:", i+1), came), fmt.Sprintf("  and ended with %+v, %v", run.result, run.err))
	}
	var asked []string
	for _, r := range p.helpScout.Requests() {
		if r.Method != http.MethodGet || r.Fault != "" {
			asked = append(asked, fmt.Sprintf("%8s %s %s -> %d %s", r.At.Sub(p.ring).Truncate(time.Second), r.Method, r.Path, r.Status, r.Fault))
		}
	}
	out = append(out, lines("Help Scout was asked:", asked), lines("Before:", p.shown(p.before)), lines("After:", p.shown(p.helpScout.Conversations())))
	return strings.Join(out, "\n")
}

func (p *play) shown(all []simulator.Conversation) []string {
	var out []string
	for _, c := range all {
		var parts []string
		for _, one := range p.parts(c) {
			parts = append(parts, one.name)
		}
		out = append(out, fmt.Sprintf("%d in inbox %d: %s, owner %d, tags %q, log %q", c.Number, c.MailboxID, c.Status, c.Assignee, c.Tags, parts))
	}
	return out
}

func (m moment) String() string {
	return fmt.Sprintf("%s (agent %d, tags %q, comments %d, recording %v, voicemail %v)", m.event, m.agent+m.ringing, m.allTags(), len(m.comments), m.recording, m.voicemail)
}
