package activities

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"callscout/activities/contract"
	"callscout/calllog"
	"callscout/helpscout"
	"callscout/settings"
	"callscout/store"
)

// recentlyOpened is how long an own new conversation may be missing in the list.
const recentlyOpened = 10 * time.Minute

func customerInInbox(inbox, customer int64) string { return fmt.Sprintf("%d/%d", inbox, customer) }

// ChooseConversation finds the conversation that the call belongs to; none means
// that a new one is to be opened.
func (a *Activities) ChooseConversation(ctx context.Context, in contract.ChooseConversationInput) (contract.Conversation, error) {
	if in.Facts.Anonymous {
		// Different people share that customer: each call gets its own.
		return contract.Conversation{}, nil
	}
	api, err := a.Accounts.HelpScout(ctx, in.Installation)
	if err != nil {
		return contract.Conversation{}, err
	}
	related, err := a.whereItBelongs(ctx, api, in)
	if err != nil || related.ID != 0 || in.Settings.Calls.LogTo == settings.NewConversation {
		return related, err
	}
	chosen, err := a.chooseAmong(ctx, api, in)
	if err != nil {
		return related, err
	}
	if chosen.LegOf = related.LegOf; chosen.ID == 0 {
		return chosen, nil
	}
	return chosen, a.note(ctx, in.Call, calllog.ConversationPart(chosen.ID), chosen.ID)
}

// chooseAmong chooses among the customer's conversations.
func (a *Activities) chooseAmong(ctx context.Context, api HelpScout, in contract.ChooseConversationInput) (contract.Conversation, error) {
	candidates, err := a.candidates(ctx, api, in)
	if err != nil {
		return contract.Conversation{}, err
	}
	now := a.moment(in.Call)
	choice := calllog.ChooseConversationFor(candidates, in.Inbox, in.Left, in.Settings, now)
	return contract.Conversation{
		ID: choice.ID, Number: choice.Number, Status: choice.Status,
		Candidates: calllog.WorthTelling(candidates, in.Inbox, in.Settings, now), ChosenAt: now,
	}, nil
}

// candidates are the customer's conversations, those that the list does not show yet
// included.
func (a *Activities) candidates(ctx context.Context, api HelpScout, in contract.ChooseConversationInput) ([]calllog.Candidate, error) {
	candidates := in.Listed
	if in.ListedAt.IsZero() {
		listed, err := api.CustomerConversations(ctx, in.Inbox, in.Customer)
		if err != nil {
			return nil, err
		}
		for _, c := range listed {
			candidates = append(candidates, candidate(c))
		}
	}
	own, found, err := a.ownRecent(ctx, api, in.Installation, in.Inbox, in.Customer, candidates)
	if err != nil {
		return nil, err
	}
	if found {
		candidates = append(candidates, own)
	}
	return candidates, nil
}

func candidate(c helpscout.Conversation) calllog.Candidate {
	active := c.UserUpdatedAt
	if c.CreatedAt.After(active) {
		active = c.CreatedAt
	}
	return calllog.Candidate{
		ID: c.ID, Number: c.Number, Inbox: c.MailboxID, Status: string(c.Status), State: string(c.State),
		ClosedAt: c.ClosedAt, ActiveAt: active,
	}
}

// ownRecent adds the conversation that was opened here a moment ago and that the
// list does not show yet.
func (a *Activities) ownRecent(ctx context.Context, api HelpScout, installation string, inbox, customer int64, listed []calllog.Candidate) (calllog.Candidate, bool, error) {
	id, _, err := a.recentConversation(ctx, installation, inbox, customer)
	if err != nil || id == 0 || slices.ContainsFunc(listed, func(c calllog.Candidate) bool { return c.ID == id }) {
		return calllog.Candidate{}, false, err
	}
	conversation, err := api.GetConversation(ctx, id)
	var moved *helpscout.MovedError
	switch {
	case errors.As(err, &moved), helpscout.IsNotFound(err):
		return calllog.Candidate{}, false, nil
	case err != nil:
		return calllog.Candidate{}, false, err
	}
	return candidate(conversation), true, nil
}

func (a *Activities) recentConversation(ctx context.Context, installation string, inbox, customer int64) (int64, time.Time, error) {
	value, at, known, err := a.Store.Recall(ctx, installation, store.ConversationByCustomer, customerInInbox(inbox, customer))
	if err != nil {
		return 0, time.Time{}, storeDown(err)
	}
	if !known || a.now().Sub(at) > recentlyOpened {
		return 0, time.Time{}, nil
	}
	id, err := strconv.ParseInt(value, 10, 64)
	if err != nil {
		return 0, time.Time{}, fmt.Errorf("a remembered conversation is no id: %w", err)
	}
	return id, at, nil
}

// OpenConversation opens a conversation that begins with one part of the log. It
// does so under a lock named after the customer: if another call of the same
// customer has opened one since, that one is taken instead.
func (a *Activities) OpenConversation(ctx context.Context, in contract.OpenConversationInput) (contract.Conversation, error) {
	unlock, err := a.Store.Lock(ctx, fmt.Sprintf("%s/open/%s", in.Installation, customerInInbox(in.Inbox, in.Customer)))
	if err != nil {
		return contract.Conversation{}, storeDown(err)
	}
	defer unlock()
	if other, err := a.openedMeanwhile(ctx, in); err != nil || other.ID != 0 {
		return other, err
	}
	api, err := a.Accounts.HelpScout(ctx, in.Installation)
	if err != nil {
		return contract.Conversation{}, err
	}
	wanted, err := a.newConversation(ctx, in)
	if err != nil {
		return contract.Conversation{}, err
	}
	// The part is in the key: a log that goes on elsewhere opens a second one.
	key := calllog.Key(in.Installation, in.Facts.CallID, calllog.OpenedPart(in.Part))
	reference := calllog.Reference(in.Facts.CallID, in.Part)
	id, err := a.once(ctx, effect{
		key: key,
		lag: a.indexLag(),
		look: func(ctx context.Context) (int64, bool, error) {
			return lookForConversation(ctx, api, in.Inbox, in.Customer, reference)
		},
		write: func(ctx context.Context) (int64, error) {
			if err := a.intend(ctx, in.Call, slices.Concat(a.tells(in.ThreadInput), tagParts(in.Change))...); err != nil {
				return 0, err
			}
			created, err := api.CreateConversation(ctx, wanted)
			return created.ID, err
		},
	})
	if err != nil {
		return contract.Conversation{}, a.whetherCustomerIsGone(ctx, api, in.ThreadInput, err)
	}
	return a.opened(ctx, in, id, wanted)
}

func (a *Activities) openedMeanwhile(ctx context.Context, in contract.OpenConversationInput) (contract.Conversation, error) {
	if in.Facts.Anonymous || in.Settings.Calls.LogTo == settings.NewConversation {
		return contract.Conversation{}, nil
	}
	id, at, err := a.recentConversation(ctx, in.Installation, in.Inbox, in.Customer)
	if err != nil || id == 0 || at.Before(in.ChosenAt) || slices.Contains(in.Left, id) {
		return contract.Conversation{}, err
	}
	entries, err := a.Store.LedgerByPrefix(ctx, calllog.Key(in.Installation, in.Facts.CallID, calllog.OpenedPart("")))
	if err != nil {
		return contract.Conversation{}, storeDown(err)
	}
	if len(entries) > 0 {
		// It is this call's own, from an attempt that was cut off.
		return contract.Conversation{}, nil
	}
	return contract.Conversation{ID: id, Existing: true}, a.note(ctx, in.Call, calllog.ConversationPart(id), id)
}

func (a *Activities) newConversation(ctx context.Context, in contract.OpenConversationInput) (helpscout.NewConversation, error) {
	text, err := a.text(in.ThreadInput).HTML(in.Part)
	if err != nil {
		return helpscout.NewConversation{}, err
	}
	author, agent, err := a.author(ctx, in.ThreadInput)
	if err != nil {
		return helpscout.NewConversation{}, err
	}
	conversation := helpscout.NewConversation{
		Subject:   calllog.Subject(in.Facts, in.Settings),
		Type:      helpscout.ConversationPhone,
		MailboxID: in.Inbox,
		Status:    helpscout.StatusActive,
		Customer:  helpscout.CustomerRef{ID: in.Customer},
		Threads:   []helpscout.NewThread{{Type: helpscout.ThreadPhone, Text: text, Customer: helpscout.CustomerRef{ID: in.Customer}}},
		Tags:      in.Change.AddTags,
		AssignTo:  helpscout.AssignToNobody(),
		User:      author,
	}
	if in.Change.Hold && in.Change.InProgress != "" {
		conversation.Tags = append(slices.Clone(conversation.Tags), in.Change.InProgress)
	}
	if in.Change.Assign && agent != 0 {
		conversation.AssignTo = helpscout.AssignToUser(agent)
	}
	if in.Close {
		conversation.Status = helpscout.StatusClosed
	}
	a.importConversation(&conversation, in.ThreadInput)
	return conversation, nil
}

// opened enters everything that came with the new conversation, so that nothing
// of it is written again. The claim comes before the memory: once others can
// find the conversation, they must see that a call runs in it.
func (a *Activities) opened(ctx context.Context, in contract.OpenConversationInput, id int64, wanted helpscout.NewConversation) (contract.Conversation, error) {
	out := contract.Conversation{ID: id, Status: string(wanted.Status)}
	var err error
	if out.Told, err = a.said(ctx, in.Call, a.tells(in.ThreadInput)...); err != nil {
		return out, err
	}
	tags, err := a.said(ctx, in.Call, tagParts(in.Change)...)
	if err != nil {
		return out, err
	}
	out.Tags = slices.DeleteFunc(slices.Clone(in.Change.AddTags), func(tag string) bool { return !slices.Contains(tags, tagPart(tag)) })
	if in.Change.Hold && in.Change.InProgress != "" {
		if err := a.Store.Claim(ctx, in.Installation, id, in.Change.InProgress, callName(in.Facts)); err != nil {
			return out, storeDown(err)
		}
		out.Held = true
	}
	if err := a.noteAll(ctx, in.Call, 0, out.Told...); err != nil {
		return out, err
	}
	// Before the tags: those of a conversation that was left do not count here.
	if err := a.note(ctx, in.Call, calllog.ConversationPart(id), id); err != nil {
		return out, err
	}
	for _, tag := range in.Change.AgentTags {
		if err := a.Store.Claim(ctx, in.Installation, id, tag, callName(in.Facts)); err != nil {
			return out, storeDown(err)
		}
	}
	if err := a.noteAll(ctx, in.Call, 0, tags...); err != nil {
		return out, err
	}
	if err := a.keepStatus(ctx, in.Installation, id, wanted.Status); err != nil {
		return out, err
	}
	if !in.Facts.Anonymous {
		if err := a.Store.Remember(ctx, in.Installation, store.ConversationByCustomer, customerInInbox(in.Inbox, in.Customer), strconv.FormatInt(id, 10)); err != nil {
			return out, storeDown(err)
		}
	}
	return out, nil
}

// lookForConversation looks for the conversation that a lost answer may have
// made: among the customer's newest, by the reference in its threads.
func lookForConversation(ctx context.Context, api HelpScout, inbox, customer int64, reference string) (int64, bool, error) {
	listed, err := api.CustomerConversations(ctx, inbox, customer)
	if err != nil {
		return 0, false, err
	}
	const worthReading = 5
	for _, conversation := range listed[:min(len(listed), worthReading)] {
		_, found, err := lookForThread(ctx, api, conversation.ID, reference)
		if err != nil || found {
			return conversation.ID, found, err
		}
	}
	return 0, false, nil
}

func callName(f calllog.Facts) string { return strconv.FormatInt(f.CallID, 10) }

func tagPart(tag string) calllog.Part { return calllog.TagPart(strings.ToLower(tag)) }

func tagParts(change calllog.Change) []calllog.Part {
	var parts []calllog.Part
	for _, tag := range change.AddTags {
		parts = append(parts, tagPart(tag))
	}
	return parts
}

func (a *Activities) noteTags(ctx context.Context, c contract.Call, change calllog.Change) error {
	parts := tagParts(change)
	for _, tag := range change.RemoveTags {
		parts = append(parts, calllog.UntagPart(tag))
	}
	return a.noteAll(ctx, c, 0, parts...)
}
