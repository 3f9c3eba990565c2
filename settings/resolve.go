package settings

import "errors"

// Resolve lays the layers over the defaults, each over those before it, and
// returns what holds. Groups are merged key by key, and so are the names of
// tags; lists are replaced. Without a choice of its own, messages.reopen_closed
// follows calls.reopen_closed.
//
// The error joins one *Problem for each unknown key and wrong value.
func Resolve(layers ...Overrides) (Settings, error) {
	checked := make([]Overrides, 0, len(layers))
	var problems []error
	for _, layer := range layers {
		values, err := check(layer)
		problems = append(problems, err)
		checked = append(checked, values)
	}
	if err := errors.Join(problems...); err != nil {
		return Settings{}, err
	}
	s, err := merge(checked...)
	if err != nil {
		return Settings{}, err
	}
	r := &report{}
	for _, c := range conflicts(s) {
		r.add(place{}, c.path, "%s", c.text)
		r.problems[len(r.problems)-1].Conflict = true
	}
	if err := r.err(); err != nil {
		return Settings{}, err
	}
	return s, nil
}

// ForNumber returns the inbox that an Aircall number's calls are logged in and
// the settings that hold for them. If the number is not mapped, mapped is false
// and the settings are the installation's. The error is that of Resolve.
func (i Installation) ForNumber(aircallNumber int64) (inbox int64, s Settings, mapped bool, err error) {
	for _, number := range i.Numbers {
		if number.AircallNumber == aircallNumber {
			s, err = Resolve(i.Settings, number.Settings)
			return number.Inbox, s, true, err
		}
	}
	s, err = Resolve(i.Settings)
	return 0, s, false, err
}

// check brings Overrides that came from code or from the store into their plain
// form: nested maps, lists, texts and booleans, as a file would have given them.
func check(o Overrides) (map[string]any, error) {
	n, err := nodeOf(o)
	if err != nil {
		return nil, err
	}
	r := &report{}
	values, _ := settingsShape.check(r, "", n).(map[string]any)
	return values, r.err()
}

// merge lays checked layers over the defaults.
func merge(layers ...Overrides) (Settings, error) {
	s := Defaults()
	reopenMessages := false
	for _, layer := range layers {
		// Decoding JSON leaves alone what it does not name: that is the merge.
		if err := convert(layer, &s); err != nil {
			return Settings{}, err
		}
		messages, _ := layer["messages"].(map[string]any)
		if _, chosen := messages["reopen_closed"]; chosen {
			reopenMessages = true
		}
	}
	if !reopenMessages {
		s.Messages.ReopenClosed = s.Calls.ReopenClosed
	}
	return s, nil
}

type conflict struct{ path, text string }

// conflicts finds what is wrong between settings that are each right.
func conflicts(s Settings) []conflict {
	var found []conflict
	for _, name := range tagNames {
		if name == TagInProgress || name.takesName() {
			continue
		}
		if s.TagText(name, "") == s.TagText(TagInProgress, "") {
			found = append(found, conflict{"tags.names." + string(TagInProgress),
				"the tag " + string(name) + " has the same name and would be removed with it when the call ends; write another one"})
		}
	}
	return found
}
