package calllog

import (
	"slices"
	"time"
)

// AINotes is what a run notes of Aircall's AI, on the workflow's clock.
type AINotes struct {
	// HeardAt is when the first insight came that is not told yet, SessionsAt when
	// the last news of a voice agent did.
	HeardAt    time.Time `json:"heard_at,omitzero"`
	SessionsAt time.Time `json:"sessions_at,omitzero"`
	// CallSought says that the call was fetched, since only Aircall's AI was heard
	// of; SessionsSought, that it was to see what the voice agent's events left out.
	CallSought     bool `json:"call_sought,omitempty"`
	SessionsSought bool `json:"sessions_sought,omitempty"`
	// YieldsUntil is how long AI work leaves Help Scout's requests to live logs.
	YieldsUntil time.Time `json:"yields_until,omitzero"`
}

// callFollows is how long after an event of Aircall's AI one of the call itself is
// awaited: the two are delivered independently.
const callFollows = 10 * time.Second

// mostLate is how long after its end a call is still logged of which only
// Aircall's AI was heard: its own webhooks were lost. An evaluation may come weeks
// after a call that was never to be logged.
const mostLate = 24 * time.Hour

// isHeardOfByAI: an event of Aircall's AI says nothing of the call but its id.
func (c Case) isHeardOfByAI(now time.Time) (Step, bool) {
	if !c.HearsAI || c.Facts.Direction != "" || c.AI.CallSought {
		return Step{}, false
	}
	if follows := c.HeardAt.Add(callFollows); now.Before(follows) {
		return Step{Do: Wait, Until: follows, Why: "Wait for the call itself"}, true
	}
	return Step{Do: FetchCall, Why: "Fetch the call: only Aircall's AI was heard of it"}, true
}

// TooLate says that the call is not to be logged, for it was over long before
// anything was heard of it, or Aircall has nothing of it but its AI's words.
func (c Case) TooLate() bool {
	return c.AI.CallSought && !c.Written.told() && c.Facts.Over() &&
		(c.Facts.Direction == "" || c.HeardAt.Sub(c.Facts.EndedAt) > mostLate)
}

// MissingAI names what of Aircall's AI is known and not written yet.
func (c Case) MissingAI() []string {
	if !c.HearsAI || !c.Written.Has(PartSecondLog) {
		return nil
	}
	var missing []string
	if len(missingOf(SessionParts(c.Facts), c.Written)) > 0 {
		missing = append(missing, "voice agent")
	}
	for _, insight := range c.Facts.Insights {
		wanted, name := c.Settings.AI.Insights, string(insight.Kind)
		if insight.Kind == Transcript {
			wanted, name = c.Settings.AI.Transcript, "transcript"
		}
		if wanted && !insight.Missing && !c.Written.Has(insight.Part()) && !slices.Contains(missing, name) {
			missing = append(missing, name)
		}
	}
	return missing
}

// awaitsAI says that something of Aircall's AI may still come that is wanted.
func (c Case) awaitsAI() bool {
	return c.HearsAI && (c.Settings.AI.Insights || c.Settings.AI.Transcript) && c.Wanted()
}

// yields: live logs need Help Scout's requests more.
func (c Case) yields(now time.Time) (Step, bool) {
	if !now.Before(c.AI.YieldsUntil) {
		return Step{}, false
	}
	return Step{Do: Wait, Until: c.AI.YieldsUntil, Why: "Leave Help Scout's requests to running calls"}, true
}

// wasWithVoiceAgent: its questions and why it handed the call on, once all of it
// is told or nothing more comes.
func (c Case) wasWithVoiceAgent(now time.Time) (Step, bool) {
	parts := missingOf(SessionParts(c.Facts), c.Written)
	if !c.HearsAI || !c.Written.Has(PartSecondLog) || len(parts) == 0 {
		return Step{}, false
	}
	if !c.Facts.sessionsComplete() {
		if due := c.AI.SessionsAt.Add(c.Settings.AI.Settle.Std()); now.Before(due) {
			return Step{Do: Wait, Until: due, Why: "Wait for what the voice agent learnt"}, true
		}
		if !c.AI.SessionsSought {
			return Step{Do: FetchCall, Why: "Fetch the call: its voice agent's events left something out"}, true
		}
	}
	if step, todo := c.yields(now); todo {
		return step, true
	}
	return c.tellAI(parts[0], parts), true
}

// isTranscribed: the transcript, if the company wants it.
func (c Case) isTranscribed(now time.Time) (Step, bool) {
	if !c.HearsAI || !c.Settings.AI.Transcript || !c.Written.Has(PartSecondLog) {
		return Step{}, false
	}
	for _, insight := range c.Facts.Insights {
		part := insight.Part()
		if insight.Kind != Transcript || insight.Missing || c.Written.Has(part) {
			continue
		}
		if step, todo := c.yields(now); todo {
			return step, true
		}
		step := c.tellAI(part, []Part{part})
		if step.Do == WriteThread {
			step.Do, step.Why = WriteTranscript, "Fetch the transcript and write it"
		}
		return step, true
	}
	return Step{}, false
}

// isUnderstood: one note of everything that Aircall's AI says, and a further one
// of what comes after it.
func (c Case) isUnderstood(now time.Time) (Step, bool) {
	if !c.HearsAI || !c.Settings.AI.Insights || !c.Written.Has(PartSecondLog) {
		return Step{}, false
	}
	for _, insight := range c.Facts.Insights {
		if insight.blank() {
			return Step{Do: FetchInsight, Insight: insight.Kind, Why: "Fetch what an event of Aircall's AI left out: " + string(insight.Kind)}, true
		}
	}
	var all []Part
	for _, insight := range TellableInsights(c.Facts, c.Settings) {
		all = append(all, insight.Part())
	}
	parts := missingOf(all, c.Written)
	if len(parts) == 0 {
		return Step{}, false
	}
	if due := c.insightsDue(); now.Before(due) {
		return Step{Do: Wait, Until: due, Why: "Wait for more of Aircall's AI"}, true
	}
	if step, todo := c.yields(now); todo {
		return step, true
	}
	first := PartInsights
	if c.Written.Has(PartInsights) {
		first = parts[0]
	}
	return c.tellAI(first, parts), true
}

// insightsDue is when the next note is to be written: at once where everything is
// in that can be counted on, else some time after the first of it; what came
// within the time that AI is waited for does not wait longer than that.
func (c Case) insightsDue() time.Time {
	if !c.Written.Has(PartInsights) && !slices.ContainsFunc(expectedInsights, func(kind InsightKind) bool {
		return !slices.ContainsFunc(c.Facts.Insights, func(i Insight) bool { return i.Kind == kind })
	}) {
		return c.AI.HeardAt
	}
	due := c.AI.HeardAt.Add(c.Settings.AI.Settle.Std())
	if latest := c.ended().Add(c.Settings.AI.Wait.Std()); c.AI.HeardAt.Before(latest) && due.After(latest) {
		return latest
	}
	return due
}

func (c Case) tellAI(part Part, tells []Part) Step {
	step := c.write(part, false, c.lateChange(), c.Written.Conversation.Finished)
	step.Tells = tells
	return step
}

func missingOf(parts []Part, w Written) []Part {
	var out []Part
	for _, part := range parts {
		if !w.Has(part) {
			out = append(out, part)
		}
	}
	return out
}
