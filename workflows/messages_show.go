package workflows

import (
	"fmt"
	"strings"

	"go.temporal.io/sdk/workflow"

	"callscout/calllog"
)

// show tells operators where the messages stand.
func (m *messages) show(ctx workflow.Context, step calllog.MessageStep) {
	m.until, m.step = step.Until, step
	if step.Do == calllog.Wait {
		m.doing = step.Why
	}
	next := shown{status: m.status(step), conversation: m.Written.Conversation.ID}
	if m.Parked != nil {
		next.problem = m.Parked.Problem
	}
	if next.conversation == 0 {
		next.conversation = m.shown.conversation
	}
	next.details = m.details(next.status, step)
	m.shown.tell(ctx, next)
	m.shown = next
}

// status does not tell a wait for neighbours from the writing: each change of it is an
// event in the history, and messages are many.
func (m *messages) status(step calllog.MessageStep) Status {
	switch {
	case m.Parked != nil:
		return StatusNeedsAttention
	case m.open() > 0 || step.Do != calllog.Wait && step.Do != calllog.Finish:
		return StatusInProgress
	case m.Written.Threads == 0 && m.Skips > 0:
		return StatusSkipped
	default:
		return StatusSynced
	}
}

func (m *messages) open() int {
	n := 0
	for _, message := range m.MessagesState.Messages {
		if m.situation().Open(message) {
			n++
		}
	}
	return n
}

// details is what somebody reads who opens the run. Markdown, and without numbers,
// names of people and texts of messages.
func (m *messages) details(status Status, step calllog.MessageStep) string {
	var out strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&out, format+"\n", args...) }
	line("**%s**", MessagesSummary(m.line()))
	line("")
	line("- Log: **%s**", strings.ReplaceAll(string(status), "_", " "))
	if id := m.Written.Conversation.ID; id != 0 {
		line("- [Help Scout conversation %d](%s/conversation/%d)", id, strings.TrimRight(m.HelpScoutURL, "/"), id)
	}
	for _, known := range m.Written.Customers {
		line("- Customer [%d](%s)", known.Customer, calllog.CustomerURL(m.HelpScoutURL, known.Customer))
	}
	if m.Written.Threads > 0 {
		line("- Threads written: %d", m.Written.Threads)
	}
	if open := m.open(); open > 0 {
		line("- Messages still to be logged: %d", open)
	}
	if m.Skips > 0 {
		line("- Messages skipped: %d (%s)", m.Skips, m.SkipReason)
	}
	if text := m.Contact.text(); text != "" {
		line("- Contact in Aircall: %s", text)
	}
	m.detailFiles(line)
	if p := m.Parked; p != nil {
		p.tell(line, "To retry, run `callscout messages retry` with the number, or send the update `retry` to this run; to give these "+
			"messages up, use `skip` with a reason in the same way.")
		return out.String()
	}
	tellNext(line, step.Do, step.Why, step.Until)
	return out.String()
}

// detailFiles says why files are not attached.
func (m *messages) detailFiles(line func(string, ...any)) {
	states := map[calllog.FileState]string{
		calllog.FileMissing: "could not be fetched yet", calllog.FileLost: "could not be fetched", calllog.FileRefused: "is not taken",
	}
	for _, message := range m.MessagesState.Messages {
		for _, f := range message.Files {
			if text := states[f.State]; text != "" {
				line("- A file of message %s %s: %s", message.ID, text, f.Reason)
			}
		}
	}
}

func (m *messages) line() calllog.Line {
	for _, message := range m.MessagesState.Messages {
		if message.Line.Name != "" {
			return message.Line
		}
	}
	return calllog.Line{}
}

func (m *messages) view() MessagesView {
	v := MessagesView{
		Installation: m.Installation, Status: m.shown.status, Known: len(m.MessagesState.Messages), Open: m.open(),
		Threads: m.Written.Threads, Conversation: m.shown.conversation, Parked: m.Parked, Doing: m.doing, Until: m.until,
		Reason: m.SkipReason, Details: m.details(m.shown.status, m.step),
	}
	if v.Status == "" {
		v.Status = StatusInProgress
	}
	return v
}
