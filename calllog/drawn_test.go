package calllog_test

import (
	"fmt"
	"time"

	"pgregory.net/rapid"

	"callscout/aircall"
	"callscout/calllog"
)

// drawn is a whole call as Aircall would tell it: every event carries all that
// is known by then.
type drawn struct {
	events []calllog.Event
	ended  time.Time
	last   keys
}

// drawCall makes a call of any kind, with what may come after its end.
func drawCall(t *rapid.T) drawn {
	seconds := func(least, most int, what string) time.Duration {
		return time.Duration(rapid.IntRange(least, most).Draw(t, what)) * time.Second
	}
	yes := func(what string) bool { return rapid.Bool().Draw(t, what) }

	d := drawn{last: inbound()}
	isInbound, answered := yes("inbound"), yes("answered")
	if !isInbound {
		d.last = outbound()
	}
	if yes("anonymous") {
		d.last["raw_digits"] = "anonymous"
	}
	var now time.Duration
	say := func(name string, more ...keys) {
		d.last = with(d.last, more...)
		d.events = append(d.events, webhook(t, name, now, d.last))
	}
	say(aircall.EventCallCreated)
	if isInbound {
		d.events = append(d.events, webhook(t, aircall.EventCallRingingOnAgent, now, with(d.last, keys{"user": jonas})))
	}
	now += seconds(1, 60, "ringing")
	if answered {
		say(aircall.EventCallAnswered, answeredAfter(now, mia))
		now += seconds(0, 300, "talking")
		if yes("transferred") {
			say(aircall.EventCallTransferred, keys{"user": jonas, "transferred_by": mia, "transferred_to": jonas})
			now += seconds(0, 300, "talking on")
		}
	}
	d.ended = ring.Add(now)
	say(aircall.EventCallHungup, endedAfter(now))
	now += seconds(5, 40, "gathering")
	var late keys
	switch {
	case answered && yes("recorded"):
		late = keys{"asset": fmt.Sprintf("https://assets.aircall.io/calls/%d/recording", callID)}
	case !answered && isInbound && yes("voicemail"):
		late = keys{"voicemail": "https://voicemail.example/signed.mp3"}
	}
	if yes("media in the last word") {
		say(aircall.EventCallEnded, late)
	} else {
		say(aircall.EventCallEnded)
		now += seconds(1, 900, "media")
		say(aircall.EventCallCommAssetsGenerated, late)
	}
	d.drawAfterwork(t, &now, say)
	return d
}

// drawAfterwork is what agents do once the call is over.
func (d *drawn) drawAfterwork(t *rapid.T, now *time.Duration, say func(string, ...keys)) {
	var comments, tags []any
	for i := range rapid.IntRange(0, 3).Draw(t, "comments and tags") {
		*now += time.Duration(rapid.IntRange(1, 1200).Draw(t, "afterwork")) * time.Second
		if rapid.Bool().Draw(t, "a comment") {
			comments = append(comments, keys{"id": 900 + i, "content": fmt.Sprintf("note %d", i), "posted_at": unix(*now), "posted_by": mia})
			say(aircall.EventCallCommented, keys{"comments": append([]any(nil), comments...)})
			continue
		}
		tags = append(tags, keys{"id": 300 + i, "name": fmt.Sprintf("Topic %d", i)})
		say(aircall.EventCallTagged, keys{"tags": append([]any(nil), tags...)})
	}
}

// delivery is an event at the moment at which it reaches Callscout.
type delivery struct {
	at    time.Time
	event calllog.Event
}

// drawDeliveries delays and repeats events, each by itself.
func drawDeliveries(t *rapid.T, events []calllog.Event, label string) []delivery {
	delay := rapid.OneOf(rapid.IntRange(0, 2), rapid.IntRange(0, 120), rapid.IntRange(0, 4000))
	var out []delivery
	for _, event := range events {
		for range rapid.IntRange(1, 2).Draw(t, label+": times") {
			after := time.Duration(delay.Draw(t, label+": delay")) * time.Second
			out = append(out, delivery{at: event.At.Add(after), event: event})
		}
	}
	return rapid.Permutation(out).Draw(t, label+": order")
}
