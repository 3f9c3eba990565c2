package explain

import (
	"context"
	"fmt"

	"callscout/activities"
	"callscout/aircall"
)

// phones is Aircall as a question sees it: as it stands, with what would be written on
// top. Its writes go to the real client, which the guard keeps from sending them.
type phones struct {
	activities.Aircall
	guard   *guard
	unknown func(what Lookup, err error)
	made    map[int64]aircall.Contact
}

// SearchContacts is that of aircall.Client.
func (p *phones) SearchContacts(ctx context.Context, query aircall.ContactQuery) ([]aircall.Contact, error) {
	found, err := p.Aircall.SearchContacts(ctx, query)
	if err != nil {
		p.unknown(LookupContacts, err)
		return nil, nil
	}
	return found, nil
}

// CreateContact is that of aircall.Client.
func (p *phones) CreateContact(ctx context.Context, wanted aircall.NewContact) (aircall.Contact, error) {
	made, err := p.Aircall.CreateContact(ctx, wanted)
	if err == nil {
		made.FirstName, made.LastName, made.CompanyName = wanted.FirstName, wanted.LastName, wanted.CompanyName
		p.made[made.ID] = made
	}
	return made, err
}

// GetContact is that of aircall.Client.
func (p *phones) GetContact(ctx context.Context, id int64) (aircall.Contact, error) {
	if made, is := p.made[id]; is {
		p.guard.reads(fmt.Sprintf("/v1/contacts/%d", id))
		return made, nil
	}
	return p.Aircall.GetContact(ctx, id)
}

// GetCall is that of aircall.Client.
func (p *phones) GetCall(ctx context.Context, id int64) (aircall.Call, error) {
	call, err := p.Aircall.GetCall(ctx, id)
	if err != nil && !notThere(err) {
		p.unknown(LookupCall, err)
	}
	return call, err
}
