package activities

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"callscout/activities/contract"
	"callscout/calllog"
	"callscout/helpscout"
	"callscout/secret"
)

// createCustomer makes the customer once. Help Scout has no rule against two
// customers with one number, so only the ledger stands between them.
func (a *Activities) createCustomer(ctx context.Context, api HelpScout, in contract.FindCustomerInput, who party) (contract.FindCustomerResult, error) {
	result := contract.FindCustomerResult{How: calllog.MadeByCall}
	hashKey, err := a.Store.HashKey(ctx)
	if err != nil {
		return result, storeDown(err)
	}
	key := fmt.Sprintf("%s/customer/%s", in.Installation, secret.Hash(hashKey, who.key))
	if who.gone != 0 {
		key += fmt.Sprintf("/after/%d", who.gone)
	}
	wanted := calllog.Customer(in.Facts, in.Settings)
	if in.Message {
		wanted.Notes = calllog.MessageCustomerNotes(in.Settings)
	}
	result.Profile = madeProfile(wanted)
	result.Customer, err = a.once(ctx, effect{
		key: key,
		lag: a.indexLag(),
		look: func(ctx context.Context) (int64, bool, error) {
			if len(who.forms) == 0 {
				return lookForAnonymous(ctx, api, wanted, who.gone)
			}
			hits, err := a.searchByNumber(ctx, api, in.Installation, who)
			if err != nil || len(hits) == 0 {
				return 0, false, err
			}
			profile := profileOf(hits[0])
			result.Profile = &profile
			return hits[0].ID, true, nil
		},
		write: func(ctx context.Context) (int64, error) {
			joined, id, err := postCustomer(ctx, api, wanted, who)
			if joined != nil {
				result.How, result.Profile = calllog.JoinedByEmail, joined
			}
			return id, err
		},
	})
	return result, err
}

func madeProfile(made calllog.NewCustomer) *calllog.Profile {
	profile := calllog.Profile{FirstName: made.FirstName, LastName: made.LastName, Company: made.Company, Notes: made.Notes}
	if made.Email != "" {
		profile.Emails = []string{made.Email}
	}
	return &profile
}

// postCustomer makes the customer, plainer each time that Help Scout refuses it
// as invalid: a name or an address must not cost the call its log. Where the
// e-mail address belongs to somebody already, that customer is joined.
func postCustomer(ctx context.Context, api HelpScout, wanted calllog.NewCustomer, who party) (joined *calllog.Profile, id int64, err error) {
	for {
		id, err := api.CreateCustomer(ctx, newCustomer(wanted))
		if err == nil {
			return nil, id, nil
		}
		fields, invalid := refusedFields(err)
		if helpscout.IsConflict(err) && wanted.Email != "" {
			joined, id, err := joinByEmail(ctx, api, wanted, who)
			if !notShown(err) || attempt(ctx) < joinTries {
				return joined, id, err
			}
			fields, invalid = []string{"emails"}, true
		}
		plainer, left := wanted.Plainer(fields)
		if !invalid || !left {
			return nil, 0, err
		}
		wanted = plainer
	}
}

func notShown(err error) bool {
	var f *failure
	return errors.As(err, &f) && f.problem == calllog.HelpScoutConflict
}

func newCustomer(wanted calllog.NewCustomer) helpscout.NewCustomer {
	customer := helpscout.NewCustomer{
		FirstName: wanted.FirstName, LastName: wanted.LastName, Organization: wanted.Company, Background: wanted.Notes,
	}
	if wanted.Phone != "" {
		customer.Phones = []helpscout.Entry{{Type: "work", Value: wanted.Phone}}
	}
	if wanted.Email != "" {
		customer.Emails = []helpscout.Entry{{Type: "work", Value: wanted.Email}}
	}
	return customer
}

// refusedFields names the fields that Help Scout called invalid; it may name none.
func refusedFields(err error) (fields []string, invalid bool) {
	var refused *helpscout.Error
	if !errors.As(err, &refused) || refused.Status != http.StatusBadRequest {
		return nil, false
	}
	for _, field := range refused.Fields {
		fields = append(fields, field.Path)
	}
	return fields, true
}

// joinTries is how often the customer who has the e-mail is looked for before a
// customer without the e-mail is made: the search lags.
const joinTries = 4

// joinByEmail takes the customer who has the e-mail already, and gives it the
// number unless it has it.
func joinByEmail(ctx context.Context, api HelpScout, wanted calllog.NewCustomer, who party) (*calllog.Profile, int64, error) {
	customers, err := api.SearchCustomers(ctx, fmt.Sprintf("email:%q", wanted.Email))
	if err != nil {
		return nil, 0, notSent(err)
	}
	at := slices.IndexFunc(customers, func(c helpscout.Customer) bool { return hasEmail(c, wanted.Email) })
	if at < 0 {
		return nil, 0, &failure{problem: calllog.HelpScoutConflict, delay: joinPause, unsent: true, details: contract.FailureDetails{
			Status: http.StatusConflict, Message: "Help Scout reports a customer with the contact's e-mail address, but its search does not show one"}}
	}
	// The search shows an older state: a number that was added a moment ago must
	// not be added again.
	customer, err := api.GetCustomer(ctx, customers[at].ID)
	if err != nil {
		return nil, 0, notSent(err)
	}
	profile := profileOf(customer)
	if wanted.Phone == "" || who.isOf(customer) {
		return &profile, customer.ID, nil
	}
	_, err = api.AddCustomerPhone(ctx, customer.ID, "work", wanted.Phone)
	if _, invalid := refusedFields(err); invalid {
		// It is the right person even if the record does not take the number; the
		// number is remembered here.
		err = nil
	}
	return &profile, customer.ID, err
}

const joinPause = 3 * time.Second

func hasEmail(customer helpscout.Customer, email string) bool {
	return slices.ContainsFunc(customer.Emails, func(e helpscout.Entry) bool { return strings.EqualFold(e.Value, email) })
}

// lookForAnonymous finds the shared customer of withheld numbers by its Notes
// and name, since it has no number.
func lookForAnonymous(ctx context.Context, api HelpScout, wanted calllog.NewCustomer, gone int64) (int64, bool, error) {
	customers, err := api.SearchCustomers(ctx, fmt.Sprintf("background:%q", wanted.Notes))
	if err != nil {
		return 0, false, err
	}
	for _, customer := range customers {
		if customer.FirstName == wanted.FirstName && customer.ID != gone {
			return customer.ID, true, nil
		}
	}
	return 0, false, nil
}
