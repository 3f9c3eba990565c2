package aircall

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// FieldError says which field could not be understood, never what it held.
type FieldError struct {
	// Field is the field's path, for example "data.id".
	Field string
	// Expected is what should have been there.
	Expected string
}

func (e *FieldError) Error() string {
	return fmt.Sprintf("%s: expected %s", e.Field, e.Expected)
}

const positive = "a positive whole number"

// object is a JSON object whose fields are read one by one, so that a field of
// the wrong type counts as absent and the others stay. Reading from a nil
// object gives nothing.
type object map[string]json.RawMessage

// toObject is nil unless raw is an object.
func toObject(raw json.RawMessage) object {
	var fields object
	if err := json.Unmarshal(raw, &fields); err != nil {
		return nil
	}
	return fields
}

// text takes numbers too: cost, digits and ids come as either.
func (o object) text(key string) string {
	raw := o[key]
	if len(raw) == 0 {
		return ""
	}
	if raw[0] == '-' || raw[0] >= '0' && raw[0] <= '9' {
		return string(raw)
	}
	var s string
	if err := json.Unmarshal(raw, &s); err != nil {
		return ""
	}
	return s
}

// id is zero unless the field is a positive whole number, written as such.
func (o object) id(key string) int64 { return wholeID(o.text(key)) }

func wholeID(s string) int64 {
	s = strings.TrimSpace(s)
	n, err := strconv.ParseInt(s, 10, 64)
	// A plus sign begins a phone number, not an id.
	if err != nil || n < 1 || s[0] == '+' {
		return 0
	}
	return n
}

func (o object) flag(key string) bool {
	if string(o[key]) == "true" {
		return true
	}
	on, err := strconv.ParseBool(strings.ToLower(strings.TrimSpace(o.text(key))))
	return err == nil && on
}

func (o object) seconds(key string) time.Duration {
	const most = float64(366 * 24 * time.Hour / time.Second)
	n, err := strconv.ParseFloat(strings.TrimSpace(o.text(key)), 64)
	if err != nil || math.IsNaN(n) || n <= 0 || n > most {
		return 0
	}
	return time.Duration(n * float64(time.Second)).Truncate(time.Millisecond)
}

// timeLayouts are the written times: with or without parts of a second, with
// or without a zone. Aircall's times are UTC.
var timeLayouts = []string{time.RFC3339, "2006-01-02T15:04:05Z0700", "2006-01-02T15:04:05"}

// time is zero unless the field is a time that can be written again.
func (o object) time(key string) time.Time {
	s := strings.TrimSpace(o.text(key))
	if n, err := strconv.ParseFloat(s, 64); err == nil {
		return unixTime(n)
	}
	for _, layout := range timeLayouts {
		if t, err := time.Parse(layout, s); err == nil {
			return writable(t.UTC())
		}
	}
	return time.Time{}
}

// unixTime takes seconds, and milliseconds as well, which messages carry: as
// seconds, numbers of that size would be years after 5000.
func unixTime(n float64) time.Time {
	const firstMillis, mostMillis = 1e11, 253402300799999 // the end of the year 9999
	switch {
	case math.IsNaN(n) || n <= 0 || n > mostMillis:
		return time.Time{}
	case n < firstMillis:
		n *= 1000
	}
	return time.UnixMilli(int64(n)).UTC()
}

// writable drops years that JSON and RFC 3339 cannot hold.
func writable(t time.Time) time.Time {
	if t.Year() < 1 || t.Year() > 9999 {
		return time.Time{}
	}
	return t
}

// one reads an object field. It is nil when nothing in it was understood, so
// also for {}, which Aircall writes for "none".
func one[T any](o object, key string, read func(object) T) *T {
	v := read(toObject(o[key]))
	if reflect.ValueOf(v).IsZero() {
		return nil
	}
	return &v
}

// many reads an array field. Nil means unknown: the key is absent, is no
// array, or has entries of which none was understood. An empty array is a
// statement, so it stays an empty slice.
func many[T any](o object, key string, read func(object) T) []T {
	var entries []json.RawMessage
	if err := json.Unmarshal(o[key], &entries); err != nil || entries == nil {
		return nil
	}
	list := make([]T, 0, len(entries))
	for _, entry := range entries {
		if v := read(toObject(entry)); !reflect.ValueOf(v).IsZero() {
			list = append(list, v)
		}
	}
	if len(list) == 0 && len(entries) > 0 {
		return nil
	}
	return list
}

// texts reads an array of strings and leaves out what is none.
func (o object) texts(key string) []string {
	var entries []json.RawMessage
	if err := json.Unmarshal(o[key], &entries); err != nil {
		return nil
	}
	var list []string
	for _, entry := range entries {
		if s := (object{key: entry}).text(key); s != "" {
			list = append(list, s)
		}
	}
	return list
}
