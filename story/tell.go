package story

import (
	"slices"
	"time"

	"go.temporal.io/api/enums/v1"
	failurepb "go.temporal.io/api/failure/v1"
	historypb "go.temporal.io/api/history/v1"
	updatepb "go.temporal.io/api/update/v1"
	workflowpb "go.temporal.io/api/workflow/v1"

	"callscout/calllog"
	"callscout/workflows"
)

// Run is one run of a call's workflow.
type Run struct {
	Events []*historypb.HistoryEvent
	// Pending are the activities under way, which a history tells only once they are
	// through.
	Pending []*workflowpb.PendingActivityInfo
}

// Tell tells the story of a call from its runs, the oldest first. What cannot be
// opened is left out, and the key that is missing is named.
func Tell(runs []Run, open Opener) Story {
	t := teller{open: open, seen: map[string]int{}}
	for at, run := range runs {
		t.begin(at + 1)
		for _, event := range run.Events {
			t.event(event)
		}
		for _, pending := range run.Pending {
			t.pending(pending)
		}
		// Temporal writes down what came together in an order of its own.
		slices.SortStableFunc(t.items, func(a, b Item) int { return a.At.Compare(b.At) })
		t.story.Items = append(t.story.Items, t.items...)
	}
	t.story.Items = folded(t.story.Items)
	t.story.Sealed = t.open.missing
	return t.story
}

// teller reads one run after the other.
type teller struct {
	open  Opener
	story Story
	// seen is at which place of Received an event stands.
	seen map[string]int

	run   int
	items []Item
	// scheduled and updates say which item an event of the history belongs to.
	scheduled map[int64]int
	activity  map[string]int
	updates   map[string]int
	inputs    map[int64]input
	// failed is the step that failed last, which the call waits to try again; -1 if
	// there is none.
	failed int
}

func (t *teller) begin(run int) {
	t.run, t.items, t.failed = run, nil, -1
	t.scheduled, t.activity, t.updates, t.inputs = map[int64]int{}, map[string]int{}, map[string]int{}, map[int64]input{}
}

func (t *teller) add(item Item) int {
	item.Run = t.run
	t.items = append(t.items, item)
	return len(t.items) - 1
}

func (t *teller) event(event *historypb.HistoryEvent) {
	at := event.GetEventTime().AsTime()
	switch event.GetEventType() {
	case enums.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED:
		t.started(event.GetWorkflowExecutionStartedEventAttributes(), at)
	case enums.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED:
		t.signaled(event.GetWorkflowExecutionSignaledEventAttributes(), at)
	case enums.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED:
		t.asked(event.GetWorkflowExecutionUpdateAcceptedEventAttributes(), at)
	case enums.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED:
		t.answered(event.GetWorkflowExecutionUpdateCompletedEventAttributes(), at)
	case enums.EVENT_TYPE_MARKER_RECORDED:
		t.marker(event.GetMarkerRecordedEventAttributes(), at)
	case enums.EVENT_TYPE_TIMER_STARTED:
		t.waits(event.GetTimerStartedEventAttributes(), at)
	case enums.EVENT_TYPE_WORKFLOW_TASK_FAILED:
		t.faulted(event.GetWorkflowTaskFailedEventAttributes(), at)
	default:
		t.activityEvent(event, at)
		t.ended(event, at)
	}
}

func (t *teller) started(started *historypb.WorkflowExecutionStartedEventAttributes, at time.Time) {
	var in workflows.CallInput
	if t.open.args(started.GetInput(), &in) {
		t.story.Inbox, t.story.Settings = in.Inbox, in.Settings
		if in.Carried != nil {
			for _, event := range in.Carried.Events {
				// Their runs may be kept no longer.
				t.receive(event, time.Time{})
			}
		}
	}
	if started.GetContinuedExecutionRunId() == "" || started.GetInitiator() == enums.CONTINUE_AS_NEW_INITIATOR_UNSPECIFIED {
		t.add(Item{Kind: Begins, State: Done, At: at, End: at})
	}
}

// receive notes an event that came, and says whether it had come before.
func (t *teller) receive(event calllog.Event, at time.Time) (again bool) {
	place, again := t.seen[event.ID]
	if !again {
		place = len(t.story.Received)
		t.seen[event.ID] = place
		t.story.Received = append(t.story.Received, Received{Event: event, At: at})
	}
	received := &t.story.Received[place]
	if !at.IsZero() {
		received.Times++
	}
	return again
}

func (t *teller) signaled(signaled *historypb.WorkflowExecutionSignaledEventAttributes, at time.Time) {
	switch signaled.GetSignalName() {
	case workflows.EventSignal:
		var event calllog.Event
		if t.open.args(signaled.GetInput(), &event) {
			again := t.receive(event, at)
			t.add(Item{Kind: Hears, State: Done, At: at, End: at, Event: event.Name, Said: event.At, Again: again})
		}
	case workflows.Retry, workflows.Skip:
		var decision workflows.Decision
		t.open.args(signaled.GetInput(), &decision)
		t.add(Item{Kind: wish(signaled.GetSignalName()), State: Done, At: at, End: at, By: decision.By, Reason: decision.Reason})
	case workflows.TagsSignal:
		var lost calllog.Lost
		if t.open.args(signaled.GetInput(), &lost) {
			t.add(Item{Kind: Overwrote, State: Done, At: at, End: at, Conversation: lost.Conversation, Tags: lost.Restore, TagsOff: lost.Drop})
		}
	}
}

func wish(name string) Kind {
	if name == workflows.Skip {
		return AsksSkip
	}
	return AsksRetry
}

// asked is an update that was taken; what a run refuses stands in no history.
func (t *teller) asked(accepted *historypb.WorkflowExecutionUpdateAcceptedEventAttributes, at time.Time) {
	request := accepted.GetAcceptedRequest()
	name := request.GetInput().GetName()
	if name != workflows.Retry && name != workflows.Skip {
		return
	}
	var decision workflows.Decision
	t.open.args(request.GetInput().GetArgs(), &decision)
	t.updates[request.GetMeta().GetUpdateId()] = t.add(Item{
		Kind: wish(name), State: Going, At: at, By: decision.By, Reason: decision.Reason,
	})
}

func (t *teller) answered(completed *historypb.WorkflowExecutionUpdateCompletedEventAttributes, at time.Time) {
	place, known := t.updates[completed.GetMeta().GetUpdateId()]
	if !known {
		return
	}
	item := &t.items[place]
	item.State, item.End = Done, at
	if failed, is := completed.GetOutcome().GetValue().(*updatepb.Outcome_Failure); is {
		item.State, item.Failure = Failed, t.open.failure(failed.Failure)
	}
}

// waits tells until when a call stands still whose step has failed.
func (t *teller) waits(timer *historypb.TimerStartedEventAttributes, at time.Time) {
	if t.failed >= 0 {
		t.items[t.failed].Next = at.Add(timer.GetStartToFireTimeout().AsDuration())
		t.failed = -1
	}
}

// faulted tells of a fault in carrying out the run itself. Temporal also calls a task
// failed that it only has done once more, because something came meanwhile.
func (t *teller) faulted(failed *historypb.WorkflowTaskFailedEventAttributes, at time.Time) {
	switch failed.GetCause() {
	case enums.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND, enums.WORKFLOW_TASK_FAILED_CAUSE_RESET_WORKFLOW,
		enums.WORKFLOW_TASK_FAILED_CAUSE_RESET_STICKY_TASK_QUEUE, enums.WORKFLOW_TASK_FAILED_CAUSE_FORCE_CLOSE_COMMAND,
		enums.WORKFLOW_TASK_FAILED_CAUSE_FAILOVER_CLOSE_COMMAND, enums.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_UPDATE:
		return
	}
	t.add(Item{Kind: Faults, State: Failed, At: at, End: at, Tries: 1, Failure: t.open.failure(failed.GetFailure()), Did: failed.GetCause().String()})
}

func (t *teller) ended(event *historypb.HistoryEvent, at time.Time) {
	item := Item{Kind: Ends, State: Done, At: at, End: at}
	switch event.GetEventType() {
	case enums.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED:
		var result workflows.CallResult
		t.open.args(event.GetWorkflowExecutionCompletedEventAttributes().GetResult(), &result)
		item.Did, item.Reason, item.Conversation = string(result.Status), result.Reason, result.Conversation
	case enums.EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED:
		item.State, item.Did = Stopped, "canceled"
	case enums.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED:
		item.State, item.Did = Stopped, "terminated"
		item.Reason = event.GetWorkflowExecutionTerminatedEventAttributes().GetReason()
	case enums.EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT:
		item.State, item.Did = Stopped, "timed_out"
	case enums.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED:
		item.State, item.Did = Failed, "failed"
		item.Failure = t.open.failure(event.GetWorkflowExecutionFailedEventAttributes().GetFailure())
	default:
		return
	}
	for i := range t.items {
		if t.items[i].State == Going || t.items[i].State == Trying {
			t.items[i].State, t.items[i].End = Stopped, at
		}
	}
	t.add(item)
}

// pending tells of an activity under way: its tries so far, why they failed, and when
// the next one is due.
func (t *teller) pending(pending *workflowpb.PendingActivityInfo) {
	place, known := t.activity[pending.GetActivityId()]
	if !known {
		return
	}
	item := &t.items[place]
	item.Tries = int(pending.GetAttempt())
	if pending.GetLastFailure() == nil {
		return
	}
	item.State, item.Failure = Trying, t.open.failure(pending.GetLastFailure())
	if pending.GetState() == enums.PENDING_ACTIVITY_STATE_SCHEDULED {
		// The attempt that it counts has not begun.
		item.Tries = max(1, item.Tries-1)
		item.Next = pending.GetScheduledTime().AsTime()
		if next := pending.GetNextAttemptScheduleTime(); next != nil {
			item.Next = next.AsTime()
		}
	}
}

// activityEvent tells of an activity: it is one item, however often it is tried.
func (t *teller) activityEvent(event *historypb.HistoryEvent, at time.Time) {
	switch event.GetEventType() {
	case enums.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
		scheduled := event.GetActivityTaskScheduledEventAttributes()
		in := t.open.input(scheduled.GetActivityType().GetName(), scheduled.GetInput())
		item := in.item()
		item.At, item.State = at, Going
		place := t.add(item)
		t.scheduled[event.GetEventId()], t.activity[scheduled.GetActivityId()] = place, place
		t.inputs[event.GetEventId()] = in
		if in.step() {
			t.failed = -1
		}
	case enums.EVENT_TYPE_ACTIVITY_TASK_STARTED:
		started := event.GetActivityTaskStartedEventAttributes()
		if item := t.of(started.GetScheduledEventId()); item != nil {
			item.Tries = int(started.GetAttempt())
			if started.GetLastFailure() != nil {
				item.Failure = t.open.failure(started.GetLastFailure())
			}
		}
	case enums.EVENT_TYPE_ACTIVITY_TASK_COMPLETED:
		completed := event.GetActivityTaskCompletedEventAttributes()
		if item := t.of(completed.GetScheduledEventId()); item != nil {
			item.State, item.End = Done, at
			t.inputs[completed.GetScheduledEventId()].result(t, item, completed.GetResult())
		}
	case enums.EVENT_TYPE_ACTIVITY_TASK_FAILED:
		failed := event.GetActivityTaskFailedEventAttributes()
		t.fails(failed.GetScheduledEventId(), failed.GetFailure(), at)
	case enums.EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT:
		late := event.GetActivityTaskTimedOutEventAttributes()
		t.fails(late.GetScheduledEventId(), late.GetFailure(), at)
	case enums.EVENT_TYPE_ACTIVITY_TASK_CANCELED:
		if item := t.of(event.GetActivityTaskCanceledEventAttributes().GetScheduledEventId()); item != nil {
			item.State, item.End = Stopped, at
		}
	}
}

func (t *teller) fails(scheduled int64, failure *failurepb.Failure, at time.Time) {
	item := t.of(scheduled)
	if item == nil {
		return
	}
	item.State, item.End, item.Failure = Failed, at, t.open.failure(failure)
	if t.inputs[scheduled].step() {
		t.failed = t.scheduled[scheduled]
	}
}

func (t *teller) of(scheduled int64) *Item {
	place, known := t.scheduled[scheduled]
	if !known {
		return nil
	}
	return &t.items[place]
}

// folded makes one item of those that tell the same again: a step that failed after
// its tries and failed again for the same reason, a fault in the same place.
func folded(items []Item) []Item {
	var out []Item
	for _, item := range items {
		if item.Rounds == 0 {
			item.Rounds = 1
		}
		if n := len(out); n > 0 && sameFailure(out[n-1], item) {
			before := &out[n-1]
			before.Tries, before.Rounds = before.Tries+item.Tries, before.Rounds+1
			before.End, before.Next, before.Failure = item.End, item.Next, item.Failure
			continue
		}
		out = append(out, item)
	}
	return slices.Clip(out)
}

func sameFailure(a, b Item) bool {
	return a.State == Failed && b.State == Failed && a.Run == b.Run && a.Kind == b.Kind && a.Part == b.Part &&
		a.Conversation == b.Conversation && a.Kind != AsksRetry && a.Kind != AsksSkip &&
		a.Failure != nil && b.Failure != nil && a.Failure.Problem == b.Failure.Problem && a.Failure.Status == b.Failure.Status
}
