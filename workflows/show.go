package workflows

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

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
	details      string
}

// show tells operators where the call stands: search attributes to find it by,
// current details to read.
func (c *call) show(ctx workflow.Context, step calllog.Step) {
	c.until = step.Until
	if step.Do == calllog.Wait {
		c.doing = step.Why
	}
	next := shown{
		status: c.status(step), outcome: c.facts.Outcome(), conversation: c.Written.Conversation.ID,
	}
	if c.Parked != nil {
		next.problem = c.Parked.Problem
	}
	next.details = c.details(next.status, step)
	var updates []temporal.SearchAttributeUpdate
	if next.status != c.shown.status {
		updates = append(updates, attribute.SyncStatus.ValueSet(string(next.status)))
	}
	if next.problem != c.shown.problem {
		if next.problem == "" {
			updates = append(updates, attribute.SyncProblem.ValueUnset())
		} else {
			updates = append(updates, attribute.SyncProblem.ValueSet(string(next.problem)))
		}
	}
	if next.outcome != c.shown.outcome {
		updates = append(updates, attribute.CallOutcome.ValueSet(string(next.outcome)))
	}
	if next.conversation != c.shown.conversation && next.conversation != 0 {
		updates = append(updates, attribute.ConversationID.ValueSet(strconv.FormatInt(next.conversation, 10)))
	}
	if len(updates) > 0 {
		if err := workflow.UpsertTypedSearchAttributes(ctx, updates...); err != nil {
			workflow.GetLogger(ctx).Error("search attributes were not updated", "error", err)
		}
	}
	if next.details != c.shown.details {
		workflow.SetCurrentDetails(ctx, next.details)
	}
	c.shown = next
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
	}
	return missing
}

func (c *call) view() View {
	v := View{
		Installation: c.Installation, Status: c.shown.status, Facts: c.facts, Written: c.Written, Parked: c.Parked,
		Missing: c.missingParts(), Doing: c.doing, Until: c.until, Reason: c.reason(),
		Events: len(c.State.Events), Details: c.shown.details,
	}
	if v.Status == "" {
		v.Status = StatusInProgress
	}
	return v
}

// details is what somebody reads who opens the run: what call it is, what is
// written where, what is missing, and how it goes on. Markdown, and without
// numbers and names of people.
func (c *call) details(status Status, step calllog.Step) string {
	var out strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&out, format+"\n", args...) }

	outcome := string(c.facts.Outcome())
	if outcome == "" {
		outcome = "still open"
	}
	line("**%s**: %s", Summary(c.facts), outcome)
	line("")
	line("- Log: **%s**", strings.ReplaceAll(string(status), "_", " "))
	line("- [Aircall call %d](%s/calls/%d)", c.CallID, strings.TrimRight(c.AircallURL, "/"), c.CallID)
	if id := c.Written.Conversation.ID; id != 0 {
		line("- [Help Scout conversation %d](%s/conversation/%d)", id, strings.TrimRight(c.HelpScoutURL, "/"), id)
	}
	if written := c.writtenNames(); len(written) > 0 {
		line("- Written: %s", strings.Join(written, ", "))
	}
	if missing := c.missingParts(); len(missing) > 0 {
		line("- Missing: %s", strings.Join(missing, ", "))
	}
	if reason := c.reason(); reason != "" && status == StatusSkipped {
		line("- Not logged: %s", reason)
	}
	if p := c.Parked; p != nil {
		line("")
		line("### Needs attention since %s", p.Since.UTC().Format(time.DateTime)+" UTC")
		line("While doing this: %s.", p.Doing)
		line("")
		line("%s %s", p.Problem.Explain(), p.Message)
		line("")
		line("**What to do:** %s To retry, run `callscout call retry %d`, or send the update `retry` to this run; to give the log up, "+
			"use `skip` with a reason in the same way. Without either it is tried again at %s UTC.",
			p.Problem.Remedy(), c.CallID, p.NextTry.UTC().Format(time.DateTime))
		return out.String()
	}
	if step.Do == calllog.Wait {
		line("- Next: %s, at the latest %s UTC", lowerFirst(step.Why), step.Until.UTC().Format(time.DateTime))
	} else if step.Do != calllog.Finish {
		line("- Next: %s", lowerFirst(step.Why))
	}
	return out.String()
}

func (c *call) writtenNames() []string {
	var names []string
	for _, part := range c.Written.Parts {
		names = append(names, strings.NewReplacer("-", " ", "/", " ").Replace(string(part)))
	}
	if len(c.Written.Tags) > 0 {
		tags := slices.Clone(c.Written.Tags)
		names = append(names, fmt.Sprintf("%d tags", len(tags)))
	}
	return names
}

func lowerFirst(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToLower(text[:1]) + text[1:]
}
