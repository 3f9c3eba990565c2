package settings

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Choices is what a company chose, without the credentials: the part of an
// Installation that people change, look back at, and undo.
type Choices struct {
	Settings Overrides `json:"settings,omitempty"`
	Numbers  []Number  `json:"numbers,omitempty"`
}

// Choices gives a copy of what was chosen.
func (i Installation) Choices() Choices {
	var copied Choices
	// Both went through JSON before they were stored, so this cannot fail.
	if err := convert(Choices{i.Settings, i.Numbers}, &copied); err != nil {
		return Choices{}
	}
	return copied
}

// ErrChangedSince says that what is to be undone was changed again since.
var ErrChangedSince = errors.New("it was changed again since")

// Undone gives now without what changed from before to after, and leaves alone
// what else changed since. Its error is ErrChangedSince, with the paths, where one
// of those very values was changed again.
func Undone(now, before, after Choices) (Choices, error) {
	current, old, made := now.flat(), before.flat(), after.flat()
	paths := maps.Clone(old)
	maps.Copy(paths, made)
	var again []string
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		was, had := old[path]
		if reflect.DeepEqual(was, made[path]) {
			continue
		}
		if !reflect.DeepEqual(current[path], made[path]) {
			again = append(again, path)
			continue
		}
		if had {
			current[path] = was
		} else {
			delete(current, path)
		}
	}
	if len(again) > 0 {
		return Choices{}, fmt.Errorf("%w: %s", ErrChangedSince, strings.Join(again, ", "))
	}
	return unflat(current)
}

// flat gives each chosen value by its path, such as settings.calls.log_to and
// numbers.7.inbox.
func (c Choices) flat() map[string]any {
	values := map[string]any{}
	flatten(values, "settings", c.plain(c.Settings))
	for _, n := range c.Numbers {
		path := "numbers." + strconv.FormatInt(n.AircallNumber, 10)
		values[path+".inbox"] = n.Inbox
		flatten(values, path+".settings", c.plain(n.Settings))
	}
	return values
}

// plain brings values of any type into those of JSON.
func (Choices) plain(o Overrides) map[string]any {
	var values map[string]any
	if err := convert(o, &values); err != nil {
		return nil
	}
	return values
}

func flatten(into map[string]any, path string, values map[string]any) {
	for key, value := range values {
		if inner, isGroup := value.(map[string]any); isGroup {
			flatten(into, path+"."+key, inner)
		} else {
			into[path+"."+key] = value
		}
	}
}

func unflat(values map[string]any) (Choices, error) {
	chosen := map[string]any{}
	numbers := map[int64]map[string]any{}
	for path, value := range values {
		parts := strings.Split(path, ".")
		if parts[0] == "settings" {
			put(chosen, parts[1:], value)
			continue
		}
		id, err := strconv.ParseInt(parts[1], 10, 64)
		if err != nil {
			return Choices{}, fmt.Errorf("read %s: %w", path, err)
		}
		if numbers[id] == nil {
			numbers[id] = map[string]any{"aircall_number": id}
		}
		put(numbers[id], parts[2:], value)
	}
	result := Choices{Settings: chosen}
	if len(chosen) == 0 {
		result.Settings = nil
	}
	for _, id := range slices.Sorted(maps.Keys(numbers)) {
		// A number that was taken away since has no inbox to come back to.
		if _, mapped := numbers[id]["inbox"]; !mapped {
			return Choices{}, fmt.Errorf("%w: numbers.%d", ErrChangedSince, id)
		}
		encoded, err := json.Marshal(numbers[id])
		if err != nil {
			return Choices{}, err
		}
		var n Number
		if err := json.Unmarshal(encoded, &n); err != nil {
			return Choices{}, err
		}
		result.Numbers = append(result.Numbers, n)
	}
	return result, nil
}

func put(into map[string]any, path []string, value any) {
	for _, key := range path[:len(path)-1] {
		inner, is := into[key].(map[string]any)
		if !is {
			inner = map[string]any{}
			into[key] = inner
		}
		into = inner
	}
	into[path[len(path)-1]] = value
}
