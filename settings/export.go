package settings

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"

	"github.com/goccy/go-yaml"
)

const exportHead = `# Callscout's settings. Left-out secrets keep their stored value.
# Settings that are not written here have their default.
`

// Export writes the file as YAML that Parse reads back with the same meaning,
// without the secrets. Installations are sorted by id, numbers by their Aircall
// id, keys as in the reference. The error is for settings that Parse would
// refuse.
func Export(f File) ([]byte, error) {
	installations := []yaml.MapSlice{}
	for _, i := range sortedBy(f.Installations, func(i Installation) string { return i.ID }) {
		exported, err := exportInstallation(i)
		if err != nil {
			return nil, fmt.Errorf("export installation %s: %w", i.ID, err)
		}
		installations = append(installations, exported)
	}
	body, err := yaml.MarshalWithOptions(yaml.MapSlice{
		{Key: "version", Value: 1},
		{Key: "installations", Value: installations},
	}, yaml.IndentSequence(true))
	if err != nil {
		return nil, errors.New("export: the settings cannot be written as YAML")
	}
	return append([]byte(exportHead), body...), nil
}

func exportInstallation(i Installation) (yaml.MapSlice, error) {
	exported := yaml.MapSlice{{Key: "id", Value: i.ID}}
	if account := exportAccount(i.Aircall.Connection, "api_id", i.Aircall.APIID); account != nil {
		exported = append(exported, yaml.MapItem{Key: "aircall", Value: account})
	}
	if account := exportAccount(i.HelpScout.Connection, "app_id", i.HelpScout.AppID); account != nil {
		exported = append(exported, yaml.MapItem{Key: "helpscout", Value: account})
	}
	exported, err := withSettings(exported, i.Settings)
	if err != nil {
		return nil, err
	}
	numbers := []yaml.MapSlice{}
	for _, n := range sortedBy(i.Numbers, func(n Number) int64 { return n.AircallNumber }) {
		number, err := withSettings(yaml.MapSlice{
			{Key: "aircall_number", Value: n.AircallNumber},
			{Key: "inbox", Value: n.Inbox},
		}, n.Settings)
		if err != nil {
			return nil, fmt.Errorf("number %d: %w", n.AircallNumber, err)
		}
		numbers = append(numbers, number)
	}
	if len(numbers) > 0 {
		exported = append(exported, yaml.MapItem{Key: "numbers", Value: numbers})
	}
	return exported, nil
}

// exportAccount names how an account is reached where that is not the usual way, and
// with which id.
func exportAccount(connection Connection, key, id string) yaml.MapSlice {
	var account yaml.MapSlice
	if connection == ByOAuth {
		account = append(account, yaml.MapItem{Key: "connection", Value: string(connection)})
	}
	if id != "" {
		account = append(account, yaml.MapItem{Key: key, Value: written(id)})
	}
	return account
}

func withSettings(m yaml.MapSlice, o Overrides) (yaml.MapSlice, error) {
	checked, err := check(o)
	if err != nil || len(checked) == 0 {
		return m, err
	}
	return append(m, yaml.MapItem{Key: "settings", Value: ordered(checked, settingsShape.group)}), nil
}

// ordered puts checked values in the order of the table.
func ordered(values map[string]any, g group) yaml.MapSlice {
	var m yaml.MapSlice
	for _, f := range g.fields {
		value, given := values[f.key]
		if !given {
			continue
		}
		switch v := value.(type) {
		case map[string]any:
			inner, _ := f.shape.(group)
			value = ordered(v, inner)
		case string:
			value = written(v)
		}
		m = append(m, yaml.MapItem{Key: f.key, Value: value})
	}
	return m
}

// harmless texts mean the same with and without quotes, unless they are a word
// such as "no", which the encoder knows.
var harmless = regexp.MustCompile(`^[A-Za-z0-9]+([ _.@/-][A-Za-z0-9]+)*$`)

// written is a text as it stands in the file.
func written(value string) any {
	if harmless.MatchString(value) {
		return value
	}
	return quoted(escapeDollars(value))
}

// quoted is a text in double quotes. The encoder alone leaves some texts bare
// that are no plain text to its own parser, such as "? x".
type quoted string

// MarshalYAML writes the text as a JSON string, which YAML reads alike.
func (q quoted) MarshalYAML() ([]byte, error) { return json.Marshal(string(q)) }

func sortedBy[T any, K cmp.Ordered](items []T, key func(T) K) []T {
	return slices.SortedFunc(slices.Values(items), func(a, b T) int { return cmp.Compare(key(a), key(b)) })
}
