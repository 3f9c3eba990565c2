package calllog

import (
	"callscout/phone"
	"callscout/settings"
)

// mostContactEmails is what Aircall takes for a contact (Aircall's reference).
const mostContactEmails = 20

// ContactDid says what was done about the other party's contact in Aircall.
type ContactDid string

// What can be done about a contact.
const (
	ContactKnown  ContactDid = "known"
	ContactMade   ContactDid = "made"
	ContactJoined ContactDid = "number added"
	ContactNamed  ContactDid = "named as the customer"
	// ContactNone: Aircall takes telephone numbers only.
	ContactNone ContactDid = "none, since there is no telephone number"
)

// NewContact is the contact to make in Aircall for a customer whom Aircall does
// not know.
type NewContact struct {
	FirstName, LastName, Company, Information string
	// Phone is E.164, which Aircall asks for.
	Phone  string
	Emails []string
}

// ContactWanted says that Aircall's address book may lack the other party, or
// that party's number, or a name for it. Workflows ask it, so it must not read the number: what a
// number is changes with each newer list of numbering plans.
func ContactWanted(f Facts, s settings.Settings) bool {
	return s.Contacts.CreateAircallContact && !f.Anonymous && f.OutsideNumber != "" &&
		(f.Contact == nil || f.Contact.LacksNumber || Placeholder(f.Contact.FirstName))
}

// ContactFor makes a contact of a customer's record. Where it has no name at all,
// the number stands for it. profileURL leads back to the customer.
func ContactFor(f Facts, p Profile, profileURL string) NewContact {
	number, _ := phone.Classify(f.OutsideNumber, f.Line.Country)
	c := NewContact{
		FirstName: p.FirstName, LastName: p.LastName, Company: p.Company, Information: profileURL,
		Phone: number.E164(), Emails: p.Emails,
	}
	if len(c.Emails) > mostContactEmails {
		c.Emails = c.Emails[:mostContactEmails]
	}
	if c.FirstName == "" && c.LastName == "" && c.Company == "" {
		c.LastName = p.Name()
	}
	if c.FirstName == "" && c.LastName == "" && c.Company == "" {
		c.LastName = number.International()
	}
	return c
}
