package simulator

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// problem is one entry of a validation error.
type problem struct {
	path, message, code string
	rejected            any
}

// form reads a JSON object strictly and gathers every problem in it, as Help
// Scout reports them all at once.
type form struct {
	values   map[string]json.RawMessage
	path     string
	problems *[]problem
}

var (
	dateShape  = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$`)
	emailShape = regexp.MustCompile(`^[^@\s]+@[^@\s]+\.[^@\s]+$`)
)

func newForm(raw []byte) (form, bool) {
	f := form{problems: &[]problem{}}
	err := json.Unmarshal(raw, &f.values)
	return f, err == nil && f.values != nil
}

func invalidJSON() answer {
	return badRequest(problem{message: "the body is not the JSON that is wanted here", code: "invalid-json"})
}

func (f form) fail(name, code, message string, rejected any) {
	*f.problems = append(*f.problems, problem{path: f.at(name), message: message, code: code, rejected: rejected})
}

func (f form) failed() bool { return len(*f.problems) > 0 }

func (f form) at(name string) string {
	if f.path == "" {
		return name
	}
	return f.path + "." + name
}

// only refuses every field that is not documented.
func (f form) only(names ...string) {
	for _, name := range sortedKeys(f.values) {
		if !slices.Contains(names, name) {
			f.fail(name, "unknown", "unknown field", nil)
		}
	}
}

func (f form) isNull(name string) bool {
	return string(f.values[name]) == "null"
}

func (f form) has(name string) bool {
	_, ok := f.values[name]
	return ok && !f.isNull(name)
}

// required reports a missing field and tells whether there is a value to read.
func (f form) required(name string, must bool) bool {
	if f.has(name) {
		return true
	}
	if must {
		f.fail(name, "NotNull", "may not be null", nil)
	}
	return false
}

// text reads a string. With least above 0 the empty string is refused; most 0
// means no known limit.
func (f form) text(name string, must bool, least, most int) string {
	if !f.required(name, must) {
		return ""
	}
	var value string
	if json.Unmarshal(f.values[name], &value) != nil {
		f.fail(name, "invalid-json", "must be text", nil)
		return ""
	}
	length := utf8.RuneCountInString(value)
	switch {
	case least > 0 && strings.TrimSpace(value) == "":
		f.fail(name, "NotEmpty", "may not be empty", nil)
	case length < least || most > 0 && length > most:
		f.fail(name, "Size", fmt.Sprintf("size must be between %d and %d", least, most), nil)
	}
	return value
}

func (f form) oneOf(name string, must bool, allowed ...string) string {
	if !f.required(name, must) {
		return ""
	}
	var value string
	if json.Unmarshal(f.values[name], &value) != nil || !slices.Contains(allowed, value) {
		f.fail(name, "EnumValue", "Expected one of these: '"+strings.Join(allowed, "', '")+"'", f.values[name])
	}
	return value
}

func (f form) number(name string, must bool) int64 {
	if !f.required(name, must) {
		return 0
	}
	var value int64
	if json.Unmarshal(f.values[name], &value) != nil || value <= 0 {
		f.fail(name, "invalid-number", "must be a positive number", f.values[name])
	}
	return value
}

func (f form) flag(name string) bool {
	var value bool
	if f.has(name) && json.Unmarshal(f.values[name], &value) != nil {
		f.fail(name, "invalid-json", "must be true or false", f.values[name])
	}
	return value
}

func (f form) email(name string, must bool) string {
	value := f.text(name, must, 1, 0)
	if value != "" && !emailShape.MatchString(value) {
		f.fail(name, "Email", "not a well-formed email address", value)
	}
	return value
}

// date reads the one form Help Scout takes: UTC without milliseconds.
func (f form) date(name string) time.Time {
	value := f.text(name, false, 1, 0)
	if value == "" {
		return time.Time{}
	}
	parsed, err := time.Parse(time.RFC3339, value)
	if err != nil || !dateShape.MatchString(value) {
		f.fail(name, "invalid-date", "must be yyyy-MM-dd'T'HH:mm:ss'Z'", value)
	}
	return parsed
}

func (f form) strings(name string) []string {
	if !f.has(name) {
		return nil
	}
	var values []string
	if json.Unmarshal(f.values[name], &values) != nil {
		f.fail(name, "invalid-json", "must be a list of texts", nil)
	}
	return values
}

// object reads a nested object; its problems carry the outer path.
func (f form) object(name string, must bool) (form, bool) {
	if !f.required(name, must) {
		return form{}, false
	}
	return f.nested(name, f.values[name])
}

func (f form) nested(name string, raw json.RawMessage) (form, bool) {
	inner := form{path: f.at(name), problems: f.problems}
	if json.Unmarshal(raw, &inner.values) != nil || inner.values == nil {
		f.fail(name, "invalid-json", "must be an object", nil)
		return form{}, false
	}
	return inner, true
}

// objects reads a list of objects.
func (f form) objects(name string) []form {
	if !f.has(name) {
		return nil
	}
	var list []json.RawMessage
	if json.Unmarshal(f.values[name], &list) != nil {
		f.fail(name, "invalid-json", "must be a list", nil)
		return nil
	}
	var inner []form
	for i, raw := range list {
		if entry, ok := f.nested(fmt.Sprintf("%s[%d]", name, i), raw); ok {
			inner = append(inner, entry)
		}
	}
	return inner
}
