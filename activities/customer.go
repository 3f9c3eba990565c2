package activities

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"callscout/activities/contract"
	"callscout/calllog"
	"callscout/helpscout"
	"callscout/phone"
	"callscout/settings"
	"callscout/store"
)

// party is the outside number in the forms that are needed to find it.
type party struct {
	// key names the number in the ledger, in locks and in memory.
	key string
	// number is the zero value where the text is no number that can be dialled.
	number phone.Number
	forms  []string
	line   string
	// gone is a customer who had the number and is not there any more.
	gone int64
}

func partyOf(f calllog.Facts) party {
	if f.Anonymous {
		return party{key: "anonymous"}
	}
	number, kind := phone.Classify(f.OutsideNumber, f.Line.Country)
	if kind != phone.Dialable {
		// A short code or a sender's name is searched for as it is written.
		return party{key: f.OutsideNumber, forms: []string{f.OutsideNumber}, line: f.Line.Country}
	}
	forms := number.SearchForms()
	if !slices.Contains(forms, f.OutsideNumber) {
		// Aircall has its own way to group digits, and whoever copied the number from
		// there, as this program does for a new customer, has written it so.
		forms = slices.Insert(forms, 1, f.OutsideNumber)
	}
	return party{key: number.E164(), number: number, forms: forms, line: f.Line.Country}
}

// FindCustomer finds the customer with the outside number of a call, or makes one.
func (a *Activities) FindCustomer(ctx context.Context, in contract.FindCustomerInput) (contract.FindCustomerResult, error) {
	found, err := a.customerOf(ctx, in)
	if err != nil || found.Customer == 0 {
		return found, err
	}
	return found, a.note(ctx, in.Call, calllog.CustomerPart(found.Customer), found.Customer)
}

// customerOf does all of it under a lock named after the number, so that
// simultaneous calls and messages make one customer although Help Scout's search
// lags.
func (a *Activities) customerOf(ctx context.Context, in contract.FindCustomerInput) (contract.FindCustomerResult, error) {
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
	if found.How != calllog.Remembered {
		err = a.rememberCustomer(ctx, in, who, found)
	}
	return found, err
}

func (a *Activities) findCustomer(ctx context.Context, in contract.FindCustomerInput, who party) (contract.FindCustomerResult, error) {
	remembered, known, err := a.rememberedCustomer(ctx, in, who)
	if err != nil || known {
		return remembered, err
	}
	if who.gone, _, err = a.recallID(ctx, in.Installation, customerGone, who.key); err != nil {
		return contract.FindCustomerResult{}, err
	}
	api, err := a.Accounts.HelpScout(ctx, in.Installation)
	if err != nil {
		return contract.FindCustomerResult{}, err
	}
	hits, err := a.searchByNumber(ctx, api, in.Installation, who)
	if err != nil {
		return contract.FindCustomerResult{}, err
	}
	if len(hits) > 0 {
		return pickCustomer(ctx, api, in, hits)
	}
	if !in.Create {
		return contract.FindCustomerResult{}, nil
	}
	return a.createCustomer(ctx, api, in, who)
}

// singleSearches is how many written forms are asked for one by one: those that Aircall's
// own integration asks for come first.
const singleSearches = 6

// searchByNumber asks for the written forms, the likely ones in the first request
// and the others only if that finds nobody, and keeps the hits that really have
// the number: a search may match parts. Where several at once are known to be refused,
// the likeliest forms are asked for one by one.
func (a *Activities) searchByNumber(ctx context.Context, api HelpScout, installation string, who party) ([]helpscout.Customer, error) {
	single, err := a.settled(ctx, installation, store.SearchTakesOr, store.LiveNo)
	if err != nil {
		return nil, err
	}
	forms, searches := who.forms, 2
	if single {
		searches = singleSearches
	}
	for ; searches > 0; searches-- {
		asked := forms
		if single {
			asked = forms[:min(1, len(forms))]
		}
		query, used := phone.Query(asked, helpscout.MaxCustomerQuery)
		if used == 0 {
			return nil, nil
		}
		customers, err := api.SearchCustomers(ctx, query)
		if err != nil {
			return nil, err
		}
		var hits []helpscout.Customer
		for _, customer := range customers {
			if customer.ID != who.gone && who.isOf(customer) {
				hits = append(hits, customer)
			}
		}
		if len(hits) > 0 {
			return hits, nil
		}
		forms = forms[used:]
	}
	return nil, nil
}

func (p party) isOf(customer helpscout.Customer) bool {
	for _, entry := range customer.Phones {
		if entry.Value == p.key || p.number != (phone.Number{}) && phone.Holds(entry.Value, p.number, p.line) {
			return true
		}
	}
	return false
}

// mostCandidates is how many of the customers with one number are told of.
const mostCandidates = 10

// pickCustomer lets the company's rule choose among the customers who have the
// number.
func pickCustomer(ctx context.Context, api HelpScout, in contract.FindCustomerInput, hits []helpscout.Customer) (contract.FindCustomerResult, error) {
	candidates := make([]calllog.CustomerCandidate, 0, len(hits))
	profiles := make(map[int64]calllog.Profile, len(hits))
	for _, hit := range hits {
		candidates = append(candidates, calllog.CustomerCandidate{ID: hit.ID, CreatedAt: hit.CreatedAt, UpdatedAt: hit.UpdatedAt})
		profiles[hit.ID] = profileOf(hit)
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
	chosen := profiles[ranked[0].ID]
	result := contract.FindCustomerResult{Customer: ranked[0].ID, How: calllog.FoundByNumber, Profile: &chosen, Candidates: ranked[:min(len(ranked), mostCandidates)]}
	for _, other := range ranked[1:] {
		result.Others = append(result.Others, calllog.Namesake{ID: other.ID, Name: profiles[other.ID].Name()})
	}
	return result, nil
}

func profileOf(customer helpscout.Customer) calllog.Profile {
	profile := calllog.Profile{
		FirstName: customer.FirstName, LastName: customer.LastName,
		Company: customer.Organization, JobTitle: customer.JobTitle, Notes: customer.Background,
	}
	for _, email := range customer.Emails {
		profile.Emails = append(profile.Emails, email.Value)
	}
	return profile
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
