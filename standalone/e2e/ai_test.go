package e2e_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/simulator"
)

// ai is a body of Aircall's AI or of a voice agent.
func (c *phoneCall) ai(after time.Duration, name string, data map[string]any) []byte {
	c.t.Helper()
	said := map[string]any{"id": c.id, "call_id": fmt.Sprint(c.id), "number_id": inboundLine, "type": "call"}
	for key, value := range data {
		said[key] = value
	}
	resource, _, _ := strings.Cut(name, ".")
	body, err := json.Marshal(map[string]any{
		"resource": resource, "event": name, "timestamp": c.begin.Add(after).Unix(), "token": hookToken, "data": said,
	})
	require.NoError(c.t, err)
	return body
}

func (o *office) awaitThread(call int64, log string) {
	o.t.Helper()
	o.eventually(90*time.Second, func() bool {
		for _, line := range o.log(call) {
			if strings.HasPrefix(line, log) {
				return true
			}
		}
		return false
	}, "there is a "+log)
}

// hearsInsights plays a call with what Aircall's AI says of it: some by itself, some
// only when asked, and some when all else is over.
func (o *office) hearsInsights() {
	o.open(stories[0])
	call := inboundCall(o.t, killedCall)
	o.play(stories[0], func(int) {})
	_, err := o.aircall.AddInsight(simulator.Insight{Kind: simulator.InsightSummary, ID: 1, CallID: killedCall, Texts: []string{"Wants a refund."}})
	require.NoError(o.t, err)
	o.hook(call.ai(60*time.Second, "summary.created", map[string]any{"id": 1}))
	o.hook(call.ai(61*time.Second, "topics.created", map[string]any{"id": 2, "content": []any{"refund"}}))
	o.awaitThread(killedCall, "note insights")
	o.hook(call.ai(5*time.Minute, "action_item.created", map[string]any{"id": 3, "content": "Call back"}))
	o.awaitThread(killedCall, "note insight action_item")
	o.awaitSynced(killedCall)
}

// meetsVoiceAgent plays a call that a voice agent hands to a colleague.
func (o *office) meetsVoiceAgent() {
	o.open(stories[0])
	call := inboundCall(o.t, killedCall)
	agent := func(after time.Duration, name string, data map[string]any) {
		said := map[string]any{"ai_voice_agent_id": "a1", "ai_voice_agent_name": "Reception", "ai_voice_agent_session_id": "s1"}
		for key, value := range data {
			said[key] = value
		}
		o.hook(call.ai(after, "ai_voice_agent."+name, said))
	}
	o.hook(call.created())
	agent(time.Second, "started", map[string]any{"started_at": call.begin.Add(time.Second).Unix()})
	o.awaitThread(killedCall, "phone start")
	agent(3*time.Second, "escalated", map[string]any{"escalation_reason": "Asked for a person"})
	agent(4*time.Second, "ended", map[string]any{"call_end_reason": "escalated", "ended_at": call.begin.Add(4 * time.Second).Unix()})
	o.hook(call.answered())
	o.hook(call.hungup())
	o.hook(call.ended())
	agent(60*time.Second, "summary", map[string]any{"extracted_data": map[string]any{"Order number": "4711"}})
	o.awaitThread(killedCall, "note voice-agent")
	o.awaitSynced(killedCall)
}

// Three hours of talk pass Aircall, one activity and Help Scout, and nothing else.
func TestThreeHoursOfTalkStayOutOfTheHistory(t *testing.T) {
	t.Parallel()
	const lines, most = 10_000, 100_000
	o := newOffice(t)
	o.useHistoryKey()
	o.transcribes = true
	o.open(stories[0])
	said := simulator.Insight{Kind: simulator.InsightTranscription, CallID: killedCall, Language: "en"}
	for i := range lines {
		u := simulator.Utterance{Start: float64(i), End: float64(i) + 0.9, Text: fmt.Sprintf("Line %d of a long talk about an order.", i)}
		u.Type, u.PhoneNumber = "external", "+12025550143"
		said.Utterances = append(said.Utterances, u)
	}
	_, err := o.aircall.AddInsight(said)
	require.NoError(t, err)
	call := inboundCall(t, killedCall)
	o.play(stories[0], func(int) {})
	o.hook(call.ai(60*time.Second, "transcription.created", map[string]any{"id": 1}))
	o.awaitThread(killedCall, "note transcript")
	o.awaitSynced(killedCall)
	require.Equal(t, []string{"phone start", "note end", "note transcript"}, o.log(killedCall))
	var files []simulator.Attachment
	for _, thread := range o.helpScout.Conversations()[0].Threads {
		files = append(files, thread.Attachments...)
	}
	require.Len(t, files, 1)
	require.Equal(t, lines, strings.Count(string(files[0].Data), " of a long talk "))
	described, err := o.temporal().DescribeWorkflowExecution(t.Context(), workflowID, "")
	require.NoError(t, err)
	size := described.GetWorkflowExecutionInfo().GetHistorySizeBytes()
	t.Logf("a file of %d bytes, a history of %d bytes in %d events", len(files[0].Data), size, described.GetWorkflowExecutionInfo().GetHistoryLength())
	require.Positive(t, size)
	require.Less(t, size, int64(most))
}

// Whether a voice agent's answer is an answer of the call as well is not documented:
// the log reads the same either way.
func TestCallsOfVoiceAgentsAreLoggedByHowTheyWentOn(t *testing.T) {
	t.Parallel()
	for _, answers := range []bool{false, true} {
		t.Run(fmt.Sprintf("the voice agent answers the call %v", answers), func(t *testing.T) {
			t.Parallel()
			o := newOfficeOf(t, simulator.HelpScoutOptions{LimitPerMinute: -1}, simulator.AircallOptions{VoiceAgentAnswersCalls: answers}, unchanged)
			o.aircall.AddNumber(simulator.Number{ID: inboundLine, Name: "Support US", Digits: "+1 202-555-0100", Country: "US", TimeZone: "America/New_York"})
			user := o.aircall.AddUser(simulator.AircallUser{Name: "Mia Berg", Email: "mia.berg@acme.example"})
			o.postCallDelay = "2s"
			o.apply("")
			o.start()
			o.awaitReady()
			o.awaitWarm()
			o.aircall.AddWebhook(simulator.Webhook{URL: "http://" + o.address() + "/webhooks/aircall", Token: o.hookToken})
			wanted := map[string]struct {
				kind    string
				outcome string
				missed  bool
			}{
				"+1 202-555-0161": {simulator.VoiceAgentAlone, "voice_agent", false},
				"+1 202-555-0162": {simulator.VoiceAgentAnswered, "answered", false},
				"+1 202-555-0163": {simulator.VoiceAgentMissed, "missed", true},
				"+1 202-555-0164": {simulator.VoiceAgentVoicemail, "voicemail", true},
			}
			calls := map[string]int64{}
			for number, want := range wanted {
				id, err := o.aircall.PlaceAsync(simulator.Script{
					Kind: want.kind, NumberID: inboundLine, UserID: user.ID, Outside: number, Speed: 10,
					EscalationReason: "Asked for a person", Extracted: json.RawMessage(`{"Order number":"4711"}`), Insights: []string{"*"},
				})
				require.NoError(t, err)
				calls[number] = id
			}
			for number, want := range wanted {
				id := calls[number]
				o.awaitThread(id, "note voice-agent")
				o.awaitThread(id, "note insights")
				o.awaitSynced(id)
				_, shown := o.callscout("call", "show", fmt.Sprint(id))
				require.Contains(t, shown, want.outcome, "%s: %s", want.kind, shown)
				for _, conversation := range o.helpScout.Conversations() {
					for _, thread := range conversation.Threads {
						if strings.Contains(thread.Body, fmt.Sprintf("Aircall call %d / voice-agent", id)) {
							require.Contains(t, thread.Body, "4711")
							require.Contains(t, conversation.Tags, "voice virtual agent")
							require.Equal(t, want.missed, slices.Contains(conversation.Tags, "missed call"), "%s: %v", want.kind, conversation.Tags)
						}
					}
				}
			}
		})
	}
}
