package worker_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/aircall"
	"callscout/calllog"
	"callscout/simulator"
	"callscout/store"
	"callscout/workflows"
)

// tell has the call's run hear of Aircall's AI or a voice agent.
func (o *office) tell(after time.Duration, name string, data map[string]any) {
	o.t.Helper()
	o.env.hears(after, o.saying(after, name, data))
}

func (o *office) saying(after time.Duration, name string, data map[string]any) calllog.Event {
	o.t.Helper()
	resource, _, _ := strings.Cut(name, ".")
	body, err := json.Marshal(map[string]any{
		"resource": resource, "event": name, "timestamp": o.ring.Add(after).Unix(), "token": "hook",
		"data": merged(map[string]any{"id": 900 + after.Milliseconds(), "call_id": fmt.Sprint(o.callID), "number_id": line, "type": "call"}, data),
	})
	require.NoError(o.t, err)
	parsed, err := aircall.ParseEvent(body)
	require.NoError(o.t, err)
	reduce := calllog.FromInsight
	if parsed.IsVoiceAgent() {
		reduce = calllog.FromVoiceAgent
	}
	event, err := reduce(parsed)
	require.NoError(o.t, err)
	return event
}

// insight is one event of Aircall's AI, and a word that the note of it must have.
type insight struct {
	name string
	data map[string]any
	word string
}

var insights = []insight{
	{aircall.EventSummaryCreated, map[string]any{"id": 1, "content": "Jane wants a refund."}, "Jane wants a refund."},
	{aircall.EventTopicsCreated, map[string]any{"id": "2", "content": []any{"refund", "delivery"}}, "refund, delivery"},
	{aircall.EventSentimentCreated, map[string]any{"id": 3, "participants": []any{
		map[string]any{"participant_type": "external", "phone_number": "+12025550143", "value": "POSITIVE"},
	}}, "positive"},
	{aircall.EventActionItemCreated, map[string]any{"id": 4, "content": "Refund order 7", "ai_generated": true}, "Refund order 7"},
}

// bodies are the threads of the conversation whose reference begins so.
func (o *office) bodies(reference string) []string {
	var out []string
	for _, thread := range o.theConversation().Threads {
		text := calllog.VisibleText(thread.Body)
		if strings.Contains(text, fmt.Sprintf("Aircall call %d / %s", o.callID, reference)) {
			out = append(out, text)
		}
	}
	return out
}

func permutations[T any](items []T) [][]T {
	if len(items) < 2 {
		return [][]T{items}
	}
	var out [][]T
	for i := range items {
		rest := slices.Delete(slices.Clone(items), i, i+1)
		for _, tail := range permutations(rest) {
			out = append(out, append([]T{items[i]}, tail...))
		}
	}
	return out
}

// Seconds or minutes after the call, some before its last webhook: one note.
func TestAllInsightsInEveryOrderMakeOneNote(t *testing.T) {
	t.Parallel()
	for i, order := range permutations(insights) {
		for _, begins := range []time.Duration{72 * time.Second, 110 * time.Second, 4 * time.Minute} {
			t.Run(fmt.Sprintf("order %d from %s", i, begins), func(t *testing.T) {
				t.Parallel()
				o := newOffice(t)
				o.knownCustomer()
				o.answeredCall(nil)
				for n, said := range order {
					o.tell(begins+time.Duration(n)*7*time.Second, said.name, said.data)
				}
				require.Equal(t, workflows.StatusSynced, o.run().Status)
				require.Equal(t, []string{"phone: start", "note: end", "note: insights"}, o.log())
				note := o.bodies("insights")[0]
				for _, said := range insights {
					require.Contains(t, note, said.word)
				}
				require.EqualValues(t, agentUser, o.theConversation().Threads[2].Author.ID, "in the agent's name")
			})
		}
	}
}

func TestSomeInsightsAreToldWhenNoMoreCome(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.knownCustomer()
	o.answeredCall(nil)
	o.tell(130*time.Second, insights[0].name, insights[0].data)
	o.tell(150*time.Second, insights[3].name, insights[3].data)
	written := make(chan []string, 2)
	o.env.RegisterDelayedCallback(func() { written <- o.log() }, 210*time.Second)
	o.env.RegisterDelayedCallback(func() { written <- o.log() }, 225*time.Second)
	o.run()
	require.Equal(t, []string{"phone: start", "note: end"}, <-written, "ai.settle is not over")
	require.Equal(t, []string{"phone: start", "note: end", "note: insights"}, <-written)
	note := o.bodies("insights")[0]
	require.Contains(t, note, "Jane wants a refund.")
	require.Contains(t, note, "Refund order 7")
}

// What was heard shortly before ai.wait is over waits for nothing more.
func TestInsightsDoNotWaitLongerThanAIIsWaitedFor(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.knownCustomer()
	o.answeredCall(nil)
	o.tell(70*time.Second+9*time.Minute+50*time.Second, insights[0].name, insights[0].data)
	written := make(chan []string, 1)
	o.env.RegisterDelayedCallback(func() { written <- o.log() }, 70*time.Second+10*time.Minute+5*time.Second)
	o.run()
	require.Contains(t, <-written, "note: insights")
}

func TestAnInsightTwentyMinutesLateIsAppended(t *testing.T) {
	t.Parallel()
	t.Run("while the call's run still waits", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		o.knownCustomer()
		o.settings.AI.Wait = o.settings.Settle * 4
		o.answeredCall(nil)
		for _, said := range insights[:3] {
			o.tell(130*time.Second, said.name, said.data)
		}
		o.tell(22*time.Minute, insights[3].name, insights[3].data)
		o.run()
		log := o.log()
		require.Len(t, log, 4)
		require.Equal(t, "note: insights", log[2])
		require.True(t, strings.HasPrefix(log[3], "note: insight action_item "), log[3])
		require.NotContains(t, o.bodies("insight action_item")[0], "Jane wants a refund.")
	})
	t.Run("after it has ended", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		o.knownCustomer()
		o.answeredCall(nil)
		for _, said := range insights[:3] {
			o.tell(130*time.Second, said.name, said.data)
		}
		o.run()
		o.newCall()
		o.callAsAircallHasIt()
		o.tell(0, insights[3].name, insights[3].data)
		o.tell(time.Second, insights[0].name, insights[0].data)
		require.Equal(t, workflows.StatusSynced, o.run().Status)
		log := o.log()
		require.Len(t, log, 4)
		require.True(t, strings.HasPrefix(log[3], "note: insight action_item "), log[3])
		require.NotContains(t, o.bodies("insight action_item")[0], "Jane wants a refund.", "it was told by the first run")
		require.EqualValues(t, agentUser, o.theConversation().Threads[3].Author.ID)
		require.ElementsMatch(t, []string{"inbound", "phone-number-support us"}, o.theConversation().Tags)
	})
}

func TestDoubledInsightsAreToldOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.knownCustomer()
	o.answeredCall(nil)
	for i, said := range slices.Concat(insights, insights, insights[:2]) {
		// The second time with another time on it, as a repeated delivery of a repeated
		// event.
		o.tell(130*time.Second+time.Duration(i)*20*time.Second, said.name, said.data)
	}
	o.run()
	require.Equal(t, []string{"phone: start", "note: end", "note: insights"}, o.log())
	require.Equal(t, 1, strings.Count(o.bodies("insights")[0], "Refund order 7"))
}

// A person corrects an evaluation in Aircall.
func TestAnInsightThatIsCorrectedIsToldAgain(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.knownCustomer()
	o.answeredCall(nil)
	o.tell(130*time.Second, aircall.EventCustomSummaryResultCreated, map[string]any{
		"id": 8, "custom_summary": map[string]any{"name": "Sales"}, "summary_template_results": []any{map[string]any{"name": "Budget", "content": "5,000"}},
	})
	o.tell(5*time.Minute, aircall.EventCustomSummaryResultUpdated, map[string]any{
		"id": "8", "custom_summary": map[string]any{"name": "Sales"}, "summary_template_results": []any{map[string]any{"name": "Budget", "content": "6,000"}},
	})
	o.run()
	log := o.log()
	require.Len(t, log, 4)
	require.Contains(t, o.bodies("insights")[0], "Budget: 5,000")
	require.Contains(t, o.bodies("insight custom_summary")[0], "Budget: 6,000")
}

func TestInsightsOfAMissedCallsVoicemail(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.knownCustomer()
	o.hear(0, aircall.EventCallCreated, nil)
	o.hear(20*time.Second, aircall.EventCallHungup, o.missed(nil))
	o.hear(50*time.Second, aircall.EventCallEnded, o.missed(map[string]any{"voicemail": "https://example.com/v.mp3"}))
	o.tell(90*time.Second, insights[0].name, merged(map[string]any{"type": "voicemail"}, insights[0].data))
	o.run()
	require.Equal(t, []string{"phone: end", "note: insights"}, o.log())
	require.Contains(t, o.bodies("insights")[0], "Summary (voicemail)")
	require.EqualValues(t, owner, o.theConversation().Threads[1].Author.ID, "nobody took the call: the fallback administrator's")
}

func TestInsightsAreLeftOutIfTheCompanyWantsNone(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.knownCustomer()
	o.settings.AI.Insights = false
	o.answeredCall(nil)
	for _, said := range insights {
		o.tell(130*time.Second, said.name, said.data)
	}
	o.run()
	require.Equal(t, []string{"phone: start", "note: end"}, o.log())
}

// callAsAircallHasIt is what REST shows of the call once it is over.
func (o *office) callAsAircallHasIt(change ...func(*simulator.Call)) {
	o.aircall.AddNumber(simulator.Number{ID: line, Name: "Support US", Digits: "+1 202-555-0100", Country: "US", TimeZone: "America/New_York"})
	o.aircall.AddUser(simulator.AircallUser{ID: 9, Name: "Mia Berg", Email: "mia.berg@acme.example"})
	call := simulator.Call{
		ID: o.callID, Status: "done", Direction: "inbound", RawDigits: "+1 202-555-0143", NumberID: line, UserID: 9,
		StartedAt: o.ring, AnsweredAt: o.ring.Add(10 * time.Second), EndedAt: o.ring.Add(70 * time.Second),
	}
	for _, apply := range change {
		apply(&call)
	}
	o.aircall.PutCall(call)
}

// All webhooks of the call were lost but those of Aircall's AI.
func TestACallOfWhichOnlyAircallsAIIsHeard(t *testing.T) {
	t.Parallel()
	t.Run("is logged whole", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		o.knownCustomer()
		o.callAsAircallHasIt()
		for _, said := range insights {
			o.tell(3*time.Minute, said.name, said.data)
		}
		require.Equal(t, workflows.StatusSynced, o.run().Status)
		require.Equal(t, []string{"phone: end", "note: insights"}, o.log())
		require.ElementsMatch(t, []string{"inbound", "phone-number-support us"}, o.theConversation().Tags)
	})
	t.Run("is left alone if it was over long ago", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		o.knownCustomer()
		o.callAsAircallHasIt(func(c *simulator.Call) {
			for _, at := range []*time.Time{&c.StartedAt, &c.AnsweredAt, &c.EndedAt} {
				*at = at.Add(-30 * 24 * time.Hour)
			}
		})
		o.tell(0, aircall.EventCallEvaluationUpdated, map[string]any{"id": 5, "evaluations": []any{map[string]any{
			"scorecard": map[string]any{"name": "Greeting"}, "score": map[string]any{"normalized_score": 80},
		}}})
		result := o.run()
		require.Equal(t, workflows.StatusSkipped, result.Status)
		require.Contains(t, result.Reason, "only Aircall's AI was heard of this call")
		require.Empty(t, o.log())
		require.Empty(t, o.helpScout.Conversations())
	})
	t.Run("is left alone if Aircall does not have it", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		o.tell(0, insights[0].name, insights[0].data)
		require.Equal(t, workflows.StatusSkipped, o.run().Status)
		require.Empty(t, o.helpScout.Conversations())
		require.Empty(t, o.helpScout.Customers())
	})
}

func TestWhatInsightsCost(t *testing.T) {
	t.Parallel()
	cost := func(t *testing.T, told, tells bool) int {
		t.Helper()
		o := newOffice(t)
		o.knownCustomer()
		if tells {
			require.NoError(t, o.store.Remember(t.Context(), o.installation, store.HelpScoutTellsStatus, "", ""))
		}
		o.answeredCall(nil)
		if told {
			for _, said := range insights {
				o.tell(2*time.Minute, said.name, said.data)
			}
		}
		return o.units(t)
	}
	t.Run("where Help Scout tells of changes of status", func(t *testing.T) {
		t.Parallel()
		units := cost(t, true, true) - cost(t, false, true)
		t.Logf("Help Scout units for the note of insights: %d of at most 2", units)
		require.LessOrEqual(t, units, 2)
	})
	t.Run("where the status has to be read", func(t *testing.T) {
		t.Parallel()
		units := cost(t, true, false) - cost(t, false, false)
		t.Logf("Help Scout units for the note of insights, with the status read: %d of at most 3", units)
		require.LessOrEqual(t, units, 3)
	})
}

// An agent closes the conversation between the log and the note.
func TestANoteOfInsightsLeavesTheStatusAsItIs(t *testing.T) {
	t.Parallel()
	for _, tells := range []bool{false, true} {
		t.Run(fmt.Sprintf("told by webhooks %v", tells), func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			o.knownCustomer()
			if tells {
				require.NoError(t, o.store.Remember(t.Context(), o.installation, store.HelpScoutTellsStatus, "", ""))
			}
			o.answeredCall(nil)
			o.env.RegisterDelayedCallback(func() {
				id := o.theConversation().ID
				require.NoError(o.t, o.helpScout.SetStatus(id, "closed"))
				if tells {
					require.NoError(o.t, o.store.Remember(t.Context(), o.installation, store.ConversationStatus, fmt.Sprint(id), "closed"))
				}
			}, 125*time.Second)
			o.tell(130*time.Second, insights[0].name, insights[0].data)
			o.run()
			require.Equal(t, []string{"phone: start", "note: end", "note: insights"}, o.log())
			require.Equal(t, "closed", o.theConversation().Status)
		})
	}
}

// Little is left of Help Scout's requests for this minute: running calls have them.
func TestNotesOfAircallsAIYieldToLiveLogs(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.knownCustomer()
	short := o.ring.Add(6 * time.Minute)
	o.acts.Yields = func(string) time.Duration { return max(0, min(time.Minute, short.Sub(o.env.Now()))) }
	o.answeredCall(nil)
	o.tell(130*time.Second, insights[0].name, insights[0].data)
	written := make(chan []string, 1)
	o.env.RegisterDelayedCallback(func() { written <- o.log() }, 6*time.Minute-time.Second)
	require.Equal(t, workflows.StatusSynced, o.run().Status)
	require.Equal(t, []string{"phone: start", "note: end"}, <-written, "the live log is not held up, the note is")
	require.Equal(t, []string{"phone: start", "note: end", "note: insights"}, o.log())
}

func TestANoteOfInsightsIsWrittenOnceWhateverIsLost(t *testing.T) {
	t.Parallel()
	for _, drop := range []string{simulator.DropBefore, simulator.DropAfter} {
		t.Run(drop, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			o.knownCustomer()
			o.answeredCall(nil)
			for i, said := range insights {
				o.tell(2*time.Minute+time.Duration(i)*time.Second, said.name, said.data)
			}
			// The first note is the second log.
			require.NoError(t, o.helpScout.Fault(simulator.Fault{Method: "POST", PathPattern: "/v2/conversations/*/notes", Skip: 1, Times: 1, Drop: drop}))
			require.Equal(t, workflows.StatusSynced, o.run().Status)
			require.Equal(t, []string{"phone: start", "note: end", "note: insights"}, o.log())
		})
	}
}

// The note was written and its answer lost; more is known when that is found out.
func TestInsightsThatComeWhileANoteIsUncertainAreToldToo(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.knownCustomer()
	o.answeredCall(nil)
	o.tell(2*time.Minute, insights[0].name, insights[0].data)
	o.env.RegisterDelayedCallback(func() { o.loseAnswer("/v2/conversations/*/notes") }, 2*time.Minute)
	o.tell(9*time.Minute, insights[1].name, insights[1].data)
	require.Equal(t, workflows.StatusSynced, o.run().Status)
	log := o.log()
	require.Len(t, log, 4)
	require.Contains(t, o.bodies("insights")[0], insights[0].word)
	require.NotContains(t, o.bodies("insights")[0], insights[1].word)
	require.Contains(t, o.bodies("insight topics")[0], insights[1].word)
	require.NotContains(t, o.bodies("insight topics")[0], insights[0].word)
}
