package calllog

import (
	"fmt"
	"strings"

	"callscout/settings"
)

// maxSubject is a cautious limit: Help Scout's own is not documented.
const maxSubject = 150

// Subject is the subject of a conversation that this call opens.
func Subject(f Facts, s settings.Settings) string {
	w := wordsFor(s.Language)
	party := f.Party()
	switch {
	case party != "":
	case f.Anonymous:
		party = w.withheldParty
	default:
		party = f.OutsideNumber
	}
	pattern := w.subjectInbound
	switch f.Outcome() {
	case OutcomeMissed:
		pattern = w.subjectMissed
	case OutcomeVoicemail:
		pattern = w.subjectVoicemail
	case OutcomeCallback:
		pattern = w.subjectCallback
	default:
		if f.Direction == Outbound {
			pattern = w.subjectOutbound
		}
	}
	return cut(fmt.Sprintf(pattern, party), maxSubject)
}

// Help Scout takes names of 1 to 40 characters and 200 in the customer's Notes.
const (
	maxName  = 40
	maxNotes = 200
)

// NewCustomer is the customer to make for a call whose other party Help Scout
// does not know.
type NewCustomer struct {
	FirstName, LastName, Company, Email, Phone, Notes string
}

// Customer names the other party as well as Aircall can: from its contact, else
// as an unknown one with the number, else as the anonymous caller.
func Customer(f Facts, s settings.Settings) NewCustomer {
	w := wordsFor(s.Language)
	c := NewCustomer{Phone: f.OutsideNumber, Notes: cut(w.createdByAircall, maxNotes)}
	switch {
	case f.Anonymous:
		c.FirstName = w.anonymousCaller
	case f.Party() != "":
		c.FirstName, c.LastName, c.Company = f.Contact.FirstName, f.Contact.LastName, f.Contact.Company
		if c.FirstName == "" && c.LastName == "" {
			c.LastName = c.Company
		}
		if len(f.Contact.Emails) > 0 {
			c.Email = f.Contact.Emails[0]
		}
	default:
		c.FirstName, c.LastName = w.unknownContact, f.OutsideNumber
	}
	c.FirstName, c.LastName, c.Company = cut(c.FirstName, maxName), cut(c.LastName, maxName), cut(c.Company, 60)
	return c
}

// cut folds white space, which these fields show in one line, and shortens.
func cut(text string, most int) string {
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > most {
		return strings.TrimSpace(string(runes[:most-1])) + "…"
	}
	return text
}
