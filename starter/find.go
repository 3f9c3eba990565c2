package starter

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"callscout/engine/attribute"
	"callscout/workflows"
)

// Filter says which calls are wanted. A zero field does not filter.
type Filter struct {
	Installation string
	Status       workflows.Status
	Problem      string
	Outcome      string
	Call         int64
	// Number is an outside number in any written form; Country helps where it
	// has no country code.
	Number, Country string
	From, To        time.Time
	Limit           int
}

// Found is one call in a list.
type Found struct {
	Installation string           `json:"installation"`
	Call         int64            `json:"call"`
	Status       workflows.Status `json:"status"`
	Problem      string           `json:"problem,omitempty"`
	Direction    string           `json:"direction,omitempty"`
	Outcome      string           `json:"outcome,omitempty"`
	Conversation string           `json:"conversation,omitempty"`
	Started      time.Time        `json:"started"`
	Closed       time.Time        `json:"closed,omitzero"`
	// State is Temporal's word for the run where it is not an ordinary one:
	// "canceled", "terminated", "failed".
	State string `json:"state,omitempty"`
}

// FoundMessages is one run of messages in a list.
type FoundMessages struct {
	// ID is the workflow id, which holds no number.
	ID           string           `json:"id"`
	Installation string           `json:"installation"`
	Number       int64            `json:"aircall_number"`
	Status       workflows.Status `json:"status"`
	Problem      string           `json:"problem,omitempty"`
	Conversation string           `json:"conversation,omitempty"`
	Started      time.Time        `json:"started"`
	Closed       time.Time        `json:"closed,omitzero"`
	State        string           `json:"state,omitempty"`
}

// Find lists calls, newest first. Temporal's list lags a moment behind: it is for
// people, never for logic.
func (s *Starter) Find(ctx context.Context, filter Filter) ([]Found, error) {
	out := []Found{}
	err := s.find(ctx, workflows.KindCall, filter, func(id string, found Found) bool {
		var err error
		found.Installation, found.Call, err = workflows.ParseCallID(id)
		if err != nil {
			return false // a run that somebody else started under this type
		}
		out = append(out, found)
		return true
	})
	return out, err
}

// find lists the runs of a kind, newest first. take says whether a run is one of ours.
func (s *Starter) find(ctx context.Context, kind string, filter Filter, take func(id string, found Found) bool) error {
	limit := filter.Limit
	if limit <= 0 {
		limit = 100
	}
	query := s.query(kind, filter)
	var page []byte
	for taken := 0; taken < limit; {
		answer, err := s.Client.ListWorkflow(ctx, &workflowservice.ListWorkflowExecutionsRequest{
			Query: query, PageSize: int32(min(limit, 1000)), NextPageToken: page,
		})
		if err != nil {
			return fmt.Errorf("temporal: %w", err)
		}
		for _, run := range answer.GetExecutions() {
			found := found(run)
			if taken < limit && take(run.GetExecution().GetWorkflowId(), found) {
				taken++
			}
		}
		if page = answer.GetNextPageToken(); len(page) == 0 {
			break
		}
	}
	return nil
}

// found is a run as its search attributes tell it.
func found(run *workflowpb.WorkflowExecutionInfo) (f Found) {
	read := func(key temporal.SearchAttributeKeyKeyword) string { return keyword(run, key) }
	f.Status = workflows.Status(read(attribute.SyncStatus))
	f.Problem, f.Direction = read(attribute.SyncProblem), read(attribute.CallDirection)
	f.Outcome, f.Conversation = read(attribute.CallOutcome), read(attribute.ConversationID)
	f.Started = run.GetStartTime().AsTime()
	if run.GetCloseTime() != nil {
		f.Closed = run.GetCloseTime().AsTime()
	}
	f.State = stateWord(run.GetStatus())
	return f
}

func stateWord(status enums.WorkflowExecutionStatus) string {
	switch status {
	case enums.WORKFLOW_EXECUTION_STATUS_RUNNING, enums.WORKFLOW_EXECUTION_STATUS_COMPLETED:
		return ""
	default:
		return strings.ToLower(status.String())
	}
}

func (s *Starter) query(kind string, f Filter) string {
	terms := []string{fmt.Sprintf("%s = %s", attribute.Kind.GetName(), quote(kind)),
		"ExecutionStatus != 'ContinuedAsNew'"}
	equals := func(key temporal.SearchAttributeKeyKeyword, value string) {
		if value != "" {
			terms = append(terms, fmt.Sprintf("%s = %s", key.GetName(), quote(value)))
		}
	}
	equals(attribute.Installation, f.Installation)
	equals(attribute.SyncStatus, string(f.Status))
	equals(attribute.SyncProblem, f.Problem)
	equals(attribute.CallOutcome, f.Outcome)
	if f.Call != 0 {
		equals(attribute.AircallCallID, fmt.Sprint(f.Call))
	}
	if f.Number != "" {
		equals(attribute.CustomerNumberHash, s.NumberHash(f.Number, f.Country))
	}
	if !f.From.IsZero() {
		terms = append(terms, fmt.Sprintf("StartTime >= %s", quote(f.From.UTC().Format(time.RFC3339))))
	}
	if !f.To.IsZero() {
		terms = append(terms, fmt.Sprintf("StartTime <= %s", quote(f.To.UTC().Format(time.RFC3339))))
	}
	return strings.Join(terms, " AND ")
}

// quoting: in Temporal's queries a backslash takes the next sign as it is.
var quoting = strings.NewReplacer(`\`, `\\`, `'`, `\'`)

func quote(value string) string { return "'" + quoting.Replace(value) + "'" }

// Show tells everything about one call's newest run.
func (s *Starter) Show(ctx context.Context, installation string, call int64) (workflows.View, error) {
	answer, err := s.Client.QueryWorkflowWithOptions(ctx, &client.QueryWorkflowWithOptionsRequest{
		WorkflowID: workflows.CallID(installation, call), QueryType: workflows.StatusQuery,
	})
	if err != nil {
		var missing *serviceerror.NotFound
		if errors.As(err, &missing) {
			return workflows.View{}, ErrNoSuchCall
		}
		return workflows.View{}, fmt.Errorf("temporal: %w", err)
	}
	var view workflows.View
	if err := answer.QueryResult.Get(&view); err != nil {
		return workflows.View{}, fmt.Errorf("the run does not open with this encryption key: %w", err)
	}
	return view, nil
}

// Running tells whether a call is going on just now: its run may go on for days after
// it. Its errors are those of Show.
func (s *Starter) Running(ctx context.Context, installation string, call int64) (bool, error) {
	view, err := s.Show(ctx, installation, call)
	return err == nil && !view.Facts.Over(), err
}
