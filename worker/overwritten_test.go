package worker_test

import (
	"context"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/activities"
	"callscout/aircall"
	"callscout/calllog"
	"callscout/simulator"
	"callscout/store"
	"callscout/workflows"
)

// meddling stands between the activities and Help Scout: somebody changes the
// conversation right after its tags were read for a write.
type meddling struct {
	activities.Accounts
	before func(conversation int64)
}

func (m meddling) HelpScout(ctx context.Context, installation string) (activities.HelpScout, error) {
	api, err := m.Accounts.HelpScout(ctx, installation)
	return meddlingHelpScout{api, m.before}, err
}

type meddlingHelpScout struct {
	activities.HelpScout
	before func(conversation int64)
}

func (m meddlingHelpScout) PutTags(ctx context.Context, conversation int64, tags []string) error {
	m.before(conversation)
	return m.HelpScout.PutTags(ctx, conversation, tags)
}

// overwrites makes a person change the tags within the call's first tag write, and
// gives what Help Scout tells of it.
func (o *office) overwrites(conversation int64, tags ...string) *[]string {
	o.t.Helper()
	var seen []string
	o.acts.Accounts = meddling{o.acts.Accounts, func(id int64) {
		if seen == nil && id == conversation {
			require.NoError(o.t, o.helpScout.SetTags(id, tags...))
			seen = o.tagsOf(id)
		}
	}}
	return &seen
}

// told brings Help Scout's word to the call, as the edge does.
func (o *office) told(after time.Duration, conversation int64, seen *[]string) {
	o.env.RegisterDelayedCallback(func() {
		text, _, _, err := o.acts.Store.Recall(o.t.Context(), "acme", store.TagWritesByConversation, strconv.FormatInt(conversation, 10))
		require.NoError(o.t, err)
		by, restore, drop := calllog.Overwritten(calllog.ReadTagWrites(text, o.env.Now()), *seen)
		require.Equal(o.t, o.callID, by.Call)
		o.env.SignalWorkflow(workflows.TagsSignal, calllog.Lost{Conversation: conversation, Restore: restore, Drop: drop})
	}, after)
}

func tagWrites(o *office) (n int) {
	for _, request := range o.helpScout.Requests() {
		if request.Method == http.MethodPut && request.Committed {
			n++
		}
	}
	return n
}

func TestATagThatAPersonChangedWithinTheCallsWriteIsAsThePersonWantedIt(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	conversation := o.openConversation("old", "vip")
	o.answeredCall(tagged("Refund"))
	seen := o.overwrites(conversation, "vip", "urgent")
	o.told(12*time.Second, conversation, seen)
	// Help Scout may tell twice.
	o.told(13*time.Second, conversation, seen)
	require.Equal(t, workflows.StatusSynced, o.run().Status)
	require.ElementsMatch(t, []string{"vip", "urgent", "inbound", "phone-number-support us", "refund"}, o.tagsOf(conversation))
	require.Equal(t, 3, tagWrites(o), "the first log's tags, what was put right, the second log's")
	require.Equal(t, []string{"customer", "phone: start", "note: end"}, o.log())
}

func TestWithoutHelpScoutsWordAChangeWithinTheWriteIsLost(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	conversation := o.openConversation("old", "vip")
	o.answeredCall(nil)
	o.overwrites(conversation, "vip", "urgent")
	o.run()
	require.NotContains(t, o.tagsOf(conversation), "urgent", "which is why the webhook matters")
	require.Contains(t, o.tagsOf(conversation), "old")
}

func TestASettlingCallPutsTagsRightToo(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	conversation := o.openConversation("old")
	o.hear(0, aircall.EventCallCreated, nil)
	o.hear(20*time.Second, aircall.EventCallEnded, o.missed(nil))
	seen := o.overwrites(conversation, "old", "urgent")
	o.told(20*time.Second+o.settings.Calls.PostCallDelay.Std()+30*time.Second, conversation, seen)
	require.Equal(t, workflows.StatusSynced, o.run().Status)
	require.ElementsMatch(t, []string{"old", "urgent", "inbound", "phone-number-support us", "missed call"}, o.tagsOf(conversation))
	require.Equal(t, []string{"customer", "phone: end"}, o.log())
}

// Where nothing can be put right, the call is settled all the same.
func TestAConversationThatTakesNothingIsNotPutRight(t *testing.T) {
	t.Parallel()
	for name, happens := range map[string]func(o *office, conversation int64) error{
		"deleted": func(o *office, id int64) error { return o.helpScout.DeleteConversation(id) },
		"spam":    func(o *office, id int64) error { return o.helpScout.SetStatus(id, "spam") },
		"locked":  func(o *office, id int64) error { return o.helpScout.LockConversation(id, true) },
		"refused": func(o *office, _ int64) error {
			return o.helpScout.Fault(simulator.Fault{Method: "PUT", PathPattern: "/v2/conversations/*/tags", Status: 400})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			conversation := o.openConversation("old")
			o.answeredCall(nil)
			o.env.RegisterDelayedCallback(func() {
				require.NoError(t, happens(o, conversation))
				o.env.SignalWorkflow(workflows.TagsSignal, calllog.Lost{Conversation: conversation, Restore: []string{"urgent"}})
			}, 10*time.Minute)
			result := o.run()
			require.Equal(t, workflows.StatusSynced, result.Status)
			require.Equal(t, conversation, result.Conversation)
			found, _ := o.helpScout.Conversation(conversation)
			require.NotContains(t, found.Tags, "urgent")
		})
	}
}
