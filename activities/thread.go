package activities

import (
	"context"
	"fmt"
	"slices"

	"callscout/activities/contract"
	"callscout/calllog"
	"callscout/helpscout"
)

// WriteThread writes one part of the log into a conversation: a phone thread, or
// a note in the agent's name.
func (a *Activities) WriteThread(ctx context.Context, in contract.ThreadInput) (contract.ThreadResult, error) {
	api, err := a.Accounts.HelpScout(ctx, in.Installation)
	if err != nil {
		return contract.ThreadResult{}, err
	}
	if wait := a.yields(in); wait > 0 {
		return contract.ThreadResult{Yields: wait}, nil
	}
	text, err := a.text(in).HTML(in.Part)
	if err != nil {
		return contract.ThreadResult{}, err
	}
	reference := calllog.Reference(in.Facts.CallID, in.Part)
	id, err := a.once(ctx, effect{
		key: calllog.Key(in.Installation, in.Facts.CallID, in.Part),
		look: func(ctx context.Context) (int64, bool, error) {
			return lookForThread(ctx, api, in.Conversation, reference)
		},
		write: func(ctx context.Context) (int64, error) {
			if err := a.intend(ctx, in.Call, a.tells(in)...); err != nil {
				return 0, err
			}
			if in.Phone {
				thread := helpscout.PhoneThread{Text: text, Customer: helpscout.CustomerRef{ID: in.Customer}}
				thread.Imported, thread.CreatedAt = a.imported(in)
				return api.CreatePhoneThread(ctx, in.Conversation, thread)
			}
			return a.writeNote(ctx, api, in, text, nil)
		},
	})
	if err != nil {
		return contract.ThreadResult{}, a.whatBecameOf(ctx, api, in, err)
	}
	told, err := a.said(ctx, in.Call, a.tells(in)...)
	if err != nil {
		return contract.ThreadResult{}, err
	}
	return contract.ThreadResult{Thread: id, Told: told}, a.noteAll(ctx, in.Call, id, told...)
}

// writeNote repeats the conversation's status, so that the note neither reopens
// nor closes it. A status that may be old is read again.
func (a *Activities) writeNote(ctx context.Context, api HelpScout, in contract.ThreadInput, text string, file *calllog.Attachment) (int64, error) {
	author, _, err := a.author(ctx, in)
	if err != nil {
		return 0, notSent(err)
	}
	status := helpscout.Status(in.Status)
	if status == "" || attempt(ctx) > 1 {
		if status, err = a.presentStatus(ctx, api, in); err != nil {
			return 0, notSent(err)
		}
	}
	if in.Close {
		status = helpscout.StatusClosed
	}
	note := helpscout.Note{Text: text, User: author, Status: status}
	note.Imported, note.CreatedAt = a.imported(in)
	if file != nil {
		note.Attachments = []helpscout.Attachment{{FileName: file.Name, MimeType: file.Type, Data: file.Data}}
	}
	id, err := api.CreateNote(ctx, in.Conversation, note)
	if err != nil {
		return 0, err
	}
	if in.Close {
		err = a.keepStatus(ctx, in.Installation, in.Conversation, status)
	}
	return id, err
}

// whatBecameOf tells a merged or deleted conversation from a missing customer:
// Help Scout answers 404 to a write for each of them.
func (a *Activities) whatBecameOf(ctx context.Context, api HelpScout, in contract.ThreadInput, err error) error {
	f := asFailure(err)
	if f.problem != calllog.HelpScoutNotFound {
		return err
	}
	if _, readErr := api.GetConversation(ctx, in.Conversation); readErr == nil {
		return a.whetherCustomerIsGone(ctx, api, in, err)
	}
	gone := *f
	gone.problem = calllog.ConversationGone
	return &gone
}

func lookForThread(ctx context.Context, api HelpScout, conversation int64, reference string) (int64, bool, error) {
	threads, err := api.Threads(ctx, conversation)
	if err != nil {
		if helpscout.IsNotFound(err) {
			return 0, false, nil
		}
		return 0, false, err
	}
	for _, thread := range threads {
		if calllog.Carries(thread.Body, reference) {
			return thread.ID, true, nil
		}
	}
	return 0, false, nil
}

// tells are the parts that one thread says: the log of the ended call has
// everything in it that is known by then.
func (a *Activities) tells(in contract.ThreadInput) []calllog.Part {
	told := []calllog.Part{in.Part}
	for _, part := range in.Tells {
		if !slices.Contains(told, part) {
			told = append(told, part)
		}
	}
	if in.Part == calllog.PartSecondLog {
		told = append(told, calllog.Tellable(in.Facts, in.Settings)...)
	}
	return told
}

func (a *Activities) text(in contract.ThreadInput) calllog.Text {
	text := calllog.Text{
		Facts: in.Facts, Settings: in.Settings, DashboardURL: a.AircallURL, Alone: in.Alone, Begins: in.Begins, LegOf: in.LegOf,
		Tells: in.Tells,
	}
	if in.Begins != nil {
		text.BeginsURL = fmt.Sprintf("%s/conversation/%d", a.HelpScoutURL, in.Begins.ID)
	}
	return text
}

// author is the Help Scout user to write as: the one with the e-mail address of
// the agent (or of a comment's author), else the fallback administrator. agent is
// 0 where there is no such user.
func (a *Activities) author(ctx context.Context, in contract.ThreadInput) (author, agent int64, err error) {
	person := in.Facts.Agent
	i := slices.IndexFunc(in.Facts.Comments, func(c calllog.Comment) bool { return calllog.CommentPart(c.ID) == in.Part })
	if i >= 0 && in.Facts.Comments[i].By != nil {
		person = in.Facts.Comments[i].By
	}
	if person != nil {
		id, found, err := a.Directory.Agent(ctx, in.Installation, person.Email)
		if err != nil {
			return 0, 0, err
		}
		if found {
			return id, id, nil
		}
	}
	author, err = a.Directory.Fallback(ctx, in.Installation, in.Settings.FallbackAdmin)
	return author, 0, err
}
