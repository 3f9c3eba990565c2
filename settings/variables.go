package settings

import (
	"regexp"
	"strings"
)

var (
	// dollar finds "$$", "${...}" and a "${" that is never closed. Any other
	// dollar sign stands for itself.
	dollar       = regexp.MustCompile(`\$(\$|\{[^}]*\}?)`)
	variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
)

// variablePattern is the JSON Schema form of a text with a variable in it.
const variablePattern = `\$\{[A-Za-z_][A-Za-z0-9_]*\}`

// tableKeys are the keys that may be shown in a path. Another key may be a secret
// that slipped out of its place.
var tableKeys = keysUnder(fileShape, map[string]bool{})

func keysUnder(s shape, keys map[string]bool) map[string]bool {
	switch s := s.(type) {
	case group:
		for _, f := range s.fields {
			keys[f.key] = true
			keysUnder(f.shape, keys)
		}
	case shared:
		keysUnder(s.group, keys)
	case several:
		keysUnder(s.item, keys)
	}
	return keys
}

// expand replaces the variables in every text of n. It works on nodes, so that a
// value can never change the structure of the file.
func expand(r *report, path string, n node, lookup func(string) (string, bool)) node {
	if n.kind == text {
		return expandText(r, path, n, lookup)
	}
	items := make([]node, len(n.items))
	for i, item := range n.items {
		items[i] = expand(r, indexed(path, i), item, lookup)
	}
	entries := make([]entry, len(n.entries))
	for i, e := range n.entries {
		at := path
		if tableKeys[e.key] {
			at = join(path, e.key)
		}
		entries[i] = entry{key: e.key, at: e.at, value: expand(r, at, e.value, lookup)}
	}
	n.items, n.entries = items, entries
	return n
}

func expandText(r *report, path string, n node, lookup func(string) (string, bool)) node {
	failed := false
	n.scalar = dollar.ReplaceAllStringFunc(n.scalar, func(match string) string {
		if match == "$$" {
			return "$"
		}
		name := strings.TrimSuffix(strings.TrimPrefix(match, "${"), "}")
		if !strings.HasSuffix(match, "}") || !variableName.MatchString(name) {
			r.add(n.at, path, "this is not a variable; write ${NAME}, or $$ for a dollar sign")
			failed = true
			return ""
		}
		n.variable = name
		value, found := lookup(name)
		if !found {
			r.add(n.at, path, "the environment variable %s is not set; set it, or write $$ for a dollar sign", name)
			failed = true
		}
		return value
	})
	if failed {
		n.kind = unusable
	}
	return n
}

// escapeDollars is the inverse of expand for a text without variables.
func escapeDollars(text string) string { return strings.ReplaceAll(text, "$", "$$") }
