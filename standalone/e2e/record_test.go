package e2e_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/api/temporalproto"
	"go.temporal.io/api/workflowservice/v1"

	"callscout/simulator"
)

// histories is where the replay test of the root module reads them. key seals
// them, and nothing else.
const (
	histories  = "../../workflows/testdata/histories"
	historyKey = histories + "/key"
)

var workflowID = fmt.Sprintf("call/acme/%d", killedCall)

// TestRecordHistories plays calls against a real server and keeps their
// histories, as they are after this version of the workflow. Name the folder to
// be made: CALLSCOUT_TEST_RECORD=NAME. What was recorded before stays: running
// calls may come from any version.
func TestRecordHistories(t *testing.T) {
	t.Parallel()
	folder := os.Getenv("CALLSCOUT_TEST_RECORD")
	if folder == "" {
		t.Skip("histories are recorded with CALLSCOUT_TEST_RECORD=NAME only")
	}
	folder = filepath.Join(histories, filepath.Base(folder))
	require.NoError(t, os.Mkdir(folder, 0o750), "histories that were recorded are not replaced: choose another name")
	for name, play := range recorded {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			o.useHistoryKey()
			play(o)
			o.keepHistories(filepath.Join(folder, name), fmt.Sprintf("WorkflowId = %q", workflowID))
		})
	}
	for name, chore := range recordedChores {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			o.useHistoryKey()
			chore.play(o)
			o.keepHistories(filepath.Join(folder, name), chore.query)
		})
	}
	for name, play := range recordedMessages {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			o.useHistoryKey()
			o.aircall.AddNumber(simulator.Number{ID: inboundLine, Name: "Support US", Digits: "+1 202-555-0100", Country: "US", TimeZone: "America/New_York"})
			o.aircall.AddUser(simulator.AircallUser{ID: 9, Name: "Mia Berg", Email: "mia.berg@acme.example"})
			o.aircall.SetMediaURL(o.airURL)
			o.apply("")
			o.start()
			o.awaitReady()
			o.awaitWarm()
			o.aircall.AddWebhook(simulator.Webhook{URL: "http://" + o.address() + "/webhooks/aircall", Token: o.hookToken})
			play(o)
			o.keepHistories(filepath.Join(folder, name), "WorkflowType = 'Messages'")
		})
	}
}

// text has a message sent or received, and waits until Help Scout has it.
func (o *office) text(m simulator.TextMessage) string {
	o.t.Helper()
	id, err := o.aircall.Text(o.t.Context(), m)
	require.NoError(o.t, err)
	o.eventually(90*time.Second, func() bool { return strings.Contains(o.everything(), m.Body) }, "the message is logged")
	return id
}

// everything is all that can be read in Help Scout.
func (o *office) everything() string {
	var out strings.Builder
	for _, conversation := range o.helpScout.Conversations() {
		for _, thread := range conversation.Threads {
			out.WriteString(thread.Body)
		}
	}
	return out.String()
}

var recordedMessages = map[string]func(o *office){
	"messages": func(o *office) {
		o.text(simulator.TextMessage{Body: "Where is my order?", Files: []simulator.TextFile{{}}})
		sent := o.text(simulator.TextMessage{Body: "It comes on Monday.", Direction: "outbound", UserID: 9})
		require.NoError(o.t, o.aircall.SetTextStatus(o.t.Context(), sent, simulator.TextFailed))
		o.eventually(90*time.Second, func() bool { return strings.Count(o.everything(), sent) > 1 }, "the failure is noted")
		o.text(simulator.TextMessage{Body: "Thank you!", WhatsApp: &simulator.WhatsAppText{}})
	},
	"messages-parked": func(o *office) {
		require.NoError(o.t, o.helpScout.Fault(simulator.Fault{Method: http.MethodPost, PathPattern: "/v2/conversations", Status: http.StatusBadRequest}))
		_, err := o.aircall.Text(o.t.Context(), simulator.TextMessage{Body: "Where is my order?"})
		require.NoError(o.t, err)
		o.eventually(90*time.Second, func() bool {
			_, list := o.callscout("messages", "list", "--status", "needs_attention")
			return strings.Contains(list, "HelpScoutRefused")
		}, "the run needs attention")
		o.helpScout.ClearFaults()
		code, out := o.callscout("messages", "retry", "--problem", "HelpScoutRefused")
		require.Zero(o.t, code, out)
		o.eventually(90*time.Second, func() bool { return strings.Contains(o.everything(), "Where is my order?") }, "the message is logged")
	},
}

// useHistoryKey has histories sealed with the key of those that are kept.
func (o *office) useHistoryKey() {
	o.t.Helper()
	key, err := os.ReadFile(historyKey)
	require.NoError(o.t, err)
	o.env = append(o.env, "CALLSCOUT_ENCRYPTION_KEY="+strings.TrimSpace(string(key)))
}

var recorded = map[string]func(o *office){
	"answered":              func(o *office) { o.tell(stories[0]) },
	"existing-conversation": func(o *office) { o.tell(stories[1]) },
	"voicemail":             func(o *office) { o.tell(stories[2]) },
	"duplicates": func(o *office) {
		o.open(stories[0])
		again := stories[0].hooks(inboundCall(o.t, killedCall))
		o.play(stories[0], func(n int) { o.hook(again[n].body) })
		o.awaitStory(stories[0])
	},
	"late-comment": func(o *office) {
		call := o.tell(stories[0])
		o.awaitEnded(enums.WORKFLOW_EXECUTION_STATUS_COMPLETED)
		o.hook(call.event(5*time.Minute, "call.commented", map[string]any{
			"comments": []any{map[string]any{"id": 5, "content": "called back", "posted_at": call.begin.Add(5 * time.Minute).Unix(), "posted_by": mia}},
		}))
		o.eventually(60*time.Second, func() bool { return len(o.log(killedCall)) == 3 }, "the late comment is written")
		o.awaitSynced(killedCall)
	},
	"insights":    (*office).hearsInsights,
	"voice-agent": (*office).meetsVoiceAgent,
	"transcript": func(o *office) {
		o.transcribes = true
		o.open(stories[0])
		said := simulator.Insight{Kind: simulator.InsightTranscription, CallID: killedCall, Language: "en", Utterances: []simulator.Utterance{{End: 2, Text: "Hello."}}}
		_, err := o.aircall.AddInsight(said)
		require.NoError(o.t, err)
		call := inboundCall(o.t, killedCall)
		o.play(stories[0], func(int) {})
		o.hook(call.ai(60*time.Second, "transcription.created", map[string]any{"id": 1}))
		o.awaitThread(killedCall, "note transcript")
		o.awaitSynced(killedCall)
	},
	"handed-on": func(o *office) {
		o.open(stories[0])
		call := inboundCall(o.t, killedCall)
		o.hook(call.created())
		o.hook(call.answered())
		o.eventually(60*time.Second, func() bool { return len(o.log(killedCall)) == 1 }, "the first log is written")
		o.hook(call.event(15*time.Second, "call.external_transferred", map[string]any{"transferred_by": mia, "external_transferred_to": "+1 202-555-0177"}))
		o.hook(call.hungup())
		o.hook(call.ended())
		o.awaitLog(killedCall)
	},
	"untagged": func(o *office) {
		o.open(stories[1])
		call := inboundCall(o.t, killedCall)
		o.play(stories[1], func(int) {})
		o.awaitStory(stories[1])
		_, _, _, _ = call.created(), call.answered(), call.hungup(), call.ended()
		o.hook(call.event(5*time.Minute, "call.untagged", map[string]any{"tags": []any{}}))
		o.eventually(60*time.Second, func() bool { return !slices.Contains(o.tags(), "delivery") }, "the tag is taken off")
		o.awaitSynced(killedCall)
	},
	"moved": func(o *office) {
		o.helpScout.AddMailbox(simulator.Mailbox{ID: 99, Name: "Billing"})
		o.open(stories[1])
		call := inboundCall(o.t, killedCall)
		o.hook(call.created())
		o.hook(call.answered())
		o.eventually(60*time.Second, func() bool { return len(o.log(killedCall)) == 1 }, "the first log is written")
		require.NoError(o.t, o.helpScout.MoveConversation(o.helpScout.Conversations()[0].ID, 99))
		o.hook(call.hungup())
		o.hook(call.ended())
		o.awaitLog(killedCall)
	},
	"ended-lost": func(o *office) {
		o.open(stories[0])
		call := inboundCall(o.t, killedCall)
		o.hook(call.created())
		o.hook(call.answered())
		o.hook(call.hungup())
		o.awaitSynced(killedCall)
	},
	"parked-and-retried": func(o *office) {
		o.open(stories[0])
		call := o.park(killedCall, http.StatusBadRequest)
		code, _ := o.callscout("call", "retry", fmt.Sprint(killedCall))
		require.NotZero(o.t, code, "the cause is still there")
		o.helpScout.ClearFaults()
		code, out := o.callscout("call", "retry", fmt.Sprint(killedCall))
		require.Zero(o.t, code, out)
		o.hook(call.hungup())
		o.hook(call.ended())
		o.awaitSynced(killedCall)
	},
	"skipped": func(o *office) {
		o.open(stories[0])
		call := o.park(killedCall, http.StatusForbidden)
		code, out := o.callscout("call", "skip", fmt.Sprint(killedCall), "--reason", "a test call")
		require.Zero(o.t, code, out)
		o.hook(call.hungup())
		o.hook(call.ended())
		o.awaitStatus(killedCall, "skipped")
	},
	"power-cut": func(o *office) {
		o.open(stories[0])
		before := len(o.helpScout.Requests())
		require.NoError(o.t, o.helpScout.Fault(simulator.Fault{Name: "power cut", Method: http.MethodPost, PathPattern: "/v2/conversations", Times: 1, Drop: simulator.DropAfter}))
		restarted := make(chan error, 1)
		go func() { restarted <- o.cutPower(o.t.Context(), before) }()
		o.play(stories[0], func(int) {})
		require.NoError(o.t, <-restarted)
		o.awaitStory(stories[0])
	},
	"cancelled": func(o *office) {
		o.open(stories[0])
		call := inboundCall(o.t, killedCall)
		o.hook(call.created())
		o.hook(call.answered())
		o.eventually(60*time.Second, func() bool { return len(o.log(killedCall)) == 1 }, "the first log is written")
		require.NoError(o.t, o.temporal().CancelWorkflow(o.t.Context(), workflowID, ""))
		o.awaitEnded(enums.WORKFLOW_EXECUTION_STATUS_CANCELED)
		require.NotContains(o.t, o.tags(), "call in progress")
	},
}

// tell plays a story from its beginning to its end.
func (o *office) tell(s story) *phoneCall {
	o.t.Helper()
	o.open(s)
	o.play(s, func(int) {})
	o.awaitStory(s)
	call := inboundCall(o.t, killedCall)
	_, _, _, _ = call.created(), call.answered(), call.hungup(), call.ended()
	return call
}

// awaitEnded waits until the call's newest run has ended.
func (o *office) awaitEnded(status enums.WorkflowExecutionStatus) {
	o.t.Helper()
	c := o.temporal()
	o.eventually(60*time.Second, func() bool {
		run, err := c.DescribeWorkflow(o.t.Context(), workflowID, "")
		return err == nil && run.Status == status
	}, "the run has ended: "+status.String())
}

// workerName is what the SDK calls a process and its own task queue: the name of
// this machine is nobody's business.
var workerName = regexp.MustCompile(`"\d+@[^"]*"|"[^"]+:[0-9a-f-]{36}"`)

// keepHistories writes every run that the query finds, oldest first.
func (o *office) keepHistories(name, query string) {
	o.t.Helper()
	c := o.temporal()
	listed, err := c.ListWorkflow(o.t.Context(), &workflowservice.ListWorkflowExecutionsRequest{
		Query: query,
	})
	require.NoError(o.t, err)
	runs := listed.GetExecutions()
	require.NotEmpty(o.t, runs)
	for i, run := range runs {
		var history historypb.History
		events := c.GetWorkflowHistory(o.t.Context(), run.GetExecution().GetWorkflowId(), run.GetExecution().GetRunId(), false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
		for events.HasNext() {
			event, err := events.Next()
			require.NoError(o.t, err)
			history.Events = append(history.Events, event)
		}
		text, err := temporalproto.CustomJSONMarshalOptions{}.Marshal(&history)
		require.NoError(o.t, err)
		text = workerName.ReplaceAll(text, []byte(`"a worker"`))
		file := fmt.Sprintf("%s.%d.json", name, len(runs)-i)
		require.NoError(o.t, os.WriteFile(file, append(text, '\n'), 0o600))
	}
}
