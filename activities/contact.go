package activities

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"callscout/activities/contract"
	"callscout/aircall"
	"callscout/calllog"
	"callscout/phone"
	"callscout/secret"
)

// contactByNumber is the memory of which contact in Aircall has which number. A
// contact that somebody deletes in Aircall is not made again.
const contactByNumber = "contact-by-number"

// contactLabel is the label of a number or an address in Aircall; it must not be
// empty.
const contactLabel = "Work"

// SyncContact gives Aircall's address book the customer whom it lacks, once for
// all calls of a number: the contact that has the number already, the one with the
// customer's e-mail address, to which the number is added, or a new one.
func (a *Activities) SyncContact(ctx context.Context, in contract.ContactInput) (contract.ContactResult, error) {
	who := partyOf(in.Facts)
	if who.number == (phone.Number{}) {
		return contract.ContactResult{Did: calllog.ContactNone}, nil
	}
	unlock, err := a.Store.Lock(ctx, fmt.Sprintf("%s/contact/%s", in.Installation, who.key))
	if err != nil {
		return contract.ContactResult{}, storeDown(err)
	}
	defer unlock()
	api, err := a.Accounts.Aircall(ctx, in.Installation)
	if err != nil {
		return contract.ContactResult{}, err
	}
	if c := in.Facts.Contact; c != nil && !c.LacksNumber {
		result := contract.ContactResult{Contact: c.ID, Did: calllog.ContactKnown}
		named, err := nameContact(ctx, api, in)
		if named {
			result.Did = calllog.ContactNamed
		}
		return result, err
	}
	remembered, known, err := a.recallID(ctx, in.Installation, contactByNumber, who.key)
	if err != nil || known {
		return contract.ContactResult{Contact: remembered, Did: calllog.ContactKnown}, err
	}
	result, err := a.syncContact(ctx, api, in, who)
	if err != nil {
		return contract.ContactResult{}, err
	}
	if err := a.Store.Remember(ctx, in.Installation, contactByNumber, who.key, strconv.FormatInt(result.Contact, 10)); err != nil {
		return result, storeDown(err)
	}
	return result, nil
}

func (a *Activities) syncContact(ctx context.Context, api Aircall, in contract.ContactInput, who party) (contract.ContactResult, error) {
	found, err := contactWithNumber(ctx, api, who)
	if err != nil || found != 0 {
		return contract.ContactResult{Contact: found, Did: calllog.ContactKnown}, err
	}
	if c := in.Facts.Contact; c != nil {
		// Aircall showed that contact with the call, and it has other numbers only.
		return contract.ContactResult{Contact: c.ID, Did: calllog.ContactJoined},
			api.AddContactPhone(ctx, c.ID, contactLabel, who.number.E164())
	}
	profile, err := a.contactProfile(ctx, in)
	if err != nil {
		return contract.ContactResult{}, err
	}
	joined, err := joinContact(ctx, api, profile, who)
	if err != nil || joined != 0 {
		return contract.ContactResult{Contact: joined, Did: calllog.ContactJoined}, err
	}
	wanted := calllog.ContactFor(in.Facts, profile, calllog.CustomerURL(a.HelpScoutURL, in.Found.Customer))
	made, err := a.createContact(ctx, api, in, who, wanted)
	return contract.ContactResult{Contact: made, Did: calllog.ContactMade}, err
}

// contactProfile is the customer's record, read now where the customer was only
// remembered.
func (a *Activities) contactProfile(ctx context.Context, in contract.ContactInput) (calllog.Profile, error) {
	if in.Found.Profile != nil {
		return *in.Found.Profile, nil
	}
	api, err := a.Accounts.HelpScout(ctx, in.Installation)
	if err != nil {
		return calllog.Profile{}, err
	}
	customer, err := api.GetCustomer(ctx, in.Found.Customer)
	return profileOf(customer), err
}

// contactWithNumber gives the id of a contact that really has the number, or 0.
func contactWithNumber(ctx context.Context, api Aircall, who party) (int64, error) {
	contacts, err := api.SearchContacts(ctx, aircall.ContactQuery{PhoneNumber: who.number.E164()})
	if err != nil {
		return 0, err
	}
	for _, contact := range contacts {
		if slices.ContainsFunc(contact.PhoneNumbers, func(d aircall.ContactDetail) bool {
			return phone.Holds(d.Value, who.number, who.line)
		}) {
			return contact.ID, nil
		}
	}
	return 0, nil
}

// joinContact adds the number to the contact that has the customer's e-mail
// address; 0 where there is none.
func joinContact(ctx context.Context, api Aircall, profile calllog.Profile, who party) (int64, error) {
	if len(profile.Emails) == 0 {
		return 0, nil
	}
	contacts, err := api.SearchContacts(ctx, aircall.ContactQuery{Email: profile.Emails[0]})
	if err != nil {
		return 0, err
	}
	for _, contact := range contacts {
		if slices.ContainsFunc(contact.Emails, func(d aircall.ContactDetail) bool {
			return strings.EqualFold(d.Value, profile.Emails[0])
		}) {
			return contact.ID, api.AddContactPhone(ctx, contact.ID, contactLabel, who.number.E164())
		}
	}
	return 0, nil
}

// createContact makes the contact once: Aircall has no rule against two contacts
// with one number.
func (a *Activities) createContact(ctx context.Context, api Aircall, in contract.ContactInput, who party, wanted calllog.NewContact) (int64, error) {
	hashKey, err := a.Store.HashKey(ctx)
	if err != nil {
		return 0, storeDown(err)
	}
	return a.once(ctx, effect{
		key: fmt.Sprintf("%s/contact/%s", in.Installation, secret.Hash(hashKey, who.key)),
		lag: a.indexLag(),
		look: func(ctx context.Context) (int64, bool, error) {
			id, err := contactWithNumber(ctx, api, who)
			return id, id != 0, err
		},
		write: func(ctx context.Context) (int64, error) {
			contact, err := api.CreateContact(ctx, newContact(wanted))
			if refusedByAircall(err) && len(wanted.Emails) > 0 {
				// An address that Aircall refuses must not cost the contact.
				wanted.Emails = nil
				contact, err = api.CreateContact(ctx, newContact(wanted))
			}
			return contact.ID, err
		},
	})
}

func newContact(wanted calllog.NewContact) aircall.NewContact {
	contact := aircall.NewContact{
		FirstName: wanted.FirstName, LastName: wanted.LastName, CompanyName: wanted.Company, Information: wanted.Information,
		PhoneNumbers: []aircall.ContactDetail{{Label: contactLabel, Value: wanted.Phone}},
	}
	for _, email := range wanted.Emails {
		contact.Emails = append(contact.Emails, aircall.ContactDetail{Label: contactLabel, Value: email})
	}
	return contact
}

func refusedByAircall(err error) bool {
	var refused *aircall.Error
	return errors.As(err, &refused) && (refused.Status == http.StatusBadRequest || refused.Status == http.StatusUnprocessableEntity)
}
