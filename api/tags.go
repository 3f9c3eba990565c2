package api

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"callscout/calllog"
	"callscout/helpscout"
	"callscout/starter"
	"callscout/store"
)

// tagsChanged looks whether a call overwrote the change that Help Scout tells of,
// and tells that call. Most of these events are the echo of our own writes.
func (a *API) tagsChanged(ctx context.Context, installation string, hook helpscout.Webhook, unread error) (result string, err error) {
	if unread == nil && hook.Tags == nil {
		// No tags may stand for no tag, as in the answers of the API, or for a body
		// without them: nothing is taken off on the strength of that.
		return notNeeded, nil
	}
	if unread != nil {
		a.log.Warn("a webhook of Help Scout was not understood", "installation", installation, "event", hook.Event, "error", unread)
		return notUnderstood, nil
	}
	seen := []string{}
	for _, tag := range hook.Tags {
		seen = append(seen, strings.ToLower(tag.Name))
	}
	writes, err := a.tagWrites(ctx, installation, hook.ID)
	if err != nil || writes.Have(seen) {
		return nothingLost, err
	}
	// A call that has read the tags and not noted its write yet holds the lock.
	unlock, err := a.cfg.Store.Lock(ctx, store.ConversationLock(installation, hook.ID))
	if err != nil {
		return "", err
	}
	writes, err = a.tagWrites(ctx, installation, hook.ID)
	unlock()
	if err != nil {
		return "", err
	}
	by, restore, drop := calllog.Overwritten(writes, seen)
	lost := calllog.Lost{Conversation: hook.ID, Restore: restore, Drop: drop}
	if lost.None() {
		return nothingLost, nil
	}
	err = a.cfg.Deliverer.PutTagsRight(ctx, installation, by, lost)
	switch {
	case errors.Is(err, starter.ErrNotRunning):
		a.log.Warn("tags that a call overwrote stay so: its run has ended",
			"installation", installation, "aircall_call", by.Call, "run", by.Run, "conversation", hook.ID, "put", restore, "taken_off", drop)
		return writerEnded, nil
	case err != nil:
		return "", err
	}
	a.log.Info("tags that a call overwrote are put right",
		"installation", installation, "aircall_call", by.Call, "run", by.Run, "conversation", hook.ID, "put", restore, "taken_off", drop)
	return putRight, nil
}

func (a *API) tagWrites(ctx context.Context, installation string, conversation int64) (calllog.TagWrites, error) {
	text, _, _, err := a.cfg.Store.Recall(ctx, installation, store.TagWritesByConversation, strconv.FormatInt(conversation, 10))
	if err != nil {
		return nil, err
	}
	return calllog.ReadTagWrites(text, time.Now()), nil
}
