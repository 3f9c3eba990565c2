package activities

import (
	"context"
	"slices"
	"strconv"

	"callscout/activities/contract"
	"callscout/calllog"
	"callscout/store"
)

// noteTagWrite keeps what is about to be written, and what was read for it. It is
// noted before it is done, since Help Scout may tell of a change meanwhile before
// it answers; a write that then fails is noted to no harm.
func (a *Activities) noteTagWrite(ctx context.Context, in contract.UpdateConversationInput, conversation int64, before, after []string) error {
	key := strconv.FormatInt(conversation, 10)
	known, _, _, err := a.Store.Recall(ctx, in.Installation, store.TagWritesByConversation, key)
	if err != nil {
		return storeDown(err)
	}
	now := a.now()
	text, err := calllog.ReadTagWrites(known, now).Add(calllog.TagWrite{
		Call: in.Facts.CallID, Run: in.Run, Before: before, After: after, At: now, Right: in.Change.PutsRight(),
	}).Text()
	if err != nil {
		return err
	}
	if err := a.Store.Remember(ctx, in.Installation, store.TagWritesByConversation, key, text); err != nil {
		return storeDown(err)
	}
	return nil
}

// putRight makes the tags as somebody had made them whose change was overwritten.
func putRight(change calllog.Change, tags []string) []string {
	for _, tag := range change.Restore {
		if !slices.Contains(tags, tag) {
			tags = append(tags, tag)
		}
	}
	return slices.DeleteFunc(tags, func(tag string) bool { return slices.Contains(change.Drop, tag) })
}
