package workflows_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"callscout/activities/contract"
	"callscout/aircall"
	"callscout/calllog"
	"callscout/settings"
	"callscout/workflows"
)

// ring is when every call of these tests begins.
var ring = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

const callID = 4186780376

// desk stands for the activities: it does what they are asked to do in memory,
// notes it in order, and fails where it is told to.
type desk struct {
	t   *testing.T
	env *testsuite.TestWorkflowEnvironment
	did []string
	// beside is what was done for the agent, beside the log.
	beside []string
	fail   map[string][]error
	// existing is the conversation that ChooseConversation finds; 0 for none.
	existing int64
	rest     *calllog.Event
	gone     map[int64]bool
	updates  []contract.UpdateConversationInput
	threads  []contract.ThreadInput
	done     []calllog.Done
	cards    []contract.CardInput
	choices  []contract.ChooseConversationInput
	find     func() contract.FindCustomerResult
	show     func(contract.CardInput) contract.CardResult
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	var suite testsuite.WorkflowTestSuite
	d := &desk{t: t, env: suite.NewTestWorkflowEnvironment(), fail: map[string][]error{}, gone: map[int64]bool{}}
	d.env.SetStartTime(ring)
	d.env.SetTestTimeout(20 * time.Second)
	d.env.RegisterWorkflowWithOptions(workflows.Call, workflow.RegisterOptions{Name: workflows.CallWorkflow})
	stand(d, string(calllog.Remember), func(contract.RecallInput) (calllog.Written, error) {
		return calllog.Recall(d.done), nil
	})
	stand(d, string(calllog.FindCustomer), func(contract.FindCustomerInput) (contract.FindCustomerResult, error) {
		if d.find != nil {
			return d.find(), nil
		}
		return contract.FindCustomerResult{Customer: 501, How: calllog.FoundByNumber, Profile: &calllog.Profile{FirstName: "Jane"}}, nil
	})
	stand(d, contract.ShowCard, func(in contract.CardInput) (contract.CardResult, error) {
		d.cards = append(d.cards, in)
		if d.show != nil {
			return d.show(in), nil
		}
		return contract.CardResult{}, nil
	})
	stand(d, contract.SyncContact, func(contract.ContactInput) (contract.ContactResult, error) {
		return contract.ContactResult{Contact: 77, Did: calllog.ContactMade}, nil
	})
	stand(d, string(calllog.ChooseConversation), func(in contract.ChooseConversationInput) (contract.Conversation, error) {
		d.choices = append(d.choices, in)
		if slices.Contains(in.Left, d.existing) {
			return contract.Conversation{}, nil
		}
		return contract.Conversation{ID: d.existing}, nil
	})
	stand(d, string(calllog.OpenConversation), func(in contract.OpenConversationInput) (contract.Conversation, error) {
		d.threads = append(d.threads, in.ThreadInput)
		told := append([]calllog.Part{in.Part}, calllog.Tellable(in.Facts, in.Settings)...)
		return contract.Conversation{ID: 900, Status: "active", Told: told, Tags: in.Change.AddTags, Held: in.Change.Hold}, nil
	})
	stand(d, string(calllog.UpdateConversation), func(in contract.UpdateConversationInput) (contract.Conversation, error) {
		if d.gone[in.Conversation] {
			return contract.Conversation{ID: in.Conversation, Gone: true}, nil
		}
		d.updates = append(d.updates, in)
		return contract.Conversation{ID: in.Conversation, Status: "active", Tags: in.Change.AddTags, Held: in.Change.Hold}, nil
	})
	stand(d, string(calllog.WriteThread), func(in contract.ThreadInput) (contract.ThreadResult, error) {
		d.threads = append(d.threads, in)
		told := []calllog.Part{in.Part}
		if in.Part == calllog.PartSecondLog {
			told = append(told, calllog.Tellable(in.Facts, in.Settings)...)
		}
		return contract.ThreadResult{Thread: 1, Told: told}, nil
	})
	stand(d, string(calllog.FetchCall), func(contract.Call) (contract.FetchCallResult, error) {
		if d.rest == nil {
			return contract.FetchCallResult{Gone: true}, nil
		}
		return contract.FetchCallResult{Event: *d.rest}, nil
	})
	stand(d, contract.RecordSkip, func(contract.RecordSkipInput) (bool, error) { return true, nil })
	d.env.SetOnActivityStartedListener(func(info *activity.Info, _ context.Context, args converter.EncodedValues) {
		name := info.ActivityType.Name
		if name == string(calllog.WriteThread) || name == string(calllog.OpenConversation) {
			var in contract.ThreadInput
			require.NoError(t, args.Get(&in))
			name += " " + string(in.Part)
		}
		switch {
		case info.Attempt > 1:
		case name == contract.ShowCard || name == contract.SyncContact:
			d.beside = append(d.beside, name)
		default:
			d.did = append(d.did, name)
		}
	})
	d.env.SetOnLocalActivityStartedListener(func(info *activity.Info, _ context.Context, _ []any) {
		d.did = append(d.did, info.ActivityType.Name)
	})
	return d
}

func stand[In, Out any](d *desk, name string, do func(In) (Out, error)) {
	d.env.RegisterActivityWithOptions(func(_ context.Context, in In) (Out, error) {
		if queue := d.fail[name]; len(queue) > 0 {
			var none Out
			d.fail[name] = queue[1:]
			if queue[0] != nil {
				return none, queue[0]
			}
		}
		return do(in)
	}, activity.RegisterOptions{Name: name})
}

func refused(problem calllog.Problem) error {
	return temporal.NewApplicationErrorWithOptions(problem.Explain(), string(problem), temporal.ApplicationErrorOptions{
		NonRetryable: true, Details: []any{contract.FailureDetails{Status: 400, Message: "text may not be empty"}},
	})
}

// hear sends an event some time after the ring; change makes the body's data
// differ from that of a ringing inbound call.
func (d *desk) hear(after time.Duration, name string, change map[string]any) {
	event := d.event(after, name, change)
	d.env.RegisterDelayedCallback(func() { d.env.SignalWorkflow(workflows.EventSignal, event) }, after)
}

func (d *desk) event(after time.Duration, name string, change map[string]any) calllog.Event {
	d.t.Helper()
	data := map[string]any{
		"id": callID, "direction": "inbound", "status": "initial", "started_at": ring.Unix(), "answered_at": nil, "ended_at": nil,
		"raw_digits": "+1 202-555-0143", "number": map[string]any{"id": 77, "name": "Support", "digits": "+1 202-555-0100", "country": "US"},
		"tags": []any{}, "comments": []any{},
	}
	for key, value := range change {
		data[key] = value
	}
	body, err := json.Marshal(map[string]any{
		"resource": "call", "event": name, "timestamp": ring.Add(after).Unix(), "token": "t", "data": data,
	})
	require.NoError(d.t, err)
	parsed, err := aircall.ParseEvent(body)
	require.NoError(d.t, err)
	event, err := calllog.FromWebhook(parsed)
	require.NoError(d.t, err)
	return event
}

func at(after time.Duration) int64 { return ring.Add(after).Unix() }

var agent = map[string]any{"id": 9, "name": "Mia Berg", "email": "mia@example.com"}

func answered() map[string]any {
	return map[string]any{"status": "answered", "answered_at": at(10 * time.Second), "user": agent}
}

func ended(more map[string]any) map[string]any {
	change := answered()
	change["status"], change["ended_at"], change["duration"] = "done", at(70*time.Second), 70
	for key, value := range more {
		change[key] = value
	}
	return change
}

func missedCall(more map[string]any) map[string]any {
	change := map[string]any{"status": "done", "ended_at": at(20 * time.Second), "missed_call_reason": "agents_did_not_answer"}
	for key, value := range more {
		change[key] = value
	}
	return change
}

func input() workflows.CallInput {
	return workflows.CallInput{
		Installation: "acme", CallID: callID, Inbox: 85, Settings: settings.Defaults(),
		HelpScoutURL: "https://secure.helpscout.net", AircallURL: "https://dashboard.aircall.io",
	}
}

// run plays the call to its end.
func (d *desk) run() workflows.CallResult { return d.runWith(input()) }

func (d *desk) runWith(in workflows.CallInput) workflows.CallResult {
	d.t.Helper()
	d.env.ExecuteWorkflow(workflows.CallWorkflow, in)
	require.True(d.t, d.env.IsWorkflowCompleted())
	require.NoError(d.t, d.env.GetWorkflowError())
	var result workflows.CallResult
	require.NoError(d.t, d.env.GetWorkflowResult(&result))
	return result
}

func (d *desk) view() workflows.View {
	d.t.Helper()
	value, err := d.env.QueryWorkflow(workflows.StatusQuery)
	require.NoError(d.t, err)
	var view workflows.View
	require.NoError(d.t, value.Get(&view))
	return view
}

func (d *desk) parts() []string {
	var parts []string
	for _, thread := range d.threads {
		parts = append(parts, string(thread.Part))
	}
	return parts
}

// wholeCall is an answered inbound call with every webhook.
func (d *desk) wholeCall() {
	d.hear(0, aircall.EventCallCreated, nil)
	d.hear(0, aircall.EventCallRingingOnAgent, map[string]any{"user": agent})
	d.hear(10*time.Second, aircall.EventCallAnswered, answered())
	d.hear(70*time.Second, aircall.EventCallHungup, ended(nil))
	d.hear(100*time.Second, aircall.EventCallEnded, ended(nil))
}

func TestAnAnsweredCallIsTwoLogsInANewConversation(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.wholeCall()
	var afterAnswer, beforeSecond workflows.View
	d.env.RegisterDelayedCallback(func() { afterAnswer = d.view() }, 12*time.Second)
	d.env.RegisterDelayedCallback(func() { beforeSecond = d.view() }, 114*time.Second)
	result := d.run()
	require.Equal(t, []string{
		"Recall", "FindCustomer", "ChooseConversation", "OpenConversation first-log", "UpdateConversation", "WriteThread second-log",
	}, d.did)
	require.Equal(t, workflows.StatusSynced, result.Status)
	require.EqualValues(t, 900, result.Conversation)
	require.True(t, afterAnswer.Written.InProgress)
	require.Equal(t, workflows.StatusWaiting, afterAnswer.Status)
	require.Contains(t, afterAnswer.Checklist, calllog.Marked{Part: calllog.PartFirstLog, Mark: calllog.MarkDone})
	require.False(t, beforeSecond.Written.Has(calllog.PartSecondLog), "the second log comes 45 s after the end, not before")
	require.True(t, d.updates[0].Change.Release)
	require.False(t, d.threads[1].Phone, "the second log is a note")
}

func TestAnAnsweredCallGoesIntoTheConversationThatIsThere(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.existing = 42
	d.wholeCall()
	require.EqualValues(t, 42, d.run().Conversation)
	require.Equal(t, []string{
		"Recall", "FindCustomer", "ChooseConversation", "UpdateConversation", "WriteThread first-log", "UpdateConversation", "WriteThread second-log",
	}, d.did)
	require.True(t, d.threads[0].Phone)
	require.True(t, d.updates[0].Change.Hold)
	require.True(t, d.updates[1].Change.Release)
}

func TestAMissedCallIsOnePhoneThread(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.hear(0, aircall.EventCallCreated, nil)
	d.hear(20*time.Second, aircall.EventCallHungup, missedCall(nil))
	d.hear(50*time.Second, aircall.EventCallEnded, missedCall(map[string]any{"voicemail": "https://example.com/vm.mp3"}))
	d.hear(53*time.Second, aircall.EventCallVoicemailLeft, missedCall(map[string]any{"voicemail": "https://example.com/vm.mp3?again"}))
	result := d.run()
	require.Equal(t, []string{"second-log"}, d.parts())
	require.True(t, d.threads[0].Alone)
	require.Contains(t, result.Written, calllog.PartVoicemail)
}

func TestEventsTwiceAndInAnyOrderMakeTheSameLog(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for range 2 {
		d.hear(100*time.Second, aircall.EventCallEnded, ended(nil))
		d.hear(100*time.Second, aircall.EventCallHungup, ended(nil))
		d.hear(101*time.Second, aircall.EventCallAnswered, answered())
		d.hear(101*time.Second, aircall.EventCallCreated, nil)
	}
	d.run()
	require.Equal(t, []string{"second-log"}, d.parts(), "the end is known before the first log: one thread carries both")
}

func TestALostLastWordIsFetched(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.hear(0, aircall.EventCallCreated, nil)
	d.hear(10*time.Second, aircall.EventCallAnswered, answered())
	d.hear(70*time.Second, aircall.EventCallHungup, ended(nil))
	final := d.event(3*time.Minute, aircall.EventCallEnded, ended(map[string]any{"recording": "https://example.com/r.mp3"}))
	final.Name = calllog.Fetched
	d.rest = &final
	result := d.run()
	require.Contains(t, d.did, "FetchCall")
	require.Contains(t, result.Written, calllog.PartRecording)
	require.Equal(t, []string{"first-log", "second-log"}, d.parts())
}

func TestASilentCallIsFetchedAndEnded(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.hear(10*time.Second, aircall.EventCallAnswered, answered())
	result := d.run() // Aircall knows it no more
	require.Equal(t, workflows.StatusSynced, result.Status)
	require.Equal(t, []string{"first-log", "second-log"}, d.parts())
	require.True(t, d.updates[len(d.updates)-1].Change.Release, "no in-progress tag is left behind")
}

func TestLateFactsAreAppended(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.wholeCall()
	late := ended(map[string]any{
		"comments": []any{map[string]any{"id": 5, "content": "call back on Monday", "posted_at": at(4 * time.Minute), "posted_by": agent}},
		"tags":     []any{map[string]any{"id": 1, "name": "Refund", "tagged_by": agent}},
	})
	d.hear(4*time.Minute, aircall.EventCallCommented, late)
	late["recording"] = "https://example.com/r.mp3"
	d.hear(5*time.Minute, aircall.EventCallCommAssetsGenerated, late)
	d.run()
	require.Equal(t, []string{"first-log", "second-log", "comment/5", "recording"}, d.parts())
	require.Contains(t, d.updates[len(d.updates)-1].Change.AddTags, "refund")
}

func TestARefusedLogParksAndIsWrittenOnceAfterARetry(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.wholeCall()
	d.fail[string(calllog.OpenConversation)] = []error{refused(calllog.HelpScoutRefused), refused(calllog.HelpScoutRefused)}
	var parked workflows.View
	var first, second string
	var firstErr error
	d.env.RegisterDelayedCallback(func() { parked = d.view() }, 12*time.Second)
	d.env.RegisterDelayedCallback(func() { d.retry(func(_ string, err error) { firstErr = err }) }, 15*time.Second)
	d.env.RegisterDelayedCallback(func() { d.retry(func(answer string, _ error) { first = answer }) }, 20*time.Second)
	d.env.RegisterDelayedCallback(func() { d.retry(func(_ string, err error) { second = err.Error() }) }, 30*time.Second)
	result := d.run()
	require.Equal(t, workflows.StatusNeedsAttention, parked.Status)
	require.Equal(t, calllog.HelpScoutRefused, parked.Parked.Problem)
	require.Contains(t, parked.Details, "text may not be empty")
	require.Contains(t, parked.Details, "Missing: first log")
	require.ErrorContains(t, firstErr, "still failing")
	require.Contains(t, first, "goes on")
	require.Contains(t, second, "does not need attention")
	require.Equal(t, workflows.StatusSynced, result.Status)
	require.Equal(t, []string{"first-log", "second-log"}, d.parts())
}

func (d *desk) retry(told func(string, error)) {
	d.env.UpdateWorkflow(workflows.Retry, "", &testsuite.TestUpdateCallback{
		OnAccept: func() {},
		OnReject: func(err error) { told("", err) },
		OnComplete: func(answer any, err error) {
			text, _ := answer.(string)
			told(text, err)
		},
	}, workflows.Decision{By: "a test"})
}

func TestASignalRetriesAsWell(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.wholeCall()
	d.fail[string(calllog.FindCustomer)] = []error{refused(calllog.HelpScoutForbidden)}
	d.env.RegisterDelayedCallback(func() { d.env.SignalWorkflow(workflows.Retry, workflows.Decision{}) }, 5*time.Second)
	d.run()
	require.Equal(t, []string{"first-log", "second-log"}, d.parts())
}

func TestAParkedCallHealsByItself(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.wholeCall()
	for range 40 {
		d.fail[string(calllog.WriteThread)] = append(d.fail[string(calllog.WriteThread)],
			temporal.NewApplicationError("down", string(calllog.HelpScoutDown)))
	}
	require.Equal(t, workflows.StatusSynced, d.run().Status)
	require.Equal(t, []string{"first-log", "second-log"}, d.parts())
}

func TestASkippedCallIsNotLoggedAndLosesItsTag(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.wholeCall()
	d.fail[string(calllog.WriteThread)] = []error{refused(calllog.HelpScoutRefused)}
	var answer string
	d.env.RegisterDelayedCallback(func() {
		d.env.UpdateWorkflow(workflows.Skip, "", &testsuite.TestUpdateCallback{
			OnAccept: func() {}, OnReject: func(err error) { answer = err.Error() },
			OnComplete: func(a any, err error) { require.NoError(t, err); answer, _ = a.(string) },
		}, workflows.Decision{Reason: "a test call"})
	}, 150*time.Second)
	result := d.run()
	require.Equal(t, "skipped: a test call", answer)
	require.Equal(t, workflows.StatusSkipped, result.Status)
	require.Equal(t, "a test call", result.Reason)
	require.Equal(t, []string{"first-log"}, d.parts())
	require.Contains(t, d.did, contract.RecordSkip)
}

func TestASkipNeedsAReason(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.wholeCall()
	d.fail[string(calllog.FindCustomer)] = []error{refused(calllog.HelpScoutForbidden)}
	var rejected error
	d.env.RegisterDelayedCallback(func() {
		d.env.UpdateWorkflow(workflows.Skip, "", &testsuite.TestUpdateCallback{
			OnAccept: func() { t.Error("accepted") }, OnReject: func(err error) { rejected = err }, OnComplete: func(any, error) {},
		}, workflows.Decision{})
	}, 5*time.Second)
	require.Equal(t, workflows.StatusSynced, d.run().Status)
	require.ErrorContains(t, rejected, "needs a reason")
}

func TestAFullConversationIsLeftForAnother(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.existing = 42
	d.wholeCall()
	d.fail[string(calllog.WriteThread)] = []error{nil, refused(calllog.ConversationFull)}
	result := d.run()
	require.EqualValues(t, 900, result.Conversation)
	require.Equal(t, []string{"first-log", "second-log"}, d.parts())
	require.Equal(t, []int64{42}, d.threads[1].Left)
}

func TestADeletedConversationIsReplaced(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.existing = 42
	d.wholeCall()
	d.env.RegisterDelayedCallback(func() { d.gone[42] = true }, 60*time.Second)
	result := d.run()
	require.EqualValues(t, 900, result.Conversation)
	require.Equal(t, []string{"first-log", "second-log"}, d.parts())
}

// The conversation is being opened, with the tag, when the run is cancelled.
func TestACallThatIsCancelledInMidStepLosesItsTagToo(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.wholeCall()
	d.env.SetOnActivityStartedListener(func(info *activity.Info, _ context.Context, _ converter.EncodedValues) {
		if info.ActivityType.Name == string(calllog.OpenConversation) {
			d.env.CancelWorkflow()
		}
	})
	d.env.ExecuteWorkflow(workflows.CallWorkflow, input())
	require.True(t, temporal.IsCanceledError(d.env.GetWorkflowError()), "%v", d.env.GetWorkflowError())
	require.Len(t, d.updates, 1)
	require.True(t, d.updates[0].Change.Release)
}

func TestACancelledCallLosesItsTag(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.wholeCall()
	d.env.RegisterDelayedCallback(d.env.CancelWorkflow, 30*time.Second)
	d.env.ExecuteWorkflow(workflows.CallWorkflow, input())
	require.Error(t, d.env.GetWorkflowError())
	require.Len(t, d.updates, 1)
	require.True(t, d.updates[0].Change.Release)
}

func TestACallThatIsNotWantedWritesNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	in := input()
	in.Settings.Calls.Types = []settings.CallType{settings.OutboundAnswered}
	d.wholeCall()
	result := d.runWith(in)
	require.Equal(t, workflows.StatusSkipped, result.Status)
	require.Equal(t, []string{"Recall"}, d.did)
	require.Contains(t, result.Reason, "calls.types")
}

func TestALaterRunWritesOnlyWhatIsNew(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.done = []calllog.Done{
		{Part: calllog.CustomerPart(501), ID: 501}, {Part: calllog.ConversationPart(42), ID: 42}, {Part: calllog.PartFirstLog, ID: 1},
		{Part: calllog.PartSecondLog, ID: 2}, {Part: calllog.TagPart("inbound")}, {Part: calllog.TagPart("phone-number-support")},
	}
	d.hear(0, aircall.EventCallCommented, ended(map[string]any{
		"comments": []any{map[string]any{"id": 5, "content": "late", "posted_at": at(time.Hour)}},
	}))
	result := d.run()
	require.Equal(t, []string{"Recall", "WriteThread comment/5"}, d.did[:2])
	require.EqualValues(t, 42, result.Conversation)
	require.Equal(t, []string{"comment/5"}, d.parts())
}

func TestDetailsHoldNothingPersonal(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.wholeCall()
	var views []workflows.View
	for _, after := range []int{5, 12, 80, 130} {
		d.env.RegisterDelayedCallback(func() { views = append(views, d.view()) }, time.Duration(after)*time.Second)
	}
	d.run()
	require.Len(t, views, 4)
	for _, view := range views {
		require.NotContains(t, view.Details, "555", "no outside number")
		require.NotContains(t, view.Details, "Mia", "no agent")
		require.Contains(t, view.Details, "Next: ")
		require.True(t, strings.HasPrefix(view.Details, "**Inbound call on Support**"))
	}
}

func TestContinueAsNewCarriesEverything(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.env.SetContinueAsNewSuggested(true)
	d.wholeCall()
	d.env.ExecuteWorkflow(workflows.CallWorkflow, input())
	var next *workflow.ContinueAsNewError
	require.ErrorAs(t, d.env.GetWorkflowError(), &next)
	var carried workflows.CallInput
	require.NoError(t, converter.GetDefaultDataConverter().FromPayloads(next.Input, &carried))
	require.NotNil(t, carried.Carried)

	second := newDesk(t)
	second.env.SetStartTime(ring.Add(5 * time.Second))
	second.hear(5*time.Second, aircall.EventCallAnswered, answered())
	second.hear(95*time.Second, aircall.EventCallEnded, ended(nil))
	require.Equal(t, workflows.StatusSynced, second.runWith(carried).Status)
	require.NotContains(t, second.did, "Recall", "what the first run knew is known")
	require.NotContains(t, second.did, "FindCustomer")
}

func TestACallWithoutAnInboxIsRefused(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	in := input()
	in.Inbox = 0
	d.env.ExecuteWorkflow(workflows.CallWorkflow, in)
	var failure *temporal.ApplicationError
	require.ErrorAs(t, d.env.GetWorkflowError(), &failure)
	require.Equal(t, string(calllog.Misconfigured), failure.Type())
}

func TestCallIDsReadBackWhatTheyWrote(t *testing.T) {
	t.Parallel()
	installation, call, err := workflows.ParseCallID(workflows.CallID("acme-2", callID))
	require.NoError(t, err)
	require.Equal(t, "acme-2", installation)
	require.EqualValues(t, callID, call)
	for _, wrong := range []string{"", "call/acme", "call//1", "call/acme/x", "messages/acme/1", "call/acme/-3"} {
		_, _, err := workflows.ParseCallID(wrong)
		require.ErrorContains(t, err, "not the id of a call", wrong)
	}
}
