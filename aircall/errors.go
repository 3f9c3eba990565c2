package aircall

import (
	"fmt"
	"net/http"
	"regexp"
	"time"
)

// Error is an answer of Aircall's API other than 2xx. Its texts hold no secret
// and no personal data.
type Error struct {
	// Status is the HTTP status, also when the body was not understood.
	Status int
	// Method and Path are the request's; Path holds ids and never the query.
	Method, Path string
	// Message and Troubleshoot are what Aircall said, made safe and short;
	// empty if it did not.
	Message, Troubleshoot string
	// Excerpt is the start of a body that is no JSON object, made safe and
	// short.
	Excerpt string
	// RetryAfter is how long to wait, from one second to five minutes. It is
	// set for 429, and for 503 when the answer names a time; zero otherwise.
	RetryAfter time.Duration
}

func (e *Error) Error() string {
	text := fmt.Sprintf("aircall: %s %s: %d", e.Method, e.Path, e.Status)
	if name := http.StatusText(e.Status); name != "" {
		text += " " + name
	}
	for _, more := range []string{e.Message, e.Troubleshoot, e.Excerpt} {
		if more != "" && more != http.StatusText(e.Status) {
			text += ": " + more
		}
	}
	switch {
	case e.notOnPlan():
		text += ": conversation intelligence is not on this plan or is off for this number, or the credential is withdrawn"
	case e.WrongCredential():
		text += ": the credential is wrong or withdrawn; check the API id and token, or install again"
	case e.Status >= 300 && e.Status < 400:
		text += ": redirects are not followed; check the API URL"
	}
	return text
}

// WrongCredential tells whether Aircall refused the credential. Aircall answers
// 403, not only 401, to a wrong one; there are no finer rights (seen on the
// wire in 2026). Only conversation intelligence answers 403 for another reason, so
// there it is NotOnPlan that is asked.
func (e *Error) WrongCredential() bool {
	return e.Status == http.StatusUnauthorized || e.Status == http.StatusForbidden && !e.notOnPlan()
}

// TransportError says that no whole answer came: the network, TLS, a time-out
// or a cancelled context. Unwrap gives the cause.
type TransportError struct {
	Method, Path string
	Err          error
}

var queryPart = regexp.MustCompile(`\?[^\s"']*`)

// Error leaves out queries: net/http quotes a broken redirect with its query.
func (e *TransportError) Error() string {
	return fmt.Sprintf("aircall: %s %s: no answer: %s", e.Method, e.Path, queryPart.ReplaceAllString(e.Err.Error(), ""))
}

// Unwrap gives the cause, for example context.DeadlineExceeded.
func (e *TransportError) Unwrap() error { return e.Err }

// AnswerError says that an answer of status 2xx was not what Aircall answers:
// most likely something else listens at the API URL.
type AnswerError struct {
	Method, Path string
	Err          error
}

func (e *AnswerError) Error() string {
	return fmt.Sprintf("aircall: %s %s: answer not understood; check the API URL: %s", e.Method, e.Path, e.Err)
}

// Unwrap gives the cause, often a *FieldError.
func (e *AnswerError) Unwrap() error { return e.Err }
