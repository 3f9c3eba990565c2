package activities

import (
	"context"
	"errors"
	"net/http"
	"time"

	"callscout/activities/contract"
	"callscout/aircall"
	"callscout/calllog"
	"callscout/helpscout"
	"callscout/store"
)

const (
	// planAsked is how long it is remembered that the company's plan has no AI.
	planAsked = 6 * time.Hour
	// notReady is how often what an event announced may be answered with 404: the
	// event can overtake the data.
	notReady = 5
)

// FetchInsight reads what an event of Aircall's AI left out. What Aircall has not,
// or does not give, is an answer too: nothing waits for it.
func (a *Activities) FetchInsight(ctx context.Context, in contract.FetchInsightInput) (contract.FetchInsightResult, error) {
	kind := aircall.InsightKind(in.Kind)
	// The answer comes after what was asked about, whatever our clock and Aircall's say.
	at := a.now()
	if after := in.Facts.LastWordAt.Add(time.Millisecond); at.Before(after) {
		at = after
	}
	var event calllog.Event
	missing, err := a.ask(ctx, in.Call, kind, func(api Aircall) error {
		insight, err := api.Insight(ctx, in.Facts.CallID, kind)
		if err != nil {
			return err
		}
		insight.CallID = in.Facts.CallID
		event, err = calllog.InsightFromREST(insight, at)
		return err
	})
	if missing {
		event = calllog.NoInsight(in.Facts.CallID, in.Kind, at)
	}
	return contract.FetchInsightResult{Event: event}, err
}

// WriteTranscript reads a transcript and writes it, in one go: hours of talk must
// not pass through the workflow.
func (a *Activities) WriteTranscript(ctx context.Context, in contract.ThreadInput) (contract.ThreadResult, error) {
	helpScout, err := a.Accounts.HelpScout(ctx, in.Installation)
	if err != nil {
		return contract.ThreadResult{}, err
	}
	if wait := a.yields(in); wait > 0 {
		return contract.ThreadResult{Yields: wait}, nil
	}
	reference := calllog.Reference(in.Facts.CallID, in.Part)
	missing := false
	id, err := a.once(ctx, effect{
		key: calllog.Key(in.Installation, in.Facts.CallID, in.Part),
		look: func(ctx context.Context) (int64, bool, error) {
			return lookForThread(ctx, helpScout, in.Conversation, reference)
		},
		write: func(ctx context.Context) (int64, error) {
			var said aircall.Transcription
			var err error
			missing, err = a.ask(ctx, in.Call, aircall.InsightTranscription, func(api Aircall) (err error) {
				said, err = api.Transcription(ctx, in.Facts.CallID)
				return err
			})
			if err != nil {
				return 0, notSent(err)
			}
			if missing || len(said.Utterances) == 0 {
				missing = true
				return 0, notSent(errNoTranscript)
			}
			return a.writeSaid(ctx, helpScout, in, said)
		},
	})
	if missing {
		return contract.ThreadResult{Missing: true}, nil
	}
	if err != nil {
		return contract.ThreadResult{}, a.whatBecameOf(ctx, helpScout, in, err)
	}
	return contract.ThreadResult{Thread: id, Told: []calllog.Part{in.Part}}, nil
}

// writeSaid writes a transcript, without its file where Help Scout finds that too
// large: the note says where all of it is.
func (a *Activities) writeSaid(ctx context.Context, api HelpScout, in contract.ThreadInput, said aircall.Transcription) (int64, error) {
	for files := true; ; files = false {
		text, file, err := a.text(in).Transcript(said, in.Part, files)
		if err != nil {
			return 0, notSent(err)
		}
		id, err := a.writeNote(ctx, api, in, text, file)
		var refused *helpscout.Error
		if file == nil || !errors.As(err, &refused) || refused.Status != http.StatusRequestEntityTooLarge {
			return id, err
		}
	}
}

var errNoTranscript = errors.New("aircall has no transcript of the call")

// ask asks Aircall for something of its AI. Missing says that the plan has none of
// it, or that there is none for this call; the former is remembered for a while,
// so that Aircall is not asked in vain for every call.
func (a *Activities) ask(ctx context.Context, c contract.Call, kind aircall.InsightKind, read func(Aircall) error) (missing bool, err error) {
	_, at, known, err := a.Store.Recall(ctx, c.Installation, store.AINotOnPlan, string(kind))
	if err != nil {
		return false, storeDown(err)
	}
	if known && a.now().Sub(at) < planAsked {
		return true, nil
	}
	api, err := a.Accounts.Aircall(ctx, c.Installation)
	if err != nil {
		return false, err
	}
	err = read(api)
	switch {
	case aircall.NotOnPlan(err):
		if err := a.Store.Remember(ctx, c.Installation, store.AINotOnPlan, string(kind), ""); err != nil {
			return false, storeDown(err)
		}
		return true, nil
	case aircall.NotForCall(err) && attempt(ctx) < notReady:
		return false, &failure{problem: calllog.AircallDown, cause: err, details: contract.FailureDetails{
			Message: "what Aircall's AI announced is not there yet",
		}}
	case aircall.NotForCall(err):
		return true, nil
	}
	return false, err
}

// yields is how long a note of Aircall's AI waits, because Help Scout's requests
// are short and live logs need them.
func (a *Activities) yields(in contract.ThreadInput) time.Duration {
	if a.Yields == nil || !calllog.OfAI(in.Part) {
		return 0
	}
	return a.Yields(in.Installation)
}
