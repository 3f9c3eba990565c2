package workflows

import (
	"strconv"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"callscout/calllog"
	"callscout/engine/attribute"
)

// shown is what Temporal was last told, so that it is told only news: each
// upsert is an event in the history.
type shown struct {
	status       Status
	problem      calllog.Problem
	outcome      calllog.Outcome
	conversation int64
	agent        int64
	details      string
	row          Row
}

// show tells operators where the call stands: search attributes to find it by,
// current details to read.
func (c *call) show(ctx workflow.Context, step calllog.Step) {
	c.until, c.step = step.Until, step
	if step.Do == calllog.Wait {
		c.doing = step.Why
	}
	next := shown{
		status: c.status(step), outcome: c.facts.Outcome(), conversation: c.Written.Conversation.ID,
		agent: c.agentID(), row: c.shown.row,
	}
	if c.Parked != nil {
		next.problem = c.Parked.Problem
	}
	next.details = c.details(next.status, step)
	if c.rowDue(step, c.shown.differs(next)) {
		next.row = c.row()
	}
	c.hands.tell(ctx, c.shown, next)
	c.shown = next
}

// differs says that search attributes are to be told.
func (s shown) differs(next shown) bool {
	return next.status != s.status || next.problem != s.problem || next.outcome != s.outcome ||
		next.conversation != s.conversation || next.agent != s.agent
}

// tell tells Temporal what is new.
func (s shown) tell(ctx workflow.Context, next shown) {
	var updates []temporal.SearchAttributeUpdate
	if next.status != s.status {
		updates = append(updates, attribute.SyncStatus.ValueSet(string(next.status)))
	}
	if next.problem != s.problem {
		if next.problem == "" {
			updates = append(updates, attribute.SyncProblem.ValueUnset())
		} else {
			updates = append(updates, attribute.SyncProblem.ValueSet(string(next.problem)))
		}
	}
	if next.outcome != s.outcome {
		updates = append(updates, attribute.CallOutcome.ValueSet(string(next.outcome)))
	}
	if next.conversation != s.conversation && next.conversation != 0 {
		updates = append(updates, attribute.ConversationID.ValueSet(strconv.FormatInt(next.conversation, 10)))
	}
	if next.agent != s.agent && next.agent != 0 {
		updates = append(updates, attribute.AgentID.ValueSet(next.agent))
	}
	if len(updates) > 0 {
		if err := workflow.UpsertTypedSearchAttributes(ctx, updates...); err != nil {
			workflow.GetLogger(ctx).Error("search attributes were not updated", "error", err)
		}
	}
	if next.details != s.details {
		workflow.SetCurrentDetails(ctx, next.details)
	}
	if !next.row.same(s.row) {
		if err := workflow.UpsertMemo(ctx, map[string]any{RowMemo: next.row}); err != nil {
			workflow.GetLogger(ctx).Error("the row of the list was not updated", "error", err)
		}
	}
}

// status is where the log stands if step is what comes next.
func (c *call) status(step calllog.Step) Status {
	switch {
	case c.Written.Skipped():
		return StatusSkipped
	case c.Parked != nil:
		return StatusNeedsAttention
	case c.Written.Has(calllog.PartSecondLog) && (step.Do == calllog.Wait || step.Do == calllog.Finish):
		return StatusSynced
	case step.Do == calllog.Finish || (step.Do == calllog.Wait && c.facts.Over() && !c.situation().Wanted()):
		return StatusSkipped
	case step.Do == calllog.Wait:
		return StatusWaiting
	default:
		return StatusInProgress
	}
}

func (c *call) reason() string {
	switch {
	case c.SkipReason != "":
		return c.SkipReason
	case c.Written.Skipped():
		return "skipped in an earlier run"
	case c.situation().TooLate():
		return "only Aircall's AI was heard of this call, long after it or without the call itself"
	case !c.situation().Wanted() && c.facts.Anonymous:
		return "the number was withheld, and contacts.anonymous is skip"
	case !c.situation().Wanted():
		return "calls.types leaves out " + string(c.facts.Type())
	default:
		return ""
	}
}

func (c *call) missingParts() []string {
	var missing []string
	if !c.situation().Wanted() {
		return nil
	}
	if c.facts.Answered() && !c.Written.Has(calllog.PartFirstLog) && !c.Written.Has(calllog.PartSecondLog) {
		missing = append(missing, "first log")
	}
	if c.facts.Over() && !c.Written.Has(calllog.PartSecondLog) {
		missing = append(missing, "log of the ended call")
	}
	if c.Written.Has(calllog.PartSecondLog) {
		for _, part := range calllog.Tellable(c.facts, c.Settings) {
			if !c.Written.Has(part) {
				missing = append(missing, string(part))
			}
		}
		missing = append(missing, c.situation().MissingAI()...)
	}
	return missing
}

func (c *call) view() View {
	v := View{
		Installation: c.Installation, Status: c.shown.status, Facts: c.facts, Written: c.Written, Parked: c.Parked,
		Missing: c.missingParts(), Doing: c.doing, Until: c.until, Reason: c.reason(),
		Events: len(c.State.Events), Details: c.details(c.shown.status, c.step), Greeting: c.Greeting,
		Checklist: c.situation().Checklist(c.step, c.Parked != nil),
	}
	if v.Status == "" {
		v.Status = StatusInProgress
	}
	return v
}
