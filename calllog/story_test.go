package calllog_test

import (
	"encoding/json"
	"maps"
	"time"
	_ "time/tzdata" // the golden texts show times where the line is

	"github.com/stretchr/testify/require"

	"callscout/aircall"
	"callscout/calllog"
)

// ring is when the call of these tests began to ring, in Unix seconds.
var ring = time.Date(2026, time.May, 4, 8, 15, 0, 0, time.UTC)

const callID = 912345678

type keys = map[string]any

var (
	mia   = keys{"id": 71, "name": "Mia Winter", "email": "mia.winter@example.com"}
	jonas = keys{"id": 72, "name": "Jonas Berg", "email": "jonas.berg@example.com"}
	ada   = keys{
		"id": 501, "first_name": "Ada", "last_name": "Quill", "company_name": "Quill & Sons",
		"emails": []any{keys{"id": 1, "label": "Work", "value": "ada@quill.example"}},
	}
	line = keys{"id": 31, "name": "Support Berlin", "digits": "+49 30 23125 100", "country": "DE", "time_zone": "Europe/Berlin"}
)

func unix(after time.Duration) int64 { return ring.Add(after).Unix() }

// with is a body with more said in it.
func with(data keys, more ...keys) keys {
	out := maps.Clone(data)
	for _, m := range more {
		maps.Copy(out, m)
	}
	return out
}

// inbound and outbound are a call's first words.
func inbound() keys {
	return keys{
		"id": callID, "direction": "inbound", "status": "initial", "started_at": unix(0),
		"raw_digits": "+44 20 7946 0123", "number": line,
	}
}

func outbound() keys {
	return with(inbound(), keys{"direction": "outbound", "user": mia})
}

func answeredAfter(d time.Duration, by keys) keys {
	return keys{"status": "answered", "answered_at": unix(d), "user": by}
}

func endedAfter(d time.Duration) keys { return keys{"status": "done", "ended_at": unix(d)} }

// webhook is an event as Aircall sends it.
func webhook(t require.TestingT, name string, after time.Duration, data keys) calllog.Event {
	body, err := json.Marshal(keys{
		"resource": "call", "event": name, "timestamp": unix(after), "token": "hook-of-the-tests", "data": data,
	})
	require.NoError(t, err)
	parsed, err := aircall.ParseEvent(body)
	require.NoError(t, err)
	event, err := calllog.FromWebhook(parsed)
	require.NoError(t, err)
	return event
}

// fetched is a call as REST shows it.
func fetched(t require.TestingT, at time.Time, data keys) calllog.Event {
	body, err := json.Marshal(data)
	require.NoError(t, err)
	call, err := aircall.ParseCall(body)
	require.NoError(t, err)
	event, err := calllog.FromREST(call, at)
	require.NoError(t, err)
	return event
}

// facts are what one event with all of that says.
func facts(t require.TestingT, name string, after time.Duration, data keys) calllog.Facts {
	return calllog.Gather([]calllog.Event{webhook(t, name, after, data)})
}
