package api_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/calllog"
	"callscout/store"
	"callscout/workflows"
)

func (e *edge) tagsWritten(t testing.TB, at time.Time) {
	t.Helper()
	text, err := calllog.TagWrites{
		{Call: 7, Before: []string{"old"}, After: []string{"old", "inbound"}, At: at},
		{Call: 8, Before: []string{"old", "inbound"}, After: []string{"old", "inbound", "refund"}, At: at},
	}.Text()
	require.NoError(t, err)
	require.NoError(t, e.store.Remember(t.Context(), "acme", store.TagWritesByConversation, "901", text))
}

func TestACallIsToldWhatItOverwroteOfAConversationsTags(t *testing.T) {
	t.Parallel()
	both := []string{workflows.CallID("acme", 7), workflows.CallID("acme", 8)}
	lost := func(restore, drop []string) []calllog.Lost {
		return []calllog.Lost{{Conversation: 901, Restore: restore, Drop: drop}}
	}
	for name, test := range map[string]struct {
		body, result string
		running      []string
		age          time.Duration
		want         []calllog.Lost
	}{
		"the echo of our own write": {`{"id": 901, "tags": [{"tag": "inbound"}, {"tag": "old"}]}`, "nothing_lost", both, 0, nil},
		"a change after all writes": {`{"id": 901, "tags": [{"tag": "old"}, {"tag": "inbound"}, {"tag": "refund"}, {"tag": "vip"}]}`, "nothing_lost", both, 0, nil},
		"a tag that was put":        {`{"id": 901, "tags": [{"tag": "old"}, {"tag": "VIP"}]}`, "put_right", both[:1], 0, lost([]string{"vip"}, nil)},
		"a tag that was taken off":  {`{"id": 901, "tags": []}`, "put_right", both[:1], 0, lost(nil, []string{"old"})},
		"while the second wrote":    {`{"id": 901, "tags": [{"tag": "old"}, {"tag": "inbound"}, {"tag": "vip"}]}`, "put_right", both[1:], 0, lost([]string{"vip"}, nil)},
		"the run has ended":         {`{"id": 901, "tags": [{"tag": "old"}, {"tag": "vip"}]}`, "writer_ended", nil, 0, nil},
		"long after":                {`{"id": 901, "tags": [{"tag": "old"}, {"tag": "vip"}]}`, "nothing_lost", both, 3 * time.Minute, nil},
		"another conversation":      {`{"id": 902, "tags": [{"tag": "old"}, {"tag": "vip"}]}`, "nothing_lost", both, 0, nil},
		"no tags in the body":       {`{"id": 901}`, "not_needed", both, 0, nil},
		"tags in another form":      {`{"id": 901, "tags": ["old"]}`, "not_needed", both, 0, nil},
		"no body":                   {``, "not_understood", both, 0, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEdge(t)
			e.temporal.running = test.running
			e.tagsWritten(t, time.Now().Add(-test.age))
			answer := e.helpScout(t, helpScoutPath, "convo.tags", sign(webhookSecret, test.body), strings.NewReader(test.body))
			require.Equal(t, 200, answer.status, answer.body)
			require.Equal(t, 1, e.countedBy(t, helpScoutCounter, test.result))
			require.Equal(t, test.want, e.temporal.lost)
		})
	}
}

func TestAChangeOfTagsIsToldAgainWhenTemporalOrTheStoreIsAway(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	e.temporal.running = []string{workflows.CallID("acme", 7)}
	e.tagsWritten(t, time.Now())
	const body = `{"id": 901, "tags": [{"tag": "old"}, {"tag": "vip"}]}`
	post := func() int {
		return e.helpScout(t, helpScoutPath, "convo.tags", sign(webhookSecret, body), strings.NewReader(body)).status
	}
	require.Equal(t, 401, e.helpScout(t, helpScoutPath, "convo.tags", sign("wrong", body), strings.NewReader(body)).status)
	e.temporal.goAway(errAway)
	require.Equal(t, 503, post())
	e.temporal.goAway(nil)
	e.sick.fall(errors.New("disk is gone"), nil)
	require.Equal(t, 503, post())
	e.sick.fall(nil, nil)
	require.Equal(t, 200, post())
	require.Len(t, e.temporal.lost, 1)
}

// The event may be here before the call that it fell into has noted what it writes.
func TestAChangeOfTagsWaitsForTheWriteThatIsUnderWay(t *testing.T) {
	t.Parallel()
	e := newEdge(t)
	e.temporal.running = []string{workflows.CallID("acme", 7)}
	e.sick.onLock = func() { e.tagsWritten(t, time.Now()) }
	const body = `{"id": 901, "tags": [{"tag": "old"}, {"tag": "vip"}]}`
	require.Equal(t, 200, e.helpScout(t, helpScoutPath, "convo.tags", sign(webhookSecret, body), strings.NewReader(body)).status)
	require.Equal(t, 1, e.countedBy(t, helpScoutCounter, "put_right"))
}
