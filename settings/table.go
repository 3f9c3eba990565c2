package settings

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"
)

// FieldKind says what a setting takes, so that a page can ask for it.
type FieldKind string

// The kinds of fields.
const (
	FieldFlag     FieldKind = "flag"
	FieldChoice   FieldKind = "choice"
	FieldSeveral  FieldKind = "several"
	FieldDuration FieldKind = "duration"
	FieldText     FieldKind = "text"
)

// Field is one setting of the table, for pages that let people choose.
type Field struct {
	// Path is the key's path, such as "calls.log_to".
	Path string
	// Doc says what the setting is for, in one or two English sentences.
	Doc  string
	Kind FieldKind
	// Choices are the words of FieldChoice and FieldSeveral.
	Choices []string
	// From and To bound a FieldDuration, both allowed.
	From, To time.Duration
	// Empty is whether a FieldSeveral may have none.
	Empty bool
}

// Group is the first part of the path, or "" for a setting that stands alone.
func (f Field) Group() string {
	group, _, inGroup := strings.Cut(f.Path, ".")
	if !inGroup {
		return ""
	}
	return group
}

// Fields lists all settings in the order of the table.
func Fields() []Field {
	return fieldsUnder("", settingsShape.group)
}

func fieldsUnder(path string, g group) []Field {
	var all []Field
	for _, f := range g.fields {
		at := join(path, f.key)
		field := Field{Path: at, Doc: f.doc}
		switch s := f.shape.(type) {
		case group:
			all = append(all, fieldsUnder(at, s)...)
			continue
		case flag:
			field.Kind = FieldFlag
		case choice:
			field.Kind, field.Choices = FieldChoice, s
		case span:
			field.Kind, field.From, field.To = FieldDuration, s.from, s.to
		case several:
			field.Kind, field.Empty = FieldSeveral, s.atLeast == 0
			if words, ok := s.item.(choice); ok {
				field.Choices = words
			}
		default:
			field.Kind = FieldText
		}
		all = append(all, field)
	}
	return all
}

// Values gives the values of all settings by path, as a page shows them: "true",
// a word, a duration, a text; several with ", " between. What is not chosen and
// has no default is "".
func (s Settings) Values() map[string]string {
	values := effective(s)
	for path, value := range values {
		values[path] = strings.TrimSuffix(strings.TrimPrefix(value, "["), "]")
	}
	return values
}

// Values gives what was chosen in this layer by path, as Settings.Values does.
// Only what was chosen is in it.
func (o Overrides) Values() map[string]string {
	values := chosen(o)
	for path, value := range values {
		values[path] = strings.TrimSuffix(strings.TrimPrefix(value, "["), "]")
	}
	return values
}

// OverridesOf makes a layer of what a page gives by path; several values belong to
// a FieldSeveral, and a path that is not there is not chosen. The error joins one
// *Problem for each value that is not allowed, and for each path that is not known.
func OverridesOf(values map[string][]string) (Overrides, error) {
	layer := map[string]any{}
	known := Fields()
	r := &report{}
	for path, given := range values {
		at := slices.IndexFunc(known, func(f Field) bool { return f.Path == path })
		if at < 0 {
			r.add(place{}, path, "this setting is not known")
			continue
		}
		one := strings.TrimSpace(strings.Join(given, ""))
		var value any = one
		switch known[at].Kind {
		case FieldFlag:
			switch one {
			case "true", "false":
				value = one == "true"
			}
		case FieldSeveral:
			value = append([]string{}, given...) // none is an empty list, not nothing
		case FieldDuration:
			value = strings.ReplaceAll(one, " ", "")
		case FieldChoice, FieldText:
		}
		put(layer, strings.Split(path, "."), value)
	}
	if err := r.err(); err != nil {
		return nil, err
	}
	checked, err := check(layer)
	if err != nil {
		return nil, err
	}
	return checked, nil
}

// Problems takes the problems out of an error of Parse, Resolve or OverridesOf.
func Problems(err error) []*Problem {
	var all []*Problem
	var joined interface{ Unwrap() []error }
	if errors.As(err, &joined) {
		for _, one := range joined.Unwrap() {
			all = append(all, Problems(one)...)
		}
		return all
	}
	if problem, ok := errors.AsType[*Problem](err); ok {
		all = append(all, problem)
	}
	return all
}

// ValidID tells whether a text may be the id of an installation.
func ValidID(id string) bool {
	r := &report{}
	f, _ := installationShape.field("id")
	return f.shape.check(r, "id", node{kind: text, scalar: id}) != nil && len(r.problems) == 0
}

// Version is a short text that is the same for the same choices, so that a page
// notices that somebody else changed them in between.
func (c Choices) Version() string {
	encoded, err := json.Marshal(c.flat()) // keys come sorted
	if err != nil {
		return ""
	}
	return shortHash(encoded)
}
func shortHash(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:8])
}
