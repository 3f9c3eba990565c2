package aircall

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// deepest is how far ordered values are taken apart. What lies deeper stays JSON:
// nobody reads a heading of more parts.
const deepest = 12

// value is a JSON value that keeps the keys of its objects in the order of the
// wire, which a map would lose. The zero value is null.
type value struct {
	// text is a string's content, or a number or truth value as written.
	text string
	// fields are an object's, items a list's; both nil for anything else.
	fields []namedValue
	items  []value
}

type namedValue struct {
	name string
	value
}

// ordered reads raw; what is no JSON counts as null.
func ordered(raw json.RawMessage) value {
	if !json.Valid(raw) {
		return value{}
	}
	return orderedAt(raw, 0)
}

func orderedAt(raw json.RawMessage, depth int) value {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || string(raw) == "null" {
		return value{}
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	switch raw[0] {
	case '"':
		var s string
		_ = json.Unmarshal(raw, &s)
		return value{text: strings.TrimSpace(s)}
	case '{', '[':
		if depth == deepest {
			var short bytes.Buffer
			_ = json.Compact(&short, raw)
			return value{text: strings.ToValidUTF8(short.String(), "\uFFFD")}
		}
	default:
		return value{text: string(raw)}
	}
	v := value{}
	_, _ = decoder.Token()
	for decoder.More() {
		var name string
		if raw[0] == '{' {
			token, _ := decoder.Token()
			name, _ = token.(string)
		}
		var inner json.RawMessage
		if decoder.Decode(&inner) != nil {
			break
		}
		if raw[0] == '{' {
			v.fields = append(v.fields, namedValue{strings.TrimSpace(name), orderedAt(inner, depth+1)})
		} else {
			v.items = append(v.items, orderedAt(inner, depth+1))
		}
	}
	return v
}

// empty is true for null, blank texts, {} and [].
func (v value) empty() bool { return v.text == "" && v.fields == nil && v.items == nil }

// field is the first field of that name; null if there is none.
func (v value) field(name string) value {
	for _, f := range v.fields {
		if f.name == name {
			return f.value
		}
	}
	return value{}
}

func (v value) has(name string) bool {
	for _, f := range v.fields {
		if f.name == name {
			return true
		}
	}
	return false
}

// without leaves out the fields of these names.
func (v value) without(names ...string) value {
	var rest value
	for _, f := range v.fields {
		if !slices.Contains(names, f.name) {
			rest.fields = append(rest.fields, f)
		}
	}
	return rest
}

// with leaves out all fields but those of these names.
func (v value) with(names ...string) value {
	var kept value
	for _, f := range v.fields {
		if slices.Contains(names, f.name) {
			kept.fields = append(kept.fields, f)
		}
	}
	return kept
}

// firstField is the field of the first of names that is there and no null.
func (v value) firstField(names ...string) value {
	for _, name := range names {
		if inner := v.field(name); !inner.empty() {
			return inner
		}
	}
	return value{}
}

// under joins the names of nested keys.
func under(outer, inner string) string {
	if outer == "" || inner == "" {
		return outer + inner
	}
	return outer + " / " + inner
}
