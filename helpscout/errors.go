package helpscout

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Error is an answer that is not a success. Its texts come from Help Scout,
// with anything that looks like an e-mail address or a telephone number
// masked, and without the rejected values that Help Scout repeats.
type Error struct {
	Status int
	Method string
	// Path is the path of the request, without its query.
	Path string
	// Code is the OAuth error code, for example invalid_client; only requests
	// for a token have one.
	Code string
	// LogRef is what Help Scout's support wants to know.
	LogRef  string
	Message string
	// Fields are the parts of the request that were refused.
	Fields []FieldError
	// RetryAfter is how long to wait before trying again: between one second
	// and ten minutes for 429, and for 503 when the answer names a time. It
	// is 0 for everything else.
	RetryAfter time.Duration
}

// FieldError is one refused part of a request.
type FieldError struct {
	// Path is the field, for example threads[0].text.
	Path    string
	Message string
	// Code is the machine-readable reason, the anchor of the link to Help
	// Scout's reference: NotEmpty, EnumValue and so on. Older answers number
	// their reasons.
	Code string
	// Source says where the field was found: JSON, for example.
	Source string
}

func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "helpscout: %s %s: %d", e.Method, e.Path, e.Status)
	if text := http.StatusText(e.Status); text != "" {
		b.WriteString(" " + text)
	}
	if e.Message != "" {
		b.WriteString(": " + e.Message)
	}
	if e.Code != "" && e.Code != e.Message {
		b.WriteString(" (" + e.Code + ")")
	}
	for _, f := range e.Fields {
		fmt.Fprintf(&b, "; %s: %s", f.Path, f.Message)
		if f.Code != "" {
			b.WriteString(" (" + f.Code + ")")
		}
	}
	if e.LogRef != "" {
		b.WriteString("; log reference " + e.LogRef)
	}
	return b.String()
}

// MovedError says that a conversation was merged into another one, or a
// customer into another profile. Help Scout tells so for 60 days after the
// merge, and only when the conversation itself is read; every other request
// gets 404 (Help Scout's reference, "Get Conversation").
type MovedError struct {
	Path string
	// To is the id that took the place of the one asked for.
	To int64
}

func (e *MovedError) Error() string {
	return fmt.Sprintf("helpscout: GET %s: merged into %d; use that id", e.Path, e.To)
}

// TransportError is a request without an answer.
type TransportError struct {
	Method string
	Path   string
	// Err is the cause, without the URL.
	Err error
	// Sent is false only when the request surely never left, so that a write
	// cannot have happened: the name was not found, the connection was
	// refused, TLS failed, the context was over. A request for a token is
	// never Sent, since the request that wanted it did not leave.
	Sent bool
}

func (e *TransportError) Error() string {
	if e.Sent {
		return fmt.Sprintf("helpscout: %s %s: no answer, it may have been carried out: %v", e.Method, e.Path, e.Err)
	}
	return fmt.Sprintf("helpscout: %s %s: not sent: %v", e.Method, e.Path, e.Err)
}

// Unwrap gives the cause, for example context.DeadlineExceeded.
func (e *TransportError) Unwrap() error { return e.Err }

// AnswerError is a success whose content cannot be used: not the documented
// JSON, too large, or without the id of what was made.
type AnswerError struct {
	Method string
	Path   string
	Err    error
}

func (e *AnswerError) Error() string {
	return fmt.Sprintf("helpscout: %s %s: the answer cannot be used: %v", e.Method, e.Path, e.Err)
}

// Unwrap gives the cause.
func (e *AnswerError) Unwrap() error { return e.Err }

// RequestError is a request that breaks a documented rule of the API and was
// not sent. Sending it again as it is cannot help.
type RequestError struct {
	Method string
	Path   string
	Reason string
}

func (e *RequestError) Error() string {
	return fmt.Sprintf("helpscout: %s %s: not sent: %s", e.Method, e.Path, e.Reason)
}

// IsNotFound is true for what is missing or deleted, and for a merged
// conversation when it was not the conversation itself that was read.
func IsNotFound(err error) bool { return statusOf(err) == http.StatusNotFound }

// IsConflict is true when a customer with the same e-mail address exists.
func IsConflict(err error) bool { return statusOf(err) == http.StatusConflict }

// IsRateLimited is true when the account's units of this minute are used up.
// Error.RetryAfter says how long to wait.
func IsRateLimited(err error) bool { return statusOf(err) == http.StatusTooManyRequests }

// IsFull is true when a conversation takes nothing more: it has 100 threads or
// the account's Conversation Lock has closed it. Sources name both statuses.
func IsFull(err error) bool {
	status := statusOf(err)
	return status == http.StatusPreconditionFailed || status == http.StatusLocked
}

// IsUnauthorized is true when the token was refused twice or the app's id and
// secret are wrong. The user behind the app must also be active.
func IsUnauthorized(err error) bool {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return false
	}
	switch e.Code {
	case "invalid_client", "unauthorized_client", "invalid_grant":
		return true
	}
	return e.Status == http.StatusUnauthorized
}

// MayHaveHappened is true when a write that failed with err may have been
// carried out all the same: the answer was lost, could not be used, or was a
// failure of the server. Look before writing again.
func MayHaveHappened(err error) bool {
	if e, ok := errors.AsType[*TransportError](err); ok {
		return e.Sent
	}
	if e, ok := errors.AsType[*AnswerError](err); ok {
		return e.Path != tokenPath
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Path != tokenPath && (e.Status >= 500 || e.Status == http.StatusRequestTimeout)
	}
	return false
}

func statusOf(err error) int {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Status
	}
	return 0
}
