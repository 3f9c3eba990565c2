package activities

import (
	"context"
	"errors"
	"net/http"

	"callscout/activities/contract"
	"callscout/aircall"
	"callscout/calllog"
)

// FetchCall reads a call by REST, for when its webhooks stopped. Gone says that
// Aircall has no such call.
func (a *Activities) FetchCall(ctx context.Context, in contract.Call) (contract.FetchCallResult, error) {
	api, err := a.Accounts.Aircall(ctx, in.Installation)
	if err != nil {
		return contract.FetchCallResult{}, err
	}
	call, err := api.GetCall(ctx, in.Facts.CallID)
	var refused *aircall.Error
	if errors.As(err, &refused) && refused.Status == http.StatusNotFound {
		return contract.FetchCallResult{Gone: true}, nil
	}
	if err != nil {
		return contract.FetchCallResult{}, err
	}
	event, err := calllog.FromREST(call, a.now())
	return contract.FetchCallResult{Event: event}, err
}
