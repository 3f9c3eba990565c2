package story

import (
	"errors"
	"slices"

	commonpb "go.temporal.io/api/common/v1"
	failurepb "go.temporal.io/api/failure/v1"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"

	"callscout/activities/contract"
	"callscout/calllog"
)

// Opener reads what a history holds.
type Opener struct {
	// Data and Failures are those that the runs were written with.
	Data     converter.DataConverter
	Failures converter.FailureConverter

	// missing are the ids of the keys that were not there.
	missing []string
}

// args reads the one argument of something. It says whether it could.
func (o *Opener) args(payloads *commonpb.Payloads, into any) bool {
	if len(payloads.GetPayloads()) == 0 {
		return false
	}
	err := o.Data.FromPayloads(payloads, into)
	o.note(err)
	return err == nil
}

// note keeps the id of a key that is missing.
func (o *Opener) note(err error) {
	var sealed interface{ KeyID() string }
	if errors.As(err, &sealed) && !slices.Contains(o.missing, sealed.KeyID()) {
		o.missing = append(o.missing, sealed.KeyID())
	}
}

// failure reads why something failed, as far as it can be opened: the kind of the
// problem stands in clear.
func (o *Opener) failure(failure *failurepb.Failure) *Failure {
	if failure == nil {
		return nil
	}
	if encoded := failure.GetEncodedAttributes(); encoded != nil {
		var attributes map[string]any
		o.note(o.Data.FromPayload(encoded, &attributes))
	}
	var problem *temporal.ApplicationError
	var late *temporal.TimeoutError
	err := o.Failures.FailureToError(failure)
	switch {
	case errors.As(err, &problem):
		out := &Failure{Problem: calllog.Problem(problem.Type())}
		if out.Problem == "" {
			// A panic, or an error that nobody has sorted.
			out.Problem = calllog.Internal
		}
		var details contract.FailureDetails
		if problem.HasDetails() && problem.Details(&details) == nil {
			out.Status, out.Message, out.Uncertain = details.Status, details.Message, details.Uncertain
		}
		return out
	case errors.As(err, &late):
		return &Failure{Problem: calllog.Internal, NoAnswer: true}
	default:
		return &Failure{Problem: calllog.Internal}
	}
}
