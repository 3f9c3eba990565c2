package starter

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	commonpb "go.temporal.io/api/common/v1"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/temporal"

	"callscout/engine/attribute"
	"callscout/workflows"
)

// Status is where a call's log stands.
type Status = workflows.Status

// Query says which calls of one installation a list shows. A zero field does not
// choose.
type Query struct {
	Installation string
	Status       workflows.Status
	// Open leaves out runs that have ended.
	Open             bool
	Problem, Outcome string
	// Lines are ids of Aircall's numbers, any of which may have had the call.
	Lines []int64
	// Agent is Aircall's id of the user who had it.
	Agent int64
	// Who is the hash of the other party's number (NumberHash).
	Who          string
	Call         int64
	Conversation string
	// From and To are about when the call's run began, which is within a second of the
	// call's own beginning unless its webhooks were late.
	From, To time.Time
	// Limit is how many at most; 0 means 50. After is where the page before ended.
	Limit int
	After []byte
}

// Listed is one call in a list.
type Listed struct {
	Found
	Line, Agent int64
	// Who is the hash of the other party's number.
	Who string
	Row workflows.Row
	// Sealed says that the row does not open with this encryption key.
	Sealed bool
}

// mostListed is what Temporal gives in one answer.
const mostListed = 1000

// List gives one page of calls: those that run first, the newest of them first, then
// those that ended last. next is nil where there are no more. It lags a moment behind.
// Its error is Temporal's.
func (s *Starter) List(ctx context.Context, q Query) (page []Listed, next []byte, err error) {
	limit := q.Limit
	if limit <= 0 {
		limit = 50
	}
	answer, err := s.Client.ListWorkflow(ctx, &workflowservice.ListWorkflowExecutionsRequest{
		Query: q.terms(), PageSize: int32(min(limit, mostListed)), NextPageToken: q.After,
	})
	if err != nil {
		return nil, nil, fmt.Errorf("temporal: %w", err)
	}
	for _, run := range answer.GetExecutions() {
		listed, ours := s.listed(run)
		if !ours {
			continue
		}
		// A call whose run ended and that was heard of again has two runs: the newest
		// one, which comes first, tells.
		if !slices.ContainsFunc(page, func(l Listed) bool { return l.Call == listed.Call }) {
			page = append(page, listed)
		}
	}
	return page, answer.GetNextPageToken(), nil
}

// Count tells how many runs a query chooses. Where it chooses many, that is slow: the
// store reads each of them. Its error is Temporal's.
func (s *Starter) Count(ctx context.Context, q Query) (int, error) {
	answer, err := s.Client.CountWorkflow(ctx, &workflowservice.CountWorkflowExecutionsRequest{Query: q.terms()})
	if err != nil {
		return 0, fmt.Errorf("temporal: %w", err)
	}
	return int(answer.GetCount()), nil
}

// Before counts the runs of every kind, also those that have ended, which began before a
// time and which Temporal still keeps. Its error is Temporal's.
func (s *Starter) Before(ctx context.Context, at time.Time) (int, error) {
	kinds := []string{workflows.KindCall, workflows.KindMessages, workflows.KindGuard, workflows.KindReconcile, workflows.KindBackfill}
	for i, kind := range kinds {
		kinds[i] = quote(kind)
	}
	answer, err := s.Client.CountWorkflow(ctx, &workflowservice.CountWorkflowExecutionsRequest{
		Query: fmt.Sprintf("StartTime < %s AND %s IN (%s)", quote(at.UTC().Format(time.RFC3339Nano)), attribute.Kind.GetName(), strings.Join(kinds, ", ")),
	})
	if err != nil {
		return 0, fmt.Errorf("temporal: %w", err)
	}
	return int(answer.GetCount()), nil
}

// Standing lists the calls that stand still, those that do so for longest first, up to
// most. It reads all of them: the store knows no order but its own. more says that
// there are others. Its error is Temporal's.
func (s *Starter) Standing(ctx context.Context, installation string, most int) (parked []Listed, more bool, err error) {
	q := Query{Installation: installation, Status: workflows.StatusNeedsAttention, Open: true, Limit: mostListed}
	for len(parked) < most {
		page, next, err := s.List(ctx, q)
		if err != nil {
			return nil, false, err
		}
		parked = append(parked, page...)
		if q.After = next; len(next) == 0 {
			break
		}
	}
	slices.SortStableFunc(parked, func(a, b Listed) int { return a.since().Compare(b.since()) })
	return parked[:min(len(parked), most)], len(q.After) > 0, nil
}

// since is how long a call stands still, or else how old it is.
func (l Listed) since() time.Time {
	if l.Row.Parked != nil {
		return l.Row.Parked.Since
	}
	return l.Started
}

func (s *Starter) listed(run *workflowpb.WorkflowExecutionInfo) (listed Listed, ours bool) {
	installation, call, err := workflows.ParseCallID(run.GetExecution().GetWorkflowId())
	if err != nil {
		return Listed{}, false // a run that somebody else started under this type
	}
	listed.Found = found(run)
	listed.Installation, listed.Call = installation, call
	fields := run.GetSearchAttributes().GetIndexedFields()
	read := func(name string, value any) {
		// Temporal writes them itself; what it does not say stays zero.
		_ = json.Unmarshal(fields[name].GetData(), value)
	}
	read(attribute.AgentID.GetName(), &listed.Agent)
	var line json.Number
	read(attribute.AircallNumberID.GetName(), &line)
	listed.Line, _ = line.Int64()
	listed.Who = keyword(run, attribute.CustomerNumberHash)
	if row, is := run.GetMemo().GetFields()[workflows.RowMemo]; is {
		listed.Sealed = !s.open(row, &listed.Row)
	}
	return listed, true
}

func (s *Starter) open(payload *commonpb.Payload, value any) bool {
	return s.Data != nil && s.Data.FromPayload(payload, value) == nil
}

// terms are the query in Temporal's words.
//
// The store of Temporal reads a list along one index, in the order of the list, and
// leaves out what the other terms do not want. So one term is an equation on an
// indexed column: the one that fewest runs fulfil. The others are written so that
// SQLite, which keeps no statistics, cannot take their index: as a range, or by the
// beginning of the workflow's id, which says installation and kind in one.
func (q Query) terms() string {
	var out []string
	driven := false
	add := func(key temporal.SearchAttributeKeyKeyword, value string) {
		switch {
		case value == "":
		case !driven:
			driven = true
			out = append(out, fmt.Sprintf("%s = %s", key.GetName(), quote(value)))
		default:
			out = append(out, fmt.Sprintf("%s BETWEEN %s AND %s", key.GetName(), quote(value), quote(value)))
		}
	}
	rare := string(q.Status)
	often := ""
	if q.Status == workflows.StatusSynced || q.Status == workflows.StatusSkipped {
		rare, often = "", rare
	}
	if q.Call != 0 {
		add(attribute.AircallCallID, fmt.Sprint(q.Call))
	}
	add(attribute.CustomerNumberHash, q.Who)
	add(attribute.ConversationID, q.Conversation)
	add(attribute.SyncProblem, q.Problem)
	add(attribute.SyncStatus, rare)
	if q.Agent != 0 && driven {
		out = append(out, fmt.Sprintf("%s BETWEEN %d AND %d", attribute.AgentID.GetName(), q.Agent, q.Agent))
	} else if q.Agent != 0 {
		driven = true
		out = append(out, fmt.Sprintf("%s = %d", attribute.AgentID.GetName(), q.Agent))
	}
	if len(q.Lines) == 1 {
		add(attribute.AircallNumberID, fmt.Sprint(q.Lines[0]))
	}
	short := q.short() && !driven
	driven = driven || short
	if !driven {
		add(attribute.Installation, q.Installation)
	}
	add(attribute.SyncStatus, often)
	add(attribute.CallOutcome, q.Outcome)
	if len(q.Lines) > 1 {
		out = append(out, q.anyLine())
	}
	if within := q.within(short); within != "" {
		out = append(out, within)
	}
	if q.Open {
		out = append(out, "CloseTime IS NULL")
	}
	out = append(out, "WorkflowId STARTS_WITH "+quote(workflows.CallPrefix(q.Installation)), "ExecutionStatus != 'ContinuedAsNew'")
	return strings.Join(out, " AND ")
}

// anyLine is a choice of several lines, which no index helps.
func (q Query) anyLine() string {
	var lines []string
	for _, line := range q.Lines {
		lines = append(lines, quote(fmt.Sprint(line)))
	}
	return fmt.Sprintf("%s IN (%s)", attribute.AircallNumberID.GetName(), strings.Join(lines, ", "))
}

// mostSought is the longest time that is sought by its own index: what is found by
// that has to be put in order, all of it.
const mostSought = 48 * time.Hour

func (q Query) short() bool {
	until := q.To
	if until.IsZero() {
		until = time.Now()
	}
	return !q.From.IsZero() && until.Sub(q.From) <= mostSought
}

// within says the time. ExecutionTime is indexed, and is StartTime for runs that begin
// at once, as all calls do.
func (q Query) within(sought bool) string {
	name := "StartTime"
	if sought {
		name = "ExecutionTime"
	}
	at := func(t time.Time) string { return quote(t.UTC().Format(time.RFC3339)) }
	switch {
	case !q.From.IsZero() && !q.To.IsZero():
		return fmt.Sprintf("%s BETWEEN %s AND %s", name, at(q.From), at(q.To))
	case !q.From.IsZero():
		return name + " >= " + at(q.From)
	case !q.To.IsZero():
		return name + " <= " + at(q.To)
	default:
		return ""
	}
}
