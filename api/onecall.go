package api

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"time"

	"callscout/aircall"
	"callscout/api/desk"
	"callscout/calllog"
	"callscout/starter"
	"callscout/story"
)

// CallRuns are the runs of single calls. *starter.Starter has them.
type CallRuns interface {
	Story(ctx context.Context, installation string, call int64) (story.Story, error)
	Show(ctx context.Context, installation string, call int64) (story.Now, error)
	Retry(ctx context.Context, installation string, call int64, by string) (string, error)
	Skip(ctx context.Context, installation string, call int64, by, reason string) (string, error)
	LeaveRetry(ctx context.Context, installation string, call int64, by string) error
	LeaveSkip(ctx context.Context, installation string, call int64, by, reason string) error
}

// CallAccounts looks a call up at Aircall; found is false where Aircall has no such
// call. Its errors are shown to people, so they must hold no secret.
type CallAccounts interface {
	CallAtAircall(ctx context.Context, installation string, call int64) (found aircall.Call, is bool, err error)
}

// oneCall is what the desk needs of single calls.
type oneCall struct {
	runs     CallRuns
	accounts CallAccounts
	// ui is the address of Temporal's Web UI, namespace where the runs are.
	ui, namespace string
}

func (o oneCall) Story(ctx context.Context, installation string, call int64) (story.Story, error) {
	told, err := o.runs.Story(ctx, installation, call)
	if errors.Is(err, starter.ErrNoSuchCall) {
		err = desk.ErrNoRun
	}
	return told, err
}

func (o oneCall) Now(ctx context.Context, installation string, call int64) (story.Now, error) {
	now, err := o.runs.Show(ctx, installation, call)
	switch {
	case errors.Is(err, starter.ErrNoSuchCall):
		err = desk.ErrNoRun
	case ctx.Err() != nil:
		err = desk.ErrNoAnswer
	}
	return now, err
}

func (o oneCall) Retry(ctx context.Context, installation string, call int64, by string) (desk.Answer, error) {
	_, err := o.runs.Retry(ctx, installation, call, by)
	return answerOf(ctx, err, func(ctx context.Context) error { return o.runs.LeaveRetry(ctx, installation, call, by) })
}

func (o oneCall) Skip(ctx context.Context, installation string, call int64, by, reason string) (desk.Answer, error) {
	_, err := o.runs.Skip(ctx, installation, call, by, reason)
	return answerOf(ctx, err, func(ctx context.Context) error { return o.runs.LeaveSkip(ctx, installation, call, by, reason) })
}

// leaveWithin is how long Temporal may take to note a decision.
const leaveWithin = 3 * time.Second

// answerOf says what became of a decision. Where nobody has answered, the decision is
// left with the run: without a worker, it may not have been taken down yet.
func answerOf(ctx context.Context, err error, leave func(context.Context) error) (desk.Answer, error) {
	var refused *starter.RefusedError
	switch {
	case err == nil:
		return desk.Carried, nil
	case errors.Is(err, starter.ErrNoAnswer):
		// The time of whoever asks is over.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaveWithin)
		defer cancel()
		return desk.Late, leave(ctx)
	case errors.Is(err, starter.ErrFinished), errors.Is(err, starter.ErrNoSuchCall):
		return desk.Over, nil
	case errors.As(err, &refused) && refused.NotParked():
		return desk.Needless, nil
	case errors.As(err, &refused):
		return desk.StillFailing, nil
	default:
		return "", err
	}
}

func (o oneCall) AtAircall(ctx context.Context, installation string, call int64) (calllog.Facts, bool, error) {
	if o.accounts == nil {
		return calllog.Facts{}, false, errors.New("this process cannot look into the accounts")
	}
	found, is, err := o.accounts.CallAtAircall(ctx, installation, call)
	if err != nil || !is {
		return calllog.Facts{}, false, err
	}
	event, err := calllog.FromREST(found, found.StartedAt)
	if err != nil {
		return calllog.Facts{}, false, err
	}
	return calllog.Gather([]calllog.Event{event}), true, nil
}

func (o oneCall) RunURL(installation string, call int64) string {
	if o.ui == "" || o.namespace == "" {
		return ""
	}
	return strings.TrimRight(o.ui, "/") + "/namespaces/" + url.PathEscape(o.namespace) + "/workflows/" +
		url.PathEscape(starter.CallRunID(installation, call))
}
