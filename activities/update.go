package activities

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"callscout/activities/contract"
	"callscout/calllog"
	"callscout/helpscout"
	"callscout/store"
)

// UpdateConversation gives a conversation the tags, the owner and the status
// that the call wants.
func (a *Activities) UpdateConversation(ctx context.Context, in contract.UpdateConversationInput) (contract.Conversation, error) {
	out, err := a.updateConversation(ctx, in)
	if err != nil || out.Gone {
		return out, err
	}
	return out, a.noteTags(ctx, in.Call, in.Change)
}

// updateConversation does it for calls and messages. Help Scout's tag write replaces the whole list, so it
// reads right before it writes, under a lock named after the conversation; what
// somebody changes between the two is put right once Help Scout tells of it. All
// of it is safe to repeat.
func (a *Activities) updateConversation(ctx context.Context, in contract.UpdateConversationInput) (contract.Conversation, error) {
	api, err := a.Accounts.HelpScout(ctx, in.Installation)
	if err != nil {
		return contract.Conversation{}, err
	}
	unlock, err := a.Store.Lock(ctx, store.ConversationLock(in.Installation, in.Conversation))
	if err != nil {
		return contract.Conversation{}, storeDown(err)
	}
	defer unlock()

	conversation, err := a.readFollowing(ctx, api, in.Call, in.Conversation)
	if err != nil {
		return contract.Conversation{}, err
	}
	if because, usable := a.usable(in, conversation); !usable {
		return a.leave(ctx, api, in, conversation, because)
	}
	out, err := a.change(ctx, api, in, conversation)
	if err != nil && asFailure(err).problem == calllog.ConversationFull {
		// It is locked: it takes no thread either.
		return a.leave(ctx, api, in, conversation, calllog.Full)
	}
	return out, err
}

func (a *Activities) change(ctx context.Context, api HelpScout, in contract.UpdateConversationInput, conversation helpscout.Conversation) (out contract.Conversation, err error) {
	out = contract.Conversation{
		ID: conversation.ID, Number: conversation.Number, Status: string(conversation.Status), Inbox: conversation.MailboxID,
		Tags: in.Change.AddTags,
	}
	if out.Held, err = a.claim(ctx, in, conversation.ID); err != nil {
		return out, err
	}
	if err := a.putTags(ctx, api, in, conversation); err != nil {
		return out, err
	}
	if err := a.assign(ctx, api, in, conversation); err != nil {
		return out, err
	}
	// Status last: an assignment may reopen.
	if in.Change.Reopen && conversation.Status == helpscout.StatusClosed && !closedSince(in.Call, conversation) || in.Change.Activate && conversation.Status == helpscout.StatusPending {
		if err := api.SetStatus(ctx, conversation.ID, helpscout.StatusActive); err != nil {
			return out, err
		}
		out.Status = string(helpscout.StatusActive)
	}
	return out, a.keepStatus(ctx, in.Installation, conversation.ID, helpscout.Status(out.Status))
}

// usable says that the log may go on there. Before its first thread the
// conversation must still be one that may be chosen: the list that it was chosen
// from is older than what was read now.
func (a *Activities) usable(in contract.UpdateConversationInput, conversation helpscout.Conversation) (calllog.Because, bool) {
	switch {
	case conversation.ID == 0, conversation.State == helpscout.StateDeleted:
		return calllog.Deleted, false
	case conversation.Status == helpscout.StatusSpam:
		return calllog.Spam, false
	case in.Fresh && !candidate(conversation).Eligible(in.Inbox, in.Settings, a.moment(in.Call)):
		return "", false
	}
	return "", true
}

// readFollowing reads a conversation by id and follows merges. ID 0 means that
// there is none any more.
func (a *Activities) readFollowing(ctx context.Context, api HelpScout, c contract.Call, id int64) (helpscout.Conversation, error) {
	const mostMerges = 5
	for range mostMerges {
		conversation, err := api.GetConversation(ctx, id)
		var moved *helpscout.MovedError
		switch {
		case errors.As(err, &moved):
			if err := a.Store.MoveClaims(ctx, c.Installation, id, moved.To); err != nil {
				return helpscout.Conversation{}, storeDown(err)
			}
			id = moved.To
			continue
		case helpscout.IsNotFound(err):
			return helpscout.Conversation{}, nil
		case err != nil:
			return helpscout.Conversation{}, err
		}
		return conversation, nil
	}
	return helpscout.Conversation{}, nil
}

// claim notes whether this call runs in the conversation.
func (a *Activities) claim(ctx context.Context, in contract.UpdateConversationInput, conversation int64) (held bool, err error) {
	tag := in.Change.InProgress
	switch {
	case tag == "":
		return false, nil
	case in.Change.Hold:
		err = a.Store.Claim(ctx, in.Installation, conversation, tag, callName(in.Facts))
		held = true
	case in.Change.Release:
		err = a.Store.Release(ctx, in.Installation, conversation, tag, callName(in.Facts))
	}
	if err != nil {
		return held, storeDown(err)
	}
	return held, nil
}

// leave gives a conversation up: the call does not run there any more, and the tag
// of running calls goes with the last of them.
func (a *Activities) leave(ctx context.Context, api HelpScout, in contract.UpdateConversationInput, conversation helpscout.Conversation, because calllog.Because) (contract.Conversation, error) {
	out := contract.Conversation{ID: in.Conversation, Number: conversation.Number, Gone: true, Because: because}
	if in.Change.InProgress == "" {
		return out, nil
	}
	// Claims went along where it was merged.
	if err := a.Store.Release(ctx, in.Installation, cmp.Or(conversation.ID, in.Conversation), in.Change.InProgress, callName(in.Facts)); err != nil {
		return out, storeDown(err)
	}
	if because != calllog.Full && because != calllog.Deleted {
		in.Change = calllog.Change{InProgress: in.Change.InProgress, Release: true}
		// A tag where nobody looks must not hold the log up.
		_ = a.putTags(ctx, api, in, conversation)
	}
	return out, nil
}

func (a *Activities) putTags(ctx context.Context, api HelpScout, in contract.UpdateConversationInput, conversation helpscout.Conversation) error {
	var present []string
	for _, tag := range conversation.Tags {
		present = append(present, strings.ToLower(tag.Name))
	}
	wanted := slices.Clone(present)
	for _, tag := range in.Change.AddTags {
		if !slices.Contains(wanted, tag) {
			wanted = append(wanted, tag)
		}
	}
	if tag := in.Change.InProgress; tag != "" {
		running, err := a.Store.Claimants(ctx, in.Installation, conversation.ID, tag)
		if err != nil {
			return storeDown(err)
		}
		switch {
		case in.Change.Hold && !slices.Contains(wanted, tag):
			wanted = append(wanted, tag)
		case in.Change.Release && len(running) == 0:
			wanted = slices.DeleteFunc(wanted, func(t string) bool { return t == tag })
		}
	}
	wanted, err := a.untag(ctx, in, conversation.ID, present, wanted)
	if err != nil {
		return err
	}
	wanted = putRight(in.Change, wanted)
	if slices.Equal(present, wanted) {
		return nil
	}
	if err := a.noteTagWrite(ctx, in, conversation.ID, present, wanted); err != nil {
		return err
	}
	return api.PutTags(ctx, conversation.ID, wanted)
}

// people claim a tag that was there before any call put it, so that no call takes
// it off.
const people = "people"

// untag takes off what an agent took off in Aircall, unless somebody else needs
// it: another call, or people who had put it there themselves.
func (a *Activities) untag(ctx context.Context, in contract.UpdateConversationInput, conversation int64, present, wanted []string) ([]string, error) {
	for _, tag := range in.Change.AgentTags {
		claimants, err := a.Store.Claimants(ctx, in.Installation, conversation, tag)
		if err == nil && len(claimants) == 0 && slices.Contains(present, tag) {
			err = a.Store.Claim(ctx, in.Installation, conversation, tag, people)
		}
		if err == nil {
			err = a.Store.Claim(ctx, in.Installation, conversation, tag, callName(in.Facts))
		}
		if err != nil {
			return nil, storeDown(err)
		}
	}
	for _, tag := range in.Change.RemoveTags {
		err := a.Store.Release(ctx, in.Installation, conversation, tag, callName(in.Facts))
		if err != nil {
			return nil, storeDown(err)
		}
		claimants, err := a.Store.Claimants(ctx, in.Installation, conversation, tag)
		if err != nil {
			return nil, storeDown(err)
		}
		if len(claimants) == 0 {
			wanted = slices.DeleteFunc(wanted, func(t string) bool { return t == tag })
		}
	}
	return wanted, nil
}

func (a *Activities) assign(ctx context.Context, api HelpScout, in contract.UpdateConversationInput, conversation helpscout.Conversation) error {
	if !in.Change.Assign || in.Facts.Agent == nil || in.Backfilled {
		// Help Scout tells whom a conversation is assigned to, which is no news long
		// after the call.
		return nil
	}
	if conversation.Assignee != nil && conversation.Assignee.ID != 0 && !in.Change.Reassign {
		return nil
	}
	agent, found, err := a.Directory.Agent(ctx, in.Installation, in.Facts.Agent.Email)
	if err != nil || !found {
		return err
	}
	if conversation.Assignee != nil && conversation.Assignee.ID == agent {
		return nil
	}
	if err := api.Assign(ctx, conversation.ID, agent); err != nil {
		return err
	}
	if conversation.Status == helpscout.StatusClosed && !in.Change.Reopen {
		if quiet, err := a.settled(ctx, in.Installation, store.AssignReopens, store.LiveNo); err != nil || quiet {
			return err
		}
		// Assigning may reopen; nobody asked for that.
		return api.SetStatus(ctx, conversation.ID, helpscout.StatusClosed)
	}
	return nil
}
