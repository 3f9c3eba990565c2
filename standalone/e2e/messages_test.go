package e2e_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"callscout/calllog"
)

// textMessage is one message of an hour with several customers.
type textMessage struct {
	party, n int
	// callback is one for a number in proxy mode: Aircall posts it once, and never
	// again.
	callback bool
}

func (m textMessage) words() string { return fmt.Sprintf("party %d says number %d.", m.party, m.n) }

func (m textMessage) body(t *testing.T, begin time.Time) []byte {
	t.Helper()
	name, direction := "message.received", "inbound"
	if m.n%3 == 2 {
		name, direction = "message.sent", "outbound"
	}
	at := begin.Add(time.Duration(m.n)*time.Minute + time.Duration(m.party)*time.Second)
	number := fmt.Sprintf("+1 202-555-%04d", 1000+m.party)
	data := map[string]any{
		"id": fmt.Sprintf("m-%d-%d", m.party, m.n), "direction": direction, "external_number": number, "raw_digits": number,
		"body": m.words(), "status": "received", "channel": nil, "media_details": []any{},
		"created_at": at.UnixMilli(), "sent_at": at.UnixMilli(), "updated_at": at.UnixMilli(),
		"number": map[string]any{"id": inboundLine, "name": "Support US", "digits": "+1 202-555-0100", "country": "US", "time_zone": "America/New_York"},
	}
	if direction == "outbound" {
		data["user"], data["status"] = mia, "sent"
	}
	body := map[string]any{"resource": "message", "event": name, "timestamp": at.Unix(), "token": hookToken, "data": data}
	if m.callback {
		body = map[string]any{"event_name": name, "timestamp": at.UnixMilli(), "token": hookToken, "data": data}
	}
	text, err := json.Marshal(body)
	require.NoError(t, err)
	return text
}

// said is what stands in Help Scout of each party, in the order in which it was
// written.
func (o *office) said() map[int][]int {
	words := regexp.MustCompile(`party (\d+) says number (\d+)\.`)
	out := map[int][]int{}
	for _, conversation := range o.helpScout.Conversations() {
		for _, thread := range conversation.Threads {
			for _, found := range words.FindAllStringSubmatch(calllog.VisibleText(thread.Body), -1) {
				var party, n int
				_, _ = fmt.Sscan(found[1], &party)
				_, _ = fmt.Sscan(found[2], &n)
				out[party] = append(out[party], n)
			}
		}
	}
	return out
}

// An hour of messages while Temporal is away, with the process killed again and again.
// Half of them are callbacks, which nobody sends a second time: what was answered with
// 200 is all that there is.
func TestMessagesOfAnHourWithoutTemporalAreLoggedOnceAndInOrder(t *testing.T) {
	t.Parallel()
	const parties, each, kills = 10, 50, 5
	o := newOffice(t)
	o.apply("")
	here := o.env
	o.env = append(slices.Clone(here), "TEMPORAL_ADDRESS="+freeAddress(t))
	begin := time.Now().Add(-time.Hour)
	var all []textMessage
	for n := range each {
		for party := range parties {
			all = append(all, textMessage{party: party, n: n, callback: party%2 == 1})
		}
	}
	for i, message := range all {
		if i%(len(all)/kills) == 0 {
			if i > 0 {
				o.kill()
			}
			o.start()
			o.eventually(time.Minute, func() bool { return o.postTo("/webhooks/aircall", []byte("{}")) != 0 }, "the edge listens")
		}
		path := "/webhooks/aircall"
		if message.callback {
			path += "/messages"
		}
		require.Equal(t, http.StatusOK, o.postTo(path, message.body(t, begin)), "%+v", message)
	}
	require.Empty(t, o.helpScout.Conversations(), "nothing can be logged yet")
	o.kill()
	o.env = here
	o.start()
	o.awaitReady()
	o.eventually(3*time.Minute, func() bool {
		count := 0
		for _, heard := range o.said() {
			count += len(heard)
		}
		return count >= len(all)
	}, "all messages are logged")
	wanted := make([]int, each)
	for n := range wanted {
		wanted[n] = n
	}
	said := o.said()
	require.Len(t, said, parties)
	for party, heard := range said {
		require.Equal(t, wanted, heard, "party %d: once, and in order", party)
	}
	require.Len(t, o.helpScout.Customers(), parties)
	require.Len(t, o.helpScout.Conversations(), parties)
	_, inbox := o.callscout("inbox")
	require.Contains(t, inbox, "The inbox is empty.")
}
