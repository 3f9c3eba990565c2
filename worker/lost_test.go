package worker_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/aircall"
	"callscout/simulator"
	"callscout/workflows"
)

// loseAnswer lets a write be done and its answer be lost, and keeps it from being
// looked for until the call is parked.
func (o *office) loseAnswer(path string) {
	require.NoError(o.t, o.helpScout.Fault(simulator.Fault{Method: http.MethodPost, PathPattern: path, Drop: simulator.DropAfter, Times: 1}))
	require.NoError(o.t, o.helpScout.Fault(simulator.Fault{
		Method: http.MethodGet, PathPattern: "/v2/conversations/*/threads", Status: http.StatusServiceUnavailable, Times: 12,
	}))
}

// What was written is found later, when more is known than it says.
func TestNewsThatComesWhileAWriteIsUncertainIsWrittenToo(t *testing.T) {
	t.Parallel()
	news := func(o *office) map[string]any {
		return merged(tagged("Refund"), map[string]any{
			"asset":    "https://assets.aircall.io/calls/1/recording",
			"comments": []any{map[string]any{"id": 5, "content": "wants a refund", "posted_at": o.unix(3 * time.Minute), "posted_by": o.agent}},
		})
	}
	said := func(t *testing.T, o *office) {
		t.Helper()
		var text strings.Builder
		for _, thread := range o.theConversation().Threads {
			text.WriteString(thread.Body)
		}
		require.Equal(t, 1, strings.Count(text.String(), "wants a refund"))
		require.Equal(t, 1, strings.Count(text.String(), "/calls/1/recording"))
		require.Contains(t, o.theConversation().Tags, "refund")
	}
	t.Run("into a conversation that is there", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		o.loseAnswer("/v2/conversations/*/notes")
		o.answeredCall(nil)
		o.hear(3*time.Minute, aircall.EventCallCommented, o.ended(news(o)))
		require.Equal(t, workflows.StatusSynced, o.run().Status)
		require.Equal(t, []string{"phone: start", "note: end", "note: comment 5", "note: recording"}, o.log())
		said(t, o)
	})
	t.Run("with a new conversation", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		o.loseAnswer("/v2/conversations")
		o.hear(0, aircall.EventCallEnded, o.ended(nil))
		o.hear(3*time.Minute, aircall.EventCallCommented, o.ended(news(o)))
		require.Equal(t, workflows.StatusSynced, o.run().Status)
		require.Equal(t, []string{"phone: end", "note: comment 5", "note: recording"}, o.log())
		said(t, o)
	})
}

// The in-progress tag is put first. What fails after it must not leave it there
// when the call ends meanwhile.
func TestTheInProgressTagGoesAlthoughItsStepFailed(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	conversation := o.openConversation("vip")
	o.settings.Calls.AssignConversation = true
	require.NoError(t, o.helpScout.Fault(simulator.Fault{Method: http.MethodGet, PathPattern: "/v2/users", Status: http.StatusServiceUnavailable, Times: 9}))
	o.answeredCall(nil)
	require.Equal(t, workflows.StatusSynced, o.run().Status)
	require.Equal(t, []string{"customer", "phone: end"}, o.log())
	require.ElementsMatch(t, []string{"vip", "inbound", "phone-number-support us"}, o.tagsOf(conversation))
}

// A tag may stand there although the step that put it failed.
func TestATagOfAFailedStepIsTakenOffToo(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	conversation := o.openConversation("vip")
	require.NoError(t, o.helpScout.Fault(simulator.Fault{
		Method: http.MethodPut, PathPattern: "/v2/conversations/*/tags", Skip: 1, Drop: simulator.DropAfter, Times: 9,
	}))
	require.NoError(t, o.helpScout.Fault(simulator.Fault{
		Method: http.MethodGet, PathPattern: "/v2/conversations/*", Skip: 2, Status: http.StatusServiceUnavailable, Times: 8,
	}))
	o.answeredCall(tagged("Refund", "VIP"))
	o.hear(5*time.Minute, aircall.EventCallUntagged, o.ended(tagged()))
	require.Equal(t, workflows.StatusSynced, o.run().Status)
	require.ElementsMatch(t, []string{"vip", "inbound", "phone-number-support us"}, o.tagsOf(conversation))
}

// A tag that went with a conversation whose opening is uncertain is taken off as well.
func TestATagOfAnUncertainConversationIsTakenOffAgain(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.loseAnswer("/v2/conversations")
	o.hear(0, aircall.EventCallEnded, o.ended(tagged("Refund")))
	o.hear(4*time.Minute, aircall.EventCallUntagged, o.ended(map[string]any{"tags": []any{}}))
	require.Equal(t, workflows.StatusSynced, o.run().Status)
	require.NotContains(t, o.theConversation().Tags, "refund")
	require.Contains(t, o.theConversation().Tags, "inbound")
}
