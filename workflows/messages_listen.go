package workflows

import (
	"errors"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"callscout/calllog"
)

// newsRetriesAfter is how long after an attempt news has what stands still tried again.
const newsRetriesAfter = time.Minute

func (m *messages) listen(ctx workflow.Context) error {
	return errors.Join(
		workflow.SetQueryHandlerWithOptions(ctx, StatusQuery,
			func() (MessagesView, error) { return m.view(), nil },
			workflow.QueryHandlerOptions{Description: "How many messages are known, told and missing"}),
		workflow.SetUpdateHandlerWithOptions(ctx, Retry, m.handleRetry, workflow.UpdateHandlerOptions{
			Validator:   func(Decision) error { return m.mustBeParked() },
			Description: "Try the step that failed again; answers with the result",
		}),
		workflow.SetUpdateHandlerWithOptions(ctx, Skip, m.handleSkip, workflow.UpdateHandlerOptions{
			Validator:   m.validateSkip,
			Description: "Do not log the messages that it stands still for; give a reason",
		}),
	)
}

// drain reads every signal that is there. An event that was seen before changes
// nothing, not even how long the run goes on.
func (m *messages) drain(ctx workflow.Context) {
	for {
		var signal MessageSignal
		if !m.events.ReceiveAsync(&signal) {
			break
		}
		m.hear(ctx, signal)
	}
	for {
		var decision Decision
		if !m.retries.ReceiveAsync(&decision) {
			break
		}
		m.retryWanted = m.retryWanted || m.Parked != nil
	}
	for {
		var decision Decision
		if !m.skips.ReceiveAsync(&decision) {
			break
		}
		if m.validateSkip(decision) == nil {
			m.skipWanted = &decision
		}
	}
	for {
		var lost calllog.Lost
		if !m.tags.ReceiveAsync(&lost) {
			break
		}
		m.Lost = addLost(m.Lost, lost, calllog.InProgressTag(m.Settings))
	}
}

// hear takes the settings over that hold by now: a run may live for months.
func (m *messages) hear(ctx workflow.Context, signal MessageSignal) {
	if signal.Event.Message.ID == "" {
		workflow.GetLogger(ctx).Warn("event without a message ignored", "event", signal.Event.Name)
		return
	}
	if signal.Inbox > 0 {
		m.Settings = signal.Settings
		if m.Inbox != signal.Inbox {
			// The number is mapped elsewhere now.
			m.Inbox = signal.Inbox
			m.Written.Conversation = calllog.MessagesConversation{}
		}
	}
	now := workflow.Now(ctx)
	all, news := calllog.HearMessage(m.MessagesState.Messages, signal.Event, now)
	m.MessagesState.Messages = calllog.WithoutSettled(all)
	if !news {
		return
	}
	m.HeardAt = now
	if at := signal.Event.Message; at.Channel == calllog.WhatsApp && at.Direction == calllog.Inbound && at.SentAt.After(m.Written.InboundAt) {
		m.Written.InboundAt = at.SentAt
	}
	// News may have changed what is to be done, but many messages must not hammer on
	// what stands still: only the first one after each attempt tries again.
	m.retryWanted = m.retryWanted || m.Parked != nil && now.Sub(m.Parked.triedAt()) > newsRetriesAfter
}

func (m *messages) mustBeParked() error {
	if m.Parked == nil {
		return temporal.NewNonRetryableApplicationError("these messages do not need attention: there is nothing to retry or skip", NotParked, nil)
	}
	return nil
}

func (m *messages) validateSkip(decision Decision) error {
	if decision.Reason == "" {
		return temporal.NewNonRetryableApplicationError("a skip needs a reason", NotParked, nil)
	}
	return m.mustBeParked()
}

// handleRetry waits until the wish was carried out, then looks again.
func (m *messages) handleRetry(ctx workflow.Context, _ Decision) (string, error) {
	m.retryWanted = true
	if err := workflow.Await(ctx, func() bool { return !m.retryWanted }); err != nil {
		return "", err
	}
	if m.Parked != nil {
		return "", temporal.NewNonRetryableApplicationError(
			"still failing: "+m.Parked.Doing+": "+m.Parked.Problem.Explain()+" "+m.Parked.Message,
			string(m.Parked.Problem), nil)
	}
	return "the log of the messages goes on", nil
}

func (m *messages) handleSkip(ctx workflow.Context, decision Decision) (string, error) {
	m.skipWanted = &decision
	if err := workflow.Await(ctx, func() bool { return m.skipWanted == nil }); err != nil {
		return "", err
	}
	if !m.skipped {
		return "", temporal.NewNonRetryableApplicationError("the skip could not be recorded: Callscout's database did not answer; try again", string(calllog.StoreDown), nil)
	}
	return "skipped: " + decision.Reason, nil
}
