package workflows

import (
	"slices"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"callscout/activities/contract"
	"callscout/calllog"
)

// mostFetching is how many files of one run are fetched at once.
const mostFetching = 4

// fileTakes is when a file is looked at again that was due and could not be begun.
const fileTakes = 10 * time.Second

// A file that cannot be had at once is told as missing, and tried again later.
var fileOptions = workflow.ActivityOptions{
	StartToCloseTimeout: time.Minute, HeartbeatTimeout: heartbeatTimeout,
	RetryPolicy: &temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 3, MaximumAttempts: 3},
	Summary:     "Fetch a file of a message before its link dies",
}

// fetchFiles begins to fetch what is due, beside the log: files neither hold it back
// for long nor wait for it.
func (m *messages) fetchFiles(ctx workflow.Context) {
	now := workflow.Now(ctx)
	for at := range m.MessagesState.Messages {
		message := &m.MessagesState.Messages[at]
		if !message.Heard && !message.Written || !message.Recalled || message.Skipped || !message.Wanted(m.Settings) {
			continue
		}
		for i := range message.Files {
			f, key := &message.Files[i], calllog.FileKey{Message: message.ID, File: i}
			if !f.Due(now) || m.fetching[key] {
				continue
			}
			// It is not due again while it is on its way, or while others are.
			f.NextTry = now.Add(fileTakes)
			if len(m.fetching) < mostFetching {
				m.fetching[key] = true
				link := f.FileLink
				workflow.Go(ctx, func(ctx workflow.Context) { m.fetchFile(ctx, key, link) })
			}
		}
	}
}

func (m *messages) fetchFile(ctx workflow.Context, key calllog.FileKey, link calllog.FileLink) {
	var fetched contract.FetchFileResult
	err := workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, fileOptions), contract.FetchFile,
		contract.FetchFileInput{Installation: m.Installation, Message: key.Message, File: key.File, Link: link}).Get(ctx, &fetched)
	delete(m.fetching, key)
	m.fetched = true
	message := m.find(key.Message)
	if message == nil || key.File >= len(message.Files) || temporal.IsCanceledError(err) {
		return
	}
	f := &message.Files[key.File]
	switch {
	case err != nil:
		_, _, details := readFailure(err)
		f.NotHad(details.Message, workflow.Now(ctx))
	case fetched.Refused != "":
		f.State, f.Reason = calllog.FileRefused, fetched.Refused
	default:
		f.State, f.Reason, f.Name, f.Type = calllog.FileKept, "", fetched.Name, fetched.Type
	}
	if message.Done() {
		message.Forget()
	}
}

// syncContact keeps Aircall's address book in step with the customer of whoever wrote
// first, once for each party of the run. It neither delays the log nor parks it.
func (m *messages) syncContact(ctx workflow.Context) {
	if m.beside > 0 {
		return
	}
	for _, message := range m.MessagesState.Messages {
		party := message.Party()
		customer := m.Written.Customer(party)
		facts := message.Facts()
		if customer == 0 || slices.Contains(m.Contacts, party) || !message.Heard || !calllog.ContactWanted(facts, m.Settings) {
			continue
		}
		m.Contacts = append(m.Contacts, party)
		m.beside++
		workflow.Go(ctx, func(ctx workflow.Context) {
			var synced contract.ContactResult
			err := workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, contactOptions), contract.SyncContact, contract.ContactInput{
				Call:  contract.Call{Installation: m.Installation, Inbox: m.Inbox, Settings: m.Settings, Facts: facts},
				Found: contract.FindCustomerResult{Customer: customer},
			}).Get(ctx, &synced)
			m.Contact = Deed{Did: string(synced.Did)}
			if err != nil {
				m.Contact = notDone("not made", err)
			}
			m.beside--
			m.fetched = true
		})
		return
	}
}
