package worker_test

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"pgregory.net/rapid"

	"callscout/aircall"
)

// The kinds of calls that are drawn.
const (
	inboundAnswered    = "inbound answered"
	missedCall         = "missed"
	voicemailLeft      = "voicemail"
	callbackRequest    = "callback request"
	outboundAnswered   = "outbound answered"
	outboundUnanswered = "outbound unanswered"
	transferred        = "transferred to a colleague"
	failedTransfer     = "failed transfer"
)

var drawnKinds = []string{inboundAnswered, missedCall, voicemailLeft, callbackRequest, outboundAnswered, outboundUnanswered, transferred, failedTransfer}

var missedReasons = []string{"out_of_opening_hours", "short_abandoned", "abandoned_in_ivr", "abandoned_in_classic", "no_available_agent", "agents_did_not_answer"}

// agents are those of Aircall; Otto is no user of Help Scout.
var agents = map[int64]struct{ name, email string }{
	9:  {"Mia Berg", "mia.berg@acme.example"},
	10: {"Jonas Falk", "jonas.falk@acme.example"},
	11: {"Otto Lang", "otto.lang@elsewhere.example"},
}

const (
	mia, jonas, otto = 9, 10, 11
	jonasUser        = 613
)

// moment is what is true of a call once something has happened, and the event by
// which Aircall tells it.
type moment struct {
	at    time.Duration
	event string
	// ringing is whose phone rings: in this event's body only.
	ringing int64

	outbound, anonymous, callback bool
	answeredAt, endedAt           time.Duration // 0 is never
	reason                        string
	agent, by, to                 int64
	tags                          []string
	comments                      []comment
	recording, voicemail          bool
}

// callbackTag is Aircall's own; agentTags are those that agents set here.
const callbackTag = "Callback Request"

var agentTags = []string{"Refund", "Urgent", "Inbound", "VIP"}

func (m moment) allTags() []string {
	if m.callback {
		return append(slices.Clone(m.tags), callbackTag)
	}
	return m.tags
}

type comment struct {
	id int64
	by int64
	at time.Duration
}

func (c comment) text() string { return fmt.Sprintf("what agents noted as %d", c.id) }

// delivery is an event at the moment at which it reaches Callscout.
type delivery struct {
	at time.Duration
	moment
}

// happening changes what is true and is told by an event.
type happening struct {
	at    time.Duration
	event string
	of    func(*moment)
}

// drawnCall is one call with all that Aircall tells of it.
type drawnCall struct {
	kind    string
	moments []moment
	// known says that Aircall's REST still has the call.
	known      bool
	deliveries []delivery
}

func drawSeconds(t *rapid.T, least, most int, what string) time.Duration {
	return time.Duration(rapid.IntRange(least, most).Draw(t, what)) * time.Second
}

func drawCall(t *rapid.T) drawnCall {
	d := drawnCall{kind: rapid.SampledFrom(drawnKinds).Draw(t, "kind"), known: rapid.Bool().Draw(t, "known to REST")}
	start := moment{event: aircall.EventCallCreated}
	start.outbound = d.kind == outboundAnswered || d.kind == outboundUnanswered
	agent := rapid.SampledFrom([]int64{mia, otto}).Draw(t, "agent")
	if start.outbound {
		start.agent = agent
	} else {
		start.anonymous = drawSeldom(t, "anonymous")
	}
	story := d.talk(t, agent)
	slices.SortStableFunc(story, func(a, b happening) int { return cmp.Compare(a.at, b.at) })
	d.moments = []moment{start}
	if !start.outbound {
		ringing := start
		ringing.event, ringing.ringing = aircall.EventCallRingingOnAgent, jonas
		d.moments = append(d.moments, ringing)
	}
	now := start
	for _, next := range story {
		// No two events in one second: which of them is true would be for Aircall to say.
		now.at, now.event = max(next.at, now.at+time.Second), next.event
		next.of(&now)
		d.moments = append(d.moments, now)
	}
	d.deliveries = drawDeliveries(t, d.moments)
	return d
}

// talk is what happens from the ring on.
func (d *drawnCall) talk(t *rapid.T, agent int64) []happening {
	var story []happening
	add := func(at time.Duration, event string, of func(*moment)) {
		story = append(story, happening{at, event, of})
	}
	answer := drawSeconds(t, 2, 60, "ringing")
	hangup := answer
	reason := ""
	switch d.kind {
	case inboundAnswered, outboundAnswered, transferred, failedTransfer:
		hangup += drawSeconds(t, 5, 400, "talking")
		add(answer, aircall.EventCallAnswered, func(m *moment) { m.answeredAt, m.agent = m.at, agent })
	case missedCall, voicemailLeft:
		reason = rapid.SampledFrom(missedReasons).Draw(t, "reason")
	}
	half := answer + ((hangup - answer) / 2).Truncate(time.Second)
	switch d.kind {
	case transferred:
		add(half, aircall.EventCallTransferred, func(m *moment) { m.agent, m.by, m.to = jonas, agent, jonas })
	case failedTransfer:
		add(half, aircall.EventCallUnsuccessfulTransfer, func(m *moment) { m.by, m.to = agent, jonas })
	}
	add(hangup, aircall.EventCallHungup, func(m *moment) { m.endedAt, m.reason = m.at, reason })
	soon := rapid.Bool().Draw(t, "media in the last word")
	recorded := hangup > answer && rapid.Bool().Draw(t, "recorded")
	media := func(m *moment) { m.recording, m.voicemail = recorded, d.kind == voicemailLeft }
	add(hangup+30*time.Second, aircall.EventCallEnded, func(m *moment) {
		if soon {
			media(m)
		}
	})
	if d.kind == voicemailLeft || recorded {
		event := map[bool]string{true: aircall.EventCallVoicemailLeft, false: aircall.EventCallCommAssetsGenerated}[d.kind == voicemailLeft]
		add(hangup+30*time.Second+drawSeconds(t, 3, 1500, "media after"), event, media)
	}
	if d.kind == callbackRequest {
		add(hangup+time.Second, aircall.EventCallTagged, func(m *moment) { m.callback = true })
	}
	return append(story, drawAgentsWork(t, answer, hangup)...)
}

// drawAgentsWork is what agents note, tag and untag while they talk and afterwards.
func drawAgentsWork(t *rapid.T, answer, hangup time.Duration) []happening {
	var story []happening
	at := answer
	for i := range rapid.SampledFrom([]int{0, 1, 2, 3, 4, 5}).Draw(t, "agents' work") {
		if rapid.Bool().Draw(t, "after the call") {
			at = max(at, hangup)
		}
		at += drawSeconds(t, 1, 600, "work after")
		id := int64(900 + i)
		tag := rapid.SampledFrom(agentTags).Draw(t, "tag")
		work := happening{at: at}
		switch rapid.SampledFrom([]string{"comment", "tag", "untag"}).Draw(t, "work") {
		case "comment":
			work.event = aircall.EventCallCommented
			work.of = func(m *moment) { m.comments = append(slices.Clone(m.comments), comment{id, mia, m.at}) }
		case "tag":
			work.event = aircall.EventCallTagged
			work.of = func(m *moment) {
				if !slices.Contains(m.tags, tag) {
					m.tags = append(slices.Clone(m.tags), tag)
				}
			}
		default:
			work.event = aircall.EventCallUntagged
			work.of = func(m *moment) {
				m.tags = slices.DeleteFunc(slices.Clone(m.tags), func(name string) bool { return name == tag })
			}
		}
		story = append(story, work)
	}
	return story
}

// drawDeliveries delays, repeats and loses events, each by itself. At least one
// comes.
func drawDeliveries(t *rapid.T, moments []moment) []delivery {
	delay := rapid.OneOf(rapid.IntRange(0, 5), rapid.IntRange(0, 120), rapid.IntRange(0, 4000), rapid.IntRange(4000, 20000))
	fates := []string{"at once", "at once", "at once", "at once", "late", "twice", "lost"}
	if rapid.Bool().Draw(t, "all goes well") {
		fates = fates[:1]
	}
	var out []delivery
	come := func(m moment, seconds int) {
		// Each delivery has a millisecond of its own, so that nothing happens at the
		// same moment and the order is what was drawn.
		own := time.Duration(11+7*len(out)) * time.Millisecond
		out = append(out, delivery{m.at + time.Duration(seconds)*time.Second + own, m})
	}
	for _, m := range moments {
		switch rapid.SampledFrom(fates).Draw(t, m.event) {
		case "at once":
			come(m, 0)
		case "late":
			come(m, delay.Draw(t, "delay"))
		case "twice":
			come(m, 0)
			come(m, delay.Draw(t, "delay"))
		}
	}
	if len(out) == 0 {
		come(rapid.SampledFrom(moments).Draw(t, "the one that comes"), 0)
	}
	slices.SortFunc(out, func(a, b delivery) int { return cmp.Compare(a.at, b.at) })
	return out
}
