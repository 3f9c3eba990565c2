package settings

import "strings"

// setting is one key of the table that holds a value, not a group.
type setting struct {
	path  string
	shape shape
}

// allSettings are the settings in the order of the table.
var allSettings = settingsUnder("", settingsShape.group)

func settingsUnder(path string, g group) []setting {
	var all []setting
	for _, f := range g.fields {
		if inner, isGroup := f.shape.(group); isGroup {
			all = append(all, settingsUnder(join(path, f.key), inner)...)
		} else {
			all = append(all, setting{join(path, f.key), f.shape})
		}
	}
	return all
}

// chosen gives what was chosen as texts, by path. What the table does not know
// is left out: Resolve and Parse refuse it.
func chosen(o Overrides) map[string]string {
	root, err := nodeOf(o)
	if err != nil {
		return nil
	}
	values := map[string]string{}
	for _, s := range allSettings {
		n := root
		for key := range strings.SplitSeq(s.path, ".") {
			n = n.get(key)
		}
		if n.kind != null {
			values[s.path] = s.text(n)
		}
	}
	return values
}

// effective gives all settings as texts, by path, the names of tags included.
func effective(s Settings) map[string]string {
	var values Overrides
	if err := convert(s, &values); err != nil {
		return nil
	}
	all := chosen(values)
	for _, name := range tagNames {
		all["tags.names."+string(name)] = s.TagText(name, namePlaceholder)
	}
	return all
}

// text writes a value so that all spellings of one duration are the same text.
func (s setting) text(n node) string {
	if n.kind == list {
		items := make([]string, 0, len(n.items))
		for _, item := range n.items {
			items = append(items, item.scalar)
		}
		return "[" + strings.Join(items, ", ") + "]"
	}
	if _, isSpan := s.shape.(span); isSpan {
		var d Duration
		if d.UnmarshalText([]byte(n.scalar)) == nil {
			return d.String()
		}
	}
	return n.scalar
}
