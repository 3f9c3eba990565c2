package activities

import (
	"context"
	"strconv"
	"time"

	"callscout/activities/contract"
	"callscout/helpscout"
	"callscout/store"
)

// tellsFor is how long after Help Scout's last webhook about a status it is
// believed to tell of every change.
const tellsFor = 7 * 24 * time.Hour

// presentStatus is the status that a note has to repeat; empty where a note without
// one is known to change nothing. Where Help Scout tells of every change by webhook,
// what it said last is true; everywhere else, and after a failed attempt, the
// conversation is read.
func (a *Activities) presentStatus(ctx context.Context, api HelpScout, in contract.ThreadInput) (helpscout.Status, error) {
	if quiet, err := a.settled(ctx, in.Installation, store.NoteReopens, store.LiveNo); err != nil || quiet {
		return "", err
	}
	if attempt(ctx) == 1 {
		status, known, err := a.toldStatus(ctx, in.Installation, in.Conversation)
		if err != nil || known {
			return status, err
		}
	}
	conversation, err := api.GetConversation(ctx, in.Conversation)
	if err != nil {
		return "", err
	}
	return conversation.Status, a.keepStatus(ctx, in.Installation, in.Conversation, conversation.Status)
}

func (a *Activities) toldStatus(ctx context.Context, installation string, conversation int64) (helpscout.Status, bool, error) {
	tells, err := a.tellsStatus(ctx, installation)
	if err != nil || !tells {
		return "", false, err
	}
	status, _, known, err := a.Store.Recall(ctx, installation, store.ConversationStatus, strconv.FormatInt(conversation, 10))
	if err != nil {
		return "", false, storeDown(err)
	}
	return helpscout.Status(status), known && status != "", nil
}

func (a *Activities) tellsStatus(ctx context.Context, installation string) (bool, error) {
	_, at, heard, err := a.Store.Recall(ctx, installation, store.HelpScoutTellsStatus, "")
	if err != nil {
		return false, storeDown(err)
	}
	return heard && a.now().Sub(at) < tellsFor, nil
}

// keepStatus remembers a status that was just read or set, where Help Scout tells
// how it goes on.
func (a *Activities) keepStatus(ctx context.Context, installation string, conversation int64, status helpscout.Status) error {
	tells, err := a.tellsStatus(ctx, installation)
	if err != nil || !tells {
		return err
	}
	if err := a.Store.Remember(ctx, installation, store.ConversationStatus, strconv.FormatInt(conversation, 10), string(status)); err != nil {
		return storeDown(err)
	}
	return nil
}
