package settings_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"

	"callscout/settings"
)

func schema(t *testing.T) map[string]any {
	t.Helper()
	var s map[string]any
	require.NoError(t, json.Unmarshal(settings.Schema(), &s))
	return s
}

func TestTheSchemaTakesWhatParseTakesAndRefusesWhatItRefuses(t *testing.T) {
	t.Parallel()
	root := schema(t)
	require.Equal(t, "https://json-schema.org/draft/2020-12/schema", root["$schema"])
	for name, test := range map[string]struct {
		source string
		fits   bool
	}{
		"the example":             {string(acme(t)), true},
		"no installations":        {"version: 1\ninstallations: []", true},
		"commented-out sections":  {"version: 1\ninstallations: [ { id: a, aircall: , settings: , numbers: } ]", true},
		"variables for anything":  {"version: 1\ninstallations: [ { id: a, settings: { active: \"${ACTIVE}\" }, numbers: [ { aircall_number: 7, inbox: \"${INBOX}\" } ] } ]", true},
		"user as number":          {withSettings("fallback_admin: 7"), true},
		"lists":                   {withSettings("calls: { types: [missed], closed_after: [] }"), true},
		"another version":         {"version: 2\ninstallations: []", false},
		"unknown top key":         {"version: 1\ninstallations: []\nx: 1", false},
		"no id":                   {"version: 1\ninstallations: [ { numbers: [] } ]", false},
		"nothing after a dash":    {"version: 1\ninstallations: [ null ]", false},
		"capitals in the id":      {"version: 1\ninstallations: [ { id: Acme } ]", false},
		"number zero":             {"version: 1\ninstallations: [ { id: a, numbers: [ { aircall_number: 0, inbox: 1 } ] } ]", false},
		"number without inbox":    {"version: 1\ninstallations: [ { id: a, numbers: [ { aircall_number: 1 } ] } ]", false},
		"empty secret":            {"version: 1\ninstallations: [ { id: a, aircall: { api_token: \"\" } } ]", false},
		"webhook secret":          {"version: 1\ninstallations: [ { id: a, helpscout: { webhook_secret: \"" + strings.Repeat("x", 40) + "\" } } ]", true},
		"long webhook secret":     {"version: 1\ninstallations: [ { id: a, helpscout: { webhook_secret: \"" + strings.Repeat("x", 41) + "\" } } ]", false},
		"misspelt credential":     {"version: 1\ninstallations: [ { id: a, aircall: { api_tokn: x } } ]", false},
		"misspelt setting":        {withSettings("cals: {}"), false},
		"yes for true":            {withSettings("active: \"yes\""), false},
		"unknown choice":          {withSettings("language: xx"), false},
		"duration without unit":   {withSettings("settle: 45"), false},
		"duration in days":        {withSettings("settle: 2d"), false},
		"empty kinds":             {withSettings("calls: { types: [] }"), false},
		"kind twice":              {withSettings("calls: { types: [missed, missed] }"), false},
		"plain http":              {withSettings("voice_agent: { knowledge_base_url: http://help.example.com }"), false},
		"tag with comma":          {withSettings("tags: { names: { missed: \"a,b\" } }"), false},
		"blank tag":               {withSettings("tags: { names: { missed: \" \" } }"), false},
		"unknown tag":             {withSettings("tags: { names: { mised: x } }"), false},
		"team's tag without name": {withSettings("tags: { names: { team: x } }"), false},
		"no e-mail":               {withSettings("fallback_admin: somebody"), false},
		"no value":                {withSettings("language:"), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var document any
			require.NoError(t, yaml.Unmarshal([]byte(test.source), &document))
			encoded, err := json.Marshal(document)
			require.NoError(t, err)
			require.NoError(t, json.Unmarshal(encoded, &document))
			require.Equal(t, test.fits, fits(t, root, root, document))
			_, err = settings.Parse("acme.yaml", []byte(test.source), lookup)
			require.Equal(t, test.fits, err == nil, "Parse: %v", err)
		})
	}
}

func TestTheSchemaDescribesEverySettingWithItsDefault(t *testing.T) {
	t.Parallel()
	definitions := schema(t)["$defs"].(map[string]any)
	described := map[string]any{}
	describedUnder(t, described, "", definitions["settings"].(map[string]any))

	for _, path := range jsonPaths("", reflect.TypeFor[settings.Settings]()) {
		require.Contains(t, described, path)
		delete(described, path)
	}
	for path := range described {
		require.True(t, strings.HasPrefix(path, "tags.names."), "%s is in the schema and not in Settings", path)
	}
	require.Len(t, described, 9)

	all := map[string]any{}
	describedUnder(t, all, "", definitions["settings"].(map[string]any))
	require.Equal(t, "45s", all["calls.post_call_delay"])
	require.Equal(t, false, all["calls.reopen_closed"])
	require.Nil(t, all["messages.reopen_closed"])
	require.Equal(t, "most_recently_updated", all["matching.rule"])
}

// jsonPaths lists the keys of a type's JSON form. The names of tags are a map in
// the type, so they have no paths.
func jsonPaths(path string, of reflect.Type) []string {
	var paths []string
	for field := range of.Fields() {
		key, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if kind := field.Type.Kind(); kind == reflect.Struct {
			paths = append(paths, jsonPaths(path+key+".", field.Type)...)
		} else if kind != reflect.Map {
			paths = append(paths, path+key)
		}
	}
	return paths
}

// describedUnder collects the defaults by path, and demands a description each.
func describedUnder(t *testing.T, found map[string]any, path string, s map[string]any) {
	t.Helper()
	for key, value := range s["properties"].(map[string]any) {
		property := value.(map[string]any)
		require.NotEmpty(t, property["description"], path+key)
		if _, isGroup := property["properties"]; isGroup {
			describedUnder(t, found, path+key+".", property)
		} else {
			found[path+key] = property["default"]
		}
	}
}

// fits checks a value against the words of JSON Schema that ours uses, and fails
// on any other.
func fits(t *testing.T, root, s map[string]any, value any) bool {
	t.Helper()
	for _, word := range slices.Sorted(maps.Keys(s)) {
		if !wordFits(t, root, s, word, value) {
			return false
		}
	}
	return true
}

func wordFits(t *testing.T, root, s map[string]any, word string, value any) bool {
	t.Helper()
	text, isText := value.(string)
	number, isNumber := value.(float64)
	list, isList := value.([]any)
	object, isObject := value.(map[string]any)
	switch is := s[word]; word {
	case "$schema", "$defs", "title", "description", "default":
		return true
	case "$ref":
		name := strings.TrimPrefix(is.(string), "#/$defs/")
		return fits(t, root, root["$defs"].(map[string]any)[name].(map[string]any), value)
	case "anyOf":
		return slices.ContainsFunc(is.([]any), func(form any) bool {
			return fits(t, root, form.(map[string]any), value)
		})
	case "type":
		types, several := is.([]any)
		if !several {
			types = []any{is}
		}
		return slices.ContainsFunc(types, func(name any) bool {
			_, isBool := value.(bool)
			return map[any]bool{
				"null": value == nil, "boolean": isBool, "string": isText, "array": isList, "object": isObject,
				"integer": isNumber && number == float64(int64(number)),
			}[name]
		})
	case "const":
		return is == value
	case "enum":
		return slices.Contains(is.([]any), value)
	case "minimum":
		return !isNumber || number >= is.(float64)
	case "pattern":
		return !isText || regexp.MustCompile(is.(string)).MatchString(text)
	case "minItems":
		return !isList || len(list) >= int(is.(float64))
	case "uniqueItems":
		seen := map[string]bool{}
		for _, item := range list {
			seen[fmt.Sprint(item)] = true
		}
		return len(seen) == len(list)
	case "items":
		return !slices.ContainsFunc(list, func(item any) bool {
			return !fits(t, root, is.(map[string]any), item)
		})
	case "required":
		return !isObject || !slices.ContainsFunc(is.([]any), func(key any) bool {
			_, given := object[key.(string)]
			return !given
		})
	case "properties":
		for key, shape := range is.(map[string]any) {
			if inner, given := object[key]; given && !fits(t, root, shape.(map[string]any), inner) {
				return false
			}
		}
		return true
	case "additionalProperties":
		require.Equal(t, false, is)
		for key := range object {
			if _, known := s["properties"].(map[string]any)[key]; !known {
				return false
			}
		}
		return true
	}
	t.Fatalf("the schema has a word that this test does not know: %s", word)
	return false
}
