package calllog

import (
	"slices"
	"strings"
	"unicode"

	"callscout/settings"
)

// Help Scout takes names of 1 to 40 characters, 60 for the company, and 200 in
// the customer's Notes (Help Scout's reference, "Create Customer").
const (
	maxName    = 40
	maxCompany = 60
	maxNotes   = 200
)

// NewCustomer is the customer to make for a call whose other party Help Scout
// does not know.
type NewCustomer struct {
	FirstName, LastName, Company, Email, Phone, Notes string
	// Unnamed is the name to fall back on where Help Scout refuses the others.
	Unnamed [2]string
}

// Customer names the other party as well as Aircall can: from its contact, else
// as an unknown one with the number, else as the anonymous caller.
func Customer(f Facts, s settings.Settings) NewCustomer {
	w := wordsFor(s.Language)
	c := NewCustomer{
		Phone: f.OutsideNumber, Notes: cut(w.createdByAircall, maxNotes),
		Unnamed: [2]string{w.unknownContact, cut(f.OutsideNumber, maxName)},
	}
	switch {
	case f.Anonymous:
		c.FirstName = w.anonymousCaller
	case f.Party() != "":
		c.FirstName, c.LastName, c.Company = f.Contact.FirstName, f.Contact.LastName, f.Contact.Company
		if c.FirstName == "" && c.LastName == "" {
			c.LastName = c.Company
		}
		c.Email = firstEmail(f.Contact)
	default:
		c.FirstName, c.LastName = c.Unnamed[0], c.Unnamed[1]
		c.Email = firstEmail(f.Contact)
	}
	c.FirstName, c.LastName, c.Company = cut(c.FirstName, maxName), cut(c.LastName, maxName), cut(c.Company, maxCompany)
	return c
}

// SharedAnonymous tells by the first name whether a customer is the one that all calls
// with a withheld number share, in whatever language it was made.
func SharedAnonymous(firstName string) bool {
	for _, w := range catalog {
		if firstName == w.anonymousCaller {
			return true
		}
	}
	return false
}

func firstEmail(c *Contact) string {
	if c == nil || len(c.Emails) == 0 {
		return ""
	}
	return c.Emails[0]
}

// Plainer is what to try next after Help Scout refused the customer as invalid:
// without what it refuses, or, where it does not name that, without what is
// refused most likely. fields are the fields that it named. The number stays: it
// is what the customer is found by. ok is false where nothing is left to leave
// out.
func (c NewCustomer) Plainer(fields []string) (plainer NewCustomer, ok bool) {
	names := func(prefix string) bool {
		return slices.ContainsFunc(fields, func(field string) bool { return strings.HasPrefix(field, prefix) })
	}
	unnamed := len(fields) == 0 || !slices.ContainsFunc([]string{"email", "firstName", "lastName", "organization", "background"}, names)
	switch {
	case c.Email != "" && (names("email") || unnamed):
		c.Notes, c.Email = cut(c.Notes+" "+c.Email, maxNotes), ""
	case c.Company != "" && names("organization"):
		c.Company = ""
	case c.hasPlainerName() && (names("firstName") || names("lastName") || unnamed):
		c.FirstName, c.LastName = cut(plainText(c.FirstName), maxName), cut(plainText(c.LastName), maxName)
		if c.FirstName == "" && c.LastName == "" {
			c.FirstName, c.LastName = c.Unnamed[0], c.Unnamed[1]
		}
	case c.FirstName != c.Unnamed[0] && (names("firstName") || names("lastName") || unnamed):
		c.FirstName, c.LastName = c.Unnamed[0], c.Unnamed[1]
	case c.Company != "":
		c.Company = ""
	case c.Notes != "":
		c.Notes = ""
	default:
		return c, false
	}
	return c, true
}

func (c NewCustomer) hasPlainerName() bool {
	return plainText(c.FirstName) != c.FirstName || plainText(c.LastName) != c.LastName
}

// plainText keeps letters of every script, digits, and what stands in names.
func plainText(text string) string {
	kept := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsLetter(r), unicode.IsMark(r) && !unicode.Is(unicode.Variation_Selector, r), unicode.IsDigit(r):
			return r
		case strings.ContainsRune(" .,'’-–()&+/", r):
			return r
		case unicode.IsSpace(r):
			return ' '
		default:
			return -1
		}
	}, text)
	return strings.Join(strings.Fields(kept), " ")
}
