package activities

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"callscout/activities/contract"
	"callscout/aircall"
	"callscout/calllog"
	"callscout/helpscout"
)

func TestEachFaultBecomesOneKindOfProblem(t *testing.T) {
	t.Parallel()
	hs := func(status int) error {
		return &helpscout.Error{Status: status, Message: "said so", RetryAfter: 7 * time.Second}
	}
	air := func(status int) error {
		return &aircall.Error{Status: status, Message: "said so", RetryAfter: 60 * time.Second}
	}
	for name, test := range map[string]struct {
		err     error
		problem calllog.Problem
		final   bool
		delay   time.Duration
		nothing bool
	}{
		"help scout 400":     {hs(400), calllog.HelpScoutRefused, true, 0, true},
		"help scout 401":     {hs(401), calllog.HelpScoutUnauthorized, true, 0, true},
		"help scout 403":     {hs(403), calllog.HelpScoutForbidden, true, 0, true},
		"help scout 404":     {hs(404), calllog.HelpScoutNotFound, true, 0, true},
		"help scout 408":     {hs(408), calllog.HelpScoutDown, false, 0, false},
		"help scout 409":     {hs(409), calllog.HelpScoutConflict, true, 0, true},
		"help scout 412":     {hs(412), calllog.ConversationFull, true, 0, true},
		"help scout 413":     {hs(413), calllog.HelpScoutRefused, true, 0, true},
		"help scout 423":     {hs(423), calllog.ConversationFull, true, 0, true},
		"help scout 425":     {hs(425), calllog.HelpScoutDown, false, 0, true},
		"help scout 429":     {hs(429), calllog.HelpScoutRateLimited, false, 7 * time.Second, true},
		"help scout 500":     {hs(500), calllog.HelpScoutDown, false, 0, false},
		"help scout 504":     {hs(504), calllog.HelpScoutDown, false, 0, false},
		"answer lost":        {&helpscout.TransportError{Err: errors.New("reset"), Sent: true}, calllog.HelpScoutDown, false, 0, false},
		"never sent":         {&helpscout.TransportError{Err: errors.New("refused"), Sent: false}, calllog.HelpScoutDown, false, 0, true},
		"unreadable":         {&helpscout.AnswerError{Err: errors.New("not JSON")}, calllog.HelpScoutDown, false, 0, false},
		"invalid":            {&helpscout.RequestError{Reason: "no text"}, calllog.HelpScoutRefused, true, 0, true},
		"merged":             {&helpscout.MovedError{To: 9}, calllog.ConversationGone, true, 0, true},
		"aircall 401":        {air(401), calllog.AircallUnauthorized, true, 0, true},
		"aircall 403":        {air(403), calllog.AircallUnauthorized, true, 0, true},
		"aircall 422":        {air(422), calllog.AircallRefused, true, 0, true},
		"aircall 429":        {air(429), calllog.AircallRateLimited, false, 60 * time.Second, true},
		"aircall 503":        {air(503), calllog.AircallDown, false, 0, false},
		"aircall 408":        {air(408), calllog.AircallDown, false, 0, false},
		"aircall silent":     {&aircall.TransportError{Err: errors.New("reset")}, calllog.AircallDown, false, 0, false},
		"made without an id": {&aircall.AnswerError{Err: &aircall.FieldError{Field: "contact.id"}}, calllog.AircallDown, false, 0, false},
		"card invalid":       {&aircall.FieldError{Field: "contents", Expected: "a line"}, calllog.AircallRefused, true, 0, true},
		"no time left":       {context.DeadlineExceeded, calllog.HelpScoutDown, false, 0, false},
		"unforeseen":         {errors.New("odd"), calllog.Internal, false, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// A client may wrap what it returns.
			f := asFailure(fmt.Errorf("context: %w", test.err))
			require.Equal(t, test.problem, f.problem)
			require.Equal(t, test.final, f.final)
			require.Equal(t, test.delay, f.delay)
			require.Equal(t, test.nothing, nothingWritten(test.err), "whether a write surely changed nothing")
		})
	}
}

func TestWhatLeavesAnActivityIsTemporalsOwnError(t *testing.T) {
	t.Parallel()
	err := temporalError(uncertain(&helpscout.Error{Status: 503, Message: "busy"}))
	//nolint:errorlint // the outermost error decides about retries, so it must be this very type
	failure, outermost := err.(*temporal.ApplicationError)
	require.True(t, outermost)
	require.False(t, failure.NonRetryable())
	require.Equal(t, string(calllog.HelpScoutDown), failure.Type())
	var details contract.FailureDetails
	require.NoError(t, failure.Details(&details))
	require.Equal(t, contract.FailureDetails{Status: 503, Message: "busy", Uncertain: true}, details)
}

func TestAVendorsPauseIsKeptAndBounded(t *testing.T) {
	t.Parallel()
	var failure *temporal.ApplicationError
	require.ErrorAs(t, temporalError(&helpscout.Error{Status: 429, RetryAfter: 20 * time.Second}), &failure)
	require.GreaterOrEqual(t, failure.NextRetryDelay(), 20*time.Second)
	require.Less(t, failure.NextRetryDelay(), 22*time.Second)
	require.ErrorAs(t, temporalError(&helpscout.Error{Status: 429, RetryAfter: time.Hour}), &failure)
	require.LessOrEqual(t, failure.NextRetryDelay(), mostDelay+time.Second)
}
