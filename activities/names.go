package activities

import (
	"cmp"
	"context"

	"callscout/activities/contract"
	"callscout/aircall"
	"callscout/calllog"
)

// NameCustomer gives a customer whom this program made without a name the one that
// Aircall's contact has, unless somebody has named the customer meanwhile.
func (a *Activities) NameCustomer(ctx context.Context, in contract.NameInput) (contract.NameResult, error) {
	api, err := a.Accounts.HelpScout(ctx, in.Installation)
	if err != nil {
		return contract.NameResult{}, err
	}
	customer, err := api.GetCustomer(ctx, in.Customer)
	if err != nil || !calllog.Placeholder(customer.FirstName) {
		return contract.NameResult{}, err
	}
	wanted := calllog.Customer(in.Facts, in.Settings)
	for {
		err = api.RenameCustomer(ctx, in.Customer, wanted.FirstName, wanted.LastName)
		_, invalid := refusedFields(err)
		plainer, left := wanted.Plainer([]string{"firstName"})
		if !invalid || !left || calllog.Placeholder(plainer.FirstName) {
			return contract.NameResult{Named: err == nil}, err
		}
		wanted = plainer
	}
}

// nameContact gives the contact that this program made without a name the one that
// the customer has by now; named is false where the customer has none either.
func nameContact(ctx context.Context, api Aircall, in contract.ContactInput) (named bool, err error) {
	if in.Found.Profile == nil || calllog.Placeholder(in.Found.Profile.FirstName) || in.Found.Profile.Name() == "" {
		// The record is read for the card; it is not read for this alone.
		return false, nil
	}
	profile := *in.Found.Profile
	contact, err := api.GetContact(ctx, in.Facts.Contact.ID)
	if err != nil || !calllog.Placeholder(contact.FirstName) {
		return false, err
	}
	// Aircall empties no field, so the number stays as the last name of whom only
	// one name is known.
	return true, api.UpdateContact(ctx, contact.ID, aircall.ContactChange{
		FirstName: cmp.Or(profile.FirstName, profile.LastName, profile.Name()), LastName: lastName(profile), CompanyName: profile.Company,
	})
}

func lastName(p calllog.Profile) string {
	if p.FirstName == "" {
		return ""
	}
	return p.LastName
}
