package explain

import (
	"cmp"
	"slices"
	"time"

	"callscout/calllog"
	"callscout/workflows"
)

// MadeUpCall is the Aircall id of a call that there is not. No vendor's id is that high.
const MadeUpCall = firstPretended

// Course tells a call that is known whole as its webhooks would have told it: when it
// rang, when somebody answered, when it ended. What is known only afterwards comes with
// the end. The moments that the call has not come to are left out.
func Course(whole calllog.Event) []workflows.Coming {
	call := whole.Call
	ringing := call
	ringing.AnsweredAt, ringing.EndedAt, ringing.Done, ringing.MissedReason = time.Time{}, time.Time{}, false, ""
	ringing.User, ringing.TransferredBy, ringing.TransferredTo, ringing.TransferredToOutside = nil, nil, nil, ""
	ringing.Comments, ringing.Tags, ringing.Conference = nil, nil, nil
	ringing.Recording, ringing.Voicemail = calllog.Media{}, calllog.Media{}
	if call.Direction == calllog.Outbound {
		// Who dials is known from the beginning.
		ringing.User = call.User
	}
	answered := ringing
	answered.AnsweredAt, answered.User = call.AnsweredAt, call.User

	begins := cmp.Or(call.StartedAt, whole.At)
	comes := []workflows.Coming{{At: begins, Event: calllog.Event{ID: "rings", Name: "call.created", At: begins, Call: ringing}}}
	if !call.AnsweredAt.IsZero() {
		comes = append(comes, workflows.Coming{
			At: call.AnsweredAt, Event: calllog.Event{ID: "answered", Name: "call.answered", At: call.AnsweredAt, Call: answered},
		})
	}
	if !call.EndedAt.IsZero() {
		comes = append(comes, workflows.Coming{At: call.EndedAt, Event: whole})
	}
	return comes
}

// Heard is a call as its webhooks told it, each when Aircall built it.
func Heard(events []calllog.Event) []workflows.Coming {
	comes := make([]workflows.Coming, 0, len(events))
	for _, event := range events {
		comes = append(comes, workflows.Coming{At: event.At, Event: event})
	}
	slices.SortStableFunc(comes, func(a, b workflows.Coming) int { return a.At.Compare(b.At) })
	return comes
}

// Wish is a call to make up.
type Wish struct {
	// Number is the other party's, empty for one that is withheld.
	Number    string
	Line      calllog.Line
	Direction calllog.Direction
	Outcome   calllog.Outcome
	// At is when it begins.
	At time.Time
}

// How a made-up call goes on: somebody answers soon, and talks for some minutes.
const (
	answersAfter = 10 * time.Second
	endsAfter    = 4 * time.Minute
	givesUpAfter = 30 * time.Second
)

// MakeUp makes the call up, as it is once it is over. Outcomes are OutcomeAnswered,
// OutcomeMissed, OutcomeVoicemail and OutcomeUnanswered.
func MakeUp(w Wish) calllog.Event {
	call := calllog.Snapshot{
		ID: MadeUpCall, Direction: w.Direction, Done: true, StartedAt: w.At, EndedAt: w.At.Add(givesUpAfter),
		OutsideNumber: w.Number, Anonymous: w.Number == "", Line: &w.Line, Tags: []calllog.Tag{},
	}
	switch w.Outcome {
	case calllog.OutcomeAnswered:
		call.AnsweredAt, call.EndedAt = w.At.Add(answersAfter), w.At.Add(endsAfter)
	case calllog.OutcomeVoicemail:
		call.Voicemail = calllog.Media{Page: "https://assets.aircall.io/calls/example/voicemail"}
	}
	return calllog.Event{ID: "ended", Name: "call.ended", At: call.EndedAt, Call: call}
}
