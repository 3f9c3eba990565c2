package activities

import (
	"context"
	"strings"

	"go.temporal.io/sdk/worker"

	"callscout/activities/contract"
	"callscout/calllog"
	"callscout/store"
)

func (a *Activities) registerMessages(r worker.ActivityRegistry) {
	register(r, string(calllog.RecallMessages), a.RecallMessages)
	register(r, string(calllog.FindMessageCustomer), a.FindMessageCustomer)
	register(r, string(calllog.ChooseForMessages), a.ChooseForMessages)
	register(r, string(calllog.OpenForMessages), a.OpenForMessages)
	register(r, string(calllog.UpdateForMessages), a.UpdateForMessages)
	register(r, string(calllog.WriteMessages), a.WriteMessages)
	register(r, string(calllog.NoteMessage), a.NoteMessage)
	register(r, contract.FetchFile, a.FetchFile)
	register(r, contract.SkipMessages, a.SkipMessages)
}

// RecallMessages tells what the ledger holds of messages, and what was told of them
// before they came. It remembers to which run they belong, since Aircall's word on
// what became of a message need not name line and number.
func (a *Activities) RecallMessages(ctx context.Context, in contract.RecallMessagesInput) (contract.RecallMessagesResult, error) {
	var out contract.RecallMessagesResult
	for _, id := range in.Messages {
		record, err := a.recallMessage(ctx, in, id)
		if err != nil {
			return out, storeDown(err)
		}
		out.Messages = append(out.Messages, record)
	}
	return out, nil
}

func (a *Activities) recallMessage(ctx context.Context, in contract.RecallMessagesInput, id string) (calllog.MessageRecord, error) {
	// Whoever remembers a status looks for the stream after that, and here it is the
	// other way round: so one of the two finds the other.
	if err := a.Store.Remember(ctx, in.Installation, store.StreamByMessage, id, in.Stream); err != nil {
		return calllog.MessageRecord{}, err
	}
	early, _, _, err := a.Store.Recall(ctx, in.Installation, store.StatusByMessage, id)
	if err != nil {
		return calllog.MessageRecord{}, err
	}
	entries, err := a.messageEntries(ctx, in.Installation, id)
	if err != nil {
		return calllog.MessageRecord{}, err
	}
	var done []calllog.MessageDone
	for _, entry := range entries {
		if entry.State == store.Done {
			done = append(done, calllog.MessageDone{Name: entry.Key, ID: entry.RemoteID})
		}
	}
	record := calllog.RecallMessage(id, done)
	record.Early = calllog.ReadEarlyStatus(early)
	return record, nil
}

// messageEntries are the entries of one message, by what stands after its key.
func (a *Activities) messageEntries(ctx context.Context, installation, id string) ([]store.Entry, error) {
	key := calllog.MessageKey(installation, id)
	all, err := a.Store.LedgerByPrefix(ctx, key)
	var entries []store.Entry
	for _, entry := range all {
		rest := strings.TrimPrefix(entry.Key, key)
		if rest == "" || strings.HasPrefix(rest, "/") {
			entry.Key = strings.TrimPrefix(rest, "/")
			entries = append(entries, entry)
		}
	}
	return entries, err
}

// FindMessageCustomer finds the customer who wrote or is written to, or makes one:
// the one that calls of the number find.
func (a *Activities) FindMessageCustomer(ctx context.Context, in contract.FindCustomerInput) (contract.FindCustomerResult, error) {
	in.Message = true
	return a.customerOf(ctx, in)
}

// ChooseForMessages finds the conversation that messages belong to; none means that a
// new one is to be opened.
func (a *Activities) ChooseForMessages(ctx context.Context, in contract.ChooseConversationInput) (contract.Conversation, error) {
	if in.Facts.Anonymous {
		// Different people share that customer.
		return contract.Conversation{}, nil
	}
	api, err := a.Accounts.HelpScout(ctx, in.Installation)
	if err != nil {
		return contract.Conversation{}, err
	}
	return a.chooseAmong(ctx, api, in)
}

// UpdateForMessages reads the conversation, sees whether messages may still go there,
// and gives it tags, owner and status.
func (a *Activities) UpdateForMessages(ctx context.Context, in contract.UpdateConversationInput) (contract.Conversation, error) {
	return a.updateConversation(ctx, in)
}

// SkipMessages notes that the messages are not to be logged, for every later run.
func (a *Activities) SkipMessages(ctx context.Context, in contract.SkipMessagesInput) (bool, error) {
	for _, id := range in.Messages {
		if err := a.settle(ctx, calllog.MessageSkippedKey(in.Installation, id), 0); err != nil {
			return false, err
		}
	}
	return true, nil
}
