package calllog_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"callscout/aircall"
	"callscout/calllog"
)

// drawAI is what Aircall's AI and a voice agent say of a call: some kinds, some
// twice, some without what they say, some long after the call.
func drawAI(t *rapid.T, call drawn) (events []calllog.Event, rest map[calllog.InsightKind][]calllog.Insight) {
	rest = map[calllog.InsightKind][]calllog.Insight{}
	at := func(what string) time.Time {
		return call.ended.Add(time.Duration(rapid.IntRange(1, 3000).Draw(t, what)) * time.Second)
	}
	kinds := []calllog.InsightKind{
		calllog.Summary, calllog.Topics, calllog.Sentiment, calllog.ActionItem, calllog.CustomSummary, calllog.Evaluation, calllog.Playbook, calllog.Transcript,
	}
	for i, kind := range rapid.SliceOfDistinct(rapid.SampledFrom(kinds), rapid.ID[calllog.InsightKind]).Draw(t, "kinds") {
		said := calllog.Insight{Kind: kind, ID: fmt.Sprint(i), Items: []calllog.InsightItem{{Text: "about " + string(kind)}}}
		if kind == calllog.Transcript {
			said.Items = nil
		}
		heard := said
		if kind != calllog.Transcript && rapid.Bool().Draw(t, "without content") {
			heard.Items = nil
			if rapid.Bool().Draw(t, "by REST") {
				rest[kind] = []calllog.Insight{said}
			}
		}
		events = append(events, calllog.Event{
			ID: fmt.Sprint("insight ", i), Name: string(kind) + ".created", At: at("said"), Call: calllog.Snapshot{ID: callID}, Insights: []calllog.Insight{heard},
		})
	}
	if rapid.Bool().Draw(t, "voice agent") {
		for i, session := range []calllog.Session{
			{StartedAt: ring.Add(2 * time.Second)}, {EndedAt: ring.Add(30 * time.Second), EndReason: "escalated", Escalated: true},
			{Escalated: true, EscalationReason: "asked"}, {Intake: []calllog.Answer{{Question: "Why?", Answer: "because"}}, Summarised: true},
		} {
			session.ID, session.Agent = "s", "Reception"
			events = append(events, calllog.Event{
				ID: fmt.Sprint("session ", i), Name: aircall.EventAIVoiceAgentEnded, At: ring.Add(time.Duration(i+2) * time.Second), Call: calllog.Snapshot{ID: callID}, Session: &session,
			})
		}
	}
	return events, rest
}

func TestAllThatAircallsAISaysIsToldOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		call, s := drawCall(t), drawSettings(t)
		said, rest := drawAI(t, call)
		s.AI.Insights, s.AI.Transcript = rapid.Bool().Draw(t, "insights"), rapid.Bool().Draw(t, "transcript")
		deliveries := drawDeliveries(t, slices.Concat(call.events, said), "")
		d := drawDesk(t, call, s, "")
		d.ai = rest
		d.cutAfter = rapid.IntRange(0, 25).Draw(t, "cut after")
		d.play(deliveries)
		if d.cutAfter > 0 {
			// A run that was cut off knows from the ledger what it has written.
			d.cutAfter = 0
			d.play(deliveries)
		}
		facts := calllog.Gather(d.heard)
		require.Subset(t, d.parts, calllog.SessionParts(facts))
		told := calllog.TellableInsights(facts, s)
		for _, insight := range told {
			require.Contains(t, d.parts, insight.Part())
		}
		require.Equal(t, len(told) > 0, slices.Contains(d.parts, calllog.PartInsights))
		transcribed := slices.ContainsFunc(facts.Insights, func(i calllog.Insight) bool { return i.Kind == calllog.Transcript })
		require.Equal(t, transcribed && s.AI.Transcript, slices.Contains(d.parts, calllog.TranscriptPart(false)))
	})
}

func TestFactsOfAircallsAIDoNotDependOnOrderOrRepeats(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		call := drawCall(t)
		said, _ := drawAI(t, call)
		events := slices.Concat(call.events, said)
		repeated := slices.Concat(events, events[:rapid.IntRange(0, len(events)).Draw(t, "repeats")])
		shuffled := rapid.Permutation(repeated).Draw(t, "order")
		require.Equal(t, calllog.Gather(events), calllog.Gather(shuffled))
	})
}
