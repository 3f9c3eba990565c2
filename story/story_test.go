package story_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/api/enums/v1"
	failurepb "go.temporal.io/api/failure/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/api/temporalproto"
	workflowpb "go.temporal.io/api/workflow/v1"
	"google.golang.org/protobuf/types/known/timestamppb"

	"callscout/engine"
	"callscout/secret"
	"callscout/story"
	"callscout/workflows"
)

const (
	histories = "../workflows/testdata/histories"
	newest    = "2026-11-hears-ai/"
)

func opener(t testing.TB) story.Opener {
	t.Helper()
	key, err := os.ReadFile(histories + "/key")
	require.NoError(t, err)
	ring, err := secret.ParseRing(strings.TrimSpace(string(key)))
	require.NoError(t, err)
	return openerOf(ring)
}

func openerOf(ring *secret.Ring) story.Opener {
	data := engine.DataConverter(ring)
	return story.Opener{Data: data, Failures: engine.FailureConverter(data)}
}

// recorded reads a history that a run left behind.
func recorded(t testing.TB, name string) story.Run {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(histories, name))
	require.NoError(t, err)
	var history historypb.History
	require.NoError(t, temporalproto.CustomJSONUnmarshalOptions{DiscardUnknown: true}.Unmarshal(text, &history))
	return story.Run{Events: history.GetEvents()}
}

// line is an item without its times and ids.
func line(i story.Item) string {
	said := []string{string(i.Kind)}
	put := func(is bool, format string, args ...any) {
		if is {
			said = append(said, fmt.Sprintf(format, args...))
		}
	}
	put(i.Event != "", "%s", i.Event)
	put(i.Again, "again")
	put(i.Part != "", "%s", i.Part)
	put(len(i.Tells) > 0, "with %d more", len(i.Tells))
	put(i.Insight != "", "%s", i.Insight)
	put(i.How != "", "%s", i.How)
	put(i.Did != "", "%s", i.Did)
	put(len(i.Written) > 0, "%d parts", len(i.Written))
	put(i.Held, "held")
	put(i.Released, "released")
	put(len(i.TagsOff) > 0, "-%s", strings.Join(i.TagsOff, ","))
	put(i.Left, "left because %s", i.Because)
	put(i.Missing, "missing")
	put(i.By != "", "by %s", i.By)
	put(i.Reason != "", "because %s", i.Reason)
	put(i.Tries > 1, "in %d tries", i.Tries)
	put(i.State != story.Done, "%s", i.State)
	if f := i.Failure; f != nil {
		put(true, "(%s %d %s)", f.Problem, f.Status, f.Message)
		put(f.NoAnswer, "no answer")
	}
	return strings.Join(said, " ")
}

func lines(s story.Story) []string {
	var out []string
	for _, item := range s.Items {
		out = append(out, line(item))
	}
	return out
}

func TestRecordedHistoriesAreTold(t *testing.T) {
	t.Parallel()
	for name, want := range map[string][]string{
		"answered.1.json": {
			"begins", "hears call.created", "hears call.answered", "recalls", "finds made", "chooses", "card", "opens first-log held",
			"hears call.hungup", "hears call.ended", "fetches", "updates released", "writes second-log",
		},
		"parked-and-retried.1.json": {
			"begins", "hears call.created", "hears call.answered", "recalls", "finds made", "chooses", "card",
			"opens first-log held failed (HelpScoutRefused 400 Bad Request)",
			"asks_retry by command line, root failed (HelpScoutRefused 0 )",
			"opens first-log held failed (HelpScoutRefused 400 Bad Request)",
			"asks_retry by command line, root", "opens first-log held",
			"hears call.hungup", "hears call.ended", "fetches", "updates released", "writes second-log",
		},
		"power-cut.1.json": {
			"begins", "hears call.created", "hears call.answered", "recalls", "finds made", "chooses", "card",
			"opens first-log held in 2 tries (Internal 0 ) no answer",
			"hears call.hungup", "hears call.ended", "contact made", "updates released", "writes second-log",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			told := story.Tell([]story.Run{recorded(t, newest+name)}, opener(t))
			require.Equal(t, want, lines(told))
			require.EqualValues(t, 85, told.Inbox)
			require.NotEmpty(t, told.Settings.Calls.Types)
		})
	}
}

// Whatever version recorded a call, its story is told to the end.
func TestEveryRecordedCallIsTold(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(histories + "/*/*.json")
	require.NoError(t, err)
	told := 0
	for _, file := range files {
		name := strings.TrimPrefix(file, histories+"/")
		run := recorded(t, name)
		if run.Events[0].GetWorkflowExecutionStartedEventAttributes().GetWorkflowType().GetName() != workflows.CallWorkflow {
			continue
		}
		told++
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := story.Tell([]story.Run{run}, opener(t))
			require.Empty(t, s.Sealed)
			require.NotEmpty(t, s.Received)
			require.Equal(t, story.Begins, s.Items[0].Kind)
			before := time.Time{}
			for _, item := range s.Items {
				require.NotEqual(t, story.Other, item.Kind, item.Name)
				require.False(t, item.At.Before(before), "the oldest first")
				before = item.At
				if item.State != story.Trying && item.State != story.Going {
					require.False(t, item.End.Before(item.At))
				}
			}
			tries := 0
			for _, event := range run.Events {
				if event.GetEventType() == enums.EVENT_TYPE_ACTIVITY_TASK_STARTED {
					tries += int(event.GetActivityTaskStartedEventAttributes().GetAttempt())
				}
			}
			for _, item := range s.Items {
				switch item.Kind {
				case story.Hears, story.Begins, story.Ends, story.AsksRetry, story.AsksSkip, story.Overwrote:
				case story.Recalls:
					if item.At.Equal(item.End) {
						continue // within the workflow's task
					}
					tries -= item.Tries
				default:
					tries -= item.Tries
				}
			}
			require.Zero(t, tries, "no try is left out")
		})
	}
	require.Greater(t, told, 50)
}

func TestWhatAStillstandWaitsForIsTold(t *testing.T) {
	t.Parallel()
	s := story.Tell([]story.Run{recorded(t, newest+"parked-and-retried.1.json")}, opener(t))
	var waits []time.Duration
	for _, item := range s.Items {
		if item.State == story.Failed && item.Kind == story.Opens {
			waits = append(waits, item.Next.Sub(item.End).Round(time.Minute))
			require.True(t, item.Problem())
		}
	}
	require.Equal(t, []time.Duration{5 * time.Minute, 15 * time.Minute}, waits)
}

func TestRunsOfOneCallAreOneStory(t *testing.T) {
	t.Parallel()
	first, second := recorded(t, newest+"late-comment.1.json"), recorded(t, newest+"late-comment.2.json")
	s := story.Tell([]story.Run{first, second}, opener(t))
	runs := map[int]int{}
	for _, item := range s.Items {
		runs[item.Run]++
	}
	require.Len(t, runs, 2)
	told := lines(s)
	require.Contains(t, told, "ends synced")
	require.Equal(t, 1, strings.Count(strings.Join(told, "\n"), "writes second-log"))
	require.Contains(t, strings.Join(told, "\n"), "writes comment/")
	require.Regexp(t, `(?m)^recalls \d parts$`, strings.Join(told, "\n"), "the second run was told what the first wrote")
	ids := map[string]bool{}
	for _, received := range s.Received {
		require.False(t, ids[received.Event.ID], "each event once")
		ids[received.Event.ID] = true
	}
}

func TestAnEventThatCameTwiceIsOneEventAndTwoItems(t *testing.T) {
	t.Parallel()
	s := story.Tell([]story.Run{recorded(t, newest+"duplicates.1.json")}, opener(t))
	again := 0
	for _, item := range s.Items {
		if item.Again {
			again++
		}
	}
	require.Positive(t, again)
	times := 0
	for _, received := range s.Received {
		times += received.Times - 1
	}
	require.Equal(t, again, times)
}

func TestWhatIsSealedWithAnotherKeyIsNamed(t *testing.T) {
	t.Parallel()
	other, err := secret.ParseRing(secret.NewKey())
	require.NoError(t, err)
	s := story.Tell([]story.Run{recorded(t, newest+"parked-and-retried.1.json")}, openerOf(other))
	require.Len(t, s.Sealed, 1)
	require.Regexp(t, `^[0-9a-f]{8}$`, s.Sealed[0])
	require.NotEqual(t, other.ID(), s.Sealed[0])
	// The kinds of what was done stand in clear, as do the kinds of problems.
	require.Contains(t, lines(s), "opens failed (HelpScoutRefused 0 )")
	require.Empty(t, s.Received)
}

// A run whose worker is trying tells how often, why not, and when next.
func TestWhatIsBeingTriedIsTold(t *testing.T) {
	t.Parallel()
	run := recorded(t, newest+"answered.1.json")
	for at, event := range run.Events {
		if event.GetEventType() == enums.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED && event.GetActivityTaskScheduledEventAttributes().GetActivityType().GetName() == "OpenConversation" {
			run.Events = run.Events[:at+1]
			run.Pending = []*workflowpb.PendingActivityInfo{{
				ActivityId: event.GetActivityTaskScheduledEventAttributes().GetActivityId(), Attempt: 4,
				State:                   enums.PENDING_ACTIVITY_STATE_SCHEDULED,
				NextAttemptScheduleTime: timestamppb.New(event.GetEventTime().AsTime().Add(time.Minute)),
				LastFailure: &failurepb.Failure{FailureInfo: &failurepb.Failure_ApplicationFailureInfo{
					ApplicationFailureInfo: &failurepb.ApplicationFailureInfo{Type: "HelpScoutRateLimited"},
				}},
			}}
			break
		}
	}
	require.NotNil(t, run.Pending)
	items := story.Tell([]story.Run{run}, opener(t)).Items
	last := items[len(items)-1]
	require.Equal(t, "opens first-log held in 3 tries trying (HelpScoutRateLimited 0 )", line(last))
	require.Equal(t, time.Minute, last.Next.Sub(last.At))
	require.True(t, last.Problem())
}

func TestFailuresThatRepeatAreOneItem(t *testing.T) {
	t.Parallel()
	run := recorded(t, newest+"parked-and-retried.1.json")
	// Without the people who asked, only the call itself tries again.
	var events []*historypb.HistoryEvent
	for _, event := range run.Events {
		switch event.GetEventType() {
		case enums.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED, enums.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED:
		default:
			events = append(events, event)
		}
	}
	s := story.Tell([]story.Run{{Events: events}}, opener(t))
	require.Contains(t, lines(s), "opens first-log held in 2 tries failed (HelpScoutRefused 400 Bad Request)")
	for _, item := range s.Items {
		if item.State == story.Failed {
			require.Equal(t, 2, item.Rounds)
		}
	}
}

func TestARunThatWasStoppedTellsWhatWasUnderWay(t *testing.T) {
	t.Parallel()
	at := timestamppb.New(time.Unix(1767607200, 0))
	s := story.Tell([]story.Run{{Events: []*historypb.HistoryEvent{
		{EventId: 1, EventTime: at, EventType: enums.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED, Attributes: &historypb.HistoryEvent_ActivityTaskScheduledEventAttributes{
			ActivityTaskScheduledEventAttributes: &historypb.ActivityTaskScheduledEventAttributes{ActivityId: "5", ActivityType: &commonpb.ActivityType{Name: "FromTheFuture"}},
		}},
		{EventId: 2, EventTime: at, EventType: enums.EVENT_TYPE_WORKFLOW_TASK_FAILED, Attributes: &historypb.HistoryEvent_WorkflowTaskFailedEventAttributes{
			WorkflowTaskFailedEventAttributes: &historypb.WorkflowTaskFailedEventAttributes{Cause: enums.WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR},
		}},
		{EventId: 3, EventTime: at, EventType: enums.EVENT_TYPE_WORKFLOW_TASK_FAILED, Attributes: &historypb.HistoryEvent_WorkflowTaskFailedEventAttributes{
			WorkflowTaskFailedEventAttributes: &historypb.WorkflowTaskFailedEventAttributes{Cause: enums.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND},
		}},
		{EventId: 4, EventTime: at, EventType: enums.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED, Attributes: &historypb.HistoryEvent_WorkflowExecutionTerminatedEventAttributes{
			WorkflowExecutionTerminatedEventAttributes: &historypb.WorkflowExecutionTerminatedEventAttributes{Reason: "by hand"},
		}},
	}}}, opener(t))
	require.Equal(t, []string{"other stopped", "faults NonDeterministicError failed", "ends terminated because by hand stopped"}, lines(s))
	require.Equal(t, "FromTheFuture", s.Items[0].Name)
	require.True(t, s.Items[1].Problem())
}
