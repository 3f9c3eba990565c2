package desk

import (
	"slices"
	"strconv"
	"strings"

	"callscout/settings"
)

func formatID(id int64) string { return strconv.FormatInt(id, 10) }

// fieldProblem is what is wrong with one field, for the summary above a form.
type fieldProblem struct{ ID, Label, Text string }

// fieldView is one setting on a form.
type fieldView struct {
	settings.Field
	// ID is the field's id on the page, which is also its name.
	ID string
	// Value is what was chosen here, or typed; "" is what holds without a choice.
	// Many are the values of several.
	Value string
	Many  []string
	// Own is whether something is chosen here.
	Own bool
	// Otherwise is what holds without a choice, Differs how many numbers differ.
	Otherwise string
	Differs   int
	// Problem is what is wrong with it, in the page's language.
	Problem string
}

// Has tells whether several hold a word.
func (f fieldView) Has(word string) bool {
	for _, one := range f.Many {
		if one == word {
			return true
		}
	}
	return false
}

// sectionView is a group of settings on a form.
type sectionView struct {
	Key    string
	Fields []fieldView
	// Open is whether something in it differs or is wrong.
	Open bool
}

// fieldID is a path as an id in a page, where a dot would be a class in a selector.
func fieldID(path string) string { return strings.ReplaceAll(path, ".", "-") }

// formOf lays out the settings: own is this layer, below what holds under it.
func formOf(own settings.Overrides, below settings.Settings, numbers []settings.Number) []sectionView {
	chosen, otherwise := own.Values(), below.Values()
	differs := map[string]int{}
	for _, n := range numbers {
		for path := range n.Settings.Values() {
			differs[path]++
		}
	}
	return layOut(func(f settings.Field) fieldView {
		value, is := chosen[f.Path]
		view := fieldView{Field: f, ID: fieldID(f.Path), Value: value, Own: is, Otherwise: otherwise[f.Path], Differs: differs[f.Path]}
		if f.Kind == settings.FieldSeveral {
			shown := view.Otherwise
			if is {
				shown = value
			}
			view.Many = words(shown)
		}
		return view
	})
}

func words(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, ", ")
}

func layOut(view func(settings.Field) fieldView) []sectionView {
	order := []string{"", "calls", "matching", "contacts", "messages", "ai", "voice_agent", "tags"}
	byKey := map[string]*sectionView{}
	var sections []sectionView
	for _, key := range order {
		sections = append(sections, sectionView{Key: key})
	}
	for i := range sections {
		byKey[sections[i].Key] = &sections[i]
	}
	for _, f := range settings.Fields() {
		section := byKey[f.Group()]
		if section == nil {
			section = byKey[""] // a group that is new stands with what has none
		}
		one := view(f)
		section.Fields = append(section.Fields, one)
		section.Open = section.Open || one.Own || one.Problem != ""
	}
	return sections
}

// typed gives what a form says by path, as settings.OverridesOf takes it: without
// the settings that are left as they are otherwise.
func typed(form map[string][]string) map[string][]string {
	values := map[string][]string{}
	for _, f := range settings.Fields() {
		given := form[fieldID(f.Path)]
		switch {
		case f.Kind == settings.FieldSeveral:
			if len(form[fieldID(f.Path)+"-own"]) > 0 && form[fieldID(f.Path)+"-own"][0] == "own" {
				values[f.Path] = given
			}
		case len(given) > 0 && strings.TrimSpace(given[0]) != "":
			values[f.Path] = given[:1]
		}
	}
	return values
}

// asTyped shows a form again with what was typed and what is wrong with it.
func asTyped(sections []sectionView, form map[string][]string, problems map[string]string) []sectionView {
	values := typed(form)
	for s := range sections {
		sections[s].Open = false
		for i := range sections[s].Fields {
			f := &sections[s].Fields[i]
			given, own := values[f.Path]
			f.Own, f.Value, f.Problem = own, "", problems[f.Path]
			if own && f.Kind != settings.FieldSeveral {
				f.Value = given[0]
			}
			if f.Kind == settings.FieldSeveral {
				f.Many = form[f.ID]
			}
			sections[s].Open = sections[s].Open || own || f.Problem != ""
		}
	}
	return sections
}

// problemText says what to do about a value, in the page's language.
func problemText(lang string, problem *settings.Problem) string {
	if problem.Conflict {
		return say(lang, "problem.conflict")
	}
	if problem.Text == errPrivateLink {
		return say(lang, "problem.private_link")
	}
	at := slices.IndexFunc(settings.Fields(), func(f settings.Field) bool { return f.Path == problem.Path })
	if at < 0 {
		return problem.Text
	}
	f := settings.Fields()[at]
	key := "problem." + f.Path
	switch {
	case f.Kind == settings.FieldDuration:
		return say(lang, "problem.duration", settings.Duration(f.From), settings.Duration(f.To))
	case f.Kind == settings.FieldSeveral:
		return say(lang, "problem.several")
	case f.Group() == "tags":
		return say(lang, "problem.tags")
	case catalog[key][0] != "":
		return say(lang, key)
	default:
		return problem.Text
	}
}
