package workflows

import (
	"slices"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"callscout/calllog"
)

// messages is one run.
type messages struct {
	MessagesInput
	MessagesState

	events  workflow.ReceiveChannel
	retries workflow.ReceiveChannel
	skips   workflow.ReceiveChannel
	tags    workflow.ReceiveChannel

	// retryWanted and skipWanted are wishes of people.
	retryWanted bool
	skipWanted  *Decision
	// skipped says whether the last wish to skip could be recorded.
	skipped bool

	// fetching are the files on their way, and beside what else goes on beside the log.
	fetching map[calllog.FileKey]bool
	beside   int
	// fetched says that a file came, or did not, since the loop looked last.
	fetched bool

	doing string
	until time.Time
	step  calllog.MessageStep
	shown shown
}

// Messages logs what one line and one outside number, or one group, write to each
// other. It ends after a day in which nothing was heard.
func Messages(ctx workflow.Context, in MessagesInput) (MessagesResult, error) {
	if in.Installation == "" || in.NumberID <= 0 || in.Inbox <= 0 {
		return MessagesResult{}, temporal.NewNonRetryableApplicationError(
			"messages need an installation, an Aircall number and an inbox", string(calllog.Misconfigured), nil)
	}
	m := &messages{MessagesInput: in, MessagesState: MessagesState{HeardAt: workflow.Now(ctx)}, fetching: map[calllog.FileKey]bool{}}
	if in.Carried != nil {
		m.MessagesState = *in.Carried
		m.Carried = nil
	} else {
		// Whoever started the run has set it.
		m.shown.status = StatusInProgress
	}
	m.events = workflow.GetSignalChannel(ctx, EventSignal)
	m.retries = workflow.GetSignalChannel(ctx, Retry)
	m.skips = workflow.GetSignalChannel(ctx, Skip)
	m.tags = workflow.GetSignalChannel(ctx, TagsSignal)
	if err := m.listen(ctx); err != nil {
		return MessagesResult{}, err
	}
	return m.run(ctx)
}

// run is the whole life of a run; like that of a call it has no blocking call between
// drain and a return, so that no signal is lost.
func (m *messages) run(ctx workflow.Context) (MessagesResult, error) {
	for {
		m.drain(ctx)
		m.fetchFiles(ctx)
		m.syncContact(ctx)
		if m.skipWanted != nil {
			m.skip(ctx)
			continue
		}
		now := workflow.Now(ctx)
		step := calllog.NextMessages(m.situation(), now)
		parked := m.Parked != nil && !m.retryWanted && now.Before(m.Parked.NextTry)
		resting := step.Do == calllog.Wait || step.Do == calllog.Finish
		m.show(ctx, step)

		switch {
		case ctx.Err() != nil:
			return m.result(), ctx.Err()
		case m.mayContinueAsNew(ctx):
			return MessagesResult{}, m.continueAsNew(ctx)
		case resting && len(m.Lost) > 0 && !parked:
			m.putRight(ctx)
		case step.Do == calllog.Finish && m.mayEnd(ctx):
			return m.result(), nil
		case resting && !(parked && len(m.Lost) > 0):
			// Nothing is left to repair: what was parked solved itself.
			m.goOn()
			m.await(ctx, step.Until, step.Why)
		case parked && m.stands(step):
			m.await(ctx, m.earliest(m.Parked.NextTry), "Try again by itself")
		default:
			m.do(ctx, step)
		}
	}
}

func (m *messages) situation() calllog.Messages {
	return calllog.Messages{Messages: m.MessagesState.Messages, Written: m.Written, Settings: m.Settings, HeardAt: m.HeardAt}
}

// await wakes for unread signals, for a person's wish, for a file that came, for the
// end of what holds up the end, for cancellation, or when the time has come.
func (m *messages) await(ctx workflow.Context, until time.Time, why string) {
	finishing := until.IsZero()
	m.fetched = false
	awaitNews(ctx, until, why, func() bool {
		return m.events.Len() > 0 || m.retries.Len() > 0 || m.skips.Len() > 0 || m.tags.Len() > 0 ||
			m.retryWanted || m.skipWanted != nil || m.fetched || (finishing && m.mayEnd(ctx))
	})
}

// earliest is when something is to be done although the log stands still: files are
// fetched before their links die.
func (m *messages) earliest(next time.Time) time.Time {
	for _, message := range m.MessagesState.Messages {
		for _, f := range message.Files {
			if f.State == calllog.FileMissing && f.NextTry.Before(next) {
				next = f.NextTry
			}
		}
	}
	return next
}

// mayEnd says that nobody waits for an answer, and that nothing goes on beside the log.
func (m *messages) mayEnd(ctx workflow.Context) bool {
	return workflow.AllHandlersFinished(ctx) && len(m.fetching) == 0 && m.beside == 0
}

// mostCarried is how large the state may be that is carried over: Temporal takes 2 MB.
// A run that has more to tell goes on until it has told some of it.
const mostCarried = 1 << 20

// mayContinueAsNew holds also while there is more to tell: with a backlog, a run need
// not come to rest before its history is full.
func (m *messages) mayContinueAsNew(ctx workflow.Context) bool {
	if !workflow.GetInfo(ctx).GetContinueAsNewSuggested() || !m.mayEnd(ctx) || m.retryWanted {
		return false
	}
	size := 0
	for _, message := range m.MessagesState.Messages {
		const rest = 700
		size += rest + len(message.Text)*2
		for _, f := range message.Files {
			size += len(f.URL) + len(f.Name)
		}
	}
	return size < mostCarried
}

func (m *messages) continueAsNew(ctx workflow.Context) error {
	next := m.MessagesInput
	next.Carried = &m.MessagesState
	return workflow.NewContinueAsNewError(ctx, MessagesWorkflow, next)
}

func (m *messages) result() MessagesResult {
	return MessagesResult{
		Status: m.status(calllog.MessageStep{Do: calllog.Finish}), Conversation: m.Written.Conversation.ID, Threads: m.Written.Threads,
	}
}

// find gives the message of an id, or nil.
func (m *messages) find(id string) *calllog.Message {
	all := m.MessagesState.Messages
	if at := slices.IndexFunc(all, func(message calllog.Message) bool { return message.ID == id }); at >= 0 {
		return &all[at]
	}
	return nil
}
