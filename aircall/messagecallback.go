package aircall

import (
	"encoding/json"
	"fmt"
)

// messageUpdated is what a number in proxy mode calls a change of a message's
// status.
const messageUpdated = "message.updated"

// ParseMessageCallback reads what Aircall posts for a number in proxy mode, to the
// address in that number's configuration: an envelope of its own, whose name stands
// under "event_name" and whose token is the configuration's. Aircall sends it once
// and never again. message.updated becomes EventMessageStatusUpdated, so that both
// ways are read the same. Data is the body's "data", or else the body itself
// without its envelope. Errors are those of ParseEvent, with the same promise.
func ParseMessageCallback(body []byte) (Event, error) {
	var fields object
	if err := json.Unmarshal(body, &fields); err != nil || fields == nil {
		return Event{}, fmt.Errorf("%w%s", ErrNotJSON, position(err))
	}
	all := folded(fields)
	e := Event{
		Resource:  "message",
		Name:      usableName(firstOf(all.text("event_name"), all.text("event")), all.text("token")),
		Token:     all.text("token"),
		Timestamp: all.time("timestamp"),
		Data:      callbackData(fields),
	}
	if e.Name == messageUpdated {
		e.Name = EventMessageStatusUpdated
	}
	if e.Name == "" {
		return e, ErrNoEvent
	}
	return e, nil
}

// callbackData leaves the secret out of what is handed on.
func callbackData(fields object) json.RawMessage {
	if data := fields["data"]; len(data) > 0 && string(data) != "null" {
		return data
	}
	rest := object{}
	for key, raw := range fields {
		switch snakeCase(key) {
		case "event_name", "event", "token", "timestamp", "resource", "data":
		default:
			rest[key] = raw
		}
	}
	if len(rest) == 0 {
		return nil
	}
	data, err := json.Marshal(rest)
	if err != nil {
		return nil
	}
	return data
}
