package activities

import (
	"context"
	"errors"
	"strconv"

	"callscout/activities/contract"
	"callscout/calllog"
	"callscout/helpscout"
	"callscout/store"
)

// customerGone is the memory of which customer of a number was merged or deleted,
// since Help Scout's search may show it for a while.
const customerGone = "customer-gone"

// whetherCustomerIsGone asks, after Help Scout refused to write, whether the
// customer is still there: its answers to a write do not tell. If not, the number
// is looked up anew.
func (a *Activities) whetherCustomerIsGone(ctx context.Context, api HelpScout, in contract.ThreadInput, err error) error {
	f := asFailure(err)
	if f.problem != calllog.HelpScoutNotFound && f.problem != calllog.HelpScoutRefused {
		return err
	}
	_, readErr := api.GetCustomer(ctx, in.Customer)
	var moved *helpscout.MovedError
	if !helpscout.IsNotFound(readErr) && !errors.As(readErr, &moved) {
		return err
	}
	if storeErr := a.forgetCustomer(ctx, in.Call, in.Customer); storeErr != nil {
		return storeErr
	}
	gone := *f
	gone.problem = calllog.CustomerGone
	return &gone
}

func (a *Activities) forgetCustomer(ctx context.Context, in contract.Call, customer int64) error {
	number := partyOf(in.Facts).key
	if err := a.Store.Remember(ctx, in.Installation, customerGone, number, strconv.FormatInt(customer, 10)); err != nil {
		return storeDown(err)
	}
	value, _, _, err := a.Store.Recall(ctx, in.Installation, store.CustomerByNumber, number)
	if err != nil {
		return storeDown(err)
	}
	if remembered, _ := readMemory(value); remembered.Customer != customer {
		// Another call has found the one who is there now.
		return nil
	}
	if err := a.Store.Forget(ctx, in.Installation, store.CustomerByNumber, number); err != nil {
		return storeDown(err)
	}
	return nil
}
