package settings

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// shape says what a value may be. One table of shapes checks the YAML file and
// Overrides from elsewhere, and is published as JSON Schema, so that the three
// cannot disagree.
type shape interface {
	// check reports what is wrong with n, which stands at path. It returns the
	// value in the form that Overrides hold, or nil if there is none.
	check(r *report, path string, n node) any
	// schema describes the shape in JSON Schema.
	schema() map[string]any
}

// flag is true or false.
type flag struct{}

func (flag) check(r *report, path string, n node) any {
	isText := n.kind == text && n.variable != ""
	if (n.kind == boolean || isText) && (n.scalar == "true" || n.scalar == "false") {
		return n.scalar == "true"
	}
	refuse(r, path, n, "write true or false")
	return nil
}

func (flag) schema() map[string]any {
	return orVariable(map[string]any{"type": "boolean"})
}

// count is a whole number from 1, such as an id at Aircall or Help Scout.
type count struct{}

func (count) check(r *report, path string, n node) any {
	if n.kind == integer || (n.kind == text && n.variable != "") {
		if id, ok := positive(n.scalar); ok {
			return id
		}
	}
	refuse(r, path, n, "write a whole number from 1, without quotes")
	return nil
}

func (count) schema() map[string]any {
	return orVariable(map[string]any{"type": "integer", "minimum": 1})
}

// positive reads digits as a positive number. Other spellings, such as octal
// 010, are refused, since they mean different numbers to different readers.
func positive(digits string) (int64, bool) {
	id, err := strconv.ParseInt(digits, 10, 64)
	return id, err == nil && id > 0 && strconv.FormatInt(id, 10) == digits
}

// choice is one of a few words.
type choice []string

func choices[T ~string](words ...T) choice {
	c := make(choice, 0, len(words))
	for _, word := range words {
		c = append(c, string(word))
	}
	return c
}

func (c choice) check(r *report, path string, n node) any {
	if n.kind == text && slices.Contains(c, n.scalar) {
		return n.scalar
	}
	hint := ""
	if n.kind == text && n.variable == "" {
		hint = didYouMean(n.scalar, c)
	}
	refuse(r, path, n, "write one of "+strings.Join(c, ", ")+hint)
	return nil
}

func (c choice) schema() map[string]any {
	return orVariable(map[string]any{"enum": []string(c)})
}

// span is a duration between two bounds, both allowed.
type span struct{ from, to time.Duration }

func (s span) check(r *report, path string, n node) any {
	var d Duration
	if n.kind == text && d.UnmarshalText([]byte(n.scalar)) == nil && d.Std() >= s.from && d.Std() <= s.to {
		return n.scalar
	}
	refuse(r, path, n, fmt.Sprintf("write a duration from %s to %s, such as 45s, 2m or 48h", Duration(s.from), Duration(s.to)))
	return nil
}

func (s span) schema() map[string]any {
	return orVariable(map[string]any{
		"type":        "string",
		"pattern":     `^(0|([0-9]+(\.[0-9]+)?(ms|s|m|h))+)$`,
		"description": fmt.Sprintf("From %s to %s.", Duration(s.from), Duration(s.to)),
	})
}

// words is a text that follows a rule and has no control characters. Its value is
// never shown: it may be a secret, an address, or a name.
type words struct {
	rule    string
	pattern *regexp.Regexp
	// also is a further rule that a pattern cannot hold; nil for none.
	also func(string) bool
}

func (w words) check(r *report, path string, n node) any {
	if n.kind != text {
		hint := w.rule
		if n.kind == integer || n.kind == decimal || n.kind == boolean {
			hint = "put it in quotes"
		}
		refuseKind(r, path, n, hint)
		return nil
	}
	if n.scalar == "" {
		r.add(n.at, path, "an empty text is not allowed; %s", w.rule)
		return nil
	}
	if strings.ContainsFunc(n.scalar, unicode.IsControl) ||
		!w.pattern.MatchString(n.scalar) || (w.also != nil && !w.also(n.scalar)) {
		r.add(n.at, path, "this text is not allowed; %s", w.rule)
		return nil
	}
	return n.scalar
}

func (w words) schema() map[string]any {
	return orVariable(map[string]any{"type": "string", "pattern": w.pattern.String()})
}

// user is a Help Scout user: an id, as a number or a text, or an e-mail address.
type user struct{ words }

func (u user) check(r *report, path string, n node) any {
	if n.kind == integer {
		if _, ok := positive(n.scalar); ok {
			return n.scalar
		}
		r.add(n.at, path, "this number is not allowed; %s", u.rule)
		return nil
	}
	return u.words.check(r, path, n)
}

func (u user) schema() map[string]any {
	return orVariable(
		map[string]any{"type": "integer", "minimum": 1},
		map[string]any{"type": "string", "pattern": u.pattern.String()},
	)
}

// refuse reports a value that may be shown.
func refuse(r *report, path string, n node, allowed string) {
	if n.kind == null || n.kind == unusable {
		refuseKind(r, path, n, allowed)
		return
	}
	r.add(n.at, path, "%s is not allowed; %s", n.shown(), allowed)
}

// refuseKind reports a value of the wrong kind without showing it.
func refuseKind(r *report, path string, n node, allowed string) {
	if n.kind == null {
		r.add(n.at, path, "there is no value; %s, or remove the key", allowed)
	} else if n.kind != unusable {
		r.add(n.at, path, "%s is not allowed; %s", n.kindText(), allowed)
	}
}

// orVariable also allows a text with ${NAME}, which is checked once it is read.
func orVariable(forms ...map[string]any) map[string]any {
	return map[string]any{"anyOf": append(forms, map[string]any{"$ref": "#/$defs/variable"})}
}
