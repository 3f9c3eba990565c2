package worker_test

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"callscout/settings"
)

// view is what somebody can know of a call who has heard something of it.
type view struct {
	outbound, anonymous      bool
	answered, over, callback bool
	recording, voicemail     bool
	tags, seenTags           []string
	comments                 []comment
	agent                    int64
}

// see joins what was heard, in the order in which it was told.
func see(all []heard) view {
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b heard) int { return cmp.Compare(a.told, b.told) })
	var v view
	for _, h := range all {
		if h.vanished {
			v.over = true
			continue
		}
		v.outbound, v.anonymous, v.callback = h.outbound, h.anonymous, h.callback
		v.answered, v.over = v.answered || h.answeredAt != 0, v.over || h.endedAt != 0
		v.recording, v.voicemail = v.recording || h.recording, v.voicemail || h.voicemail
		v.tags = nil
		for _, tag := range h.tags {
			v.tags = append(v.tags, strings.ToLower(tag))
		}
		v.seenTags = append(v.seenTags, v.tags...)
		v.comments = append(v.comments, h.comments...)
		if h.agent != 0 {
			v.agent = h.agent
		}
	}
	return v
}

func (v view) kind() settings.CallType {
	switch {
	case v.answered && v.outbound:
		return settings.OutboundAnswered
	case v.answered:
		return settings.InboundAnswered
	case !v.over:
		return ""
	case v.outbound:
		return settings.OutboundUnanswered
	case v.voicemail:
		return settings.Voicemail
	default:
		return settings.Missed
	}
}

func (v view) operationalTags() []string {
	tags := []string{"phone-number-support us", "inbound"}
	if v.outbound {
		tags[1] = "outbound"
	}
	if !v.outbound && v.over && !v.answered {
		tags = append(tags, "missed call")
	}
	if v.voicemail {
		tags = append(tags, "voicemail")
	}
	if v.callback {
		tags = append(tags, "callback")
	}
	return tags
}

// expected is what may stand in Help Scout, and what must. They differ where a
// call was taken for another one for a while: a missed call until its voicemail
// is heard of, or one that REST does not know.
type expected struct {
	mayBeLogged, mustBeLogged bool
	must, may                 told
	// users may own the conversation; nobody says that it may stay as it was.
	users  []int64
	nobody bool
	// status are those of a new conversation.
	status []string
	// start is how many first logs there may be.
	start []int
}

// told is what the log says beside its two main parts.
type told struct {
	tags                 []string
	comments             []comment
	recording, voicemail bool
}

func (p *play) expected() expected {
	e := expected{}
	var all []heard
	for i, run := range p.runs {
		all = append(all, run.heard...)
		p.expectOfRun(&e, run.heard, i == 0)
	}
	// What was last said of an agent's tag holds. A run knows only what it has heard
	// itself, so a tag is uncertain where two of them were told different things.
	last := see(all).tags
	var put, off []string
	for _, run := range p.runs {
		v := see(run.heard)
		for _, tag := range v.seenTags {
			if !slices.Contains(v.tags, tag) {
				off = append(off, tag)
			}
		}
		if p.wanted(v) {
			put = append(put, v.tags...)
		}
		if e.mayBeLogged {
			e.may.tags = append(e.may.tags, v.tags...)
		}
	}
	for _, tag := range last {
		if slices.Contains(put, tag) && !slices.Contains(off, tag) {
			e.must.tags = append(e.must.tags, tag)
		}
	}
	return e
}

func (p *play) expectOfRun(e *expected, all []heard, first bool) {
	s := p.settings
	final := see(all)
	if final.anonymous && s.Contacts.Anonymous == settings.SkipAnonymous {
		return
	}
	var answered, over time.Duration = -1, -1
	for i := range all {
		v := see(all[:i+1])
		if v.answered && answered < 0 {
			answered = all[i].at
		}
		if v.over && over < 0 {
			over = all[i].at
		}
		if !p.wanted(v) {
			continue
		}
		e.mayBeLogged = true
		p.add(&e.may, v)
		if v.over {
			status := "active"
			if slices.Contains(s.Calls.ClosedAfter, v.kind()) {
				status = "closed"
			}
			e.status = append(e.status, status)
		}
		if user := map[int64]int64{mia: agentUser, jonas: jonasUser}[v.agent]; user != 0 && s.Calls.AssignConversation {
			e.users = append(e.users, user)
		} else if v.answered || v.over {
			e.nobody = true
		}
	}
	if !p.wanted(final) {
		e.start = []int{0, 1}
		return
	}
	e.mustBeLogged = true
	p.add(&e.must, final)
	switch {
	case !first:
	case answered < 0 || over <= answered:
		e.start = []int{0}
	case len(p.faults) == 0 && over-answered > time.Second:
		e.start = []int{1}
	default:
		e.start = []int{0, 1}
	}
}

// wanted says that the company logs calls like this one.
func (p *play) wanted(v view) bool { return slices.Contains(p.settings.Calls.Types, v.kind()) }

func (p *play) add(t *told, v view) {
	if p.settings.Tags.Operational {
		t.tags = append(t.tags, v.operationalTags()...)
	}
	t.comments = append(t.comments, v.comments...)
	t.recording, t.voicemail = t.recording || v.recording, t.voicemail || v.voicemail
}

// place is the conversation that the call belongs to, by its place among those
// that were there before; -1 is a new one.
func (p *play) place(anonymous bool) int {
	place := -1
	if anonymous || p.settings.Calls.LogTo == settings.NewConversation {
		return place
	}
	rank := func(i int) (open bool, eligible bool) {
		c := p.before[i]
		open = c.Status == "active" || c.Status == "pending"
		recent := c.Status == "closed" && p.ring.Sub(c.ClosedAt) < 48*time.Hour
		return open, c.MailboxID == inbox && (open || recent && p.settings.Calls.ReopenClosed)
	}
	for i, c := range p.before {
		open, eligible := rank(i)
		if !eligible {
			continue
		}
		if place >= 0 {
			best := p.before[place]
			bestOpen, _ := rank(place)
			if bestOpen && !open || bestOpen == open && best.ModifiedAt.After(c.ModifiedAt) {
				continue
			}
		}
		place = i
	}
	return place
}
