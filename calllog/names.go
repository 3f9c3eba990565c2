package calllog

import (
	"slices"

	"callscout/settings"
)

// languages are in a list, since a map has no order and workflows ask.
var languages = []settings.Language{settings.English, settings.German, settings.French, settings.Spanish}

// Placeholder says that a first name is the one which stands for somebody whom
// nobody knows, in any language: whoever has it was made by this program and may
// be given a name. A text that was in use must stay among those that are known.
func Placeholder(firstName string) bool {
	return slices.ContainsFunc(languages, func(language settings.Language) bool {
		return firstName == wordsFor(language).unknownContact
	})
}

// NameWanted says that the customer may still be without a name that Aircall's
// contact has by now: agents write it down while they talk. known is what was
// read of the customer, nil where nothing was.
func NameWanted(f Facts, s settings.Settings, known *Profile) bool {
	return s.Contacts.CreateCustomer && !f.Anonymous && f.Party() != "" && known != nil && Placeholder(known.FirstName)
}
