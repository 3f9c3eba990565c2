package workflows

import (
	"errors"
	"slices"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"callscout/activities/contract"
	"callscout/calllog"
)

// do has one step done and notes what came of it. A step that has begun is finished,
// also where the run is cancelled.
func (m *messages) do(ctx workflow.Context, step calllog.MessageStep) {
	m.doing = step.Why
	ctx, _ = workflow.NewDisconnectedContext(ctx)
	ctx = workflow.WithActivityOptions(ctx, options(step.Why))
	err := m.perform(ctx, step)
	m.doing = ""
	if err != nil {
		m.failed(ctx, step, err)
		return
	}
	if m.stands(step) {
		m.goOn()
	}
}

// stands says that a step is the one that the run stands still at, or may be. What is
// known of new messages is asked for all the same: their files must be fetched.
func (m *messages) stands(step calllog.MessageStep) bool {
	return m.Parked == nil || step.Do != calllog.RecallMessages || m.Parked.Doing == step.Why
}

func (m *messages) goOn() { m.Parked, m.Stuck, m.retryWanted = nil, nil, false }

func (m *messages) perform(ctx workflow.Context, step calllog.MessageStep) error {
	switch step.Do {
	case calllog.RecallMessages:
		return m.recall(ctx, step)
	case calllog.FindMessageCustomer:
		return m.findCustomer(ctx, step)
	case calllog.ChooseForMessages:
		return m.chooseConversation(ctx, step)
	case calllog.OpenForMessages:
		return m.openConversation(ctx, step)
	case calllog.UpdateForMessages:
		return m.updateConversation(ctx, step)
	case calllog.WriteMessages:
		return m.writeThread(ctx, step)
	case calllog.NoteMessage:
		return m.noteMessage(ctx, step)
	default:
		return temporal.NewNonRetryableApplicationError("no way to do "+string(step.Do), string(calllog.Internal), nil)
	}
}

// told is what every activity is told: the other party, and the settings as they hold
// for messages.
func (m *messages) told(step calllog.MessageStep) contract.Call {
	call := contract.Call{Installation: m.Installation, Inbox: m.Inbox, Settings: calllog.MessageRules(m.Settings)}
	if first := m.first(step); first != nil {
		call.Facts = first.Facts()
	}
	return call
}

// first is the message that a step is about, or the first of several.
func (m *messages) first(step calllog.MessageStep) *calllog.Message {
	if len(step.Part.Messages) == 0 {
		return nil
	}
	return m.find(step.Part.Messages[0])
}

func (m *messages) party(step calllog.MessageStep) string {
	if first := m.first(step); first != nil {
		return first.Party()
	}
	return ""
}

func (m *messages) recall(ctx workflow.Context, step calllog.MessageStep) error {
	in := contract.RecallMessagesInput{Installation: m.Installation, Stream: workflow.GetInfo(ctx).WorkflowExecution.ID, Messages: step.Recall}
	var known contract.RecallMessagesResult
	// A read of our own database, as for calls: within the workflow's task where that works.
	err := workflow.ExecuteLocalActivity(workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{
		StartToCloseTimeout: rememberTimeout,
		RetryPolicy:         &temporal.RetryPolicy{MaximumAttempts: 1},
		Summary:             step.Why,
	}), string(step.Do), in).Get(ctx, &known)
	if err != nil {
		err = workflow.ExecuteActivity(ctx, string(step.Do), in).Get(ctx, &known)
	}
	if err != nil {
		return err
	}
	for _, record := range known.Messages {
		if message := m.find(record.ID); message != nil {
			message.Recall(record)
		}
	}
	m.MessagesState.Messages = calllog.WithoutSettled(m.MessagesState.Messages)
	return nil
}

func (m *messages) findCustomer(ctx workflow.Context, step calllog.MessageStep) error {
	var found contract.FindCustomerResult
	err := workflow.ExecuteActivity(ctx, string(step.Do), contract.FindCustomerInput{Call: m.told(step), Create: true}).Get(ctx, &found)
	if err == nil {
		m.Written.Found(m.party(step), found.Customer)
	}
	return err
}

func (m *messages) chooseConversation(ctx workflow.Context, step calllog.MessageStep) error {
	m.ChosenAt = workflow.Now(ctx)
	c := &m.Written.Conversation
	customer := m.Written.Customer(m.party(step))
	var chosen contract.Conversation
	err := workflow.ExecuteActivity(ctx, string(step.Do), contract.ChooseConversationInput{
		Call: m.told(step), Customer: customer, Left: slices.Concat(c.Left, c.Full),
	}).Get(ctx, &chosen)
	if err != nil {
		return err
	}
	c.ID, c.Number, c.Status, c.Chosen, c.Ready, c.Customer = chosen.ID, chosen.Number, chosen.Status, true, false, customer
	return nil
}

func (m *messages) thread(step calllog.MessageStep) contract.MessageThreadInput {
	c := m.Written.Conversation
	in := contract.MessageThreadInput{
		Call: m.told(step), Part: step.Part, Customer: m.Written.Customer(m.party(step)), Conversation: c.ID, Status: c.Status,
		Change: step.Change, ChosenAt: m.ChosenAt, Left: slices.Concat(c.Left, c.Full), Continues: c.Continues,
	}
	for _, id := range step.Part.Messages {
		if message := m.find(id); message != nil {
			in.Messages = append(in.Messages, *message)
		}
	}
	if len(in.Messages) > 0 {
		// Only a window that was open when it was written is worth telling.
		if until := calllog.FreeUntil(m.Written.InboundAt); until.After(in.Messages[0].At) {
			in.FreeUntil = until
		}
	}
	return in
}

func (m *messages) openConversation(ctx workflow.Context, step calllog.MessageStep) error {
	var opened contract.MessageThreadResult
	if err := workflow.ExecuteActivity(ctx, string(step.Do), m.thread(step)).Get(ctx, &opened); err != nil {
		return err
	}
	c := &m.Written.Conversation
	c.ID, c.Number, c.Ready = opened.Conversation.ID, opened.Conversation.Number, false
	if opened.Conversation.Existing {
		return nil
	}
	c.Tags = opened.Conversation.Tags
	m.standsIn(step, opened)
	return nil
}

func (m *messages) updateConversation(ctx workflow.Context, step calllog.MessageStep) error {
	c := &m.Written.Conversation
	var updated contract.Conversation
	err := workflow.ExecuteActivity(ctx, string(step.Do), contract.UpdateConversationInput{
		Call: m.told(step), Conversation: c.ID, Change: step.Change, Fresh: true, Run: workflow.GetInfo(ctx).WorkflowExecution.ID,
	}).Get(ctx, &updated)
	if err != nil {
		return err
	}
	if updated.Gone {
		if updated.Number != 0 {
			c.Number = updated.Number
		}
		m.Written.Leave(updated.Because)
		return nil
	}
	c.ID, c.Number, c.Status, c.Ready = updated.ID, updated.Number, updated.Status, true
	for _, tag := range updated.Tags {
		if !slices.Contains(c.Tags, tag) {
			c.Tags = append(c.Tags, tag)
		}
	}
	return nil
}

func (m *messages) writeThread(ctx workflow.Context, step calllog.MessageStep) error {
	var written contract.MessageThreadResult
	err := workflow.ExecuteActivity(ctx, string(step.Do), m.thread(step)).Get(ctx, &written)
	if err == nil {
		m.standsIn(step, written)
	}
	return err
}

func (m *messages) noteMessage(ctx workflow.Context, step calllog.MessageStep) error {
	about := m.first(step)
	in := m.thread(step)
	in.Conversation, in.Status, in.Continues = about.Conversation, "", nil
	var written contract.MessageThreadResult
	if err := workflow.ExecuteActivity(ctx, string(step.Do), in).Get(ctx, &written); err != nil {
		return err
	}
	if !written.Conversation.Gone {
		m.toldOf(step, written)
		return nil
	}
	left := about.Conversation
	about.Conversation = 0
	if m.Written.Conversation.ID == left {
		m.Written.Leave(written.Conversation.Because)
	}
	if m.Written.Customer(about.Party()) == 0 && about.Party() == "" {
		// All that is known of the message is that it did not arrive, and what tells it
		// is gone.
		about.FailureTold = true
	}
	return nil
}

// standsIn notes what was told in the run's conversation.
func (m *messages) standsIn(step calllog.MessageStep, written contract.MessageThreadResult) {
	m.toldOf(step, written)
	first := m.first(step)
	m.LostCustomers = 0
	m.Written.Told(first != nil && first.Anonymous && first.Group == "")
	m.MessagesState.Messages = calllog.WithoutSettled(m.MessagesState.Messages)
}

func (m *messages) toldOf(step calllog.MessageStep, written contract.MessageThreadResult) {
	for _, id := range written.Told {
		message := m.find(id)
		if message == nil {
			continue
		}
		switch step.Part.Kind {
		case calllog.MessageText:
			message.Told(written.Conversation.ID)
		case calllog.MessageFailure:
			message.FailureTold = true
		}
	}
	for _, id := range written.Failed {
		if message := m.find(id); message != nil {
			message.FailureTold = true
		}
	}
	for _, file := range written.Files {
		if message := m.find(file.Message); message != nil {
			message.ToldFile(file.File)
		}
	}
}

// failed notes a step that did not work: a conversation that takes nothing more is left
// at once, everything else parks the run.
func (m *messages) failed(ctx workflow.Context, step calllog.MessageStep, err error) {
	problem, message, details := readFailure(err)
	c := &m.Written.Conversation
	switch {
	case problem == calllog.ConversationFull && step.Do == calllog.WriteMessages:
		m.Written.Leave(calllog.Full)
		m.goOn()
		return
	case problem == calllog.ConversationGone && c.Ready:
		// Merged or deleted since it was read: reading it again tells which.
		c.Ready = false
		m.goOn()
		return
	case problem == calllog.CustomerGone && m.LostCustomers < mostLostCustomers:
		m.LostCustomers++
		m.Written.Lose(m.party(step))
		if c.ID == 0 {
			c.Chosen = false
		}
		m.goOn()
		return
	}
	m.Parked, m.retryWanted = m.Parked.again(workflow.Now(ctx), step.Why, problem, message, details), false
	m.Stuck = slices.Concat(step.Part.Messages, step.Recall)
	// The conversation was read too long ago.
	c.Ready, c.Status = false, ""
}

// skip notes that somebody decided not to log the messages that the run stands still
// for; those after them go on.
func (m *messages) skip(ctx workflow.Context) {
	decision := *m.skipWanted
	ids := m.Stuck
	ctx = workflow.WithActivityOptions(ctx, options("Record the skip: "+decision.Reason))
	err := workflow.ExecuteActivity(ctx, contract.SkipMessages, contract.SkipMessagesInput{Installation: m.Installation, Messages: ids}).Get(ctx, nil)
	m.skipped = err == nil
	if m.skipped {
		for _, id := range ids {
			if message := m.find(id); message != nil {
				message.Recall(calllog.MessageRecord{ID: id, Skipped: true, Written: message.Written, Conversation: message.Conversation})
				m.Skips++
			}
		}
		m.SkipReason = decision.Reason
		m.goOn()
		m.Lost = nil
	}
	m.skipWanted = nil
}

// putRight gives a conversation back what the run overwrote there.
func (m *messages) putRight(ctx workflow.Context) {
	lost := m.Lost[0]
	step := calllog.MessageStep{Do: calllog.UpdateForMessages, Why: "Put right the tags that this run overwrote"}
	ctx, _ = workflow.NewDisconnectedContext(ctx)
	ctx = workflow.WithActivityOptions(ctx, options(step.Why))
	err := workflow.ExecuteActivity(ctx, string(step.Do), contract.UpdateConversationInput{
		Call: m.told(step), Conversation: lost.Conversation, Change: calllog.Change{Restore: lost.Restore, Drop: lost.Drop},
		Run: workflow.GetInfo(ctx).WorkflowExecution.ID,
	}).Get(ctx, nil)
	var failure *temporal.ApplicationError
	if errors.As(err, &failure) && slices.Contains(takesNothing, calllog.Problem(failure.Type())) {
		err = nil
	}
	if err != nil {
		m.failed(ctx, step, err)
		return
	}
	m.Lost = m.Lost[1:]
	m.goOn()
}
