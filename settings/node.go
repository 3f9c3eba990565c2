package settings

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

type kind int

const (
	// unusable is a value that a problem was already reported for.
	unusable kind = iota
	null
	boolean
	integer
	decimal
	text
	list
	mapping
)

// place is a position in a file, from 1; zero for values that came from code.
type place struct{ line, column int }

// node is a value of the file or of Overrides, before it is checked. Both are
// brought into this one form so that one table checks both.
type node struct {
	kind kind
	at   place
	// scalar is the value of a boolean, number or text as it is written.
	scalar string
	// variable names an environment variable that the scalar was read from. Such
	// a value is never shown: it may be a secret put in the wrong place.
	variable string
	items    []node
	entries  []entry
}

type entry struct {
	key   string
	at    place
	value node
}

func (n node) get(key string) node {
	for _, e := range n.entries {
		if e.key == key {
			return e.value
		}
	}
	return node{kind: null, at: n.at}
}

var kindTexts = map[kind]string{
	null: "nothing", boolean: "true or false", integer: "a number", decimal: "a number",
	text: "a text", list: "a list", mapping: "a mapping", unusable: "this",
}

// kindText names the kind of value without showing the value.
func (n node) kindText() string { return kindTexts[n.kind] }

// shown gives the value for an error text, if it may and can be shown.
func (n node) shown() string {
	switch {
	case n.variable != "":
		return "the value of ${" + n.variable + "}"
	case n.kind == text && utf8.RuneCountInString(n.scalar) <= 40:
		return fmt.Sprintf("%q", n.scalar)
	case n.kind == boolean || (n.kind == integer && len(n.scalar) <= 20):
		return n.scalar
	default:
		return n.kindText()
	}
}

// nodeOf brings Overrides into the form of a node. They go through JSON, so that
// typed values (a Duration, a LogTarget) are the same as their texts.
func nodeOf(o Overrides) (node, error) {
	encoded, err := json.Marshal(o)
	if err != nil {
		return node{}, fmt.Errorf("settings cannot be written as JSON: %w", err)
	}
	decoder := json.NewDecoder(bytes.NewReader(encoded))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return node{}, fmt.Errorf("settings cannot be read as JSON: %w", err)
	}
	if value == nil {
		return node{kind: mapping}, nil
	}
	return nodeOfJSON(value), nil
}

func nodeOfJSON(value any) node {
	switch v := value.(type) {
	case nil:
		return node{kind: null}
	case bool:
		return node{kind: boolean, scalar: fmt.Sprint(v)}
	case json.Number:
		if strings.ContainsAny(v.String(), ".eE") {
			return node{kind: decimal, scalar: v.String()}
		}
		return node{kind: integer, scalar: v.String()}
	case string:
		return node{kind: text, scalar: v}
	case []any:
		n := node{kind: list}
		for _, item := range v {
			n.items = append(n.items, nodeOfJSON(item))
		}
		return n
	case map[string]any:
		n := node{kind: mapping}
		for _, key := range slices.Sorted(maps.Keys(v)) {
			n.entries = append(n.entries, entry{key: key, value: nodeOfJSON(v[key])})
		}
		return n
	default:
		return node{kind: unusable}
	}
}
