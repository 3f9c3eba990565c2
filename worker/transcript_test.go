package worker_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"

	"callscout/aircall"
	"callscout/simulator"
	"callscout/store"
	"callscout/workflows"
)

// talk is what was said in a call, a line every second second.
func talk(callID int64, lines int) simulator.Insight {
	said := simulator.Insight{Kind: simulator.InsightTranscription, CallID: callID, Language: "en-US"}
	for i := range lines {
		u := simulator.Utterance{Start: float64(2 * i), End: float64(2*i + 1), Text: fmt.Sprintf("Line %d of the talk.", i)}
		u.Type, u.UserID = "internal", 9
		if i%2 == 1 {
			u.Type, u.UserID, u.PhoneNumber = "external", 0, "+12025550143"
		}
		said.Utterances = append(said.Utterances, u)
	}
	return said
}

func (o *office) transcribed(lines int) {
	o.t.Helper()
	o.settings.AI.Transcript = true
	o.callAsAircallHasIt()
	_, err := o.aircall.AddInsight(talk(o.callID, lines))
	require.NoError(o.t, err)
	o.tell(130*time.Second, aircall.EventTranscriptionCreated, nil)
}

// askedAircall are the requests to Aircall whose path ends so.
func (o *office) askedAircall(path string) int {
	n := 0
	for _, request := range o.aircall.Requests() {
		if strings.HasSuffix(request.Path, path) {
			n++
		}
	}
	return n
}

func TestWhatAnEventLeavesOutIsFetched(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.knownCustomer()
	o.callAsAircallHasIt()
	o.answeredCall(nil)
	for _, said := range []simulator.Insight{
		{Kind: simulator.InsightSummary, ID: 1, CallID: o.callID, Texts: []string{"Jane wants a refund."}},
		{Kind: simulator.InsightActionItem, ID: 2, CallID: o.callID, Texts: []string{"Refund order 7"}},
		{Kind: simulator.InsightActionItem, ID: 3, CallID: o.callID, Texts: []string{"Call back"}},
	} {
		_, err := o.aircall.AddInsight(said)
		require.NoError(t, err)
	}
	o.tell(130*time.Second, aircall.EventSummaryCreated, map[string]any{"id": "1"})
	o.tell(131*time.Second, aircall.EventActionItemCreated, map[string]any{"id": "2"})
	o.tell(140*time.Second, aircall.EventActionItemCreated, map[string]any{"id": "3"})
	// There is none of it by REST, and never will be.
	o.tell(132*time.Second, aircall.EventTopicsCreated, map[string]any{"id": "4"})
	require.Equal(t, workflows.StatusSynced, o.run().Status)
	require.Equal(t, []string{"phone: start", "note: end", "note: insights"}, o.log())
	note := o.bodies("insights")[0]
	require.Contains(t, note, "Jane wants a refund.")
	require.Equal(t, 1, strings.Count(note, "Refund order 7"))
	require.Equal(t, 1, strings.Count(note, "Call back"))
	require.NotContains(t, note, "Topics")
	require.Equal(t, 1, o.askedAircall("/summary"))
}

func TestAPlanWithoutAIIsNotAskedForEveryCall(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.knownCustomer()
	o.settings.AI.Transcript = true
	o.aircall.SwitchIntelligence(false)
	for range 3 {
		o.callAsAircallHasIt()
		o.answeredCall(nil)
		o.tell(130*time.Second, aircall.EventSummaryCreated, nil)
		o.tell(131*time.Second, aircall.EventTranscriptionCreated, nil)
		require.Equal(t, workflows.StatusSynced, o.run().Status, "nothing waits for what the plan has not")
		o.callID++
		o.newCall()
	}
	require.NotContains(t, strings.Join(o.log(), "\n"), "insights")
	require.Equal(t, 1, o.askedAircall("/summary"), "the refusal is remembered")
	require.Equal(t, 1, o.askedAircall("/transcription"))
}

func TestAShortTranscriptStandsInTheNote(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.knownCustomer()
	o.answeredCall(nil)
	o.transcribed(4)
	require.Equal(t, workflows.StatusSynced, o.run().Status)
	require.Equal(t, []string{"phone: start", "note: end", "note: transcript"}, o.log())
	note := o.bodies("transcript")[0]
	require.Contains(t, note, "[00:00:00] Mia Berg: Line 0 of the talk.")
	require.Contains(t, note, "[00:00:06] +1 202-555-0143: Line 3 of the talk.")
	require.Empty(t, o.theConversation().Threads[2].Attachments)
}

func TestNobodyGetsATranscriptWhoDidNotAskForIt(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.knownCustomer()
	o.answeredCall(nil)
	o.transcribed(4)
	o.settings.AI.Transcript = false
	o.run()
	require.Equal(t, []string{"phone: start", "note: end"}, o.log())
	require.Zero(t, o.askedAircall("/transcription"))
}

// traffic measures what passes between the workflow and its activities.
type traffic struct{ bytes int }

func (m *traffic) watch(o *office) {
	size := func(values ...converter.EncodedValues) {
		for _, value := range values {
			var raw json.RawMessage
			if value != nil && value.HasValues() && value.Get(&raw) == nil {
				m.bytes += len(raw)
			}
		}
	}
	o.env.SetOnActivityStartedListener(func(_ *activity.Info, _ context.Context, args converter.EncodedValues) { size(args) })
	o.env.SetOnActivityCompletedListener(func(_ *activity.Info, result converter.EncodedValue, _ error) {
		var raw json.RawMessage
		if result != nil && result.HasValue() && result.Get(&raw) == nil {
			m.bytes += len(raw)
		}
	})
}

// Three hours of talk: a file, once, and nothing of it in the workflow.
func TestThreeHoursOfTalkAreAttachedOnce(t *testing.T) {
	t.Parallel()
	const lines = 10_000
	for name, fault := range map[string]simulator.Fault{
		"":                              {},
		"and the answer is lost":        {Method: http.MethodPost, PathPattern: "/v2/conversations/*/notes", Skip: 1, Times: 1, Drop: simulator.DropAfter},
		"and the connection breaks off": {Method: http.MethodPost, PathPattern: "/v2/conversations/*/notes", Skip: 1, Times: 1, Drop: simulator.DropBefore},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			o.knownCustomer()
			o.answeredCall(nil)
			o.transcribed(lines)
			// Aircall tells of it again, and again after the run has ended.
			o.tell(5*time.Minute, aircall.EventTranscriptionCreated, nil)
			if name != "" {
				require.NoError(t, o.helpScout.Fault(fault))
			}
			passed := &traffic{}
			passed.watch(o)
			require.Equal(t, workflows.StatusSynced, o.run().Status)
			o.newCall()
			o.tell(0, aircall.EventTranscriptionCreated, map[string]any{"id": 77})
			passed.watch(o)
			o.run()
			require.Equal(t, []string{"phone: start", "note: end", "note: transcript"}, o.log())
			thread := o.theConversation().Threads[2]
			require.Len(t, thread.Attachments, 1)
			file := thread.Attachments[0]
			require.Equal(t, fmt.Sprintf("aircall-call-%d-transcript.txt", o.callID), file.FileName)
			text := string(file.Data)
			require.Equal(t, lines, strings.Count(text, " of the talk."))
			require.Contains(t, text, "[05:33:18] +1 202-555-0143: Line 9999 of the talk.")
			require.Contains(t, o.bodies("transcript")[0], "Line 5 of the talk.")
			require.NotContains(t, o.bodies("transcript")[0], "Line 99 of the talk.")
			t.Logf("%d bytes passed between the workflow and its activities", passed.bytes)
			require.Positive(t, passed.bytes)
			require.Less(t, passed.bytes, 100_000)
		})
	}
}

func TestCardNumbersInATranscriptAreMadeUnreadable(t *testing.T) {
	t.Parallel()
	for _, blanked := range []bool{true, false} {
		t.Run(fmt.Sprint(blanked), func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			o.knownCustomer()
			o.settings.AI.Transcript, o.settings.AI.BlankNumbers = true, blanked
			o.callAsAircallHasIt()
			said := talk(o.callID, 2)
			said.Utterances[1].Text = "It is 4111 1111 1111 1111."
			_, err := o.aircall.AddInsight(said)
			require.NoError(t, err)
			o.answeredCall(nil)
			o.tell(130*time.Second, aircall.EventTranscriptionCreated, nil)
			o.run()
			require.Equal(t, !blanked, strings.Contains(o.bodies("transcript")[0], "4111 1111"))
			require.Equal(t, blanked, strings.Contains(o.bodies("transcript")[0], "It is ••••1111."))
		})
	}
}

func TestWhatATranscriptCosts(t *testing.T) {
	t.Parallel()
	for _, long := range []bool{false, true} {
		t.Run(fmt.Sprintf("long %v", long), func(t *testing.T) {
			t.Parallel()
			cost := func(with bool) int {
				o := newOffice(t)
				o.knownCustomer()
				require.NoError(t, o.store.Remember(t.Context(), o.installation, store.HelpScoutTellsStatus, "", ""))
				o.answeredCall(nil)
				for _, said := range insights {
					o.tell(2*time.Minute, said.name, said.data)
				}
				if with {
					lines := 4
					if long {
						lines = 2000
					}
					o.transcribed(lines)
				}
				return o.units(t)
			}
			units := cost(true) - cost(false)
			t.Logf("Help Scout units for the transcript: %d of at most 2 more", units)
			require.LessOrEqual(t, units, 2)
		})
	}
}

// The event overtakes what it announces.
func TestATranscriptThatIsNotThereYetIsAskedForAgain(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.knownCustomer()
	o.answeredCall(nil)
	o.transcribed(4)
	require.NoError(t, o.aircall.Fault(simulator.Fault{Method: http.MethodGet, PathPattern: "/v1/calls/*/transcription", Status: http.StatusNotFound, Times: 3}))
	o.run()
	require.Contains(t, o.log(), "note: transcript")
	require.Equal(t, 4, o.askedAircall("/transcription"))
}

// Aircall's clock may be ahead of ours.
func TestNothingIsAskedForEverIfClocksDiffer(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.knownCustomer()
	o.settings.AI.Transcript = true
	o.callAsAircallHasIt()
	o.answeredCall(nil)
	for _, name := range []string{aircall.EventTranscriptionCreated, aircall.EventSummaryCreated} {
		o.env.hears(130*time.Second, o.saying(time.Hour, name, nil))
	}
	require.Equal(t, workflows.StatusSynced, o.run().Status)
	require.Equal(t, []string{"phone: start", "note: end"}, o.log())
	require.LessOrEqual(t, o.askedAircall("/transcription")+o.askedAircall("/summary"), 10)
}

func TestATranscriptWhoseFileIsRefusedIsWrittenWithoutIt(t *testing.T) {
	t.Parallel()
	o := newOffice(t, func(options *simulator.HelpScoutOptions) { options.MaxAttachment = 10_000 })
	o.knownCustomer()
	o.answeredCall(nil)
	o.transcribed(2000)
	require.Equal(t, workflows.StatusSynced, o.run().Status)
	require.Equal(t, []string{"phone: start", "note: end", "note: transcript"}, o.log())
	require.Empty(t, o.theConversation().Threads[2].Attachments)
	require.Contains(t, o.bodies("transcript")[0], "Help Scout refused the file; the whole transcript is in Aircall.")
	require.Contains(t, o.bodies("transcript")[0], "Line 5 of the talk.")
}
