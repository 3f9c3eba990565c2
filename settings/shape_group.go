package settings

import (
	"fmt"
	"regexp"
	"strings"
)

// field is one key of a group: its name, what it is for, and its shape.
type field struct {
	key, doc string
	shape    shape
	required bool
}

// group is a mapping with known keys. A group without a value, as it stands
// there when everything under it is commented out, counts as left out.
type group struct {
	fields []field
	// private groups hold secrets. A key that is not known there is not shown: it
	// may be a secret that slipped out of its place.
	private bool
}

func (g group) check(r *report, path string, n node) any {
	if n.kind == null || n.kind == unusable {
		return nil
	}
	if n.kind != mapping {
		refuseKind(r, path, n, "write keys and values; the keys here are "+g.keys())
		return nil
	}
	values := map[string]any{}
	seen := map[string]place{}
	for _, e := range n.entries {
		f, known := g.field(e.key)
		if !known {
			g.refuseKey(r, path, e)
			continue
		}
		at := join(path, e.key)
		if first, twice := seen[e.key]; twice {
			r.add(e.at, at, "this key stands here twice, first in line %d; remove one", first.line)
			continue
		}
		seen[e.key] = e.at
		if value := f.shape.check(r, at, e.value); value != nil {
			values[e.key] = value
		}
	}
	for _, f := range g.fields {
		if _, given := seen[f.key]; f.required && !given {
			r.add(n.at, join(path, f.key), "this key is missing. %s", f.doc)
		}
	}
	if len(values) == 0 {
		return nil
	}
	return values
}

func (g group) field(key string) (field, bool) {
	for _, f := range g.fields {
		if f.key == key {
			return f, true
		}
	}
	return field{}, false
}

func (g group) keys() string {
	keys := make([]string, 0, len(g.fields))
	for _, f := range g.fields {
		keys = append(keys, f.key)
	}
	return strings.Join(keys, ", ")
}

var plainKey = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,40}$`)

func (g group) refuseKey(r *report, path string, e entry) {
	hint := didYouMean(e.key, strings.Split(g.keys(), ", "))
	name := "a key"
	if plainKey.MatchString(e.key) && (!g.private || hint != "") {
		name = fmt.Sprintf("the key %q", e.key)
		outer, inner, _ := strings.Cut(e.key, ".")
		f, _ := g.field(outer)
		if under, isGroup := f.shape.(group); isGroup && !under.private && inner != "" {
			hint = fmt.Sprintf(" (write %s under %s)", inner, outer)
		}
	}
	r.add(e.at, path, "%s is not known; the keys here are %s%s", name, g.keys(), hint)
}

func (g group) schema() map[string]any {
	properties := map[string]any{}
	var required []string
	for _, f := range g.fields {
		property := f.shape.schema()
		property["description"] = f.doc
		properties[f.key] = property
		if f.required {
			required = append(required, f.key)
		}
	}
	s := map[string]any{
		"type":                 []string{"object", "null"},
		"properties":           properties,
		"additionalProperties": false,
	}
	if len(required) > 0 {
		s["required"] = required
	}
	return s
}

// several is a list. A list without a value counts as left out if its items are
// groups, and is refused otherwise, since it could mean all or none.
type several struct {
	item    shape
	atLeast int
	// hint says what to do instead of an empty list.
	hint string
}

func (s several) check(r *report, path string, n node) any {
	_, groups := s.item.(group)
	if groups && (n.kind == null || (n.kind == list && len(n.items) == 0)) {
		return nil
	}
	if n.kind != list {
		refuseKind(r, path, n, "write a list")
		return nil
	}
	if len(n.items) < s.atLeast {
		r.add(n.at, path, "an empty list is not allowed; %s", s.hint)
		return nil
	}
	values := []any{}
	seen := map[any]bool{}
	for i, item := range n.items {
		at := indexed(path, i)
		if groups && item.kind == null {
			r.add(item.at, at, "there is no value; write one or remove the item")
			continue
		}
		value := s.item.check(r, at, item)
		if value == nil {
			continue
		}
		if !groups {
			if seen[value] {
				r.add(item.at, at, "%v stands in the list twice; remove one", value)
			}
			seen[value] = true
		}
		values = append(values, value)
	}
	return values
}

func (s several) schema() map[string]any {
	_, groups := s.item.(group)
	items := s.item.schema()
	described := map[string]any{"type": "array", "items": items, "uniqueItems": true}
	if groups {
		described["type"] = []string{"array", "null"}
		items["type"] = "object"
	}
	if s.atLeast > 0 {
		described["minItems"] = s.atLeast
	}
	return described
}

// shared is a group that stands at several places; its schema is written once,
// under the name.
type shared struct {
	group
	name string
}

func (s shared) schema() map[string]any {
	return map[string]any{"$ref": "#/$defs/" + s.name}
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}
