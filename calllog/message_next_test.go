package calllog_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"callscout/aircall"
	"callscout/calllog"
	"callscout/settings"
)

// recalled marks that nothing of the messages is written.
func recalled(messages []calllog.Message) []calllog.Message {
	for i := range messages {
		messages[i].Recall(calllog.MessageRecord{ID: messages[i].ID})
	}
	return messages
}

// In whatever order events come, and however often, the same is known.
func TestTheOrderOfEventsDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		var events []calllog.MessageEvent
		for i := range rapid.IntRange(1, 5).Draw(rt, "messages") {
			id, at := fmt.Sprintf("m-%d", i), time.Duration(rapid.IntRange(0, 20).Draw(rt, "at"))*time.Second
			name := rapid.SampledFrom([]string{aircall.EventMessageReceived, aircall.EventMessageSent}).Draw(rt, "name")
			events = append(events, messageEvent(t, name, id, at, nil))
			for _, status := range rapid.SliceOfN(rapid.SampledFrom([]string{"pending", "sent", "delivered", "read", "failed"}), 0, 3).Draw(rt, "statuses") {
				events = append(events, messageEvent(t, aircall.EventMessageStatusUpdated, id, at+time.Minute, keys{"status": status}))
			}
		}
		known := func(events []calllog.MessageEvent) []calllog.Message {
			var messages []calllog.Message
			for _, event := range events {
				messages, _ = calllog.HearMessage(messages, event, wrote)
			}
			slices.SortFunc(messages, func(a, b calllog.Message) int { return cmpText(a.ID, b.ID) })
			return messages
		}
		again := slices.Concat(rapid.Permutation(events).Draw(rt, "order"), events[:rapid.IntRange(0, len(events)).Draw(rt, "repeated")])
		want := known(events)
		require.Equal(rt, want, known(again))
		for _, event := range events {
			_, news := calllog.HearMessage(want, event, wrote.Add(time.Hour))
			require.False(rt, news, "what is known is no news")
		}
	})
}

func cmpText(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// However messages lie, the bursts tell each of them once, in the order in which they
// were sent, and never mix sides.
func TestBurstsTellEveryMessageOnceAndInOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		c := calllog.Messages{Settings: settings.Defaults()}
		c.Settings.Messages.Burst = settings.Duration(time.Duration(rapid.SampledFrom([]int{0, 1, 5, 60}).Draw(rt, "burst")) * time.Second)
		total := rapid.IntRange(1, 60).Draw(rt, "messages")
		for i := range total {
			name := rapid.SampledFrom([]string{aircall.EventMessageReceived, aircall.EventMessageReceived, aircall.EventMessageSent}).Draw(rt, "name")
			at := time.Duration(rapid.IntRange(0, 120).Draw(rt, "at")) * time.Second
			c.Messages, _ = calllog.HearMessage(c.Messages, messageEvent(t, name, fmt.Sprintf("m-%02d", i), at, nil), wrote)
		}
		c.Messages = recalled(c.Messages)
		var told []calllog.Message
		for burst := c.FirstBurst(); len(burst) > 0; burst = c.FirstBurst() {
			require.LessOrEqual(rt, len(burst), 20)
			for i, m := range burst {
				require.Equal(rt, burst[0].Direction, m.Direction)
				if i > 0 {
					require.LessOrEqual(rt, m.At.Sub(burst[i-1].At), c.Settings.Messages.Burst.Std())
				}
				at := slices.IndexFunc(c.Messages, func(other calllog.Message) bool { return other.ID == m.ID })
				c.Messages[at].Told(1)
			}
			told = append(told, burst...)
		}
		require.Len(rt, told, total)
		require.True(rt, slices.IsSortedFunc(told, func(a, b calllog.Message) int { return a.At.Compare(b.At) }))
	})
}

func TestTheStepsOfAMessageReadAsItsStory(t *testing.T) {
	t.Parallel()
	c := calllog.Messages{Settings: settings.Defaults(), HeardAt: wrote}
	c.Messages = heard(messageEvent(t, aircall.EventMessageReceived, "m-1", 0, nil))
	now := wrote
	next := func() calllog.MessageStep { return calllog.NextMessages(c, now) }

	require.Equal(t, calllog.RecallMessages, next().Do)
	recalled(c.Messages)
	step := next()
	require.Equal(t, calllog.Wait, step.Do)
	require.Equal(t, wrote.Add(5*time.Second), step.Until)
	now = step.Until
	step = next()
	require.Equal(t, calllog.FindMessageCustomer, step.Do)
	require.Equal(t, []string{"m-1"}, step.Part.Messages)
	c.Written.Found(c.Messages[0].Party(), 501)
	require.Equal(t, calllog.ChooseForMessages, next().Do)
	c.Written.Conversation.Chosen = true
	step = next()
	require.Equal(t, calllog.OpenForMessages, step.Do)
	require.Equal(t, []string{"inbound", "phone-number-support uk"}, step.Change.AddTags)
	require.True(t, step.Change.Activate)
	require.False(t, step.Change.Assign)
	c.Written.Conversation.ID = 55
	require.Equal(t, calllog.UpdateForMessages, next().Do)
	c.Written.Conversation.Ready, c.Written.Conversation.Tags = true, step.Change.AddTags
	step = next()
	require.Equal(t, calllog.WriteMessages, step.Do)
	require.Empty(t, step.Change.AddTags, "they were put")
	c.Messages[0].Told(55)
	c.Written.Told(false)
	step = next()
	require.Equal(t, calllog.Wait, step.Do)
	require.Equal(t, wrote.Add(24*time.Hour), step.Until)

	c.Messages, _ = calllog.HearMessage(c.Messages, messageEvent(t, aircall.EventMessageStatusUpdated, "m-1", time.Minute, keys{"status": "failed"}), now)
	step = next()
	require.Equal(t, calllog.NoteMessage, step.Do)
	require.Equal(t, calllog.MessageFailure, step.Part.Kind)
	c.Messages[0].Conversation = 0
	require.Equal(t, calllog.UpdateForMessages, next().Do, "that conversation takes nothing more")
	c.Messages[0].FailureTold = true
	now = wrote.Add(24 * time.Hour)
	require.Equal(t, calllog.Finish, next().Do)
}

func TestMessagesThatAreToldAreForgottenInTheEnd(t *testing.T) {
	t.Parallel()
	var messages []calllog.Message
	for i := range 300 {
		messages, _ = calllog.HearMessage(messages, messageEvent(t, aircall.EventMessageReceived, fmt.Sprintf("m-%03d", i), time.Duration(i)*time.Second, nil), wrote)
		if i != 3 {
			messages[i].Recall(calllog.MessageRecord{Written: true, Conversation: 1})
		}
	}
	left := calllog.WithoutSettled(messages)
	require.Len(t, left, 201)
	require.Equal(t, "m-003", left[0].ID, "one that is not told stays")
	require.Empty(t, left[1].Text)
}
