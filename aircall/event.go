package aircall

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"time"
)

var (
	// ErrNotJSON says that a webhook body is not one JSON object.
	ErrNotJSON = errors.New("aircall: the body is not a JSON object")
	// ErrNoEvent says that a webhook body is an object without a usable name
	// under "event".
	ErrNoEvent = errors.New("aircall: the body names no event")
)

// Event is the envelope of one webhook delivery. It holds the webhook's secret
// and personal data: String and LogValue show neither.
type Event struct {
	// Resource is the kind of Data, for example "call"; empty if missing.
	Resource string
	// Name is the body's "event", for example "call.ended": letters, digits
	// and a few signs, fit for logs. It need not be one that Known knows.
	Name string
	// Token is the webhook's own secret and tells which company sent it.
	Token string
	// Timestamp is when Aircall built the body, not when it sent it; zero if
	// missing.
	Timestamp time.Time
	// Data is the resource as it was at Timestamp; nil if missing.
	Data json.RawMessage
}

// ParseEvent reads a webhook body. The error is ErrNotJSON or ErrNoEvent; with
// ErrNoEvent the Event still holds what else the body says, so that the caller
// can tell by its Token whose it is.
func ParseEvent(body []byte) (Event, error) {
	var fields object
	if err := json.Unmarshal(body, &fields); err != nil || fields == nil {
		return Event{}, fmt.Errorf("%w%s", ErrNotJSON, position(err))
	}
	e := Event{
		Resource:  fields.text("resource"),
		Name:      usableName(fields.text("event"), fields.text("token")),
		Token:     fields.text("token"),
		Timestamp: fields.time("timestamp"),
	}
	if data := fields["data"]; string(data) != "null" {
		e.Data = data
	}
	if e.Name == "" {
		return e, ErrNoEvent
	}
	return e, nil
}

var namePattern = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_.-]{0,99}$`)

// usableName gives a name that may be logged and shown: one line, and not the token.
func usableName(name, token string) string {
	if len(token) >= shortestSecret && strings.Contains(name, token) {
		return ""
	}
	return namePattern.FindString(strings.TrimSpace(name))
}

// position tells where JSON breaks off, without quoting the body.
func position(err error) string {
	if broken, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Sprintf(": it breaks off at byte %d", broken.Offset)
	}
	return ""
}

// IsCall tells whether Data is a call. The name decides: conversation
// intelligence is about calls too, but its data has ids of its own.
func (e Event) IsCall() bool {
	return strings.HasPrefix(e.Name, "call.")
}

// IsKnown tells whether the event is one of a call that Aircall's reference has.
// Aircall adds events; the data of one that is not known need not be a call.
func (e Event) IsKnown() bool { return slices.Contains(knownCallEvents, e.Name) }

// Call reads Data as a call. It fails with ErrNotCall if the event is about
// something else, and with a *FieldError if the data cannot be understood.
func (e Event) Call() (Call, error) {
	if !e.IsCall() {
		return Call{}, ErrNotCall
	}
	return callAt("data", e.Data)
}

// String names the event without its token and data.
func (e Event) String() string {
	return fmt.Sprintf("event %q at %s", e.Name, e.Timestamp.Format(time.RFC3339))
}

// LogValue logs the event without its token and data.
func (e Event) LogValue() slog.Value {
	return slog.GroupValue(slog.String("event", e.Name), slog.Time("timestamp", e.Timestamp))
}
