package settings

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Change is one value of an installation that differs between two versions of
// it. It never holds a secret.
type Change struct {
	// Path is the key's path, such as "settings.calls.post_call_delay" or
	// "numbers[1389850].inbox".
	Path string `json:"path"`
	// Old and New are the values as texts; empty where there is none. A value
	// that was not chosen is given with its origin: "45s (default)".
	Old string `json:"old,omitempty"`
	New string `json:"new,omitempty"`
}

const (
	secretSet     = "(set)"
	secretChanged = "(changed)"
)

// String gives the change in one line: "path: old -> new".
func (c Change) String() string {
	switch {
	case c.New == secretChanged || (c.New == secretSet && c.Old == ""):
		return c.Path + ": " + c.New
	case c.Old == "":
		return fmt.Sprintf("%s: (none) -> %s", c.Path, c.New)
	case c.New == "":
		return fmt.Sprintf("%s: %s -> (none)", c.Path, c.Old)
	default:
		return fmt.Sprintf("%s: %s -> %s", c.Path, c.Old, c.New)
	}
}

// Diff lists what changes between two versions of an installation, in the order
// of the file. Without before it is a new installation, without after a removed
// one. A credential that after leaves out keeps its stored value, so it is no
// change.
func Diff(before, after *Installation) []Change {
	var d differences
	switch {
	case before == nil && after == nil:
	case before == nil:
		d.add("id", "", after.ID)
		whole(*after, d.added)
	case after == nil:
		d.add("id", before.ID, "")
		whole(*before, d.removed)
	default:
		d.add("id", before.ID, after.ID)
		d.credentials(*before, *after)
		d.settings("settings.", "default", layered{own: before.Settings}, layered{own: after.Settings})
		d.numbers(*before, *after)
	}
	return d
}

type differences []Change

func (d *differences) add(path, was, is string) {
	if was != is {
		*d = append(*d, Change{Path: path, Old: was, New: is})
	}
}

func (d *differences) added(path, value string)   { d.add(path, "", value) }
func (d *differences) removed(path, value string) { d.add(path, value, "") }

// whole lists all of an installation that comes or goes.
func whole(i Installation, note func(path, value string)) {
	for _, c := range credentialsOf(&i) {
		if c.secret && *c.value != "" {
			note(c.path, secretSet)
		} else {
			note(c.path, *c.value)
		}
	}
	wholeSettings("settings.", i.Settings, note)
	for _, n := range sortedBy(i.Numbers, aircallNumber) {
		wholeNumber(n, note)
	}
}

func wholeNumber(n Number, note func(path, value string)) {
	path := numberPath(n.AircallNumber)
	note(path+"inbox", fmt.Sprint(n.Inbox))
	wholeSettings(path+"settings.", n.Settings, note)
}

func wholeSettings(path string, o Overrides, note func(path, value string)) {
	values := chosen(o)
	for _, s := range allSettings {
		note(path+s.path, values[s.path])
	}
}

func (d *differences) credentials(before, after Installation) {
	next := credentialsOf(&after)
	for at, c := range credentialsOf(&before) {
		was, is := *c.value, *next[at].value
		switch {
		case is == "" || is == was:
		case !c.secret:
			d.add(c.path, was, is)
		case was == "":
			d.add(c.path, "", secretSet)
		default:
			d.add(c.path, secretSet, secretChanged)
		}
	}
}

func (d *differences) numbers(before, after Installation) {
	old, now := byNumber(before), byNumber(after)
	all := maps.Clone(old)
	maps.Copy(all, now)
	for _, id := range slices.Sorted(maps.Keys(all)) {
		was, had := old[id]
		is, has := now[id]
		switch {
		case !had:
			wholeNumber(is, d.added)
		case !has:
			wholeNumber(was, d.removed)
		default:
			d.add(numberPath(id)+"inbox", fmt.Sprint(was.Inbox), fmt.Sprint(is.Inbox))
			d.settings(numberPath(id)+"settings.", "inherited",
				layered{before.Settings, was.Settings}, layered{after.Settings, is.Settings})
		}
	}
}

// layered is a layer of settings and the one it lies on; nil is the defaults.
type layered struct{ below, own Overrides }

// settings compares what was chosen in one layer. Where one side chose nothing,
// what holds there instead is shown with its origin.
func (d *differences) settings(path, origin string, before, after layered) {
	old, now := chosen(before.own), chosen(after.own)
	for _, s := range allSettings {
		was, had := old[s.path]
		is, has := now[s.path]
		if !had && !has {
			continue
		}
		if !had {
			was = before.unchosen(s.path, origin)
		}
		if !has {
			is = after.unchosen(s.path, origin)
		}
		d.add(path+s.path, was, is)
	}
}

func (l layered) unchosen(path, origin string) string {
	s, err := Resolve(l.below, l.own)
	if err != nil {
		return "(" + origin + ")"
	}
	return strings.TrimSpace(effective(s)[path] + " (" + origin + ")")
}

func byNumber(i Installation) map[int64]Number {
	numbers := make(map[int64]Number, len(i.Numbers))
	for _, n := range i.Numbers {
		numbers[n.AircallNumber] = n
	}
	return numbers
}

func aircallNumber(n Number) int64 { return n.AircallNumber }

func numberPath(id int64) string { return fmt.Sprintf("numbers[%d].", id) }
