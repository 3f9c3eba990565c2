package calllog_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/calllog"
)

func TestTheLedgerTellsWhatIsWritten(t *testing.T) {
	t.Parallel()
	running := calllog.Recall([]calllog.Done{
		{Part: calllog.CustomerPart(7), ID: 7},
		{Part: calllog.ConversationPart(55), ID: 55},
		{Part: calllog.OpenedPart(calllog.PartFirstLog), ID: 55},
		{Part: calllog.PartFirstLog, ID: 1},
		{Part: calllog.TagPart("inbound")},
	})
	require.Equal(t, calllog.Written{
		Recalled: true, Customer: 7, Conversation: calllog.Conversation{ID: 55, Chosen: true, Begun: true},
		Parts: []calllog.Part{calllog.PartFirstLog}, Tags: []string{"inbound"}, InProgress: true,
	}, running)

	over := calllog.Recall([]calllog.Done{
		{Part: calllog.ConversationPart(55), ID: 55},
		{Part: calllog.PartFirstLog, ID: 1}, {Part: calllog.PartSecondLog, ID: 2}, {Part: calllog.CommentPart(5), ID: 3},
	})
	require.False(t, over.InProgress)
	require.True(t, over.Conversation.Finished)
	require.True(t, over.Has(calllog.CommentPart(5)))
	require.False(t, over.Has(calllog.CommentPart(55)))
	require.True(t, calllog.Recall([]calllog.Done{{Part: calllog.PartSkipped}}).Skipped())
}

func TestATagThatWasTakenOffMayBePutAgain(t *testing.T) {
	t.Parallel()
	w := calllog.Recall([]calllog.Done{
		{Part: calllog.ConversationPart(55), ID: 55}, {Part: calllog.TagPart("refund")}, {Part: calllog.TagPart("vip")},
		{Part: calllog.UntagPart("refund")},
	})
	require.Equal(t, []string{"vip"}, w.Tags)
}

func TestTheLastConversationOfTheLedgerCounts(t *testing.T) {
	t.Parallel()
	w := calllog.Recall([]calllog.Done{
		{Part: calllog.ConversationPart(55), ID: 55}, {Part: calllog.TagPart("inbound")},
		{Part: calllog.ConversationPart(56), ID: 56}, {Part: calllog.TagPart("outbound")},
	})
	require.Equal(t, int64(56), w.Conversation.ID)
	require.Equal(t, []int64{55}, w.Conversation.Left)
	require.Equal(t, []string{"outbound"}, w.Tags)
}

func TestAConversationThatIsLeftTakesItsTagsAlong(t *testing.T) {
	t.Parallel()
	w := calllog.Written{
		Tags: []string{"inbound"}, InProgress: true, Parts: []calllog.Part{calllog.PartFirstLog},
		Conversation: calllog.Conversation{ID: 55, Chosen: true, Prepared: true},
	}
	w.Leave(calllog.Full)
	require.Equal(t, calllog.Conversation{Left: []int64{55}}, w.Conversation)
	require.Empty(t, w.Tags)
	require.False(t, w.InProgress)
	require.True(t, w.Has(calllog.PartFirstLog), "what is written stays written")
	w.Leave(calllog.Full)
	require.Equal(t, []int64{55}, w.Conversation.Left, "no conversation, nothing to leave")
}

func TestNotingTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	var w calllog.Written
	for range 2 {
		w.Add(calllog.PartFirstLog, calllog.PartFirstLog)
		w.AddTags("vip", "vip")
	}
	require.Equal(t, []calllog.Part{calllog.PartFirstLog}, w.Parts)
	require.Equal(t, []string{"vip"}, w.Tags)
}

func TestALedgerKeyNamesInstallationCallAndPart(t *testing.T) {
	t.Parallel()
	require.Equal(t, "acme/call/12/first-log", calllog.Key("acme", 12, calllog.PartFirstLog))
	require.Equal(t, "acme/call/12/comment/3", calllog.Key("acme", 12, calllog.CommentPart(3)))
}
