package activities

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"callscout/activities/contract"
	"callscout/calllog"
	"callscout/helpscout"
	"callscout/phone"
	"callscout/secret"
	"callscout/settings"
)

// customerByNumber is the memory of which customer has which number.
const customerByNumber = "customer-by-number"

// maxQuery is the longest customer query that Help Scout takes.
const maxQuery = 500

// party is the outside number in the forms that are needed to find it.
type party struct {
	// key names the number in the ledger, in locks and in memory.
	key   string
	forms []string
	line  string
	// gone is a customer who had the number and is not there any more.
	gone int64
}

func partyOf(f calllog.Facts) party {
	if f.Anonymous {
		return party{key: "anonymous"}
	}
	number, err := phone.Parse(f.OutsideNumber, f.Line.Country)
	if err != nil {
		// A short code or a sender's name is searched for as it is written.
		return party{key: f.OutsideNumber, forms: []string{f.OutsideNumber}, line: f.Line.Country}
	}
	return party{key: number.E164(), forms: number.SearchForms(), line: f.Line.Country}
}

// FindCustomer finds the customer with the outside number, or makes one. All of
// it happens under a lock named after the number, so that simultaneous calls
// make one customer although Help Scout's search lags.
func (a *Activities) FindCustomer(ctx context.Context, in contract.FindCustomerInput) (contract.FindCustomerResult, error) {
	who := partyOf(in.Facts)
	unlock, err := a.Store.Lock(ctx, fmt.Sprintf("%s/customer/%s", in.Installation, who.key))
	if err != nil {
		return contract.FindCustomerResult{}, storeDown(err)
	}
	defer unlock()

	found, err := a.findCustomer(ctx, in, who)
	if err != nil || found.Customer == 0 {
		return found, err
	}
	value := strconv.FormatInt(found.Customer, 10)
	if err := a.Store.Remember(ctx, in.Installation, customerByNumber, who.key, value); err != nil {
		return found, storeDown(err)
	}
	return found, a.note(ctx, in.Call, calllog.CustomerPart(found.Customer), found.Customer)
}

func (a *Activities) findCustomer(ctx context.Context, in contract.FindCustomerInput, who party) (contract.FindCustomerResult, error) {
	remembered, known, err := a.recallID(ctx, in.Installation, customerByNumber, who.key)
	if err != nil || known {
		return contract.FindCustomerResult{Customer: remembered}, err
	}
	if who.gone, _, err = a.recallID(ctx, in.Installation, customerGone, who.key); err != nil {
		return contract.FindCustomerResult{}, err
	}
	api, err := a.Accounts.HelpScout(ctx, in.Installation)
	if err != nil {
		return contract.FindCustomerResult{}, err
	}
	if len(who.forms) > 0 {
		hits, err := searchByNumber(ctx, api, who)
		if err != nil {
			return contract.FindCustomerResult{}, err
		}
		if len(hits) > 0 {
			return a.pickCustomer(ctx, api, in, hits)
		}
	}
	if !in.Create {
		return contract.FindCustomerResult{}, nil
	}
	id, err := a.createCustomer(ctx, api, in, who)
	return contract.FindCustomerResult{Customer: id, Created: true}, err
}

// searchByNumber asks for all written forms in one request and keeps the hits
// that really have the number: a search may match parts.
func searchByNumber(ctx context.Context, api HelpScout, who party) ([]helpscout.Customer, error) {
	query, _ := phone.Query(who.forms, maxQuery)
	customers, err := api.SearchCustomers(ctx, query)
	if err != nil {
		return nil, err
	}
	var hits []helpscout.Customer
	for _, customer := range customers {
		if customer.ID == who.gone {
			continue
		}
		for _, entry := range customer.Phones {
			if entry.Value == who.forms[0] || phone.Same(entry.Value, who.key, who.line) {
				hits = append(hits, customer)
				break
			}
		}
	}
	return hits, nil
}

func (a *Activities) pickCustomer(ctx context.Context, api HelpScout, in contract.FindCustomerInput, hits []helpscout.Customer) (contract.FindCustomerResult, error) {
	candidates := make([]calllog.CustomerCandidate, 0, len(hits))
	for _, hit := range hits {
		candidates = append(candidates, calllog.CustomerCandidate{ID: hit.ID, CreatedAt: hit.CreatedAt, UpdatedAt: hit.UpdatedAt})
	}
	if len(hits) > 1 && in.Settings.Matching.Rule == settings.WithOpenConversation {
		for i := range candidates {
			conversations, err := api.CustomerConversations(ctx, in.Inbox, candidates[i].ID)
			if err != nil {
				return contract.FindCustomerResult{}, err
			}
			for _, c := range conversations {
				candidates[i].Open = candidates[i].Open || calllog.OpenStatus(string(c.Status))
			}
		}
	}
	ranked := calllog.RankCustomers(candidates, in.Settings.Matching.Rule)
	result := contract.FindCustomerResult{Customer: ranked[0].ID}
	for _, other := range ranked[1:] {
		result.Candidates = append(result.Candidates, other.ID)
	}
	return result, nil
}

// createCustomer makes the customer once. Help Scout has no rule against two
// customers with one number, so only the ledger stands between them.
func (a *Activities) createCustomer(ctx context.Context, api HelpScout, in contract.FindCustomerInput, who party) (int64, error) {
	hashKey, err := a.Store.HashKey(ctx)
	if err != nil {
		return 0, storeDown(err)
	}
	key := fmt.Sprintf("%s/customer/%s", in.Installation, secret.Hash(hashKey, who.key))
	if who.gone != 0 {
		key += fmt.Sprintf("/after/%d", who.gone)
	}
	return a.once(ctx, effect{
		key: key,
		lag: a.indexLag(),
		look: func(ctx context.Context) (int64, bool, error) {
			if len(who.forms) == 0 {
				return a.lookForAnonymous(ctx, api, in, who.gone)
			}
			hits, err := searchByNumber(ctx, api, who)
			if err != nil || len(hits) == 0 {
				return 0, false, err
			}
			return hits[0].ID, true, nil
		},
		write: func(ctx context.Context) (int64, error) {
			return a.postCustomer(ctx, api, calllog.Customer(in.Facts, in.Settings))
		},
	})
}

func (a *Activities) postCustomer(ctx context.Context, api HelpScout, wanted calllog.NewCustomer) (int64, error) {
	customer := helpscout.NewCustomer{
		FirstName: wanted.FirstName, LastName: wanted.LastName, Organization: wanted.Company, Background: wanted.Notes,
	}
	if wanted.Phone != "" {
		customer.Phones = []helpscout.Entry{{Type: "work", Value: wanted.Phone}}
	}
	if wanted.Email == "" {
		return api.CreateCustomer(ctx, customer)
	}
	customer.Emails = []helpscout.Entry{{Type: "work", Value: wanted.Email}}
	id, err := api.CreateCustomer(ctx, customer)
	switch {
	case helpscout.IsConflict(err):
		return a.joinByEmail(ctx, api, wanted)
	case refused(err):
		// An address that Help Scout refuses must not cost the call its log.
		customer.Emails = nil
		return api.CreateCustomer(ctx, customer)
	}
	return id, err
}

func refused(err error) bool {
	var invalid *helpscout.Error
	return errors.As(err, &invalid) && invalid.Status == http.StatusBadRequest
}

// joinByEmail takes the customer who has the e-mail already, and gives it the
// number.
func (a *Activities) joinByEmail(ctx context.Context, api HelpScout, wanted calllog.NewCustomer) (int64, error) {
	customers, err := api.SearchCustomers(ctx, fmt.Sprintf("email:%q", wanted.Email))
	if err != nil {
		return 0, err
	}
	if len(customers) == 0 {
		return 0, &failure{problem: calllog.HelpScoutConflict, final: true, details: contract.FailureDetails{
			Status: 409, Message: "Help Scout reports a customer with the contact's e-mail address, but its search does not show one"}}
	}
	if wanted.Phone != "" {
		if _, err := api.AddCustomerPhone(ctx, customers[0].ID, "work", wanted.Phone); err != nil {
			return 0, err
		}
	}
	return customers[0].ID, nil
}

// lookForAnonymous finds the shared customer of withheld numbers by its Notes
// and name, since it has no number.
func (a *Activities) lookForAnonymous(ctx context.Context, api HelpScout, in contract.FindCustomerInput, gone int64) (int64, bool, error) {
	wanted := calllog.Customer(in.Facts, in.Settings)
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

// recallID gives a remembered id.
func (a *Activities) recallID(ctx context.Context, installation, kind, key string) (int64, bool, error) {
	value, _, known, err := a.Store.Recall(ctx, installation, kind, key)
	if err != nil {
		return 0, false, storeDown(err)
	}
	if !known {
		return 0, false, nil
	}
	id, err := strconv.ParseInt(value, 10, 64)
	return id, err == nil, nil
}
