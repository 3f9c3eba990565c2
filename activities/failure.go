package activities

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"strings"
	"time"

	"go.temporal.io/sdk/temporal"

	"callscout/accounts"
	"callscout/activities/contract"
	"callscout/aircall"
	"callscout/calllog"
	"callscout/helpscout"
	"callscout/store"
)

// failure is an error as Temporal should treat it, before it becomes one of
// Temporal's: the outermost error decides about retries, so it is made last and
// returned as it is.
type failure struct {
	problem calllog.Problem
	details contract.FailureDetails
	final   bool
	delay   time.Duration
	// unsent says that the write itself was never tried.
	unsent bool
	cause  error
}

func (f *failure) Error() string { return string(f.problem) + ": " + f.details.Message }
func (f *failure) Unwrap() error { return f.cause }

// asFailure sorts an error into the few kinds that the workflow and the people
// who repair calls know. It is pure.
func asFailure(err error) *failure {
	var known *failure
	if errors.As(err, &known) {
		return known
	}
	if f, known := accountProblem(err); known {
		return f
	}
	var helpScout *helpscout.Error
	if errors.As(err, &helpScout) {
		return helpScoutFailure(helpScout)
	}
	var moved *helpscout.MovedError
	if errors.As(err, &moved) {
		return &failure{problem: calllog.ConversationGone, final: true, cause: err,
			details: contract.FailureDetails{Status: http.StatusMovedPermanently, Message: "merged into another conversation"}}
	}
	var helpScoutTransport *helpscout.TransportError
	if errors.As(err, &helpScoutTransport) {
		return &failure{problem: calllog.HelpScoutDown, cause: err, details: contract.FailureDetails{Message: helpScoutTransport.Error()}}
	}
	var invalid *helpscout.RequestError
	if errors.As(err, &invalid) {
		return &failure{problem: calllog.HelpScoutRefused, final: true, cause: err, details: contract.FailureDetails{Message: invalid.Error()}}
	}
	var unreadable *helpscout.AnswerError
	if errors.As(err, &unreadable) {
		return &failure{problem: calllog.HelpScoutDown, cause: err, details: contract.FailureDetails{Message: unreadable.Error()}}
	}
	var air *aircall.Error
	if errors.As(err, &air) {
		return aircallFailure(air)
	}
	var aircallTransport *aircall.TransportError
	if errors.As(err, &aircallTransport) {
		return &failure{problem: calllog.AircallDown, cause: err, details: contract.FailureDetails{Message: aircallTransport.Error()}}
	}
	var aircallUnreadable *aircall.AnswerError
	if errors.As(err, &aircallUnreadable) {
		return &failure{problem: calllog.AircallDown, cause: err, details: contract.FailureDetails{Message: aircallUnreadable.Error()}}
	}
	var unsendable *aircall.FieldError
	if errors.As(err, &unsendable) {
		return &failure{problem: calllog.AircallRefused, final: true, unsent: true, cause: err, details: contract.FailureDetails{Message: unsendable.Error()}}
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return &failure{problem: calllog.HelpScoutDown, cause: err, details: contract.FailureDetails{Message: "no answer in time"}}
	}
	return &failure{problem: calllog.Internal, cause: err, details: contract.FailureDetails{Message: err.Error()}}
}

// accountProblem knows what package accounts says before anything is sent.
func accountProblem(err error) (*failure, bool) {
	if missing, ok := errors.AsType[*accounts.NotConnected](err); ok {
		problem := calllog.AircallUnauthorized
		if missing.Vendor == store.VendorHelpScout {
			problem = calllog.HelpScoutUnauthorized
		}
		return &failure{problem: problem, final: true, unsent: true, cause: err, details: contract.FailureDetails{Message: cut(missing.Error(), 500)}}, true
	}
	if down, ok := errors.AsType[*accounts.StoreError](err); ok {
		return &failure{problem: calllog.StoreDown, unsent: true, cause: err, details: contract.FailureDetails{Message: down.Error()}}, true
	}
	return nil, false
}

func helpScoutFailure(err *helpscout.Error) *failure {
	f := &failure{cause: err, final: true, details: contract.FailureDetails{Status: err.Status, Message: helpScoutMessage(err)}}
	switch {
	case err.Status == http.StatusTooManyRequests:
		f.problem, f.final, f.delay = calllog.HelpScoutRateLimited, false, err.RetryAfter
	case err.Status == http.StatusRequestTimeout, err.Status == http.StatusTooEarly, err.Status >= 500:
		f.problem, f.final = calllog.HelpScoutDown, false
	case err.Status == http.StatusUnauthorized:
		f.problem = calllog.HelpScoutUnauthorized
	case err.Status == http.StatusForbidden:
		f.problem = calllog.HelpScoutForbidden
	case err.Status == http.StatusNotFound:
		f.problem = calllog.HelpScoutNotFound
	case err.Status == http.StatusConflict:
		f.problem = calllog.HelpScoutConflict
	case err.Status == http.StatusPreconditionFailed, err.Status == http.StatusLocked:
		f.problem = calllog.ConversationFull
	default:
		f.problem = calllog.HelpScoutRefused
	}
	return f
}

// helpScoutMessage is what Help Scout said, with the fields it named. Rejected
// values are not part of it: they may be personal data.
func helpScoutMessage(err *helpscout.Error) string {
	parts := []string{err.Message}
	for _, field := range err.Fields {
		parts = append(parts, strings.TrimSpace(field.Path+" "+field.Message))
	}
	return cut(strings.Trim(strings.Join(parts, "; "), "; "), 500)
}

func aircallFailure(err *aircall.Error) *failure {
	message := cut(strings.TrimSpace(err.Message+" "+err.Troubleshoot), 500)
	f := &failure{cause: err, final: true, details: contract.FailureDetails{Status: err.Status, Message: message}}
	switch {
	case err.Status == http.StatusTooManyRequests:
		f.problem, f.final, f.delay = calllog.AircallRateLimited, false, err.RetryAfter
	case err.Status == http.StatusRequestTimeout, err.Status == http.StatusTooEarly, err.Status >= 500:
		f.problem, f.final = calllog.AircallDown, false
	case err.Status == http.StatusUnauthorized, err.Status == http.StatusForbidden:
		// Aircall answers 403 to a wrong credential, not to a missing right.
		f.problem = calllog.AircallUnauthorized
	default:
		f.problem = calllog.AircallRefused
	}
	return f
}

func cut(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

// nothingWritten says that a write surely changed nothing at the vendor: it was
// refused, or it never left.
func nothingWritten(err error) bool {
	var known *failure
	if errors.As(err, &known) {
		return known.unsent
	}
	if f, before := accountProblem(err); before {
		return f.unsent
	}
	var (
		answered  *helpscout.Error
		transport *helpscout.TransportError
		moved     *helpscout.MovedError
		request   *helpscout.RequestError
	)
	if _, unclear := errors.AsType[*aircall.AnswerError](err); unclear {
		return false
	}
	if _, unsendable := errors.AsType[*aircall.FieldError](err); unsendable {
		return true
	}
	var air *aircall.Error
	if errors.As(err, &air) {
		return air.Status < 500 && air.Status != http.StatusRequestTimeout
	}
	told := errors.As(err, &answered) || errors.As(err, &transport) || errors.As(err, &moved) || errors.As(err, &request)
	return told && !helpscout.MayHaveHappened(err)
}

// uncertain marks an error after which something may stand in Help Scout.
func uncertain(err error) error {
	f := *asFailure(err)
	f.details.Uncertain = true
	return &f
}

// notSent marks a failure before the write itself: what was to be written did
// not leave.
func notSent(err error) error {
	f := *asFailure(err)
	f.unsent = true
	return &f
}

func storeDown(err error) error {
	if errors.Is(err, store.ErrConflict) {
		// It did answer: the ledger contradicts what was just done.
		return &failure{problem: calllog.Internal, cause: err, details: contract.FailureDetails{Message: err.Error()}}
	}
	return &failure{problem: calllog.StoreDown, cause: err, details: contract.FailureDetails{Message: err.Error()}}
}

func misconfigured(err error) error {
	return &failure{problem: calllog.Misconfigured, final: true, cause: err, details: contract.FailureDetails{Message: err.Error()}}
}

// notSureYet asks to be tried again once the index must show what was written.
func notSureYet(wait time.Duration) error {
	return &failure{
		problem: calllog.WriteUncertain, delay: wait,
		details: contract.FailureDetails{Uncertain: true, Message: "looked for what a lost answer may have written; looking again before writing"},
	}
}

// mostDelay keeps a vendor's wish for a pause within what a call can wait for.
const mostDelay = 5 * time.Minute

// ProblemOf says of an error of this room, of a vendor's client or of package accounts
// what people call it, and what the vendor said.
func ProblemOf(err error) (problem calllog.Problem, message string) {
	f := asFailure(err)
	return f.problem, f.details.Message
}

// temporalError is the border: what leaves an activity is Temporal's own error,
// unwrapped, with its retry behaviour.
func temporalError(err error) error {
	if err == nil {
		return nil
	}
	f := asFailure(err)
	options := temporal.ApplicationErrorOptions{
		NonRetryable: f.final,
		Details:      []any{f.details},
	}
	if f.delay > 0 && !f.final {
		// Jitter, so that a hundred calls refused in one second do not come back
		// in one second.
		options.NextRetryDelay = min(f.delay, mostDelay) + rand.N(time.Second) //nolint:gosec // a pause, not a secret
	}
	if f.problem == calllog.WriteUncertain {
		options.Category = temporal.ApplicationErrorCategoryBenign
	}
	return temporal.NewApplicationErrorWithOptions(f.problem.Explain(), string(f.problem), options)
}
