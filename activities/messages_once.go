package activities

import (
	"context"
	"errors"
	"slices"
	"time"

	"callscout/activities/contract"
	"callscout/calllog"
	"callscout/store"
)

// stood is where messages were told.
type stood struct {
	// thread is 0 where a conversation was opened with it.
	thread, conversation int64
	messages             []string
}

// tale is one thread that tells messages, each of them once.
type tale struct {
	in contract.MessageThreadInput
	// look finds where an earlier attempt, whose answer was lost, told any of these.
	look func(ctx context.Context, ids []string) (stood, error)
	// write tells them.
	write func(ctx context.Context, messages []calllog.Message) (stood, error)
	// lag is how long look may miss what was written; 0 where it reads the
	// conversation itself.
	lag time.Duration
	// opens says that what was found may be elsewhere, so that the others wait for a
	// thread of their own.
	opens bool
}

// tell is once for several messages that share a thread: each has its own entry in the
// ledger, and an attempt that was cut off is looked for by each. So it does no harm
// that the messages of a burst are not the same in the next attempt.
func (a *Activities) tell(ctx context.Context, t tale) (contract.MessageThreadResult, error) {
	var out contract.MessageThreadResult
	var open []string
	var cutOff time.Time
	for _, id := range t.in.Part.Messages {
		entry, err := a.Store.Intend(ctx, t.in.Part.Key(t.in.Installation, id))
		switch {
		case err != nil:
			return out, storeDown(err)
		case entry.State == store.Done:
			out.Told = append(out.Told, id)
			continue
		case !entry.Fresh && entry.IntendedAt.After(cutOff):
			cutOff = entry.IntendedAt
		}
		open = append(open, id)
	}
	if !cutOff.IsZero() {
		found, err := t.look(ctx, open)
		if err != nil {
			return out, uncertain(err)
		}
		if err := a.stands(ctx, t.in, found, &out); err != nil {
			return out, err
		}
		open = slices.DeleteFunc(open, func(id string) bool { return slices.Contains(found.messages, id) })
		if wait := t.lag - a.now().Sub(cutOff); wait > 0 && len(open) > 0 {
			return out, notSureYet(wait)
		}
		if t.opens && len(found.messages) > 0 {
			return out, a.withdraw(ctx, t.in, open)
		}
	}
	if len(open) == 0 {
		return out, a.whereTold(ctx, t.in, &out)
	}
	where, err := t.write(ctx, slices.DeleteFunc(slices.Clone(t.in.Messages), func(m calllog.Message) bool {
		return !slices.Contains(open, m.ID)
	}))
	if err != nil {
		return out, a.tellFailed(ctx, t.in, open, err)
	}
	where.messages = open
	return out, a.stands(ctx, t.in, where, &out)
}

// tellFailed takes the intents back where nothing can have been written.
func (a *Activities) tellFailed(ctx context.Context, in contract.MessageThreadInput, ids []string, err error) error {
	if !nothingWritten(err) {
		return uncertain(err)
	}
	if withdrawErr := a.withdraw(ctx, in, ids); withdrawErr != nil {
		return errors.Join(asFailure(err), withdrawErr)
	}
	return err
}

func (a *Activities) withdraw(ctx context.Context, in contract.MessageThreadInput, ids []string) error {
	for _, id := range ids {
		entries, err := a.messageEntries(ctx, in.Installation, id)
		if err != nil {
			return storeDown(err)
		}
		for _, entry := range entries {
			key := calllog.MessageKey(in.Installation, id)
			if entry.Key != "" {
				key += "/" + entry.Key
			}
			// What is done stays done.
			if err := a.Store.Withdraw(ctx, key); err != nil {
				return storeDown(err)
			}
		}
	}
	return nil
}

// stands enters what was told, and where. The conversation comes first: whoever finds
// the message done must find its conversation as well.
func (a *Activities) stands(ctx context.Context, in contract.MessageThreadInput, where stood, out *contract.MessageThreadResult) error {
	if len(where.messages) == 0 {
		return nil
	}
	out.Thread, out.Conversation.ID = where.thread, where.conversation
	for _, id := range where.messages {
		if err := a.messageStands(ctx, in, id, where, out); err != nil {
			return err
		}
		out.Told = append(out.Told, id)
	}
	return nil
}

func (a *Activities) messageStands(ctx context.Context, in contract.MessageThreadInput, id string, where stood, out *contract.MessageThreadResult) error {
	if in.Part.Kind == calllog.MessageText {
		err := a.Store.Settle(ctx, calllog.MessageConversationKey(in.Installation, id), where.conversation)
		if err != nil && !errors.Is(err, store.ErrConflict) {
			return storeDown(err)
		}
	}
	entries, err := a.messageEntries(ctx, in.Installation, id)
	if err != nil {
		return storeDown(err)
	}
	// What a thread was about to say beside the text, it says.
	has := func(key string) bool {
		return slices.ContainsFunc(entries, func(e store.Entry) bool {
			return e.State == store.Intended && calllog.MessageKey(in.Installation, id, e.Key) == key
		})
	}
	for i := range filesOf(in, id) {
		if key := calllog.MessageFileKey(in.Installation, id, i); has(key) {
			if err := a.settle(ctx, key, where.thread); err != nil {
				return err
			}
			out.Files = append(out.Files, calllog.FileKey{Message: id, File: i})
			// What is left of it goes with the old files at the latest.
			_ = a.Store.DropMedia(ctx, in.Installation, id, i)
		}
	}
	if key := calllog.MessageFailedKey(in.Installation, id); in.Part.Kind == calllog.MessageText && has(key) {
		if err := a.settle(ctx, key, where.thread); err != nil {
			return err
		}
		out.Failed = append(out.Failed, id)
	}
	if in.Part.Kind == calllog.MessageFile {
		return nil
	}
	return a.settle(ctx, in.Part.Key(in.Installation, id), where.thread)
}

func filesOf(in contract.MessageThreadInput, id string) []calllog.File {
	for _, m := range in.Messages {
		if m.ID == id {
			return m.Files
		}
	}
	return nil
}

// whereTold finds the conversation of messages that were all told before.
func (a *Activities) whereTold(ctx context.Context, in contract.MessageThreadInput, out *contract.MessageThreadResult) error {
	for _, id := range out.Told {
		entries, err := a.messageEntries(ctx, in.Installation, id)
		if err != nil {
			return storeDown(err)
		}
		record := calllog.RecallMessage(id, doneOf(entries))
		if out.Conversation.ID == 0 {
			out.Conversation.ID = record.Conversation
		}
		if record.Failed {
			out.Failed = append(out.Failed, id)
		}
		for _, file := range record.Files {
			out.Files = append(out.Files, calllog.FileKey{Message: id, File: file})
		}
	}
	return nil
}

func doneOf(entries []store.Entry) []calllog.MessageDone {
	var done []calllog.MessageDone
	for _, entry := range entries {
		if entry.State == store.Done {
			done = append(done, calllog.MessageDone{Name: entry.Key, ID: entry.RemoteID})
		}
	}
	return done
}

// takeBack forgets that a thread was about to bring files that it was refused for.
func (a *Activities) takeBack(ctx context.Context, in contract.MessageThreadInput, files []attachment) error {
	if in.Part.Kind == calllog.MessageFile {
		return nil
	}
	for _, file := range files {
		if err := a.Store.Withdraw(ctx, calllog.MessageFileKey(in.Installation, file.key.Message, file.key.File)); err != nil {
			return notSent(storeDown(err))
		}
	}
	return nil
}

// tellsBeside notes what a thread is about to say beside its messages: if its answer is
// lost and it is found later, when more is known, that tells what it says.
func (a *Activities) tellsBeside(ctx context.Context, in contract.MessageThreadInput, messages []calllog.Message, files []calllog.FileKey) error {
	var keys []string
	for _, file := range files {
		keys = append(keys, calllog.MessageFileKey(in.Installation, file.Message, file.File))
	}
	for _, m := range messages {
		if in.Part.Kind == calllog.MessageText && m.Failed && m.Direction == calllog.Outbound {
			keys = append(keys, calllog.MessageFailedKey(in.Installation, m.ID))
		}
	}
	for _, key := range keys {
		if _, err := a.Store.Intend(ctx, key); err != nil {
			return notSent(storeDown(err))
		}
	}
	return nil
}
