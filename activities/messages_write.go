package activities

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"callscout/activities/contract"
	"callscout/calllog"
	"callscout/helpscout"
	"callscout/store"
)

// WriteMessages tells messages in a conversation that was just read: what was received
// as the customer's, what was sent as a note in the agent's name.
func (a *Activities) WriteMessages(ctx context.Context, in contract.MessageThreadInput) (contract.MessageThreadResult, error) {
	api, err := a.Accounts.HelpScout(ctx, in.Installation)
	if err != nil {
		return contract.MessageThreadResult{}, err
	}
	out, err := a.tellIn(ctx, api, in)
	if err != nil {
		return out, a.whatBecameOf(ctx, api, threadOf(in), err)
	}
	return out, nil
}

// NoteMessage adds to a message that stands in a conversation, wherever that went
// since. Gone says that it takes nothing more.
func (a *Activities) NoteMessage(ctx context.Context, in contract.MessageThreadInput) (contract.MessageThreadResult, error) {
	api, err := a.Accounts.HelpScout(ctx, in.Installation)
	if err != nil {
		return contract.MessageThreadResult{}, err
	}
	conversation, err := a.readFollowing(ctx, api, in.Call, in.Conversation)
	if err != nil {
		return contract.MessageThreadResult{}, err
	}
	because, usable := a.usable(contract.UpdateConversationInput{Call: in.Call}, conversation)
	if !usable {
		return goneBecause(in, because), nil
	}
	in.Conversation, in.Status = conversation.ID, string(conversation.Status)
	out, err := a.tellIn(ctx, api, in)
	if err != nil && asFailure(err).problem == calllog.ConversationFull {
		return goneBecause(in, calllog.Full), nil
	}
	return out, err
}

func goneBecause(in contract.MessageThreadInput, because calllog.Because) contract.MessageThreadResult {
	return contract.MessageThreadResult{Conversation: contract.Conversation{ID: in.Conversation, Gone: true, Because: because}}
}

func threadOf(in contract.MessageThreadInput) contract.ThreadInput {
	return contract.ThreadInput{Call: in.Call, Customer: in.Customer, Conversation: in.Conversation}
}

func (a *Activities) tellIn(ctx context.Context, api HelpScout, in contract.MessageThreadInput) (contract.MessageThreadResult, error) {
	return a.tell(ctx, tale{
		in: in,
		look: func(ctx context.Context, ids []string) (stood, error) {
			return lookForMessages(ctx, api, in, in.Conversation, ids)
		},
		write: func(ctx context.Context, messages []calllog.Message) (stood, error) {
			id, err := a.writeMessages(ctx, in, messages, func(text string, files []helpscout.Attachment) (int64, error) {
				return a.postMessages(ctx, api, in, messages[0], text, files)
			})
			return stood{thread: id, conversation: in.Conversation}, err
		},
	})
}

// writeMessages has a thread posted, without the files that Help Scout refuses: those
// are named in it instead.
func (a *Activities) writeMessages(ctx context.Context, in contract.MessageThreadInput, messages []calllog.Message, post func(string, []helpscout.Attachment) (int64, error)) (int64, error) {
	for i := range messages {
		messages[i].Files = slices.Clone(messages[i].Files)
	}
	list, says, err := a.attachments(ctx, in, messages)
	if err != nil {
		return 0, notSent(err)
	}
	for {
		text, err := a.messageText(in, messages, says)
		if err != nil {
			return 0, notSent(err)
		}
		if err := a.tellsBeside(ctx, in, messages, settledFiles(in, messages, says)); err != nil {
			return 0, err
		}
		id, err := post(text, sent(list))
		guilty, now := notTaken(err, list)
		if len(guilty) == 0 {
			return id, err
		}
		for _, file := range guilty {
			says[file.key] = now
		}
		if err := a.takeBack(ctx, in, guilty); err != nil {
			return 0, err
		}
		list = slices.DeleteFunc(slices.Clone(list), func(one attachment) bool { return says[one.key] != calllog.FileAttached })
	}
}

// settledFiles are those of which the thread says the last word.
func settledFiles(in contract.MessageThreadInput, messages []calllog.Message, says map[calllog.FileKey]calllog.FileNow) []calllog.FileKey {
	var keys []calllog.FileKey
	for _, m := range messages {
		for i, file := range m.Files {
			key := calllog.FileKey{Message: m.ID, File: i}
			now, said := says[key]
			over := file.State == calllog.FileLost && (in.Part.Kind == calllog.MessageText || i == in.Part.File)
			if said && now != calllog.FileFollows || over {
				keys = append(keys, key)
			}
		}
	}
	return keys
}

func (a *Activities) messageText(in contract.MessageThreadInput, messages []calllog.Message, says map[calllog.FileKey]calllog.FileNow) (string, error) {
	text := calllog.MessageThread{
		Part: in.Part, Messages: messages, Settings: in.Settings, Files: says, FreeUntil: in.FreeUntil, Continues: in.Continues,
	}
	if in.Continues != nil {
		text.ContinuesURL = fmt.Sprintf("%s/conversation/%d", a.HelpScoutURL, in.Continues.ID)
	}
	return text.HTML()
}

// postMessages writes a thread that mails nobody: what a customer wrote is imported,
// and what an agent sent is a note.
func (a *Activities) postMessages(ctx context.Context, api HelpScout, in contract.MessageThreadInput, first calllog.Message, text string, files []helpscout.Attachment) (int64, error) {
	if in.Part.Kind == calllog.MessageText && first.Direction != calllog.Outbound {
		return api.CreateCustomerThread(ctx, in.Conversation, helpscout.CustomerThread{
			Text: text, Customer: helpscout.CustomerRef{ID: in.Customer}, Imported: true, CreatedAt: a.sentAt(first), Attachments: files,
		})
	}
	author, _, err := a.author(ctx, threadOf(in))
	if err != nil {
		return 0, notSent(err)
	}
	status := helpscout.Status(in.Status)
	if status == "" || attempt(ctx) > 1 {
		conversation, err := api.GetConversation(ctx, in.Conversation)
		if err != nil {
			return 0, notSent(err)
		}
		status = conversation.Status
	}
	note := helpscout.Note{Text: text, User: author, Status: status, Attachments: files}
	if in.Part.Kind == calllog.MessageText {
		// Beside the customer's own, which have their times, it stands in its place.
		note.Imported, note.CreatedAt = true, a.sentAt(first)
	}
	return api.CreateNote(ctx, in.Conversation, note)
}

// sentAt is when a message was sent, and never in the future: a clock that is wrong
// elsewhere must not cost the message its log.
func (a *Activities) sentAt(m calllog.Message) time.Time {
	if now := a.now(); m.At.After(now) {
		return now
	}
	return m.At
}

// lookForMessages finds the thread in a conversation that tells any of the messages.
func lookForMessages(ctx context.Context, api HelpScout, in contract.MessageThreadInput, conversation int64, ids []string) (stood, error) {
	threads, err := api.Threads(ctx, conversation)
	if err != nil && !helpscout.IsNotFound(err) {
		return stood{}, err
	}
	found := stood{conversation: conversation}
	for _, thread := range threads {
		for _, id := range ids {
			if in.Part.CarriedBy(thread.Body, id) && !slices.Contains(found.messages, id) {
				found.thread, found.messages = thread.ID, append(found.messages, id)
			}
		}
	}
	return found, nil
}

// OpenForMessages opens a conversation that begins with messages, under the lock under
// which calls of the same customer open theirs: if one was opened since, that one is
// taken instead.
func (a *Activities) OpenForMessages(ctx context.Context, in contract.MessageThreadInput) (contract.MessageThreadResult, error) {
	unlock, err := a.Store.Lock(ctx, fmt.Sprintf("%s/open/%s", in.Installation, customerInInbox(in.Inbox, in.Customer)))
	if err != nil {
		return contract.MessageThreadResult{}, storeDown(err)
	}
	defer unlock()
	if other, err := a.openedForOthers(ctx, in); err != nil || other != 0 {
		return contract.MessageThreadResult{Conversation: contract.Conversation{ID: other, Existing: true}}, err
	}
	api, err := a.Accounts.HelpScout(ctx, in.Installation)
	if err != nil {
		return contract.MessageThreadResult{}, err
	}
	var wanted helpscout.NewConversation
	out, err := a.tell(ctx, tale{
		in: in, lag: a.indexLag(), opens: true,
		look: func(ctx context.Context, ids []string) (stood, error) { return lookForOpened(ctx, api, in, ids) },
		write: func(ctx context.Context, messages []calllog.Message) (stood, error) {
			id, err := a.writeMessages(ctx, in, messages, func(text string, files []helpscout.Attachment) (int64, error) {
				wanted, err = a.newForMessages(ctx, in, messages[0], text, files)
				if err != nil {
					return 0, notSent(err)
				}
				created, err := api.CreateConversation(ctx, wanted)
				return created.ID, err
			})
			return stood{conversation: id}, err
		},
	})
	if err != nil {
		return out, a.whetherCustomerIsGone(ctx, api, threadOf(in), err)
	}
	out.Conversation.Tags = in.Change.AddTags
	if out.Conversation.ID != 0 && !in.Facts.Anonymous {
		id := strconv.FormatInt(out.Conversation.ID, 10)
		if err := a.Store.Remember(ctx, in.Installation, store.ConversationByCustomer, customerInInbox(in.Inbox, in.Customer), id); err != nil {
			return out, storeDown(err)
		}
	}
	return out, nil
}

// openedForOthers is a conversation that was opened for a call or another line since
// none was found; 0 where there is none, or where it may be the run's own.
func (a *Activities) openedForOthers(ctx context.Context, in contract.MessageThreadInput) (int64, error) {
	if in.Facts.Anonymous {
		return 0, nil
	}
	id, at, err := a.recentConversation(ctx, in.Installation, in.Inbox, in.Customer)
	if err != nil || id == 0 || at.Before(in.ChosenAt) || slices.Contains(in.Left, id) {
		return 0, err
	}
	for _, message := range in.Part.Messages {
		entries, err := a.messageEntries(ctx, in.Installation, message)
		if err != nil {
			return 0, storeDown(err)
		}
		if slices.ContainsFunc(entries, func(e store.Entry) bool {
			return calllog.MessageKey(in.Installation, message, e.Key) == in.Part.Key(in.Installation, message) ||
				e.Key == "" && in.Part.Kind == calllog.MessageText
		}) {
			// It is this run's own, from an attempt that was cut off.
			return 0, nil
		}
	}
	return id, nil
}

func (a *Activities) newForMessages(ctx context.Context, in contract.MessageThreadInput, first calllog.Message, text string, files []helpscout.Attachment) (helpscout.NewConversation, error) {
	thread := helpscout.NewThread{
		Type: helpscout.ThreadNote, Text: text, Imported: true, CreatedAt: a.sentAt(first), Attachments: files,
	}
	conversation := helpscout.NewConversation{
		Subject:   calllog.MessageSubject(first, in.Settings),
		Type:      helpscout.ConversationPhone,
		MailboxID: in.Inbox,
		Status:    helpscout.StatusActive,
		Customer:  helpscout.CustomerRef{ID: in.Customer},
		Tags:      in.Change.AddTags,
		AssignTo:  helpscout.AssignToNobody(),
		// Help Scout sends no mail for what is imported, to nobody.
		Imported: true,
	}
	if in.Part.Kind == calllog.MessageText && first.Direction != calllog.Outbound {
		thread.Type, thread.Customer = helpscout.ThreadCustomer, helpscout.CustomerRef{ID: in.Customer}
	} else {
		author, agent, err := a.author(ctx, threadOf(in))
		if err != nil {
			return helpscout.NewConversation{}, err
		}
		conversation.User = author
		if in.Change.Assign && agent != 0 {
			conversation.AssignTo = helpscout.AssignToUser(agent)
		}
	}
	conversation.Threads = []helpscout.NewThread{thread}
	return conversation, nil
}

// lookForOpened looks for the conversation that a lost answer may have made, among the
// customer's newest.
func lookForOpened(ctx context.Context, api HelpScout, in contract.MessageThreadInput, ids []string) (stood, error) {
	listed, err := api.CustomerConversations(ctx, in.Inbox, in.Customer)
	if err != nil {
		return stood{}, err
	}
	const worthReading = 5
	for _, conversation := range listed[:min(len(listed), worthReading)] {
		found, err := lookForMessages(ctx, api, in, conversation.ID, ids)
		if err != nil || len(found.messages) > 0 {
			found.thread = 0
			return found, err
		}
	}
	return stood{}, nil
}
